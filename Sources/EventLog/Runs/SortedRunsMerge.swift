/// Merges four runs of an index into one.

internal import LMDB

extension SortedRuns {
    /// Merges the last four runs if they are of one level. False if there was nothing to do.
    func mergeOnce() throws(LMDBError) -> Bool {
        let runs = try currentRuns()
        let sources = runs.suffix(Self.fanIn)
        guard sources.count == Self.fanIn, let last = sources.last, sources.allSatisfy({ $0.level == last.level })
        else { return false }
        let merged = Run(number: last.number + 1, level: last.level + 1)

        var heads = sources.map { Head($0.number) }
        while heads.contains(where: { !$0.isAtEnd }) {
            try environment.write { transaction throws(LMDBError) in
                let least = try transaction.withCursor(entries) { cursor throws(LMDBError) in
                    try Self.leastEntries(&heads, &cursor)
                }
                try put(least, of: merged, &transaction)
            }
        }
        try environment.write { transaction throws(LMDBError) in
            try transaction.put(
                Self.bytes(runs.dropLast(Self.fanIn) + [merged]), for: Array("runs".utf8), in: meta)
        }
        try removeUnnamedRuns()
        return true
    }

    /// A run that is being merged: one of its blocks, and the key of the next.
    private struct Head {
        let run: UInt32
        /// The key of the next block, or one before it; nil if there is none.
        var nextKey: [UInt8]?
        var block: [RunEntry] = []
        var at = 0

        init(_ run: UInt32) {
            self.run = run
            nextKey = SortedRuns.key(run, .least)
        }

        var isAtEnd: Bool { at == block.count && nextKey == nil }

        /// Reads the next block if this one is used up.
        mutating func fill(_ cursor: inout Cursor) throws(LMDBError) {
            guard at == block.count, let key = nextKey else { return }
            nextKey = nil
            (block, at) = ([], 0)
            guard try cursor.seek(atOrAfter: key.span.bytes) else { return }
            let run = run
            guard let block = cursor.withEntry({ key, block in parts(key).run == run ? entries(block) : nil }) else {
                return
            }
            self.block = block
            guard try cursor.next() else { return }
            nextKey = cursor.withEntry { key, _ in parts(key).run == run ? [UInt8](copying: key) : nil }
        }
    }

    /// The least entries of all heads, in order, as many as a transaction takes.
    private static func leastEntries(_ heads: inout [Head], _ cursor: inout Cursor) throws(LMDBError) -> [RunEntry] {
        var least: [RunEntry] = []
        least.reserveCapacity(entriesPerBlock * blocksPerTransaction)
        while least.count < entriesPerBlock * blocksPerTransaction {
            var next: (head: Int, entry: RunEntry)?
            for index in heads.indices {
                try heads[index].fill(&cursor)
                guard heads[index].at < heads[index].block.count else { continue }
                let entry = heads[index].block[heads[index].at]
                if next.map({ entry < $0.entry }) ?? true { next = (index, entry) }
            }
            guard let next else { break }
            least.append(next.entry)
            heads[next.head].at += 1
        }
        return least
    }

    /// Removes the runs that merges, finished or cut short, left behind.
    func removeUnnamedRuns() throws(LMDBError) { try Self.removeUnnamedRuns(environment, entries, meta) }

    static func removeUnnamedRuns(
        _ environment: Environment, _ entries: Database, _ meta: Database
    ) throws(LMDBError) {
        let named = Set(try currentRuns(environment, meta).map(\.number))
        var from = key(0, .least)
        while true {
            let removed = try environment.write { transaction throws(LMDBError) in
                let batch = try transaction.withCursor(entries) { cursor throws(LMDBError) in
                    var batch: [[UInt8]] = []
                    while batch.isEmpty, try cursor.seek(atOrAfter: from.span.bytes) {
                        let run = cursor.withEntry { key, _ in parts(key).run }
                        if named.contains(run) {
                            from = key(run + 1, .least)
                        } else {
                            try cursor.forEach { key, _ in
                                batch.append([UInt8](copying: key))
                                return parts(key).run == run && batch.count < blocksPerTransaction
                            }
                        }
                    }
                    // The last key may be the first of a run that is named.
                    return batch.filter { !named.contains(parts($0.span.bytes).run) }
                }
                for key in batch { try transaction.delete(key, in: entries) }
                return batch.count
            }
            if removed == 0 { return }
        }
    }
}
