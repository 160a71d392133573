/// Snapshots that a service keeps for the past: which files stay over days and months, and that reads of the past are
/// right whichever of them there are.

import Foundation
import Testing

@Suite("Snapshots kept for the past", .realProcess)
struct KeptSnapshotTests {
    private static let number = 79_001_234_500
    private static let rule = ["--daily-snapshots", "3", "--monthly-snapshots", "2"]

    private func snapshots(_ service: Service) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: service.data + "/snapshots")
            .filter { $0.hasSuffix(".snapshot") && !$0.hasPrefix("unfinished") }.compactMap { Int($0.prefix(20)) }
            .sorted()
    }

    private func path(_ service: Service, _ position: Int) -> String {
        service.data + "/snapshots/" + String(format: "%020d.snapshot", position)
    }

    /// Waits until no snapshot is taken and the last one is not of this position.
    private func newSnapshot(_ admin: LineConnection, after position: Int) throws -> Int {
        var last = position
        try #require(
            try eventually {
                let stats = try admin.expectOK("STATS")
                last = stats["snapshot_position"].flatMap { Int($0) } ?? 0
                return stats["snapshot"] == "idle" && last != position
            })
        return last
    }

    private struct Moment {
        let day: String
        let position: Int
        let books: [String]
    }

    /// A payment and a snapshot on each of some days of winter; the books after each.
    private func withWinter(_ body: (Service, [Moment]) throws -> Void) throws {
        try Service.run(["--test-clock", "2018-01-30"] + Self.rule) { service in
            let admin = try service.signIn()
            try admin.activate(Self.number)
            var moments: [Moment] = []
            var last = 0
            for day in ["01-30", "01-31", "02-01", "02-27", "02-28", "03-01", "03-02", "03-03"] {
                if day != "01-30" {
                    try admin.expectOK("CLOCK.SET 2018-\(day)T10:00:00Z")
                    last = try newSnapshot(admin, after: last)
                }
                try admin.expectOK("TOPUP \(Self.number) 1\(moments.count) ref=\(day)")
                try admin.expectOK("SNAPSHOT")
                last = try newSnapshot(admin, after: last)
                let books = try admin.expectOK("TRIAL.BALANCE").lines
                moments.append(Moment(day: day, position: last, books: books))
            }
            try body(service, moments)
        }
    }

    private func check(_ service: Service, _ moments: [Moment]) throws {
        let admin = try service.signIn()
        for moment in moments.reversed() {
            #expect(try admin.call("TRIAL.BALANCE at=\(moment.position)").lines == moment.books, "\(moment.day)")
            let time = "2018-\(moment.day)T23:00:00Z"
            guard moment.day != moments.last?.day else { continue }
            #expect(try admin.call("TRIAL.BALANCE at=\(time)").lines == moment.books, "\(time)")
        }
    }

    @Test("Each day of events gets a snapshot; the last of the last days and months stay, and serve reads of the past")
    func daysAndMonths() throws {
        try withWinter { service, moments in
            let files = try snapshots(service)
            // The newest two are of the last day: the one at its beginning, and the one that was asked for.
            #expect(files.count == 5)
            let days = moments.filter { ["02-28", "03-01", "03-02", "03-03"].contains($0.day) }.map(\.position)
            #expect(Set(files).isSuperset(of: days), "\(files) \(days)")
            let stats = try service.signIn().expectOK("STATS")
            #expect(stats["past_snapshots"] == "3")
            #expect(stats["past_snapshots_from"] == "2018-02-28T10:00:00Z")
            let bytes = try files.prefix(3).reduce(0) { sum, position in
                try sum + Data(contentsOf: URL(fileURLWithPath: path(service, position))).count
            }
            #expect(stats["past_snapshot_bytes"] == "\(bytes)")
            try check(service, moments)

            try service.killHard()
            try service.restart()
            let again = try service.signIn().expectOK("STATS")
            for name in ["past_snapshots", "past_snapshots_from", "past_snapshot_bytes"] {
                #expect(again[name] == stats[name], "\(name), after a start")
            }
            try service.killHard()
            try FileManager.default.removeItem(atPath: service.data + "/snapshots")
            try service.restart()
            try check(service, moments)
        }
    }

    @Test("A damaged kept snapshot is skipped, and one of another version goes with the next snapshot")
    func unusable() throws {
        try withWinter { service, moments in
            try service.killHard()
            let (february, first, second) = (moments[4].position, moments[5].position, moments[6].position)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path(service, first)))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path(service, first)))
            let other = try Data(contentsOf: URL(fileURLWithPath: path(service, second)))
            let header = String(decoding: other.prefix(200), as: UTF8.self)
            try (Data(header.replacing(/balances=\d+/, with: "balances=0").utf8) + other.dropFirst(200))
                .write(to: URL(fileURLWithPath: path(service, second)))
            try service.restart()
            try check(service, moments)
            let admin = try service.signIn()
            #expect(try admin.expectOK("STATS")["past_snapshots"] == "2")
            try admin.expectOK("TOPUP \(Self.number) 1 ref=last")
            let last = try #require(try admin.expectOK("STATS")["snapshot_position"].flatMap { Int($0) })
            try admin.expectOK("SNAPSHOT")
            _ = try newSnapshot(admin, after: last)
            let left = try snapshots(service)
            #expect(!left.contains(second) && left.contains(first) && left.contains(february), "\(left)")
        }
    }

    @Test(
        "On a disk that fills up kept snapshots go, and changes are not refused",
        .enabled("no volume can be mounted here") { SmallVolume.isPermitted })
    func fullDisk() throws {
        let home = try makeTemporaryDirectory()
        try withSmallVolume(megabytes: 64, at: home + "/data") { volume in
            try Service.run(["--test-clock", "2018-03-01", "--reserve-megabytes", "4"], home: home) { service in
                let admin = try service.signIn()
                try admin.activate(Self.number)
                var last = 0
                for day in 2...6 {
                    try admin.expectOK("CLOCK.SET 2018-03-0\(day)")
                    last = try newSnapshot(admin, after: last)
                }
                let stats = try admin.expectOK("STATS")
                #expect(stats["past_snapshots"] == "3")
                // Room that is left beside the disk's: zeros at the end of the log's file.
                let ahead = try #require(stats["room_bytes"].flatMap { Int($0) }) - volume.freeBytes()
                let before = try snapshots(service)
                // When the room is more than the reserve, and less than a quarter more,
                try volume.fill(leaving: (9 << 19) - ahead)
                // then the oldest kept one is removed, because its two megabytes are enough, and changes go on.
                try #require(try eventually { try admin.expectOK("STATS")["past_snapshots"] == "2" })
                #expect(try snapshots(service) == before.suffix(4))
                try volume.fill(leaving: (9 << 19) - ahead)
                try #require(try eventually { try admin.expectOK("STATS")["past_snapshots"] == "1" })
                #expect(try admin.expectOK("STATS")["storage"] == "ok")
                try admin.expectOK("TOPUP \(Self.number) 1 ref=a")
                #expect(service.logText.contains("snapshots of the past were removed"))
            }
        }
    }

    @Test("A log in event time crosses days within a batch: the rule holds, and the past is the one of the log")
    func eventTime() throws {
        try Service.run(["--event-time", "2020-01-01"] + Self.rule) { service in
            let admin = try service.signIn()
            try admin.activate(Self.number)
            var lines: [String] = []
            for (month, days) in [(1, 31), (2, 29), (3, 31)] {
                for day in 1...days {
                    let time = String(format: "2020-%02d-%02dT12:00:00Z", month, day)
                    lines.append(
                        "USAGE \(Self.number) kind=sms direction=out start=\(time) source=archive n=\(lines.count + 1)\n"
                    )
                }
            }
            var last = 0
            for start in stride(from: 0, to: lines.count, by: 20) {
                let some = lines[start..<min(start + 20, lines.count)]
                try admin.send(some.joined())
                for _ in some { #expect(try admin.reply().isOK) }
                last = try newSnapshot(admin, after: last)
            }
            #expect(try service.terminate() == .exited(0))
            try service.restart()
            let files = try snapshots(service)
            // The last three days that have one; the last of February may be among them.
            #expect(files.count >= 3 && files.count <= 2 + 3 + 2, "\(files)")
            let moments = files.map { "\($0)" } + ["2020-01-15", "2020-02-29T23:59:59Z", "2020-03-30", "40"]
            let connection = try service.signIn()
            let with = try moments.map { try connection.expectOK("TRIAL.BALANCE at=\($0)").lines }
            try service.killHard()
            try FileManager.default.removeItem(atPath: service.data + "/snapshots")
            try service.restart()
            let plain = try service.signIn()
            for (moment, books) in zip(moments, with) {
                #expect(try plain.expectOK("TRIAL.BALANCE at=\(moment)").lines == books, "\(moment)")
            }
        }
    }
}
