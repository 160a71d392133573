/// APPROVALS, APPROVE, ADJUST.APPROVE, REFUND.APPROVE, DECLINE: the second person of a move of money.

package struct ApprovalRead: Read {
    static let from = Parameter<Number?>("from", "the number of the first proposal")
    package static let spec = CommandSpec(
        "APPROVALS", .read, roles: [.operator, .auditor], [from, Parameters.limit],
        reply: [.next],
        rows: [
            .proposal, .moveKind, .msisdn.sometimes, .account.sometimes, .amount.sometimes, .draft.sometimes,
            .name.sometimes,
            .roles.sometimes, .validFrom.sometimes, .payment.sometimes, .assignee.sometimes,
            .count.sometimes, .expires.sometimes, .moveReason.sometimes, .author, .created, .mayApprove,
        ],
        summary:
            "Lists what waits for a second person, the oldest first: moves of money, publications and new staff."
            + " may_approve=1: the caller may approve it.",
        example: "APPROVALS")

    let from: Position
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[Self.from] ?? 0
        limit = try a[Parameters.limit] ?? 100
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        var found: [(proposal: Proposal, account: AccountIndex)] = []
        state.paying.forEachProposal(from: from) { proposal, account in
            found.append((proposal, account))
            return found.count < limit
        }
        for (proposal, account) in found {
            let move = proposal.event
            reply.row()
            reply.field(.proposal, proposal.position)
            reply.field(.moveKind, move.kind.word)
            if account != 0 {
                reply.field(.msisdn, state.directory[account].msisdn)
                reply.field(.account, account)
            }
            if move.amount != 0 { reply.field(.amount, Money(minorUnits: move.amount)) }
            if move.draft != 0 { reply.field(.draft, move.draft) }
            if !move.name.isEmpty {
                reply.field(.name, move.name)
                reply.field(.roles, Roles(rawValue: move.roles).names.joined(separator: ","))
            }
            if move.validFrom != 0 { reply.field(.validFrom, Instant(milliseconds: move.validFrom)) }
            if move.payment != 0 { reply.field(.payment, move.payment) }
            if move.account != 0 { reply.field(.assignee, state.directory[move.account].msisdn) }
            if move.count != 0 { reply.field(.count, move.count) }
            if move.validTo != 0 { reply.field(.expires, Instant(milliseconds: move.validTo)) }
            if !move.reason.isEmpty { reply.field(.moveReason, move.reason) }
            reply.field(.author, proposal.author == 0 ? "subscriber" : state.principals[proposal.author].name)
            reply.field(.created, proposal.created)
            reply.field(.mayApprove, state.mayApprove(proposal, context.caller))
        }
        reply.closing()
        reply.countRows()
        reply.field(.next, (found.last?.proposal.position).map { $0 + 1 } ?? from)
    }
}

extension AccountsState {
    fileprivate func mayApprove(_ proposal: Proposal, _ caller: Caller) -> Bool {
        !caller.roles.isDisjoint(with: proposal.event.kind == .staff ? .admin : .staff)
            && principals.areIndependent(caller.principal, proposal.author)
    }

    /// An open proposal by the event that made it.
    fileprivate func proposal(
        _ position: Position, _ context: Context
    ) throws(Rejection) -> (proposal: Proposal, account: AccountIndex) {
        guard let made = context.recalled.first, case .proposalMade = made.event,
            let proposal = paying.proposal(position, of: made.meta.account)
        else { throw .notFound("proposal", "open proposal") }
        return (proposal, made.meta.account)
    }
}

/// Approves a move of some kinds.
package protocol Approves: Change {
    /// Empty for every kind.
    static var kinds: [ProposalKind] { get }
    var proposal: Position { get }
}

extension Approves {
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard proposal <= state.position else { throw .notFound("proposal", "open proposal") }
        return proposal
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (found, account) = try state.proposal(proposal, context)
        guard Self.kinds.isEmpty || Self.kinds.contains(found.event.kind) else {
            throw .notFound("proposal", "open proposal")
        }
        guard state.principals.areIndependent(context.caller.principal, found.author) else {
            throw Rejection(
                .notPermitted, field: "proposal",
                context.caller.principal == found.author
                    ? "a second person must approve this: it is your own proposal"
                    : "a person who does not depend on the author must approve this: neither of you may have added the"
                        + " other or drawn the other's secret, and nobody but the first administrator both of you")
        }
        guard found.event.kind != .staff || context.caller.roles.contains(.admin) else {
            throw Rejection(.notPermitted, field: "proposal", "an administrator must approve new staff")
        }
        let approval = Approval(authority: .approved, proposal: proposal, author: found.author)
        try changes.carryOut(found.event, on: account, approval, state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.proposal, proposal)
        for change in outcome.events {
            guard let move = change.event.move else { continue }
            if case .vouchersMade(let e) = change.event { reply.field(.batch, e.batch) }
            reply.field(.amount, Money(minorUnits: move.amount))
            if change.account != 0, change.event.money != nil { reply.balance(of: change.account, after: outcome) }
        }
        reply.field(.moveState, "done")
        reply.field(.seq, outcome.lastPosition)
    }
}

private let approvalReply: [ReplyField] = [
    .proposal, .batch.sometimes, .amount.sometimes, .repaid.sometimes, .balance.sometimes, .moveState, .seq,
]

package struct Approve: Approves {
    static let number = Parameter<Number>(
        positional: "proposal", "the proposal, as APPROVALS lists it", in: Number.positive)
    package static let spec = CommandSpec(
        "APPROVE", .change, roles: .operator, [number], reply: approvalReply,
        summary: "Approves what another person proposed, and carries it out.",
        example: "APPROVE 1042")

    package static let kinds: [ProposalKind] = []
    package let proposal: Position

    package init(_ a: Arguments) throws(Rejection) { proposal = try a[Self.number] }
}

package struct AdjustApprove: Approves {
    static let number = Parameter<Number>(
        positional: "adjustment", "the adjustment, as ADJUST returned it", in: Number.positive)
    package static let spec = CommandSpec(
        "ADJUST.APPROVE", .change, roles: .operator, [number], reply: approvalReply,
        summary: "The same as APPROVE, for adjustments only.", example: "ADJUST.APPROVE 1042")

    package static let kinds: [ProposalKind] = [.adjustment]
    package let proposal: Position

    package init(_ a: Arguments) throws(Rejection) { proposal = try a[Self.number] }
}

package struct RefundApprove: Approves {
    static let number = Parameter<Number>(
        positional: "refund", "the refund, as REFUND.REQUEST returned it", in: Number.positive)
    package static let spec = CommandSpec(
        "REFUND.APPROVE", .change, roles: .operator, [number], reply: approvalReply,
        summary: "The same as APPROVE, for refunds only.", example: "REFUND.APPROVE 1042")

    package static let kinds: [ProposalKind] = [.refund]
    package let proposal: Position

    package init(_ a: Arguments) throws(Rejection) { proposal = try a[Self.number] }
}

package struct Decline: Change {
    static let reason = Parameter<PlainText?>("reason", "why, in a word or a few, at most 100 bytes", in: 1...100)
    package static let spec = CommandSpec(
        "DECLINE", .change, roles: .operator, [Approve.number, reason], reply: [.proposal, .seq],
        summary: "Ends a proposal without its act. Its author may withdraw it so.",
        example: "DECLINE 1042 reason=wrong_number")

    let proposal: Position
    let reason: String

    package init(_ a: Arguments) throws(Rejection) {
        proposal = try a[Approve.number]
        reason = try a[Self.reason] ?? ""
    }

    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard proposal <= state.position else { throw .notFound("proposal", "open proposal") }
        return proposal
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (_, account) = try state.proposal(proposal, context)
        changes.append(
            account, .proposalDeclined(ProposalDeclined(proposal: proposal, reason: reason)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.proposal, proposal)
        reply.field(.seq, outcome.lastPosition)
    }
}
