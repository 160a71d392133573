// One line of the service, taken apart. Pure: bytes in, a value or a reason out.
//
//   ROW|EVENT field…     OK field…     ERR code field…     field = name=value, value = bare | JSON string

/// A line of a reply.
enum ReplyLine: Equatable {
    case row(Fields)
    case event(Fields)
    case ok(Fields)
    case error(code: String, Fields)

    /// Reads a line without its LF; a CR before the LF is dropped.
    init(_ line: [UInt8]) throws(MalformedText) {
        var scanner = Scanner(bytes: line)
        switch scanner.word() {
        case "ROW": self = .row(try scanner.fields())
        case "EVENT": self = .event(try scanner.fields())
        case "OK": self = .ok(try scanner.fields())
        case "ERR":
            guard let code = scanner.word(), !code.isEmpty else {
                throw MalformedText(message: "ERR stands without a code")
            }
            self = .error(code: code, try scanner.fields())
        default: throw MalformedText(message: "a line begins with none of ROW, EVENT, OK, ERR")
        }
    }
}

private struct Scanner {
    let bytes: [UInt8]
    let end: Int
    var at = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.last == UInt8(ascii: "\r") ? bytes.count - 1 : bytes.count
    }

    mutating func skipSpaces() {
        while at < end, bytes[at] == UInt8(ascii: " ") { at += 1 }
    }

    /// The bytes to the next space; nil at the end of the line or where they are not UTF-8.
    mutating func word() -> String? {
        skipSpaces()
        guard at < end else { return nil }
        let start = at
        while at < end, bytes[at] != UInt8(ascii: " ") { at += 1 }
        return String(validating: bytes[start..<at], as: UTF8.self)
    }

    mutating func fields() throws(MalformedText) -> Fields {
        var fields: [Field] = []
        while true {
            skipSpaces()
            guard at < end else { return Fields(fields) }
            let start = at
            while at < end, bytes[at] != UInt8(ascii: "="), bytes[at] != UInt8(ascii: " ") { at += 1 }
            guard at > start, at < end, bytes[at] == UInt8(ascii: "="),
                let name = String(validating: bytes[start..<at], as: UTF8.self)
            else { throw MalformedText(message: "a field has no name or no value") }
            at += 1
            if at < end, bytes[at] == UInt8(ascii: "\"") {
                fields.append(Field(name: name, value: try readQuoted(bytes, at: &at)))
                guard at >= end || bytes[at] == UInt8(ascii: " ") else {
                    throw MalformedText(message: "a quoted value is followed by no space")
                }
            } else {
                // An empty value ends at once.
                let valueStart = at
                while at < end, bytes[at] != UInt8(ascii: " ") { at += 1 }
                guard let value = String(validating: bytes[valueStart..<at], as: UTF8.self) else {
                    throw MalformedText(message: "a value is not UTF-8")
                }
                fields.append(Field(name: name, value: value))
            }
        }
    }
}
