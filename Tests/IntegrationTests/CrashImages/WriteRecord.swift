/// A process's writes to its files, flushes, and messages to its peers, in their order: read from strace.
///
/// LMDB writes a commit's pages with `pwrite64` and `lseek`, `writev`, flushes them with `fdatasync`, and then writes
/// the meta page with one `pwrite64` through a descriptor opened with `O_DSYNC`, which is its own flush. A thread that
/// makes the file grow writes and flushes zeros meanwhile.
///
/// Every call has two times, of its beginning and its end: line n of the trace is 2n and 2n + 1, and a call that was
/// interrupted by others ends later. A call that is caused by the end of another begins after it, in the trace as well,
/// because strace stops a thread at both.

import Foundation
import Glibc

struct WriteRecord {
    struct Write {
        let offset: Int
        let bytes: [UInt8]
        let begun: Int
        var ended = Int.max
        /// Written through a descriptor with `O_DSYNC`.
        let isSynchronous: Bool
        /// The sync that made it durable first.
        var sync: Int?

        var end: Int { offset + bytes.count }
        /// Zeros that claim room ahead of the pages.
        var isZero: Bool { bytes.allSatisfy { $0 == 0 } }
    }

    /// `fdatasync`, or a write that is synchronous by itself.
    struct Sync {
        let line: Int
        let begun: Int
        var ended = Int.max
        let isMeta: Bool

        var name: String { "\(isMeta ? "the write of the meta page" : "fdatasync") in line \(line)" }
    }

    struct File {
        let name: String
        /// The file's contents when the record began.
        let base: [UInt8]
        var writes: [Write] = []
        var syncs: [Sync] = []

        /// Times at which a write or a sync of the file begins or ends, in order.
        var times: [Int] {
            (writes.flatMap { [$0.begun, $0.ended] } + syncs.flatMap { [$0.begun, $0.ended] }).sorted()
        }
    }

    /// A descriptor that was open when the record began.
    struct Descriptor {
        let file: Int
        let isSynchronous: Bool
        /// Nil at the file's end, where nothing is written.
        var position: Int? = 0
    }

    private(set) var files: [File]
    /// The highest `seq=` that was sent up to a time: promised to be on disk.
    private(set) var promises: [(time: Int, position: Int)] = []

    func promised(before time: Int) -> Int { promises.last { $0.time < time }?.position ?? 0 }

    /// Reads the trace's lines; names are of the directories in the data directory that have a `data.mdb` each.
    init(trace: String, files: [File], descriptors: [Int: Descriptor]) throws {
        self.files = files
        var reader = Reader(descriptors: descriptors)
        let text = try Data(contentsOf: URL(filePath: trace), options: .alwaysMapped)
        try text.withUnsafeBytes { bytes in
            var start = 0
            var number = 0
            while start < bytes.count {
                number += 1
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                let length = memchr(rest.baseAddress!, 10, rest.count).map { rest.baseAddress!.distance(to: $0) }
                try read(UnsafeRawBufferPointer(rebasing: rest[..<(length ?? rest.count)]), number, &reader)
                start += (length ?? rest.count) + 1
            }
        }
        for index in self.files.indices { Self.findSyncs(&self.files[index]) }
    }

    /// Calls that each thread has begun and not ended, and the unfinished line that each peer has been sent.
    private struct Reader {
        var descriptors: [Int: Descriptor]
        var begun: [Substring: (file: Int, write: Int?, sync: Int?)] = [:]
        var sent: [Int: [UInt8]] = [:]
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, _ number: Int, _ reader: inout Reader) throws {
        // Thread, call and descriptor are at the beginning, and everything but strings is short.
        let head = String(decoding: bytes.prefix(80), as: UTF8.self)
        guard let space = head.firstIndex(of: " ") else { return }
        let thread = head[..<space]
        let call = head[space...].drop { $0 == " " }
        if call.hasPrefix("<... ") {
            if let begun = reader.begun.removeValue(forKey: thread) { end(begun, 2 * number + 1) }
            return
        }
        guard let open = call.firstIndex(of: "(") else { return }
        let name = call[..<open]
        guard let descriptor = Int(call[call.index(after: open)...].prefix { $0.isNumber }) else { return }
        guard let place = reader.descriptors[descriptor] else {
            if ["write", "writev", "sendto", "sendmsg"].contains(name) {
                let said = try Self.strings(bytes)
                hear(said.bytes, from: descriptor, at: 2 * number, &reader)
            }
            return
        }
        var begun: (file: Int, write: Int?, sync: Int?) = (place.file, nil, nil)
        switch name {
        case "lseek" where call.contains(", 0, SEEK_END"):
            // Seeking to the end only asks how long the file is.
            reader.descriptors[descriptor]?.position = nil
        case "lseek":
            let offset = call.split(separator: ",").dropFirst().first.flatMap { Int($0.drop { $0 == " " }) }
            guard let offset, call.contains("SEEK_SET") else { throw HarnessError("line \(number): \(call)") }
            reader.descriptors[descriptor]?.position = offset
        case "pwrite64", "writev":
            let (written, tail) = try Self.strings(bytes)
            let offset: Int
            if name == "pwrite64" {
                let words = tail.split { !$0.isNumber && $0 != "-" }
                guard words.count >= 2, Int(words[0]) == written.count, let at = Int(words[1]) else {
                    throw HarnessError("line \(number): \(call)")
                }
                offset = at
            } else {
                guard let position = place.position else { throw HarnessError("line \(number): written at the end") }
                offset = position
                reader.descriptors[descriptor]?.position = position + written.count
            }
            begun.write = files[place.file].writes.count
            files[place.file].writes.append(
                Write(offset: offset, bytes: written, begun: 2 * number, isSynchronous: place.isSynchronous))
            if place.isSynchronous { begun.sync = begin(sync: number, isMeta: true, of: place.file) }
        case "fdatasync", "fsync": begun.sync = begin(sync: number, isMeta: false, of: place.file)
        default: throw HarnessError("a call that is not expected, in line \(number): \(call)")
        }
        let last = String(decoding: bytes.suffix(60), as: UTF8.self)
        if last.contains("<unfinished ...>") {
            reader.begun[thread] = begun
        } else {
            guard !last.contains(" = -1 ") else { throw HarnessError("line \(number) failed: \(last)") }
            end(begun, 2 * number + 1)
        }
    }

    private mutating func begin(sync number: Int, isMeta: Bool, of file: Int) -> Int {
        files[file].syncs.append(Sync(line: number, begun: 2 * number, isMeta: isMeta))
        return files[file].syncs.count - 1
    }

    private mutating func end(_ begun: (file: Int, write: Int?, sync: Int?), _ time: Int) {
        if let write = begun.write { files[begun.file].writes[write].ended = time }
        if let sync = begun.sync {
            files[begun.file].syncs[sync].ended = time
            if let write = begun.write { files[begun.file].writes[write].sync = sync }
        }
    }

    /// Every `seq=` of a reply line is the position of an event that is on disk.
    private mutating func hear(_ bytes: [UInt8], from peer: Int, at time: Int, _ reader: inout Reader) {
        var text = reader.sent[peer] ?? []
        text += bytes
        guard let end = text.lastIndex(of: 10) else {
            reader.sent[peer] = text
            return
        }
        var highest = promises.last?.position ?? 0
        for line in String(decoding: text[..<end], as: UTF8.self).split(separator: "\n") where line.hasPrefix("OK") {
            if let position = lineFields(String(line))["seq"].flatMap({ Int($0) }) { highest = max(highest, position) }
        }
        if highest > promises.last?.position ?? 0 { promises.append((time, highest)) }
        reader.sent[peer] = Array(text[(end + 1)...])
    }

    /// The bytes of a call's strings, in which each byte is written as \xNN, and the text after the last of them.
    private static func strings(_ line: UnsafeRawBufferPointer) throws -> (bytes: [UInt8], tail: String) {
        var bytes: [UInt8] = []
        var at = 0
        var tail = 0
        while let open = memchr(line.baseAddress! + at, 0x22, line.count - at) {
            let first = line.baseAddress!.distance(to: open) + 1
            guard let close = memchr(line.baseAddress! + first, 0x22, line.count - first) else {
                throw HarnessError("a string without its end")
            }
            let length = (open + 1).distance(to: close)
            bytes.append(contentsOf: decode(UnsafeRawBufferPointer(start: open + 1, count: length)))
            at = first + length + 1
            tail = at
            guard at >= line.count || line[at] != UInt8(ascii: ".") else { throw HarnessError("a string is cut short") }
        }
        return (bytes, String(decoding: line[min(tail, line.count)...], as: UTF8.self))
    }

    private static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let count = text.count / 4
        // Zeros ahead of the pages are megabytes: one comparison replaces one a byte.
        if count > 4096, memcmp(text.baseAddress!, "\\x00", 4) == 0,
            memcmp(text.baseAddress!, text.baseAddress! + 4, text.count - 4) == 0
        {
            return [UInt8](repeating: 0, count: count)
        }
        func digit(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte &- 0x30 : byte &- 0x57 }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                buffer[index] = digit(text[4 &* index &+ 2]) &<< 4 | digit(text[4 &* index &+ 3])
            }
            initialized = count
        }
    }

    /// Finds the sync that made each write durable: the first that began after the write had ended.
    private static func findSyncs(_ file: inout File) {
        let flushes = file.syncs.indices.filter { !file.syncs[$0].isMeta }.sorted {
            file.syncs[$0].ended < file.syncs[$1].ended
        }
        for index in file.writes.indices where !file.writes[index].isSynchronous {
            let ended = file.writes[index].ended
            file.writes[index].sync = flushes.first { file.syncs[$0].begun > ended }
        }
    }
}
