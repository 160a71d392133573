/// Snapshots as their thread writes them, without the data directory: they outlive a crash once whole.

import Accounts
import Engine
import EventLog
import TestSupport

struct SnapshotShelf {
    struct Snapshot {
        let position: Position
        let recorded: Instant
        let recordChecksum: UInt64
        let chunks: [SnapshotChunk]

        var bytes: Int { chunks.reduce(0) { $0 + $1.bytes.count } }
    }

    /// So few that most days have none left.
    static let retention = SnapshotRetention(daily: 3, monthly: 2)

    private var whole: [Snapshot] = []
    /// Chunks of the snapshot that is being written.
    private var chunks: [SnapshotChunk] = []
    private var hasFailed = false

    private var files: [SnapshotFile] {
        whole.map { SnapshotFile(position: $0.position, bytes: $0.bytes, recorded: $0.recorded) }
    }

    /// Returns the end once a snapshot is whole, or lost.
    mutating func take(_ job: SnapshotJob, _ reader: MemoryReader, _ planted: Planted, fails: Bool) throws(Violation)
        -> SnapshotNews?
    {
        switch job {
        case .givenUp(let position):
            crash()
            return .ended(SnapshotEnd(position: position, bytes: nil, milliseconds: 0))
        case .makeRoom:
            let newest = SnapshotRetention.none.kept(files)
            whole.removeAll { !newest.contains($0.position) }
            return .madeRoom(PastSnapshots(of: files))
        case .chunks(let more, _):
            if fails { hasFailed = true }
            chunks += planted.written(more)
            guard let last = more.last, last.kind == .rest else { return nil }
            defer { crash() }
            guard !hasFailed else {
                return .ended(SnapshotEnd(position: last.position, bytes: nil, milliseconds: 0))
            }
            let snapshot: Snapshot
            do {
                snapshot = Snapshot(
                    position: last.position, recorded: try reader.meta(at: last.position).recorded,
                    recordChecksum: try reader.recordDigest(at: last.position), chunks: chunks)
            } catch {
                throw Violation(.durable, "a snapshot of position \(last.position) is ahead of the disk: \(error)")
            }
            whole.removeAll { $0.position >= last.position }
            whole.append(snapshot)
            let kept = Self.retention.kept(files)
            whole.removeAll { !kept.contains($0.position) }
            return .ended(
                SnapshotEnd(
                    position: last.position, bytes: snapshot.bytes, milliseconds: 0, recorded: snapshot.recorded,
                    past: PastSnapshots(of: files)))
        }
    }

    /// The differences of a snapshot, and its idempotency keys.
    func differences(at position: Position, from state: borrowing AccountsState) throws(Violation)
        -> (differences: [SnapshotDifference], keys: SnapshotKeys?)
    {
        // Another snapshot may have taken its place meanwhile.
        guard let snapshot = whole.last(where: { $0.position == position }) else { return ([], nil) }
        let chunk = { (index: Int) throws(SnapshotError) in snapshot.chunks[index] }
        do throws(SnapshotError) {
            let differences = try state.differences(
                from: chunk, count: snapshot.chunks.count, limit: 10, encode: SnapshotFormat.encode)
            let keys = try AccountsState.idempotencyKeys(
                of: chunk, count: snapshot.chunks.count, decode: SnapshotFormat.decode)
            return (differences, keys)
        } catch {
            throw Violation(.replay, "the snapshot of position \(position) cannot be compared: \(error)")
        }
    }

    /// An unfinished snapshot is lost.
    mutating func crash() { (chunks, hasFailed) = ([], false) }

    /// The newest snapshot of this log; sometimes an older one, or none, as if it could not be read.
    func newest(through: Position, _ reader: MemoryReader, _ draw: inout Draw) -> Snapshot? {
        whole.last { snapshot in
            guard snapshot.position <= through, !draw.happens(4),
                let checksum = try? reader.withRecord(at: snapshot.position, { XXH64.hash($0) })
            else { return false }
            return checksum == snapshot.recordChecksum
        }
    }
}
