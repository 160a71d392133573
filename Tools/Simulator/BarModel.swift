/// The stops of each account, folded from the log alone: each stop and each end of one has its reason in the event
/// before, and neither comes twice.

import Accounts

struct BarModel {
    private struct Account {
        var isBarred = false
        /// The promised payment that is owed.
        var promised: Int64 = 0
        var limit: Int64 = 0
        var isStopped = false
        /// The months in which the subscriber was warned, or stopped, for the present limit.
        var warned: Set<Int64> = []
        var stopped: Set<Int64> = []
        var data: [DataStop: Int64] = [:]
    }

    private var accounts: [AccountIndex: Account] = [:]
    /// Nothing is stopped of a number that has ended.
    private var ended: Set<AccountIndex> = []
    /// The bar or its end that the log must have next, once the packages of a payment are there.
    private var owed: (account: AccountIndex, isBarred: Bool)?

    /// True for an event that follows from others, in the same command.
    static func isConsequence(_ event: Event) -> Bool {
        switch event {
        case .promiseRepaid, .serviceBarred, .serviceRestored, .spendingWarned, .spendingStopped, .spendingResumed,
            .dataStopped, .dataResumed, .autopaySkipped, .autopayEnded:
            true
        case .paymentRequested(let e): e.autopayMonth != 0
        default: false
        }
    }

    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        var account = accounts[meta.account] ?? Account()
        func check(_ holds: Bool, _ words: String) throws(Violation) {
            try hold(holds, .bars, "position \(meta.position), \(event.typeName) of account \(meta.account): \(words)")
        }
        func takenBack(_ balanceAfter: Int64) {
            if balanceAfter <= 0, !account.isBarred, !ended.contains(meta.account) { owed = (meta.account, true) }
        }
        func credited(_ amount: Int64, _ charges: [Charge], _ balanceAfter: Int64) {
            let repaid = min(account.promised, amount)
            let before = charges.reduce(balanceAfter - repaid) { $0 + $1.amount }
            if account.isBarred, before > 0 { owed = (meta.account, false) }
        }
        if let owed {
            switch event {
            case .bucketsGranted where !owed.isBarred: break
            case .promiseRepaid where owed.account == meta.account && !owed.isBarred: break
            case .serviceBarred where owed.isBarred && owed.account == meta.account,
                .serviceRestored where !owed.isBarred && owed.account == meta.account:
                break
            default:
                try check(false, "account \(owed.account) was to be \(owed.isBarred ? "barred" : "restored") before it")
            }
        }
        switch event {
        case .usageRated(let e):
            if !e.charges.isEmpty, e.balanceAfter <= 0, !account.isBarred { owed = (meta.account, true) }
            let isCharged = !e.charges.isEmpty
            try check(e.over == (isCharged ? max(0, -e.balanceAfter) : 0), "it is over by \(e.over)")
        case .paymentReversed(let e): if meta.account != 0 { takenBack(e.balanceAfter) }
        case .refunded(let e): takenBack(e.balanceAfter)
        case .balanceAdjusted(let e) where e.amount < 0: takenBack(e.balanceAfter)
        case .balanceAdjusted(let e): credited(e.amount, e.charges, e.balanceAfter)
        case .refundReturned(let e): credited(e.amount, [], e.balanceAfter)
        case .suspenseCredited(let e): credited(e.amount, e.charges, e.balanceAfter)
        case .toppedUp(let e): credited(e.amount, e.charges, e.balanceAfter)
        case .transferSent(let e): takenBack(e.balanceAfter)
        case .transferReceived(let e): credited(e.amount, e.charges, e.balanceAfter)
        case .promiseGiven(let e):
            credited(e.amount, e.charges, e.balanceAfter)
            account.promised = e.amount
        case .promiseRepaid(let e):
            account.promised -= e.amount
            if e.cause == .due { takenBack(e.balanceAfter) }
        case .serviceBarred:
            try check(owed != nil, "nothing bars it")
            (owed, account.isBarred) = (nil, true)
        case .serviceRestored:
            try check(owed != nil, "nothing restores it")
            (owed, account.isBarred) = (nil, false)
        case .spendingLimitSet(let e):
            if e.amount != account.limit { (account.warned, account.stopped) = ([], []) }
            account.limit = e.amount
        case .spendingWarned(let e):
            try check(account.warned.insert(e.monthStart).inserted, "the month was warned of before")
            try check(
                e.limit == account.limit && e.spent * 100 >= e.limit * 80 && e.spent < e.limit, "\(e.spent) are spent")
        case .spendingStopped(let e):
            try check(account.stopped.insert(e.monthStart).inserted, "the month was stopped before")
            try check(e.limit == account.limit && e.spent >= e.limit, "\(e.spent) are spent")
            account.isStopped = true
        case .spendingResumed(let e):
            try check(account.isStopped && (e.limit == 0 || e.spent < e.limit), "\(e.spent) are spent")
            account.isStopped = false
        case .dataStopped(let e):
            try check(
                account.data[e.reason].map { $0 != e.monthEnd } ?? true,
                "it is stopped for this reason already: \(e.reason)")
            account.data[e.reason] = e.monthEnd
        case .dataResumed(let e):
            try check(account.data.removeValue(forKey: e.reason) != nil, "it is not stopped for this reason")
        case .subscriberTerminated:
            account = Account()
            ended.insert(meta.account)
        default: break
        }
        accounts[meta.account] = account
    }
}
