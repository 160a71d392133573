internal import HeapModule

/// The things that become due, earliest first. It follows from the columns, so it is neither digested nor kept in a
/// snapshot. It may hold entries that were overtaken.
package struct Agenda: Sendable {
    private var heap: Heap<Due>
    /// How many entries are overdue: those up to the instant at which the count began. Those that have become overdue
    /// since are counted when these are done, because they come after them.
    package private(set) var behind = 0
    private var countedTo: Instant?

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
    package var allocatedBytes: Int { heap.count * MemoryLayout<Due>.stride }

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
