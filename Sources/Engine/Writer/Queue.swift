/// The jobs of a thread that works beside the writer. The principals take turns, and each one's jobs are done in order:
/// a principal with many jobs delays itself and hardly the others.
///
/// `@unchecked Sendable`: everything mutable is touched under the monitor's lock only.

internal import DequeModule

package final class Queue<Job: Sendable>: @unchecked Sendable {
    private let monitor = Monitor()
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
    }

    /// False if too many jobs wait or the queue was stopped.
    package func submit(_ job: Job, of principal: UInt32 = 0) -> Bool {
        monitor.locked {
            guard hasRoom(for: principal), !hasStopped else { return false }
            if lanes[principal] == nil { turns.append(principal) }
            lanes[principal, default: []].append(job)
            count += 1
            monitor.signal()
            return true
        }
    }

    /// When all principals together have too many jobs, those that have their share are refused.
    private func hasRoom(for principal: UInt32) -> Bool {
        let own = lanes[principal]?.count ?? 0
        return own < capacityEach && (count < capacity || own < capacity / (turns.count + (own == 0 ? 1 : 0)))
    }

    func stop() {
        monitor.locked {
            hasStopped = true
            monitor.broadcast()
        }
    }

    /// Whether `submit` would take another job.
    func hasRoom(of principal: UInt32 = 0) -> Bool { monitor.locked { hasRoom(for: principal) } }

    var isStopped: Bool { monitor.locked { hasStopped } }

    /// Takes the jobs that wait now, at most `limit`.
    package func take(atMost limit: Int = .max) -> [Job] { monitor.locked { takeInTurn(limit) } }

    /// Takes the first jobs of each principal that satisfy the condition, up to the first one that does not.
    package func take(while condition: (Job) -> Bool) -> [Job] {
        monitor.locked {
            var taken: [Job] = []
            for principal in turns {
                while let job = lanes[principal]?.first, condition(job) {
                    taken.append(job)
                    lanes[principal]?.removeFirst()
                }
                if lanes[principal]?.isEmpty == true { lanes[principal] = nil }
            }
            turns.removeAll { lanes[$0] == nil }
            count -= taken.count
            return taken
        }
    }

    /// Takes at most `limit` jobs once there is one; nil if the queue was stopped and none is left.
    func next(atMost limit: Int) -> [Job]? {
        monitor.locked {
            monitor.wait { count == 0 && !hasStopped }
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
        monitor.locked {
            monitor.wait(microseconds: milliseconds.map { Int64($0) * 1000 }) { count == 0 && !hasStopped }
        }
    }
}
