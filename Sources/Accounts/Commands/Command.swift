/// A command: typed arguments, and pure functions from state to events, replies or reads.
///
/// A command never does I/O. It asks for work with a secret (a hash, a seal, a code) by `work`, and for an event of the
/// log by `recall`. Others do that, and the command is then called again with the result in its context.

package protocol Command: Sendable {
    static var spec: CommandSpec { get }
    init(_ arguments: Arguments) throws(Rejection)

    /// The subscriber whose session a front end must show; nil if the command names none.
    func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex?

    /// The position of the event that it needs to see as `context.recalled`; nil if there is none.
    func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position?

    /// The work to be done before the command is decided or answered; nil if there is none. Commands that have some are
    /// `Prepares`.
    func work(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (any SecretWork)?
}

extension Command {
    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? { nil }
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? { nil }
    package func work(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (any SecretWork)? {
        nil
    }
}

/// A command about the subscriber whom it names. A session must be that one's, or of someone who may act there.
package protocol OfSubscriber: Command {
    var msisdn: MSISDN { get }
}

extension OfSubscriber {
    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.directory.subscriber(msisdn)
    }
}

/// A command that appends events.
package protocol Change: Command {
    /// The client's name for an act that is to happen once for a principal; nil if the command has none.
    /// `context.isReferenceUsed` says whether it happened.
    var reference: String? { get }

    /// The time of the act, which a log in event time takes as its clock; nil if the command gives none. Throws if the
    /// command would be refused, because a refusal moves no clock.
    func eventTime(_ state: borrowing AccountsState) throws(Rejection) -> Instant?

    /// The most that it may move that clock forward, so that a mistyped year is not billed.
    static var greatestClockStep: TimeSpan { get }

    /// Appends the events to `changes`. Throwing drops them all, so nothing is refused after part of it was done.
    func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents) throws(Rejection)

    /// The key to destroy once the events are durable and before the caller gets the reply; nil if there is none. A
    /// retry of the same `id=` and the next start repeat it if need be.
    func keyToDestroy(_ outcome: borrowing NewEvents) -> [UInt8]?

    /// Renders the outcome from its events alone, so that a repeated `id=` gets the first reply again.
    func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply)
}

extension Change {
    package var reference: String? { nil }
    package func eventTime(_ state: borrowing AccountsState) throws(Rejection) -> Instant? { nil }
    package static var greatestClockStep: TimeSpan { .days(62) }
    package func keyToDestroy(_ outcome: borrowing NewEvents) -> [UInt8]? { nil }
}

/// A command that changes something once something else has happened, and until then reports the state.
package protocol Poll: Change {
    /// How long the caller would wait.
    var wait: TimeSpan { get }

    /// Renders the current state; nil if there is something to decide.
    func pending(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection)
        -> Pending?
}

package enum Pending: Sendable {
    /// Nothing more will happen.
    case settled
    /// It may happen until this instant.
    case until(WaitKey, Instant)
}

/// The thing that a request waits for.
package enum WaitKey: Hashable, Sendable {
    /// The challenge is answered or used.
    case challenge(Hash128)
    /// The network has something new to do.
    case orders
    /// Acquirers have something new to do.
    case paymentRequests
    /// A request for a payment of the account, or a refund to it, has changed.
    case payments(AccountIndex)
    /// Nothing more is due by the clock of a test's log.
    case clock
}

/// A command that reads state.
package protocol Read: Command {
    /// The accounts on whose own events a reply about the past depends, in the order of their opening, beside the
    /// principals and the catalogue; nil if it may depend on all of the state.
    func ownAccounts(_ state: borrowing AccountsState) -> [AccountEnd]?

    func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection)
}

extension Read {
    package func ownAccounts(_ state: borrowing AccountsState) -> [AccountEnd]? { nil }
}

extension Read where Self: OfSubscriber {
    /// Every account that has or had the number: which of them had it then, their events say.
    package func ownAccounts(_ state: borrowing AccountsState) -> [AccountEnd]? {
        var ends: [AccountEnd] = []
        for account in state.directory.holders(msisdn).sorted() { ends.append(AccountEnd(account, state)) }
        return ends
    }
}

/// A read whose reply waits until there is something to show, or until the caller's wait is over.
package protocol WaitingRead: Read {
    /// The events with this key may have brought something.
    func topic(_ state: borrowing AccountsState) throws(Rejection) -> WaitKey
    /// How long the caller would wait.
    var wait: TimeSpan { get }
    /// True if there is nothing to show yet.
    func isEmpty(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Bool
}

/// A command that reads the log.
package protocol History: Command {
    func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery
}

/// A command of the connection itself.
package protocol ConnectionCommand: Command {
    func perform(
        _ connection: inout ConnectionState, _ state: borrowing AccountsState, _ context: Context,
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
    /// The result of the command's work; nil if it was not done yet, or if there is none.
    package var prepared: Prepared?
    package var policy: AccessPolicy
    package var clock = LogClock.machine
    /// True if the service keeps nothing.
    package var isEphemeral = false
    package var isInEventTime: Bool { clock == .records }
    /// The event that `recall` asked for. An array keeps it out of the struct, because nearly every command has none.
    package var recalled: [(meta: EventMeta, event: Event)] = []
    /// Whether the principal used the command's `reference` before.
    package var isReferenceUsed = false

    package init(
        now: Instant, caller: Caller = Caller(), entropy: Hash128 = .zero, prepared: Prepared? = nil,
        policy: AccessPolicy = AccessPolicy()
    ) {
        self.now = now
        self.caller = caller
        self.entropy = entropy
        self.prepared = prepared
        self.policy = policy
    }
}

/// The clock that a log goes by.
package enum LogClock: UInt8, Sendable {
    case machine
    /// The log is in event time: its records set its clock.
    case records
    /// The log is a test's: CLOCK.SET alone sets its clock.
    case test
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
package struct NewEvents: ~Copyable {
    package private(set) var events: [AccountEvent] = []
    /// The position of the last event once it is in the log; a reply's `seq=`.
    package var lastPosition: Position = 0
    /// The state of a request for a payment that a command found and left as it was, for its reply. It appends no
    /// event then, and nothing is kept under its id.
    var unchanged: PaymentRequestState?

    package init() {}

    package mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        lastPosition = 0
        unchanged = nil
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

    /// The payload of the first or of the last event, which a command knows because it decided it, or because the log
    /// has it under the same `id=`.
    func first<Payload: EventPayload>(_: Payload.Type) -> Payload { payload(of: first.event) }
    func last<Payload: EventPayload>(_: Payload.Type) -> Payload { payload(of: last.event) }

    private func payload<Payload: EventPayload>(of event: Event) -> Payload {
        guard let payload = Payload(event) else {
            preconditionFailure("a command that appends \(Payload.self) has \(event.typeName) for its outcome")
        }
        return payload
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
