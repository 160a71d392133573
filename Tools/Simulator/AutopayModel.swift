/// Automatic payments as an outsider folds them: one request for one cause, asked for as often as the log says, and no
/// more in a month than its limit.

import Accounts

struct AutopayModel {
    private struct Account {
        var order: AutopaySet?
        var next: Int64 = 0
        var balance: Int64 = 0
        /// The last request of an automatic payment, and whether it has neither been paid nor ended.
        var request: Position = 0
        var isUnderWay = false
        /// Something was asked for because of the present fall below the threshold.
        var isUsed = false
        /// The month in which something was last asked for, and its sum.
        var month: Int64 = 0
        var asked: Int64 = 0
    }

    private struct Attempts {
        let account: AccountIndex
        var count: UInt32 = 1
        /// When it is asked again; 0 unless it is postponed.
        var retryAt: Int64 = 0
        var hasEnded = false
    }

    private var accounts: [AccountIndex: Account] = [:]
    private var requests: [Position: Attempts] = [:]
    /// The difference between any two clocks is no more, in milliseconds.
    private static let greatestDifference: Int64 = 26 * 3_600_000

    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        var account = accounts[meta.account] ?? Account()
        let time = meta.effective.milliseconds

        func check(_ holds: Bool, _ words: String) throws(Violation) {
            try hold(
                holds, .autopay, "position \(meta.position), \(event.typeName) of account \(meta.account): \(words)")
        }
        func end(_ request: Position) {
            requests[request]?.hasEnded = true
            if request == account.request { account.isUnderWay = false }
        }
        switch event {
        case .autopaySet(let e):
            try check(e.amount > 0 && (e.day == 0) == (e.nextAt == 0), "it has neither a day nor a threshold, or both")
            try check(e.monthlyCap == 0 || e.monthlyCap >= e.amount, "its limit carries no payment")
            try check(e.nextAt == 0 || e.nextAt > time, "its day has begun")
            (account.order, account.next, account.isUsed) = (e, e.nextAt, false)
        case .autopayEnded:
            try check(account.order != nil, "there is no order")
            account.order = nil
        case .paymentRequested(let e) where e.autopayMonth != 0:
            try check(!e.card.isEmpty && !e.own && e.method == .card, "it is of no card")
            guard let order = account.order else { return try check(false, "there is no order") }
            try check(
                e.card == order.card && e.acquirer == order.acquirer && e.amount <= order.amount,
                "the order is another")
            if order.day == 0 {
                try check(account.balance < order.below, "the balance is \(account.balance)")
                try check(!account.isUnderWay && !account.isUsed, "its cause was used by \(account.request)")
            } else {
                try check(time == account.next && e.autopayNext > time, "it was due at \(account.next)")
                account.next = e.autopayNext
            }
            if e.autopayMonth - account.month > Self.greatestDifference {
                (account.month, account.asked) = (e.autopayMonth, 0)
            }
            account.asked += e.amount
            try check(
                order.monthlyCap == 0 || account.asked <= order.monthlyCap, "\(account.asked) is asked for in a month")
            (account.request, account.isUnderWay, account.isUsed) = (meta.position, true, true)
            requests[meta.position] = Attempts(account: meta.account)
        case .autopaySkipped(let e):
            guard let order = account.order else { return try check(false, "there is no order") }
            try check(
                order.monthlyCap > 0 && account.asked + e.amount > order.monthlyCap, "\(account.asked) was asked for")
            if order.day != 0 {
                try check(time == account.next && e.nextAt > time, "it was due at \(account.next)")
                account.next = e.nextAt
            }
        case .autopayPostponed(let e):
            let found = requests[e.request]
            try check(
                found?.account == meta.account && found?.hasEnded == false && found?.retryAt == 0
                    && found?.count == e.attempts && e.retryAt > time, "it is not asked for now")
            requests[e.request]?.retryAt = e.retryAt
        case .autopayRetried(let e):
            let found = requests[e.request]
            try check(found?.retryAt == time && found?.hasEnded == false, "it is asked again at another time")
            requests[e.request]?.retryAt = 0
            requests[e.request]?.count += 1
        case .autopayFailed(let e):
            try check(requests[e.request]?.hasEnded == true, "it has not ended")
        case .paymentRefused(let e):
            try check(requests[e.request].map { $0.retryAt == 0 } ?? true, "it is not asked for now")
            end(e.request)
        case .paymentRequestExpired(let e): end(e.request)
        case .toppedUp(let e) where e.request != 0:
            end(e.request)
            if e.request == account.request { account.isUsed = false }
        case .subscriberTerminated, .personErased:
            for (request, found) in requests where found.account == meta.account { requests[request]?.hasEnded = true }
            let balance = account.balance
            account = Account()
            account.balance = balance
        default: break
        }
        if let money = event.money {
            account.balance = money.balanceAfter.minorUnits
            if let order = account.order, account.balance >= order.below { account.isUsed = false }
        }
        accounts[meta.account] = account
    }
}
