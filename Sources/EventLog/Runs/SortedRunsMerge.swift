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

        var slices = sources.map { RunSlice(of: $0, from: .least, through: .greatest) }
        while slices.contains(where: { !$0.isAtEnd }) {
            try environment.write { transaction throws(LMDBError) in
                let least = try transaction.withCursor(entries) { cursor throws(LMDBError) in
                    try Self.leastEntries(&slices, &cursor)
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

    /// The least entries of all runs, in order, as many as a transaction takes.
    private static func leastEntries(_ slices: inout [RunSlice], _ cursor: inout Cursor) throws(LMDBError) -> [RunEntry]
    {
        var least: [RunEntry] = []
        least.reserveCapacity(entriesPerBlock * blocksPerTransaction)
        while least.count < entriesPerBlock * blocksPerTransaction {
            var next: (slice: Int, entry: RunEntry)?
            for index in slices.indices {
                try slices[index].fill(&cursor)
                guard let entry = slices[index].first else { continue }
                if next.map({ entry < $0.entry }) ?? true { next = (index, entry) }
            }
            guard let next else { break }
            least.append(next.entry)
            _ = slices[next.slice].pop()
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
                        let run = cursor.withEntry { key, _ in Self.run(ofKey: key) }
                        guard let run else {
                            throw LMDBError(.corrupted, .get, "a key of an index has a strange size")
                        }
                        if named.contains(run) {
                            from = key(run + 1, .least)
                        } else {
                            try cursor.forEach { key, _ in
                                batch.append([UInt8](copying: key))
                                return Self.run(ofKey: key) == run && batch.count < blocksPerTransaction
                            }
                        }
                    }
                    // The last key may be the first of a run that is named.
                    return batch.filter { Self.run(ofKey: $0.span.bytes).map { !named.contains($0) } ?? false }
                }
                for key in batch { try transaction.delete(key, in: entries) }
                return batch.count
            }
            if removed == 0 { return }
        }
    }
}
