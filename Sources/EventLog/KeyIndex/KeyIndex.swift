/// The index of idempotency keys that are no longer in memory: sorted runs of fingerprints and positions in
/// `DATA/index`. A run of the lowest level is a table of keys.

package import Accounts
internal import LMDB

/// Looks up idempotency keys that are no longer in memory. The simulator has one without a disk.
package protocol OlderKeys: Sendable {
    /// The last position that the index covers; 0 if it is empty.
    var through: Position { get throws(StoreError) }

    /// The first position under a key for which `isIt` is true.
    func first(of key: Hash128, where isIt: (Position) -> Bool) throws(StoreError) -> Position?

    /// Adds the table that begins where the index ends.
    func add(_ table: IdempotencyKeys.Table) throws(StoreError)

    /// All keys, to be compared with the log.
    func contents() throws(StoreError) -> KeyContents
}

package struct KeyContents: Sendable {
    package let keys: KeySum
    /// Describes an entry that is not where it should be; nil if there is none.
    package let disorder: String?

    package init(keys: KeySum, disorder: String? = nil) { (self.keys, self.disorder) = (keys, disorder) }
}

package final class KeyIndex: OlderKeys, DerivedIndex {
    private static let kind = SortedRuns.Kind(directory: "index", format: "kabinet-keys 3", database: "keys")

    private let runs: SortedRuns

    /// Opens the index of a data directory. An index that is not of this log as it is now is made anew.
    package init(data: String, log store: borrowing LMDBStore) throws(StoreError) {
        runs = try SortedRuns(Self.kind, data: data, log: store)
    }

    /// Opens the index of a data directory read-only; nil if there is none that is of this log.
    package init?(readOnly data: String, of log: LogIdentity, _ reader: LMDBReader) throws(StoreError) {
        guard let runs = try SortedRuns(Self.kind, readOnly: data, of: log, reader) else { return nil }
        self.runs = runs
    }

    package var through: Position { get throws(StoreError) { try runs.through } }

    package func first(of key: Hash128, where isIt: (Position) -> Bool) throws(StoreError) -> Position? {
        let found: [Position] = try runs.read { runs, _, cursor throws(LMDBError) in
            var found: [Position] = []
            for run in runs {
                var slice = RunSlice(
                    of: run, from: RunEntry(high: key.high, low: 0), through: RunEntry(high: key.high, low: .max))
                while let entry = try slice.next(&cursor) { found.append(entry.low) }
            }
            return found
        }
        return found.sorted().first(where: isIt)
    }

    /// Adds a table, which must follow on the index. It is durable when this returns.
    package func add(_ table: IdempotencyKeys.Table) throws(StoreError) {
        let before = try through
        precondition(table.after == before, "a table after \(table.after) does not follow on \(before)")
        try runs.append(
            table.positions.sorted.map { RunEntry(high: $0.fingerprint, low: $0.position) }, through: table.through)
    }

    package func contents() throws(StoreError) -> KeyContents {
        var keys: KeySum?
        var isAhead = false
        let found = try runs.contents { entry, through in
            if keys == nil { keys = KeySum(through: through) }
            if entry.low > through { isAhead = true }
            keys?.add(FingerprintTable.Entry(fingerprint: entry.high, position: entry.low))
        }
        return KeyContents(
            keys: keys ?? KeySum(through: found.through),
            disorder: found.disorder ?? (isAhead ? "a key of it is of a later position than it covers" : nil))
    }

    package func readAll() throws(StoreError) { _ = try contents() }

    /// The number of tables in each run now, for tests.
    package var runTables: [Int] { get throws(StoreError) { try runs.runSizes } }
}
