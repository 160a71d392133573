/// VERIFY: compares the state that is served with the one that the log makes.
///
/// The writer takes a snapshot, as it does for the next start. A thread of its own replays the log from the first event
/// and compares the result with this snapshot and the older ones. Nothing else waits for it.

package import Accounts
package import EventLog
package import Logging

/// The writer's state of verifications, for `STATS`.
package struct VerificationState: Sendable {
    package enum Phase: String, Sendable { case none, running, ok, different, failed }

    package static let defaultHours = 24

    package internal(set) var phase = Phase.none
    /// The last finished verification: its position, time and faults.
    package internal(set) var position: Position = 0
    package internal(set) var milliseconds = 0
    package internal(set) var faults: [StateFault] = []
    /// The time between two verifications; 0: only when asked.
    let every: TimeSpan
    /// `due`, `begin` and `millisecondsToDue` use the clock that nobody sets.
    var due = Instant(milliseconds: .max)
    /// Requests that wait for the next snapshot, and whether a verification is wanted.
    var askers: [IncomingRequest] = []
    var isWanted = false
    /// The log's end when it was asked: the snapshot has to reach it.
    var askedAt: Position = 0

    package init(everyHours: Int = 0) { every = .hours(Int64(everyHours)) }

    mutating func begin(at now: Instant) {
        if every > .hours(0) { due = now + every }
    }

    /// How long the writer may wait without a message; nil if none is ever due. A due verification that could not begin
    /// waits for room on the disk, which no message announces.
    func millisecondsToDue(at now: Instant) -> Int64? {
        guard every > .hours(0) else { return nil }
        return due > now ? (due - now).milliseconds : 1000
    }
}

package struct VerificationJob: Errand {
    /// The snapshot's position.
    package let position: Position
    /// The state's position when it had these recent keys.
    package let last: Position
    package let recentKeys: [IdempotencyKeys.Table]
    let askers: [IncomingRequest]

    package func begin(on workers: Workers) -> Bool { workers.verifier.submit(self) }

    package var refusals: [Message] { messages(refusing: Rejection(.shuttingDown, "the service is stopping")) }

    /// The messages to the writer if there is no result.
    func messages(refusing rejection: Rejection) -> [Message] {
        let end = VerificationEnd(phase: .failed, position: position, milliseconds: 0, faults: [])
        return [.verified(end)] + askers.map { .refused($0, rejection) }
    }
}

extension VerificationJob {
    /// The messages to the writer: the result, and a reply to each asker.
    package func messages(
        _ faults: [StateFault], snapshots: Int, trialBalance: Money, milliseconds: Int
    ) -> [Message] {
        var reply = Reply()
        for fault in faults {
            reply.row()
            reply.field(.projection, fault.projection)
            reply.field(.first, fault.position)
            if let account = fault.account { reply.field(.account, account) }
            if let msisdn = fault.msisdn { reply.field(.msisdn, msisdn) }
            reply.field(.message, fault.message)
        }
        reply.closing()
        reply.countRows()
        reply.field(.result, faults.isEmpty ? "ok" : "different")
        reply.field(.position, position)
        reply.field(.snapshots, snapshots)
        reply.field(.trialBalance, trialBalance)
        reply.field(.duration, milliseconds: milliseconds)
        let end = VerificationEnd(
            phase: faults.isEmpty ? .ok : .different, position: position, milliseconds: milliseconds, faults: faults)
        // The result comes first, so that an asker finds it in STATS after the reply.
        return [.verified(end)] + askers.map { .done($0, reply) }
    }
}

/// The thread's result.
package struct VerificationEnd: Sendable {
    let phase: VerificationState.Phase
    let position: Position
    let milliseconds: Int
    let faults: [StateFault]
}

extension CommandPath where Store: ~Copyable {
    /// Asks for a verification of the next snapshot. False if a verification is running.
    mutating func wantVerification(by asker: IncomingRequest? = nil) -> Bool {
        guard verification.phase != .running else { return false }
        if let asker { verification.askers.append(asker) }
        verification.isWanted = true
        verification.askedAt = log.last
        // A snapshot that is being taken already may still reach this position; otherwise another one follows.
        _ = beginSnapshot()
        return true
    }

    mutating func beginDueVerification(at now: Instant) {
        guard verification.every > .hours(0) else { return }
        guard now >= verification.due, hasOrWantsDiskForSnapshot() else { return }
        verification.due = now + verification.every
        _ = wantVerification()
    }

    /// The job for the snapshot at `position`, if one is wanted. With nil, no snapshot could be taken and the askers
    /// are refused.
    mutating func verificationJob(at position: Position?) -> (job: VerificationJob?, refused: [IncomingRequest]) {
        guard verification.isWanted else { return (nil, []) }
        if let position, position < verification.askedAt, beginSnapshot() { return (nil, []) }
        let askers = verification.askers
        (verification.isWanted, verification.askers) = (false, [])
        guard let position else { return (nil, askers) }
        verification.phase = .running
        let job = VerificationJob(
            position: position, last: state.position, recentKeys: state.lendRecentKeys(), askers: askers)
        return (job, [])
    }

    mutating func take(_ end: VerificationEnd) {
        verification.phase = end.phase
        // A verification that failed says nothing of the state: the last finished one stays.
        guard end.phase != .failed else { return }
        (verification.position, verification.milliseconds) = (end.position, end.milliseconds)
        verification.faults = end.faults
    }
}

extension VerificationState {
    /// Writes the fields of STATS.
    func describe(_ reply: inout Reply, last: Position) {
        reply.field(.verify, isWanted ? Phase.running.rawValue : phase.rawValue)
        guard position > 0 else { return }
        reply.field(.verifyPosition, position)
        reply.field(.verifyLag, last - position)
        reply.field(.verifyMilliseconds, milliseconds)
        guard let fault = faults.first else { return }
        reply.field(.verifyProjection, fault.projection)
        reply.field(.verifyFirst, fault.position)
    }
}

struct Verify: EngineCommand {
    static let spec = CommandSpec(
        "VERIFY", .read, roles: .auditor, reply: [.result, .position, .snapshots, .trialBalance, .duration],
        rows: [.projection, .first, .account.sometimes, .msisdn.sometimes, .message], waits: true,
        summary:
            "Replays the log from its first event and compares the result with the state of the service."
            + " The service continues to work.",
        example: "VERIFY")

    init(_ a: Arguments) throws(Rejection) {}

    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        guard path.hasOrWantsDiskForSnapshot() else { throw .storageFull }
        guard path.wantVerification(by: incoming) else {
            throw Rejection(.busy, "the state is being verified: STATS will show the result", retryAfterSeconds: 10)
        }
        return .later
    }
}

package final class Verifier: Sendable {
    private let queue = Queue<VerificationJob>()
    private let states: PastStates
    private let index: (any OlderKeys)?
    private let history: HistoryIndex?
    private let data: String
    private let inbox: Inbox
    private let logger: Logger

    package init(
        _ states: PastStates, _ index: (any OlderKeys)?, _ history: HistoryIndex?, data: String, inbox: Inbox,
        logger: Logger
    ) {
        (self.states, self.index, self.history, self.data) = (states, index, history, data)
        (self.inbox, self.logger) = (inbox, logger)
    }

    /// False if the service is stopping.
    func submit(_ job: VerificationJob) -> Bool { queue.submit(job) }
    package func stop() { queue.stop() }

    /// Runs until `stop`.
    func run() {
        lowerPriority()
        while !queue.isStopped {
            for job in queue.take() { verify(job) }
            queue.wait(milliseconds: nil)
        }
        for message in queue.take().flatMap(\.refusals) { inbox.push(message) }
    }

    private func verify(_ job: VerificationJob) {
        let began = ContinuousClock.now
        do {
            let snapshots = try SnapshotFormat.list(data: data).filter { $0 <= job.position }
            let check = try states.check(
                snapshots, through: job.last, index: index, history: history, pasts: 100, recentKeys: job.recentKeys,
                isCancelled: { queue.isStopped })
            guard check.snapshots.contains(job.position) || !check.faults.isEmpty else {
                let reason = check.unread.first { $0.position == job.position }?.reason ?? "it is gone"
                throw SnapshotError("snapshot \(job.position) cannot be compared: \(reason)")
            }
            if check.faults.contains(where: { $0.projection == HistoryIndex.name }) { history?.distrust() }
            let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
            for fault in check.faults {
                logger.critical(
                    "the state is not what the log makes: \(fault.projection), account \(fault.account ?? 0), from position \(fault.position) on: \(fault.message)"
                )
            }
            if check.faults.isEmpty {
                logger.notice("verified the state at position \(job.position) in \(milliseconds) ms")
            }
            let messages = job.messages(
                check.faults, snapshots: check.snapshots.count, trialBalance: check.trialBalance,
                milliseconds: milliseconds)
            for message in messages { inbox.push(message) }
        } catch {
            var messages = job.refusals
            if !(error is CancellationError) {
                logger.critical("the state cannot be verified: \(error)")
                messages = job.messages(
                    refusing: Rejection(.internalError, "the state cannot be verified: read the service's log"))
            }
            for message in messages { inbox.push(message) }
        }
    }
}
