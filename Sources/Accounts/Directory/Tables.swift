/// A table of 64-bit keys to 32-bit numbers: open addressing, one allocation, 12 bytes a slot.
///
/// Keys come from outside (telephone numbers), so they are mixed before use; a key may be given twice only by
/// `insert`, which replaces. Nothing is removed: numbers of a log are not.
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
