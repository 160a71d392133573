/// Crashes and starts, and the comparison of the live state with the state that the log makes.

import Accounts
import Engine
import EventCoding
import EventLog
import TestSupport

extension Simulation {
    /// The process dies, and with it every connection and everything that was not on disk. Then it starts, perhaps
    /// after a delay.
    func crash(batch: Position, isUnknown: Bool) throws {
        counts.crashes += 1
        let ended = connections
        connections = []
        comings = [InboxPush](repeating: InboxPush(), count: Self.ports)
        (secretJobs, readJobs, tableJobs, snapshotJobs, rebuildJobs) = ([], [], [], [], [])
        (pastJobs, verificationJobs, erasures) = ([], [], [])
        desk.with { [now] in $0 = Desk.Papers(now: now, uptime: $0.uptime) }
        snapshots.crash()
        // The index stays if a plant is active, so that a bug planted in the index can show.
        if planted.active == nil, losses.happens(8) { index.vanish() }
        inbox = Inbox()
        tailer = Tailer(inbox: inbox)
        if planted.active != nil { disk = planted.found(disk, batch: batch, isUnknown: isUnknown) }
        try checkCommitted()
        try followLog()
        try loseHistory()
        for connection in ended { try end(connection) }

        while draw.happens(3) {
            // The process dies again before it has read everything.
            counts.restartsCutShort += 1
            _ = try recovered(through: Position(draw.below(Int(log.last) + 1)))
        }
        let state = try recovered(through: .max)
        for id in state.directory.destroyedKeyIDs { secrets.destroyKey(id.bytes) }
        commits = Commits(disk)
        writer = try Self.writer(state, SimulatedStore(commits, planted), index, desk, inbox, tailer)
        writer.path.entropy = EntropySource(countingFrom: draw.word())
        if planted.active == .feeSkipped { writer.path.state.agenda?.popFirst() }
        try checkReplay()
    }

    /// Leaves of the index of history as much as was on the disk. A plant's index stays, so that its bug can show, unless
    /// it is ahead of its log.
    private func loseHistory() throws {
        let isKept = planted.active != nil || historyLuck.happens(2)
        guard history.through > log.last || !isKept else { return }
        let left = Position(historyLuck.below(Int(min(history.through, log.last)) + 1))
        history = HistoryIndex()
        guard planted.active == nil, !historyLuck.happens(3) else { return }
        do { while try history.follow(IndexedReader(disk.reader, planted, last: left)) {} } catch {
            throw Violation(.replay, "the log cannot be read: \(error)")
        }
    }

    /// The state that a start makes of the disk: from the log alone, or from a snapshot and the log's tail.
    private func recovered(through: Position) throws -> AccountsState {
        index.check(against: log.last)
        var state = AccountsState(idempotencyKeys: keys())
        var shifted: Set<AccountIndex> = []
        do {
            if let snapshot = snapshots.newest(through: through, disk.reader, &draw) {
                counts.snapshotsUsed += 1
                state = try disk.reader.restore(
                    count: snapshot.chunks.count, idempotencyKeys: keys(),
                    chunk: { index throws(SnapshotError) in snapshot.chunks[index] },
                    takeKeys: { state in self.takeKeys(&state) })
            }
            let begin = state.position
            _ = try disk.reader.replay(
                into: &state, after: state.order, through: through, ahead: { _, _ in }
            ) { state, meta, event in
                var (meta, event) = (meta, event)
                if planted.active != nil {
                    planted.replayed(&meta, &event, last: log.last, now: now, shifted: &shifted)
                    if begin > 0, meta.position == begin + 1 { planted.afterSnapshot(&event) }
                }
                state.apply(event, meta)
                takeKeys(&state)
            }
        } catch {
            throw Violation(.replay, "a start fails: \(error)")
        }
        return state
    }

    /// A past state, which looks nothing up by ids.
    func past(through position: Position) throws -> AccountsState {
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
        do {
            _ = try disk.reader.replay(into: &state, through: position, ahead: { _, _ in }) { state, meta, event in
                state.apply(event, meta)
            }
        } catch {
            throw Violation(.replay, "the state at \(position) cannot be made: \(error)")
        }
        return state
    }

    private func keys() -> IdempotencyKeys {
        IdempotencyKeys(indexed: index.through, tableKeys: Self.keysPerTable)
    }

    private func takeKeys(_ state: inout AccountsState) {
        for table in state.takeFullKeys() {
            index.add(table)
            state.keysAreIndexed(through: table.through)
        }
    }

    /// Checks that nothing on disk is gone or has changed.
    private func checkCommitted() throws {
        let records = disk.records
        try hold(
            records.count >= log.last, .committed, "the log ends at \(records.count), and it had \(log.last) events")
        for (entry, record) in zip(log.entries, records) {
            try hold(
                XXH64.hash(record.span.bytes) == entry.digest, .committed,
                "position \(entry.meta.position) was another event before")
        }
    }

    /// Checks that the live state is the one that the log makes.
    func checkReplay() throws {
        while commits.areWaiting { commits.endFirst() }
        try followLog()
        for (live, replayed) in zip(writer.path.state.digests, shadow.digests) {
            try hold(
                live.digest == replayed.digest, .replay, "\(live.name) differs from the log's at position \(log.last)")
        }
        try log.usage.check(writer.path.state)
        try log.orders.check(writer.path.state)
        try log.paying.check(writer.path.state)
        try log.giving.check(writer.path.state)
    }

    /// Cheap checks, made after every step.
    func checkLive() throws {
        let sum = writer.path.state.trialBalance
        try hold(sum == .zero, .books, "the trial balance is \(sum)")
        for (index, account) in log.accounts.enumerated() {
            let live = writer.path.state.balances[AccountIndex(index)].minorUnits
            try hold(
                live == account.balance, .books, "account \(index) has \(live), the log makes it \(account.balance)")
        }
        let next = writer.path.state.agenda?.first?.instant ?? .never
        let now = writer.path.eventTime ?? now
        if writer.path.reserve.state == .ok, next > now, let (product, end) = log.periods.overdue(at: now) {
            throw Violation(
                .due,
                "account \(product.account) has paid for offering \(product.offering) until \(end), it is \(now),"
                    + " and what is due next is due at \(next)")
        }
        guard let forgotten = connections.lazy.compactMap(\.inFlight.first).first else { return }
        try hold(
            !secretJobs.isEmpty || !erasures.isEmpty || !readJobs.isEmpty || !pastJobs.isEmpty
                || !verificationJobs.isEmpty
                || writer.path.snapshot.isRunning || hasMessages || writer.path.waits.count > 0, .replies,
            "\(forgotten.line) is never answered")
    }
}
