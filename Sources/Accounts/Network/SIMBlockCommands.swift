/// SIM.BLOCK and SIM.UNBLOCK: a lost or stolen SIM is of no use to its finder.

extension CommandRegistry {
    @inlinable
    package mutating func addNetworkCommands() {
        change(SIMBlock.self)
        change(SIMUnblock.self)
        change(CallsBan.self)
        change(ContentBan.self)
        read(Blacklist.self)
        change(BlacklistAdd.self)
        change(BlacklistRemove.self)
        change(SettingsSend.self)
        read(ServiceRead.self)
        waiting(OrderRead.self)
        change(OrderReport.self)
        change(OrderFailureReport.self)
    }
}

extension Caller {
    /// The authority of a block that the caller sets or lifts: the highest of its roles. A session acts for its
    /// subscriber, whatever the roles of the principal that shows it.
    var authority: BlockAuthority {
        if session != 0 { return .subscriber }
        return roles.contains(.network) ? .network : .operator
    }
}

package struct SIMBlock: Change, OfSubscriber {
    static let reason = Parameter<BlockReason?>("reason")
    package static let spec = CommandSpec(
        "SIM.BLOCK", .change, roles: [.frontend, .operator, .network], session: .manager, [msisdn, reason],
        reply: [.msisdn, .simBlock, .seq], endsAccess: true,
        summary: "Blocks a number's SIM: no calls, messages or data until SIM.UNBLOCK. Money and products stay.",
        example: "SIM.BLOCK 79001234567 reason=lost")

    package let msisdn: MSISDN
    let reason: BlockReason

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        reason = try a[Self.reason] ?? .unspecified
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        let authority = context.caller.authority
        if let block = state.services.simBlock(account), block.authority.rawValue >= authority.rawValue {
            throw Rejection(
                .alreadyExists, field: "msisdn", "the SIM is blocked already, by the \(block.authority.word)")
        }
        changes.append(
            account, .simBlocked(SimBlocked(authority: authority, reason: reason)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.simBlock, outcome.first(SimBlocked.self).authority.word)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct SIMUnblock: Change, OfSubscriber, Prepares {
    package static let spec = CommandSpec(
        "SIM.UNBLOCK", .change, roles: [.frontend, .operator, .network], session: .subscriber,
        [msisdn, Reauthentication.password], reply: [.msisdn, .seq], waits: true,
        summary: "Lifts the block of a SIM. The subscriber lifts only a subscriber's block, with the password.",
        example: #"SIM.UNBLOCK 79001234567 reauth="correct horse" session=Zm9yIGV4YW1wbGUgb25seQ"#)

    package let msisdn: MSISDN
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        reauthentication = try Reauthentication(passwordOnly: a)
    }

    private func check(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> AccountIndex {
        let account = try state.directory.subscriber(msisdn)
        guard let block = state.services.simBlock(account) else {
            throw Rejection(.notFound, field: "msisdn", "the SIM is not blocked")
        }
        let authority = context.caller.authority
        guard block.authority.rawValue <= authority.rawValue else {
            throw Rejection(
                .notPermitted, field: "msisdn",
                "the \(block.authority.word) blocked this SIM: ask the \(block.authority.word) to lift the block")
        }
        if authority != .network { try state.orders.checkRoom(account) }
        return account
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
        let account = try check(state, context)
        guard try reauthentication.decide(done(context), state, context, &changes) else { return }
        changes.append(
            account, .simUnblocked(SimUnblocked(authority: context.caller.authority)), effective: context.now)
        changes.takeFees(of: account, atTheEndOf: .simBlock, state, at: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
