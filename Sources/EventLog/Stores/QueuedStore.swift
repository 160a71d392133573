/// A store in LMDB that commits beside the writer: while one batch is synced, the next is decided.
///
/// A batch is gathered in memory and handed over whole. The thread that commits makes one transaction of it, because
/// LMDB requires one thread from a transaction's beginning to its end. If the writer has nothing else to do, it commits
/// itself, and no thread is woken.
///
///     writer      decide 1 │ decide 2 │ decide 3 …
///     committer            │ commit 1 │ commit 2 …
///
/// One batch is committed and one may wait; with a third the writer waits too. Records that are not durable yet are
/// read from the batches; the others from LMDB.

package import Accounts
internal import Glibc
internal import Synchronization

/// The records of one transaction, one after another.
private struct RecordBatch: Sendable {
    let first: Position
    private var bytes: [UInt8] = []
    /// Where each record ends.
    private var ends: [Int] = []

    /// Reserves as much room as the previous batch took, so that bytes are not moved.
    init(first: Position, like previous: RecordBatch? = nil) {
        self.first = first
        guard let previous else { return }
        bytes.reserveCapacity(previous.bytes.count)
        ends.reserveCapacity(previous.ends.count)
    }

    var last: Position { first + Position(ends.count) - 1 }

    mutating func append(_ record: [UInt8]) {
        // Appended as a buffer, because an array would be reference-counted once more.
        record.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        ends.append(bytes.count)
    }

    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) -> R {
        let index = Int(position - first)
        return body(bytes.span.bytes.extracting((index == 0 ? 0 : ends[index - 1])..<ends[index]))
    }
}

package struct QueuedStore: EventStore, ~Copyable {
    package let identity: LogIdentity
    package private(set) var last: Position
    private let queue: CommitQueue
    private let reader: LMDBReader
    private var open: RecordBatch
    /// Batches that were handed over, oldest first; durable ones are dropped with the next.
    private var onTheirWay: [RecordBatch] = []

    package init(_ store: consuming LMDBStore) {
        (identity, last, reader) = (store.identity, store.last, store.makeReader())
        open = RecordBatch(first: last + 1)
        queue = CommitQueue(store)
    }

    deinit { queue.stop() }

    package mutating func append(_ record: [UInt8], at position: Position) {
        RecordLimit.check(byteCount: record.count, at: position, after: last)
        open.append(record)
        last = position
    }

    @available(*, noasync)
    package mutating func commit() -> Durability {
        let batch = takeBatch()
        queue.settle()
        return queue.commit(batch, mayHandOver: false) { _ in } ?? .durable
    }

    @available(*, noasync)
    package mutating func commit(
        hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void
    ) -> Durability? {
        queue.commit(takeBatch(), mayHandOver: hasMoreToDo, done)
    }

    package var isCommitting: Bool { queue.isBusy }

    package func settle() { queue.settle() }

    /// Nil if nothing was appended.
    private mutating func takeBatch() -> RecordBatch? {
        let durable = queue.durable
        onTheirWay.removeAll { $0.last <= durable }
        guard last >= open.first else { return nil }
        let batch = open
        onTheirWay.append(batch)
        open = RecordBatch(first: last + 1, like: batch)
        return batch
    }

    package func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        guard position <= last else { throw .noSuchPosition(position, last: last) }
        if position >= open.first { return open.withRecord(at: position, body) }
        for batch in onTheirWay where position >= batch.first && position <= batch.last {
            return batch.withRecord(at: position, body)
        }
        return try reader.withRecord(at: position, body)
    }

    package func makeReader() -> LMDBReader { reader }
    package var roomBytes: Int { queue.roomBytes }
    package var statistics: StorageStatistics { queue.statistics }
}

/// The store's threads: the one at work has the store to itself.
///
/// `@unchecked Sendable`: mutable state is touched under `lock` only. While `isAtWork` is set, the store belongs to the
/// thread that set it.
private final class CommitQueue: @unchecked Sendable {
    private struct Job {
        var batch: RecordBatch?
        var done: @Sendable (Durability) -> Void
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var store: LMDBStore
    private var isAtWork = false
    private var waiting: Job?
    private var isStopped = false
    private var thread: pthread_t?
    private let lastDurable: Atomic<Position>
    private let lastRoomBytes: Atomic<Int>

    init(_ store: consuming LMDBStore) {
        lastDurable = Atomic(store.last)
        lastRoomBytes = Atomic(store.roomBytes)
        self.store = store
        pthread_mutex_init(lock, nil)
        pthread_cond_init(change, nil)
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(lock)
        change.deallocate()
        lock.deallocate()
    }

    var durable: Position { lastDurable.load(ordering: .acquiring) }

    /// Nil if the batch was handed over. `done` is then called.
    func commit(
        _ batch: RecordBatch?, mayHandOver: Bool, _ done: @escaping @Sendable (Durability) -> Void
    ) -> Durability? {
        pthread_mutex_lock(lock)
        while waiting != nil { pthread_cond_wait(change, lock) }
        if !isAtWork, batch == nil || !mayHandOver {
            isAtWork = true
            pthread_mutex_unlock(lock)
            let durability = work(batch)
            pthread_mutex_lock(lock)
            isAtWork = false
            pthread_mutex_unlock(lock)
            return durability
        }
        waiting = Job(batch: batch, done: done)
        if thread == nil { start() }
        pthread_cond_broadcast(change)
        pthread_mutex_unlock(lock)
        return nil
    }

    var isBusy: Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return isAtWork || waiting != nil
    }

    /// Returns when no batch is committed or waits.
    func settle() {
        pthread_mutex_lock(lock)
        while isAtWork || waiting != nil { pthread_cond_wait(change, lock) }
        pthread_mutex_unlock(lock)
    }

    /// Returns when the thread has ended, after the batch that was handed over.
    func stop() {
        pthread_mutex_lock(lock)
        isStopped = true
        pthread_cond_broadcast(change)
        pthread_mutex_unlock(lock)
        if let thread { pthread_join(thread, nil) }
        thread = nil
    }

    var roomBytes: Int {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return isAtWork ? lastRoomBytes.load(ordering: .relaxed) : store.roomBytes
    }

    var statistics: StorageStatistics {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while isAtWork { pthread_cond_wait(change, lock) }
        return store.statistics
    }

    private func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { preconditionFailure("the committer's thread has its queue") }
                Unmanaged<CommitQueue>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        precondition(status == 0, "no thread can be had to commit")
        self.thread = thread
    }

    private func run() {
        pthread_mutex_lock(lock)
        while true {
            while waiting == nil || isAtWork, !(isStopped && waiting == nil) { pthread_cond_wait(change, lock) }
            guard let job = waiting.take() else { break }
            isAtWork = true
            pthread_cond_broadcast(change)
            pthread_mutex_unlock(lock)
            job.done(work(job.batch))
            pthread_mutex_lock(lock)
            isAtWork = false
            pthread_cond_broadcast(change)
        }
        pthread_mutex_unlock(lock)
    }

    /// Commits the batch as one transaction.
    private func work(_ batch: RecordBatch?) -> Durability {
        guard let batch else { return .durable }
        do throws(StoreError) {
            for position in batch.first...batch.last {
                var failure: StoreError?
                batch.withRecord(at: position) { record in
                    do throws(StoreError) { try store.append(record, at: position) } catch { failure = error }
                }
                if let failure { throw failure }
            }
        } catch {
            return .failed("\(error)")
        }
        let durability = store.commit()
        if durability == .durable { lastDurable.store(batch.last, ordering: .releasing) }
        lastRoomBytes.store(store.roomBytes, ordering: .relaxed)
        return durability
    }
}
