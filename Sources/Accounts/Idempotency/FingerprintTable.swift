/// Fingerprints of 128-bit hashes to positions, 16 bytes a slot. Half of the hash is the fingerprint. A caller checks
/// the record at a position it finds, so two hashes that share a fingerprint are told apart.
package struct FingerprintTable: Sendable {
    package struct Entry: Comparable, Sendable {
        package var fingerprint: UInt64
        package var position: Position

        package init(fingerprint: UInt64, position: Position) {
            self.fingerprint = fingerprint
            self.position = position
        }

        package static func < (a: Entry, b: Entry) -> Bool {
            a.fingerprint != b.fingerprint ? a.fingerprint < b.fingerprint : a.position < b.position
        }
    }

    private struct Slot {
        var fingerprint: UInt64 = 0
        /// 0 if the slot is empty.
        var position: Position = 0
    }

    private var slots: [Slot]
    package private(set) var count = 0

    /// Grows beyond `keys`, with the pause of a copy.
    package init(keys: Int = 8) {
        var size = 16
        while size * 3 < keys * 4 { size *= 2 }
        slots = [Slot](repeating: Slot(), inLargePages: size)
    }

    /// The slot where a fingerprint is looked for first: by its first bits, so that the slots are nearly in order.
    @inline(__always)
    private func home(_ fingerprint: UInt64) -> Int {
        Int(truncatingIfNeeded: fingerprint.multipliedFullWidth(by: UInt64(slots.count)).high)
    }

    /// The first position under the hash's fingerprint that satisfies `isIt`; nil if there is none.
    package func first(of hash: Hash128, where isIt: (Position) -> Bool) -> Position? {
        let mask = slots.count - 1
        var at = home(hash.high)
        while slots[at].position != 0 {
            if slots[at].fingerprint == hash.high, isIt(slots[at].position) { return slots[at].position }
            at = (at + 1) & mask
        }
        return nil
    }

    func count(through position: Position) -> Int {
        slots.count { $0.position != 0 && $0.position <= position }
    }

    func prefetch(_ hash: Hash128) { slots.prefetchElement(home(hash.high)) }

    package mutating func insert(_ hash: Hash128, _ position: Position) {
        precondition(position != 0, "positions are from 1")
        if count * 4 >= slots.count * 3 {
            let old = slots
            slots = [Slot](repeating: Slot(), inLargePages: old.count * 2)
            for slot in old where slot.position != 0 { place(slot) }
        }
        place(Slot(fingerprint: hash.high, position: position))
        count += 1
    }

    private mutating func place(_ slot: Slot) {
        let mask = slots.count - 1
        var at = home(slot.fingerprint)
        while slots[at].position != 0 { at = (at + 1) & mask }
        slots[at] = slot
    }

    /// Every entry, by fingerprint and position.
    package var sorted: [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        func take(_ slot: Slot) { entries.append(Entry(fingerprint: slot.fingerprint, position: slot.position)) }
        let gap = slots.firstIndex { $0.position == 0 } ?? 0
        for slot in slots[..<gap] where home(slot.fingerprint) < gap { take(slot) }
        for slot in slots[gap...] where slot.position != 0 { take(slot) }
        // These entries found no room at the end and wrapped to the beginning.
        for slot in slots[..<gap] where home(slot.fingerprint) >= gap { take(slot) }
        // Each entry is a few places from where it belongs, so insertion is the fastest sort.
        for index in entries.indices.dropFirst() {
            let entry = entries[index]
            var at = index
            while at > 0, entry < entries[at - 1] {
                entries[at] = entries[at - 1]
                at -= 1
            }
            entries[at] = entry
        }
        return entries
    }

    package var allocatedBytes: Int { slots.capacity * MemoryLayout<Slot>.stride }
}
