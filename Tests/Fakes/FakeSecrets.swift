/// Secret work for tests and the simulator: without a vault, the same in every run, and unsafe for any other use.

package import Accounts
package import Engine

package struct FakeSecrets: Sendable {
    private var made: UInt64 = 0
    package private(set) var destroyed: Set<[UInt8]> = []
    private let keys: ServerKeys

    package init(keys: ServerKeys = .fixed) { self.keys = keys }

    package mutating func result(of work: SecretWork) -> SecretResult {
        switch work {
        case .newKey(let texts):
            let id = fresh()
            return .sealed(keyID: id, texts.map { seal($0, id) })
        case .seal(let id, let texts): return .sealed(keyID: id, texts.map { seal($0, id) })
        case .unseal(let texts):
            var opened: [SealedText: String] = [:]
            for text in texts where !destroyed.contains(text.keyID) {
                opened[text] = open(text.sealed, text.keyID)
            }
            return .texts(opened)
        case .signIn(let password, let against):
            let token = fresh() + fresh()
            let right = against.flatMap { $0 == hash(password, like: $0) ? $0 : nil }
            let isWeak = right?.isWeaker(thanMemoryKiB: Self.memoryKiB, passes: Self.passes) ?? false
            return .signIn(
                matches: right != nil, against: against,
                rehashed: isWeak ? right.map { hash(password, salt: $0.salt, passes: Self.passes) } : nil,
                token: token, tokenHash: keys.tokenHash(token))
        case .changePassword(let old, let against, let new):
            return .changedPassword(hash(old, like: against) == against ? newHash(new) : nil, against: against)
        case .confirm(let challenge, let code, let password):
            guard Array(keys.code(challenge: challenge).utf8) == code else {
                return .confirmed(challenge: challenge, isRight: false, nil, token: [], tokenHash: [])
            }
            let hash = password.map { newHash($0) }
            let token = fresh() + fresh()
            return .confirmed(challenge: challenge, isRight: true, hash, token: token, tokenHash: keys.tokenHash(token))
        case .device(let key, let id, let name):
            return .device(isKey: key.isValid, sealedName: seal(name, id))
        case .verify(let key, let text, let signature):
            let token = fresh() + fresh()
            return .verified(
                // Three zeros are correct for an account without a device.
                text: text, isRight: signature == [0, 0, 0] || key.verifies(signature, of: text), token: token,
                tokenHash: keys.tokenHash(token))
        case .newToken:
            let token = fresh() + fresh()
            return .newToken(token: token, tokenHash: keys.tokenHash(token))
        case .codes(let challenges):
            return .codes(Dictionary(uniqueKeysWithValues: challenges.map { ($0, keys.code(challenge: $0)) }))
        case .hashSecret(let secret): return .secretHash(keys.secretHash(decodeBase64URL(secret) ?? secret))
        case .newSecret:
            let secret = fresh() + fresh()
            return .newSecret(secret: secret, hash: keys.secretHash(secret))
        case .destroyKey: preconditionFailure("prepares nothing")
        }
    }

    package mutating func destroyKey(_ id: [UInt8]) { destroyed.insert(id) }

    /// 16 bytes that were not drawn before.
    private mutating func fresh() -> [UInt8] {
        made += 1
        return Hash128(high: 0x6b61_6269_6e65_7400, low: made).bytes
    }

    /// Ends with bytes that identify its key.
    private func seal(_ bytes: [UInt8], _ id: [UInt8]) -> [UInt8] { bytes.map { $0 ^ 0x5a } + id.suffix(8) }

    private func open(_ sealed: [UInt8], _ id: [UInt8]) -> String? {
        guard sealed.suffix(8) == id.suffix(8) else { return nil }
        return String(decoding: sealed.dropLast(8).map { $0 ^ 0x5a }, as: UTF8.self)
    }

    private static let memoryKiB: UInt32 = 1
    private static let passes: UInt32 = 2

    /// Makes one in four like an older service's, with a pass less.
    private mutating func newHash(_ password: [UInt8]) -> PasswordHash {
        let salt = fresh()
        return hash(password, salt: salt, passes: made % 4 == 0 ? Self.passes - 1 : Self.passes)
    }

    private func hash(_ password: [UInt8], like hash: PasswordHash) -> PasswordHash {
        self.hash(password, salt: hash.salt, passes: hash.passes)
    }

    package func hash(_ password: [UInt8], salt: [UInt8], passes: UInt32) -> PasswordHash {
        PasswordHash(
            memoryKib: Self.memoryKiB, passes: passes, salt: salt,
            digest: keys.secretHash(salt + [UInt8(passes)] + password))
    }
}
