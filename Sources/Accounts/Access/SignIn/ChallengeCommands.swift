/// REGISTER, LOGIN.CODE, PASSWORD.RECOVER, REAUTH.CODE, LOGIN.PUSH, RESEND: requests for a challenge.
///
/// A request for a code gets the same reply, in the same time and within the same limits, whether the number is a
/// subscriber's, registered or neither. Only a confirmed code shows which, to the phone's owner.

extension CommandRegistry {
    @inlinable
    package mutating func addChallengeCommands() {
        change(Register.self)
        change(LoginCode.self)
        change(LoginPush.self)
        change(PushReply.self)
        change(PasswordRecover.self)
        change(Confirm.self)
        change(Resend.self)
        poll(ChallengeWait.self)
        change(ReauthCode.self)
    }
}

/// Asks for a challenge to be sent to a number.
package protocol ChallengeRequest: Change {
    static var purpose: ChallengePurpose { get }
    var msisdn: MSISDN { get }
    func check(_ state: borrowing AccountsState) throws(Rejection)
}

extension ChallengeRequest {
    package func check(_ state: borrowing AccountsState) throws(Rejection) {}

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        try check(state)
        let account = state.directory.find(msisdn)
        try state.access.checkSend(Self.purpose, account, msisdn, context)
        let lifetime = Self.purpose == .push ? context.policy.pushLifetime : context.policy.codeLifetime
        let issued = ChallengeIssued(
            challenge: context.entropy.bytes, purpose: Self.purpose, expiresAt: (context.now + lifetime).milliseconds,
            msisdn: account == nil ? msisdn.number : 0)
        changes.append(account ?? 0, .challengeIssued(issued), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(ChallengeIssued.self)
        reply.issued(e, to: msisdn, outcome.lastPosition)
    }
}

extension Reply {
    mutating func issued(_ e: ChallengeIssued, to msisdn: MSISDN, _ position: Position) {
        field(.challenge, encodeBase64URL(e.challenge))
        field(.msisdn, msisdn)
        field(.expires, Instant(milliseconds: e.expiresAt))
        field(.seq, position)
    }
}

package struct Register: ChallengeRequest {
    package static let purpose = ChallengePurpose.register
    static let region = Parameter<Key?>(
        "region",
        "the subscriber's region as the portal knows it; the key of a region of the catalogue")
    package static let spec = CommandSpec(
        "REGISTER", .strangersChange, roles: [.frontend, .operator],
        [msisdn, region],
        reply: [.challenge, .msisdn, .expires, .seq],
        summary: "Sends a one-time code by SMS to a number that has no cabinet yet.", example: "REGISTER 79001234567")

    package let msisdn: MSISDN
    let region: String?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        region = try a[Self.region]
    }

    package func check(_ state: borrowing AccountsState) throws(Rejection) {
        if let region, !state.catalog.hasRegion(region) { throw .notFound("region", "region") }
    }
}

package struct LoginCode: ChallengeRequest {
    package static let purpose = ChallengePurpose.signIn
    package static let spec = CommandSpec(
        "LOGIN.CODE", .strangersChange, roles: [.frontend, .operator], [msisdn],
        reply: [.challenge, .msisdn, .expires, .seq],
        summary: "Sends a one-time code by SMS. CONFIRM with that code signs in without a password.",
        example:
            "LOGIN.CODE 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }
}

package struct LoginPush: ChallengeRequest {
    package static let purpose = ChallengePurpose.push
    package static let spec = CommandSpec(
        "LOGIN.PUSH", .strangersChange, roles: [.frontend, .operator], [msisdn],
        reply: [.challenge, .msisdn, .expires, .seq],
        summary: "Asks the subscriber on the phone to allow a sign-in. CHALLENGE returns the answer.",
        example: "LOGIN.PUSH 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }
}

package struct PasswordRecover: ChallengeRequest {
    package static let purpose = ChallengePurpose.recover
    package static let spec = CommandSpec(
        "PASSWORD.RECOVER", .strangersChange, roles: [.frontend, .operator], [msisdn],
        reply: [.challenge, .msisdn, .expires, .seq],
        summary: "Sends a one-time code by SMS. CONFIRM with that code sets a new password and ends every session.",
        example: "PASSWORD.RECOVER 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }
}

package struct ReauthCode: ChallengeRequest {
    package static let purpose = ChallengePurpose.reauthenticate
    package static let spec = CommandSpec(
        "REAUTH.CODE", .change, roles: .frontend, session: .subscriber, [msisdn],
        reply: [.challenge, .msisdn, .expires, .seq],
        summary: "Sends a one-time code by SMS. The code takes the place of the password in reauth=.",
        example: "REAUTH.CODE 79001234567 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.directory.subscriber(msisdn)
    }
}

package struct Resend: Change {
    package static let spec = CommandSpec(
        "RESEND", .strangersChange, roles: [.frontend, .operator], [challenge],
        reply: [.challenge, .seq], summary: "Sends the code of an open challenge again.",
        example: "RESEND 5cVbuEAhwo3Hn0MJVRM4Fg")

    let challenge: Hash128?

    package init(_ a: Arguments) throws(Rejection) { challenge = Hash128(try a[Self.challenge]) }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let challenge, let found = state.access.challenge(challenge), found.hasCode,
            found.outcome == 0, found.isUnexpired(context.now)
        else { throw .notFound("challenge", "open challenge") }
        try state.access.attempts[found.subject]?.checkSend(found.purpose, at: context.now, context.policy)
        changes.append(
            found.account, .challengeResent(ChallengeResent(challenge: challenge.bytes)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.challenge, challenge.map { encodeBase64URL($0.bytes) } ?? "")
        reply.field(.seq, outcome.lastPosition)
    }
}
