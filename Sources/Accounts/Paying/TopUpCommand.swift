/// TOPUP: money came. The only command that credits a payment.

extension CommandRegistry {
    @inlinable
    package mutating func addPayingCommands() {
        change(TopUp.self)
        change(TopUpRequest.self)
        waiting(TopUpRequestRead.self)
        waiting(PaymentRequestRead.self)
        change(PaymentOffer.self)
        change(PaymentRefuse.self)
        read(CardRead.self)
        change(CardRemove.self)
        change(PaymentReverse.self)
        change(Adjust.self)
        read(ApprovalRead.self)
        change(Approve.self)
        change(AdjustApprove.self)
        change(RefundApprove.self)
        change(Decline.self)
        read(SuspenseRead.self)
        change(SuspenseAssign.self)
        change(RefundRequest.self)
        waiting(RefundRead.self)
        change(RefundPaidReport.self)
        change(RefundRefuse.self)
        change(VouchersMake.self)
        change(VouchersPrint.self)
        change(VouchersVoid.self)
        read(VoucherRead.self)
        change(VoucherRedeem.self)
    }
}

package struct TopUp: Change {
    static let amount = Parameter<Amount>(positional: "amount", "the sum of the payment")
    static let method = Parameter<ReceivedMethod?>("method", "how the customer paid")
    static let cardLast4 = Parameter<CardDigits?>("card_last4", "the card's last four digits")
    static let request = Parameter<Number?>(
        "request", "the request that it settles, as PAYMENT.REQUESTS lists it", in: Number.positive)
    static let card = Parameter<CardToken?>(
        "card",
        "the acquirer's token of the card, 8 to 64 characters; it is stored if the subscriber asked for this payment")
    package static let spec = CommandSpec(
        "TOPUP", .change, roles: [.payments, .cashier],
        [msisdn, amount, Parameters.ref, method, cardLast4, request, card],
        reply: [
            .payment, .msisdn, .amount, .request.sometimes, .requested.sometimes, .late.sometimes, .card.sometimes,
            .parked.sometimes, .charged.sometimes, .repaid.sometimes, .balance.sometimes, .seq,
        ],
        summary: "Credits a payment without commission. Fees that were unpaid and that it covers are charged at once.",
        example: "TOPUP 79001234567 350 ref=acq-991 method=card card_last4=4242")

    let msisdn: MSISDN
    let amount: Money
    let ref: String
    let method: PaymentMethod?
    let cardLast4: String
    let request: Position?
    let card: String

    package var reference: String? { ref }

    static let voucherPrefix = "voucher-"

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        amount = try a[Self.amount]
        ref = try a[Parameters.ref]
        method = try a[Self.method]
        cardLast4 = try a[Self.cardLast4] ?? ""
        request = try a[Self.request]
        card = try a[Self.card] ?? ""
        // Those are the references of vouchers.
        guard !ref.hasPrefix(Self.voucherPrefix) else {
            throw Rejection(.invalidText, field: "ref", "ref must not begin with \(Self.voucherPrefix)")
        }
    }

    /// Nil for a number that has ended, for which a payment may have been asked.
    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        state.directory.find(msisdn)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard !context.isReferenceUsed else {
            throw Rejection(.duplicateRef, field: "ref", "a payment with this ref was credited before")
        }
        try state.check(amount, by: context.caller, at: context.now)
        if let request { return try settle(request, state, context, &changes) }
        let account = try state.directory.subscriber(msisdn)
        let method = method ?? .unspecified
        try checkRoom(method, state)
        let payment = ToppedUp(amount: amount.minorUnits, method: method, ref: ref, cardLast4: cardLast4)
        try changes.topUp(payment, account, state, at: context.now)
    }

    private func checkRoom(_ method: PaymentMethod, _ state: borrowing AccountsState) throws(Rejection) {
        guard !state.balances.isFull(method.ledgerAccount, for: amount) else {
            throw Rejection(
                .amountOverflow, field: "amount",
                "the sum of all payments by this method would exceed the largest amount")
        }
    }

    /// Credits a payment that was asked for.
    @inline(never)
    private func settle(
        _ position: Position, _ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents
    ) throws(Rejection) {
        let settled = try state.settled(position, by: self, context)
        let request = settled.request
        let method = method ?? request.method
        try checkRoom(method, state)
        if settled.hasEnded { return try park(method, settled, state, context, &changes) }
        var payment = ToppedUp(amount: amount.minorUnits, method: method, ref: ref, cardLast4: cardLast4)
        // A card is stored for the subscriber who paid with it, and for nobody who was paid for.
        if request.isOwn { payment.card = card }
        payment.request = request.position
        payment.requested = request.amount == amount ? 0 : request.amount.minorUnits
        payment.late = request.isOver(at: context.now)
        try changes.topUp(payment, settled.account, state, at: context.now)
    }

    /// The number has ended, and may have another owner now, who gets nothing of it.
    private func park(
        _ method: PaymentMethod, _ settled: SettledRequest, _ state: borrowing AccountsState, _ context: Context,
        _ changes: inout NewEvents
    ) throws(Rejection) {
        let parked = PaymentParked(
            amount: amount.minorUnits, method: method, ref: ref, cardLast4: cardLast4,
            request: settled.request.position, account: settled.account, msisdn: msisdn.number,
            balanceAfter: try state.balances[0].adding(amount).minorUnits)
        changes.append(0, .paymentParked(parked), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.payment, outcome.firstPosition)
        reply.field(.msisdn, msisdn)
        if case .paymentParked(let e) = outcome.first.event {
            reply.field(.amount, Money(minorUnits: e.amount))
            reply.field(.request, e.request)
            reply.field(.parked, true)
            return reply.field(.seq, outcome.lastPosition)
        }
        let e = outcome.first(ToppedUp.self)
        reply.field(.amount, Money(minorUnits: e.amount))
        if e.request != 0 { reply.settlement(e.request, e.requested, e.late) }
        if !e.card.isEmpty { reply.field(.card, e.card) }
        if context.caller.mayReadBalances {
            if !e.charges.isEmpty { reply.field(.charged, e.charges.total) }
            reply.balance(after: e)
        }
        reply.field(.seq, outcome.lastPosition)
    }
}

extension Reply {
    /// The balance after a payment, and after the repayment that followed it.
    mutating func balance(after payment: ToppedUp) {
        if payment.repaid != 0 { field(.repaid, Money(minorUnits: payment.repaid)) }
        field(.balance, Money(minorUnits: payment.balanceAfter - payment.repaid))
    }

    /// The request that a payment settled. `requested` is the amount in minor units, if the payment's is another.
    mutating func settlement(_ request: Position, _ requested: Int64, _ isLate: Bool) {
        field(.request, request)
        if requested != 0 { field(.requested, Money(minorUnits: requested)) }
        if isLate { field(.late, true) }
    }
}

extension NewEvents {
    /// Credits a payment, and charges the fees that waited for it.
    mutating func topUp(
        _ payment: consuming ToppedUp, _ account: AccountIndex, _ state: borrowing AccountsState, at now: Instant
    ) throws(Rejection) {
        let credited = try state.balances[account].adding(Money(minorUnits: payment.amount))
        payment.repaid = min(state.promises.owed(account).minorUnits, payment.amount)
        payment.charges = state.waitingFees(account, paidBy: Money(minorUnits: payment.amount), at: now)
        payment.balanceAfter = (credited - payment.charges.total).minorUnits
        let charges = payment.charges
        append(account, .toppedUp(payment), effective: now)
        if !charges.isEmpty { grant(paidBy: charges, to: account, state, from: now) }
    }
}

/// The last digits of a card, which may be stored.
enum CardDigits: DigitsType {
    static var kind: ParameterKind { .number }
    static var count: ClosedRange<Int> { 4...4 }
    static var code: ErrorCode { .invalidNumber }
}

/// The request that a payment settles, and the account that asked.
private struct SettledRequest {
    let request: PaymentRequest
    let account: AccountIndex
    /// The number has ended since.
    let hasEnded: Bool
}

extension AccountsState {
    /// The request that a payment settles. Another number's, or another acquirer's, is not found.
    fileprivate func settled(
        _ position: Position, by payment: TopUp, _ context: Context
    ) throws(Rejection) -> SettledRequest {
        for account in directory.holders(payment.msisdn) {
            guard let request = paying.request(position, of: account) else { continue }
            guard request.isFor(context.caller.principal, principals) else { break }
            let parked = paying.parked.first { $0.event.request == position }?.position
            if let by = request.state == .paid ? request.payment : parked {
                throw Rejection(
                    .alreadyExists, field: "request",
                    "payment \(by) settled this request: return this money to the payer")
            }
            return SettledRequest(
                request: request, account: account, hasEnded: directory[account].kind == .former)
        }
        throw Rejection(
            .notFound, field: "request",
            "this number has no such request for you; of those that ended, the last \(Paying.maximumEnded) of"
                + " \(Paying.endedDays) days are known")
    }

    /// Refuses a payment beyond the catalogue's limits for one payment or for a cash desk's day.
    fileprivate func check(_ amount: Money, by caller: Caller, at now: Instant) throws(Rejection) {
        try checkGreatest(amount)
        guard caller.roles.contains(.cashier), !caller.roles.contains(.admin) else { return }
        let limit = Money(minorUnits: catalog.current.terms.cashierDayLimit)
        let left = limit - principals.cash(takenBy: caller.principal, onDayOf: now)
        guard amount <= left else {
            throw Rejection(
                .limitReached, field: "amount",
                "a cash desk takes at most \(limit) in a UTC day: \(max(left, .zero)) is left today")
        }
    }

    /// Refuses an amount beyond the catalogue's limit of one payment.
    func checkGreatest(_ amount: Money) throws(Rejection) {
        let greatest = Money(minorUnits: catalog.current.terms.greatestPayment)
        guard greatest == .zero || amount <= greatest else {
            throw Rejection(.limitReached, field: "amount", "a payment is at most \(greatest)")
        }
    }
}
