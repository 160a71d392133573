/// The orders of subscribers for automatic payments. An account that never made one has no row.
///
/// There is one request for one cause. A balance below the threshold is one cause, however far it falls, until the
/// balance is at the threshold again or a payment settles the request. A day of a month is another cause.
package struct Autopay: Projection {
    package static let name = "autopay"
    package static let version: UInt16 = 1

    struct Row: Equatable, Sendable, Coded {
        /// The acquirer's token of the card; empty if there is no order.
        fileprivate(set) var card = ""
        fileprivate(set) var cardLast4 = ""
        fileprivate(set) var acquirer: UInt32 = 0
        fileprivate(set) var amount = Money.zero
        /// A payment is asked for when the balance is below this.
        fileprivate(set) var below = Money.zero
        /// A payment is asked for on this day of each month; 0 if the balance decides.
        fileprivate(set) var day: UInt32 = 0
        /// The most that is asked for in a month; zero if there is no limit.
        fileprivate(set) var cap = Money.zero
        /// The first instant of the next such day.
        fileprivate(set) var next = Instant.never
        /// The last request; 0 if there was none.
        fileprivate(set) var request: Position = 0
        /// The last request has neither been paid nor ended.
        var isUnderWay = false
        /// A payment was asked for because of the present fall below the threshold.
        fileprivate(set) var isUsed = false
        /// The acquirer refused the last request, so that no payment of it can come late.
        var isRefused = false
        /// The month in which a payment was last asked for, and the sum of that month. They outlive the order, so that
        /// a new one has no new month.
        private var month = Instant(milliseconds: 0)
        private var asked = Money.zero
        /// The end of the month whose limit left no room.
        private var skippedUntil = Instant(milliseconds: 0)

        var isOn: Bool { amount > .zero }

        // A subscriber who moves to a region with another clock begins no new month by it.
        func asked(inMonthFrom start: Instant) -> Money {
            start - month <= RegionClock.greatestDifference ? asked : .zero
        }

        func isSkipped(inMonthTo end: Instant) -> Bool { end - skippedUntil <= RegionClock.greatestDifference }

        mutating func order(_ e: AutopaySet) {
            (card, cardLast4, acquirer) = (e.card, e.cardLast4, e.acquirer)
            (amount, cap) = (Money(minorUnits: e.amount), Money(minorUnits: e.monthlyCap))
            (below, day) = (Money(minorUnits: e.below), e.day)
            next = e.nextAt == 0 ? .never : Instant(milliseconds: e.nextAt)
            // A payment of the last request may still come, unless it was refused.
            isUsed = isUsed && !isRefused
            skippedUntil = Instant(milliseconds: 0)
        }

        fileprivate mutating func endOrder() {
            var left = Row()
            (left.month, left.asked) = (month, asked)
            (left.request, left.below, left.isUsed, left.isRefused) = (request, below, isUsed, isRefused)
            self = left
        }

        fileprivate mutating func asked(for e: PaymentRequested, at position: Position) {
            let start = Instant(milliseconds: e.autopayMonth)
            if start - month > RegionClock.greatestDifference { (month, asked) = (start, .zero) }
            asked = asked &+ Money(minorUnits: e.amount)
            (request, isUnderWay, isUsed, isRefused) = (position, true, true, false)
            if e.autopayNext != 0 { next = Instant(milliseconds: e.autopayNext) }
        }

        fileprivate mutating func skip(_ e: AutopaySkipped) {
            skippedUntil = Instant(milliseconds: e.monthEnd)
            if e.nextAt != 0 { next = Instant(milliseconds: e.nextAt) }
        }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&card)
            try row.code(&cardLast4)
            try row.code(&acquirer)
            try row.code(&amount)
            try row.code(&below)
            try row.code(&day)
            try row.code(&cap)
            try row.code(&next)
            try row.code(&request)
            try row.code(&isUnderWay)
            try row.code(&isUsed)
            try row.code(&isRefused)
            try row.code(&month)
            try row.code(&asked)
            try row.code(&skippedUntil)
        }
    }

    private var rows = SparseRows(blank: Row())

    package init() {}

    subscript(_ account: AccountIndex) -> Row { rows[account] }

    /// True if the account has ordered automatic payments.
    func isOn(_ account: AccountIndex) -> Bool { rows[account].isOn }

    func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        let row = self[account]
        if row.isOn, row.day != 0 { body(Due(at: row.next, .autopay, of: account, 0)) }
    }

    /// Follows an event that moved money. `balance` is the one after it.
    @inline(__always)
    mutating func follow(_ event: Event, _ account: AccountIndex, _ balance: Money) {
        guard rows.has(account) else { return }
        settle(event, account, balance)
    }

    private mutating func settle(_ event: Event, _ account: AccountIndex, _ balance: Money) {
        var row = self[account]
        if case .toppedUp(let e) = event, e.request != 0, e.request == row.request {
            (row.isUnderWay, row.isUsed) = (false, false)
        }
        if balance >= row.below { row.isUsed = false }
        rows[account] = row
    }

    /// `agenda` is nil if nobody asks for due things.
    package mutating func apply(_ event: Event, _ meta: EventMeta, _ agenda: inout Agenda?) {
        var row = self[meta.account]
        switch event {
        case .autopaySet(let e): row.order(e)
        case .autopayEnded: row.endOrder()
        case .autopaySkipped(let e): row.skip(e)
        case .paymentRequested(let e): if e.autopayMonth != 0 { row.asked(for: e, at: meta.position) }
        case .paymentRefused(let e):
            if e.request == row.request { (row.isUnderWay, row.isRefused) = (false, true) }
        case .paymentRequestExpired(let e): if e.request == row.request { row.isUnderWay = false }
        case .subscriberTerminated, .personErased: row = Row()
        default: endAtUnknown(event)
        }
        let before = self[meta.account]
        guard row != before else { return }
        rows[meta.account] = row
        if row.isOn, row.day != 0, row.next != before.next {
            agenda?.insert(Due(at: row.next, .autopay, of: meta.account, 0))
        }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) { rows.encode(account, into: &row) }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        try rows.decode(account, from: &row)
    }

    package var allocatedBytes: Int { rows.allocatedBytes }
}
