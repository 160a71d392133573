/// Growth of an environment's data file ahead of its pages, by zeros that are on disk before they are needed.
///
/// A commit that makes the file longer waits for the file system's journal too. Pages that overwrite existing bytes do
/// not. So a thread that lasts as long as one step writes and syncs zeros beyond the pages in use, a step ahead.
///
///     | pages in use | zeros | zeros being written |
///                            ^ boundary
///
/// LMDB owns the file below the boundary, the step from it on. LMDB takes new pages in order, so the writer claims the
/// pages that its transaction may reach, and waits if a step is still at work there. Without a step (if the disk is
/// full) the boundary gives way and LMDB makes the file longer itself.
///
/// Owned by the thread that writes.

internal import Glibc
internal import Synchronization

package struct FileGrowth: ~Copyable {
    package struct Limits: Sendable {
        /// A smaller file is left alone.
        package var leastUsedBytes = 1 << 18
        /// A step is a quarter of what is in use, within these.
        package var stepBytes = (4 << 20)...(64 << 20)
        /// Free space that a step leaves on the file system.
        package var reserveBytes = 0

        package init() {}
    }

    private let descriptor: Int32
    private let limits: Limits
    private(set) var boundary: Int
    private var step: Step?
    /// After a step that failed: how many bytes must be in use before another is tried.
    private var nextTry = 0

    /// Opens the data file of an environment.
    package init(_ environment: Environment, limits: Limits = Limits()) throws(LMDBError) {
        let path = environment.path + "/data.mdb"
        let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LMDBError(returned: errno, .open, on: path) }
        self.init(descriptor: descriptor, usedBytes: environment.info.usedBytes, limits: limits)
    }

    /// Takes the descriptor over.
    init(descriptor: Int32, usedBytes: Int, limits: Limits) {
        self.descriptor = descriptor
        self.limits = limits
        // The bytes between the pages in use and the file's end may be zeros of an earlier step or not: they stay.
        boundary = usedBytes
        boundary = max(usedBytes, fileBytes)
    }

    deinit {
        step?.stop()
        close(descriptor)
    }

    /// Before a transaction writes pages below `end`: waits for a step that is at work there.
    package mutating func claim(upTo end: Int) {
        guard end > boundary else { return }
        takeStep()
        boundary = max(boundary, end)
    }

    /// After a commit: begins a step if less than half of one is left. True if it did.
    @discardableResult
    package mutating func advance(usedBytes used: Int) -> Bool {
        assert(used <= boundary, "\(used) bytes are in use, \(boundary) were claimed")
        if let step, step.isDone { takeStep() }
        let size = min(max(used / 4, limits.stepBytes.lowerBound), limits.stepBytes.upperBound)
        guard step == nil, used >= max(limits.leastUsedBytes, nextTry), boundary - used < size / 2 else {
            return false
        }
        guard availableBytes - size >= limits.reserveBytes else { return false }
        step = Step(descriptor, from: boundary, through: used + size)
        if step == nil { nextTry = used + size }
        return true
    }

    /// How many bytes the file can still take: the zeros at its end, and the space that the file system has for this
    /// user. It makes two system calls of a microsecond each.
    package func roomBytes(usedBytes used: Int) -> Int { max(0, fileBytes - used) + availableBytes }

    /// Not by `fstat`, because it also asks for the times: Linux 6.13 and later then stamp the next write of a page
    /// with a time of its own, and each commit must write the file's inode as well. The descriptor's offset may move,
    /// because nothing uses it: zeros are written by `pwrite`, and LMDB has descriptors of its own.
    package var fileBytes: Int {
        let end = lseek(descriptor, 0, SEEK_END)
        return end >= 0 ? end : boundary
    }

    package var isGrowing: Bool { step.map { !$0.isDone } ?? false }

    private var availableBytes: Int {
        var status = statvfs()
        // If the space cannot be learned, nothing stops: a commit that finds no room reports it.
        guard fstatvfs(descriptor, &status) == 0 else { return .max / 4 }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// Waits for the step, if there is one, and moves the boundary behind its zeros.
    private mutating func takeStep() {
        guard let step = step.take() else { return }
        let reached = step.wait()
        if reached < step.end { nextTry = boundary + limits.stepBytes.lowerBound }
        boundary = max(boundary, reached)
    }
}

/// Writes and syncs zeros on a thread of its own.
private final class Step: Sendable {
    /// Bytes written and synced at once: a commit's sync meanwhile has at most so much of the step to wait for.
    private static let chunkBytes = 2 << 20
    /// Bytes of one write call: a page. While a call runs, a commit's writes wait for the file's lock. The bytes that
    /// it wrote may be one folio of the page cache, and each sync of a page in the folio walks through all of it.
    private static let pieceBytes = 4 << 10

    let end: Int
    private let descriptor: Int32
    private let start: Int
    private let reached: Atomic<Int>
    private let done = Atomic(false)
    private let isStopped = Atomic(false)
    // Set once, before anyone else has the step.
    nonisolated(unsafe) private var thread = pthread_t()

    /// Nil if no thread could be started.
    init?(_ descriptor: Int32, from start: Int, through end: Int) {
        self.descriptor = descriptor
        self.start = start
        self.end = max(start, end)
        reached = Atomic(start)
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { preconditionFailure("a step's thread has its step") }
                let step = Unmanaged<Step>.fromOpaque(context).takeRetainedValue()
                step.run()
                return nil
            }, context.toOpaque())
        if status != 0 {
            context.release()
            return nil
        }
    }

    var isDone: Bool { done.load(ordering: .acquiring) }

    private func run() {
        let zeros = [UInt8](repeating: 0, count: Self.pieceBytes)
        var synced = start
        var at = start
        while at < end, !isStopped.load(ordering: .relaxed) {
            let written = pwrite(descriptor, zeros, min(zeros.count, end - at), at)
            // The writer will meet the same failure, and report it.
            guard written > 0 else { break }
            at += written
            guard at - synced >= Self.chunkBytes || at == end else { continue }
            guard fdatasync(descriptor) == 0 else { break }
            synced = at
            reached.store(at, ordering: .relaxed)
        }
        done.store(true, ordering: .releasing)
    }

    /// Waits for the step, and returns where the zeros end.
    func wait() -> Int {
        pthread_join(thread, nil)
        return reached.load(ordering: .relaxed)
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        _ = wait()
    }
}
