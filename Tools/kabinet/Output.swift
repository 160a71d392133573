// Standard output and error. A closed pipe (`kabinet events | head`) ends the tool quietly. A full disk does not,
// because the output that was to be kept is missing.
//
// Many of the lines hold texts of others. No unprintable character of them reaches a terminal: `say` and `complain`
// show it as `\u{202e}`, whatever made the line.

import Client
import Foundation

/// A line on standard output, or several.
func say(_ text: String) { say(lines: Data((printable(text) + "\n").utf8)) }

/// A line with colours, whose texts are `shown` already.
func say(painted line: String) { say(lines: Data((line + "\n").utf8)) }

/// The text with all that is not printable as `\u{202e}`. Line breaks stay if they are the tool's own.
func printable(_ text: String, keepsLines: Bool = true) -> String {
    func isShown(_ scalar: Unicode.Scalar) -> Bool { scalar.isPrintable || keepsLines && scalar == "\n" }
    guard !text.unicodeScalars.allSatisfy(isShown) else { return text }
    return text.unicodeScalars.reduce(into: "") { out, scalar in
        if isShown(scalar) {
            out.unicodeScalars.append(scalar)
        } else {
            out += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
}

/// Whole lines on standard output, unchanged: of a format that has its own escapes.
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

/// A line on standard error, or several.
func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((printable(text) + "\n").utf8))
}

/// Whether standard output is a person's screen that wants colours.
var wantsColours: Bool {
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
}

/// The bytes of a file or a pipe, to its end; `-` is standard input. Nil if it cannot be read.
func bytes(ofFile path: String) -> Data? {
    guard let file = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path) else { return nil }
    return try? file.readToEnd() ?? Data()
}

/// The text of a small file or of a pipe.
func contents(ofFile path: String) throws(Failure) -> String {
    guard let data = bytes(ofFile: path) else {
        throw Failure(message: "cannot read \(path); check its name and permissions", status: Status.usage)
    }
    guard let text = String(data: data, encoding: .utf8) else {
        throw Failure(message: "\(path) is not UTF-8 text", status: Status.usage)
    }
    return text
}
