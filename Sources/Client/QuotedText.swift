// Values on the wire: bare where they can be, else a JSON string (RFC 8259, section 7).

extension Unicode.Scalar {
    /// True if the character is visible and moves nothing else: no control, no override of direction, nothing of no
    /// width, no end of a line.
    package var isPrintable: Bool {
        if isASCII { return (" "..."~").contains(self) }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
        default: true
        }
    }
}

/// The value as it may stand in a line: bare, or quoted where it is empty, holds a space, a quote, a backslash, `=`
/// (which would make a positional look like a named argument), or what is not printable.
package func quotedIfNeeded(_ value: String) -> String {
    let isBare =
        !value.isEmpty
        && value.utf8.allSatisfy {
            $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\\")
        }
    return isBare && value.unicodeScalars.allSatisfy(\.isPrintable) ? value : quoted(value)
}

/// A JSON string on one line, with every unprintable character as `\uXXXX`. U+0000, which the protocol refuses, is
/// escaped like any control, so that the service can name it.
package func quoted(_ value: String) -> String {
    var out = "\""
    for scalar in value.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case _ where scalar.isPrintable: out.unicodeScalars.append(scalar)
        default:
            for unit in UTF16.encode(scalar)! {
                let digits = String(unit, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }
    return out + "\""
}

/// Why bytes are not quoted text.
package struct MalformedText: Error, Equatable {
    package let message: String
}

/// Reads a JSON string that begins with the quote at `index`, and moves `index` behind its closing quote.
package func readQuoted(_ bytes: [UInt8], at index: inout Int) throws(MalformedText) -> String {
    precondition(bytes[index] == UInt8(ascii: "\""), "a quoted text begins with a quote")
    index += 1
    var out: [UInt8] = []
    while index < bytes.count {
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""):
            guard let text = String(validating: out, as: UTF8.self) else {
                throw MalformedText(message: "a quoted value is not UTF-8")
            }
            return text
        case UInt8(ascii: "\\"): try readEscape(bytes, at: &index, into: &out)
        case 0..<0x20: throw MalformedText(message: "a quoted value holds a control byte")
        default: out.append(byte)
        }
    }
    throw MalformedText(message: "a quoted value is not closed")
}

private func readEscape(_ bytes: [UInt8], at index: inout Int, into out: inout [UInt8]) throws(MalformedText) {
    guard index < bytes.count else { throw MalformedText(message: "a quoted value is not closed") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0c)
    case UInt8(ascii: "n"): out.append(0x0a)
    case UInt8(ascii: "r"): out.append(0x0d)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
        let unit = try readHex(bytes, at: &index)
        var value = UInt32(unit)
        if (0xd800..<0xdc00).contains(unit) {
            guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
            else { throw MalformedText(message: "a quoted value holds a lone surrogate") }
            index += 2
            let low = try readHex(bytes, at: &index)
            guard (0xdc00..<0xe000).contains(low) else {
                throw MalformedText(message: "a quoted value holds a lone surrogate")
            }
            value = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(low) - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw MalformedText(message: "a quoted value holds a lone surrogate")
        }
        out.append(contentsOf: UTF8.encode(scalar)!)
    default: throw MalformedText(message: "a quoted value holds an unknown escape")
    }
}

private func readHex(_ bytes: [UInt8], at index: inout Int) throws(MalformedText) -> UInt16 {
    guard index + 4 <= bytes.count else { throw MalformedText(message: "a quoted value is not closed") }
    var value: UInt16 = 0
    for byte in bytes[index..<(index + 4)] {
        let digit: UInt8
        switch byte {
        case 48...57: digit = byte - 48
        case 65...70: digit = byte - 55
        case 97...102: digit = byte - 87
        default: throw MalformedText(message: "\\u takes four hexadecimal digits")
        }
        value = value << 4 | UInt16(digit)
    }
    index += 4
    return value
}
