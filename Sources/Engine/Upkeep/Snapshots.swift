/// Schedules snapshots: the writer makes pieces between its batches, and a thread of its own writes them.

package import Accounts
internal import EventLog
internal import Logging

/// The writer's state of the snapshot being taken and of the last one.
package struct SnapshotState: Sendable {
    /// Events between two snapshots; 0: one is taken only when asked for.
    package static let defaultEvents = 1_000_000
    package static let kept = 2

    package let events: Position
    /// The position of the last whole snapshot; 0 if there is none.
    package internal(set) var last: Position = 0
    package internal(set) var lastBytes = 0
    package internal(set) var lastMilliseconds = 0
    /// The position at which the next snapshot is due; a failure puts it off.
    var due: Position
    package internal(set) var isRunning = false
    /// Bytes of the snapshot being taken.
    package internal(set) var bytes = 0
    /// The longest time that one step took on the writer, since the start.
    package internal(set) var longestStepMicroseconds = 0
    /// The size of one step between two batches.
    package var step = AccountsState.SnapshotStep()
    /// When this falls below zero the snapshot is given up, because events come faster than it follows.
    var rowsLeft = 0

    package init(events: Int = SnapshotState.defaultEvents) {
        self.events = Position(events)
        due = events == 0 ? .max : Position(events)
    }

    mutating func ended(_ end: SnapshotEnd) {
        isRunning = false
        guard let bytes = end.bytes else {
            due = events == 0 ? .max : end.position + events
            return
        }
        loaded(end.position)
        (lastBytes, lastMilliseconds) = (bytes, end.milliseconds)
    }

    package mutating func loaded(_ position: Position) {
        last = position
        due = events == 0 ? .max : position + events
    }
}

/// Tells the writer that a snapshot is on disk or failed.
package struct SnapshotEnd: Sendable {
    package let position: Position
    /// Nil if it failed.
    package let bytes: Int?
    package let milliseconds: Int

    package init(position: Position, bytes: Int?, milliseconds: Int) {
        (self.position, self.bytes, self.milliseconds) = (position, bytes, milliseconds)
    }
}

extension CommandPath where Store: ~Copyable {
    /// Begins a snapshot that is asked for. False if one is being taken.
    package mutating func beginSnapshot() -> Bool {
        guard !snapshot.isRunning else { return false }
        (snapshot.isRunning, snapshot.bytes) = (true, 0)
        snapshot.rowsLeft = 3 * state.directory.count + 100_000
        state.beginSnapshot()
        return true
    }

    /// Whether a snapshot would leave the reserve alone, as guessed from the last one's size.
    var hasDiskForSnapshot: Bool {
        let guess = max(snapshot.lastBytes, state.directory.count * 256 + (4 << 20))
        return reserve.state == .ok && reserve.roomBytes - reserve.bytes > guess
    }

    /// Makes one step, if a snapshot is being taken. An empty answer then means that it was given up.
    package mutating func takeSnapshotStep() -> [SnapshotChunk] {
        guard state.isTakingSnapshot else { return [] }
        let began = ContinuousClock.now
        let step = snapshot.step
        let chunks = state.nextSnapshotChunks(step, encode: SnapshotFormat.encode)
        snapshot.bytes += chunks.reduce(0) { $0 + $1.bytes.count }
        // Only steps of rows count, because the filter comes to an end however many steps it takes.
        if chunks.first?.kind == .rows { snapshot.rowsLeft -= step.rows }
        let microseconds = Int((ContinuousClock.now - began) / .microseconds(1))
        snapshot.longestStepMicroseconds = max(snapshot.longestStepMicroseconds, microseconds)
        if snapshot.rowsLeft < 0, state.isTakingSnapshot {
            state.cancelSnapshot()
            return []
        }
        return chunks
    }
}

struct SnapshotNow: ImmediateCommand {
    static let spec = CommandSpec(
        "SNAPSHOT", .read, roles: .admin,
        reply: [.snapshot, .seq],
        summary: "Begins to write a snapshot of the state. The next start reads the snapshot and the events after it.",
        example: "SNAPSHOT")

    init(_ a: Arguments) throws(Rejection) {}

    func perform<Store: EventStore & ~Copyable>(_ path: inout CommandPath<Store>, _ reply: inout Reply)
        throws(Rejection)
    {
        guard path.hasDiskForSnapshot else { throw .storageFull }
        guard path.beginSnapshot() else {
            throw Rejection(.busy, "a snapshot is being taken: STATS shows its progress", retryAfterSeconds: 1)
        }
        reply.field(.snapshot, "running")
        reply.field(.seq, path.state.position)
    }
}

/// The writer's job for the thread that writes snapshots: pieces of one, in order, or notice that it was given up.
package enum SnapshotJob: Sendable {
    /// `isPaced`: written slowly, to leave the disk to the commits.
    case chunks([SnapshotChunk], isPaced: Bool)
    case givenUp(at: Position)
}

/// Writes snapshots to a data directory, one at a time. Only one thread uses it.
final class SnapshotFiles: @unchecked Sendable {
    private let data: String
    private let identity: LogIdentity
    private let reader: LMDBReader
    private let logger: Logger
    private var output: SnapshotOutput?
    private var began = ContinuousClock.now
    private var pace = Pace(bytesPerSecond: nil)
    /// The snapshot failed: its further pieces are dropped.
    private var hasFailed = false
    /// A limit that leaves the disk to the commits.
    private static let bytesPerSecond = 128 << 20

    init(data: String, identity: LogIdentity, reader: LMDBReader, logger: Logger) {
        (self.data, self.identity, self.reader, self.logger) = (data, identity, reader, logger)
    }

    /// Answers once the snapshot is whole or has failed; nil before.
    func take(_ job: SnapshotJob) -> SnapshotEnd? {
        switch job {
        case .givenUp(let position):
            logger.warning("no snapshot was taken: the disk is nearly full, or events come faster than it follows")
            output?.abandon()
            (output, hasFailed) = (nil, false)
            return SnapshotEnd(position: position, bytes: nil, milliseconds: 0)
        case .chunks(let chunks, let isPaced):
            let last = chunks.last?.kind == .rest ? chunks.last?.position : nil
            defer { if last != nil { (output, hasFailed) = (nil, false) } }
            do throws(StoreError) {
                if !hasFailed { try write(chunks, last, isPaced) }
            } catch {
                logger.error("the snapshot cannot be written: \(error)")
                output?.abandon()
                (output, hasFailed) = (nil, true)
            }
            guard let last else { return nil }
            let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
            guard !hasFailed, let bytes = output?.bytes else {
                return SnapshotEnd(position: last, bytes: nil, milliseconds: milliseconds)
            }
            logger.info("snapshot \(last): \(bytes) bytes in \(milliseconds) ms")
            return SnapshotEnd(position: last, bytes: bytes, milliseconds: milliseconds)
        }
    }

    private func write(_ chunks: [SnapshotChunk], _ last: Position?, _ isPaced: Bool) throws(StoreError) {
        if output == nil {
            (began, pace) = (.now, Pace(bytesPerSecond: Self.bytesPerSecond))
            output = try SnapshotOutput(data: data, of: identity)
        }
        guard let output else { return }
        for chunk in chunks { try output.append(chunk) }
        if let last {
            try output.finish(at: last, recordChecksum: try reader.recordDigest(at: last))
            try SnapshotFormat.prune(data: data, keeping: SnapshotState.kept)
        } else if isPaced {
            pace.wait(after: output.bytes)
        }
    }
}
