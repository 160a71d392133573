/// Checks the machine's clock against the log: it must not be behind the last event, nor far ahead of it unless the
/// service was stopped for long.

package import Accounts
internal import EventLog

extension CommandPath where Store: ~Copyable {
    /// How far the clock is behind the last recorded event.
    func clockBehind(at now: Instant) -> TimeSpan {
        eventTime == nil ? max(state.recorded - now, .seconds(0)) : .seconds(0)
    }

    /// A warning for the start; nil if the clock may be right.
    package func clockWarning(at now: Instant) -> String? {
        guard eventTime == nil, log.last > 0 else { return nil }
        let recorded = state.recorded
        if case let behind = clockBehind(at: now), behind > .seconds(1) {
            return """
                the machine's clock is \(behind.secondsRoundedUp) s behind the last event, which was recorded \(recorded): set \
                the clock right; until it gets there events are recorded at that time, and nothing falls due
                """
        }
        guard now - recorded > .days(1) else { return nil }
        return """
            the last event was recorded \(recorded), \((now - recorded).milliseconds / TimeSpan.days(1).milliseconds) days before \
            the machine's clock: if the service was not stopped for so long, the clock is wrong, and what falls due by it \
            happens now
            """
    }
}
