/// Compares the stored state with the one that the log makes.

package import Accounts

/// A place where the state is not what the log makes, or where an event disagrees with the events before it.
package struct StateFault: Error, Equatable, Sendable, CustomStringConvertible {
    package let projection: String
    /// The first position at which the fault can have begun: the account's first event after the last position at which
    /// the state was right.
    package let position: Position
    /// Nil if the fault belongs to no account.
    package let account: AccountIndex?
    package let msisdn: MSISDN?
    package let message: String

    package init(projection: String, position: Position, account: AccountIndex?, msisdn: MSISDN?, message: String) {
        (self.projection, self.position, self.account) = (projection, position, account)
        (self.msisdn, self.message) = (msisdn, message)
    }

    package var description: String { "position \(position), \(projection): \(message)" }
}

package struct StateCheck: Sendable {
    /// The last position that was replayed.
    package fileprivate(set) var position: Position = 0
    /// The snapshots that were compared, all of this version of the projections.
    package fileprivate(set) var snapshots: [Position] = []
    /// The snapshots that were not compared, and why.
    package fileprivate(set) var unread: [(position: Position, reason: String)] = []
    package fileprivate(set) var faults: [StateFault] = []
    package fileprivate(set) var trialBalance = Money.zero
    package fileprivate(set) var accounts = 0
    package fileprivate(set) var recorded = Instant(milliseconds: 0)
    /// The keys in the index of idempotency keys; nil if there is no index, or it has a fault.
    package fileprivate(set) var index: KeySum?
    /// The entries of the index of history; nil if there is no index, or it has a fault.
    package fileprivate(set) var history: HistorySum?
    /// Those that the log makes.
    fileprivate var madeHistory = HistorySum(through: 0)
    /// How many numbers' states were made from their own events and compared, at as many moments.
    package fileprivate(set) var pasts = 0
    /// The positions at which that is still to be done, the first one last.
    fileprivate var pastPositions: [Position] = []
    /// An event disagreed with the log, and the replay ended before it.
    fileprivate var isStopped = false
    fileprivate var keys = KeyCheck(filter: nil)
    /// The digest of each projection, at the end.
    package fileprivate(set) var digests: [(name: String, digest: UInt64)] = []

    package static let listed = 100

    fileprivate mutating func add(_ fault: StateFault) { if faults.count < Self.listed { faults.append(fault) } }

    fileprivate mutating func add(history message: String, at position: Position, _ account: AccountIndex? = nil) {
        add(
            StateFault(
                projection: HistoryIndex.name, position: position, account: account, msisdn: nil, message: message))
    }

    fileprivate mutating func add(keys message: String, at position: Position, _ account: AccountIndex? = nil) {
        add(
            StateFault(
                projection: IdempotencyKeys.name, position: position, account: account, msisdn: nil, message: message))
    }
}

extension PastStates {
    /// Replays the log from its beginning, whatever snapshots there are. Compares every balance with its event, each of
    /// these snapshots with the state at its position, and every idempotency key with the index, the filter of the
    /// newest snapshot and the tables of a running service, and every event with the index of history. At `pasts` random
    /// positions it makes the state of a random number from its own events, as a read with `at=` does, and compares it.
    /// `through`: the end of the replay, if it is later.
    package func check(
        _ snapshots: [Position], through: Position, index: (any OlderKeys)? = nil, history: HistoryIndex? = nil,
        pasts: Int = 0,
        recentKeys: [IdempotencyKeys.Table] = [],
        progress: (ReplayProgress) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> StateCheck {
        var check = StateCheck()
        var inputs: [SnapshotInput] = []
        // Opened here, so that a snapshot that is removed meanwhile can still be read.
        for position in snapshots.sorted() {
            do {
                let input = try SnapshotInput(data: data, at: position, of: identity)
                inputs.append(input)
            } catch {
                check.unread.append((position, "\(error)"))
            }
        }
        let filter = newestFilter(inputs, &check)
        let indexed = contents(of: index, &check)
        check.index = indexed
        check.keys = KeyCheck(filter: filter, recent: recentKeys, indexed: indexed?.through ?? 0)
        check.history = contents(of: history, &check)
        check.madeHistory = HistorySum(through: check.history?.through ?? 0)
        let last = try reader.last
        if last > 0 {
            check.pastPositions = (0..<pasts).map { _ in Position.random(in: 1...last) }.sorted(by: >)
        }
        let own = PastAccounts(reader, index: check.history == nil ? nil : history)
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
        // The last position at which the whole state was right.
        var agreed: Position = 0
        for input in inputs {
            guard input.position <= last else {
                check.unread.append((input.position, "the log ends at \(last)"))
                continue
            }
            try replay(&state, to: input.position, &check, own, progress, isCancelled)
            guard state.position == input.position else {
                check.unread.append((input.position, "the replay came to position \(state.position)"))
                continue
            }
            guard try reader.recordDigest(at: input.position) == input.recordChecksum else {
                check.unread.append((input.position, "it is of another history of the log"))
                continue
            }
            let differences: [SnapshotDifference]
            input.readAhead()
            do throws(SnapshotError) {
                differences = try state.differences(
                    from: { index throws(SnapshotError) in try input.chunk(index) }, count: input.count,
                    limit: StateCheck.listed, encode: SnapshotFormat.encode)
            } catch {
                check.unread.append((input.position, "\(error)"))
                continue
            }
            check.snapshots.append(input.position)
            for difference in differences { check.add(try fault(difference, input.position, since: agreed, state)) }
            if differences.isEmpty { agreed = input.position }
        }
        try replay(
            &state, to: max(through, indexed?.through ?? 0, check.madeHistory.through, state.position), &check, own,
            progress, isCancelled)
        if !check.isStopped {
            var missing: [KeyCheck.Missing] = []
            check.keys.finish(at: state.position) { missing.append($0) }
            for key in missing { check.add(keys: key.message, at: key.position, key.account) }
            if let index, let indexed, check.keys.indexed != indexed {
                try findUnindexed(index, indexed, &check, isCancelled)
            }
            if let history, let found = check.history, found != check.madeHistory {
                try findMissing(in: history, found, &check, isCancelled)
            }
        }
        check.faults.sort { $0.position < $1.position }
        check.position = state.position
        check.trialBalance = state.trialBalance
        check.accounts = state.directory.count
        check.recorded = state.recorded
        // Without the keys, because this state has none.
        check.digests = state.digests.filter { AccountsState.replaceable.contains($0.name) }
        return check
    }

    /// Replays to a position, and compares a number's past on the way wherever that is to be done.
    private func replay(
        _ state: inout AccountsState, to position: Position, _ check: inout StateCheck, _ own: PastAccounts<LMDBReader>,
        _ progress: (ReplayProgress) -> Void, _ isCancelled: () -> Bool
    ) throws {
        while let next = check.pastPositions.last, next <= position {
            check.pastPositions.removeLast()
            try replay(&state, to: next, &check, progress, isCancelled)
            guard !check.isStopped, state.position == next, state.directory.next > 1 else { continue }
            let account = AccountIndex.random(in: 1..<state.directory.next)
            guard state.directory[account].kind != .organization else { continue }
            let made = try own.state(
                of: [AccountEnd(account, state)], at: next, operator: AccountEnd(0, state), isCancelled: isCancelled)
            check.pasts += 1
            let whole = state.row(of: account, encode: SnapshotFormat.encode)
            let alone = made.row(of: 1, encode: SnapshotFormat.encode)
            for projection in whole.keys.sorted() where alone[projection] != whole[projection] {
                check.add(
                    StateFault(
                        projection: projection, position: next, account: account, msisdn: state.msisdn(account),
                        message: "the number's own events make another state than all events"))
            }
        }
        try replay(&state, to: position, &check, progress, isCancelled)
    }

    /// Stops before an event whose balance is not the one that the log makes, because later events cannot be applied.
    private func replay(
        _ state: inout AccountsState, to position: Position, _ check: inout StateCheck,
        _ progress: (ReplayProgress) -> Void, _ isCancelled: () -> Bool
    ) throws {
        guard !check.isStopped else { return }
        var missing: [KeyCheck.Missing] = []
        defer { for key in missing { check.add(keys: key.message, at: key.position, key.account) } }
        do {
            try replay(&state, to: position, progress, { _ in isCancelled() }) { meta, event in
                check.madeHistory.add(event, meta)
                check.keys.take(event, meta) { if missing.count < StateCheck.listed { missing.append($0) } }
            }
        } catch let fault as StateFault {
            check.add(fault)
            check.isStopped = true
        }
    }

    private func newestFilter(_ inputs: [SnapshotInput], _ check: inout StateCheck) -> SnapshotKeys? {
        for input in inputs.reversed() {
            do throws(SnapshotError) {
                return try AccountsState.idempotencyKeys(
                    of: { index throws(SnapshotError) in try input.chunk(index) }, count: input.count,
                    decode: SnapshotFormat.decode)
            } catch {
                // This snapshot is read once more to be compared, and listed then.
                continue
            }
        }
        return nil
    }

    private func contents(of index: (any OlderKeys)?, _ check: inout StateCheck) -> KeySum? {
        guard let index else { return nil }
        do throws(StoreError) {
            let contents = try index.contents()
            guard let disorder = contents.disorder else { return contents.keys }
            // Lookups in this index would tell no more.
            check.add(keys: "the index: \(disorder)", at: 1)
            return nil
        } catch {
            check.add(keys: "the index cannot be read: \(error)", at: 1)
            return nil
        }
    }

    private func contents(of history: HistoryIndex?, _ check: inout StateCheck) -> HistorySum? {
        guard let history else { return nil }
        do throws(StoreError) {
            let contents = try history.contents()
            guard let disorder = contents.disorder else { return contents.sum }
            check.add(history: "the index of history: \(disorder)", at: 1)
            return nil
        } catch {
            check.add(history: "the index of history cannot be read: \(error)", at: 1)
            return nil
        }
    }

    /// Lists the events that the index of history lacks, or else the two counts of entries.
    private func findMissing(
        in history: HistoryIndex, _ found: HistorySum, _ check: inout StateCheck, _ isCancelled: () -> Bool
    ) throws {
        let before = check.faults.count
        _ = try reader.replay(through: found.through) { meta, event in
            if meta.position % 256 == 0, isCancelled() { throw CancellationError() }
            guard check.faults.count < StateCheck.listed, try !history.has(event, meta) else { return }
            check.add(history: "the index of history does not have the event", at: meta.position, meta.account)
        }
        guard check.faults.count == before else { return }
        check.add(
            history: "the index of history holds \(found.count) entries, and the log makes \(check.madeHistory.count)",
            at: 1)
    }

    /// Lists the events whose keys the index lacks, or else the two counts of keys.
    private func findUnindexed(
        _ index: any OlderKeys, _ indexed: KeySum, _ check: inout StateCheck, _ isCancelled: () -> Bool
    ) throws {
        let before = check.faults.count
        var last = Hash128.zero
        _ = try reader.replay(through: indexed.through) { meta, event in
            for key in IdempotencyKeys.keys(of: event, meta, after: &last) where check.faults.count < StateCheck.listed
            {
                guard try index.first(of: key, where: { $0 == meta.position }) == nil else { continue }
                check.add(keys: "the index does not have a key of the event", at: meta.position, meta.account)
            }
            if meta.position % 4096 == 0, isCancelled() { throw CancellationError() }
        }
        guard check.faults.count == before else { return }
        check.add(
            keys: "the index holds \(indexed.count) keys, and the log makes \(check.keys.indexed.count)", at: 1)
    }

    private func fault(
        _ difference: SnapshotDifference, _ position: Position, since agreed: Position, _ state: borrowing AccountsState
    ) throws -> StateFault {
        var first = agreed + 1
        if let account = difference.account, account < state.directory.next {
            first = position
            _ = try reader.history(of: account, from: state.directory[account].lastPosition) { meta, _ in
                guard meta.position > agreed else { return false }
                first = meta.position
                return true
            }
        }
        return StateFault(
            projection: difference.projection, position: first, account: difference.account,
            msisdn: difference.account.flatMap { state.msisdn($0) },
            message: "the snapshot of position \(position) has another state")
    }
}

extension AccountsState {
    /// Applies an event of the log. Checks its balance first, because `apply` takes the balance as right.
    package mutating func replay(_ event: Event, _ meta: EventMeta) throws {
        let money = event.money
        if let money { try check(money, meta) }
        apply(event, money, meta)
    }

    /// Applies an event of some accounts' own: the events of others are left out.
    package mutating func replayAlone(_ event: Event, _ meta: EventMeta) throws {
        stand(at: meta.position - 1, recorded: recorded)
        try replay(event, meta)
    }

    private func check(_ money: Movement, _ meta: EventMeta) throws {
        guard meta.account < directory.next else {
            throw StateFault(
                projection: Directory.name, position: meta.position, account: meta.account, msisdn: nil,
                message: "the event is of an account that was not opened")
        }
        // A forged amount may be any number: if the sum overflows, it is not the balance in the event.
        let made = balances[meta.account] &+ money.net
        guard made != money.balanceAfter else { return }
        throw StateFault(
            projection: Balances.name, position: meta.position, account: meta.account, msisdn: msisdn(meta.account),
            message:
                "the event says \(money.balanceAfter), and the log makes it \(made): nothing behind it was replayed")
    }

    fileprivate func msisdn(_ account: AccountIndex) -> MSISDN? {
        guard account < directory.next, directory[account].msisdn.number != 0 else { return nil }
        return directory[account].msisdn
    }
}
