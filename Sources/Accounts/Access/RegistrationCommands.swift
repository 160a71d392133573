/// REGISTER, CONFIRM, NOTIFICATIONS.

package struct Register: Change {
    package static let spec = CommandSpec(
        "REGISTER", .change, roles: [.frontend, .operator],
        [.positional("msisdn", .msisdn), .optional("region", .key)],
        summary: "Sends a one-time code by SMS to a number that has no cabinet yet.", example: "REGISTER 79001234567")

    let msisdn: MSISDN
    let region: String?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        region = try a.optionalKey("region")
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        if let region, region != cabinet.directory.regionKey(account) {
            throw Rejection(.notFound, field: "region", "the number is not of this region")
        }
        guard !cabinet.access.isRegistered(account) else {
            throw Rejection(
                .alreadyExists, field: "msisdn", "the number is registered: sign in or recover the password")
        }
        if let open = cabinet.access.openChallenge(account) {
            let next = open.issued + AccessPolicy.codeResendAfter
            guard next <= context.now else {
                throw Rejection(
                    .tooManyAttempts, field: "msisdn", "a code was sent a moment ago",
                    retryAfterSeconds: (next - context.now).secondsRoundedUp)
            }
        }
        let issued = ChallengeIssued(
            challenge: context.entropy.bytes, purpose: .register,
            expiresAt: (context.now + AccessPolicy.codeLifetime).milliseconds)
        changes.append(account, .challengeIssued(issued), effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        guard case .challengeIssued(let e) = outcome.first.event else { preconditionFailure("decided above") }
        reply.field("challenge", encodeBase64URL(e.challenge))
        reply.field("msisdn", msisdn)
        reply.field("expires", Instant(milliseconds: e.expiresAt))
        reply.field("seq", outcome.lastPosition)
    }
}

package struct Confirm: Change {
    package static let spec = CommandSpec(
        "CONFIRM", .signIn, roles: [.frontend, .operator],
        [
            .positional("challenge", .token), .positional("code", .secret, "the six digits"),
            .required("password", .secret, "the new password, 8 to 128 characters"),
        ],
        waits: true, summary: "Answers a challenge with its code; a registration sets the password.",
        example: #"CONFIRM 5cVbuEAhwo3Hn0MJVRM4Fg 421337 password="correct horse""#)

    let challenge: Hash128?
    let code: [UInt8]
    let password: [UInt8]

    package init(_ a: Arguments) throws(Rejection) {
        challenge = try a.token("challenge").flatMap { Hash128($0) }
        code = try a.secret("code")
        password = try a.password("password")
    }

    private static let wrong = Rejection(.invalidCode, field: "code", "the code is wrong, used or expired")

    /// The challenge, if it may still be answered.
    private func open(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> (Hash128, Access.Challenge)
    {
        guard let challenge, let found = cabinet.access.challenge(challenge), context.now < found.expires,
            found.failures < AccessPolicy.codeTries
        else { throw Self.wrong }
        return (challenge, found)
    }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        let (id, _) = try open(cabinet, context)
        return .secrets(.confirm(challenge: id.bytes, code: code, password: password))
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let (id, found) = try open(cabinet, context)
        guard case .confirmed(let hash) = context.prepared else { preconditionFailure("prepared above") }
        if let hash {
            changes.append(
                found.account, .registered(Registered(challenge: id.bytes, password: hash)), effective: context.now)
        } else {
            changes.append(
                found.account, .challengeFailed(ChallengeFailed(challenge: id.bytes)), effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        guard case .registered = outcome.first.event else { return reply.reject(Self.wrong) }
        reply.field("challenge", challenge.map { encodeBase64URL($0.bytes) } ?? "")
        reply.field("registered", 1)
        reply.field("seq", outcome.lastPosition)
    }
}

package struct Notifications: Read {
    package static let spec = CommandSpec(
        "NOTIFICATIONS", .read, roles: [.network, .admin],
        [
            .optional("from", .number, "the position to begin at"), .optional("msisdn", .msisdn),
            .optional("limit", .number, "rows, at most 1000"),
        ],
        hasRows: true, waits: true, summary: "Messages to be sent to subscribers, with their one-time codes.",
        example: "NOTIFICATIONS msisdn=79001234567")

    let from: Position
    let msisdn: MSISDN?
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = try a.optionalNumber("from") ?? 0
        msisdn = a.has("msisdn") ? try a.msisdn("msisdn") : nil
        limit = Int(try a.optionalNumber("limit", in: 1...1000) ?? 100)
    }

    private func chosen(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> [Access.Notification] {
        let account = msisdn == nil ? nil : cabinet.directory.find(msisdn ?? MSISDN(number: 0))
        if msisdn != nil, account == nil { throw .notFound("msisdn", "subscriber") }
        let all = cabinet.access.notifications.lazy.filter {
            $0.position >= from && (account == nil || $0.account == account) && $0.expires > context.now
        }
        return Array(all.prefix(limit))
    }

    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? {
        .secrets(.codes(challenges: try chosen(cabinet, context).map { $0.challenge.bytes }))
    }

    package func read(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        guard case .codes(let codes) = context.prepared else { preconditionFailure("prepared above") }
        var last = from
        for notification in try chosen(cabinet, context) {
            guard let code = codes[notification.challenge.bytes] else { continue }
            reply.row()
            reply.field("seq", notification.position)
            reply.field("msisdn", cabinet.directory[notification.account].msisdn)
            reply.field("kind", "sms_code")
            reply.field("purpose", "\(notification.purpose)")
            reply.field("challenge", encodeBase64URL(notification.challenge.bytes))
            reply.field("code", code)
            reply.field("sent", notification.sent)
            reply.field("expires", notification.expires)
            last = notification.position + 1
        }
        let rows = reply.rowCount
        reply.closing()
        reply.field("rows", rows)
        reply.field("next", last)
    }
}

extension Arguments {
    /// A new password: 8 to 128 characters, any of them (NIST SP 800-63B 5.1.1.2).
    func password(_ name: String) throws(Rejection) -> [UInt8] {
        let bytes = try secret(name)
        guard bytes.count <= AccessPolicy.passwordBytes,
            AccessPolicy.passwordCharacters.contains(String(decoding: bytes, as: UTF8.self).count)
        else {
            throw Rejection(.invalidPassword, field: name, "a password is 8 to 128 characters, any of them")
        }
        return bytes
    }
}
