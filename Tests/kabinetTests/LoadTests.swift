import ArgumentParser
import Foundation
import NIOCore
import Testing

@testable import kabinet

@Suite("The requests of a load")
struct LoadRequestTests {
    private func line(_ kind: RequestKind, serial: UInt64 = 17) -> String {
        var buffer = ByteBuffer()
        kind.write(number: 79_100_000_042, run: Array("abcdefgh".utf8), serial: serial, to: &buffer)
        return String(buffer: buffer)
    }

    @Test(
        "have one line for each kind, and a change names its run and its number",
        arguments: [
            (RequestKind.topup, "TOPUP 79100000042 1.00 id=abcdefgh17 ref=abcdefgh17\n"),
            (.balance, "BALANCE 79100000042\n"), (.account, "ACCOUNT 79100000042\n"),
            (.tariff, "TARIFF 79100000042\n"), (.options, "OPTIONS 79100000042\n"),
            (.payments, "PAYMENTS 79100000042 limit=10\n"), (.ping, "PING\n"),
            (
                .activate,
                "SUBSCRIBER.ACTIVATE 79100000042 iccid=89701000079100000042 imsi=250209100000042 region=msk"
                    + " tariff=klassicheskiy pin=0000 puk=12345678 id=load-79100000042\n"
            ),
        ])
    func lines(_ kind: RequestKind, _ expected: String) {
        #expect(line(kind) == expected)
    }

    @Test("print numbers with leading zeros where a width is given")
    func decimals() {
        for value in [0, 9, 10, 99, 100, 79_100_000_000, .max] as [UInt64] {
            var buffer = ByteBuffer()
            buffer.writeDecimal(value)
            #expect(String(buffer: buffer) == "\(value)")
        }
        var buffer = ByteBuffer()
        buffer.writeDecimal(7, width: 3)
        #expect(String(buffer: buffer) == "007")
    }

    @Test("are the same for the same seed, but for their ids, which are unique to the run")
    func seed() {
        func said(_ seed: UInt64) -> [String] {
            var workload = Workload(
                mix: Mix(argument: "topup=1,balance=1")!, accounts: .uniform(count: 1000),
                firstNumber: 79_100_000_000, seed: seed)
            var buffer = ByteBuffer()
            for _ in 0..<100 { _ = workload.writeNext(to: &buffer) }
            return String(buffer: buffer).split(separator: "\n").map(String.init)
        }
        func withoutIDs(_ lines: [String]) -> [String] { lines.map { String($0.prefix { $0 != "=" }) } }
        let (first, again, other) = (said(1), said(1), said(2))
        #expect(withoutIDs(first) == withoutIDs(again))
        #expect(withoutIDs(first) != withoutIDs(other))
        let changes = (first + again).filter { $0.hasPrefix("TOPUP") }
        #expect(Set(changes.map { $0.drop { $0 != "=" } }).count == changes.count)
    }
}

@Suite("A mix")
struct MixTests {
    @Test("is a list of kinds with weights, and is read back as it was written")
    func parsed() {
        let mix = Mix(argument: "topup=70,balance=25,ping=5")
        #expect(mix?.parts.map(\.kind) == [.topup, .balance, .ping])
        #expect(mix?.description == "topup=70,balance=25,ping=5")
    }

    @Test(
        "refuses an unknown kind, a repeated kind and a wrong weight",
        arguments: [
            "", "topup", "topup=", "topup=0", "topup=-1", "topup=x", "topup=1,", "topup=1,topup=2", "nothing=1",
            "activate=1", "topup=1=2", "topup=1000001",
        ])
    func refused(_ text: String) {
        #expect(Mix(argument: text) == nil)
    }

    @Test("is drawn by its weights")
    func drawn() {
        let mix = Mix(argument: "topup=70,balance=30")!
        var random = SplitMix64(seed: 7)
        let topups = (0..<100_000).count { _ in mix.draw(using: &random) == .topup }
        #expect(abs(topups - 70_000) < 1_000)
    }
}

@Suite("Zipf")
struct ZipfTests {
    @Test("draws each rank as often as its law says", arguments: [0.5, 0.99, 1, 1.5])
    func law(_ exponent: Double) {
        let count = 50
        let draws = 200_000
        let sampler = ZipfSampler(count: UInt64(count), exponent: exponent)
        var random = SplitMix64(seed: 11)
        var seen = [Int](repeating: 0, count: count + 1)
        for _ in 0..<draws { seen[Int(sampler.rank(using: &random))] += 1 }
        let sum = (1...count).reduce(0.0) { $0 + pow(Double($1), -exponent) }
        for rank in 1...count {
            let expected = Double(draws) * pow(Double(rank), -exponent) / sum
            // Five standard deviations.
            #expect(abs(Double(seen[rank]) - expected) < 5 * expected.squareRoot(), "rank \(rank)")
        }
    }

    @Test("stays within its ranks, however many there are", arguments: [1, 2, 3, 1 << 32] as [UInt64])
    func bounds(_ count: UInt64) {
        let sampler = ZipfSampler(count: count, exponent: 0.99)
        var random = SplitMix64(seed: 5)
        #expect((0..<10_000).allSatisfy { _ in (1...count).contains(sampler.rank(using: &random)) })
    }

    @Test("is spread over the accounts, and each has one rank", arguments: [1, 2, 3, 10, 997, 10_000] as [UInt64])
    func scrambled(_ count: UInt64) {
        let scramble = Scramble(count: count, seed: 3)
        let places = Set((0..<count).map(scramble.place))
        #expect(places == Set(0..<count))
    }

    @Test("spreads the most used accounts")
    func apart() {
        let scramble = Scramble(count: 1_000_000, seed: 3)
        let places = (0..<10).map { Int(scramble.place(of: $0)) }.sorted()
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 > 10_000 })
    }
}

@Suite("The pace of a load")
struct ScheduleTests {
    private let second: UInt64 = 1_000_000_000

    @Test("in an open loop follows the clock, and a late request counts from its due time")
    func openLoop() {
        var schedule = Schedule(Pace(rate: 10, seconds: 1), began: 1000)
        #expect(schedule.due(at: 1000) == 1)
        #expect(schedule.due(at: 1000 + second / 2) == 6)
        #expect(schedule.take(at: 1000 + second / 2) == 1000)
        #expect(schedule.take(at: 1000 + second / 2) == 1000 + second / 10)
        #expect(schedule.due(at: 1000 + second / 2) == 4)
    }

    @Test("in an open loop reports at its end the requests that were never sent")
    func unsent() {
        var schedule = Schedule(Pace(rate: 10, seconds: 1), began: 0)
        for _ in 0..<4 { _ = schedule.take(at: second / 2) }
        #expect(schedule.due(at: second + 1) == 6, "they may still go out for a moment")
        #expect(schedule.due(at: 2 * second) == 0)
        #expect(schedule.isOver(at: 2 * second))
        #expect(schedule.owed(at: 5 * second) == 6)
    }

    @Test("in a closed loop follows the service, and a request counts from its sending")
    func closedLoop() {
        var schedule = Schedule(Pace(requests: 2), began: 0)
        #expect(schedule.take(at: 5) == 5)
        #expect(schedule.due(at: 6) == 1)
        #expect(schedule.take(at: 7) == 7)
        #expect(schedule.due(at: 8) == 0)
        #expect(schedule.isOver(at: 8))
    }

    @Test("does not measure the requests of the warm-up", arguments: [nil, 10.0])
    func warmup(_ rate: Double?) {
        var schedule = Schedule(Pace(rate: rate, warmup: 1, requests: 1), began: 0)
        for _ in 0..<10 { #expect(schedule.take(at: second - 1) < schedule.measuredFrom) }
        #expect(!schedule.isOver(at: second))
        #expect(schedule.take(at: second) == second)
        #expect(schedule.isOver(at: second))
    }
}

@Suite("The report of a load")
struct LoadReportTests {
    private func tally() -> Tally {
        var tally = Tally()
        for milliseconds in 1...1000 { tally.succeeded(.topup, latency: UInt64(milliseconds) * 1_000_000) }
        tally.succeeded(.topup, latency: nil)
        tally.succeeded(.balance, latency: 2_000_000)
        tally.measuredNanoseconds = 2_000_000_000
        return tally
    }

    @Test("is a table of all requests and of each kind, to three digits and without the warm-up")
    func table() {
        let report = LoadReport(load: "a load", tally: tally())
        let rows = report.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let topup = rows.first { $0.first == "topup" } ?? []
        #expect(topup.prefix(4) == ["topup", "1000", "0", "500"])
        for (text, expected) in zip(topup.dropFirst(4), [500.0, 900, 990, 999, 1000]) {
            #expect(abs((Double(text) ?? 0) / expected - 1) < 0.001, "\(text)")
        }
        #expect(rows.contains { $0.prefix(3) == ["all", "1001", "0"] })
        #expect(rows.contains { $0.prefix(3) == ["balance", "1", "0"] })
        #expect(!rows.contains { $0.first == "ping" })
        #expect(rows.contains(["errors", "none"]))
    }

    @Test("shows every error by its code, and the requests without a reply and those never sent")
    func errors() {
        var tally = tally()
        tally.refused(.balance, code: "not_found")
        tally.refused(.balance, code: "not_found")
        tally.refused(nil, code: "shutting_down")
        tally.brokenConnections = 1
        tally.notAnswered(.topup)
        tally.largestBacklog = 20
        tally.unsent = 10
        let text = LoadReport(load: "a load", tally: tally).text
        #expect(tally.errorCount == 5)
        #expect(text.contains("not_found 2, broken connections 1, shutting_down 1, unanswered requests 1"))
        #expect(text.contains("at most 20 requests") && text.contains("10 were never sent"))
    }

    @Test("shows no latency if no request got OK")
    func nothing() {
        var tally = Tally()
        tally.refused(.balance, code: "not_found")
        let report = LoadReport(load: "a load", tally: tally)
        #expect(!report.text.contains("0.000"))
        #expect(report.json.text.contains(#""latency_nanoseconds":null"#))
    }

    @Test("reports a wrong log if it did not grow by the acknowledged changes")
    func growth() {
        func isRight(_ events: Int64, _ acknowledged: Int, _ unanswered: Int) -> Bool {
            LoadReport.Growth(events: events, acknowledged: acknowledged, unanswered: unanswered).isRight
        }
        #expect(isRight(5, 5, 0))
        #expect(!isRight(4, 5, 0))
        #expect(!isRight(6, 5, 0))
        #expect(isRight(6, 5, 1))
        #expect(!isRight(4, 5, 1))
        var report = LoadReport(load: "a load", tally: tally())
        report.growth = LoadReport.Growth(events: 4, acknowledged: 5, unanswered: 0)
        #expect(report.text.contains("THE LOG IS WRONG"))
    }

    @Test("is one JSON object for programs")
    func json() throws {
        let text = LoadReport(load: "a load", tally: tally()).json.text
        #expect(JSONValue(text) != nil)
        #expect(text.contains(#""measured_seconds":2.000"#))
        #expect(text.contains(#""balance":{"requests":1,"errors":0,"requests_per_second":0.5,"#))
        #expect(text.contains(#""acknowledged_changes":1001"#))
    }
}

@Suite("The options of a load")
struct LoadOptionTests {
    @Test("end it after ten seconds if nothing else does")
    func end() throws {
        #expect(try Load.parse([]).pace == Pace(seconds: 10))
        #expect(try Load.parse(["--requests", "5"]).pace == Pace(requests: 5))
        #expect(
            try Load.parse(["--rate", "100", "--seconds", "2", "--warmup", "1"]).pace
                == Pace(rate: 100, warmup: 1, seconds: 2))
    }

    @Test(
        "are refused if they make no load",
        arguments: [
            ["--pipeline", "513"], ["--connections", "0"], ["--rate", "0"], ["--seconds", "0"], ["--accounts", "0"],
            ["--first", "1"], ["--first", "99999999999", "--accounts", "2"], ["--mix", "none=1"],
            ["--distribution", "normal"], ["--zipf-exponent", "0"], ["--warmup=-1"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Load.parse(arguments) }
    }
}
