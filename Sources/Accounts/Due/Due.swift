/// A thing that falls due: it happens by itself at an instant, whether or not anybody asks for it.
///
/// A chapter keeps the instant in its projection's columns and reports it from there (`forEachDue`). Its `apply` also
/// puts it on the agenda, so that the next thing is found without a search. At the instant, the chapter decides the
/// resulting events. They are effective at that instant, and after them the thing is not due any more.
///
/// To add a kind: a case here and in `decide`, and the chapter's answer in `AccountsState.forEachDue`.
package struct Due: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        /// The end of a month in which something was stopped for a limit. Before the fees of the new month.
        case spendingMonth = 0
        /// The end of a product's paid period; the subject is the offering.
        case periodEnd = 1
        /// A planned change of tariff on a date; the subject is the new tariff.
        case tariffChange = 2
        /// The notice of a move from a retired offering, which is the subject.
        case moveNotice = 3
        /// The move of a product without a paid period from a retired offering, which is the subject.
        case move = 4
        /// The fee of a day of a suspension.
        case suspensionFee = 5
        /// A draft becomes the catalogue; the subject is the draft.
        case publication = 6
        /// The end of the account's oldest requests for payments.
        case paymentRequests = 7
        /// The notice or the fee of a day of a number that nobody uses; the subject is a `DormancyStep`.
        case dormancyFee = 8
        /// The notice or the termination of a number that nobody pays for; the subject is a `DormancyStep`.
        case termination = 9
        /// A promised payment is taken back.
        case promise = 10
        /// The day of an automatic payment.
        case autopay = 11

        /// True if the agenda has one entry an account for all of them (`Agenda.watch`).
        var isWatched: Bool { self == .dormancyFee || self == .termination }
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
        case .spendingMonth: state.decideSpendingMonth(self, &changes)
        case .periodEnd: state.decidePeriodEnd(self, &changes)
        case .tariffChange: _ = state.decidePlannedChange(of: account, at: instant, &changes)
        case .moveNotice: state.decideMoveNotice(self, &changes)
        case .move: state.decideMove(self, &changes)
        case .suspensionFee: state.decideSuspensionFee(self, &changes)
        case .publication: state.decidePublication(self, &changes)
        case .paymentRequests: state.decidePaymentRequests(self, &changes)
        case .dormancyFee: state.decideDormancyFee(self, &changes)
        case .termination: state.decideTermination(self, &changes)
        case .promise: changes.takeBackPromise(of: account, .due, state, at: instant)
        case .autopay: state.decideAutopayDay(self, &changes)
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
    static let projectionsWithDue = [
        Catalog.name, Balances.name, Subscriptions.name, Limits.name, Dormancy.name, Paying.name,
        Promises.name, Autopay.name,
    ]

    /// Visits everything that is due of an account, now or later, in no order. Each projection reports its own columns.
    private func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        if account == 0 { catalog.forEachDue(body) }
        subscriptions.forEachDue(of: account, catalog, body)
        limits.forEachDue(of: account, body)
        paying.forEachDue(of: account, body)
        promises.forEachDue(of: account, body)
        autopay.forEachDue(of: account, body)
        if catalog.dormancy.isOn { forEachDormancyDue(of: account, body) }
    }

    /// The first thing of an account that is due by `now`; nil if nothing is.
    package func firstDue(of account: AccountIndex, by now: Instant) -> Due? {
        var first: Due?
        forEachDue(of: account) { due in
            if due.instant <= now { first = first.map { min($0, due) } ?? due }
        }
        return first
    }

    /// Puts the moves from retired offerings on the agenda. They follow from the catalogue too, so neither projection
    /// alone can do it: a publication may begin them for everybody, and a period that ends for its account.
    mutating func addMoves(after event: Event, of account: AccountIndex) {
        guard catalog.hasSuccessors, agenda != nil else { return }
        let accounts: Range<AccountIndex>
        switch event {
        case .catalogPublished: accounts = 0..<directory.next
        case .feeUnpaid, .tariffSuspended, .tariffResumed, .productMoveAnnounced: accounts = account..<account + 1
        default: return
        }
        var moves: [Due] = []
        for account in accounts {
            forEachDue(of: account) { if $0.kind == .move || $0.kind == .moveNotice { moves.append($0) } }
        }
        for move in moves { agenda?.insert(move) }
    }

    /// True if the columns confirm it. If they do not, an event has overtaken it.
    package func isDue(_ due: Due) -> Bool {
        var isFound = false
        forEachDue(of: due.account) { if $0 == due { isFound = true } }
        return isFound
    }

    /// Drops the first entry of the agenda, which an event has overtaken. Nothing leaves the agenda otherwise: a thing
    /// that is due stands there until an event changes the column. A watched account gets its next entry.
    package mutating func dropOvertaken(_ first: Due) {
        guard agenda?.first == first else { return }
        agenda?.popFirst()
        if first.kind.isWatched, agenda?.endWatch(first) == true, catalog.dormancy.isOn {
            watchDormancy(of: first.account, at: first.instant)
        }
    }

    /// Builds an agenda from the columns. From here on, `apply` maintains it.
    package mutating func makeAgenda() {
        guard agenda == nil else { return }
        var all: [Due] = []
        all.reserveCapacity(directory.count)
        for account in 0..<directory.next {
            forEachDue(of: account) { if !$0.kind.isWatched { all.append($0) } }
        }
        agenda = Agenda(all)
        guard catalog.dormancy.isOn else { return }
        for account in 0..<directory.next { watchDormancy(of: account, at: recorded) }
    }
}
