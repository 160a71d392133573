/// Reads the log from its beginning, or from the end of a snapshot, and checks its order.

package import Accounts
internal import EventCoding

/// How far a replay is.
package struct ReplayProgress: Equatable, Sendable {
    package let position: Position
    /// The last committed position when the replay began.
    package let total: Position
    /// The position of the state that it began with: of a snapshot, or 0.
    package let from: Position
}

extension EventReader {
    /// Calls the body with every event after `order.last`, in order, and returns the order that it found. Stops at the
    /// first event that cannot be read or is out of order, with the position; nothing is skipped.
    ///
    /// Ends with the last event that is committed when it gets there, or with `through`. Calls `progress` about every
    /// 50 ms and at the end. Calls `ahead` with the accounts of the next few events, so that it can prefetch what those
    /// events need.
    package func replay<State: ~Copyable>(
        into state: inout State, after order: LogOrder = LogOrder(), through: Position = .max,
        progress: (ReplayProgress) -> Void = { _ in }, ahead: (borrowing State, AccountIndex) -> Void,
        _ body: (inout State, EventMeta, Event) throws -> Void
    ) throws -> LogOrder {
        var order = order
        let end = try storing { () throws(StoreError) in try last }
        guard order.last <= end else {
            throw LogError.order(LogOrder.Fault(position: order.last, reason: .notInLog(end)))
        }
        let (from, total) = (order.last, min(end, through))
        var failure: (any Error)?
        var reports = Ticker()
        // The last position with a verified checksum. They are verified a group at a time, so that no hash waits for
        // the one before it.
        var sound = order.last
        var readAhead = makeReadAhead()
        if order.last < through {
            try storing { () throws(StoreError) in
                try scan(from: order.last + 1, through: through, isLookingAhead: true) { position, record, pass in
                    switch pass {
                    case .ahead:
                        record.prefetchRest()
                        if let account = Record.account(record) {
                            order.prefetch(account)
                            ahead(state, account)
                        }
                        return true
                    case .near:
                        if position == sound + 1, Record.isSound(record, position: position) { sound = position }
                        return true
                    case .here: break
                    }
                    do {
                        let meta = try Record.meta(record, position: position, verifyingChecksum: position > sound)
                        try order.follow(meta)
                        try body(&state, meta, try Record.event(record, position: position))
                    } catch {
                        failure = error
                        return false
                    }
                    if reports.isTurn() {
                        readAhead?.reached(position, of: total)
                        if reports.isDue() { progress(ReplayProgress(position: position, total: total, from: from)) }
                    }
                    return true
                }
            }
        }
        if let failure = failure as? RecordError { throw LogError.record(failure) }
        if let failure = failure as? LogOrder.Fault { throw LogError.order(failure) }
        if let failure { throw failure }
        progress(ReplayProgress(position: order.last, total: max(total, order.last), from: from))
        return order
    }

    package func replay(
        after order: LogOrder = LogOrder(), through: Position = .max,
        progress: (ReplayProgress) -> Void = { _ in }, _ body: (EventMeta, Event) throws -> Void
    ) throws -> LogOrder {
        var nothing: Void = ()
        return try replay(
            into: &nothing, after: order, through: through, progress: progress, ahead: { _, _ in },
            { _, meta, event in try body(meta, event) })
    }
}

/// Due about every 50 ms; reads the clock once in 4096 events.
private struct Ticker {
    private static let eventsBetweenLooks = 4096
    private var left = eventsBetweenLooks
    private var next = ContinuousClock.now + .milliseconds(50)

    mutating func isTurn() -> Bool {
        left -= 1
        guard left == 0 else { return false }
        left = Self.eventsBetweenLooks
        return true
    }

    mutating func isDue() -> Bool {
        let now = ContinuousClock.now
        guard now >= next else { return false }
        next = now + .milliseconds(50)
        return true
    }
}
