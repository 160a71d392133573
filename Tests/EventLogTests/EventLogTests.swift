/// Events in the log: appended, read back, walked along an account's history.

import Accounts
import EventCoding
import EventLog
import Testing

/// The n-th event of these tests, so that a wrong event shows.
func event(_ n: Position) -> Event {
    .toppedUp(ToppedUp(amount: Int64(n) * 100, method: .card, ref: "acq-\(n)", balanceAfter: Int64(n) * 100))
}

func meta(
    _ account: AccountIndex = 0, previous: Position = 0, recorded: Int64 = 1000
) -> EventMeta {
    EventMeta(
        recorded: Instant(milliseconds: recorded), effective: Instant(milliseconds: 900), account: account,
        previous: previous, principal: 7, session: 3, commandID: Hash128(high: 1, low: 2))
}

/// A disk whose records are of events with these metas, in order; their positions are filled in.
func disk(_ metas: [EventMeta]) -> MemoryDisk {
    var records: [[UInt8]] = []
    for (index, meta) in metas.enumerated() {
        var (meta, record) = (meta, [UInt8]())
        meta.position = Position(index + 1)
        Record.encode(meta, event(meta.position), into: &record)
        records.append(record)
    }
    return MemoryDisk(records: records)
}

@Suite struct EventLogTests {
    @Test("An event is read back with its metadata and position") func anEventComesBackWithItsMetaAndPosition() throws {
        func rule<Store: EventStore & ~Copyable>(_ home: Home<Store>) throws {
            var log = try EventLog(home.open())
            #expect(log.last == 0)
            #expect(try log.append(event(1), meta(5)) == 1)
            #expect(try log.append(event(2), meta(6, recorded: 1001)) == 2)
            #expect(log.last == 2)
            var expected = meta(6, recorded: 1001)
            expected.position = 2
            #expect(try log.event(at: 2).meta == expected)
            #expect(try log.event(at: 2).event == event(2))
            let reader = log.makeReader()
            #expect(throws: LogError.self) { try reader.event(at: 2) }
            #expect(log.commit() == .durable)
            #expect(try reader.event(at: 2).event == event(2))
            #expect(try reader.meta(at: 2) == expected)
        }
        try rule(.lmdb())
        try rule(.memory())
    }

    @Test("A reopened log continues after its last event and its time")
    func aReopenedLogGoesOnAfterTheLastEventAndItsTime() throws {
        let home = Home<LMDBStore>.lmdb()
        do {
            var log = try EventLog(home.open())
            #expect(log.lastRecorded == nil)
            try log.append(event(1), meta(recorded: 1234))
            #expect(log.commit() == .durable)
        }
        var log = try EventLog(home.open())
        #expect(log.lastRecorded == Instant(milliseconds: 1234))
        #expect(try log.append(event(2), meta(previous: 1, recorded: 1234)) == 2)
    }

    @Test("An append that the store refuses throws the store's error") func aRefusedAppendIsTheStoresError() throws {
        var log = try EventLog(MemoryStore())
        log.store.disk.refuseNextAppend()
        do throws(LogError) {
            try log.append(event(1), meta())
            Issue.record("a full disk took an event")
        } catch {
            guard case .store(let cause) = error else { throw error }
            #expect(cause.code == .full)
        }
    }

    @Test func anEventRecordedBeforeTheLastOneStopsTheProcess() async {
        await #expect(processExitsWith: .failure) { try appendBackInTime() }
    }

    @Test func eventsAreInOrderAndWithinTheirBounds() throws {
        let reader = MemoryStore(disk((0..<10).map { meta(previous: $0) })).makeReader()
        var seen: [Position] = []
        try reader.events(from: 3, through: 6) { meta, read in
            seen.append(meta.position)
            #expect(read == event(meta.position))
            return true
        }
        #expect(seen == [3, 4, 5, 6])
        seen = []
        try reader.events { meta, _ in
            seen.append(meta.position)
            return meta.position < 2
        }
        #expect(seen == [1, 2])
    }

    @Test("A history lists one account's events, the newest first")
    func aHistoryIsOneAccountsEventsTheNewestFirst() throws {
        // Accounts 0, 1, 2 in turn.
        let reader = MemoryStore(disk((1...30).map { meta(($0 - 1) % 3, previous: $0 > 3 ? Position($0 - 3) : 0) }))
            .makeReader()
        func history(from last: Position, limit: Int = .max) throws -> ([Position], next: Position) {
            var positions: [Position] = []
            let next = try reader.history(of: 1, from: last, limit: limit) { meta, _ in
                #expect(meta.account == 1)
                positions.append(meta.position)
                return true
            }
            return (positions, next)
        }
        #expect(try history(from: 29) == ([29, 26, 23, 20, 17, 14, 11, 8, 5, 2], 0))
        // A page, and the next one.
        #expect(try history(from: 29, limit: 3) == ([29, 26, 23], 20))
        #expect(try history(from: 20, limit: 3) == ([20, 17, 14], 11))
        #expect(try history(from: 2, limit: 3) == ([2], 0))
        #expect(try history(from: 0) == ([], 0))
        #expect(try history(from: 29, limit: 0) == ([], 29))
        let next = try reader.history(of: 1, from: 29) { _, _ in false }
        #expect(next == 26)
    }

    @Test("A history with an event of another account is refused at that event")
    func aHistoryThatLeavesItsAccountIsRefusedWhereItDoes() throws {
        let reader = MemoryStore(disk([meta(0), meta(1), meta(1, previous: 1)])).makeReader()
        do throws(LogError) {
            try reader.history(of: 1, from: 3) { _, _ in true }
            Issue.record("a history led to another account")
        } catch {
            guard case .order(let fault) = error else { throw error }
            #expect(fault == LogOrder.Fault(position: 1, reason: .strangeHistory(account: 1)))
        }
    }

    @Test("A damaged record stops a scan with its position, and no record is skipped")
    func aDamagedRecordStopsAScanWithItsPositionAndNothingIsSkipped() throws {
        var records = disk((0..<5).map { meta(previous: $0) }).records
        records[2][90] ^= 1
        let reader = MemoryStore(MemoryDisk(records: records)).makeReader()
        var seen: [Position] = []
        do throws(LogError) {
            try reader.events { meta, _ in
                seen.append(meta.position)
                return true
            }
            Issue.record("a damaged record was read")
        } catch {
            guard case .record(let cause) = error else { throw error }
            #expect(cause == .badChecksum(position: 3))
        }
        #expect(seen == [1, 2])
    }

    @Test func aLogThatEndsInADamagedRecordIsNotOpened() throws {
        var records = disk([meta()]).records
        records[0][20] ^= 1
        let disk = MemoryDisk(records: records)
        do throws(LogError) {
            _ = try EventLog(MemoryStore(disk))
            Issue.record("it was opened")
        } catch {
            guard case .record(.badChecksum(position: 1)) = error else { throw error }
        }
    }
}

private func appendBackInTime() throws {
    var log = try EventLog(MemoryStore())
    try log.append(event(1), meta(recorded: 1000))
    try log.append(event(2), meta(previous: 1, recorded: 999))
}
