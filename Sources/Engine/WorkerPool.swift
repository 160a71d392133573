/// Threads that do what must not be done on the writer or an event loop, behind a bounded queue.
///
/// `@unchecked Sendable`: everything mutable is touched under `lock` only.

internal import CSodium
internal import Glibc

package final class WorkerPool<Job: Sendable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue: [Job] = []
    private var isStopped = false
    private var threads: [pthread_t] = []
    private let capacity: Int

    /// `takesAll`: a worker takes all that waits, for work that is cheaper together; else one job at a time.
    package init(
        name: String, threads count: Int, capacity: Int, takesAll: Bool = false, niceness: Int32 = 0,
        _ work: @escaping @Sendable ([Job]) -> Void
    ) {
        self.capacity = capacity
        pthread_mutex_init(lock, nil)
        pthread_cond_init(arrival, nil)
        for _ in 0..<count {
            threads.append(
                startThread(name) { [self] in
                    // On Linux 0 is the calling thread.
                    if niceness != 0 { setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness) }
                    while let jobs = take(all: takesAll) { work(jobs) }
                })
        }
    }

    /// False: the queue is full.
    package func submit(_ job: Job) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        guard queue.count < capacity, !isStopped else { return false }
        queue.append(job)
        pthread_cond_signal(arrival)
        return true
    }

    /// Whether `submit` would take another.
    package var hasRoom: Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return queue.count < capacity
    }

    private func take(all: Bool) -> [Job]? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while queue.isEmpty, !isStopped { pthread_cond_wait(arrival, lock) }
        guard !queue.isEmpty else { return nil }
        if all {
            defer { queue.removeAll() }
            return queue
        }
        return [queue.removeFirst()]
    }

    /// Returns when every job that was taken or waits is done.
    package func stop() {
        pthread_mutex_lock(lock)
        isStopped = true
        pthread_cond_broadcast(arrival)
        pthread_mutex_unlock(lock)
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }
}

/// Runs a body on a thread of its own.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Box {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(name, body)).toOpaque()
    let status = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
            name_this_thread(box.name)
            box.body()
            return nil
        }, box)
    guard status == 0 else { fatalError("cannot start the thread \(name): errno \(status)") }
    return thread
}
