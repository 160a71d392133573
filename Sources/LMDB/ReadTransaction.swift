/// A read transaction: one view of the data, unaffected by later commits.
///
/// Keep it short: pages that it can see cannot be used again until it ends.

internal import CLMDB

package struct ReadTransaction: ~Copyable {
    private let environment: Environment
    /// Nil once it has ended.
    private var handle: OpaquePointer?

    @available(*, noasync)
    package init(_ environment: Environment) throws(LMDBError) {
        try check(
            mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &handle), .begin, on: environment.path)
        self.environment = environment
    }

    deinit {
        if let handle { mdb_txn_abort(handle) }
    }

    /// Moves to the newest view and keeps the slot in the reader table.
    package mutating func renew() throws(LMDBError) {
        guard let handle else { return }
        mdb_txn_reset(handle)
        let code = mdb_txn_renew(handle)
        guard code == MDB_SUCCESS else {
            mdb_txn_abort(handle)
            self.handle = nil
            throw LMDBError(returned: code, .renew, on: environment.path)
        }
    }

    private var open: OpaquePointer {
        guard let handle else { preconditionFailure("the transaction ended when it could not be renewed") }
        return handle
    }

    /// The body sees the value in place; nil if there is none. The bytes end with the body.
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

    package func statistics(of database: Database) throws(LMDBError) -> DatabaseStatistics {
        try readStatistics(open, database)
    }

    /// Ends the transaction, because only then does the handle outlive it.
    consuming func openDatabase(_ name: String?) throws(LMDBError) -> Database {
        let opened = try openHandle(open, name, create: false)
        let code = mdb_txn_commit(open)
        handle = nil
        try check(code, .openDatabase, on: name)
        return opened
    }
}

func lookUp<R>(
    _ transaction: OpaquePointer, _ database: Database, _ key: RawSpan, _ body: (RawSpan) -> R
) throws(LMDBError) -> R? {
    var value = MDB_val()
    let code = key.withUnsafeBytes { bytes in
        var key = MDB_val(bytes)
        return mdb_get(transaction, database.handle, &key, &value)
    }
    if code == MDB_NOTFOUND { return nil }
    try check(code, .get)
    return body(value.buffer.bytes)
}

func readStatistics(_ transaction: OpaquePointer, _ database: Database) throws(LMDBError) -> DatabaseStatistics {
    var statistics = MDB_stat()
    try check(mdb_stat(transaction, database.handle, &statistics), .statistics)
    return DatabaseStatistics(statistics)
}

func openHandle(_ transaction: OpaquePointer, _ name: String?, create: Bool) throws(LMDBError) -> Database {
    var database: MDB_dbi = 0
    let code = mdb_dbi_open(transaction, name, create ? UInt32(MDB_CREATE) : 0, &database)
    try check(code, .openDatabase, on: name)
    return Database(handle: database)
}

extension MDB_val {
    init(_ bytes: UnsafeRawBufferPointer) {
        // LMDB does not write through the key or value that it is given.
        self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    /// A page of the map. Good until the transaction ends or writes: callers hand it to closures only.
    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mv_data, count: mv_size) }
}

extension Array<UInt8> {
    package init(copying bytes: RawSpan) {
        self = bytes.withUnsafeBytes { Array($0) }
    }
}
