/// A table of 64-bit keys to 32-bit numbers: open addressing, one allocation, 12 bytes a slot.
///
/// Keys come from outside (telephone numbers), so they are mixed before use; a key may be given twice only by
/// `insert`, which replaces. Nothing is removed: numbers of a log are not.
package struct IndexTable: Sendable {
    private var keys: [UInt64]
    private var values: [UInt32]
    package private(set) var count = 0

    package init() {
        keys = [UInt64](repeating: 0, count: 16)
        values = [UInt32](repeating: 0, count: 16)
    }

    @inline(__always)
    private static func mix(_ key: UInt64) -> UInt64 {
        let product = key.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return product.high ^ product.low
    }

    /// Zero is no key.
    package subscript(key: UInt64) -> UInt32? {
        guard key != 0 else { return nil }
        let mask = keys.count - 1
        var at = Int(truncatingIfNeeded: Self.mix(key)) & mask
        while keys[at] != 0 {
            if keys[at] == key { return values[at] }
            at = (at + 1) & mask
        }
        return nil
    }

    package mutating func insert(_ key: UInt64, _ value: UInt32) {
        precondition(key != 0, "zero is no key")
        if count * 4 >= keys.count * 3 { grow() }
        let mask = keys.count - 1
        var at = Int(truncatingIfNeeded: Self.mix(key)) & mask
        while keys[at] != 0, keys[at] != key { at = (at + 1) & mask }
        if keys[at] == 0 { count += 1 }
        keys[at] = key
        values[at] = value
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        values = [UInt32](repeating: 0, count: oldKeys.count * 2)
        count = 0
        for (index, key) in oldKeys.enumerated() where key != 0 { insert(key, oldValues[index]) }
    }

    package var allocatedBytes: Int { keys.capacity * 8 + values.capacity * 4 }
}

/// Fingerprints of 128-bit hashes to positions, 16 bytes a slot. Half of the hash is the key: whoever finds a
/// position compares the whole hash with the record there, so two that share a fingerprint are told apart.
package struct FingerprintTable: Sendable {
    private struct Slot {
        var fingerprint: UInt64 = 0
        /// 0: empty.
        var position: Position = 0
    }

    private var slots: [Slot]
    package private(set) var count = 0

    package init() { slots = [Slot](repeating: Slot(), count: 16) }

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

    /// The same for the same contents, in whatever order they came.
    package var digest: UInt64 {
        slots.reduce(0) { sum, slot in
            slot.position == 0 ? sum : sum &+ (slot.fingerprint ^ slot.position) &* 0x9e37_79b9_7f4a_7c15
        }
    }

    package var allocatedBytes: Int { slots.capacity * MemoryLayout<Slot>.stride }
}

/// A set of 128-bit hashes, 16 bytes a slot. The hash of all zeros is no member.
package struct HashSet128: Sendable {
    private var slots: [Hash128]
    package private(set) var count = 0

    package init() { slots = [Hash128](repeating: .zero, count: 16) }

    package func contains(_ hash: Hash128) -> Bool {
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: hash.low) & mask
        while slots[at] != .zero {
            if slots[at] == hash { return true }
            at = (at + 1) & mask
        }
        return false
    }

    package mutating func insert(_ hash: Hash128) {
        if count * 4 >= slots.count * 3 {
            let old = slots
            slots = [Hash128](repeating: .zero, count: old.count * 2)
            for hash in old where hash != .zero { place(hash) }
        }
        place(hash)
        count += 1
    }

    private mutating func place(_ hash: Hash128) {
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: hash.low) & mask
        while slots[at] != .zero { at = (at + 1) & mask }
        slots[at] = hash
    }

    /// The same for the same members, in whatever order they came.
    package var digest: UInt64 { slots.reduce(0) { $0 &+ ($1.high ^ $1.low &* 0x9e37_79b9_7f4a_7c15) } }

    package var allocatedBytes: Int { slots.capacity * MemoryLayout<Hash128>.stride }
}
