/// Four eyes: who may move money of others, alone or with a second person.
///
/// A move is an adjustment, a reversal, a refund, vouchers, or an owner for money that has none. One person may move up
/// to the catalogue's threshold a day, over all accounts, and so may all persons together on one account. For more, and
/// for refunds and assignments always, one proposes the move and another approves it. Both are written as events, with
/// their principals.

/// A move that waits for a second person.
package struct Proposal: Equatable, Sendable, Coded {
    /// Its number on the wire.
    var position: Position = 0
    var event = ProposalMade()
    /// The principal that proposed it; 0 for the subscriber, in a session.
    var author: UInt32 = 0
    var created = Instant(milliseconds: 0)

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&position)
        try row.code(&event, in: .proposalMade(event))
        try row.code(&author)
        try row.code(&created)
    }
}

extension Authority {
    /// It counts against the threshold.
    var isOnePerson: Bool { self == .alone || self == .sole }
}

/// The authority of a move, and the proposal that it follows.
struct Approval {
    var authority = Authority.unspecified
    /// 0 if there was none.
    var proposal: Position = 0
    /// The principal that asked for it.
    var author: UInt32
}

extension ProposalKind {
    /// Refunds and assignments take two persons whatever the amount.
    fileprivate var hasThreshold: Bool { self != .refund && self != .assignment }

    /// The field of replies that names a move of the kind.
    var field: ReplyField {
        switch self {
        case .reversal: .reversal
        case .refund: .refund
        case .assignment: .assignment
        case .vouchers: .batch
        case .adjustment, .publication, .staff, .unspecified: .adjustment
        }
    }
}

extension AccountsState {
    /// The authority of the caller for a move; nil if a second person must approve it.
    fileprivate func authority(
        for move: ProposalMade, on account: AccountIndex, _ context: Context
    ) -> Authority? {
        let caller = context.caller
        // An acquirer about its own payment, or the subscriber about the own account: not a person of the staff.
        if move.kind == .reversal, caller.roles.isDisjoint(with: .persons) { return .unspecified }
        if principals.isOnlyStaff(caller.principal) { return .sole }
        guard move.kind.hasThreshold else { return nil }
        let threshold = Money(minorUnits: catalog.current.terms.approvalThreshold)
        let (amount, now) = (Money(minorUnits: move.amount).magnitude, context.now)
        let isWithin =
            amount <= threshold && principals.movedAlone(caller.principal, onDayOf: now) <= threshold - amount
            && paying.movedAlone(account, onDayOf: now) <= threshold - amount
        return isWithin ? .alone : nil
    }
}

extension NewEvents {
    /// Carries a move out if the caller may do it alone; otherwise it is proposed. Refuses a move that could not be
    /// carried out now.
    mutating func decide(
        _ move: ProposalMade, on account: AccountIndex, _ state: borrowing AccountsState, _ context: Context,
        mayActAlone: Bool = true
    ) throws(Rejection) {
        let author = context.caller.principal
        if mayActAlone, let authority = state.authority(for: move, on: account, context) {
            return try carryOut(move, on: account, Approval(authority: authority, author: author), state, context)
        }
        try propose(move, on: account, state, context)
    }

    /// Proposes an act that a second person must approve.
    mutating func propose(
        _ move: ProposalMade, on account: AccountIndex, _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) {
        let author = context.caller.principal
        var trial = NewEvents()
        try trial.carryOut(move, on: account, Approval(author: author), state, context)
        let most = Paying.maximumProposals(of: account)
        guard state.paying.proposals(of: account) < most else {
            throw Rejection(.limitReached, "\(most) proposals of this account wait for approval: decide them first")
        }
        var move = move
        // The subscriber asked, whatever principal carried the session.
        let asking = context.caller.session == 0 ? author : 0
        move.approvers = UInt32(state.principals.approvers(beside: asking, with: move.kind == .staff ? .admin : .staff))
        append(account, .proposalMade(move), effective: context.now)
    }

    /// Appends the events of a move.
    mutating func carryOut(
        _ move: ProposalMade, on account: AccountIndex, _ approval: Approval, _ state: borrowing AccountsState,
        _ context: Context
    ) throws(Rejection) {
        switch move.kind {
        case .adjustment: try adjust(move, on: account, approval, state, context)
        case .reversal: try reverse(move, on: account, approval, state, context)
        case .refund: try refund(move, on: account, approval, state, context)
        case .assignment: try assign(move, approval, state, context)
        case .vouchers: try makeVouchers(move, approval, state, context)
        case .publication: try publish(move, approval, state, context)
        case .staff: try addStaff(move, approval, state, context)
        case .unspecified: preconditionFailure("a proposal is of some kind")
        }
    }
}

/// A command of one person that moves money: done at once, or proposed.
package protocol StaffMove: Change {
    static var kind: ProposalKind { get }
    /// The move, and the account whose money it is.
    func move(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (ProposalMade, AccountIndex)
    /// Fields of the reply that the command itself knows, behind the move's number.
    func replySubject(_ reply: inout Reply)
}

extension StaffMove {
    package func replySubject(_ reply: inout Reply) {}

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (move, account) = try move(state, context)
        try changes.decide(move, on: account, state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.move(outcome, Self.kind, context, replySubject)
    }
}

/// The fields of a move's reply that every kind has.
enum MoveReply {
    static let fields: [ReplyField] = [
        .amount, .moveState, .approvers.sometimes, .fourEyes.sometimes, .repaid.sometimes, .balance.sometimes,
        .seq,
    ]
}

extension Reply {
    /// A move that was carried out or proposed, from its events.
    mutating func move(
        _ outcome: borrowing NewEvents, _ kind: ProposalKind, _ context: Context, _ subject: (inout Reply) -> Void
    ) {
        guard let index = outcome.events.firstIndex(where: { $0.event.move != nil }) else {
            preconditionFailure("a move has an event of its own")
        }
        let event = outcome.events[index].event
        guard let done = event.move else { return }
        var number = outcome.firstPosition + Position(index)
        if case .vouchersMade(let e) = event { number = UInt64(e.batch) }
        // A batch has its number once it is made.
        field(kind == .vouchers && !done.isDone ? .proposal : kind.field, number)
        subject(&self)
        field(.amount, Money(minorUnits: done.amount))
        field(.moveState, done.isDone ? "done" : "pending")
        if case .proposalMade(let e) = event { field(.approvers, e.approvers) }
        if done.authority == .sole { field(.fourEyes, false) }
        // Account 0 is nobody's balance.
        if done.isDone, event.ofSubscriber, event.money != nil, context.caller.mayReadBalances {
            balance(of: outcome.events[index].account, after: outcome)
        }
        field(.seq, outcome.lastPosition)
    }
}

extension Event {
    fileprivate var ofSubscriber: Bool { if case .suspenseAssigned = self { false } else { true } }

    /// The amount and the authority of a move; nil if the event is none.
    var move: (amount: Int64, authority: Authority, isDone: Bool)? {
        switch self {
        case .proposalMade(let e): (e.amount, .unspecified, false)
        case .balanceAdjusted(let e): (e.amount, e.authority, true)
        case .paymentReversed(let e): (e.amount, e.authority, true)
        case .refunded(let e): (e.amount, e.authority, true)
        case .suspenseAssigned(let e): (e.amount, e.authority, true)
        case .vouchersMade(let e): (e.value * Int64(e.count), e.authority, true)
        default: nil
        }
    }
}
