/// ERASE: forgets the person behind a number; the number, its money and its products go on.
package struct Erase: Change, Prepares {
    static let account = Parameter<Index32?>(
        "account", "for staff only: the account of a terminated number, as SUBSCRIBER.ACTIVATE returned it")
    package static let spec = CommandSpec(
        "ERASE", .change, roles: [.frontend, .operator, .admin], session: .subscriber,
        [msisdn, Reauthentication.parameter, account], reply: [.msisdn, .seq], waits: true, usesReserve: true,
        summary:
            "Erases a person: destroys the key of the sealed texts,"
            + " and ends the cabinet and the links. It replies when all is done.",
        example: "ERASE 79001234567")

    let msisdn: MSISDN
    let account: AccountIndex?
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        account = try a[Self.account]
        reauthentication = try Reauthentication(a)
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? { try person(state) }

    /// The number's holder, or the former one that `account` names. No session belongs to a former holder.
    private func person(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex {
        guard let account else { return try state.directory.subscriber(msisdn) }
        guard account < state.directory.next, state.directory[account].msisdn == msisdn else {
            throw .notFound("msisdn", "subscriber")
        }
        return account
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Both<Reauthentication.Work?, SealUnderNewKey>
    {
        _ = try person(state)
        return Both(try reauthentication.work(state, context), SealUnderNewKey(texts: []))
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try person(state)
        guard try reauthentication.decide(done(context).first, state, context, &changes) else { return }
        changes.unlinkAll(account, state, at: context.now)
        changes.dismiss(account, state, at: context.now)
        changes.emptyBlacklist(account, state, context)
        let erased = PersonErased(
            destroyedKeyID: state.directory[account].keyID.bytes, keyID: done(context).second.keyID)
        changes.append(account, .personErased(erased), effective: context.now)
    }

    package func keyToDestroy(_ outcome: borrowing NewEvents) -> [UInt8]? {
        guard case .personErased(let e) = outcome.last.event else { return nil }
        return e.destroyedKeyID
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
