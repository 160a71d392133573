/// What a thread of its own is asked, one after another, and what it waits for meanwhile.

internal import Synchronization

package final class Queue<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wake = Wake()
    private let capacity: Int

    init(capacity: Int = .max) { self.capacity = capacity }

    /// False: too many wait.
    func submit(_ job: Job) -> Bool {
        let isTaken = state.withLock { state in
            guard state.jobs.count < capacity, !state.isStopped else { return false }
            state.jobs.append(job)
            return true
        }
        wake.signal()
        return isTaken
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// All that wait now.
    func take() -> [Job] {
        state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
    }

    /// Until a job comes, it is stopped, or so long.
    func wait(milliseconds: Int) {
        if state.withLock({ $0.jobs.isEmpty && !$0.isStopped }) { wake.wait(milliseconds: milliseconds) }
    }
}
