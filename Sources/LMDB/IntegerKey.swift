/// Numbers as keys: eight bytes, the most significant first, so that LMDB's byte order is numeric order.

package typealias IntegerKey = InlineArray<8, UInt8>

package func integerKey(_ number: UInt64) -> IntegerKey {
    var key = IntegerKey(repeating: 0)
    for index in 0..<8 { key[index] = UInt8(truncatingIfNeeded: number >> UInt64((7 - index) * 8)) }
    return key
}

/// Nil for a key that is not eight bytes long.
package func integer(ofKey key: RawSpan) -> UInt64? {
    key.byteCount == 8 ? UInt64(bigEndian: key.unsafeLoadUnaligned(as: UInt64.self)) : nil
}
