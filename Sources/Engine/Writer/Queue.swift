/// The jobs of a thread that works beside the writer. The principals take turns, and each one's jobs are done in order:
/// a principal with many jobs delays itself and hardly the others.
///
/// `@unchecked Sendable`: everything mutable is touched under `lock` only.

internal import DequeModule
internal import Glibc

package final class Queue<Job: Sendable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// The jobs of each principal that has some.
    private var lanes: [UInt32: Deque<Job>] = [:]
    /// The principals that have jobs, the next one first.
    private var turns: Deque<UInt32> = []
    private var count = 0
    private var hasStopped = false
    private let capacity: Int
    private let capacityEach: Int

    /// `each`: how many jobs of one principal may wait.
    package init(capacity: Int = .max, each: Int = .max) {
        (self.capacity, capacityEach) = (capacity, each)
        pthread_mutex_init(lock, nil)
        // Monotonic, because the wall clock may be set back.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrival, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(lock)
        arrival.deallocate()
        lock.deallocate()
    }

    private func locked<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }

    /// False if too many jobs wait or the queue was stopped.
    package func submit(_ job: Job, of principal: UInt32 = 0) -> Bool {
        locked {
            guard hasRoom(for: principal), !hasStopped else { return false }
            if lanes[principal] == nil { turns.append(principal) }
            lanes[principal, default: []].append(job)
            count += 1
            pthread_cond_signal(arrival)
            return true
        }
    }

    /// When all principals together have too many jobs, those that have their share are refused.
    private func hasRoom(for principal: UInt32) -> Bool {
        let own = lanes[principal]?.count ?? 0
        return own < capacityEach && (count < capacity || own < capacity / (turns.count + (own == 0 ? 1 : 0)))
    }

    func stop() {
        locked {
            hasStopped = true
            pthread_cond_broadcast(arrival)
        }
    }

    /// Whether `submit` would take another job.
    func hasRoom(of principal: UInt32 = 0) -> Bool { locked { hasRoom(for: principal) } }

    var isStopped: Bool { locked { hasStopped } }

    /// Takes the jobs that wait now, at most `limit`.
    package func take(atMost limit: Int = .max) -> [Job] { locked { takeInTurn(limit) } }

    /// Takes at most `limit` jobs once there is one; nil if the queue was stopped and none is left.
    func next(atMost limit: Int) -> [Job]? {
        locked {
            while count == 0, !hasStopped { pthread_cond_wait(arrival, lock) }
            return count == 0 ? nil : takeInTurn(limit)
        }
    }

    private func takeInTurn(_ limit: Int) -> [Job] {
        var taken: [Job] = []
        while taken.count < limit, let principal = turns.popFirst() {
            if let job = lanes[principal]?.popFirst() { taken.append(job) }
            if lanes[principal]?.isEmpty == false { turns.append(principal) } else { lanes[principal] = nil }
        }
        count -= taken.count
        return taken
    }

    /// Waits until there is a job, the queue is stopped, or the time is over; nil: without limit.
    func wait(milliseconds: Int?) {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = until.tv_nsec + (milliseconds ?? 0) % 1000 * 1_000_000
        until.tv_sec += (milliseconds ?? 0) / 1000 + nanoseconds / 1_000_000_000
        until.tv_nsec = nanoseconds % 1_000_000_000
        locked {
            while count == 0, !hasStopped {
                if milliseconds == nil {
                    pthread_cond_wait(arrival, lock)
                } else if pthread_cond_timedwait(arrival, lock, &until) != 0 {
                    return
                }
            }
        }
    }
}
