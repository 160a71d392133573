/// Every image of one file that a crash may leave, opened and judged.
///
/// An image is whole if it has the contents of one commit: the last whose meta page was durable when the crash came, or
/// the one whose meta page was being written. So a log has every event that any client was told of, and no half of a
/// batch.

import Foundation
import Testing

final class CrashStudy {
    enum Verdict: Equatable {
        case whole
        /// It lacks bytes that these syncs had made durable.
        case lying(Set<Int>)
        /// It has every synced byte, but is not whole.
        case broken(String)
    }

    private struct Commit {
        let begun: Int
        let ended: Int
        let contents: Contents
    }

    let file: WriteRecord.File
    private let image: ImageFile
    private let read: (ImageFile) throws -> Contents
    /// Positions that had been promised before a time; for a log alone.
    private let promised: (Int) -> Int
    private var commits: [Commit] = []
    private(set) var images = 0
    private(set) var wholeStarts = 0

    /// Makes the image that each sync leaves, in order, to learn the contents after every commit.
    init(
        _ file: WriteRecord.File, home: String, promised: @escaping (Int) -> Int = { _ in 0 },
        read: @escaping (ImageFile) throws -> Contents
    ) throws {
        (self.file, self.promised, self.read) = (file, promised, read)
        image = try ImageFile(home: home, environment: file.name)
        var disk = Disk(file)
        image.reset(to: disk)
        commits = [Commit(begun: 0, ended: 0, contents: try read(image))]
        for sync in file.syncs.sorted(by: { $0.ended < $1.ended }) {
            advance(&disk, to: sync.ended + 1)
            let contents = try read(image)
            images += 1
            if sync.isMeta { commits.append(Commit(begun: sync.begun, ended: sync.ended, contents: contents)) }
            // Pages without their meta page are not a commit.
            guard contents == commits.last?.contents, contents.count >= promised(sync.ended + 1) else {
                throw HarnessError("after \(sync.name) \(file.name) holds \(contents)")
            }
        }
    }

    var commitCount: Int { commits.count - 1 }
    /// When each commit's meta page began to be written, and the contents after it.
    var metaWrites: [(begun: Int, contents: Contents)] { commits.map { ($0.begun, $0.contents) } }

    private func advance(_ disk: inout Disk, to time: Int) {
        var durable: [Range<Int>] = []
        disk.advance(to: time) { durable.append($0) }
        for range in durable { image.keep(range, of: disk) }
    }

    // MARK: - Judging

    private func judge(_ disk: borrowing Disk, _ read: (ImageFile) throws -> Contents) -> Verdict {
        images += 1
        let reason: String
        do {
            let contents = try read(image)
            let last = commits.last { $0.ended < disk.time }
            let underWay = commits.first { $0.begun < disk.time && $0.ended >= disk.time }
            let isCommit = contents == last?.contents || contents == underWay?.contents
            if isCommit, contents.count >= promised(disk.time) { return .whole }
            reason = "\(contents) where \(String(describing: last?.contents)) was left"
        } catch { reason = "\(error)" }
        let bytes = (try? Data(contentsOf: URL(filePath: image.path))) ?? Data()
        let liars = bytes.withUnsafeBytes { disk.liars(in: $0) }
        return liars.isEmpty ? .broken(reason) : .lying(liars)
    }

    /// Judges the contents of the image file; sometimes also runs a whole start on a copy.
    private func expectWhole(_ disk: borrowing Disk, _ what: String, start: ((String) throws -> Void)?) throws {
        let verdict = judge(disk, read)
        #expect(verdict == .whole, "\(file.name), a crash at \(disk.time), \(what)")
        guard images % 64 == 0, let start else { return }
        let copy = image.data + "-copy"
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: image.data, toPath: copy)
        try start(copy)
        wholeStarts += 1
    }

    // MARK: - Crashes

    /// Crashes at every time at which a write or sync of the file begins or ends. One image has all that was written,
    /// so that every prefix of the writes between two syncs is there. Others, `count` in all, have some of the unsynced
    /// writes, in any order, torn.
    func crash(_ count: Int, using random: inout SeededGenerator, start: ((String) throws -> Void)? = nil) throws {
        var disk = Disk(file)
        image.reset(to: disk)
        let times = file.times + [Int.max]
        var due = 0
        for (index, time) in times.enumerated() {
            advance(&disk, to: time)
            // All writes in their order.
            for write in disk.pending { image.change(file.writes[write]) }
            try expectWhole(disk, "all that was written", start: start)
            image.restore(to: disk)
            due = count * (index + 1) / times.count - count * index / times.count
            guard !disk.pending.isEmpty else { continue }
            for _ in 0..<due {
                let what = image.scatter(disk, using: &random)
                try expectWhole(disk, what, start: start)
                image.restore(to: disk)
            }
        }
    }

    // MARK: - Lies

    /// The result if a sync made nothing durable but reported success, and the crash comes after the answer to the
    /// commit that relied on it, or to some later one; nil if none relied on it. Without `read` only the bytes are
    /// compared.
    ///
    /// LMDB does not expect such a file, and may end the process that opens it, so `read` opens it in another.
    func lie(_ sync: Int, commitsLater: Int, read: ((ImageFile) throws -> Contents)?) -> Verdict? {
        let metas = relying(on: sync)
        guard !metas.isEmpty else { return nil }
        let time = timeAfter(metas[min(commitsLater, metas.count - 1)])
        var disk = Disk(file)
        disk.advance(to: time)
        var lied = Disk(file, lying: sync)
        lied.advance(to: time)
        image.reset(to: lied)
        if let read { return judge(disk, read) }
        let liars = lied.bytes.withUnsafeBytes { disk.liars(in: $0) }
        return liars.isEmpty ? .whole : .lying(liars)
    }

    /// No sync lies: this checks `read` itself.
    func honest(read: (ImageFile) throws -> Contents) -> Verdict {
        var disk = Disk(file)
        disk.advance(to: timeAfter(file.syncs[file.syncs.count / 2]))
        image.reset(to: disk)
        return judge(disk, read)
    }

    /// True if the next commit needs this sync: it is of the meta page, or of all the commit's pages. Zeros that were
    /// synced meanwhile may have made some of the pages durable with them.
    func isNeeded(_ sync: Int) -> Bool {
        if file.syncs[sync].isMeta { return true }
        guard let next = relying(on: sync).first else { return false }
        let before = file.syncs.last { $0.isMeta && $0.ended < next.begun }?.ended ?? 0
        let pages = file.writes.filter { $0.begun > before && $0.ended < next.begun && !$0.isZero }
        return pages.allSatisfy { $0.sync == sync }
    }

    private func relying(on sync: Int) -> [WriteRecord.Sync] {
        file.syncs.filter { $0.isMeta && $0.ended >= file.syncs[sync].ended }
    }

    /// The time just before the next write, when every message that a sync allows has been sent.
    private func timeAfter(_ sync: WriteRecord.Sync) -> Int { file.times.first { $0 > sync.ended } ?? Int.max }
}

extension ImageFile {
    func change(_ write: WriteRecord.Write) { change(write.offset..<write.end, of: write) }
}
