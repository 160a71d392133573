/// PROMISE.TERMS and PROMISE: the operator lends a subscriber money for some days, for a fee that is told before.

extension CommandRegistry {
    @inlinable
    package mutating func addPromiseCommands() {
        read(PromiseTermsRead.self)
        change(PromiseGive.self)
    }
}

package struct PromiseTermsRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "PROMISE.TERMS", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [
            .msisdn, .available, .obstacle.sometimes, .possibleFrom.sometimes, .missingAmount.sometimes,
            .owed.sometimes,
            .promiseDue.sometimes, .seq,
        ],
        rows: [.amount, .fee, .loanDays, .promiseDue],
        summary:
            "Lists the promised payments that a number can have now, or says why it can have none and what would"
            + " help. The next payment repays it first; what is still owed then is taken back at promise_due=, also into debt.",
        example: "PROMISE.TERMS 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        let obstacle = state.promiseObstacle(of: account, at: context.now)
        if obstacle == nil {
            for step in state.promiseSteps(of: account, at: context.now) {
                reply.row()
                reply.field(.amount, Money(minorUnits: step.amount))
                reply.field(.fee, Money(minorUnits: step.fee))
                reply.field(.loanDays, UInt64(step.days))
                reply.field(.promiseDue, context.now + .days(Int64(step.days)))
            }
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.field(.available, obstacle == nil)
        if let obstacle {
            reply.field(.obstacle, obstacle.word)
            if let instant = obstacle.possibleFrom { reply.field(.possibleFrom, instant) }
            if let missing = obstacle.missing { reply.field(.missingAmount, missing) }
        }
        reply.promised(account, state)
        reply.countRows()
        reply.field(.seq, state.position)
    }
}

package struct PromiseGive: Change, OfSubscriber {
    static let amount = Parameter<Amount?>(
        "amount", "an amount that PROMISE.TERMS lists; the largest of them if not given")
    package static let spec = CommandSpec(
        "PROMISE", .change, roles: [.frontend, .operator], session: .subscriber, [msisdn, amount],
        reply: [.msisdn, .amount, .fee, .promiseDue, .charged, .balance, .seq], isHeldAfterSIM: true,
        summary:
            "Lends the subscriber money until promise_due=, for the fee that PROMISE.TERMS tells. Fees that were unpaid"
            + " and that it covers are charged at once.",
        example: "PROMISE 79001234567 amount=50")

    package let msisdn: MSISDN
    let amount: Money?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        amount = try a[Self.amount]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        if let obstacle = state.promiseObstacle(of: account, at: context.now) {
            throw obstacle.rejection(at: context.now)
        }
        let step = try chosen(of: state.promiseSteps(of: account, at: context.now), account, state)
        let lent = Money(minorUnits: step.amount)
        var charges = step.fee == 0 ? [] : [Charge(kind: .promiseFee, amount: step.fee)]
        try state.checkSpending(account, charges, at: context.now)
        let credited = try state.balance(account, crediting: lent, of: .promises)
        guard !charges.contains(where: { state.isFull($0) }) else {
            throw Rejection(.amountOverflow, field: "amount", "the sum of these fees would exceed the largest amount")
        }
        charges += state.waitingFees(account, within: credited - charges.total, at: context.now)
        let given = PromiseGiven(
            amount: step.amount, charges: charges, dueAt: (context.now + .days(Int64(step.days))).milliseconds,
            balanceAfter: (credited - charges.total).minorUnits)
        changes.append(account, .promiseGiven(given), effective: context.now)
        changes.grant(paidBy: charges, to: account, state, from: context.now)
    }

    private func chosen(
        of steps: [PromiseStep], _ account: AccountIndex, _ state: borrowing AccountsState
    ) throws(Rejection) -> PromiseStep {
        let chosen = amount.map { amount in steps.last { $0.amount == amount.minorUnits } } ?? steps.last
        if let chosen { return chosen }
        let amounts = steps.map { "\(Money(minorUnits: $0.amount))" }
        let later = state.catalog.current.terms.promises.first { $0.amount == amount?.minorUnits }
        guard let later else {
            throw Rejection(.invalidAmount, field: "amount", "the amount must be \(listed(amounts))")
        }
        let from = state.directory[account].activated + .days(Int64(later.fromDays))
        throw Rejection(
            .notAvailable, field: "amount", "the number can have so much from \(from) on, and \(listed(amounts)) now")
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(PromiseGiven.self)
        reply.field(.msisdn, msisdn)
        reply.field(.amount, Money(minorUnits: e.amount))
        let fees = e.charges.filter { $0.kind == .promiseFee }
        reply.field(.fee, fees.total)
        reply.field(.promiseDue, Instant(milliseconds: e.dueAt))
        reply.field(.charged, e.charges.total)
        reply.field(.balance, Money(minorUnits: e.balanceAfter))
        reply.field(.seq, outcome.lastPosition)
    }
}

extension Reply {
    /// A promised payment that is still owed, if there is one.
    mutating func promised(_ account: AccountIndex, _ state: borrowing AccountsState) {
        let row = state.promises[account]
        guard row.owed > .zero else { return }
        field(.owed, row.owed)
        field(.promiseDue, row.due)
    }

    /// The part of a promised payment that a credit repaid, and the balance after all of the outcome's events.
    mutating func balance(of account: AccountIndex, after outcome: borrowing NewEvents) {
        var repaid = Money.zero
        var balance = Money.zero
        for change in outcome.events where change.account == account {
            if case .promiseRepaid(let e) = change.event { repaid += Money(minorUnits: e.amount) }
            if let money = change.event.money { balance = money.balanceAfter }
        }
        if repaid > .zero { field(.repaid, repaid) }
        field(.balance, balance)
    }
}
