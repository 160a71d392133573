/// Given a log that a test made for itself, when it moves the clock, then what is due happens at its own time, and
/// everybody acts as by the machine's clock.

import Accounts
import AccountsKit
import Testing

@Suite("A test's clock") struct TestClockTests {
    private let me = "79001234567"

    private func subscriber(balance: String = "1000") -> Scenario {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z", ofTest: true)
        cabinet.given(subscriber: me, tariff: "talk", balance: balance)
        return cabinet
    }

    private func usage(_ start: String, n: Int) -> String {
        "USAGE \(me) kind=voice direction=out peer=74951234567 start=\(start) seconds=60 source=msc n=\(n)"
    }

    @Test func everyRoleActsAsByTheMachinesClock() {
        let cabinet = subscriber()
        cabinet.when("TOPUP \(me) 10 ref=p", as: "payments")
        cabinet.then("OK amount=10.00")
        cabinet.when("TARIFF.CHANGE \(me) free", as: "operator")
        cabinet.then("OK tariff=free")
        cabinet.thenReplayIsLive()
    }

    @Test func theClockStandsUntilItIsSetAndEveryFeeDueByThenIsTakenAtItsOwnTime() {
        let cabinet = subscriber()
        let before = Int64(cabinet.look { $0.position })
        cabinet.when("BALANCE \(me)")
        cabinet.then("OK balance=940.00")

        cabinet.when("CLOCK.SET 2018-05-01T00:00:00Z")
        cabinet.then("OK clock=2018-05-01T00:00:00Z")
        cabinet.then(types: "fees_charged", "buckets_granted", "fees_charged", "buckets_granted", "clock_moved")
        cabinet.when("EVENTS from=\(before + 1) limit=10")
        #expect(
            cabinet.answer.rows.prefix(4).map { $0["recorded"] ?? "" } == [
                "2018-03-31T09:00:00Z", "2018-03-31T09:00:00Z", "2018-04-30T09:00:00Z", "2018-04-30T09:00:00Z",
            ])
        cabinet.thenReplayIsLive()
    }

    @Test func onlyAnAdministratorSetsTheClockAndOnlyForward() {
        let cabinet = subscriber()
        cabinet.when("CLOCK.SET 2018-03-02", as: "operator")
        cabinet.then("ERR not_permitted")
        cabinet.when("CLOCK.SET 2018-02-28")
        cabinet.then("ERR conflict")
        cabinet.when("CLOCK.SET 2019-03-03")
        cabinet.then("ERR invalid_time")
    }

    @Test func usageMovesNoClockAndMayComeLate() {
        let cabinet = subscriber()
        cabinet.when(usage("2018-03-05T09:00:00Z", n: 1))
        cabinet.then("OK status=rejected reason=in_future")
        cabinet.given("CLOCK.SET 2018-03-03")
        cabinet.when(usage("2018-03-02T09:00:00Z", n: 2), as: "network")
        cabinet.then("OK status=rated")
    }

    @Test func theClockIsTheLogsAfterARestart() {
        let cabinet = subscriber()
        cabinet.given("CLOCK.SET 2018-03-03")
        cabinet.restart()
        cabinet.when("HELLO")
        cabinet.then("OK test_clock=2018-03-03T00:00:00Z")
        cabinet.when("TOPUP \(me) 10 ref=p", as: "payments")
        cabinet.then("OK amount=10.00")
    }
}
