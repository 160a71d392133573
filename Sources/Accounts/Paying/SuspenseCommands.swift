/// SUSPENSE and SUSPENSE.ASSIGN: payments that came for a number which had ended since they were asked for. Their money
/// is on the operator's own account until two persons give it to a subscriber, or it is reversed.

package struct SuspenseRead: Read {
    static let from = Parameter<Number?>("from", "the first payment; the first that has no owner yet if not given")
    package static let spec = CommandSpec(
        "SUSPENSE", .read, roles: [.operator, .auditor], [from, Parameters.limit],
        reply: [.balance, .next.sometimes, .seq],
        rows: [
            .payment, .time, .msisdn, .amount, .left, .method.sometimes, .cardLast4.sometimes, .ref, .principal,
            .request, .assignee.sometimes,
        ],
        summary:
            "Lists payments that came for a number which had ended and that have no owner yet, the oldest first; with from=1"
            + " also those that found one. balance= is all that has no owner.",
        example: "SUSPENSE")

    let from: Position?
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[Self.from]
        limit = try a[Parameters.limit] ?? 100
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let first = from
        let found = state.paying.parked.filter { parked in
            first.map { parked.position >= $0 } ?? (parked.left > .zero)
        }
        for parked in found.prefix(limit) {
            let e = parked.event
            reply.row()
            reply.field(.payment, parked.position)
            reply.field(.time, parked.created)
            reply.field(.msisdn, MSISDN(number: e.msisdn))
            reply.field(.amount, Money(minorUnits: e.amount))
            reply.field(.left, parked.left)
            if e.method != .unspecified { reply.field(.method, e.method.word) }
            if !e.cardLast4.isEmpty { reply.field(.cardLast4, e.cardLast4) }
            reply.field(.ref, e.ref)
            reply.field(.principal, state.principals[parked.principal].name)
            reply.field(.request, e.request)
            if parked.assigned != 0 { reply.field(.assignee, state.directory[parked.assigned].msisdn) }
        }
        reply.closing()
        reply.countRows()
        reply.field(.balance, state.balances[0])
        if found.count > limit { reply.field(.next, found[limit].position) }
        reply.field(.seq, state.position)
    }
}

package struct SuspenseAssign: StaffMove {
    static let payment = Parameter<Number>(
        positional: "payment", "the payment, as SUSPENSE lists it", in: Number.positive)
    static let owner = Parameter<MSISDN>(positional: "msisdn", "the number of the subscriber who is to have it")
    package static let spec = CommandSpec(
        "SUSPENSE.ASSIGN", .change, roles: .operator, [payment, owner],
        reply: [.assignment, .payment, .msisdn] + MoveReply.fields,
        summary:
            "Proposes to give a payment without an owner to a subscriber. Another person must approve it.",
        example: "SUSPENSE.ASSIGN 1042 79001234567")

    package static let kind = ProposalKind.assignment
    let payment: Position
    let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) {
        payment = try a[Self.payment]
        msisdn = try a[Self.owner]
    }

    package func move(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (
        ProposalMade, AccountIndex
    ) {
        guard let parked = state.paying.parked(payment), parked.left > .zero else {
            throw .notFound("payment", "payment without an owner")
        }
        let account = try state.directory.subscriber(msisdn)
        let move = ProposalMade(
            kind: .assignment, amount: parked.left.minorUnits, payment: payment, account: account)
        return (move, 0)
    }

    package func replySubject(_ reply: inout Reply) {
        reply.field(.payment, payment)
        reply.field(.msisdn, msisdn)
    }
}

extension NewEvents {
    mutating func assign(
        _ move: ProposalMade, _ approval: Approval, _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) {
        guard let parked = state.paying.parked(move.payment), parked.left > .zero else {
            throw .notFound("payment", "payment without an owner")
        }
        let amount = Money(minorUnits: move.amount)
        guard parked.left == amount else {
            throw Rejection(
                .notAvailable, field: "payment", "\(parked.left) is left of it now: decline this, and begin anew")
        }
        guard state.directory[move.account].kind == .subscriber else {
            throw Rejection(.notAvailable, field: "msisdn", "the number has ended: decline this")
        }
        let assigned = SuspenseAssigned(
            payment: move.payment, amount: move.amount, account: move.account, proposal: approval.proposal,
            authority: approval.authority, balanceAfter: (state.balances[0] - amount).minorUnits)
        append(0, .suspenseAssigned(assigned), effective: context.now)
        let credited = try state.balances[move.account].adding(amount)
        let charges = state.waitingFees(move.account, paidBy: amount, at: context.now)
        let event = SuspenseCredited(
            payment: move.payment, amount: move.amount, charges: charges,
            balanceAfter: (credited - charges.total).minorUnits, method: parked.event.method,
            paidAt: parked.created.milliseconds, acquirer: parked.principal)
        append(move.account, .suspenseCredited(event), effective: context.now)
        if !charges.isEmpty { grant(paidBy: charges, to: move.account, state, from: context.now) }
    }
}
