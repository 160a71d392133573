/// Argon2id by libsodium, with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. An
/// ephemeral service, which keeps no password, takes cheap ones.

package import Accounts
internal import CSodium

package enum PasswordHashing {
    /// The parameters of new hashes.
    package struct Cost: Equatable, Sendable {
        package let memoryKiB: UInt32
        package let passes: UInt32

        package static let strong = Cost(memoryKiB: 19 * 1024, passes: 2)
        /// Less than a tenth of a millisecond.
        package static let cheap = Cost(memoryKiB: 64, passes: 1)
    }

    private static let saltBytes = 16
    private static let digestBytes = 32

    /// Must be called once before any other function of libsodium.
    package static func initialize() {
        guard sodium_init() >= 0 else { fatalError("libsodium cannot start on this machine") }
    }

    package static func hash(_ password: [UInt8], _ cost: Cost = .strong) -> PasswordHash {
        let salt = randomBytes(saltBytes)
        return PasswordHash(
            memoryKib: cost.memoryKiB, passes: cost.passes, salt: salt, digest: digest(password, salt: salt, cost))
    }

    /// A new digest of a correct password with today's parameters and the old salt; nil if the old parameters are not
    /// weaker. Costs as much as a hash.
    package static func rehash(_ password: [UInt8], of hash: PasswordHash?, _ cost: Cost = .strong) -> PasswordHash? {
        guard let hash, hash.isWeaker(thanMemoryKiB: cost.memoryKiB, passes: cost.passes) else { return nil }
        return PasswordHash(
            memoryKib: cost.memoryKiB, passes: cost.passes, salt: hash.salt,
            digest: digest(password, salt: hash.salt, cost))
    }

    /// Takes the same time if `hash` is nil, which no password matches.
    package static func verify(_ password: [UInt8], against hash: PasswordHash?, _ cost: Cost = .strong) -> Bool {
        guard let hash else {
            _ = digest(password, salt: [UInt8](repeating: 0, count: saltBytes), cost)
            return false
        }
        let found = digest(
            password, salt: hash.salt, Cost(memoryKiB: hash.memoryKib, passes: hash.passes))
        return equalInConstantTime(found, hash.digest)
    }

    private static func digest(_ password: [UInt8], salt: [UInt8], _ cost: Cost) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: digestBytes)
        let status = password.withUnsafeBytes { password in
            // An empty password is checked too, and libsodium needs an address for it.
            let characters = password.baseAddress?.assumingMemoryBound(to: CChar.self)
            return withUnsafePointer(to: CChar(0)) { none in
                crypto_pwhash(
                    &out, UInt64(digestBytes), characters ?? none, UInt64(password.count), salt, UInt64(cost.passes),
                    Int(cost.memoryKiB) * 1024, crypto_pwhash_ALG_ARGON2ID13)
            }
        }
        precondition(status == 0, "Argon2id found no \(cost.memoryKiB) KiB of memory")
        return out
    }
}
