/// The Merkle tree over the log's records, as RFC 6962 (section 2.1) defines it.
///
/// A leaf is a record, as it is stored: 80 bytes of header and the payload, texts as ciphertext. The leaf of position p
/// has index p − 1. A tree of size n is the head of the log up to position n: its root commits to every byte there.

internal import Crypto

/// A SHA-256 hash, stored in place.
package struct TreeHash: Hashable, Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    package static let byteCount = 32

    /// Nil if there are not 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    fileprivate init(_ digest: SHA256.Digest) {
        digest.withUnsafeBytes { digest in withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: digest) } }
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    package static func == (a: TreeHash, b: TreeHash) -> Bool { a.words == b.words }
    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// The bytes of a file where nothing was written.
    package static let zero = TreeHash()

    private init() {}

    /// The root of no records.
    package static let empty = TreeHash(SHA256.hash(data: [UInt8]()))

    package static func leaf(_ record: RawSpan) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: record.byteCount + 1, alignment: 1) { buffer in
            buffer[0] = 0
            record.withUnsafeBytes { buffer[1...].copyBytes(from: $0) }
            return TreeHash(SHA256.hash(data: UnsafeRawBufferPointer(buffer)))
        }
    }

    package static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 1
            withUnsafeBytes(of: left.words) { buffer[1...].copyBytes(from: $0) }
            withUnsafeBytes(of: right.words) { buffer[33...].copyBytes(from: $0) }
            return TreeHash(SHA256.hash(data: UnsafeRawBufferPointer(buffer)))
        }
    }

    /// The root of neighbours whose number is a power of two.
    static func perfect(_ hashes: [TreeHash]) -> TreeHash {
        var level = hashes
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { node(level[$0], level[$0 + 1]) }
        }
        return level[0]
    }
}

/// Supplies the hashes of perfect subtrees: `index` counts subtrees of 2^level leaves from the left.
protocol SubtreeSource {
    func subtree(level: Int, index: UInt64) throws -> TreeHash
}

extension SubtreeSource {
    /// The root of the first `size` leaves.
    func root(size: UInt64) throws -> TreeHash { size == 0 ? .empty : try head(0, size) }

    /// The head of `count` leaves from `start` on, where a subtree of at least as many leaves begins.
    private func head(_ start: UInt64, _ count: UInt64) throws -> TreeHash {
        var at = start
        var subtrees: [TreeHash] = []
        for level in (0..<UInt64.bitWidth).reversed() where count >> UInt64(level) & 1 == 1 {
            subtrees.append(try subtree(level: level, index: at >> UInt64(level)))
            at += 1 << UInt64(level)
        }
        // The smaller subtrees are right children.
        return subtrees.dropLast().reversed().reduce(subtrees[subtrees.count - 1]) { .node($1, $0) }
    }

    /// The proof that a leaf is in the tree of a size: RFC 6962, 2.1.1.
    func inclusionProof(of index: UInt64, size: UInt64) throws -> [TreeHash] {
        precondition(index < size, "leaf \(index) is not in a tree of \(size)")
        var (start, count) = (UInt64(0), size)
        var proof: [TreeHash] = []
        while count > 1 {
            let left = Self.leftCount(of: count)
            if index - start < left {
                proof.append(try head(start + left, count - left))
                count = left
            } else {
                proof.append(try head(start, left))
                (start, count) = (start + left, count - left)
            }
        }
        return proof.reversed()
    }

    /// The proof that the tree of one size is the beginning of the tree of another: RFC 6962, 2.1.2.
    func consistencyProof(from old: UInt64, to new: UInt64) throws -> [TreeHash] {
        precondition(old <= new, "a tree of \(old) is not the beginning of one of \(new)")
        guard old > 0, old < new else { return [] }
        var (start, count, known) = (UInt64(0), new, old)
        // Whether the rest of the old tree is a whole subtree whose root the old tree's owner has.
        var isRoot = true
        var proof: [TreeHash] = []
        while known != count {
            let left = Self.leftCount(of: count)
            if known <= left {
                proof.append(try head(start + left, count - left))
                count = left
            } else {
                proof.append(try head(start, left))
                (start, count, known, isRoot) = (start + left, count - left, known - left, false)
            }
        }
        if !isRoot { proof.append(try head(start, count)) }
        return proof.reversed()
    }

    /// The largest power of two below a count of at least two.
    private static func leftCount(of count: UInt64) -> UInt64 {
        1 << UInt64(UInt64.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}

/// The right edge of a growing tree: enough for its root.
package struct TreeFrontier: Sendable {
    package private(set) var size: UInt64 = 0
    /// The perfect subtrees from the left, the largest first.
    private var subtrees: [TreeHash] = []

    package init() {}

    /// Calls `completed` with every perfect subtree above the leaf that it is the last leaf of.
    package mutating func append(_ leaf: TreeHash, completed: (_ level: Int, _ index: UInt64, TreeHash) -> Void) {
        var (hash, level) = (leaf, 0)
        while size >> UInt64(level) & 1 == 1 {
            hash = .node(subtrees.removeLast(), hash)
            level += 1
            completed(level, size >> UInt64(level), hash)
        }
        subtrees.append(hash)
        size += 1
    }

    package var root: TreeHash {
        guard let last = subtrees.last else { return .empty }
        return subtrees.dropLast().reversed().reduce(last) { .node($1, $0) }
    }
}

/// Whether a proof shows that this leaf is at this index of the tree with this root: RFC 9162, 2.1.3.2.
package func verifyInclusion(
    _ leaf: TreeHash, at index: UInt64, size: UInt64, root: TreeHash, proof: [TreeHash]
) -> Bool {
    guard index < size else { return false }
    var (node, last, hash) = (index, size - 1, leaf)
    for sibling in proof {
        guard last > 0 else { return false }
        if node & 1 == 1 || node == last {
            hash = .node(sibling, hash)
            while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
        } else {
            hash = .node(hash, sibling)
        }
        (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && hash == root
}

/// Whether a proof shows that one tree is the beginning of the other: RFC 9162, 2.1.4.2.
package func verifyConsistency(
    from old: UInt64, _ oldRoot: TreeHash, to new: UInt64, _ newRoot: TreeHash, proof: [TreeHash]
) -> Bool {
    guard old > 0, old < new else {
        return old <= new && proof.isEmpty && (old == 0 ? oldRoot == .empty : oldRoot == newRoot)
    }
    // If the old tree is a whole subtree, its root is the first hash, and the proof omits it.
    var rest = (old & (old - 1) == 0 ? [oldRoot] + proof : proof)[...]
    guard let first = rest.popFirst() else { return false }
    var (node, last) = (old - 1, new - 1)
    while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
    var (hash, newHash) = (first, first)
    for sibling in rest {
        guard last > 0 else { return false }
        if node & 1 == 1 || node == last {
            (hash, newHash) = (.node(sibling, hash), .node(sibling, newHash))
            while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
        } else {
            newHash = .node(newHash, sibling)
        }
        (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && hash == oldRoot && newHash == newRoot
}
