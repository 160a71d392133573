// Standard output and error. A closed pipe (`kabinet events | head`) ends the tool quietly, a full disk does not: what was
// to be kept is not there.

import Foundation

/// A line on standard output.
func say(_ line: String) { say(lines: Data((line + "\n").utf8)) }

/// Whole lines on standard output.
func say(lines: some DataProtocol) {
    var bytes = Array(lines)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else {
            if errno == EPIPE { exit(0) }
            complain("kabinet: standard output cannot be written: \(String(cString: strerror(errno)))")
            exit(Status.refused)
        }
        bytes = bytes.dropFirst(count)
    }
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
