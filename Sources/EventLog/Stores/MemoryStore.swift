/// A store in memory whose commits can be made to fail: for tests and the simulator.
///
/// `MemoryDisk` survives a crash; a `MemoryStore` is one process's use of it. Opening a store on a disk replaces the
/// one before it, as a restart does: uncommitted records are gone, and the old store must not be used again.

package import Accounts
internal import Synchronization

/// The committed records, kept as long as this object.
package final class MemoryDisk: Sendable {
    private struct State {
        var records: [[UInt8]] = []
        var nextCommit = Durability.durable
        var unknownLands = false
        var roomBytes = Int.max
        /// How many appends succeed before one fails; nil: all.
        var appendsLeft: Int?
        /// The number of the store that uses the disk.
        var holder = 0
    }

    private let state: Mutex<State>

    /// Begins with the records of positions 1, 2, …
    package init(records: [[UInt8]] = []) {
        state = Mutex(State(records: records))
    }

    /// Sets the outcome of the next commit. `lands`: a batch of unknown outcome reached the disk after all.
    package func setNextCommit(_ outcome: Durability, lands: Bool = false) {
        state.withLock { ($0.nextCommit, $0.unknownLands) = (outcome, lands) }
    }

    /// Makes an append meet a full disk: the next one, or the one after `count` others.
    package func refuseNextAppend(after count: Int = 0) { state.withLock { $0.appendsLeft = count } }

    /// Undoes `setNextCommit` and `refuseNextAppend`.
    package func heal() { state.withLock { ($0.nextCommit, $0.unknownLands, $0.appendsLeft) = (.durable, false, nil) } }

    /// The room that the disk reports.
    package var roomBytes: Int {
        get { state.withLock { $0.roomBytes } }
        set { state.withLock { $0.roomBytes = newValue } }
    }

    /// The committed records, of positions 1, 2, …
    package var records: [[UInt8]] { state.withLock { $0.records } }

    package var reader: MemoryReader { MemoryReader(disk: self) }

    fileprivate var last: Position { state.withLock { Position($0.records.count) } }

    fileprivate func record(at position: Position) -> [UInt8]? {
        state.withLock { position > 0 && position <= $0.records.count ? $0.records[Int(position) - 1] : nil }
    }

    fileprivate func records(from: Position, atMost count: Int) -> ArraySlice<[UInt8]> {
        state.withLock { $0.records[Int(min(from - 1, Position($0.records.count)))...].prefix(count) }
    }

    /// Makes the next holder. Answers its number and the last position.
    fileprivate func hold() -> (holder: Int, last: Position) {
        state.withLock { state in
            state.holder += 1
            return (state.holder, Position(state.records.count))
        }
    }

    fileprivate func takesAppend(by holder: Int) -> Bool {
        state.withLock { state in
            precondition(state.holder == holder, "another store was opened on this disk since")
            guard let left = state.appendsLeft else { return true }
            state.appendsLeft = left > 0 ? left - 1 : nil
            return left > 0
        }
    }

    fileprivate func commit(_ batch: [[UInt8]], by holder: Int) -> Durability {
        state.withLock { state in
            precondition(state.holder == holder, "another store was opened on this disk since")
            let outcome = state.nextCommit
            let lands =
                switch outcome {
                case .durable: true
                case .failed: false
                case .unknown: state.unknownLands
                }
            if lands { state.records += batch }
            (state.nextCommit, state.unknownLands) = (.durable, false)
            return outcome
        }
    }
}

package struct MemoryStore: EventStore, ~Copyable {
    package let disk: MemoryDisk
    package private(set) var last: Position
    private let holder: Int
    private var batch: [[UInt8]] = []
    private var hasFailed = false

    package init(_ disk: MemoryDisk = MemoryDisk()) {
        self.disk = disk
        (holder, last) = disk.hold()
    }

    /// Restarts after a crash: the new store has the committed records.
    package consuming func crash() -> MemoryStore { MemoryStore(disk) }

    package mutating func append(_ record: [UInt8], at position: Position) throws(StoreError) {
        precondition(!hasFailed, "the store failed before: only a restart can tell what is in it")
        RecordLimit.check(byteCount: record.count, at: position, after: last)
        guard disk.takesAppend(by: holder) else {
            hasFailed = true
            throw StoreError(.full, "the disk is full")
        }
        batch.append(record)
        last = position
    }

    package mutating func commit() -> Durability { commit(first: batch.count) }

    /// How many records are not committed.
    package var pendingCount: Int { batch.count }

    /// Commits only the first `count` records of the open batch, which can thus be several batches in a row.
    package mutating func commit(first count: Int) -> Durability {
        precondition(!hasFailed, "the store failed before: only a restart can tell what is in it")
        guard count > 0 else { return .durable }
        let outcome = disk.commit(Array(batch[..<count]), by: holder)
        batch.removeFirst(count)
        if outcome != .durable { hasFailed = true }
        return outcome
    }

    package func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        let committed = last - Position(batch.count)
        let isPending = position > committed && position <= last
        let record = isPending ? batch[Int(position - committed) - 1] : disk.record(at: position)
        guard let record else { throw .noSuchPosition(position, last: last) }
        return body(record.span.bytes)
    }

    package var roomBytes: Int { disk.roomBytes }
    package var statistics: StorageStatistics { StorageStatistics(usedBytes: disk.records.reduce(0) { $0 + $1.count }) }

    package func makeReader() -> MemoryReader { MemoryReader(disk: disk) }
}

package struct MemoryReader: EventReader {
    let disk: MemoryDisk

    package var last: Position { disk.last }

    package func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        guard let record = disk.record(at: position) else { throw .noSuchPosition(position, last: last) }
        return body(record.span.bytes)
    }

    package func scan(
        from: Position, through: Position, isLookingAhead: Bool,
        _ body: (Position, RawSpan, ScanPass) -> Bool
    ) throws(StoreError) {
        precondition(from > 0, "positions begin at 1")
        var next = from
        while next <= through {
            let records = disk.records(from: next, atMost: 1024)
            if records.isEmpty { return }
            for record in records {
                guard body(next, record.span.bytes, .here), next < through else { return }
                next += 1
            }
        }
    }
}
