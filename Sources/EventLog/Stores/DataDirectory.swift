/// The data directory: its lock, its contents, and durable names.
///
/// ```
/// DATA/            0700
///   lock           held with flock by the one process that writes here; says its pid
///   first-start    while the parts of a new directory are made: the next start makes them again
///   log/           the log's LMDB environment
///   log.new/       a log that was being created when the power went: removed at the next start
///   index/         idempotency keys, derived from the log
///   history/       events by account, class and time, derived from the log
///   tree/          hashes of the log's records, as they were when they were written
/// ```

internal import Glibc
internal import PrivateFiles

/// Held for as long as this process writes in the data directory. The file is never removed: otherwise two processes
/// could hold two files of one name.
package final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    /// Creates the directory (0700), unless its parent does not exist.
    ///
    /// If anything is thrown once the descriptor is open, `deinit` closes it. To close it here too could close a file
    /// that another thread has opened under the same number meanwhile.
    package init(_ directory: String) throws(StoreError) {
        try makeDirectory(directory)
        let path = directory + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.pid(in: descriptor)
            guard reason == EWOULDBLOCK else { throw .system("lock", path, errno: reason) }
            throw StoreError(.inUse, "the data directory \(directory) is in use by process \(holder)")
        }
        let pid = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, pid, pid.count, 0) == pid.count else {
            throw .system("write", path)
        }
    }

    deinit {
        // Unlocked first, because closing alone would leave the lock to a child that was forked just now and has not
        // called exec yet.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func pid(in descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
        let digits = bytes[..<count].prefix { (48...57).contains($0) }
        return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
    }
}

/// Throws if others may use a file that is for its owner alone. A missing file is no error.
package func checkPrivate(_ path: String) throws(StoreError) {
    var status = stat()
    guard stat(path, &status) == 0, isForOthers(status) else { return }
    let mode = status.st_mode & S_IFMT == S_IFDIR ? "700" : "600"
    throw StoreError(.exposed, "\(path) is open to others, and it holds secrets: chmod \(mode) \(path)")
}

/// Throws if others may read the secrets of a data directory.
package func checkSecrets(in data: String) throws(StoreError) {
    try checkPrivate(data)
    for name in ["master.key", "admin.secret", "vault", "vault/data.mdb"] { try checkPrivate(data + "/" + name) }
}

func makeDirectory(_ path: String) throws(StoreError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw .system("create", path) }
}

/// The names in a directory; nil if there is no such directory.
func names(in path: String) throws(StoreError) -> [String]? {
    guard let stream = opendir(path) else {
        if errno == ENOENT { return nil }
        if errno == ENOTDIR { throw StoreError(.notALog, "\(path) is not a directory") }
        throw .system("read", path)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Removes a directory that has files only. A missing directory is no error.
package func removeDirectory(_ path: String) throws(StoreError) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
        guard unlink(path) == 0 else { throw .system("remove", path) }
        return
    }
    guard let names = try names(in: path) else { return }
    for name in names where unlink(path + "/" + name) != 0 { throw .system("remove", path + "/" + name) }
    if rmdir(path) != 0 { throw .system("remove", path) }
}

/// Writes a new file that only its owner can read. It is whole and on disk when this returns; its name is on disk once
/// the directory is synced.
package func writeFile(_ path: String, _ text: String) throws(StoreError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("create", path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
        throw .system("write", path)
    }
}

/// The bytes of a file; nil if there is none.
func fileSize(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
}

/// Renames within one directory, durably: the name is on disk when this returns.
package func renameDurably(_ old: String, to new: String, in directory: String) throws(StoreError) {
    if rename(directory + "/" + old, directory + "/" + new) != 0 { throw .system("rename", directory + "/" + old) }
    try syncDirectory(directory)
    // The directory itself may be new.
    try syncDirectory(directory + "/..")
}

func syncDirectory(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", path) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw .system("sync", path) }
}
