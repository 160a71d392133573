/// The orders of subscribers for automatic payments. An account without one has no row.
package struct Autopay: Projection {
    package static let name = "autopay"
    package static let version: UInt16 = 1

    private var rows: [AccountIndex: Bool] = [:]

    package init() {}

    /// True if the account has ordered automatic payments.
    func isOn(_ account: AccountIndex) -> Bool { !rows.isEmpty && rows[account] != nil }

    func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {}

    /// Follows the balance after an event that moved money.
    @inline(__always)
    mutating func follow(_ account: AccountIndex, _ balance: Money) {
        guard !rows.isEmpty else { return }
    }

    /// `agenda` is nil if nobody asks for due things.
    package mutating func apply(_ event: Event, _ meta: EventMeta, _ agenda: inout Agenda?) {}

    package var allocatedBytes: Int { rows.count * 128 }
}

extension AccountsState {
    func decideAutopayDay(_ due: Due, _ changes: inout NewEvents) {}
}
