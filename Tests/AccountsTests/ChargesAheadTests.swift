/// ACCOUNT: what is due next, what waits, and that both are what is then charged.

import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite("Charges ahead") struct ChargesAheadTests {
    private let me = "79001234567"

    private static let catalog = [
        "CATALOG.PUT 1 region msk name=Москва offsets=180", "CATALOG.PUT 1 region ekb name=Екатеринбург offsets=300",
        "CATALOG.PUT 1 range 7 digits=11",
        "CATALOG.PUT 1 terms general tariff_change_fee=150 tariff_change_free_after_days=30 suspension_free_days=2"
            + " suspension_day_fee=3",
        "CATALOG.PUT 1 tariff open name=Open period=open rates=voice:out:1/60",
        "CATALOG.PUT 1 tariff days name=Days fee=200 period=30d voice_seconds=600",
        "CATALOG.PUT 1 tariff month name=Month fee=310 period=month billing_day=10 prorated=1",
        "CATALOG.PUT 1 tariff start name=Start fee=150 period=month billing_day=start connection_fee=7",
        "CATALOG.PUT 1 tariff halting name=Halting fee=40 period=30d stops_when_blocked=1",
        "CATALOG.PUT 1 option daily name=Daily fee=2 period=1d", "CATALOG.PUT 1 option ten name=Ten fee=10 period=10d",
        "CATALOG.PUT 1 option first name=First fee=33 period=month prorated=1 tariffs=days,month,start",
        "CATALOG.PUT 1 option old name=Old fee=21 period=30d", "CATALOG.PUT 1 option new name=New fee=25 period=month",
        "CATALOG.PUBLISH 1",
    ]

    /// The sum of what was charged, less credits.
    private func charged(_ scenario: Scenario) -> Money {
        scenario.events.reduce(.zero) { $0 + ($1.money?.charges.total ?? .zero) }
    }

    private func money(_ text: String?) -> Money { text.flatMap { Money(decimal: $0.utf8) } ?? .zero }

    /// Something that a subscriber, the operator or time does.
    private func act(_ scenario: Scenario, _ n: Int, _ random: inout SplitMix64) {
        let plan = ["open", "days", "month", "start", "halting"].randomElement(using: &random) ?? ""
        let option = ["daily", "ten", "first", "old", "new"].randomElement(using: &random) ?? ""
        let day = Scenario.instant("\(scenario.now)") + .days(Int64.random(in: 1...40, using: &random))
        switch Int.random(in: 0..<20, using: &random) {
        case 0...2: scenario.when("TOPUP \(me) \(Int.random(in: 1...400, using: &random)) ref=r\(n)")
        case 3: scenario.when("TARIFF.CHANGE \(me) \(plan)")
        case 4: scenario.when("TARIFF.CHANGE \(me) \(plan) when=period_end")
        case 5: scenario.when("TARIFF.CHANGE \(me) \(plan) when=\(day)")
        case 6: scenario.when("TARIFF.CHANGE.CANCEL \(me)")
        case 7...9: scenario.when("OPTION.ON \(me) \(option)")
        case 10: scenario.when("OPTION.OFF \(me) \(option)")
        case 11: scenario.when("TARIFF.SUSPEND \(me)")
        case 12: scenario.when("TARIFF.RESUME \(me)")
        case 13: scenario.when("SIM.BLOCK \(me) reason=lost")
        case 14: scenario.when("SIM.UNBLOCK \(me)")
        case 15: scenario.when("PROFILE.SET \(me) region=\(Bool.random(using: &random) ? "msk" : "ekb")")
        case 16: publish(scenario, from: day, &random)
        default:
            let hours = Int64.random(in: 1...(24 * 12), using: &random)
            scenario.at("\(scenario.now + .hours(hours))")
        }
    }

    /// New prices, now or later; or the end of an option, which has a successor.
    private func publish(_ scenario: Scenario, from day: Instant, _ random: inout SplitMix64) {
        scenario.when("CATALOG.DRAFT")
        let draft = scenario.answer["draft"]
        let fee = Int.random(in: 100...300, using: &random)
        let items = [
            "tariff days name=Days fee=\(fee) period=30d voice_seconds=600",
            "option ten name=Ten fee=\(fee) period=10d",
            "terms general tariff_change_fee=\(fee) tariff_change_free_after_days=30 suspension_free_days=2"
                + " suspension_day_fee=4",
            "option old name=Old fee=21 period=30d retired=1 successor=new"
                + " successor_from=\(day + .days(20))",
        ]
        for item in items where Bool.random(using: &random) { scenario.given("CATALOG.PUT \(draft) \(item)") }
        scenario.when("CATALOG.PUBLISH \(draft)" + (Bool.random(using: &random) ? " valid_from=\(day)" : ""))
    }

    @Test("A move to a successor ends a planned change: it is not foreseen, and it fails") func movedMeanwhile() {
        // Given a plan without a paid period that is moved in February, and a change that is planned for March
        let scenario = Scenario.selling(
            "terms general tariff_change_fee=0 tariff_change_free_after_days=0",
            "tariff open name=Open period=open", "tariff next name=Next fee=50 period=30d",
            "tariff other name=Other fee=27 period=30d", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "open", balance: "500")
        scenario.publish("tariff open name=Open period=open retired=1 successor=next successor_from=2019-02-10")
        scenario.at("2019-01-20T00:00:00Z")
        scenario.given("TARIFF.CHANGE \(me) other when=2019-03-01")
        // When the page is read
        scenario.when("ACCOUNT \(me)")
        // Then the move alone is foreseen
        scenario.then("OK due_amount=50.00 due_kind=move due_time=2019-02-10T00:00:00Z")
        #expect(scenario.answer.rows.filter { $0["due_time"] != nil }.map { $0["due_kind"] } == ["move"])
        // And at its time the planned change has failed.
        scenario.at("2019-02-10T00:00:00Z")
        scenario.then(types: "product_move_announced", "tariff_change_failed", "tariff_changed")
        scenario.at("2019-03-01T00:00:00Z")
        scenario.then(me, balance: "450.00", tariff: "next")
        scenario.thenReplayIsLive()
    }

    @Test("What is due next is what is charged then, if nothing else is sent before") func histories() {
        var kinds: Set<String> = []
        for seed in 1...60 { kinds.formUnion(walk(seed: seed)) }
        #expect(kinds == ["fee", "tariff_change", "move", "suspension_fee", "several", "waiting"])
    }

    /// A history from a seed. Returns the kinds of what was charged as it was foretold.
    private func walk(seed: Int) -> Set<String> {
        var kinds: Set<String> = []
        var random = SplitMix64(seed: UInt64(seed))
        let scenario = Scenario(at: "2019-01-01T09:00:00Z", catalog: Self.catalog)
        scenario.given(subscriber: me, tariff: "days", balance: "600")
        scenario.given("OPTION.ON \(me) old")
        for n in 0..<60 {
            act(scenario, n, &random)
            guard n % 3 == 0 else { continue }
            var account = scenario.when("ACCOUNT \(me)")
            let words = { "seed \(seed), step \(n): \(account.text)" }
            // A payment that waiting fees need is taken by them.
            if account["waiting_amount"] != "", Bool.random(using: &random) {
                let amount = account["waiting_missing"] == "" ? "0.01" : account["waiting_missing"]
                scenario.given("TOPUP \(me) \(amount) ref=w\(n)")
                #expect(charged(scenario) == money(account["waiting_amount"]), "\(words())")
                kinds.insert("waiting")
                account = scenario.when("ACCOUNT \(me)")
                #expect(account["waiting_amount"] == "", "\(words())")
            }
            if account["due_missing"] != "", account["waiting_amount"] == "", Bool.random(using: &random) {
                scenario.given("TOPUP \(me) \(account["due_missing"]) ref=m\(n)")
                account = scenario.when("ACCOUNT \(me)")
                #expect(account["due_missing"] == "", "\(words())")
            }
            let rows = account.rows.filter { $0["due_time"] != nil }
            #expect(rows.isEmpty == (account["due_time"] == ""), "\(words())")
            guard !rows.isEmpty else {
                scenario.at("\(scenario.now + .days(3))")
                #expect(charged(scenario) == .zero, "\(words())")
                continue
            }
            let first = rows.filter { $0["due_time"] == account["due_time"] }
            #expect(first.reduce(.zero) { $0 + money($1["amount"]) } == money(account["due_amount"]), "\(words())")
            #expect(rows.allSatisfy { ($0["due_time"] ?? "") >= account["due_time"] }, "\(words())")
            scenario.at(account["due_time"])
            guard account["due_missing"] != "" else {
                #expect(charged(scenario) == money(account["due_amount"]), "\(words())")
                kinds.insert(account["due_kind"] == "" ? "several" : account["due_kind"])
                continue
            }
            // Each fee is taken whole, or is unpaid from then on.
            let fees = scenario.events.flatMap { event -> [Money] in
                if case .feeUnpaid(let e) = event { return [Money(minorUnits: e.fee)] }
                return event.money?.charges.map { Money(minorUnits: $0.amount) } ?? []
            }
            for row in first where row["due_kind"] == "fee" {
                #expect(fees.contains(money(row["amount"])), "\(words())")
            }
        }
        scenario.thenReplayIsLive()
        return kinds
    }

    private func selling(_ balance: String = "500", plan: String = "days") -> Scenario {
        let scenario = Scenario(at: "2019-01-01T09:00:00Z", catalog: Self.catalog)
        scenario.given(subscriber: me, tariff: plan, balance: balance)
        return scenario
    }

    @Test("A paid plan's next fee has its time, amount and offering, and what the balance lacks") func fee() {
        let scenario = selling("350")
        scenario.when("ACCOUNT \(me)")
        scenario.then(
            "OK balance=150.00 as_of=2019-01-01T09:00:00Z month_from=2018-12-31T21:00:00Z tariff_name=Days fee=200.00"
                + " period=30d due_time=2019-01-31T09:00:00Z due_amount=200.00 due_offering=days due_kind=fee"
                + " due_missing=50.00")
        scenario.given("TOPUP \(me) 50 ref=a")
        #expect(scenario.when("ACCOUNT \(me)")["due_missing"] == "")
    }

    @Test("Charges of one instant are one sum, and a row each") func sum() {
        let scenario = selling()
        scenario.at("2019-01-21T09:00:00Z")
        scenario.given("OPTION.ON \(me) ten")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK due_time=2019-01-31T09:00:00Z due_amount=210.00")
        #expect(scenario.answer["due_offering"] == "")
        let rows = scenario.answer.rows.filter { $0["due_time"] != nil }
        #expect(rows.map { $0["offering"] } == ["days", "ten"])
        #expect(rows.map { $0["amount"] } == ["200.00", "10.00"])
        #expect(rows.map { $0["name"] } == ["Days", "Ten"])
    }

    @Test("An unpaid plan waits for a payment, and the reply says how much must come") func waiting() {
        let scenario = selling("150")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK tariff_status=unpaid waiting_amount=200.00 waiting_missing=50.00")
        #expect(scenario.answer["due_time"] == "")
        let row = scenario.answer.rows.first { $0["waiting_since"] != nil }
        #expect(row?["offering"] == "days")
        #expect(row?["waiting_since"] == "2019-01-01T09:00:00Z")
        scenario.given("TOPUP \(me) 50 ref=a")
        #expect(scenario.when("ACCOUNT \(me)")["waiting_amount"] == "")
    }

    @Test("A catalogue that is scheduled gives the fees after its day") func scheduled() {
        let scenario = selling()
        scenario.publish(
            "tariff days name=Days fee=222 period=30d", "tariff halting name=Halting fee=44 period=30d",
            validFrom: "2019-01-20")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK fee=200.00 due_time=2019-01-31T09:00:00Z due_amount=222.00")
        scenario.restart()
        #expect(scenario.when("ACCOUNT \(me)")["due_amount"] == "222.00")
        // A quote for a day after it and the change itself have its prices too.
        scenario.when("TARIFF.QUOTE \(me) halting when=2019-01-25")
        scenario.then("OK charged=44.00 scheduled_from=2019-01-20T00:00:00Z")
        scenario.given("TARIFF.CHANGE \(me) halting when=2019-01-25")
        #expect(scenario.when("ACCOUNT \(me)")["due_amount"] == "44.00")
        scenario.given("TARIFF.CHANGE.CANCEL \(me)")
        scenario.given("CATALOG.CANCEL \(scenario.look { $0.catalog.scheduled?.draft ?? 0 })")
        #expect(scenario.when("ACCOUNT \(me)")["due_amount"] == "200.00")
    }

    @Test("A planned change is due with all that it costs, instead of the old plan's fee") func change() {
        let scenario = selling("1000")
        scenario.given("TARIFF.CHANGE \(me) start when=period_end")
        scenario.when("ACCOUNT \(me)")
        scenario.then(
            "OK next_tariff=start due_time=2019-01-31T09:00:00Z due_amount=157.00 due_offering=start due_kind=tariff_change"
        )
        scenario.given("TARIFF.CHANGE.CANCEL \(me)", "TARIFF.SUSPEND \(me)")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK due_time=2019-01-03T09:00:00Z due_amount=3.00 due_kind=suspension_fee")
        #expect(!scenario.answer.rows.contains { $0["status"] == "available" }, "nothing is sold meanwhile")
    }

    @Test("Options that could be had are those of OPTIONS, and packages are those of BUCKETS, also in the past")
    func rows() {
        let scenario = selling()
        scenario.given("OPTION.ON \(me) first")
        let position = scenario.look { $0.position }
        for at in ["", " at=\(position)"] {
            let account = scenario.when("ACCOUNT \(me)\(at)")
            let available = account.rows.filter { $0["status"] == "available" }
            let buckets = account.rows.filter { $0["bucket"] != nil }
            #expect(account.rows.first?["option"] == "first")
            #expect(available.map { $0["option"] } == ["daily", "ten", "old", "new"])
            #expect(available.first?["fee"] == "2.00")
            #expect(
                scenario.when("OPTIONS \(me) available=1\(at)").rows.map { $0["option"] }
                    == available.map { $0["option"] })
            #expect(scenario.when("BUCKETS \(me)\(at)").rows == buckets)
            #expect(!buckets.isEmpty)
            scenario.given("TOPUP \(me) 1 ref=later\(at.count)")
        }
    }
}
