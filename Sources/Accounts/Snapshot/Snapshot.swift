/// A snapshot of the state at one position, made in small steps between which events go on being applied.
///
/// Every account has a row: the part of each projection that only the account's own events change. Rows are taken in
/// order. Those that changed meanwhile are then taken again, until so few are left that they and all that belongs to no
/// account are taken at once. So the writer is never held for long, no second copy of the state is in memory, and the
/// whole is of one position: the last row of an account counts.
///
///     rows 0..<n │ filter │ changed, changed, … │ changed, blocks of usage, and the rest: the position
///
/// A snapshot copies only the filter of the idempotency keys. The filter takes keys meanwhile, so it is complete up to
/// the position at which copying began. The log has later keys, and those not in the index on disk.

package struct SnapshotChunk: Sendable {
    package enum Kind: UInt32, Sendable {
        case rows = 1
        case filter = 2
        /// The last piece: everything that belongs to no account.
        case rest = 3
        /// A block of a source's records of usage, as `UsageSources` has it. 4 is the end of a file.
        case usage = 5
    }

    package let kind: Kind
    /// The last event that it reflects.
    package let position: Position
    package let bytes: [UInt8]

    package init(kind: Kind, position: Position, bytes: [UInt8]) {
        (self.kind, self.position, self.bytes) = (kind, position, bytes)
    }
}

/// Accounts that changed since their row was taken.
struct ChangedAccounts {
    private var words: [UInt64] = []
    private(set) var count = 0
    /// The place where the next are looked for; wraps around.
    private var cursor = 0

    mutating func insert(_ account: AccountIndex) {
        let word = Int(account >> 6)
        while words.count <= word { words.append(0) }
        let bit: UInt64 = 1 << UInt64(account & 63)
        if words[word] & bit == 0 {
            words[word] |= bit
            count += 1
        }
    }

    mutating func remove(_ account: AccountIndex) {
        let word = Int(account >> 6)
        guard word < words.count else { return }
        let bit: UInt64 = 1 << UInt64(account & 63)
        if words[word] & bit != 0 {
            words[word] &= ~bit
            count -= 1
        }
    }

    mutating func takeNext() -> AccountIndex? {
        guard count > 0 else { return nil }
        if cursor >= words.count { cursor = 0 }
        while words[cursor] == 0 { cursor = cursor + 1 == words.count ? 0 : cursor + 1 }
        let bit = words[cursor].trailingZeroBitCount
        words[cursor] &= words[cursor] - 1
        count -= 1
        return AccountIndex(cursor * 64 + bit)
    }
}

/// A snapshot that is being made.
struct SnapshotPass {
    /// The first row that was not taken yet.
    var nextRow: AccountIndex = 0
    /// The first word that was not taken yet, of a filter of `filterLayers` layers.
    var nextWord = 0
    var filterLayers = 0
    var filterSince: Position = 0
    var changed = ChangedAccounts()
}

extension AccountsState {
    /// The amount taken at once: some tenths of a millisecond.
    package struct SnapshotStep: Sendable {
        package var rows = 1024
        package var filterWords = 1 << 15
        /// The most rows that the last step takes with the rest.
        package var lastRows = 2048

        package init() {}
    }

    package var isTakingSnapshot: Bool { pass != nil }

    package mutating func beginSnapshot() { pass = SnapshotPass() }
    package mutating func cancelSnapshot() { pass = nil }

    /// How many rows changed since they were taken. If it does not fall, events come faster than rows are taken.
    package var rowsToTakeAgain: Int { pass?.changed.count ?? 0 }

    /// The next pieces; none after the rest.
    package mutating func nextSnapshotChunks(
        _ step: SnapshotStep = SnapshotStep(), encode: @escaping (Event) -> [UInt8]
    ) -> [SnapshotChunk] {
        guard var pass = pass.take() else { return [] }
        var encoder = SnapshotEncoder(capacity: max(step.rows * 160, step.filterWords * 8 + 64), encode: encode)
        func chunk(_ kind: SnapshotChunk.Kind) -> SnapshotChunk {
            SnapshotChunk(kind: kind, position: position, bytes: encoder.bytes)
        }
        if pass.nextRow < directory.next {
            let end = min(directory.next, pass.nextRow + AccountIndex(step.rows))
            for account in pass.nextRow..<end {
                pass.changed.remove(account)
                encodeRow(account, into: &encoder)
            }
            pass.nextRow = end
            self.pass = pass
            return [chunk(.rows)]
        }
        if idempotencyKeys.encodeFilter(&pass, at: position, limit: step.filterWords, into: &encoder) {
            self.pass = pass
            return [chunk(.filter)]
        }
        let isLast = pass.changed.count <= step.lastRows
        for _ in 0..<min(pass.changed.count, isLast ? step.lastRows : step.rows) {
            if let account = pass.changed.takeNext() { encodeRow(account, into: &encoder) }
        }
        guard isLast else {
            self.pass = pass
            return [chunk(.rows)]
        }
        let rows = chunk(.rows)
        encoder.removeAll()
        encodeRest(filterSince: pass.filterSince, into: &encoder)
        var last = [rows]
        usage.sources.forEachBlock { last.append(SnapshotChunk(kind: .usage, position: position, bytes: $0)) }
        return last + [chunk(.rest)]
    }

    /// Encodes the account, the length of what follows, and each projection's part.
    private func encodeRow(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        row.put(account)
        row.putCounted { row in visitProjections(RowEncoding(account: account), &row) }
    }

    mutating func decodeRow(_ account: AccountIndex, _ row: inout SnapshotDecoder) throws(SnapshotError) {
        try editProjections(RowDecoding(account: account), &row)
    }

    private func encodeRest(filterSince: Position, into rest: inout SnapshotEncoder) {
        rest.put(position)
        rest.put(recorded.milliseconds)
        rest.put(filterSince)
        visitProjections(RestEncoding(), &rest)
    }

    /// Returns the position up to which the filter is complete.
    mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) -> Position {
        position = try rest.number()
        try rest.code(&recorded)
        let filterSince: Position = try rest.number()
        rest.longestColumn = Int(clamping: position) + 1
        try editProjections(RestDecoding(), &rest)
        return filterSince
    }

    /// Completes the state that follows from rows alone.
    mutating func finishDecoding() throws(SnapshotError) {
        directory.finishDecoding()
        try organizations.finishDecoding()
        try usage.sources.finishDecoding()
        orders.finishDecoding()
        paying.finishDecoding()
        try idempotencyKeys.checkFilter()
    }

    mutating func decodeFilter(_ chunk: inout SnapshotDecoder) throws(SnapshotError) {
        try idempotencyKeys.decodeFilter(&chunk)
    }

    /// Takes the keys of an event at or before the snapshot's position, unless they are already where they are kept.
    package mutating func recallKeys(_ event: Event, _ meta: EventMeta, filterSince: Position) {
        idempotencyKeys.recall(event, meta, filterSince: filterSince)
    }
}

extension AccountsState {
    /// An account's row, as a snapshot has it: the part of each projection, by its name. The region has its key in place
    /// of its number, because a state numbers regions in the order of their appearance.
    package func row(of account: AccountIndex, encode: @escaping (Event) -> [UInt8]) -> [String: [UInt8]] {
        struct Parts: ProjectionVisitor {
            let account: AccountIndex
            let encode: (Event) -> [UInt8]

            func visit<P: Projection>(_ projection: borrowing P, _ row: inout [String: [UInt8]]) {
                var encoder = SnapshotEncoder(encode: encode)
                projection.encode(account, into: &encoder)
                row[P.name] = encoder.bytes
            }
        }
        var row: [String: [UInt8]] = [:]
        visitProjections(Parts(account: account, encode: encode), &row)
        var encoder = SnapshotEncoder(encode: encode)
        directory.encode(account, region: 0, into: &encoder)
        row[Directory.name] = encoder.bytes + Array(directory.regionKey(account).utf8)
        return row
    }
}

struct RowEncoding: ProjectionVisitor {
    let account: AccountIndex

    @inline(__always)
    func visit<P: Projection>(_ projection: borrowing P, _ row: inout SnapshotEncoder) {
        projection.encode(account, into: &row)
    }
}

private struct RowDecoding: ProjectionEditor {
    let account: AccountIndex

    @inline(__always)
    func edit<P: Projection>(_ projection: inout P, _ row: inout SnapshotDecoder) throws(SnapshotError) {
        try projection.decode(account, from: &row)
    }
}

private struct RestEncoding: ProjectionVisitor {
    func visit<P: Projection>(_ projection: borrowing P, _ rest: inout SnapshotEncoder) {
        projection.encodeRest(into: &rest)
    }
}

private struct RestDecoding: ProjectionEditor {
    func edit<P: Projection>(_ projection: inout P, _ rest: inout SnapshotDecoder) throws(SnapshotError) {
        try projection.codeRest(&rest)
    }
}
