/// Replies as lines, and the one way in which a value is written in a line.

import Accounts

enum LineEncoder {
    static func encode(_ tape: [UInt8], _ status: Reply.Status, into output: inout [UInt8]) {
        var reader = TapeReader(tape)
        var isLineOpen = false
        var isClosing = false
        while let entry = reader.next() {
            switch entry {
            case .row, .event, .closing:
                assert(!isClosing, "nothing follows the closing line")
                if isLineOpen { output.append(.lineFeed) }
                isLineOpen = true
                switch entry {
                case .row: output.append("ROW")
                case .event: output.append("EVENT")
                default:
                    isClosing = true
                    close(status, &output)
                }
            case .field(let name, let value):
                if !isLineOpen {
                    isLineOpen = true
                    isClosing = true
                    close(status, &output)
                }
                appendField(tape, name, value, to: &output)
            }
        }
        if !isClosing {
            if isLineOpen { output.append(.lineFeed) }
            close(status, &output)
        }
        output.append(.lineFeed)
    }

    static func encodeEvents(_ tape: [UInt8], into output: inout [UInt8]) {
        var reader = TapeReader(tape)
        var isOpen = false
        while let entry = reader.next() {
            if isOpen, !isField(entry) { output.append(.lineFeed) }
            switch entry {
            case .event:
                isOpen = true
                output.append("EVENT")
            case .row, .closing: isOpen = false
            case .field(let name, let value):
                if isOpen { appendField(tape, name, value, to: &output) }
            }
        }
        if isOpen { output.append(.lineFeed) }
    }

    private static func isField(_ entry: TapeReader.Entry) -> Bool {
        if case .field = entry { true } else { false }
    }

    private static func close(_ status: Reply.Status, _ output: inout [UInt8]) {
        switch status {
        case .ok, .word, .value, .emptyList, .emptyMap: output.append("OK")
        case .error(let code):
            output.append("ERR ")
            output.append(contentsOf: code.rawValue.utf8)
        }
    }

    /// ` name=value`
    static func appendField(
        _ tape: [UInt8], _ name: Range<Int>, _ value: Range<Int>, to output: inout [UInt8]
    ) {
        output.append(.space)
        output.append(contentsOf: tape[name])
        output.append(.equals)
        if tape[value].contains(where: needsQuotes) {
            appendQuoted(tape, value, to: &output)
        } else {
            output.append(contentsOf: tape[value])
        }
    }

    /// Whether a value that holds the byte is quoted. An empty value is not: `name=`.
    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte <= .space || byte == .quote || byte == .equals || byte == .backslash || byte == 127
    }

    private static func appendQuoted(_ tape: [UInt8], _ value: Range<Int>, to output: inout [UInt8]) {
        output.append(.quote)
        for at in value {
            let byte = tape[at]
            switch byte {
            case .quote, .backslash:
                output.append(.backslash)
                output.append(byte)
            case .lineFeed: output.append("\\n")
            case .carriageReturn: output.append("\\r")
            case 9: output.append("\\t")
            case 0..<32, 127:
                output.append("\\u00")
                output.append(hexadecimal(byte >> 4))
                output.append(hexadecimal(byte & 15))
            default: output.append(byte)
            }
        }
        output.append(.quote)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? 48 + digit : 87 + digit }
}

extension [UInt8] {
    /// Appends a word of the protocol.
    mutating func append(_ word: StaticString) {
        word.withUTF8Buffer { append(contentsOf: $0) }
    }
}
