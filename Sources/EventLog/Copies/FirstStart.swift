/// Makes a log at the first start on a data directory, and refuses to where there was one.
///
/// A directory that has any part of a service had a log. A new, empty log in its place would credit every payment
/// again, so an operator has to restore the log. `DATA/first-start` marks a first start that was cut short: it exists
/// from before the first part is made until the log has its name, so no request was ever answered from the parts beside
/// it.

package import Accounts
internal import Glibc

package enum FirstStart {
    static let mark = "first-start"
    /// The parts that a service leaves beside its log; `lost+found` and an operator's notes do not count.
    private static let parts = [
        "admin.secret", "history", "index", "master.key", "snapshots", "tree", "vault", "vault.old",
    ]

    /// Makes a log in a directory that has none. `complete` first makes everything that belongs beside it, under the
    /// log's identity. A refusal changes nothing.
    package static func makeLog(in data: String, created: Instant, complete: (LogIdentity) throws -> Void) throws {
        let isLog = try LogFormat.isLog(in: data)
        if !isLog, case let missing = try missingLog(in: data), missing.code == .lost { throw missing }
        guard !isLog || isMarked(data) else { return }
        let lock = try DataDirectoryLock(data)
        try withExtendedLifetime(lock) {
            if try !LogFormat.isLog(in: data) {
                if !isMarked(data) {
                    try writeFile(data + "/" + mark, "")
                    try syncDirectory(data)
                }
                let identity = LogIdentity.random(created: created)
                try complete(identity)
                try LogFormat.create(in: data, identity: identity)
            }
            try removeMark(in: data)
        }
    }

    /// The reason why a directory without a log cannot be opened.
    static func missingLog(in data: String) throws(StoreError) -> StoreError {
        let left = isMarked(data) ? [] : try partsLeft(in: data)
        guard !left.isEmpty else { return StoreError(.noLog, "there is no log in \(data)") }
        return StoreError(
            .lost,
            """
            \(data)/\(LogFormat.directory) is not there, and \(left.joined(separator: ", ")) in \(data) say that there was \
            a log: mount it, or restore it by kabinet restore BACKUP \(data); to begin a new log, empty \(data) whole
            """)
    }

    private static func partsLeft(in data: String) throws(StoreError) -> [String] {
        var left: [String] = []
        for name in try names(in: data) ?? [] where parts.contains(name) || name.hasPrefix("tree.") {
            var status = stat()
            let isDirectory = stat(data + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            // An empty directory does not count: a volume may be mounted on it.
            if isDirectory, try names(in: data + "/" + name)?.isEmpty != false { continue }
            left.append(name)
        }
        return left
    }

    private static func isMarked(_ data: String) -> Bool { access(data + "/" + mark, F_OK) == 0 }

    static func removeMark(in data: String) throws(StoreError) {
        guard isMarked(data) else { return }
        guard unlink(data + "/" + mark) == 0 else { throw .system("remove", data + "/" + mark) }
        try syncDirectory(data)
    }
}
