/// State as bytes: little-endian numbers, and texts and events with their length before them. A snapshot is a cache
/// that is checked as a whole before it is read, so anything that does not fit is an error and never a guess.

/// The reason why a snapshot cannot be used.
package struct SnapshotError: Error, CustomStringConvertible, Equatable {
    package let description: String
    package init(_ description: String) { self.description = description }
}

package struct SnapshotEncoder: ColumnCoder {
    package typealias Failure = Never
    package static var isDecoding: Bool { false }

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

    /// Puts the length of the body's bytes, then the bytes.
    mutating func putCounted(_ body: (inout SnapshotEncoder) -> Void) {
        let at = count
        put(UInt32(0))
        body(&self)
        let length = UInt32(count - at - 4)
        buffer.withUnsafeMutableBytes { $0.storeBytes(of: length.littleEndian, toByteOffset: at, as: UInt32.self) }
    }

    @inline(__always)
    package mutating func code<Number: FixedWidthInteger & BitwiseCopyable>(_ number: inout Number) { put(number) }

    package mutating func code(_ bytes: inout [UInt8]) {
        put(UInt32(bytes.count))
        if count + bytes.count > buffer.count { grow(by: bytes.count) }
        buffer.replaceSubrange(count..<(count + bytes.count), with: bytes)
        count += bytes.count
    }

    package mutating func code(_ event: inout Event) {
        var record = encode(event)
        code(&record)
    }

    package mutating func code(count: inout Int) { put(UInt32(count)) }

    package mutating func code<Element>(lengthOf column: inout [Element], filling blank: Element) {
        put(UInt32(column.count))
    }

    @inline(__always)
    package func check(_ isRight: @autoclosure () -> Bool, _ refusal: @autoclosure () -> String) {}

    mutating func removeAll() { count = 0 }

    /// Folds the bytes put so far into a hash, and removes them.
    mutating func move(into hash: inout XXH64) {
        buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        removeAll()
    }

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

    private mutating func grow(by bytes: Int) {
        buffer.append(contentsOf: repeatElement(0, count: max(buffer.count, bytes)))
    }
}

package struct SnapshotDecoder: ColumnCoder {
    package typealias Failure = SnapshotError
    package static var isDecoding: Bool { true }

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

    @inline(__always)
    package mutating func code<Number: FixedWidthInteger & BitwiseCopyable>(_ number: inout Number)
        throws(SnapshotError)
    {
        number = try self.number()
    }

    package mutating func code(_ bytes: inout [UInt8]) throws(SnapshotError) {
        bytes = Array(try raw(Int(try number(UInt32.self))))
    }

    package mutating func code(_ event: inout Event) throws(SnapshotError) {
        var record: [UInt8] = []
        try code(&record)
        event = try decode(record)
    }

    package mutating func code(count: inout Int) throws(SnapshotError) {
        count = Int(try number(UInt32.self))
        guard count <= bytes.count - offset else { throw SnapshotError("it holds fewer than it says") }
    }

    package mutating func code<Element>(lengthOf column: inout [Element], filling blank: Element)
        throws(SnapshotError)
    {
        let count = Int(try number(UInt32.self))
        guard count <= longestColumn else { throw SnapshotError("a column of \(count)") }
        column = Array(repeating: blank, inLargePages: count)
    }

    package func check(_ isRight: @autoclosure () -> Bool, _ refusal: @autoclosure () -> String)
        throws(SnapshotError)
    {
        if !isRight() { throw SnapshotError(refusal()) }
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
}
