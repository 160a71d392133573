/// The writer's surroundings, simulated: its disk, its clock, its workers' desks, its event loops. One thread uses all
/// of it; the locks are there because the service's interfaces are for many threads.

import Accounts
import Engine
import EventLog
import Synchronization

/// A process's hold on the disk.
struct SimulatedStore: EventStore, ~Copyable {
    private let commits: Commits
    private let planted: Planted

    init(_ commits: Commits, _ planted: Planted) {
        self.commits = commits
        self.planted = planted
    }

    var last: Position { commits.base.last }
    var roomBytes: Int { commits.base.roomBytes }
    var statistics: StorageStatistics { commits.base.statistics }
    var isCommitting: Bool { !commits.waiting.isEmpty }

    mutating func append(_ record: [UInt8], at position: Position) throws(StoreError) {
        try commits.base.append(
            planted.active == nil ? record : planted.rewritten(record, at: position), at: position)
    }

    mutating func commit() -> Durability {
        settle()
        if let failure = commits.failure { return failure }
        if planted.happens(.replyBeforeSync) { return .durable }
        let outcome = commits.base.commit()
        commits.ends.insert(commits.base.last)
        if case .failed = outcome, planted.happens(.failureAnswered) { return .durable }
        return outcome
    }

    mutating func commit(hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void) -> Durability? {
        guard commits.isLate || isCommitting else { return commit() }
        // The service lets as many wait, while the writer works at the next.
        if commits.waiting.count == 2 { commits.endFirst() }
        guard commits.failure == nil else { return commits.failure }
        commits.waiting.append((commits.base.pendingCount - commits.waitingCount, done))
        return nil
    }

    func settle() {
        while isCommitting, commits.failure == nil { commits.endFirst() }
    }

    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        try commits.base.withRecord(at: position, body)
    }

    func makeReader() -> MemoryReader { commits.base.makeReader() }
}

/// Commits that go on beside the writer: they end, one after another, when the simulator decides.
final class Commits {
    fileprivate var base: MemoryStore
    /// How many records, and the callback.
    fileprivate var waiting: [(count: Int, done: @Sendable (Durability) -> Void)] = []
    /// True if the next one is left for later.
    var isLate = false
    /// A failed outcome: it ends the process, and no client is told.
    private(set) var failure: Durability?
    /// The last position of each commit.
    fileprivate(set) var ends: Set<Position> = []

    init(_ disk: MemoryDisk) { base = MemoryStore(disk) }

    var areWaiting: Bool { !waiting.isEmpty }
    fileprivate var waitingCount: Int { waiting.reduce(0) { $0 + $1.count } }

    func endFirst() {
        guard failure == nil, let first = waiting.first else { return }
        waiting.removeFirst()
        ends.insert(base.last - Position(base.pendingCount - first.count))
        let outcome = base.commit(first: first.count)
        guard outcome == .durable else {
            failure = outcome
            return
        }
        first.done(.durable)
    }
}

/// The writer leaves jobs for others here, until the simulator does them.
final class Desk: Sendable {
    struct Papers {
        var errands: [any Errand] = []
        var deliveries: [ConnectionReplies] = []
        var snapshots: [SnapshotJob] = []
        var isFull = false
        var now: Instant
        /// Does not jump when the clock is set back.
        var uptime = Instant(milliseconds: 0)
    }

    private let papers: Mutex<Papers>

    init(now: Instant) { papers = Mutex(Papers(now: now)) }

    func with<R>(_ body: (inout sending Papers) -> sending R) -> R { papers.withLock(body) }

    private struct SimulatedPort: EventLoopPort {
        let desk: Desk
        func deliver(_ deliveries: [ConnectionReplies]) { desk.with { $0.deliveries += deliveries } }
        func resume() {}
    }

    private static func mayBeRefused(_ errand: any Errand) -> Bool {
        errand is SecretJob || errand is HistoryJob || errand is PastRead
    }

    func services(inbox: Inbox, tailer: Tailer, ports: Int) -> WriterServices {
        var services = WriterServices(
            inbox: inbox, tailer: tailer, ports: (0..<ports).map { _ in SimulatedPort(desk: self) },
            begin: { errand in
                if let job = errand as? TailJob { tailer.follow(job) }
                return self.with {
                    let isTaken = !$0.isFull || !Self.mayBeRefused(errand)
                    if isTaken { $0.errands.append(errand) }
                    return isTaken
                }
            },
            clock: { self.with { $0.now } }, failStop: { preconditionFailure("the simulator stops the writer: \($0)") })
        services.uptime = { self.with { $0.uptime } }
        services.hasRoomForSnapshot = { self.with { !$0.isFull } }
        services.writeSnapshot = { job in self.with { $0.snapshots.append(job) } }
        return services
    }
}

/// The index of older idempotency keys, without the disk.
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

    /// The next start makes it again.
    func vanish() { state.withLock { $0 = State() } }

    /// An index that is ahead of its log belongs to another log, and is made again.
    func check(against last: Position) {
        state.withLock { if $0.through > last { $0 = State() } }
    }
}
