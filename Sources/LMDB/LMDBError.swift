/// A failure of LMDB: the call, the code and the cause. It is the one error type of this module.

internal import CLMDB

package struct LMDBError: Error {
    /// The call that failed, by this module's name for it.
    package enum Operation: String, Sendable {
        case open, openDatabase, begin, renew, get, put, delete, openCursor, moveCursor, commit
        case statistics, copy, sync, checkReaders
    }

    /// LMDB's own codes, the system's, and the one that this module adds.
    package enum Code: Hashable, Sendable {
        case keyExists, notFound, pageNotFound, corrupted, panic, versionMismatch, invalid, mapFull
        case databasesFull, readersFull, threadSlotsFull, transactionFull, cursorFull, pageFull, mapResized
        case incompatible, badReaderSlot, badTransaction, badValueSize, badDatabase
        /// This process already has the directory open: opening it twice would break LMDB's locks.
        case alreadyOpen
        /// An `errno`.
        case system(Int32)
    }

    package let code: Code
    package let operation: Operation
    package let message: String
    /// The failure that this one follows from: the first one of a transaction that was used further.
    package let cause: (any Error)?

    package init(_ code: Code, _ operation: Operation, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.operation = operation
        self.message = message
        self.cause = cause
    }

    init(returned code: Int32, _ operation: Operation, on subject: String? = nil, cause: LMDBError? = nil) {
        var message = String(cString: mdb_strerror(code))
        if let subject { message += " (\(subject))" }
        self.init(Code(code), operation, message, cause: cause)
    }
}

extension LMDBError.Code {
    init(_ code: Int32) {
        self =
            switch code {
            case MDB_KEYEXIST: .keyExists
            case MDB_NOTFOUND: .notFound
            case MDB_PAGE_NOTFOUND: .pageNotFound
            case MDB_CORRUPTED: .corrupted
            case MDB_PANIC: .panic
            case MDB_VERSION_MISMATCH: .versionMismatch
            case MDB_INVALID: .invalid
            case MDB_MAP_FULL: .mapFull
            case MDB_DBS_FULL: .databasesFull
            case MDB_READERS_FULL: .readersFull
            case MDB_TLS_FULL: .threadSlotsFull
            case MDB_TXN_FULL: .transactionFull
            case MDB_CURSOR_FULL: .cursorFull
            case MDB_PAGE_FULL: .pageFull
            case MDB_MAP_RESIZED: .mapResized
            case MDB_INCOMPATIBLE: .incompatible
            case MDB_BAD_RSLOT: .badReaderSlot
            case MDB_BAD_TXN: .badTransaction
            case MDB_BAD_VALSIZE: .badValueSize
            case MDB_BAD_DBI: .badDatabase
            default: .system(code)
            }
    }
}

extension LMDBError: CustomStringConvertible {
    package var description: String {
        let text = "LMDB could not \(operation.words): \(message)"
        return cause.map { "\(text), after: \($0)" } ?? text
    }
}

extension LMDBError.Operation {
    fileprivate var words: String {
        switch self {
        case .open: "open the environment"
        case .openDatabase: "open the database"
        case .begin: "begin a transaction"
        case .renew: "renew the transaction"
        case .get: "get"
        case .put: "put"
        case .delete: "delete"
        case .openCursor: "open a cursor"
        case .moveCursor: "move the cursor"
        case .commit: "commit"
        case .statistics: "read the statistics"
        case .copy: "copy the environment"
        case .sync: "sync"
        case .checkReaders: "check the reader table"
        }
    }
}

/// Throws what a call returned, unless it succeeded.
@inline(__always)
func check(_ code: Int32, _ operation: LMDBError.Operation, on subject: @autoclosure () -> String? = nil)
    throws(LMDBError)
{
    if code != MDB_SUCCESS { throw LMDBError(returned: code, operation, on: subject()) }
}
