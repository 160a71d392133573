internal import HeapModule

/// The things that become due, earliest first. It follows from the columns, so it is neither digested nor kept in a
/// snapshot. It may hold entries that were overtaken.
package struct Agenda: Sendable {
    private var heap: Heap<Due>

    package init(_ entries: [Due]) { heap = Heap(entries) }

    package var first: Due? { heap.min }
    package var count: Int { heap.count }
    package mutating func insert(_ due: Due) { heap.insert(due) }
    package mutating func popFirst() { _ = heap.popMin() }
    package var allocatedBytes: Int { heap.count * MemoryLayout<Due>.stride }
}
