/// An event that changed its shape: since version 2 `sign_in_failed` has the method, and version 1 knew only passwords.
/// A log of both is one log.

import Accounts
import EventCoding
import EventLog
import Foundation
import Testing

/// The record that version 1 wrote: without the method, and with its own number.
private func firstVersion(
    at position: Position, previous: Position, method: SignInMethod = .unspecified
) -> [UInt8] {
    var meta = meta(previous: previous)
    meta.position = position
    var record: [UInt8] = []
    Record.encode(meta, .signInFailed(SignInFailed(msisdn: 79_001_234_567, method: method)), into: &record)
    // If the method is unspecified, the payload is version 1's.
    return asVersion(1, record, at: position)
}

/// A record with another version in its header, byte 10, and the checksum that goes with it.
private func asVersion(_ version: UInt8, _ encoded: [UInt8], at position: Position) -> [UInt8] {
    var record = encoded
    record[10] = version
    let checksum = Array(record[8...]).withUnsafeBytes { XXH64.hash($0, seed: position) }
    withUnsafeBytes(of: checksum.littleEndian) { record.replaceSubrange(..<8, with: $0) }
    return record
}

@Suite struct EvolutionTests {
    private let directory = TemporaryDirectory()
    private let identity = LogIdentity.random(created: Instant(milliseconds: 0))
    private var data: String { directory.path + "/data" }
    private var dumped: String { directory.path + "/dump" }

    /// A log that version 1 began and version 2 continued.
    private func makeLog() throws -> [[UInt8]] {
        var old: [UInt8] = []
        var second = meta(previous: 1)
        second.position = 2
        Record.encode(second, .signInFailed(SignInFailed(msisdn: 79_001_234_568, method: .password)), into: &old)
        let records = [firstVersion(at: 1, previous: 0), old]
        var lines: [UInt8] = []
        try MemoryStore(MemoryDisk(records: records)).makeReader().dump(identity) { lines += copy $0 }
        try Data(lines).write(to: URL(filePath: dumped))
        _ = try restoreLog(dumped, to: data) { _ in }
        return records
    }

    @Test("A record of version 1 is read with its meaning, and stays as it was written")
    func lifted() throws {
        let records = try makeLog()
        let log = try ReadOnlyLog(data: data)
        var events: [Event] = []
        _ = try log.reader.replay { _, event in events.append(event) }
        #expect(
            events == [
                .signInFailed(SignInFailed(msisdn: 79_001_234_567, method: .password)),
                .signInFailed(SignInFailed(msisdn: 79_001_234_568, method: .password)),
            ])
        #expect(try log.reader.scanned() == records)
        #expect(records[0][10] == 1)
        #expect(records[1][10] == 2)
        // The tree is of the bytes, so it is unchanged.
        var frontier = TreeFrontier()
        for record in records { frontier.append(.leaf(record.span.bytes)) { _, _, _ in } }
        #expect(try verifyLog(log, tree: nil, checkpoints: []).root == frontier.root)
    }

    @Test("A record of version 1 with a field of a later version is refused")
    func impossible() {
        let record = firstVersion(at: 1, previous: 0, method: .password)
        #expect(throws: RecordError.malformedHeader(position: 1)) {
            try Record.decode(record.span.bytes, position: 1)
        }
    }

    @Test("A rotation of version 1, which knew no overlap, refuses the former secret at once")
    func rotation() throws {
        func record(version: UInt8, formerUntil: Int64) -> [UInt8] {
            var meta = meta(previous: 0)
            meta.position = 1
            var record: [UInt8] = []
            let rotated = PrincipalRotated(number: 1, secretHash: [1, 2, 3], formerUntil: formerUntil)
            Record.encode(meta, .principalRotated(rotated), into: &record)
            return asVersion(version, record, at: 1)
        }
        let old = record(version: 1, formerUntil: 0)
        let (_, event) = try Record.decode(old.span.bytes, position: 1)
        #expect(event == .principalRotated(PrincipalRotated(number: 1, secretHash: [1, 2, 3], formerUntil: 0)))
        let none = record(version: 1, formerUntil: 5)
        #expect(throws: RecordError.malformedHeader(position: 1)) {
            try Record.decode(none.span.bytes, position: 1)
        }
        let new = record(version: 2, formerUntil: 5)
        #expect(throws: Never.self) { try Record.decode(new.span.bytes, position: 1) }
    }

    @Test("A dump of an older version with fewer fields is restored to the same records")
    func olderDump() throws {
        let records = try makeLog()
        var text = try String(contentsOfFile: dumped, encoding: .utf8)
        #expect(text.contains(#""data":{"msisdn":79001234567,"method":"password"}"#))
        text = text.replacing(#""msisdn":79001234567,"method":"password""#, with: #""msisdn":79001234567"#)
        try Data(text.utf8).write(to: URL(filePath: dumped))
        // Labelled as this version, the line counts as changed;
        #expect(throws: DumpError.self) { try restoreLog(dumped, to: directory.path + "/same") { _ in } }
        // labelled as another version, it counts as unchanged.
        try Data(relabelled(text).utf8).write(to: URL(filePath: dumped))
        _ = try restoreLog(dumped, to: directory.path + "/older") { _ in }
        #expect(try ReadOnlyLog(data: directory.path + "/older").reader.scanned() == records)
        // Members other than `data` are still compared with the record.
        let forged = relabelled(text).replacing(#""principal":7"#, with: #""principal":8"#)
        try Data(forged.utf8).write(to: URL(filePath: dumped))
        #expect(throws: DumpError.self) { try restoreLog(dumped, to: directory.path + "/forged") { _ in } }
    }

    /// The first line as another version of the service writes it, its checksum with it.
    private func relabelled(_ text: String) -> String {
        let lines = text.split(separator: "\n", maxSplits: 1)
        let fields = lines[0].replacing(#/"version":"[^"]*"/#, with: #""version":"0.0.9""#)
            .prefix { _ in true }.replacing(#/"checksum":.*/#, with: #""checksum":"#)
        let checksum = Array(fields.utf8).withUnsafeBytes { XXH64.hash($0) }
        return "\(fields)\"\(String(checksum, radix: 16))\"}\n\(lines[1])"
    }
}
