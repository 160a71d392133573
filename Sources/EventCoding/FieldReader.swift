/// Reading protobuf's wire format in one pass over a span, for the generated decoders.
///
/// The reader holds only offsets, so that a message inside another is read from the same span. Every read is checked
/// against the end of its message before it touches a byte: hostile input ends in a `CodingFailure`.
struct FieldReader {
    private(set) var offset: Int
    private let end: Int
    /// The field that was opened last; field numbers may not decrease.
    private var field: UInt32 = 0
    private var isRepetition = false

    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset == end }

    func failure(_ reason: CodingFailure.Reason) -> CodingFailure {
        CodingFailure(reason: reason, field: field, offset: offset)
    }

    /// The next field's number and wire type; nil at the end of the message.
    @inline(__always)
    mutating func nextTag(_ bytes: RawSpan) throws(CodingFailure) -> UInt32? {
        guard offset < end else { return nil }
        guard let tag = UInt32(exactly: try varint(bytes)) else { throw failure(.outOfRange) }
        let number = tag >> 3
        guard number >= field, number > 0 else {
            field = number
            throw failure(.outOfOrder)
        }
        isRepetition = number == field
        field = number
        return tag
    }

    /// A tag that the message's schema does not have.
    func unexpected(_ tag: UInt32, isField: Bool) -> CodingFailure {
        failure(isField ? .wrongWireType : .unknownField)
    }

    @inline(__always)
    mutating func varint(_ bytes: RawSpan) throws(CodingFailure) -> UInt64 {
        guard offset < end else { throw failure(.truncated) }
        let first = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        guard first >= 0x80 else {
            offset += 1
            return UInt64(first)
        }
        return try longVarint(bytes)
    }

    private mutating func longVarint(_ bytes: RawSpan) throws(CodingFailure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard offset < end else { throw failure(.truncated) }
            let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            // The tenth byte has room for one bit, and a last byte of zero adds nothing.
            guard shift < 63 || byte <= 1 else { throw failure(.overlongVarint) }
            value |= UInt64(byte & 0x7F) << shift
            offset += 1
            if byte < 0x80 {
                guard byte != 0 else { throw failure(.overlongVarint) }
                return value
            }
            shift += 7
        }
    }
}

/// Singular fields: once, and never the default.
extension FieldReader {
    @inline(__always)
    mutating func uint64(_ bytes: RawSpan) throws(CodingFailure) -> UInt64 {
        try requireFirst()
        let value = try varint(bytes)
        guard value != 0 else { throw failure(.explicitDefault) }
        return value
    }

    mutating func int64(_ bytes: RawSpan) throws(CodingFailure) -> Int64 { Int64(bitPattern: try uint64(bytes)) }

    mutating func sint64(_ bytes: RawSpan) throws(CodingFailure) -> Int64 { unZigZag(try uint64(bytes)) }

    mutating func sint32(_ bytes: RawSpan) throws(CodingFailure) -> Int32 {
        guard let value = Int32(exactly: unZigZag(try uint64(bytes))) else { throw failure(.outOfRange) }
        return value
    }

    mutating func uint32(_ bytes: RawSpan) throws(CodingFailure) -> UInt32 {
        guard let value = UInt32(exactly: try uint64(bytes)) else { throw failure(.outOfRange) }
        return value
    }

    mutating func bool(_ bytes: RawSpan) throws(CodingFailure) -> Bool {
        guard try uint64(bytes) == 1 else { throw failure(.outOfRange) }
        return true
    }

    mutating func string(_ bytes: RawSpan) throws(CodingFailure) -> String {
        let range = try filledRange(bytes)
        return try string(bytes, range)
    }

    mutating func bytes(_ bytes: RawSpan) throws(CodingFailure) -> [UInt8] {
        let range = try filledRange(bytes)
        return copy(bytes, range)
    }

    /// A message that is present may be empty, because its presence has a meaning.
    mutating func messageRange(_ bytes: RawSpan) throws(CodingFailure) -> Range<Int> {
        try requireFirst()
        return try elementRange(bytes)
    }

    /// The packed elements of a repeated number, as a reader of their own.
    mutating func packed(_ bytes: RawSpan) throws(CodingFailure) -> FieldReader {
        var reader = FieldReader(try filledRange(bytes))
        reader.field = field
        return reader
    }

    @inline(__always)
    private func requireFirst() throws(CodingFailure) {
        guard !isRepetition else { throw failure(.outOfOrder) }
    }

    private mutating func filledRange(_ bytes: RawSpan) throws(CodingFailure) -> Range<Int> {
        try requireFirst()
        let range = try elementRange(bytes)
        guard !range.isEmpty else { throw failure(.explicitDefault) }
        return range
    }
}

/// Elements of repeated fields.
extension FieldReader {
    /// The bytes of a length-delimited field.
    @inline(__always)
    mutating func elementRange(_ bytes: RawSpan) throws(CodingFailure) -> Range<Int> {
        let length = try varint(bytes)
        guard length <= UInt64(end - offset) else { throw failure(.truncated) }
        let start = offset
        offset += Int(length)
        return start..<offset
    }

    mutating func elementString(_ bytes: RawSpan) throws(CodingFailure) -> String {
        let range = try elementRange(bytes)
        return try string(bytes, range)
    }

    mutating func elementBytes(_ bytes: RawSpan) throws(CodingFailure) -> [UInt8] {
        let range = try elementRange(bytes)
        return copy(bytes, range)
    }

    mutating func narrow(_ bytes: RawSpan) throws(CodingFailure) -> UInt32 {
        guard let value = UInt32(exactly: try varint(bytes)) else { throw failure(.outOfRange) }
        return value
    }

    mutating func narrowSigned(_ bytes: RawSpan) throws(CodingFailure) -> Int32 {
        guard let value = Int32(exactly: unZigZag(try varint(bytes))) else { throw failure(.outOfRange) }
        return value
    }

    mutating func flag(_ bytes: RawSpan) throws(CodingFailure) -> Bool {
        let value = try varint(bytes)
        guard value <= 1 else { throw failure(.outOfRange) }
        return value == 1
    }

    private func string(_ bytes: RawSpan, _ range: Range<Int>) throws(CodingFailure) -> String {
        let text: String? = bytes.withUnsafeBytes { all in
            let units = UnsafeRawBufferPointer(rebasing: all[range]).assumingMemoryBound(to: UInt8.self)
            guard let valid = try? UTF8Span(validating: units.span) else { return nil }
            return String(copying: valid)
        }
        guard let text else { throw failure(.invalidUTF8) }
        return text
    }

    private func copy(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        bytes.withUnsafeBytes { [UInt8](UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}

/// Maps small magnitudes of either sign to small numbers.
@inline(__always)
func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

@inline(__always)
func unZigZag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
