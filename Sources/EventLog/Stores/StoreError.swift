/// The one error type of all stores.

internal import Glibc
package import LMDB

package struct StoreError: Error {
    package enum Code: String, Sendable {
        /// Another process, or this one, uses the data directory.
        case inUse
        /// There is no log here: nothing, or an empty directory.
        case noLog
        /// There is no log here, but other parts of the data directory show that there was one.
        case lost
        /// There is something here that is not a log.
        case notALog
        /// A later version of the service wrote this log.
        case newerFormat
        /// The log is not as it was written.
        case damaged
        /// The disk, or the map, is full.
        case full
        /// There is already something under the name of what is to be made.
        case exists
        /// A file or directory that is needed does not exist.
        case missing
        /// Others may read a secret.
        case exposed
        /// The operation was cancelled on request.
        case cancelled
        /// No record has this position.
        case noSuchPosition
        /// The system or LMDB refused; the cause says why.
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

    /// The error of a system call that left `errno`.
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

/// Turns LMDB's errors into the stores' error.
func storing<R: ~Copyable>(_ body: () throws(LMDBError) -> R) throws(StoreError) -> R {
    do throws(LMDBError) {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
