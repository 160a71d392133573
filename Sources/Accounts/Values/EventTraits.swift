/// The yes-or-no meanings of an event to others, as its schema declares them: see `event.proto`.
package struct EventTraits: Sendable {
    /// It is a payment of the subscriber's.
    package var isPayment = false
    /// It records an attempt to sign in, or an act of a stranger. For `if_seq=`, it is no change of the account.
    package var isSignIn = false
    /// It counts against the limit of attempts of its principal.
    package var isAttempt = false
    /// It records that the command which appended it was refused.
    package var isRefusal = false
    /// It answers or uses a challenge: `settledChallenge`.
    package var settlesChallenge = false
    /// It changes money, usage, products or limits, so a service may have to be stopped or to go on.
    package var concernsService = false
    /// It is an order to the network, or it settles one: the projection `orders` applies it.
    package var changesOrders = false
    /// It changes a request for a payment, or a refund: something that acquirers or a payer wait for.
    package var changesRequests = false
}

/// The payload of a type of event. The generator makes the conformances.
package protocol EventPayload: Sendable {
    /// Nil if the event is of another type.
    init?(_ event: Event)
}
