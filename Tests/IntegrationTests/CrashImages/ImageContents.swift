/// The contents of an image, read by the service's own stores.

import Accounts
import EventCoding
import EventLog
import Foundation
import Glibc
import LMDB

/// The contents after a commit: two images with the same contents are equal here.
struct Contents: Hashable {
    /// For a log its last position; for another environment the number of its entries.
    let count: Int
    /// A digest of every key and value; a log's records are compared with the true ones instead.
    var digest = 0
}

/// The log at the end of the run, with its order and its checksums checked.
struct TrueLog {
    let records: [[UInt8]]
    /// The vault's keys that the event at a position is sealed under, with the position.
    let keys: [(position: Int, key: [UInt8])]

    init(data: String) throws {
        var records: [[UInt8]] = []
        var keys: [(Int, [UInt8])] = []
        let reader = try ReadOnlyLog(data: data).reader
        try reader.scan(from: 1, through: .max) { _, record in
            records.append(record.withUnsafeBytes { Array($0) })
            return true
        }
        let order = try reader.replay { meta, event in
            if case .subscriberActivated(let activated) = event { keys.append((Int(meta.position), activated.keyID)) }
        }
        guard order.last == Position(records.count) else { throw HarnessError("the true log has a gap") }
        (self.records, self.keys) = (records, keys)
    }

    /// Reads a log that is a beginning of this one, byte for byte: then its checksums are those that were verified.
    func read(data: String) throws -> Contents {
        try prefix(ReadOnlyLog(data: data).reader)
    }

    private func prefix(_ reader: LMDBReader) throws -> Contents {
        var count = 0
        var wrong: Position?
        try reader.scan(from: 1, through: .max) { position, record in
            count += 1
            guard count == Int(position), count <= records.count, isTrue(record, count) else {
                wrong = position
                return false
            }
            return true
        }
        if let wrong { throw HarnessError("the record at position \(wrong) is not the one that was written") }
        guard try reader.last == Position(count) else { throw HarnessError("the log ends early, at \(count)") }
        return Contents(count: count)
    }

    private func isTrue(_ record: RawSpan, _ count: Int) -> Bool {
        record.withUnsafeBytes { found in
            records[count - 1].withUnsafeBytes {
                found.count == $0.count && memcmp(found.baseAddress!, $0.baseAddress!, $0.count) == 0
            }
        }
    }

    /// The whole course of a start, on an image that may be changed: opens it as the writer does, replays it with order
    /// and checksums, and goes on with the events that came next.
    @available(*, noasync)
    func goOn(data: String) throws {
        var store = try LMDBStore(data: data)
        let order = try store.makeReader().replay { _, _ in }
        guard order.last == store.last else { throw HarnessError("the replay ends at \(order.last)") }
        let end = min(records.count, Int(store.last) + 40)
        for count in Int(store.last)..<end {
            try store.append(records[count], at: Position(count + 1))
            if count % 10 == 9 || count == end - 1 {
                guard store.commit() == .durable else { throw HarnessError("the image takes no commit") }
            }
        }
        guard try prefix(store.makeReader()).count == end else { throw HarnessError("what was appended is not there") }
    }
}

/// Every entry of an environment's databases: `meta` and another one.
func readEntries(
    _ path: String, of name: String = "keys", _ body: (_ database: String, _ key: RawSpan) -> Void = { _, _ in }
) throws -> Contents {
    var options = Environment.Options()
    options.isReadOnly = true
    let environment = try Environment(path: path, options: options)
    var hasher = Hasher()
    var count = 0
    for name in [name, "meta"] {
        let database = try environment.openDatabase(name)
        try environment.read { transaction throws(LMDBError) in
            try transaction.withCursor(database) { cursor throws(LMDBError) in
                guard try cursor.first() else { return }
                try cursor.forEach { key, value in
                    count += 1
                    body(name, key)
                    key.withUnsafeBytes { hasher.combine(bytes: $0) }
                    value.withUnsafeBytes { hasher.combine(bytes: $0) }
                    return true
                }
            }
        }
    }
    return Contents(count: count, digest: hasher.finalize())
}
