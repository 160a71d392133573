/// State as bytes: little-endian numbers, and texts and events with their length before them. A snapshot is a cache
/// that is checked as a whole before it is read, so anything that does not fit is an error and never a guess.

/// The reason why a snapshot cannot be used.
package struct SnapshotError: Error, CustomStringConvertible, Equatable {
    package let description: String
    package init(_ description: String) { self.description = description }
}

package struct SnapshotEncoder {
    /// The first `count` bytes are written.
    private var buffer: [UInt8]
    package private(set) var count = 0
    private let encode: (Event) -> [UInt8]

    /// `encode` makes an event's record; this module does not know how.
    package init(capacity: Int = 1 << 12, encode: @escaping (Event) -> [UInt8]) {
        buffer = [UInt8](repeating: 0, count: capacity)
        self.encode = encode
    }

    package var bytes: [UInt8] { Array(buffer[..<count]) }

    @inline(__always)
    mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        let size = MemoryLayout<Number>.size
        if count + size > buffer.count { grow(by: size) }
        buffer.withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, toByteOffset: count, as: Number.self) }
        count += size
    }

    mutating func put(_ instant: Instant) { put(instant.milliseconds) }
    mutating func put(_ money: Money) { put(money.minorUnits) }
    mutating func put(_ flag: Bool) { put(UInt8(flag ? 1 : 0)) }

    mutating func put(_ hash: Hash128) {
        put(hash.high)
        put(hash.low)
    }

    mutating func put(_ bytes: [UInt8]) {
        put(UInt32(bytes.count))
        if count + bytes.count > buffer.count { grow(by: bytes.count) }
        buffer.replaceSubrange(count..<(count + bytes.count), with: bytes)
        count += bytes.count
    }

    mutating func put(_ text: String) { put(Array(text.utf8)) }
    mutating func put(_ event: Event) { put(encode(event)) }

    /// Puts the length of the body's bytes, then the bytes.
    mutating func putCounted(_ body: (inout SnapshotEncoder) -> Void) {
        let at = count
        put(UInt32(0))
        body(&self)
        let length = UInt32(count - at - 4)
        buffer.withUnsafeMutableBytes { $0.storeBytes(of: length.littleEndian, toByteOffset: at, as: UInt32.self) }
    }

    mutating func removeAll() { count = 0 }

    /// True if these bytes begin with those put so far.
    func isBeginning(of bytes: ArraySlice<UInt8>) -> Bool {
        count <= bytes.count && buffer[..<count].elementsEqual(bytes.prefix(count))
    }

    func isAll(of bytes: ArraySlice<UInt8>) -> Bool {
        guard count == bytes.count else { return false }
        return buffer.withUnsafeBytes { buffer in
            bytes.withUnsafeBytes { buffer.prefix(count).elementsEqual($0) }
        }
    }

    /// Puts the number of elements, then each.
    mutating func put<Elements: Collection>(
        each elements: Elements, _ put: (inout SnapshotEncoder, Elements.Element) -> Void
    ) {
        self.put(UInt32(elements.count))
        for element in elements { put(&self, element) }
    }

    private mutating func grow(by bytes: Int) {
        buffer.append(contentsOf: repeatElement(0, count: max(buffer.count, bytes)))
    }
}

package struct SnapshotDecoder {
    private let bytes: [UInt8]
    private(set) var offset = 0
    private let decode: ([UInt8]) throws(SnapshotError) -> Event
    /// No column is longer. It is known once the position is, because each account has an event.
    var longestColumn = 0

    package init(_ bytes: [UInt8], decode: @escaping ([UInt8]) throws(SnapshotError) -> Event) {
        self.bytes = bytes
        self.decode = decode
    }

    package var isAtEnd: Bool { offset == bytes.count }

    @inline(__always)
    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type = Number.self)
        throws(SnapshotError) -> Number
    {
        let size = MemoryLayout<Number>.size
        guard bytes.count - offset >= size else { throw SnapshotError("it ends too early") }
        defer { offset += size }
        return Number(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) })
    }

    mutating func instant() throws(SnapshotError) -> Instant { Instant(milliseconds: try number()) }
    mutating func money() throws(SnapshotError) -> Money { Money(minorUnits: try number()) }

    mutating func flag() throws(SnapshotError) -> Bool {
        switch try number(UInt8.self) {
        case 0: return false
        case 1: return true
        case let other: throw SnapshotError("\(other) is neither yes nor no")
        }
    }

    mutating func hash() throws(SnapshotError) -> Hash128 { Hash128(high: try number(), low: try number()) }

    mutating func byteArray() throws(SnapshotError) -> [UInt8] {
        let count = Int(try number(UInt32.self))
        guard bytes.count - offset >= count else { throw SnapshotError("it ends too early") }
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }

    mutating func text() throws(SnapshotError) -> String {
        guard let text = String(validating: try byteArray(), as: UTF8.self) else {
            throw SnapshotError("a text is not UTF-8")
        }
        return text
    }

    mutating func event() throws(SnapshotError) -> Event { try decode(try byteArray()) }

    mutating func columnCount() throws(SnapshotError) -> Int {
        let count = Int(try number(UInt32.self))
        guard count <= longestColumn else { throw SnapshotError("a column of \(count)") }
        return count
    }

    /// The next bytes unchanged.
    mutating func raw(_ length: Int) throws(SnapshotError) -> ArraySlice<UInt8> {
        let start = offset
        try skip(length)
        return bytes[start..<offset]
    }

    mutating func skip(_ count: Int) throws(SnapshotError) {
        guard count <= bytes.count - offset else { throw SnapshotError("it ends too early") }
        offset += count
    }

    /// Reads as many elements as were put.
    mutating func array<Element>(_ element: (inout SnapshotDecoder) throws(SnapshotError) -> Element)
        throws(SnapshotError) -> [Element]
    {
        let count = try elementCount()
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    /// The number of elements that follow, each of at least a byte.
    mutating func elementCount() throws(SnapshotError) -> Int {
        let count = Int(try number(UInt32.self))
        guard count <= bytes.count - offset else { throw SnapshotError("it holds fewer than it says") }
        return count
    }
}
