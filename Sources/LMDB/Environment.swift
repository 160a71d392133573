/// An LMDB environment: one directory, one memory map, many databases.
///
/// This module is the only one that reaches through LMDB's pointers, and it enforces LMDB's own rules where the
/// compiler can: a transaction is a value that cannot be copied and is gone once committed or aborted; the bytes that
/// it reads can be seen only inside a closure, during which it cannot write; opening one where it could be carried
/// across a suspension is refused.
///
/// Never used: `MDB_WRITEMAP` (a full disk becomes SIGBUS), `MDB_NOSYNC` and `MDB_NOMETASYNC` (a power cut could undo a
/// commit that was reported), `MDB_DUPSORT` and `MDB_CURRENT` (where this version's bugs were). Always used:
/// `MDB_NOTLS`, so that a read transaction belongs to its value and not to a thread.

internal import CLMDB
internal import Glibc
internal import Synchronization

package final class Environment: Sendable {
    package struct Options: Sendable {
        /// Address space, not disk: the file is sparse and grows with its pages.
        package var mapSizeBytes = 1 << 40
        package var maxDatabases: UInt32 = 8
        /// Read transactions open at once, in all processes.
        package var maxReaders: UInt32 = 254
        /// Neither creates nor changes anything; another process may be writing.
        package var isReadOnly = false

        package init() {}
    }

    package let path: String
    package let options: Options
    /// Entries of the reader table whose process had died, cleared at the start.
    package let staleReadersCleared: Int

    // LMDB's environment may be used by any thread; its transactions may not, and they are not Sendable.
    nonisolated(unsafe) let handle: OpaquePointer
    /// Held open so that the directory's inode, which identifies it in the registry, is not given to another.
    private let directory: Int32
    private let identity: DirectoryIdentity
    /// The thread that holds the write transaction; 0 if none does. Beginning a second one there would wait for ever.
    private let writer = Atomic<UInt>(0)
    /// A read-only environment has no write transaction to put the opening of databases in order.
    private let opening = Mutex<Void>(())

    /// Opens the directory, and creates it (0700) and its files (0600) unless read-only.
    package init(path: String, options: Options = Options()) throws(LMDBError) {
        if !options.isReadOnly, mkdir(path, 0o700) != 0, errno != EEXIST {
            throw LMDBError(returned: errno, .open, on: path)
        }
        let directory = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw LMDBError(returned: errno, .open, on: path) }
        let identity: DirectoryIdentity
        do throws(LMDBError) {
            identity = try DirectoryIdentity(ofOpen: directory, path: path)
            guard openDirectories.withLock({ $0.insert(identity).inserted }) else {
                throw LMDBError(.alreadyOpen, .open, "this process has \(path) open already")
            }
        } catch {
            close(directory)
            throw error
        }
        do throws(LMDBError) {
            handle = try Self.open(path, options)
        } catch {
            openDirectories.withLock { _ = $0.remove(identity) }
            close(directory)
            throw error
        }
        var cleared: Int32 = 0
        if !options.isReadOnly {
            // A new file's name must be as durable as the first commit in it.
            fsync(directory)
            mdb_reader_check(handle, &cleared)
        }
        self.path = path
        self.options = options
        self.directory = directory
        self.identity = identity
        self.staleReadersCleared = Int(cleared)
    }

    private static func open(_ path: String, _ options: Options) throws(LMDBError) -> OpaquePointer {
        var created: OpaquePointer?
        try check(mdb_env_create(&created), .open, on: path)
        guard let created else { preconditionFailure("LMDB created no environment and said that it had") }
        do throws(LMDBError) {
            let file = path + "/data.mdb"
            var status = stat()
            // LMDB would create a new environment in it.
            if stat(file, &status) == 0, status.st_size == 0 {
                throw LMDBError(.corrupted, .open, "\(file) is empty")
            }
            // A reader takes the writer's map size from the file.
            if !options.isReadOnly {
                try claimLockFile(path + "/lock.mdb", maxReaders: options.maxReaders)
                try check(mdb_env_set_mapsize(created, options.mapSizeBytes), .open, on: path)
            }
            try check(mdb_env_set_maxdbs(created, options.maxDatabases), .open, on: path)
            try check(mdb_env_set_maxreaders(created, options.maxReaders), .open, on: path)
            let flags = MDB_NOTLS | (options.isReadOnly ? MDB_RDONLY : 0)
            try check(mdb_env_open(created, path, UInt32(flags), 0o600), .open, on: path)
            try FileLength.check(file) { EnvironmentInfo(of: created) }
        } catch {
            mdb_env_close(created)
            throw error
        }
        return created
    }

    /// LMDB maps its lock file and writes to the map: a page that the disk has no room for would cause a SIGBUS. So the
    /// file gets its room, a line of 64 bytes a reader and two for itself, before it is mapped.
    private static func claimLockFile(_ path: String, maxReaders: UInt32) throws(LMDBError) {
        // Closing the descriptor drops this process's locks on the file. It has none, because the directory is not open
        // yet.
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LMDBError(returned: errno, .open, on: path) }
        defer { close(descriptor) }
        let size = (Int(maxReaders) + 2) * 64
        var status = stat()
        // A whole file is left alone, because readers of other processes may be writing to it.
        guard fstat(descriptor, &status) != 0 || Int(status.st_blocks) * 512 < size else { return }
        let code = posix_fallocate(descriptor, 0, size)
        guard code == 0 else { throw LMDBError(returned: code, .open, on: path) }
    }

    deinit {
        // Every transaction holds its environment, so none is left.
        mdb_env_close(handle)
        openDirectories.withLock { _ = $0.remove(identity) }
        close(directory)
    }
}

extension Environment {
    /// One view of the data for the length of the body.
    @available(*, noasync)
    package func read<R: ~Copyable>(
        _ body: (borrowing ReadTransaction) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        try body(ReadTransaction(self))
    }

    /// Commits when the body returns, aborts when it throws.
    @available(*, noasync)
    package func write<R: ~Copyable>(
        _ body: (inout WriteTransaction) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        var transaction = try WriteTransaction(self)
        let result = try body(&transaction)
        try transaction.commit()
        return result
    }

    /// An existing database, or with `create` a new one. The handle is good as long as the environment.
    package func openDatabase(_ name: String?, create: Bool = false) throws(LMDBError) -> Database {
        guard options.isReadOnly else {
            return try write { transaction throws(LMDBError) in
                try transaction.openDatabase(name, create: create)
            }
        }
        do {
            return try opening.withLock { _ in try ReadTransaction(self).openDatabase(name) }
        } catch let error as LMDBError {
            throw error
        } catch {
            preconditionFailure("only LMDB's errors come from here: \(error)")
        }
    }

    /// Makes commits durable. Every commit has already done so: this is for copies and for tests.
    package func sync() throws(LMDBError) {
        try check(mdb_env_sync(handle, 1), .sync, on: path)
    }

    /// A consistent copy of the data file, while others read and write. `compact` leaves free pages out.
    package func copy(toFileDescriptor descriptor: Int32, compact: Bool) throws(LMDBError) {
        assertNotWriting()
        try check(mdb_env_copyfd2(handle, descriptor, compact ? UInt32(MDB_CP_COMPACT) : 0), .copy, on: path)
    }

    /// Frees the entries of the reader table whose process has died, and returns their number.
    @discardableResult
    package func clearStaleReaders() throws(LMDBError) -> Int {
        var cleared: Int32 = 0
        try check(mdb_reader_check(handle, &cleared), .checkReaders, on: path)
        return Int(cleared)
    }

    /// The age in transactions of the oldest view that is still read, in any process; nil if there is no reader. Pages
    /// that were replaced since cannot be used again.
    package var oldestReaderAge: Int? {
        // LMDB gives the table only as text: a header, then `pid thread transaction` a line.
        let oldest = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        oldest.initialize(to: .max)
        defer { oldest.deallocate() }
        mdb_reader_list(
            handle,
            { line, context in
                guard let line, let oldest = context?.assumingMemoryBound(to: Int.self) else { return 0 }
                let words = String(cString: line).split(whereSeparator: \.isWhitespace)
                guard words.count == 3, let transaction = Int(words[2]) else { return 0 }
                oldest.pointee = min(oldest.pointee, transaction)
                return 0
            }, oldest)
        return oldest.pointee == .max ? nil : max(0, info.lastTransaction - oldest.pointee)
    }

    /// The longest key that a put takes, in bytes.
    package var maxKeyBytes: Int { Int(mdb_env_get_maxkeysize(handle)) }

    package var info: EnvironmentInfo {
        EnvironmentInfo(of: handle)
    }
}

/// The thread that writes.
extension Environment {
    /// The write lock is not recursive: this thread would wait for itself.
    func assertNotWriting() {
        precondition(
            writer.load(ordering: .relaxed) != UInt(pthread_self()),
            "this thread has a write transaction open already")
    }

    func beganWriting() { writer.store(UInt(pthread_self()), ordering: .relaxed) }

    /// Call it before the call that ends the transaction: after that another thread may have begun.
    func endsWriting() {
        precondition(
            writer.load(ordering: .relaxed) == UInt(pthread_self()),
            "a write transaction ends on the thread that began it")
        writer.store(0, ordering: .relaxed)
    }
}

/// Identifies a directory, however its path is spelled.
private struct DirectoryIdentity: Hashable {
    let device: UInt64
    let inode: UInt64

    init(ofOpen descriptor: Int32, path: String) throws(LMDBError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw LMDBError(returned: errno, .open, on: path) }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

/// The directories that this process has open. Closing a second environment on one of them would drop the
/// POSIX locks of the first.
private let openDirectories = Mutex<Set<DirectoryIdentity>>([])
