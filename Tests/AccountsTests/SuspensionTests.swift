/// Suspension of the plan by its subscriber.

import Accounts
import ScenarioKit
import Testing

@Suite("Suspension of a plan") struct SuspensionTests {
    private let me = "79001234567"

    /// Ten days into a plan of 30 days with 600 seconds, and an option of a day.
    private func suspended(_ terms: String = "suspension_free_days=7 suspension_day_fee=3", balance: String = "500")
        -> Scenario
    {
        let scenario = Scenario.selling(
            "terms general tariff_change_fee=0 tariff_change_free_after_days=0 \(terms)",
            "tariff plan name=Plan fee=300 period=30d voice_seconds=600 rates=voice:out:1/60",
            "option daily name=Daily fee=2 period=1d", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: balance)
        scenario.given("OPTION.ON \(me) daily")
        scenario.at("2019-01-11T00:00:00Z")
        scenario.given("TARIFF.SUSPEND \(me)")
        return scenario
    }

    @Test("A suspension stops every fee, and the plan goes on with the time that was left") func stopsFees() {
        let scenario = suspended("")
        scenario.then(types: "tariff_suspended")
        let before = "178.00"  // 500 - 300 - 11 days of the option.
        scenario.then(me, balance: before)
        scenario.when("TARIFF \(me)")
        scenario.then("OK tariff_status=suspended suspended_since=2019-01-11T00:00:00Z")
        let report = scenario.when("PRIVACY.REPORT \(me)").rows
        #expect(report.contains { $0["what"] == "plan" && $0["value"] == "suspended" })
        scenario.restart()
        scenario.at("2019-03-11T12:00:00Z")
        scenario.thenNothingChanged()
        scenario.then(me, balance: before)
        scenario.given("TARIFF.RESUME \(me)")
        scenario.then(types: "tariff_resumed")
        // Twenty days of 30 were left, and the suspension lasted 59 and a half.
        #expect(scenario.periodEnd(me) == "2019-03-31T12:00:00Z")
        scenario.at("2019-03-31T12:00:00Z")
        // The option's next day began with the resumption: 2019-01-12T00:00 moved to 2019-03-12T12:00.
        scenario.then(me, status: .unpaid)
        scenario.thenReplayIsLive()
    }

    @Test("Packages end as much later as the suspension lasted") func packages() {
        let scenario = suspended("")
        scenario.at("2019-03-11T00:00:00Z")
        scenario.given("TARIFF.RESUME \(me)")
        scenario.when("BUCKETS \(me)")
        #expect(scenario.answer.rows.map { $0["valid_to"] } == ["2019-03-31T00:00:00Z"])
        #expect(scenario.answer.rows.map { $0["left_seconds"] } == ["600"])
        scenario.thenReplayIsLive()
    }

    @Test("After the free days each day costs its fee, and the plan resumes when the balance does not cover one")
    func dayFees() {
        let scenario = suspended(balance: "331")
        scenario.then("OK free_until=2019-01-18T00:00:00Z day_fee=3.00")
        scenario.then(me, balance: "9.00")
        scenario.at("2019-01-17T23:59:59Z")
        scenario.then(me, balance: "9.00")
        scenario.at("2019-01-18T00:00:00Z")
        scenario.then(types: "suspension_charged")
        scenario.then(me, balance: "6.00")
        scenario.at("2019-01-20T00:00:00Z")
        scenario.then(me, balance: "0.00")
        scenario.at("2019-01-21T00:00:00Z")
        scenario.then(types: "tariff_resumed")
        #expect(scenario.periodEnd(me) == "2019-02-10T00:00:00Z")
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "revenue:suspension_fees" }?["balance"] == "9.00")
        scenario.thenReplayIsLive()
    }

    @Test("A plan with a debt, with a planned change, or that is suspended cannot be suspended") func refused() {
        let scenario = suspended()
        scenario.when("TARIFF.SUSPEND \(me)")
        scenario.then("ERR already_exists field=msisdn")
        scenario.given("TARIFF.RESUME \(me)")
        scenario.when("TARIFF.RESUME \(me)")
        scenario.then("ERR not_found field=msisdn")
        scenario.given("TARIFF.CHANGE \(me) none when=period_end")
        scenario.when("TARIFF.SUSPEND \(me)")
        scenario.then("ERR conflict field=msisdn")
        scenario.given("TARIFF.CHANGE.CANCEL \(me)")
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=2019-01-10T00:00:00Z seconds=36000 source=s n=1"
        )
        scenario.when("TARIFF.SUSPEND \(me)")
        scenario.then("ERR not_available field=msisdn")
    }

    @Test("A suspended plan is neither changed nor extended, and a top-up pays no fee") func waits() {
        let scenario = suspended("", balance: "302")
        for line in [
            "TARIFF.CHANGE \(me) none", "TARIFF.CHANGE \(me) none when=2019-05-01", "TARIFF.QUOTE \(me) none",
            "OPTION.ON \(me) daily", "OPTION.QUOTE \(me) daily",
        ] {
            scenario.when(line)
            scenario.then("ERR not_available field=msisdn")
        }
        scenario.given("TOPUP \(me) 100 ref=1")
        scenario.then(types: "topped_up")
        // The option was unpaid since its second day, and its fee waited.
        scenario.given("TARIFF.RESUME \(me)")
        scenario.then(types: "tariff_resumed", "fees_charged")
        scenario.then(me, balance: "98.00")
        scenario.thenReplayIsLive()
    }

    @Test("A prorated plan whose part the balance does not cover resumes unpaid") func unpaidPart() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=310 period=month prorated=1 voice_seconds=600 rates=voice:out:1/60",
            at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "310")
        scenario.at("2019-01-11T00:00:00Z")
        scenario.given("TARIFF.SUSPEND \(me)")
        scenario.then("OK charged=-210.00 balance=210.00")
        #expect(scenario.when("BUCKETS \(me)").rows.isEmpty)
        scenario.at("2019-02-01T00:00:00Z")
        scenario.given("TARIFF.RESUME \(me)")
        scenario.then(me, balance: "210.00", status: .unpaid)
        scenario.given("TOPUP \(me) 100 ref=1")
        scenario.then(me, balance: "0.00", status: .active)
        scenario.thenReplayIsLive()
    }

    @Test("A suspension has free days only if the last one ended long enough ago") func freeDaysAgain() {
        let scenario = suspended("suspension_free_days=7 suspension_day_fee=3 suspension_free_again_after_days=30")
        scenario.at("2019-01-13T00:00:00Z")
        scenario.given("TARIFF.RESUME \(me)")
        scenario.at("2019-02-11T23:59:59Z")
        scenario.given("TARIFF.SUSPEND \(me)")
        scenario.then("OK free_until=2019-02-11T23:59:59Z")
        scenario.given("TARIFF.RESUME \(me)")
        scenario.restart()
        scenario.at("2019-03-13T23:59:59Z")
        scenario.given("TARIFF.SUSPEND \(me)")
        scenario.then("OK free_until=2019-03-20T23:59:59Z")
        scenario.thenReplayIsLive()
    }

    @Test("The termination of a number ends its suspension") func terminated() {
        let scenario = suspended()
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.at("2019-05-01T00:00:00Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }
}

@Suite("Fees while the SIM is blocked") struct BlockedFeeTests {
    private let me = "79001234567"

    /// A plan whose fee stops while the SIM is blocked, and an option whose fee goes on, both paid until 31 January.
    private func blocked(balance: String = "1000") -> Scenario {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=300 period=30d voice_seconds=600 rates=voice:out:1/60 stops_when_blocked=1",
            "option extra name=Extra fee=20 period=30d", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: balance)
        scenario.given("OPTION.ON \(me) extra")
        scenario.at("2019-01-11T00:00:00Z")
        scenario.given("SIM.BLOCK \(me) reason=lost")
        return scenario
    }

    @Test("A fee goes on unless the offering says that it stops") func goesOn() {
        let scenario = blocked()
        scenario.at("2019-01-31T00:00:00Z")
        // 1000 - 300 - 20 - 20
        scenario.then(me, balance: "660.00", tariff: "plan", status: .unpaid)
        scenario.given("TOPUP \(me) 1 ref=1")
        scenario.then(types: "topped_up")
        scenario.then(me, balance: "661.00", status: .unpaid)
        scenario.thenReplayIsLive()
    }

    @Test("The fee that stopped is taken when the block is lifted, and a new period begins") func lifted() {
        let scenario = blocked()
        scenario.at("2019-02-10T00:00:00Z")
        scenario.given("SIM.UNBLOCK \(me)")
        scenario.then(me, balance: "360.00", status: .active)
        #expect(scenario.periodEnd(me) == "2019-03-12T00:00:00Z")
        scenario.thenReplayIsLive()
    }

    @Test("A block that is lifted within the paid period costs nothing") func withinThePeriod() {
        let scenario = blocked()
        scenario.at("2019-01-30T00:00:00Z")
        scenario.given("SIM.UNBLOCK \(me)")
        scenario.then(types: "sim_unblocked")
        #expect(scenario.periodEnd(me) == "2019-01-31T00:00:00Z")
    }

    @Test("A fee that the balance does not cover stays unpaid after the block") func uncovered() {
        let scenario = blocked(balance: "340")
        scenario.at("2019-02-10T00:00:00Z")
        scenario.given("SIM.UNBLOCK \(me)")
        scenario.then(me, balance: "0.00", status: .unpaid)
        scenario.given("TOPUP \(me) 300 ref=1")
        scenario.then(me, balance: "0.00", status: .active)
    }
}
