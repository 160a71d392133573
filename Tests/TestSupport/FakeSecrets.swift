/// Secret work for tests and the simulator: without a vault, the same in every run, and unsafe for any other use.

package import Accounts
package import Engine

package struct FakeSecrets: SecretTools, Sendable {
    private var made: UInt64 = 0
    package private(set) var destroyed: Set<[UInt8]> = []
    private let keys: ServerKeys

    package init(keys: ServerKeys = .fixed) { self.keys = keys }

    package mutating func result(of work: any SecretWork) -> any Sendable { work.perform(&self) }

    package mutating func destroyKey(_ id: [UInt8]) { destroyed.insert(id) }

    /// 16 bytes that were not drawn before.
    private mutating func fresh() -> [UInt8] {
        made += 1
        return Hash128(high: 0x6b61_6269_6e65_7400, low: made).bytes
    }

    private static let memoryKiB: UInt32 = 1
    private static let passes: UInt32 = 2

    package mutating func newKey() -> [UInt8] { fresh() }

    /// Ends with bytes that identify its key.
    package func seal(_ text: [UInt8], under keyID: [UInt8]) -> [UInt8] { text.map { $0 ^ 0x5a } + keyID.suffix(8) }

    package func open(_ text: SealedText) -> String? {
        guard !destroyed.contains(text.keyID), text.sealed.suffix(8) == text.keyID.suffix(8) else { return nil }
        return String(decoding: text.sealed.dropLast(8).map { $0 ^ 0x5a }, as: UTF8.self)
    }

    package func matches(_ password: [UInt8], _ hash: PasswordHash?) -> Bool {
        guard let hash else { return false }
        return hash == self.hash(password, salt: hash.salt, passes: hash.passes)
    }

    /// Makes one in four like an older service's, with a pass less.
    package mutating func hash(_ password: [UInt8]) -> PasswordHash {
        let salt = fresh()
        return hash(password, salt: salt, passes: made % 4 == 0 ? Self.passes - 1 : Self.passes)
    }

    package func rehash(_ password: [UInt8], of hash: PasswordHash?) -> PasswordHash? {
        guard let hash, hash.isWeaker(thanMemoryKiB: Self.memoryKiB, passes: Self.passes) else { return nil }
        return self.hash(password, salt: hash.salt, passes: Self.passes)
    }

    package func hash(_ password: [UInt8], salt: [UInt8], passes: UInt32) -> PasswordHash {
        PasswordHash(
            memoryKib: Self.memoryKiB, passes: passes, salt: salt,
            digest: keys.secretHash(salt + [UInt8(passes)] + password))
    }

    package func code(of challenge: [UInt8]) -> String { keys.code(challenge: challenge) }
    package func voucher(seed: [UInt8], number: UInt32) -> [UInt8] { keys.voucher(seed: seed, number: number) }
    package mutating func random() -> [UInt8] { fresh() + fresh() }
    package func hash(ofToken token: [UInt8]) -> [UInt8] { keys.tokenHash(token) }
    package func hash(ofSecret secret: [UInt8]) -> [UInt8] { keys.secretHash(secret) }

    package func isKey(_ key: DeviceKey) -> Bool { key.isValid }

    /// Three zeros are a signature by any key, for accounts without a device.
    package func verifies(_ signature: [UInt8], of text: [UInt8], by key: DeviceKey) -> Bool {
        signature == [0, 0, 0] || key.verifies(signature, of: text)
    }
}
