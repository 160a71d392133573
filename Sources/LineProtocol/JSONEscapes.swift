/// The escapes of a JSON string (RFC 8259, 7), without the two that no value may hold: U+0000, which ends a string in
/// many programs, and half a surrogate pair, which is not a character.

import Accounts

/// The value of a quoted token's inside, which was checked to be UTF-8 without control bytes.
func unescape(_ line: Bytes, _ inside: Range<Int>) throws(Rejection) -> [UInt8] {
    var value: [UInt8] = []
    value.reserveCapacity(inside.count)
    var at = inside.lowerBound
    while at < inside.upperBound {
        guard line[at] == .backslash else {
            let run = at
            while at < inside.upperBound, line[at] != .backslash { at += 1 }
            value.append(contentsOf: line.slice(run..<at))
            continue
        }
        guard at + 1 < inside.upperBound else { throw fault(at, "this is not a JSON escape") }
        switch line[at + 1] {
        case .quote, .backslash, UInt8(ascii: "/"): value.append(line[at + 1])
        case UInt8(ascii: "b"): value.append(8)
        case UInt8(ascii: "t"): value.append(9)
        case UInt8(ascii: "n"): value.append(10)
        case UInt8(ascii: "f"): value.append(12)
        case UInt8(ascii: "r"): value.append(13)
        case UInt8(ascii: "u"):
            let start = at
            let scalar = try unicodeScalar(line, &at, inside.upperBound)
            guard scalar != "\0" else { throw fault(start, "a value must not hold U+0000") }
            value.append(contentsOf: UTF8.encode(scalar)!)
            continue
        default: throw fault(at, "this is not a JSON escape")
        }
        at += 2
    }
    return value
}

/// One `\uXXXX`, or two that are a surrogate pair.
private func unicodeScalar(_ line: Bytes, _ at: inout Int, _ end: Int) throws(Rejection) -> Unicode.Scalar {
    let start = at
    let unit = try codeUnit(line, &at, end)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(UInt16(unit)), at + 1 < end, line[at] == .backslash, line[at + 1] == UInt8(ascii: "u")
    else { throw fault(start, "this is half of a surrogate pair") }
    let trail = try codeUnit(line, &at, end)
    guard UTF16.isTrailSurrogate(UInt16(trail)) else { throw fault(start, "this is half of a surrogate pair") }
    return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (trail - 0xdc00))!
}

/// The four hexadecimal digits after `\u`.
private func codeUnit(_ line: Bytes, _ at: inout Int, _ end: Int) throws(Rejection) -> UInt32 {
    guard at + 6 <= end else { throw fault(at, "\\u needs four hexadecimal digits") }
    var unit: UInt32 = 0
    for offset in (at + 2)..<(at + 6) {
        let digit: UInt8
        switch line[offset] {
        case let byte where byte >= 48 && byte <= 57: digit = byte - 48
        case let byte where byte >= 65 && byte <= 70: digit = byte - 55
        case let byte where byte >= 97 && byte <= 102: digit = byte - 87
        default: throw fault(at, "\\u needs four hexadecimal digits")
        }
        unit = unit << 4 | UInt32(digit)
    }
    at += 6
    return unit
}
