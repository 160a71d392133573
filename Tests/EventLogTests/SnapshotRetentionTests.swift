/// The rule by which snapshots are kept, and the files that it leaves.

import Accounts
import EventLog
import Foundation
import ScenarioKit
import Testing

@Suite("Snapshots that are kept") struct SnapshotRetentionTests {
    private func file(_ position: Position, _ recorded: String?) -> SnapshotFile {
        SnapshotFile(
            position: position, bytes: Int(position), recorded: recorded.flatMap { Instant(rfc3339: $0.utf8) })
    }

    private func files(_ times: [String]) -> [SnapshotFile] {
        times.enumerated().map { file(Position($0.offset + 1), $0.element) }
    }

    private func kept(_ files: [SnapshotFile], daily: Int, monthly: Int) -> [Position] {
        SnapshotRetention(daily: daily, monthly: monthly).kept(files).sorted()
    }

    @Test("The last snapshot of each of the last days is kept, and no more days than asked for")
    func days() {
        let files = files([
            "2018-03-01T09:00:00Z", "2018-03-01T23:59:59Z", "2018-03-02T00:00:00Z", "2018-03-04T08:00:00Z",
            "2018-03-04T20:00:00Z", "2018-03-05T00:00:00Z", "2018-03-05T12:00:00Z",
        ])
        #expect(kept(files, daily: 3, monthly: 0) == [3, 5, 6, 7])
        // A day without a snapshot does not count.
        #expect(kept(files, daily: 4, monthly: 0) == [2, 3, 5, 6, 7])
        #expect(kept(files, daily: 100, monthly: 0) == [2, 3, 5, 6, 7])
    }

    @Test("The last snapshot of each of the last months is kept, whatever their lengths")
    func months() {
        let files = files([
            "2019-12-31T23:59:59.999Z", "2020-01-01T00:00:00Z", "2020-01-31T23:59:59Z", "2020-02-28T10:00:00Z",
            "2020-02-29T23:00:00Z", "2020-03-01T00:00:00Z", "2020-03-31T22:30:00Z", "2020-04-01T01:00:00Z",
        ])
        #expect(kept(files, daily: 0, monthly: 5) == [1, 3, 5, 7, 8])
        #expect(kept(files, daily: 0, monthly: 2) == [7, 8])
        #expect(kept(files, daily: 2, monthly: 3) == [5, 7, 8])
    }

    @Test("With no days and no months only the newest two are kept")
    func none() {
        let files = files((1...9).map { "2018-0\($0)-01T00:00:00Z" })
        #expect(kept(files, daily: 0, monthly: 0) == [8, 9])
        #expect(kept([], daily: 31, monthly: 24) == [])
        #expect(kept(Array(files.prefix(1)), daily: 0, monthly: 0) == [1])
    }

    @Test("While the recorded time stands still the newest two and no other are kept")
    func clockStands() {
        let files = files(Array(repeating: "2018-03-01T09:00:00Z", count: 40))
        #expect(kept(files, daily: 31, monthly: 24) == [39, 40])
    }

    @Test("A snapshot of no use never takes the place of a usable one")
    func useless() {
        let time = "2018-03-01T09:00:00Z"
        #expect(kept([file(1, time), file(2, nil), file(3, time)], daily: 0, monthly: 0) == [1, 3])
        #expect(kept([file(1, time), file(2, time), file(3, nil)], daily: 9, monthly: 9) == [1, 2])
        // As long as there is none better, it stays: an older build may use it.
        #expect(kept([file(1, nil), file(2, nil), file(3, time)], daily: 9, monthly: 9) == [2, 3])
        #expect(kept([file(1, nil), file(2, nil), file(3, nil)], daily: 9, monthly: 9) == [2, 3])
    }

    @Test("Any history keeps its newest two, at most 2 + daily + monthly, and the rule applied again removes nothing")
    func laws() {
        let seed = UInt64.random(in: 0 ... .max)
        print("SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var time = Instant(milliseconds: Int64.random(in: 0...1_700_000_000_000, using: &random))
            var files: [SnapshotFile] = []
            for position in 1...Position.random(in: 1...120, using: &random) {
                let steps: [TimeSpan] = [.seconds(0), .minutes(7), .hours(9), .days(1), .days(17), .days(70)]
                time = time + (steps.randomElement(using: &random) ?? .seconds(0))
                let isUsable = Int.random(in: 0..<8, using: &random) > 0
                files.append(SnapshotFile(position: position, bytes: 1, recorded: isUsable ? time : nil))
            }
            let (daily, monthly) = (
                Int.random(in: 0...9, using: &random), Int.random(in: 0...5, using: &random)
            )
            let rule = SnapshotRetention(daily: daily, monthly: monthly)
            let kept = rule.kept(files.shuffled(using: &random))
            let usable = files.filter { $0.recorded != nil }.map(\.position)
            #expect(kept.isSuperset(of: usable.suffix(2)), "SEED=\(seed)")
            #expect(kept.count <= 2 + daily + monthly, "SEED=\(seed)")
            #expect(kept.count >= min(2, files.count), "SEED=\(seed)")
            let left = files.filter { kept.contains($0.position) }
            #expect(rule.kept(left) == kept, "SEED=\(seed)")
            if usable.count >= 2 { #expect(kept.isSubset(of: usable), "SEED=\(seed)") }
            // A rule that keeps more keeps all of these.
            #expect(SnapshotRetention(daily: daily + 1, monthly: monthly + 1).kept(files).isSuperset(of: kept))
            let past = PastSnapshots(of: left)
            #expect(past.count == left.count(where: { $0.recorded != nil }) - min(2, usable.count), "SEED=\(seed)")
        }
    }

    // MARK: - Files

    /// Writes a snapshot of the state at a position.
    private func keep(_ log: KeptLog, at position: Position, _ reader: LMDBReader) throws {
        var state = try PastStates(data: log.data, of: log.identity, reader).bring(nil, to: position)
        let output = try SnapshotOutput(data: log.data, of: log.identity)
        state.beginSnapshot()
        while state.isTakingSnapshot {
            for chunk in state.nextSnapshotChunks(encode: SnapshotFormat.encode) { try output.append(chunk) }
        }
        try output.finish(at: position, recordChecksum: try reader.recordDigest(at: position))
    }

    private func path(_ log: KeptLog, _ position: Position) -> URL {
        let digits = "\(position)"
        return URL(
            fileURLWithPath: log.data + "/snapshots/" + String(repeating: "0", count: 20 - digits.count) + digits
                + ".snapshot")
    }

    @Test("A file of another version, of another history, or cut short is of no use, and is removed before usable ones")
    func inspected() throws {
        let log = try KeptLog(payments: 60)
        let opened = try ReadOnlyLog(data: log.data)
        let positions: [Position] = [10, 20, 30, 40, 50, 60]
        for position in positions { try keep(log, at: position, opened.reader) }
        var bytes = try Data(contentsOf: path(log, 20))
        bytes.replace(Data("balances=".utf8), with: Data("balances=9".utf8))
        try bytes.write(to: path(log, 20))
        try Data(contentsOf: path(log, 30)).dropLast(5).write(to: path(log, 30))
        // It ends with the record of another position.
        try FileManager.default.removeItem(at: path(log, 50))
        try FileManager.default.copyItem(at: path(log, 40), to: path(log, 50))
        try FileManager.default.copyItem(at: path(log, 60), to: path(log, log.last + 1))

        let files = try SnapshotFormat.files(data: log.data, of: log.identity, opened.reader)

        #expect(files.map(\.position) == [log.last + 1, 60, 50, 40, 30, 20, 10])
        #expect(files.filter { $0.recorded != nil }.map(\.position) == [60, 40, 10])
        #expect(files.last?.recorded == (try opened.reader.meta(at: 10).recorded))
        #expect(files.last?.bytes == (try Data(contentsOf: path(log, 10)).count))
        let past = PastSnapshots(of: files)
        #expect(past.count == 1 && past.bytes == files.last?.bytes && past.from == files.last?.recorded)

        let left = try SnapshotFormat.prune(data: log.data, files, keeping: SnapshotRetention(daily: 1, monthly: 1))
        #expect(left.map(\.position) == [60, 40])
        #expect(try SnapshotFormat.list(data: log.data) == [60, 40])
    }

    @Test("For room on the disk the oldest are removed first, as many as needed, and never the newest two")
    func oldestFirst() throws {
        let log = try KeptLog(payments: 60)
        let opened = try ReadOnlyLog(data: log.data)
        for position: Position in [10, 20, 30, 40, 50] { try keep(log, at: position, opened.reader) }
        let files = try SnapshotFormat.files(data: log.data, of: log.identity, opened.reader)
        let oldest = try #require(files.last?.bytes)

        let fewer = try SnapshotFormat.removeOldest(data: log.data, files, bytes: oldest + 1)
        #expect(fewer.map(\.position) == [50, 40, 30])
        let fewest = try SnapshotFormat.removeOldest(data: log.data, fewer, bytes: .max)
        #expect(fewest.map(\.position) == [50, 40])
        #expect(try SnapshotFormat.list(data: log.data) == [50, 40])
    }

    @Test("A past state is made from the nearest usable snapshot, and is the one that the log makes")
    func nearest() throws {
        let log = try KeptLog(payments: 60)
        let opened = try ReadOnlyLog(data: log.data)
        for position: Position in [10, 20, 30] { try keep(log, at: position, opened.reader) }
        var bytes = try Data(contentsOf: path(log, 30))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: path(log, 30))
        let states = PastStates(data: log.data, of: log.identity, opened.reader)
        for (position, nearest): (Position, Position) in [(9, 0), (10, 10), (19, 10), (29, 20), (35, 20)] {
            var began: Position?
            let state = try states.bring(nil, to: position, began: { began = $0 })
            #expect(began == nearest)
            var plain = AccountsState(idempotencyKeys: IdempotencyKeys(indexed: .max))
            _ = try opened.reader.replay(into: &plain, through: position, ahead: { _, _ in }) { state, meta, event in
                state.apply(event, meta)
            }
            let pairs = zip(state.digests, plain.digests).filter { AccountsState.replaceable.contains($0.0.name) }
            #expect(pairs.allSatisfy { $0.0.digest == $0.1.digest } && !pairs.isEmpty, "position \(position)")
        }
    }
}
