/// LOGIN, LOGOUT, PASSWORD.CHANGE.

package struct Login: Change {
    package static let spec = CommandSpec(
        "LOGIN", .signIn, roles: [.frontend, .operator],
        [.positional("msisdn", .msisdn), .positional("password", .secret)], waits: true,
        summary: "Signs a subscriber in and answers a session.", example: #"LOGIN 79001234567 "correct horse""#)

    let msisdn: MSISDN
    let password: [UInt8]

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        password = try a.secret("password")
        guard password.count <= AccessPolicy.passwordBytes else { throw Self.refused }
    }

    /// The same words for an unknown number, an unregistered one and a wrong password.
    private static let refused = Rejection(.signInFailed, "the number or the password is wrong")

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        let account = cabinet.directory.find(msisdn)
        if let account { try cabinet.access.checkTries(account, now: context.now) }
        return .secrets(.signIn(password: password, against: account.flatMap { cabinet.access.password($0) }))
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        guard case .signIn(let matches, let against, _, let tokenHash) = context.prepared else {
            preconditionFailure("prepared above")
        }
        let account = cabinet.directory.find(msisdn)
        // Again: many tries may have been hashed side by side.
        if let account { try cabinet.access.checkTries(account, now: context.now) }
        guard let account, matches, against == cabinet.access.password(account) else {
            changes.append(
                account ?? 0, .signInFailed(SignInFailed(msisdn: msisdn.number, method: .password)),
                effective: context.now)
            return
        }
        let opened = SessionOpened(
            session: cabinet.access.nextSession, tokenHash: tokenHash,
            expiresAt: (context.now + AccessPolicy.sessionLifetime).milliseconds)
        changes.append(account, .sessionOpened(opened), effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        guard case .sessionOpened(let e) = outcome.first.event,
            case .signIn(_, _, let token, _) = context.prepared
        else { return reply.reject(Self.refused) }
        reply.field("session", encodeBase64URL(token))
        reply.field("msisdn", msisdn)
        reply.field("number", e.session)
        reply.field("expires", Instant(milliseconds: e.expiresAt))
        reply.field("seq", outcome.lastPosition)
    }
}

package struct Logout: Change {
    package static let spec = CommandSpec(
        "LOGOUT", .secretChange, roles: [.frontend, .operator], session: .subscriber,
        summary: "Ends the session that is shown.", example: "LOGOUT session=Zm9yIGV4YW1wbGUgb25seQ")

    package init(_ a: Arguments) throws(Rejection) {}

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        guard let session = cabinet.access.session(context.caller.session) else {
            throw Rejection(.sessionRequired, field: "session", "LOGOUT needs the session to end")
        }
        changes.append(
            session.account, .sessionEnded(SessionEnded(session: context.caller.session)), effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        guard case .sessionEnded(let e) = outcome.first.event else { preconditionFailure("decided above") }
        reply.field("number", e.session)
        reply.field("seq", outcome.lastPosition)
    }
}

package struct PasswordChange: Change {
    package static let spec = CommandSpec(
        "PASSWORD.CHANGE", .secretChange, roles: .frontend, session: .subscriber,
        [
            .positional("msisdn", .msisdn), .required("old", .secret), .required("new", .secret),
            .optional("end_others", .flag, "1: end the subscriber's other sessions"),
        ],
        waits: true, summary: "Replaces the password; the current one is needed.",
        example: #"PASSWORD.CHANGE 79001234567 old="correct horse" new="battery staple" session=…"#)

    let msisdn: MSISDN
    let old: [UInt8]
    let new: [UInt8]
    let endsOthers: Bool

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        old = try a.secret("old")
        new = try a.password("new")
        endsOthers = try a.optionalFlag("end_others") ?? false
    }

    private static let refused = Rejection(.signInFailed, field: "old", "the current password is wrong")

    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? {
        try cabinet.directory.subscriber(msisdn)
    }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        let account = try cabinet.directory.subscriber(msisdn)
        try cabinet.access.checkTries(account, now: context.now)
        guard let password = cabinet.access.password(account) else { throw Self.refused }
        return .secrets(.changePassword(old: old, against: password, new: new))
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        guard case .changedPassword(let hash, let against) = context.prepared else {
            preconditionFailure("prepared above")
        }
        try cabinet.access.checkTries(account, now: context.now)
        guard let hash, against == cabinet.access.password(account) else {
            changes.append(
                account, .signInFailed(SignInFailed(msisdn: msisdn.number, method: .password)), effective: context.now)
            return
        }
        let changed = PasswordChanged(
            password: hash, keptSession: endsOthers ? context.caller.session : 0, othersEnded: endsOthers)
        changes.append(account, .passwordChanged(changed), effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        guard case .passwordChanged = outcome.first.event else { return reply.reject(Self.refused) }
        reply.field("msisdn", msisdn)
        reply.field("seq", outcome.lastPosition)
    }
}
