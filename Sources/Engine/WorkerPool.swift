/// Threads for work that must not run on the writer or an event loop, behind a bounded queue.

internal import CSodium
internal import Glibc

package final class WorkerPool<Job: Sendable>: @unchecked Sendable {
    private let queue: Queue<Job>
    /// Set once, before anyone else has the pool, and emptied by `stop`.
    private var threads: [pthread_t] = []

    /// `each`: how many jobs of one principal may wait. `atOnce`: how many a worker takes at once, because some work is
    /// cheaper together.
    package init(
        name: String, threads count: Int, capacity: Int = .max, each: Int = .max, atOnce: Int = 1, niceness: Int32 = 0,
        _ work: @escaping @Sendable ([Job]) -> Void
    ) {
        let queue = Queue<Job>(capacity: capacity, each: each)
        self.queue = queue
        for _ in 0..<count {
            threads.append(
                startThread(name) {
                    if niceness != 0 { lowerPriority(to: niceness) }
                    while let jobs = queue.next(atMost: atOnce) { work(jobs) }
                })
        }
    }

    /// False if too many jobs wait or the pool was stopped.
    package func submit(_ job: Job, of principal: UInt32 = 0) -> Bool { queue.submit(job, of: principal) }

    /// Whether `submit` would take another job.
    package var hasRoom: Bool { queue.hasRoom() }

    /// Returns when every job that runs or waits is done.
    package func stop() {
        queue.stop()
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

/// Lowers the calling thread's priority below that of threads that somebody waits for.
func lowerPriority(to niceness: Int32 = 10) {
    // On Linux 0 means the calling thread.
    setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
}
