/// A table of 64-bit keys to 32-bit numbers: open addressing, one allocation, 12 bytes a slot.
///
/// Keys come from outside (telephone numbers), so they are mixed before use. Only `insert` accepts a key twice, and
/// replaces its value. Nothing is removed, because a log's numbers stay.
package struct IndexTable: Sendable {
    private var keys: [UInt64]
    private var values: [UInt32]
    package private(set) var count = 0

    /// Grows beyond `keys`, with the pause of a copy.
    package init(keys count: Int = 0) {
        var size = 16
        while count * 4 >= size * 3 { size *= 2 }
        keys = [UInt64](repeating: 0, inLargePages: size)
        values = [UInt32](repeating: 0, inLargePages: size)
    }

    @inline(__always)
    fileprivate static func mix(_ key: UInt64) -> UInt64 {
        let product = key.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return product.high ^ product.low
    }

    /// Nil for zero, which is not a key.
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

    func prefetch(_ key: UInt64) {
        let at = Int(truncatingIfNeeded: Self.mix(key)) & (keys.count - 1)
        keys.prefetchElement(at)
        values.prefetchElement(at)
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
        keys = [UInt64](repeating: 0, inLargePages: oldKeys.count * 2)
        values = [UInt32](repeating: 0, inLargePages: oldKeys.count * 2)
        count = 0
        for (index, key) in oldKeys.enumerated() where key != 0 { insert(key, oldValues[index]) }
    }

    package var allocatedBytes: Int { keys.capacity * 8 + values.capacity * 4 }
}

/// Accounts by a key that stands in their own column: open addressing, 4 bytes a slot. Several accounts may share a
/// key, zero is not a key, and an account can be removed.
struct AccountTable: Sendable {
    typealias Key = (Directory.Account) -> UInt64

    /// Account 0 has no key, so it stands for an empty slot.
    private var slots: [AccountIndex]
    private var count = 0

    init(count: Int = 0) {
        var size = 16
        while count * 4 >= size * 3 { size *= 2 }
        slots = [AccountIndex](repeating: 0, inLargePages: size)
    }

    private func slot(_ key: UInt64) -> Int { Int(truncatingIfNeeded: IndexTable.mix(key)) & (slots.count - 1) }
    private func next(_ slot: Int) -> Int { (slot + 1) & (slots.count - 1) }

    /// True if an account other than this one has the key.
    func contains(_ key: UInt64, in accounts: [Directory.Account], by keyOf: Key, otherThan account: AccountIndex?)
        -> Bool
    {
        guard key != 0 else { return false }
        var at = slot(key)
        while slots[at] != 0 {
            if slots[at] != account, keyOf(accounts[Int(slots[at])]) == key { return true }
            at = next(at)
        }
        return false
    }

    mutating func insert(_ account: AccountIndex, in accounts: [Directory.Account], by keyOf: Key) {
        let key = keyOf(accounts[Int(account)])
        guard key != 0 else { return }
        if count * 4 >= slots.count * 3 {
            var grown = AccountTable(count: count * 2)
            for old in slots where old != 0 { grown.insert(old, in: accounts, by: keyOf) }
            self = grown
        }
        var at = slot(key)
        while slots[at] != 0 { at = next(at) }
        slots[at] = account
        count += 1
    }

    mutating func remove(_ account: AccountIndex, in accounts: [Directory.Account], by keyOf: Key) {
        let key = keyOf(accounts[Int(account)])
        guard key != 0 else { return }
        var hole = slot(key)
        while slots[hole] != account {
            precondition(slots[hole] != 0, "an account with a key is in the table")
            hole = next(hole)
        }
        // Later entries move up, unless that would put them before their own place.
        var at = next(hole)
        while slots[at] != 0 {
            let home = slot(keyOf(accounts[Int(slots[at])]))
            if (at - home) & (slots.count - 1) >= (at - hole) & (slots.count - 1) {
                slots[hole] = slots[at]
                hole = at
            }
            at = next(at)
        }
        slots[hole] = 0
        count -= 1
    }

    var allocatedBytes: Int { slots.capacity * 4 }
}
