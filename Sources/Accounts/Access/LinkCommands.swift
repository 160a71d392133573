/// LINK.ADD, LINKS, LINK.REMOVE: numbers that are managed from another number's cabinet.
///
/// The added number confirms by SMS, and either side can end the link. Managing is not paying: each number keeps its
/// account. The command table says what a session may do with a linked number.

extension CommandRegistry {
    @inlinable
    package mutating func addLinkCommands() {
        change(LinkAdd.self)
        read(LinkList.self)
        change(LinkRemove.self)
    }
}

/// The links of one account.
struct Links: Sendable {
    /// In the order in which they were added.
    var manages: [AccountIndex] = []
    var managedBy: [AccountIndex] = []

    var isEmpty: Bool { manages.isEmpty && managedBy.isEmpty }
}

extension Access {
    package func manages(_ manager: AccountIndex, _ account: AccountIndex) -> Bool {
        links[manager]?.manages.contains(account) ?? false
    }

    /// Checks the manager's own links only. `account` is nil if nobody has the number; the reply must not show that.
    func checkLink(_ manager: AccountIndex, to account: AccountIndex?) throws(Rejection) {
        guard manager != account else {
            throw Rejection(.notAvailable, field: "msisdn", "a number cannot be linked to itself")
        }
        guard account.map({ !manages(manager, $0) }) ?? true else {
            throw Rejection(.alreadyExists, field: "msisdn", "the number is linked already")
        }
        guard links[manager]?.manages.count ?? 0 < AccessPolicy.linksPerSubscriber else { throw Self.tooManyLinks }
    }

    /// Checked only after the phone has received the code.
    func checkManagers(of account: AccountIndex) throws(Rejection) {
        guard links[account]?.managedBy.count ?? 0 < AccessPolicy.linksPerSubscriber else { throw Self.tooManyLinks }
    }

    private static let tooManyLinks = Rejection(
        .limitReached, field: "msisdn",
        "at most \(AccessPolicy.linksPerSubscriber) numbers can be linked: remove one first")
}

package struct LinkAdd: Change, Prepares {
    static let msisdn = Parameter<MSISDN>(positional: "msisdn", "the number that the session's number will manage")
    package static let spec = CommandSpec(
        "LINK.ADD", .strangersChange, roles: .frontend, session: .holder,
        [msisdn, Reauthentication.parameter], reply: [.challenge, .msisdn, .expires, .seq], waits: true,
        isHeldAfterSIM: true,
        summary:
            "Sends a one-time code to another number. CONFIRM with that code links the number to the session's number.",
        example: #"LINK.ADD 79001234568 reauth="correct horse" session=Zm9yIGV4YW1wbGUgb25seQ"#)

    let msisdn: MSISDN
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        reauthentication = try Reauthentication(a)
    }

    private func check(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> AccountIndex {
        guard let manager = state.access.session(context.caller.session)?.account else { throw .needsSession }
        let account = state.directory.find(msisdn)
        try state.access.checkLink(manager, to: account)
        try state.access.checkSend(.link, account, msisdn, context)
        return manager
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Reauthentication.Work?
    {
        _ = try check(state, context)
        return try reauthentication.work(state, context)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let manager = try check(state, context)
        guard try reauthentication.decide(done(context), state, context, &changes) else { return }
        let account = state.directory.find(msisdn)
        let issued = ChallengeIssued(
            challenge: context.entropy.bytes, purpose: .link,
            expiresAt: (context.now + context.policy.codeLifetime).milliseconds,
            msisdn: account == nil ? msisdn.number : 0, forAccount: manager)
        changes.append(account ?? 0, .challengeIssued(issued), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        let e = outcome.last(ChallengeIssued.self)
        reply.issued(e, to: msisdn, outcome.lastPosition)
    }
}

package struct LinkList: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "LINKS", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [.msisdn], rows: [.msisdn, .link],
        summary: "Lists the numbers that a number manages and the numbers that manage it.",
        example: "LINKS 79001234567 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let links = state.access.links[try state.directory.subscriber(msisdn)] ?? Links()
        for (word, accounts) in [("manages", links.manages), ("managed_by", links.managedBy)] {
            for account in accounts {
                reply.row()
                reply.field(.msisdn, state.directory[account].msisdn)
                reply.field(.link, word)
            }
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows()
    }
}

extension NewEvents {
    /// Ends every link between the account and others.
    mutating func unlinkAll(_ account: AccountIndex, _ state: borrowing AccountsState, at instant: Instant) {
        let links = state.access.links[account] ?? Links()
        for managed in links.manages { unlink(account, managed, at: instant) }
        for manager in links.managedBy { unlink(manager, account, at: instant) }
    }

    mutating func unlink(_ manager: AccountIndex, _ managed: AccountIndex, at instant: Instant) {
        append(manager, .linkRemoved(LinkRemoved(managed: managed)), effective: instant)
        append(managed, .linkRevoked(LinkRevoked(manager: manager)), effective: instant)
    }
}

package struct LinkRemove: Change, Prepares {
    static let msisdn = Parameter<MSISDN>(
        positional: "msisdn",
        "the other number of the link: the one that manages or the one that is managed")
    package static let spec = CommandSpec(
        "LINK.REMOVE", .change, roles: .frontend, session: .holder,
        [msisdn, Reauthentication.parameter], reply: [.msisdn, .seq], waits: true,
        endsAccess: true,
        summary: "Ends the link between a number and the session's number.",
        example: "LINK.REMOVE 79001234568 reauth=correct-horse session=Zm9yIGV4YW1wbGUgb25seQ")

    let msisdn: MSISDN
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        reauthentication = try Reauthentication(a)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Reauthentication.Work
    {
        guard let work = try reauthentication.work(state, context) else { throw .needsSession }
        return work
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let holder = state.access.session(context.caller.session)?.account else { throw .needsSession }
        guard try reauthentication.decide(done(context), state, context, &changes) else { return }
        let other = state.directory.find(msisdn) ?? 0
        for (manager, managed) in [(holder, other), (other, holder)] where state.access.manages(manager, managed) {
            changes.unlink(manager, managed, at: context.now)
        }
        guard !changes.last.event.traits.isSignIn else { throw .notFound("msisdn", "linked number") }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
