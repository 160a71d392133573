/// The seam under the log: where records live.
///
/// A record here is bytes with a position. LMDB keeps them by default (`LMDBStore`); the simulator brings
/// `MemoryStore`, whose commits fail as it is told; a replicated store can come later. Nothing above the seam
/// knows which one it is.

package import Accounts

/// What a commit left behind.
package enum Durability: Equatable, Sendable {
    case durable
    /// The batch is not in the log and never will be.
    case failed(String)
    /// The batch may or may not be in the log: the next start will tell.
    case unknown(String)
}

/// What a store has of room, and what stands in its way.
package struct StorageStatistics: Equatable, Sendable {
    /// Where its address space ends.
    package var mapBytes = 0
    package var usedBytes = 0
    /// With what was claimed ahead.
    package var fileBytes = 0
    package var pageBytes = 0
    /// Zeros are being written ahead of the pages.
    package var isGrowing = false
    /// Commits since the oldest view that is still read from; nil: there is none.
    package var oldestReaderAge: Int?
}

/// Owned by one writer thread.
package protocol EventStore: ~Copyable, SendableMetatype {
    associatedtype Reader: EventReader

    /// The last position, appends that are not committed included; 0: there is none.
    var last: Position { get }

    /// Into the open batch, which the first append opens. The position is `last + 1`. After an error the store
    /// must not be used: fail-stop is the caller's. A batch stays on one thread from here to its commit, so neither
    /// is for a task, which may go on on another.
    @available(*, noasync)
    mutating func append(_ record: [UInt8], at position: Position) throws(StoreError)

    /// Makes the batch durable. After anything but `.durable` the store must not be used.
    @available(*, noasync)
    mutating func commit() -> Durability

    /// The same, or nil: it goes on beside the caller, who has more to do, and `done` is told on another thread, of one
    /// batch after another.
    @available(*, noasync)
    mutating func commit(hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void) -> Durability?

    /// Whether a batch goes on beside the caller.
    var isCommitting: Bool { get }

    /// Returns when none does.
    func settle()

    /// What the disk and the map can yet take. Asked for before every batch.
    var roomBytes: Int { get }

    var statistics: StorageStatistics { get }

    /// Sees the open batch. The bytes end with the body.
    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R

    /// For other threads: it sees committed records only.
    func makeReader() -> Reader
}

extension EventStore where Self: ~Copyable {
    @available(*, noasync)
    package mutating func commit(hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void)
        -> Durability?
    { commit() }

    package var isCommitting: Bool { false }

    package func settle() {}
}

/// How often a group of records is shown.
package enum ScanPass {
    /// Comes soon.
    case ahead
    /// The same, when all of the group has been shown once.
    case near
    /// It is its turn.
    case here
}

package protocol EventReader: Sendable {
    /// The last committed position; 0: there is none.
    var last: Position { get throws(StoreError) }

    /// The bytes end with the body.
    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R

    /// The records `from` to `through`, both included, in order, until the body says false or the log ends.
    /// Long scans are made of short views: records committed meanwhile are seen.
    ///
    /// With `isLookingAhead` each group of records, some 64, is shown beforehand, as far as the store likes: what they
    /// will need can be brought near for all of them at once. What the body then says does not matter.
    func scan(
        from: Position, through: Position, isLookingAhead: Bool,
        _ body: (Position, RawSpan, ScanPass) -> Bool
    ) throws(StoreError)

    /// For a scan of the whole log from disk; nil: there is nothing to read ahead.
    func makeReadAhead() -> ReadAhead?
}

extension EventReader {
    package func scan(
        from: Position, through: Position, _ body: (Position, RawSpan) -> Bool
    ) throws(StoreError) {
        try scan(from: from, through: through, isLookingAhead: false) { position, record, _ in body(position, record) }
    }

    package func makeReadAhead() -> ReadAhead? { nil }
}

/// Limits that every store keeps.
package enum RecordLimit {
    /// A longer record gets LMDB pages of its own, which costs room and a seek: allowed, and counted.
    package static let comfortableBytes = 2000
    package static let maximumBytes = 1 << 20

    static func check(byteCount: Int, at position: Position, after last: Position) {
        precondition(position == last + 1, "position \(position) does not follow \(last)")
        precondition(byteCount > 0, "the record at \(position) is empty")
        precondition(byteCount <= maximumBytes, "the record at \(position) has \(byteCount) bytes")
    }
}
