/// The vault: a key per account, in an LMDB environment of its own beside the log.
///
/// ```
/// DATA/master.key   32 random bytes, 0600: wraps every other key; or KABINET_MASTER_KEY in base64url
/// DATA/vault/       LMDB: "keys"  key id (16 bytes) → nonce, wrapped key, tag (60 bytes)
///                         "meta"  "server" → the server's keys, wrapped
///                                 "log" → the id of the log that it belongs to
///                                 "destroyed" → while what was deleted may still lie in the file
/// ```
///
/// A key is durable here before any event sealed under it is appended. Destroying the key erases the person and leaves
/// the log unchanged. AES-256-GCM throughout, with the key's id as associated data.
///
/// LMDB leaves a deleted entry's bytes in the file until something else needs the room. So after a deletion the
/// remaining entries are copied, one by one, to `DATA/vault.new`, which takes the place of `DATA/vault`.

internal import Accounts
internal import Crypto
package import EventLog
internal import Glibc
internal import LMDB
internal import Synchronization

package struct VaultError: Error, CustomStringConvertible {
    package let description: String
}

package final class Vault: Sendable {
    private struct Opened {
        let environment: Environment
        let keys: Database
        let meta: Database

        init(_ path: String) throws(LMDBError) {
            environment = try Environment(path: path, options: Vault.options)
            keys = try environment.openDatabase("keys", create: true)
            meta = try environment.openDatabase("meta", create: true)
        }
    }

    static var options: Environment.Options {
        var options = Environment.Options()
        options.mapSizeBytes = 1 << 36
        return options
    }

    /// Used only under the lock, because a compaction exchanges it for another. Nil after a failed exchange.
    private let opened: Mutex<Opened?>
    /// Keys that are to be destroyed: `key` refuses them, even if a full disk left them in the file.
    private let doomed = Mutex<Set<[UInt8]>>([])
    private let data: String
    private let master: SymmetricKey
    /// Whether the vault names its log.
    private let isNamed: Bool
    package let serverKeys: ServerKeys

    private static let server = Array("server".utf8)
    static let log = Array("log".utf8)

    /// Makes the vault of a log that is being made, and the master key unless it is given. Removes the vault of an
    /// earlier attempt: no event was sealed under it.
    package static func make(in data: String, masterKey given: [UInt8]? = nil, of log: LogIdentity) throws {
        for name in ["vault", "vault.new", "vault.old"] { try removeDirectory(data + "/" + name) }
        let key = given ?? randomBytes(32)
        if given == nil { try writePrivateFile(data + "/master.key", key) }
        let opened = try Opened(data + "/vault")
        let wrapped = seal(randomBytes(ServerKeys.byteCount), server, SymmetricKey(data: key))
        try opened.environment.write { transaction throws(LMDBError) in
            try transaction.put(wrapped, for: server, in: opened.meta)
            try transaction.put(Array(log.name.utf8), for: Self.log, in: opened.meta)
        }
    }

    /// Opens the vault of a log. The caller holds the data directory's lock.
    package init(data: String, masterKey given: [UInt8]? = nil, of log: LogIdentity) throws {
        let path = data + "/vault"
        try Self.finishCompaction(data)
        guard access(path + "/data.mdb", F_OK) == 0 else {
            throw VaultError(
                description: "\(data) has a log and no vault: restore it with kabinet restore VAULTBACKUP \(data)")
        }
        let master = SymmetricKey(data: try given ?? Self.masterKey(data: data))
        let opened = try Self.naming(path) { () throws(LMDBError) in try Opened(path) }
        let (wrapped, name) = try opened.environment.read { transaction throws(LMDBError) in
            (try transaction.get(Self.server, in: opened.meta), try transaction.get(Self.log, in: opened.meta))
        }
        guard let bytes = wrapped.flatMap({ Self.open($0, Self.server, master) }) else {
            throw VaultError(
                description:
                    "the master key does not open \(path): restore the key or the vault that belongs to this log")
        }
        if let name, name != Array(log.name.utf8) { throw Self.isAnotherLogs(path, log) }
        (self.data, self.master, serverKeys, isNamed) = (data, master, ServerKeys(bytes), name != nil)
        self.opened = Mutex(opened)
    }

    /// Older builds did not write the log's name into the vault. A vault without a name is taken by a log that has any
    /// of its keys, or if either has no keys at all.
    func name(of log: LogIdentity, keyIDs: some Sequence<[UInt8]>) throws {
        guard !isNamed else { return }
        let isOurs = try withOpened { opened throws(LMDBError) in
            try opened.environment.read { transaction throws(LMDBError) in
                var lacksSome = false
                for id in keyIDs {
                    if try transaction.get(id, in: opened.keys) != nil { return true }
                    lacksSome = true
                }
                if !lacksSome { return true }
                return try transaction.statistics(of: opened.keys).entries == 0
            }
        }
        guard isOurs else { throw Self.isAnotherLogs(data + "/vault", log) }
        try withOpened { opened throws(LMDBError) in
            try opened.environment.write { transaction throws(LMDBError) in
                try transaction.put(Array(log.name.utf8), for: Self.log, in: opened.meta)
            }
        }
    }

    static func isAnotherLogs(_ path: String, _ log: LogIdentity) -> VaultError {
        VaultError(
            description: "\(path) is another log's: restore the vault of log \(log.name)"
        )
    }

    /// Adds to an error of opening a vault what to do about a damaged file.
    private static func naming<R: ~Copyable>(_ path: String, _ body: () throws(LMDBError) -> R) throws -> R {
        do throws(LMDBError) { return try body() } catch {
            guard StoreError(error).code == .damaged else { throw error }
            throw StoreError(.damaged, "\(path) is damaged: restore it from its backup", cause: error)
        }
    }

    /// Opens a vault read-only; another process may be writing to it.
    static func look(at path: String) throws -> Environment {
        var options = options
        options.isReadOnly = true
        return try naming(path) { () throws(LMDBError) in try Environment(path: path, options: options) }
    }

    private static func masterKey(data: String) throws -> [UInt8] {
        let path = data + "/master.key"
        guard let bytes = readSmallFile(path, limit: 33), bytes.count == 32 else {
            throw VaultError(
                description: "there is no master key of 32 bytes in \(path): restore it, or set KABINET_MASTER_KEY")
        }
        return bytes
    }

    private static func seal(_ plain: [UInt8], _ name: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plain, using: key, authenticating: name)
            guard let combined = box.combined else { fatalError("a random nonce has 12 bytes") }
            return Array(combined)
        } catch {
            fatalError("AES-GCM seals any bytes: \(error)")
        }
    }

    private static func open(_ sealed: [UInt8], _ name: [UInt8], _ key: SymmetricKey) -> [UInt8]? {
        do {
            return Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: name))
        } catch {
            return nil
        }
    }

    /// Makes new keys, durable when this returns: one transaction for all of them.
    func makeKeys(_ count: Int) throws(LMDBError) -> [(id: [UInt8], key: SymmetricKey)] {
        let made = (0..<count).map { _ in (id: randomBytes(16), key: randomBytes(32)) }
        try withOpened { opened throws(LMDBError) in
            try opened.environment.write { transaction throws(LMDBError) in
                for (id, key) in made { try transaction.put(Self.seal(key, id, master), for: id, in: opened.keys) }
            }
        }
        return made.map { ($0.id, SymmetricKey(data: $0.key)) }
    }

    /// The key of this id; nil if it was destroyed.
    func key(_ id: [UInt8]) throws(LMDBError) -> SymmetricKey? {
        if doomed.withLock({ $0.contains(id) }) { return nil }
        let wrapped = try withOpened { opened throws(LMDBError) in
            try opened.environment.read { transaction throws(LMDBError) in try transaction.get(id, in: opened.keys) }
        }
        return wrapped.flatMap { Self.open($0, id, master) }.map { SymmetricKey(data: $0) }
    }

    /// Whether the vault of a data directory has a key, without opening the key; nil if there is no vault.
    package static func holds(_ id: [UInt8], data: String) throws -> Bool? {
        guard access(data + "/vault/data.mdb", F_OK) == 0 else { return nil }
        let environment = try look(at: data + "/vault")
        let keys = try environment.openDatabase("keys")
        return try environment.read { transaction throws(LMDBError) in try transaction.get(id, in: keys) != nil }
    }

    private func withOpened<R>(_ body: (Opened) throws(LMDBError) -> R) throws(LMDBError) -> R {
        try opened.withLock { opened throws(LMDBError) in
            guard let opened else { throw LMDBError(.panic, .open, "\(data)/vault could not be opened again") }
            return try body(opened)
        }
    }

    static func sealText(_ plain: [UInt8], keyID: [UInt8], _ key: SymmetricKey) -> [UInt8] { seal(plain, keyID, key) }

    static func openText(_ sealed: [UInt8], keyID: [UInt8], _ key: SymmetricKey) -> String? {
        open(sealed, keyID, key).map { String(decoding: $0, as: UTF8.self) }
    }
}

// MARK: - Destroying keys

extension Vault {
    private static let mark = Array("destroyed".utf8)

    /// Destroys those of these keys that are still there. When it returns, the vault's files contain nothing of them,
    /// nor of the keys of earlier calls that failed. It can be called again after a full disk.
    func destroy(_ ids: some Sequence<[UInt8]> & Sendable) throws {
        let ids = doomed.withLock { doomed in
            doomed.formUnion(ids)
            return doomed
        }
        try opened.withLock { opened in
            guard let old = opened else { throw VaultError(description: "\(data)/vault could not be opened again") }
            let isToCompact = try namingFullDisk(data) {
                guard try Self.delete(ids, from: old) else { return false }
                try removeDirectory(data + "/vault.new")
                _ = try Self.copy(old.environment, to: data + "/vault.new", without: Self.mark)
                return true
            }
            guard isToCompact else { return }
            opened = nil
            // Closed before its directory is renamed, because a process must not open one directory twice.
            _ = consume old
            do {
                try renameDurably("vault", to: "vault.old", in: data)
                try renameDurably("vault.new", to: "vault", in: data)
                try removeDirectory(data + "/vault.old")
                opened = try Opened(data + "/vault")
            } catch {
                // Also fatal if the disk is full: this vault is closed, and only a start opens it again.
                throw VaultError(description: "\(data)/vault could not be exchanged: \(error)")
            }
        }
        doomed.withLock { $0.subtract(ids) }
    }

    /// Deletes keys. True if deleted bytes are to be compacted away.
    private static func delete(_ ids: some Sequence<[UInt8]>, from opened: Opened) throws(LMDBError) -> Bool {
        let (present, isMarked) = try opened.environment.read { transaction throws(LMDBError) in
            var present: [[UInt8]] = []
            for id in ids where try transaction.get(id, in: opened.keys) != nil { present.append(id) }
            return (present, try transaction.get(mark, in: opened.meta) != nil)
        }
        guard !present.isEmpty else { return isMarked }
        try opened.environment.write { transaction throws(LMDBError) in
            for id in present { _ = try transaction.delete(id, in: opened.keys) }
            try transaction.put([1], for: mark, in: opened.meta)
        }
        return true
    }

    /// Finishes or undoes a compaction that was cut short. If `vault` is missing and `vault.old` is there, `vault.new`
    /// was whole. Nothing is removed unless there is a vault.
    private static func finishCompaction(_ data: String) throws(StoreError) {
        func isThere(_ name: String) -> Bool { access("\(data)/\(name)/data.mdb", F_OK) == 0 }
        if !isThere("vault"), isThere("vault.old") {
            try renameDurably(isThere("vault.new") ? "vault.new" : "vault.old", to: "vault", in: data)
        }
        guard isThere("vault") else { return }
        try removeDirectory(data + "/vault.new")
        try removeDirectory(data + "/vault.old")
    }
}

/// Creates a file that only its owner can read, whole and durable under its name or not at all.
package func writePrivateFile(_ path: String, _ bytes: [UInt8]) throws {
    let partial = path + ".new"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
        throw VaultError(description: "cannot create \(partial): \(String(cString: strerror(errno)))")
    }
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(partial, path) == 0 else {
        throw VaultError(description: "cannot write \(path): \(String(cString: strerror(errno)))")
    }
}

func readSmallFile(_ path: String, limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, limit))
    }
}
