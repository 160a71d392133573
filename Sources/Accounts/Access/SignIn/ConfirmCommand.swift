/// CONFIRM: the answer to a challenge by its code.

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

    package var pool: SecretPool { .codes }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        try step(&tools).finished(&tools)
    }

    /// A wrong code does not wait for the hash of a password.
    package func step<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> SecretProgress<Output> {
        let isRight = equalInConstantTime(Array(tools.code(of: challenge).utf8), code)
        guard isRight, let password else {
            return .done(Output(challenge: challenge, isRight: isRight, password: nil))
        }
        return .goOn(HashPassword(password: password, challenge: challenge))
    }
}

/// Hashes the password of a challenge whose code was right.
private struct HashPassword: SecretWork {
    typealias Output = CheckCode.Output

    let password: [UInt8]
    let challenge: [UInt8]

    var pool: SecretPool { .passwords }

    func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        Output(challenge: challenge, isRight: true, password: tools.hash(password))
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
            .challenge.sometimes, .linked.sometimes, .recovered.sometimes, .registered.sometimes,
            .emailConfirmed.sometimes, .session.sometimes,
            .number.sometimes, .expires.sometimes, .subscription.sometimes, .msisdn.sometimes, .charged.sometimes,
            .balance.sometimes, .seq, .repeated.sometimes,
        ], waits: true,
        summary:
            "Completes a challenge with its code: it opens a session, sets a password, links a number, confirms an"
            + " e-mail address or buys a subscription, as the challenge asked. A registration sets a password and"
            + " opens a session.",
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
        // Only the principal that bought with the code gets the outcome again.
        if found.outcome != 0 {
            guard context.recalled.first?.meta.principal == context.caller.principal else { throw Self.wrong }
        }
        if found.purpose == .register || found.purpose == .recover, password == nil {
            throw Rejection(.missingArgument, field: "password", "this challenge sets a password: give it as password=")
        }
        return (challenge, found)
    }

    /// The purchase that the same code made before.
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard let challenge, let found = state.access.challenge(challenge), found.outcome != 0 else { return nil }
        return found.outcome
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
        if isRight, found.isHeldAfterSIM { try state.checkCodes(of: found.account, at: context.now) }
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
        case .email where isRight && found.account != 0:
            changes.append(
                found.account, .emailConfirmed(EmailConfirmed(challenge: id.bytes)), effective: context.now)
        case .buy where isRight && found.account != 0:
            // A purchase that was made is not made again: the reply is that of the first time.
            guard found.outcome == 0 else { return }
            try changes.buy(found, challenge: id, state, context)
        default:
            changes.append(
                found.account, .challengeFailed(ChallengeFailed(challenge: id.bytes)), effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let id = challenge.map { encodeBase64URL($0.bytes) } ?? ""
        guard !outcome.events.isEmpty else {
            guard let first = context.recalled.first, case .purchaseConfirmed(let e) = first.event else {
                preconditionFailure("a code without an event repeats a purchase")
            }
            reply.bought(e, id, first.meta.position)
            return reply.field(.repeated, true)
        }
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
        case .emailConfirmed:
            reply.field(.challenge, id)
            reply.field(.emailConfirmed, true)
            reply.field(.seq, outcome.lastPosition)
        case .sessionOpened(let e):
            reply.opened(e, done(context).second)
            reply.field(.seq, outcome.lastPosition)
        case .optionActivated:
            for change in outcome.events {
                if case .purchaseConfirmed(let e) = change.event { reply.bought(e, id, outcome.lastPosition) }
            }
        default: reply.reject(Self.wrong)
        }
    }
}
