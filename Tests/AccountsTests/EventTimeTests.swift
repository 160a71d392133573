/// Given a log in event time, when records come in order, then its clock is theirs and what is due by then happened.

import Accounts
import ScenarioKit
import Testing

@Suite("Event time") struct EventTimeTests {
    private let me = "79001234567"

    private func usage(_ start: String, n: Int, seconds: Int = 60) -> String {
        "USAGE \(me) kind=voice direction=out peer=74951234567 start=\(start) seconds=\(seconds) source=years n=\(n)"
    }

    private func subscriber(balance: String = "1000") -> Scenario {
        let scenario = Scenario(at: "2010-01-01T00:00:00Z", inEventTime: true)
        scenario.given(subscriber: me, tariff: "talk", balance: balance)
        return scenario
    }

    @Test("A usage record moves the clock to its start, and every fee due by then is charged at its own time")
    func feesBetweenRecords() {
        let scenario = subscriber()
        let before = Int64(scenario.look { $0.position })
        scenario.when(usage("2010-03-03T12:00:00Z", n: 1))
        scenario.then("OK status=rated")
        scenario.then(types: "fees_charged", "buckets_granted", "fees_charged", "buckets_granted", "usage_rated")
        scenario.when("EVENTS from=\(before + 1) limit=10")
        #expect(
            scenario.answer.rows.map { $0["recorded"] ?? "" } == [
                "2010-01-31T00:00:00Z", "2010-01-31T00:00:00Z", "2010-03-02T00:00:00Z", "2010-03-02T00:00:00Z",
                "2010-03-03T12:00:00Z",
            ])
        scenario.thenReplayIsLive()
    }

    @Test("A record before the clock is refused and changes nothing, and a repeated record gets its first reply")
    func order() {
        let scenario = subscriber()
        let first = usage("2010-01-02T00:00:00Z", n: 1)
        scenario.given(first, usage("2010-01-03T00:00:00Z", n: 2))
        scenario.when(first)
        scenario.then("OK n=1 repeated=1")
        scenario.thenNothingChanged()
        scenario.when(usage("2010-01-02T00:00:00Z", n: 3))
        scenario.then("ERR conflict")
        scenario.thenNothingChanged()
        scenario.when(usage("2010-01-03T00:00:00Z", n: 3))
        scenario.then("OK status=rated")
    }

    @Test("A refused or repeated record does not move the clock and charges no fee")
    func refusalsMoveNothing() {
        let scenario = subscriber()
        scenario.given(usage("2010-01-02T00:00:00Z", n: 100_000))
        let later = "2010-02-20T00:00:00Z"
        for (line, answer) in [
            (usage(later, n: 1), "ERR too_old"), (usage("2010-01-02T00:00:00Z", n: 100_000), "OK repeated=1"),
            (usage(later, n: 100_000), "ERR id_conflict field=n"),
            (usage(later, n: 100_001) + " if_seq=30", "ERR not_available field=if_seq"),
            (usage("2010-03-06T00:00:00Z", n: 100_001), "ERR invalid_time"),
            ("CLOCK.SET 2010-02-20T00:00:00Z if_seq=30", "ERR not_available field=if_seq"),
        ] {
            scenario.when(line)
            scenario.then(answer)
            scenario.thenNothingChanged()
        }
        scenario.when(usage("2010-01-02T00:00:01Z", n: 100_001))
        scenario.then("OK status=rated")
        scenario.restart()
        scenario.when(usage("2010-01-02T00:00:00Z", n: 100_002))
        scenario.then("ERR conflict")
    }

    @Test("CLOCK.SET moves the clock forward, by at most 366 days")
    func clockSet() {
        let scenario = subscriber(balance: "0")
        scenario.when("CLOCK.SET 2010-01-10T00:00:00Z")
        scenario.then("OK clock=2010-01-10T00:00:00Z")
        scenario.then(types: "clock_moved")
        scenario.when("TOPUP \(me) 10 ref=later")
        scenario.then("OK")
        scenario.when("PAYMENTS \(me)")
        #expect(scenario.answer.rows.first?["time"] == "2010-01-10T00:00:00Z")
        scenario.when("CLOCK.SET 2010-01-09T23:59:59Z")
        scenario.then("ERR conflict")
        scenario.thenNothingChanged()
        scenario.when("CLOCK.SET 2108-01-10T00:00:00Z")
        scenario.then("ERR invalid_time")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("Only an administrator may change a log in event time, and other roles may read it")
    func administratorAlone() {
        let scenario = subscriber()
        for role in ["network", "operator", "payments"] {
            let line = ["network": usage("2010-01-02T00:00:00Z", n: 1), "operator": "TARIFF.CHANGE \(me) free"]
            scenario.when(line[role] ?? "TOPUP \(me) 10 ref=p", as: role)
            scenario.then("ERR not_permitted")
            scenario.thenNothingChanged()
        }
        scenario.when("BALANCE \(me)", as: "operator")
        scenario.then("OK")
    }

    @Test("CLOCK.SET is refused for a log that uses the machine's clock")
    func machineTime() {
        let scenario = Scenario()
        scenario.when("CLOCK.SET 2018-04-01T00:00:00Z")
        scenario.then("ERR not_available")
        scenario.thenNothingChanged()
    }
}
