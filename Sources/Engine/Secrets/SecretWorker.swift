/// Does `SecretWork` off the writer, in pools: password hashes on niced threads; keys and seals on one thread that
/// makes all waiting keys durable in one vault transaction; erasures on another. Codes, tokens, signatures and
/// principals' secrets have a thread of their own, because they need no password hash and no write, and so do not wait
/// for either.

package import Accounts
internal import EventLog
internal import LMDB

package struct SecretJob: Errand {
    package let incoming: IncomingRequest
    package let work: any SecretWork
    let principal: UInt32

    /// The same request with the rest of its work.
    fileprivate func goingOn(with rest: any SecretWork) -> SecretJob {
        SecretJob(incoming: incoming, work: rest, principal: principal)
    }

    package func begin(on workers: Workers) -> Bool { workers.secrets.submit(self) }

    package var refusals: [Message] { [.refused(incoming, .tooManySignIns)] }

    /// The request with the result of its work, on its way back to the writer.
    package func done(_ result: any Sendable) -> IncomingRequest {
        var incoming = incoming
        incoming.prepared = Prepared(result)
        return incoming
    }
}

/// The destruction of a person's key, once the event that records it is durable.
package struct Erasure: Errand {
    private let incoming: IncomingRequest
    package let keyID: [UInt8]
    /// Sent when the key is destroyed.
    package let reply: Reply

    init(incoming: IncomingRequest, keyID: [UInt8], reply: Reply) {
        (self.incoming, self.keyID, self.reply) = (incoming, keyID, reply)
    }

    package var refusals: [Message] {
        [refused(Rejection(.shuttingDown, "the erasure is recorded; the next start destroys the key"))]
    }

    /// The message to the writer when the key is destroyed.
    package var done: Message { .done(incoming, reply) }
    func refused(_ rejection: Rejection) -> Message { .refused(incoming, rejection) }

    package func begin(on workers: Workers) -> Bool { workers.secrets.submit(self) }
}

final class SecretWorker: Sendable {
    private let hashing: WorkerPool<SecretJob>
    private let checking: WorkerPool<SecretJob>
    private let sealing: WorkerPool<SecretJob>
    private let erasing: WorkerPool<Erasure>

    init(
        vault: Vault, inbox: Inbox, hashThreads: Int = 2, passwords cost: PasswordHashing.Cost,
        failStop: @escaping @Sendable (String) -> Never
    ) {
        /// If the vault's disk is full, nothing was written and the vault can be used again.
        @Sendable func refuse(_ jobs: [SecretJob], _ error: LMDBError) {
            guard StoreError(error).code == .full else { failStop("the vault cannot be written: \(error)") }
            for job in jobs { inbox.push(.refused(job.incoming, .storageFull)) }
        }
        /// Does the first step of a job, and passes the rest on.
        @Sendable func perform(
            _ job: SecretJob, _ tools: inout VaultTools, or pass: (SecretJob) -> Bool = { _ in false }
        ) {
            do throws(LMDBError) {
                switch try job.work.advance(&tools) {
                case .done(let output): inbox.push(.request(job.done(output)))
                case .goOn(let rest) where !pass(job.goingOn(with: rest)):
                    inbox.push(.refused(job.incoming, .tooManySignIns))
                case .goOn: break
                }
            } catch {
                refuse([job], error)
            }
        }
        let sealing = WorkerPool<SecretJob>(
            name: "vault", threads: 1, capacity: 65_536, each: 16_384, atOnce: 1024
        ) { jobs in
            do throws(LMDBError) {
                var tools = VaultTools(vault, cost)
                try tools.makeKeys(jobs.reduce(0) { $0 + $1.work.newKeys })
                for job in jobs { perform(job, &tools) }
            } catch {
                refuse(jobs, error)
            }
        }
        let hashing = WorkerPool<SecretJob>(
            name: "passwords", threads: hashThreads, capacity: 4096, each: 512, niceness: 10
        ) { jobs in
            var tools = VaultTools(vault, cost)
            for job in jobs { perform(job, &tools) { sealing.submit($0, of: $0.principal) } }
        }
        checking = WorkerPool(name: "codes", threads: 1, capacity: 65_536, each: 16_384) { jobs in
            var tools = VaultTools(vault, cost)
            for job in jobs {
                perform(job, &tools) { rest in
                    (rest.work.pool == .vault ? sealing : hashing).submit(rest, of: rest.principal)
                }
            }
        }
        (self.sealing, self.hashing) = (sealing, hashing)
        // If the disk had no room to destroy keys, they wait in the vault for the next erasure or the next start.
        erasing = WorkerPool(name: "erasures", threads: 1, atOnce: .max) { erasures in
            do {
                try vault.destroy(erasures.map(\.keyID))
                for erasure in erasures { inbox.push(erasure.done) }
            } catch {
                guard (error as? StoreError)?.code == .full else { failStop("the vault cannot be written: \(error)") }
                for erasure in erasures { inbox.push(erasure.refused(Self.isWaiting)) }
            }
        }
    }

    private static let isWaiting = Rejection(
        .storageFull,
        "the erasure is recorded, but the disk has no room to destroy the key: repeat the request when there is room")

    /// False if too many jobs wait.
    func submit(_ job: SecretJob) -> Bool {
        switch job.work.pool {
        case .codes: checking.submit(job, of: job.principal)
        case .vault: sealing.submit(job, of: job.principal)
        case .passwords: hashing.submit(job, of: job.principal)
        }
    }

    func submit(_ erasure: Erasure) -> Bool { erasing.submit(erasure) }

    func stop() {
        // In the order in which they pass work on.
        checking.stop()
        hashing.stop()
        sealing.stop()
        erasing.stop()
    }
}

/// An outcome of a step whose type only the command knows.
private enum Advance {
    case done(any Sendable)
    case goOn(any SecretWork)
}

extension SecretWork {
    fileprivate func advance(_ tools: inout VaultTools) throws(LMDBError) -> Advance {
        switch try step(&tools) {
        case .done(let output): .done(output)
        case .goOn(let rest): .goOn(rest)
        }
    }
}

extension Rejection {
    static let tooManySignIns = Rejection(.busy, "too many sign-ins wait", retryAfterSeconds: 1)
}
