internal import HeapModule

/// What becomes due: a heap of instants. It follows from the columns, so it is neither digested nor kept; an entry
/// whose product was changed since is recognised by its instant and dropped.
package struct Agenda: Sendable {
    package struct Entry: Comparable, Sendable {
        package var due: Instant
        package var account: AccountIndex
        package var offering: UInt32

        package static func < (a: Entry, b: Entry) -> Bool {
            (a.due, a.account, a.offering) < (b.due, b.account, b.offering)
        }
    }

    private var heap: Heap<Entry>

    package init(_ entries: [Entry] = []) { heap = Heap(entries) }

    package var first: Entry? { heap.min }
    package var count: Int { heap.count }
    package mutating func insert(_ entry: Entry) { heap.insert(entry) }
    package mutating func popFirst() { _ = heap.popMin() }
    package var allocatedBytes: Int { heap.count * MemoryLayout<Entry>.stride }
}
