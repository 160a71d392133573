/// A snapshot that is taken while commands go on, and the log after it, make the live state.

import Accounts
import EventLog
import ScenarioKit
import TestSupport
import Testing

@Suite
struct SnapshotTests {
    /// Small, so that rows change again and again before the snapshot is whole.
    private static var small: AccountsState.SnapshotStep {
        var step = AccountsState.SnapshotStep()
        (step.rows, step.filterWords, step.lastRows) = (3, 1 << 17, 2)
        return step
    }

    /// Commands with one step of the snapshot after each, until it is whole.
    private func takeSnapshot(_ scenario: Scenario, _ draw: inout Draw, _ step: AccountsState.SnapshotStep)
        -> [SnapshotChunk]
    {
        scenario.beginSnapshot()
        var chunks: [SnapshotChunk] = []
        while chunks.last?.kind != .rest {
            for _ in 0..<Int.random(in: 0...3, using: &draw.random) { scenario.when(draw.command(), as: draw.role()) }
            chunks += scenario.nextSnapshotChunks(step)
        }
        return chunks
    }

    @Test("A snapshot and the events after it give the live state, whatever happens while it is taken")
    func snapshotAndTailAreLive() throws {
        print("SEED=\(ReplayTests.seed)")
        var draw = Draw(seed: ReplayTests.seed)
        let scenario = Scenario()
        for round in 0..<20 {
            for _ in 0..<200 { scenario.when(draw.command(), as: draw.role()) }
            scenario.at(draw.later(than: scenario.now))
            let chunks = takeSnapshot(scenario, &draw, round % 2 == 0 ? Self.small : AccountsState.SnapshotStep())
            for _ in 0..<Int.random(in: 0...50, using: &draw.random) { scenario.when(draw.command(), as: draw.role()) }

            let restored = try scenario.restored(chunks)

            let (live, again) = (scenario.digests, restored.digests)
            for (one, other) in zip(live, again) {
                #expect(one.digest == other.digest, "\(one.name) in round \(round), SEED=\(ReplayTests.seed)")
            }
            #expect(restored.trialBalance == .zero)
            if round % 5 == 4 { try scenario.restart(from: chunks) }
        }
        scenario.thenReplayIsLive()
    }

    @Test("Due fees are charged after a start from a snapshot as without it")
    func agendaIsMade() throws {
        func history(restarting: Bool) throws -> [[UInt8]] {
            let scenario = Scenario()
            scenario.given(subscriber: "79001234567", tariff: "talk", balance: "500")
            scenario.given("OPTION.ON 79001234567 extra")
            scenario.beginSnapshot()
            var chunks: [SnapshotChunk] = []
            while chunks.last?.kind != .rest { chunks += scenario.nextSnapshotChunks(.init()) }
            if restarting { try scenario.restart(from: chunks) }
            scenario.at("2018-09-01T00:00:00Z")
            return scenario.records
        }
        let (plain, restarted) = (try history(restarting: false), try history(restarting: true))
        #expect(plain == restarted)
        #expect(plain.count > 20)
    }

    @Test("Ids and references of before, during and after the snapshot are known after a start from it")
    func idsAreKept() throws {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        var serial = 0
        func pay() {
            serial += 1
            scenario.given("TOPUP 79001234567 1 ref=r\(serial) id=i\(serial)")
        }
        for _ in 0..<10 { pay() }
        scenario.beginSnapshot()
        var chunks: [SnapshotChunk] = []
        while chunks.last?.kind != .rest {
            pay()
            chunks += scenario.nextSnapshotChunks(Self.small)
        }
        for _ in 0..<10 { pay() }

        try scenario.restart(from: chunks)

        for number in 1...serial {
            #expect(
                scenario.when("TOPUP 79001234567 1 ref=r\(number) id=i\(number)")["repeated"] == "1", "id \(number)")
            #expect(scenario.when("TOPUP 79001234567 1 ref=r\(number)").text.hasPrefix("ERR duplicate_ref"))
        }
    }

    @Test("A snapshot is finished even if its filter takes many steps")
    func largeFilter() throws {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let chunks = try #require(scenario.takeSnapshot(filterWords: 1024))
        #expect(chunks.count { $0.kind == .filter } > 200)
        #expect(try scenario.restored(chunks).trialBalance == .zero)
    }

    @Test("A snapshot with a missing, changed or misplaced part is refused")
    func damageIsAnError() throws {
        let scenario = Scenario()
        for number in 10...30 { scenario.given(subscriber: "790000000\(number)", tariff: "talk", balance: "100") }
        scenario.beginSnapshot()
        var chunks: [SnapshotChunk] = []
        while chunks.last?.kind != .rest { chunks += scenario.nextSnapshotChunks(Self.small) }
        _ = try scenario.restored(chunks)

        for index in chunks.indices where chunks[index].bytes.count > 4 {
            var without = chunks
            without.remove(at: index)
            #expect(throws: SnapshotError.self) { _ = try scenario.restored(without) }
            var short = chunks
            short[index] = SnapshotChunk(
                kind: chunks[index].kind, position: chunks[index].position, bytes: chunks[index].bytes.dropLast())
            #expect(throws: SnapshotError.self) { _ = try scenario.restored(short) }
        }
        var later = chunks
        later[0] = SnapshotChunk(kind: .rows, position: chunks.last!.position + 1, bytes: chunks[0].bytes)
        #expect(throws: SnapshotError.self) { _ = try scenario.restored(later) }
    }

    @Test("Random changes in a snapshot never crash its reader")
    func randomDamageIsNoCrash() throws {
        var random = SplitMix64(seed: ReplayTests.seed)
        let scenario = Scenario()
        for number in 10...14 { scenario.given(subscriber: "790000000\(number)", tariff: "talk", balance: "100") }
        scenario.given(#"ORG.CREATE name="A" inn=7707083893"#)
        let org = scenario.answer["org"]
        scenario.given("ORG.ADD \(org) 79000000010", "ORG.ADMIN.ADD \(org) 79000000011", "GROUP.CREATE \(org) name=B")
        scenario.given("GROUP.ADD 1 79000000010", "PROFILE.SET 79000000010 name=C region=msk", "LOGIN.CODE 79009999999")
        let session = scenario.given(signedIn: "79000000011")
        scenario.given(#"LINK.ADD 79000000012 reauth="correct horse" session=\#(session)"#)
        scenario.given("SIM.REPLACE 79000000013 iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        scenario.given("ERASE 79000000013", "SUBSCRIBER.TERMINATE 79000000014")
        scenario.beginSnapshot()
        var chunks: [SnapshotChunk] = []
        while chunks.last?.kind != .rest { chunks += scenario.nextSnapshotChunks(.init()) }
        let interesting = chunks.indices.filter { chunks[$0].kind != .filter && !chunks[$0].bytes.isEmpty }
        for _ in 0..<400 {
            var damaged = chunks
            let index = interesting.randomElement(using: &random)!
            var bytes = chunks[index].bytes
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<7, using: &random)
            damaged[index] = SnapshotChunk(kind: chunks[index].kind, position: chunks[index].position, bytes: bytes)
            _ = try? scenario.restored(damaged).trialBalance
        }
    }
}
