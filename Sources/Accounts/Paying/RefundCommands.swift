/// REFUND.REQUEST, REFUNDS, REFUND.PAID, REFUND.REFUSE: money of an account goes back to its owner.
///
/// A refund goes to the instrument of a payment, which its acquirer pays out, or is paid in cash at a desk to the
/// identified holder of the contract. The subscriber may ask for the first only; two persons stand for either. The
/// balance is debited when it is approved, and the refund is listed until it is paid out or refused.

package struct RefundRequest: Change, Prepares {
    static let account = Parameter<Index32?>(
        "account", "the account of a former holder of the number, as HOLDERS lists it")
    static let amount = Parameter<Amount?>("amount", "the amount; the whole balance if not given")
    static let payment = Parameter<Number?>(
        "payment", "the payment to whose card or bank it goes back; in cash at a desk if not given", in: Number.positive
    )
    static let reason = Parameter<PlainText?>(
        "reason", "why, in a few words without personal data, at most 200 bytes; not kept of a subscriber", in: 1...200)
    package static let spec = CommandSpec(
        "REFUND.REQUEST", .change, roles: [.frontend, .operator], session: .subscriber,
        [msisdn, account, amount, payment, reason, Reauthentication.parameter],
        reply: [.refund, .msisdn, .method] + MoveReply.fields, waits: true, isHeldAfterSIM: true,
        summary:
            "Asks for money of an account: to the card or bank of one of its payments, or, by staff, in cash at a desk."
            + " A person must approve it who is not its author.",
        example: "REFUND.REQUEST 79001234567 payment=1042 amount=100")

    let msisdn: MSISDN
    let former: AccountIndex?
    let amount: Money?
    let payment: Position?
    let reason: String
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        former = try a[Self.account]
        amount = try a[Self.amount]
        payment = try a[Self.payment]
        // A subscriber's words are personal, and this text is not sealed.
        reason = try a.sessionToken == nil ? a[Self.reason] ?? "" : ""
        reauthentication = try Reauthentication(a)
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        if let former, state.directory.holders(msisdn).contains(former) { return former }
        return try state.directory.subscriber(msisdn)
    }

    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard let payment else { return nil }
        guard payment <= state.position else { throw .notFound("payment", "payment") }
        return payment
    }

    private func move(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (
        ProposalMade, AccountIndex
    ) {
        let isStaff = !context.caller.roles.isDisjoint(with: .staff) && context.caller.session == 0
        let account: AccountIndex
        if let former, isStaff {
            guard state.directory.holders(msisdn).contains(former) else { throw .notFound("account", "account") }
            account = former
        } else {
            account = try state.directory.subscriber(msisdn)
        }
        let balance = state.ownMoney(of: account)
        var move = ProposalMade(kind: .refund, reason: reason, method: .cash)
        var most = balance
        if let payment {
            guard let recalled = context.recalled.first, let found = state.payment(recalled),
                found.account == account
            else { throw .notFound("payment", "payment") }
            guard PaymentMethod.ofRequests.contains(found.method) else {
                throw Rejection(
                    .notAvailable, field: "payment", "this payment was not made by a card or a bank: ask at a desk")
            }
            (move.payment, move.paid, move.method) = (payment, found.amount.minorUnits, found.method)
            (move.acquirer, move.cardLast4) = (found.acquirer, found.cardLast4)
            move.paidAt = found.time.milliseconds
            most = min(most, found.amount - state.paying.takenBack(payment, of: account))
        } else if !isStaff {
            throw Rejection(
                .missingArgument, field: "payment",
                "name the payment to whose card or bank the money is to go; cash is paid at a desk")
        }
        let amount = amount ?? most
        guard amount > .zero, amount <= balance else {
            throw Rejection(
                .insufficientFunds, field: "amount",
                "\(max(balance, .zero)) is the subscriber's own: no more than that can be refunded")
        }
        guard context.caller.session == 0 || !state.paying.hasOwnRefund(account) else {
            throw Rejection(
                .alreadyExists, field: "msisdn", "a refund of this number waits for approval already")
        }
        move.amount = amount.minorUnits
        return (move, account)
    }

    package func prepare(
        _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) -> Reauthentication.Work? {
        _ = try move(state, context)
        return try reauthentication.work(state, context)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (move, account) = try move(state, context)
        guard try reauthentication.decide(done(context), state, context, &changes) else { return }
        try changes.decide(move, on: account, state, context, mayActAlone: context.caller.session == 0)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        guard !Reauthentication.rejected(outcome, &reply) else { return }
        var method = PaymentMethod.cash
        for change in outcome.events {
            if case .proposalMade(let e) = change.event { method = e.method }
            if case .refunded(let e) = change.event { method = e.method }
        }
        reply.move(outcome, .refund, context) { reply in
            reply.field(.msisdn, msisdn)
            reply.field(.method, method.word)
        }
    }
}

extension NewEvents {
    mutating func refund(
        _ move: ProposalMade, on account: AccountIndex, _ approval: Approval, _ state: borrowing AccountsState,
        _ context: Context
    ) throws(Rejection) {
        let amount = Money(minorUnits: move.amount)
        guard amount <= state.ownMoney(of: account) else {
            throw Rejection(
                .insufficientFunds, field: "amount",
                "\(max(state.ownMoney(of: account), .zero)) is the subscriber's own now: decline this")
        }
        if move.payment != 0 { try state.checkLeft(of: move, on: account) }
        let after = try state.balance(account, crediting: -amount, of: move.method.ledgerAccount)
        let refunded = Refunded(
            amount: move.amount, method: move.method, payment: move.payment, acquirer: move.acquirer,
            cardLast4: move.cardLast4, reason: move.reason, proposal: approval.proposal,
            authority: approval.authority, balanceAfter: after.minorUnits, paidAt: move.paidAt)
        append(account, .refunded(refunded), effective: context.now)
    }
}

package struct RefundRead: WaitingRead {
    static let wait = Parameter<Number?>(
        "wait", "how many seconds to wait for a refund, at most \(AccessPolicy.longestPollSeconds)",
        in: 0...AccessPolicy.longestPollSeconds)
    package static let spec = CommandSpec(
        "REFUNDS", .read, roles: [.payments, .cashier, .operator, .auditor], [Parameters.limit, wait],
        reply: [],
        rows: [.refund, .msisdn, .account, .amount, .payment.sometimes, .method, .cardLast4.sometimes, .created],
        waits: true,
        summary:
            "Lists the refunds that are to be paid out, the oldest first: an acquirer sees those of its own payments,"
            + " a cash desk those in cash. account= is not the number's present one if the number has a new owner."
            + " With wait= it replies once there is one.",
        example: "REFUNDS wait=30")

    let limit: Int
    package let wait: TimeSpan

    package init(_ a: Arguments) throws(Rejection) {
        limit = try a[Parameters.limit] ?? 100
        wait = .seconds(Int64(try a[Self.wait] ?? 0))
    }

    package func topic(_ state: borrowing AccountsState) -> WaitKey { .paymentRequests }

    private func found(_ state: borrowing AccountsState, _ context: Context, _ limit: Int) -> [(
        Paying.Refund, AccountIndex
    )] {
        var found: [(Paying.Refund, AccountIndex)] = []
        state.paying.forEachRefund { refund, account in
            if refund.event.isFor(context.caller) || context.caller.roles.contains(.auditor) {
                found.append((refund, account))
            }
            return found.count < limit
        }
        return found
    }

    package func isEmpty(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Bool {
        found(state, context, 1).isEmpty
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let rows = found(state, context, limit)
        for (refund, account) in rows {
            let e = refund.event
            reply.row()
            reply.field(.refund, refund.position)
            reply.field(.msisdn, state.directory[account].msisdn)
            reply.field(.account, account)
            reply.field(.amount, Money(minorUnits: e.amount))
            if e.payment != 0 { reply.field(.payment, e.payment) }
            reply.field(.method, e.method.word)
            if !e.cardLast4.isEmpty { reply.field(.cardLast4, e.cardLast4) }
            reply.field(.created, refund.created)
        }
        reply.closing()
        reply.countRows()
    }
}

extension Refunded {
    /// True if the caller pays it out, or oversees it.
    fileprivate func isFor(_ caller: Caller) -> Bool {
        if !caller.roles.isDisjoint(with: .staff) { return true }
        return payment == 0 ? caller.roles.contains(.cashier) : acquirer == caller.principal
    }
}

private let refundNumber = Parameter<Number>(
    positional: "refund", "the refund, as REFUNDS lists it", in: Number.positive)

/// The outcome of a payout.
package protocol RefundOutcome: Change {
    var refund: Position { get }
    /// The event to append.
    func event(
        _ found: Refunded, _ account: AccountIndex, _ state: borrowing AccountsState
    ) throws(Rejection) -> Event
}

extension RefundOutcome {
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard refund <= state.position else { throw .notFound("refund", "refund to be paid out") }
        return refund
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let account = context.recalled.first?.meta.account,
            let found = state.paying.refund(refund, of: account), found.event.isFor(context.caller)
        else { throw .notFound("refund", "refund to be paid out") }
        changes.append(account, try event(found.event, account, state), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.refund, refund)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct RefundPaidReport: RefundOutcome {
    static let reference = Parameter<ClientID>("ref", "the acquirer's or the desk's own number of the payout")
    package static let spec = CommandSpec(
        "REFUND.PAID", .change, roles: [.payments, .cashier, .operator], [refundNumber, reference],
        reply: [.refund, .seq], summary: "Reports that a refund was paid out.", example: "REFUND.PAID 1042 ref=out-77")

    package let refund: Position
    let ref: String

    package init(_ a: Arguments) throws(Rejection) {
        refund = try a[refundNumber]
        ref = try a[Self.reference]
    }

    package func event(
        _ found: Refunded, _ account: AccountIndex, _ state: borrowing AccountsState
    ) throws(Rejection) -> Event { .refundPaid(RefundPaid(refund: refund, ref: ref)) }
}

package struct RefundRefuse: RefundOutcome {
    package static let spec = CommandSpec(
        "REFUND.REFUSE", .change, roles: [.payments, .cashier, .operator], [refundNumber, PaymentRefuse.reason],
        reply: [.refund, .seq],
        summary:
            "Reports that a refund cannot be paid out, because its card is closed. The money returns to the balance.",
        example: "REFUND.REFUSE 1042 reason=card_closed")

    package let refund: Position
    let reason: String

    package init(_ a: Arguments) throws(Rejection) {
        refund = try a[refundNumber]
        reason = try a[PaymentRefuse.reason]
    }

    package func event(
        _ found: Refunded, _ account: AccountIndex, _ state: borrowing AccountsState
    ) throws(Rejection) -> Event {
        let after = try state.balance(
            account, crediting: Money(minorUnits: found.amount), of: found.method.ledgerAccount)
        return .refundReturned(
            RefundReturned(
                refund: refund, amount: found.amount, method: found.method, payment: found.payment, reason: reason,
                balanceAfter: after.minorUnits, paidAt: found.paidAt))
    }
}
