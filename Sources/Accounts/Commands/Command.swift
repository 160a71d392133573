/// What a command is: typed arguments, and pure functions from state to events, replies or reads.
///
/// A command never does I/O. What needs a secret (a hash, a seal, a code) or the log's history is said as `Work`,
/// done elsewhere, and the command is then asked again with the result in its context.

package protocol Command: Sendable {
    static var spec: CommandSpec { get }
    init(_ arguments: Arguments) throws(Rejection)

    /// The subscriber that a front end's session must be of; nil where the command names none.
    func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex?

    /// The event of the log that it needs to see: `context.recalled`.
    func recall(_ cabinet: borrowing Cabinet) throws(Rejection) -> Position?

    /// The work to be done before the command can be decided or answered; nil: none. Asked only while
    /// `context.prepared` is nil.
    func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work?

    /// Work that comes after it, where there is some: its result is the second of `both`.
    func prepareMore(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> SecretWork?
}

extension Command {
    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? { nil }
    package func recall(_ cabinet: borrowing Cabinet) throws(Rejection) -> Position? { nil }
    package func prepare(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> Work? { nil }
    package func prepareMore(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> SecretWork? { nil }
}

/// A command about the subscriber whom it names: a session has to be that one's, or of who may act there.
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
    /// The outside world's name for what is to happen once for a principal: `context.isReferenceUsed` says whether
    /// it did. nil: the command has none.
    var reference: String? { get }

    /// When it was: a log in event time takes this for its clock. nil: the command does not say, or has nothing to say.
    /// Throws what would be refused: a refusal moves no clock.
    func eventTime(_ cabinet: borrowing Cabinet) throws(Rejection) -> Instant?

    /// By how much it may take that clock on: a mistyped year is not billed.
    static var greatestClockStep: Span { get }

    /// Says the events. Throwing drops them all: nothing is refused after part of it was done.
    func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection)

    /// What is to be done once the events are durable, and before the caller hears of them: again, if need be, at a retry
    /// of the same `id=`, and by the next start. nil: nothing.
    func workAfterCommit(_ outcome: borrowing Changes) -> SecretWork?

    /// Renders the outcome from its events alone, so that a repeated `id=` answers as the first did.
    func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply)
}

extension Change {
    package var reference: String? { nil }
    package func eventTime(_ cabinet: borrowing Cabinet) throws(Rejection) -> Instant? { nil }
    package static var greatestClockStep: Span { .days(62) }
    package func workAfterCommit(_ outcome: borrowing Changes) -> SecretWork? { nil }
}

/// A command that changes something once something else has happened, and until then says how things stand.
package protocol Poll: Change {
    /// How long whoever asks would wait.
    var wait: Span { get }

    /// Renders how things stand; nil: there is something to decide.
    func pending(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) -> Pending?
}

package enum Pending: Sendable {
    /// Nothing more will happen.
    case settled
    /// A challenge may be answered, until then.
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

/// Who speaks.
package struct Caller: Sendable {
    /// The number of the principal; 0: the service itself.
    package var principal: UInt32 = 0
    package var roles: Roles = []
    /// The number of the session shown, 0: none.
    package var session: UInt32 = 0
    /// The holder of the session; 0: none is shown.
    package var holder: AccountIndex = 0
    /// The caller may see nothing of the subject from before it joined its organisation; nil: all of it.
    package var joining: Organizations.Joining?

    /// Acquirers and cash desks bring money, and learn nothing of what is there.
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
    /// Fresh random bits, or zero where a test wants them so.
    package var entropy: Hash128
    package var prepared: SecretResult?
    package var policy: AccessPolicy
    /// Whether the log's clock is its records'.
    package var isInEventTime = false
    /// The event that `recall` asked for. An array keeps it apart, because nearly every command has none.
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

/// One event to be: whose, what, since when.
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

/// The events of one command, in a buffer that is used again.
package struct Changes: ~Copyable {
    package private(set) var events: [AccountEvent] = []
    /// The position of the last of them, once they are in the log: a reply's `seq=`.
    package var lastPosition: Position = 0

    package init() {}

    package mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        lastPosition = 0
    }

    package mutating func append(_ account: AccountIndex, _ event: Event, effective: Instant) {
        events.append(AccountEvent(account: account, event: event, effective: effective))
    }

    /// The position of the first of them, once they are in the log; where they did not get there, nobody is told it.
    package var firstPosition: Position { lastPosition &- Position(events.count - 1) }

    /// The first event; a command's reply is mostly about it.
    package var first: AccountEvent {
        _read { yield events[0] }
    }

    /// The record of an attempt that failed.
    package var isRefusal: Bool {
        events.last?.event.traits.isRefusal ?? false
    }

    package var last: AccountEvent {
        _read { yield events[events.count - 1] }
    }
}

/// What a connection is, besides bytes: set by `AUTH` and `HELLO`, on the writer, in the order of its commands.
package struct ConnectionState: Sendable {
    package var principal: UInt32?
    /// RESP's version, 2 until `HELLO 3`; meaningless in lines.
    package var respVersion = 2
    package var isClosing = false
    package var transaction = Transaction.none
    /// Connections are counted from the start.
    package var number = 0

    package enum Transaction: UInt8, Sendable {
        case none
        /// `WATCH` was refused, so the transaction that it was to guard is discarded.
        case watchRefused
        /// `MULTI` was said, and requests are queued.
        case open
        /// A request of the transaction was refused, so `EXEC` runs nothing.
        case aborted
    }

    package var isQueuing: Bool { transaction == .open || transaction == .aborted }

    /// The next transaction is discarded. Does nothing within one.
    package mutating func refuseWatch() { if transaction == .none { transaction = .watchRefused } }

    mutating func unwatch() { if transaction == .watchRefused { transaction = .none } }

    package init() {}
}

/// Done off the writer.
package enum Work: Sendable {
    case secrets(SecretWork)
}

/// Work with keys, passwords and random secrets: the vault's and the hash pool's.
package enum SecretWork: Equatable, Sendable {
    /// A key for a new account, durable before the answer, and these texts sealed under it.
    case newKey(seal: [[UInt8]])
    case seal(keyID: [UInt8], [[UInt8]])
    case unseal([SealedText])
    /// Checks a password and draws a session's token. `nil`: burns the same time and matches nothing.
    case signIn(password: [UInt8], against: PasswordHash?)
    case changePassword(old: [UInt8], against: PasswordHash, new: [UInt8])
    /// Checks a one-time code and, only where it is right, hashes the password, if there is one, and draws a token.
    case confirm(challenge: [UInt8], code: [UInt8], password: [UInt8]?)
    /// A session's token.
    case newToken
    /// Whether it is a key, and the device's name sealed.
    case device(DeviceKey, keyID: [UInt8], name: [UInt8])
    /// Whether a device signed this text; and a token.
    case verify(DeviceKey, text: [UInt8], signature: [UInt8])
    case codes(challenges: [[UInt8]])
    /// A principal's secret, hashed for comparing.
    case hashSecret([UInt8])
    case newSecret
    /// After its event: nothing that was sealed under it can be opened again. Prepares nothing.
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

/// One word wide, for every request on its way has room for one.
package indirect enum SecretResult: Equatable, Sendable {
    case sealed(keyID: [UInt8], [[UInt8]])
    /// One whose key was destroyed is missing.
    case texts([SealedText: String])
    /// `against`: what the password was checked with, which may have been replaced since. `rehashed`: the digest made
    /// anew, where it matches one by weaker parameters than today's.
    case signIn(matches: Bool, against: PasswordHash?, rehashed: PasswordHash?, token: [UInt8], tokenHash: [UInt8])
    /// nil: the old password was wrong.
    case changedPassword(PasswordHash?, against: PasswordHash)
    case confirmed(challenge: [UInt8], isRight: Bool, PasswordHash?, token: [UInt8], tokenHash: [UInt8])
    case newToken(token: [UInt8], tokenHash: [UInt8])
    case device(isKey: Bool, sealedName: [UInt8])
    case verified(text: [UInt8], isRight: Bool, token: [UInt8], tokenHash: [UInt8])
    /// Of `prepare` and of `prepareMore`.
    case both(SecretResult, SecretResult)
    /// Of a `Poll` that waited: until when it may.
    case waited(until: Instant)
    /// By challenge.
    case codes([[UInt8]: String])
    case secretHash([UInt8])
    case newSecret(secret: [UInt8], hash: [UInt8])
}
