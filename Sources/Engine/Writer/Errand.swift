/// Work that leaves the writer's thread. Each kind of errand is a type of its own, beside the thread that does it.

internal import Accounts

/// Begins once the batch that asked for it is durable, because it may show what the batch appended.
package protocol Errand: Sendable {
    /// The connection that a read is for: the read is dropped if the connection has closed meanwhile. Nil if the errand
    /// begins in any case.
    var reader: ConnectionID? { get }

    /// Gives the errand to its thread. False if the thread takes no more: the writer then gets the refusals.
    func begin(on workers: Workers) -> Bool

    /// The messages to the writer if the errand is not taken.
    var refusals: [Message] { get }
}

extension Errand {
    package var reader: ConnectionID? { nil }
    package var refusals: [Message] { [] }
}

/// The threads that do errands.
package struct Workers: Sendable {
    let secrets: SecretWorker
    let history: WorkerPool<HistoryJob>
    let tailer: Tailer
    let past: Past
    let pastOfNumbers: WorkerPool<PastRead>
    let tree: TreeKeeper
    let backups: Backups
    let verifier: Verifier
    let rebuilder: WorkerPool<Rebuilt>
    let indexer: WorkerPool<IdempotencyKeys.Table>
}

extension IdempotencyKeys.Table: Errand {
    package func begin(on workers: Workers) -> Bool { workers.indexer.submit(self) }
}
