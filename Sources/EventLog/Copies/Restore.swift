/// Makes the state from a snapshot and the log, whichever way the snapshot is stored.

package import Accounts

extension EventReader {
    /// The state that a snapshot's `count` chunks make. Keys that are neither in the snapshot nor in the index are read
    /// from the log. Calls `takeKeys` when a table of keys may be full.
    package func restore(
        count: Int, idempotencyKeys: consuming IdempotencyKeys,
        chunk: (Int) throws(SnapshotError) -> SnapshotChunk,
        takeKeys: (inout AccountsState) throws -> Void = { _ in }
    ) throws -> AccountsState {
        guard count > 0 else { throw SnapshotError("it has no end") }
        let indexed = idempotencyKeys.indexed
        var restore = try SnapshotRestore(
            rest: try chunk(count - 1), idempotencyKeys: idempotencyKeys, decode: SnapshotFormat.decode)
        for index in (0..<(count - 1)).reversed() { try restore.add(try chunk(index)) }
        let restored = try restore.finish()
        let filterSince = restored.filterSince
        var state = restored.take()
        let position = state.position
        guard position > 0 else { return state }
        var failure: (any Error)?
        try events(from: max(1, min(indexed, filterSince, position)), through: position) { meta, event in
            state.recallKeys(event, meta, filterSince: filterSince)
            do { try takeKeys(&state) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
        return state
    }
}

extension AccountsState {
    /// The order after which a replay goes on.
    package var order: LogOrder {
        guard position > 0 else { return LogOrder() }
        return LogOrder(last: position, lastRecorded: recorded, lastPositions: directory.accounts.map(\.lastPosition))
    }
}
