/// BACKUP: copies the log into a new directory of this machine, on a thread of its own, one backup at a time.
///
/// The connection that asked waits for the reply; all others go on, and so does the writer.

internal import Accounts
package import EventLog
internal import Glibc
package import Logging
internal import Synchronization

struct Backup: EngineCommand {
    static let path = Parameter<ServerPath>(positional: "path", "a directory that does not exist yet")
    static let spec = CommandSpec(
        "BACKUP", .read, roles: .auditor, [path], reply: [.path, .position, .bytes, .duration], waits: true,
        summary: "Copies the log into a new directory on the service's machine. The service continues to work.",
        example: "BACKUP /var/backups/kabinet/2018-03-31")

    let path: String

    init(_ a: Arguments) throws(Rejection) {
        path = try a[Self.path]
        guard path.hasPrefix("/"), path.utf8.count <= 1024, path.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
            throw Rejection(.invalidText, field: "path", "path must begin with / and have at most 1024 bytes")
        }
    }

    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        guard path.backups != nil else { throw Rejection(.notAvailable, "this log is not on a disk") }
        return .errand(BackupJob(incoming: incoming, path: self.path))
    }
}

/// A request for a backup. `Backups` refuses it while another one runs.
struct BackupJob: Errand {
    let incoming: IncomingRequest
    /// The path of the new directory.
    let path: String

    func begin(on workers: Workers) -> Bool {
        workers.backups.begin(incoming, path)
        return true
    }
}

package final class Backups: Sendable {
    private struct State {
        var isRunning = false
        var isStopped = false
        /// Bytes copied by the running backup.
        var bytes = 0
        /// The last backup since the start.
        var last: BackupManifest?
        /// The newest backup's thread, to be joined.
        var thread: pthread_t?
    }

    private let state = Mutex(State())
    private let identity: LogIdentity
    private let leavingBytes: Int
    private let reader: LMDBReader
    private let inbox: Inbox
    private let logger: Logger

    package init(
        of identity: LogIdentity, _ reader: LMDBReader, leaving reserve: StorageReserve, inbox: Inbox, logger: Logger
    ) {
        (self.identity, self.reader, self.inbox, self.logger) = (identity, reader, inbox, logger)
        leavingBytes = reserve.bytesForOthersToLeave
    }

    /// Begins a backup of everything that is committed now. The answer goes to the inbox.
    func begin(_ incoming: IncomingRequest, _ path: String) {
        let refusal: Rejection? = state.withLock { state in
            guard !state.isStopped else { return Self.stopping }
            guard !state.isRunning else { return Rejection(.busy, "a backup is running", retryAfterSeconds: 10) }
            // The thread of the last backup is about to return, or has returned.
            if let thread = state.thread { pthread_join(thread, nil) }
            state.isRunning = true
            state.bytes = 0
            state.thread = startThread("backup") { [self] in run(incoming, path) }
            return nil
        }
        if let refusal { inbox.push(.refused(incoming, refusal)) }
    }

    private func run(_ incoming: IncomingRequest, _ path: String) {
        lowerPriority()
        let started = ContinuousClock.now
        let message: Message
        var manifest: BackupManifest?
        do {
            let made = try reader.backUp(
                identity, to: path, taken: systemClock(), bytesPerSecond: LMDBReader.unhurriedBytesPerSecond,
                leavingBytes: leavingBytes
            ) { progress in
                let isStopped = state.withLock { state in
                    state.bytes = progress.bytes
                    return state.isStopped
                }
                if isStopped { throw StoreError(.cancelled, "the service is stopping") }
            }
            let milliseconds = Int((ContinuousClock.now - started) / .milliseconds(1))
            logger.notice("backed up the log up to position \(made.position) to \(path)")
            var reply = Reply()
            reply.field(.path, path)
            reply.field(.position, made.position)
            reply.field(.bytes, made.bytes)
            reply.field(.duration, milliseconds: milliseconds)
            message = .done(incoming, reply)
            manifest = made
        } catch {
            logger.error("no backup to \(path): \(error)")
            message = .refused(incoming, Self.rejection(of: error))
        }
        state.withLock { state in
            state.isRunning = false
            if let manifest { state.last = manifest }
        }
        inbox.push(message)
    }

    private static let stopping = Rejection(.shuttingDown, "the service is stopping")

    private static func rejection(of error: any Error) -> Rejection {
        guard let error = error as? StoreError else { return Rejection(.internalError, "the log is damaged: \(error)") }
        switch error.code {
        case .exists: return Rejection(.alreadyExists, field: "path", "\(error)")
        case .missing: return Rejection(.notFound, field: "path", "\(error)")
        case .full:
            return Rejection(
                .storageFull,
                "the disk has no room for the backup: the unfinished copy was removed")
        case .inUse: return Rejection(.busy, "\(error)", retryAfterSeconds: 10)
        case .cancelled: return stopping
        case .system: return Rejection(.notAvailable, field: "path", "\(error)")
        case .damaged, .newerFormat, .notALog, .noLog, .lost, .exposed, .noSuchPosition:
            return Rejection(.internalError, "\(error)")
        }
    }

    /// Ends the running backup, if there is one; its caller gets a refusal.
    package func cancel() { state.withLock { $0.isStopped = true } }

    /// Returns when no backup is running and none can begin.
    package func stop() {
        cancel()
        if let thread = state.withLock({ $0.thread.take() }) { pthread_join(thread, nil) }
    }

    /// Writes the fields of STATS.
    func describe(_ reply: inout Reply) {
        let (isRunning, bytes, last) = state.withLock { ($0.isRunning, $0.bytes, $0.last) }
        reply.field(.backup, isRunning ? "running" : "idle")
        if isRunning { reply.field(.backupBytes, bytes) }
        guard let last else { return }
        reply.field(.backupPosition, last.position)
        reply.field(.backupTaken, last.taken)
    }
}
