/// ERASE: forgets the person behind a number; the number, its money and its products go on.
package struct Erase: Change, Prepares {
    static let account = Parameter<Index32?>(
        "account", "staff only: of a number that was terminated, as SUBSCRIBER.ACTIVATE said")
    package static let spec = CommandSpec(
        "ERASE", .change, roles: [.frontend, .operator, .admin], session: .subscriber,
        [msisdn, Reauthentication.parameter, account], reply: [.msisdn, .seq], waits: true, usesReserve: true,
        summary: "Destroys the key of a person's sealed texts, and ends cabinet and links; answers when all is done.",
        example: "ERASE 79001234567")

    let msisdn: MSISDN
    let account: AccountIndex?
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        account = try a[Self.account]
        reauthentication = try Reauthentication(a)
    }

    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? { try person(cabinet) }

    /// The number's holder, or the former one that `account` names. No session belongs to a former holder.
    private func person(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex {
        guard let account else { return try cabinet.directory.subscriber(msisdn) }
        guard account < cabinet.directory.next, cabinet.directory[account].msisdn == msisdn else {
            throw .notFound("msisdn", "subscriber")
        }
        return account
    }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection)
        -> Both<Reauthentication.Work?, SealUnderNewKey>
    {
        _ = try person(cabinet)
        return Both(try reauthentication.work(cabinet, context), SealUnderNewKey(texts: []))
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try person(cabinet)
        guard try reauthentication.decide(done(context).first, cabinet, context, &changes) else { return }
        changes.unlinkAll(account, cabinet, context)
        changes.dismiss(account, cabinet, context)
        let erased = PersonErased(
            destroyedKeyID: cabinet.directory[account].keyID.bytes, keyID: done(context).second.keyID)
        changes.append(account, .personErased(erased), effective: context.now)
    }

    package func keyToDestroy(_ outcome: borrowing Changes) -> [UInt8]? {
        guard case .personErased(let e) = outcome.last.event else { return nil }
        return e.destroyedKeyID
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
