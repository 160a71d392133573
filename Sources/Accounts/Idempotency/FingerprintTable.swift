/// Fingerprints of 128-bit hashes to positions, 16 bytes a slot. Half of the hash is the fingerprint: whoever finds a
/// position looks at the record there, so two hashes that share one are told apart.
package struct FingerprintTable: Sendable {
    package struct Entry: Sendable {
        package var fingerprint: UInt64
        package var position: Position
    }

    private struct Slot {
        var fingerprint: UInt64 = 0
        /// 0: empty.
        var position: Position = 0
    }

    private var slots: [Slot]
    package private(set) var count = 0

    /// Grows beyond `keys`, with the pause of a copy.
    package init(keys: Int = 8) {
        var size = 16
        while size * 3 < keys * 4 { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
    }

    /// The first position under the hash's fingerprint for which `isIt` says so.
    package func first(of hash: Hash128, where isIt: (Position) -> Bool) -> Position? {
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: hash.high) & mask
        while slots[at].position != 0 {
            if slots[at].fingerprint == hash.high, isIt(slots[at].position) { return slots[at].position }
            at = (at + 1) & mask
        }
        return nil
    }

    package mutating func insert(_ hash: Hash128, _ position: Position) {
        precondition(position != 0, "positions are from 1")
        if count * 4 >= slots.count * 3 {
            let old = slots
            slots = [Slot](repeating: Slot(), count: old.count * 2)
            for slot in old where slot.position != 0 { place(slot) }
        }
        place(Slot(fingerprint: hash.high, position: position))
        count += 1
    }

    private mutating func place(_ slot: Slot) {
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: slot.fingerprint) & mask
        while slots[at].position != 0 { at = (at + 1) & mask }
        slots[at] = slot
    }

    /// Every entry, by fingerprint and position.
    package var sorted: [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for slot in slots where slot.position != 0 {
            entries.append(Entry(fingerprint: slot.fingerprint, position: slot.position))
        }
        entries.sort { ($0.fingerprint, $0.position) < ($1.fingerprint, $1.position) }
        return entries
    }

    package var allocatedBytes: Int { slots.capacity * MemoryLayout<Slot>.stride }
}
