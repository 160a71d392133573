/// Writing protobuf's wire format into a span that was sized beforehand, for the generated encoders.
///
/// A message is measured, the array grows once, and then the message is written in place: nothing is patched, moved or
/// allocated. If a size were wrong, the span's bounds would stop the write.

/// The bytes of a varint: seven bits each.
@inline(__always)
func varintSize(_ value: UInt64) -> Int { ((63 - (value | 1).leadingZeroBitCount) * 9 + 73) >> 6 }

/// The bytes of a length and the bytes that it counts.
@inline(__always)
func lengthDelimitedSize(_ count: Int) -> Int { varintSize(UInt64(count)) + count }

extension MutableRawSpan {
    @inline(__always)
    mutating func putTag(_ tag: UInt64, at offset: inout Int) { putVarint(tag, at: &offset) }

    @inline(__always)
    mutating func putVarint(_ value: UInt64, at offset: inout Int) {
        var rest = value
        while rest >= 0x80 {
            storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: offset, as: UInt8.self)
            offset += 1
            rest >>= 7
        }
        storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: offset, as: UInt8.self)
        offset += 1
    }

    mutating func put(_ text: String, at offset: inout Int) {
        let units = text.utf8Span.span
        putVarint(UInt64(units.count), at: &offset)
        put(units.bytes, at: &offset)
    }

    mutating func put(_ content: [UInt8], at offset: inout Int) {
        putVarint(UInt64(content.count), at: &offset)
        put(content.span.bytes, at: &offset)
    }

    @inline(__always)
    private mutating func put(_ content: RawSpan, at offset: inout Int) {
        let start = offset
        offset += content.byteCount
        withUnsafeMutableBytes { target in
            content.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: target[start..<start + source.count])
                    .copyMemory(from: source)
            }
        }
    }
}
