/// Transfers of money between subscribers: the limits, and the money that is never moved.

import Accounts
import ScenarioKit
import Testing

@Suite("Transfers of money") struct TransferTests {
    private let me = "79001234567"
    private let friend = "79007654321"
    static let terms =
        "terms general tariff_change_fee=0 tariff_change_free_after_days=0 approval_threshold=1000"
        + " promises=30:50:1:5 promise_debt=30 transfer_least=10 transfer_greatest=500 transfers_per_day=50"
        + " transfer_month_limit=1000 transfer_floor=10 transfer_hold_days=14 gift_gigabytes=30 gifts_per_month=30"
        + " gift_days=7 exchange_bytes_per_minute=20971520"

    /// Two numbers in Vladivostok, whose clock is ten hours ahead; mine has money that nobody can charge back.
    private func pair(_ balance: String = "2000") -> Scenario {
        let scenario = Scenario.selling(
            Self.terms, "tariff open name=Open period=open rates=voice:out:1/60",
            "tariff plan name=Plan fee=100 period=30d voice_seconds=6000 rates=voice:out:1/60",
            at: "2019-01-15T00:00:00Z")
        scenario.given("PRINCIPAL.ADD bank roles=payments")
        scenario.given(number: me, tariff: "open", balance: "0", region: "vvo")
        scenario.given(number: friend, tariff: "open", balance: "0", region: "vvo")
        if balance != "0" { scenario.given("TOPUP \(me) \(balance) ref=cash method=cash") }
        return scenario
    }

    private func transfer(_ scenario: Scenario, _ amount: String, id: String? = nil) {
        scenario.when("TRANSFER \(me) \(friend) \(amount)" + (id.map { " id=\($0)" } ?? ""), as: "admin")
    }

    @Test("Money moves from one balance to the other in one command, and both see it") func both() {
        let scenario = pair("100")
        transfer(scenario, "40")
        scenario.then("OK msisdn=\(me) peer=\(friend) amount=40.00 balance=60.00")
        scenario.then(types: "transfer_sent", "transfer_received")
        scenario.then(me, balance: "60.00")
        scenario.then(friend, balance: "40.00")
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "transit:accounts" }?["balance"] == "0.00")
        for (number, peer, amount) in [(me, friend, "40.00"), (friend, me, "-40.00")] {
            scenario.when("STATEMENT \(number) from=2019-01-15 to=2019-02-01 kind=adjustment")
            let row = scenario.answer.rows.first
            #expect(row?["service"] == "transfer" && row?["peer"] == peer && row?["amount"] == amount)
            scenario.when("NOTIFICATIONS msisdn=\(number)")
            #expect(scenario.answer.rows.contains { $0["purpose"]?.hasPrefix("transfer_") == true })
        }
        scenario.thenReplayIsLive()
    }

    @Test(
        "One transfer is from 10 to 500, to the kopeck",
        arguments: [("9.99", false), ("10", true), ("500", true), ("500.01", false)])
    func bounds(_ amount: String, _ isPossible: Bool) {
        let scenario = pair()
        transfer(scenario, amount)
        scenario.then(isPossible ? "OK" : "ERR limit_reached field=amount")
    }

    @Test("10 must stay, to the kopeck") func floor() {
        let scenario = pair("100")
        transfer(scenario, "90.01")
        scenario.then("ERR insufficient_funds field=amount")
        transfer(scenario, "90")
        scenario.then("OK balance=10.00")
    }

    @Test("1000 a month are sent at most, and the month ends at the midnight of the region") func monthSent() {
        let scenario = pair("3000")
        scenario.at("2019-01-31T13:59:00Z")
        transfer(scenario, "500")
        transfer(scenario, "490")
        transfer(scenario, "10.01")
        scenario.then("ERR limit_reached field=amount")
        transfer(scenario, "10")
        scenario.then("OK balance=2000.00")
        scenario.at("2019-01-31T13:59:59Z")
        transfer(scenario, "10")
        scenario.then("ERR limit_reached field=amount")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK transferable=0.00 transfer_month_left=0.00 transfers_left=47")
        scenario.at("2019-01-31T14:00:00Z")
        transfer(scenario, "500")
        scenario.then("OK balance=1500.00")
        scenario.thenReplayIsLive()
    }

    @Test("1000 a month are received at most, from whomever") func monthReceived() {
        let scenario = pair("3000")
        let third = "79005550000"
        scenario.given(number: third, tariff: "open", balance: "0", region: "utc")
        scenario.given("TOPUP \(third) 3000 ref=c3 method=cash")
        for _ in 0..<2 { scenario.given("TRANSFER \(third) \(friend) 300") }
        transfer(scenario, "400.01")
        scenario.then("ERR limit_reached field=to")
        transfer(scenario, "400")
        scenario.then("OK")
        transfer(scenario, "10")
        scenario.then("ERR limit_reached field=to")
        scenario.at("2019-01-31T14:00:00Z")
        transfer(scenario, "10")
        scenario.then("OK")
    }

    @Test("50 a day are sent at most, and the day ends at the midnight of the region") func day() {
        let scenario = pair("3000")
        scenario.at("2019-01-20T13:00:00Z")
        for _ in 0..<50 { scenario.given("TRANSFER \(me) \(friend) 10") }
        scenario.at("2019-01-20T13:59:59Z")
        transfer(scenario, "10")
        scenario.then("ERR limit_reached field=from retry_after=1")
        scenario.at("2019-01-20T14:00:00Z")
        transfer(scenario, "10")
        scenario.then("OK")
        scenario.thenReplayIsLive()
    }

    @Test("Moving to a region with another clock begins no new day and no new month") func regions() {
        let scenario = pair("3000")
        scenario.at("2019-01-31T13:30:00Z")
        for _ in 0..<50 { scenario.given("TRANSFER \(me) \(friend) 20") }
        scenario.given("PROFILE.SET \(me) region=utc")
        transfer(scenario, "10")
        scenario.then("ERR limit_reached field=from")
        scenario.at("2019-01-31T14:00:00Z")
        scenario.given("PROFILE.SET \(me) region=vvo")
        for _ in 0..<2 { scenario.given("TRANSFER \(me) \(friend) 500") }
        scenario.given("PROFILE.SET \(me) region=utc")
        scenario.at("2019-02-01T00:00:00Z")
        transfer(scenario, "10")
        scenario.then("ERR limit_reached field=amount", "a month that began ten hours ago by another clock is the same")
        scenario.thenReplayIsLive()
    }

    @Test("Money of a card waits 14 days, to the second", arguments: ["card", "sbp", "bank", ""]) func held(
        _ method: String
    ) {
        let scenario = pair("30")
        scenario.given("TOPUP \(me) 200 ref=1" + (method.isEmpty ? "" : " method=\(method)"), as: "bank")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK transferable=30.00 held_until=2019-01-29T00:00:00Z")
        transfer(scenario, "30.01")
        scenario.then("ERR insufficient_funds")
        transfer(scenario, "20")
        scenario.then("OK balance=210.00")
        scenario.at("2019-01-28T23:59:59Z")
        transfer(scenario, "10.01")
        scenario.then("ERR insufficient_funds")
        scenario.at("2019-01-29T00:00:00Z")
        transfer(scenario, "200")
        scenario.then("OK balance=10.00")
        scenario.thenReplayIsLive()
    }

    @Test("Spending uses the money that can be moved first, so that a chargeback leaves no debt") func spentFirst() {
        let scenario = pair("100")
        scenario.given("TOPUP \(me) 200 ref=1 method=card", as: "bank")
        let payment = scenario.answer["payment"]
        scenario.at("2019-01-15T02:00:00Z")
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=2019-01-15T00:30:00Z seconds=3000 source=s n=1"
        )
        scenario.then(me, balance: "250.00")
        transfer(scenario, "50.01")
        scenario.then("ERR insufficient_funds")
        transfer(scenario, "50")
        scenario.given("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        scenario.then(me, balance: "0.00")
    }

    @Test("A payment that was taken back is held no more, in part too") func takenBack() {
        let scenario = pair("100")
        scenario.given("TOPUP \(me) 200 ref=1 method=card", as: "bank")
        scenario.given("PAYMENT.REVERSE \(scenario.answer["payment"]) reason=x amount=150", as: "bank")
        transfer(scenario, "100.01")
        scenario.then("ERR insufficient_funds")
        transfer(scenario, "100")
        scenario.then("OK balance=50.00")
        scenario.thenReplayIsLive()
    }

    @Test("A reversal of cash frees no card's money of the same hour") func cashTakenBack() {
        let scenario = pair("0")
        scenario.given("TOPUP \(me) 500 ref=1 method=card", as: "bank")
        scenario.given("TOPUP \(me) 500 ref=2 method=cash", as: "bank")
        scenario.given("PAYMENT.REVERSE \(scenario.answer["payment"]) reason=mistake", as: "bank")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK transferable=0.00")
        transfer(scenario, "10")
        scenario.then("ERR insufficient_funds")
        scenario.thenReplayIsLive()
    }

    @Test("Payments of one hour are kept as one, and each is held until its own time or a little later") func hour() {
        let scenario = pair("30")
        scenario.at("2019-01-15T10:05:00Z")
        scenario.given("TOPUP \(me) 100 ref=1 method=card", as: "bank")
        scenario.at("2019-01-15T10:55:00Z")
        scenario.given("TOPUP \(me) 100 ref=2 method=card", as: "bank")
        scenario.at("2019-01-15T11:00:00Z")
        scenario.given("TOPUP \(me) 100 ref=3 method=card", as: "bank")
        scenario.at("2019-01-29T10:54:59Z")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK transferable=30.00 held_until=2019-01-29T11:00:00Z")
        scenario.at("2019-01-29T10:55:00Z")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK transferable=230.00")
        scenario.thenReplayIsLive()
    }

    @Test("Borrowed money is not moved, but what is moved repays the other's promise") func promised() {
        let scenario = pair("100")
        scenario.at("2019-02-20T00:00:00Z")
        scenario.given("PROMISE \(me)")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK transferable=95.00")
        transfer(scenario, "95.01")
        scenario.then("ERR insufficient_funds")
        scenario.given("PROMISE \(friend)")
        transfer(scenario, "40")
        scenario.then(types: "transfer_sent", "transfer_received", "promise_repaid")
        scenario.then(friend, balance: "45.00")
        scenario.then("OK balance=105.00")
        scenario.thenReplayIsLive()
    }

    @Test("It pays the fee that waits on the other side") func waitingFee() {
        let scenario = pair("500")
        let third = "79005550000"
        scenario.given(number: third, tariff: "plan", balance: "0")
        scenario.when("TRANSFER \(me) \(third) 150")
        scenario.then(third, balance: "50.00", status: .active)
        scenario.thenReplayIsLive()
    }

    @Test("A number of an organisation gives nothing, and gets nothing: it answers like no number") func organization()
    {
        let scenario = pair("500")
        scenario.given(#"ORG.CREATE name="ООО" inn=7707083893"#)
        let org = scenario.answer["org"]
        scenario.when("TRANSFER \(me) 79009999999 10")
        scenario.then("ERR not_found field=to")
        let words = scenario.answer["message"]
        scenario.given("ORG.ADD \(org) \(friend)")
        transfer(scenario, "10")
        scenario.then("ERR not_found field=to")
        #expect(scenario.answer["message"] == words)
        scenario.given("ORG.REMOVE \(org) \(friend)", "ORG.ADD \(org) \(me)")
        transfer(scenario, "10")
        scenario.then("ERR not_available field=from")
    }

    @Test("Nobody gives to itself, from a suspended plan, or in a catalogue without transfers") func impossible() {
        let scenario = pair("500")
        scenario.when("TRANSFER \(me) \(me) 10")
        scenario.then("ERR invalid_number field=to")
        scenario.given("TARIFF.SUSPEND \(me)")
        transfer(scenario, "10")
        scenario.then("ERR not_available")
        scenario.given("TARIFF.RESUME \(me)")
        scenario.publish(DormancyTests.terms)
        transfer(scenario, "10")
        scenario.then("ERR not_available field=from")
    }

    @Test("A session gives its own number's money only, and shows the password or a code once more") func sessions() {
        let scenario = pair("500")
        let (mine, other) = (scenario.given(signedIn: me), scenario.given(signedIn: friend))
        let request = "TRANSFER \(me) \(friend) 10"
        scenario.when("\(request) session=\(mine)", as: "frontend")
        scenario.then("ERR reauth_required field=reauth")
        scenario.when("\(request) reauth=wrong session=\(mine)", as: "frontend")
        scenario.then("ERR sign_in_failed")
        scenario.when(#"\#(request) reauth="correct horse" session=\#(other)"#, as: "frontend")
        #expect(!scenario.answer.isOK)
        scenario.then(me, balance: "500.00")
        scenario.when(#"\#(request) reauth="correct horse" session=\#(mine)"#, as: "frontend")
        scenario.then("OK balance=490.00")
        scenario.given("SIM.REPLACE \(me) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        let login = scenario.when(#"LOGIN \#(me) "correct horse""#, as: "frontend")["session"]
        scenario.when(#"\#(request) reauth="correct horse" session=\#(login)"#, as: "frontend")
        scenario.then("ERR not_available")
        scenario.then(me, balance: "490.00")
    }

    @Test("The same id moves it once, across a restart too") func repeated() {
        let scenario = pair("100")
        transfer(scenario, "40", id: "t1")
        transfer(scenario, "40", id: "t1")
        scenario.then("OK balance=60.00 repeated=1")
        scenario.restart()
        transfer(scenario, "40", id: "t1")
        scenario.then("OK balance=60.00 repeated=1")
        transfer(scenario, "41", id: "t1")
        scenario.then("ERR id_conflict")
        scenario.then(friend, balance: "40.00")
    }

    @Test("Two requests whose passwords are checked at the same time pass no limit") func raced() {
        let scenario = pair("60")
        let session = scenario.given(signedIn: me)
        let line = #"TRANSFER \#(me) \#(friend) 30 reauth="correct horse" session=\#(session)"#
        let answers = scenario.when(sideBySide: [line, line], as: "frontend")
        #expect(answers.filter(\.isOK).count == 1)
        scenario.then(me, balance: "30.00")
    }

    @Test(
        "Terms that contradict each other are not published",
        arguments: [
            ("transfer_least=100 transfer_greatest=50 transfers_per_day=5", "transfer_least"),
            ("transfer_greatest=50", "transfers_per_day"), ("gift_gigabytes=3 gift_days=7", "gifts_per_month"),
            ("gift_gigabytes=3 gifts_per_month=7", "gift_days"), ("dormancy_after_days=30", "dormancy_day_fee"),
        ])
    func terms(_ terms: String, _ word: String) {
        let scenario = pair()
        scenario.given("CATALOG.DRAFT")
        let draft = scenario.answer["draft"]
        scenario.given(
            "CATALOG.PUT \(draft) terms general tariff_change_fee=0 tariff_change_free_after_days=0"
                + " approval_threshold=1000 \(terms)")
        scenario.when("CATALOG.PUBLISH \(draft)")
        scenario.then("ERR invalid_catalog field=draft")
        #expect(scenario.answer["message"].contains(word))
    }

    @Test(
        "Promised payments of a catalogue grow, and a fee is less than its amount",
        arguments: ["30:50:1", "30:0:1:0", "30:50:0:5", "30:50:1:50", "60:50:1:5,30:100:1:5", "30:50:1:5,60:50:3:5"])
    func promises(_ steps: String) {
        let scenario = pair()
        scenario.given("CATALOG.DRAFT")
        scenario.when(
            "CATALOG.PUT \(scenario.answer["draft"]) terms general tariff_change_fee=0 tariff_change_free_after_days=0"
                + " promises=\(steps)")
        scenario.then("ERR invalid_text field=promises")
    }
}
