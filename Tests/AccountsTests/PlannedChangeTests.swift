/// Changes of tariff at the end of the period and on a date, their quotes, and moves from retired plans.

import Accounts
import ScenarioKit
import Testing

@Suite("Planned changes of tariff") struct PlannedChangeTests {
    private let me = "79001234567"

    /// On the talk plan since 1 March, 9:00 UTC, paid until the 31st.
    private func talking(balance: String = "1000") -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: balance)
        return scenario
    }

    @Test("A change at the end of the period happens then, instead of the old plan's fee") func atPeriodEnd() {
        let scenario = talking()
        scenario.when("TARIFF.CHANGE \(me) online when=period_end")
        scenario.then("OK tariff=online from=2018-03-31T09:00:00Z")
        scenario.then(types: "tariff_change_planned")
        scenario.when("TARIFF \(me)")
        scenario.then("OK tariff=talk next_tariff=online next_from=2018-03-31T09:00:00Z")
        let report = scenario.when("PRIVACY.REPORT \(me)").rows
        #expect(report.contains { $0["what"] == "planned_tariff" && $0["value"] == "online at 2018-03-31T09:00:00Z" })
        scenario.at("2018-03-31T08:59:59Z")
        scenario.then(me, balance: "940.00", tariff: "talk")
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(types: "tariff_changed", "buckets_granted")
        scenario.then(me, balance: "840.00", tariff: "online", status: .active)
        #expect(scenario.when("TARIFF \(me)")["next_tariff"] == "")
        scenario.thenReplayIsLive()
    }

    @Test("A change on a date happens at midnight of the region, in the middle of a period") func onADate() {
        let scenario = talking()
        scenario.when("TARIFF.CHANGE \(me) online when=2018-03-11")
        scenario.then("OK tariff=online from=2018-03-10T21:00:00Z")
        scenario.restart()
        scenario.at("2018-03-10T20:59:59Z")
        scenario.then(me, tariff: "talk")
        scenario.at("2018-03-12T00:00:00Z")
        scenario.then(types: "tariff_changed", "buckets_granted")
        scenario.then(me, balance: "840.00", tariff: "online")
        // The old plan's fee is not due any more.
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(me, balance: "840.00")
        scenario.thenReplayIsLive()
    }

    @Test("A change on the very instant at which the period ends comes before the fee") func onTheInstant() {
        let scenario = talking()
        scenario.given("TARIFF.CHANGE \(me) free when=2018-03-31T09:00:00Z")
        scenario.at("2018-04-01T00:00:00Z")
        scenario.then(types: "tariff_changed")
        scenario.then(me, balance: "940.00", tariff: "free")
    }

    @Test(
        "A time that is past, now, or more than a year ahead is refused",
        arguments: [
            ("2018-03-01T09:00:00Z", false), ("2018-03-01", false), ("2018-03-01T09:00:01Z", true),
            ("2019-03-02T09:00:00Z", true), ("2019-03-02T09:00:01Z", false), ("soon", false),
        ])
    func bounds(when: String, isTaken: Bool) {
        let scenario = talking()
        scenario.when("TARIFF.CHANGE \(me) online when=\(when)")
        scenario.then(isTaken ? "OK" : "ERR invalid_time field=when")
    }

    @Test("A plan without a paid period has no end to wait for") func openPlan() {
        let scenario = Scenario()
        scenario.given(subscriber: me, balance: "100")
        scenario.when("TARIFF.CHANGE \(me) talk when=period_end")
        scenario.then("ERR not_available field=when")
    }

    @Test("A change for later is refused while an option does not go with the tariff") func conflict() {
        let scenario = talking()
        scenario.given("OPTION.ON \(me) extra")
        scenario.when("TARIFF.QUOTE \(me) free when=period_end")
        scenario.then("OK possible=0")
        scenario.when("TARIFF.CHANGE \(me) free when=period_end")
        scenario.then("ERR incompatible field=tariff")
    }

    @Test("A change for later needs no money yet, and its quote says what is missing today") func noMoneyYet() {
        let scenario = talking(balance: "60")
        scenario.when("TARIFF.QUOTE \(me) online when=period_end")
        scenario.then("OK missing=100.00 possible=1")
        scenario.given("TARIFF.CHANGE \(me) online when=period_end")
    }

    @Test("One change is planned at a time, and it can be cancelled") func cancel() {
        let scenario = talking()
        scenario.when("TARIFF.CHANGE.CANCEL \(me)")
        scenario.then("ERR not_found field=msisdn")
        scenario.given("TARIFF.CHANGE \(me) online when=period_end")
        scenario.when("TARIFF.CHANGE \(me) free when=2018-03-11")
        scenario.then("ERR conflict field=tariff")
        scenario.when("TARIFF.CHANGE \(me) free")
        scenario.then("ERR conflict field=tariff")
        scenario.when("TARIFF.CHANGE.CANCEL \(me)")
        scenario.then(types: "tariff_change_cancelled")
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(types: "fees_charged", "buckets_granted")
        scenario.then(me, balance: "880.00", tariff: "talk")
        scenario.thenReplayIsLive()
    }

    @Test("A change whose fee the balance does not cover does not happen, and the old plan goes on") func noMoney() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free", balance: "200")
        // The second change within 30 days costs 150.
        scenario.given("TARIFF.CHANGE \(me) talk")
        scenario.given("TARIFF.CHANGE \(me) online when=2018-03-11")
        scenario.at("2018-03-11T00:00:00Z")
        scenario.then(types: "tariff_change_failed")
        scenario.then(me, balance: "140.00", tariff: "talk")
        scenario.when("NOTIFICATIONS msisdn=\(me)")
        #expect(scenario.answer.rows.last?["purpose"] == "tariff_change_failed")
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(me, balance: "80.00", tariff: "talk", status: .active)
    }

    @Test("A change at the period's end that fails leaves the fee due") func failsAtPeriodEnd() {
        let scenario = talking()
        scenario.given("TARIFF.CHANGE \(me) free when=period_end", "OPTION.ON \(me) extra")
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(types: "tariff_change_failed", "fees_charged", "buckets_granted", "fees_charged")
        scenario.then(me, tariff: "talk", status: .active)
        scenario.thenReplayIsLive()
    }

    @Test("A change whose new fee the balance does not cover begins unpaid, and the next top-up pays it") func unpaid()
    {
        let scenario = talking(balance: "100")
        scenario.given("TARIFF.CHANGE \(me) online when=period_end")
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(types: "tariff_changed", "fee_unpaid", "data_stopped")
        scenario.then(me, balance: "40.00", tariff: "online", status: .unpaid)
        scenario.given("TOPUP \(me) 60 ref=1")
        scenario.then(types: "topped_up", "buckets_granted", "data_resumed")
        scenario.then(me, balance: "0.00", tariff: "online", status: .active)
        scenario.thenReplayIsLive()
    }

    @Test("A change that would pass the subscriber's own limit does not happen, and its quote says so") func ownLimit()
    {
        let scenario = talking()
        // 60.00 is spent this month, and the change would cost 100.00.
        scenario.given("SPENDING.LIMIT \(me) amount=159.99")
        scenario.when("TARIFF.QUOTE \(me) online")
        scenario.then("OK charged=100.00 limit_left=99.99 possible=0")
        scenario.when("TARIFF.CHANGE \(me) online")
        scenario.then("ERR limit_reached")
        scenario.given("TARIFF.CHANGE \(me) online when=2018-03-11")
        scenario.at("2018-03-11T00:00:00Z")
        #expect(scenario.events == [.tariffChangeFailed(TariffChangeFailed(to: 3, failure: .spendingLimit))])
        scenario.given("SPENDING.LIMIT \(me) amount=160")
        scenario.given("TARIFF.CHANGE \(me) online")
        scenario.then(me, balance: "840.00", tariff: "online")
    }

    @Test("An offering that is no longer sold at the time of the change leaves the old plan") func retired() {
        let scenario = talking()
        scenario.given("TARIFF.CHANGE \(me) online when=period_end", "CATALOG.RETIRE online")
        scenario.at("2018-03-31T09:00:00Z")
        #expect(scenario.events.first == .tariffChangeFailed(TariffChangeFailed(to: 3, failure: .notAvailable)))
        scenario.then(me, balance: "880.00", tariff: "talk")
    }

    @Test("Any schedule of restarts and downtime gives the same events", arguments: 0..<8) func restarts(days: Int)
        throws
    {
        func run(_ step: Int) throws -> [[UInt8]] {
            let scenario = talking()
            scenario.given(
                "OPTION.ON \(me) melody", "TARIFF.CHANGE \(me) online when=2018-03-20", "TOPUP \(me) 5 ref=1")
            var day = 1
            while day < 31 {
                day = min(day + step, 31)
                scenario.restart()
                scenario.at("2018-03-\(day < 10 ? "0" : "")\(day)T10:00:00Z")
            }
            scenario.at("2018-05-02T10:00:00Z")
            scenario.thenReplayIsLive()
            return try scenario.eventLines()
        }
        #expect(try run(1) == run(days + 2))
    }
}

@Suite("Quotes") struct QuoteTests {
    private let me = "79001234567"

    @Test("A quote lists each cost, and the packages that end and that come") func lines() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free", balance: "500")
        scenario.given("TARIFF.CHANGE \(me) talk")
        scenario.when("TARIFF.QUOTE \(me) online")
        scenario.then(
            "OK tariff=online from=2018-03-01T09:00:00Z charged=250.00 balance=440.00 balance_after=190.00 possible=1")
        let lines = scenario.answer.rows.map { row in
            ["line", "offering", "amount", "kind", "seconds", "bytes", "messages", "unlimited"]
                .compactMap { row[$0] }.joined(separator: " ")
        }
        #expect(
            lines == [
                "change_fee online 150.00", "fee online 100.00", "bucket_ends talk voice 12000",
                "bucket_ends talk voice 1", "bucket_added online data 1073741824", "bucket_added online sms 10",
            ])
    }

    @Test("A quote says how much money is missing") func missing() {
        let scenario = Scenario()
        scenario.given(subscriber: me, balance: "59.99")
        scenario.when("TARIFF.QUOTE \(me) talk")
        scenario.then("OK missing=0.01 balance_after=-0.01 possible=0")
        scenario.given("TOPUP \(me) 0.01 ref=1")
        scenario.when("TARIFF.QUOTE \(me) talk")
        scenario.then("OK balance_after=0.00 possible=1")
        #expect(scenario.answer["missing"] == "")
    }

    @Test("A quote names the options that do not go with the tariff") func conflicts() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: "500")
        scenario.given("OPTION.ON \(me) extra")
        scenario.when("TARIFF.QUOTE \(me) free")
        scenario.then("OK possible=0")
        #expect(scenario.answer.rows.last == ["line": "option_conflict", "option": "extra"])
        scenario.given(subscriber: "79001234568", balance: "500")
        scenario.when("OPTION.QUOTE 79001234568 extra")
        scenario.then("OK possible=0")
        #expect(scenario.answer.rows.last == ["line": "tariff_conflict", "offering": "free"])
        scenario.when("OPTION.QUOTE \(me) pack")
        scenario.then("OK option=pack charged=22.00 possible=0")
        #expect(scenario.answer.rows.last == ["line": "option_conflict", "option": "extra"])
    }

    @Test("A quote of what cannot be had is refused as the change is") func refused() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: "500")
        for tariff in ["talk", "office", "nothing"] {
            let quote = scenario.when("TARIFF.QUOTE \(me) \(tariff)").text
            #expect(quote == scenario.when("TARIFF.CHANGE \(me) \(tariff)").text)
            #expect(quote.hasPrefix("ERR"))
        }
    }

    @Test("A quote is what then happens: its charge, its balance, its end and its packages", arguments: 0..<60)
    func happens(seed: UInt64) {
        var random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func draw(_ count: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % count
        }
        let scenario = Scenario.selling(
            "terms general tariff_change_fee=150 tariff_change_free_after_days=30",
            "tariff a name=A fee=\(draw(300)).5 period=month billing_day=\(1 + draw(31)) prorated=1 data_bytes=1000",
            "tariff b name=B fee=\(draw(300)).25 period=year prorated=1 voice_seconds=600 connection_fee=7",
            "tariff c name=C fee=\(1 + draw(300)) period=30d buckets=sms:out:10:rollover",
            "tariff d name=D fee=\(1 + draw(300)) period=15d prorated=1 buckets=sms:out:5",
            "option o name=O fee=11 period=30d tariffs=a,b,c messages=5",
            "option p name=P fee=\(draw(90)).33 period=month prorated=1 data_bytes=77",
            at: "2019-01-0\(1 + draw(9))T10:00:00Z")
        let plans = ["a", "b", "c", "d", "none"]
        scenario.given(number: me, tariff: plans[draw(5)], balance: "\(1 + draw(2000)).\(draw(10))")
        for _ in 0..<12 {
            let instant = scenario.now + .hours(Int64(1 + draw(400)))
            scenario.at("\(instant)")
            let isOption = draw(3) == 0
            let key = isOption ? ["o", "p"][draw(2)] : plans[draw(5)]
            let quote = scenario.when(isOption ? "OPTION.QUOTE \(me) \(key)" : "TARIFF.QUOTE \(me) \(key)")
            scenario.when(isOption ? "OPTION.ON \(me) \(key)" : "TARIFF.CHANGE \(me) \(key)")
            let done = scenario.answer
            guard quote.isOK, quote["possible"] == "1" else {
                #expect(!done.isOK, "\(quote.text)\n\(done.text)")
                if isOption {
                    scenario.when("OPTION.OFF \(me) \(key)")
                } else {
                    scenario.when("TOPUP \(me) 99 ref=r\(instant)")
                }
                continue
            }
            #expect(done.isOK, "\(done.text)")
            #expect(done["charged"] == quote["charged"] || done["charged"].isEmpty && quote["charged"] == "0.00")
            #expect(done["balance"] == quote["balance_after"])
            var granted: [String] = []
            for case .bucketsGranted(let e) in scenario.events {
                granted += e.grants.map { "\($0.rolledOver == 0 ? "bucket_added" : "bucket_rolls_over") \($0.amount)" }
            }
            #expect(
                granted.sorted()
                    == quote.rows.filter { $0["line"] == "bucket_added" || $0["line"] == "bucket_rolls_over" }.map {
                        "\($0["line"]!) \($0["bytes"] ?? $0["seconds"] ?? $0["messages"] ?? "")"
                    }.sorted())
            let end =
                isOption
                ? scenario.when("OPTIONS \(me)").rows.first { $0["option"] == key }?["period_end"] ?? ""
                : scenario.periodEnd(me)
            #expect(end == quote["period_end"])
        }
        scenario.thenReplayIsLive()
    }

    @Test("A quote for later is what then happens", arguments: 0..<30) func happensLater(seed: Int) {
        let fee = 100 + seed * 37 % 200
        let scenario = Scenario.selling(
            "terms general tariff_change_fee=150 tariff_change_free_after_days=\(seed % 3 * 20)",
            "tariff a name=A fee=\(fee).45 period=month billing_day=\(1 + seed) prorated=\(seed % 2) data_bytes=1000",
            "tariff b name=B fee=\(fee + 7).25 period=year prorated=1 voice_seconds=600 connection_fee=7",
            "tariff c name=C fee=\(fee) period=\(5 + seed)d prorated=1 messages=5", at: "2019-01-05T10:00:00Z")
        let plans = ["a", "b", "c"]
        scenario.given(number: me, tariff: plans[seed % 3], balance: "9000")
        scenario.at("2019-01-08T11:00:00Z")
        let when = seed % 2 == 0 ? "period_end" : "2019-01-\(9 + seed % 20 < 10 ? "0" : "")\(9 + seed % 20)"
        let tariff = plans[(seed + 1 + seed / 3 % 2) % 3]
        let quote = scenario.when("TARIFF.QUOTE \(me) \(tariff) when=\(when)")
        scenario.then("OK possible=1")
        scenario.given("TARIFF.CHANGE \(me) \(tariff) when=\(when)")
        #expect(scenario.answer["from"] == quote["from"])
        // The day before, so that fees of the old plan do not count.
        scenario.at("\(Scenario.instant(quote["from"]) - .seconds(1))")
        let later = scenario.when("TARIFF.QUOTE \(me) \(tariff) when=\(when)")["charged"]
        scenario.at(quote["from"])
        var charged = Money.zero
        for event in scenario.events { charged += event.money?.charges.total ?? .zero }
        // A period that ends in between, and is paid again, has other unused days.
        #expect("\(charged)" == later)
        if when == "period_end" { #expect(later == quote["charged"]) }
        scenario.then(me, tariff: tariff, status: .active)
        #expect(scenario.periodEnd(me) == quote["period_end"])
        scenario.thenReplayIsLive()
    }
}
