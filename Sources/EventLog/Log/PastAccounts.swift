/// Makes the past state of some accounts from their own events, and the principals and the catalogue of then. An event
/// belongs to one account, so nobody else's is needed.
///
/// The state has the operator's account and these alone, numbered anew. Accounts that their events name, such as an
/// organisation, keep the log's numbers and are not there.

package import Accounts

/// One thread uses it.
package final class PastAccounts<Reader: EventReader> {
    private let reader: Reader
    private let index: HistoryIndex?
    private var common = CommonEvents()

    package init(_ reader: Reader, index: HistoryIndex?) { (self.reader, self.index) = (reader, index) }

    /// The number of an account in the state that is made of `accounts`, in order; nil if it is none of them.
    package static func number(of account: AccountIndex, among accounts: [AccountEnd]) -> AccountIndex? {
        accounts.firstIndex { $0.account == account }.map { AccountIndex($0) + 1 }
    }

    /// The state after a position. `accounts` are in the order of their opening. `operator` is the operator's account.
    package func state(
        of accounts: [AccountEnd], at position: Position, operator: AccountEnd, isCancelled: () -> Bool = { false }
    ) throws -> AccountsState {
        guard let index, index.isTrusted else { return try make(accounts, position, `operator`, nil, isCancelled) }
        do {
            // Events that an index lacks may make a state that cannot be.
            return try index.guarding { try make(accounts, position, `operator`, index, isCancelled) }
        } catch LogError.wrongIndex {
            index.distrust()
            common = CommonEvents()
            return try make(accounts, position, `operator`, nil, isCancelled)
        }
    }

    private func make(
        _ accounts: [AccountEnd], _ position: Position, _ operator: AccountEnd, _ index: HistoryIndex?,
        _ isCancelled: () -> Bool
    ) throws -> AccountsState {
        try common.follow(reader, `operator`, index, through: position)
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
        var applied = 0
        guard position > 0 else { return state }
        if !accounts.isEmpty {
            try own(accounts, through: position, index, isCancelled) { meta, event in
                try common.bring(&state, from: &applied, to: meta.position)
                try state.replayAlone(event, meta)
            }
        }
        try common.bring(&state, from: &applied, to: position)
        state.stand(at: position, recorded: try reader.meta(at: position).recorded)
        return state
    }

    /// Visits the accounts' own events in order, under the accounts' new numbers.
    private func own(
        _ accounts: [AccountEnd], through position: Position, _ index: HistoryIndex?, _ isCancelled: () -> Bool,
        _ body: (EventMeta, Event) throws -> Void
    ) throws {
        var failure: (any Error)?
        var count = 0
        let selection = HistorySelection(of: accounts.map(\.account), positions: 1...position)
        try reader.history(of: accounts, selection, newestFirst: false, index: index) { meta, event in
            do {
                count += 1
                if count % 4096 == 0, isCancelled() { throw CancellationError() }
                var meta = meta
                meta.account = Self.number(of: meta.account, among: accounts) ?? 0
                try body(meta, event)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
    }
}

/// The events that make the principals and the catalogue, and what they had made after every some of them.
private struct CommonEvents {
    private static let eventsPerMark = 128

    private var events: [(meta: EventMeta, event: Event)] = []
    private var through: Position = 0
    /// After so many events.
    private var marks: [(count: Int, state: CommonState)] = []

    /// Reads the events up to a position.
    mutating func follow(
        _ reader: some EventReader, _ operator: AccountEnd, _ index: HistoryIndex?, through position: Position
    ) throws {
        guard through < position else { return }
        let selection = HistorySelection(
            of: [`operator`.account], Event.commonTypes.flatMap(HistoryClass.ofType),
            positions: through + 1...position)
        var found: [(EventMeta, Event)] = []
        try reader.history(of: [`operator`], selection, newestFirst: false, index: index) { meta, event in
            if Event.commonTypes.contains(event.typeNumber) { found.append((meta, event)) }
            return true
        }
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
        var applied = 0
        try bring(&state, from: &applied, to: through)
        for (meta, event) in found {
            if events.count % Self.eventsPerMark == 0 { marks.append((events.count, state.common)) }
            try state.replayAlone(event, meta)
            events.append((meta, event))
        }
        through = position
    }

    /// Brings the principals and the catalogue of a state from the first `applied` events to a position.
    func bring(_ state: inout AccountsState, from applied: inout Int, to position: Position) throws {
        let wanted = events.lowerBound { $0.meta.position <= position }
        guard wanted > applied else { return }
        let mark = marks.lowerBound { $0.count <= wanted } - 1
        if mark >= 0, marks[mark].count > applied {
            state.common = marks[mark].state
            applied = marks[mark].count
        }
        for (meta, event) in events[applied..<wanted] { try state.replayAlone(event, meta) }
        applied = wanted
    }
}
