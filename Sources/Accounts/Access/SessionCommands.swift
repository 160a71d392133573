/// LOGIN, LOGOUT, SESSIONS, SESSION.END, PASSWORD.CHANGE.

extension CommandRegistry {
    @inlinable
    package mutating func addSessionCommands() {
        change(Login.self)
        change(PasswordChange.self)
        read(Sessions.self)
        change(SessionEnd.self)
        change(Logout.self)
    }
}

extension NewEvents {
    mutating func open(
        _ account: AccountIndex, _ tokenHash: [UInt8], _ method: SignInMethod, challenge: Hash128? = nil,
        device: Hash128? = nil, _ state: borrowing AccountsState, _ context: Context
    ) {
        let opened = SessionOpened(
            session: state.access.nextSession, tokenHash: tokenHash,
            expiresAt: (context.now + context.policy.sessionLifetime).milliseconds, method: method,
            challenge: challenge?.bytes ?? [], device: device?.bytes ?? [])
        append(account, .sessionOpened(opened), effective: context.now)
    }
}

extension Reply {
    mutating func opened(_ e: SessionOpened, _ token: DrawToken.Output) {
        field(.session, encodeBase64URL(token.bytes))
        field(.number, e.session)
        field(.expires, Instant(milliseconds: e.expiresAt))
    }
}

package struct Login: Change, Prepares {
    static let password = Parameter<Secret>(positional: "password", "the subscriber's password")
    package static let spec = CommandSpec(
        "LOGIN", .signIn, roles: [.frontend, .operator],
        [msisdn, password], reply: [.session, .msisdn, .number, .expires, .seq], waits: true,
        summary: "Signs a subscriber in and returns a session.", example: #"LOGIN 79001234567 "correct horse""#)

    let msisdn: MSISDN
    let password: [UInt8]

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        password = try a[Self.password]
        guard password.count <= AccessPolicy.passwordBytes else { throw Self.refused }
    }

    /// An unknown number, an unregistered one and a wrong password all get the same message.
    private static let refused = Rejection(.signInFailed, "the number or the password is wrong")

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Both<CheckPassword, DrawToken>
    {
        let account = state.directory.find(msisdn)
        try state.access.checkTry(account, msisdn, context)
        let check = CheckPassword(password: password, against: account.flatMap { state.access.password($0) })
        return Both(check, DrawToken())
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (checked, token) = (done(context).first, done(context).second)
        let account = state.directory.find(msisdn)
        // Checks again, because many tries may have been hashed side by side.
        try state.access.checkTry(account, msisdn, context)
        guard let account, checked.matches, state.access.isCurrent(checked.against, of: account) else {
            changes.append(
                account ?? 0, .signInFailed(SignInFailed(msisdn: msisdn.number, method: .password)),
                effective: context.now)
            return
        }
        changes.open(account, token.hash, .password, state, context)
        if let anew = state.access.rehashed(checked.rehashed, checked: checked.against, of: account) {
            changes.append(account, anew, effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        guard case .sessionOpened(let e) = outcome.first.event else { return reply.reject(Self.refused) }
        reply.field(.session, encodeBase64URL(done(context).second.bytes))
        reply.field(.msisdn, msisdn)
        reply.field(.number, e.session)
        reply.field(.expires, Instant(milliseconds: e.expiresAt))
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct Logout: Change {
    package static let spec = CommandSpec(
        "LOGOUT", .secretChange, roles: [.frontend, .operator], session: .holder,
        reply: [.number, .seq], endsAccess: true,
        summary: "Ends the session that the request shows.", example: "LOGOUT session=Zm9yIGV4YW1wbGUgb25seQ")

    package init(_ a: Arguments) throws(Rejection) {}

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let session = state.access.session(context.caller.session) else {
            throw Rejection(.sessionRequired, field: "session", "LOGOUT needs the session that it ends: give session=")
        }
        changes.append(
            session.account, .sessionEnded(SessionEnded(session: context.caller.session)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(SessionEnded.self)
        reply.field(.number, e.session)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct Sessions: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "SESSIONS", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [.msisdn], rows: [.number, .method, .opened, .lastUsed, .expires, .current],
        summary:
            "Lists the subscriber's open sessions: when and how each was opened, and which one sends this request.",
        example: "SESSIONS 79001234567 session=…")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        for (number, session) in state.access.sessions(of: account) where session.isLive(context.now, context.policy) {
            reply.row()
            reply.field(.number, number)
            reply.field(.method, session.method.word)
            reply.field(.opened, session.opened)
            reply.field(.lastUsed, session.lastUsed)
            reply.field(.expires, session.expires)
            reply.field(.current, number == context.caller.session)
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows()
    }
}

package struct SessionEnd: Change, OfSubscriber {
    static let which = Parameter<Key>(
        positional: "which",
        "the number of a session, as SESSIONS returns it; or others; or all")
    package static let spec = CommandSpec(
        "SESSION.END", .change, roles: [.frontend, .operator], session: .subscriber,
        [msisdn, which],
        reply: [.msisdn, .seq], endsAccess: true,
        summary:
            "Ends one of the subscriber's sessions, all sessions but the one that sends this request, or all sessions.",
        example: "SESSION.END 79001234567 others session=…")

    private enum Which {
        case number(UInt32)
        case others
        case all
    }

    package let msisdn: MSISDN
    private let which: Which

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        switch try a[Self.which] {
        case "others": which = .others
        case "all": which = .all
        case let text:
            guard let number = UInt32(text) else {
                throw Rejection(
                    .invalidKey, field: "which",
                    "which must be the number of a session from SESSIONS, or others, or all")
            }
            which = .number(number)
        }
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        switch which {
        case .number(let number):
            guard state.access.session(number)?.account == account else { throw .notFound("which", "session") }
            changes.append(account, .sessionEnded(SessionEnded(session: number)), effective: context.now)
        case .others, .all:
            var kept: UInt32 = 0
            if case .others = which { kept = context.caller.session }
            changes.append(account, .sessionsEnded(SessionsEnded(keptSession: kept)), effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct PasswordChange: Change, OfSubscriber, Prepares {
    static let old = Parameter<Secret>("old", "the current password")
    static let new = Parameter<NewPassword>("new", "the new password: 8 to 128 characters")
    static let endOthers = Parameter<YesNo?>("end_others", "1 ends the subscriber's other sessions")
    package static let spec = CommandSpec(
        "PASSWORD.CHANGE", .secretChange, roles: .frontend, session: .subscriber,
        [msisdn, old, new, endOthers],
        reply: [.msisdn, .seq], waits: true, endsAccess: true,
        summary: "Replaces the password. The subscriber must know the current password.",
        example: #"PASSWORD.CHANGE 79001234567 old="correct horse" new="battery staple" session=…"#)

    package let msisdn: MSISDN
    let old: [UInt8]
    let new: [UInt8]
    let endsOthers: Bool

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        old = try a[Self.old]
        new = try a[Self.new]
        try msisdn.check(isNot: new, field: "new")
        guard new != old else {
            throw Rejection(
                .invalidPassword, field: "new",
                "the new password is the same as the old one: choose another one")
        }
        endsOthers = try a[Self.endOthers] ?? false
    }

    private static let refused = Rejection(.signInFailed, field: "old", "the current password is wrong")

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> ReplacePassword {
        let account = try state.directory.subscriber(msisdn)
        try state.access.checkTry(account, msisdn, context)
        guard let password = state.access.password(account) else { throw Self.refused }
        return ReplacePassword(old: old, against: password, new: new)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        let replaced = done(context)
        try state.access.checkTry(account, msisdn, context)
        guard let hash = replaced.hash, state.access.isCurrent(replaced.against, of: account) else {
            changes.append(
                account, .signInFailed(SignInFailed(msisdn: msisdn.number, method: .password)), effective: context.now)
            return
        }
        let changed = PasswordChanged(
            password: hash, keptSession: endsOthers ? context.caller.session : 0, othersEnded: endsOthers)
        changes.append(account, .passwordChanged(changed), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        guard case .passwordChanged = outcome.first.event else { return reply.reject(Self.refused) }
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
