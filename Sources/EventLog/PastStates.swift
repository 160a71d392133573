/// The state as it was at any position, and whether it is what the log makes.

package import Accounts

extension EventReader {
    /// The last position that a moment has, of those up to `through`.
    package func position(of moment: Moment, through: Position) throws -> Position {
        switch moment {
        case .after(let position): return min(position, through)
        case .recorded(let time):
            // Recorded times never go back.
            var (low, high) = (Position(0), through)
            while low < high {
                let middle = low + (high - low + 1) / 2
                if try meta(at: middle).recorded <= time { low = middle } else { high = middle - 1 }
            }
            return low
        }
    }
}

/// States of the past of a data directory, made of its snapshots and its log.
package struct PastStates: Sendable {
    private let data: String
    private let identity: LogIdentity
    package let reader: LMDBReader

    package init(data: String, of identity: LogIdentity, _ reader: LMDBReader) {
        (self.data, self.identity, self.reader) = (data, identity, reader)
    }

    /// The state after a position, from what there is of an earlier one.
    package func bring(
        _ known: consuming Cabinet?, to position: Position, progress: (ReplayProgress) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> Cabinet {
        var cabinet = Cabinet(idempotencyKeys: IdempotencyKeys(indexed: .max))
        if let known = known.take(), known.position <= position { cabinet = known }
        if let snapshot = try newestSnapshot(after: cabinet.position, through: position) { cabinet = snapshot }
        try replay(&cabinet, to: position, progress, isCancelled)
        return cabinet
    }

    private func replay(
        _ cabinet: inout Cabinet, to position: Position, _ progress: (ReplayProgress) -> Void, _ isCancelled: () -> Bool
    ) throws {
        _ = try reader.replay(
            into: &cabinet, after: cabinet.order, through: position, progress: progress,
            ahead: { cabinet, account in cabinet.prefetch(account) }
        ) { cabinet, meta, event in
            try cabinet.replay(event, meta)
            if meta.position % 4096 == 0, isCancelled() { throw CancellationError() }
            // Of a replay it has all that was ever due, and here nobody takes it.
            if meta.position % 1_000_000 == 0 { cabinet.remakeAgenda() }
        }
    }

    private func newestSnapshot(after known: Position, through position: Position) throws -> Cabinet? {
        for place in try Snapshots.list(data: data) where place <= position && place > known {
            do {
                let input = try SnapshotInput(data: data, at: place, of: identity)
                guard try reader.recordDigest(at: place) == input.recordChecksum else { continue }
                return try reader.restore(
                    count: input.count, idempotencyKeys: IdempotencyKeys(indexed: .max),
                    chunk: { index throws(SnapshotError) in try input.chunk(index) })
            } catch is SnapshotError {
                // The next start says what is wrong with it.
                continue
            }
        }
        return nil
    }
}

// MARK: - Whether it is what the log makes

/// Where a state is not what the log makes of it, or an event says what the log does not.
package struct StateFault: Error, Equatable, Sendable, CustomStringConvertible {
    package let projection: String
    /// The first position at which it can have come about: the account's first event after the last place at which it was
    /// as it should be.
    package let position: Position
    /// Nil: it belongs to no account.
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
    /// The events that were replayed.
    package fileprivate(set) var position: Position = 0
    /// The snapshots that are of this version of the projections, all of which were compared.
    package fileprivate(set) var snapshots: [Position] = []
    /// Those that were not, and why.
    package fileprivate(set) var unread: [(position: Position, reason: String)] = []
    package fileprivate(set) var faults: [StateFault] = []
    package fileprivate(set) var trialBalance = Money.zero
    package fileprivate(set) var accounts = 0
    package fileprivate(set) var recorded = Instant(milliseconds: 0)
    /// An event said what the log does not, and the replay ended before it.
    fileprivate var isStopped = false
    /// Of each projection, at the end.
    package fileprivate(set) var digests: [(name: String, digest: UInt64)] = []

    package static let listed = 100

    fileprivate mutating func add(_ fault: StateFault) { if faults.count < Self.listed { faults.append(fault) } }
}

extension PastStates {
    /// Replays the log from its beginning, whatever snapshots there are, holds every balance against what its event says,
    /// and each of these snapshots against the state at its position. `through`: the end, if it is later.
    package func check(
        _ snapshots: [Position], through: Position, progress: (ReplayProgress) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> StateCheck {
        var check = StateCheck()
        var inputs: [SnapshotInput] = []
        // Open from here on: one that is removed meanwhile is read all the same.
        for position in snapshots.sorted() {
            do {
                let input = try SnapshotInput(data: data, at: position, of: identity)
                inputs.append(input)
            } catch {
                check.unread.append((position, "\(error)"))
            }
        }
        let last = try reader.last
        var cabinet = Cabinet(idempotencyKeys: IdempotencyKeys(indexed: .max))
        // Where all was as it should be last.
        var agreed: Position = 0
        for input in inputs {
            guard input.position <= last else {
                check.unread.append((input.position, "the log ends at \(last)"))
                continue
            }
            try replay(&cabinet, to: input.position, &check, progress, isCancelled)
            guard cabinet.position == input.position else {
                check.unread.append((input.position, "the replay came to position \(cabinet.position)"))
                continue
            }
            guard try reader.recordDigest(at: input.position) == input.recordChecksum else {
                check.unread.append((input.position, "it is of another history of the log"))
                continue
            }
            let differences: [SnapshotDifference]
            do throws(SnapshotError) {
                differences = try cabinet.differences(
                    from: { index throws(SnapshotError) in try input.chunk(index) }, count: input.count,
                    limit: StateCheck.listed, encode: Snapshots.encode)
            } catch {
                check.unread.append((input.position, "\(error)"))
                continue
            }
            check.snapshots.append(input.position)
            for difference in differences { check.add(try fault(difference, input.position, since: agreed, cabinet)) }
            if differences.isEmpty { agreed = input.position }
        }
        try replay(&cabinet, to: max(through, cabinet.position), &check, progress, isCancelled)
        check.faults.sort { $0.position < $1.position }
        check.position = cabinet.position
        check.trialBalance = cabinet.trialBalance
        check.accounts = cabinet.directory.count
        check.recorded = cabinet.recorded
        // Of the keys this state has none.
        check.digests = cabinet.digests.filter { Cabinet.replaceable.contains($0.name) }
        return check
    }

    /// As far as events say the balances that the log makes: what follows on one that does not cannot be applied.
    private func replay(
        _ cabinet: inout Cabinet, to position: Position, _ check: inout StateCheck,
        _ progress: (ReplayProgress) -> Void, _ isCancelled: () -> Bool
    ) throws {
        guard !check.isStopped else { return }
        do { try replay(&cabinet, to: position, progress, isCancelled) } catch let fault as StateFault {
            check.add(fault)
            check.isStopped = true
        }
    }

    private func fault(
        _ difference: SnapshotDifference, _ position: Position, since agreed: Position, _ cabinet: borrowing Cabinet
    ) throws -> StateFault {
        var first = agreed + 1
        if let account = difference.account, account < cabinet.directory.next {
            first = position
            _ = try reader.history(of: account, from: cabinet.directory[account].lastPosition) { meta, _ in
                guard meta.position > agreed else { return false }
                first = meta.position
                return true
            }
        }
        return StateFault(
            projection: difference.projection, position: first, account: difference.account,
            msisdn: difference.account.flatMap { cabinet.msisdn($0) },
            message: "the snapshot of position \(position) has another state")
    }
}

extension Cabinet {
    /// Applies an event of the log. Its balance is checked before, which `apply` takes for granted.
    package mutating func replay(_ event: Event, _ meta: EventMeta) throws {
        try checkBalance(event, meta)
        apply(event, meta)
    }

    private func checkBalance(_ event: Event, _ meta: EventMeta) throws {
        guard let money = event.money else { return }
        guard meta.account < directory.next else {
            throw StateFault(
                projection: Directory.name, position: meta.position, account: meta.account, msisdn: nil,
                message: "the event is of an account that was not opened")
        }
        // A forged amount may be any: what overflows is not what the event says.
        var made = balances[meta.account]
        event.forEachPosting { _, amount in made = Money(minorUnits: made.minorUnits &+ amount.minorUnits) }
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
