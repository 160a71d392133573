/// The facts that every record has beside its payload. `EventCoding` has the byte layout; here are the meanings.
package struct EventMeta: Equatable, Sendable {
    /// From 1, without gaps.
    package var position: Position
    /// When the service recorded it. Never earlier than the event before it.
    package var recorded: Instant
    /// When it took effect. A fee that was due during a stop is effective when it was due.
    package var effective: Instant
    package var account: AccountIndex
    /// The position of the same account's event before this one; 0 for the first.
    package var previous: Position
    /// The number of the principal that caused it; 0 for the service itself (due instants, first start).
    package var principal: UInt32
    /// The number of the session; 0 if there is none.
    package var session: UInt32
    /// Keyed hash of the principal and the command's `id=`; zero if it had none.
    package var commandID: Hash128
    /// Keyed hash of the command's arguments; zero if there was no `id=`.
    package var arguments: Hash128

    package init(
        position: Position = 0, recorded: Instant, effective: Instant, account: AccountIndex,
        previous: Position = 0, principal: UInt32 = 0, session: UInt32 = 0,
        commandID: Hash128 = .zero, arguments: Hash128 = .zero
    ) {
        self.position = position
        self.recorded = recorded
        self.effective = effective
        self.account = account
        self.previous = previous
        self.principal = principal
        self.session = session
        self.commandID = commandID
        self.arguments = arguments
    }
}
