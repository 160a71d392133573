/// Threads that do what must not be done on the writer or an event loop, behind a bounded queue.

internal import CSodium
internal import Glibc

package final class WorkerPool<Job: Sendable>: @unchecked Sendable {
    private let queue: Queue<Job>
    /// Set once, before anyone else has the pool, and emptied by whoever stops it.
    private var threads: [pthread_t] = []

    /// `each`: how many jobs of one principal may wait. `atOnce`: how many a worker takes, for work that is cheaper
    /// together.
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

    /// False: the queue is full.
    package func submit(_ job: Job, of principal: UInt32 = 0) -> Bool { queue.submit(job, of: principal) }

    /// Whether `submit` would take another.
    package var hasRoom: Bool { queue.hasRoom() }

    /// Returns when every job that was taken or waits is done.
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

/// The calling thread gives way to those that somebody waits for.
func lowerPriority(to niceness: Int32 = 10) {
    // On Linux 0 is the calling thread.
    setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
}
