/// The log of events, as its one writer sees it.
///
/// Events become records here and nowhere else. Reading by other threads is in `EventReader`'s extensions.

package import Accounts
package import EventCoding

package struct EventLog<Store: EventStore & ~Copyable>: ~Copyable {
    package private(set) var store: Store
    /// When the last event was recorded: the next is not recorded earlier.
    package private(set) var lastRecorded: Instant?
    /// Reused, so that a warm append allocates nothing.
    private var record: [UInt8] = []

    package init(_ store: consuming Store) throws(LogError) {
        var lastRecorded: Instant?
        if store.last > 0 {
            let last = store.last
            lastRecorded = try flatten(
                try storing { () throws(StoreError) in
                    try store.withRecord(at: last) { bytes in decodeMeta(bytes, last) }
                }
            ).recorded
        }
        self.store = store
        self.lastRecorded = lastRecorded
    }

    /// The last position, appends that are not committed included; 0: there is none.
    package var last: Position { store.last }

    /// Into the open batch. Of `meta` the position alone is filled in; it is what is returned. After an error the
    /// log must not be used.
    @available(*, noasync)
    @discardableResult
    package mutating func append(_ event: Event, _ meta: EventMeta) throws(LogError) -> Position {
        let position = store.last + 1
        if let lastRecorded {
            precondition(meta.recorded >= lastRecorded, "position \(position) is recorded before the one before it")
        }
        precondition(meta.previous < position, "position \(position) follows itself or a later one")
        var meta = meta
        meta.position = position
        record.removeAll(keepingCapacity: true)
        Record.encode(meta, event, into: &record)
        do throws(StoreError) {
            try store.append(record, at: position)
        } catch {
            throw .store(error)
        }
        lastRecorded = meta.recorded
        return position
    }

    /// Makes the batch durable. After anything but `.durable` the log must not be used.
    @available(*, noasync)
    package mutating func commit() -> Durability { store.commit() }

    /// The same, or nil: it goes on beside the caller, and `done` is told on another thread.
    @available(*, noasync)
    package mutating func commit(
        hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void
    ) -> Durability? { store.commit(hasMoreToDo: hasMoreToDo, orLater: done) }

    /// Whether a batch goes on beside the caller.
    package var isCommitting: Bool { store.isCommitting }

    /// Returns when none does.
    package func settle() { store.settle() }

    /// Sees what is not durable yet.
    package func event(at position: Position) throws(LogError) -> (meta: EventMeta, event: Event) {
        try flatten(
            try storing { () throws(StoreError) in
                try store.withRecord(at: position) { bytes in decode(bytes, position) }
            })
    }

    /// For other threads: committed events only.
    package func makeReader() -> Store.Reader { store.makeReader() }
}

/// Why the log could not be written or read.
package enum LogError: Error {
    case store(StoreError)
    /// Bytes that are not a record that this version can read: it says which and why.
    case record(RecordError)
    /// Records that can be read and do not follow from each other.
    case order(LogOrder.Fault)
}

extension LogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .record(let error): "\(error)"
        case .order(let fault): "\(fault)"
        }
    }
}

// MARK: - Errors of two layers

/// What a body of the store's, which cannot throw, found in a record.
typealias Decoded = Result<(meta: EventMeta, event: Event), RecordError>

func decode(_ bytes: RawSpan, _ position: Position) -> Decoded {
    do throws(RecordError) {
        return .success(try Record.decode(bytes, position: position))
    } catch {
        return .failure(error)
    }
}

func decodeMeta(_ bytes: RawSpan, _ position: Position) -> Result<EventMeta, RecordError> {
    do throws(RecordError) {
        return .success(try Record.meta(bytes, position: position))
    } catch {
        return .failure(error)
    }
}

func flatten<Value>(_ result: Result<Value, RecordError>) throws(LogError) -> Value {
    switch result {
    case .success(let value): return value
    case .failure(let error): throw .record(error)
    }
}

/// The errors of the store as the log's.
func storing<R>(_ body: () throws(StoreError) -> R) throws(LogError) -> R {
    do throws(StoreError) {
        return try body()
    } catch {
        throw .store(error)
    }
}
