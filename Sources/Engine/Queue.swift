/// What threads of their own are asked, one after another, and what they wait for meanwhile.
///
/// `@unchecked Sendable`: everything mutable is touched under `lock` only.

internal import Glibc

package final class Queue<Job: Sendable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [Job] = []
    private var hasStopped = false
    private let capacity: Int

    init(capacity: Int = .max) {
        self.capacity = capacity
        pthread_mutex_init(lock, nil)
        // The wall clock may be set back.
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

    /// False: too many wait, or it was stopped.
    func submit(_ job: Job) -> Bool {
        locked {
            guard jobs.count < capacity, !hasStopped else { return false }
            jobs.append(job)
            pthread_cond_signal(arrival)
            return true
        }
    }

    func stop() {
        locked {
            hasStopped = true
            pthread_cond_broadcast(arrival)
        }
    }

    /// Whether `submit` would take another.
    var hasRoom: Bool { locked { jobs.count < capacity } }

    var isStopped: Bool { locked { hasStopped } }

    /// All that wait now.
    func take() -> [Job] {
        locked {
            defer { jobs = [] }
            return jobs
        }
    }

    /// The first that waits, or all, once there is one; nil: it was stopped, and none is left.
    func next(all: Bool) -> [Job]? {
        locked {
            while jobs.isEmpty, !hasStopped { pthread_cond_wait(arrival, lock) }
            guard !jobs.isEmpty else { return nil }
            if !all { return [jobs.removeFirst()] }
            defer { jobs = [] }
            return jobs
        }
    }

    /// Until a job waits, it is stopped, or so long; nil: as long as it takes.
    func wait(milliseconds: Int?) {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = until.tv_nsec + (milliseconds ?? 0) % 1000 * 1_000_000
        until.tv_sec += (milliseconds ?? 0) / 1000 + nanoseconds / 1_000_000_000
        until.tv_nsec = nanoseconds % 1_000_000_000
        locked {
            while jobs.isEmpty, !hasStopped {
                if milliseconds == nil {
                    pthread_cond_wait(arrival, lock)
                } else if pthread_cond_timedwait(arrival, lock, &until) != 0 {
                    return
                }
            }
        }
    }
}
