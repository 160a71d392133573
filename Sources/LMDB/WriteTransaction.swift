/// The write transaction. There is one at a time in all processes; beginning a second one waits.
///
/// It belongs to the thread that began it. `commit` and `abort` consume it, so that nothing can be used after a commit,
/// even one that failed; dropping a value aborts it. After an operation failed, LMDB refuses all further ones with
/// `badTransaction`: the error then names the first failure as its cause.

internal import CLMDB

package struct WriteTransaction: ~Copyable {
    private let environment: Environment
    /// Nil once it has ended.
    private var handle: OpaquePointer?
    private var firstFailure: LMDBError?

    @available(*, noasync)
    package init(_ environment: Environment) throws(LMDBError) {
        environment.assertNotWriting()
        try check(mdb_txn_begin(environment.handle, nil, 0, &handle), .begin, on: environment.path)
        environment.beganWriting()
        self.environment = environment
    }

    deinit {
        if let handle {
            environment.endsWriting()
            mdb_txn_abort(handle)
        }
    }

    private var open: OpaquePointer {
        guard let handle else { preconditionFailure("the transaction has ended") }
        return handle
    }

    /// Durable when it returns.
    package consuming func commit() throws(LMDBError) {
        let handle = open
        environment.endsWriting()
        // LMDB has freed the transaction, whatever the call returned.
        self.handle = nil
        let code = mdb_txn_commit(handle)
        if code != MDB_SUCCESS {
            throw LMDBError(returned: code, .commit, on: environment.path, cause: firstFailure)
        }
    }

    /// Discards all changes. Dropping the value does the same.
    package consuming func abort() {}

    /// With `append` the key must be after every other one: pages then fill whole. Without `overwrite` an
    /// existing key is refused with `keyExists`.
    package mutating func put(
        _ value: RawSpan, for key: RawSpan, in database: Database, append: Bool = false, overwrite: Bool = true
    ) throws(LMDBError) {
        let flags = (append ? MDB_APPEND : 0) | (overwrite ? 0 : MDB_NOOVERWRITE)
        let transaction = open
        let code = key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                var key = MDB_val(key)
                var value = MDB_val(value)
                return mdb_put(transaction, database.handle, &key, &value, UInt32(flags))
            }
        }
        if code != MDB_SUCCESS { throw failed(code, .put) }
    }

    package mutating func put(_ value: [UInt8], for key: [UInt8], in database: Database) throws(LMDBError) {
        try put(value.span.bytes, for: key.span.bytes, in: database)
    }

    /// False if there was no such key.
    @discardableResult
    package mutating func delete(_ key: RawSpan, in database: Database) throws(LMDBError) -> Bool {
        let transaction = open
        let code = key.withUnsafeBytes { key in
            var key = MDB_val(key)
            return mdb_del(transaction, database.handle, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        if code != MDB_SUCCESS { throw failed(code, .delete) }
        return true
    }

    @discardableResult
    package mutating func delete(_ key: [UInt8], in database: Database) throws(LMDBError) -> Bool {
        try delete(key.span.bytes, in: database)
    }

    /// The body sees the value in place, this transaction's own writes too; nil if there is none.
    package func get<R>(_ key: RawSpan, in database: Database, _ body: (RawSpan) -> R) throws(LMDBError) -> R? {
        try lookUp(open, database, key, body)
    }

    /// A copy of the value.
    package func get(_ key: [UInt8], in database: Database) throws(LMDBError) -> [UInt8]? {
        try lookUp(open, database, key.span.bytes, Array.init(copying:))
    }

    package func withCursor<R: ~Copyable>(
        _ database: Database, _ body: (inout Cursor) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        var cursor = try Cursor(open, database)
        return try body(&cursor)
    }

    /// An existing database, or with `create` a new one. Once this commits, others can see it and the handle stays
    /// good.
    package mutating func openDatabase(_ name: String?, create: Bool = false) throws(LMDBError) -> Database {
        try openHandle(open, name, create: create)
    }

    package func statistics(of database: Database) throws(LMDBError) -> DatabaseStatistics {
        try readStatistics(open, database)
    }

    private mutating func failed(_ code: Int32, _ operation: LMDBError.Operation) -> LMDBError {
        let error = LMDBError(
            returned: code, operation, on: environment.path, cause: code == MDB_BAD_TXN ? firstFailure : nil)
        // A key that exists or is out of bounds leaves the transaction usable.
        if firstFailure == nil, code != MDB_KEYEXIST, code != MDB_BAD_VALSIZE { firstFailure = error }
        return error
    }
}
