/// PAYMENT.REQUESTS, PAYMENT.OFFER, PAYMENT.REFUSE: an acquirer takes a subscriber's request, and says where to pay.

package struct PaymentRequestRead: WaitingRead {
    static let from = Parameter<Number?>("from", "only requests that were opened at this position or after it")
    static let wait = Parameter<Number?>(
        "wait", "how many seconds to wait for a request, at most \(AccessPolicy.longestPollSeconds)",
        in: 0...AccessPolicy.longestPollSeconds)
    package static let spec = CommandSpec(
        "PAYMENT.REQUESTS", .read, roles: .payments, [from, Parameters.limit, wait],
        reply: [.next],
        rows: [
            .request, .msisdn, .amount, .method, .card.sometimes, .requestState, .created, .expires,
            .autopay.sometimes, .attempt.sometimes,
        ], waits: true,
        summary:
            "Lists the open requests of an acquirer's methods that no other has taken, in the order in which they were"
            + " opened. With wait= it replies once there is one.",
        example: "PAYMENT.REQUESTS wait=30")

    let from: Position
    let limit: Int
    package let wait: TimeSpan

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[Self.from] ?? 0
        limit = try a[Parameters.limit] ?? 100
        wait = .seconds(Int64(try a[Self.wait] ?? 0))
    }

    package func topic(_ state: borrowing AccountsState) -> WaitKey { .paymentRequests }

    private func found(_ state: borrowing AccountsState, _ context: Context, _ limit: Int) -> [(
        PaymentRequest, AccountIndex
    )] {
        var found: [(PaymentRequest, AccountIndex)] = []
        state.paying.forEachOpen(from: from) { request, account in
            if request.isFor(context.caller.principal, state.principals) { found.append((request, account)) }
            return found.count < limit
        }
        return found
    }

    package func isEmpty(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Bool {
        found(state, context, 1).isEmpty
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let rows = found(state, context, limit)
        for (request, account) in rows {
            reply.row()
            reply.field(.request, request.position)
            reply.field(.msisdn, state.directory[account].msisdn)
            reply.field(.amount, request.amount)
            reply.field(.method, request.method.word)
            if !request.card.isEmpty { reply.field(.card, request.card) }
            reply.field(.requestState, request.state.word)
            reply.field(.created, request.created)
            reply.field(.expires, request.expires)
            reply.attempt(of: request)
        }
        reply.closing()
        reply.countRows()
        reply.field(.next, (rows.last?.0.opened).map { $0 + 1 } ?? from)
    }
}

private let number = Parameter<Number>(
    positional: "request", "the request, as PAYMENT.REQUESTS lists it", in: Number.positive)

/// An acquirer's answer to a request.
package protocol RequestAnswer: Change {
    var request: Position { get }
    static var state: PaymentRequestState { get }
    /// True if the same was answered before. Throws if there is nothing that it could answer.
    func isRepeated(_ found: PaymentRequest) throws(Rejection) -> Bool
    func answer(
        _ found: PaymentRequest, of account: AccountIndex, _ state: borrowing AccountsState,
        _ changes: inout NewEvents, at now: Instant)
}

extension RequestAnswer {
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard request <= state.position else { throw .notFound("request", "request") }
        return request
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let account = context.recalled.first?.meta.account,
            let found = state.paying.request(request, of: account),
            found.isFor(context.caller.principal, state.principals)
        else { throw .notFound("request", "request") }
        guard try !isRepeated(found) else { return changes.unchanged = found.state }
        guard found.state.isOpen, found.expires > context.now else {
            guard found.state != .postponed else {
                throw Rejection(
                    .notAvailable, field: "request", "the request is postponed: it is asked again at \(found.expires)")
            }
            let state = found.state.isOpen ? PaymentRequestState.expired : found.state
            throw Rejection(.notAvailable, field: "request", "the request has ended: it is \(state.word)")
        }
        answer(found, of: account, state, &changes, at: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.request, request)
        guard let first = outcome.events.first else {
            reply.field(.requestState, (outcome.unchanged ?? Self.state).word)
            return reply.field(.repeated, true)
        }
        if case .autopayPostponed = first.event {
            reply.field(.requestState, PaymentRequestState.postponed.word)
        } else {
            reply.field(.requestState, Self.state.word)
        }
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct PaymentOffer: RequestAnswer {
    static let url = Parameter<WebAddress>("url", "the acquirer's page on which the subscriber pays, at most 500 bytes")
    package static let spec = CommandSpec(
        "PAYMENT.OFFER", .change, roles: .payments, [number, url], reply: [.request, .requestState, .seq.sometimes],
        summary: "Takes a request, and says where the subscriber pays. Other acquirers do not see it any more.",
        example: "PAYMENT.OFFER 1042 url=https://bank.example/pay/7Jk2")

    package static let state = PaymentRequestState.offered
    package let request: Position
    let url: String

    package init(_ a: Arguments) throws(Rejection) {
        request = try a[number]
        url = try a[Self.url]
    }

    package func isRepeated(_ found: PaymentRequest) -> Bool { found.state == .offered && found.url == url }

    package func answer(
        _ found: PaymentRequest, of account: AccountIndex, _ state: borrowing AccountsState,
        _ changes: inout NewEvents, at now: Instant
    ) {
        let offered = PaymentOffered(request: request, url: url)
        changes.append(account, .paymentOffered(offered), effective: now)
    }
}

package struct PaymentRefuse: RequestAnswer {
    static let reason = Parameter<PlainText>("reason", "why, in a word or a few, at most 100 bytes", in: 1...100)
    static let attempt = Parameter<Number?>(
        "attempt",
        "which attempt of an automatic payment it refuses, as PAYMENT.REQUESTS lists it; the present one if not given",
        in: Number.positive)
    package static let spec = CommandSpec(
        "PAYMENT.REFUSE", .change, roles: .payments, [number, reason, attempt],
        reply: [.request, .requestState, .seq.sometimes],
        summary:
            "Ends a request without a payment. The subscriber sees the reason. An automatic payment is then postponed,"
            + " and listed again later under the same number, as often as the operator allows.",
        example: "PAYMENT.REFUSE 1042 reason=declined")

    package static let state = PaymentRequestState.refused
    package let request: Position
    let reason: String
    let attempt: UInt64?

    package init(_ a: Arguments) throws(Rejection) {
        request = try a[number]
        reason = try a[Self.reason]
        attempt = try a[Self.attempt]
    }

    package func isRepeated(_ found: PaymentRequest) throws(Rejection) -> Bool {
        let attempts = UInt64(max(1, found.attempts))
        guard let attempt else { return found.state == .refused || found.state == .postponed }
        guard attempt <= attempts else {
            throw Rejection(.invalidNumber, field: "attempt", "attempt must be from 1 to \(attempts)")
        }
        // An answer that was delayed, to an attempt that is over.
        return attempt < attempts || found.state == .refused || found.state == .postponed
    }

    package func answer(
        _ found: PaymentRequest, of account: AccountIndex, _ state: borrowing AccountsState,
        _ changes: inout NewEvents, at now: Instant
    ) {
        state.endAttempt(found, of: account, reason: reason, &changes, at: now)
    }
}

/// An address of the web that a browser may be sent to.
enum WebAddress: ParameterType {
    static var kind: ParameterKind { .text }

    static func value(of given: GivenValue) throws(Rejection) -> String {
        let text = given.text
        let rest = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
        // Visible ASCII without quotes and angle brackets, as RFC 3986 has it, and no user's name before the host.
        let isAddress =
            given.bytes.count <= 500
            && given.bytes.allSatisfy { $0 > 32 && $0 < 127 && !"\"<>\\^`{|}".utf8.contains($0) }
        let host = rest?.prefix { $0 != "/" && $0 != "?" && $0 != "#" } ?? ""
        guard isAddress, !host.isEmpty, !host.contains("@") else {
            throw given.rejected(
                .invalidText, "\(given.name) must be an address such as https://bank.example/pay/1, at most 500 bytes")
        }
        guard !mayHoldCardNumber(given.bytes) else {
            throw given.rejected(.cardNumber, "this may hold a card number, and card numbers are never stored")
        }
        return text
    }
}
