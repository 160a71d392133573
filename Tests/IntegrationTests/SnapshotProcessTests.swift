/// Snapshots of the real process: a start from one, from a damaged one, from none, and projections rebuilt while it
/// runs.

import Foundation
import Glibc
import Testing

@Suite(.realProcess)
struct SnapshotProcessTests {
    private static let numbers = (0..<5).map { 79_001_234_500 + $0 }

    /// So many payments of a rouble, over all numbers.
    private func pay(_ connection: LineConnection, _ count: Int, _ round: String) throws {
        for start in stride(from: 0, to: count, by: 500) {
            let lines = (start..<min(start + 500, count)).map {
                "TOPUP \(Self.numbers[$0 % 5]) 1 ref=\(round)-\($0) id=\(round)-\($0)\n"
            }
            try connection.send(lines.joined())
            for _ in lines where try !connection.reply().isOK { throw HarnessError("a payment was refused") }
        }
    }

    private func balances(_ service: Service) throws -> [String?] {
        let connection = try service.signIn()
        return try Self.numbers.map { try connection.expectOK("BALANCE \($0)")["balance"] }
    }

    private func snapshots(_ service: Service) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: service.data + "/snapshots")
            .filter { $0.hasSuffix(".snapshot") && !$0.hasPrefix("unfinished") }.sorted()
    }

    /// A service with payments, two snapshots in the middle of them, killed.
    private func withHistory(_ body: (Service, [String?]) throws -> Void) throws {
        try Service.run(["--keys-per-table", "256"]) { service in
            let admin = try service.signIn()
            for number in Self.numbers { try admin.activate(number) }
            for round in ["a", "b", "c"] {
                try pay(admin, 1500, round)
                guard round != "c" else { break }
                let seq = try admin.expectOK("SNAPSHOT")["seq"]
                #expect(try eventually { try admin.call("STATS")["snapshot_position"] == seq })
            }
            let expected = try balances(service)
            try #require(try snapshots(service).count == 2)
            try service.killHard()
            try body(service, expected)
        }
    }

    @Test("A start after a kill reads the newest snapshot and the events after it, and knows every id")
    func startsFromSnapshot() throws {
        try withHistory { service, expected in
            let newest = Int(try snapshots(service).last!.prefix(20))!
            try service.restart()
            #expect(service.logText.contains("snapshot \(newest): "))
            #expect(try balances(service) == expected)
            let admin = try service.signIn()
            for round in ["a", "b", "c"] {
                #expect(try admin.call("TOPUP \(Self.numbers[0]) 1 ref=\(round)-0 id=\(round)-0")["repeated"] == "1")
                #expect(try admin.call("TOPUP \(Self.numbers[0]) 1 ref=\(round)-0").error == "duplicate_ref")
            }
            #expect(try admin.expectOK("TRIAL.BALANCE")["sum"] == "0.00")
        }
    }

    @Test(
        "A damaged, truncated or foreign snapshot is reported, and the one before it is used",
        arguments: ["damaged", "short", "version", "log", "empty"])
    func badSnapshotIsSaid(how: String) throws {
        try withHistory { service, expected in
            let names = try snapshots(service)
            let path = service.data + "/snapshots/" + names[1]
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            let header = String(decoding: bytes.prefix(200), as: UTF8.self)
            switch how {
            case "damaged": bytes[bytes.count / 2] ^= 1
            case "short": bytes.removeLast(bytes.count / 3)
            case "empty": bytes = []
            case "version":
                bytes = Array(header.replacing(/balances=\d+/, with: "balances=0").utf8) + bytes.dropFirst(200)
            default:
                let line = header.split(separator: "\n")[1]
                let other = "log " + String(line.dropFirst(4).reversed())
                bytes = Array(header.replacing(line, with: other).utf8) + bytes.dropFirst(200)
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))

            try service.restart()

            let said = service.logText
            #expect(said.contains("snapshot \(Int(names[1].prefix(20))!) is not used: "))
            #expect(said.contains("snapshot \(Int(names[0].prefix(20))!): "))
            if how == "version" { #expect(said.contains("balances=0")) }
            #expect(try balances(service) == expected)
        }
    }

    @Test("Without a usable snapshot the whole log is replayed to the same state")
    func replaysWithout() throws {
        try withHistory { service, expected in
            for name in try snapshots(service) {
                try Data("no snapshot".utf8).write(to: URL(fileURLWithPath: service.data + "/snapshots/" + name))
            }
            try service.restart()
            #expect(service.logText.components(separatedBy: "is not used: ").count == 3)
            #expect(try balances(service) == expected)
            #expect(try service.signIn().expectOK("TRIAL.BALANCE")["sum"] == "0.00")
        }
    }

    @Test("A start from a snapshot without the index of ids rebuilds it and knows every id")
    func indexIsMadeAnew() throws {
        try withHistory { service, expected in
            try FileManager.default.removeItem(atPath: service.data + "/index")
            try service.restart()
            #expect(service.logText.contains("bytes were read in"))
            #expect(try balances(service) == expected)
            let admin = try service.signIn()
            for round in ["a", "b", "c"] {
                for number in [0, 5, 1495] {
                    let line = "TOPUP \(Self.numbers[0]) 1 ref=\(round)-\(number)"
                    #expect(try admin.call(line + " id=\(round)-\(number)")["repeated"] == "1")
                    #expect(try admin.call(line).error == "duplicate_ref")
                }
            }
        }
    }

    @Test("A stop takes a snapshot, so that the next start replays nothing")
    func stopTakesSnapshot() throws {
        try withHistory { service, expected in
            try service.restart()
            try pay(try service.signIn(), 10, "d")
            #expect(try service.terminate() == .exited(0))
            try service.restart()
            let stats = try service.signIn().call("STATS")
            #expect(stats["snapshot_position"] == stats["events"])
            #expect(try balances(service) != expected)
        }
    }

    @Test("Snapshots are taken by the number of events, and the newest two are kept")
    func takenByEvents() throws {
        try Service.run(["--snapshot-events", "1000"]) { service in
            let admin = try service.signIn()
            for number in Self.numbers { try admin.activate(number) }
            for round in 0..<4 {
                let before = try admin.call("STATS")["snapshot_position"]
                try pay(admin, 2000, "\(round)")
                #expect(
                    try eventually {
                        let stats = try admin.call("STATS")
                        return stats["snapshot"] == "idle" && stats["snapshot_position"] != before
                    })
            }
            #expect(try snapshots(service).count == 2)
        }
    }

    @Test("After many kills during snapshots the state is the one of the log")
    func killedWhileWriting() throws {
        var random = SeededGenerator("kill -9 while snapshots are written")
        try Service.run(["--snapshot-events", "300"]) { service in
            for number in Self.numbers { try service.signIn().activate(number) }
            var paid = 0
            for round in 0..<8 {
                try pay(try service.signIn(), 700, "\(round)")
                paid += 700
                usleep(UInt32.random(in: 0...60_000, using: &random))
                try service.killHard()
                try service.restart()
                #expect(try balances(service) == Self.numbers.map { _ in "\(paid / 5).00" })
            }
        }
    }

    @Test(
        "A projection rebuilt during payments is switched in without losing a payment", .timeLimit(.minutes(15)))
    func rebuildsUnderLoad() throws {
        try withHistory { service, _ in
            try service.restart()
            let admin = try service.signIn()
            var round = 0
            for projection in [
                "balances", "subscriptions", "directory", "access", "notifications", "organizations", "catalog",
                "principals", "profiles", "usage", "dormancy", "services", "orders",
            ] {
                try admin.expectOK("REBUILD \(projection)")
                repeat {
                    round += 1
                    try pay(admin, 500, "r\(round)")
                    // The load is less than a build without optimisation can take, because the rebuild has to catch up
                    // with it.
                    usleep(20_000)
                } while try admin.call("STATS")["rebuild"] == "running"
                let stats = try admin.call("STATS")
                #expect(stats["rebuild"] == "done" && stats["rebuild_projection"] == projection)
            }
            let expected = "\(4500 / 5 + round * 100).00"
            #expect(try balances(service) == Self.numbers.map { _ in expected })
            #expect(try admin.expectOK("TRIAL.BALANCE")["sum"] == "0.00")
            #expect(try admin.call("REBUILD idempotency_keys").error == "not_found")
            try service.killHard()
            try service.restart()
            #expect(try balances(service) == Self.numbers.map { _ in expected })
        }
    }
}
