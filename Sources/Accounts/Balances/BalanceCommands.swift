/// TOPUP, BALANCE, PAYMENTS, TRIAL.BALANCE.

extension CommandRegistry {
    @inlinable
    package mutating func addBalanceCommands() {
        read(AccountRead.self)
        read(BalanceRead.self)
        change(TopUp.self)
        history(Payments.self)
    }
}

package struct TopUp: Change, OfSubscriber {
    static let amount = Parameter<Amount>(positional: "amount", "the sum of the payment")
    static let method = Parameter<PaymentMethod?>("method", "how the customer paid")
    static let cardLast4 = Parameter<CardDigits?>("card_last4", "the card's last four digits")
    package static let spec = CommandSpec(
        "TOPUP", .change, roles: [.payments, .cashier],
        [msisdn, amount, Parameters.ref, method, cardLast4],
        reply: [.payment, .msisdn, .amount, .charged.sometimes, .balance.sometimes, .seq],
        summary: "Credits a payment without commission. Fees that were unpaid and that it covers are charged at once.",
        example: "TOPUP 79001234567 350 ref=acq-991 method=card card_last4=4242")

    package let msisdn: MSISDN
    let amount: Money
    let ref: String
    let method: PaymentMethod
    let cardLast4: String

    package var reference: String? { ref }

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        amount = try a[Self.amount]
        ref = try a[Parameters.ref]
        method = try a[Self.method] ?? .unspecified
        cardLast4 = try a[Self.cardLast4] ?? ""
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard !context.isReferenceUsed else {
            throw Rejection(.duplicateRef, field: "ref", "a payment with this ref was credited before")
        }
        try state.check(amount, by: context.caller, at: context.now)
        guard !state.balances.isFull(method.ledgerAccount, for: amount) else {
            throw Rejection(
                .amountOverflow, field: "amount",
                "the sum of all payments by this method would exceed the largest amount")
        }
        let credited = try state.balances[account].adding(amount)
        let charges = state.waitingFees(account, within: credited, at: context.now)
        let event = ToppedUp(
            amount: amount.minorUnits, method: method, ref: ref, cardLast4: cardLast4, charges: charges,
            balanceAfter: (credited - charges.total).minorUnits)
        changes.append(account, .toppedUp(event), effective: context.now)
        if !charges.isEmpty { changes.grant(paidBy: charges, to: account, state, from: context.now) }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(ToppedUp.self)
        reply.field(.payment, outcome.firstPosition)
        reply.field(.msisdn, msisdn)
        reply.field(.amount, Money(minorUnits: e.amount))
        if context.caller.mayReadBalances {
            if !e.charges.isEmpty { reply.field(.charged, e.charges.total) }
            reply.field(.balance, Money(minorUnits: e.balanceAfter))
        }
        reply.field(.seq, outcome.lastPosition)
    }
}

/// The last digits of a card, which may be stored.
enum CardDigits: DigitsType {
    static var kind: ParameterKind { .number }
    static var count: ClosedRange<Int> { 4...4 }
    static var code: ErrorCode { .invalidNumber }
}

extension AccountsState {
    /// Refuses a payment beyond the catalogue's limits for one payment or for a cash desk's day.
    fileprivate func check(_ amount: Money, by caller: Caller, at now: Instant) throws(Rejection) {
        let terms = catalog.current.terms
        let greatest = Money(minorUnits: terms.greatestPayment)
        guard greatest == .zero || amount <= greatest else {
            throw Rejection(.limitReached, field: "amount", "a payment is at most \(greatest)")
        }
        guard caller.roles.contains(.cashier), !caller.roles.contains(.admin) else { return }
        let limit = Money(minorUnits: terms.cashierDayLimit)
        let left = limit - principals.cash(takenBy: caller.principal, onDayOf: now)
        guard amount <= left else {
            throw Rejection(
                .limitReached, field: "amount",
                "a cash desk takes at most \(limit) in a UTC day: \(max(left, .zero)) is left today")
        }
    }
}

package struct BalanceRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "BALANCE", .read, roles: [.frontend, .operator], session: .manager,
        [msisdn],
        reply: [.msisdn, .balance, .currency, .creditLimit, .seq], isOfPast: true,
        summary: "Returns a subscriber's balance.",
        example: "BALANCE 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        reply.field(.msisdn, msisdn)
        reply.field(.balance, state.balances[account])
        reply.field(.currency, Money.currency)
        reply.field(.creditLimit, -state.floor(of: account))
        reply.field(.seq, state.position)
    }
}

package struct Payments: History, OfSubscriber {
    package static let spec = CommandSpec(
        "PAYMENTS", .read, roles: [.frontend, .operator, .payments], session: .manager,
        [msisdn, NumberPage.from, NumberPage.to, Parameters.limit, NumberPage.before],
        reply: [.msisdn, .from.sometimes, .next.sometimes],
        rows: [
            .payment, .time, .amount, .method.sometimes, .cardLast4.sometimes, .ref, .charged.sometimes,
            .balance.sometimes,
        ], waits: true, summary: "Lists payments, the newest first. An acquirer sees only its own payments.",
        example: "PAYMENTS 79001234567 from=2018-03-01")

    package let msisdn: MSISDN
    let page: NumberPage

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        page = try NumberPage(a, from: a[NumberPage.from], to: a[NumberPage.to])
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        let hasBalance = context.caller.mayReadBalances
        var query = try HistoryQuery(PaymentScan(hasBalance: hasBalance), of: msisdn, page, state)
        if !hasBalance { query.principal = context.caller.principal }
        return query
    }
}

private struct PaymentScan: HistoryScan {
    let hasBalance: Bool

    var classes: [HistoryClass]? { Event.paymentTypes.map(HistoryClass.init) }

    func accepts(_ event: Event) -> Bool { event.traits.isPayment }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) {
        guard case .toppedUp(let payment) = row.event else { preconditionFailure("only top-ups are payments") }
        reply.row()
        reply.field(.payment, row.meta.position)
        reply.field(.time, row.meta.effective)
        reply.field(.amount, Money(minorUnits: payment.amount))
        if payment.method != .unspecified { reply.field(.method, payment.method.word) }
        if !payment.cardLast4.isEmpty { reply.field(.cardLast4, payment.cardLast4) }
        reply.field(.ref, payment.ref)
        guard hasBalance else { return }
        if !payment.charges.isEmpty { reply.field(.charged, payment.charges.total) }
        reply.field(.balance, Money(minorUnits: payment.balanceAfter))
    }
}

package struct TrialBalance: Read {
    package static let spec = CommandSpec(
        "TRIAL.BALANCE", .read, roles: .auditor, reply: [.sum, .seq], rows: [.ledgerAccount, .balance], isOfPast: true,
        summary:
            "Lists the balance of every ledger account. A sum that is not zero means that the books are wrong.",
        example: "TRIAL.BALANCE")

    package init(_ a: Arguments) throws(Rejection) {}

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        var sum = Money.zero
        func row(_ name: String, _ amount: Money) {
            reply.row()
            reply.field(.ledgerAccount, name)
            reply.field(.balance, amount)
            sum += amount
        }
        let directory = state.directory.accounts
        row("subscribers", state.balances.sum { [.subscriber, .former].contains(directory[Int($0)].kind) })
        row("organizations", state.balances.sum { directory[Int($0)].kind == .organization })
        for account in LedgerAccount.allCases { row(account.name, state.balances.ledger(account)) }
        reply.closing()
        reply.countRows()
        reply.field(.sum, sum)
        reply.field(.seq, state.position)
    }
}
