internal import HeapModule

/// The things that become due, earliest first. It follows from the columns, so it is neither digested nor kept in a
/// snapshot. It may hold entries that were overtaken.
package struct Agenda: Sendable {
    private var heap: Heap<Due>
    /// How many entries are overdue: those up to the instant at which the count began. Those that have become overdue
    /// since are counted when these are done, because they come after them.
    package private(set) var behind = 0
    private var countedTo: Instant?
    /// By account: the instant of its watched entry; the greatest instant if it has none.
    private var watched: [CompactInstant] = []

    package init(_ entries: [Due]) { heap = Heap(entries) }

    package var first: Due? { heap.min }
    package var count: Int { heap.count }
    package mutating func insert(_ due: Due) {
        heap.insert(due)
        if let countedTo, due.instant <= countedTo { behind += 1 }
    }
    package mutating func popFirst() {
        guard let due = heap.popMin() else { return }
        if let countedTo, due.instant <= countedTo { behind -= 1 }
    }
    package var allocatedBytes: Int { heap.count * MemoryLayout<Due>.stride + watched.columnBytes }

    /// Adds an entry unless the account has an earlier watched one. For things that most events of an account put off:
    /// an entry for each would stay here for months. So an account has one, which is at its time or before it, and is
    /// followed by the next when it is found to be overtaken.
    mutating func watch(_ due: Due) {
        watched.reserveIndex(due.account, filling: CompactInstant(.never))
        guard due.instant < watched[Int(due.account)].instant else { return }
        watched[Int(due.account)] = CompactInstant(due.instant)
        insert(due)
    }

    /// True if the entry, which has left the agenda, was its account's watched one. The account then has none.
    mutating func endWatch(_ due: Due) -> Bool {
        guard Int(due.account) < watched.count, watched[Int(due.account)].instant == due.instant else { return false }
        watched[Int(due.account)] = CompactInstant(.never)
        return true
    }

    /// Brings `behind` up to date. A pass over the entries when there is something overdue and nothing was counted:
    /// once at a midnight, some milliseconds for a million.
    package mutating func countBehind(at now: Instant) {
        if behind > 0, let countedTo, countedTo <= now { return }
        (behind, countedTo) = (0, nil)
        guard let first, first.instant <= now else { return }
        countedTo = now
        behind = heap.unordered.count { $0.instant <= now }
    }
}
