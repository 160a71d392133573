/// A log on disk with its tree, as a service leaves them, for tests that change one of the two without the service.

import Accounts
import EventCoding
import EventLog
import Foundation
import LMDB
import ScenarioKit
import Testing

final class KeptLog {
    let directory = TemporaryDirectory()
    let identity: LogIdentity
    let signer: CheckpointSigner
    private(set) var records: [[UInt8]]

    var data: String { directory.path + "/data" }
    var origin: String { Checkpoint.origin(of: identity) }
    var last: Position { Position(records.count) }

    /// With so many payments there are whole tiles of 256.
    init(payments: Int = 600) throws {
        let scenario = Scenario()
        for number in 1...3 { scenario.given(subscriber: "7900123456\(number)", tariff: "talk", balance: "200") }
        for payment in 0..<payments {
            scenario.given("TOPUP 7900123456\(payment % 3 + 1) \(payment % 90 + 1) ref=ref-\(payment)")
        }
        records = scenario.records
        // Closed at the end of the scope: a process has an environment once.
        var store = try LMDBStore(data: directory.path + "/data", created: Instant(milliseconds: 7))
        identity = store.identity
        signer = CheckpointSigner(seed: [UInt8](repeating: 7, count: 32), origin: Checkpoint.origin(of: identity))
        for (index, record) in records.enumerated() { try store.append(record, at: Position(index + 1)) }
        try #require(store.commit() == .durable)
        try keepTree()
    }

    /// Makes the tree of the records as they are; an older one is gone.
    func keepTree() throws {
        try? FileManager.default.removeItem(atPath: data + "/tree")
        let tree = try TreeFiles(data: data, of: identity)
        try tree.append(leaves)
        try tree.sync()
    }

    var leaves: [TreeHash] { records.map(leaf) }

    func leaf(_ record: [UInt8]) -> TreeHash { .leaf(record.span.bytes) }

    func checkpoint(of size: UInt64) throws -> Checkpoint {
        let tree = try TreeFiles(reading: data, of: identity)
        return Checkpoint(origin: origin, size: size, root: try tree.root(of: size))
    }

    func decoded(_ position: Position) throws -> (meta: EventMeta, event: Event) {
        let record = records[Int(position) - 1]
        return try Record.decode(record.span.bytes, position: position)
    }

    func payment(at position: Position) throws -> (EventMeta, ToppedUp) {
        let (meta, event) = try decoded(position)
        guard case .toppedUp(let payment) = event else { throw StoreError(.missing, "no payment at \(position)") }
        return (meta, payment)
    }

    /// Replaces a record by another, with a correct checksum.
    func replace(_ meta: EventMeta, _ event: Event) throws {
        var bytes: [UInt8] = []
        Record.encode(meta, event, into: &bytes)
        try replace([meta.position: bytes])
    }

    func replace(_ changes: [Position: [UInt8]]) throws {
        for (position, bytes) in changes { records[Int(position) - 1] = bytes }
        try write { transaction, database throws(LMDBError) in
            for (position, bytes) in changes { try transaction.put(bytes, for: Self.key(position), in: database) }
        }
    }

    /// Cuts off the records after a position.
    func cut(to position: Position) throws {
        let gone = (position + 1)...last
        records.removeLast(gone.count)
        try write { transaction, database throws(LMDBError) in
            for position in gone { try transaction.delete(Self.key(position), in: database) }
        }
    }

    /// Takes a record out, and hides it from a count of the records.
    func remove(_ position: Position) throws {
        try write { transaction, database throws(LMDBError) in
            try transaction.delete(Self.key(position), in: database)
            try transaction.put([], for: Self.key(0), in: database)
        }
    }

    private func write(_ body: (inout WriteTransaction, Database) throws(LMDBError) -> Void) throws {
        var options = Environment.Options()
        options.maxDatabases = 4
        let environment = try Environment(path: data + "/log", options: options)
        let database = try environment.openDatabase("records")
        try environment.write { transaction throws(LMDBError) in try body(&transaction, database) }
    }

    private static func key(_ position: Position) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: position >> (56 - 8 * $0)) }
    }

    /// Changes bytes of a file of the tree.
    func damage(_ file: String, at offset: Int, _ bytes: [UInt8]) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: data + "/tree/" + file))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    func verify(_ checkpoints: [Checkpoint] = [], hasTree: Bool = true) throws -> TreeVerification {
        let log = try ReadOnlyLog(data: data)
        var tree: Result<TreeFiles, StoreError>?
        do throws(StoreError) { tree = hasTree ? .success(try TreeFiles(reading: data, of: identity)) : nil } catch {
            tree = .failure(error)
        }
        return try verifyLog(log, tree: tree, checkpoints: checkpoints)
    }
}
