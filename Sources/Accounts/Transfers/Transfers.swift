/// Payments that can still be charged back, and the counts of the limits on transfers and gifts.
///
/// A payment by card, or from an account with a bank, is kept until no term can hold it back any more. Those that come one
/// after another within an hour are one element, so that an account has few.
package struct Transfers: Projection {
    package static let name = "transfers"
    package static let version: UInt16 = 1

    /// The largest `transfer_hold_days` of a catalogue.
    package static let keptDays: Int64 = 31

    /// Payments of one hour that can be charged back.
    private struct Revocable: Chained, Coded {
        var amount = Money.zero
        /// When the last of them came.
        var latest = CompactInstant(Instant(milliseconds: 0))
        var next: UInt32 = 0

        var hour: Int64 { latest.instant.milliseconds / TimeSpan.hours(1).milliseconds }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&amount)
            try row.code(&latest)
        }
    }

    /// The counts of what an account gave and got in a day and in a month. Few accounts have one.
    struct Counts: Equatable, Sendable, Coded {
        private var day = Instant(milliseconds: 0)
        private var sentInDay: UInt32 = 0
        private var month = Instant(milliseconds: 0)
        private var sent = Money.zero
        private var received = Money.zero
        private var gifts: UInt32 = 0

        /// How many transfers were sent in the day that begins at `start`.
        func transfers(inDayFrom start: Instant) -> UInt32 { isSameDay(start) ? sentInDay : 0 }
        func sent(inMonthFrom start: Instant) -> Money { isSameMonth(start) ? sent : .zero }
        func received(inMonthFrom start: Instant) -> Money { isSameMonth(start) ? received : .zero }
        func gifts(inMonthFrom start: Instant) -> UInt32 { isSameMonth(start) ? gifts : 0 }

        // A subscriber who moves to a region with another clock begins no new day or month by it.
        private func isSameDay(_ start: Instant) -> Bool { start - day < .hours(20) }
        private func isSameMonth(_ start: Instant) -> Bool { start - month <= RegionClock.greatestDifference }

        private mutating func begin(day start: Instant) {
            if !isSameDay(start) { (day, sentInDay) = (start, 0) }
        }

        private mutating func begin(month start: Instant) {
            if !isSameMonth(start) { (month, sent, received, gifts) = (start, .zero, .zero, 0) }
        }

        fileprivate mutating func count(sent e: TransferSent) {
            begin(day: Instant(milliseconds: e.dayStart))
            begin(month: Instant(milliseconds: e.monthStart))
            sentInDay += 1
            sent += Money(minorUnits: e.amount)
        }

        fileprivate mutating func count(received e: TransferReceived) {
            begin(month: Instant(milliseconds: e.monthStart))
            received += Money(minorUnits: e.amount)
        }

        fileprivate mutating func count(gift e: BucketGiftSent) {
            begin(month: Instant(milliseconds: e.monthStart))
            gifts += 1
        }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&day)
            try row.code(&sentInDay)
            try row.code(&month)
            try row.code(&sent)
            try row.code(&received)
            try row.code(&gifts)
        }
    }

    /// By account: where its chain of payments begins, the newest first.
    private var heads: [ChainPool<Revocable>.Head] = []
    private var pool = ChainPool<Revocable>()
    private var counts = SparseRows(blank: Counts())

    package init() {}

    func counts(_ account: AccountIndex) -> Counts { counts[account] }

    private func head(_ account: AccountIndex) -> ChainPool<Revocable>.Head {
        Int(account) < heads.count ? heads[Int(account)] : 0
    }

    /// The sum of the payments after an instant that can still be charged back.
    func revocable(_ account: AccountIndex, after instant: Instant) -> Money {
        var sum = Money.zero
        pool.forEach(from: head(account)) { if $0.latest.instant > instant { sum += $0.amount } }
        return sum
    }

    /// The time of the newest of them; nil if there is none.
    func latestRevocable(_ account: AccountIndex) -> Instant? {
        var latest: Instant?
        pool.forEach(from: head(account)) {
            if $0.amount > .zero { latest = max(latest ?? $0.latest.instant, $0.latest.instant) }
        }
        return latest
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let account = meta.account
        switch event {
        case .toppedUp(let e): if e.isRevocable { paid(e.amount, account, at: meta.effective) }
        case .suspenseCredited(let e):
            if e.method.isRevocable { paid(e.amount, account, at: Instant(milliseconds: e.paidAt)) }
        case .paymentReversed(let e):
            if e.method.isRevocable { takeBack(e.amount, account, of: Instant(milliseconds: e.paidAt)) }
        case .refunded(let e):
            if e.method.isRevocable { takeBack(e.amount, account, of: Instant(milliseconds: e.paidAt)) }
        case .refundReturned(let e):
            if e.method.isRevocable { paid(e.amount, account, at: Instant(milliseconds: e.paidAt)) }
        case .transferSent(let e): counts[account].count(sent: e)
        case .transferReceived(let e): counts[account].count(received: e)
        case .bucketGiftSent(let e): counts[account].count(gift: e)
        case .subscriberTerminated:
            counts[account] = Counts()
            if head(account) != 0 { pool.remove(from: &heads[Int(account)]) { _ in true } }
        default: endAtUnknown(event)
        }
    }

    private mutating func paid(_ amount: Int64, _ account: AccountIndex, at instant: Instant) {
        heads.reserveIndex(account, filling: 0)
        let new = Revocable(amount: Money(minorUnits: amount), latest: CompactInstant(instant))
        let isAdded = pool.editFirst(of: heads[Int(account)]) { newest in
            guard newest.hour == new.hour else { return false }
            newest.amount += new.amount
            if newest.latest.instant < instant { newest.latest = new.latest }
            return true
        }
        guard !isAdded else { return }
        let forgotten = instant - .days(Self.keptDays)
        pool.remove(from: &heads[Int(account)]) { $0.latest.instant < forgotten }
        pool.prepend(new, to: &heads[Int(account)])
    }

    private mutating func takeBack(_ amount: Int64, _ account: AccountIndex, of paidAt: Instant) {
        let hour = paidAt.milliseconds / TimeSpan.hours(1).milliseconds
        var left = Money(minorUnits: amount)
        pool.edit(from: head(account)) { payments in
            guard payments.hour == hour else { return false }
            let part = min(left, payments.amount)
            payments.amount -= part
            left -= part
            return left == .zero
        }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        counts.encode(account, into: &row)
        var payments: [Revocable] = []
        pool.forEach(from: head(account)) { payments.append($0) }
        row.code(&payments, each: Revocable())
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        try counts.decode(account, from: &row)
        var payments: [Revocable] = []
        try row.code(&payments, each: Revocable())
        guard !payments.isEmpty else { return }
        heads.reserveIndex(account, filling: 0)
        for payment in payments.reversed() { pool.prepend(payment, to: &heads[Int(account)]) }
    }

    package var allocatedBytes: Int { heads.columnBytes + pool.columnBytes + counts.allocatedBytes }
}

extension ToppedUp {
    /// True if the payer's bank can take it back. A request is paid by a card or a bank, whatever its acquirer says, and
    /// so is a payment with a card's digits.
    fileprivate var isRevocable: Bool { method.isRevocable || request != 0 || !cardLast4.isEmpty || !card.isEmpty }
}

extension PaymentMethod {
    /// True if the payer's bank can take such a payment back. A payment of an unknown method may be one.
    var isRevocable: Bool {
        switch self {
        case .unspecified, .card, .sbp, .bank: true
        case .cash, .voucher: false
        }
    }
}
