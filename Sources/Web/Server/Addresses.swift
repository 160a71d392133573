/// Network addresses: bytes of their text, and ranges of trusted proxies.

internal import Glibc

/// 4 or 16 bytes; nil if the text is no address. An IPv4 address in IPv6 notation, as a socket for both kinds has it, is
/// that IPv4 address.
func addressBytes(_ text: String) -> [UInt8]? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
    var sixteen = in6_addr()
    // The zone of a link-local address does not belong to it.
    if inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &sixteen) == 1 {
        let bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
        let isIPv4 = bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
        return isIPv4 ? Array(bytes.suffix(4)) : bytes
    }
    return nil
}

/// A range of addresses, as in `10.0.0.0/8` or `127.0.0.1`.
package struct AddressRange: Sendable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Nil if the text is no range.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let bytes = addressBytes(String(first)) else { return nil }
        self.bytes = bytes
        guard parts.count == 2 else {
            bits = bytes.count * 8
            return
        }
        guard let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits) else { return nil }
        self.bits = bits
    }

    func contains(_ address: String) -> Bool {
        guard let other = addressBytes(address), other.count == bytes.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask: UInt8 = 0x80 >> UInt8(bit % 8)
            return bytes[bit / 8] & mask == other[bit / 8] & mask
        }
    }
}

/// The visitor's address. `X-Forwarded-For` counts only as far as trusted proxies wrote it, from its end.
package func visitorAddress(peer: String, forwardedFor: [String], trusted: [AddressRange]) -> String {
    var address = peer
    for hop in forwardedFor.joined(separator: ",").split(separator: ",").reversed() {
        guard trusted.contains(where: { $0.contains(address) }) else { break }
        let text = hop.drop { $0 == " " }.prefix { $0 != " " }
        guard addressBytes(String(text)) != nil else { break }
        address = String(text)
    }
    return address
}
