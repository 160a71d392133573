/// Sorted runs of entries in LMDB, derived from the log: an index beside it. It can be deleted while the service is
/// stopped, and is made again from the log.
///
/// An index is an LMDB environment with two databases:
///
/// | database  | key                                                     | value                                |
/// |-----------|---------------------------------------------------------|--------------------------------------|
/// | its own   | run, 4 bytes; high half, 8; low half, 8; big-endian:    | up to 120 entries in order, high and |
/// |           | of a block's first entry                                | low half, 8 bytes each, little-endian|
/// |           |                                                         | ; XXH64 of the key and the entries   |
/// | `meta`    | `format`                                                | the kind's name and version          |
/// |           | `log`                                                   | the log's id                         |
/// |           | `through`                                               | position, 8 bytes, big-endian        |
/// |           | `record`                                                | XXH64 of the log's record there      |
/// |           | `runs`                                                  | of each: number, level; 4 bytes each |
///
/// A run covers the positions between the run before it and itself. It is written once behind the earlier runs, so
/// pages are written in order and filled whole, however the entries are spread. Four neighbours of one level become one
/// run of the next: n runs of the lowest level make some 3·log₄ n runs to search. A run that `runs` does not name is
/// left from a merge that a crash cut short, and is removed.
///
/// One thread adds; any thread reads. An index that is found to be damaged is disowned: the next start makes it anew.

internal import Accounts
internal import Glibc
internal import LMDB
internal import Synchronization

/// An index that the log makes.
package protocol DerivedIndex: Sendable {
    /// Reads every entry; throws if one is damaged.
    func readAll() throws(StoreError)
}

/// `@unchecked Sendable`: `file` is never written.
package final class SortedRuns: @unchecked Sendable {
    /// The names of an index on disk.
    struct Kind {
        /// In the data directory.
        let directory: String
        let format: String
        let database: String
    }

    struct Run: Equatable {
        var number: UInt32
        var level: UInt32
    }

    static let fanIn = 4
    /// Two blocks fill a page of 4096 bytes.
    static let entriesPerBlock = 120
    /// Blocks that a merge writes, or that its cleanup removes, in one transaction.
    static let blocksPerTransaction = 2048

    private let kind: Kind
    private let path: String
    /// The path of its file, for a signal's handler; it stays for the process's life.
    let file: UnsafeMutablePointer<CChar>
    /// Replaced after a failed write of LMDB's meta page; nil while it cannot be opened again.
    private let opened: Mutex<Environment?>
    /// The same in every environment, because handles are numbered in the order of opening.
    let entries: Database
    let meta: Database
    private let log: LMDBReader

    var environment: Environment {
        get throws(LMDBError) {
            let environment = opened.withLock { environment in
                if environment == nil { environment = try? Self.open(kind, path).environment }
                return environment
            }
            guard let environment else {
                throw LMDBError(.panic, .open, "\(path) could not be opened again")
            }
            return environment
        }
    }

    /// Opens an index of a data directory. One of another log or of another version, or one that covers more than the
    /// log has, is made anew.
    init(_ kind: Kind, data: String, log store: borrowing LMDBStore) throws(StoreError) {
        self.kind = kind
        path = data + "/" + kind.directory
        file = strdup(path + "/data.mdb")
        let log = store.makeReader()
        let identity = store.identity.name
        let environment: Environment
        if let opened = try? Self.open(kind, path), (try? Self.answers(kind, for: log, identity, opened)) == true,
            try Self.holdsTogether(opened)
        {
            (environment, entries, meta) = opened
        } else {
            try removeDirectory(path)
            let path = path
            (environment, entries, meta) = try storing { () throws(LMDBError) in
                try Self.create(kind, path, identity)
            }
        }
        opened = Mutex(environment)
        self.log = log
    }

    /// Opens an index of a data directory read-only; nil if there is none that is of this log.
    init?(_ kind: Kind, readOnly data: String, of log: LogIdentity, _ reader: LMDBReader) throws(StoreError) {
        self.kind = kind
        path = data + "/" + kind.directory
        file = strdup(path + "/data.mdb")
        guard let names = try names(in: path), names.contains("data.mdb") else { return nil }
        let opened = try Self.open(kind, path, isReadOnly: true)
        guard try Self.answers(kind, for: reader, log.name, opened) else { return nil }
        self.opened = Mutex(opened.environment)
        (entries, meta, self.log) = (opened.entries, opened.meta, reader)
    }

    private typealias Opened = (environment: Environment, entries: Database, meta: Database)

    private static func open(_ kind: Kind, _ path: String, isReadOnly: Bool = false) throws(StoreError) -> Opened {
        guard let names = try names(in: path), names.contains("data.mdb") else { throw StoreError(.noLog, path) }
        return try storing { () throws(LMDBError) in
            var options = Environment.Options()
            options.isReadOnly = isReadOnly
            let environment = try Environment(path: path, options: options)
            return (environment, try environment.openDatabase(kind.database), try environment.openDatabase("meta"))
        }
    }

    private static func create(_ kind: Kind, _ path: String, _ identity: String) throws(LMDBError) -> Opened {
        let environment = try Environment(path: path)
        let (entries, meta) = try environment.write { transaction throws(LMDBError) in
            let entries = try transaction.openDatabase(kind.database, create: true)
            let meta = try transaction.openDatabase("meta", create: true)
            try transaction.put(Array(kind.format.utf8), for: Array("format".utf8), in: meta)
            try transaction.put(Array(identity.utf8), for: Array("log".utf8), in: meta)
            return (entries, meta)
        }
        return (environment, entries, meta)
    }

    /// Whether the index was made of this log as it is now: a log restored from an older copy is another one.
    private static func answers(_ kind: Kind, for log: LMDBReader, _ identity: String, _ opened: Opened)
        throws(StoreError) -> Bool
    {
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
        guard format == Array(kind.format.utf8), name == Array(identity.utf8) else { return false }
        guard let through else { return true }
        return try record == digest(of: number(through), in: log)
    }

    /// Removes the run of a merge that a crash cut short. False if the pages do not hold together.
    private static func holdsTogether(_ opened: Opened) throws(StoreError) -> Bool {
        do throws(LMDBError) {
            try removeUnnamedRuns(opened.environment, opened.entries, opened.meta)
            return true
        } catch {
            if case .system = error.code { throw StoreError(error) }
            return false
        }
    }

    private static func digest(of position: Position, in log: LMDBReader) throws(StoreError) -> [UInt8] {
        bytes(try log.recordDigest(at: position))
    }

    /// Takes the index away from its log: the next start makes it anew. If that cannot be written, the index is only
    /// not asked until then.
    func disown() {
        try? environment.write { transaction throws(LMDBError) in
            try transaction.put(Array("none".utf8), for: Array("log".utf8), in: meta)
        }
    }

    /// The last position that the runs cover; 0 if there are none.
    var through: Position {
        get throws(StoreError) {
            try storing { () throws(LMDBError) in
                try environment.read { transaction throws(LMDBError) in try through(transaction) }
            }
        }
    }

    private func through(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Position {
        try transaction.get(Array("through".utf8), in: meta).map(Self.number) ?? 0
    }

    /// One view of all runs, the oldest first, and the last position that they cover.
    func read<R>(
        _ body: (_ runs: [Run], _ through: Position, _ cursor: inout Cursor) throws(LMDBError) -> R
    ) throws(StoreError) -> R {
        do throws(StoreError) { return try view(body) } catch {
            // A write has failed a moment ago, and a view could not begin.
            guard case let cause as LMDBError = error.cause, cause.code == .panic else { throw error }
            reopenIfUnusable()
            return try view(body)
        }
    }

    private func view<R>(
        _ body: (_ runs: [Run], _ through: Position, _ cursor: inout Cursor) throws(LMDBError) -> R
    ) throws(StoreError) -> R {
        try guarded { () throws(LMDBError) in
            try environment.read { transaction throws(LMDBError) in
                let runs = Self.runs(try transaction.get(Array("runs".utf8), in: meta))
                let through = try through(transaction)
                return try transaction.withCursor(entries) { cursor throws(LMDBError) in
                    try body(runs, through, &cursor)
                }
            }
        }
    }

    /// Disowns the index if it is found to be damaged, and also if its damage ends the process.
    private func guarded<R>(_ body: () throws(LMDBError) -> R) throws(StoreError) -> R {
        do throws(StoreError) {
            return try storing { () throws(LMDBError) in try DamagedIndex.guarding(file, body) }
        } catch {
            if error.code == .damaged { disown() }
            throw error
        }
    }

    /// Adds a run of entries in order, which are those of the positions behind `through` up to this one. It is durable
    /// when this returns. After a crash at any point the index covers a little less, or this run too.
    func append(_ entries: [RunEntry], through: Position) throws(StoreError) {
        let record = try Self.digest(of: through, in: log)
        do throws(StoreError) { try append(entries, through: through, record) } catch {
            reopenIfUnusable()
            throw error
        }
    }

    /// After a failed write of its meta page LMDB refuses to read too: the index could not be read until the next
    /// start. An environment that is opened anew finds which of the two meta pages counts.
    private func reopenIfUnusable() {
        do throws(LMDBError) { try environment.read { _ in } } catch  where error.code == .panic {
            opened.withLock { environment in
                // Another thread may have opened it meanwhile.
                if let environment, (try? environment.read { _ in }) != nil { return }
                environment = nil
                // Readers of the old environment keep it open until they are done. Later reads try again.
                for _ in 0..<1000 {
                    environment = try? Self.open(kind, path).environment
                    if environment != nil { return }
                    usleep(1000)
                }
            }
        } catch {}
    }

    private func append(_ entries: [RunEntry], through: Position, _ record: [UInt8]) throws(StoreError) {
        try guarded { () throws(LMDBError) in
            // A failed merge may have left its part where the next run goes.
            try removeUnnamedRuns()
            try environment.write { transaction throws(LMDBError) in
                var runs = Self.runs(try transaction.get(Array("runs".utf8), in: meta))
                let run = Run(number: (runs.last?.number ?? 0) + 1, level: 0)
                try put(entries, of: run, &transaction)
                runs.append(run)
                try transaction.put(Self.bytes(runs), for: Array("runs".utf8), in: meta)
                try transaction.put(Self.bytes(through), for: Array("through".utf8), in: meta)
                try transaction.put(record, for: Array("record".utf8), in: meta)
            }
            while try mergeOnce() {}
        }
    }

    /// Appends the entries of a run behind all others.
    func put(_ entries: [RunEntry], of run: Run, _ transaction: inout WriteTransaction) throws(LMDBError) {
        var block: [UInt8] = []
        for start in stride(from: 0, to: entries.count, by: Self.entriesPerBlock) {
            block.removeAll(keepingCapacity: true)
            for entry in entries[start..<min(start + Self.entriesPerBlock, entries.count)] {
                withUnsafeBytes(of: entry.high.littleEndian) { block.append(contentsOf: $0) }
                withUnsafeBytes(of: entry.low.littleEndian) { block.append(contentsOf: $0) }
            }
            let key = Self.key(run.number, entries[start])
            Self.seal(&block, under: key)
            try transaction.put(block.span.bytes, for: key.span.bytes, in: self.entries, append: true)
        }
    }

    func currentRuns() throws(LMDBError) -> [Run] {
        try Self.currentRuns(environment, meta)
    }

    static func currentRuns(_ environment: Environment, _ meta: Database) throws(LMDBError) -> [Run] {
        try environment.read { transaction throws(LMDBError) in
            runs(try transaction.get(Array("runs".utf8), in: meta))
        }
    }

    /// The number of runs of the lowest level in each run now, for tests.
    var runSizes: [Int] {
        get throws(StoreError) {
            try storing { () throws(LMDBError) in
                try currentRuns().map { run in (0..<run.level).reduce(1) { size, _ in size * Self.fanIn } }
            }
        }
    }
}

// MARK: - Everything

extension SortedRuns {
    /// Reads everything in one view: passes every entry to the body, and returns the last position that the runs cover.
    /// `disorder` describes an entry that is not where it should be; nil if there is none.
    func contents(
        _ body: (RunEntry, _ through: Position) -> Void
    ) throws(StoreError) -> (through: Position, disorder: String?) {
        try guarded { () throws(LMDBError) in
            try environment.read { transaction throws(LMDBError) in
                let through = try through(transaction)
                var disorder: String?
                let named = try transaction.get(Array("runs".utf8), in: meta)
                if let named, named.count % 8 != 0 { disorder = "its list of runs has a strange size" }
                let runs = Self.runs(named)
                try transaction.withCursor(entries) { cursor throws(LMDBError) in
                    for run in runs {
                        guard try cursor.seek(atOrAfter: Self.key(run.number, .least).span.bytes) else { break }
                        var last: RunEntry?
                        repeat {
                            let (number, entries) = try Self.block(at: cursor)
                            guard number == run.number else { break }
                            for entry in entries {
                                if let last, entry <= last { disorder = "run \(run.number) is not in order" }
                                last = entry
                                body(entry, through)
                            }
                        } while try cursor.next()
                    }
                }
                return (through, disorder)
            }
        }
    }
}

// MARK: - The list of runs

extension SortedRuns {
    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    private static func number(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    static func bytes(_ runs: some Sequence<Run>) -> [UInt8] {
        runs.flatMap { bytes(UInt64($0.number) << 32 | UInt64($0.level)) }
    }

    private static func runs(_ bytes: [UInt8]?) -> [Run] {
        // A partial entry at the end belongs to no run.
        guard let bytes = bytes.map({ $0.dropLast($0.count % 8) }) else { return [] }
        return stride(from: 0, to: bytes.count, by: 8).map { at in
            let both = number(Array(bytes[at..<at + 8]))
            return Run(number: UInt32(both >> 32), level: UInt32(truncatingIfNeeded: both))
        }
    }
}
