/// A log in event time: its records set its clock, so that years of them are loaded and billed as fast as they are
/// read.
///
/// Such a log begins with `clock_moved` and stays in event time. A usage report moves the clock to the start of the
/// usage, and `CLOCK.SET` to the time it names; everything due by then happens first. Only an administrator changes
/// such a log, in order of time.
///
/// A test's log, which begins with `test_began`, has such a clock too. Only `CLOCK.SET` moves it, and every role changes
/// the log. Everything else is as by the machine's clock, which stands still until the test moves it. If much is due
/// by the new time, the clock goes there from one due instant to the next, and other requests are answered meanwhile.

package import Accounts
package import EventLog

struct ClockSet: Change {
    static let time = Parameter<GivenTime>(positional: "time", "the new time, at most 366 days later")
    static let spec = CommandSpec(
        "CLOCK.SET", .change, roles: .admin, [time],
        reply: [.clock, .seq], waits: true,
        summary:
            "Moves the clock of a log in event time, or of a test's, forward. Fees and ends that are due by then are recorded first.",
        example: "CLOCK.SET 2018-04-01T00:00:00Z")

    let time: Instant

    static var greatestClockStep: TimeSpan { .days(366) }

    func eventTime(_ state: borrowing AccountsState) throws(Rejection) -> Instant? { time }

    init(_ a: Arguments) throws(Rejection) { time = try a[Self.time].inUTC }

    func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents) throws(Rejection) {
        guard context.clock != .machine else {
            throw Rejection(
                .notAvailable,
                "this log uses the machine's clock: only kabinetd --event-time or --test-clock makes one with a clock to set"
            )
        }
        changes.append(0, .clockMoved(ClockMoved(from: state.recorded.milliseconds)), effective: time)
    }

    func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.clock, outcome.first.effective)
        reply.field(.seq, outcome.lastPosition)
    }
}

extension CommandPath where Store: ~Copyable {
    /// Due instants per commit while the clock moves.
    private static var dueTogether: Int { 4096 }

    /// Puts an empty log in event time, or makes it a test's.
    package mutating func beginEventTime(at from: Instant, _ clock: LogClock = .records) {
        precondition(log.last == 0, "a log has its clock from its first event on")
        given(
            clock == .test
                ? .testBegan(TestBegan(clock: from.milliseconds)) : .clockMoved(ClockMoved()), on: 0, at: from)
        (eventTime, logClock) = (from, clock)
    }

    /// Gives the path the clock that the log began with.
    package mutating func takeEventTime() throws(LogError) {
        guard log.last > 0 else { return }
        switch try log.event(at: 1).event {
        case .clockMoved: logClock = .records
        case .testBegan: logClock = .test
        default: return
        }
        eventTime = state.recorded
    }

    /// The time that a command gives the log's clock; nil if it gives none.
    func ownTime<C: Change>(of command: C) throws(Rejection) -> Instant? {
        logClock == .test && C.self != ClockSet.self ? nil : try command.eventTime(state)
    }

    /// Checked before any work is done for a command.
    func checkAdministrator(_ caller: Caller) throws(Rejection) {
        guard logClock != .records || caller.roles.contains(.admin) else {
            throw Rejection(.notPermitted, "the log is in event time: only an administrator may change it")
        }
    }

    /// Moves the log's clock to a command's own time, after everything that is due by then. Answers the time that the
    /// command is decided at; nil if it waits until more of what is due by then was carried out.
    mutating func moveClock<C: Change>(by command: C, _ incoming: IncomingRequest, at now: Instant) throws(Rejection)
        -> Instant?
    {
        guard let clock = eventTime else { return now }
        guard let time = try ownTime(of: command), time > clock else { return clock }
        // The condition could be refused only after the fees due by then were taken.
        if try incoming.request.arguments.expectedPosition != nil {
            throw Rejection(
                .notAvailable, field: "if_seq",
                "a command that moves the clock of a log in event time takes no if_seq=")
        }
        let days = C.greatestClockStep.milliseconds / TimeSpan.days(1).milliseconds
        guard time - clock <= C.greatestClockStep else {
            throw Rejection(
                .invalidTime,
                "the log's clock is at \(clock), and this command moves it by at most \(days) days: move it with"
                    + " CLOCK.SET first, at most 366 days at a time"
            )
        }
        if logClock == .test, !moveTestClock(to: time) {
            let deadline = counters.uptime + .days(366)
            if waits.park(incoming.waited(), for: .clock, until: deadline) { return nil }
            throw Rejection(.notAvailable, "the service stops: the test's clock is at \(state.recorded)")
        }
        eventTime = time
        while runDue(at: time, limit: Self.dueTogether) {
            guard case .durable = commit() else {
                counters.failure = "what was due by \(time) could not be made durable"
                break
            }
            _ = reserve.update(roomBytes: log.store.roomBytes)
        }
        changes.removeAll()
        counters.now = time
        waits.wakeAll()
        do throws(Rejection) { try reserve.check(usesReserve: false) } catch {
            // As after a restart: the fees that were taken stay taken, and the others belong to a later time.
            eventTime = max(clock, state.recorded)
            throw error
        }
        return time
    }

    /// Moves a test's clock from one due instant to the next, by a slice. False if more is due by `time`: the clock
    /// then stands at the last of these instants, other requests are decided at it, and the writer goes on.
    private mutating func moveTestClock(to time: Instant) -> Bool {
        let last = counters.dueCarriedOut + duePace.slice
        while let first = state.agenda?.first?.instant, first <= time {
            // On a full disk nothing due is run, and the command is refused.
            guard reserve.state == .ok, counters.failure == nil else { return true }
            guard counters.dueCarriedOut < last else { return false }
            eventTime = max(eventTime ?? first, first)
            runDue(at: first, limit: 1)
        }
        return true
    }

    /// Has `CLOCK.SET` go on once everything is carried out that is due by the clock of a test's log.
    mutating func goOnWithClock() {
        guard logClock == .test, let eventTime else { return }
        guard reserve.state == .ok, let first = state.agenda?.first, first.instant <= eventTime else {
            return waits.wake(.clock)
        }
        isBehind = true
    }

    /// A command's own time must not be before the clock; a command without a time is never late.
    func checkOrder(of time: Instant?) throws(Rejection) {
        guard let clock = eventTime, let time, time < clock, !changes.events.isEmpty else { return }
        throw Rejection(.conflict, "the log's clock is at \(clock) already: send records in order of time")
    }
}

extension OpenedService {
    /// Puts an empty log in event time, or makes it a test's. Throws if the log has events and another clock.
    package mutating func beginEventTime(at from: Instant, _ clock: LogClock) throws {
        if path.log.last == 0 { return path.beginEventTime(at: from, clock) }
        guard path.logClock == clock else {
            let lacks = clock == .test ? "was not made for tests" : "is not in event time"
            throw BootstrapError(
                description: "the log in \(data) \(lacks): only an empty log can be made so")
        }
    }
}
