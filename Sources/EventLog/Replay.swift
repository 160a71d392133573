/// Reading the log from its beginning, or from where a snapshot ends, and holding it to its order.

package import Accounts

/// How far a replay is.
package struct ReplayProgress: Equatable, Sendable {
    package let position: Position
    /// The last committed position when the replay began.
    package let total: Position
}

extension EventReader {
    /// Hands every event after `order.last` to the body, in order, and returns the order that it found. Stops at
    /// the first event that cannot be read or does not follow, with the position; nothing is skipped.
    ///
    /// Ends with the last event that is committed when it gets there, or with `through`. `progress` is called about
    /// every 50 ms and at the end.
    package func replay(
        after order: LogOrder = LogOrder(), through: Position = .max,
        progress: (ReplayProgress) -> Void = { _ in }, _ body: (EventMeta, Event) throws -> Void
    ) throws -> LogOrder {
        var order = order
        let end = try storing { () throws(StoreError) in try last }
        guard order.last <= end else {
            throw LogError.order(LogOrder.Fault(position: order.last, reason: .notInLog(end)))
        }
        let total = min(end, through)
        var failure: (any Error)?
        var reports = Ticker()
        if order.last < through {
            try events(from: order.last + 1, through: through) { meta, event in
                do throws(LogOrder.Fault) {
                    try order.follow(meta)
                } catch {
                    failure = LogError.order(error)
                    return false
                }
                do {
                    try body(meta, event)
                } catch {
                    failure = error
                    return false
                }
                if reports.isDue() { progress(ReplayProgress(position: meta.position, total: total)) }
                return true
            }
        }
        if let failure { throw failure }
        progress(ReplayProgress(position: order.last, total: max(total, order.last)))
        return order
    }
}

/// Due about every 50 ms: looks at the clock once in so many events.
private struct Ticker {
    private static let eventsBetweenLooks = 4096
    private var left = eventsBetweenLooks
    private var next = ContinuousClock.now + .milliseconds(50)

    mutating func isDue() -> Bool {
        left -= 1
        guard left == 0 else { return false }
        left = Self.eventsBetweenLooks
        let now = ContinuousClock.now
        guard now >= next else { return false }
        next = now + .milliseconds(50)
        return true
    }
}
