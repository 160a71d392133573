/// Argon2id by libsodium, with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane.

package import Accounts
internal import CSodium

package enum PasswordHashing {
    package static let memoryKiB: UInt32 = 19 * 1024
    package static let passes: UInt32 = 2
    private static let saltBytes = 16
    private static let digestBytes = 32

    /// Must be called once before any other function of libsodium.
    package static func initialize() {
        guard sodium_init() >= 0 else { fatalError("libsodium cannot start on this machine") }
    }

    package static func hash(_ password: [UInt8]) -> PasswordHash {
        let salt = randomBytes(saltBytes)
        return PasswordHash(
            memoryKib: memoryKiB, passes: passes, salt: salt,
            digest: digest(password, salt: salt, memoryKiB: memoryKiB, passes: passes))
    }

    /// A new digest of a correct password with today's parameters and the old salt; nil if the old parameters are not
    /// weaker. Costs as much as a hash.
    package static func rehash(_ password: [UInt8], of hash: PasswordHash?) -> PasswordHash? {
        guard let hash, hash.isWeaker(thanMemoryKiB: memoryKiB, passes: passes) else { return nil }
        return PasswordHash(
            memoryKib: memoryKiB, passes: passes, salt: hash.salt,
            digest: digest(password, salt: hash.salt, memoryKiB: memoryKiB, passes: passes))
    }

    /// Takes the same time if `hash` is nil, which no password matches.
    package static func verify(_ password: [UInt8], against hash: PasswordHash?) -> Bool {
        guard let hash else {
            _ = digest(
                password, salt: [UInt8](repeating: 0, count: saltBytes), memoryKiB: memoryKiB, passes: passes)
            return false
        }
        let found = digest(password, salt: hash.salt, memoryKiB: hash.memoryKib, passes: hash.passes)
        return equalInConstantTime(found, hash.digest)
    }

    private static func digest(_ password: [UInt8], salt: [UInt8], memoryKiB: UInt32, passes: UInt32) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: digestBytes)
        let status = password.withUnsafeBytes { password in
            // An empty password is checked too, and libsodium needs an address for it.
            let characters = password.baseAddress?.assumingMemoryBound(to: CChar.self)
            return withUnsafePointer(to: CChar(0)) { none in
                crypto_pwhash(
                    &out, UInt64(digestBytes), characters ?? none, UInt64(password.count), salt, UInt64(passes),
                    Int(memoryKiB) * 1024, crypto_pwhash_ALG_ARGON2ID13)
            }
        }
        precondition(status == 0, "Argon2id found no \(memoryKiB) KiB of memory")
        return out
    }
}
