/// Memory of large tables and columns that are looked at in random places. With large pages, a look that misses the
/// cache does not miss the TLB as well (transparent huge pages, if the kernel is set to `madvise`). If places are known
/// some time before, prefetching them lets the misses overlap.

public import CMemory
internal import Glibc

private let largePageBytes = 2 << 20
private let cacheLineBytes = 64

extension Array {
    init(repeating element: Element, inLargePages count: Int) {
        self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            advise(buffer)
            buffer.initialize(repeating: element)
            initialized = count
        }
    }

    init(emptyInLargePages capacity: Int) {
        self.init(unsafeUninitializedCapacity: capacity) { buffer, initialized in
            advise(buffer)
            initialized = 0
        }
    }

    /// The index of the first element that begins a cache line.
    func firstInCacheLine() -> Int {
        withUnsafeBytes { bytes in
            let past = Int(bitPattern: bytes.baseAddress) & (cacheLineBytes - 1)
            return past == 0 ? 0 : (cacheLineBytes - past) / MemoryLayout<Element>.stride
        }
    }

    /// Grows to hold `index`, filling with `empty`. Columns are as long as the accounts that they know.
    @inlinable
    package mutating func reserveIndex(_ index: AccountIndex, filling empty: Element) {
        if count <= Int(index) { grow(toHold: index, filling: empty) }
    }

    @usableFromInline
    package mutating func grow(toHold index: AccountIndex, filling empty: Element) {
        if capacity <= Int(index) {
            self = Array(unsafeUninitializedCapacity: Swift.max(2 * capacity, Int(index) + 1)) { buffer, initialized in
                advise(buffer)
                initialized = buffer.initialize(fromContentsOf: self)
            }
        }
        while count <= Int(index) { append(empty) }
    }

    /// Prefetches an element; does nothing if it is out of bounds.
    @inlinable
    package func prefetchElement(_ index: Int) {
        let first = withUnsafeBufferPointer { buffer in
            buffer.indices.contains(index)
                ? UInt(bitPattern: buffer.baseAddress) + UInt(index * MemoryLayout<Element>.stride) : 0
        }
        guard first != 0 else { return }
        prefetch(first)
        // Elements begin at a multiple of 16 and not of a line, so one may lie in two lines.
        if 16 % MemoryLayout<Element>.stride != 0 { prefetch(first + UInt(MemoryLayout<Element>.stride) - 1) }
    }

    var columnBytes: Int { capacity * MemoryLayout<Element>.stride }
}

extension RawSpan {
    /// Prefetches the bytes behind the first cache line, as far as a short record goes.
    package func prefetchRest() {
        let first = withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        for offset in stride(from: cacheLineBytes, to: min(byteCount, 4 * cacheLineBytes), by: cacheLineBytes) {
            prefetch(first + UInt(offset))
        }
    }
}

/// Called before the memory is first written. The kernel may ignore the advice.
private func advise<Element>(_ buffer: UnsafeMutableBufferPointer<Element>) {
    guard let base = buffer.baseAddress else { return }
    let start = (UInt(bitPattern: base) + UInt(largePageBytes) - 1) & ~UInt(largePageBytes - 1)
    let end = (UInt(bitPattern: base) + UInt(buffer.count * MemoryLayout<Element>.stride)) & ~UInt(largePageBytes - 1)
    guard start < end, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
    madvise(address, Int(end - start), Int32(MADV_HUGEPAGE))
}
