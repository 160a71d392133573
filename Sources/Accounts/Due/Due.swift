/// What falls due: something that happens by itself at an instant, whoever asks for it or nobody.
///
/// A chapter keeps the instant with what it is of, in its projection's columns, and answers it from there
/// (`forEachDue`). Its `apply` puts it on the agenda as well, so that the next thing is found without a search. When the
/// instant is there, the chapter decides what comes of it: events, effective at that instant, after which it is due no
/// more.
///
/// To add a kind: a case here and in `decide`, and the chapter's answer in `Cabinet.forEachDue`.
package struct Due: Sendable, Equatable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        /// The fee of a product's next period; the subject is the offering.
        case fee = 1
    }

    private let compactInstant: CompactInstant
    package let kind: Kind
    package let account: AccountIndex
    /// Which of the account's things of this kind.
    package let subject: UInt32

    package init(at instant: Instant, _ kind: Kind, of account: AccountIndex, _ subject: UInt32) {
        (compactInstant, self.kind, self.account, self.subject) = (CompactInstant(instant), kind, account, subject)
    }

    package var instant: Instant { compactInstant.instant }

    /// Decides what comes of it, at its instant. What stands on the agenda and is due no more is not decided, so there is
    /// always an event.
    package func decide(_ cabinet: borrowing Cabinet, _ changes: inout Changes) {
        switch kind {
        case .fee: cabinet.decideFee(self, &changes)
        }
    }
}

extension Due: Comparable {
    package static func == (a: Due, b: Due) -> Bool {
        (a.instant, a.account, a.kind, a.subject) == (b.instant, b.account, b.kind, b.subject)
    }

    /// In order of time. What is due at one instant happens account by account.
    package static func < (a: Due, b: Due) -> Bool {
        (a.instant, a.account, a.kind.rawValue, a.subject) < (b.instant, b.account, b.kind.rawValue, b.subject)
    }
}

extension Cabinet {
    /// What is due of an account, now or later, in no order: each projection answers for its own columns.
    private func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        subscriptions.forEachDue(of: account, body)
    }

    /// The first thing that is due of an account by an instant; nil: nothing is.
    package func firstDue(of account: AccountIndex, by now: Instant) -> Due? {
        var first: Due?
        forEachDue(of: account) { due in
            if due.instant <= now { first = first.map { min($0, due) } ?? due }
        }
        return first
    }

    /// The first thing that is due by an instant; nil: nothing is. An entry that the columns do not confirm was overtaken
    /// by an event, and leaves the agenda here. Nothing leaves it otherwise: what is due stands until an event changes it.
    package mutating func firstDue(by now: Instant) -> Due? {
        while let first = agenda?.first, first.instant <= now {
            if isDue(first) { return first }
            agenda?.popFirst()
        }
        return nil
    }

    private func isDue(_ due: Due) -> Bool {
        var isFound = false
        forEachDue(of: due.account) { if $0 == due { isFound = true } }
        return isFound
    }

    /// Puts on an agenda what the columns say. From here on, `apply` keeps it.
    package mutating func makeAgenda() {
        guard agenda == nil else { return }
        var all: [Due] = []
        all.reserveCapacity(directory.count)
        for account in 0..<directory.next { forEachDue(of: account) { all.append($0) } }
        agenda = Agenda(all)
    }
}
