/// The primitives of secret work, with the vault's keys and the server's. Each thread has tools of its own.

internal import Accounts
internal import Crypto
internal import EventLog
internal import LMDB

struct VaultTools: SecretTools {
    private let vault: Vault
    private let cost: PasswordHashing.Cost
    /// Keys that were made ahead, in one transaction.
    private var made: ArraySlice<(id: [UInt8], key: SymmetricKey)> = []
    /// The key used last: usually all texts are of one account. Nil if it was destroyed.
    private var last: (id: [UInt8], key: SymmetricKey?) = ([], nil)

    init(_ vault: Vault, _ cost: PasswordHashing.Cost = .strong) { (self.vault, self.cost) = (vault, cost) }

    mutating func makeKeys(_ count: Int) throws(LMDBError) {
        if count > 0 { made = try vault.makeKeys(count)[...] }
    }

    mutating func newKey() throws(LMDBError) -> [UInt8] {
        if made.isEmpty { try makeKeys(1) }
        let (id, key) = made.removeFirst()
        last = (id, key)
        return id
    }

    private mutating func key(_ id: [UInt8]) throws(LMDBError) -> SymmetricKey? {
        if id != last.id { last = (id, try vault.key(id)) }
        return last.key
    }

    mutating func seal(_ text: [UInt8], under keyID: [UInt8]) throws(LMDBError) -> [UInt8] {
        guard let key = try key(keyID) else { return [] }
        return Vault.sealText(text, keyID: keyID, key)
    }

    mutating func open(_ text: SealedText) throws(LMDBError) -> String? {
        guard let key = try key(text.keyID) else { return nil }
        return Vault.openText(text.sealed, keyID: text.keyID, key)
    }

    func matches(_ password: [UInt8], _ hash: PasswordHash?) -> Bool {
        PasswordHashing.verify(password, against: hash, cost)
    }
    func hash(_ password: [UInt8]) -> PasswordHash { PasswordHashing.hash(password, cost) }
    func rehash(_ password: [UInt8], of hash: PasswordHash?) -> PasswordHash? {
        PasswordHashing.rehash(password, of: hash, cost)
    }

    func code(of challenge: [UInt8]) -> String { vault.serverKeys.code(challenge: challenge) }
    func voucher(seed: [UInt8], number: UInt32) -> [UInt8] { vault.serverKeys.voucher(seed: seed, number: number) }
    func random() -> [UInt8] { randomBytes(32) }
    func hash(ofToken token: [UInt8]) -> [UInt8] { vault.serverKeys.tokenHash(token) }
    func hash(ofSecret secret: [UInt8]) -> [UInt8] { vault.serverKeys.secretHash(secret) }

    func isKey(_ key: DeviceKey) -> Bool { key.isValid }
    func verifies(_ signature: [UInt8], of text: [UInt8], by key: DeviceKey) -> Bool {
        key.verifies(signature, of: text)
    }
}
