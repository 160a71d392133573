/// Snapshots in the kit: taken piece by piece between commands, and made into a state again.

package import Accounts
internal import Engine
internal import EventLog

extension Scenario {
    package func beginSnapshot() { path.state.beginSnapshot() }

    /// The next pieces; none if it is whole.
    package func nextSnapshotChunks(_ step: AccountsState.SnapshotStep) -> [SnapshotChunk] {
        path.state.nextSnapshotChunks(step, encode: SnapshotFormat.encode)
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
    package func restored(_ chunks: [SnapshotChunk]) throws -> AccountsState {
        let reader = path.log.makeReader()
        var state = try reader.restore(
            count: chunks.count, idempotencyKeys: IdempotencyKeys(),
            chunk: { index throws(SnapshotError) in chunks[index] })
        _ = try reader.replay(after: state.order) { meta, event in state.apply(event, meta) }
        return state
    }

    /// The process dies; a snapshot and the events after it restore all of its state.
    package func restart(from chunks: [SnapshotChunk]) throws { resume(try restored(chunks)) }
}
