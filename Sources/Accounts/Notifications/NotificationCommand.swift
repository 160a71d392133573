/// NOTIFICATIONS: the messages that the network is to deliver, including codes.

package struct NotificationsRead: Read, Prepares {
    static let from = Parameter<Number?>("from", "the position of the first message")
    static let msisdn = Parameter<MSISDN?>("msisdn", "messages to this number only")
    package static let spec = CommandSpec(
        "NOTIFICATIONS", .read, roles: .delivery,
        [from, msisdn, Parameters.limit],
        reply: [.next],
        rows: [
            .seq, .msisdn, .kind, .purpose, .challenge.sometimes, .code.sometimes, .subscription.sometimes,
            .amount.sometimes,
            .sent, .expires,
        ],
        waits: true,
        summary:
            "Lists messages that a gateway must send to subscribers: one-time codes, questions on the phone, notices.",
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
        let all = sent[sent.firstIndex(notBefore: from)...].lazy.filter {
            (account == nil || $0.account == account) && $0.sent.lasts(until: $0.expires, at: context.now)
        }
        return Array(all.prefix(limit))
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> MakeCodes {
        MakeCodes(
            challenges: try chosen(state, context).compactMap {
                if case .code = $0.kind { $0.challenge.bytes } else { nil }
            })
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let codes = done(context)
        var last = from
        for notification in try chosen(state, context) {
            let code = codes[notification.challenge.bytes]
            // It came after the codes were made, so the next call returns it.
            if case .code = notification.kind, code == nil { break }
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
            }
            reply.field(.sent, notification.sent)
            reply.field(.expires, notification.expires)
            last = notification.position + 1
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

extension ArraySlice<Notification> {
    fileprivate func firstIndex(notBefore position: Position) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
