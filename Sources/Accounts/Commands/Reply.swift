/// A reply before it is bytes: rows of named values and one closing line, on one tape.
///
/// The tape is a sequence of entries. An entry begins with a tag byte. A field then has the name's length (1 byte), the
/// name, the value's length (4 bytes, little-endian) and the value as UTF-8. LineProtocol renders it as a line or as
/// RESP. A reply is reused from command to command, so that a warm one allocates nothing.
package struct Reply: Sendable {
    package enum Status: Equatable, Sendable {
        case ok
        case error(ErrorCode)
        /// OK, and in RESP a simple string, because Redis clients insist on it.
        case word(Word)
        /// OK, and in RESP the value of its one field, because Redis clients insist on it.
        case value
        /// An empty RESP array, which Redis clients take for "nothing to tell".
        case emptyList
        /// The same as an empty map, where Redis clients expect a map.
        case emptyMap
    }

    /// The simple strings that Redis clients wait for.
    package enum Word: String, Sendable {
        case ok = "OK"
        case pong = "PONG"
        case queued = "QUEUED"
        case reset = "RESET"
    }

    package enum Tag: UInt8, Sendable {
        /// A field of the row or closing line that was opened last.
        case field = 1
        case row = 2
        case event = 3
        /// The closing line's fields follow.
        case closing = 4
        /// A field whose value RESP writes as an integer, because Redis clients insist on one.
        case integer = 5
        /// A field whose value RESP writes as an empty array.
        case emptyList = 6
    }

    package private(set) var status: Status = .ok
    package private(set) var tape: [UInt8] = []
    package private(set) var rowCount = 0
    /// Where the closing line's fields begin on the tape; nil if there is none behind the rows.
    package private(set) var closingStart: Int? = 0
    /// The number of fields in the row or closing line that was opened last.
    private var lineFieldCount = 0
    package var closingFieldCount: Int { closingStart == nil ? 0 : lineFieldCount }

    package init() {}

    /// Empties the reply and keeps its memory.
    package mutating func reset() {
        tape.removeAll(keepingCapacity: true)
        rowCount = 0
        closingStart = 0
        lineFieldCount = 0
        status = .ok
    }

    /// Opens a `ROW`. The fields that follow are its own.
    package mutating func row() { open(.row) }

    /// Opens an `EVENT`. The fields that follow are its own.
    package mutating func event() { open(.event) }

    private mutating func open(_ row: Tag) {
        tape.append(row.rawValue)
        rowCount += 1
        closingStart = nil
        lineFieldCount = 0
    }

    /// Writes `rows=` into a closing line: the number of rows.
    package mutating func countRows() { field(.rows, rowCount) }

    /// Writes `rows=`, and `seq=`: the position of the state that was read.
    package mutating func countRows(asOf position: Position) {
        countRows()
        field(.seq, position)
    }

    /// Opens the closing line. Needed only after rows.
    package mutating func closing() {
        tape.append(Tag.closing.rawValue)
        closingStart = tape.count
        lineFieldCount = 0
    }

    /// Keeps the outcome, and tells a Redis client this status alone.
    package mutating func say(_ status: Status) { self.status = status }

    /// Drops the reply so far and refuses.
    package mutating func reject(_ rejection: Rejection) {
        reset()
        status = .error(rejection.code)
        if let column = rejection.column { field(.column, column) }
        if let name = rejection.field { field(.field, name) }
        if let seconds = rejection.retryAfterSeconds { field(.retryAfter, seconds) }
        field(.message, rejection.message)
    }

    /// A value that `write` appends as UTF-8.
    package mutating func field(_ field: ReplyField, tag: Tag = .field, write: (inout [UInt8]) -> Void) {
        let name = field.name
        let nameCount = name.utf8CodeUnitCount
        tape.append(addingCapacity: nameCount + 6) { tape in
            tape.append(tag.rawValue)
            tape.append(UInt8(nameCount))
            for index in 0..<nameCount { tape.append(name.utf8Start[index]) }
            tape.append(repeating: 0, count: 4)
        }
        lineFieldCount += 1
        let start = tape.count
        write(&tape)
        let count = UInt32(tape.count - start)
        for index in 0..<4 { tape[start - 4 + index] = UInt8(truncatingIfNeeded: count >> UInt32(8 * index)) }
    }

    package mutating func field(_ field: ReplyField, _ value: String) {
        assert([.text, .word, .key, .list, .token, .peer].contains(field.kind), field.mistake)
        self.field(field) { $0.append(contentsOf: value.utf8) }
    }
    /// A word of an enum, or another constant.
    package mutating func field(_ field: ReplyField, _ value: StaticString) {
        assert([.text, .word, .key].contains(field.kind), field.mistake)
        self.field(field) { tape in value.withUTF8Buffer { tape.append(contentsOf: $0) } }
    }
    /// A number, written in one step with the bytes before it.
    private mutating func field(_ field: ReplyField, tag: Tag = .field, text: DecimalText) {
        lineFieldCount += 1
        let name = field.name
        text.withBytes { text in
            let nameCount = name.utf8CodeUnitCount
            tape.append(addingCapacity: nameCount + 6 + text.count) { tape in
                tape.append(tag.rawValue)
                tape.append(UInt8(nameCount))
                for index in 0..<nameCount { tape.append(name.utf8Start[index]) }
                tape.append(UInt8(text.count))
                tape.append(repeating: 0, count: 3)
                for byte in text { tape.append(byte) }
            }
        }
    }
    package mutating func field(_ field: ReplyField, _ value: some BinaryInteger) {
        assert([.number].contains(field.kind), field.mistake)
        self.field(field, text: DecimalText(value))
    }
    package mutating func field(_ field: ReplyField, _ value: Bool) {
        assert([.flag].contains(field.kind), field.mistake)
        self.field(field, text: DecimalText(value ? 1 : 0))
    }
    package mutating func field(_ field: ReplyField, milliseconds: Int) {
        assert([.seconds].contains(field.kind), field.mistake)
        self.field(field) {
            $0.append(contentsOf: "\(milliseconds / 1000).\("\(1000 + milliseconds % 1000)".dropFirst())".utf8)
        }
    }
    package mutating func integer(_ field: ReplyField, _ value: Int) {
        self.field(field, tag: .integer, text: DecimalText(value))
    }
    package mutating func emptyList(_ field: ReplyField) { self.field(field, tag: .emptyList) { _ in } }
    package mutating func field(_ field: ReplyField, _ value: Money) {
        assert([.money].contains(field.kind), field.mistake)
        self.field(field, text: DecimalText(value))
    }
    package mutating func field(_ field: ReplyField, _ value: Instant) {
        assert([.time].contains(field.kind), field.mistake)
        self.field(field) { value.appendRFC3339(to: &$0) }
    }
    package mutating func field(_ field: ReplyField, _ value: MSISDN) {
        assert([.msisdn, .peer].contains(field.kind), field.mistake)
        self.field(field, text: DecimalText(value.number))
    }
}

extension ReplyField {
    fileprivate var mistake: String { "\(name)= is written as another type than \(kind)" }
}

/// Reads a reply back, for tests and for renderers.
extension Reply {
    package enum Entry {
        case row
        case event
        case closing
        case field(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)
    }

    /// Visits the tape in order.
    package func forEachEntry(_ visit: (Entry) -> Void) {
        var at = 0
        while at < tape.count {
            guard let tag = Tag(rawValue: tape[at]) else { preconditionFailure("a reply's tape is ours") }
            at += 1
            switch tag {
            case .row: visit(.row)
            case .event: visit(.event)
            case .closing: visit(.closing)
            case .field, .integer, .emptyList:
                let nameEnd = at + 1 + Int(tape[at])
                let name = tape[(at + 1)..<nameEnd]
                var count = 0
                for offset in (0..<4).reversed() { count = count << 8 | Int(tape[nameEnd + offset]) }
                let value = tape[(nameEnd + 4)..<(nameEnd + 4 + count)]
                at = value.endIndex
                visit(.field(name: name, value: value))
            }
        }
    }

    /// The rows, and last the closing line, as dictionaries.
    private var lines: [[String: String]] {
        var lines: [[String: String]] = []
        var current: [String: String] = [:]
        var open = false
        forEachEntry { entry in
            switch entry {
            case .field(let name, let value):
                current[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            case .row, .event, .closing:
                if open { lines.append(current) }
                current = [:]
                open = true
            }
        }
        lines.append(current)
        return lines
    }

    package var rows: [[String: String]] { Array(lines.prefix(rowCount)) }
    package var closingFields: [String: String] { lines.count > rowCount ? lines[rowCount] : [:] }
    package subscript(_ name: String) -> String? { closingFields[name] }
}
