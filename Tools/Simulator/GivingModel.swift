/// Promised payments and transfers as an outsider folds them: a promise is repaid by the first money that comes and by
/// nothing else before its time, money only moves, and no limit of any catalogue is passed.

import Accounts

struct GivingModel {
    private struct Promise {
        var owed: Int64
        let due: Instant
    }

    private struct Payment {
        let position: Position
        let time: Instant
        var left: Int64
    }

    private struct Period: Hashable {
        let account: AccountIndex
        let start: Int64
    }

    private var promises: [AccountIndex: Promise] = [:]
    /// Came in, and must repay a promise before anything else happens to the balance.
    private var repaying: (account: AccountIndex, amount: Int64)?
    /// Payments that can be charged back, of each account.
    private var revocable: [AccountIndex: [Payment]] = [:]
    /// On its way between two accounts.
    private var transit: TransferSent?
    private var terms: [CatalogTermsPut] = []
    private var sent: [Period: Int64] = [:]
    private var received: [Period: Int64] = [:]
    private var transfers: [Period: UInt32] = [:]
    private var gifts: [Period: UInt32] = [:]

    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        func check(_ holds: Bool, _ words: String) throws(Violation) {
            try hold(
                holds, .giving, "position \(meta.position), \(event.typeName) of account \(meta.account): \(words)")
        }
        let account = meta.account
        if let sent = transit {
            guard case .transferReceived(let e) = event else { return try check(false, "\(sent.amount) is on its way") }
            try check(e.amount == sent.amount && account == sent.account, "another transfer was sent")
            transit = nil
        }
        if let repaying, event.money != nil, repaying.account == account {
            guard case .promiseRepaid(let e) = event else { return try check(false, "a promise comes first") }
            try check(e.amount == repaying.amount, "\(repaying.amount) is to be repaid")
        }
        switch event {
        case .catalogTermsPut(let e): terms.append(e)
        case .promiseGiven(let e):
            try check(promises[account] == nil, "one is still owed")
            try check(
                terms.contains { $0.promises.contains { $0.amount == e.amount && dueAfter($0, meta) == e.dueAt } },
                "no catalogue gives it")
            promises[account] = Promise(owed: e.amount, due: Instant(milliseconds: e.dueAt))
        case .promiseRepaid(let e):
            guard let promise = promises[account] else { return try check(false, "nothing is owed") }
            try check(e.amount > 0 && e.left == promise.owed - e.amount, "\(promise.owed) is owed")
            switch e.cause {
            case .unspecified: try check(repaying != nil, "no money came")
            case .due: try check(promise.due == meta.effective && e.left == 0, "it is due at \(promise.due)")
            case .end: try check(e.left == 0, "something is owed after the end")
            }
            repaying = nil
            promises[account] = e.left == 0 ? nil : Promise(owed: e.left, due: promise.due)
        case .toppedUp(let e): pay(e.amount, e.method, meta.position, at: meta.effective, account)
        case .suspenseCredited(let e):
            pay(e.amount, e.method, e.payment, at: Instant(milliseconds: e.paidAt), account)
        case .paymentReversed(let e): takeBack(e.payment, e.amount, account)
        case .refunded(let e): takeBack(e.payment, e.amount, account)
        case .refundReturned(let e): takeBack(e.payment, -e.amount, account)
        case .transferSent(let e):
            try check(transit == nil, "two transfers are on their way")
            transit = e
            try follow(e, meta, check)
        case .transferReceived(let e):
            try count(&received, account, e.monthStart, by: e.amount, within: \.transferMonthLimit, meta, check)
        case .bucketGiftSent(let e):
            try count(&gifts, account, e.monthStart, by: 1, within: \.giftsPerMonth, meta, check)
        case .subscriberTerminated:
            try check(promises[account] == nil, "a promise outlives its number")
            revocable[account] = nil
        default: break
        }
        if let credit = event.credit, let promise = promises[account] {
            repaying = (account, min(promise.owed, credit))
        }
    }

    private func dueAfter(_ step: PromiseStep, _ meta: EventMeta) -> Int64 {
        (meta.effective + .days(Int64(step.days))).milliseconds
    }

    /// The amount, and the balance that stays, by the terms of some catalogue.
    private mutating func follow(
        _ e: TransferSent, _ meta: EventMeta, _ check: (Bool, String) throws(Violation) -> Void
    ) throws(Violation) {
        let owed = promises[meta.account]?.owed ?? 0
        let isPossible = terms.contains { terms in
            let hold = TimeSpan.days(Int64(terms.transferHoldDays))
            let held = (revocable[meta.account] ?? []).filter { meta.effective - $0.time < hold }
            return (terms.transferLeast...max(terms.transferLeast, terms.transferGreatest)).contains(e.amount)
                && e.balanceAfter >= max(terms.transferFloor, owed + held.reduce(0) { $0 + $1.left })
        }
        try check(isPossible, "\(e.amount) is too much, or leaves too little")
        try count(&sent, meta.account, e.monthStart, by: e.amount, within: \.transferMonthLimit, meta, check)
        try count(&transfers, meta.account, e.dayStart, by: 1, within: \.transfersPerDay, meta, check)
    }

    private func count<Amount: BinaryInteger>(
        _ counts: inout [Period: Amount], _ account: AccountIndex, _ start: Int64, by amount: Amount,
        within limit: (CatalogTermsPut) -> Amount, _ meta: EventMeta,
        _ check: (Bool, String) throws(Violation) -> Void
    ) throws(Violation) {
        counts[Period(account: account, start: start), default: 0] += amount
        let most = terms.map(limit).max() ?? 0
        try check(start <= meta.effective.milliseconds, "its period begins later")
        try check(counts[Period(account: account, start: start)] ?? 0 <= most, "a limit of the period is passed")
    }

    private mutating func pay(
        _ amount: Int64, _ method: PaymentMethod, _ position: Position, at time: Instant, _ account: AccountIndex
    ) {
        guard method != .cash, method != .voucher else { return }
        revocable[account, default: []].append(Payment(position: position, time: time, left: amount))
    }

    private mutating func takeBack(_ payment: Position, _ amount: Int64, _ account: AccountIndex) {
        guard let index = revocable[account]?.firstIndex(where: { $0.position == payment }) else { return }
        revocable[account]?[index].left -= amount
    }

    /// The state owes what the log says, and the operator's account of promises has the sum.
    func check(_ state: borrowing AccountsState) throws(Violation) {
        let owed = promises.values.reduce(0) { $0 + $1.owed }
        try hold(repaying == nil, .giving, "money came, and a promise is not repaid")
        try hold(
            state.balances.ledger(.promises).minorUnits == -owed, .giving,
            "\(state.balances.ledger(.promises)) is lent, and the log says \(Money(minorUnits: owed))")
    }
}

extension Event {
    /// The money that came in and is not borrowed; nil if none did.
    fileprivate var credit: Int64? {
        if case .promiseGiven = self { return nil }
        guard let amount = money?.amount.minorUnits, amount > 0 else { return nil }
        return amount
    }
}
