/// The test acquirer pays in a disorderly way, and it and the service are killed: each payment is credited once, and
/// each request has one end.

import Foundation
import Testing

@Suite("Acquirer", .realProcess, .serialized)
struct AcquirerTests {
    private static let numbers = 79_001_236_000..<79_001_236_010
    private static let rounds = 6
    /// It delays, repeats, reorders, refuses, pays another amount or too late, loses replies, and takes back.
    private static let faults = [
        "--auto", "--seed", "5", "--delay", "0-0.1", "--repeat", "0.4", "--reorder", "0.2", "--fail", "0.2",
        "--other-amount", "0.3", "--late", "0.15", "--drop", "0.3", "--charge-back", "0.3",
    ]

    private func start(_ service: Service, _ more: String...) throws -> ChildProcess {
        try ChildProcess(
            #require(Programs.python),
            [
                Programs.repository + "/Tools/acquirer", "--connect", "127.0.0.1:\(service.port)", "--secret-file",
                service.home + "/acquirer.secret", "--data", service.home + "/acquirer.book", "--listen",
                "127.0.0.1:0",
            ] + Self.faults + more, errors: service.home + "/acquirer.errors")
    }

    private func kill(_ process: ChildProcess) throws {
        process.send(signal: SIGKILL)
        _ = try process.wait(within: 10)
    }

    @Test(
        "An acquirer that delays, repeats, reorders, fails and charges back credits each payment once, over kills of both",
        .timeLimit(.minutes(10)))
    func killed() throws {
        var random = SeededGenerator("an acquirer and kill -9")
        try Service.run(["--test-clock", "2026-03-01T09:00:00Z"]) { service in
            var admin = try service.signIn()
            let secret = try #require(try admin.expectOK("PRINCIPAL.ADD acquirer roles=payments")["secret"])
            try (secret + "\n").write(toFile: service.home + "/acquirer.secret", atomically: true, encoding: .utf8)
            for number in Self.numbers { try admin.activate(number) }
            var asked: [String: (number: Int, amount: Int)] = [:]
            var confirmed: Set<String> = []
            /// Follows the acquirer until it has settled so many, or ended.
            func follow(_ acquirer: ChildProcess, settled: Int) throws {
                var left = settled
                while left > 0, let line = try acquirer.output.line(within: 60) {
                    let request = line.firstMatch(of: /request=(\d+)/).map { String($0.1) }
                    if line.hasPrefix("confirmed "), let request { confirmed.insert(request) }
                    if line.hasPrefix("paid ") || line.hasPrefix("refused ") { left -= 1 }
                }
            }
            for round in 0..<Self.rounds {
                let acquirer = try start(service)
                for number in Self.numbers.shuffled(using: &random).prefix(6) {
                    let amount = Int.random(in: 10...900, using: &random)
                    let method = ["card", "sbp", "bank"].randomElement(using: &random) ?? "card"
                    // A number may have five open requests already.
                    let reply = try admin.call("TOPUP.REQUEST \(number) \(amount) method=\(method)")
                    if let request = reply["request"] { asked[request] = (number, amount * 100) }
                }
                try follow(acquirer, settled: Int.random(in: 1...4, using: &random))
                try service.killHard()
                if round % 2 == 0 { usleep(UInt32.random(in: 0...200_000, using: &random)) }
                try kill(acquirer)
                try service.restart()
                admin = try service.signIn()
            }
            // Requests that are still open expire, and late money comes.
            let last = try start(service)
            try follow(last, settled: 2)
            try admin.expectOK("CLOCK.SET 2026-03-01T09:30:00Z")
            try kill(last)
            let once = try start(service, "--once")
            try follow(once, settled: .max)
            #expect(try once.wait(within: 60) == .exited(0))
            try check(service, admin, asked, confirmed)
        }
    }

    private func check(
        _ service: Service, _ admin: LineConnection, _ asked: [String: (number: Int, amount: Int)],
        _ confirmed: Set<String>
    ) throws {
        var (states, paid): ([String: String], [String: Int]) = ([:], [:])
        var late = 0
        for number in Self.numbers {
            for row in try admin.expectOK("TOPUP.REQUESTS \(number)").rows {
                states[try #require(row["request"])] = row["state"]
                if row["late"] == "1" { late += 1 }
            }
            var sum = 0
            for row in try admin.expectOK("PAYMENTS \(number)").rows {
                let request = try #require(row["request"])
                #expect(asked[request]?.number == number)
                #expect(
                    row["requested"] != nil
                        || AccountingTools.kopecks(amount: row["amount"] ?? "") == asked[request]?.amount)
                paid[request, default: 0] += 1
                sum += try #require(row["amount"].flatMap { AccountingTools.kopecks(amount: $0) })
            }
            for row in try admin.expectOK("STATEMENT \(number) from=2026-01-01 to=2027-01-01 kind=adjustment").rows {
                sum -= try #require(row["amount"].flatMap { AccountingTools.kopecks(amount: $0) })
            }
            let balance = try admin.expectOK("BALANCE \(number)")["balance"].flatMap {
                AccountingTools.kopecks(amount: $0)
            }
            #expect(balance == sum, "\(number)")
        }
        print("acquirer: \(asked.count) requests, \(paid.count) paid, \(late) of them late")
        // Eight that ended are known of each number.
        #expect(Set(states.keys).isSubset(of: asked.keys))
        #expect(states.values.allSatisfy { ["paid", "refused", "expired"].contains($0) }, "\(states)")
        #expect(paid.values.allSatisfy { $0 == 1 }, "a request is paid once")
        #expect(confirmed.subtracting(paid.keys).isEmpty, "what a payer confirmed is credited")
        for (request, state) in states { #expect((state == "paid") == (paid[request] != nil), "\(request)") }
        #expect(paid.count > 10)
        #expect(try admin.expectOK("TRIAL.BALANCE")["sum"] == "0.00")
        #expect(try admin.call("VERIFY", within: 60)["result"] == "ok")
    }
}
