/// Balances, the month's spending and the operator's ledger, from the postings of every event.
package struct Balances: Projection {
    package static let name = "balances"
    package static let version: UInt16 = 8

    /// An account's balance and spending, together because a charge changes both.
    private struct Funds: Coded {
        var balance = Money.zero
        /// The sum of charges since `spentSince`, the beginning of a month of the subscriber's region.
        var spent = Money.zero
        var spentSince = CompactInstant(Instant(milliseconds: 0))
        /// When the account was last used (`use(at:)`).
        var used = CompactInstant(Instant(milliseconds: 0))
        /// Since when the balance is on its side of zero: above it, or at or under it.
        var turned = CompactInstant(Instant(milliseconds: 0))

        @inline(__always)
        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&balance)
            try row.code(&spent)
            try row.code(&spentSince)
            try row.code(&used)
            try row.code(&turned)
        }

        /// Use is a charge above zero, the fee of dormancy apart, and every record of usage that was rated, though a
        /// package covers it. A record may come late, and then it moves nothing back.
        @inline(__always)
        mutating func use(at instant: Instant) {
            if used.instant < instant { used = CompactInstant(instant) }
        }

        @inline(__always)
        mutating func turn(at instant: Instant) {
            if turned.instant < instant { turned = CompactInstant(instant) }
        }
    }

    private var funds: [Funds] = []
    private var ledger = [Money](repeating: .zero, count: LedgerAccount.allCases.count)
    /// The beginning of the month of the event being applied, in the account's region. `AccountsState` sets it before an
    /// event with charges.
    package var monthStart = Instant(milliseconds: 0)
    /// True if the last movement took its account's balance over zero, in either direction.
    private(set) var hasTurned = false

    package init() {}

    package subscript(_ account: AccountIndex) -> Money {
        Int(account) < funds.count ? funds[Int(account)].balance : .zero
    }

    func prefetch(_ account: AccountIndex) { funds.prefetchElement(Int(account)) }

    package func ledger(_ account: LedgerAccount) -> Money { ledger[account.rawValue] }

    /// True if a ledger account of the operator's cannot take this amount. Each is bounded as a balance is, so that
    /// sums of them stay far from overflow.
    package func isFull(_ account: LedgerAccount, for amount: Money) -> Bool {
        ledger[account.rawValue].minorUnits.magnitude + amount.minorUnits.magnitude
            > Money.greatest.minorUnits.magnitude
    }

    /// The sum of charges in the month that begins at `start`. Nil if it is not known, because the subscriber's region,
    /// or its clock, changed within the month.
    package func spent(_ account: AccountIndex, since start: Instant) -> Money? {
        guard Int(account) < funds.count else { return .zero }
        let since = funds[Int(account)].spentSince.instant
        if since == start { return funds[Int(account)].spent }
        return start - since > RegionClock.greatestDifference ? .zero : nil
    }

    /// The sum of charges in the month that begins at `start`, also if it began at another instant by the clock of a
    /// former region. Nil if a later month has begun.
    package func spent(_ account: AccountIndex, inMonthFrom start: Instant) -> Money? {
        guard Int(account) < funds.count else { return .zero }
        let difference = start - funds[Int(account)].spentSince.instant
        if difference > RegionClock.greatestDifference { return .zero }
        return difference.milliseconds < -RegionClock.greatestDifference.milliseconds
            ? nil : funds[Int(account)].spent
    }

    /// When the account was last used; the beginning of time if never.
    func used(_ account: AccountIndex) -> Instant {
        Int(account) < funds.count ? funds[Int(account)].used.instant : Instant(milliseconds: 0)
    }

    /// Since when the balance is above zero, or is not; the beginning of time if it always was so.
    func turned(_ account: AccountIndex) -> Instant {
        Int(account) < funds.count ? funds[Int(account)].turned.instant : Instant(milliseconds: 0)
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        if let money = event.money { apply(money, isUsage: event.isUsage, meta) }
    }

    /// Applies the money of an event. `isUsage`: it is a record of usage that was rated.
    mutating func apply(_ money: Movement, isUsage: Bool, _ meta: EventMeta) {
        let (charges, balanceAfter) = (money.charges, money.balanceAfter)
        let account = Int(meta.account)
        funds.reserveIndex(meta.account, filling: Funds())
        let wasAbove = funds[account].balance > .zero
        money.forEachPosting { ledgerAccount, amount in post(amount, to: account, from: ledgerAccount) }
        hasTurned = (funds[account].balance > .zero) != wasAbove
        if hasTurned { funds[account].turn(at: meta.effective) }
        if isUsage || charges.contains(where: { $0.isUse }) { funds[account].use(at: meta.effective) }
        if !charges.isEmpty {
            // A difference this small is the same month by another region's clock. A fee that was due in an earlier
            // month may be taken after one of this month.
            let difference = monthStart - funds[account].spentSince.instant
            if difference > RegionClock.greatestDifference {
                (funds[account].spentSince, funds[account].spent) = (CompactInstant(monthStart), .zero)
            }
            if difference > TimeSpan(milliseconds: -RegionClock.greatestDifference.milliseconds) {
                funds[account].spent += charges.total
            }
        }
        precondition(
            funds[account].balance == balanceAfter,
            "event \(meta.position) says a balance of \(balanceAfter), its postings make \(funds[account].balance)")
    }

    /// Credits the account and debits the operator's, or the reverse for a negative amount.
    private mutating func post(_ amount: Money, to account: Int, from operatorAccount: LedgerAccount) {
        funds[account].balance += amount
        ledger[operatorAccount.rawValue] -= amount
    }

    /// The sum of balances over the accounts of a kind.
    package func sum(where isCounted: (AccountIndex) -> Bool) -> Money {
        var sum = Money.zero
        for index in funds.indices where isCounted(AccountIndex(index)) { sum = sum &+ funds[index].balance }
        return sum
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var funds = Int(account) < funds.count ? funds[Int(account)] : Funds()
        funds.code(&row)
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var read = Funds()
        try read.code(&row)
        if Int(account) < funds.count { funds[Int(account)] = read }
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(lengthOf: &funds, filling: Funds())
        try rest.code(&ledger, each: .zero)
        try rest.check(ledger.count == LedgerAccount.allCases.count, "a ledger of other accounts")
    }

    package var allocatedBytes: Int { funds.columnBytes }
}
