/// A log made of records that were written elsewhere: for a backup, and for a restore from a backup or a dump.
///
/// Records are appended one after another; the checksum, type and order of each are checked. They become durable a
/// piece at a time, so that the disk never has more to write at once than a service on it can wait for. The log has no
/// name until it is finished; the next attempt removes the remains of an interrupted one.
///
/// Copies records and not pages (LMDB has `mdb_env_copy`), because a copy of pages needs one view for as long as it
/// takes. While a view lasts no page of a later commit is reused, so a service under load makes its file longer by some
/// 26 KB a commit, for good. A copy by pieces is as consistent, because a record never changes, and each view is as
/// short as its piece.

package import Accounts
internal import EventCoding
internal import Glibc
internal import LMDB

/// How far a copy of records is.
package struct CopyProgress: Equatable, Sendable {
    /// The last position copied.
    package let position: Position
    /// The position to end with.
    package let total: Position
    /// Bytes of the records so far.
    package let bytes: Int

    /// The bytes of all records, estimated from those so far.
    package var estimatedBytes: Int { position == 0 ? 0 : Int(Double(bytes) / Double(position) * Double(total)) }
}

struct NewLog: ~Copyable {
    /// The last position, and the order that the next record must follow.
    private(set) var order = LogOrder()
    /// Bytes of all records so far.
    private(set) var bytes = 0
    /// Bytes of the records that are not durable yet.
    private(set) var pieceBytes = 0

    private let data: String
    private let environment: Environment
    private let records: Database
    private let descriptor: Int32
    private var piece: WriteTransaction?

    /// Bytes that are written and synced at once.
    static let maximumPieceBytes = 1 << 20

    /// Begins a log in a directory whose lock the caller holds.
    init(in data: String, identity: LogIdentity) throws(StoreError) {
        (environment, records) = try LogFormat.begin(in: data, identity: identity)
        // If this fails, only the advice to the file's cache is left out.
        descriptor = open(environment.path + "/data.mdb", O_RDONLY | O_CLOEXEC)
        self.data = data
    }

    deinit { close(descriptor) }

    /// Appends a record at the position after the last one. Throws if it is not a record of that position.
    mutating func append(_ record: RawSpan) throws(LogError) {
        let position = order.last + 1
        let decoded: (meta: EventMeta, event: Event)
        do throws(RecordError) { decoded = try Record.decode(record, position: position) } catch {
            throw .record(error)
        }
        guard record.byteCount <= RecordLimit.maximumBytes else {
            throw .store(StoreError(.damaged, "the record at position \(position) has \(record.byteCount) bytes"))
        }
        do throws(LogOrder.Fault) { try order.follow(decoded.meta) } catch { throw .order(error) }
        do throws(LMDBError) {
            if piece == nil { piece = try WriteTransaction(environment) }
            try piece!.put(record, for: integerKey(position).span.bytes, in: records, append: true)
        } catch {
            throw .store(StoreError(error))
        }
        bytes += record.byteCount
        pieceBytes += record.byteCount
    }

    /// Makes the piece durable, and frees the memory that the file's cache uses for it, because others need it more.
    mutating func commit() throws(StoreError) {
        guard let piece = piece.take() else { return }
        do throws(LMDBError) { try piece.commit() } catch { throw StoreError(error) }
        pieceBytes = 0
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    func progress(of total: Position) -> CopyProgress {
        CopyProgress(position: order.last, total: total, bytes: bytes)
    }

    /// Reads the committed records.
    var reader: LMDBReader { LMDBReader(environment: environment, records: records) }

    /// Gives the log its name. Answers the size of its file.
    consuming func finish() throws(StoreError) -> Int {
        let (data, path) = (data, environment.path)
        // Closes the environment.
        _ = consume self
        unlink(path + "/lock.mdb")
        guard let bytes = fileSize(path + "/data.mdb") else { throw .system("read", path) }
        try LogFormat.finish(in: data)
        return bytes
    }

    /// Removes a log that will not be finished.
    static func abandon(in data: String) { try? removeDirectory(data + "/" + LogFormat.unfinishedDirectory) }
}

extension EventReader {
    /// Reads the records after `last` up to `end`, in pieces of so many bytes, each through a view of its own. Calls
    /// `pieceEnds` between the views.
    func forEachPiece(
        after last: Position, through end: Position, bytes maximumBytes: Int,
        _ body: (Position, RawSpan) throws -> Void, pieceEnds: (Position) throws -> Void
    ) throws {
        var last = last
        while last < end {
            var failure: (any Error)?
            var bytes = 0
            let before = last
            try storing { () throws(StoreError) in
                try scan(from: before + 1, through: end) { position, record in
                    do { try body(position, record) } catch {
                        failure = error
                        return false
                    }
                    last = position
                    bytes += record.byteCount
                    return bytes < maximumBytes
                }
            }
            if let failure { throw failure }
            guard last > before else {
                throw LogError.store(StoreError(.damaged, "the log has no record at position \(last + 1)"))
            }
            try pieceEnds(last)
        }
    }
}

extension NewLog {
    /// Copies the records of another log after the last one, up to `end`.
    mutating func copy(
        from reader: some EventReader, through end: Position, pace: Pace = Pace(bytesPerSecond: nil),
        progress: (CopyProgress) throws -> Void
    ) throws {
        try reader.forEachPiece(after: order.last, through: end, bytes: Self.maximumPieceBytes) { _, record in
            try append(record)
        } pieceEnds: { _ in
            try commit()
            pace.wait(after: bytes)
            try progress(self.progress(of: end))
        }
    }
}

/// Limits a writer to so many bytes a second; nil: no limit.
package struct Pace {
    let bytesPerSecond: Int?
    private let started = ContinuousClock.now

    package init(bytesPerSecond: Int?) { self.bytesPerSecond = bytesPerSecond }

    package func wait(after bytes: Int) {
        guard let bytesPerSecond else { return }
        let due = started + .seconds(Double(bytes) / Double(bytesPerSecond))
        let left = (due - ContinuousClock.now) / .microseconds(1)
        if left > 0 { usleep(useconds_t(left)) }
    }
}
