/// A snapshot compared with a state of the same position that was made another way: row by row, byte by byte.

/// A difference between a snapshot and the state.
package struct SnapshotDifference: Equatable, Sendable {
    package let projection: String
    /// Nil if it belongs to no account.
    package let account: AccountIndex?

    package init(projection: String, account: AccountIndex?) {
        (self.projection, self.account) = (projection, account)
    }
}

extension AccountsState {
    /// At most `limit` differences from a snapshot of `count` pieces, the last of them the rest. A snapshot has only a
    /// part of the idempotency keys: their number and their sum. `KeyCheck` checks the places where they are found.
    package func differences(
        from snapshot: (Int) throws(SnapshotError) -> SnapshotChunk, count: Int, limit: Int,
        encode: @escaping (Event) -> [UInt8]
    ) throws(SnapshotError) -> [SnapshotDifference] {
        guard count > 0 else { throw SnapshotError("it has no end") }
        let rest = try snapshot(count - 1)
        guard rest.kind == .rest, rest.position == position else {
            throw SnapshotError("it is of position \(rest.position), and the state of \(position)")
        }
        var encoder = SnapshotEncoder(encode: encode)
        var found: [SnapshotDifference] = []
        if let projection = restDiffers(from: rest.bytes, &encoder) {
            found.append(SnapshotDifference(projection: projection, account: nil))
        }
        var usageBlocks = 0
        var isCompared = [Bool](repeating: false, count: directory.count)
        // The last row of an account counts.
        for index in (0..<(count - 1)).reversed() {
            let chunk = try snapshot(index)
            if chunk.kind == .usage { usageBlocks += 1 }
            if chunk.kind == .usage, !usage.sources.has(chunk.bytes) {
                found.append(SnapshotDifference(projection: Usage.name, account: nil))
                guard found.count < limit else { return found }
            }
            guard chunk.kind == .rows else { continue }
            var decoder = SnapshotDecoder(chunk.bytes) { _ throws(SnapshotError) in
                throw SnapshotError("no event is read")
            }
            while !decoder.isAtEnd {
                let account = try decoder.number(AccountIndex.self)
                let row = try decoder.raw(Int(try decoder.number(UInt32.self)))
                guard Int(account) < isCompared.count else {
                    found.append(SnapshotDifference(projection: Directory.name, account: account))
                    guard found.count < limit else { return found }
                    continue
                }
                guard !isCompared[Int(account)] else { continue }
                isCompared[Int(account)] = true
                if let projection = rowDiffers(account, from: row, &encoder) {
                    found.append(SnapshotDifference(projection: projection, account: account))
                    guard found.count < limit else { return found }
                }
            }
        }
        if usageBlocks != usage.sources.blocksInUse {
            found.append(SnapshotDifference(projection: Usage.name, account: nil))
        }
        for (account, isCompared) in isCompared.enumerated() where !isCompared && found.count < limit {
            found.append(SnapshotDifference(projection: Directory.name, account: AccountIndex(account)))
        }
        return found
    }

    /// The first projection whose part differs; nil if none does.
    private func rowDiffers(
        _ account: AccountIndex, from row: ArraySlice<UInt8>, _ encoder: inout SnapshotEncoder
    ) -> String? {
        encoder.removeAll()
        visitProjections(RowEncoding(account: account), &encoder)
        guard !encoder.isAll(of: row) else { return nil }
        encoder.removeAll()
        var comparison = Comparison(encoder: encoder, expected: row)
        visitProjections(RowComparison(account: account), &comparison)
        return comparison.differing ?? Usage.name
    }

    private func restDiffers(from rest: [UInt8], _ encoder: inout SnapshotEncoder) -> String? {
        encoder.removeAll()
        encoder.put(position)
        encoder.put(recorded.milliseconds)
        // The position where the filter of keys began is the snapshot's own, so it is copied.
        for byte in rest.dropFirst(encoder.count).prefix(MemoryLayout<Position>.size) { encoder.put(byte) }
        var comparison = Comparison(encoder: encoder, expected: rest[...])
        visitProjections(RestComparison(), &comparison)
        if let differing = comparison.differing { return differing }
        idempotencyKeys.encodeSums(into: &comparison.encoder)
        return comparison.encoder.isBeginning(of: rest[...]) ? nil : IdempotencyKeys.name
    }

    /// The keys that the filter of a snapshot of `count` pieces knows.
    package static func idempotencyKeys(
        of snapshot: (Int) throws(SnapshotError) -> SnapshotChunk, count: Int,
        decode: @escaping ([UInt8]) throws(SnapshotError) -> Event
    ) throws(SnapshotError) -> SnapshotKeys {
        guard count > 0 else { throw SnapshotError("it has no end") }
        var state = AccountsState()
        var rest = SnapshotDecoder(try snapshot(count - 1).bytes, decode: decode)
        let since = try state.decodeRest(&rest)
        for index in 0..<(count - 1) {
            let chunk = try snapshot(index)
            guard chunk.kind == .filter else { continue }
            var decoder = SnapshotDecoder(chunk.bytes, decode: decode)
            try state.decodeFilter(&decoder)
        }
        try state.idempotencyKeys.checkFilter()
        return SnapshotKeys(keys: state.idempotencyKeys, since: since)
    }
}

/// An encoding, projection by projection, beside the expected bytes.
private struct Comparison {
    var encoder: SnapshotEncoder
    let expected: ArraySlice<UInt8>
    /// The first projection whose part differs; nil if none does yet.
    var differing: String?

    mutating func look(_ projection: String) {
        if differing == nil, !encoder.isBeginning(of: expected) { differing = projection }
    }
}

private struct RowComparison: ProjectionVisitor {
    let account: AccountIndex

    func visit<P: Projection>(_ projection: borrowing P, _ comparison: inout Comparison) {
        projection.encode(account, into: &comparison.encoder)
        comparison.look(P.name)
    }
}

/// Leaves out the idempotency keys, because a part of their rest is the snapshot's own.
private struct RestComparison: ProjectionVisitor {
    func visit<P: Projection>(_ projection: borrowing P, _ comparison: inout Comparison) {
        guard P.name != IdempotencyKeys.name else { return }
        projection.encodeRest(into: &comparison.encoder)
        comparison.look(P.name)
    }
}

/// A filter of keys that is complete up to a position.
package struct SnapshotKeys: Sendable {
    let keys: IdempotencyKeys
    let since: Position
}
