/// Backs up the vault apart from the log: a key that is destroyed to erase a person must not survive in backups that
/// are kept as long as the log.
///
/// ```
/// DEST/
///   backup.json    the log that the keys belong to, how many they are, when it was taken
///   vault/         the keys, each wrapped by the master key, which is not here
/// ```

package import Accounts
package import EventLog
internal import Foundation
internal import LMDB

package struct VaultManifest: Codable, Equatable, Sendable {
    static let file = "backup.json"
    static let format = "kabinet-vault-backup 1"

    package let format: String
    package let log: String
    package let keys: Int
    package let taken: String
    package let version: String
}

extension Vault {
    private static let directory = "vault"

    /// Whether a backup is one of keys, and not of a log.
    package static func isBackup(_ directory: String) -> Bool {
        access(directory + "/" + Self.directory, F_OK) == 0
    }

    /// Whether a data directory has a vault.
    package static func isIn(_ data: String) -> Bool { access(data + "/vault/data.mdb", F_OK) == 0 }

    /// Copies the vault of a data directory into a new directory, while the service uses it. Needs no master key.
    package static func backUp(data: String, to directory: String, taken: Instant) throws -> VaultManifest {
        guard isIn(data) else { throw VaultError(description: "there is no vault in \(data)") }
        let log = try ReadOnlyLog(data: data).identity.name
        return try makeWholeDirectory(directory, contents: [Self.directory, VaultManifest.file]) { unfinished in
            let keys = try copyWhole(data + "/vault", to: unfinished + "/" + Self.directory)
            let manifest = VaultManifest(
                format: VaultManifest.format, log: log, keys: keys, taken: "\(taken)", version: kabinetVersion)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let text = String(decoding: try encoder.encode(manifest), as: UTF8.self)
            try writeFile(unfinished + "/" + VaultManifest.file, text + "\n")
            return manifest
        }
    }

    /// Puts the keys of a backup into a data directory that has no vault. `log`: the log that they must belong to.
    package static func restore(_ source: String, to data: String, log: LogIdentity) throws -> VaultManifest {
        let path = source + "/" + VaultManifest.file
        guard let bytes = FileManager.default.contents(atPath: path),
            let manifest = try? JSONDecoder().decode(VaultManifest.self, from: bytes),
            manifest.format == VaultManifest.format
        else { throw VaultError(description: "\(source) is not a backup of a vault: see its \(VaultManifest.file)") }
        guard manifest.log == log.name else {
            throw VaultError(
                description: "the keys in \(source) belong to log \(manifest.log), and not to \(log.name)")
        }
        guard !isIn(data) else { throw VaultError(description: "\(data) has a vault already: move it away first") }
        for name in [Self.directory, Self.directory + "/data.mdb"] { try checkPrivate(source + "/" + name) }
        return try makeWholeDirectory(data + "/vault", contents: ["data.mdb", "lock.mdb"]) { unfinished in
            let keys = try copyWhole(source + "/" + Self.directory, to: unfinished)
            guard keys == manifest.keys else {
                throw VaultError(
                    description: "\(source) has \(keys) keys; when it was taken it had \(manifest.keys)")
            }
            return manifest
        }
    }

    /// Throws if the vault of a data directory names another log; a vault without a name may be this log's.
    package static func check(in data: String, of log: LogIdentity) throws {
        guard isIn(data) else { return }
        let environment = try look(at: data + "/vault")
        let meta = try environment.openDatabase("meta")
        let name = try environment.read { transaction throws(LMDBError) in try transaction.get(Self.log, in: meta) }
        if let name, name != Array(log.name.utf8) { throw isAnotherLogs(data + "/vault", log) }
    }

    /// Copies a vault that another process may write to or exchange for a compacted one meanwhile. Answers the number
    /// of keys.
    private static func copyWhole(_ path: String, to other: String) throws -> Int {
        for _ in 0..<1000 {
            // During the exchange the vault has no file for a moment.
            guard let before = inode(path + "/data.mdb") else {
                usleep(1000)
                continue
            }
            let count = try copy(try look(at: path), to: other)
            if inode(path + "/data.mdb") == before { return count }
            try removeDirectory(other)
        }
        throw VaultError(description: "\(path) cannot be read")
    }

    private static func inode(_ path: String) -> ino_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : nil
    }

    /// Copies entry by entry, not page by page, because deleted entries still lie in the room between entries. Answers
    /// the number of keys.
    static func copy(_ old: Environment, to other: String, without mark: [UInt8] = []) throws -> Int {
        let new = try Environment(path: other, options: options)
        var count = 0
        for name in ["meta", "keys"] {
            let (from, to) = (try old.openDatabase(name), try new.openDatabase(name, create: true))
            count = 0
            try new.write { transaction throws(LMDBError) in
                try old.read { view throws(LMDBError) in
                    try view.withCursor(from) { cursor throws(LMDBError) in
                        var isEntry = try cursor.first()
                        while isEntry {
                            var (key, value): ([UInt8], [UInt8]) = ([], [])
                            cursor.withEntry { entry, bytes in
                                key = entry.withUnsafeBytes { Array($0) }
                                value = bytes.withUnsafeBytes { Array($0) }
                            }
                            if key != mark {
                                try transaction.put(value, for: key, in: to)
                                count += 1
                            }
                            isEntry = try cursor.next()
                        }
                    }
                }
            }
        }
        unlink(other + "/lock.mdb")
        return count
    }
}
