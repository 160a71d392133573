/// Helpers that the tests of the store share: both stores behind one interface, records, seeds.

import Accounts
import EventLog
import Foundation
import Testing

/// A place where a store's data stays while its processes come and go.
struct Home<Store: EventStore & ~Copyable> {
    /// A new process's store: the one before it must be gone.
    let open: () throws -> Store
}

extension Home where Store == LMDBStore {
    static func lmdb() -> Home {
        let directory = TemporaryDirectory()
        return Home { try LMDBStore(data: directory.path, created: Instant(milliseconds: 1000)) }
    }
}

extension Home where Store == QueuedStore {
    static func queued() -> Home {
        let directory = TemporaryDirectory()
        return Home {
            QueuedStore(try LMDBStore(data: directory.path, created: Instant(milliseconds: 1000)))
        }
    }
}

extension Home where Store == MemoryStore {
    static func memory() -> Home {
        let disk = MemoryDisk()
        return Home { MemoryStore(disk) }
    }
}

/// A record with its position in it, so that a wrong record shows.
func record(_ position: Position, count: Int = 20) -> [UInt8] {
    let text = Array("record \(position) ".utf8)
    return Array(text.prefix(count)) + [UInt8](repeating: text[7], count: max(0, count - text.count))
}

extension EventStore where Self: ~Copyable {
    mutating func append(_ positions: ClosedRange<Position>) throws(StoreError) {
        for position in positions { try append(record(position), at: position) }
    }

    func bytes(at position: Position) throws(StoreError) -> [UInt8] {
        try withRecord(at: position) { $0.withUnsafeBytes { Array($0) } }
    }
}

extension EventReader {
    func bytes(at position: Position) throws(StoreError) -> [UInt8] {
        try withRecord(at: position) { $0.withUnsafeBytes { Array($0) } }
    }

    /// The records of a scan; checks that their positions follow each other.
    func scanned(from: Position = 1, through: Position = .max) throws(StoreError) -> [[UInt8]] {
        var records: [[UInt8]] = []
        try scan(from: from, through: through) { position, bytes in
            #expect(position == from + Position(records.count))
            records.append(bytes.withUnsafeBytes { Array($0) })
            return true
        }
        return records
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the seed decides the run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Fresh seeds each run; `SEED=…` repeats one.
let seeds: [UInt64] = {
    if let text = ProcessInfo.processInfo.environment["SEED"], let seed = UInt64(text) { return [seed] }
    return (0..<20).map { _ in UInt64.random(in: 0...UInt64.max) }
}()
