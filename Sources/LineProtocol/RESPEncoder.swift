/// Replies as RESP2 and RESP3. The two differ in one thing here: RESP2 has no map, and a flat array stands for it.

import Accounts

struct RESPEncoder {
    let isRESP3: Bool

    /// `rows` is nil for a verb that never has any: its closing line alone is the reply.
    func encode(_ reply: borrowing Reply, rows: Int?, into output: inout [UInt8]) {
        let tape = reply.tape
        switch reply.status {
        case .word(let word):
            output.append("+")
            output.append(contentsOf: word.rawValue.utf8)
            output.append("\r\n")
        case .value: appendValue(tape, to: &output)
        case .emptyList: Self.appendHeader("*", 0, to: &output)
        case .emptyMap: Self.appendHeader(isRESP3 ? "%" : "*", 0, to: &output)
        case .error(let code): appendError(tape, code, to: &output)
        case .ok:
            var reader = TapeReader(tape, from: reply.closingStart ?? tape.count)
            guard let rows else {
                if reply.closingFieldCount == 0 { return output.append("+OK\r\n") }
                return appendMap(tape, reply.closingFieldCount, &reader, to: &output)
            }
            Self.appendHeader("*", rows + 1, to: &output)
            // The closing line's fields come last on the tape and first in the array.
            appendMap(tape, reply.closingFieldCount, &reader, to: &output)
            reader = TapeReader(tape)
            while let entry = reader.next() {
                switch entry {
                case .row, .event: appendMap(tape, reader.fieldsAhead(), &reader, to: &output)
                case .closing, .field: return
                }
            }
        }
    }

    func encodeEvents(_ tape: [UInt8], into output: inout [UInt8]) {
        var reader = TapeReader(tape)
        while let entry = reader.next() {
            guard case .event = entry else { continue }
            Self.appendHeader(isRESP3 ? ">" : "*", 2, to: &output)
            output.append("$4\r\ntail\r\n")
            appendMap(tape, reader.fieldsAhead(), &reader, to: &output)
        }
    }

    private func appendValue(_ tape: [UInt8], to output: inout [UInt8]) {
        var reader = TapeReader(tape)
        guard case .field(_, let value) = reader.next() else { preconditionFailure("a value is one field") }
        if tape[0] == Reply.Tag.integer.rawValue {
            output.append(":")
        } else {
            Self.appendHeader("$", value.count, to: &output)
        }
        output.append(contentsOf: tape[value])
        output.append("\r\n")
    }

    private func appendMap(
        _ tape: [UInt8], _ fields: Int, _ reader: inout TapeReader, to output: inout [UInt8]
    ) {
        // A field stands on the tape with 6 bytes of its own, which are more than the framing's letters.
        let room = tape.count - reader.at + (fields + 1) * Self.fieldFramingBytes
        output.append(addingCapacity: room) { output in
            output.withUnsafeMutableBufferPointer { room, count in
                var writer = ByteWriter(room)
                writer.put(isRESP3 ? "%" : "*", isRESP3 ? fields : fields * 2)
                tape.withUnsafeBufferPointer { tape in
                    for _ in 0..<fields {
                        guard case .field(let name, let value) = reader.next() else {
                            preconditionFailure("the fields were counted")
                        }
                        writer.put("$", name.count)
                        writer.putLine(tape.extracting(name))
                        // The tag is before the name's length.
                        switch tape[name.lowerBound - 2] {
                        case Reply.Tag.field.rawValue: writer.put("$", value.count)
                        case Reply.Tag.integer.rawValue: writer.put(UInt8(ascii: ":"))
                        default:
                            writer.put("*", 0)
                            continue
                        }
                        writer.putLine(tape.extracting(value))
                    }
                }
                count = writer.count
            }
        }
    }

    /// Two lengths of at most 20 digits, each with a letter and CRLF, and two CRLFs.
    private static let fieldFramingBytes = 50

    static func appendHeader(_ type: Unicode.Scalar, _ count: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: type))
        if count < 10 {
            output.append(48 + UInt8(count))
        } else {
            appendDecimal(UInt64(count), to: &output)
        }
        output.append("\r\n")
    }

    /// One line: values are written as in lines, where CR and LF are never raw. If Redis clients act on an error word
    /// of Redis, it comes first.
    private func appendError(_ tape: [UInt8], _ code: ErrorCode, to output: inout [UInt8]) {
        switch code {
        case .authRequired: output.append("-NOAUTH ")
        case .wrongCredentials: output.append("-WRONGPASS ")
        case .notPermitted: output.append("-NOPERM ")
        case .transactionAborted: output.append("-EXECABORT ")
        case .unsupportedProtocol: output.append("-NOPROTO ")
        default: output.append("-ERR ")
        }
        output.append(contentsOf: code.rawValue.utf8)
        var reader = TapeReader(tape)
        while case .field(let name, let value) = reader.next() {
            LineEncoder.appendField(tape, name, value, to: &output)
        }
        output.append("\r\n")
    }
}

/// Fills room that was measured beforehand.
private struct ByteWriter {
    private let room: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ room: UnsafeMutableBufferPointer<UInt8>) { self.room = room }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        precondition(count < room.count, "there is no room left")
        room.initializeElement(at: count, to: byte)
        count += 1
    }

    mutating func putLine(_ bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= room.count - count, "there is no room left")
        for index in bytes.indices { room.initializeElement(at: count + index, to: bytes[index]) }
        count += bytes.count
        putLineEnd()
    }

    @inline(__always)
    private mutating func putLineEnd() {
        put(.carriageReturn)
        put(.lineFeed)
    }

    /// A type's letter and a length, on a line.
    mutating func put(_ type: Unicode.Scalar, _ length: Int) {
        put(UInt8(ascii: type))
        if length < 10 {
            put(48 + UInt8(length))
        } else if length < 100 {
            put(48 + UInt8(length / 10))
            put(48 + UInt8(length % 10))
        } else {
            var digits: [UInt8] = []
            appendDecimal(UInt64(length), to: &digits)
            for digit in digits { put(digit) }
        }
        putLineEnd()
    }
}
