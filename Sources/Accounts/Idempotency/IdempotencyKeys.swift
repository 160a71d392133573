/// The ids of commands and the references of payments, each of which happens once: each a 128-bit hash, and the
/// position of the first event under it. A caller compares the record there, so hashes that collide are told apart.
///
/// All keys are kept for ever, the recent ones here. A full table is taken to an index on disk, and dropped when the
/// index answers for it:
///
/// ```
/// 1 ............ indexed | full | full | current     positions
///      on disk           |        in memory
/// ```
///
/// A filter of every key, two to ten bytes each, comes before both. It recognises nearly every new key as new without a
/// look at either.
package struct IdempotencyKeys: Projection {
    package static let name = "idempotency_keys"
    package static let version: UInt16 = 1

    /// The keys of the positions after `after` and up to `through`.
    package struct Table: Sendable {
        package let after: Position
        package fileprivate(set) var through: Position
        package fileprivate(set) var positions = FingerprintTable()
    }

    /// Two tables of this many keys take some 16 MB.
    package static let defaultTableKeys = 1 << 18

    package private(set) var count = 0
    /// The index answers for positions up to this one.
    package private(set) var indexed: Position
    private let tableKeys: Int
    /// Nil if nobody will ask.
    private var filter: KeyFilter?
    /// Oldest first.
    private var full: [Table] = []
    /// The number of tables in `full` that were taken to the index.
    private var taken = 0
    private var current: Table
    /// The sum of all keys, in whatever order they came and wherever they are.
    private var sum: UInt64 = 0
    private var last = Hash128.zero

    /// `indexed` is the last position that the index answers for; `.max` if nobody will ask.
    package init(indexed: Position = 0, tableKeys: Int = IdempotencyKeys.defaultTableKeys) {
        precondition(tableKeys > 0, "a table holds something")
        self.indexed = indexed
        self.tableKeys = tableKeys
        filter = indexed == .max ? nil : KeyFilter()
        current = Table(after: indexed, through: indexed)
    }

    /// The hash of a reference. `scoped(to:)` makes the principal's key of it.
    package static func hash(reference: UnsafeRawBufferPointer) -> Hash128 {
        Hash128(high: XXH64.hash(reference, seed: 0), low: XXH64.hash(reference, seed: .max))
    }

    /// Prefetches the places where a key will be looked for and kept.
    package func prefetch(_ key: Hash128) {
        filter?.prefetch(key)
        current.positions.prefetch(key)
    }

    /// False if the key is new. True if it is known, with rare exceptions.
    package func mayHave(_ key: Hash128) -> Bool { filter?.mayHave(key) ?? true }

    /// The first position under a key that is not indexed and satisfies `isIt`; nil if there is none.
    package func firstRecent(of key: Hash128, where isIt: (Position) -> Bool) -> Position? {
        for table in full {
            if let position = table.positions.first(of: key, where: isIt) { return position }
        }
        return current.positions.first(of: key, where: isIt)
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let keys = Self.newKeys(event, meta, after: &last)
        if !keys.id.isZero { insert(keys.id, meta.position) }
        if !keys.reference.isZero { insert(keys.reference, meta.position) }
        turnOver(at: meta.position)
    }

    /// The keys under which an event is the first; zero if there is none. `last` is the id of the command before.
    @inline(__always)
    static func newKeys(_ event: Event, _ meta: EventMeta, after last: inout Hash128) -> (
        id: Hash128, reference: Hash128
    ) {
        // The events of one command follow one another, so only the first is remembered.
        let id = meta.commandID == last ? .zero : meta.commandID
        last = meta.commandID
        guard var reference = event.reference else { return (id, .zero) }
        let hash = reference.withUTF8 { Self.hash(reference: UnsafeRawBufferPointer($0)) }
        return (id, hash.scoped(to: meta.principal))
    }

    /// The same keys as a list, for lookups.
    package static func keys(of event: Event, _ meta: EventMeta, after last: inout Hash128) -> [Hash128] {
        let keys = newKeys(event, meta, after: &last)
        return [keys.id, keys.reference].filter { !$0.isZero }
    }

    private mutating func insert(_ key: Hash128, _ position: Position) {
        count += 1
        sum &+= (key.high ^ position) &* 0x9e37_79b9_7f4a_7c15
        filter?.insert(key)
        if position > indexed { current.positions.insert(key, position) }
    }

    private mutating func turnOver(at position: Position) {
        guard current.positions.count >= tableKeys else { return }
        beginTable(after: position)
    }

    private mutating func beginTable(after position: Position) {
        current.through = position
        full.append(current)
        current = Table(after: position, through: position, positions: FingerprintTable(keys: tableKeys + 1))
    }

    /// Adds the keys of an event that a snapshot reflects: those that its filter was too early for, and those that are
    /// not indexed. Begins with the event before the first of them.
    mutating func recall(_ event: Event, _ meta: EventMeta, filterSince: Position) {
        let keys = Self.newKeys(event, meta, after: &last)
        for key in [keys.id, keys.reference] where !key.isZero {
            if meta.position > filterSince { filter?.mark(key) }
            if meta.position > indexed { current.positions.insert(key, meta.position) }
        }
        turnOver(at: meta.position)
    }

    /// All tables that the index does not answer for, oldest first, after the event at `position`. This closes the
    /// current table, because inserting into a shared table would copy it.
    mutating func lendRecent(at position: Position) -> [Table] {
        if current.positions.count > 0 { beginTable(after: position) }
        return full
    }

    mutating func takeFull() -> [Table] {
        defer { taken = full.count }
        return taken == full.count ? [] : Array(full[taken...])
    }

    mutating func areIndexed(through position: Position) {
        precondition(position >= indexed, "the index does not go back")
        indexed = position
        let dropped = full.prefix { $0.through <= position }.count
        full.removeFirst(dropped)
        taken -= dropped
        precondition(taken >= 0 && current.after >= position, "what is indexed was taken there before")
    }

    /// Codes the part of the rest that every state made from these events has in common.
    private mutating func codeSums<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        var keys = UInt64(count)
        try rest.code(&keys)
        count = Int(truncatingIfNeeded: keys)
        try rest.code(&sum)
        try rest.code(&last)
    }

    func encodeSums(into rest: inout SnapshotEncoder) {
        var copy = self
        copy.codeSums(&rest)
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try codeSums(&rest)
        try rest.code(&filter, blank: KeyFilter())
    }

    /// Folds the sums alone: a state for which nobody asks has no filter, and the keys are partly on disk.
    package func digestRest(_ encoder: inout SnapshotEncoder, into hash: inout XXH64) {
        encodeSums(into: &encoder)
        encoder.move(into: &hash)
    }

    /// Encodes some words of the filter, which takes keys meanwhile: it has all up to the position at which this began.
    /// False if all words are encoded. A filter that has grown is begun again.
    func encodeFilter(
        _ pass: inout SnapshotPass, at position: Position, limit: Int, into chunk: inout SnapshotEncoder
    ) -> Bool {
        guard let filter else { return false }
        if pass.filterLayers != filter.layerCount {
            (pass.filterLayers, pass.nextWord, pass.filterSince) = (filter.layerCount, 0, position)
        }
        let range = pass.nextWord..<min(filter.wordCount, pass.nextWord + limit)
        guard !range.isEmpty else { return false }
        chunk.put(UInt32(filter.layerCount))
        filter.encode(range, into: &chunk)
        pass.nextWord = range.upperBound
        return true
    }

    mutating func decodeFilter(_ chunk: inout SnapshotDecoder) throws(SnapshotError) {
        // Skips words of a filter that has grown since, because all of it came again.
        guard let layers = filter?.layerCount, try chunk.number(UInt32.self) == UInt32(layers) else { return }
        try filter?.decode(&chunk)
    }

    /// Throws if a word of the filter is missing.
    func checkFilter() throws(SnapshotError) {
        guard filter.map({ $0.isWhole }) ?? true else { throw SnapshotError("its filter of keys is not whole") }
    }

    package var allocatedBytes: Int {
        full.reduce((filter?.allocatedBytes ?? 0) + current.positions.allocatedBytes) {
            $0 + $1.positions.allocatedBytes
        }
    }
}
