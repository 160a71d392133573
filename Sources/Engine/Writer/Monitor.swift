/// A lock, and a condition for threads that wait until another one changes what the lock guards.

internal import Glibc

/// `@unchecked Sendable`: the pointers never change, and every thread may use them.
final class Monitor: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(lock, nil)
        // Monotonic, because the wall clock may be set back.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(change, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(lock)
        change.deallocate()
        lock.deallocate()
    }

    func locked<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }

    func signal() { pthread_cond_signal(change) }
    func broadcast() { pthread_cond_broadcast(change) }

    /// Returns when the condition no longer holds or the time is over; nil: without limit. Called under the lock.
    func wait(microseconds: Int64? = nil, while holds: () -> Bool) {
        guard let microseconds else {
            while holds() { pthread_cond_wait(change, lock) }
            return
        }
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = Int64(until.tv_nsec) + microseconds % 1_000_000 * 1000
        until.tv_sec += Int(microseconds / 1_000_000 + nanoseconds / 1_000_000_000)
        until.tv_nsec = Int(nanoseconds % 1_000_000_000)
        while holds(), pthread_cond_timedwait(change, lock, &until) == 0 {}
    }
}
