/// The server's own keys, and the values derived from them: keyed hashes of ids, arguments, tokens and secrets, and
/// one-time codes. The keys are in the vault, wrapped by the master key. They never change, because ids are kept for
/// ever.

package import Accounts
internal import CSodium
internal import Crypto

package final class ServerKeys: Sendable {
    /// 16 bytes. SipHash-2-4-128: a PRF, for values that must not be guessed and need not be hidden from a holder of
    /// the key.
    private let idKey: [UInt8]
    /// 32 bytes. BLAKE2b, one-way also for a holder of the key: tokens and secrets of 256 random bits.
    private let tokenKey: [UInt8]
    /// 32 bytes. HMAC-SHA-256 for one-time codes.
    private let codeKey: [UInt8]

    static let byteCount = 80

    /// 80 bytes: the three keys, one after another.
    init(_ bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "server keys are 80 bytes")
        idKey = Array(bytes[..<16])
        tokenKey = Array(bytes[16..<48])
        codeKey = Array(bytes[48...])
    }

    /// For tests and the simulator: the same keys in every run.
    package static let fixed = ServerKeys((0..<80).map { UInt8($0) })

    private func sip(_ bytes: UnsafeRawBufferPointer) -> Hash128 {
        var out = (UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &out) { out in
            _ = crypto_shorthash_siphashx24(
                out.baseAddress!.assumingMemoryBound(to: UInt8.self),
                bytes.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(bytes.count), idKey)
        }
        // All zeros mean "no id": a hash of all zeros becomes 1.
        let hash = Hash128(high: out.0, low: out.1)
        return hash.isZero ? Hash128(high: 0, low: 1) : hash
    }

    /// The hash of `id=`; the id of the command is this hash in the principal's scope.
    package func commandID(_ id: UnsafeRawBufferPointer) -> Hash128 { sip(id) }

    /// The hash of a command's arguments. `asSpelled`: as older builds recorded it.
    package func arguments(_ request: Request, asSpelled: Bool = false) -> Hash128 {
        request.arguments.hashRepeated(asSpelled: asSpelled) { sip($0) }
    }

    private func blake(_ bytes: [UInt8], count: Int) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        let status = crypto_generichash(&out, count, bytes, UInt64(bytes.count), tokenKey, tokenKey.count)
        precondition(status == 0, "BLAKE2b takes these lengths")
        return out
    }

    /// The seed of the key that signs checkpoints: 32 bytes.
    package var checkpointSeed: [UInt8] { blake(Array("kabinet checkpoint".utf8), count: 32) }

    /// The hash under which a session's token is stored.
    package func tokenHash(_ token: [UInt8]) -> [UInt8] { blake(token, count: 16) }

    /// The hash under which a principal's secret is stored.
    package func secretHash(_ secret: [UInt8]) -> [UInt8] { blake(secret, count: 32) }

    /// The secret part of a voucher: 80 bits of HMAC-SHA-256 over its batch's seed and its number.
    package func voucher(seed: [UInt8], number: UInt32) -> [UInt8] {
        let text =
            Array("kabinet voucher".utf8) + seed + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - $0 * 8)) }
        return Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: codeKey)).prefix(10))
    }

    /// Six digits from a challenge (RFC 4226, section 5.3, over HMAC-SHA-256).
    package func code(challenge: [UInt8]) -> String {
        let mac = Array(HMAC<SHA256>.authenticationCode(for: challenge, using: SymmetricKey(data: codeKey)))
        let offset = Int(mac[mac.count - 1] & 15)
        let number = mac[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
}
