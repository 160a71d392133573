/// Assembles the engine: opens a data directory, replays it, runs the writer and the threads beside it.

package import Accounts
package import EventLog
internal import Glibc
internal import LMDB
package import Logging
internal import Synchronization

/// Everything that the writer sends work to.
package struct WriterServices: Sendable {
    package var inbox: Inbox
    package var tailer: Tailer
    package var ports: [any EventLoopPort]
    /// Gives an errand to its thread. False if it is not taken.
    package var begin: @Sendable (any Errand) -> Bool
    package var clock: @Sendable () -> Instant
    /// A clock that nobody sets: it measures durations and gives no time of day.
    package var uptime: @Sendable () -> Instant
    package var failStop: @Sendable (String) -> Never
    package var storageChanged: @Sendable (StorageReserve) -> Void = { _ in }
    /// Called when a certificate names a principal that does not exist or may not act.
    package var certificateRefused: @Sendable (String) -> Void = { _ in }
    /// `hasRoomForSnapshot`: whether a piece of a snapshot would be written soon. `writeSnapshot` writes it.
    package var hasRoomForSnapshot: @Sendable () -> Bool = { true }
    package var writeSnapshot: @Sendable (SnapshotJob) -> Void = { _ in }

    package init(
        inbox: Inbox, tailer: Tailer, ports: [any EventLoopPort], begin: @escaping @Sendable (any Errand) -> Bool,
        clock: @escaping @Sendable () -> Instant, failStop: @escaping @Sendable (String) -> Never
    ) {
        (self.inbox, self.tailer, self.ports, self.begin) = (inbox, tailer, ports, begin)
        (self.clock, uptime, self.failStop) = (clock, clock, failStop)
    }
}

/// The state that a log makes, and the log behind it. A start and the offline tools begin with it.
package struct OpenedService: ~Copyable {
    package var path: CommandPath<QueuedStore>
    package let vault: Vault
    package let data: String

    package consuming func writer(_ services: WriterServices) -> Writer<QueuedStore> {
        Writer(path: path, services: services)
    }
}

package final class Engine: Sendable {
    package let inbox: Inbox
    package let keys: ServerKeys
    private let workers: Workers
    private let snapshots: WorkerPool<SnapshotJob>
    private let historian: Historian?
    private let stopping = Stopping()

    /// Ends long work at a stop, because it is not worth waiting for.
    private final class Stopping: Sendable {
        let flag = Atomic(false)
    }
    private let threads: Threads

    package var tailer: Tailer { workers.tailer }

    /// Exit status of a process whose log can no longer be written: EX_IOERR of sysexits.h.
    package static let failStopStatus: Int32 = 74

    private struct Threads: @unchecked Sendable {
        var writer: pthread_t
        var tailer: pthread_t
        var tree: pthread_t
        var past: pthread_t
        var verifier: pthread_t
        var historian: pthread_t?
    }

    /// `say` is called with the outcome of each snapshot.
    package static func open(
        data: String, masterKey: [UInt8]?, keysPerTable: Int = IdempotencyKeys.defaultTableKeys,
        historyPerRun: Int = HistoryIndex.defaultEntriesOnDisk, reserve: StorageReserve = StorageReserve(),
        snapshotEvents: Int = SnapshotState.defaultEvents, snapshotsKept: SnapshotRetention = SnapshotRetention(),
        verifyHours: Int = 0, duePerSecond: Int = DuePace.defaultPerSecond, policy: AccessPolicy = AccessPolicy(),
        isEphemeral: Bool = false, clock: () -> Instant,
        say: (String) -> Void = { _ in }, progress: (ReplayProgress) -> Void
    ) throws -> OpenedService {
        PasswordHashing.initialize()
        try checkSecrets(in: data)
        try FirstStart.makeLog(in: data, created: clock()) { log in
            try Vault.make(in: data, masterKey: masterKey, of: log)
        }
        var growth = FileGrowth.Limits()
        growth.reserveBytes = reserve.bytes
        let store = try LMDBStore(data: data, growth: growth)
        let vault = try Vault(data: data, masterKey: masterKey, of: store.identity)
        DamagedIndex.watch()
        let index = try KeyIndex(data: data, log: store)
        let historyIndex = try HistoryIndex(data: data, log: store, entriesOnDisk: historyPerRun)
        let identity = store.identity
        let log = try EventLog(QueuedStore(store))
        let reader = log.makeReader()
        // On a full disk the index is not written: its keys stay in memory. If a disk becomes full during a write, LMDB
        // reports an input/output error.
        var isIndexing = true
        func takeKeys(_ state: inout AccountsState) throws {
            for table in state.takeFullKeys() where isIndexing {
                do throws(StoreError) { try index.add(table) } catch {
                    guard isFaultOfDisk(error) else { throw error }
                    isIndexing = false
                    continue
                }
                state.keysAreIndexed(through: table.through)
            }
        }
        var state = AccountsState()
        var snapshot = SnapshotState(events: snapshotEvents, keeping: snapshotsKept)
        func keys() throws -> IdempotencyKeys {
            IdempotencyKeys(indexed: try index.through, tableKeys: keysPerTable)
        }
        for position in try SnapshotFormat.list(data: data) {
            do {
                let began = ContinuousClock.now
                let input = try SnapshotInput(data: data, at: position, of: identity)
                guard position <= log.last else { throw SnapshotError("the log ends at \(log.last)") }
                guard try reader.recordDigest(at: position) == input.recordChecksum else {
                    throw SnapshotError("it is of another history of the log")
                }
                input.readAhead()
                state = try reader.restore(
                    count: input.count, idempotencyKeys: try keys(),
                    chunk: { index throws(SnapshotError) in try input.chunk(index) }, takeKeys: takeKeys)
                snapshot.loaded(position, recorded: state.recorded)
                let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
                say("snapshot \(position): \(input.bytes) bytes were read in \(milliseconds) ms")
                break
            } catch let error as SnapshotError {
                say("snapshot \(position) is not used: \(error)")
            }
        }
        if state.position == 0 { state = AccountsState(idempotencyKeys: try keys()) }
        snapshot.opened(
            try SnapshotFormat.files(data: data, of: identity, reader),
            logBegan: log.last == 0 ? nil : try reader.meta(at: 1).recorded)
        _ = try reader.replay(
            into: &state, after: state.order, progress: progress,
            ahead: { state, account in state.prefetch(account) }
        ) { state, meta, event in
            try state.replay(event, meta)
            try takeKeys(&state)
        }
        try vault.name(of: identity, keyIDs: state.directory.accounts.lazy.map(\.keyID.bytes))
        // The vault may come from an older backup, or the process may have ended after an erasure's event and before
        // its key was destroyed.
        do { try vault.destroy(state.directory.destroyedKeyIDs.map(\.bytes)) } catch  where isFaultOfDisk(error) {
            say("keys of erased persons are still in the vault's file, but the service does not use them: \(error)")
        }
        var path = CommandPath(
            state: state, log: log, keys: vault.serverKeys, keyIndex: index, reserve: reserve, snapshot: snapshot)
        path.historyIndex = historyIndex
        path.verification = VerificationState(everyHours: verifyHours)
        path.duePace = DuePace(perSecond: duePerSecond)
        (path.policy, path.isEphemeral) = (policy, isEphemeral)
        try path.takeEventTime()
        return OpenedService(path: path, vault: vault, data: data)
    }

    /// Starts the threads. From here on only the writer uses the state.
    package init(_ opened: consuming OpenedService, inbox: Inbox, ports: [any EventLoopPort], logger: Logger) {
        let failStop: @Sendable (String) -> Never = { reason in
            logger.critical("\(reason); stopping: what was acknowledged is safe, and a restart replays it")
            exit(Engine.failStopStatus)
        }
        let tailer = Tailer(inbox: inbox)
        let vault = opened.vault
        let secrets = SecretWorker(
            vault: vault, inbox: inbox, passwords: opened.path.policy.hasCheapPasswords ? .cheap : .strong,
            failStop: failStop)
        let reader = opened.path.log.makeReader()
        let historyIndex = opened.path.historyIndex
        let history = WorkerPool<HistoryJob>(name: "history", threads: 2, capacity: 4096, each: 512) { jobs in
            for job in jobs {
                do throws(LogError) {
                    inbox.push(try job.message(from: reader, index: historyIndex))
                } catch {
                    logger.error("a scan of the log failed: \(error)")
                    inbox.push(.refused(job.incoming, Rejection(.internalError, "the log could not be read")))
                }
            }
        }
        let files = SnapshotFiles(
            data: opened.data, identity: opened.path.log.store.identity, reader: reader,
            keeping: opened.path.snapshot.retention, logger: logger)
        let snapshots = WorkerPool<SnapshotJob>(name: "snapshots", threads: 1, capacity: 8, niceness: 10) { jobs in
            for job in jobs {
                if let news = files.take(job) { inbox.push(.snapshot(news)) }
            }
        }
        let stopping = self.stopping
        // At most one rebuild runs; another one may wait to be freed.
        let rebuilder = WorkerPool<Rebuilt>(name: "rebuild", threads: 1, niceness: 10) { jobs in
            for rebuilt in jobs where !rebuilt.isDone {
                do {
                    try rebuilt.catchUp(from: reader, until: stopping.flag) { inbox.push(.rebuilding(.reached($0))) }
                    inbox.push(.rebuilding(.caughtUp(rebuilt)))
                } catch {
                    logger.error("\(rebuilt.projection) cannot be rebuilt: \(error)")
                    inbox.push(.rebuilding(.failed))
                }
            }
        }
        let index = opened.path.keyIndex
        let indexer = WorkerPool<IdempotencyKeys.Table>(name: "indexer", threads: 1) { tables in
            for table in tables {
                // A table that failed leaves a gap: it and all tables after it stay in memory until the next start.
                do throws(StoreError) {
                    guard let index, try index.through == table.after else { continue }
                    try index.add(table)
                    inbox.push(.keysIndexed(through: table.through))
                } catch {
                    logger.error("the index of ids cannot be written, so new ones stay in memory: \(error)")
                }
            }
        }
        let identity = opened.path.log.store.identity
        let backups = Backups(of: identity, reader, leaving: opened.path.reserve, inbox: inbox, logger: logger)
        let tree = TreeKeeper(
            data: opened.data, of: identity, reader, keys: vault.serverKeys, inbox: inbox, logger: logger)
        let historian = historyIndex.map { Historian($0, reader, logger: logger) }
        let states = PastStates(data: opened.data, of: identity, reader)
        let past = Past(states, vault: vault, inbox: inbox, logger: logger)
        (opened.path.backups, opened.path.tree, opened.path.past) = (backups, tree, past.progress)
        opened.path.historian = historian
        let pastOfNumbers = WorkerPool<PastRead>.ofNumbers(
            reader, index: historyIndex, vault: vault, inbox: inbox, logger: logger,
            isStopping: { stopping.flag.load(ordering: .relaxed) })
        let verifier = Verifier(states, index, historyIndex, data: opened.data, inbox: inbox, logger: logger)
        let workers = Workers(
            secrets: secrets, history: history, tailer: tailer, past: past, pastOfNumbers: pastOfNumbers, tree: tree,
            backups: backups,
            verifier: verifier, rebuilder: rebuilder, indexer: indexer)
        var services = WriterServices(
            inbox: inbox, tailer: tailer, ports: ports, begin: { $0.begin(on: workers) }, clock: systemClock,
            failStop: failStop)
        services.uptime = systemUptime
        if let words = opened.path.clockWarning(at: systemClock()) { logger.warning("\(words)") }
        services.storageChanged = { reserve in
            switch reserve.state {
            case .ok: logger.notice("there is room again, \(reserve.roomBytes) bytes: changes are accepted")
            case .low, .full:
                logger.critical("the disk is nearly full, \(reserve.roomBytes) bytes are left: changes are refused")
            }
        }
        services.certificateRefused = { name in
            logger.warning(
                "a client certificate names '\(name)', which is not an enabled principal: not signed in")
        }
        services.hasRoomForSnapshot = { snapshots.hasRoom }
        services.writeSnapshot = { _ = snapshots.submit($0) }
        (self.inbox, keys, self.workers, self.snapshots) = (inbox, vault.serverKeys, workers, snapshots)
        self.historian = historian
        tailer.advance(to: opened.path.log.last)
        let handover = Handover(opened.writer(services))
        threads = Threads(
            writer: startThread("writer") { handover.run() }, tailer: startThread("tailer") { tailer.run(reader) },
            tree: startThread("tree") { tree.run() }, past: startThread("past") { past.run() },
            verifier: startThread("verifier") { verifier.run() },
            historian: historian.map { historian in startThread("historian") { historian.run() } })
    }

    /// Ends work that would keep a caller waiting for long.
    package func beginStop() {
        workers.backups.cancel()
        workers.past.stop()
        workers.verifier.stop()
        inbox.push(.endWaits)
    }

    /// Answers everything that was taken in, and returns when the threads have ended. The server must have stopped
    /// reading before.
    package func stop() {
        workers.backups.stop()
        workers.history.stop()
        stopping.flag.store(true, ordering: .relaxed)
        workers.rebuilder.stop()
        workers.pastOfNumbers.stop()
        workers.secrets.stop()
        workers.tailer.stop()
        pthread_join(threads.tailer, nil)
        workers.tree.stop()
        pthread_join(threads.tree, nil)
        historian?.stop()
        if let thread = threads.historian { pthread_join(thread, nil) }
        workers.past.stop()
        pthread_join(threads.past, nil)
        workers.verifier.stop()
        pthread_join(threads.verifier, nil)
        inbox.stop()
        pthread_join(threads.writer, nil)
        workers.indexer.stop()
        snapshots.stop()
    }
}

/// The wall clock, in milliseconds. The log itself keeps recorded times from going backwards.
@Sendable package func systemClock() -> Instant { instant(of: CLOCK_REALTIME) }

/// A clock that nobody sets, from an instant of no meaning.
@Sendable package func systemUptime() -> Instant { instant(of: CLOCK_MONOTONIC) }

private func instant(of clock: clockid_t) -> Instant {
    var now = timespec()
    clock_gettime(clock, &now)
    return Instant(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
}

/// Carries the writer, which cannot be copied, to its thread; used once.
private final class Handover: @unchecked Sendable {
    private var writer: Writer<QueuedStore>

    init(_ writer: consuming Writer<QueuedStore>) { self.writer = writer }

    func run() { writer.run() }
}

/// Whether the disk caused the error: with the same settings it may work another time.
package func isFaultOfDisk(_ error: any Error) -> Bool {
    switch error {
    case let error as LMDBError:
        switch error.code {
        case .system(EIO), .system(ENOSPC), .system(EDQUOT): true
        default: false
        }
    case let error as StoreError: error.code == .full || error.cause.map(isFaultOfDisk) ?? false
    case LogError.store(let error): isFaultOfDisk(error)
    default: false
    }
}
