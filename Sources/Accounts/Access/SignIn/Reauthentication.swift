extension Rejection {
    static let simIsNew = Rejection(
        .notAvailable, field: "code",
        "the SIM was replaced less than a day ago: codes that are sent to it are not accepted yet")
    static let simIsBlocked = Rejection(
        .notAvailable, field: "code",
        "the SIM is blocked: codes that are sent to it are not accepted, so ask the operator")
    /// The session is valid, but its number may not do this yet.
    package static func sessionIsHeld(for left: TimeSpan) -> Rejection {
        Rejection(
            .notAvailable, field: "session",
            "the SIM was replaced less than a day ago: a session of this number may not do this yet",
            retryAfterSeconds: left.secondsRoundedUp)
    }
}

extension AccountsState {
    /// Refuses a code that somebody else may have received, because the SIM is new or blocked.
    func checkCodes(of account: AccountIndex, at now: Instant) throws(Rejection) {
        if access.isHeld(account, at: now) { throw .simIsNew }
        if services.simBlock(account) != nil { throw .simIsBlocked }
    }
}

/// `reauth=`: before credentials, links or devices change, the holder of the session proves again that it is theirs,
/// with the password or the code of REAUTH.CODE. A code is six digits and a password is longer, so they are told apart.
package struct Reauthentication {
    static let parameter = Parameter<Secret?>(
        "reauth", "the password, or the code that REAUTH.CODE sends; a request in a session must show one of them")

    /// The parameter of a command that takes no code, because the SIM that would receive it may be in wrong hands.
    static let password = Parameter<Secret?>(
        "reauth", "the password; a request in a session must show it, and a code of REAUTH.CODE is not enough")

    private let secret: [UInt8]?
    private let takesCode: Bool

    init(_ a: Arguments) throws(Rejection) { (secret, takesCode) = (try a[Self.parameter], true) }
    init(passwordOnly a: Arguments) throws(Rejection) { (secret, takesCode) = (try a[Self.password], false) }

    private static let wrong = Rejection(.signInFailed, field: "reauth", "the password or the code is wrong")

    private var isCode: Bool { secret?.count == 6 && secret?.allSatisfy { (48...57).contains($0) } == true }

    /// Checks the password or the code.
    package enum Work: SecretWork {
        case password(CheckPassword)
        case code(CheckCode)

        package enum Output: Sendable {
            case password(CheckPassword.Output)
            case code(CheckCode.Output)
        }

        package var pool: SecretPool {
            switch self {
            case .password(let work): work.pool
            case .code(let work): work.pool
            }
        }

        package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
            switch self {
            case .password(let work): .password(try work.perform(&tools))
            case .code(let work): .code(try work.perform(&tools))
            }
        }
    }

    /// Nil if there is no session, because staff acts under its own name.
    func work(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Work? {
        guard let session = state.access.session(context.caller.session) else { return nil }
        guard let secret else {
            throw Rejection(
                .reauthRequired, field: "reauth",
                takesCode
                    ? "show the password, or a code that REAUTH.CODE sends, once more" : "show the password once more")
        }
        guard !isCode else {
            guard takesCode else {
                throw Rejection(
                    .reauthRequired, field: "reauth",
                    "a code is not enough here, because it is sent to the SIM: show the password")
            }
            return .code(CheckCode(challenge: try open(session, state, context).bytes, code: secret, password: nil))
        }
        guard secret.count <= AccessPolicy.passwordBytes else { throw Self.wrong }
        try state.access.checkTry(session.account, MSISDN(number: 0), context)
        return .password(CheckPassword(password: secret, against: state.access.password(session.account)))
    }

    private func open(_ session: Access.Session, _ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Hash128
    {
        try state.checkCodes(of: session.account, at: context.now)
        let open = state.access.openChallenge(session.account, .reauthenticate) { $0.isOpen(context) }
        guard let (id, _) = open else { throw Self.wrong }
        return id
    }

    /// Records the result of the check. Returns false if it was wrong; then nothing else is to be decided.
    func decide(
        _ shown: Work.Output?, _ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents
    ) throws(Rejection) -> Bool {
        guard let shown, let session = state.access.session(context.caller.session) else { return true }
        let account = session.account
        switch shown {
        case .code(let checked):
            // Accepts only the challenge whose code was compared.
            let id = try open(session, state, context)
            guard id.bytes == checked.challenge else { throw Self.wrong }
            guard checked.isRight else {
                changes.append(account, .challengeFailed(ChallengeFailed(challenge: id.bytes)), effective: context.now)
                return false
            }
            let shown = Reauthenticated(session: context.caller.session, method: .code, challenge: id.bytes)
            changes.append(account, .reauthenticated(shown), effective: context.now)
        case .password(let checked):
            try state.access.checkTry(account, MSISDN(number: 0), context)
            guard checked.matches, state.access.isCurrent(checked.against, of: account) else {
                let failed = SignInFailed(msisdn: state.directory[account].msisdn.number, method: .password)
                changes.append(account, .signInFailed(failed), effective: context.now)
                return false
            }
            let shown = Reauthenticated(session: context.caller.session, method: .password)
            changes.append(account, .reauthenticated(shown), effective: context.now)
        }
        return true
    }

    /// Rejects the reply and returns true if the password or code was wrong.
    static func rejected(_ outcome: borrowing NewEvents, _ reply: inout Reply) -> Bool {
        guard outcome.first.event.traits.isRefusal else { return false }
        reply.reject(wrong)
        return true
    }
}
