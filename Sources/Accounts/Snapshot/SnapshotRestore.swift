/// The state of a snapshot, from its chunks. The last one comes first, because the last row of an account counts and
/// the rest says how long the columns are.

package struct SnapshotRestore: ~Copyable {
    private var state: AccountsState
    private let decode: ([UInt8]) throws(SnapshotError) -> Event
    /// By account: true if its row was found.
    private var isFound: [Bool] = []
    private var found = 0
    private var filterSince: Position = 0

    /// `idempotencyKeys` says which positions the index on disk answers for.
    package init(
        rest: SnapshotChunk, idempotencyKeys: consuming IdempotencyKeys,
        decode: @escaping ([UInt8]) throws(SnapshotError) -> Event
    ) throws(SnapshotError) {
        state = AccountsState(idempotencyKeys: idempotencyKeys)
        self.decode = decode
        guard rest.kind == .rest else { throw SnapshotError("it has no end") }
        var decoder = SnapshotDecoder(rest.bytes, decode: decode)
        filterSince = try state.decodeRest(&decoder)
        guard decoder.isAtEnd else { throw SnapshotError("there is more than its rest") }
        guard state.position == rest.position else { throw SnapshotError("it is not of one position") }
        isFound = Array(repeating: false, count: state.directory.count)
    }

    /// Adds a chunk before the rest, the last one first.
    package mutating func add(_ chunk: SnapshotChunk) throws(SnapshotError) {
        guard chunk.position <= state.position else { throw SnapshotError("a part is later than the whole") }
        var decoder = SnapshotDecoder(chunk.bytes, decode: decode)
        switch chunk.kind {
        case .rows: while !decoder.isAtEnd { try row(&decoder) }
        case .filter: try state.decodeFilter(&decoder)
        case .usage: try state.usage.sources.decode(chunk.bytes)
        case .rest: throw SnapshotError("it ends twice")
        }
    }

    private mutating func row(_ decoder: inout SnapshotDecoder) throws(SnapshotError) {
        let account = try decoder.number(AccountIndex.self)
        let length = Int(try decoder.number(UInt32.self))
        guard Int(account) < isFound.count else { throw SnapshotError("account \(account) is not of it") }
        guard !isFound[Int(account)] else { return try decoder.skip(length) }
        isFound[Int(account)] = true
        found += 1
        let end = decoder.offset + length
        try state.decodeRow(account, &decoder)
        guard decoder.offset == end else { throw SnapshotError("a row of account \(account) has another length") }
    }

    /// The state, and the position up to which its filter of idempotency keys is complete.
    package consuming func finish() throws(SnapshotError) -> RestoredState {
        guard found == isFound.count else { throw SnapshotError("\(isFound.count - found) accounts are missing") }
        try state.finishDecoding()
        guard state.trialBalance == .zero else { throw SnapshotError("its books do not balance") }
        return RestoredState(state: state, filterSince: filterSince)
    }
}

package struct RestoredState: ~Copyable {
    package var state: AccountsState
    package let filterSince: Position

    package consuming func take() -> AccountsState { state }
}
