/// Midnight of a region, whatever changes: the offset, the subscriber's region, the catalogue.

import Accounts
import ScenarioKit
import Testing

@Suite("Midnight of the region") struct RegionClockTests {
    private let me = "79001234567"

    private func clock(_ offsets: (String?, Int32)...) -> RegionClock {
        RegionClock(
            offsets.map { from, minutes in
                let from = from.flatMap { Instant(rfc3339: $0.utf8) }?.milliseconds ?? .min
                return ZoneOffset(validFrom: from, offsetMinutes: minutes)
            })
    }

    private func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text.utf8)) }

    @Test("A date begins at the first instant that has it") func starts() throws {
        let day = CivilDate(year: 2014, month: 11, day: 1)
        #expect(RegionClock.utc.start(of: day) == (try instant("2014-11-01T00:00:00Z")))
        let moscow = clock((nil, 240), ("2014-10-25T22:00:00Z", 180))
        #expect(moscow.start(of: day) == (try instant("2014-10-31T21:00:00Z")))
        #expect(moscow.start(of: CivilDate(year: 2014, month: 10, day: 26)) == (try instant("2014-10-25T20:00:00Z")))
        // Set back over midnight: 00:30 of the first becomes 23:30 of the day before.
        let back = clock((nil, 60), ("2014-10-31T23:30:00Z", 0))
        #expect(back.start(of: day) == (try instant("2014-10-31T23:00:00Z")))
        #expect(back.date(at: try instant("2014-10-31T23:45:00Z")) == day, "the day does not begin twice")
        // Set forward over midnight: 23:30 becomes 00:30.
        let forth = clock((nil, 0), ("2014-10-31T23:30:00Z", 60))
        #expect(forth.start(of: day) == (try instant("2014-10-31T23:30:00Z")))
    }

    @Test("Months follow one another without gap or overlap, at random offsets and instants") func months() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var offsets = [ZoneOffset(validFrom: .min, offsetMinutes: .random(in: -720...840, using: &random))]
            var from = try instant("2014-01-01").milliseconds
            for _ in 0..<4 {
                from +=
                    .random(in: 1...90, using: &random) * 86_400_000 + .random(in: 0...86_399, using: &random) * 1000
                offsets.append(ZoneOffset(validFrom: from, offsetMinutes: .random(in: -720...840, using: &random)))
            }
            let clock = RegionClock(offsets)
            var at = try instant("2014-01-10")
            for _ in 0..<14 {
                let month = clock.month(of: at)
                #expect(month.start <= at && at < month.end, "\(offsets) at \(at)")
                #expect(clock.month(of: month.end).start == month.end, "\(offsets) at \(at)")
                let last = Instant(milliseconds: month.end.milliseconds - 1)
                #expect(clock.month(of: last) == month, "\(offsets) at \(at)")
                at = month.end
            }
        }
    }

    /// The fees that were taken, by their effective times.
    private func fees(_ scenario: Scenario) -> [String] {
        scenario.when("EVENTS type=fees_charged limit=100")
        return scenario.answer.rows.map { $0["effective"] ?? "" }
    }

    @Test("A month plan pays one fee a calendar month over a change of the offset", arguments: [true, false])
    func offset(isInEventTime: Bool) {
        let scenario = Scenario(at: "2014-09-10T09:00:00Z", inEventTime: isInEventTime)
        scenario.given(subscriber: me, tariff: "online", balance: "1000")
        if isInEventTime { scenario.given("CLOCK.SET 2014-12-15") } else { scenario.at("2014-12-15T00:00:00Z") }
        // Midnight in Moscow: +04:00 until 26 October, +03:00 after it.
        #expect(fees(scenario) == ["2014-09-30T20:00:00Z", "2014-10-31T21:00:00Z", "2014-11-30T21:00:00Z"])
        for (month, total) in [("2014-09", "100.00"), ("2014-10", "100.00"), ("2014-11", "100.00")] {
            scenario.when("EXPENSES \(me) month=\(month)")
            scenario.then("OK total=\(total)")
        }
        scenario.thenReplayIsLive()
    }

    @Test(
        "A subscriber who moves to another region pays one fee a calendar month of the region",
        arguments: [
            ("msk", "ekb"), ("ekb", "msk"),
        ])
    func moving(from: String, to: String) {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 tariff month name=M fee=70 period=month messages=5", "CATALOG.PUBLISH 2")
        scenario.given(subscriber: me, tariff: "month", region: from, balance: "1000")
        scenario.given("PROFILE.SET \(me) region=\(to)")
        scenario.at("2018-06-15T00:00:00Z")
        #expect(fees(scenario).count == 3)
        for month in ["2018-03", "2018-04", "2018-05", "2018-06"] {
            scenario.when("EXPENSES \(me) month=\(month)")
            scenario.then("OK total=70.00", month)
        }
        scenario.when("TARIFF \(me)")
        scenario.then("OK period_end=\(to == "msk" ? "2018-06-30T21:00:00Z" : "2018-06-30T19:00:00Z")")
        scenario.thenReplayIsLive()
    }

    @Test("A month that ended before the activation has no expenses, although the clock was set back since")
    func monthBeforeActivation() {
        // given a change of plan that took effect in the month before the activation
        let scenario = Scenario(at: "2018-08-10T09:00:00Z")
        scenario.given(subscriber: me, balance: "1000")
        scenario.given(clock: "2018-07-20T09:00:00Z")
        scenario.given("TARIFF.CHANGE \(me) talk")
        scenario.when("EXPENSES \(me) month=2018-07")
        scenario.then("OK total=0.00")
    }

    @Test("A period whose midnight moved keeps its packages until then, and the log says so") func movedPeriod() {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 tariff month name=M fee=70 period=month messages=5", "CATALOG.PUBLISH 2")
        scenario.given(subscriber: me, tariff: "month", region: "ekb", balance: "100")
        scenario.given("PROFILE.SET \(me) region=msk")
        // Midnight in Yekaterinburg is 22:00 in Moscow.
        scenario.at("2018-03-31T19:00:00Z")
        scenario.then(types: "period_moved")
        scenario.when("BUCKETS \(me)")
        #expect(scenario.answer.rows.map { $0["valid_to"] } == ["2018-03-31T21:00:00Z"])
        scenario.then("\(me)", balance: "30.00", status: .active)
        scenario.restart()
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "fee_unpaid", "data_stopped")
        scenario.thenReplayIsLive()
    }

    @Test("spent_this_month is left out in a month in which the region changed, and is right in the next one")
    func spent() {
        let scenario = Scenario(at: "2018-03-31T20:30:00Z")
        scenario.given(subscriber: me, region: "ekb", balance: "500")
        scenario.given("OPTION.ON \(me) silence")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK spent_this_month=30.00", "it is 1 April in Yekaterinburg")
        scenario.given("PROFILE.SET \(me) region=msk")
        for (time, total) in [("2018-03-31T20:40:00Z", "30.00"), ("2018-04-10T00:00:00Z", "0.00")] {
            scenario.at(time)
            scenario.when("EXPENSES \(me)")
            scenario.then("OK total=\(total)")
            scenario.when("ACCOUNT \(me)")
            #expect(scenario.answer["spent_this_month"] == "", "\(scenario.answer.text)")
        }
        scenario.at("2018-05-10T00:00:00Z")
        scenario.given("OPTION.ON \(me) sms")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK spent_this_month=5.00")
        scenario.thenReplayIsLive()
    }

    @Test("A period in days that ends near the end of a month is not moved to midnight") func daysBefore() {
        let scenario = Scenario(at: "2018-03-01T09:07:00Z")
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff plan name=P fee=10 period=30d", "CATALOG.PUBLISH 2")
        scenario.given(subscriber: me, tariff: "plan", balance: "100")
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 3 tariff plan name=P fee=10 period=month", "CATALOG.PUBLISH 3")
        scenario.at("2018-03-31T09:07:00Z")
        scenario.then(types: "fees_charged")
    }

    @Test("A region's midnight follows its newly published offset") func newClock() {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(subscriber: me, tariff: "online", balance: "1000")
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 region msk name=Москва offsets=240,180@2014-10-26,120@2018-03-25",
            "CATALOG.PUBLISH 2")
        scenario.at("2018-05-15T00:00:00Z")
        #expect(fees(scenario) == ["2018-03-31T22:00:00Z", "2018-04-30T22:00:00Z"])
        scenario.when("EXPENSES \(me) month=2018-03")
        scenario.then("OK total=100.00")
    }

    @Test("A log whose period ends an hour before midnight pays one fee for the month") func wrongEnd() {
        let scenario = Scenario(at: "2014-10-01T09:00:00Z")
        scenario.given(subscriber: me, tariff: "online")
        let account: AccountIndex = scenario.look { $0.directory.find(MSISDN(number: 79_001_234_567)) ?? 0 }
        // As an older build wrote it: 31 October 23:00 by the clock of that time.
        let end = (Instant(rfc3339: "2014-10-31T20:00:00Z".utf8) ?? .never).milliseconds
        let charge = Charge(kind: .tariffFee, offering: 3, amount: 10_000, periodEnd: end)
        scenario.given(
            .toppedUp(ToppedUp(amount: 100_000, ref: "a", charges: [charge], balanceAfter: 90_000)), on: account)
        scenario.when("TARIFF \(me)")
        scenario.then("OK period_end=2014-10-31T20:00:00Z", "what was stored stays")
        scenario.at("2014-12-15T00:00:00Z")
        #expect(fees(scenario) == ["2014-10-31T21:00:00Z", "2014-11-30T21:00:00Z"])
        scenario.thenReplayIsLive()
    }

    @Test("A bare date is midnight of the number's region, in every read; UTC where no number is named")
    func bareDates() {
        let scenario = Scenario(at: "2014-10-20T09:00:00Z")
        scenario.given(subscriber: me)
        scenario.at("2014-10-31T20:59:59Z")
        scenario.given("TOPUP \(me) 1 ref=october")
        scenario.at("2014-10-31T21:00:00Z")
        scenario.given("TOPUP \(me) 2 ref=november")
        scenario.at("2014-11-10T00:00:00Z")
        scenario.when("PAYMENTS \(me) from=2014-11-01")
        #expect(scenario.answer.rows.map { $0["ref"] } == ["november"])
        scenario.when("PAYMENTS \(me) from=2014-10-25 to=2014-11-01")
        #expect(scenario.answer.rows.map { $0["ref"] } == ["october"])
        scenario.when("BALANCE \(me) at=2014-11-01")
        scenario.then("OK balance=3.00")
        scenario.given("CATALOG.DRAFT")
        scenario.when("BALANCE \(me) at=2014-10-31")
        scenario.then("OK balance=0.00")
        scenario.when("TRIAL.BALANCE at=2014-11-01")
        #expect(scenario.answer.rows.first?["balance"] == "3.00", "nobody's midnight is that of UTC")
    }
}
