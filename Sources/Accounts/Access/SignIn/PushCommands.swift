/// PUSH.REPLY, CHALLENGE: the answer to a challenge on the phone, and the wait for it.

package struct PushReply: Change {
    static let digit = Parameter<Number>(
        positional: "digit",
        "1 allows the sign-in, any other digit denies it", in: 0...9)
    package static let spec = CommandSpec(
        "PUSH.REPLY", .strangersChange, roles: .network,
        [msisdn, digit],
        reply: [.challenge, .msisdn, .granted, .seq],
        summary: "Reports the digit that the subscriber pressed on the phone after LOGIN.PUSH.",
        example:
            "PUSH.REPLY 79001234567 1")

    let msisdn: MSISDN
    let digit: UInt64

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        digit = try a[Self.digit]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        let open = state.access.openChallenge(account, .push) { $0.state == .pending && $0.isOpen(context) }
        guard let (id, _) = open, state.access.isRegistered(account) else {
            throw .notFound("msisdn", "question that waits for an answer")
        }
        changes.append(
            account, .challengeAnswered(ChallengeAnswered(challenge: id.bytes, granted: digit == 1)),
            effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(ChallengeAnswered.self)
        reply.field(.challenge, encodeBase64URL(e.challenge))
        reply.field(.msisdn, msisdn)
        reply.field(.granted, e.granted)
        reply.field(.seq, outcome.lastPosition)
    }
}

/// The state of a challenge, and the session if the phone granted a push.
package struct ChallengeWait: Poll, Prepares {
    static let wait = Parameter<Number?>(
        "wait", "how many seconds to wait for the answer, at most \(AccessPolicy.longestPollSeconds)",
        in: 0...AccessPolicy.longestPollSeconds)
    package static let spec = CommandSpec(
        "CHALLENGE", .signIn, roles: [.frontend, .operator],
        [challenge, wait],
        reply: [.challenge, .status, .session.sometimes, .number.sometimes, .expires, .seq.sometimes], waits: true,
        summary:
            "Returns the status of a challenge as soon as it is answered,"
            + " or when the wait is over. A granted push opens a session.",
        example: "CHALLENGE 5cVbuEAhwo3Hn0MJVRM4Fg wait=60")

    let challenge: Hash128?
    package let wait: TimeSpan

    package init(_ a: Arguments) throws(Rejection) {
        challenge = Hash128(try a[Self.challenge])
        wait = .seconds(Int64(try a[Self.wait] ?? 0))
    }

    private func open(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (Hash128, Challenge) {
        guard let challenge, let found = state.access.challenge(challenge),
            found.principal == context.caller.principal
        else { throw .notFound("challenge", "challenge") }
        return (challenge, found)
    }

    private func isToOpen(_ found: Challenge, _ state: borrowing AccountsState, _ context: Context) -> Bool {
        found.state == .granted && found.isUnexpired(context.now) && state.access.isRegistered(found.account)
    }

    package func pending(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection)
        -> Pending?
    {
        let (id, found) = try open(state, context)
        guard !isToOpen(found, state, context) else { return nil }
        let isExpired = !found.isUnexpired(context.now)
        reply.field(.challenge, encodeBase64URL(id.bytes))
        reply.field(
            .status,
            isExpired ? "expired" : found.outcome != 0 ? "used" : found.state == .denied ? "denied" : "pending")
        reply.field(.expires, found.expires)
        return isExpired || found.outcome != 0 || found.state != .pending
            ? .settled : .until(.challenge(id), found.expires)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) -> DrawToken { DrawToken() }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (id, found) = try open(state, context)
        guard isToOpen(found, state, context) else { throw .notFound("challenge", "challenge") }
        changes.open(found.account, done(context).hash, .push, challenge: id, state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(SessionOpened.self)
        reply.field(.challenge, encodeBase64URL(e.challenge))
        reply.field(.status, "granted")
        reply.opened(e, done(context))
        reply.field(.seq, outcome.lastPosition)
    }
}
