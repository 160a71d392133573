/// Periods of months and years, their billing days, and the price of a part of one.

import Accounts
import Foundation
import ScenarioKit
import Testing

extension Scenario {
    /// A service whose catalogue has these items, a region without offset, Vladivostok, and a free tariff.
    static func selling(_ items: String..., at time: String) -> Scenario {
        Scenario(
            at: time,
            catalog: [
                "CATALOG.PUT 1 region utc name=UTC offsets=0", "CATALOG.PUT 1 region vvo name=Владивосток offsets=600",
                "CATALOG.PUT 1 range 7 digits=11", "CATALOG.PUT 1 tariff none name=None period=open",
            ] + items.map { "CATALOG.PUT 1 \($0)" } + ["CATALOG.PUBLISH 1"])
    }

    /// The next catalogue: the current one with these items.
    func publish(_ items: String..., validFrom: String? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        given("CATALOG.DRAFT", sourceLocation: sourceLocation)
        let draft = answer["draft"]
        for item in items { given("CATALOG.PUT \(draft) \(item)", sourceLocation: sourceLocation) }
        given(
            "CATALOG.PUBLISH \(draft)" + (validFrom.map { " valid_from=\($0)" } ?? ""), sourceLocation: sourceLocation)
    }

    /// A number of the region without offset.
    func given(number msisdn: String, tariff: String, balance: String, region: String = "utc") {
        given(subscriber: msisdn, tariff: tariff, region: region, balance: balance)
    }

    func periodEnd(_ msisdn: String) -> String {
        when("TARIFF \(msisdn)")
        return answer["period_end"]
    }
}

@Suite("Periods") struct PeriodTests {
    private let me = "79001234567"

    /// The ends of the first periods of a tariff with these terms that begins at an instant.
    private func ends(_ terms: String, from begin: String, region: String = "utc", count: Int = 5) -> [String] {
        let scenario = Scenario.selling("tariff plan name=Plan fee=1 \(terms)", at: begin)
        scenario.given(number: me, tariff: "plan", balance: "1000", region: region)
        return (0..<count).map { _ in
            let end = scenario.periodEnd(me)
            scenario.at(end)
            scenario.then(types: "fees_charged")
            return end
        }
    }

    @Test("Without a billing day a month ends on the first of the next, and a year on the day on which it began")
    func withoutBillingDay() {
        #expect(
            ends("period=month", from: "2019-01-31T12:00:00Z", count: 3) == [
                "2019-02-01T00:00:00Z", "2019-03-01T00:00:00Z", "2019-04-01T00:00:00Z",
            ])
        #expect(
            ends("period=year", from: "2019-01-31T12:00:00Z", count: 2) == [
                "2020-01-31T00:00:00Z", "2021-01-31T00:00:00Z",
            ])
    }

    @Test("A month that began on the 31st ends on the last day of shorter months, and on the 31st of longer ones")
    func january31() {
        #expect(
            ends("period=month billing_day=start", from: "2019-01-31T12:00:00Z") == [
                "2019-02-28T00:00:00Z", "2019-03-31T00:00:00Z", "2019-04-30T00:00:00Z", "2019-05-31T00:00:00Z",
                "2019-06-30T00:00:00Z",
            ])
        #expect(
            ends("period=month billing_day=31", from: "2020-01-15T12:00:00Z", count: 3) == [
                "2020-01-31T00:00:00Z", "2020-02-29T00:00:00Z", "2020-03-31T00:00:00Z",
            ])
    }

    @Test("A year that began on 29 February ends on the 28th, and in a leap year on the 29th") func leapDay() {
        #expect(
            ends("period=year", from: "2016-02-29T12:00:00Z") == [
                "2017-02-28T00:00:00Z", "2018-02-28T00:00:00Z", "2019-02-28T00:00:00Z", "2020-02-29T00:00:00Z",
                "2021-02-28T00:00:00Z",
            ])
    }

    @Test("A year with a billing day runs from the billing day on or before its beginning") func yearWithBillingDay() {
        #expect(
            ends("period=year billing_day=1", from: "2012-05-12T12:00:00Z", count: 2) == [
                "2013-05-01T00:00:00Z", "2014-05-01T00:00:00Z",
            ])
    }

    @Test("Periods are days of the subscriber's region") func region() {
        // 31 January, 14:00 UTC is 1 February in Vladivostok.
        #expect(
            ends("period=month billing_day=start", from: "2019-01-31T14:00:00Z", region: "vvo", count: 2) == [
                "2019-02-28T14:00:00Z", "2019-03-31T14:00:00Z",
            ])
        #expect(
            ends("period=month billing_day=start", from: "2019-01-31T13:59:59Z", region: "vvo", count: 2) == [
                "2019-02-27T14:00:00Z", "2019-03-30T14:00:00Z",
            ])
    }

    @Test("A billing day is of months and years alone") func billingDayOfDays() {
        let scenario = Scenario.selling(at: "2019-01-01T00:00:00Z")
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff plan name=Plan fee=1 period=30d billing_day=10")
        scenario.when("CATALOG.PUBLISH 2")
        scenario.then("ERR invalid_catalog")
        scenario.when("CATALOG.PUT 2 tariff plan name=Plan fee=1 period=month billing_day=32")
        scenario.then("ERR invalid_number field=billing_day")
        scenario.when("CATALOG.PUT 2 tariff plan name=Plan fee=1 period=month billing_day=0")
        scenario.then("ERR invalid_number field=billing_day")
    }

    @Test("Nothing is prorated unless the offering says so") func whole() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=300 period=month", at: "2019-01-31T12:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "300")
        scenario.then(me, balance: "0.00", tariff: "plan", status: .active)
    }

    @Test("A leap day is a day of its period") func leapDayCounts() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=290 period=month prorated=1", at: "2020-02-29T12:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "10")
        // One day of 29.
        scenario.then(me, balance: "0.00", status: .active)
        #expect(scenario.periodEnd(me) == "2020-03-01T00:00:00Z")
    }
}

/// Amounts that another billing system's tests expect (the sources are with the records). The figures that are kept here
/// are the same, so that the rule is tested where the records are not.
@Suite("Proration") struct ProrationTests {
    private let me = "79001234567"

    /// A month's plan that began on the second, suspended and resumed on these days.
    private func paused(_ begin: String, billingDay: Int, _ suspend: String, _ resume: String?) -> (String, String) {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=249.95 period=month billing_day=\(billingDay) prorated=1", at: begin)
        scenario.given(number: me, tariff: "plan", balance: "249.95")
        scenario.then(me, balance: "0.00", status: .active)
        scenario.at(suspend)
        scenario.given("TARIFF.SUSPEND \(me)")
        let credited = scenario.answer["charged"]
        guard let resume else { return (credited, "") }
        scenario.at(resume)
        scenario.given("TARIFF.RESUME \(me)")
        scenario.thenReplayIsLive()
        return (credited, scenario.answer["charged"])
    }

    @Test("A pause credits its days, and the part of a period after it costs its days: 29 of 31, then 27 of 30")
    func pauseAndResume() {
        let (credit, charge) = paused(
            "2012-03-02T10:00:00Z", billingDay: 2, "2012-03-04T00:00:00Z", "2012-04-05T09:00:00Z")
        #expect(credit == "-233.82")
        #expect(charge == "224.96")
    }

    @Test("The credit of a pause that was not used up stays on the balance") func rest() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=249.95 period=month billing_day=2 prorated=1", at: "2012-03-02T10:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "249.95")
        scenario.at("2012-03-04T00:00:00Z")
        scenario.given("TARIFF.SUSPEND \(me)")
        scenario.then(me, balance: "233.82")
        scenario.at("2012-04-05T09:00:00Z")
        scenario.given("TARIFF.RESUME \(me)")
        scenario.then(me, balance: "8.86", status: .active)
        #expect(scenario.periodEnd(me) == "2012-05-02T00:00:00Z")
    }

    @Test("A pause from the 5th credits 28 days of 31") func pauseFromTheFifth() {
        #expect(paused("2012-03-02T10:00:00Z", billingDay: 2, "2012-03-05T00:00:00Z", nil).0 == "-225.76")
    }

    @Test("A pause and its end in one period: 17 days of 31 are credited, and 7 are paid") func inOnePeriod() {
        let (credit, charge) = paused(
            "2017-12-01T10:00:00Z", billingDay: 1, "2017-12-15T00:00:00Z", "2017-12-25T10:00:00Z")
        #expect(credit == "-137.07")
        #expect(charge == "56.44")
    }

    @Test("A change to a year's plan credits 20 days of 31, and costs 354 days of 365") func monthToYear() {
        let scenario = Scenario.selling(
            "tariff monthly name=Monthly fee=249.95 period=month billing_day=1 prorated=1",
            "tariff annual name=Annual fee=2399.95 period=year billing_day=1 prorated=1", at: "2012-05-01T00:00:00Z")
        scenario.given(number: me, tariff: "monthly", balance: "5000")
        scenario.then(me, balance: "4750.05")
        scenario.at("2012-05-12T00:00:00Z")
        scenario.when("TARIFF.QUOTE \(me) annual")
        #expect(scenario.answer.rows.map { $0["amount"] ?? "" } == ["2327.62", "-161.26"])
        scenario.given("TARIFF.CHANGE \(me) annual")
        #expect(scenario.answer["charged"] == "2166.36")
        #expect(scenario.periodEnd(me) == "2013-05-01T00:00:00Z")
    }

    @Test("The part of a month up to the billing day costs its days: 9 of 30") func upToTheBillingDay() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=249.95 period=month billing_day=10 prorated=1", at: "2016-07-01T08:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "74.99")
        scenario.then(me, balance: "0.00", status: .active)
        #expect(scenario.periodEnd(me) == "2016-07-10T00:00:00Z")
    }

    @Test("A day that has begun counts as used: nobody pauses at its end and resumes at the next, for nothing")
    func begunDays() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=310 period=month prorated=1", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "310")
        for day in 1...9 {
            scenario.at("2019-01-0\(day)T23:59:59Z")
            scenario.given("TARIFF.SUSPEND \(me)")
            scenario.at("2019-01-\(day < 9 ? "0" : "")\(day + 1)T00:00:00Z")
            scenario.given("TARIFF.RESUME \(me)")
            scenario.then(me, balance: "0.00", status: .active)
        }
    }

    @Test("No credit is more than the fee that was charged", arguments: [
        ("period=year billing_day=29 fee=3650", "2024-01-01T09:00:00Z"),
        ("period=year billing_day=31 fee=3650", "2023-12-31T00:00:00Z"),
        ("period=year fee=3660", "2024-01-10T09:00:00Z"), ("period=year fee=3660", "2024-02-29T00:00:00Z"),
        ("period=month billing_day=31 fee=310", "2024-01-31T00:00:00Z"), ("period=30d fee=300", "2024-01-31T00:00:00Z"),
    ])
    func noMoneyMachine(terms: String, begin: String) {
        let scenario = Scenario.selling("tariff plan name=Plan prorated=1 \(terms)", at: begin)
        scenario.given(number: me, tariff: "plan", balance: "4000")
        let after = Money(decimal: scenario.answer["balance"].utf8) ?? .zero
        for _ in 0..<3 {
            scenario.given("TARIFF.SUSPEND \(me)", "TARIFF.RESUME \(me)")
            let balance = Money(decimal: scenario.answer["balance"].utf8) ?? .zero
            #expect(balance <= after)
            scenario.at("\(scenario.now + .days(1))")
        }
        scenario.thenReplayIsLive()
    }

    @Test("A price that is published in the instant of the payment credits no more than was paid") func samePublication() {
        let scenario = Scenario.selling(
            "option pack name=Pack fee=31 period=month prorated=1", at: "2019-01-31T00:00:00Z")
        scenario.given(number: me, tariff: "none", balance: "100")
        scenario.given("OPTION.ON \(me) pack")
        scenario.publish("option pack name=Pack fee=3100 period=month prorated=1")
        scenario.given("OPTION.OFF \(me) pack")
        scenario.then(me, balance: "100.00")
    }

    @Test("A credit is never more than the unused share of the package that was used most", arguments: [
        (0, "-200.00"), (600, "-200.00"), (1199, "-180.10"), (1800, "-120.00"), (3000, ""),
    ])
    func usedPackage(seconds: Int, credit: String) {
        let scenario = Scenario.selling(
            "option pack name=Pack fee=300 period=30d prorated=1 voice_seconds=3000 messages=10"
                + " buckets=voice:out:3000:unit=1:priority=1", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "none", balance: "1000")
        scenario.given("OPTION.ON \(me) pack")
        scenario.at("2019-01-11T00:00:00Z")
        if seconds > 0 {
            scenario.given(
                "USAGE \(me) kind=voice direction=out peer=74950000000 start=2019-01-10T00:00:00Z source=s n=1"
                    + " seconds=\(seconds)")
        }
        scenario.given("OPTION.OFF \(me) pack")
        #expect(scenario.answer["charged"] == credit)
    }

    private struct Cases: Decodable {
        struct Case: Decodable {
            let id: String
            let price: String
            let period: [String]
            let part: [String]
            let expected: String
        }
        let cases: [Case]
    }

    private static let records = ProcessInfo.processInfo.environment["KABINET_PRORATION_CASES"]

    @Test(
        "Every case of another billing system's tests has its amount",
        .enabled(if: records != nil, "KABINET_PRORATION_CASES names no file of cases"))
    func cases() throws {
        let file = URL(filePath: try #require(Self.records))
        let cases = try JSONDecoder().decode(Cases.self, from: Data(contentsOf: file)).cases
        #expect(cases.count >= 8)
        for one in cases {
            func instant(_ date: String) -> Instant { Scenario.instant("\(date)T00:00:00Z") }
            let (begin, end) = (instant(one.period[0]), instant(one.period[1]))
            let day = begin.date(offsetMinutes: 0).day
            let isYear = end - begin > .days(31)
            let offering = CatalogOfferingPut(
                fee: try #require(Money(decimal: one.price.utf8)).minorUnits, periodUnit: isYear ? .year : .month,
                periodLength: 1, billingDay: UInt32(day), prorated: true)
            let expected = try #require(Money(decimal: one.expected.utf8))
            let found =
                expected < .zero
                ? -offering.credit(at: instant(one.part[0]), periodEnd: end, .utc, startDay: 0)
                : offering.fee(from: instant(one.part[0]), .utc, startDay: 0)
            #expect(Money(minorUnits: found) == expected, "\(one.id)")
        }
    }

    @Test("Parts sum to the whole: a plan that is paused and resumed each day costs the days that it was used")
    func sumsToTheWhole() {
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=100.01 period=month prorated=1", at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "1000")
        for day in 1...31 {
            scenario.at("2019-01-\(day < 10 ? "0" : "")\(day)T00:00:00Z")
            scenario.given("TARIFF.SUSPEND \(me)", "TARIFF.RESUME \(me)")
            scenario.then(me, balance: "899.99", status: .active)
        }
    }

    @Test("What a suspension credits and what the rest then costs differ by the days between", arguments: 1...30)
    func telescope(seed: Int) {
        let first = 1 + (seed * 7) % 20
        let later = first + 1 + (seed * 3) % 8
        let price = 10_000 + seed * 7919 % 9_000
        func date(_ day: Int) -> String { "2019-01-\(day < 10 ? "0" : "")\(day)T00:00:00Z" }
        let scenario = Scenario.selling(
            "tariff plan name=Plan fee=\(Money(minorUnits: Int64(price))) period=month prorated=1",
            at: "2019-01-01T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "1000")
        scenario.at(date(first))
        scenario.given("TARIFF.SUSPEND \(me)")
        let credit = price * (32 - first) * 2 + 31
        #expect(scenario.answer["charged"] == "-\(Money(minorUnits: Int64(credit / 62)))")
        scenario.at(date(later))
        scenario.given("TARIFF.RESUME \(me)")
        let charge = price * (32 - later) * 2 + 31
        #expect(scenario.answer["charged"] == "\(Money(minorUnits: Int64(charge / 62)))")
        scenario.thenReplayIsLive()
    }
}
