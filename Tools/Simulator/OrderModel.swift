/// The orders to the network as an outsider folds them: every order event is open, done, failed or ended.

import Accounts

struct OrderModel {
    enum Outcome {
        case open, failed, done, ended
    }

    private struct Order {
        let account: AccountIndex
        let action: OrderAction
        var outcome = Outcome.open
    }

    /// By the order's position.
    private var orders: [Position: Order] = [:]
    /// Those of an account that are open or failed, in the order of their positions.
    private var waiting: [AccountIndex: [Position]] = [:]

    func outcome(of position: Position) -> Outcome? { orders[position]?.outcome }

    mutating func follow(_ meta: EventMeta, _ event: Event) throws(Violation) {
        if let order = event.order {
            orders[meta.position] = Order(account: meta.account, action: order.action)
            waiting[meta.account, default: []].append(meta.position)
        }
        switch event {
        case .orderDone(let e): try settle(e.order, e.action, as: .done, meta)
        case .orderFailed(let e):
            try settle(e.order, e.action, as: .failed, meta)
            // The oldest of too many is given up.
            let failed = waiting[meta.account, default: []].filter { orders[$0]?.outcome == .failed }
            if failed.count > Orders.maximumFailed { end(failed[0], of: meta.account) }
        case .subscriberTerminated: for position in waiting[meta.account] ?? [] { end(position, of: meta.account) }
        default: break
        }
    }

    private mutating func end(_ position: Position, of account: AccountIndex) {
        orders[position]?.outcome = .ended
        waiting[account]?.removeAll { $0 == position }
    }

    private mutating func settle(
        _ position: Position, _ action: OrderAction, as outcome: Outcome, _ meta: EventMeta
    ) throws(Violation) {
        let order = orders[position]
        try hold(
            order?.account == meta.account && order?.action == action
                && (order?.outcome == .open || order?.outcome == .failed),
            .orders, "position \(meta.position): order \(position) becomes \(outcome) and was no open order")
        orders[position]?.outcome = outcome
        if outcome == .done { waiting[meta.account]?.removeAll { $0 == position } }
    }

    /// Checks that the state lists the orders that the log makes, each number's in their order.
    func check(_ state: borrowing AccountsState) throws(Violation) {
        for account in 0..<state.directory.next {
            let live = state.orders.all(of: account)
            try hold(
                live.map(\.position) == waiting[account] ?? [], .orders,
                "account \(account) has the orders \(live.map(\.position)), the log makes \(waiting[account] ?? [])")
            for order in live {
                try hold(
                    order.hasFailed == (outcome(of: order.position) == .failed), .orders,
                    "order \(order.position) is not as the log has it")
            }
        }
        let oldest = waiting.values.compactMap { $0.first { outcome(of: $0) == .open } }.sorted()
        var listed: [Position] = []
        state.orders.forEachOldestOpen(from: 0) { order, _ in
            listed.append(order.position)
            return true
        }
        try hold(listed == oldest, .orders, "the network is shown \(listed), and the oldest are \(oldest)")
        try hold(
            state.orders.openCount == orders.values.count { $0.outcome == .open }
                && state.orders.failedCount == orders.values.count { $0.outcome == .failed },
            .orders, "other orders are open or failed than the log makes")
    }
}
