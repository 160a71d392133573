/// A data directory in memory, for a service that keeps nothing.
///
/// It is a directory of a file system that Linux keeps in memory (tmpfs). So log, vault, index, snapshots and tree are
/// the same code as on a disk, which is what a test of a front end has to meet.
///
///     /dev/shm/kabinetd-Xy3b9Q/   locked with flock for as long as its process lives
///
/// A process that is killed leaves its directory there. The next one that makes such a directory removes it.

internal import CMemory
internal import Glibc

package final class MemoryDirectory: Sendable {
    package let path: String
    private let descriptor: Int32

    private static let parent = "/dev/shm"
    private static let prefix = "kabinetd-"
    /// The magic number of tmpfs in `statfs`.
    private static let tmpfs = 0x0102_1994

    package init() throws(StoreError) {
        var system = statfs()
        guard statfs(Self.parent, &system) == 0, Int(system.f_type) == Self.tmpfs else {
            throw StoreError(
                .missing,
                "\(Self.parent) is no file system in memory, which an ephemeral service is kept in: mount a tmpfs there"
            )
        }
        Self.removeAbandoned()
        // Locked under a name that no other process looks for.
        var template = Array("\(Self.parent)/new-\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("create", Self.parent + "/" + Self.prefix) }
        let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = "\(Self.parent)/\(Self.prefix)\(made.suffix(6))"
        let descriptor = open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", made) }
        (self.path, self.descriptor) = (path, descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename(made, path) == 0 else { throw .system("lock", made) }
    }

    deinit { close(descriptor) }

    /// Removes the directory and everything in it.
    package func remove() throws(StoreError) { try Self.remove(path) }

    /// Removes the directories of processes that have ended.
    private static func removeAbandoned() {
        for name in (try? names(in: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = parent + "/" + name
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            // The next process tries again to remove the rest.
            try? remove(path)
        }
    }

    /// A data directory has files, and directories of files.
    private static func remove(_ path: String) throws(StoreError) {
        for name in try names(in: path) ?? [] {
            let entry = path + "/" + name
            if unlink(entry) == 0 { continue }
            guard errno == EISDIR || errno == EPERM else { throw .system("remove", entry) }
            try removeDirectory(entry)
        }
        if rmdir(path) != 0, errno != ENOENT { throw .system("remove", path) }
    }
}
