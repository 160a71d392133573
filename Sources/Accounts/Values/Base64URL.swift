/// Base64url without padding (RFC 4648, section 5): keys, tokens and hashes on the wire.

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

package func encodeBase64URL(_ bytes: some Collection<UInt8>) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count * 4 + 2) / 3)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        count += 8
        while count >= 6 {
            count -= 6
            out.append(alphabet[Int(bits >> count & 63)])
        }
    }
    if count > 0 { out.append(alphabet[Int(bits << (6 - count) & 63)]) }
    return String(decoding: out, as: UTF8.self)
}

/// Nil for a byte outside the alphabet, an impossible length or unused bits that are set.
package func decodeBase64URL(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 != 1 else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(text.count * 3 / 4)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in text {
        let value: UInt8
        switch byte {
        case 65...90: value = byte - 65
        case 97...122: value = byte - 71
        case 48...57: value = byte + 4
        case 45: value = 62
        case 95: value = 63
        default: return nil
        }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
            count -= 8
            out.append(UInt8(truncatingIfNeeded: bits >> count))
        }
    }
    return bits & (1 << count - 1) == 0 ? out : nil
}
