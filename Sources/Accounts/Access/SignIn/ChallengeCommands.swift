/// REGISTER, LOGIN.CODE, PASSWORD.RECOVER, REAUTH.CODE, LOGIN.PUSH, PUSH.REPLY, RESEND, CONFIRM, CHALLENGE.
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
            found.isUnexpired(context.now)
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

/// Checks a one-time code. Only if it is right, hashes the password, if there is one.
package struct CheckCode: SecretWork {
    package struct Output: Sendable {
        let challenge: [UInt8]
        let isRight: Bool
        /// Nil if the code was wrong, or if there is no password.
        let password: PasswordHash?
    }

    let challenge: [UInt8]
    let code: [UInt8]
    let password: [UInt8]?

    package var pool: SecretPool { password == nil ? .codes : .passwords }
    package var hasEarlyResult: Bool { password != nil }

    private func isRight(_ tools: borrowing some SecretTools) -> Bool {
        equalInConstantTime(Array(tools.code(of: challenge).utf8), code)
    }

    package func earlyResult(_ tools: inout some SecretTools) -> Output? {
        isRight(tools) ? nil : Output(challenge: challenge, isRight: false, password: nil)
    }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        if let wrong = earlyResult(&tools) { return wrong }
        return Output(challenge: challenge, isRight: true, password: password.map { tools.hash($0) })
    }
}

package struct Confirm: Change, Prepares {
    static let code = Parameter<Secret>(positional: "code", "the six digits of the one-time code")
    static let password = Parameter<NewPassword?>(
        "password", "the new password, needed to register or to recover: 8 to 128 characters")
    package static let spec = CommandSpec(
        "CONFIRM", .signIn, roles: [.frontend, .operator],
        [challenge, code, password],
        reply: [
            .challenge.sometimes, .linked.sometimes, .recovered.sometimes, .registered.sometimes, .session.sometimes,
            .number.sometimes, .expires.sometimes, .seq,
        ], waits: true,
        summary:
            "Completes a challenge with its code: it opens a session, sets a password or links a number,"
            + " as the challenge asked. A registration sets a password and opens a session.",
        example: #"CONFIRM 5cVbuEAhwo3Hn0MJVRM4Fg 421337 password="correct horse""#)

    let challenge: Hash128?
    let code: [UInt8]
    let password: [UInt8]?

    package init(_ a: Arguments) throws(Rejection) {
        challenge = Hash128(try a[Self.challenge])
        code = try a[Self.code]
        password = try a[Self.password]
    }

    private static let wrong = Rejection(.invalidCode, field: "code", "the code is wrong, used or expired")

    /// The challenge; refused if it may no longer be answered, or not by a code.
    private func open(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (Hash128, Challenge) {
        guard let challenge, let found = state.access.challenge(challenge), found.isOpen(context),
            found.isAnsweredByConfirm
        else { throw Self.wrong }
        if found.purpose == .register || found.purpose == .recover, password == nil {
            throw Rejection(.missingArgument, field: "password", "this challenge sets a password: give it as password=")
        }
        return (challenge, found)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Both<CheckCode, DrawToken>
    {
        let (id, found) = try open(state, context)
        let sets = found.purpose == .register || found.purpose == .recover
        return Both(CheckCode(challenge: id.bytes, code: code, password: sets ? password : nil), DrawToken())
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (id, found) = try open(state, context)
        let (isRight, password) = (done(context).first.isRight, done(context).first.password)
        let tokenHash = done(context).second.hash
        let isRegistered = state.access.isRegistered(found.account)
        if isRight, found.isHeldAfterSIM, state.access.isHeld(found.account, at: context.now) { throw .simIsNew }
        // Only a caller with the right code learns that the password is the number.
        if isRight, password != nil, let chosen = self.password {
            try state.directory[found.account].msisdn.check(isNot: chosen, field: "password")
        }
        switch found.purpose {
        case .register where isRight && found.account != 0 && !isRegistered:
            changes.append(
                found.account, .registered(Registered(challenge: id.bytes, password: password)), effective: context.now)
            changes.open(found.account, tokenHash, .code, state, context)
        case .recover where isRight && isRegistered:
            changes.append(
                found.account, .passwordRecovered(PasswordRecovered(challenge: id.bytes, password: password)),
                effective: context.now)
        case .signIn where isRight && isRegistered:
            changes.open(found.account, tokenHash, .code, challenge: id, state, context)
        case .link where isRight && found.account != 0:
            guard state.directory[found.forAccount].kind == .subscriber else { throw Self.wrong }
            guard !state.access.isHeld(found.forAccount, at: context.now) else { throw .simIsNew }
            try state.access.checkLink(found.forAccount, to: found.account)
            try state.access.checkManagers(of: found.account)
            changes.append(
                found.account, .linkConfirmed(LinkConfirmed(manager: found.forAccount, challenge: id.bytes)),
                effective: context.now)
            changes.append(
                found.forAccount, .linkAdded(LinkAdded(managed: found.account)), effective: context.now)
        default:
            changes.append(
                found.account, .challengeFailed(ChallengeFailed(challenge: id.bytes)), effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let id = challenge.map { encodeBase64URL($0.bytes) } ?? ""
        switch outcome.first.event {
        case .registered:
            let e = outcome.last(SessionOpened.self)
            reply.field(.challenge, id)
            reply.field(.registered, true)
            reply.opened(e, done(context).second)
            reply.field(.seq, outcome.lastPosition)
        case .passwordRecovered:
            reply.field(.challenge, id)
            reply.field(.recovered, true)
            reply.field(.seq, outcome.lastPosition)
        case .linkConfirmed:
            reply.field(.challenge, id)
            reply.field(.linked, true)
            reply.field(.seq, outcome.lastPosition)
        case .sessionOpened(let e):
            reply.opened(e, done(context).second)
            reply.field(.seq, outcome.lastPosition)
        default: reply.reject(Self.wrong)
        }
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
        reply.field(.status, isExpired ? "expired" : found.state == .denied ? "denied" : "pending")
        reply.field(.expires, found.expires)
        return isExpired || found.state != .pending ? .settled : .until(id, found.expires)
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
