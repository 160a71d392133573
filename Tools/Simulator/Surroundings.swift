/// What stands beside the writer, in the simulator's hands: its disk, its clock, its workers' desks, its event loops.
/// One thread touches all of it; the locks are there because the service's seams are for many.

import Accounts
import Engine
import EventLog
import Synchronization

/// A process's hold on the disk.
struct SimulatedStore: EventStore, ~Copyable {
    private var base: MemoryStore
    private let planted: Planted

    init(_ disk: MemoryDisk, _ planted: Planted) {
        base = MemoryStore(disk)
        self.planted = planted
    }

    var last: Position { base.last }
    var roomBytes: Int { base.roomBytes }
    var statistics: StorageStatistics { base.statistics }

    mutating func append(_ record: [UInt8], at position: Position) throws(StoreError) {
        try base.append(planted.active == nil ? record : planted.rewritten(record, at: position), at: position)
    }

    mutating func commit() -> Durability {
        if planted.happens(.replyBeforeSync) { return .durable }
        let outcome = base.commit()
        if case .failed = outcome, planted.happens(.failureAnswered) { return .durable }
        return outcome
    }

    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        try base.withRecord(at: position, body)
    }

    func makeReader() -> MemoryReader { base.makeReader() }
}

/// Where the writer leaves what others are to do, until the simulator does it.
final class Desk: Sendable {
    struct Papers {
        var secrets: [SecretJob] = []
        var reads: [HistoryJob] = []
        var tables: [IdempotencyKeys.Table] = []
        var deliveries: [Delivery] = []
        var snapshots: [SnapshotJob] = []
        var rebuilds: [Rebuilt] = []
        var past: [PastRead] = []
        var verifications: [VerificationJob] = []
        var isFull = false
        var now: Instant
    }

    private let papers: Mutex<Papers>

    init(now: Instant) { papers = Mutex(Papers(now: now)) }

    func with<R>(_ body: (inout sending Papers) -> sending R) -> R { papers.withLock(body) }

    private struct SimulatedPort: Port {
        let desk: Desk
        func deliver(_ deliveries: [Delivery]) { desk.with { $0.deliveries += deliveries } }
        func resume() {}
    }

    func services(inbox: Inbox, tailer: Tailer, ports: Int) -> Services {
        var services = Services(
            inbox: inbox, tailer: tailer, ports: (0..<ports).map { _ in SimulatedPort(desk: self) },
            submit: { job in
                self.with {
                    let isTaken = !$0.isFull || job.reply != nil
                    if isTaken { $0.secrets.append(job) }
                    return isTaken
                }
            },
            index: { table in self.with { $0.tables.append(table) } },
            read: { job in
                self.with {
                    if !$0.isFull { $0.reads.append(job) }
                    return !$0.isFull
                }
            },
            clock: { self.with { $0.now } }, failStop: { preconditionFailure("the simulator stops the writer: \($0)") })
        services.hasRoomForSnapshot = { self.with { !$0.isFull } }
        services.writeSnapshot = { job in self.with { $0.snapshots.append(job) } }
        services.readPast = { read in
            self.with {
                if !$0.isFull { $0.past.append(read) }
                return !$0.isFull
            }
        }
        services.verify = { job in
            self.with { $0.verifications.append(job) }
            return true
        }
        services.rebuild = { rebuilt in self.with { $0.rebuilds.append(rebuilt) } }
        return services
    }
}

/// Older idempotency keys as the index on disk has them, without the disk.
final class MemoryIndex: OlderKeys {
    private struct State {
        var positions: [UInt64: [Position]] = [:]
        var through: Position = 0
    }

    private let state = Mutex(State())
    private let planted: Planted

    init(_ planted: Planted) { self.planted = planted }

    var through: Position { state.withLock { $0.through } }

    func first(of key: Hash128, where isIt: (Position) -> Bool) -> Position? {
        state.withLock { $0.positions[key.high] ?? [] }.sorted().first(where: isIt)
    }

    func add(_ table: IdempotencyKeys.Table) {
        state.withLock { state in
            precondition(table.after == state.through, "tables follow one another")
            state.through = table.through
            guard !planted.happens(.idNotIndexed) else { return }
            for entry in table.positions.sorted {
                state.positions[entry.fingerprint, default: []].append(entry.position)
            }
        }
    }

    func contents() -> KeyContents {
        state.withLock { state in
            var keys = KeySum(through: state.through)
            for (fingerprint, positions) in state.positions {
                for position in positions {
                    keys.add(FingerprintTable.Entry(fingerprint: fingerprint, position: position))
                }
            }
            return KeyContents(keys: keys)
        }
    }

    /// One that is ahead of its log is another log's, and made anew.
    func check(against last: Position) {
        state.withLock { if $0.through > last { $0 = State() } }
    }
}
