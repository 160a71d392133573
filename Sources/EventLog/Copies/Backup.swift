/// A backup: a log as it was at one position, to be kept elsewhere.
///
/// ```
/// DEST/
///   backup.json    which log, its last position and that record's digest, bytes, when it was taken
///   log/           the log, as in a data directory: `kabinet replay` and `dump` read it
/// ```
///
/// Made whole as `DEST.unfinished`, synced and renamed: a backup is whole or absent. It has nothing that is derived
/// from the log (index, snapshots), and no keys. The vault has a backup of its own, because a destroyed key must not
/// survive in a copy of the log.

package import Accounts
internal import FoundationEssentials
internal import Glibc
internal import LMDB

/// The description of a backup: `backup.json`.
package struct BackupManifest: Equatable, Sendable {
    package static let file = "backup.json"
    static let format = "kabinet-backup 1"

    package let identity: LogIdentity
    package let position: Position
    /// XXH64 of the last record; zero if there is none.
    package let lastRecord: UInt64
    /// The size of the log's file.
    package let bytes: Int
    package let taken: Instant

    var text: String {
        """
        {
          "format": "\(Self.format)",
          "log": "\(identity.name)",
          "created": "\(identity.created)",
          "position": \(position),
          "last_record": "\(String(lastRecord, radix: 16))",
          "bytes": \(bytes),
          "taken": "\(taken)",
          "version": "\(kabinetVersion)"
        }

        """
    }

    private struct Text: Decodable {
        let format, log, created, taken, last_record: String
        let position: UInt64
        let bytes: Int
    }

    /// Reads the description of the backup in a directory.
    package init(of directory: String) throws(StoreError) {
        let path = directory + "/" + Self.file
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw StoreError(.missing, "\(directory) is not a backup: it has no \(Self.file) that can be read")
        }
        guard let text = try? JSONDecoder().decode(Text.self, from: data), text.format == Self.format,
            let id = decodeBase64URL(text.log.utf8).flatMap(Hash128.init),
            let created = Instant(rfc3339: text.created.utf8), let taken = Instant(rfc3339: text.taken.utf8),
            let lastRecord = UInt64(text.last_record, radix: 16)
        else { throw StoreError(.damaged, "\(path) is not the manifest of a backup in format 1") }
        self.init(
            identity: LogIdentity(id: id, created: created), position: text.position, lastRecord: lastRecord,
            bytes: text.bytes, taken: taken)
    }

    init(identity: LogIdentity, position: Position, lastRecord: UInt64, bytes: Int, taken: Instant) {
        (self.identity, self.position, self.lastRecord) = (identity, position, lastRecord)
        (self.bytes, self.taken) = (bytes, taken)
    }
}

/// Makes a new directory that is whole under its name or absent. Removes the remains of an interrupted attempt.
///
/// `fill` makes the contents under another name, which is locked meanwhile, and syncs its files. `contents` are the
/// names of everything that it may make.
package func makeWholeDirectory<Made>(
    _ path: String, contents: [String], _ fill: (_ unfinished: String) throws -> Made
) throws -> Made {
    var path = path
    while path.hasSuffix("/") { path.removeLast() }
    guard let name = path.split(separator: "/").last else { throw StoreError(.exists, "a backup needs a name") }
    let parent = path.contains("/") ? String(path.dropLast(name.count)) : "."
    guard access(path, F_OK) != 0 else { throw StoreError(.exists, "\(path) exists already") }
    let unfinished = path + ".unfinished"
    let lock = try DataDirectoryLock(unfinished)
    func clear() throws(StoreError) {
        for name in contents where access(unfinished + "/" + name, F_OK) == 0 {
            if unlink(unfinished + "/" + name) != 0 { try removeDirectory(unfinished + "/" + name) }
        }
    }
    return try withExtendedLifetime(lock) {
        do {
            try clear()
            let made = try namingFullDisk(unfinished) { try fill(unfinished) }
            unlink(unfinished + "/lock")
            try syncDirectory(unfinished)
            try renameDurably(name + ".unfinished", to: String(name), in: parent)
            return made
        } catch {
            try? clear()
            unlink(unfinished + "/lock")
            rmdir(unfinished)
            throw error
        }
    }
}

/// Throws `full` in place of any error if the disk has almost no room: LMDB reports a write that was cut short as an
/// input/output error, and on a full disk most writes are cut short.
package func namingFullDisk<Made>(_ directory: String, _ body: () throws -> Made) throws -> Made {
    do { return try body() } catch {
        var status = statvfs()
        guard statvfs(directory, &status) == 0,
            Int(status.f_bavail) * Int(status.f_frsize) < 2 * NewLog.maximumPieceBytes
        else { throw error }
        throw StoreError(.full, "there is no room on the disk of \(directory)", cause: error)
    }
}

extension LMDBReader {
    /// Leaves the disk to the commits: an unpaced copy made p99.9 under load six times as long.
    package static var unhurriedBytesPerSecond: Int { 50_000_000 }

    /// Copies the log as it is now into a new directory, while it is written and read. `progress` may throw, which ends
    /// the copy; nothing is left then. On the log's own disk `leavingBytes` stay free: with less the service would
    /// refuse changes because of a backup.
    package func backUp(
        _ identity: LogIdentity, to directory: String, taken: Instant, bytesPerSecond: Int? = nil,
        leavingBytes: Int = 0, progress: (CopyProgress) throws -> Void
    ) throws -> BackupManifest {
        let end = try last
        return try makeWholeDirectory(
            directory, contents: [LogFormat.directory, LogFormat.unfinishedDirectory, BackupManifest.file]
        ) { unfinished in
            var log = try NewLog(in: unfinished, identity: identity)
            try log.copy(from: self, through: end, pace: Pace(bytesPerSecond: bytesPerSecond)) { copied in
                let room = roomBytes(besideItselfAt: unfinished)
                guard room >= leavingBytes else {
                    throw StoreError(.full, "\(unfinished) is on the log's own disk, which has \(room) bytes left")
                }
                try progress(copied)
            }
            let lastRecord = try log.reader.lastDigest
            let manifest = BackupManifest(
                identity: identity, position: end, lastRecord: lastRecord, bytes: try log.finish(), taken: taken)
            try writeFile(unfinished + "/" + BackupManifest.file, manifest.text)
            return manifest
        }
    }

    /// The bytes left on the disk of a directory; `Int.max` if it is not this log's disk.
    private func roomBytes(besideItselfAt directory: String) -> Int {
        var (other, own, room) = (stat(), stat(), statvfs())
        guard stat(directory, &other) == 0, stat(environment.path, &own) == 0, other.st_dev == own.st_dev,
            statvfs(directory, &room) == 0
        else { return .max }
        return Int(room.f_bavail) * Int(room.f_frsize)
    }

    /// XXH64 of the last record; zero if there is none.
    var lastDigest: UInt64 {
        get throws(StoreError) {
            let last = try last
            return last == 0 ? 0 : try recordDigest(at: last)
        }
    }
}
