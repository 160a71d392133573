/// A snapshot compared with the state that the log makes: every difference is named.

import Accounts
import EventLog
import ScenarioKit
import TestSupport
import Testing

@Suite("A snapshot, compared")
struct SnapshotComparisonTests {
    private static let limit = 100

    /// Where a row is in its chunk, with the account and the length before it.
    private struct Row {
        let account: AccountIndex
        let chunk: Int
        let bytes: Range<Int>
        var payload: Range<Int> { (bytes.lowerBound + 8)..<bytes.upperBound }
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func rows(_ chunks: [SnapshotChunk]) -> [Row] {
        chunks.indices.filter { chunks[$0].kind == .rows }.flatMap { chunk in
            let bytes = chunks[chunk].bytes
            var (rows, at): ([Row], Int) = ([], 0)
            while at < bytes.count {
                let end = at + 8 + number(bytes[(at + 4)...])
                rows.append(Row(account: AccountIndex(number(bytes[at...])), chunk: chunk, bytes: at..<end))
                at = end
            }
            return rows
        }
    }

    private func changed(_ chunks: [SnapshotChunk], _ index: Int, _ body: (inout [UInt8]) -> Void) -> [SnapshotChunk] {
        var (chunks, bytes) = (chunks, chunks[index].bytes)
        body(&bytes)
        chunks[index] = SnapshotChunk(kind: chunks[index].kind, position: chunks[index].position, bytes: bytes)
        return chunks
    }

    private func snapshot(_ scenario: Scenario, while happens: () -> Void = {}) -> [SnapshotChunk] {
        var step = AccountsState.SnapshotStep()
        (step.rows, step.filterWords, step.lastRows) = (3, 1 << 17, 2)
        scenario.beginSnapshot()
        var chunks: [SnapshotChunk] = []
        while chunks.last?.kind != .rest {
            happens()
            chunks += scenario.nextSnapshotChunks(step)
        }
        return chunks
    }

    /// Compares with the state that the log alone makes.
    private func differences(_ scenario: Scenario, _ chunks: [SnapshotChunk], limit: Int = limit) throws
        -> [SnapshotDifference]
    {
        try scenario.replayed().state.differences(
            from: { index throws(SnapshotError) in chunks[index] }, count: chunks.count, limit: limit,
            encode: SnapshotFormat.encode)
    }

    private func cabinetOfOrganization() -> Scenario {
        let scenario = Scenario()
        scenario.given("ORG.CREATE name=X inn=7707083893")
        for number in 10...20 {
            scenario.given(subscriber: "790000000\(number)", tariff: "talk", balance: "1\(number)0")
            scenario.given("ORG.ADD \(1) 790000000\(number)")
        }
        return scenario
    }

    @Test("The live state's snapshot equals the one that a replay of the log makes, after random commands and starts")
    func honestIsSame() throws {
        print("SEED=\(ReplayTests.seed)")
        var draw = Draw(seed: ReplayTests.seed)
        let scenario = Scenario()
        for round in 0..<12 {
            for _ in 0..<200 { scenario.when(draw.command(), as: draw.role()) }
            scenario.at(draw.later(than: scenario.now))
            let chunks = snapshot(scenario) {
                for _ in 0..<Int.random(in: 0...3, using: &draw.random) {
                    scenario.when(draw.command(), as: draw.role())
                }
            }
            #expect(try differences(scenario, chunks) == [], "round \(round), SEED=\(ReplayTests.seed)")
            if round % 4 == 3 { try scenario.restart(from: chunks) }
        }
    }

    @Test("A changed bit in any row is reported with its account and projection")
    func anyRow() throws {
        print("SEED=\(ReplayTests.seed)")
        var draw = Draw(seed: ReplayTests.seed)
        let scenario = Scenario()
        for _ in 0..<1500 { scenario.when(draw.command(), as: draw.role()) }
        let chunks = snapshot(scenario)
        let live = scenario.digests
        // The last row of an account counts.
        let counting = Dictionary(rows(chunks).map { ($0.account, $0) }) { $1 }
        try #require(counting.count > 10)
        var named: Set<String> = []
        for _ in 0..<150 {
            let row = counting.values.sorted { $0.account < $1.account }.randomElement(using: &draw.random)!
            let place = Int.random(in: row.payload, using: &draw.random)
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &draw.random)
            let other = changed(chunks, row.chunk) { $0[place] ^= bit }

            let found = try differences(scenario, other)

            #expect(found.map(\.account) == [row.account], "byte \(place), SEED=\(ReplayTests.seed)")
            // If it still decodes to a state, its digests show the change.
            if let restored = try? scenario.restored(other) {
                let differing = zip(live, restored.digests).filter { $0.digest != $1.digest }.map(\.0.name)
                if !differing.isEmpty {
                    #expect(differing.contains(found.first?.projection ?? ""), "\(differing), SEED=\(ReplayTests.seed)")
                }
            }
            named.formUnion(found.map(\.projection))
        }
        #expect(named.isSuperset(of: [Directory.name, Access.name, Balances.name, Subscriptions.name]), "\(named)")
    }

    @Test("Money moved from one account to another is reported on both, although the books balance")
    func movedMoney() throws {
        let scenario = cabinetOfOrganization()
        let chunks = snapshot(scenario)
        func change(_ chunks: [SnapshotChunk], _ msisdn: String, by kopecks: Int64) throws -> [SnapshotChunk] {
            let (account, balance) = scenario.look { scenario in
                let account = scenario.directory.find(MSISDN(text: msisdn.utf8)!)!
                return (account, scenario.balances[account].minorUnits)
            }
            let row = try #require(rows(chunks).last { $0.account == account })
            let old = withUnsafeBytes(of: balance.littleEndian) { Array($0) }
            let places = row.payload.dropLast(7).filter { Array(chunks[row.chunk].bytes[$0..<($0 + 8)]) == old }
            let place = try #require(places.count == 1 ? places.first : nil, "\(msisdn): \(places)")
            return changed(chunks, row.chunk) {
                $0.replaceSubrange(
                    place..<(place + 8), with: withUnsafeBytes(of: (balance + kopecks).littleEndian) { Array($0) })
            }
        }
        let other = try change(try change(chunks, "79000000012", by: 1), "79000000015", by: -1)
        // It loads as a snapshot: only a comparison finds the change.
        #expect(try scenario.restored(other).trialBalance == .zero)

        let found = try differences(scenario, other)

        let accounts = scenario.look { scenario in
            ["79000000015", "79000000012"].map { scenario.directory.find(MSISDN(text: $0.utf8)!)! }
        }
        #expect(Set(found.map(\.account)) == Set(accounts.map { $0 }))
        #expect(found.allSatisfy { $0.projection == Balances.name }, "\(found)")
    }

    @Test("A missing row and an extra row are reported by their accounts")
    func missingAndExtra() throws {
        let scenario = cabinetOfOrganization()
        let chunks = snapshot(scenario)
        let all = rows(chunks)
        for account in Set(all.map(\.account)) {
            var without = chunks
            for row in all.reversed() where row.account == account {
                without = changed(without, row.chunk) { $0.removeSubrange(row.bytes) }
            }
            #expect(
                try differences(scenario, without) == [SnapshotDifference(projection: Directory.name, account: account)]
            )
        }
        let next = scenario.look { $0.directory.next }
        let some = try #require(all.last)
        let extra = changed(chunks, some.chunk) { bytes in
            var row = Array(bytes[some.bytes])
            withUnsafeBytes(of: next.littleEndian) { row.replaceSubrange(0..<4, with: $0) }
            bytes += row
        }
        #expect(try differences(scenario, extra) == [SnapshotDifference(projection: Directory.name, account: next)])
    }

    @Test("The list of differences has at most the requested length")
    func listIsBounded() throws {
        let scenario = cabinetOfOrganization()
        let chunks = snapshot(scenario)
        var (without, extra) = (chunks, chunks)
        for index in chunks.indices where chunks[index].kind == .rows {
            without = changed(without, index) { $0 = [] }
            extra = changed(extra, index) { bytes in
                for account in UInt32(1000)..<1050 {
                    withUnsafeBytes(of: account.littleEndian) { bytes += $0 + [0, 0, 0, 0] }
                }
            }
        }
        for other in [without, extra] { #expect(try differences(scenario, other, limit: 5).count == 5) }
    }

    @Test(
        "A difference that belongs to no account is reported by its projection",
        arguments: [("frontend", "principals"), ("Ромашка-тариф", "catalog"), ("msk", "directory")])
    func rest(text: String, projection: String) throws {
        let scenario = cabinetOfOrganization()
        scenario.given("CATALOG.DRAFT")
        let draft = scenario.answer["draft"]
        scenario.given("CATALOG.PUT \(draft) tariff talk name=Ромашка-тариф fee=60 period=30d")
        scenario.given("CATALOG.PUBLISH \(draft)")
        let chunks = snapshot(scenario)
        let bytes = chunks.last!.bytes
        let sought = Array(text.utf8)
        let place = try #require((0..<(bytes.count - sought.count)).first { bytes[$0...].starts(with: sought) })
        let other = changed(chunks, chunks.count - 1) { $0[place] ^= 1 }
        #expect(try differences(scenario, other) == [SnapshotDifference(projection: projection, account: nil)])
    }

    @Test("A snapshot of another position or without its end is an error, not a difference")
    func notComparable() throws {
        let scenario = cabinetOfOrganization()
        let chunks = snapshot(scenario)
        #expect(throws: SnapshotError.self) { _ = try differences(scenario, Array(chunks.dropLast())) }
        #expect(throws: SnapshotError.self) { _ = try differences(scenario, []) }
        scenario.given("TOPUP 79000000010 1 ref=later")
        #expect(throws: SnapshotError.self) { _ = try differences(scenario, chunks) }
    }
}
