/// NOTIFICATIONS: the messages that gateways are to deliver, including codes and ordered statements.

package struct NotificationsRead: Read, Prepares {
    static let from = Parameter<Number?>("from", "the position of the first message")
    static let msisdn = Parameter<MSISDN?>("msisdn", "messages to this number only")
    package static let spec = CommandSpec(
        "NOTIFICATIONS", .read, roles: .delivery,
        [from, msisdn, Parameters.limit],
        reply: [.next],
        rows: [
            .seq, .msisdn, .kind, .purpose, .email.sometimes, .challenge.sometimes, .code.sometimes,
            .subscription.sometimes, .amount.sometimes, .format.sometimes, .language.sometimes, .from.sometimes,
            .to.sometimes, .sent, .expires,
        ],
        waits: true,
        summary:
            "Lists messages that a gateway must send to subscribers: one-time codes, questions on the phone, notices,"
            + " ordered statements.",
        example: "NOTIFICATIONS msisdn=79001234567")

    let from: Position
    let msisdn: MSISDN?
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[Self.from] ?? 0
        msisdn = try a[Self.msisdn]
        limit = try a[Parameters.limit] ?? 100
    }

    private func chosen(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> [Notification] {
        let account = msisdn == nil ? nil : state.directory.find(msisdn ?? MSISDN(number: 0))
        if msisdn != nil, account == nil { throw .notFound("msisdn", "subscriber") }
        // Notifications are in order.
        let sent = state.notifications.newest
        var chosen: [Notification] = []
        for notification in sent[sent.firstIndex(notBefore: from)...]
        where account == nil || notification.account == account {
            guard notification.isSent(at: context.now), state.isOfPresentAddress(notification) else { continue }
            // A page does not part an order and the notice about it, because the next page begins after their position.
            guard chosen.count < limit || chosen.last?.position == notification.position else { break }
            chosen.append(notification)
        }
        return chosen
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> PrepareMessages {
        let chosen = try chosen(state, context)
        return PrepareMessages(
            codes: MakeCodes(challenges: chosen.filter(\.kind.hasCode).map(\.challenge.bytes)),
            addresses: Open(texts: chosen.compactMap { state.address(of: $0) }))
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let prepared = done(context)
        var last = from
        for notification in try chosen(state, context) {
            let code = prepared.codes[notification.challenge.bytes]
            let sealed = state.address(of: notification)
            let address = sealed.flatMap { prepared.addresses[$0] }
            // It came after the codes were made and the addresses opened, so the next call returns it.
            if notification.kind.hasCode, code == nil { break }
            if let sealed, !prepared.tried.contains(sealed) { break }
            last = notification.position + 1
            // The key of its address was destroyed.
            if sealed != nil, address == nil { continue }
            reply.row()
            reply.field(.seq, notification.position)
            reply.field(.msisdn, state.directory[notification.account].msisdn)
            switch notification.kind {
            case .code(let purpose):
                reply.field(.kind, "sms_code")
                reply.field(.purpose, purpose.word)
                reply.field(.challenge, encodeBase64URL(notification.challenge.bytes))
                if let code { reply.field(.code, code) }
                // The message must say what is bought and for how much.
                if let challenge = state.access.challenge(notification.challenge), challenge.offering != 0 {
                    reply.field(.subscription, state.catalog.key(challenge.offering))
                    reply.field(.amount, challenge.price)
                }
            case .push:
                reply.field(.kind, "push")
                reply.field(.purpose, ChallengePurpose.signIn.word)
                reply.field(.challenge, encodeBase64URL(notification.challenge.bytes))
            case .notice(let notice):
                reply.field(.kind, "notice")
                reply.field(.purpose, notice.template)
            case .emailCode:
                reply.field(.kind, "email_code")
                reply.field(.purpose, ChallengePurpose.email.word)
                reply.field(.email, address ?? "")
                reply.field(.challenge, encodeBase64URL(notification.challenge.bytes))
                if let code { reply.field(.code, code) }
            case .statement:
                reply.field(.kind, "email")
                reply.field(.purpose, "statement")
                reply.field(.email, address ?? "")
                let order = notification.statement ?? .forgotten
                reply.field(.format, order.format.word)
                reply.field(.language, order.language.word)
                reply.field(.from, order.from)
                reply.field(.to, order.to)
            }
            reply.field(.sent, notification.sent)
            reply.field(.expires, notification.expires)
        }
        reply.closing()
        reply.countRows()
        reply.field(.next, last)
    }
}

/// The one-time codes of challenges.
package struct MakeCodes: SecretWork {
    package typealias Output = [[UInt8]: String]

    let challenges: [[UInt8]]

    package var pool: SecretPool { .codes }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> [[UInt8]: String] {
        var codes: [[UInt8]: String] = [:]
        // A code that was sent again is there twice.
        for challenge in challenges where codes[challenge] == nil { codes[challenge] = tools.code(of: challenge) }
        return codes
    }
}

/// The secrets of a page of messages: the codes of challenges, and the addresses of e-mail.
package struct PrepareMessages: SecretWork {
    package struct Output: Sendable {
        let codes: [[UInt8]: String]
        let addresses: [SealedText: String]
        /// The addresses that were to be opened.
        let tried: Set<SealedText>
    }

    let codes: MakeCodes
    let addresses: Open

    package var pool: SecretPool { addresses.texts.isEmpty ? codes.pool : addresses.pool }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        Output(
            codes: try codes.perform(&tools), addresses: try addresses.perform(&tools), tried: Set(addresses.texts))
    }
}

extension Notification.Kind {
    fileprivate var hasCode: Bool {
        switch self {
        case .code, .emailCode: true
        case .push, .notice, .statement: false
        }
    }
}

extension AccountsState {
    /// False for a code to an address that is no longer the profile's.
    fileprivate func isOfPresentAddress(_ notification: Notification) -> Bool {
        guard case .emailCode = notification.kind else { return true }
        let profile = profiles[notification.account]
        return notification.position > profile.emailSet && !profile.sealedEmail.isEmpty
    }

    /// The sealed address to which a message goes; nil if it goes to the phone.
    fileprivate func address(of notification: Notification) -> SealedText? {
        let sealed: [UInt8]
        switch notification.kind {
        case .emailCode: sealed = profiles[notification.account].sealedEmail
        case .statement: sealed = notification.statement?.sealedEmail ?? []
        case .code, .push, .notice: return nil
        }
        return SealedText(keyID: directory[notification.account].keyID.bytes, sealed: sealed)
    }
}

extension ArraySlice<Notification> {
    func firstIndex(notBefore position: Position) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
