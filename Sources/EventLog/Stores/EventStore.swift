/// The interface between the log and the stores that keep its records.
///
/// A record here is bytes with a position. LMDB keeps them by default (`LMDBStore`); the simulator uses `MemoryStore`,
/// whose commits fail on demand; a replicated store can come later. Nothing above this interface knows which one it is.

package import Accounts

/// The outcome of a commit.
package enum Durability: Equatable, Sendable {
    case durable
    /// The batch is not in the log and never will be.
    case failed(String)
    /// The batch may or may not be in the log: the next start finds out.
    case unknown(String)
}

/// The room that a store has and uses, and what keeps it from reusing pages.
package struct StorageStatistics: Equatable, Sendable {
    /// The size of its address space.
    package var mapBytes = 0
    package var usedBytes = 0
    /// The size of the file, including room that was claimed ahead.
    package var fileBytes = 0
    package var pageBytes = 0
    /// Whether zeros are being written ahead of the pages.
    package var isGrowing = false
    /// Commits since the oldest view that is still read from; nil if there is none.
    package var oldestReaderAge: Int?
}

/// One writer thread owns it.
package protocol EventStore: ~Copyable, SendableMetatype {
    associatedtype Reader: EventReader

    /// The last position, including appends that are not committed; 0 if there is none.
    var last: Position { get }

    /// Appends to the open batch, which the first append opens. The position is `last + 1`. After an error the store
    /// must not be used: the caller stops the process. A batch stays on one thread from here to its commit, so a task
    /// must not call either function, because a task may go on on another thread.
    @available(*, noasync)
    mutating func append(_ record: [UInt8], at position: Position) throws(StoreError)

    /// Makes the batch durable. After anything but `.durable` the store must not be used.
    @available(*, noasync)
    mutating func commit() -> Durability

    /// The same, or nil if the commit goes on beside the caller, which has more to do. `done` is then called on another
    /// thread, for one batch after another.
    @available(*, noasync)
    mutating func commit(hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void) -> Durability?

    /// Whether a commit goes on beside the caller.
    var isCommitting: Bool { get }

    /// Returns when no commit goes on.
    func settle()

    /// The room that the disk and the map still have. Read before every batch.
    var roomBytes: Int { get }

    var statistics: StorageStatistics { get }

    /// Also reads the open batch. The bytes are valid only in the body.
    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R

    /// A reader for other threads: it sees committed records only.
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

/// The passes in which a scan shows a group of records.
package enum ScanPass {
    /// The first pass: the record's turn comes soon.
    case ahead
    /// The second pass, after all of the group had the first.
    case near
    /// The record's turn.
    case here
}

package protocol EventReader: Sendable {
    /// The last committed position; 0 if there is none.
    var last: Position { get throws(StoreError) }

    /// The bytes are valid only in the body.
    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R

    /// Reads the records `from` to `through`, both included, in order, until the body returns false or the log ends.
    /// Long scans are made of short views: records committed meanwhile are seen.
    ///
    /// With `isLookingAhead` a store may show each group of some 64 records beforehand, so that the body can prefetch
    /// for all of them at once. The body's answer then does not matter.
    func scan(
        from: Position, through: Position, isLookingAhead: Bool,
        _ body: (Position, RawSpan, ScanPass) -> Bool
    ) throws(StoreError)

    /// For a scan of the whole log from disk; nil if there is nothing to read ahead.
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

/// Limits that apply to every store.
package enum RecordLimit {
    /// A longer record gets LMDB pages of its own, which costs room and a seek. It is allowed, and counted.
    package static let comfortableBytes = 2000
    package static let maximumBytes = 1 << 20

    static func check(byteCount: Int, at position: Position, after last: Position) {
        precondition(position == last + 1, "position \(position) does not follow \(last)")
        precondition(byteCount > 0, "the record at \(position) is empty")
        precondition(byteCount <= maximumBytes, "the record at \(position) has \(byteCount) bytes")
    }
}
