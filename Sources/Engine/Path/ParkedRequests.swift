/// Requests that wait for something to happen are parked on the writer: each costs only its own memory. Deadlines use
/// the clock that nobody sets: a wait lasts as long as the caller asked for.

internal import Accounts
internal import EventLog
internal import HeapModule

extension Poll {
    /// While nothing can be done the reply gives the present state, and the request may wait for more.
    static func answer<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, at now: Instant
    ) throws(Rejection) -> RequestOutcome {
        let command = try Self(incoming.request.arguments)
        var incoming = incoming
        let uptime = path.counters.uptime
        let deadline = incoming.takeDeadline() ?? uptime + command.wait
        var context = path.context(at: now)
        context.caller = try path.authorise(command, incoming, at: now)
        path.catchUp(incoming, at: now)
        guard let pending = try command.pending(path.state, context, &path.reply) else {
            return try path.perform(Self.self, incoming, at: now)
        }
        guard case .until(let key, let instant) = pending, uptime < deadline, path.logClock != .records else {
            return .answered
        }
        incoming.prepared = Prepared(Waited(until: deadline))
        // The request is tried again then, whatever the clock is set to meanwhile.
        let due = uptime + max(instant - now, .seconds(1))
        return path.waits.park(incoming, for: key, until: min(deadline, due)) ? .later : .answered
    }
}

extension WaitingRead {
    /// Reads at once if there is something to show; else the request may wait.
    static func answer<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, at now: Instant
    ) throws(Rejection) -> RequestOutcome {
        let command = try Self(incoming.request.arguments)
        var incoming = incoming
        let uptime = path.counters.uptime
        let deadline = incoming.takeDeadline() ?? uptime + command.wait
        var context = path.context(at: now, incoming.prepared)
        context.caller = try path.authorise(command, incoming, at: now)
        path.catchUp(incoming, at: now)
        // Work that was done is not thrown away: there was something to show when it began.
        if incoming.prepared == nil, uptime < deadline, try command.isEmpty(path.state, context) {
            var waiting = incoming
            waiting.prepared = Prepared(Waited(until: deadline))
            let topic = try command.topic(path.state)
            if path.waits.park(waiting, for: topic, until: deadline) { return .later }
        }
        if let errand = try path.preparation(of: command, incoming, context) { return errand }
        try command.read(path.state, context, &path.reply)
        return .answered
    }
}

extension IncomingRequest {
    /// True if it was parked, and is tried again.
    var hasWaited: Bool { prepared?.value is Waited }

    /// Marked as one that has waited without a deadline of its own.
    func waited() -> IncomingRequest {
        var incoming = self
        incoming.prepared = Prepared(Waited(until: .init(milliseconds: .max)))
        return incoming
    }

    /// The instant until which a request that has waited may wait; nil if it has not waited yet.
    fileprivate mutating func takeDeadline() -> Instant? {
        guard let waited = prepared?.value as? Waited else { return nil }
        prepared = nil
        return waited.until
    }
}

/// The mark of a request that has waited; it may wait until this instant.
private struct Waited {
    let until: Instant
}

package struct ParkedRequests {
    private struct Deadline: Comparable {
        let instant: Instant
        let connection: ConnectionID

        static func < (a: Deadline, b: Deadline) -> Bool { a.instant < b.instant }
    }

    /// A connection waits for one thing at a time: the requests behind it wait too.
    private var parked: [ConnectionID: (key: WaitKey, incoming: IncomingRequest)] = [:]
    private var connections: [WaitKey: Set<ConnectionID>] = [:]
    /// Also has deadlines of connections that were woken before.
    private var deadlines = Heap<Deadline>()
    /// Requests to be tried again, after the commit.
    private var woken: [IncomingRequest] = []
    private var isClosed = false

    package var count: Int { parked.count }
    var next: Instant? { deadlines.min?.instant }

    /// False if `close` was called: nothing waits any more.
    mutating func park(_ incoming: IncomingRequest, for key: WaitKey, until deadline: Instant) -> Bool {
        guard !isClosed else { return false }
        parked[incoming.connection] = (key, incoming)
        connections[key, default: []].insert(incoming.connection)
        deadlines.insert(Deadline(instant: deadline, connection: incoming.connection))
        return true
    }

    /// Wakes the connections whose event has happened.
    mutating func wake(_ key: WaitKey) {
        for connection in connections[key] ?? [] { wake(connection) }
    }

    mutating func wakeDue(at now: Instant) {
        while let first = deadlines.min, first.instant <= now {
            _ = deadlines.popMin()
            wake(first.connection)
        }
    }

    private mutating func wake(_ connection: ConnectionID) {
        if let incoming = forget(connection) { woken.append(incoming) }
    }

    @discardableResult
    mutating func forget(_ connection: ConnectionID) -> IncomingRequest? {
        guard let (key, incoming) = parked.removeValue(forKey: connection) else { return nil }
        connections[key]?.remove(connection)
        if connections[key]?.isEmpty == true { connections[key] = nil }
        return incoming
    }

    /// Wakes everything that waits; nothing waits after this.
    mutating func close() {
        isClosed = true
        wakeAll()
    }

    /// Has every waiting request look again at what it waits for.
    mutating func wakeAll() { for connection in Array(parked.keys) { wake(connection) } }

    mutating func takeWoken() -> [IncomingRequest] {
        guard !woken.isEmpty else { return [] }
        defer { woken = [] }
        return woken
    }
}
