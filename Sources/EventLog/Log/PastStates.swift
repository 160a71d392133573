/// Makes the state as it was at any position.

package import Accounts

extension EventReader {
    /// The last position of a moment, at most `through`.
    package func position(of moment: Moment, through: Position) throws(LogError) -> Position {
        switch moment {
        case .after(let position): return min(position, through)
        case .recorded(let time):
            // A binary search finds it, because recorded times never go back.
            var (low, high) = (Position(0), through)
            while low < high {
                let middle = low + (high - low + 1) / 2
                if try meta(at: middle).recorded <= time { low = middle } else { high = middle - 1 }
            }
            return low
        }
    }
}

/// Makes past states of a data directory from its snapshots and its log.
package struct PastStates: Sendable {
    let data: String
    let identity: LogIdentity
    package let reader: LMDBReader

    package init(data: String, of identity: LogIdentity, _ reader: LMDBReader) {
        (self.data, self.identity, self.reader) = (data, identity, reader)
    }

    /// The state after a position, made from the latest earlier one: `known`, a snapshot, or the beginning.
    ///
    /// `began` is called with the position of that one. `isCancelled` is called with the position that the replay has
    /// reached, at every 4,096th; if it answers true, `CancellationError` is thrown.
    package func bring(
        _ known: consuming AccountsState?, to position: Position, progress: (ReplayProgress) -> Void = { _ in },
        began: (Position) -> Void = { _ in }, isCancelled: (Position) -> Bool = { _ in false }
    ) throws -> AccountsState {
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
        if let known = known.take(), known.position <= position { state = known }
        if let snapshot = try newestSnapshot(after: state.position, through: position) { state = snapshot }
        began(state.position)
        try replay(&state, to: position, progress, isCancelled)
        return state
    }

    func replay(
        _ state: inout AccountsState, to position: Position, _ progress: (ReplayProgress) -> Void,
        _ isCancelled: (Position) -> Bool, and then: (EventMeta, Event) throws -> Void = { _, _ in }
    ) throws {
        _ = try reader.replay(
            into: &state, after: state.order, through: position, progress: progress,
            ahead: { state, account in state.prefetch(account) }
        ) { state, meta, event in
            try state.replay(event, meta)
            try then(meta, event)
            if meta.position % 4096 == 0, isCancelled(meta.position) { throw CancellationError() }
        }
    }

    private func newestSnapshot(after known: Position, through position: Position) throws -> AccountsState? {
        for place in try SnapshotFormat.list(data: data) where place <= position && place > known {
            do {
                let input = try SnapshotInput(data: data, at: place, of: identity)
                guard try reader.recordDigest(at: place) == input.recordChecksum else { continue }
                input.readAhead()
                return try reader.restore(
                    count: input.count, idempotencyKeys: IdempotencyKeys(indexed: .max),
                    chunk: { index throws(SnapshotError) in try input.chunk(index) })
            } catch is SnapshotError {
                // The next start reports the fault of the snapshot.
                continue
            }
        }
        return nil
    }
}
