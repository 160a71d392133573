/// A reply's tape into bytes.
///
/// A line for each row and one that closes, `ROW name=value …`, `OK name=value …` or `ERR code name=value …`; or in
/// RESP one value: a map, an array of maps where the verb has rows, a simple string or an error.

package import Accounts

/// Appends a reply's bytes.
package func encode(
    _ reply: borrowing Reply, hasRows: Bool, as format: WireFormat, into output: inout [UInt8]
) {
    switch format {
    case .lines: LineEncoder.encode(reply.tape, reply.status, into: &output)
    case .resp2, .resp3:
        let rows: Int? = hasRows || reply.rowCount > 0 ? reply.rowCount : nil
        RESPEncoder(isRESP3: format == .resp3).encode(reply, rows: rows, into: &output)
    }
}

/// Appends the beginning of an array of so many replies: a Redis client gets one from `EXEC`.
package func encodeArray(of count: Int, into output: inout [UInt8]) {
    RESPEncoder.appendHeader("*", count, to: &output)
}

/// Appends the events of a reply, each in the form that a `TAIL` sends: in lines `EVENT name=value …`, in RESP3 a push.
/// `TAIL` is not for RESP2, which has no pushes; RESP2 gets the array that its subscribers would.
package func encodeTailEvent(_ reply: borrowing Reply, as format: WireFormat, into output: inout [UInt8]) {
    let tape = reply.tape
    switch format {
    case .lines: LineEncoder.encodeEvents(tape, into: &output)
    case .resp2, .resp3: RESPEncoder(isRESP3: format == .resp3).encodeEvents(tape, into: &output)
    }
}

/// Walks a tape without allocating: it returns places in the tape.
struct TapeReader {
    enum Entry {
        case row
        case event
        case closing
        case field(name: Range<Int>, value: Range<Int>)
    }

    private let tape: [UInt8]
    private(set) var at: Int

    init(_ tape: [UInt8], from start: Int = 0) {
        self.tape = tape
        at = start
    }

    mutating func next() -> Entry? {
        guard at < tape.count else { return nil }
        guard let tag = Reply.Tag(rawValue: tape[at]) else { preconditionFailure("a reply's tape is ours") }
        at += 1
        switch tag {
        case .row: return .row
        case .event: return .event
        case .closing: return .closing
        case .field, .integer, .emptyList:
            let name = (at + 1)..<(at + 1 + Int(tape[at]))
            let length = name.upperBound
            let count =
                Int(tape[length]) | Int(tape[length + 1]) << 8 | Int(tape[length + 2]) << 16
                | Int(tape[length + 3]) << 24
            at = length + 4 + count
            precondition(at <= tape.count, "a reply's tape is ours")
            return .field(name: name, value: (length + 4)..<at)
        }
    }

    /// How many fields come before the next row or the closing line.
    func fieldsAhead() -> Int {
        var reader = self
        var count = 0
        while case .field = reader.next() { count += 1 }
        return count
    }
}
