/// ADJUST and PAYMENT.REVERSE: corrections of a balance, as new events and never as edits.

extension Roles {
    /// Principals that are persons. A machine that is also one of these acts as a person.
    static let persons: Roles = [.operator, .admin, .cashier]
}

package struct Adjust: StaffMove {
    static let amount = Parameter<Money>(
        positional: "amount", "the amount to credit; with a minus sign, the amount to take")
    static let reason = Parameter<PlainText>(
        "reason", "why, in a few words without personal data, at most 200 bytes", in: 1...200)
    package static let spec = CommandSpec(
        "ADJUST", .change, roles: .operator, [msisdn, amount, reason],
        reply: [.adjustment, .msisdn] + MoveReply.fields,
        summary:
            "Corrects a balance. Beyond the catalogue's threshold of the day it waits until another person approves it.",
        example: #"ADJUST 79001234567 -50 reason="charged twice""#)

    package static let kind = ProposalKind.adjustment
    let msisdn: MSISDN
    let amount: Money
    let reason: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        amount = try a[Self.amount]
        reason = try a[Self.reason]
        guard amount != .zero else {
            throw Rejection(.invalidAmount, field: "amount", "the amount must not be zero")
        }
    }

    package func move(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (
        ProposalMade, AccountIndex
    ) {
        let move = ProposalMade(kind: .adjustment, amount: amount.minorUnits, reason: reason)
        return (move, try state.directory.subscriber(msisdn))
    }

    package func replySubject(_ reply: inout Reply) { reply.field(.msisdn, msisdn) }
}

package struct PaymentReverse: StaffMove {
    static let payment = Parameter<Number>(
        positional: "payment", "the payment, as TOPUP and PAYMENTS return it", in: Number.positive)
    static let amount = Parameter<Amount?>("amount", "the part to take back; all that is left of it if not given")
    package static let spec = CommandSpec(
        "PAYMENT.REVERSE", .change, roles: [.payments, .cashier, .operator], [payment, Adjust.reason, amount],
        reply: [.reversal, .payment] + MoveReply.fields,
        summary:
            "Takes a payment back, in part or whole, once in all. The balance may go below zero."
            + " An acquirer and a cash desk reverse their own payments only; a person needs a second one beyond the"
            + " catalogue's threshold.",
        example: "PAYMENT.REVERSE 1042 reason=chargeback amount=100")

    package static let kind = ProposalKind.reversal
    let payment: Position
    let amount: Money?
    let reason: String

    package init(_ a: Arguments) throws(Rejection) {
        payment = try a[Self.payment]
        amount = try a[Self.amount]
        reason = try a[Adjust.reason]
    }

    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard payment <= state.position else { throw .notFound("payment", "payment") }
        return payment
    }

    package func move(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (
        ProposalMade, AccountIndex
    ) {
        let isStaff = !context.caller.roles.isDisjoint(with: .staff)
        guard let recalled = context.recalled.first, let found = state.payment(recalled),
            isStaff || recalled.meta.principal == context.caller.principal
        else { throw .notFound("payment", "payment") }
        let left = found.amount - state.paying.takenBack(payment, of: found.account)
        guard left > .zero else {
            throw Rejection(.limitReached, field: "payment", "the whole payment was taken back before")
        }
        let move = ProposalMade(
            kind: .reversal, amount: (amount ?? left).minorUnits, reason: reason, payment: payment,
            paid: found.amount.minorUnits, method: found.method, paidAt: found.time.milliseconds)
        return (move, found.account)
    }

    package func replySubject(_ reply: inout Reply) { reply.field(.payment, payment) }
}

/// A payment that came in.
struct PaidIn {
    /// The account that has its money; 0 if it has no owner.
    let account: AccountIndex
    let amount: Money
    let method: PaymentMethod
    let acquirer: UInt32
    let cardLast4: String
    let time: Instant
}

extension AccountsState {
    /// A payment by the event that credited it, and the account that has its money; nil if the event is no payment.
    func payment(_ recalled: (meta: EventMeta, event: Event)) -> PaidIn? {
        switch recalled.event {
        case .toppedUp(let e):
            PaidIn(
                account: recalled.meta.account, amount: Money(minorUnits: e.amount), method: e.method,
                acquirer: recalled.meta.principal, cardLast4: e.cardLast4, time: recalled.meta.effective)
        case .paymentParked(let e):
            paidIn(parked: e, recalled.meta)
        default: nil
        }
    }

    /// The part that was taken back before it had an owner is not the owner's.
    private func paidIn(parked e: PaymentParked, _ meta: EventMeta) -> PaidIn {
        let owner = paying.parked(meta.position)?.assigned ?? 0
        let before = owner == 0 ? .zero : paying.takenBack(meta.position, of: 0)
        return PaidIn(
            account: owner, amount: Money(minorUnits: e.amount) - before, method: e.method, acquirer: meta.principal,
            cardLast4: e.cardLast4, time: meta.effective)
    }

    /// Refuses what a ledger account or the balance could not take.
    func balance(
        _ account: AccountIndex, crediting amount: Money, of ledger: LedgerAccount
    ) throws(Rejection) -> Money {
        guard !balances.isFull(ledger, for: amount) else {
            throw Rejection(.amountOverflow, field: "amount", "the sum of these moves would exceed the largest amount")
        }
        return try balances[account].adding(amount)
    }
}

extension NewEvents {
    mutating func adjust(
        _ move: ProposalMade, on account: AccountIndex, _ approval: Approval, _ state: borrowing AccountsState,
        _ context: Context
    ) throws(Rejection) {
        let amount = Money(minorUnits: move.amount)
        guard state.directory[account].kind == .subscriber else { throw .notFound("msisdn", "subscriber") }
        let credited = try state.balance(account, crediting: amount, of: .adjustments)
        guard amount > .zero || credited >= state.floor(of: account) else {
            throw Rejection(
                .insufficientFunds, field: "amount",
                "the balance is \(state.balances[account]): a correction takes no more than there is")
        }
        let charges = amount > .zero ? state.waitingFees(account, paidBy: amount, at: context.now) : []
        let adjusted = BalanceAdjusted(
            amount: move.amount, reason: move.reason, proposal: approval.proposal, authority: approval.authority,
            charges: charges, balanceAfter: (credited - charges.total).minorUnits)
        append(account, .balanceAdjusted(adjusted), effective: context.now)
        if !charges.isEmpty { grant(paidBy: charges, to: account, state, from: context.now) }
    }

    mutating func reverse(
        _ move: ProposalMade, on account: AccountIndex, _ approval: Approval, _ state: borrowing AccountsState,
        _ context: Context
    ) throws(Rejection) {
        let amount = Money(minorUnits: move.amount)
        try state.checkLeft(of: move, on: account)
        let after = try state.balance(account, crediting: -amount, of: move.method.ledgerAccount)
        let reversed = PaymentReversed(
            payment: move.payment, amount: move.amount, method: move.method, reason: move.reason,
            proposal: approval.proposal, authority: approval.authority, balanceAfter: after.minorUnits,
            paidAt: move.paidAt)
        append(account, .paymentReversed(reversed), effective: context.now)
    }
}

extension AccountsState {
    /// Refuses to take more of a payment back than is left of it, or from an account that has not its money any more.
    func checkLeft(of move: ProposalMade, on account: AccountIndex) throws(Rejection) {
        if let parked = paying.parked(move.payment), parked.assigned != account {
            throw Rejection(
                .notAvailable, field: "payment", "the payment got an owner meanwhile: decline this, and begin anew")
        }
        let left = Money(minorUnits: move.paid) - paying.takenBack(move.payment, of: account)
        guard Money(minorUnits: move.amount) <= left else {
            throw Rejection(.limitReached, field: "amount", "\(left) is left of this payment")
        }
    }
}
