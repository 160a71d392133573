/// An event's order to the network. The event's line in `event.proto` declares it (`@order`).
package struct NetworkOrder: Equatable, Sendable {
    package var action: OrderAction
    /// Nil if the action has no two states.
    package var isOn: Bool?
    /// A peer, a kind of settings, a reason: the action decides. Empty if it takes no argument.
    package var argument: String

    package init(_ action: OrderAction, isOn: Bool? = nil, argument: String = "") {
        (self.action, self.isOn, self.argument) = (action, isOn, argument)
    }
}
