/// The entries of an index, and the bytes of the blocks that hold them.

internal import Accounts
internal import LMDB

/// Sixteen bytes. The kind of index says which position it has, and where.
package struct RunEntry: Comparable, Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    @inline(__always)
    package static func < (a: RunEntry, b: RunEntry) -> Bool { a.high != b.high ? a.high < b.high : a.low < b.low }

    static let least = RunEntry(high: 0, low: 0)
    static let greatest = RunEntry(high: .max, low: .max)

    /// The entry right before this one, which must not be the least.
    var predecessor: RunEntry { low > 0 ? RunEntry(high: high, low: low - 1) : RunEntry(high: high - 1, low: .max) }
    /// The entry right behind this one, which must not be the greatest.
    var successor: RunEntry { low < .max ? RunEntry(high: high, low: low + 1) : RunEntry(high: high + 1, low: 0) }
}

extension SortedRuns {
    static let keyBytes = 20
    static let entryBytes = 16
    private static let checksumBytes = 8

    static func key(_ run: UInt32, _ first: RunEntry) -> [UInt8] {
        var key = [UInt8]()
        key.reserveCapacity(keyBytes)
        withUnsafeBytes(of: run.bigEndian) { key.append(contentsOf: $0) }
        withUnsafeBytes(of: first.high.bigEndian) { key.append(contentsOf: $0) }
        withUnsafeBytes(of: first.low.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    /// The run of a block; nil if it is no key of an index.
    static func run(ofKey key: RawSpan) -> UInt32? {
        guard key.byteCount == keyBytes else { return nil }
        return UInt32(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
    }

    /// Appends the checksum of a block's entries and its key.
    package static func seal(_ block: inout [UInt8], under key: [UInt8]) {
        let checksum = checksum(key.span.bytes, block.span.bytes)
        withUnsafeBytes(of: checksum.littleEndian) { block.append(contentsOf: $0) }
    }

    private static func checksum(_ key: RawSpan, _ entries: RawSpan) -> UInt64 {
        XXH64.hash(entries, seed: XXH64.hash(key))
    }

    /// The block at a cursor. Throws if it is not as it was written.
    static func block(at cursor: borrowing Cursor) throws(LMDBError) -> (run: UInt32, entries: [RunEntry]) {
        let found = cursor.withEntry { key, block -> (UInt32, [RunEntry])? in
            let length = block.byteCount - checksumBytes
            guard let run = run(ofKey: key), length > 0, length % entryBytes == 0 else { return nil }
            let sealed = UInt64(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: length, as: UInt64.self))
            let bytes = block.extracting(..<length)
            guard checksum(key, bytes) == sealed else { return nil }
            return (run, entries(bytes))
        }
        guard let found else { throw LMDBError(.corrupted, .get, "a block of an index is damaged") }
        return found
    }

    private static func entries(_ bytes: RawSpan) -> [RunEntry] {
        stride(from: 0, to: bytes.byteCount, by: entryBytes).map { at in
            RunEntry(
                high: UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)),
                low: UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at + 8, as: UInt64.self)))
        }
    }
}
