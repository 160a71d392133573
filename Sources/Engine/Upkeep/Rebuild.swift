/// A projection made anew from the log while the service goes on, and switched in between two commands.
///
/// A thread of its own replays the log into a state beside the live one until few events are left; the writer applies
/// those and takes the projection over. Memory holds two states meanwhile.

package import Accounts
package import EventLog
package import Synchronization

/// The state beside the live one, handed back and forth between the writer and the thread: one of them has it.
package final class Rebuilt: @unchecked Sendable {
    fileprivate var cabinet = Cabinet(idempotencyKeys: IdempotencyKeys(indexed: .max))
    let projection: String
    /// What is left is the old projection, for the thread to free.
    package fileprivate(set) var isDone = false

    /// Events that it did not have when the thread was done with it last.
    fileprivate var left = Position.max

    init(projection: String) { self.projection = projection }

    /// On the thread: what is committed now; more may be when it gets there. `progress` is called with the position.
    package func catchUp(
        from reader: some EventReader, until isStopped: borrowing Atomic<Bool>, progress: (Position) -> Void
    ) throws {
        _ = try reader.replay(
            into: &cabinet, after: cabinet.order, through: try reader.last, progress: { progress($0.position) },
            ahead: { cabinet, account in cabinet.prefetch(account) }
        ) { cabinet, meta, event in
            guard !isStopped.load(ordering: .relaxed) else { throw CancellationError() }
            cabinet.apply(event, meta)
        }
        // Here, because the writer takes it with the projection.
        cabinet.makeAgenda()
    }
}

/// On the writer, for `STATS`.
package struct RebuildState: Sendable {
    package enum Phase: String, Sendable { case none, running, done, failed }
    package internal(set) var phase = Phase.none
    package internal(set) var projection = ""
    /// How far the replay is, or where the projection was switched in.
    package internal(set) var position: Position = 0
    /// For the thread, after the commit: to begin with, to go on with, or to free.
    var forThread: Rebuilt?
    /// The writer's to finish.
    var nearlyDone: Rebuilt?
}

/// From the thread.
package enum RebuildNews: Sendable {
    case reached(Position)
    case caughtUp(Rebuilt)
    case failed
}

extension CommandPath where Store: ~Copyable {
    /// What the writer applies between two batches, a millisecond or so of it. A batch appends less, so it gains on them.
    private static var eventsAtOnce: Position { 4096 }

    mutating func take(_ news: RebuildNews) {
        switch news {
        case .reached(let position): rebuild.position = position
        case .failed: rebuild.phase = .failed
        case .caughtUp(let rebuilt):
            let left = log.last - rebuilt.cabinet.position
            // The thread goes on for as long as it gains on the load, which it need not: the rest is done here.
            let gains = left > Self.eventsAtOnce && left < rebuilt.left / 2
            rebuilt.left = left
            if gains { rebuild.forThread = rebuilt } else { rebuild.nearlyDone = rebuilt }
        }
    }

    /// After a commit: some of the events that the thread did not see, and with the last of them the exchange.
    mutating func goOnWithRebuild() {
        guard let rebuilt = rebuild.nearlyDone else { return }
        let from = rebuilt.cabinet.position + 1
        let end = min(log.last, rebuilt.cabinet.position + Self.eventsAtOnce)
        do throws(LogError) {
            if from <= end {
                try log.makeReader().events(from: from, through: end) { meta, event in
                    rebuilt.cabinet.apply(event, meta)
                    return true
                }
            }
        } catch {
            (rebuild.phase, rebuild.nearlyDone, rebuild.forThread) = (.failed, nil, nil)
            return
        }
        guard rebuilt.cabinet.position == log.last else { return }
        cabinet.replace(rebuilt.projection, with: &rebuilt.cabinet)
        (rebuild.phase, rebuild.position) = (.done, cabinet.position)
        rebuilt.isDone = true
        (rebuild.forThread, rebuild.nearlyDone) = (rebuilt, nil)
    }
}

struct Rebuild: Operation {
    static let spec = CommandSpec(
        "REBUILD", .read, roles: .admin, [.positional("projection", .key, "as STATS names them")],
        summary: "Makes a projection anew from the log and switches it in; STATS says how far it is.",
        example: "REBUILD balances")

    let projection: String

    init(_ a: Arguments) throws(Rejection) { projection = try a.key("projection") }

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        guard Cabinet.replaceable.contains(projection) else {
            throw Rejection(
                .notFound, field: "projection",
                "it is one of \(Cabinet.replaceable.joined(separator: ", ")); the index of ids is made anew by a start "
                    + "without DATA/index")
        }
        guard path.rebuild.phase != .running else {
            throw Rejection(.busy, "\(path.rebuild.projection) is being rebuilt", retryAfterSeconds: 1)
        }
        path.rebuild = RebuildState(phase: .running, projection: projection, forThread: Rebuilt(projection: projection))
        reply.field("projection", projection)
        reply.field("rebuild", path.rebuild.phase.rawValue)
        reply.field("events", path.log.last)
    }
}
