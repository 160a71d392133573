/// Balances, the month's spending and the operator's ledger, from the postings of every event.
package struct Balances: Projection {
    package static let name = "balances"
    package static let version: UInt16 = 3

    private var balance: [Money] = []
    /// What was charged in `spentMonth`, a month of the subscriber's region counted from year 0.
    private var spent: [Money] = []
    private var spentMonth: [Int32] = []
    private var ledger = [Money](repeating: .zero, count: LedgerAccount.allCases.count)
    /// The region's offset of the account being applied: set by `Cabinet` before an event with charges.
    package var offsetMinutes = 0

    package init() {}

    package subscript(_ account: AccountIndex) -> Money {
        Int(account) < balance.count ? balance[Int(account)] : .zero
    }

    func prefetch(_ account: AccountIndex) {
        balance.prefetchElement(Int(account))
        spent.prefetchElement(Int(account))
        spentMonth.prefetchElement(Int(account))
    }

    package func ledger(_ account: LedgerAccount) -> Money { ledger[account.rawValue] }

    /// Whether a ledger account of the operator's could not take this amount more: sums of them stay far from
    /// overflow because each is bounded as a balance is.
    package func isFull(_ account: LedgerAccount, for amount: Money) -> Bool {
        ledger[account.rawValue].minorUnits.magnitude + amount.minorUnits.magnitude
            > Money.greatest.minorUnits.magnitude
    }

    /// What was spent in the month of an instant.
    package func spent(_ account: AccountIndex, monthOf instant: Instant, offsetMinutes: Int) -> Money {
        guard Int(account) < spent.count,
            spentMonth[Int(account)] == Self.month(instant, offsetMinutes: offsetMinutes)
        else { return .zero }
        return spent[Int(account)]
    }

    private static func month(_ instant: Instant, offsetMinutes: Int) -> Int32 {
        let date = instant.date(offsetMinutes: offsetMinutes)
        return Int32(date.year * 12 + date.month - 1)
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        if let money = event.money { apply(event, money, meta) }
    }

    /// An event that moves this money.
    mutating func apply(_ event: Event, _ money: Event.Movement, _ meta: EventMeta) {
        let (charges, balanceAfter) = money
        let account = Int(meta.account)
        if balance.count <= account {
            balance.reserveIndex(meta.account, filling: .zero)
            spent.reserveIndex(meta.account, filling: .zero)
            spentMonth.reserveIndex(meta.account, filling: 0)
        }
        event.forEachPosting(of: money) { ledgerAccount, amount in post(amount, to: account, from: ledgerAccount) }
        if !charges.isEmpty {
            let month = Self.month(meta.effective, offsetMinutes: offsetMinutes)
            // A fee that was due in an earlier month may be taken after one of this month.
            if spentMonth[account] < month { (spentMonth[account], spent[account]) = (month, .zero) }
            if spentMonth[account] == month { spent[account] += charges.total }
        }
        precondition(
            balance[account] == balanceAfter,
            "event \(meta.position) says a balance of \(balanceAfter), its postings make \(balance[account])")
    }

    /// Credits the account and debits the operator's, or the reverse for a negative amount.
    private mutating func post(_ amount: Money, to account: Int, from operatorAccount: LedgerAccount) {
        balance[account] += amount
        ledger[operatorAccount.rawValue] -= amount
    }

    /// The sum of balances over the accounts of a kind.
    package func sum(where isCounted: (AccountIndex) -> Bool) -> Money {
        var sum = Money.zero
        for index in balance.indices where isCounted(AccountIndex(index)) { sum = sum &+ balance[index] }
        return sum
    }

    package func digest(into hash: inout XXH64) {
        for index in balance.indices {
            hash.update(balance[index].minorUnits)
            hash.update(spent[index].minorUnits)
            hash.update(Int64(spentMonth[index]))
        }
        for amount in ledger { hash.update(amount.minorUnits) }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        let isThere = Int(account) < balance.count
        row.put(isThere ? balance[Int(account)] : .zero)
        row.put(isThere ? spent[Int(account)] : .zero)
        row.put(isThere ? spentMonth[Int(account)] : 0)
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        let parts = (try row.money(), try row.money(), try row.number(Int32.self))
        guard Int(account) < balance.count else { return }
        (balance[Int(account)], spent[Int(account)], spentMonth[Int(account)]) = parts
    }

    package func encodeRest(into rest: inout SnapshotEncoder) {
        rest.put(UInt32(balance.count))
        rest.put(each: ledger) { $0.put($1) }
    }

    package mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        let count = try rest.columnCount()
        balance = Array(repeating: .zero, inLargePages: count)
        spent = Array(repeating: .zero, inLargePages: count)
        spentMonth = Array(repeating: 0, inLargePages: count)
        ledger = try rest.array { rest throws(SnapshotError) in try rest.money() }
        guard ledger.count == LedgerAccount.allCases.count else { throw SnapshotError("a ledger of other accounts") }
    }

    package var allocatedBytes: Int {
        balance.columnBytes + spent.columnBytes + spentMonth.columnBytes
    }
}
