/// The index of idempotency keys that are no longer in memory, derived from the log: it can be deleted while the
/// service is stopped, and the next start makes it again.
///
/// `DATA/index` is an LMDB environment with two databases:
///
/// | database | key                                                     | value                                |
/// |----------|---------------------------------------------------------|--------------------------------------|
/// | `keys`   | run, 4 bytes; fingerprint, 8; position, 8; big-endian:  | up to 120 entries in order, of a     |
/// |          | of a block's first entry                                | fingerprint and a position, 8 bytes  |
/// |          |                                                         | each, little-endian                  |
/// | `meta`   | `format`                                                | `kabinet-keys 2`                     |
/// |          | `log`                                                   | the log's id                         |
/// |          | `through`                                               | position, 8 bytes, big-endian        |
/// |          | `record`                                                | XXH64 of the log's record there      |
/// |          | `runs`                                                  | of each: number, level; 4 bytes each |
///
/// A run is a table of keys in order, written once behind the earlier runs, so pages are written in order and filled
/// whole, however the keys are spread. Four neighbours of one level become one run of the next: n tables make some
/// 3·log₄ n runs to search. A run that `runs` does not name is left from a merge that a crash cut short, and is
/// removed.
///
/// One thread adds; any thread looks keys up.

package import Accounts
internal import Glibc
internal import LMDB
internal import Synchronization

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

package final class KeyIndex: OlderKeys {
    struct Run {
        var number: UInt32
        var level: UInt32
    }

    package static let directory = "index"
    private static let format = "kabinet-keys 2"
    static let fanIn = 4
    typealias Entry = FingerprintTable.Entry
    /// Two blocks fill a page of 4096 bytes.
    static let entriesPerBlock = 120
    /// Blocks that a merge writes, or that its cleanup removes, in one transaction.
    static let blocksPerTransaction = 2048

    private let path: String
    /// Replaced after a failed write of LMDB's meta page; nil if it could not be opened again.
    private let opened: Mutex<Environment?>
    /// The same in every environment, because handles are numbered in the order of opening.
    let keys: Database
    let meta: Database
    private let log: LMDBReader

    var environment: Environment {
        get throws(LMDBError) {
            guard let environment = opened.withLock({ $0 }) else {
                throw LMDBError(.panic, .open, "\(path) could not be opened again")
            }
            return environment
        }
    }

    /// Opens the index of a data directory. An index of another log or of another version, or one that covers more than
    /// the log has, is made anew.
    package init(data: String, log store: borrowing LMDBStore) throws(StoreError) {
        path = data + "/" + Self.directory
        let log = store.makeReader()
        let identity = store.identity.name
        let environment: Environment
        if let opened = try? Self.open(path), (try? Self.answers(for: log, identity, opened)) == true {
            (environment, keys, meta) = opened
        } else {
            try removeDirectory(path)
            let path = path
            (environment, keys, meta) = try storing { () throws(LMDBError) in try Self.create(path, identity) }
        }
        opened = Mutex(environment)
        self.log = log
        try storing { () throws(LMDBError) in try removeUnnamedRuns() }
    }

    /// Opens the index of a data directory read-only; nil if there is none that is of this log.
    package init?(readOnly data: String, of log: LogIdentity, _ reader: LMDBReader) throws(StoreError) {
        path = data + "/" + Self.directory
        guard let names = try names(in: path), names.contains("data.mdb") else { return nil }
        let opened = try Self.open(path, isReadOnly: true)
        guard try Self.answers(for: reader, log.name, opened) else { return nil }
        self.opened = Mutex(opened.environment)
        (keys, meta, self.log) = (opened.keys, opened.meta, reader)
    }

    private typealias Opened = (environment: Environment, keys: Database, meta: Database)

    private static func open(_ path: String, isReadOnly: Bool = false) throws(StoreError) -> Opened {
        guard let names = try names(in: path), names.contains("data.mdb") else { throw StoreError(.noLog, path) }
        return try storing { () throws(LMDBError) in
            var options = Environment.Options()
            options.isReadOnly = isReadOnly
            let environment = try Environment(path: path, options: options)
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

    /// Whether the index was made of this log as it is now: a log restored from an older copy is another one.
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
        bytes(try log.recordDigest(at: position))
    }

    package var through: Position {
        get throws(StoreError) {
            try storing { () throws(LMDBError) in
                try environment.read { transaction throws(LMDBError) in
                    try transaction.get(Array("through".utf8), in: meta).map(Self.number) ?? 0
                }
            }
        }
    }

    func through(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Position {
        try transaction.get(Array("through".utf8), in: meta).map(Self.number) ?? 0
    }

    package func first(of key: Hash128, where isIt: (Position) -> Bool) throws(StoreError) -> Position? {
        let found: [Position] = try storing { () throws(LMDBError) in
            try environment.read { transaction throws(LMDBError) in
                let runs = Self.runs(try transaction.get(Array("runs".utf8), in: meta))
                return try transaction.withCursor(keys) { cursor throws(LMDBError) in
                    var found: [Position] = []
                    for run in runs {
                        guard try Self.seekBlock(of: Self.key(run.number, key.high, 0), &cursor) else { break }
                        try cursor.forEach { first, block in
                            let (number, fingerprint, _) = Self.parts(first)
                            if number < run.number { return true }
                            guard number == run.number, fingerprint <= key.high else { return false }
                            for entry in Self.entries(block) where entry.fingerprint == key.high {
                                found.append(entry.position)
                            }
                            return true
                        }
                    }
                    return found
                }
            }
        }
        return found.sorted().first(where: isIt)
    }

    /// Moves to the last block that begins before a key, or else to the first one: entries at or after the key begin
    /// there.
    private static func seekBlock(of key: [UInt8], _ cursor: inout Cursor) throws(LMDBError) -> Bool {
        guard try cursor.seek(atOrAfter: key.span.bytes) else { return try cursor.last() }
        if try cursor.previous() { return true }
        return try cursor.first()
    }

    /// Adds a table, which must follow on the index. It is durable when this returns. After a crash at any point the
    /// index covers a little less, or this table too.
    package func add(_ table: IdempotencyKeys.Table) throws(StoreError) {
        let before = try through
        precondition(table.after == before, "a table after \(table.after) does not follow on \(before)")
        let record = try Self.digest(of: table.through, in: log)
        let entries = table.positions.sorted
        do throws(StoreError) { try append(entries, through: table.through, record) } catch {
            reopenIfUnusable()
            throw error
        }
    }

    /// After a failed write of its meta page LMDB refuses to read too: the index could not be read until the next
    /// start. An environment that is opened anew finds which of the two meta pages counts.
    private func reopenIfUnusable() {
        do throws(LMDBError) { try environment.read { _ in } } catch  where error.code == .panic {
            opened.withLock { environment in
                environment = nil
                // Readers of the old environment keep it open until they are done.
                for _ in 0..<1000 {
                    environment = try? Self.open(path).environment
                    if environment != nil { return }
                    usleep(1000)
                }
            }
        } catch {}
    }

    private func append(_ entries: [Entry], through: Position, _ record: [UInt8]) throws(StoreError) {
        try storing { () throws(LMDBError) in
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
    func put(_ entries: [Entry], of run: Run, _ transaction: inout WriteTransaction) throws(LMDBError) {
        var block: [UInt8] = []
        for start in stride(from: 0, to: entries.count, by: Self.entriesPerBlock) {
            block.removeAll(keepingCapacity: true)
            for entry in entries[start..<min(start + Self.entriesPerBlock, entries.count)] {
                withUnsafeBytes(of: entry.fingerprint.littleEndian) { block.append(contentsOf: $0) }
                withUnsafeBytes(of: entry.position.littleEndian) { block.append(contentsOf: $0) }
            }
            let key = Self.key(run.number, entries[start].fingerprint, entries[start].position)
            try transaction.put(block.span.bytes, for: key.span.bytes, in: keys, append: true)
        }
    }

    /// The number of tables in each run now, for tests.
    package var runTables: [Int] {
        get throws(StoreError) {
            try storing { () throws(LMDBError) in
                try currentRuns().map { run in (0..<run.level).reduce(1) { size, _ in size * Self.fanIn } }
            }
        }
    }

    func currentRuns() throws(LMDBError) -> [Run] {
        try environment.read { transaction throws(LMDBError) in
            Self.runs(try transaction.get(Array("runs".utf8), in: meta))
        }
    }
}

// MARK: - Bytes

extension KeyIndex {
    static let keyBytes = 20
    static let entryBytes = 16

    static func key(_ run: UInt32, _ fingerprint: UInt64, _ position: Position) -> [UInt8] {
        var key = [UInt8]()
        key.reserveCapacity(keyBytes)
        withUnsafeBytes(of: run.bigEndian) { key.append(contentsOf: $0) }
        withUnsafeBytes(of: fingerprint.bigEndian) { key.append(contentsOf: $0) }
        withUnsafeBytes(of: position.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    static func parts(_ key: RawSpan) -> (run: UInt32, fingerprint: UInt64, position: Position) {
        precondition(key.byteCount == keyBytes, "a key of the index has \(keyBytes) bytes")
        return (
            UInt32(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)),
            UInt64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 4, as: UInt64.self)),
            UInt64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 12, as: UInt64.self))
        )
    }

    static func entries(_ block: RawSpan) -> [Entry] {
        precondition(block.byteCount % entryBytes == 0, "a block of the index holds entries of \(entryBytes) bytes")
        return stride(from: 0, to: block.byteCount, by: entryBytes).map { at in
            Entry(
                fingerprint: UInt64(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)),
                position: UInt64(littleEndian: block.unsafeLoadUnaligned(fromByteOffset: at + 8, as: UInt64.self)))
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    static func number(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    static func bytes(_ runs: some Sequence<Run>) -> [UInt8] {
        runs.flatMap { bytes(UInt64($0.number) << 32 | UInt64($0.level)) }
    }

    static func runs(_ bytes: [UInt8]?) -> [Run] {
        // A partial entry at the end belongs to no run.
        guard let bytes = bytes.map({ $0.dropLast($0.count % 8) }) else { return [] }
        return stride(from: 0, to: bytes.count, by: 8).map { at in
            let both = number(Array(bytes[at..<at + 8]))
            return Run(number: UInt32(both >> 32), level: UInt32(truncatingIfNeeded: both))
        }
    }
}
