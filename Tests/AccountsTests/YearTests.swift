/// A year of one subscriber as a table that can be checked by hand: 2020, a leap year, in a region without offset.
///
/// base  300.00 a month from the 15th (350.00 from March on), 100 minutes that roll over once; then 2.00 a minute (2.50
///       from March on), and 3.00 while the fee is unpaid
/// max   500.00 a month from the 15th, by days; 200 minutes; then 1.50 a minute

import Accounts
import ScenarioKit
import Testing

@Suite("A year of one subscriber") struct YearTests {
    private let me = "79001234567"

    /// When the request is sent, the request, and then: the balance, the plan, whether it is paid, and its minutes left.
    private struct Row {
        let at: String
        let request: String
        let balance: String
        let plan: String
        let status: Subscriptions.Status
        let minutes: Int
    }

    private static let year: [Row] = {
        func row(
            _ day: String, _ request: String, _ balance: String, _ plan: String, _ status: Subscriptions.Status,
            _ minutes: Int
        ) -> Row {
            Row(
                at: "2020-\(day)T00:00:00Z", request: request, balance: balance, plan: plan, status: status,
                minutes: minutes)
        }
        return [
            // 1000.00 - 300.00
            row("01-15", "top up 1000", "700.00", "base", .active, 100),
            row("01-20", "call 30", "700.00", "base", .active, 70),
            // - 300.00; 70 minutes roll over
            row("02-15", "", "400.00", "base", .active, 170),
            // 170 minutes are covered: - 30 × 2.00
            row("02-20", "call 200", "340.00", "base", .active, 0),
            // The leap day: - 2.00
            row("02-29", "call 1", "338.00", "base", .active, 0),
            row("03-01", "new prices", "338.00", "base", .active, 0),
            // The old price holds until the paid period ends: - 2.00
            row("03-02", "call 1", "336.00", "base", .active, 0),
            // The new fee is 350.00
            row("03-15", "", "336.00", "base", .unpaid, 0),
            // - 10 × 3.00
            row("03-20", "call 10", "306.00", "base", .unpaid, 0),
            // + 144.00 - 350.00; the period ends on the billing day
            row("03-25", "top up 144", "100.00", "base", .active, 100),
            row("04-01", "top up 1000", "1100.00", "base", .active, 100),
            row("04-02", "plan max", "1100.00", "base", .active, 100),
            // The service is down from the 14th to the 16th. - 500.00 on the 15th; 100 minutes roll over
            row("04-16", "", "600.00", "max", .active, 300),
            // 14 days of 30 are unused: + 233.33
            row("05-01", "suspend", "833.33", "max", .unpaid, 0),
            row("05-15", "", "833.33", "max", .unpaid, 0),
            // 15 days of 31: - 241.94
            row("05-31", "resume", "591.39", "max", .active, 200),
            row("06-15", "", "91.39", "max", .active, 200),
            // 200 minutes are covered: - 50 × 1.50
            row("06-16", "call 250", "16.39", "max", .active, 0),
            row("07-15", "", "16.39", "max", .unpaid, 0),
            // + 2000.00, and 14 days of 31: - 225.81
            row("08-01", "top up 2000", "1790.58", "max", .active, 200),
            row("08-15", "", "1290.58", "max", .active, 200),
            row("09-15", "", "790.58", "max", .active, 200),
            row("10-15", "", "290.58", "max", .active, 200),
            row("11-15", "", "290.58", "max", .unpaid, 0),
            row("12-31", "", "290.58", "max", .unpaid, 0),
        ]
    }()

    private static let base = "tariff base name=Base period=month billing_day=15 buckets=voice:out:6000:rollover"

    @Test("Fees, overage, an unpaid spell, a suspension, a planned change and new prices make the balance of each day")
    func table() {
        let scenario = Scenario.selling(
            "terms general tariff_change_fee=150 tariff_change_free_after_days=30",
            "\(Self.base) fee=300 rates=voice:out:2/60,voice:out:3/60:unpaid",
            "tariff max name=Max period=month billing_day=15 prorated=1 voice_seconds=12000 fee=500"
                + " rates=voice:out:1.50/60", at: "2020-01-15T00:00:00Z")
        scenario.given(number: me, tariff: "base", balance: "0")
        for (number, row) in Self.year.enumerated() {
            scenario.restart()
            scenario.at(row.at)
            let words = row.request.split(separator: " ").map(String.init)
            switch words.first {
            case "top": scenario.given("TOPUP \(me) \(words[2]) ref=\(number)")
            case "call":
                // The network reports a call when it is over.
                scenario.at(row.at.replacing("T00", with: "T12"))
                scenario.given(
                    "USAGE \(me) kind=voice direction=out peer=74950000000 start=\(row.at) source=s n=\(number)"
                        + " seconds=\((Int(words[1]) ?? 0) * 60)")
            case "new": scenario.publish("\(Self.base) fee=350 rates=voice:out:2.50/60,voice:out:3/60:unpaid")
            case "plan": scenario.given("TARIFF.CHANGE \(me) max when=period_end")
            case "suspend": scenario.given("TARIFF.SUSPEND \(me)")
            case "resume": scenario.given("TARIFF.RESUME \(me)")
            default: break
            }
            scenario.then(me, balance: row.balance, tariff: row.plan, status: row.status)
            let left = scenario.when("BUCKETS \(me)").rows.compactMap { Int($0["left_seconds"] ?? "") }
            #expect(left.reduce(0, +) == row.minutes * 60, "\(row.at) \(row.request)")
        }
        scenario.thenReplayIsLive()
    }
}

@Suite("Months") struct MonthTests {
    private let me = "79001234567"

    /// The ends of the paid months of a number in Moscow or Yekaterinburg from an instant on, in event time: the clock
    /// is the records'.
    private func ends(region: String, from begin: String, months: Int) -> [String] {
        let scenario = Scenario(
            at: begin, inEventTime: true,
            catalog: [
                "CATALOG.PUT 1 region msk name=Москва offsets=240,180@2014-10-25T22:00:00Z",
                "CATALOG.PUT 1 region ekb name=Екатеринбург offsets=360,300@2014-10-25T20:00:00Z",
                "CATALOG.PUT 1 range 7 digits=11",
                "CATALOG.PUT 1 tariff plan name=Plan fee=10 period=month rates=sms:out:1/1", "CATALOG.PUBLISH 1",
            ])
        scenario.given("CLOCK.SET \(begin)")
        scenario.given(subscriber: me, tariff: "plan", region: region, balance: "1000")
        var ends = [scenario.periodEnd(me)]
        for month in 0..<months {
            let end = Scenario.instant(ends[month])
            // A second before the month's end, and at its end.
            for (number, start) in [end - .seconds(1), end].enumerated() {
                scenario.given(
                    "USAGE \(me) kind=sms direction=out peer=74950000000 start=\(start) source=s n=\(month * 2 + number)"
                )
            }
            ends.append(scenario.periodEnd(me))
        }
        scenario.thenReplayIsLive()
        // Each month has one fee and two messages.
        let spent = Int64(months + 1) * 1000 + Int64(months) * 200
        scenario.then(me, balance: "\(Money(minorUnits: 100_000 - spent))")
        return ends
    }

    @Test(
        "Over the change of offsets in October 2014 no month's fee is taken twice, and none is left out",
        arguments: [
            ("msk", ["2014-09-30T20:00:00Z", "2014-10-31T21:00:00Z", "2014-11-30T21:00:00Z"]),
            ("ekb", ["2014-09-30T18:00:00Z", "2014-10-31T19:00:00Z", "2014-11-30T19:00:00Z"]),
        ])
    func october2014(region: String, expected: [String]) {
        #expect(ends(region: region, from: "2014-09-20T12:00:00Z", months: 2) == expected)
    }

    @Test("A clock that changes after a period was paid moves its end to the midnight of the new clock, without a fee")
    func offsetPublishedLater() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=10 period=month", at: "2014-10-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "100", region: "vvo")
        #expect(scenario.periodEnd(me) == "2014-10-31T14:00:00Z")
        scenario.publish("region vvo name=Владивосток offsets=600,540@2014-10-25T15:00:00Z")
        scenario.at("2014-10-31T14:00:00Z")
        scenario.then(types: "period_moved")
        scenario.at("2014-10-31T15:00:00Z")
        scenario.then(types: "fees_charged")
        scenario.then(me, balance: "80.00")
        #expect(scenario.periodEnd(me) == "2014-11-30T15:00:00Z")
        scenario.thenReplayIsLive()
    }
}
