/// Replaying the log: all of it, in order, or an error that names the place.

import Accounts
import EventCoding
import EventLog
import Testing

@Suite struct ReplayTests {
    private struct Stop: Error {}

    private func fault(_ metas: [EventMeta], after order: LogOrder = LogOrder()) throws -> LogOrder.Fault? {
        let error = #expect(throws: LogError.self) {
            _ = try MemoryStore(disk(metas)).makeReader().replay(after: order) { _, _ in }
        }
        guard case .order(let fault) = error else { return nil }
        return fault
    }

    @Test func everyEventIsReplayedOnceInOrderAndEveryAccountsLastPositionIsKnown() throws {
        let reader = MemoryStore(disk([meta(0), meta(1), meta(0, previous: 1), meta(2), meta(1, previous: 2)]))
            .makeReader()
        var seen: [Position] = []
        let order = try reader.replay { meta, read in
            seen.append(meta.position)
            #expect(read == event(meta.position))
        }
        #expect(seen == [1, 2, 3, 4, 5])
        #expect(order.last == 5)
        #expect(order.lastPositions == [3, 5, 4])
        #expect(order.lastPosition(of: 1) == 5)
        #expect(order.lastPosition(of: 9) == 0)
    }

    @Test("A replay in two parts gives the same state as one replay") func aReplayInTwoPartsIsTheReplayInOne() throws {
        let metas = [meta(0), meta(1), meta(0, previous: 1), meta(2), meta(1, previous: 2)]
        let reader = MemoryStore(disk(metas)).makeReader()
        let whole = try reader.replay { _, _ in }
        for cut in 0...5 as ClosedRange<Position> {
            var seen: [Position] = []
            let first = try reader.replay(through: cut) { meta, _ in seen.append(meta.position) }
            #expect(first.last == cut)
            #expect(try reader.replay(after: first) { meta, _ in seen.append(meta.position) } == whole)
            #expect(seen == [1, 2, 3, 4, 5])
        }
    }

    @Test("The replay of an empty log gives an empty state and reports its end")
    func anEmptyLogReplaysToNothingAndSaysThatItIsDone() throws {
        var reports: [ReplayProgress] = []
        let order = try MemoryStore().makeReader().replay(progress: { reports.append($0) }, { _, _ in })
        #expect(order == LogOrder())
        #expect(reports.map(\.position) == [0])
        #expect(reports.map(\.total) == [0])
    }

    @Test func progressGoesForwardAndEndsAtTheTotal() throws {
        let reader = MemoryStore(disk((0..<20_000).map { meta(previous: $0) })).makeReader()
        var reports: [ReplayProgress] = []
        _ = try reader.replay(progress: { reports.append($0) }, { _, _ in })
        #expect(reports.last?.position == 20_000)
        #expect(reports.allSatisfy { $0.total == 20_000 })
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.position <= $1.position })
    }

    @Test("A recorded time before the previous one is refused") func recordedTimeThatGoesBackIsRefused() throws {
        let found = try fault([meta(recorded: 5), meta(previous: 1, recorded: 5), meta(previous: 2, recorded: 4)])
        let (five, four) = (Instant(milliseconds: 5), Instant(milliseconds: 4))
        #expect(found == LogOrder.Fault(position: 3, reason: .timeWentBack(from: five, to: four)))
    }

    @Test("A wrong link to the account's previous event is refused")
    func aPreviousThatIsNotTheAccountsLastIsRefused() throws {
        #expect(
            try fault([meta(0), meta(0, previous: 1), meta(0, previous: 1)])
                == LogOrder.Fault(position: 3, reason: .wrongPrevious(account: 0, says: 1, was: 2)))
        #expect(
            try fault([meta(0), meta(1, previous: 1)])
                == LogOrder.Fault(position: 2, reason: .wrongPrevious(account: 1, says: 1, was: 0)))
        #expect(
            try fault([meta(0), meta(0)])
                == LogOrder.Fault(position: 2, reason: .wrongPrevious(account: 0, says: 0, was: 1)))
    }

    @Test("An event of an account that was not opened is refused")
    func anAccountThatThereCannotBeYetIsRefused() throws {
        #expect(
            try fault([meta(0), meta(.max)]) == LogOrder.Fault(position: 2, reason: .strangeAccount(.max)))
    }

    @Test("A replay that begins beyond the log is refused") func anOrderAheadOfTheLogIsRefused() throws {
        let order = LogOrder(last: 3, lastRecorded: nil, lastPositions: [3])
        #expect(try fault([meta(0)], after: order) == LogOrder.Fault(position: 3, reason: .notInLog(1)))
    }

    @Test("An error of the body stops the replay and is thrown") func aBodysErrorComesOutAndStopsTheReplay() throws {
        let reader = MemoryStore(disk((0..<5).map { meta(previous: $0) })).makeReader()
        var seen: [Position] = []
        #expect(throws: Stop.self) {
            _ = try reader.replay { meta, _ in
                seen.append(meta.position)
                if meta.position == 2 { throw Stop() }
            }
        }
        #expect(seen == [1, 2])
    }

    @Test func anEventOfATypeThatThisVersionDoesNotKnowStopsTheReplayWithItsNumber() throws {
        let home = Home<LMDBStore>.lmdb()
        var store = try home.open()
        let records = disk([meta(0), meta(0, previous: 1)]).records
        try store.append(records[0], at: 1)
        try store.append(withType(0xFFFE, records[1], at: 2), at: 2)
        #expect(store.commit() == .durable)
        let reader = store.makeReader()
        var count = 0
        let error = #expect(throws: LogError.self) { _ = try reader.replay { _, _ in count += 1 } }
        guard case .record(let cause) = error else { throw error ?? .record(.badChecksum(position: 0)) }
        #expect(cause == .unknownType(number: 0xFFFE, position: 2))
        #expect(count == 1)
    }

    /// The record with another type and the checksum that fits it, as a later version would write it.
    private func withType(_ type: UInt16, _ record: [UInt8], at position: Position) -> [UInt8] {
        var record = record
        record[8] = UInt8(truncatingIfNeeded: type)
        record[9] = UInt8(truncatingIfNeeded: type >> 8)
        let sum = XXH64.hash(record.span.bytes.extracting(8...), seed: position)
        for index in 0..<8 { record[index] = UInt8(truncatingIfNeeded: sum >> UInt64(index * 8)) }
        return record
    }
}
