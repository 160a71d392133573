/// The log of events, for its one writer.
///
/// Only this type turns events into records. Other threads read through `EventReader`'s extensions.

package import Accounts
package import EventCoding

package struct EventLog<Store: EventStore & ~Copyable>: ~Copyable {
    package private(set) var store: Store
    /// When the last event was recorded; the next one must not be recorded earlier.
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

    /// The last position, including appends that are not committed; 0 if there is none.
    package var last: Position { store.last }

    /// Appends to the open batch. Fills in the position of `meta` and nothing else, and returns it. After an error the
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

    /// The same, or nil if the commit goes on beside the caller. `done` is then called on another thread.
    @available(*, noasync)
    package mutating func commit(
        hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void
    ) -> Durability? { store.commit(hasMoreToDo: hasMoreToDo, orLater: done) }

    /// Whether a commit goes on beside the caller.
    package var isCommitting: Bool { store.isCommitting }

    /// Returns when no commit goes on.
    package func settle() { store.settle() }

    /// Also reads events that are not durable yet.
    package func event(at position: Position) throws(LogError) -> (meta: EventMeta, event: Event) {
        try flatten(
            try storing { () throws(StoreError) in
                try store.withRecord(at: position) { bytes in decode(bytes, position) }
            })
    }

    /// A reader for other threads: it sees committed events only.
    package func makeReader() -> Store.Reader { store.makeReader() }
}

/// The reason why the log could not be written or read.
package enum LogError: Error {
    case store(StoreError)
    /// Bytes that this version cannot read as a record; the error says which bytes and why.
    case record(RecordError)
    /// Records that can be read but do not follow from each other.
    case order(LogOrder.Fault)
    /// The index of history is not what the log makes, or cannot be read. The log is not at fault.
    case wrongIndex
}

extension LogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .record(let error): "\(error)"
        case .order(let fault): "\(fault)"
        case .wrongIndex: "the index of history is not what the log makes"
        }
    }
}

// MARK: - Errors of two layers

/// The result of decoding a record in a body that the store calls, which cannot throw.
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

/// Turns the store's errors into the log's.
func storing<R>(_ body: () throws(StoreError) -> R) throws(LogError) -> R {
    do throws(StoreError) {
        return try body()
    } catch {
        throw .store(error)
    }
}
