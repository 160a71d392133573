/// The index of idempotency keys that are no longer in memory, derived from the log: it can be deleted while the
/// service is stopped, and the next start makes it again.
///
/// `DATA/index` is an LMDB environment with two databases:
///
/// | database | key                                                     | value                                |
/// |----------|---------------------------------------------------------|--------------------------------------|
/// | `keys`   | run, 4 bytes; fingerprint, 8; position, 8; big-endian    | none                                 |
/// | `meta`   | `format`                                                | `kabinet-keys 1`                     |
/// |          | `log`                                                   | the log's id                         |
/// |          | `through`                                               | position, 8 bytes, big-endian        |
/// |          | `record`                                                | XXH64 of the log's record there      |
/// |          | `runs`                                                  | of each: number, level; 4 bytes each |
///
/// A run is a table of keys in order, written once behind the runs before it, so pages are written in order and fill
/// whole, however the keys are spread. Four neighbours of one level become one of the next: of n tables there are
/// some 3·log₄ n runs to look in. A run that `runs` does not name is what a crash left of a merge, and is removed.
///
/// One thread adds; any thread looks.

package import Accounts
internal import LMDB

package final class KeyIndex: Sendable {
    private struct Run {
        var number: UInt32
        var level: UInt32
    }

    package static let directory = "index"
    private static let format = "kabinet-keys 1"
    private static let nothing: [UInt8] = []
    private static let fanIn = 4
    /// Entries of one transaction: what a merge writes, and what is removed after it.
    private static let entriesPerTransaction = 1 << 16

    private let environment: Environment
    private let keys: Database
    private let meta: Database
    private let log: LMDBReader

    /// Opens the index of a data directory. One that is not of this log, or not of this version, or says more than
    /// the log has, is made anew.
    package init(data: String, log store: borrowing LMDBStore) throws(StoreError) {
        let path = data + "/" + Self.directory
        let log = store.makeReader()
        let identity = store.identity.name
        if let opened = try? Self.open(path), (try? Self.answers(for: log, identity, opened)) == true {
            (environment, keys, meta) = opened
        } else {
            try removeDirectory(path)
            (environment, keys, meta) = try storing { () throws(LMDBError) in try Self.create(path, identity) }
        }
        self.log = log
        try storing { () throws(LMDBError) in try removeUnnamedRuns() }
    }

    private typealias Opened = (environment: Environment, keys: Database, meta: Database)

    private static func open(_ path: String) throws(StoreError) -> Opened {
        guard let names = try names(in: path), names.contains("data.mdb") else { throw StoreError(.noLog, path) }
        return try storing { () throws(LMDBError) in
            let environment = try Environment(path: path)
            return (environment, try environment.openDatabase("keys"), try environment.openDatabase("meta"))
        }
    }

    private static func create(_ path: String, _ identity: String) throws(LMDBError) -> Opened {
        let environment = try Environment(path: path)
        let (keys, meta) = try environment.write { transaction throws(LMDBError) in
            let keys = try transaction.openDatabase("keys", create: true)
            let meta = try transaction.openDatabase("meta", create: true)
            try transaction.put(Array(format.utf8), for: Array("format".utf8), in: meta)
            try transaction.put(Array(identity.utf8), for: Array("log".utf8), in: meta)
            return (keys, meta)
        }
        return (environment, keys, meta)
    }

    /// Whether it was made of this log, as it is now: a log restored from an older copy is another one.
    private static func answers(for log: LMDBReader, _ identity: String, _ opened: Opened) throws(StoreError) -> Bool {
        let (format, name, through, record) = try storing { () throws(LMDBError) in
            try opened.environment.read { transaction throws(LMDBError) in
                (
                    try transaction.get(Array("format".utf8), in: opened.meta),
                    try transaction.get(Array("log".utf8), in: opened.meta),
                    try transaction.get(Array("through".utf8), in: opened.meta),
                    try transaction.get(Array("record".utf8), in: opened.meta)
                )
            }
        }
        guard format == Array(Self.format.utf8), name == Array(identity.utf8) else { return false }
        guard let through else { return true }
        return try record == digest(of: number(through), in: log)
    }

    private static func digest(of position: Position, in log: LMDBReader) throws(StoreError) -> [UInt8] {
        bytes(try log.withRecord(at: position) { XXH64.hash($0) })
    }

    /// The last position that it answers for; 0: it is empty.
    package var through: Position {
        get throws(StoreError) {
            try storing { () throws(LMDBError) in
                try environment.read { transaction throws(LMDBError) in
                    try transaction.get(Array("through".utf8), in: meta).map(Self.number) ?? 0
                }
            }
        }
    }

    /// The first position under a key for which `isIt` says so.
    package func first(of key: Hash128, where isIt: (Position) -> Bool) throws(StoreError) -> Position? {
        let found: [Position] = try storing { () throws(LMDBError) in
            try environment.read { transaction throws(LMDBError) in
                let runs = Self.runs(try transaction.get(Array("runs".utf8), in: meta))
                return try transaction.withCursor(keys) { cursor throws(LMDBError) in
                    var found: [Position] = []
                    for run in runs {
                        let first = Self.entry(run.number, key.high, 0)
                        guard try cursor.seek(atOrAfter: first.span.bytes) else { break }
                        try cursor.forEach { entry, _ in
                            let (number, fingerprint, position) = Self.parts(entry)
                            guard number == run.number, fingerprint == key.high else { return false }
                            found.append(position)
                            return true
                        }
                    }
                    return found
                }
            }
        }
        return found.sorted().first(where: isIt)
    }

    /// Durable when it returns; the table must follow on what is there. A crash at any point leaves an index that
    /// answers for a little less, or for this too.
    package func add(_ table: IdempotencyKeys.Table) throws(StoreError) {
        let before = try through
        precondition(table.after == before, "a table after \(table.after) does not follow on \(before)")
        let record = try Self.digest(of: table.through, in: log)
        let entries = table.positions.sorted
        try storing { () throws(LMDBError) in
            // A merge that failed left its part in the way of the next run.
            try removeUnnamedRuns()
            try environment.write { transaction throws(LMDBError) in
                var runs = Self.runs(try transaction.get(Array("runs".utf8), in: meta))
                let run = Run(number: (runs.last?.number ?? 0) + 1, level: 0)
                for entry in entries {
                    let key = Self.entry(run.number, entry.fingerprint, entry.position)
                    try transaction.put(Self.nothing.span.bytes, for: key.span.bytes, in: keys, append: true)
                }
                runs.append(run)
                try transaction.put(Self.bytes(runs), for: Array("runs".utf8), in: meta)
                try transaction.put(Self.bytes(table.through), for: Array("through".utf8), in: meta)
                try transaction.put(record, for: Array("record".utf8), in: meta)
            }
            while try mergeOnce() {}
        }
    }

    /// The runs now, for tests: how many tables went into each.
    package var runTables: [Int] {
        get throws(StoreError) {
            try storing { () throws(LMDBError) in
                try currentRuns().map { run in (0..<run.level).reduce(1) { size, _ in size * Self.fanIn } }
            }
        }
    }

    private func currentRuns() throws(LMDBError) -> [Run] {
        try environment.read { transaction throws(LMDBError) in
            Self.runs(try transaction.get(Array("runs".utf8), in: meta))
        }
    }
}

// MARK: - Merging

extension KeyIndex {
    /// Makes one run of the last ones if they are enough and of one level. False: there was nothing to do.
    private func mergeOnce() throws(LMDBError) -> Bool {
        let runs = try currentRuns()
        let sources = runs.suffix(Self.fanIn)
        guard sources.count == Self.fanIn, let last = sources.last, sources.allSatisfy({ $0.level == last.level })
        else { return false }
        let merged = Run(number: last.number + 1, level: last.level + 1)

        // Where each source goes on; nil: it is at its end.
        var heads: [(run: UInt32, next: [UInt8]?)] = sources.map { ($0.number, Self.entry($0.number, 0, 0)) }
        while heads.contains(where: { $0.next != nil }) {
            try environment.write { transaction throws(LMDBError) in
                let batch = try transaction.withCursor(keys) { cursor throws(LMDBError) in
                    try Self.nextEntries(&heads, &cursor)
                }
                for (fingerprint, position) in batch {
                    let key = Self.entry(merged.number, fingerprint, position)
                    try transaction.put(Self.nothing.span.bytes, for: key.span.bytes, in: keys, append: true)
                }
            }
        }
        try environment.write { transaction throws(LMDBError) in
            try transaction.put(
                Self.bytes(runs.dropLast(Self.fanIn) + [merged]), for: Array("runs".utf8), in: meta)
        }
        try removeUnnamedRuns()
        return true
    }

    /// The least entries of all sources, in order, so many that every source's part is known.
    private static func nextEntries(
        _ heads: inout [(run: UInt32, next: [UInt8]?)], _ cursor: inout Cursor
    ) throws(LMDBError) -> [(UInt64, Position)] {
        var pages: [[(UInt64, Position)]] = []
        // What lies beyond the end of a page that was cut short is not known yet, so nothing beyond it is given out.
        var bound: (UInt64, Position) = (.max, .max)
        for head in heads {
            var page: [(UInt64, Position)] = []
            if let next = head.next, try cursor.seek(atOrAfter: next.span.bytes) {
                try cursor.forEach { entry, _ in
                    let (run, fingerprint, position) = parts(entry)
                    guard run == head.run, page.count < entriesPerTransaction / fanIn else { return false }
                    page.append((fingerprint, position))
                    return true
                }
            }
            if page.count == entriesPerTransaction / fanIn, let last = page.last, last < bound { bound = last }
            pages.append(page)
        }
        for index in heads.indices {
            let isWhole = pages[index].count < entriesPerTransaction / fanIn
            let taken = pages[index].prefix { $0 <= bound }
            if taken.count < pages[index].count {
                let rest = pages[index][taken.count]
                heads[index].next = entry(heads[index].run, rest.0, rest.1)
            } else if isWhole {
                heads[index].next = nil
            } else if let last = taken.last {
                // Positions are unique under a fingerprint, so the next entry is after this one.
                heads[index].next = entry(heads[index].run, last.0, last.1 + 1)
            }
            pages[index] = Array(taken)
        }
        return pages.flatMap { $0 }.sorted { $0 < $1 }
    }

    /// What merges, finished or cut short, left behind.
    private func removeUnnamedRuns() throws(LMDBError) {
        let named = Set(try currentRuns().map(\.number))
        var from = Self.entry(0, 0, 0)
        while true {
            let removed = try environment.write { transaction throws(LMDBError) in
                let batch = try transaction.withCursor(keys) { cursor throws(LMDBError) in
                    var batch: [[UInt8]] = []
                    while batch.isEmpty, try cursor.seek(atOrAfter: from.span.bytes) {
                        let run = cursor.withEntry { key, _ in Self.parts(key).run }
                        if named.contains(run) {
                            from = Self.entry(run + 1, 0, 0)
                        } else {
                            try cursor.forEach { key, _ in
                                batch.append([UInt8](copying: key))
                                return Self.parts(key).run == run && batch.count < Self.entriesPerTransaction
                            }
                        }
                    }
                    // The last may be the first of a run that is named.
                    return batch.filter { !named.contains(Self.parts($0.span.bytes).run) }
                }
                for key in batch { try transaction.delete(key, in: keys) }
                return batch.count
            }
            if removed == 0 { return }
        }
    }
}

// MARK: - Bytes

extension KeyIndex {
    private static func entry(_ run: UInt32, _ fingerprint: UInt64, _ position: Position) -> [UInt8] {
        var key = [UInt8]()
        key.reserveCapacity(20)
        withUnsafeBytes(of: run.bigEndian) { key.append(contentsOf: $0) }
        withUnsafeBytes(of: fingerprint.bigEndian) { key.append(contentsOf: $0) }
        withUnsafeBytes(of: position.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    private static func parts(_ key: RawSpan) -> (run: UInt32, fingerprint: UInt64, position: Position) {
        precondition(key.byteCount == 20, "a key of the index has 20 bytes")
        return (
            UInt32(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)),
            UInt64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 4, as: UInt64.self)),
            UInt64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 12, as: UInt64.self))
        )
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    private static func number(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func bytes(_ runs: some Sequence<Run>) -> [UInt8] {
        runs.flatMap { bytes(UInt64($0.number) << 32 | UInt64($0.level)) }
    }

    private static func runs(_ bytes: [UInt8]?) -> [Run] {
        guard let bytes else { return [] }
        return stride(from: 0, to: bytes.count, by: 8).map { at in
            let both = number(Array(bytes[at..<at + 8]))
            return Run(number: UInt32(both >> 32), level: UInt32(truncatingIfNeeded: both))
        }
    }
}
