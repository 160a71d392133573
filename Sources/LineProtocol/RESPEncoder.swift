/// Replies as RESP2 and RESP3. The two differ in one thing here: RESP2 has no map, and a flat array stands for it.

import Accounts

struct RESPEncoder {
    let isRESP3: Bool

    /// `rows` nil: the verb never has any, and its closing line alone is the reply.
    func encode(_ tape: [UInt8], _ status: Reply.Status, rows: Int?, into output: inout [UInt8]) {
        switch status {
        case .pong: output.append("+PONG\r\n")
        case .okAlone: output.append("+OK\r\n")
        case .emptyList: output.append("*0\r\n")
        case .error(let code): appendError(tape, code, to: &output)
        case .ok:
            guard let rows else {
                var reader = TapeReader(tape)
                if let start = closing(tape), start > 0 { reader = TapeReader(tape, from: start) }
                let fields = reader.fieldsAhead()
                if fields == 0 { output.append("+OK\r\n") } else { appendMap(tape, fields, &reader, to: &output) }
                return
            }
            appendHeader("*", rows + 1, to: &output)
            // The closing line's fields come last on the tape and first in the array.
            var reader = TapeReader(tape, from: closing(tape) ?? tape.count)
            appendMap(tape, reader.fieldsAhead(), &reader, to: &output)
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
            appendHeader(isRESP3 ? ">" : "*", 2, to: &output)
            output.append("$4\r\ntail\r\n")
            appendMap(tape, reader.fieldsAhead(), &reader, to: &output)
        }
    }

    /// Where the closing line's fields begin; nil: it has none.
    private func closing(_ tape: [UInt8]) -> Int? {
        var reader = TapeReader(tape)
        var isFirst = true
        while let entry = reader.next() {
            switch entry {
            case .closing: return reader.at
            case .field where isFirst: return 0
            default: isFirst = false
            }
        }
        return nil
    }

    private func appendMap(
        _ tape: [UInt8], _ fields: Int, _ reader: inout TapeReader, to output: inout [UInt8]
    ) {
        appendHeader(isRESP3 ? "%" : "*", isRESP3 ? fields : fields * 2, to: &output)
        for _ in 0..<fields {
            guard case .field(let name, let value) = reader.next() else {
                preconditionFailure("the fields were counted")
            }
            appendBulk(tape, name, to: &output)
            // The tag stands before the name's length.
            if tape[name.lowerBound - 2] == Reply.Tag.integer.rawValue {
                output.append(":")
                output.append(contentsOf: tape[value])
                output.append("\r\n")
            } else {
                appendBulk(tape, value, to: &output)
            }
        }
    }

    private func appendBulk(_ tape: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) {
        appendHeader("$", range.count, to: &output)
        output.append(contentsOf: tape[range])
        output.append("\r\n")
    }

    private func appendHeader(_ type: Unicode.Scalar, _ count: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: type))
        if count < 10 {
            output.append(48 + UInt8(count))
        } else {
            appendDecimal(UInt64(count), to: &output)
        }
        output.append("\r\n")
    }

    /// One line: values are written as in lines, where CR and LF are never raw. Redis' own words come first where
    /// its clients act on them.
    private func appendError(_ tape: [UInt8], _ code: ErrorCode, to output: inout [UInt8]) {
        switch code {
        case .authRequired: output.append("-NOAUTH ")
        case .wrongCredentials: output.append("-WRONGPASS ")
        case .notPermitted: output.append("-NOPERM ")
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
