/// Numbers that nobody pays for are told so, and then terminated. Their money, or their debt, stays on the account.

import Accounts
import ScenarioKit
import Testing

@Suite("Termination of unpaid numbers") struct DormancyTerminationTests {
    private let me = "79001234567"

    /// A number that never had money, and has been so since its activation.
    private func unpaid() -> Scenario {
        let scenario = Scenario.selling(
            DormancyTests.ending, DormancyTests.offerings[0], at: "2019-01-10T09:00:00Z")
        scenario.given(number: me, tariff: "open", balance: "0", region: "vvo")
        return scenario
    }

    @Test("A number is told 14 days before the 180th day at or under zero, and then ends") func ends() {
        let scenario = unpaid()
        scenario.at("2019-06-25T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-06-25T09:00:00Z")
        scenario.then(types: "termination_announced")
        scenario.when("NOTIFICATIONS msisdn=\(me)")
        #expect(scenario.answer.rows.last?["purpose"] == "termination")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK terminates_at=2019-07-09T09:00:00Z")
        scenario.at("2019-07-09T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-07-09T09:00:00Z")
        scenario.then(.subscriberTerminated(SubscriberTerminated(reason: .dormant)))
        scenario.when("BALANCE \(me)")
        scenario.then("ERR not_found field=msisdn")
        scenario.at("2021-01-01T00:00:00Z")
        scenario.thenNothingChanged()
        scenario.given(subscriber: me, tariff: "open", region: "vvo", balance: "5")
        scenario.thenReplayIsLive()
    }

    @Test("Money makes the notice void, and the days begin anew at the next zero") func paid() {
        let scenario = unpaid()
        scenario.at("2019-07-09T08:00:00Z")
        scenario.given("TOPUP \(me) 1 ref=a")
        #expect(scenario.when("ACCOUNT \(me)")["terminates_at"] == "")
        scenario.at("2019-07-20T09:00:00Z")
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=2019-07-20T09:00:00Z seconds=60 source=s n=1")
        scenario.then(me, balance: "0.00")
        scenario.at("2020-01-02T09:00:00Z")
        scenario.then(types: "termination_announced")
        scenario.at("2020-01-16T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2020-01-16T09:00:00Z")
        scenario.then(types: "subscriber_terminated")
        scenario.thenReplayIsLive()
    }

    @Test("ACCOUNT says so from 30 days before the end on") func ahead() {
        let scenario = unpaid()
        scenario.at("2019-06-09T08:59:59Z")
        #expect(scenario.when("ACCOUNT \(me)")["terminates_at"] == "")
        scenario.at("2019-06-09T09:00:00Z")
        #expect(scenario.when("ACCOUNT \(me)")["terminates_at"] == "2019-07-09T09:00:00Z")
        scenario.thenReplayIsLive()
    }

    @Test("The links and the administration of a number end with it, as by SUBSCRIBER.TERMINATE") func links() {
        let scenario = unpaid()
        scenario.given("ORG.CREATE name=Org inn=7707083893")
        scenario.given("ORG.ADMIN.ADD \(scenario.answer["org"]) \(me)")
        scenario.at("2019-07-09T09:00:00Z")
        scenario.then(types: "termination_announced", "administrator_removed", "subscriber_terminated")
        scenario.thenReplayIsLive()
    }

    @Test("The reason dormant is the service's own") func reason() {
        let scenario = unpaid()
        scenario.when("SUBSCRIBER.TERMINATE \(me) reason=dormant", as: "network")
        scenario.then("ERR invalid_key field=reason")
    }

    @Test(
        "A debt, or the rest of the money, stays on the account of a terminated number", arguments: ["-4.00", "6.00"])
    func rest(balance: String) {
        let scenario = unpaid()
        scenario.given("TOPUP \(me) 10 ref=a")
        scenario.at("2019-01-10T10:00:00Z")
        let minutes = balance == "6.00" ? 4 : 14
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=2019-01-10T09:00:00Z seconds=\(minutes * 60)"
                + " source=s n=1")
        scenario.then(me, balance: balance)
        scenario.given("SUBSCRIBER.TERMINATE \(me)", as: "network")
        scenario.when("EXPLAIN \(me)")
        scenario.then("OK balance=\(balance)")
        #expect(scenario.when("HOLDERS \(me)").rows.map { $0["balance"] } == [balance])
        scenario.at("2021-01-01T00:00:00Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("A number with a debt is not suspended, and ends with the debt on its account") func debt() {
        let scenario = unpaid()
        scenario.given("TOPUP \(me) 10 ref=a")
        scenario.at("2019-01-10T10:00:00Z")
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=2019-01-10T09:00:00Z seconds=840 source=s n=1")
        scenario.when("TARIFF.SUSPEND \(me)")
        scenario.then("ERR not_available field=msisdn")
        scenario.at("2019-07-09T09:00:00Z")
        #expect(scenario.when("EXPLAIN \(me)")["balance"] == "-4.00")
        #expect(scenario.when("HOLDERS \(me)").rows.map { $0["until"] } == ["2019-07-09T09:00:00Z"])
        scenario.thenReplayIsLive()
    }
}
