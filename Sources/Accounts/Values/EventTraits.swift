/// What an event means to others, where the answer is yes or no. Its schema declares it: see `event.proto`.
package struct EventTraits: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It moves money.
    package static let money = EventTraits(rawValue: 1)
    /// It is a payment of the subscriber's.
    package static let payment = EventTraits(rawValue: 2)
    /// It records an attempt to sign in, or what a stranger can cause: no change of the account, for `if_seq=`.
    package static let signIn = EventTraits(rawValue: 4)
    /// It counts against the limit of attempts of its principal.
    package static let attempt = EventTraits(rawValue: 8)
    /// It answers or uses a challenge: `settledChallenge`.
    package static let settles = EventTraits(rawValue: 16)
    /// It records that the command which appended it was refused.
    package static let refusal = EventTraits(rawValue: 32)
}
