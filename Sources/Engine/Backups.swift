/// BACKUP: the log copied into a directory of this machine, on a thread of its own, one at a time.
///
/// What it was asked on waits for the reply; everyone else goes on, the writer too.

internal import Accounts
package import EventLog
package import Logging
internal import Synchronization

struct Backup: Command {
    static let spec = CommandSpec(
        "BACKUP", .read, roles: .auditor,
        [.positional("path", .path, "a directory to be made, on the service's machine")], waits: true,
        summary: "Copies the log into a new directory, while the service goes on.",
        example: "BACKUP /var/backups/kabinet/2018-03-31")

    let path: String

    init(_ a: Arguments) throws(Rejection) { path = try a.path("path") }
}

/// What the backup thread is to do.
package struct BackupJob: Sendable {
    var incoming: Incoming
    var path: String
}

/// What came of it, on its way to the writer, which speaks for all.
package struct BackupDone: Sendable {
    var incoming: Incoming
    var path: String
    var manifest: BackupManifest
    var milliseconds: Int

    func write(_ reply: inout Reply) {
        reply.field("path", path)
        reply.field("position", manifest.position)
        reply.field("bytes", manifest.bytes)
        reply.field("seconds", "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())")
    }
}

package final class Backups: Sendable {
    private struct State {
        /// Of the one that is running; nil: none is.
        var runningBytes: Int?
        var last: BackupManifest?
        var isStopped = false
    }

    private let state: Mutex<State>
    private let pool: WorkerPool<BackupJob>

    package init(_ identity: LogIdentity, _ reader: LMDBReader, inbox: Inbox, logger: Logger) {
        let state = Shared(State())
        self.state = state
    }
}
