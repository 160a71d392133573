/// The bytes that a request is read from, borrowed for one call.
///
/// The decoder reads bytes from strangers, so every read is checked in release builds too. The buffer below checks
/// reads in debug builds only. Nothing here may outlive the call that passed the buffer in.
struct Bytes {
    private let buffer: UnsafeBufferPointer<UInt8>

    init(_ buffer: UnsafeBufferPointer<UInt8>) { self.buffer = buffer }

    var count: Int { buffer.count }

    subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < buffer.count, "a read beyond the request")
        return buffer[index]
    }

    subscript(range: Range<Int>) -> Bytes { Bytes(slice(range)) }

    /// The buffer that `Arguments` copies a value from: a buffer is appended as one block.
    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count, "a read beyond the request")
        return UnsafeBufferPointer(rebasing: buffer[range])
    }

    var all: UnsafeBufferPointer<UInt8> { buffer }

    /// The next LF at or after `start`, eight bytes a step.
    func firstLineFeed(from start: Int) -> Int? {
        precondition(start >= 0, "a read before the request")
        var at = start
        let raw = UnsafeRawBufferPointer(buffer)
        while at + 8 <= buffer.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            // A byte that is LF becomes zero, and the lowest zero byte is the lowest one whose high bit this sets.
            let difference = word ^ 0x0a0a_0a0a_0a0a_0a0a
            let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if zeros != 0 { return at + zeros.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < buffer.count {
            if buffer[at] == .lineFeed { return at }
            at += 1
        }
        return nil
    }

    /// Whether the eight bytes from `at` on are from SPACE to `~`.
    func holdsPrintableASCII(_ at: Int) -> Bool {
        precondition(at >= 0 && at + 8 <= buffer.count, "a read beyond the request")
        let word = UnsafeRawBufferPointer(buffer).loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let highBits: UInt64 = 0x8080_8080_8080_8080
        guard word & highBits == 0 else { return false }
        // For bytes below 128: the high bit is set if the byte is not DEL, and if it is not below SPACE.
        let isNotDelete = (word ^ 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7f7f_7f7f_7f7f_7f7f
        let isNotBelowSpace = (word | highBits) &- 0x2020_2020_2020_2020
        return isNotDelete & isNotBelowSpace & highBits == highBits
    }

    /// The first fault in a run of bytes that must be UTF-8 as RFC 3629 has it (no overlong forms, no surrogates,
    /// nothing above U+10FFFF); nil if there is none.
    func firstInvalidUTF8(in range: Range<Int>) -> Int? {
        do {
            _ = try UTF8Span(validating: slice(range).span)
            return nil
        } catch {
            return range.lowerBound + error.byteOffsets.lowerBound
        }
    }

    /// Compares with a word in capitals, without regard to case.
    func equalsWord(_ word: StaticString) -> Bool {
        guard word.utf8CodeUnitCount == buffer.count else { return false }
        return word.withUTF8Buffer { word in
            word.elementsEqual(buffer) { $0 == ($1 >= 97 && $1 <= 122 ? $1 - 32 : $1) }
        }
    }
}

extension UInt8 {
    static let lineFeed: UInt8 = 10
    static let carriageReturn: UInt8 = 13
    static let space: UInt8 = 32
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let equals = UInt8(ascii: "=")

    var isControl: Bool { self < 32 || self == 127 }
}
