/// ORDERS, ORDER.DONE, ORDER.FAILED: what the network is to do, and what it has done.
///
/// An order reaches the network at least once: it is listed until its outcome is reported. So doing it again must be
/// harmless, and reporting it again is.

package enum OrderState: String, CaseIterable, ParameterType, Sendable {
    case open, failed

    package static var kind: ParameterKind { .key }
    package static var words: [String] { allCases.map(\.rawValue) }

    package static func value(of given: GivenValue) throws(Rejection) -> OrderState {
        guard let state = OrderState(rawValue: given.text) else {
            throw given.rejected(.invalidKey, "\(given.name) must be \(listed(words))")
        }
        return state
    }
}

package struct OrderRead: WaitingRead {
    static let from = Parameter<Number?>("from", "the number of the first order")
    static let msisdn = Parameter<MSISDN?>("msisdn", "all orders of this number, the failed ones too")
    static let state = Parameter<OrderState?>("state")
    static let wait = Parameter<Number?>(
        "wait", "how many seconds to wait for an order, at most \(AccessPolicy.longestPollSeconds)",
        in: 0...AccessPolicy.longestPollSeconds)
    package static let spec = CommandSpec(
        "ORDERS", .read, roles: [.network, .operator], [from, msisdn, state, Parameters.limit, wait],
        reply: [.next],
        rows: [
            .order, .msisdn, .action, .on.sometimes, .peer.sometimes, .orderKind.sometimes, .orderReason.sometimes,
            .orderState, .failure.sometimes, .created,
        ], waits: true,
        summary:
            "Lists what the network is to do: of each number the oldest open order,"
            + " or all orders of one number, or all that failed. With wait= it replies once there is one.",
        example: "ORDERS wait=30")

    package func topic(_ state: borrowing AccountsState) -> WaitKey { .orders }

    let from: Position
    let msisdn: MSISDN?
    let wanted: OrderState?
    let limit: Int
    package let wait: TimeSpan

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[Self.from] ?? 0
        msisdn = try a[Self.msisdn]
        wanted = try a[Self.state]
        limit = try a[Parameters.limit] ?? 100
        wait = .seconds(Int64(try a[Self.wait] ?? 0))
    }

    /// Visits the orders asked for, in the order of their numbers, as long as the visitor returns true.
    private func forEach(_ state: borrowing AccountsState, _ visit: (Orders.Order, AccountIndex) -> Bool)
        throws(Rejection)
    {
        guard let msisdn else {
            switch wanted ?? .open {
            case .open: return state.orders.forEachOldestOpen(from: from, visit)
            case .failed: return state.orders.forEachFailed(from: from, visit)
            }
        }
        let account = try state.directory.subscriber(msisdn)
        for order in state.orders.all(of: account)
        where order.position >= from && wanted.map({ $0 == (order.hasFailed ? .failed : .open) }) ?? true {
            guard visit(order, account) else { return }
        }
    }

    package func isEmpty(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Bool {
        var isEmpty = true
        try forEach(state) { _, _ in
            isEmpty = false
            return false
        }
        return isEmpty
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        var (left, next) = (limit, from)
        var found: [(order: Orders.Order, account: AccountIndex)] = []
        try forEach(state) { order, account in
            found.append((order, account))
            left -= 1
            return left > 0
        }
        for (order, account) in found {
            reply.row()
            reply.order(order, of: state.directory[account].msisdn)
            next = order.position + 1
        }
        reply.closing()
        reply.countRows()
        reply.field(.next, next)
    }
}

extension Reply {
    fileprivate mutating func order(_ order: Orders.Order, of msisdn: MSISDN) {
        field(.order, order.position)
        field(.msisdn, msisdn)
        field(.action, order.order.action.word)
        if let isOn = order.order.isOn { field(.on, isOn) }
        if let name = order.order.action.argumentName {
            field(ReplyField(name, .text), order.order.argument)
        }
        field(.orderState, order.hasFailed ? "failed" : "open")
        if order.hasFailed { field(.failure, order.failure) }
        field(.created, order.created)
    }
}

private let number = Parameter<Number>(
    positional: "order", "the order, as ORDERS lists it", in: Number.positive)

/// A report about an order.
package protocol OrderOutcome: Change {
    var position: Position { get }
    /// The event to append; nil if the report was made before.
    func event(_ action: OrderAction, _ open: Orders.Order?) throws(Rejection) -> Event?
}

extension OrderOutcome {
    /// The order's own event, which tells its account even when the order is settled already.
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard position <= state.position else { throw .notFound("order", "order") }
        return position
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let recalled = context.recalled.first, let order = recalled.event.order else {
            throw .notFound("order", "order")
        }
        let account = recalled.meta.account
        if let event = try event(order.action, state.orders.order(position, of: account)) {
            changes.append(account, event, effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.order, position)
        if outcome.events.isEmpty {
            reply.field(.repeated, true)
        } else {
            reply.field(.seq, outcome.lastPosition)
        }
    }
}

package struct OrderReport: OrderOutcome {
    package static let spec = CommandSpec(
        "ORDER.DONE", .change, roles: .network, [number], reply: [.order, .seq.sometimes],
        summary:
            "Reports that the network has carried an order out, also one that failed before."
            + " A report that is repeated changes nothing.",
        example: "ORDER.DONE 1042")

    package let position: Position

    package init(_ a: Arguments) throws(Rejection) { position = try a[number] }

    package func event(_ action: OrderAction, _ open: Orders.Order?) throws(Rejection) -> Event? {
        open.map { .orderDone(OrderDone(order: $0.position, action: action)) }
    }
}

package struct OrderFailureReport: OrderOutcome {
    static let reason = Parameter<PlainText>(
        "reason", "why, in a word or a few, at most 100 bytes", in: 1...100)
    package static let spec = CommandSpec(
        "ORDER.FAILED", .change, roles: .network, [number, reason], reply: [.order, .seq.sometimes],
        summary:
            "Reports that the network could not carry an order out."
            + " Staff sees it in ORDERS, and the number's later orders no longer wait for it.",
        example: "ORDER.FAILED 1042 reason=hlr_unreachable")

    package let position: Position
    let reason: String

    package init(_ a: Arguments) throws(Rejection) {
        position = try a[number]
        reason = try a[Self.reason]
    }

    package func event(_ action: OrderAction, _ open: Orders.Order?) throws(Rejection) -> Event? {
        guard let open else {
            throw Rejection(
                .notAvailable, field: "order",
                "the order is closed: it was reported as done, or its number was terminated")
        }
        guard open.failure != reason else { return nil }
        return .orderFailed(OrderFailed(order: position, action: action, reason: reason))
    }
}
