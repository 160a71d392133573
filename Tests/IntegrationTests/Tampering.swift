/// Changes by an attacker who can write to a data directory, with every checksum corrected.

import Accounts
import EventCoding
import EventLog
import Foundation
import LMDB
import Testing

/// For a service that does not run.
struct Tampering {
    let data: String

    // MARK: - The log

    private func put(_ record: [UInt8], at position: Position) throws {
        let environment = try Environment(path: data + "/log")
        let records = try environment.openDatabase("records")
        let key = integerKey(position)
        try environment.write { transaction throws(LMDBError) in
            try transaction.put(record.span.bytes, for: key.span.bytes, in: records)
        }
    }

    func record(at position: Position) throws -> [UInt8] {
        try ReadOnlyLog(data: data).reader.withRecord(at: position) { record in record.withUnsafeBytes { Array($0) } }
    }

    /// Changes the event, or its meta, in a record that stays valid.
    func rewrite(_ position: Position, _ body: (inout EventMeta, inout Event) throws -> Void) throws {
        var (meta, event) = try ReadOnlyLog(data: data).reader.event(at: position)
        try body(&meta, &event)
        var record: [UInt8] = []
        Record.encode(meta, event, into: &record)
        try put(record, at: position)
    }

    /// Changes the amount of a payment, and nothing else.
    func changeAmount(_ position: Position, by kopecks: Int64) throws {
        try rewrite(position) { _, event in
            guard case .toppedUp(var payment) = event else { throw HarnessError("\(position) is no payment") }
            payment.amount += kopecks
            event = .toppedUp(payment)
        }
    }

    /// Changes a byte of a record.
    func damage(_ position: Position) throws {
        var bytes = try record(at: position)
        bytes[bytes.count - 1] ^= 1
        try put(bytes, at: position)
    }

    // MARK: - The index of ids

    /// Takes one entry out of the index, and returns its event's position.
    func loseIndexedKey() throws -> Position {
        let environment = try Environment(path: data + "/index")
        let keys = try environment.openDatabase("keys")
        return try environment.write { transaction throws(LMDBError) in
            let (key, block) = try transaction.withCursor(keys) { cursor throws(LMDBError) -> ([UInt8], [UInt8]) in
                guard try cursor.first() else { return ([], []) }
                return cursor.withEntry { key, block in (Array(copying: key), Array(copying: block)) }
            }
            // An entry has 16 bytes: fingerprint, position. The last eight bytes are the checksum.
            let lost = block[24..<32].reversed().reduce(0) { $0 << 8 | Position($1) }
            var rest = Array(block[..<16] + block[32...].dropLast(8))
            SortedRuns.seal(&rest, under: key)
            try transaction.put(rest, for: key, in: keys)
            return lost
        }
    }

    // MARK: - The index of history

    /// Takes one entry out of the index of history, and returns its event's position.
    func loseHistory() throws -> Position {
        try changeHistory(isLast: false) { block in
            defer { block.removeSubrange(16..<32) }
            return Self.position(ofEntry: block[16..<32])
        }
    }

    /// Puts an entry of the index of history under another class, and returns its event's position.
    func forgeHistoryClass() throws -> Position {
        // The last entry keeps the order when its class becomes a greater one.
        try changeHistory(isLast: true) { block in
            let start = block.count - 16
            // The high half is little-endian, and the class begins at its bit 21.
            let high = block[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } + 3 << 21
            withUnsafeBytes(of: high.littleEndian) { block.replaceSubrange(start..<start + 8, with: $0) }
            return Self.position(ofEntry: block[start...])
        }
    }

    /// An entry has 16 bytes, and the position is in the last six.
    private static func position(ofEntry entry: ArraySlice<UInt8>) -> Position {
        entry.suffix(6).reversed().reduce(0) { $0 << 8 | Position($1) }
    }

    /// Changes the first block of the index, or the last.
    private func changeHistory(isLast: Bool, _ body: (inout [UInt8]) -> Position) throws -> Position {
        let environment = try Environment(path: data + "/history")
        let events = try environment.openDatabase("events")
        return try environment.write { transaction throws(LMDBError) in
            var (key, block) = try transaction.withCursor(events) { cursor throws(LMDBError) -> ([UInt8], [UInt8]) in
                guard try isLast ? cursor.last() : cursor.first() else { return ([], []) }
                return cursor.withEntry { key, block in (Array(copying: key), Array(copying: block)) }
            }
            // The last eight bytes are the checksum.
            block.removeLast(8)
            let position = body(&block)
            SortedRuns.seal(&block, under: key)
            try transaction.put(block, for: key, in: events)
            return position
        }
    }

    // MARK: - Snapshots

    /// Rewrites the newest snapshot, with other pieces and correct checksums.
    func rewriteSnapshot(_ body: (inout [SnapshotChunk]) throws -> Void) throws {
        let identity = try ReadOnlyLog(data: data).identity
        let position = try #require(try SnapshotFormat.list(data: data).first)
        let input = try SnapshotInput(data: data, at: position, of: identity)
        var chunks = try (0..<input.count).map { try input.chunk($0) }
        try body(&chunks)
        let output = try SnapshotOutput(data: data, of: identity)
        for chunk in chunks { try output.append(chunk) }
        try output.finish(at: position, recordChecksum: input.recordChecksum)
    }

    /// Replaces a value's bytes in an account's row; the value is there at least once, and its last occurrence is
    /// replaced.
    static func replace(
        _ old: [UInt8], with new: [UInt8], ofAccount account: AccountIndex, place number: Int? = nil,
        in chunks: inout [SnapshotChunk]
    )
        throws
    {
        precondition(old.count == new.count, "a row keeps its length")
        func int32(_ bytes: ArraySlice<UInt8>) -> Int { bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) } }
        // The last row of an account counts.
        for index in chunks.indices.reversed() where chunks[index].kind == .rows {
            var (bytes, at) = (chunks[index].bytes, 0)
            var row: Range<Int>?
            while at < bytes.count {
                let end = at + 8 + int32(bytes[(at + 4)...])
                if int32(bytes[at...]) == Int(account) { row = (at + 8)..<end }
                at = end
            }
            guard let row else { continue }
            let places = row.dropLast(old.count - 1).filter { bytes[$0..<($0 + old.count)].elementsEqual(old) }
            let place = number.map { places.dropFirst($0).first } ?? places.last
            let found = try #require(place, "account \(account) has no such bytes")
            bytes.replaceSubrange(found..<(found + old.count), with: new)
            chunks[index] = SnapshotChunk(kind: .rows, position: chunks[index].position, bytes: bytes)
            return
        }
        throw HarnessError("account \(account) has no row")
    }

    static func bytes(_ number: Int64) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}
