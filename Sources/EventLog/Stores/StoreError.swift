/// What a store could not do: the one error type of the seam.

internal import Glibc
package import LMDB

package struct StoreError: Error {
    package enum Code: String, Sendable {
        /// Another process, or this one, has the data directory.
        case inUse
        /// There is no log here: nothing, or an empty directory.
        case noLog
        /// There is no log here, and other parts of the data directory say that there was one.
        case lost
        /// There is something here, and it is not a log.
        case notALog
        /// A later version of the service wrote this log.
        case newerFormat
        /// The log is not what it was when it was written.
        case damaged
        /// The disk, or the map, is full.
        case full
        /// What is to be made is there already.
        case exists
        /// A file or directory that is needed is not there.
        case missing
        /// Others may read what is secret.
        case exposed
        /// Whoever asked for it asked for it to end.
        case cancelled
        /// No record has this position.
        case noSuchPosition
        /// The system or LMDB said no; the cause says why.
        case system
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package init(_ error: LMDBError) {
        let code: Code =
            switch error.code {
            case .alreadyOpen: .inUse
            case .mapFull, .system(ENOSPC), .system(EDQUOT): .full
            case .corrupted, .pageNotFound, .invalid, .versionMismatch: .damaged
            default: .system
            }
        self.init(code, "the log's store failed", cause: error)
    }

    /// After a call of the system's that left `errno`.
    static func system(_ doing: String, _ path: String, errno code: Int32 = errno) -> StoreError {
        let kind: Code =
            switch code {
            case ENOSPC, EDQUOT: .full
            case EEXIST, ENOTEMPTY: .exists
            case ENOENT, ENOTDIR: .missing
            default: .system
            }
        return StoreError(kind, "could not \(doing) \(path): \(String(cString: strerror(code)))")
    }

    static func noSuchPosition(_ position: UInt64, last: UInt64) -> StoreError {
        StoreError(.noSuchPosition, "there is no position \(position): the last is \(last)")
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String { cause.map { "\(message): \($0)" } ?? message }
}

/// The errors of LMDB as the seam's.
func storing<R: ~Copyable>(_ body: () throws(LMDBError) -> R) throws(StoreError) -> R {
    do throws(LMDBError) {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
