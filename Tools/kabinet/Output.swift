// Standard output and error. A closed pipe (`kabinet events | head`) ends the tool quietly.

import Foundation

/// A line on standard output.
func say(_ line: String) { say(lines: Data((line + "\n").utf8)) }

/// Whole lines on standard output.
func say(lines: some DataProtocol) {
    do { try FileHandle.standardOutput.write(contentsOf: lines) } catch { exit(0) }
}

/// A line on standard error.
func complain(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
}

/// Whether standard output is a person's screen that wants colours.
var wantsColours: Bool {
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
}

/// The text of a small file, without the line break at its end.
func contents(ofFile path: String) throws(Failure) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw Failure(message: "cannot read \(path); check the name and who may read it", status: Status.usage)
    }
    guard let text = String(data: data, encoding: .utf8) else {
        throw Failure(message: "\(path) is not UTF-8 text", status: Status.usage)
    }
    return text
}
