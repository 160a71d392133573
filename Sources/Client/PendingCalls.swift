// The requests that wait for their replies, oldest first. Replies come in request order and carry no tags, so the order
// of this queue is all that joins a reply to its request. No I/O: the handler acts on what the queue returns.

import NIOCore

/// The result that a request's caller gets.
enum Outcome: Sendable {
    case reply(Reply)
    case failure(ClientError)

    func get() throws(ClientError) -> Reply {
        switch self {
        case .reply(let reply): return reply
        case .failure(let error): throw error
        }
    }
}

/// The calls in flight on one connection.
struct PendingCalls {
    struct Call {
        let id: UInt64
        let deadline: NIODeadline
        let isTail: Bool
        /// Nil once the caller was told (late, cancelled). The slot stays, so that its reply is still counted off.
        var promise: EventLoopPromise<Outcome>?
    }

    private var calls = CircularBuffer<Call>(initialCapacity: 16)

    var isEmpty: Bool { calls.isEmpty }

    mutating func append(_ call: Call) { calls.append(call) }

    /// The call that the next closing line answers.
    mutating func popFirst() -> Call? { calls.popFirst() }

    /// The call whose caller stopped waiting; its slot stays.
    mutating func abandon(id: UInt64) -> EventLoopPromise<Outcome>? {
        guard let index = calls.firstIndex(where: { $0.id == id }) else { return nil }
        defer { calls[index].promise = nil }
        return calls[index].promise
    }

    /// The callers whose time is over; their slots stay.
    mutating func expire(now: NIODeadline) -> [EventLoopPromise<Outcome>] {
        var expired: [EventLoopPromise<Outcome>] = []
        for index in calls.indices where calls[index].deadline <= now {
            guard let promise = calls[index].promise else { continue }
            calls[index].promise = nil
            expired.append(promise)
        }
        return expired
    }

    /// When to check for late calls next.
    var earliestDeadline: NIODeadline? {
        calls.lazy.filter { $0.promise != nil && $0.deadline < .distantFuture }.map(\.deadline).min()
    }

    /// Every caller that still waits; the queue is empty then.
    mutating func removeAll() -> [EventLoopPromise<Outcome>] {
        defer { calls.removeAll() }
        return calls.compactMap(\.promise)
    }
}
