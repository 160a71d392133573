/// Does `SecretWork` off the writer, in pools: password hashes on niced threads; keys and seals on one thread that
/// makes all waiting keys durable in one vault transaction; erasures on another. Codes, tokens, signatures and
/// principals' secrets have a thread of their own, because they need no password hash and no write, and so do not wait
/// for either.

package import Accounts
internal import Crypto
internal import EventLog
internal import LMDB

package struct SecretJob: Errand {
    package let incoming: Incoming
    package let work: SecretWork
    let principal: UInt32
    /// Set for work after a commit: the reply to send when it is done. Such a job is always taken.
    package var reply: Reply?

    package func begin(on workers: Workers) -> Bool { workers.secrets.submit(self) }

    package var refusals: [Message] { [.refused(incoming, .tooManySignIns)] }
}

final class SecretWorker: Sendable {
    private let hashing: WorkerPool<SecretJob>
    private let checking: WorkerPool<SecretJob>
    private let sealing: WorkerPool<SecretJob>
    private let erasing: WorkerPool<SecretJob>

    init(vault: Vault, inbox: Inbox, hashThreads: Int = 2, failStop: @escaping @Sendable (String) -> Never) {
        @Sendable func finish(_ job: SecretJob, _ result: SecretResult) {
            var incoming = job.incoming
            incoming.add(result)
            inbox.push(.request(incoming))
        }
        let keys = vault.serverKeys
        let hashing = WorkerPool<SecretJob>(
            name: "passwords", threads: hashThreads, capacity: 4096, each: 512, niceness: 10
        ) { jobs in
            for job in jobs { finish(job, hash(job.work, keys)) }
        }
        self.hashing = hashing
        checking = WorkerPool(name: "codes", threads: 1, capacity: 65_536, each: 16_384) { jobs in
            for job in jobs {
                if let result = check(job.work, vault.serverKeys) {
                    finish(job, result)
                } else if !hashing.submit(job, of: job.principal) {
                    inbox.push(.refused(job.incoming, .tooManySignIns))
                }
            }
        }
        sealing = WorkerPool(name: "vault", threads: 1, capacity: 65_536, each: 16_384, atOnce: 1024) { jobs in
            do throws(LMDBError) {
                let fresh = jobs.count { if case .newKey = $0.work { true } else { false } }
                var made = (fresh == 0 ? [] : try vault.makeKeys(fresh))[...]
                for job in jobs {
                    if case .newKey(let texts) = job.work, let (id, key) = made.popFirst() {
                        let sealed = texts.map { Vault.sealText($0, keyID: id, key) }
                        finish(job, .sealed(keyID: id, sealed))
                    } else {
                        finish(job, try seal(job.work, vault))
                    }
                }
            } catch {
                guard StoreError(error).code == .full else { failStop("the vault cannot be written: \(error)") }
                // Nothing of the batch was written, and the vault can be used again.
                for job in jobs { inbox.push(.refused(job.incoming, .storageFull)) }
            }
        }
        // If the disk had no room to destroy keys, they wait in the vault for the next erasure or the next start.
        erasing = WorkerPool(name: "erasures", threads: 1, atOnce: .max) { jobs in
            let ids = jobs.compactMap { job in
                if case .destroyKey(let id) = job.work { id } else { nil }
            }
            do {
                try vault.destroy(ids)
                for job in jobs {
                    guard let reply = job.reply else { preconditionFailure("an erasure has its reply") }
                    inbox.push(.done(job.incoming, reply))
                }
            } catch {
                guard (error as? StoreError)?.code == .full else { failStop("the vault cannot be written: \(error)") }
                for job in jobs { inbox.push(.refused(job.incoming, Self.isWaiting)) }
            }
        }
    }

    private static let isWaiting = Rejection(
        .storageFull, "the erasure is recorded; its key is destroyed when there is room on the disk: say it again then")

    /// False if too many jobs wait.
    func submit(_ job: SecretJob) -> Bool {
        switch job.work {
        case .signIn, .changePassword: hashing.submit(job, of: job.principal)
        case .confirm, .verify, .codes, .hashSecret, .newSecret, .newToken: checking.submit(job, of: job.principal)
        case .destroyKey: erasing.submit(job)
        case .newKey, .seal, .unseal, .device: sealing.submit(job, of: job.principal)
        }
    }

    func stop() {
        // Stopped first, because it passes work on to `hashing`.
        checking.stop()
        hashing.stop()
        sealing.stop()
        erasing.stop()
    }
}

extension Rejection {
    static let tooManySignIns = Rejection(.busy, "too many sign-ins wait", retryAfterSeconds: 1)
}

/// Does work without a password hash and without the vault's file; nil if a password is to be hashed after all.
private func check(_ work: SecretWork, _ keys: ServerKeys) -> SecretResult? {
    switch work {
    case .confirm(let challenge, let code, let password):
        let isRight = equalInConstantTime(Array(keys.code(challenge: challenge).utf8), code)
        if isRight, password != nil { return nil }
        let token = isRight ? randomBytes(32) : []
        return .confirmed(
            challenge: challenge, isRight: isRight, nil, token: token,
            tokenHash: isRight ? keys.tokenHash(token) : [])
    case .verify(let key, let text, let signature):
        let token = randomBytes(32)
        return .verified(
            text: text, isRight: key.verifies(signature, of: text), token: token, tokenHash: keys.tokenHash(token))
    case .codes(let challenges):
        var codes: [[UInt8]: String] = [:]
        for challenge in challenges { codes[challenge] = keys.code(challenge: challenge) }
        return .codes(codes)
    case .hashSecret(let secret): return .secretHash(keys.secretHash(decodeBase64URL(secret) ?? secret))
    case .newSecret:
        let secret = randomBytes(32)
        return .newSecret(secret: secret, hash: keys.secretHash(secret))
    case .newToken:
        let token = randomBytes(32)
        return .newToken(token: token, tokenHash: keys.tokenHash(token))
    default: preconditionFailure("not a check")
    }
}

/// Does work that hashes a password.
private func hash(_ work: SecretWork, _ keys: ServerKeys) -> SecretResult {
    switch work {
    case .signIn(let password, let against):
        let token = randomBytes(32)
        let matches = PasswordHashing.verify(password, against: against)
        return .signIn(
            matches: matches, against: against,
            rehashed: matches ? PasswordHashing.rehash(password, of: against) : nil, token: token,
            tokenHash: keys.tokenHash(token))
    case .changePassword(let old, let against, let new):
        let isRight = PasswordHashing.verify(old, against: against)
        return .changedPassword(isRight ? PasswordHashing.hash(new) : nil, against: against)
    case .confirm(let challenge, _, let password?):
        // `check` found that the code is right.
        let token = randomBytes(32)
        return .confirmed(
            challenge: challenge, isRight: true, PasswordHashing.hash(password), token: token,
            tokenHash: keys.tokenHash(token))
    default: preconditionFailure("not a password's work")
    }
}

/// Opens sealed texts for a read; nil for any other work.
func unseal(_ work: SecretWork, _ vault: Vault) throws(LMDBError) -> SecretResult? {
    guard case .unseal = work else { return nil }
    return try seal(work, vault)
}

private func seal(_ work: SecretWork, _ vault: Vault) throws(LMDBError) -> SecretResult {
    switch work {
    case .seal(let keyID, let texts):
        guard let key = try vault.key(keyID) else { return .sealed(keyID: keyID, texts.map { _ in [] }) }
        return .sealed(keyID: keyID, texts.map { Vault.sealText($0, keyID: keyID, key) })
    case .unseal(let texts):
        var opened: [SealedText: String] = [:]
        // Usually all texts are of one account.
        var last: (id: [UInt8], key: SymmetricKey?) = ([], nil)
        for text in texts {
            if text.keyID != last.id { last = (text.keyID, try vault.key(text.keyID)) }
            guard let key = last.key else { continue }
            opened[text] = Vault.openText(text.sealed, keyID: text.keyID, key)
        }
        return .texts(opened)
    case .device(let deviceKey, let keyID, let name):
        guard let key = try vault.key(keyID) else { return .device(isKey: false, sealedName: []) }
        return .device(isKey: deviceKey.isValid, sealedName: Vault.sealText(name, keyID: keyID, key))
    default: preconditionFailure("done elsewhere")
    }
}
