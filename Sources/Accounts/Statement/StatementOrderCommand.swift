/// STATEMENT.ORDER: the statement of a period, to be sent by e-mail.

package struct StatementOrderCommand: Change, OfSubscriber, Prepares {
    static let from = Parameter<GivenTime>(
        "from", "the beginning of the period; a date is a day of the number's region")
    static let to = Parameter<GivenTime>("to", "the end of the period; a record at this time is not included")
    static let email = Parameter<EmailAddress?>(
        "email",
        "the address to send it to, and then reauth= is needed; without it, the profile's confirmed address",
        in: EmailAddress.given)
    static let format = Parameter<StatementFormat?>("format", "the form of the file, csv or html; without it, csv")
    static let language = Parameter<Language?>(
        "language", "the language of the file, ru or en; without it, the profile's")
    package static let spec = CommandSpec(
        "STATEMENT.ORDER", .change, roles: [.frontend, .operator], session: .subscriber,
        [msisdn, from, to, email, Reauthentication.parameter, format, language],
        reply: [.order, .msisdn, .seq], waits: true,
        summary:
            "Has the statement of a period sent by e-mail, at most \(Profiles.statementsPerDay) times in 24 hours."
            + " The number is told by SMS.",
        example: "STATEMENT.ORDER 79001234567 from=2018-03-01 to=2018-04-01 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN
    let from: GivenTime
    let to: GivenTime
    let email: String?
    let reauthentication: Reauthentication
    let format: StatementFormat
    let language: Language?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        from = try a[Self.from]
        to = try a[Self.to]
        email = try a[Self.email]
        reauthentication = try Reauthentication(a)
        format = try a[Self.format] ?? .csv
        language = try a[Self.language]
    }

    /// The account, and the period by the clock of its region.
    private func check(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> (account: AccountIndex, from: Instant, to: Instant)
    {
        let account = try state.directory.subscriber(msisdn)
        let clock = state.clock(of: account)
        let (from, to) = (from.instant(clock), to.instant(clock))
        guard from < to else {
            throw Rejection(.invalidTime, field: "to", "the period must end after it begins")
        }
        guard to > state.directory[account].activated else {
            throw Rejection(.invalidTime, field: "to", "the period ends before the number was activated")
        }
        guard from <= context.now else {
            throw Rejection(.invalidTime, field: "from", "the period has not begun yet")
        }
        if email == nil { try checkConfirmed(state.profiles[account]) }
        if let wait = state.profiles.waitForStatement(account, at: context.now) {
            throw Rejection(
                .limitReached, field: "msisdn",
                "\(Profiles.statementsPerDay) statements of this number were ordered in 24 hours: try again later",
                retryAfterSeconds: wait.secondsRoundedUp)
        }
        return (account, from, to)
    }

    private func checkConfirmed(_ profile: Profiles.Profile) throws(Rejection) {
        guard !profile.sealedEmail.isEmpty else { throw .noEmail }
        guard profile.isEmailConfirmed else {
            throw Rejection(
                .notAvailable, field: "email",
                "the profile's address is not confirmed: confirm it with EMAIL.CODE, or give email= with reauth=")
        }
    }

    /// An address that the command gives is proved to be the holder's wish, and sealed. The profile's is sealed already.
    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Both<Reauthentication.Work?, Seal>?
    {
        let account = try check(state, context).account
        guard let email else { return nil }
        let seal = Seal(texts: [Array(email.utf8)], keyID: state.directory[account].keyID.bytes)
        return Both(try reauthentication.work(state, context), seal)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (account, from, to) = try check(state, context)
        let profile = state.profiles[account]
        var sealedEmail = profile.sealedEmail
        if let done = done(context) {
            try state.directory.check(account, hasKey: done.second.keyID)
            guard try reauthentication.decide(done.first, state, context, &changes) else { return }
            sealedEmail = done.second.texts[0]
        }
        let ordered = StatementOrdered(
            from: from.milliseconds, to: to.milliseconds, format: format, language: language ?? profile.language.spoken,
            sealedEmail: sealedEmail)
        changes.append(account, .statementOrdered(ordered), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        if Reauthentication.rejected(outcome, &reply) { return }
        reply.field(.order, outcome.lastPosition)
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
