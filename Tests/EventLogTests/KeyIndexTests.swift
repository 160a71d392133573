import Accounts
import EventLog
import Foundation
import Testing

/// The index of idempotency keys on disk: keys that go in are found, and an index left by a crash or of another log is
/// not used.
@Suite struct KeyIndexTests {
    @Test("Every key is found with its position, however many tables were merged")
    func everyKeyIsFoundUnderItsPositionHoweverManyTablesWereMerged() throws {
        let directory = TemporaryDirectory()
        var log = try EventLog(LMDBStore(data: directory.path, created: Instant(milliseconds: 0)))
        let keys = try fill(&log, events: 4000)
        let index = try KeyIndex(data: directory.path, log: log.store)

        for table in tables(of: keys, each: 64) { try index.add(table) }

        #expect(try index.through == 3968)
        let runTables = try index.runTables
        #expect(runTables == [16, 16, 16, 4, 4, 4, 1, 1], "merged by fours")
        for (position, key) in keys.prefix(3968) {
            #expect(try index.first(of: key) { $0 == position } == position)
        }
        #expect(try index.first(of: Hash128(high: 1, low: 1)) { _ in true } == nil)
    }

    @Test("Keys with the same fingerprint are distinguished by the caller")
    func keysThatShareAFingerprintAreToldApartByWhoeverAsks() throws {
        let directory = TemporaryDirectory()
        var log = try EventLog(LMDBStore(data: directory.path, created: Instant(milliseconds: 0)))
        _ = try fill(&log, events: 2)
        let index = try KeyIndex(data: directory.path, log: log.store)
        let (one, other) = (Hash128(high: 7, low: 1), Hash128(high: 7, low: 2))

        for table in tables(of: [(1, one), (2, other)], each: 1) { try index.add(table) }

        #expect(try index.first(of: other) { $0 == 2 } == 2)
        #expect(try index.first(of: one) { _ in true } == 1, "the first of two that both are it")
    }

    @Test("Added keys are found after the index is reopened") func whatWasAddedIsThereWhenItIsOpenedAgain() throws {
        let directory = TemporaryDirectory()
        var log = try EventLog(LMDBStore(data: directory.path, created: Instant(milliseconds: 0)))
        let keys = try fill(&log, events: 100)
        do {
            let index = try KeyIndex(data: directory.path, log: log.store)
            for table in tables(of: keys, each: 10) { try index.add(table) }
        }
        let index = try KeyIndex(data: directory.path, log: log.store)
        #expect(try index.through == 100)
        for (position, key) in keys { #expect(try index.first(of: key) { _ in true } == position) }
    }

    @Test("An index of another history is rebuilt") func anIndexOfAnotherHistoryIsMadeAnew() throws {
        let directory = TemporaryDirectory()
        do {
            var log = try EventLog(LMDBStore(data: directory.path, created: Instant(milliseconds: 0)))
            let keys = try fill(&log, events: 20)
            for table in tables(of: keys, each: 10) {
                try KeyIndex(data: directory.path, log: log.store).add(table)
            }
        }
        // The same log's id, and other records: a copy that was restored and then written to.
        let identity = try ReadOnlyLog(data: directory.path).identity
        try FileManager.default.removeItem(atPath: directory.path + "/log")
        var log = try EventLog(LMDBStore(data: directory.path, created: identity.created, identity: identity))
        _ = try fill(&log, events: 30, at: 1)

        #expect(try KeyIndex(data: directory.path, log: log.store).through == 0)
    }

    @Test("An index ahead of its log is rebuilt") func anIndexAheadOfItsLogIsMadeAnew() throws {
        let directory = TemporaryDirectory()
        do {
            var log = try EventLog(LMDBStore(data: directory.path, created: Instant(milliseconds: 0)))
            for table in tables(of: try fill(&log, events: 20), each: 20) {
                try KeyIndex(data: directory.path, log: log.store).add(table)
            }
        }
        let identity = try ReadOnlyLog(data: directory.path).identity
        try FileManager.default.removeItem(atPath: directory.path + "/log")
        var log = try EventLog(LMDBStore(data: directory.path, created: identity.created, identity: identity))
        _ = try fill(&log, events: 5)

        #expect(try KeyIndex(data: directory.path, log: log.store).through == 0)
    }

    @Test("A damaged index is rebuilt") func aDamagedIndexIsMadeAnew() throws {
        let directory = TemporaryDirectory()
        var log = try EventLog(LMDBStore(data: directory.path, created: Instant(milliseconds: 0)))
        let keys = try fill(&log, events: 10)
        do { try KeyIndex(data: directory.path, log: log.store).add(tables(of: keys, each: 10)[0]) }
        try Data(repeating: 0xFF, count: 8192).write(to: URL(filePath: directory.path + "/index/data.mdb"))

        #expect(try KeyIndex(data: directory.path, log: log.store).through == 0)
    }
}

/// Commits so many events, and returns the key of each.
private func fill(
    _ log: inout EventLog<LMDBStore>, events: UInt64, at milliseconds: Int64 = 0
) throws -> [(position: Position, key: Hash128)] {
    var generator = Draws(state: 0x5eed)
    var keys: [(Position, Hash128)] = []
    for _ in 0..<events {
        let key = Hash128(high: generator.next(), low: generator.next())
        let event = Event.toppedUp(ToppedUp(amount: 1, method: .card, ref: "r", balanceAfter: 1))
        let meta = EventMeta(
            recorded: Instant(milliseconds: milliseconds), effective: Instant(milliseconds: milliseconds), account: 0,
            previous: 0, principal: 1, session: 0, commandID: key, arguments: key)
        keys.append((try log.append(event, meta), key))
    }
    #expect(log.commit() == .durable)
    return keys
}

/// The tables as the state makes them: full ones only.
private func tables(of keys: [(position: Position, key: Hash128)], each: Int) -> [IdempotencyKeys.Table] {
    var state = AccountsState(idempotencyKeys: IdempotencyKeys(tableKeys: each))
    var tables: [IdempotencyKeys.Table] = []
    for (position, key) in keys {
        let meta = EventMeta(
            position: position, recorded: Instant(milliseconds: 0), effective: Instant(milliseconds: 0), account: 0,
            previous: 0, principal: 1, session: 0, commandID: key, arguments: key)
        state.apply(.principalDisabled(PrincipalDisabled()), meta)
        tables += state.takeFullKeys()
    }
    return tables
}

/// splitmix64: the same draws on every machine.
private struct Draws {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
