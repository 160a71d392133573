/// A month at its ends: EXPENSES, STATEMENT and `spent_this_month` divide the same calls between months to the kopeck.

import Accounts
import ScenarioKit
import Testing

@Suite("The ends of months") struct MonthViewTests {
    private let me = "79001234567"

    /// A region, and the instants at which its months of September to December 2014 begin.
    struct Place: Sendable, CustomTestStringConvertible {
        let region: String
        let begins: [String]

        var testDescription: String { region }
    }

    /// Russia's clocks were set back by an hour on 26 October 2014, each region's at two in the morning of its own.
    private static let places = [
        Place(
            region: "msk",
            begins: ["2014-08-31T20:00:00Z", "2014-09-30T20:00:00Z", "2014-10-31T21:00:00Z", "2014-11-30T21:00:00Z"]),
        Place(
            region: "ekb",
            begins: ["2014-08-31T18:00:00Z", "2014-09-30T18:00:00Z", "2014-10-31T19:00:00Z", "2014-11-30T19:00:00Z"]),
        Place(
            region: "klg",
            begins: ["2014-08-31T21:00:00Z", "2014-09-30T21:00:00Z", "2014-10-31T22:00:00Z", "2014-11-30T22:00:00Z"]),
        Place(
            region: "utc",
            begins: ["2014-09-01T00:00:00Z", "2014-10-01T00:00:00Z", "2014-11-01T00:00:00Z", "2014-12-01T00:00:00Z"]),
    ]
    private static let months = ["2014-09", "2014-10", "2014-11", "2014-12", "2015-01"]

    /// A number of a region since 10 September, whose tariff takes 10.00 at the beginning of each month.
    private func subscriber(_ place: Place, inEventTime: Bool) -> Scenario {
        let begin = "2014-09-10T09:00:00Z"
        let scenario = Scenario(
            at: begin, inEventTime: inEventTime,
            catalog: [
                "CATALOG.PUT 1 region msk name=Москва offsets=240,180@2014-10-25T22:00:00Z",
                "CATALOG.PUT 1 region ekb name=Екатеринбург offsets=360,300@2014-10-25T20:00:00Z",
                "CATALOG.PUT 1 region klg name=Калининград offsets=180,120@2014-10-25T23:00:00Z",
                "CATALOG.PUT 1 region utc name=UTC offsets=0", "CATALOG.PUT 1 range 7 digits=11",
                "CATALOG.PUT 1 tariff plan name=Plan fee=10 period=month rates=voice:out:1/60,sms:out:0.01/1",
                "CATALOG.PUBLISH 1",
            ])
        if inEventTime { scenario.given("CLOCK.SET \(begin)") }
        scenario.given(subscriber: me, tariff: "plan", region: place.region, balance: "1000")
        return scenario
    }

    private func call(_ start: Instant, minutes: Int, n: Int) -> String {
        "USAGE \(me) kind=voice direction=out peer=74950000000 start=\(start) seconds=\(minutes * 60) source=s n=\(n)"
    }

    private func total(_ scenario: Scenario, _ month: String) -> String {
        scenario.when("EXPENSES \(me) month=\(month)", as: "operator")["total"]
    }

    /// The sum of a statement from a date to another. A payment is no cost.
    private func statement(_ scenario: Scenario, from: String, to: String) -> String {
        let rows = scenario.when("STATEMENT \(me) from=\(from) to=\(to) limit=100", as: "operator").rows
        let amounts = rows.filter { $0["kind"] != "payment" }.compactMap { Money(decimal: ($0["amount"] ?? "").utf8) }
        return "\(amounts.reduce(.zero, +))"
    }

    @Test("A call belongs to the month in which it began by the region's clock of that day", arguments: places)
    func boundaries(place: Place) {
        // given calls a second and a millisecond before each month's end, and at its end
        let scenario = subscriber(place, inEventTime: true)
        var expected: [Int64] = [10, 10, 10, 10, 0]
        for (month, begin) in place.begins.enumerated().dropFirst() {
            let end = Scenario.instant(begin)
            let calls = [(end - .seconds(1), 1), (end - TimeSpan(milliseconds: 1), 2), (end, 4)]
            for (number, (start, minutes)) in calls.enumerated() {
                scenario.given(call(start, minutes: minutes, n: month * 10 + number))
                expected[start < end ? month - 1 : month] += Int64(minutes)
                // then the sum of the running month is that of its calls so far
                let account = scenario.when("ACCOUNT \(me)")
                let now = start < end ? month - 1 : month
                #expect(account["spent_this_month"] == "\(expected[now]).00", "\(account.text)")
                #expect(Scenario.instant(account["month_from"]) == Scenario.instant(place.begins[now]))
                #expect(account["as_of"] == "\(start)")
            }
        }
        // then EXPENSES and STATEMENT of each month have its calls and its fee
        for (month, sum) in zip(Self.months, expected) {
            #expect(total(scenario, month) == "\(sum).00", "\(month)")
        }
        for (index, month) in Self.months.enumerated().dropLast() {
            let sum = statement(scenario, from: "\(month)-01", to: "\(Self.months[index + 1])-01")
            #expect(sum == "\(expected[index]).00", "\(month)")
        }
        // The day on which the clock was set back has 25 hours, and no second is lost or counted twice.
        let halves = [("2014-10-01", "2014-10-26"), ("2014-10-26", "2014-10-27"), ("2014-10-27", "2014-11-01")]
        #expect(halves.map { statement(scenario, from: $0, to: $1) } == ["14.00", "0.00", "3.00"])
        scenario.thenReplayIsLive()
    }

    @Test("On the day of 25 hours each hour's calls are of that day", arguments: places.dropLast())
    func longDay(place: Place) {
        let scenario = subscriber(place, inEventTime: true)
        // Midnight by the old clock, and the next midnight by the new one.
        let october = Scenario.instant(place.begins[1])
        let (begin, end) = (october + .days(25), october + .days(26) + .hours(1))
        for hour in 0..<25 { scenario.given(call(begin + .hours(Int64(hour)), minutes: 1, n: hour)) }
        scenario.given(call(end - TimeSpan(milliseconds: 1), minutes: 1, n: 100), call(end, minutes: 1, n: 101))
        #expect(statement(scenario, from: "2014-10-26", to: "2014-10-27") == "26.00")
        #expect(statement(scenario, from: "2014-10-27", to: "2014-10-28") == "1.00")
        #expect(total(scenario, "2014-10") == "37.00")
        #expect(scenario.when("ACCOUNT \(me)")["spent_this_month"] == "37.00")
    }

    @Test("A call that the network reports in the next month is a cost of its own month", arguments: places)
    func late(place: Place) {
        // given the clock of the machine, some hours into October
        let scenario = subscriber(place, inEventTime: false)
        let end = Scenario.instant(place.begins[1])
        scenario.at("\(end + .hours(5))")
        #expect(scenario.when("ACCOUNT \(me)")["spent_this_month"] == "10.00")
        // when a call of September's last millisecond comes, and one of October's first
        scenario.given(call(end - TimeSpan(milliseconds: 1), minutes: 3, n: 1), call(end, minutes: 5, n: 2))
        // then each is in its month
        #expect(total(scenario, "2014-09") == "13.00")
        #expect(total(scenario, "2014-10") == "15.00")
        #expect(statement(scenario, from: "2014-09-01", to: "2014-10-01") == "13.00")
        #expect(statement(scenario, from: "2014-10-01", to: "2014-11-01") == "15.00")
        #expect(scenario.when("ACCOUNT \(me)")["spent_this_month"] == "15.00")
        scenario.thenReplayIsLive()
    }

    @Test("EXPENSES divides every month since the activation by kind, and others have none", arguments: places)
    func kinds(place: Place) {
        let scenario = subscriber(place, inEventTime: true)
        for (month, begin) in place.begins.enumerated().dropFirst() {
            let start = Scenario.instant(begin) + .days(3)
            scenario.given(
                call(start, minutes: 2, n: month * 2),
                "USAGE \(me) kind=sms direction=out peer=74950000000 start=\(start) source=s n=\(month * 2 + 1)")
        }
        for month in Self.months[1...3] {
            let rows = scenario.when("EXPENSES \(me) month=\(month)", as: "operator").rows
            #expect(rows.map { $0["kind"] } == ["tariff_fees", "voice", "sms"], "\(month)")
            #expect(rows.map { $0["amount"] } == ["10.00", "2.00", "0.01"], "\(month)")
            #expect(scenario.answer["total"] == "12.01")
        }
        #expect(total(scenario, "2014-09") == "10.00", "the fee of the activation")
        for month in ["1970-01", "2014-08", "2015-01", "2038-02"] {
            scenario.when("EXPENSES \(me) month=\(month)", as: "operator")
            scenario.then("OK month=\(month) total=0.00 rows=0")
        }
        for month in ["2014-13", "2014", "september"] {
            scenario.when("EXPENSES \(me) month=\(month)", as: "operator")
            scenario.then("ERR invalid_time field=month")
        }
    }
}
