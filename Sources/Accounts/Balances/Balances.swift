/// Balances, the month's spending and the operator's ledger, from the postings of every event.
package struct Balances: Projection {
    package static let name = "balances"
    package static let version: UInt16 = 3

    /// What an account has and what it spent: together, because a charge changes both.
    private struct Funds {
        var balance = Money.zero
        /// The sum of charges in `spentMonth`, a `CivilDate.monthNumber` of the subscriber's region.
        var spent = Money.zero
        var spentMonth: Int32 = 0
    }

    private var funds: [Funds] = []
    private var ledger = [Money](repeating: .zero, count: LedgerAccount.allCases.count)
    /// The month in the region of the account being applied: set by `Cabinet` before an event with charges.
    package var month: Int32 = 0

    package init() {}

    package subscript(_ account: AccountIndex) -> Money {
        Int(account) < funds.count ? funds[Int(account)].balance : .zero
    }

    func prefetch(_ account: AccountIndex) { funds.prefetchElement(Int(account)) }

    package func ledger(_ account: LedgerAccount) -> Money { ledger[account.rawValue] }

    /// Whether a ledger account of the operator's could not take this amount more: sums of them stay far from
    /// overflow because each is bounded as a balance is.
    package func isFull(_ account: LedgerAccount, for amount: Money) -> Bool {
        ledger[account.rawValue].minorUnits.magnitude + amount.minorUnits.magnitude
            > Money.greatest.minorUnits.magnitude
    }

    /// The sum of charges in the month of a date of the subscriber's region.
    package func spent(_ account: AccountIndex, inMonthOf date: CivilDate) -> Money {
        guard Int(account) < funds.count, funds[Int(account)].spentMonth == date.monthNumber else { return .zero }
        return funds[Int(account)].spent
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        if let money = event.money { apply(event, money, meta) }
    }

    /// An event that moves this money.
    mutating func apply(_ event: Event, _ money: Event.Movement, _ meta: EventMeta) {
        let (charges, balanceAfter) = money
        let account = Int(meta.account)
        funds.reserveIndex(meta.account, filling: Funds())
        event.forEachPosting(of: money) { ledgerAccount, amount in post(amount, to: account, from: ledgerAccount) }
        if !charges.isEmpty {
            // A fee that was due in an earlier month may be taken after one of this month.
            if funds[account].spentMonth < month { (funds[account].spentMonth, funds[account].spent) = (month, .zero) }
            if funds[account].spentMonth == month { funds[account].spent += charges.total }
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

    package func digest(into hash: inout XXH64) {
        for account in funds {
            hash.update(account.balance.minorUnits)
            hash.update(account.spent.minorUnits)
            hash.update(Int64(account.spentMonth))
        }
        for amount in ledger { hash.update(amount.minorUnits) }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        let account = Int(account) < funds.count ? funds[Int(account)] : Funds()
        row.put(account.balance)
        row.put(account.spent)
        row.put(account.spentMonth)
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        let read = Funds(balance: try row.money(), spent: try row.money(), spentMonth: try row.number())
        if Int(account) < funds.count { funds[Int(account)] = read }
    }

    package func encodeRest(into rest: inout SnapshotEncoder) {
        rest.put(UInt32(funds.count))
        rest.put(each: ledger) { $0.put($1) }
    }

    package mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        funds = Array(repeating: Funds(), inLargePages: try rest.columnCount())
        ledger = try rest.array { rest throws(SnapshotError) in try rest.money() }
        guard ledger.count == LedgerAccount.allCases.count else { throw SnapshotError("a ledger of other accounts") }
    }

    package var allocatedBytes: Int { funds.columnBytes }
}
