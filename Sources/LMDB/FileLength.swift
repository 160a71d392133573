/// Whether a data file has all the pages that its environment uses.
///
/// LMDB reads pages through its map, and the system ends a process (SIGBUS) that reads a page of the map beyond the
/// file's end. So each opening compares the file's length with the last page in use.
///
/// LMDB writes no page that a transaction took at the file's end and freed again. So a whole file can end before its
/// last page, if all missing pages are in the list of free pages. That list is read from the file here and not through
/// the map, because its own pages may be missing.
///
/// ```
/// page, numbers little-endian            node of a leaf                      node of a branch
/// offset bytes                           offset bytes                        offset bytes
///      0     8  its number                    0     4  length of the data         0     6  number of the page
///     10     2  flags: 1 branch, 2 leaf       4     2  flags: 1 on other pages    6     2  length of the key
///     12     2  end of the nodes' places      6     2  length of the key          8        the key
///     16        two bytes a node: its place   8        the key, then the data
/// ```
///
/// The data of the list is numbers of 8 bytes: how many follow, and those pages. A meta page has, from byte 16 on: at
/// 64 the root of the list, at 128 the transaction.

internal import Glibc

struct FileLength {
    private let descriptor: Int32
    private let bytes: Int
    private let pageBytes: Int

    /// Throws if the file at `path` lacks a page that is in use.
    static func check(_ path: String, _ info: () -> EnvironmentInfo) throws(LMDBError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LMDBError(returned: errno, .open, on: path) }
        defer { close(descriptor) }
        // Another process may commit meanwhile, so a missing page is looked at again.
        for _ in 0..<3 {
            let info = info()
            let file = FileLength(
                descriptor: descriptor, bytes: Int(lseek(descriptor, 0, SEEK_END)), pageBytes: info.pageBytes)
            if file.bytes >= info.usedBytes || file.lacksFreePagesAlone(info) { return }
        }
        let needed = info().usedBytes
        let found = lseek(descriptor, 0, SEEK_END)
        throw LMDBError(.corrupted, .open, "\(path) was cut short: it has \(found) bytes, and its pages take \(needed)")
    }

    private func lacksFreePagesAlone(_ info: EnvironmentInfo) -> Bool {
        guard let meta = page(info.lastTransaction & 1), number(meta, 16 + 128) == info.lastTransaction else {
            return false
        }
        var free: Set<Int> = []
        guard collect(from: number(meta, 16 + 64), depth: 0, into: &free) else { return false }
        return (bytes / pageBytes...info.lastPage).allSatisfy { free.contains($0) }
    }

    /// The pages that are free, by one page of the list and those below it. False if the list is not whole.
    private func collect(from root: Int, depth: Int, into free: inout Set<Int>) -> Bool {
        // An empty list has no root.
        if root == -1, depth == 0 { return true }
        guard depth < 32, let page = page(root) else { return false }
        let isLeaf = short(page, 10) & 2 != 0
        for place in stride(from: 16, to: min(short(page, 12), pageBytes - 8), by: 2) {
            let node = short(page, place)
            guard node <= pageBytes - 16 else { return false }
            guard isLeaf else {
                let child = short(page, node) | short(page, node + 2) << 16 | short(page, node + 4) << 32
                guard collect(from: child, depth: depth + 1, into: &free) else { return false }
                continue
            }
            let start = node + 8 + short(page, node + 6)
            let length = short(page, node) | short(page, node + 2) << 16
            guard start <= pageBytes - 8 else { return false }
            let isElsewhere = short(page, node + 4) & 1 != 0
            let offset = isElsewhere ? number(page, start) &* pageBytes &+ 16 : root * pageBytes + start
            guard let data = read(offset, length), data.count >= 8, (0..<length / 8).contains(number(data, 0)) else {
                return false
            }
            for index in 0..<number(data, 0) { free.insert(number(data, 8 + 8 * index)) }
        }
        return true
    }

    private func page(_ number: Int) -> [UInt8]? {
        read(number.multipliedReportingOverflow(by: pageBytes).partialValue, pageBytes)
    }

    /// Nil if the file does not have all of the range.
    private func read(_ offset: Int, _ count: Int) -> [UInt8]? {
        guard offset >= 0, count <= bytes, offset <= bytes - count else { return nil }
        var found = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &found, count, off_t(offset)) == count ? found : nil
    }

    private func short(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }

    private func number(_ bytes: [UInt8], _ at: Int) -> Int {
        Int(truncatingIfNeeded: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) })
    }
}
