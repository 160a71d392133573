/// Buying content with a code: SUBSCRIPTION.ON asks, CONFIRM buys.

import Accounts
import ScenarioKit
import Testing

@Suite("Purchases with a code") struct PurchaseTests {
    private let me = "79001234567"

    private func asked(balance: String = "10", as role: String = "operator") -> (Scenario, confirm: String) {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me, balance: balance)
        scenario.given("CONTENT.BAN \(me) off")
        scenario.given("SUBSCRIPTION.ON \(me) stars", as: role)
        let challenge = scenario.answer["challenge"]
        return (scenario, "CONFIRM \(challenge) \(scenario.code(me))")
    }

    @Test("A subscription is asked for with a code and bought with it, and its row names the principal that asked")
    func bought() {
        let (scenario, confirm) = asked()
        scenario.then(me, balance: "10.00", options: [])

        scenario.when(confirm, as: "frontend")

        scenario.then("OK subscription=stars msisdn=79001234567 charged=3.00 balance=7.00")
        scenario.then(types: "option_activated", "purchase_confirmed")
        scenario.then(me, balance: "7.00", options: ["stars"])
        scenario.when("SUBSCRIPTIONS \(me)")
        #expect(scenario.answer.rows.map { $0["by"] } == ["operator"])
        scenario.thenReplayIsLive()
    }

    @Test("A front end's session asks for its own number only, and gets a challenge too") func session() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me, balance: "10")
        scenario.given("CONTENT.BAN \(me) off")
        let session = scenario.given(signedIn: me)
        scenario.when("SUBSCRIPTION.ON \(me) stars", as: "frontend")
        scenario.then("ERR session_required")
        scenario.when("SUBSCRIPTION.ON \(me) stars session=\(session)", as: "frontend")
        scenario.then("OK subscription=stars amount=3.00 expires=2018-03-01T09:10:00Z")
        let challenge = scenario.answer["challenge"]
        scenario.given("CONFIRM \(challenge) \(scenario.code(me))", as: "frontend")
        scenario.when("SUBSCRIPTIONS \(me) session=\(session)", as: "frontend")
        #expect(scenario.answer.rows.map { $0["by"] } == ["frontend"])
    }

    @Test("The message with the code says what is bought and for how much") func message() {
        let (scenario, _) = asked()
        scenario.when("NOTIFICATIONS msisdn=\(me)", as: "delivery")
        let row = scenario.answer.rows.last
        #expect(row?["purpose"] == "buy")
        #expect(row?["subscription"] == "stars")
        #expect(row?["amount"] == "3.00")
    }

    @Test("The same code from the same principal gets the first outcome again, and nothing is bought twice")
    func repeated() {
        let (scenario, confirm) = asked()
        scenario.given(confirm, as: "frontend")
        let first = scenario.answer.text
        scenario.given("TOPUP \(me) 5 ref=later")

        scenario.when(confirm, as: "frontend")
        scenario.then("OK charged=3.00 balance=7.00 repeated=1")
        #expect(scenario.answer.text == "\(first) repeated=1")
        scenario.thenNothingChanged()

        scenario.when(confirm, as: "operator")
        scenario.then("ERR invalid_code field=code", "another principal")
        scenario.when(confirm.prefix { $0 != " " } + " " + confirm.split(separator: " ")[1] + " 000000", as: "frontend")
        scenario.then("ERR invalid_code field=code", "a wrong code")

        scenario.restart()
        scenario.at("2018-03-01T09:09:59Z")
        scenario.when(confirm, as: "frontend")
        scenario.then("OK charged=3.00 repeated=1")
        scenario.at("2018-03-01T09:10:00Z")
        scenario.when(confirm, as: "frontend")
        scenario.then("ERR invalid_code field=code", "the challenge's life is over")
        scenario.then(me, balance: "12.00", options: ["stars"])
        scenario.thenReplayIsLive()
    }

    @Test("A snapshot keeps what a challenge is for, and what came of it") func snapshot() throws {
        let (scenario, confirm) = asked()
        try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20)))
        scenario.when(confirm, as: "frontend")
        scenario.then("OK subscription=stars charged=3.00")
        try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20)))
        scenario.when(confirm, as: "frontend")
        scenario.then("OK subscription=stars charged=3.00 repeated=1")
        scenario.when("SUBSCRIPTIONS \(me)")
        #expect(scenario.answer.rows.map { $0["by"] } == ["operator"])
        scenario.thenReplayIsLive()
    }

    @Test("A wrong code buys nothing, and five of them end the challenge") func wrong() {
        let (scenario, confirm) = asked()
        let challenge = confirm.split(separator: " ")[1]
        for _ in 1...5 {
            scenario.when("CONFIRM \(challenge) 000000", as: "frontend")
            scenario.then("ERR invalid_code field=code")
        }
        scenario.when(confirm, as: "frontend")
        scenario.then("ERR invalid_code field=code")
        scenario.then(me, balance: "10.00", options: [])
    }

    @Test("A code is sent again on request, at most five times an hour, and not after the purchase") func resend() {
        let (scenario, confirm) = asked()
        let challenge = confirm.split(separator: " ")[1]
        scenario.when("RESEND \(challenge)", as: "frontend")
        scenario.then("ERR too_many_attempts")
        scenario.at("2018-03-01T09:01:00Z")
        scenario.when("RESEND \(challenge)", as: "frontend")
        scenario.then("OK challenge=\(challenge)")
        scenario.given(confirm, as: "frontend")
        scenario.at("2018-03-01T09:02:00Z")
        scenario.when("RESEND \(challenge)", as: "frontend")
        scenario.then("ERR not_found field=challenge")
    }

    @Test("A subscription that became dearer meanwhile is not bought, and a cheaper one is bought at the new price")
    func price() {
        let (scenario, confirm) = asked()
        func publish(_ draft: Int, fee: String) {
            scenario.given(
                "CATALOG.DRAFT",
                "CATALOG.PUT \(draft) subscription stars name=Stars provider=Astro fee=\(fee) period=1d",
                "CATALOG.PUBLISH \(draft)")
        }
        publish(2, fee: "3.01")
        scenario.when(confirm, as: "frontend")
        scenario.then("ERR conflict field=challenge")
        scenario.then(me, balance: "10.00", options: [])
        publish(3, fee: "2.50")
        scenario.when(confirm, as: "frontend")
        scenario.then("OK charged=2.50 balance=7.50")
    }

    @Test("Money and rules are checked when the code is asked for and again when it is given") func checkedTwice() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me, balance: "2.99")
        scenario.given("CONTENT.BAN \(me) off")
        scenario.when("SUBSCRIPTION.ON \(me) stars", as: "operator")
        scenario.then("ERR insufficient_funds")
        scenario.given("TOPUP \(me) 0.01 ref=a")
        scenario.given("SUBSCRIPTION.ON \(me) stars", as: "operator")
        let confirm = "CONFIRM \(scenario.answer["challenge"]) \(scenario.code(me))"
        scenario.given("TOPUP \(me) 1 ref=b", "OPTION.ON \(me) melody")
        scenario.when(confirm, as: "frontend")
        scenario.then("ERR insufficient_funds")
        scenario.given("TOPUP \(me) 1 ref=c")
        scenario.given("CATALOG.RETIRE stars")
        scenario.when(confirm, as: "frontend")
        scenario.then("ERR not_available")
        scenario.then(me, balance: "3.00", options: ["melody"])
    }

    @Test("For a day after a new SIM nobody buys content, and a code of before is not accepted") func newSIM() {
        let (scenario, confirm) = asked()
        scenario.given("SIM.REPLACE \(me) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        scenario.when(confirm, as: "frontend")
        scenario.then("ERR invalid_code field=code")
        scenario.when("SUBSCRIPTION.ON \(me) stars", as: "operator")
        scenario.then("ERR not_available field=subscription")
        scenario.at("2018-03-02T08:59:59Z")
        scenario.when("SUBSCRIPTION.ON \(me) stars", as: "operator")
        scenario.then("ERR not_available field=subscription")
        scenario.at("2018-03-02T09:00:00Z")
        scenario.when("SUBSCRIPTION.ON \(me) stars", as: "operator")
        scenario.then("OK subscription=stars")
    }

    @Test("CHALLENGE reports that a purchase was made, and opens no session for it") func challenge() {
        let (scenario, confirm) = asked()
        let challenge = confirm.split(separator: " ")[1]
        scenario.when("CHALLENGE \(challenge)", as: "operator")
        scenario.then("OK status=pending")
        scenario.given(confirm, as: "operator")
        scenario.when("CHALLENGE \(challenge)", as: "operator")
        scenario.then("OK status=used")
        #expect(scenario.answer["session"] == "")
    }
}
