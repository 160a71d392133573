/// Promised payments that are still owed. An account that never took one has no row.
package struct Promises: Projection {
    package static let name = "promises"
    package static let version: UInt16 = 1

    struct Row: Equatable, Sendable, Coded {
        /// The part that is still owed; zero if there is no promised payment.
        fileprivate(set) var owed = Money.zero
        /// When it is taken back.
        fileprivate(set) var due = Instant.never
        /// A payment that was taken back left a debt, a promised one or one that was charged back, and the balance was
        /// below zero ever since.
        fileprivate(set) var isIndebted = false

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&owed)
            try row.code(&due)
            try row.code(&isIndebted)
        }
    }

    private var rows = SparseRows(blank: Row())

    package init() {}

    subscript(_ account: AccountIndex) -> Row { rows[account] }

    func owed(_ account: AccountIndex) -> Money { self[account].owed }

    func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        let row = self[account]
        if row.owed > .zero { body(Due(at: row.due, .promise, of: account, 0)) }
    }

    /// Follows an event that moved money. `balance` is the one after it.
    @inline(__always)
    mutating func follow(_ account: AccountIndex, _ balance: Money) {
        guard balance >= .zero, rows.has(account) else { return }
        rows[account].isIndebted = false
    }

    /// `agenda` is nil if nobody asks for due things.
    package mutating func apply(_ event: Event, _ meta: EventMeta, _ agenda: inout Agenda?) {
        var row = self[meta.account]
        switch event {
        case .promiseGiven(let e):
            (row.owed, row.due) = (Money(minorUnits: e.amount), Instant(milliseconds: e.dueAt))
            agenda?.insert(Due(at: row.due, .promise, of: meta.account, 0))
        case .promiseRepaid(let e):
            row.owed = Money(minorUnits: e.left)
            if row.owed == .zero { row.due = .never }
            if e.balanceAfter < 0 { row.isIndebted = true }
        case .paymentReversed(let e): if e.balanceAfter < 0 { row.isIndebted = true }
        case .subscriberTerminated: row = Row()
        default: endAtUnknown(event)
        }
        rows[meta.account] = row
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) { rows.encode(account, into: &row) }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        try rows.decode(account, from: &row)
    }

    package var allocatedBytes: Int { rows.allocatedBytes }
}
