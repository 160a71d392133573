/// TOPUP.REQUEST and TOPUP.REQUESTS: a subscriber asks to pay. A front end cannot create money: an acquirer takes the
/// request, and its TOPUP credits the payment.

package struct TopUpRequest: Change, OfSubscriber {
    static let amount = Parameter<Amount>(positional: "amount", "the sum to pay")
    static let method = Parameter<RequestMethod>("method")
    static let card = Parameter<CardToken?>("card", "the stored card to pay with, as CARDS lists it")
    package static let spec = CommandSpec(
        "TOPUP.REQUEST", .change, roles: .frontend, session: .manager, [msisdn, amount, method, card],
        reply: [.request, .msisdn, .amount, .method, .requestState, .expires, .seq],
        summary:
            "Asks for a payment. An acquirer answers with the address at which the subscriber pays: TOPUP.REQUESTS shows"
            + " it, and what becomes of the request.",
        example: "TOPUP.REQUEST 79001234567 300 method=card session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN
    let amount: Money
    let method: PaymentMethod
    let card: String?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        amount = try a[Self.amount]
        method = try a[Self.method]
        card = try a[Self.card]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        try state.checkGreatest(amount)
        let terms = state.catalog.current.terms
        let expires = context.now + .minutes(Int64(terms.appliedPaymentRequestMinutes))
        var requested = PaymentRequested(
            amount: amount.minorUnits, method: method, expiresAt: expires.milliseconds,
            own: context.caller.holder == account)
        if let card {
            // A card is its owner's: somebody who manages the number pays with another.
            guard context.caller.holder == account,
                let stored = state.paying.cards(of: account).first(where: { $0.token == card }), method == .card,
                state.principals.takes(method, stored.acquirer)
            else { throw .notFound("card", "stored card") }
            (requested.card, requested.acquirer) = (card, stored.acquirer)
        }
        guard state.principals.hasAcquirer(of: method) else {
            throw Rejection(.notAvailable, field: "method", "nobody takes payments by \(method.word) now")
        }
        let open = state.paying.openRequests(of: account)
        guard open.count < Paying.maximumOpen else {
            let first = open.map(\.expires).min() ?? expires
            throw Rejection(
                .limitReached, field: "msisdn",
                "\(Paying.maximumOpen) payments of this number are under way: pay one of them, or wait until it expires",
                retryAfterSeconds: max(1, (first - context.now).secondsRoundedUp))
        }
        changes.append(account, .paymentRequested(requested), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(PaymentRequested.self)
        reply.field(.request, outcome.firstPosition)
        reply.field(.msisdn, msisdn)
        reply.field(.amount, Money(minorUnits: e.amount))
        reply.field(.method, e.method.word)
        reply.field(.requestState, PaymentRequestState.pending.word)
        reply.field(.expires, Instant(milliseconds: e.expiresAt))
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct TopUpRequestRead: WaitingRead, OfSubscriber {
    static let after = Parameter<Number?>("after", "only requests that changed after this position")
    static let wait = Parameter<Number?>(
        "wait", "how many seconds to wait for such a request, at most \(AccessPolicy.longestPollSeconds)",
        in: 0...AccessPolicy.longestPollSeconds)
    package static let spec = CommandSpec(
        "TOPUP.REQUESTS", .read, roles: [.frontend, .operator], session: .manager, [msisdn, after, wait],
        reply: [.msisdn, .seq],
        rows: [
            .request, .amount, .method, .requestState, .url.sometimes, .refusal.sometimes, .payment.sometimes,
            .paid.sometimes, .late.sometimes, .created, .expires, .requestChanged,
            .autopay.sometimes, .attempt.sometimes,
        ], waits: true,
        summary:
            "Lists a number's requests for payments, the newest first: the open ones, and the last"
            + " \(Paying.maximumEnded) that ended. With wait= it replies once there is one.",
        example: "TOPUP.REQUESTS 79001234567 after=1042 wait=30")

    package let msisdn: MSISDN
    let after: Position
    package let wait: TimeSpan

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        after = try a[Self.after] ?? 0
        wait = .seconds(Int64(try a[Self.wait] ?? 0))
    }

    package func topic(_ state: borrowing AccountsState) throws(Rejection) -> WaitKey {
        .payments(try state.directory.subscriber(msisdn))
    }

    private func found(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> [PaymentRequest] {
        let joined = context.caller.joining?.position ?? 0
        return state.paying.requests(of: try state.directory.subscriber(msisdn)).filter {
            $0.changed > after && $0.position > joined
        }
    }

    package func isEmpty(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Bool {
        try found(state, context).isEmpty
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        for request in try found(state, context).reversed() {
            reply.row()
            reply.field(.request, request.position)
            reply.field(.amount, request.amount)
            reply.field(.method, request.method.word)
            reply.field(.requestState, request.state.word)
            if !request.url.isEmpty { reply.field(.url, request.url) }
            if !request.reason.isEmpty { reply.field(.refusal, request.reason) }
            if request.payment != 0 {
                reply.field(.payment, request.payment)
                if request.paid != request.amount { reply.field(.paid, request.paid) }
                if request.isLate { reply.field(.late, true) }
            }
            reply.field(.created, request.created)
            reply.field(.expires, request.expires)
            reply.field(.requestChanged, request.changed)
            reply.attempt(of: request)
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows()
        reply.field(.seq, state.position)
    }
}

extension AccountsState {
    /// The requests of an account that nobody has paid in time end, or wait for the next attempt; those that have waited
    /// are asked again.
    func decidePaymentRequests(_ due: Due, _ changes: inout NewEvents) {
        let (account, now) = (due.account, due.instant)
        for request in paying.requests(of: account) where !request.state.hasEnded && request.expires <= now {
            if request.state == .postponed {
                retry(request, of: account, &changes, at: now)
            } else {
                endAttempt(request, of: account, reason: nil, &changes, at: now)
            }
        }
    }
}

extension Reply {
    /// Tells of a request that the service itself asked for it, and how often.
    mutating func attempt(of request: PaymentRequest) {
        guard request.isAutopay else { return }
        field(.autopay, true)
        field(.attempt, UInt64(request.attempts))
    }
}
