/// A thing that falls due: it happens by itself at an instant, whether or not anybody asks for it.
///
/// A chapter keeps the instant in its projection's columns and reports it from there (`forEachDue`). Its `apply` also
/// puts it on the agenda, so that the next thing is found without a search. At the instant, the chapter decides the
/// resulting events. They are effective at that instant, and after them the thing is not due any more.
///
/// To add a kind: a case here and in `decide`, and the chapter's answer in `AccountsState.forEachDue`.
package struct Due: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        /// The fee of a product's next period; the subject is the offering.
        case fee = 1
        /// The end of a month in which something was stopped for a limit. Before the fees of the new month.
        case spendingMonth = 0
    }

    private let compactInstant: CompactInstant
    package let kind: Kind
    package let account: AccountIndex
    /// Identifies the thing among the account's things of this kind.
    package let subject: UInt32

    package init(at instant: Instant, _ kind: Kind, of account: AccountIndex, _ subject: UInt32) {
        (compactInstant, self.kind, self.account, self.subject) = (CompactInstant(instant), kind, account, subject)
    }

    package var instant: Instant { compactInstant.instant }

    /// Decides the resulting events, at its instant. There is always one, because an overtaken entry of the agenda is
    /// not decided.
    package func decide(_ state: borrowing AccountsState, _ changes: inout NewEvents) {
        switch kind {
        case .fee: state.decideFee(self, &changes)
        case .spendingMonth: state.decideSpendingMonth(self, &changes)
        }
    }
}

extension Due: Comparable {
    package static func == (a: Due, b: Due) -> Bool {
        (a.instant, a.account, a.kind, a.subject) == (b.instant, b.account, b.kind, b.subject)
    }

    /// In order of time. Things that are due at one instant happen account by account.
    package static func < (a: Due, b: Due) -> Bool {
        (a.instant, a.account, a.kind.rawValue, a.subject) < (b.instant, b.account, b.kind.rawValue, b.subject)
    }
}

extension AccountsState {
    /// Projections that have something due. `REBUILD` of one exchanges the agenda with it.
    static let projectionsWithDue = [Subscriptions.name, Limits.name]

    /// Visits everything that is due of an account, now or later, in no order. Each projection reports its own columns.
    private func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        subscriptions.forEachDue(of: account, body)
        limits.forEachDue(of: account, body)
    }

    /// The first thing of an account that is due by `now`; nil if nothing is.
    package func firstDue(of account: AccountIndex, by now: Instant) -> Due? {
        var first: Due?
        forEachDue(of: account) { due in
            if due.instant <= now { first = first.map { min($0, due) } ?? due }
        }
        return first
    }

    /// True if the columns confirm it. If they do not, an event has overtaken it.
    package func isDue(_ due: Due) -> Bool {
        var isFound = false
        forEachDue(of: due.account) { if $0 == due { isFound = true } }
        return isFound
    }

    /// Drops the first entry of the agenda, which an event has overtaken. Nothing leaves the agenda otherwise: a thing
    /// that is due stands there until an event changes the column.
    package mutating func dropOvertaken(_ first: Due) {
        if agenda?.first == first { agenda?.popFirst() }
    }

    /// Builds an agenda from the columns. From here on, `apply` maintains it.
    package mutating func makeAgenda() {
        guard agenda == nil else { return }
        var all: [Due] = []
        all.reserveCapacity(directory.count)
        for account in 0..<directory.next { forEachDue(of: account) { all.append($0) } }
        agenda = Agenda(all)
    }
}
