/// The tree's hashes on disk, apart from the log.
///
/// `DATA/tree` is a directory of
///
/// | file                     | contents                                                             |
/// |--------------------------|----------------------------------------------------------------------|
/// | `log`                    | the log's id, base64url, and a line feed                             |
/// | `level-0`                | the leaves' hashes in order, 32 bytes each                           |
/// | `level-8`, `level-16`, … | roots of perfect subtrees of 2^8, 2^16, … leaves, in order           |
///
/// Every eighth level is kept, as in C2SP's tlog-tiles: 32.1 bytes a record, and a proof reads at most 256 neighbours a
/// level. Files grow after the records of their hashes are durable, and shrink only in a repair (`cut(to:)`). A power
/// cut can remove or damage hashes that were not synced, so a process that opens the tree to extend it checks its end
/// again (`TreeFiles.firstWrong`).

package import Accounts
internal import Glibc

/// Used by one thread.
package final class TreeFiles {
    package static let directory = "tree"
    /// Leaves that may be unsynced.
    package static let leavesPerSync: UInt64 = 65_536
    /// Leaves at the end whose hashes a power cut may have taken.
    package static let doubtedLeaves = 2 * leavesPerSync

    private static let levelStep = 8
    private static let tile = 1 << levelStep

    /// One file: the hashes of a level, and the last of them, which no whole tile covers.
    private struct Level {
        let descriptor: Int32
        var count: UInt64
        /// The hashes of the last tile, which is not whole.
        var edge: [TreeHash] = []
    }

    let path: String
    private let isReadOnly: Bool
    private var levels: [Level] = []

    /// The number of leaves, which is the last position that the tree covers.
    package var size: UInt64 { levels[0].count }

    /// Opens the tree of a log, or makes an empty one. Throws if the tree is another log's.
    package init(data: String, of log: LogIdentity) throws(StoreError) {
        path = data + "/" + Self.directory
        isReadOnly = false
        let name = log.name + "\n"
        if access(path, F_OK) != 0 {
            // Made under another name, so that the tree is whole or absent whenever the process ends.
            let unfinished = Self.directory + ".new"
            try removeDirectory(data + "/" + unfinished)
            try makeDirectory(data + "/" + unfinished)
            try writeFile(data + "/" + unfinished + "/log", name)
            try syncDirectory(data + "/" + unfinished)
            try renameDurably(unfinished, to: Self.directory, in: data)
        }
        try checkOwner(name)
        try openLevels()
        try mendLevels()
    }

    /// Opens the tree of a data directory, and changes nothing.
    package init(reading data: String, of log: LogIdentity) throws(StoreError) {
        path = data + "/" + Self.directory
        isReadOnly = true
        guard access(path, F_OK) == 0 else { throw StoreError(.missing, "there is no tree in \(data)") }
        try checkOwner(log.name + "\n")
        try openLevels()
    }

    deinit { for level in levels { close(level.descriptor) } }

    private func checkOwner(_ name: String) throws(StoreError) {
        let descriptor = open(path + "/log", O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT {
            throw StoreError(.damaged, "\(path) does not say which log it is of")
        }
        guard descriptor >= 0 else { throw .system("open", path + "/log") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0, bytes.prefix(count).elementsEqual(name.utf8) else {
            throw StoreError(.damaged, "\(path) is of another log")
        }
    }

    private func file(_ level: Int) -> String { "\(path)/level-\(level * Self.levelStep)" }
    private func isThere(_ level: Int) -> Bool { access(file(level), F_OK) == 0 }

    private func openLevels() throws(StoreError) {
        repeat { try openLevel() } while levels.count * Self.levelStep < UInt64.bitWidth && isThere(levels.count)
    }

    /// Opens the next level's file, without a partial hash at its end.
    private func openLevel() throws(StoreError) {
        let path = file(levels.count)
        let descriptor = open(path, (isReadOnly ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        let count = UInt64(fileSize(path) ?? 0) / UInt64(TreeHash.byteCount)
        levels.append(Level(descriptor: descriptor, count: count))
        try readEdge(of: levels.count - 1)
    }

    private func readEdge(of level: Int) throws(StoreError) {
        let count = levels[level].count
        levels[level].edge = try read(level, from: count / UInt64(Self.tile) * UInt64(Self.tile), to: count)
    }

    /// Makes the upper levels follow from the leaves again, after a crash between their writes, or a power cut that
    /// removed some of them.
    private func mendLevels() throws(StoreError) {
        let believed = size - min(size, Self.doubtedLeaves)
        var level = 0
        while case let whole = levels[level].count / UInt64(Self.tile), whole > 0 || level + 1 < levels.count {
            if level + 1 == levels.count { try openLevel() }
            try cut(level + 1, to: whole)
            level += 1
            let first = min(believed >> UInt64(level * Self.levelStep), levels[level].count)
            for index in first..<whole {
                let below = index * UInt64(Self.tile)
                let hash = TreeHash.perfect(try read(level - 1, from: below, to: below + UInt64(Self.tile)))
                if try keeps(hash, level: level * Self.levelStep, index: index) == true { continue }
                try cut(level, to: index)
                try write([hash], on: level)
            }
            try readEdge(of: level)
        }
    }

    private func cut(_ level: Int, to count: UInt64) throws(StoreError) {
        guard levels[level].count > count else { return }
        guard ftruncate(levels[level].descriptor, off_t(count) * off_t(TreeHash.byteCount)) == 0 else {
            throw .system("cut", file(level))
        }
        levels[level].count = count
        try readEdge(of: level)
    }

    /// Removes the leaves from `size` on.
    package func cut(to size: UInt64) throws(StoreError) {
        var count = size
        for level in levels.indices {
            try cut(level, to: count)
            count /= UInt64(Self.tile)
        }
    }

    private func read(_ level: Int, from first: UInt64, to end: UInt64) throws(StoreError) -> [TreeHash] {
        let count = Int(end - first)
        guard count > 0 else { return [] }
        var hashes = [TreeHash](repeating: .zero, count: count)
        let found = hashes.withUnsafeMutableBytes { bytes in
            pread(levels[level].descriptor, bytes.baseAddress, bytes.count, off_t(first) * off_t(TreeHash.byteCount))
        }
        guard found >= 0 else { throw .system("read", file(level)) }
        guard found == count * TreeHash.byteCount else {
            throw StoreError(.missing, "\(file(level)) is shorter than it was")
        }
        return hashes
    }

    /// Appends to the file of a level.
    private func write(_ hashes: [TreeHash], on level: Int) throws(StoreError) {
        let offset = off_t(levels[level].count) * off_t(TreeHash.byteCount)
        let size = hashes.count * TreeHash.byteCount
        var done = 0
        // A disk that becomes full takes a part first, and reports the reason at the next call.
        while done < size {
            let count = hashes.withUnsafeBytes { bytes in
                pwrite(levels[level].descriptor, bytes.baseAddress.map { $0 + done }, size - done, offset + off_t(done))
            }
            guard count > 0 else { throw .system("write", file(level)) }
            done += count
        }
        levels[level].count += UInt64(hashes.count)
    }

    /// Appends to a level, and the roots of its whole tiles to the next one.
    private func put(_ hashes: [TreeHash], on level: Int) throws(StoreError) {
        if level == levels.count { try openLevel() }
        try write(hashes, on: level)
        var above: [TreeHash] = []
        for hash in hashes {
            levels[level].edge.append(hash)
            guard levels[level].edge.count == Self.tile else { continue }
            above.append(.perfect(levels[level].edge))
            levels[level].edge.removeAll(keepingCapacity: true)
        }
        if !above.isEmpty { try put(above, on: level + 1) }
    }

    /// Appends the next leaves.
    package func append(_ leaves: [TreeHash]) throws(StoreError) { try put(leaves, on: 0) }

    package func sync() throws(StoreError) {
        for (index, level) in levels.enumerated() where fdatasync(level.descriptor) != 0 {
            throw .system("sync", file(index))
        }
    }

    package func leaves(from first: UInt64, to end: UInt64) throws(StoreError) -> [TreeHash] {
        try read(0, from: first, to: end)
    }

    /// Whether a hash is the one that is kept there; nil if none is kept there.
    func keeps(_ hash: TreeHash, level: Int, index: UInt64) throws(StoreError) -> Bool? {
        let kept = level / Self.levelStep
        guard level % Self.levelStep == 0, kept < levels.count, index < levels[kept].count else { return nil }
        return try read(kept, from: index, to: index + 1) == [hash]
    }

    /// The first leaf from `first` on that is not the hash of its record; nil if there is none.
    package func firstWrong(from first: UInt64, in log: some EventReader) throws(StoreError) -> UInt64? {
        var wrong: UInt64?
        var kept: [TreeHash] = []
        var start = first
        var failure: StoreError?
        try log.scan(from: first + 1, through: size) { position, record in
            let index = position - 1
            if index == start + UInt64(kept.count) {
                start = index
                do throws(StoreError) { kept = try leaves(from: start, to: min(start + 4096, size)) } catch {
                    failure = error
                    return false
                }
            }
            guard kept[Int(index - start)] == .leaf(record) else {
                wrong = index
                return false
            }
            return true
        }
        if let failure { throw failure }
        return wrong
    }
}

extension TreeFiles: SubtreeSource {
    /// Made of at most 128 neighbours of the kept level below it.
    func subtree(level: Int, index: UInt64) throws -> TreeHash {
        let below = UInt64(1) << UInt64(level % Self.levelStep)
        return .perfect(try read(level / Self.levelStep, from: index * below, to: (index + 1) * below))
    }
}

extension TreeFiles {
    /// The root of the first `size` records.
    package func root(of size: UInt64) throws -> TreeHash { try root(size: size) }

    package func inclusion(of position: Position, size: UInt64) throws -> [TreeHash] {
        try inclusionProof(of: position - 1, size: size)
    }

    package func consistency(from old: UInt64, to new: UInt64) throws -> [TreeHash] {
        try consistencyProof(from: old, to: new)
    }
}
