/// A file as a disk keeps it while a record's writes and syncs are replayed.
///
/// A crash at a time leaves every write whose sync had ended. It may leave any of the writes that had begun and were
/// not yet synced, in any order, whole or in part. The smallest part is a sector of 512 bytes, which a disk writes or
/// does not; LMDB's meta page uses fewer, so it is never half there. A page is 4096 bytes.

import Foundation
import Glibc

let sectorBytes = 512
let pageBytes = 4096

struct Disk {
    let file: WriteRecord.File
    /// The sync that makes nothing durable, although it should; nil if there is none.
    let lying: Int?
    /// The durable bytes.
    private(set) var bytes: [UInt8]
    /// By sector: the sync that made it durable last; -1 if it was there before.
    private(set) var owners: [Int32]
    private(set) var time = 0
    /// Writes that have begun and are not yet durable, in the order in which they began.
    private(set) var pending: [Int] = []
    private var next = 0

    init(_ file: WriteRecord.File, lying: Int? = nil) {
        (self.file, self.lying, bytes) = (file, lying, file.base)
        owners = Array(repeating: -1, count: file.base.count / sectorBytes)
    }

    /// Advances to a crash just before a time; reports the ranges that became durable.
    mutating func advance(to time: Int, _ durable: (Range<Int>) -> Void = { _ in }) {
        self.time = time
        while next < file.writes.count, file.writes[next].begun < time {
            pending.append(next)
            next += 1
        }
        let synced = pending.filter { isSynced(file.writes[$0]) }
        guard !synced.isEmpty else { return }
        pending = pending.filter { !isSynced(file.writes[$0]) }
        for index in synced {
            let write = file.writes[index]
            grow(to: write.end)
            guard write.sync != lying || lying == nil else { continue }
            bytes.replace(at: write.offset, with: write.bytes)
            for sector in write.offset / sectorBytes...(write.end - 1) / sectorBytes {
                owners[sector] = Int32(write.sync ?? -1)
            }
            durable(write.offset..<write.end)
        }
    }

    private func isSynced(_ write: WriteRecord.Write) -> Bool {
        write.sync.map { file.syncs[$0].ended < time } ?? false
    }

    private mutating func grow(to end: Int) {
        guard end > bytes.count else { return }
        bytes += [UInt8](repeating: 0, count: end - bytes.count)
        owners += [Int32](repeating: -1, count: (bytes.count + sectorBytes - 1) / sectorBytes - owners.count)
    }

    /// The syncs that must have lied to leave this image: it lacks bytes that they had made durable.
    func liars(in image: UnsafeRawBufferPointer) -> Set<Int> {
        var free = Set<Int>()
        for index in pending {
            let write = file.writes[index]
            free.formUnion(write.offset / sectorBytes...(write.end - 1) / sectorBytes)
        }
        var liars = Set<Int>()
        bytes.withUnsafeBytes { bytes in
            for sector in owners.indices where owners[sector] >= 0 {
                let start = sector * sectorBytes
                let end = min(start + sectorBytes, bytes.count)
                let isThere =
                    end <= image.count
                    && memcmp(bytes.baseAddress! + start, image.baseAddress! + start, end - start) == 0
                if !isThere, !free.contains(sector) { liars.insert(Int(owners[sector])) }
            }
        }
        return liars
    }
}

extension [UInt8] {
    mutating func replace(at offset: Int, with other: [UInt8]) {
        withUnsafeMutableBytes { bytes -> Void in
            _ = other.withUnsafeBytes { memcpy(bytes.baseAddress! + offset, $0.baseAddress!, $0.count) }
        }
    }
}

/// The file that images are made in, one after another: each is the durable bytes, changed, and changed back.
final class ImageFile {
    /// A data directory with one environment.
    let data: String
    let path: String
    private let descriptor: Int32
    private var changed: [Range<Int>] = []

    init(home: String, environment: String) throws {
        data = home + "/image"
        let directory = data + "/" + environment
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        path = directory + "/data.mdb"
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw HarnessError("no \(path)") }
    }

    deinit { close(descriptor) }

    /// Sets the file to the durable bytes.
    func reset(to disk: borrowing Disk) {
        put(disk.bytes, 0..<disk.bytes.count)
        ftruncate(descriptor, disk.bytes.count)
    }

    /// Writes a range that became durable: it stays.
    func keep(_ range: Range<Int>, of disk: borrowing Disk) { put(disk.bytes, range) }

    /// Writes a range that a crash may leave or not, until `restore`.
    func change(_ range: Range<Int>, of write: WriteRecord.Write) {
        changed.append(range)
        write.bytes.withUnsafeBytes {
            let start = $0.baseAddress! + (range.lowerBound - write.offset)
            precondition(pwrite(descriptor, start, range.count, range.lowerBound) == range.count)
        }
    }

    /// The length may be on disk before the bytes are.
    func lengthen(to end: Int) {
        if end > lseek(descriptor, 0, SEEK_END) { ftruncate(descriptor, end) }
    }

    /// Some of the writes that are not synced, in any order and in parts.
    func scatter(_ disk: borrowing Disk, using random: inout SeededGenerator) -> String {
        let unit = Bool.random(using: &random) ? sectorBytes : pageBytes
        let chance = [0.1, 0.5, 0.9].randomElement(using: &random) ?? 0.5
        let isOrdered = Bool.random(using: &random)
        let writes = isOrdered ? disk.pending : disk.pending.shuffled(using: &random)
        for index in writes {
            let write = disk.file.writes[index]
            var kept: Range<Int>?
            var at = write.offset
            while at < write.end {
                let end = min(write.end, (at / unit + 1) * unit)
                if Double.random(in: 0..<1, using: &random) < chance {
                    kept = (kept?.lowerBound ?? at)..<end
                } else {
                    if let kept { change(kept, of: write) }
                    kept = nil
                }
                at = end
            }
            if let kept { change(kept, of: write) }
        }
        if Bool.random(using: &random) { lengthen(to: disk.pending.map { disk.file.writes[$0].end }.max() ?? 0) }
        return "\(Int(chance * 100)) % of the \(writes.count) unsynced writes by \(unit) bytes, ordered: \(isOrdered)"
    }

    func restore(to disk: borrowing Disk) {
        let length = disk.bytes.count
        for range in changed where range.lowerBound < length { put(disk.bytes, range.clamped(to: 0..<length)) }
        ftruncate(descriptor, length)
        changed = []
    }

    private func put(_ bytes: borrowing [UInt8], _ range: Range<Int>) {
        bytes.withUnsafeBytes {
            precondition(
                pwrite(descriptor, $0.baseAddress! + range.lowerBound, range.count, range.lowerBound) == range.count)
        }
    }
}
