/// Kill -9 under load, over and over on one data directory: nothing acknowledged is lost, nothing is done twice.

import Foundation
import Testing

@Suite(.realProcess, .serialized)
struct KillTests {
    private static let rounds = 20

    @Test("After twenty kills under load every acknowledged top-up is there once", .timeLimit(.minutes(15)))
    func killedUnderLoad() throws {
        var random = SeededGenerator("kill -9 under load")
        // Small tables and runs, so that most ids and events are in the indexes on disk when they are asked for.
        try Service.run(["--keys-per-table", "256", "--history-per-run", "256"]) { service in
            let load = TopUpLoad()
            try load.activate(service)
            for _ in 1...Self.rounds {
                let (pid, delay) = (service.process.pid, UInt32.random(in: 5_000...150_000, using: &random))
                try load.run(service) {
                    usleep(delay)
                    kill(pid, SIGKILL)
                }
                try service.killHard()
                try service.restart()
                try load.retry(service)
            }
            try load.verify(service)
            print("kill -9 under load, \(Self.rounds) kills: \(load.summary)")
            #expect(load.count > Self.rounds, "the kills met a load")
            let again = try service.signIn()
            #expect(try eventually { try again.hasIndexedHistory() })
            #expect(try again.call("STATS")["history_index"] == "ok")
            #expect(try again.call("VERIFY", within: 60)["result"] == "ok")
            #expect(try again.call("STATS")["keys_indexed_through"].flatMap { Int($0) } ?? 0 > 256)
            // An unused id does not make a used reference valid again.
            for payment in load.acknowledged.flatMap({ $0 }).prefix(200) {
                let request = payment.request.replacingOccurrences(of: " id=", with: " id=again-")
                #expect(try again.call(request).error == "duplicate_ref")
            }
        }
    }

    @Test("After many kills during the start every event is there", .timeLimit(.minutes(15)))
    func killedInReplay() throws {
        var random = SeededGenerator("kill -9 while starting")
        try Service.run(["--keys-per-table", "256", "--history-per-run", "256"]) { service in
            let load = TopUpLoad()
            try load.activate(service)
            try load.run(service) { usleep(700_000) }
            try load.retry(service)
            // Measures how long a start takes, to kill others within that time.
            try service.killHard()
            let begun = ContinuousClock.now
            try service.restart()
            let whole = UInt32((ContinuousClock.now - begun) / .microseconds(1))
            try service.killHard()
            var early = 0
            for round in 0..<12 {
                // Every other start makes an index again, from the log.
                let name = round % 4 == 0 ? "/index" : "/history"
                if round % 2 == 0 { try? FileManager.default.removeItem(atPath: service.data + name) }
                if try !service.killDuringStart(after: UInt32.random(in: 0..<whole, using: &random)) { early += 1 }
            }
            try service.restart()
            try load.verify(service)
            let admin = try service.signIn()
            #expect(try eventually { try admin.hasIndexedHistory() })
            #expect(try admin.call("VERIFY", within: 60)["result"] == "ok")
            print("kill -9 while starting, 12 times, \(early) before it was ready: \(load.summary)")
            #expect(early > 0)
        }
    }
}
