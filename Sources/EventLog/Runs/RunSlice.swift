/// The entries of a run between two bounds, from either end, a block at a time.

internal import LMDB

struct RunSlice {
    /// The run in the database; 0 if all entries are in memory.
    private let run: UInt32
    private let isBackward: Bool
    /// The bounds of the rest in the database, both included; nil if all is read.
    private var rest: ClosedRange<RunEntry>?
    private var block: ArraySlice<RunEntry> = []

    init(of run: SortedRuns.Run, from: RunEntry, through: RunEntry, isBackward: Bool = false) {
        self.run = run.number
        self.isBackward = isBackward
        rest = from <= through ? from...through : nil
    }

    /// Entries in memory, in order: those between the bounds.
    init(of entries: [RunEntry], from: RunEntry, through: RunEntry, isBackward: Bool = false) {
        (run, self.isBackward) = (0, isBackward)
        let start = entries.lowerBound { $0 < from }
        block = entries[start..<max(start, entries.lowerBound { $0 <= through })]
    }

    /// Entries in memory, whatever their order.
    init(all entries: [RunEntry], isBackward: Bool) {
        (run, self.isBackward) = (0, isBackward)
        block = entries[...]
    }

    /// The next entry, and moves behind it; nil at the end.
    @inline(__always)
    mutating func next(_ cursor: inout Cursor) throws(LMDBError) -> RunEntry? {
        if block.isEmpty, rest != nil { try fill(&cursor) }
        return pop()
    }

    mutating func pop() -> RunEntry? { isBackward ? block.popLast() : block.popFirst() }

    /// The entry that `next` would return, without a read of the database; nil if there is none in memory.
    var first: RunEntry? { isBackward ? block.last : block.first }

    var isAtEnd: Bool { block.isEmpty && rest == nil }

    /// Reads a block if there is no entry in memory and there may be more in the database.
    mutating func fill(_ cursor: inout Cursor) throws(LMDBError) {
        while block.isEmpty, let bounds = rest {
            // The block that begins at the bound, or else the last one before it, may have the entry.
            let bound = isBackward ? bounds.upperBound : bounds.lowerBound
            let key = SortedRuns.key(run, bound)
            var isThere = try cursor.seek(atOrAfter: key.span.bytes)
            if !isThere {
                isThere = try cursor.last()
            } else if !cursor.isAt(key) {
                isThere = try cursor.previous()
            }
            if isThere { try take(cursor, within: bounds) }
            if block.isEmpty, !isBackward {
                guard try cursor.seek(atOrAfter: key.span.bytes) else { return rest = nil }
                try take(cursor, within: bounds)
            }
            guard let first = block.first, let last = block.last else { return rest = nil }
            let next = isBackward ? first : last
            if next == (isBackward ? bounds.lowerBound : bounds.upperBound) { return rest = nil }
            rest = isBackward ? bounds.lowerBound...next.predecessor : next.successor...bounds.upperBound
        }
    }

    /// Takes the entries of the cursor's block that are between the bounds, if it is a block of the run.
    private mutating func take(_ cursor: borrowing Cursor, within bounds: ClosedRange<RunEntry>) throws(LMDBError) {
        let (number, entries) = try SortedRuns.block(at: cursor)
        guard number == run else { return block = [] }
        let start = entries.lowerBound { $0 < bounds.lowerBound }
        block = entries[start..<max(start, entries.lowerBound { $0 <= bounds.upperBound })]
    }
}

extension Cursor {
    fileprivate func isAt(_ key: [UInt8]) -> Bool {
        withEntry { found, _ in
            found.byteCount == key.count
                && key.indices.allSatisfy { found.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == key[$0] }
        }
    }
}

extension Array {
    /// The index of the first element for which `isBefore` is false. It must be true of a beginning and false of the
    /// rest.
    func lowerBound(where isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
