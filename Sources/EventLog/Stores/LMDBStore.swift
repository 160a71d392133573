/// The default store: records in LMDB, one write transaction a batch.
///
/// The transaction begins with the first append of a batch and stays open until the commit; it belongs to the thread
/// that made that append. An append allocates nothing here beyond the record itself.

package import Accounts
package import LMDB

package struct LMDBStore: EventStore, ~Copyable {
    package let identity: LogIdentity
    package private(set) var last: Position
    /// Records longer than `comfortableBytes`, appended since the start: each has pages of its own.
    package private(set) var largeRecords = 0

    private let environment: Environment
    private let records: Database
    private let lock: DataDirectoryLock
    private var batch: WriteTransaction?
    private var growth: FileGrowth
    /// Bytes in use before the open batch, and bytes of the batch's records.
    private var usedBytes = 0
    private var batchBytes = 0
    /// An append or a commit failed: memory is ahead of the disk.
    private var hasFailed = false

    /// A bound on the pages that a batch takes. A record leaves at most as much room unused as it takes (in a leaf that
    /// it no longer fits, or in the last of its own pages). A commit also rewrites pages and the list of free ones.
    private static let recordOverheadBytes = 64
    private static let batchOverheadBytes = 1 << 20

    /// Opens the log of a data directory. Creates it if there is none and `created` is given.
    package init(
        data: String, created: Instant? = nil, identity: LogIdentity? = nil, mapSizeBytes: Int? = nil,
        growth limits: FileGrowth.Limits = FileGrowth.Limits()
    ) throws(StoreError) {
        let lock = try DataDirectoryLock(data)
        if try !LogFormat.isLog(in: data) {
            guard let created else { throw try FirstStart.missingLog(in: data) }
            try LogFormat.create(
                in: data, identity: identity ?? .random(created: created), mapSizeBytes: mapSizeBytes)
        }
        let environment = try LogFormat.environment(
            data + "/" + LogFormat.directory, mapSizeBytes: mapSizeBytes, isReadOnly: false)
        let (records, identity) = try LogFormat.open(environment)
        let last = try LMDBReader(environment: environment, records: records).checkedLast()
        self.growth = try storing { () throws(LMDBError) in try FileGrowth(environment, limits: limits) }
        self.lock = lock
        self.environment = environment
        self.records = records
        self.identity = identity
        self.last = last
    }

    @available(*, noasync)
    package mutating func append(_ record: [UInt8], at position: Position) throws(StoreError) {
        try append(record.span.bytes, at: position)
    }

    @available(*, noasync)
    mutating func append(_ record: RawSpan, at position: Position) throws(StoreError) {
        precondition(!hasFailed, "the store failed before: only a restart can tell what is in it")
        RecordLimit.check(byteCount: record.byteCount, at: position, after: last)
        do throws(LMDBError) {
            if batch == nil {
                batch = try WriteTransaction(environment)
                usedBytes = environment.info.usedBytes
                batchBytes = 0
            }
            batchBytes += record.byteCount + Self.recordOverheadBytes
            growth.claim(upTo: usedBytes + 2 * batchBytes + Self.batchOverheadBytes)
            try batch!.put(record, for: integerKey(position).span.bytes, in: records, append: true)
        } catch {
            hasFailed = true
            // Ended here, because a transaction has to end on the thread that began it.
            batch = nil
            throw StoreError(error)
        }
        if record.byteCount > RecordLimit.comfortableBytes { largeRecords += 1 }
        last = position
    }

    @available(*, noasync)
    package mutating func commit() -> Durability {
        precondition(!hasFailed, "the store failed before: only a restart can tell what is in it")
        guard let batch = batch.take() else { return .durable }
        do throws(LMDBError) {
            try batch.commit()
            if growth.advance(usedBytes: environment.info.usedBytes) {
                // The view of a process that was killed would keep every page from being reused.
                _ = try? environment.clearStaleReaders()
            }
            return .durable
        } catch {
            hasFailed = true
            return left(by: error)
        }
    }

    /// LMDB writes and syncs a batch's pages first. Then one synchronous write of a page makes them the newest. If that
    /// write failed, it may still be on disk; LMDB then refuses every transaction.
    private func left(by error: LMDBError) -> Durability {
        do throws(LMDBError) {
            try WriteTransaction(environment).abort()
            return .failed("\(error)")
        } catch let probe where probe.code == .panic {
            return .unknown("\(error)")
        } catch {
            return .failed("\(error)")
        }
    }

    package func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        let result: R?
        do throws(LMDBError) {
            switch batch {
            case .some(let batch): result = try batch.get(integerKey(position).span.bytes, in: records, body)
            case .none:
                result = try ReadTransaction(environment).get(integerKey(position).span.bytes, in: records, body)
            }
        } catch {
            throw StoreError(error)
        }
        guard let result else { throw .noSuchPosition(position, last: last) }
        return result
    }

    package func makeReader() -> LMDBReader { LMDBReader(environment: environment, records: records) }

    package var roomBytes: Int {
        let info = environment.info
        return min(info.mapSizeBytes - info.usedBytes, growth.roomBytes(usedBytes: info.usedBytes))
    }

    package var statistics: StorageStatistics {
        let info = environment.info
        return StorageStatistics(
            mapBytes: info.mapSizeBytes, usedBytes: info.usedBytes, fileBytes: growth.fileBytes,
            pageBytes: info.pageBytes, isGrowing: growth.isGrowing, oldestReaderAge: environment.oldestReaderAge)
    }
}
