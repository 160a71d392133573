/// Short lists of many accounts in one array. Each list is a chain of slots, and the freed slots are a chain too. An
/// account keeps where its chain begins.

/// An element that has room for its chain's link.
protocol Chained: Sendable {
    /// The next slot of the same chain, plus one; 0 if this is the last.
    var next: UInt32 { get set }
}

struct ChainPool<Element: Chained>: Sendable {
    /// The beginning of a chain: its first slot, plus one; 0 if the chain is empty.
    typealias Head = UInt32

    private var slots: [Element] = []
    private var free: Head = 0
    private var freeCount = 0

    init() {}

    /// Makes room for this many elements in large pages.
    init(capacity: Int) { slots = Array(emptyInLargePages: capacity) }

    /// Elements in all chains.
    var count: Int { slots.count - freeCount }

    func prefetch(_ head: Head) { if head != 0 { slots.prefetchElement(Int(head) - 1) } }

    @inline(__always)
    func forEach(from head: Head, _ visit: (Element) -> Void) {
        var at = head
        while at != 0 {
            visit(slots[Int(at) - 1])
            at = slots[Int(at) - 1].next
        }
    }

    /// Changes elements in place until the body returns true.
    @inline(__always)
    mutating func edit(from head: Head, _ change: (inout Element) -> Bool) {
        var at = head
        while at != 0 {
            if change(&slots[Int(at) - 1]) { return }
            at = slots[Int(at) - 1].next
        }
    }

    /// Changes the first element in place. Returns the body's answer; false if the chain is empty.
    @inline(__always)
    mutating func editFirst(of head: Head, _ change: (inout Element) -> Bool) -> Bool {
        head != 0 && change(&slots[Int(head) - 1])
    }

    /// Puts an element at the end of a chain.
    mutating func append(_ element: Element, to head: inout Head) {
        var last = head
        while last != 0, slots[Int(last) - 1].next != 0 { last = slots[Int(last) - 1].next }
        append(element, to: &head, after: &last)
    }

    /// The same if the chain's last slot is known. `last` is 0 for an empty chain, and afterwards the new slot.
    mutating func append(_ element: Element, to head: inout Head, after last: inout Head) {
        var element = element
        element.next = 0
        let slot: Head
        if free != 0 {
            slot = free
            free = slots[Int(slot) - 1].next
            freeCount -= 1
            slots[Int(slot) - 1] = element
        } else {
            slots.append(element)
            slot = Head(slots.count)
        }
        if last == 0 { head = slot } else { slots[Int(last) - 1].next = slot }
        last = slot
    }

    /// Puts an element at the beginning of a chain.
    mutating func prepend(_ element: Element, to head: inout Head) {
        var slot: Head = 0
        var last: Head = 0
        append(element, to: &slot, after: &last)
        slots[Int(slot) - 1].next = head
        head = slot
    }

    mutating func remove(from head: inout Head, where isRemoved: (Element) -> Bool) {
        var before: Head = 0
        var at = head
        while at != 0 {
            let next = slots[Int(at) - 1].next
            if isRemoved(slots[Int(at) - 1]) {
                if before == 0 { head = next } else { slots[Int(before) - 1].next = next }
                slots[Int(at) - 1].next = free
                free = at
                freeCount += 1
            } else {
                before = at
            }
            at = next
        }
    }

    var columnBytes: Int { slots.columnBytes }
}
