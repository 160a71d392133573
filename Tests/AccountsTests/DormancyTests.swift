/// Numbers that nobody uses pay a fee each day down to zero, and numbers that nobody pays for are terminated.

import Accounts
import ScenarioKit
import Testing

@Suite("Dormancy") struct DormancyTests {
    private let me = "79001234567"
    static let terms =
        "terms general tariff_change_fee=0 tariff_change_free_after_days=0 dormancy_after_days=120 dormancy_day_fee=3"
    static let ending = terms + " dormancy_termination_days=180"
    static let offerings = [
        "tariff open name=Open period=open rates=voice:out:1/60",
        "tariff plan name=Plan fee=100 period=30d voice_seconds=6000 rates=voice:out:1/60",
        "option pack name=Pack period=open voice_seconds=6000",
    ]

    /// A number in Vladivostok, whose clock is ten hours ahead, and its only call, which costs a rouble. The 120 days
    /// without a charge are over with 10 May there, which is 14:00 in UTC.
    private func unused(_ balance: String = "50", terms: String = terms) -> Scenario {
        let scenario = Scenario.selling(terms, Self.offerings[0], Self.offerings[1], at: "2019-01-10T09:00:00Z")
        scenario.given(number: me, tariff: "open", balance: balance, region: "vvo")
        call(scenario)
        return scenario
    }

    private func call(_ scenario: Scenario, at start: String? = nil) {
        let number = scenario.look { $0.position }
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=\(start ?? "\(scenario.now)") seconds=60"
                + " source=s n=\(number)")
    }

    /// The time of a fee or of a notice, from the log.
    private func times(_ scenario: Scenario, _ type: String) -> [String] {
        scenario.when("EVENTS account=1 type=\(type)", as: "auditor").rows.map { $0["effective"] ?? "" }
    }

    @Test("The fee is told 14 days before the midnight of the region that ends the 120th day, and taken each day then")
    func fee() {
        let scenario = unused()
        scenario.at("2019-04-26T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-04-26T09:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.when("NOTIFICATIONS msisdn=\(me)")
        #expect(scenario.answer.rows.last?["purpose"] == "dormancy")
        scenario.when("ACCOUNT \(me)")
        scenario.then(
            "OK dormant_from=2019-05-10T14:00:00Z dormancy_day_fee=3.00 due_kind=dormancy_fee due_amount=3.00")
        scenario.at("2019-05-10T13:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-05-10T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.then(me, balance: "46.00")
        scenario.at("2019-05-11T13:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-05-12T14:00:00Z")
        scenario.then(types: "dormancy_charged", "dormancy_charged")
        scenario.then(me, balance: "40.00")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK dormant_from=2019-05-10T14:00:00Z dormancy_day_fee=3.00 due_time=2019-05-13T14:00:00Z")
        scenario.thenReplayIsLive()
    }

    @Test("ACCOUNT says so from 30 days before the fee on, and not earlier") func ahead() {
        let scenario = unused()
        scenario.at("2019-04-10T13:59:59Z")
        #expect(scenario.when("ACCOUNT \(me)")["dormant_from"] == "")
        scenario.then("OK balance=49.00")
        #expect(scenario.answer["due_kind"] == "")
        scenario.at("2019-04-10T14:00:00Z")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK dormant_from=2019-05-10T14:00:00Z due_time=2019-05-10T14:00:00Z due_kind=dormancy_fee")
    }

    @Test("The last fee takes what is left, and at zero there are no more") func lastKopeck() {
        let scenario = unused("9")
        scenario.at("2019-05-10T14:00:00Z")
        scenario.then(me, balance: "5.00")
        scenario.at("2019-05-11T14:00:00Z")
        scenario.then(me, balance: "2.00")
        #expect(scenario.when("ACCOUNT \(me)")["due_amount"] == "2.00")
        scenario.at("2019-05-12T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.then(me, balance: "0.00")
        #expect(scenario.when("ACCOUNT \(me)")["dormant_from"] == "")
        scenario.at("2019-12-31T00:00:00Z")
        scenario.thenNothingChanged()
        scenario.when("STATEMENT \(me) from=2019-05-01 to=2019-06-01")
        #expect(scenario.answer.rows.compactMap { $0["balance"] } == ["0.00", "2.00", "5.00"])
        scenario.when("EXPENSES \(me) month=2019-05")
        #expect(scenario.answer.rows.map { $0["kind"] } == ["dormancy_fees"])
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "revenue:dormancy_fees" }?["balance"] == "8.00")
        scenario.thenReplayIsLive()
    }

    @Test("A payment is no use: the days go on, and a number at zero pays again after a whole day") func topUpBetween()
    {
        let scenario = unused("9")
        scenario.at("2019-03-01T00:00:00Z")
        scenario.given("TOPUP \(me) 1 ref=a")
        scenario.at("2019-05-13T14:00:00Z")
        #expect(times(scenario, "dormancy_announced") == ["2019-04-26T09:00:00Z"])
        scenario.then(me, balance: "0.00")
        scenario.at("2019-05-20T13:00:00Z")
        scenario.given("TOPUP \(me) 7 ref=b")
        scenario.at("2019-05-21T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.at("2019-05-22T14:00:00Z")
        scenario.then(me, balance: "1.00")
        scenario.thenReplayIsLive()
    }

    @Test("A number without money is told of the fee when there is money, and pays 14 days later") func toldFirst() {
        let scenario = unused("1")
        scenario.at("2019-09-01T09:00:00Z")
        scenario.thenNothingChanged()
        scenario.given("TOPUP \(me) 10 ref=a")
        scenario.at("2019-09-01T09:00:01Z")
        scenario.then(types: "dormancy_announced")
        scenario.at("2019-09-15T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        #expect(times(scenario, "dormancy_charged") == ["2019-09-15T14:00:00Z"])
        scenario.thenReplayIsLive()
    }

    @Test("Use makes the notice void, and the days begin anew") func use() {
        let scenario = unused()
        scenario.at("2019-05-10T13:00:00Z")
        call(scenario)
        scenario.at("2019-08-24T12:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-08-24T13:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.at("2019-09-07T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        call(scenario)
        scenario.at("2019-10-01T00:00:00Z")
        scenario.thenNothingChanged()
        #expect(scenario.when("ACCOUNT \(me)")["dormant_from"] == "")
        scenario.thenReplayIsLive()
    }

    @Test("A call that a package covers is use, and so is the fee of a plan") func packages() {
        let scenario = Scenario.selling(Self.terms, Self.offerings[2], at: "2019-01-10T09:00:00Z")
        scenario.given(number: me, tariff: "none", balance: "50")
        scenario.given("OPTION.ON \(me) pack")
        scenario.at("2019-03-10T09:00:00Z")
        call(scenario)
        #expect(scenario.answer["amount"] == "0.00")
        scenario.at("2019-06-24T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-06-24T09:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.thenReplayIsLive()

        let paying = unused("2000")
        paying.given("TARIFF.CHANGE \(me) plan")
        paying.at("2019-12-31T00:00:00Z")
        #expect(times(paying, "dormancy_announced") == [])
    }

    @Test("A record that comes late counts from its own time") func late() {
        let scenario = unused()
        scenario.at("2019-02-20T09:00:00Z")
        call(scenario, at: "2019-02-10T09:00:00Z")
        call(scenario, at: "2019-02-01T09:00:00Z")
        scenario.at("2019-05-27T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-05-27T09:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.thenReplayIsLive()
    }

    @Test("A suspension does not count: the days begin anew when the plan resumes. A block of the SIM counts")
    func suspension() {
        let scenario = unused(terms: Self.ending)
        scenario.at("2019-05-01T09:00:00Z")
        scenario.given("TARIFF.SUSPEND \(me)")
        scenario.at("2020-01-10T09:00:00Z")
        scenario.thenNothingChanged()
        #expect(scenario.when("ACCOUNT \(me)")["dormant_from"] == "")
        scenario.given("TARIFF.RESUME \(me)", "SIM.BLOCK \(me) reason=lost")
        scenario.at("2020-04-25T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2020-04-25T09:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.at("2020-05-09T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.thenReplayIsLive()
    }

    @Test("An organisation's number is never dormant, and begins anew when it leaves") func member() {
        let scenario = unused(terms: Self.ending)
        scenario.given("ORG.CREATE name=Org inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given("ORG.ADD \(org) \(me)")
        scenario.at("2020-01-10T09:00:00Z")
        scenario.thenNothingChanged()
        scenario.given("ORG.REMOVE \(org) \(me)")
        scenario.at("2020-04-25T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2020-04-25T09:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.restart()
        scenario.at("2020-05-09T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.thenReplayIsLive()
    }

    @Test("A publication that begins the rule tells everybody, and one that ends it ends the fees") func publication() {
        let scenario = unused(terms: "terms general tariff_change_fee=0 tariff_change_free_after_days=0")
        scenario.at("2019-10-01T00:00:00Z")
        scenario.thenNothingChanged()
        scenario.publish(Self.terms, validFrom: "2019-10-05T09:00:00Z")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK dormant_from=2019-10-19T14:00:00Z due_time=2019-10-19T14:00:00Z")
        scenario.at("2019-10-05T09:00:00Z")
        scenario.then(types: "catalog_published", "dormancy_announced")
        scenario.at("2019-10-19T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        // Another fee is told before it is taken.
        scenario.publish(Self.terms.replacing("day_fee=3", with: "day_fee=4"))
        scenario.at("2019-10-20T14:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.at("2019-11-02T14:00:00Z")
        scenario.thenNothingChanged()
        scenario.at("2019-11-03T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.then(me, balance: "42.00")
        // A fee that was told at the very instant of the publication is told again.
        scenario.publish(Self.terms.replacing("day_fee=3", with: "day_fee=5"))
        scenario.at("2019-11-03T14:00:00Z")
        scenario.then(types: "dormancy_announced")
        scenario.publish(Self.terms.replacing("day_fee=3", with: "day_fee=4"))
        scenario.at("2019-11-18T14:00:00Z")
        scenario.then(types: "dormancy_announced", "dormancy_charged")
        scenario.then(me, balance: "38.00")
        // A publication of something else changes nothing.
        scenario.publish("tariff other name=Other period=open")
        scenario.at("2019-11-19T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.publish("terms general tariff_change_fee=0 tariff_change_free_after_days=0")
        scenario.at("2020-12-31T00:00:00Z")
        scenario.thenNothingChanged()
        #expect(scenario.when("ACCOUNT \(me)")["dormant_from"] == "")
        scenario.thenReplayIsLive()
    }

    @Test(
        "A draft whose terms leave no time for the notice, or have a fee without days, is refused",
        arguments: [
            "dormancy_after_days=14 dormancy_day_fee=3", "dormancy_after_days=120", "dormancy_day_fee=3",
            "dormancy_termination_days=14",
        ])
    func refused(terms: String) {
        let scenario = unused()
        scenario.given("CATALOG.DRAFT")
        scenario.given(
            "CATALOG.PUT 2 terms general tariff_change_fee=0 tariff_change_free_after_days=0 \(terms)")
        scenario.when("CATALOG.PUBLISH 2")
        scenario.then("ERR invalid_catalog field=draft")
    }

    @Test("Months without the service happen in the order of their times") func downtime() {
        let scenario = unused("9", terms: Self.ending)
        scenario.restart()
        scenario.at("2021-01-01T00:00:00Z")
        scenario.then(
            types: "dormancy_announced", "dormancy_charged", "dormancy_charged", "dormancy_charged",
            "termination_announced", "subscriber_terminated")
        #expect(
            times(scenario, "dormancy_charged") == [
                "2019-05-10T14:00:00Z", "2019-05-11T14:00:00Z", "2019-05-12T14:00:00Z",
            ])
        #expect(times(scenario, "termination_announced") == ["2019-10-25T14:00:00Z"])
        #expect(times(scenario, "subscriber_terminated") == ["2019-11-08T14:00:00Z"])
        scenario.thenReplayIsLive()
    }

    @Test("After any projection is replaced, the fee is taken once and on time", arguments: AccountsState.replaceable)
    func exchanged(projection: String) {
        let scenario = unused("50", terms: Self.ending)
        scenario.at("2019-05-01T09:00:00Z")
        scenario.exchange(projection)
        scenario.at("2019-05-10T14:00:00Z")
        scenario.then(types: "dormancy_charged")
        scenario.at("2019-05-11T13:59:59Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("A number has one entry on the agenda, however often it is used and paid for") func oneEntry() {
        let scenario = unused("1", terms: Self.ending)
        for day in 1...30 {
            scenario.at("2019-03-\(day < 10 ? "0" : "")\(day)T09:00:00Z")
            scenario.given("TOPUP \(me) 1 ref=\(day)")
            call(scenario)
        }
        scenario.given("TOPUP \(me) 9 ref=last")
        #expect(scenario.look { $0.agenda?.count ?? 0 } <= 2)
        scenario.at("2019-07-30T09:00:00Z")
        #expect(times(scenario, "dormancy_charged").first == "2019-07-28T14:00:00Z")
        #expect(scenario.look { $0.agenda?.count ?? 0 } == 1)
        scenario.restart()
        #expect(scenario.look { $0.agenda?.count ?? 0 } == 1)
        scenario.thenReplayIsLive()
    }

    @Test("A number that moves to another region pays once on each date of its clock") func region() {
        let scenario = unused()
        scenario.at("2019-05-01T09:00:00Z")
        scenario.given("PROFILE.SET \(me) region=utc")
        scenario.at("2019-05-12T12:00:00Z")
        #expect(
            times(scenario, "dormancy_charged") == [
                "2019-05-10T14:00:00Z", "2019-05-11T00:00:00Z", "2019-05-12T00:00:00Z",
            ])
        scenario.thenReplayIsLive()
    }

    @Test("ACCOUNT knows of a publication that ends the rule before the fee") func endsBefore() {
        let scenario = unused()
        scenario.at("2019-04-20T00:00:00Z")
        #expect(scenario.when("ACCOUNT \(me)")["dormant_from"] == "2019-05-10T14:00:00Z")
        scenario.publish(
            "terms general tariff_change_fee=0 tariff_change_free_after_days=0", validFrom: "2019-05-10T13:00:00Z")
        #expect(scenario.when("ACCOUNT \(me)")["dormant_from"] == "")
        scenario.at("2019-06-20T00:00:00Z")
        #expect(times(scenario, "dormancy_charged") == [])
        scenario.thenReplayIsLive()
    }

    @Test("A snapshot at every stage makes the same state as the log") func snapshot() throws {
        let scenario = unused("9", terms: Self.ending)
        for time in ["2019-04-26T09:00:00Z", "2019-05-11T14:00:00Z", "2019-10-26T14:00:00Z"] {
            scenario.at(time)
            try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20)))
            scenario.thenReplayIsLive()
        }
        scenario.at("2019-11-08T14:00:00Z")
        scenario.then(types: "subscriber_terminated")
        #expect(times(scenario, "dormancy_charged").count == 3)
        scenario.thenReplayIsLive()
    }

    @Test("Short terms are kept too when use follows a notice") func shortTerms() {
        let scenario = unused(terms: Self.terms.replacing("120", with: "15"))
        scenario.at("2019-01-11T09:00:00Z")
        scenario.then(types: "dormancy_announced")
        call(scenario)
        scenario.at("2019-01-12T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-01-12T09:00:00Z")
        scenario.then(types: "dormancy_announced")
        #expect(times(scenario, "dormancy_announced").count == 2)
        scenario.at("2019-01-26T14:00:00Z")
        #expect(times(scenario, "dormancy_charged") == ["2019-01-26T14:00:00Z"])
        scenario.thenReplayIsLive()
    }
}
