internal import HeapModule

/// What becomes due: a heap of instants. It follows from the columns, so it is neither digested nor kept; an entry
/// whose product was changed since is recognised by its instant and dropped.
package struct Agenda: Sendable {
    /// 12 bytes, for there is one for every fee of every subscriber.
    package struct Entry: Comparable, Sendable {
        private let compactDue: CompactInstant
        private let compactOffering: UInt16
        package let account: AccountIndex

        package init(due: Instant, account: AccountIndex, offering: UInt32) {
            (compactDue, compactOffering, self.account) = (CompactInstant(due), UInt16(offering), account)
        }

        package var due: Instant { compactDue.instant }
        package var offering: UInt32 { UInt32(compactOffering) }

        package static func == (a: Entry, b: Entry) -> Bool {
            (a.due, a.account, a.offering) == (b.due, b.account, b.offering)
        }

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
