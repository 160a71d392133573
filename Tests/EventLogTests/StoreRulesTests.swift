/// The rules of every store, tested on each of them.

import Accounts
import EventLog
import Testing

@Suite struct StoreRulesTests {
    @Test func aNewStoreIsEmpty() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            let store = try home.open()
            #expect(store.last == 0)
            #expect(try store.makeReader().last == 0)
            #expect(try store.makeReader().scanned() == [])
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test func itsOwnerSeesTheOpenBatchAndReadersOnlyWhatIsCommitted() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            var store = try home.open()
            let reader = store.makeReader()
            try store.append(1...3)
            #expect(store.last == 3)
            #expect(try store.bytes(at: 3) == record(3))
            #expect(try reader.last == 0)
            #expect(throws: StoreError.self) { try reader.bytes(at: 1) }
            #expect(store.commit() == .durable)
            #expect(try reader.last == 3)
            #expect(try reader.scanned() == [record(1), record(2), record(3)])
            try store.append(4...4)
            #expect(try store.bytes(at: 2) == record(2))
            #expect(try store.bytes(at: 4) == record(4))
            #expect(try reader.scanned().count == 3)
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test("An empty commit succeeds") func aCommitOfNothingIsDurable() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            var store = try home.open()
            #expect(store.commit() == .durable)
            try store.append(1...1)
            #expect(store.commit() == .durable)
            #expect(store.commit() == .durable)
            #expect(try store.makeReader().last == 1)
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test("A crash loses only the open batch") func aCrashLosesTheOpenBatchAndOnlyThat() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            do {
                var store = try home.open()
                try store.append(1...10)
                #expect(store.commit() == .durable)
                try store.append(11...15)
            }
            var store = try home.open()
            #expect(store.last == 10)
            #expect(try store.makeReader().scanned() == (1...10).map { record($0) })
            // The positions that were lost are given again.
            try store.append(11...11)
            #expect(store.commit() == .durable)
            #expect(try store.makeReader().last == 11)
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test("Position zero and positions after the last one are refused")
    func thereIsNoPositionZeroAndNoneAfterTheLast() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            var store = try home.open()
            try store.append(1...2)
            for hasCommitted in [false, true] {
                if hasCommitted { #expect(store.commit() == .durable) }
                for position in [0, 3, .max] as [Position] {
                    do throws(StoreError) {
                        _ = try store.bytes(at: position)
                        Issue.record("there was a record at \(position)")
                    } catch {
                        #expect(error.code == .noSuchPosition)
                    }
                    let error = #expect(throws: StoreError.self) { try reader(store).bytes(at: position) }
                    #expect(error?.code == .noSuchPosition)
                }
            }
        }
        func reader<Store: EventStore & ~Copyable>(_ store: borrowing Store) -> Store.Reader { store.makeReader() }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test func aScanKeepsItsBoundsAndStopsWhenTold() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            var store = try home.open()
            try store.append(1...100)
            #expect(store.commit() == .durable)
            let reader = store.makeReader()
            let all = (1...100).map { record($0) }
            #expect(try reader.scanned() == all)
            #expect(try reader.scanned(from: 1, through: 1) == [record(1)])
            #expect(try reader.scanned(from: 40, through: 60) == Array(all[39..<60]))
            #expect(try reader.scanned(from: 100, through: 100) == [record(100)])
            #expect(try reader.scanned(from: 100, through: 1000) == [record(100)])
            #expect(try reader.scanned(from: 101) == [])
            #expect(try reader.scanned(from: 60, through: 59) == [])
            #expect(try reader.scanned(from: .max) == [])
            var visited: [Position] = []
            try reader.scan(from: 10, through: .max) { position, _ in
                visited.append(position)
                return position < 12
            }
            #expect(visited == [10, 11, 12])
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test func aLongScanIsMadeOfShortViewsAndSeesWhatIsCommittedMeanwhile() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            var store = try home.open()
            let count: Position = 20_000
            try store.append(1...count)
            #expect(store.commit() == .durable)
            let reader = store.makeReader()
            var next: Position = 1
            // Commits inside the body, because a reader never blocks the writer.
            var committed: Durability?
            try withStore(&store) { store in
                try reader.scan(from: 1, through: .max) { position, bytes in
                    #expect(position == next)
                    if position == 5 {
                        committed = store(count + 1)
                    }
                    if position % 1000 == 0 {
                        #expect(bytes.withUnsafeBytes { Array($0) } == record(position))
                    }
                    next += 1
                    return true
                }
            }
            #expect(committed == .durable)
            #expect(next == count + 2)
        }
        func withStore<Store: EventStore & ~Copyable>(
            _ store: inout Store, _ body: ((Position) -> Durability) throws -> Void
        ) rethrows {
            try body { position in
                do {
                    try store.append(record(position), at: position)
                    return store.commit()
                } catch {
                    return .failed("\(error)")
                }
            }
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test("Records of any length are read back complete") func recordsOfAnyLengthComeBackWhole() throws {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            var store = try home.open()
            let counts = [1, 112, 2000, 2001, 4096, 100_000, RecordLimit.maximumBytes]
            for (index, count) in counts.enumerated() {
                try store.append(record(Position(index + 1), count: count), at: Position(index + 1))
            }
            #expect(store.commit() == .durable)
            #expect(try store.makeReader().scanned().map(\.count) == counts)
            #expect(try store.bytes(at: 6) == record(6, count: 100_000))
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    /// Random batches, reads and crashes, compared with an array of the expected contents.
    @Test(
        "The store behaves like its model for random calls",
        arguments: seeds) func whateverTheOrderTheStoreIsItsModel(seed: UInt64) throws
    {
        func rule(_ home: Home<some EventStore & ~Copyable>) throws {
            var generator = SeededGenerator(seed: seed)
            var committed: [[UInt8]] = []
            var pending: [[UInt8]] = []
            for _ in 0..<6 {
                var store = try home.open()
                #expect(store.last == Position(committed.count), "seed \(seed)")
                for _ in 0..<Int.random(in: 0..<20, using: &generator) {
                    switch Int.random(in: 0..<9, using: &generator) {
                    case 0..<5:
                        for _ in 0..<Int.random(in: 1...50, using: &generator) {
                            let count = Int.random(
                                in: 1...(Bool.random(using: &generator) ? 100 : 5000), using: &generator)
                            let random = generator.next()
                            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: random), count: count)
                            pending.append(bytes)
                            try store.append(bytes, at: Position(committed.count + pending.count))
                        }
                    case 5..<7:
                        #expect(store.commit() == .durable, "seed \(seed)")
                        committed += pending
                        pending = []
                    case 7:
                        let all = committed + pending
                        guard let position = all.indices.randomElement(using: &generator) else { break }
                        #expect(try store.bytes(at: Position(position + 1)) == all[position], "seed \(seed)")
                    default:
                        guard let from = committed.indices.randomElement(using: &generator) else { break }
                        let through = Int.random(in: from..<committed.count, using: &generator)
                        let scanned = try store.makeReader().scanned(
                            from: Position(from + 1), through: Position(through + 1))
                        #expect(scanned == Array(committed[from...through]), "seed \(seed)")
                    }
                }
                // The crash.
                pending = []
            }
            #expect(try home.open().makeReader().scanned() == committed, "seed \(seed)")
        }
        try rule(.lmdb())
        try rule(.queued())
        try rule(.memory())
    }

    @Test func aPositionThatDoesNotFollowStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            var store = MemoryStore()
            try store.append(record(2), at: 2)
        }
    }
}
