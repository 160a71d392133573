/// Makes a log from a backup or a dump, and checks it before it gets its name.
///
/// The checksum, type and order of every record are checked as it is copied. The log must end where the backup says,
/// with the record that the backup says. Then the log is replayed as at a start: the replay must end at the same
/// position, and the books must balance. Only then does `DATA/log` exist. An interrupted restore leaves `log.new`,
/// which the next restore or the service's first start removes.

package import Accounts
internal import EventCoding
internal import Glibc

/// The log that was made.
package struct Restored: Sendable {
    package let identity: LogIdentity
    package let position: Position
    /// When the last event was recorded; nil if there is none.
    package let recorded: Instant?
    package let accounts: Int
    /// The size of the log's file.
    package let bytes: Int
}

/// How far a restore is.
package enum RestoreProgress: Sendable {
    case copied(CopyProgress)
    case checked(ReplayProgress)
}

/// The backup or the dump does not make a log.
package struct RestoreError: Error, CustomStringConvertible {
    package let description: String
}

/// Makes the log of a data directory that has none. `source` is a backup's directory or a dump's file. `complete` makes
/// everything that belongs beside the log, before the log has its name; it may throw.
package func restoreLog(
    _ source: String, to data: String, progress: (RestoreProgress) throws -> Void,
    complete: (LogIdentity) throws -> Void = { _ in }
) throws -> Restored {
    guard access(source, R_OK) == 0 else { throw StoreError.system("read", source) }
    var status = stat()
    let isDirectory = stat(source, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    let lock = try DataDirectoryLock(data)
    return try withExtendedLifetime(lock) {
        guard try !LogFormat.isLog(in: data) else {
            throw StoreError(.exists, "\(data) holds a log already: choose another directory")
        }
        // From here on no start resumes a first start that was cut short.
        try FirstStart.removeMark(in: data)
        do {
            return try namingFullDisk(data) {
                try isDirectory
                    ? restoreBackup(source, to: data, progress: progress, complete: complete)
                    : restoreDump(source, to: data, progress: progress, complete: complete)
            }
        } catch {
            NewLog.abandon(in: data)
            throw error
        }
    }
}

private func openBackedUp(_ source: String) throws -> ReadOnlyLog {
    do throws(StoreError) { return try ReadOnlyLog(data: source) } catch {
        // It was a log when the manifest was written, so it is damaged.
        guard error.code == .notALog else { throw error }
        throw RestoreError(description: "the log is damaged: \(error)")
    }
}

private func restoreBackup(
    _ source: String, to data: String, progress: (RestoreProgress) throws -> Void,
    complete: (LogIdentity) throws -> Void
) throws -> Restored {
    let manifest = try BackupManifest(of: source)
    let file = source + "/" + LogFormat.directory + "/data.mdb"
    // Checked before the log is opened: to read a missing page through the map ends the process.
    guard let bytes = fileSize(file) else { throw StoreError.system("read", file) }
    guard bytes == manifest.bytes else {
        throw RestoreError(description: "\(file) has \(bytes) bytes; when it was taken it had \(manifest.bytes)")
    }
    let log = try openBackedUp(source)
    guard log.identity == manifest.identity else {
        throw RestoreError(
            description: "\(source) holds log \(log.identity.name), but its manifest names \(manifest.identity.name)")
    }
    let last = try log.reader.last
    guard last == manifest.position else {
        throw RestoreError(
            description:
                "the log in \(source) ends at \(last); when it was taken it ended at \(manifest.position)")
    }
    var made = try NewLog(in: data, identity: log.identity)
    try made.copy(from: log.reader, through: last) { try progress(.copied($0)) }
    guard try made.reader.lastDigest == manifest.lastRecord else {
        throw RestoreError(description: "the record at position \(last) is not the one that was last when it was taken")
    }
    return try check(made, manifest.identity, progress: progress, complete: complete)
}

private func restoreDump(
    _ source: String, to data: String, progress: (RestoreProgress) throws -> Void,
    complete: (LogIdentity) throws -> Void
) throws -> Restored {
    var lines = try LineReader(source)
    guard let first = try lines.next() else { throw DumpError(line: 1, reason: "the file is empty") }
    let header = try DumpHeader(line: first)
    var made = try NewLog(in: data, identity: header.identity)
    while let line = try lines.next() {
        let position = made.order.last + 1
        guard position <= header.through else {
            throw DumpError(line: lines.number, reason: "the dump ends before it, with position \(header.through)")
        }
        do {
            let record = try DumpLine.record(
                of: line, at: position, isOfThisVersion: header.version == kabinetVersion)
            try made.append(record.span.bytes)
        } catch let error as DumpError where header.version != kabinetVersion {
            throw DumpError(line: error.line, reason: "\(error.reason); the dump is of version \(header.version)")
        } catch let error as LogError {
            if case .store(let error) = error { throw error }
            throw DumpError(line: lines.number, reason: "\(error)")
        }
        if made.pieceBytes >= NewLog.maximumPieceBytes {
            try made.commit()
            try progress(.copied(made.progress(of: header.through)))
        }
    }
    guard made.order.last == header.through else {
        throw DumpError(
            line: lines.number,
            reason: "the dump is cut short: it ends with position \(made.order.last), and should with \(header.through)"
        )
    }
    try made.commit()
    try progress(.copied(made.progress(of: header.through)))
    return try check(made, header.identity, progress: progress, complete: complete)
}

/// Replays the new log, and gives it its name.
private func check(
    _ made: consuming NewLog, _ identity: LogIdentity, progress: (RestoreProgress) throws -> Void,
    complete: (LogIdentity) throws -> Void
) throws -> Restored {
    let order = made.order
    let accounts = try replay(made.reader, expecting: order, progress: progress)
    try complete(identity)
    return Restored(
        identity: identity, position: order.last, recorded: order.lastRecorded, accounts: accounts,
        bytes: try made.finish())
}

/// Replays the log as a start does. Answers the number of accounts.
private func replay(
    _ reader: LMDBReader, expecting order: LogOrder, progress: (RestoreProgress) throws -> Void
) throws -> Int {
    // Treats all ids as indexed, because nothing here asks whether one was used.
    var state = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
    let found = try reader.replay(
        into: &state, progress: { try? progress(.checked($0)) },
        ahead: { state, account in state.prefetch(account) },
        { state, meta, event in try state.replay(event, meta) })
    guard found == order else {
        throw RestoreError(description: "what was written ends at position \(found.last), and not at \(order.last)")
    }
    guard state.trialBalance == .zero else {
        throw RestoreError(
            description: "the books do not balance at position \(order.last): the sum is \(state.trialBalance)")
    }
    return state.directory.count
}
