/// Given a log that a test made for itself, when it moves the clock, then what is due happens at its own time, and
/// everybody acts as by the machine's clock.

import Accounts
import ScenarioKit
import Testing

@Suite("A test's clock") struct TestClockTests {
    private let me = "79001234567"

    private func subscriber(balance: String = "1000") -> Scenario {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z", ofTest: true)
        scenario.given(subscriber: me, tariff: "talk", balance: balance)
        return scenario
    }

    private func usage(_ start: String, n: Int) -> String {
        "USAGE \(me) kind=voice direction=out peer=74951234567 start=\(start) seconds=60 source=msc n=\(n)"
    }

    @Test func everyRoleActsAsByTheMachinesClock() {
        let scenario = subscriber()
        scenario.when("TOPUP \(me) 10 ref=p", as: "payments")
        scenario.then("OK amount=10.00")
        scenario.when("TARIFF.CHANGE \(me) free", as: "operator")
        scenario.then("OK tariff=free")
        scenario.thenReplayIsLive()
    }

    @Test func theClockStandsUntilItIsSetAndEveryFeeDueByThenIsTakenAtItsOwnTime() {
        let scenario = subscriber()
        let before = Int64(scenario.look { $0.position })
        scenario.when("BALANCE \(me)")
        scenario.then("OK balance=940.00")

        scenario.when("CLOCK.SET 2018-05-01T00:00:00Z")
        scenario.then("OK clock=2018-05-01T00:00:00Z")
        scenario.then(types: "fees_charged", "buckets_granted", "fees_charged", "buckets_granted", "clock_moved")
        scenario.when("EVENTS from=\(before + 1) limit=10")
        #expect(
            scenario.answer.rows.prefix(4).map { $0["recorded"] ?? "" } == [
                "2018-03-31T09:00:00Z", "2018-03-31T09:00:00Z", "2018-04-30T09:00:00Z", "2018-04-30T09:00:00Z",
            ])
        scenario.thenReplayIsLive()
    }

    @Test func onlyAnAdministratorSetsTheClockAndOnlyForward() {
        let scenario = subscriber()
        scenario.when("CLOCK.SET 2018-03-02", as: "operator")
        scenario.then("ERR not_permitted")
        scenario.when("CLOCK.SET 2018-02-28")
        scenario.then("ERR conflict")
        scenario.when("CLOCK.SET 2019-03-03")
        scenario.then("ERR invalid_time")
    }

    @Test func usageMovesNoClockAndMayComeLate() {
        let scenario = subscriber()
        scenario.when(usage("2018-03-05T09:00:00Z", n: 1))
        scenario.then("OK status=rejected reason=in_future")
        scenario.given("CLOCK.SET 2018-03-03")
        scenario.when(usage("2018-03-02T09:00:00Z", n: 2), as: "network")
        scenario.then("OK status=rated")
    }

    @Test func theClockIsTheLogsAfterARestart() {
        let scenario = subscriber()
        scenario.given("CLOCK.SET 2018-03-03")
        scenario.restart()
        scenario.when("HELLO")
        scenario.then("OK test_clock=2018-03-03T00:00:00Z")
        scenario.when("TOPUP \(me) 10 ref=p", as: "payments")
        scenario.then("OK amount=10.00")
    }
}
