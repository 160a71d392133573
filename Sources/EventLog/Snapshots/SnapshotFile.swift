/// Snapshots on disk: a cache of the state, so that a start reads the newest one and the events after it.
///
/// `DATA/snapshots/` has the newest two and those that are kept for the past (`SnapshotRetention`), each named by the
/// position that it reflects, in twenty digits:
///
/// ```
/// 00000000000012345678.snapshot      whole
/// unfinished.snapshot                being written, or left by a crash: the next one overwrites it
/// ```
///
/// A file begins with lines of text, the last of them empty, and goes on with chunks:
///
/// ```
/// kabinet-snapshot 1
/// log 2Q8c…                                     which log it is of
/// projections directory=1 principals=1 …        a snapshot of other versions is not used
///
/// offset  bytes  a chunk, numbers little-endian
///      0      4  kind: 1 rows, 2 filter, 3 rest, 4 end, 5 usage
///      4      4  length of the payload
///      8      8  position that it reflects
///     16      8  XXH64 of the payload, seeded with XXH64 of the sixteen bytes before
///     24         payload
/// ```
///
/// The last chunk's payload is the XXH64 of the log's record at the position, so that a snapshot of another history is
/// not used. A file gets its name when all of it is on disk.

package import Accounts
internal import EventCoding
internal import Glibc

package enum SnapshotFormat {
    static let format = "kabinet-snapshot 1"
    static let directory = "snapshots"
    static let suffix = ".snapshot"
    static let unfinished = "unfinished.snapshot"
    static let endKind: UInt32 = 4
    static let chunkHeaderBytes = 24
    static let maximumChunkBytes = 1 << 30

    static func name(_ position: Position) -> String {
        let digits = String(position)
        return String(repeating: "0", count: 20 - digits.count) + digits + suffix
    }

    /// The positions of the snapshots, the newest first.
    package static func list(data: String) throws(StoreError) -> [Position] {
        let names = try names(in: data + "/" + directory) ?? []
        return names.compactMap { name in
            let digits = name.dropLast(suffix.count)
            return name.hasSuffix(suffix) && digits.count == 20 ? Position(digits) : nil
        }.sorted(by: >)
    }

    static func header(_ identity: LogIdentity) -> String {
        let versions = AccountsState.snapshotVersions.map { "\($0.name)=\($0.version)" }.joined(separator: " ")
        return "\(format)\nlog \(identity.name)\nprojections \(versions)\n\n"
    }

    /// Encodes an event that is part of the state, as a record.
    package static func encode(_ event: Event) -> [UInt8] {
        var record: [UInt8] = []
        Record.encode(EventMeta(position: 1, recorded: epoch, effective: epoch, account: 0), event, into: &record)
        return record
    }

    package static func decode(_ record: [UInt8]) throws(SnapshotError) -> Event {
        do throws(RecordError) { return try Record.decode(record.span.bytes, position: 1).event } catch {
            throw SnapshotError("an event in it cannot be read: \(error)")
        }
    }

    private static let epoch = Instant(milliseconds: 0)

    static func chunkHeader(kind: UInt32, position: Position, payload: [UInt8]) -> [UInt8] {
        var header: [UInt8] = []
        header.reserveCapacity(chunkHeaderBytes)
        withUnsafeBytes(of: kind.littleEndian) { header.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(payload.count).littleEndian) { header.append(contentsOf: $0) }
        withUnsafeBytes(of: position.littleEndian) { header.append(contentsOf: $0) }
        let checksum = XXH64.hash(payload.span.bytes, seed: XXH64.hash(header.span.bytes))
        withUnsafeBytes(of: checksum.littleEndian) { header.append(contentsOf: $0) }
        return header
    }
}

extension AccountsState {
    /// Each projection's digest by its name, in the order of application.
    package var digests: [(name: String, digest: UInt64)] { digests(encode: SnapshotFormat.encode) }
}

/// A snapshot that one thread is writing.
package final class SnapshotOutput {
    private let data: String
    private let descriptor: Int32
    private var path: String { data + "/" + SnapshotFormat.directory + "/" + SnapshotFormat.unfinished }
    package private(set) var bytes = 0
    private var synced = 0
    /// Bytes that are synced at once, so that a commit meanwhile does not wait for more.
    private static let bytesPerSync = 2 << 20

    package init(data: String, of identity: LogIdentity) throws(StoreError) {
        self.data = data
        let directory = data + "/" + SnapshotFormat.directory
        try makeDirectory(directory)
        let path = directory + "/" + SnapshotFormat.unfinished
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("create", path) }
        try write(Array(SnapshotFormat.header(identity).utf8))
    }

    deinit { close(descriptor) }

    package func append(_ chunk: SnapshotChunk) throws(StoreError) {
        try append(kind: chunk.kind.rawValue, position: chunk.position, chunk.bytes)
    }

    private func append(kind: UInt32, position: Position, _ payload: [UInt8]) throws(StoreError) {
        precondition(payload.count <= SnapshotFormat.maximumChunkBytes, "a chunk of \(payload.count) bytes")
        try write(SnapshotFormat.chunkHeader(kind: kind, position: position, payload: payload))
        try write(payload)
        if bytes - synced >= Self.bytesPerSync { try sync() }
    }

    /// Gives the file its name. `checksum`: XXH64 of the log's record at the position.
    package func finish(at position: Position, recordChecksum checksum: UInt64) throws(StoreError) {
        try append(
            kind: SnapshotFormat.endKind, position: position, withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
        try sync()
        try renameDurably(
            SnapshotFormat.unfinished, to: SnapshotFormat.name(position), in: data + "/" + SnapshotFormat.directory)
    }

    /// Called instead of `finish`: removes the file.
    package func abandon() { unlink(path) }

    private func write(_ bytes: [UInt8]) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("write", path) }
            written += count
        }
        self.bytes += bytes.count
    }

    private func sync() throws(StoreError) {
        guard fdatasync(descriptor) == 0 else { throw .system("sync", path) }
        synced = bytes
    }
}

/// A snapshot that is being read; its chunks can be read in any order.
package final class SnapshotInput {
    package let position: Position
    package let bytes: Int
    /// XXH64 of the log's record at the position.
    package let recordChecksum: UInt64
    private let descriptor: Int32
    private var chunks: [(offset: Int, kind: UInt32, length: Int, position: Position)] = []

    /// The number of chunks, without the end.
    package var count: Int { chunks.count - 1 }

    package init(data: String, at position: Position, of identity: LogIdentity) throws(SnapshotError) {
        self.position = position
        (descriptor, bytes) = try Self.open(SnapshotFormat.path(data, position))
        var offset: Int
        do throws(SnapshotError) {
            offset = try Self.checkHeader(try Self.read(descriptor, 0, min(bytes, 4096)), identity)
            while offset < bytes {
                let header = try Self.read(descriptor, offset, SnapshotFormat.chunkHeaderBytes)
                let length = Int(Self.number(header, 4, UInt32.self))
                offset += SnapshotFormat.chunkHeaderBytes
                chunks.append((offset, Self.number(header, 0), length, Self.number(header, 8)))
                offset += length
            }
            guard offset == bytes, let end = chunks.last, end.kind == SnapshotFormat.endKind, end.position == position
            else { throw SnapshotError("it is not whole") }
            recordChecksum = Self.number(try Self.payload(descriptor, end), 0)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    private static func open(_ path: String) throws(SnapshotError) -> (descriptor: Int32, bytes: Int) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SnapshotError("it cannot be opened: \(String(cString: strerror(errno)))") }
        var status = stat()
        return (descriptor, fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0)
    }

    /// XXH64 of the log's record at the position, if the file begins and ends as a snapshot of this log and version
    /// does; nil otherwise. The chunks between are not read.
    static func recordChecksum(data: String, at position: Position, of identity: LogIdentity) -> UInt64? {
        guard let (descriptor, bytes) = try? open(SnapshotFormat.path(data, position)) else { return nil }
        defer { close(descriptor) }
        let end = (
            offset: bytes - MemoryLayout<UInt64>.size, kind: SnapshotFormat.endKind,
            length: MemoryLayout<UInt64>.size, position: position
        )
        guard let start = try? read(descriptor, 0, min(bytes, 4096)),
            let first = try? checkHeader(start, identity), end.offset >= first + SnapshotFormat.chunkHeaderBytes,
            let payload = try? payload(descriptor, end)
        else { return nil }
        return number(payload, 0)
    }

    /// Asks the system to read the file ahead of `chunk`.
    package func readAhead() { posix_fadvise(descriptor, 0, bytes, Int32(POSIX_FADV_WILLNEED)) }

    package func chunk(_ index: Int) throws(SnapshotError) -> SnapshotChunk {
        let chunk = chunks[index]
        guard let kind = SnapshotChunk.Kind(rawValue: chunk.kind) else {
            throw SnapshotError("part \(index) is of no known kind")
        }
        return SnapshotChunk(kind: kind, position: chunk.position, bytes: try Self.payload(descriptor, chunk))
    }

    private static func payload(
        _ descriptor: Int32, _ chunk: (offset: Int, kind: UInt32, length: Int, position: Position)
    ) throws(SnapshotError) -> [UInt8] {
        let header = try read(
            descriptor, chunk.offset - SnapshotFormat.chunkHeaderBytes, SnapshotFormat.chunkHeaderBytes)
        let payload = try read(descriptor, chunk.offset, chunk.length)
        guard header == SnapshotFormat.chunkHeader(kind: chunk.kind, position: chunk.position, payload: payload) else {
            throw SnapshotError("the part at byte \(chunk.offset) is damaged")
        }
        return payload
    }

    /// The offset of the first chunk. Throws if the header is not that of this log and version.
    private static func checkHeader(_ start: [UInt8], _ identity: LogIdentity) throws(SnapshotError) -> Int {
        let expected = SnapshotFormat.header(identity)
        if start.starts(with: expected.utf8) { return expected.utf8.count }
        let lines = String(decoding: start.prefix(1024), as: UTF8.self).split(separator: "\n").map { String($0) }
        let wanted = expected.split(separator: "\n").map { String($0) }
        guard let first = lines.first, first.hasPrefix("kabinet-snapshot ") else {
            throw SnapshotError("it is not a snapshot")
        }
        guard first == wanted[0] else { throw SnapshotError("it has another format: \(first)") }
        guard lines.count > 2, lines[1] == wanted[1] else { throw SnapshotError("it is of another log") }
        throw SnapshotError("it is of other \(lines[2]); this version has \(wanted[2])")
    }

    private static func read(_ descriptor: Int32, _ offset: Int, _ count: Int) throws(SnapshotError) -> [UInt8] {
        guard count <= SnapshotFormat.maximumChunkBytes else { throw SnapshotError("a part of \(count) bytes") }
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + done, count - done, offset + done)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                done += got
            }
            initialized = done
        }
        guard done == count else { throw SnapshotError("it ends too early") }
        return bytes
    }

    private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: [UInt8], _ offset: Int, _: Number.Type = Number.self
    ) -> Number {
        guard bytes.count >= offset + MemoryLayout<Number>.size else { return 0 }
        return Number(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) })
    }
}
