/// The rules of promised payments: who can have one, how much of it, and when it is taken back.

/// The reason why a number cannot have a promised payment now. The name is the word of `obstacle=`.
enum PromiseObstacle {
    case notOffered
    /// A promised payment is still owed.
    case promised(until: Instant)
    /// A payment that was taken back left a debt.
    case owed(Money)
    /// The balance is too far below zero.
    case debt(Money)
    case suspended
    /// The number will be terminated, because nobody pays for it.
    case ending(Instant)
    /// The tenure is too short; it is long enough from this instant on.
    case tenure(from: Instant)

    var word: String {
        switch self {
        case .notOffered: "not_offered"
        case .promised: "promised"
        case .owed: "owed"
        case .debt: "debt"
        case .suspended: "suspended"
        case .ending: "ending"
        case .tenure: "tenure"
        }
    }

    /// From when on it is no obstacle, if time alone removes it.
    var possibleFrom: Instant? {
        if case .tenure(let instant) = self { instant } else { nil }
    }

    /// The sum that a payment must bring to remove it.
    var missing: Money? {
        switch self {
        case .owed(let money), .debt(let money): money
        default: nil
        }
    }

    func rejection(at now: Instant) -> Rejection {
        func refuse(_ code: ErrorCode, _ words: String, retry: Int64? = nil) -> Rejection {
            Rejection(code, field: "msisdn", words, retryAfterSeconds: retry)
        }
        switch self {
        case .notOffered: return refuse(.notAvailable, "the operator gives no promised payments")
        case .promised(let due):
            return refuse(
                .alreadyExists, "the last promised payment is still owed: top up to repay it, or wait until \(due)",
                retry: max(1, (due - now).secondsRoundedUp))
        case .owed(let money):
            return refuse(
                .notAvailable, "a promised or other payment that was taken back left a debt: top up by \(money) first")
        case .debt(let money):
            return refuse(.notAvailable, "the balance is too far below zero: top up by \(money) first")
        case .suspended: return refuse(.notAvailable, "the plan is suspended: TARIFF.RESUME first")
        case .ending(let end):
            return refuse(.notAvailable, "the number will be terminated at \(end), because nobody pays: top up first")
        case .tenure(let instant):
            return refuse(
                .notAvailable, "the number is too new: it can have one from \(instant) on",
                retry: max(1, (instant - now).secondsRoundedUp))
        }
    }
}

extension AccountsState {
    /// The part of the balance that the operator has not lent.
    func ownMoney(of account: AccountIndex) -> Money { balances[account] - promises.owed(account) }

    /// The promised payments of the catalogue that the number's tenure permits.
    func promiseSteps(of account: AccountIndex, at now: Instant) -> [PromiseStep] {
        let activated = directory[account].activated
        return catalog.current.terms.promises.filter { activated + .days(Int64($0.fromDays)) <= now }
    }

    /// The reason why the number cannot have a promised payment now; nil if it can.
    func promiseObstacle(of account: AccountIndex, at now: Instant) -> PromiseObstacle? {
        let terms = catalog.current.terms
        let (row, balance) = (promises[account], balances[account])
        if row.owed > .zero { return .promised(until: row.due) }
        guard let first = terms.promises.first else { return .notOffered }
        if row.isIndebted, balance < .zero { return .owed(-balance) }
        let least = Money(minorUnits: -terms.promiseDebt)
        if balance < least { return .debt(least - balance) }
        if subscriptions.isSuspended(account) { return .suspended }
        if let end = terminationAhead(of: account, at: now) { return .ending(end) }
        guard promiseSteps(of: account, at: now).isEmpty else { return nil }
        return .tenure(from: directory[account].activated + .days(Int64(first.fromDays)))
    }

    /// Refuses an act that would take the subscriber away from its promised payment.
    func checkNoPromise(of account: AccountIndex) throws(Rejection) {
        let row = promises[account]
        guard row.owed == .zero else {
            throw Rejection(
                .notAvailable, field: "msisdn",
                "\(row.owed) of a promised payment is owed until \(row.due): top up to repay it first")
        }
    }

    /// The waiting fees that a credit pays. The part that repays a promised payment pays none.
    func waitingFees(_ account: AccountIndex, paidBy credit: Money, at now: Instant) -> [Charge] {
        let credited = balances[account] + credit - min(promises.owed(account), credit)
        return waitingFees(account, within: credited, at: now)
    }

    /// The repayment of a promised payment by the credits among an account's events, which are applied already.
    func promiseRepayment(of account: AccountIndex, from events: [AccountEvent]) -> PromiseRepaid? {
        let owed = promises.owed(account)
        guard owed > .zero else { return nil }
        let amount = min(owed, events.reduce(Money.zero) { $0 + $1.event.repaying })
        guard amount > .zero else { return nil }
        return PromiseRepaid(
            amount: amount.minorUnits, cause: .unspecified, left: (owed - amount).minorUnits,
            balanceAfter: (balances[account] - amount).minorUnits)
    }
}

extension Event {
    /// The money that came in with the event and is not borrowed. Unused days that are credited are no such money,
    /// because another fee may follow at once.
    fileprivate var repaying: Money {
        switch self {
        case .promiseGiven: .zero
        case .toppedUp(let e): Money(minorUnits: e.repaid)
        default: max(money?.amount ?? .zero, .zero)
        }
    }
}

extension NewEvents {
    /// Takes back all that is owed of a promised payment, also into debt.
    mutating func takeBackPromise(
        of account: AccountIndex, _ cause: PromiseRepayment, _ state: borrowing AccountsState, at instant: Instant
    ) {
        let owed = state.promises.owed(account)
        guard owed > .zero else { return }
        let repaid = PromiseRepaid(
            amount: owed.minorUnits, cause: cause, balanceAfter: (state.balances[account] - owed).minorUnits)
        append(account, .promiseRepaid(repaid), effective: instant)
    }
}
