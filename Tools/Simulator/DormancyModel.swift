/// Unused and unpaid numbers as an outsider folds them: nothing is charged or terminated that was not told 14 days
/// before, or after use or money that made the notice void.

import Accounts

struct DormancyModel {
    private struct Account {
        /// The last use, and the last time at which the balance came above zero.
        var used = Instant(milliseconds: 0)
        var paid = Instant(milliseconds: 0)
        var balance: Int64 = 0
        var fee: DormancyAnnounced?
        var nextFee: Int64 = 0
        var termination: TerminationAnnounced?
    }

    private var accounts: [AccountIndex: Account] = [:]
    private static let notice = TimeSpan.days(14).milliseconds

    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        var account = accounts[meta.account] ?? Account()
        let time = meta.effective.milliseconds

        func check(_ holds: Bool, _ words: String) throws(Violation) {
            try hold(
                holds, .dormancy, "position \(meta.position), \(event.typeName) of account \(meta.account): \(words)")
        }
        switch event {
        case .dormancyAnnounced(let e):
            try check(e.firstFeeAt - time >= Self.notice, "it is told \(e.firstFeeAt - time) ms before")
            try check(account.used.milliseconds <= e.since, "it was used at \(account.used)")
            (account.fee, account.nextFee) = (e, e.firstFeeAt)
        case .dormancyCharged(let e):
            try check(account.fee.map { account.used.milliseconds <= $0.since } ?? false, "nobody told of a fee")
            try check(time >= account.nextFee && e.nextFee > time, "a fee was due at \(account.nextFee)")
            let fee = min(account.fee?.dayFee ?? 0, account.balance)
            try check(fee > 0 && e.charges.reduce(0) { $0 + $1.amount } == fee, "a fee is \(fee)")
            account.nextFee = e.nextFee
        case .terminationAnnounced(let e):
            try check(e.terminatesAt - time >= Self.notice, "it is told \(e.terminatesAt - time) ms before")
            try check(account.paid.milliseconds <= e.since, "it had money at \(account.paid)")
            account.termination = e
        case .subscriberTerminated(let e) where e.reason == .dormant:
            let told = account.termination
            try check(
                told.map { $0.terminatesAt == time && account.paid.milliseconds <= $0.since } ?? false,
                "nobody told of it")
            try check(account.balance <= 0, "its balance is \(account.balance)")
        default: break
        }
        if case .subscriberTerminated = event { (account.fee, account.termination) = (nil, nil) }
        if let money = event.money {
            let isUse = money.charges.contains { $0.amount > 0 && $0.kind != .dormancyFee }
            if case .usageRated = event { account.used = max(account.used, meta.effective) }
            if isUse { account.used = max(account.used, meta.effective) }
            let balance = money.balanceAfter.minorUnits
            if account.balance <= 0, balance > 0 { account.paid = max(account.paid, meta.effective) }
            account.balance = balance
        }
        accounts[meta.account] = account
    }
}
