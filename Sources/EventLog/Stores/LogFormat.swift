/// The log on disk.
///
/// `DATA/log` is an LMDB environment with two databases:
///
/// | database  | key                                      | value                          |
/// |-----------|------------------------------------------|--------------------------------|
/// | `records` | position, 8 bytes, big-endian, from 1    | one record, as EventCoding has it |
/// | `meta`    | `format`                                 | `kabinet-log 1`                |
/// |           | `id`                                     | 128 random bits, base64url     |
/// |           | `created`                                | milliseconds since 1970, decimal |
///
/// Records are only ever appended, so their pages are filled whole, and the number of entries equals the last position:
/// a difference means that a record is missing. `meta` is written once, in the transaction that creates both databases,
/// in a directory that gets the name `log` only after that: so `log` is a whole log or absent.
///
/// A crash before the rename leaves `log.new`, which the next start removes. A crash within a batch leaves the log as
/// it was before the batch, because LMDB switches to a commit's pages by one write of a page that carries its number. A
/// crash after a commit leaves all of it.

package import Accounts
internal import LMDB

/// The identity of a log. It never changes.
package struct LogIdentity: Equatable, Sendable {
    /// Random: distinguishes two logs, and a log from the vault or tree of another.
    package let id: Hash128
    package let created: Instant

    package init(id: Hash128, created: Instant) {
        self.id = id
        self.created = created
    }

    package static func random(created: Instant) -> LogIdentity {
        var generator = SystemRandomNumberGenerator()
        return LogIdentity(id: Hash128(high: generator.next(), low: generator.next()), created: created)
    }

    /// The id as shown to operators.
    package var name: String { encodeBase64URL(id.bytes) }
}

enum LogFormat {
    static let directory = "log"
    static let unfinishedDirectory = "log.new"
    static let kind = "kabinet-log"
    static let version = 1
    static let records = "records"
    static let meta = "meta"

    static func environment(_ path: String, mapSizeBytes: Int? = nil, isReadOnly: Bool) throws(StoreError)
        -> Environment
    {
        var options = Environment.Options()
        options.maxDatabases = 4
        options.isReadOnly = isReadOnly
        if let mapSizeBytes { options.mapSizeBytes = mapSizeBytes }
        do throws(LMDBError) { return try Environment(path: path, options: options) } catch {
            let failure = StoreError(error)
            guard failure.code == .damaged else { throw failure }
            throw StoreError(
                .damaged,
                "\(path) is damaged: keep it as it is,"
                    + " and restore the last backup into another directory", cause: error)
        }
    }

    /// Whether there is a log. Throws if there is anything else.
    static func isLog(in data: String) throws(StoreError) -> Bool {
        let path = data + "/" + directory
        // The lock file alone is no log.
        guard let names = try names(in: path), names.contains(where: { $0 != "lock.mdb" }) else { return false }
        guard names.contains("data.mdb") else {
            throw StoreError(.notALog, "\(path) is not a log: it holds \(names.prefix(3).joined(separator: ", "))")
        }
        return true
    }

    /// Makes a whole log under its name, or throws.
    static func create(in data: String, identity: LogIdentity, mapSizeBytes: Int? = nil) throws(StoreError) {
        _ = try begin(in: data, identity: identity, mapSizeBytes: mapSizeBytes)
        try finish(in: data)
    }

    /// Makes an empty log that has no name yet. Removes the remains of another attempt.
    static func begin(
        in data: String, identity: LogIdentity, mapSizeBytes: Int? = nil
    ) throws(StoreError) -> (Environment, Database) {
        let path = data + "/" + unfinishedDirectory
        try removeDirectory(path)
        let environment = try environment(path, mapSizeBytes: mapSizeBytes, isReadOnly: false)
        let records = try storing { () throws(LMDBError) in
            try environment.write { transaction throws(LMDBError) in
                let records = try transaction.openDatabase(Self.records, create: true)
                let meta = try transaction.openDatabase(Self.meta, create: true)
                for (key, value) in entries(of: identity) {
                    try transaction.put(Array(value.utf8), for: Array(key.utf8), in: meta)
                }
                return records
            }
        }
        return (environment, records)
    }

    /// Gives a log its name. Its environment must be closed, because it must not be open under its old name.
    static func finish(in data: String) throws(StoreError) {
        // An empty directory may have this name; rename replaces it.
        try renameDurably(unfinishedDirectory, to: directory, in: data)
    }

    private static func entries(of identity: LogIdentity) -> [(String, String)] {
        [
            ("format", "\(kind) \(version)"), ("id", identity.name),
            ("created", String(identity.created.milliseconds)),
        ]
    }

    /// The records' database. Throws unless `meta` says that this version can read it.
    static func open(_ environment: Environment) throws(StoreError) -> (Database, LogIdentity) {
        let path = environment.path
        let databases: (records: Database, meta: Database)
        do throws(LMDBError) {
            databases = (try environment.openDatabase(records), try environment.openDatabase(meta))
        } catch {
            guard error.code == .notFound || error.code == .incompatible else { throw StoreError(error) }
            throw StoreError(.notALog, "\(path) is an LMDB environment but not a log", cause: error)
        }
        let texts = try storing { () throws(LMDBError) in
            try environment.read { transaction throws(LMDBError) in
                var texts: [String?] = []
                for key in ["format", "id", "created"] {
                    let value = try transaction.get(Array(key.utf8), in: databases.meta)
                    texts.append(value.map { String(decoding: $0, as: UTF8.self) })
                }
                return texts
            }
        }
        let (format, id, created) = (texts[0], texts[1], texts[2])
        let words = (format ?? "").split(separator: " ")
        guard words.count == 2, words[0] == kind, let found = Int(words[1]), found > 0 else {
            throw StoreError(.notALog, "\(path) is not a log: its format is \(format ?? "missing")")
        }
        guard found <= version else {
            throw StoreError(
                .newerFormat, "the log in \(path) has format \(found); this version knows formats up to \(version)")
        }
        guard let id = id.flatMap({ decodeBase64URL($0.utf8) }).flatMap(Hash128.init),
            let created = created.flatMap({ Int64($0) })
        else { throw StoreError(.damaged, "the log in \(path) has no identity") }
        return (databases.records, LogIdentity(id: id, created: Instant(milliseconds: created)))
    }
}
