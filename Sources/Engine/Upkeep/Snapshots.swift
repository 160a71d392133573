/// Schedules snapshots: the writer makes pieces between its batches, and a thread of its own writes them.

package import Accounts
package import EventLog
internal import Logging

extension CommandPath where Store: ~Copyable {
    /// Begins a snapshot that is asked for. False if one is being taken.
    package mutating func beginSnapshot() -> Bool {
        guard !snapshot.isRunning else { return false }
        (snapshot.isRunning, snapshot.bytes) = (true, 0)
        snapshot.wantsRoom = false
        snapshot.rowsLeft = 3 * state.directory.count + 100_000
        state.beginSnapshot()
        return true
    }

    /// Whether a snapshot would leave the reserve alone, as guessed from the last one's size.
    var hasDiskForSnapshot: Bool { reserve.state == .ok && reserve.roomBytes - reserve.bytes > guessedBytes }

    private var guessedBytes: Int { max(snapshot.lastBytes, state.directory.count * 256 + (4 << 20)) }

    /// The same. If there is no room, snapshots that are kept for the past make some for the next attempt.
    mutating func hasOrWantsDiskForSnapshot() -> Bool {
        snapshot.wantsRoom = !hasDiskForSnapshot
        return !snapshot.wantsRoom
    }

    /// Begins a snapshot that is due, if the disk has room for it.
    mutating func beginDueSnapshot() {
        guard !snapshot.isRunning,
            snapshot.isDue(at: log.last, recorded: state.recorded, uptime: counters.uptime),
            hasOrWantsDiskForSnapshot()
        else { return }
        _ = beginSnapshot()
    }

    /// The bytes that snapshots of the past have to make free, because the disk fills up or another snapshot has no
    /// room; nil if there are none. Removed before changes are refused: the figure is the one that a backup leaves.
    mutating func takeMissingRoom() -> Int? {
        guard snapshot.past.count > 0, !snapshot.isMakingRoom else { return nil }
        var wanted = reserve.bytesForOthersToLeave
        if snapshot.wantsRoom { wanted = max(wanted, reserve.bytes + reserve.bytes / 8 + guessedBytes) }
        guard reserve.roomBytes < wanted else { return nil }
        snapshot.isMakingRoom = true
        return wanted - reserve.roomBytes
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
        guard path.hasOrWantsDiskForSnapshot() else { throw .storageFull }
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
    /// Snapshots that are kept for the past are removed, the oldest first, until so many bytes are free.
    case makeRoom(bytes: Int)
}

/// The thread's news for the writer.
package enum SnapshotNews: Sendable {
    case ended(SnapshotEnd)
    /// Snapshots of the past were removed; these are left.
    case madeRoom(PastSnapshots)
}

/// Writes snapshots to a data directory, one at a time. Only one thread uses it.
final class SnapshotFiles: @unchecked Sendable {
    private let data: String
    private let identity: LogIdentity
    private let reader: LMDBReader
    private let retention: SnapshotRetention
    private let logger: Logger
    private var output: SnapshotOutput?
    private var began = ContinuousClock.now
    private var pace = Pace(bytesPerSecond: nil)
    /// The snapshot failed: its further pieces are dropped.
    private var hasFailed = false
    /// A limit that leaves the disk to the commits.
    private static let bytesPerSecond = 128 << 20

    init(data: String, identity: LogIdentity, reader: LMDBReader, keeping retention: SnapshotRetention, logger: Logger)
    {
        (self.data, self.identity, self.reader) = (data, identity, reader)
        (self.retention, self.logger) = (retention, logger)
    }

    /// Answers once the snapshot is whole or has failed, or room was made; nil before.
    func take(_ job: SnapshotJob) -> SnapshotNews? {
        switch job {
        case .makeRoom(let bytes): return .madeRoom(makeRoom(bytes))
        case .givenUp(let position):
            logger.warning("no snapshot was taken: the disk is nearly full, or events come faster than it follows")
            output?.abandon()
            (output, hasFailed) = (nil, false)
            return .ended(SnapshotEnd(position: position, bytes: nil, milliseconds: 0))
        case .chunks(let chunks, let isPaced):
            let last = chunks.last?.kind == .rest ? chunks.last?.position : nil
            defer { if last != nil { (output, hasFailed) = (nil, false) } }
            var past: PastSnapshots?
            do throws(StoreError) {
                if !hasFailed { past = try write(chunks, last, isPaced) }
            } catch {
                logger.error("the snapshot cannot be written: \(error)")
                output?.abandon()
                (output, hasFailed) = (nil, true)
            }
            guard let last else { return nil }
            let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
            guard !hasFailed, let bytes = output?.bytes else {
                return .ended(SnapshotEnd(position: last, bytes: nil, milliseconds: milliseconds))
            }
            logger.info("snapshot \(last): \(bytes) bytes in \(milliseconds) ms")
            let recorded = try? reader.meta(at: last).recorded
            return .ended(
                SnapshotEnd(position: last, bytes: bytes, milliseconds: milliseconds, recorded: recorded, past: past))
        }
    }

    /// Returns the snapshots of the past once this one is whole; nil before.
    private func write(_ chunks: [SnapshotChunk], _ last: Position?, _ isPaced: Bool) throws(StoreError)
        -> PastSnapshots?
    {
        if output == nil {
            (began, pace) = (.now, Pace(bytesPerSecond: Self.bytesPerSecond))
            output = try SnapshotOutput(data: data, of: identity)
        }
        guard let output else { return nil }
        for chunk in chunks { try output.append(chunk) }
        if let last {
            try output.finish(at: last, recordChecksum: try reader.recordDigest(at: last))
            let files = try SnapshotFormat.files(data: data, of: identity, reader)
            return PastSnapshots(of: try SnapshotFormat.prune(data: data, files, keeping: retention))
        }
        if isPaced { pace.wait(after: output.bytes) }
        return nil
    }

    private func makeRoom(_ bytes: Int) -> PastSnapshots {
        do throws(StoreError) {
            let files = try SnapshotFormat.files(data: data, of: identity, reader)
            let left = try SnapshotFormat.removeOldest(data: data, files, bytes: bytes)
            logger.warning(
                "\(files.count - left.count) snapshots of the past were removed, because the disk is nearly full")
            return PastSnapshots(of: left)
        } catch {
            // The writer does not ask again until another snapshot has been written.
            logger.error("snapshots of the past cannot be removed: \(error)")
            return PastSnapshots()
        }
    }
}
