/// A command: typed arguments, and pure functions from state to events, replies or reads.
///
/// A command never does I/O. It asks for work with a secret (a hash, a seal, a code) by `prepare`, and for an event of
/// the log by `recall`. Others do that, and the command is then called again with the result in its context.

package protocol Command: Sendable {
    static var spec: CommandSpec { get }
    init(_ arguments: Arguments) throws(Rejection)

    /// The subscriber whose session a front end must show; nil if the command names none.
    func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex?

    /// The position of the event that it needs to see as `context.recalled`; nil if there is none.
    func recall(_ cabinet: borrowing Cabinet) throws(Rejection) -> Position?

    /// The work to be done before the command is decided or answered; nil if there is none. Called only while
    /// `context.prepared` is nil.
    func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work?

    /// Further work after `prepare`; nil if there is none. Its result is the second of `both`.
    func prepareMore(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> SecretWork?
}

extension Command {
    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? { nil }
    package func recall(_ cabinet: borrowing Cabinet) throws(Rejection) -> Position? { nil }
    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? { nil }
    package func prepareMore(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> SecretWork? { nil }
}

/// A command about the subscriber whom it names. A session must be that one's, or of someone who may act there.
package protocol OfSubscriber: Command {
    var msisdn: MSISDN { get }
}

extension OfSubscriber {
    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? {
        try cabinet.directory.subscriber(msisdn)
    }
}

/// A command that appends events.
package protocol Change: Command {
    /// The client's name for an act that is to happen once for a principal; nil if the command has none.
    /// `context.isReferenceUsed` says whether it happened.
    var reference: String? { get }

    /// The time of the act, which a log in event time takes as its clock; nil if the command gives none. Throws if the
    /// command would be refused, because a refusal moves no clock.
    func eventTime(_ cabinet: borrowing Cabinet) throws(Rejection) -> Instant?

    /// The most that it may move that clock forward, so that a mistyped year is not billed.
    static var greatestClockStep: Span { get }

    /// Appends the events to `changes`. Throwing drops them all, so nothing is refused after part of it was done.
    func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection)

    /// The work to do once the events are durable and before the caller gets the reply; nil if there is none. A retry
    /// of the same `id=` and the next start repeat it if need be.
    func workAfterCommit(_ outcome: borrowing Changes) -> SecretWork?

    /// Renders the outcome from its events alone, so that a repeated `id=` gets the first reply again.
    func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply)
}

extension Change {
    package var reference: String? { nil }
    package func eventTime(_ cabinet: borrowing Cabinet) throws(Rejection) -> Instant? { nil }
    package static var greatestClockStep: Span { .days(62) }
    package func workAfterCommit(_ outcome: borrowing Changes) -> SecretWork? { nil }
}

/// A command that changes something once something else has happened, and until then reports the state.
package protocol Poll: Change {
    /// How long the caller would wait.
    var wait: Span { get }

    /// Renders the current state; nil if there is something to decide.
    func pending(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) -> Pending?
}

package enum Pending: Sendable {
    /// Nothing more will happen.
    case settled
    /// A challenge may be answered until this instant.
    case until(Hash128, Instant)
}

/// A command that reads state.
package protocol Read: Command {
    func read(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection)
}

/// A command that reads the log.
package protocol History: Command {
    func query(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> HistoryQuery
}

/// A command of the connection itself.
package protocol Conversation: Command {
    func perform(
        _ connection: inout ConnectionState, _ cabinet: borrowing Cabinet, _ context: Context,
        _ reply: inout Reply) throws(Rejection)
}

/// The caller of a command.
package struct Caller: Sendable {
    /// The number of the principal; 0 for the service itself.
    package var principal: UInt32 = 0
    package var roles: Roles = []
    /// The number of the session shown; 0 if there is none.
    package var session: UInt32 = 0
    /// The holder of the session; 0 if none is shown.
    package var holder: AccountIndex = 0
    /// The caller sees nothing of the subject from before it joined its organisation; nil if the caller sees all.
    package var joining: Organizations.Joining?

    /// Acquirers and cash desks bring money and may not see an account's balance.
    package var mayReadBalances: Bool { session != 0 || !roles.isDisjoint(with: [.operator, .admin]) }

    package init(principal: UInt32 = 0, roles: Roles = [], session: UInt32 = 0) {
        self.principal = principal
        self.roles = roles
        self.session = session
    }
}

/// Everything but the state that a decision may depend on: time and chance are inputs.
package struct Context: Sendable {
    package var now: Instant
    package var caller: Caller
    /// Fresh random bits; zero if a test wants that.
    package var entropy: Hash128
    package var prepared: SecretResult?
    package var policy: AccessPolicy
    /// True if the log's clock is that of its records.
    package var isInEventTime = false
    /// The event that `recall` asked for. An array keeps it out of the struct, because nearly every command has none.
    package var recalled: [(meta: EventMeta, event: Event)] = []
    /// Whether the principal used the command's `reference` before.
    package var isReferenceUsed = false

    package init(
        now: Instant, caller: Caller = Caller(), entropy: Hash128 = .zero, prepared: SecretResult? = nil,
        policy: AccessPolicy = AccessPolicy()
    ) {
        self.now = now
        self.caller = caller
        self.entropy = entropy
        self.prepared = prepared
        self.policy = policy
    }
}

/// An event to append: its account, the event, and when it takes effect.
package struct AccountEvent: Equatable, Sendable {
    package var account: AccountIndex
    package var event: Event
    package var effective: Instant

    package init(account: AccountIndex, event: Event, effective: Instant) {
        self.account = account
        self.event = event
        self.effective = effective
    }
}

/// The events of one command, in a buffer that is reused.
package struct Changes: ~Copyable {
    package private(set) var events: [AccountEvent] = []
    /// The position of the last event once it is in the log; a reply's `seq=`.
    package var lastPosition: Position = 0

    package init() {}

    package mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        lastPosition = 0
    }

    package mutating func append(_ account: AccountIndex, _ event: Event, effective: Instant) {
        events.append(AccountEvent(account: account, event: event, effective: effective))
    }

    /// The position of the first event once it is in the log. Nobody is told it if the events did not get there.
    package var firstPosition: Position { lastPosition &- Position(events.count - 1) }

    /// The first event, which a command's reply is mostly about.
    package var first: AccountEvent {
        _read { yield events[0] }
    }

    /// True if the events record an attempt that failed.
    package var isRefusal: Bool {
        events.last?.event.traits.isRefusal ?? false
    }

    package var last: AccountEvent {
        _read { yield events[events.count - 1] }
    }
}

/// The state of a connection besides bytes. The writer sets it by `AUTH` and `HELLO`, in the order of its commands.
package struct ConnectionState: Sendable {
    package var principal: UInt32?
    /// RESP's version: 2 until `HELLO 3`. It has no meaning in the line protocol.
    package var respVersion = 2
    package var isClosing = false
    package var transaction = Transaction.none
    /// Connections are numbered from the start.
    package var number = 0

    package enum Transaction: UInt8, Sendable {
        case none
        /// `WATCH` was refused, so the transaction that it was to guard is discarded.
        case watchRefused
        /// `MULTI` was received, and requests are queued.
        case open
        /// A request of the transaction was refused, so `EXEC` runs nothing.
        case aborted
    }

    package var isQueuing: Bool { transaction == .open || transaction == .aborted }

    /// Discards the next transaction. Does nothing within one.
    package mutating func refuseWatch() { if transaction == .none { transaction = .watchRefused } }

    mutating func unwatch() { if transaction == .watchRefused { transaction = .none } }

    package init() {}
}

/// Work done off the writer.
package enum Work: Sendable {
    case secrets(SecretWork)
}

/// Work with keys, passwords and random secrets. The vault and the hash pool do it.
package enum SecretWork: Equatable, Sendable {
    /// Makes a key for a new account, durable before the reply, and seals these texts under it.
    case newKey(seal: [[UInt8]])
    case seal(keyID: [UInt8], [[UInt8]])
    case unseal([SealedText])
    /// Checks a password and draws a session's token. With `against` nil, takes the same time and matches nothing.
    case signIn(password: [UInt8], against: PasswordHash?)
    case changePassword(old: [UInt8], against: PasswordHash, new: [UInt8])
    /// Checks a one-time code. Only if it is right, hashes the password, if there is one, and draws a token.
    case confirm(challenge: [UInt8], code: [UInt8], password: [UInt8]?)
    /// Draws a session's token.
    case newToken
    /// Checks whether it is a key, and seals the device's name.
    case device(DeviceKey, keyID: [UInt8], name: [UInt8])
    /// Checks whether a device signed this text, and draws a token.
    case verify(DeviceKey, text: [UInt8], signature: [UInt8])
    case codes(challenges: [[UInt8]])
    /// Hashes a principal's secret for comparing.
    case hashSecret([UInt8])
    case newSecret
    /// Runs after its event: nothing that was sealed under the key can be opened again. Prepares nothing.
    case destroyKey([UInt8])
}

package struct SealedText: Hashable, Sendable {
    package var keyID: [UInt8]
    package var sealed: [UInt8]

    package init(keyID: [UInt8], sealed: [UInt8]) {
        self.keyID = keyID
        self.sealed = sealed
    }
}

/// One word wide, because every request on its way has room for one.
package indirect enum SecretResult: Equatable, Sendable {
    case sealed(keyID: [UInt8], [[UInt8]])
    /// A text whose key was destroyed is missing.
    case texts([SealedText: String])
    /// `against` is what the password was checked with, which may have been replaced since. `rehashed` is a new digest,
    /// made if the password matches one with weaker parameters than today's.
    case signIn(matches: Bool, against: PasswordHash?, rehashed: PasswordHash?, token: [UInt8], tokenHash: [UInt8])
    /// Nil if the old password was wrong.
    case changedPassword(PasswordHash?, against: PasswordHash)
    case confirmed(challenge: [UInt8], isRight: Bool, PasswordHash?, token: [UInt8], tokenHash: [UInt8])
    case newToken(token: [UInt8], tokenHash: [UInt8])
    case device(isKey: Bool, sealedName: [UInt8])
    case verified(text: [UInt8], isRight: Bool, token: [UInt8], tokenHash: [UInt8])
    /// The results of `prepare` and of `prepareMore`.
    case both(SecretResult, SecretResult)
    /// A `Poll` waited; it may wait until this instant.
    case waited(until: Instant)
    /// Codes by challenge.
    case codes([[UInt8]: String])
    case secretHash([UInt8])
    case newSecret(secret: [UInt8], hash: [UInt8])
}
