/// Reads of the past that wait for a state. Once its replay has taken some seconds, they are answered with how far it
/// is. The replay goes on, and the state is kept for those that ask again.

package import Accounts
internal import EventLog
internal import Synchronization

/// How far the replay for a read of the past is, for STATS.
package final class PastProgress: Sendable {
    private let position = Atomic<Position>(0)
    /// 0 while there is no replay.
    private let target = Atomic<Position>(0)

    /// Writes the fields of STATS.
    func describe(_ reply: inout Reply) {
        let target = target.load(ordering: .relaxed)
        guard target > 0 else { return }
        reply.field(.pastPosition, min(position.load(ordering: .relaxed), target))
        reply.field(.pastTarget, target)
    }

    package var isIdle: Bool { target.load(ordering: .relaxed) == 0 }

    fileprivate func reached(_ position: Position, of target: Position) {
        self.position.store(position, ordering: .relaxed)
        self.target.store(target, ordering: .relaxed)
    }
}

/// `@unchecked Sendable`: only the clock is used by other threads than that of the past.
package final class PastWaits: @unchecked Sendable {
    /// A read is answered with the progress when a replay has kept it waiting for longer than this.
    package static let patience = TimeSpan.seconds(5)
    /// A caller is never told to stay away for longer, because the state is kept for a minute only.
    private static let longestRetrySeconds: Int64 = 30
    /// A caller that asks again may come so much later than it was told.
    private static let slack = TimeSpan.seconds(5)

    /// The reads at hand, in the order of their positions.
    private var reads: [(read: PastRead, position: Position)] = []
    private let queue: Queue<PastRead>
    private let reader: LMDBReader
    private let inbox: Inbox
    private let progress: PastProgress
    private let patience: TimeSpan
    let clock: @Sendable () -> Instant

    /// The replay that runs.
    private var (began, from, target) = (Instant(milliseconds: 0), Position(0), Position(0))
    /// The state that callers were told to ask for again, and until when each of them is awaited, the earliest first.
    private var promised: (position: Position, until: [Instant])?

    init(
        _ queue: Queue<PastRead>, _ reader: LMDBReader, _ inbox: Inbox, _ progress: PastProgress, patience: TimeSpan,
        clock: @escaping @Sendable () -> Instant
    ) {
        (self.queue, self.reader, self.inbox, self.progress) = (queue, reader, inbox, progress)
        (self.patience, self.clock) = (patience, clock)
    }

    /// The position of the first read that still waits.
    var next: Position? { reads.first?.position }

    /// Takes reads in hand. `kept`: the position of the state that is there. As long as callers were told to come back
    /// for that state, reads of other positions are refused, because the state would be lost to them.
    func begin(_ reads: [(read: PastRead, position: Position)], kept: Position?) {
        self.reads = reads.sorted { $0.position < $1.position }
        let now = clock()
        guard let promised, promised.position == kept, let until = promised.until.last, now < until else {
            return promised = nil
        }
        self.reads.removeAll { read, position in
            guard position != kept else { return false }
            let words = "the state at position \(promised.position) is kept for a read that asks for it again"
            let seconds = (until - now).secondsRoundedUp
            inbox.push(.refused(read.incoming, Rejection(.busy, words, retryAfterSeconds: seconds)))
            return true
        }
    }

    /// Runs a replay. `began` is to be called with the position at which it begins, `isCancelled` at every few
    /// thousandth position.
    func replay<State: ~Copyable>(
        to position: Position, _ body: (_ began: (Position) -> Void, _ isCancelled: (Position) -> Bool) throws -> State
    ) throws -> State {
        (began, from, target) = (clock(), 0, position)
        progress.reached(0, of: target)
        defer { progress.reached(0, of: 0) }
        let begins = { (position: Position) in
            self.from = position
            self.progress.reached(position, of: self.target)
        }
        return try body(begins, reached)
    }

    /// The reads of a position that still wait: they are to be answered.
    func take(at position: Position) -> [PastRead] {
        let taken = reads.filter { $0.position == position }.map(\.read)
        reads.removeAll { $0.position == position }
        if let promise = promised, promise.position == position {
            promised = (position, Array(promise.until.dropFirst(taken.count)))
        }
        return taken
    }

    func refuse(at position: Position, _ rejection: Rejection) {
        for read in take(at: position) { inbox.push(.refused(read.incoming, rejection)) }
    }

    /// Answers the reads that have waited too long. True if the replay is to end.
    private func reached(_ position: Position) -> Bool {
        progress.reached(position, of: target)
        guard !queue.isStopped else { return true }
        let now = clock()
        guard began + patience < now, position < target else { return false }
        let late = queue.take { $0.since + patience < now }
        guard !reads.isEmpty || !late.isEmpty else { return false }
        let share = "\(position * 100 / target) % (event \(position) of \(target))"
        let words = "the state at position \(target) is being made: \(share)"
        let seconds = secondsLeft(position, now)
        for read in reads.map(\.read) + late {
            inbox.push(.refused(read.incoming, Rejection(.busy, words, retryAfterSeconds: seconds)))
        }
        // An error of the log shows when the read comes again.
        let callers =
            reads.count { $0.position == target }
            + late.count { (try? reader.position(of: $0.moment, through: $0.through)) == target }
        promise(callers, at: now, until: now + .seconds(seconds) + Self.slack)
        reads = []
        return false
    }

    private func promise(_ callers: Int, at now: Instant, until: Instant) {
        guard callers > 0 else { return }
        // A caller that has come back since then is one of these, or was answered.
        let others = promised?.position == target ? promised?.until.filter { $0 > now } : nil
        promised = (target, ((others ?? []) + Array(repeating: until, count: callers)).sorted())
    }

    private func secondsLeft(_ position: Position, _ now: Instant) -> Int64 {
        guard position > from else { return Self.longestRetrySeconds }
        let left = Double((now - began).milliseconds) / Double(position - from) * Double(target - position) / 1000
        return min(max(1, Int64(left.rounded(.up))), Self.longestRetrySeconds)
    }
}
