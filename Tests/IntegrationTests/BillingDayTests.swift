/// The fees of many numbers are due at one midnight, and the service is killed while it carries them out.

import Foundation
import Testing

@Suite(.realProcess, .serialized)
struct BillingDayTests {
    private static let first = 79_001_000_000
    private static let count = 8000
    private static let midnight = "2018-03-31T21:00:00Z"

    @Test(
        "Fees of one midnight are each charged once, though the service is killed several times in the middle",
        .timeLimit(.minutes(10)))
    func killedInTheMiddle() throws {
        let home = try makeTemporaryDirectory()
        let file = home + "/catalogue.yaml"
        try Self.example().write(toFile: file, atomically: true, encoding: .utf8)
        let words = ["--test-clock", "2018-03-20", "--catalog", file, "--due-per-second", "1500"]
        try Service.run(words, home: home) { service in
            var admin = try service.signIn()
            try Self.fill(admin)
            let before = try Self.books(admin)
            let setter = admin
            try setter.send("CLOCK.SET 2018-04-01\n")

            var (kills, payments) = (0, 0)
            var last = Self.count
            while true {
                admin = try service.signIn()
                let behind = try #require(try admin.expectOK("STATS")["due_behind"].flatMap { Int($0) })
                if behind == 0, kills > 0 { break }
                #expect(behind <= last, "what was durable is not due again")
                last = min(last, behind > 0 ? behind : last)
                // A number that is among the last pays and reads: its own fee comes first.
                let number = Self.first + Self.count - 1 - payments
                let paid = try admin.expectOK("TOPUP \(number) 10 ref=during-\(payments)")
                #expect(behind == 0 || paid["balance"] == "111.00")
                payments += 1
                #expect(try admin.expectOK("BALANCE \(number)")["balance"] == paid["balance"])
                if behind > 0, kills < 6 {
                    usleep(150_000)
                    try service.killHard()
                    kills += 1
                    try service.restart()
                }
            }
            #expect(kills > 2)
            print("a billing day of \(Self.count) fees: \(kills) kills, \(payments) payments")

            // The clock is at midnight after the kills, and goes on from there.
            let stats = try admin.expectOK("STATS")
            #expect(stats["test_clock"] == Self.midnight)
            try admin.expectOK("CLOCK.SET 2018-04-01")
            for number in stride(from: 0, to: Self.count, by: 97) {
                let rows = try admin.expectOK(
                    "EVENTS msisdn=\(Self.first + number) type=fees_charged limit=10"
                ).rows
                #expect(rows.count == 1, "\(Self.first + number)")
            }
            let after = try Self.books(admin)
            #expect(after.fees - before.fees == Self.count * 19_900)
            #expect(after.sum == "0.00")
            _ = try service.terminate(within: 60)
            #expect(try service.tool("replay", service.data).status == .exited(0))
        }
    }

    /// The example, with a plan of 199 that is sold.
    private static func example() throws -> String {
        let text = try String(
            contentsOfFile: Programs.repository + "/Sources/CatalogFile/example.yaml", encoding: .utf8)
        return text.replacingOccurrences(
            of: "    name: Классический\n    fee: 0.00\n    period: open\n",
            with: "    name: Классический\n    fee: 199.00\n    period: month\n")
    }

    /// Numbers that paid their first month, and have 300.
    private static func fill(_ admin: LineConnection) throws {
        for start in stride(from: first, to: first + count, by: 250) {
            let numbers = start..<min(start + 250, first + count)
            var text = ""
            for number in numbers {
                text += "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid(number)) imsi=\(imsi(number)) region=msk"
                text += " tariff=klassicheskiy pin=0000 puk=12345678\n"
            }
            for number in numbers { text += "TOPUP \(number) 499 ref=first-\(number)\n" }
            try admin.send(text)
            for _ in 0..<2 * numbers.count { #expect(try admin.reply().isOK) }
        }
    }

    private struct Books {
        var fees = 0
        var sum = ""
    }

    private static func books(_ admin: LineConnection) throws -> Books {
        let reply = try admin.expectOK("TRIAL.BALANCE")
        let fees = reply.rows.filter { $0["account"] == "revenue:tariff_fees" }.compactMap {
            $0["balance"].flatMap { Double($0) }
        }
        return Books(fees: Int((abs(fees.reduce(0, +)) * 100).rounded()), sum: reply["sum"] ?? "")
    }
}
