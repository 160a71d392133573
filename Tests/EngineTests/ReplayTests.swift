import Accounts
import Foundation
import ScenarioKit
import TestSupport
import Testing

/// After a random history of any commands, the log alone makes the same state.
@Suite struct ReplayTests {
    /// `SEED=` repeats one.
    static let seed =
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)

    @Test("A replay gives the live state after ten thousand random commands")
    func aReplayMakesTheLiveStateAfterTenThousandRandomCommands() {
        print("SEED=\(Self.seed)")
        var draw = Draw(seed: Self.seed)
        let scenario = Scenario()
        var outcomes: [String: Int] = [:]
        for step in 0..<10_000 {
            scenario.when(draw.command(), as: draw.role())
            outcomes[scenario.answer.isOK ? "OK" : "ERR", default: 0] += 1
            if step % 100 == 99 { scenario.at(draw.later(than: scenario.now)) }
            if step % 2500 == 2499 {
                scenario.thenReplayIsLive()
                scenario.restart()
            }
        }
        scenario.thenReplayIsLive()
        // A generator whose commands are all refused, or all accepted, would prove little.
        #expect(outcomes["OK", default: 0] > 2_000, "\(outcomes), SEED=\(Self.seed)")
        #expect(outcomes["ERR", default: 0] > 1_000, "\(outcomes), SEED=\(Self.seed)")
    }

    @Test("The same history gives the same bytes of the log") func theSameHistoryTwiceIsTheSameLogByteForByte() {
        func records() -> [[UInt8]] {
            var draw = Draw(seed: 7)
            let scenario = Scenario()
            for _ in 0..<500 { scenario.when(draw.command(), as: draw.role()) }
            return scenario.records
        }
        #expect(records() == records())
    }
}

/// Draws commands without looking at what exists: a few numbers, groups and ids, so that they meet often.
struct Draw {
    var random: SplitMix64
    private var serial = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func pick<T>(_ all: [T]) -> T { all[Int.random(in: 0..<all.count, using: &random)] }
    private mutating func msisdn() -> String { "790000000\(Int.random(in: 10...39, using: &random))" }
    private mutating func small() -> Int { Int.random(in: 0...40, using: &random) }

    mutating func role() -> String {
        Int.random(in: 0..<8, using: &random) > 0
            ? "admin" : pick(["operator", "network", "payments", "frontend", "auditor"])
    }

    mutating func later(than now: Instant) -> String {
        (now + .minutes(Int64.random(in: 1...20_000, using: &random))).description
    }

    /// Sometimes with an id that may have been used.
    private mutating func tail() -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: " id=x-\(Int.random(in: 0...400, using: &random))"
        case 1: " if_seq=\(Int.random(in: 0...20_000, using: &random))"
        default: ""
        }
    }

    mutating func command() -> String {
        serial += 1
        let tariff = pick(["free", "talk", "online", "office", "none"])
        let option = pick(["melody", "silence", "extra", "sms", "none"])
        switch Int.random(in: 0..<40, using: &random) {
        case 0, 1:
            let card = Int.random(in: 10...60, using: &random)
            return "SUBSCRIBER.ACTIVATE \(msisdn()) iccid=897012000000000000\(card) imsi=2502000000000\(card)"
                + " region=\(pick(["msk", "ekb"])) tariff=\(tariff) pin=0000 puk=12345678\(tail())"
        case 2...6, 24...31:
            return
                "TOPUP \(msisdn()) \(pick(["10", "0.01", "250", "99.99", "500", "-1"])) ref=r-\(pick([serial, serial, small()]))"
                + " method=\(pick(["card", "cash", "sbp", "bank"]))\(tail())"
        case 7, 8, 32, 33: return "TARIFF.CHANGE \(msisdn()) \(tariff)\(tail())"
        case 9, 10, 34, 35: return "OPTION.ON \(msisdn()) \(option)\(tail())"
        case 11: return "OPTION.OFF \(msisdn()) \(option)\(tail())"
        case 12: return "REGISTER \(msisdn())\(tail())"
        case 13: return "LOGIN \(msisdn()) \(pick(["correct-horse", "wrong"]))"
        case 14: return "CONFIRM \(pick(["AAAAAAAAAAAAAAAAAAAAAA", "bad"])) 000000 password=correct-horse"
        case 15: return "ORG.CREATE name=Org\(serial) inn=\(pick(["7707083893", "7736050003", "1234567890"]))\(tail())"
        case 16: return "ORG.ADD \(small()) \(msisdn())\(tail())"
        case 17: return "ORG.REMOVE \(small()) \(msisdn())\(tail())"
        case 18: return "GROUP.CREATE \(small()) name=G\(serial)\(tail())"
        case 19: return "GROUP.ADD \(pick([1, 2, 3, 4])) \(msisdn()) \(msisdn())\(tail())"
        case 20: return "GROUP.REMOVE \(pick([1, 2, 3, 4])) \(msisdn())\(tail())"
        case 21:
            return pick([
                "CATALOG.DRAFT", "CATALOG.PUT \(small()) tariff talk name=Talk fee=\(small()) period=7d",
                "CATALOG.PUBLISH \(small())", "CATALOG.RETIRE none",
            ]) + tail()
        case 22:
            return pick(["ACCOUNT \(msisdn())", "BALANCE \(msisdn())", "PAYMENTS \(msisdn())", "GROUP 1", "EVENTS"])
        case 36, 37:
            return pick([
                "CONTENT.BAN \(msisdn()) \(pick(["on", "off"]))", "CALLS.BAN \(msisdn()) \(pick(["on", "off"]))",
                "BLACKLIST.ADD \(msisdn()) 06\(10 + small())", "BLACKLIST.REMOVE \(msisdn()) 06\(10 + small())",
                "SETTINGS.SEND \(msisdn()) kind=mms", "SIM.BLOCK \(msisdn())", "SIM.UNBLOCK \(msisdn())",
            ]) + tail()
        case 38: return "ORDER.DONE \(small() * 10)\(tail())"
        case 39: return "ORDER.FAILED \(small() * 10) reason=busy\(tail())"
        default:
            return pick(["PRINCIPAL.ADD p\(serial % 50) roles=frontend", "TARIFFS", "TRIAL.BALANCE", "STATS", "\u{7f}"])
        }
    }
}
