/// A client's reading of replies, written from PROTOCOL's grammar alone and sharing nothing with the encoder, so that
/// it reads what any client would.

/// A reply as a client has it.
struct ReadReply: Equatable {
    var rows: [[String: [UInt8]]] = []
    var fields: [String: [UInt8]] = [:]
    /// `ERR`'s code, and Redis' word before it.
    var code: String?
}

enum ReadingFault: Error { case at(Int) }

struct LineReplyReader {
    private let lines: [[UInt8]]
    init(_ bytes: [UInt8]) {
        precondition(bytes.last == 10)
        lines = bytes.dropLast().split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    }

    func read() throws -> ReadReply {
        var reply = ReadReply()
        for (number, line) in lines.enumerated() {
            let isLast = number == lines.count - 1
            var words = try Self.words(line)
            let kind = String(decoding: words.removeFirst(), as: UTF8.self)
            switch (kind, isLast) {
            case ("ROW", false), ("EVENT", false): reply.rows.append(try Self.fields(words))
            case ("OK", true): reply.fields = try Self.fields(words)
            case ("ERR", true):
                reply.code = String(decoding: words.removeFirst(), as: UTF8.self)
                reply.fields = try Self.fields(words)
            default: throw ReadingFault.at(number)
            }
        }
        return reply
    }

    /// Splits at spaces outside quotes.
    static func words(_ line: [UInt8]) throws -> [[UInt8]] {
        var words: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        for (offset, byte) in line.enumerated() {
            guard byte >= 32, byte != 127 else { throw ReadingFault.at(offset) }
            if byte == 32, !isQuoted {
                words.append([])
                continue
            }
            words[words.count - 1].append(byte)
            if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            isEscaped = byte == UInt8(ascii: "\\") && isQuoted && !isEscaped
        }
        guard !isQuoted else { throw ReadingFault.at(line.count) }
        return words
    }

    static func fields(_ words: [[UInt8]]) throws -> [String: [UInt8]] {
        var fields: [String: [UInt8]] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { throw ReadingFault.at(0) }
            let name = String(decoding: word[..<equals], as: UTF8.self)
            guard fields.updateValue(try value(Array(word[(equals + 1)...])), forKey: name) == nil else {
                throw ReadingFault.at(equals)
            }
        }
        return fields
    }

    static func value(_ written: [UInt8]) throws -> [UInt8] {
        guard written.first == UInt8(ascii: "\"") else {
            guard !written.contains(UInt8(ascii: "=")) else { throw ReadingFault.at(0) }
            return written
        }
        guard written.count >= 2, written.last == UInt8(ascii: "\"") else { throw ReadingFault.at(0) }
        var value: [UInt8] = []
        var rest = written.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                value.append(byte)
                continue
            }
            switch rest.popFirst().map({ Character(Unicode.Scalar($0)) }) {
            case "\"": value.append(34)
            case "\\": value.append(92)
            case "n": value.append(10)
            case "r": value.append(13)
            case "t": value.append(9)
            case "u":
                guard let code = UInt8(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) else {
                    throw ReadingFault.at(rest.startIndex)
                }
                value.append(code)
                rest = rest.dropFirst(4)
            default: throw ReadingFault.at(rest.startIndex)
            }
        }
        return value
    }
}

/// Any RESP value.
indirect enum RESPValue: Equatable {
    case simple(String)
    case error(String)
    case bulk([UInt8])
    case array([RESPValue])
    case map([(RESPValue, RESPValue)])
    case push([RESPValue])

    static func == (left: RESPValue, right: RESPValue) -> Bool { "\(left)" == "\(right)" }
}

struct RESPReader {
    private var rest: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { rest = bytes[...] }
    var isAtEnd: Bool { rest.isEmpty }

    private mutating func line() throws -> String {
        guard let end = rest.firstIndex(of: 13), end + 1 < rest.endIndex, rest[end + 1] == 10 else {
            throw ReadingFault.at(rest.startIndex)
        }
        defer { rest = rest[(end + 2)...] }
        guard let text = String(validating: rest[..<end], as: UTF8.self) else { throw ReadingFault.at(end) }
        return text
    }

    private mutating func count() throws -> Int {
        guard let count = Int(try line()), count >= 0 else { throw ReadingFault.at(rest.startIndex) }
        return count
    }

    mutating func value() throws -> RESPValue {
        switch rest.popFirst().map({ Character(Unicode.Scalar($0)) }) {
        case "+": return .simple(try line())
        case "-": return .error(try line())
        case "$":
            let count = try count()
            guard rest.count >= count + 2 else { throw ReadingFault.at(rest.startIndex) }
            let bytes = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            guard try line().isEmpty else { throw ReadingFault.at(rest.startIndex) }
            return .bulk(bytes)
        case "*": return .array(try (0..<count()).map { _ in try value() })
        case ">": return .push(try (0..<count()).map { _ in try value() })
        case "%": return .map(try (0..<count()).map { _ in (try value(), try value()) })
        default: throw ReadingFault.at(rest.startIndex)
        }
    }

    /// A whole reply, in the same form as from lines.
    mutating func reply(hasRows: Bool, isRESP3: Bool) throws -> ReadReply {
        let value = try value()
        guard isAtEnd else { throw ReadingFault.at(rest.startIndex) }
        switch value {
        case .simple("OK") where !hasRows: return ReadReply()
        case .error(let line):
            var words = try LineReplyReader.words(Array(line.utf8))
            let prefix = String(decoding: words.removeFirst(), as: UTF8.self)
            let prefixes = ["ERR", "NOAUTH", "WRONGPASS", "NOPERM", "EXECABORT", "NOPROTO"]
            guard prefixes.contains(prefix) else { throw ReadingFault.at(0) }
            let code = String(decoding: words.removeFirst(), as: UTF8.self)
            return ReadReply(fields: try LineReplyReader.fields(words), code: code)
        case .array(let values) where hasRows:
            guard let first = values.first else { throw ReadingFault.at(0) }
            return ReadReply(
                rows: try values.dropFirst().map { try Self.fields($0, isRESP3) },
                fields: try Self.fields(first, isRESP3))
        default: return ReadReply(fields: try Self.fields(value, isRESP3))
        }
    }

    private static func fields(_ value: RESPValue, _ isRESP3: Bool) throws -> [String: [UInt8]] {
        var pairs: [(RESPValue, RESPValue)] = []
        switch value {
        case .map(let map) where isRESP3: pairs = map
        case .array(let flat) where !isRESP3 && flat.count % 2 == 0:
            pairs = stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
        default: throw ReadingFault.at(0)
        }
        var fields: [String: [UInt8]] = [:]
        for case (.bulk(let name), .bulk(let value)) in pairs {
            fields[String(decoding: name, as: UTF8.self)] = value
        }
        guard fields.count == pairs.count else { throw ReadingFault.at(0) }
        return fields
    }
}
