/// Makes a projection anew from the log while the service goes on, and switches it in between two commands.
///
/// A thread of its own replays the log into a second state until few events are left. The writer applies those and
/// takes the projection over. Memory holds two states meanwhile.

package import Accounts
package import EventLog
package import Synchronization

/// The second state, passed back and forth between the writer and the thread: only one of them has it at a time.
package final class Rebuilt: Errand, @unchecked Sendable {
    fileprivate var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
    let projection: String
    /// True after the exchange: it then holds the old projection, and the thread frees it.
    package fileprivate(set) var isDone = false

    /// Events that were missing when the thread last returned it.
    fileprivate var left = Position.max

    init(projection: String) { self.projection = projection }

    package func begin(on workers: Workers) -> Bool { workers.rebuilder.submit(self) }

    /// Called on the thread: applies everything committed when it begins; more may be committed meanwhile. Calls
    /// `progress` with the position.
    package func catchUp(
        from reader: some EventReader, until isStopped: borrowing Atomic<Bool>, progress: (Position) -> Void
    ) throws {
        _ = try reader.replay(
            into: &state, after: state.order, through: try reader.last, progress: { progress($0.position) },
            ahead: { state, account in state.prefetch(account) }
        ) { state, meta, event in
            guard !isStopped.load(ordering: .relaxed) else { throw CancellationError() }
            state.apply(event, meta)
        }
        // Made on the thread, because the writer takes it over with the projection.
        state.makeAgenda()
    }
}

/// The writer's state of a rebuild, for `STATS`.
package struct RebuildState: Sendable {
    package enum Phase: String, Sendable { case none, running, done, failed }
    package internal(set) var phase = Phase.none
    package internal(set) var projection = ""
    /// The position of the replay, or the one at which the projection was switched in.
    package internal(set) var position: Position = 0
    /// Passed to the thread after the commit: to begin with, to go on with, or to free.
    var forThread: Rebuilt?
    /// Almost caught up: the writer applies the remaining events.
    var nearlyDone: Rebuilt?
}

/// The thread's messages to the writer.
package enum RebuildNews: Sendable {
    case reached(Position)
    case caughtUp(Rebuilt)
    case failed
}

extension CommandPath where Store: ~Copyable {
    /// Events that the writer applies between two batches, in about a millisecond. A batch appends fewer, so the writer
    /// catches up.
    private static var eventsAtOnce: Position { 4096 }

    mutating func take(_ news: RebuildNews) {
        switch news {
        case .reached(let position): rebuild.position = position
        case .failed: rebuild.phase = .failed
        case .caughtUp(let rebuilt):
            let left = log.last - rebuilt.state.position
            // The thread goes on while each round halves what is left; otherwise the writer applies the rest.
            let gains = left > Self.eventsAtOnce && left < rebuilt.left / 2
            rebuilt.left = left
            if gains { rebuild.forThread = rebuilt } else { rebuild.nearlyDone = rebuilt }
        }
    }

    /// Called after a commit: applies some of the remaining events, and exchanges the projection after the last of
    /// them.
    mutating func goOnWithRebuild() {
        guard let rebuilt = rebuild.nearlyDone else { return }
        let from = rebuilt.state.position + 1
        let end = min(log.last, rebuilt.state.position + Self.eventsAtOnce)
        do throws(LogError) {
            if from <= end {
                try log.makeReader().events(from: from, through: end) { meta, event in
                    rebuilt.state.apply(event, meta)
                    return true
                }
            }
        } catch {
            (rebuild.phase, rebuild.nearlyDone, rebuild.forThread) = (.failed, nil, nil)
            return
        }
        guard rebuilt.state.position == log.last else { return }
        state.replace(rebuilt.projection, with: &rebuilt.state)
        (rebuild.phase, rebuild.position) = (.done, state.position)
        rebuilt.isDone = true
        (rebuild.forThread, rebuild.nearlyDone) = (rebuilt, nil)
    }
}

struct Rebuild: ImmediateCommand {
    static let projection = Parameter<Key>(positional: "projection", "the name of a projection, as STATS lists it")
    static let spec = CommandSpec(
        "REBUILD", .read, roles: .admin, [projection],
        reply: [.projection, .rebuild, .events],
        summary: "Builds a projection again from the log and then uses it. STATS shows the progress.",
        example: "REBUILD balances")

    let projection: String

    init(_ a: Arguments) throws(Rejection) { projection = try a[Self.projection] }

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        guard AccountsState.replaceable.contains(projection) else {
            throw Rejection(
                .notFound, field: "projection",
                "projection must be one of \(AccountsState.replaceable.joined(separator: ", ")); to build the index of ids,"
                    + " start the service without DATA/index")
        }
        guard path.rebuild.phase != .running else {
            throw Rejection(.busy, "\(path.rebuild.projection) is being rebuilt", retryAfterSeconds: 1)
        }
        path.rebuild = RebuildState(phase: .running, projection: projection, forThread: Rebuilt(projection: projection))
        reply.field(.projection, projection)
        reply.field(.rebuild, path.rebuild.phase.rawValue)
        reply.field(.events, path.log.last)
    }
}
