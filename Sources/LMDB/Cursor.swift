/// A place among the entries of a database, in the order of their keys' bytes.
///
/// It lives inside the closure of `withCursor`, during which its transaction can neither write nor end, so its entry
/// stays where it is.

internal import CLMDB

package struct Cursor: ~Copyable {
    private let handle: OpaquePointer
    private var key = MDB_val()
    private var value = MDB_val()
    private var isAtEntry = false

    init(_ transaction: OpaquePointer, _ database: Database) throws(LMDBError) {
        var opened: OpaquePointer?
        try check(mdb_cursor_open(transaction, database.handle, &opened), .openCursor)
        guard let opened else { preconditionFailure("LMDB opened no cursor and said that it had") }
        handle = opened
    }

    deinit { mdb_cursor_close(handle) }

    /// Each of these is false if there is no such entry; the cursor is then at no entry.
    package mutating func first() throws(LMDBError) -> Bool { try move(MDB_FIRST) }
    package mutating func last() throws(LMDBError) -> Bool { try move(MDB_LAST) }
    package mutating func next() throws(LMDBError) -> Bool { try move(MDB_NEXT) }
    package mutating func previous() throws(LMDBError) -> Bool { try move(MDB_PREV) }

    /// The first entry whose key is this one or after it.
    package mutating func seek(atOrAfter sought: RawSpan) throws(LMDBError) -> Bool {
        // LMDB returns the key that it found in place of the one that it was given.
        let code = sought.withUnsafeBytes { bytes in
            key = MDB_val(bytes)
            return mdb_cursor_get(handle, &key, &value, MDB_SET_RANGE)
        }
        return try arrived(code)
    }

    /// Key and value of the entry, in place.
    package func withEntry<R>(_ body: (_ key: RawSpan, _ value: RawSpan) -> R) -> R {
        precondition(isAtEntry, "the cursor is at no entry")
        return body(key.buffer.bytes, value.buffer.bytes)
    }

    /// Visits this entry and those after it, until the body returns false.
    package mutating func forEach(_ body: (_ key: RawSpan, _ value: RawSpan) -> Bool) throws(LMDBError) {
        precondition(isAtEntry, "the cursor is at no entry")
        repeat {
            guard body(key.buffer.bytes, value.buffer.bytes) else { return }
        } while try next()
    }

    /// The same in groups of at most `count`.
    package mutating func forEachGroup(of count: Int, _ body: (Span<Entry>) -> Bool) throws(LMDBError) {
        precondition(isAtEntry, "the cursor is at no entry")
        var group: [Entry] = []
        group.reserveCapacity(count)
        var failure: LMDBError?
        repeat {
            group.removeAll(keepingCapacity: true)
            repeat {
                group.append(Entry(key: key.buffer, value: value.buffer))
                // The entries before one that cannot be read are passed on.
                do throws(LMDBError) { _ = try next() } catch { failure = error }
            } while isAtEntry && group.count < count
            guard body(group.span) else { return }
        } while isAtEntry
        if let failure { throw failure }
    }

    /// Stays where it is as long as its transaction neither ends nor writes.
    package struct Entry {
        fileprivate let key: UnsafeRawBufferPointer
        fileprivate let value: UnsafeRawBufferPointer

        @inline(__always)
        package func with<R>(_ body: (_ key: RawSpan, _ value: RawSpan) -> R) -> R { body(key.bytes, value.bytes) }
    }

    private mutating func move(_ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        try arrived(mdb_cursor_get(handle, &key, &value, operation))
    }

    private mutating func arrived(_ code: Int32) throws(LMDBError) -> Bool {
        isAtEntry = code == MDB_SUCCESS
        if code == MDB_NOTFOUND { return false }
        try check(code, .moveCursor)
        return true
    }
}
