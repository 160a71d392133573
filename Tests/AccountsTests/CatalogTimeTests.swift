/// A catalogue over time: prices that change, publications to come, and successors of retired plans.

import Accounts
import ScenarioKit
import Testing

@Suite("A catalogue over time") struct CatalogTimeTests {
    private let me = "79001234567"

    private func selling() -> Scenario {
        let scenario = Scenario.selling(
            "terms general tariff_change_fee=150 tariff_change_free_after_days=30",
            "tariff plan name=Plan fee=100 period=30d rates=voice:out:1/60",
            "tariff open name=Open period=open rates=voice:out:1/60", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "1000")
        return scenario
    }

    private func call(_ scenario: Scenario, _ start: String, n: Int) -> String {
        scenario.when(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=\(start) seconds=60 source=s n=\(n)")["amount"]
    }

    @Test("A new price holds from the next period: the fee, and the prices of usage") func nextPeriod() {
        let scenario = selling()
        scenario.at("2019-01-10T00:00:00Z")
        scenario.publish("tariff plan name=Plan fee=120 period=30d rates=voice:out:3/60")
        #expect(call(scenario, "2019-01-09T23:00:00Z", n: 1) == "1.00")
        scenario.at("2019-01-20T00:00:00Z")
        #expect(call(scenario, "2019-01-19T23:00:00Z", n: 2) == "1.00")
        scenario.at("2019-01-31T00:00:00Z")
        #expect(scenario.answer["balance"] == "898.00")
        scenario.then(me, balance: "778.00")
        #expect(call(scenario, "2019-01-31T00:00:00Z", n: 3) == "3.00")
        // A record that comes late is of the period in which it began.
        #expect(call(scenario, "2019-01-30T23:59:59Z", n: 4) == "1.00")
        scenario.thenReplayIsLive()
    }

    @Test("The price of a year holds for the year, however often it changed meanwhile") func year() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=100 period=year rates=voice:out:1/60", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "1000")
        for month in 2...9 {
            scenario.at("2019-0\(month)-01T00:00:00Z")
            scenario.publish("tariff plan name=Plan fee=100 period=year rates=voice:out:\(month)/60")
        }
        scenario.at("2019-12-31T12:00:00Z")
        #expect(call(scenario, "2019-12-31T11:00:00Z", n: 1) == "1.00")
        scenario.restart()
        #expect(call(scenario, "2019-12-31T11:30:00Z", n: 2) == "1.00")
        scenario.at("2020-01-01T00:00:00Z")
        #expect(call(scenario, "2020-01-01T00:00:00Z", n: 3) == "9.00")
    }

    @Test("A plan without a paid period has the prices of the time of the usage") func openPlan() {
        let scenario = selling()
        scenario.given("TARIFF.CHANGE \(me) open")
        scenario.at("2019-01-10T00:00:00Z")
        scenario.publish("tariff open name=Open period=open rates=voice:out:3/60")
        #expect(call(scenario, "2019-01-09T23:59:59Z", n: 1) == "1.00")
        #expect(call(scenario, "2019-01-10T00:00:00Z", n: 2) == "3.00")
    }

    @Test("A publication to come happens at its time, before the fees of that instant") func scheduled() {
        let scenario = selling()
        scenario.publish("tariff plan name=Plan fee=120 period=30d", validFrom: "2019-01-31")
        scenario.then("OK draft=2 version=2 valid_from=2019-01-31T00:00:00Z")
        scenario.then(types: "catalog_scheduled")
        scenario.when("CATALOG")
        scenario.then("OK version=1 scheduled_draft=2 scheduled_from=2019-01-31T00:00:00Z")
        scenario.restart()
        scenario.at("2019-02-05T00:00:00Z")
        scenario.then(types: "catalog_published", "fees_charged")
        scenario.then(me, balance: "780.00")
        scenario.when("CATALOG")
        scenario.then("OK version=2 valid_from=2019-01-31T00:00:00Z")
        scenario.thenReplayIsLive()
    }

    @Test("A fee that was due before a publication has the old price, whichever is carried out first") func behind() {
        let scenario = selling()
        scenario.publish("tariff plan name=Plan fee=120 period=30d", validFrom: "2019-02-01")
        scenario.dueLimit = 0
        scenario.at("2019-02-05T00:00:00Z")
        scenario.given("TOPUP \(me) 1 ref=1")
        scenario.then(me, balance: "801.00")
        scenario.dueLimit = nil
        scenario.at("2019-02-05T00:00:01Z")
        scenario.then(types: "catalog_published")
        scenario.at("2019-03-02T00:00:00Z")
        scenario.then(me, balance: "681.00")
        scenario.thenReplayIsLive()
    }

    @Test("Nothing else is published while a publication is to come, and it can be taken back") func cancel() {
        let scenario = selling()
        scenario.publish("tariff plan name=Plan fee=120 period=30d", validFrom: "2019-01-20")
        scenario.given("CATALOG.DRAFT")
        for line in [
            "CATALOG.PUBLISH 3", "CATALOG.RETIRE open", "CATALOG.PUT 2 tariff plan name=Plan fee=1 period=30d",
            "CATALOG.PUBLISH 2",
        ] {
            scenario.when(line)
            scenario.then("ERR conflict")
        }
        scenario.when("CATALOG.CANCEL 3")
        scenario.then("ERR not_found field=draft")
        scenario.given(
            "CATALOG.CANCEL 2", "CATALOG.PUT 2 tariff plan name=Plan fee=130 period=30d", "CATALOG.PUBLISH 2")
        scenario.at("2019-01-31T00:00:00Z")
        scenario.then(me, balance: "770.00")
        scenario.thenReplayIsLive()
    }

    @Test(
        "A publication to come is in the future, and at most a year ahead",
        arguments: [
            ("2019-01-01T00:00:00Z", false), ("2019-01-01T00:00:01Z", true), ("2020-01-02T00:00:00Z", true),
            ("2020-01-02T00:00:01Z", false),
        ])
    func bounds(time: String, isTaken: Bool) {
        let scenario = selling()
        scenario.given("CATALOG.DRAFT")
        scenario.when("CATALOG.PUBLISH 2 valid_from=\(time)")
        scenario.then(isTaken ? "OK" : "ERR invalid_time field=valid_from")
    }

    @Test("Those who have a retired plan keep it, at the newest price, until the operator moves them") func retired() {
        let scenario = selling()
        scenario.given("CATALOG.RETIRE plan")
        scenario.at("2019-03-02T00:00:00Z")
        scenario.then(me, balance: "700.00", tariff: "plan", status: .active)
    }

    private static let successor =
        "tariff plan name=Plan fee=100 period=30d retired=1 successor=newer successor_from=2019-02-10"
    private static let newer = "tariff newer name=Newer fee=70 period=30d"

    @Test("The operator's move is announced, and happens at the end of the period that is paid then") func moved() {
        let scenario = selling()
        scenario.publish(Self.successor, Self.newer)
        scenario.when("TARIFF \(me)")
        scenario.then("OK tariff=plan moved_to=newer moved_from=2019-02-10T00:00:00Z")
        scenario.at("2019-01-26T23:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-01-27T00:00:00Z")
        scenario.then(types: "product_move_announced")
        scenario.when("NOTIFICATIONS msisdn=\(me)")
        #expect(scenario.answer.rows.last?["purpose"] == "product_move")
        scenario.restart()
        // Paid from 31 January to 2 March.
        scenario.at("2019-03-01T23:59:59Z")
        scenario.then(me, balance: "800.00", tariff: "plan")
        scenario.at("2019-03-02T00:00:00Z")
        scenario.then(types: "tariff_changed")
        scenario.then(me, balance: "730.00", tariff: "newer", status: .active)
        // It was no change of the subscriber's, so the next one is free.
        #expect(scenario.when("TARIFF \(me)")["change_fee"] == "")
        scenario.at("2019-04-01T00:00:00Z")
        scenario.then(types: "fees_charged")
        scenario.then(me, balance: "660.00", tariff: "newer")
        scenario.thenReplayIsLive()
    }

    @Test("A plan without a paid period is moved on the day") func movedFromOpen() {
        let scenario = selling()
        scenario.given("TARIFF.CHANGE \(me) open")
        scenario.publish(
            "tariff open name=Open period=open retired=1 successor=newer successor_from=2019-02-10", Self.newer)
        scenario.at("2019-02-09T23:59:59Z")
        scenario.then(types: "product_move_announced")
        scenario.restart()
        scenario.at("2019-02-10T00:00:00Z")
        scenario.then(types: "tariff_changed")
        scenario.then(me, balance: "830.00", tariff: "newer", status: .active)
        scenario.thenReplayIsLive()
    }

    @Test("A successor that the balance does not cover begins unpaid") func movedUnpaid() {
        let scenario = selling()
        scenario.given(number: "79001234568", tariff: "open", balance: "69")
        scenario.publish(
            "tariff open name=Open period=open retired=1 successor=newer successor_from=2019-02-10", Self.newer)
        scenario.at("2019-02-10T00:00:00Z")
        scenario.then("79001234568", balance: "69.00", tariff: "newer", status: .unpaid)
        scenario.given("TOPUP 79001234568 1 ref=1")
        scenario.then("79001234568", balance: "0.00", tariff: "newer", status: .active)
    }

    @Test("An option is moved to its successor as a plan is") func movedOption() {
        let scenario = Scenario.selling(
            "option old name=Old fee=10 period=30d messages=5", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "none", balance: "100")
        scenario.given("OPTION.ON \(me) old")
        scenario.publish(
            "option old name=Old fee=10 period=30d messages=5 retired=1 successor=new successor_from=2019-01-20",
            "option new name=New fee=8 period=30d messages=7")
        scenario.at("2019-01-31T00:00:00Z")
        scenario.then(me, balance: "82.00", options: ["new"])
        #expect(scenario.when("BUCKETS \(me)").rows.map { $0["granted_messages"] } == ["7"])
        scenario.thenReplayIsLive()
    }

    @Test(
        "A successor is on sale, of the same kind, and of a retired offering, and its date leaves time to tell",
        arguments: [
            "tariff plan name=P fee=1 period=30d successor=open successor_from=2019-02-10",
            "tariff plan name=P fee=1 period=30d retired=1 successor=open",
            "tariff plan name=P fee=1 period=30d retired=1 successor_from=2019-02-10",
            "tariff plan name=P fee=1 period=30d retired=1 successor=nothing successor_from=2019-02-10",
            "tariff plan name=P fee=1 period=30d retired=1 successor=plan successor_from=2019-02-10",
            "tariff plan name=P fee=1 period=30d retired=1 successor=open successor_from=2019-01-14T23:59:59Z",
        ])
    func wrongSuccessor(item: String) {
        let scenario = selling()
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 \(item)")
        scenario.when("CATALOG.PUBLISH 2")
        scenario.then("ERR invalid_catalog field=draft")
    }
}
