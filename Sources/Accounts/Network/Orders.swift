/// The orders to the network that it has not done yet. An order is an event, and its position is its number.
///
/// An account's row has its own orders. The lists over all accounts follow from the rows.
package struct Orders: Projection {
    package static let name = "orders"
    package static let version: UInt16 = 1

    /// A subscriber's wishes are refused while the number has so many open orders.
    package static let maximumOpen = 64
    /// One more failed order of a number gives up its oldest failed one.
    package static let maximumFailed = 64

    package struct Order: Equatable, Sendable, Coded {
        package var position: Position = 0
        package var order = NetworkOrder(.unspecified)
        package var created = Instant(milliseconds: 0)
        /// The network's reason why it could not do it; empty while it is open.
        package var failure = ""

        package var hasFailed: Bool { !failure.isEmpty }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&position)
            try row.code(&order.action, or: "an order of no known action")
            var state: UInt8 = order.isOn.map { $0 ? 2 : 1 } ?? 0
            try row.code(&state)
            try row.check(state <= 2, "an order that is neither on nor off")
            if Coder.isDecoding { order.isOn = state == 0 ? nil : state == 2 }
            try row.code(&order.argument)
            try row.code(&created)
            try row.code(&failure)
        }
    }

    /// Each account's, in the order of their positions. An account without any has no entry.
    private var orders: [AccountIndex: [Order]] = [:]
    private var open = PositionList()
    private var failed = PositionList()

    package init() {}

    package var openCount: Int { open.count }
    package var failedCount: Int { failed.count }

    /// An account's, in the order of their positions.
    package func all(of account: AccountIndex) -> [Order] { orders[account] ?? [] }

    /// Nil if it was done, or ended with its number, or was given up.
    package func order(_ position: Position, of account: AccountIndex) -> Order? {
        orders[account]?.first { $0.position == position }
    }

    /// Visits the oldest open order of each account, from a position on, as long as the visitor returns true. So a
    /// network that does all of them at once does each number's in their order.
    package func forEachOldestOpen(from position: Position, _ visit: (Order, AccountIndex) -> Bool) {
        open.forEach(from: position) { position, account in
            guard let oldest = orders[account]?.first(where: { !$0.hasFailed }), oldest.position == position else {
                return true
            }
            return visit(oldest, account)
        }
    }

    package func forEachFailed(from position: Position, _ visit: (Order, AccountIndex) -> Bool) {
        failed.forEach(from: position) { position, account in
            order(position, of: account).map { visit($0, account) } ?? true
        }
    }

    /// Refuses a wish of a number for which the network has too much to do already. Nothing refuses a bar.
    package func checkRoom(_ account: AccountIndex) throws(Rejection) {
        guard orders[account]?.count(where: { !$0.hasFailed }) ?? 0 < Self.maximumOpen else {
            throw Rejection(
                .limitReached, field: "msisdn",
                "the network has not yet carried out \(Self.maximumOpen) earlier changes of this number: try again"
                    + " later", retryAfterSeconds: 60)
        }
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let account = meta.account
        switch event {
        case .orderDone(let e): remove(e.order, of: account)
        case .orderFailed(let e): fail(e, account)
        case .subscriberTerminated:
            for order in orders.removeValue(forKey: account) ?? [] {
                open.remove(order.position)
                failed.remove(order.position)
            }
        default:
            guard let order = event.order else { endAtUnknown(event) }
            orders[account, default: []].append(
                Order(position: meta.position, order: order, created: meta.effective))
            open.insert(meta.position, of: account)
        }
    }

    private mutating func remove(_ position: Position, of account: AccountIndex) {
        open.remove(position)
        failed.remove(position)
        orders[account]?.removeAll { $0.position == position }
        if orders[account]?.isEmpty == true { orders[account] = nil }
    }

    private mutating func fail(_ e: OrderFailed, _ account: AccountIndex) {
        guard let index = orders[account]?.firstIndex(where: { $0.position == e.order }) else { return }
        if orders[account]?[index].hasFailed == false {
            open.remove(e.order)
            failed.insert(e.order, of: account)
        }
        orders[account]?[index].failure = e.reason
        let all = all(of: account).filter(\.hasFailed)
        if all.count > Self.maximumFailed { remove(all[0].position, of: account) }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var own = all(of: account)
        row.code(&own, each: Order())
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var own: [Order] = []
        try row.code(&own, each: Order())
        orders[account] = own.isEmpty ? nil : own
    }

    /// Fills the lists over all accounts from the rows.
    mutating func finishDecoding() {
        let all = orders.flatMap { account, orders in orders.map { (account: account, order: $0) } }
        open = PositionList(all.filter { !$0.order.hasFailed }.map { ($0.order.position, $0.account) })
        failed = PositionList(all.filter(\.order.hasFailed).map { ($0.order.position, $0.account) })
    }

    package var allocatedBytes: Int {
        (open.count + failed.count) * MemoryLayout<Order>.stride + orders.count * 64 + open.allocatedBytes
            + failed.allocatedBytes
    }
}
