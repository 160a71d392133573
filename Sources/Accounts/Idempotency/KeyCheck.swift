/// The idempotency keys that a log makes, event by event, held against everything that a service looks them up in.

/// Keys up to a position, in whatever order they were counted.
package struct KeySum: Equatable, Sendable {
    package let through: Position
    package private(set) var count = 0
    private var sum: UInt64 = 0

    package init(through: Position) { self.through = through }

    /// One beyond `through` is not of it.
    @inline(__always)
    package mutating func add(_ entry: FingerprintTable.Entry) {
        guard entry.position <= through else { return }
        count += 1
        // Mixed, so that no two keys can change their positions unseen.
        let mixed = (entry.fingerprint ^ entry.position &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
        sum &+= mixed ^ mixed >> 29
    }
}

package struct KeyCheck {
    /// Of a snapshot: what its filter knows, and up to where that is complete.
    private let filter: SnapshotKeys?
    private let recent: [IdempotencyKeys.Table]
    /// What the index ought to hold.
    package private(set) var indexed: KeySum
    private var last = Hash128.zero
    private var foundRecent = 0

    /// `indexed`: where the index on disk ends; 0: there is none.
    package init(filter: SnapshotKeys?, recent: [IdempotencyKeys.Table] = [], indexed: Position = 0) {
        (self.filter, self.recent) = (filter, recent)
        self.indexed = KeySum(through: indexed)
    }

    /// Every event, from the first on. Words about a key that would not be found: a command could be done twice.
    package mutating func take(_ event: Event, _ meta: EventMeta) -> String? {
        let keys = IdempotencyKeys.newKeys(event, meta, after: &last)
        var missing: String?
        if !keys.id.isZero, let place = lacks(keys.id, meta.position) {
            missing = "\(place) does not have the id of the event's command"
        }
        if !keys.reference.isZero, let place = lacks(keys.reference, meta.position) {
            missing = "\(place) does not have the event's reference"
        }
        return missing
    }

    private mutating func lacks(_ key: Hash128, _ position: Position) -> String? {
        indexed.add(FingerprintTable.Entry(fingerprint: key.high, position: position))
        if let filter, position <= filter.since, !filter.keys.mayHave(key) { return "the filter of keys" }
        guard let table = recent.first(where: { position > $0.after && position <= $0.through }) else { return nil }
        guard table.positions.first(of: key, where: { $0 == position }) != nil else {
            return "the table of recent keys"
        }
        foundRecent += 1
        return nil
    }

    /// At the end, after the event at `position`: words about recent keys that no event has.
    package func surplus(at position: Position) -> String? {
        let count = recent.reduce(0) { $0 + $1.positions.count(through: position) } - foundRecent
        return count == 0 ? nil : "the tables of recent keys have \(count) that no event has"
    }
}
