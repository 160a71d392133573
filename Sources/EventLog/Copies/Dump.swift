/// A log as text: one line of JSON per record, for people, other programs and the far future.
///
/// ```
/// {"format":"kabinet-dump 1","log":"…","created":"…","through":3,"version":"0.2.0","checksum":"…"}
/// {"position":1,"recorded":"…","effective":"…","type":"topped_up","account":7,"previous":0,"principal":2,"session":0,
///  "command_id":null,"arguments":null,"data":{"amount":70000,…},"record":"…"}
/// ```
///
/// `record` is the record itself in base64url, so nothing is lost; the fields before it show it to readers. The first
/// line says how many records follow, so that a truncated dump is not taken for a shorter log. Reading a line renders
/// it anew from its record: a line that differs in any byte was changed. Only `data` may differ, and only in another
/// version's dump, because later versions render more of an event. Sealed texts stay sealed.

package import Accounts
internal import EventCoding
internal import FoundationEssentials
internal import Glibc

/// The reason why a text is not a dump.
package struct DumpError: Error, Equatable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    package let reason: String

    package var description: String { "line \(line): \(reason)" }
}

struct DumpHeader: Equatable {
    static let format = "kabinet-dump 1"

    let identity: LogIdentity
    let through: Position
    let version: String

    init(identity: LogIdentity, through: Position, version: String = kabinetVersion) {
        (self.identity, self.through, self.version) = (identity, through, version)
    }

    private struct Text: Decodable {
        let format, log, created, version: String
        let through: UInt64
    }

    init(line: ArraySlice<UInt8>) throws(DumpError) {
        guard let text = try? JSONDecoder().decode(Text.self, from: Data(line)), text.format == Self.format,
            let id = decodeBase64URL(text.log.utf8).flatMap(Hash128.init),
            let created = Instant(rfc3339: text.created.utf8)
        else { throw DumpError(line: 1, reason: "not the first line of a dump in format 1") }
        self.init(
            identity: LogIdentity(id: id, created: created), through: text.through, version: text.version)
        guard self.line.utf8.dropLast().elementsEqual(line) else { throw DumpError(line: 1, reason: "it was changed") }
    }

    /// Has a checksum of its fields, because no record repeats them.
    var line: String {
        let fields =
            #"{"format":"\#(Self.format)","log":"\#(identity.name)","created":"\#(identity.created)","#
            + #""through":\#(through),"version":"\#(version)","checksum":"#
        let checksum = Array(fields.utf8).withUnsafeBytes { XXH64.hash($0) }
        return fields + "\"\(String(checksum, radix: 16))\"}\n"
    }
}

enum DumpLine {
    private static let dataKey = #","data":"#
    private static let recordKey = #","record":""#

    /// Appends the line of a record.
    static func append(_ record: RawSpan, at position: Position, to line: inout [UInt8]) throws(RecordError) {
        let (meta, event) = try Record.decode(record, position: position)
        func hash(_ hash: Hash128) -> String { hash.isZero ? "null" : "\"\(encodeBase64URL(hash.bytes))\"" }
        line += #"{"position":\#(position),"recorded":"\#(meta.recorded)","effective":"\#(meta.effective)","#.utf8
        line += #""type":"\#(event.typeName)","account":\#(meta.account),"previous":\#(meta.previous),"#.utf8
        line += #""principal":\#(meta.principal),"session":\#(meta.session),"#.utf8
        line += #""command_id":\#(hash(meta.commandID)),"arguments":\#(hash(meta.arguments))"#.utf8
        line += dataKey.utf8
        event.appendJSON(to: &line)
        line += recordKey.utf8
        line += record.withUnsafeBytes { encodeBase64URL($0) }.utf8
        line += "\"}\n".utf8
    }

    /// The record of a line. Throws if the line is not what its record renders as; `data` may differ if another version
    /// wrote it.
    static func record(
        of line: ArraySlice<UInt8>, at position: Position, isOfThisVersion: Bool = true
    ) throws(DumpError) -> [UInt8] {
        func refused(_ reason: String) -> DumpError { DumpError(line: Int(position) + 1, reason: reason) }
        guard line.suffix(2).elementsEqual("\"}".utf8),
            let quote = line.dropLast(2).lastIndex(of: UInt8(ascii: "\"")),
            line[...quote].suffix(recordKey.utf8.count).elementsEqual(recordKey.utf8),
            let record = decodeBase64URL(line[(quote + 1)...].dropLast(2))
        else { throw refused("it does not end with a record") }
        guard record.count <= RecordLimit.maximumBytes else { throw refused("the record has \(record.count) bytes") }
        var rendered: [UInt8] = []
        do throws(RecordError) { try append(record.span.bytes, at: position, to: &rendered) } catch {
            throw refused("\(error)")
        }
        let isSame =
            isOfThisVersion
            ? rendered.dropLast().elementsEqual(line)
            : head(of: rendered[...]) == head(of: line)
        guard isSame else {
            throw refused("its record and the fields before it do not agree")
        }
        return record
    }

    /// The fields before `data`.
    private static func head(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        line.firstRange(of: dataKey.utf8).map { line[..<$0.lowerBound] }
    }
}

extension EventReader {
    /// Writes the log as it is now as lines, some at a time. Answers the last position.
    @discardableResult
    package func dump(
        _ identity: LogIdentity, progress: (CopyProgress) throws -> Void = { _ in },
        to write: (borrowing [UInt8]) throws -> Void
    ) throws -> Position {
        let end: Position
        do throws(StoreError) { end = try last } catch { throw LogError.store(error) }
        var lines = Array(DumpHeader(identity: identity, through: end).line.utf8)
        var bytes = 0
        try forEachPiece(after: 0, through: end, bytes: NewLog.maximumPieceBytes) { position, record in
            do throws(RecordError) { try DumpLine.append(record, at: position, to: &lines) } catch {
                throw LogError.record(error)
            }
        } pieceEnds: { last in
            try write(lines)
            bytes += lines.count
            lines.removeAll(keepingCapacity: true)
            try progress(CopyProgress(position: last, total: end, bytes: bytes))
        }
        // An empty log has the first line only.
        if end == 0 { try write(lines) }
        return end
    }
}

/// A file's lines, without their LF.
struct LineReader: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private var buffer: [UInt8] = []
    private var start = 0
    private(set) var number = 0

    /// Far more than the longest record takes in base64 and as JSON.
    private static let maximumLineBytes = 32 << 20
    private static let chunkBytes = 1 << 20

    init(_ path: String) throws(StoreError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path) }
        self.path = path
    }

    deinit { close(descriptor) }

    /// Nil at the end.
    mutating func next() throws -> ArraySlice<UInt8>? {
        number += 1
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return buffer[start..<end]
            }
            guard buffer.count - start <= Self.maximumLineBytes else {
                throw DumpError(line: number, reason: "it is longer than any line of a dump")
            }
            buffer.removeSubrange(..<start)
            start = 0
            searched = buffer.count
            guard try fill() else { break }
        }
        guard !buffer.isEmpty else { return nil }
        throw DumpError(line: number, reason: "it is cut short")
    }

    private mutating func fill() throws(StoreError) -> Bool {
        let before = buffer.count
        var count = 0
        buffer.append(addingCapacity: Self.chunkBytes) { output in
            output.withUnsafeMutableBufferPointer { room, initialized in
                repeat {
                    count = read(descriptor, room.baseAddress! + initialized, Self.chunkBytes)
                } while count < 0 && errno == EINTR
                initialized += max(0, count)
            }
        }
        guard count >= 0 else { throw .system("read", path) }
        return buffer.count > before
    }
}
