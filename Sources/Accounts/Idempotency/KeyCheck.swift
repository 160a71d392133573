/// The idempotency keys that a log makes, event by event, compared with everything that a service looks them up in.

/// Keys up to a position, in whatever order they were counted.
package struct KeySum: Equatable, Sendable {
    package let through: Position
    package private(set) var count = 0
    private var sum: UInt64 = 0

    package init(through: Position) { self.through = through }

    /// Ignores an entry beyond `through`.
    @inline(__always)
    package mutating func add(_ entry: FingerprintTable.Entry) {
        guard entry.position <= through else { return }
        count += 1
        // Mixed, so that two keys cannot swap positions unnoticed.
        let mixed = (entry.fingerprint ^ entry.position &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
        sum &+= mixed ^ mixed >> 29
    }
}

package struct KeyCheck {
    /// A key that a lookup would miss: a command could be done twice.
    package struct Missing: Sendable {
        package let position: Position
        /// Nil if it belongs to no account.
        package let account: AccountIndex?
        package let message: String
    }

    private struct Asked {
        let key: Hash128
        let position: Position
        let account: AccountIndex
    }

    /// The keys that a snapshot's filter knows, and the position up to which it is complete; nil if there is none.
    private let filter: SnapshotKeys?
    private let recent: [IdempotencyKeys.Table]
    /// The keys that the index ought to hold.
    package private(set) var indexed: KeySum
    private var last = Hash128.zero
    private var foundRecent = 0
    /// Keys that were prefetched and not looked at yet, so that many cache misses are one wait.
    private var asked: [Asked] = []
    private static let askedTogether = 64

    /// `indexed` is the last position of the index on disk; 0 if there is none.
    package init(filter: SnapshotKeys?, recent: [IdempotencyKeys.Table] = [], indexed: Position = 0) {
        (self.filter, self.recent) = (filter, recent)
        self.indexed = KeySum(through: indexed)
        asked.reserveCapacity(Self.askedTogether + 2)
    }

    /// Takes every event, from the first on.
    @inline(__always)
    package mutating func take(_ event: Event, _ meta: EventMeta, _ found: (Missing) -> Void) {
        let keys = IdempotencyKeys.newKeys(event, meta, after: &last)
        if !keys.id.isZero { ask(keys.id, meta) }
        if !keys.reference.isZero { ask(keys.reference, meta) }
        if asked.count >= Self.askedTogether { look(found) }
    }

    private mutating func ask(_ key: Hash128, _ meta: EventMeta) {
        indexed.add(FingerprintTable.Entry(fingerprint: key.high, position: meta.position))
        filter?.keys.prefetch(key)
        asked.append(Asked(key: key, position: meta.position, account: meta.account))
    }

    private mutating func look(_ found: (Missing) -> Void) {
        for asked in asked {
            guard let place = lacks(asked) else { continue }
            found(
                Missing(
                    position: asked.position, account: asked.account,
                    message: "\(place) does not have a key of the event"))
        }
        asked.removeAll(keepingCapacity: true)
    }

    /// The place where a lookup would miss the key; nil if there is none.
    private mutating func lacks(_ asked: Asked) -> String? {
        if let filter, asked.position <= filter.since, !filter.keys.mayHave(asked.key) { return "the filter" }
        guard let table = recent.first(where: { asked.position > $0.after && asked.position <= $0.through }) else {
            return nil
        }
        guard table.positions.first(of: asked.key, where: { $0 == asked.position }) != nil else {
            return "the table of recent keys"
        }
        foundRecent += 1
        return nil
    }

    /// Ends after the event at `position`: looks at the rest, and reports recent keys that no event has.
    package mutating func finish(at position: Position, _ found: (Missing) -> Void) {
        look(found)
        let surplus = recent.reduce(0) { $0 + $1.positions.count(through: position) } - foundRecent
        guard surplus != 0 else { return }
        found(
            Missing(
                position: (recent.first?.after ?? 0) + 1, account: nil,
                message: "the tables of recent keys have \(surplus) that no event has"))
    }
}
