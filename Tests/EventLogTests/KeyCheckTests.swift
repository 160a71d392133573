/// A directory's idempotency keys, compared with its log: each key that would not be found is named.

import Accounts
import EventLog
import LMDB
import Testing

@Suite("Idempotency keys, compared") struct KeyCheckTests {
    private static let payments = 600
    private static let tableKeys = 64

    /// A log with an index, and the keys that a service would have in memory beside it.
    private final class Kept {
        let log: KeptLog
        let recent: [IdempotencyKeys.Table]

        init() throws {
            let log = try KeptLog(payments: payments)
            self.log = log
            let store = try LMDBStore(data: log.data, created: Instant(milliseconds: 7))
            let index = try KeyIndex(data: log.data, log: store)
            var state = AccountsState(idempotencyKeys: IdempotencyKeys(tableKeys: tableKeys))
            _ = try store.makeReader().replay { meta, event in
                state.apply(event, meta)
                // The last full table stays in memory.
                guard meta.position < log.last - 100 else { return }
                for table in state.takeFullKeys() {
                    try index.add(table)
                    state.keysAreIndexed(through: table.through)
                }
            }
            recent = state.lendRecentKeys()
            try Self.keep(state, log, store.makeReader())
        }

        private static func keep(_ state: consuming AccountsState, _ log: KeptLog, _ reader: LMDBReader) throws {
            var state = state
            let output = try SnapshotOutput(data: log.data, of: log.identity)
            state.beginSnapshot()
            while state.isTakingSnapshot {
                for chunk in state.nextSnapshotChunks(encode: SnapshotFormat.encode) { try output.append(chunk) }
            }
            try output.finish(at: log.last, recordChecksum: try reader.recordDigest(at: log.last))
        }

        func check(_ recent: [IdempotencyKeys.Table]? = nil) throws -> StateCheck {
            let opened = try ReadOnlyLog(data: log.data)
            let index = try KeyIndex(readOnly: log.data, of: opened.identity, opened.reader)
            return try PastStates(data: log.data, of: opened.identity, opened.reader).check(
                try SnapshotFormat.list(data: log.data), through: log.last, index: index,
                recentKeys: recent ?? self.recent)
        }

        /// Changes the values of the index, under their keys.
        func changeIndex(_ body: (_ key: [UInt8], _ block: inout [UInt8]) -> Void) throws {
            let environment = try Environment(path: log.data + "/index")
            let keys = try environment.openDatabase("keys")
            try environment.write { transaction throws(LMDBError) in
                let blocks = try transaction.withCursor(keys) { cursor throws(LMDBError) in
                    var blocks: [([UInt8], [UInt8])] = []
                    guard try cursor.first() else { return blocks }
                    try cursor.forEach { key, block in
                        blocks.append((key.withUnsafeBytes { Array($0) }, block.withUnsafeBytes { Array($0) }))
                        return true
                    }
                    return blocks
                }
                for (key, old) in blocks {
                    // The last eight bytes are the checksum.
                    var block = Array(old.dropLast(8))
                    body(key, &block)
                    SortedRuns.seal(&block, under: key)
                    if block != old { try transaction.put(block, for: key, in: keys) }
                }
            }
        }
    }

    private func position(_ entry: ArraySlice<UInt8>) -> Position {
        entry.suffix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @Test("The keys of an intact directory have no fault") func honest() throws {
        let kept = try Kept()
        let check = try kept.check()
        #expect(check.faults == [])
        #expect(check.snapshots == [kept.log.last])
        let index = try #require(check.index)
        #expect(index.count > 400 && index.through < kept.log.last, "\(index)")
        #expect(kept.recent.count > 1, "and a full table in memory")
    }

    @Test("A key missing from the index is reported by its event") func lost() throws {
        let kept = try Kept()
        var lost: Position = 0
        try kept.changeIndex { _, block in
            guard lost == 0, block.count > 32 else { return }
            lost = position(block[16..<32])
            block.removeSubrange(16..<32)
        }
        let faults = try kept.check().faults
        #expect(faults.map(\.projection) == [IdempotencyKeys.name])
        #expect(faults.map(\.position) == [lost])
        #expect(faults.first?.account == (try kept.log.decoded(lost).meta.account))
    }

    @Test("Two exchanged keys are both reported") func exchanged() throws {
        let kept = try Kept()
        var exchanged: [Position] = []
        try kept.changeIndex { _, block in
            guard exchanged.isEmpty, block.count >= 48 else { return }
            exchanged = [position(block[16..<32]), position(block[32..<48])]
            let first = Array(block[24..<32])
            block.replaceSubrange(24..<32, with: Array(block[40..<48]))
            block.replaceSubrange(40..<48, with: first)
        }
        let faults = try kept.check().faults
        #expect(faults.map(\.position) == exchanged.sorted())
    }

    @Test("A key without an event is counted") func surplus() throws {
        let kept = try Kept()
        var isDone = false
        try kept.changeIndex { _, block in
            guard !isDone else { return }
            isDone = true
            // The last one's event, with the next fingerprint.
            block += [block[block.count - 16] &+ 1] + block.suffix(15)
        }
        let check = try kept.check()
        #expect(check.faults.map(\.projection) == [IdempotencyKeys.name])
        #expect(check.faults.first?.message.contains("holds") == true, "\(check.faults)")
    }

    @Test("Entries out of order are reported, because they could not be found") func disorder() throws {
        let kept = try Kept()
        var isDone = false
        try kept.changeIndex { _, block in
            guard !isDone, block.count >= 48 else { return }
            isDone = true
            let first = Array(block[16..<32])
            block.replaceSubrange(16..<32, with: Array(block[32..<48]))
            block.replaceSubrange(32..<48, with: first)
        }
        let faults = try kept.check().faults
        #expect(faults.contains { $0.message.contains("not in order") }, "\(faults)")
    }

    @Test("A block of a wrong size is reported, and nothing is read beyond it") func size() throws {
        let kept = try Kept()
        try kept.changeIndex { _, block in block.append(1) }
        let faults = try kept.check().faults
        #expect(faults.first?.message.contains("a block of an index is damaged") == true, "\(faults)")
    }

    @Test("A key missing from the snapshot's filter is reported by its event") func filter() throws {
        let kept = try Kept()
        let position = try #require(try SnapshotFormat.list(data: kept.log.data).first)
        let input = try SnapshotInput(data: kept.log.data, at: position, of: kept.log.identity)
        let chunks = try (0..<input.count).map { try input.chunk($0) }
        let output = try SnapshotOutput(data: kept.log.data, of: kept.log.identity)
        var isDone = false
        for chunk in chunks {
            var bytes = chunk.bytes
            // Behind the number of layers, the first word and their count.
            if chunk.kind == .filter, !isDone, let at = bytes.indices.dropFirst(16).first(where: { bytes[$0] != 0 }) {
                isDone = true
                bytes[at] = 0
            }
            try output.append(SnapshotChunk(kind: chunk.kind, position: chunk.position, bytes: bytes))
        }
        try output.finish(at: position, recordChecksum: input.recordChecksum)
        try #require(isDone)

        let faults = try kept.check().faults

        #expect(!faults.isEmpty && faults.allSatisfy { $0.projection == IdempotencyKeys.name })
        #expect(faults.first?.message.contains("filter") == true, "\(faults)")
    }

    @Test("A recent key missing from memory is reported, and one without an event is counted") func recent() throws {
        let kept = try Kept()
        // The same, for a log in which one event's reference was different.
        let changed = kept.log.last - 20
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(tableKeys: Self.tableKeys))
        do {
            let reader = try ReadOnlyLog(data: kept.log.data).reader
            _ = try reader.replay { meta, event in
                guard meta.position == changed, case .toppedUp(var payment) = event else {
                    return state.apply(event, meta)
                }
                payment.ref = "another"
                state.apply(.toppedUp(payment), meta)
            }
        }
        let faults = try kept.check(state.lendRecentKeys()).faults
        #expect(faults.map(\.projection) == [IdempotencyKeys.name, IdempotencyKeys.name])
        #expect(faults.contains { $0.position == changed && $0.message.contains("a key of the event") }, "\(faults)")
        #expect(faults.contains { $0.message.contains("1 that no event has") }, "\(faults)")
    }

    @Test("Events after the snapshot of recent keys are not compared with them") func later() throws {
        let kept = try Kept()
        var state = AccountsState(idempotencyKeys: IdempotencyKeys(tableKeys: Self.tableKeys))
        var recent: [IdempotencyKeys.Table] = []
        do {
            let reader = try ReadOnlyLog(data: kept.log.data).reader
            _ = try reader.replay { meta, event in
                state.apply(event, meta)
                if meta.position == kept.log.last - 20 { recent = state.lendRecentKeys() }
            }
        }
        #expect(try kept.check(recent).faults == [])
    }

    @Test("An index of another log is not compared, because the next start rebuilds it") func another() throws {
        let kept = try Kept()
        let other = try KeptLog(payments: 10)
        let opened = try ReadOnlyLog(data: other.data)
        #expect(try KeyIndex(readOnly: kept.log.data, of: opened.identity, opened.reader) == nil)
        #expect(try KeyIndex(readOnly: other.data, of: opened.identity, opened.reader) == nil, "there is none")
    }
}
