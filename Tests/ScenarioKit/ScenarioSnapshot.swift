/// Snapshots in the kit: taken piece by piece between commands, and made into a state again.

package import Accounts
internal import Engine
internal import EventLog

extension Scenario {
    package func beginSnapshot() { path.cabinet.beginSnapshot() }

    /// The next pieces; none if it is whole.
    package func nextSnapshotChunks(_ step: Cabinet.SnapshotStep) -> [SnapshotChunk] {
        path.cabinet.nextSnapshotChunks(step, encode: Snapshots.encode)
    }

    /// A whole snapshot as the writer takes it, the filter in steps of so many words; nil if it was given up.
    package func takeSnapshot(filterWords: Int) -> [SnapshotChunk]? {
        path.snapshot.step.filterWords = filterWords
        guard path.beginSnapshot() else { return nil }
        var chunks: [SnapshotChunk] = []
        while case let next = path.takeSnapshotStep(), !next.isEmpty { chunks += next }
        return chunks.last?.kind == .rest ? chunks : nil
    }

    /// The state of a snapshot and the events after it.
    package func restored(_ chunks: [SnapshotChunk]) throws -> Cabinet {
        let reader = path.log.makeReader()
        var cabinet = try reader.restore(
            count: chunks.count, idempotencyKeys: IdempotencyKeys(),
            chunk: { index throws(SnapshotError) in chunks[index] })
        _ = try reader.replay(after: cabinet.order) { meta, event in cabinet.apply(event, meta) }
        return cabinet
    }

    /// The process dies; a snapshot and the events after it restore all of its state.
    package func restart(from chunks: [SnapshotChunk]) throws { resume(try restored(chunks)) }
}
