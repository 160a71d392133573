/// Replies as a client reads them, from lines or RESP.

struct Answer: Sendable {
    typealias Fields = [(name: String, value: String)]

    /// Nil for OK.
    var code: String?
    var fields: Fields = []
    var rows: [Fields] = []
    /// Sent unasked to a connection that follows the log.
    var isEvent = false
    /// The request will be answered by EXEC, if EXEC is sent.
    var isQueued = false
    /// The replies in the answer to EXEC: each is read by the request that it is for.
    var replies: [AnswerReader.Value] = []

    subscript(_ name: String) -> String? { fields[name] }
    func number(_ name: String) -> UInt64? { self[name].flatMap { UInt64($0) } }
    var isOK: Bool { code == nil }

    /// The part that two answers to the same command share.
    var outcome: String {
        fields.filter { $0.name != "repeated" }.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }
}

extension Answer.Fields {
    subscript(_ name: String) -> String? { first { $0.name == name }?.value }
}

/// The bytes are not a reply.
struct Unreadable: Error {}

/// Takes replies from the front of bytes. In RESP, every map after the first in an array is a row.
struct AnswerReader {
    private let bytes: [UInt8]
    private let isRESP: Bool
    private var at = 0

    init(_ bytes: [UInt8], isRESP: Bool) { (self.bytes, self.isRESP) = (bytes, isRESP) }

    var isAtEnd: Bool { at == bytes.count }

    mutating func next(hasRows: Bool, isExec: Bool, isStreaming: Bool) throws(Unreadable) -> Answer {
        if isRESP {
            let value = try value()
            if isExec, case .list(let replies, isPush: false) = value { return Answer(replies: replies) }
            return try Self.answer(value, hasRows)
        }
        var answer = Answer()
        while true {
            let line = try line()
            if let rest = line.after("ROW") {
                answer.rows.append(try Self.fields(rest))
                continue
            }
            if let rest = line.after("EVENT") {
                let fields = try Self.fields(rest)
                guard !isStreaming else { return Answer(fields: fields, isEvent: true) }
                answer.rows.append(fields)
                continue
            }
            if let rest = line.after("OK") {
                answer.fields = try Self.fields(rest)
            } else if let rest = line.after("ERR") {
                (answer.code, answer.fields) = try Self.error(rest)
            } else {
                throw Unreadable()
            }
            return answer
        }
    }

    private mutating func line() throws(Unreadable) -> ArraySlice<UInt8> {
        guard let end = bytes[at...].firstIndex(of: 10) else { throw Unreadable() }
        defer { at = end + 1 }
        return isRESP ? bytes[at..<(end - 1)] : bytes[at..<end]
    }

    private static func error(_ rest: ArraySlice<UInt8>) throws(Unreadable) -> (String, Answer.Fields) {
        let end = rest.firstIndex(of: 32) ?? rest.endIndex
        return (String(decoding: rest[..<end], as: UTF8.self), try fields(rest[end...].dropFirst()))
    }

    /// `name=value name="value with spaces"`
    private static func fields(_ line: ArraySlice<UInt8>) throws(Unreadable) -> Answer.Fields {
        var fields: Answer.Fields = []
        var at = line.startIndex
        while at < line.endIndex {
            guard let equals = line[at...].firstIndex(of: UInt8(ascii: "=")) else { throw Unreadable() }
            let name = String(decoding: line[at..<equals], as: UTF8.self)
            at = equals + 1
            var end = at
            if at < line.endIndex, line[at] == UInt8(ascii: "\"") {
                end += 1
                while end < line.endIndex, line[end] != UInt8(ascii: "\"") {
                    end += line[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                end += 1
                guard end <= line.endIndex else { throw Unreadable() }
            } else {
                end = line[at...].firstIndex(of: 32) ?? line.endIndex
            }
            fields.append((name, String(decoding: line[at..<end], as: UTF8.self)))
            guard end == line.endIndex || line[end] == 32 else { throw Unreadable() }
            at = min(end + 1, line.endIndex)
        }
        return fields
    }

    // MARK: - RESP

    enum Value: Sendable {
        case simple(String)
        case error(ArraySlice<UInt8>)
        case text(String)
        case list([Value], isPush: Bool)
    }

    private mutating func value() throws(Unreadable) -> Value {
        guard at < bytes.count else { throw Unreadable() }
        let kind = bytes[at]
        at += 1
        let line = try line()
        func count() throws(Unreadable) -> Int {
            guard let count = Int(String(decoding: line, as: UTF8.self)), count >= 0 else { throw Unreadable() }
            return count
        }
        switch kind {
        case UInt8(ascii: "+"): return .simple(String(decoding: line, as: UTF8.self))
        case UInt8(ascii: ":"): return .text(String(decoding: line, as: UTF8.self))
        case UInt8(ascii: "-"): return .error(line)
        case UInt8(ascii: "$"):
            let count = try count()
            guard at + count + 2 <= bytes.count else { throw Unreadable() }
            defer { at += count + 2 }
            return .text(String(decoding: bytes[at..<(at + count)], as: UTF8.self))
        case UInt8(ascii: "*"), UInt8(ascii: ">"), UInt8(ascii: "%"):
            var values: [Value] = []
            for _ in 0..<(try count() * (kind == UInt8(ascii: "%") ? 2 : 1)) { values.append(try value()) }
            return .list(values, isPush: kind == UInt8(ascii: ">"))
        default: throw Unreadable()
        }
    }

    static func answer(_ value: Value, _ hasRows: Bool) throws(Unreadable) -> Answer {
        switch value {
        case .simple(let word): return Answer(isQueued: word == "QUEUED")
        case .text: return Answer()
        case .error(let line):
            // Redis' error word comes first.
            guard let space = line.firstIndex(of: 32) else { throw Unreadable() }
            let (code, fields) = try error(line[(space + 1)...])
            return Answer(code: code, fields: fields)
        case .list(let values, isPush: true):
            guard let event = values.last else { throw Unreadable() }
            return Answer(fields: try map(event), isEvent: true)
        case .list(let values, isPush: false):
            guard hasRows else { return Answer(fields: try map(value)) }
            guard let first = values.first else { return Answer() }
            var answer = Answer(fields: try map(first))
            for row in values.dropFirst() { answer.rows.append(try map(row)) }
            return answer
        }
    }

    private static func map(_ value: Value) throws(Unreadable) -> Answer.Fields {
        guard case .list(let values, _) = value, values.count % 2 == 0 else { throw Unreadable() }
        var fields: Answer.Fields = []
        for index in stride(from: 0, to: values.count, by: 2) {
            guard case .text(let name) = values[index] else { throw Unreadable() }
            switch values[index + 1] {
            case .text(let text): fields.append((name, text))
            case .list(let values, isPush: false) where values.isEmpty: fields.append((name, ""))
            default: throw Unreadable()
            }
        }
        return fields
    }
}

extension ArraySlice<UInt8> {
    /// The text after a line's first word; nil if the line begins with another word.
    fileprivate func after(_ word: StaticString) -> ArraySlice<UInt8>? {
        let end = startIndex + word.utf8CodeUnitCount
        guard count >= word.utf8CodeUnitCount, end == endIndex || self[end] == 32 else { return nil }
        for index in 0..<word.utf8CodeUnitCount where self[startIndex + index] != word.utf8Start[index] { return nil }
        return self[end...].dropFirst()
    }
}
