/// The subscriber's own limit on the month's charges: 80 % warns, 100 % stops, the month's turn lifts.

import Accounts
import ScenarioKit
import Testing

@Suite("The spending limit") struct SpendingLimitTests {
    private let me = "79001234567"

    /// A subscriber with ten roubles a month.
    private func limited(at start: String = "2018-03-10T09:00:00Z", inEventTime: Bool = false) -> Scenario {
        let scenario = Scenario.inKopecks(at: start, inEventTime: inEventTime)
        scenario.given(subscriber: me, tariff: "cent", balance: "100")
        scenario.given("SPENDING.LIMIT \(me) amount=10")
        return scenario
    }

    @Test("79.99 % do nothing, 80 % warn once, 99.99 % do nothing more, and 100 % stop once") func boundaries() {
        let scenario = limited()
        scenario.then("OK spending_limit=10.00")
        scenario.use(799)
        scenario.then(types: "usage_rated")
        scenario.use(1)
        scenario.then(types: "usage_rated", "spending_warned")
        #expect(scenario.notices(me).last == "spending_warned")
        scenario.use(199)
        scenario.then(types: "usage_rated")
        #expect(scenario.barred() == "")
        scenario.use(1)
        scenario.then(types: "usage_rated", "spending_stopped")
        #expect(scenario.barred() == "spending_limit")
        #expect(scenario.orders() == ["+bar_spending"])
        #expect(scenario.notices(me).last == "spending_stopped")
        scenario.use(500)
        scenario.then(types: "usage_rated")
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK spent_this_month=15.00 spending_limit=10.00 barred=spending_limit")
        scenario.thenReplayIsLive()
    }

    @Test("A record that passes both marks stops, and does not warn beside it") func both() {
        let scenario = limited()
        scenario.use(1000)
        scenario.then(types: "usage_rated", "spending_stopped")
    }

    @Test("The month's turn in the subscriber's region lifts the stop, and the new month warns and stops again")
    func turn() {
        let scenario = limited()
        scenario.use(1000)
        scenario.at("2018-03-31T20:59:59Z")
        #expect(scenario.barred() == "spending_limit")
        // Midnight of 1 April in Moscow, UTC+3.
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "spending_resumed")
        #expect(scenario.orders() == ["+bar_spending", "-bar_spending"])
        #expect(scenario.barred() == "")
        scenario.use(800)
        scenario.then(types: "usage_rated", "spending_warned")
        scenario.use(200)
        scenario.then(types: "usage_rated", "spending_stopped")
        scenario.thenReplayIsLive()
    }

    @Test("A service that was down over the turn lifts the stop at the turn's own time, once") func downtime() {
        let scenario = limited()
        scenario.use(1000)
        scenario.restart()
        scenario.at("2018-05-20T12:00:00Z")
        scenario.when("EVENTS type=spending_resumed limit=10")
        #expect(scenario.answer.rows.map { $0["effective"] } == ["2018-03-31T21:00:00Z"])
        #expect(scenario.answer.rows.map { $0["recorded"] } == ["2018-05-20T12:00:00Z"])
        scenario.use(799)
        scenario.then(types: "usage_rated")
        scenario.thenReplayIsLive()
    }

    @Test("A late record of the month before counts for that month, and neither warns nor stops this one")
    func late() {
        let scenario = limited()
        scenario.use(500)
        scenario.at("2018-04-02T09:00:00Z")
        scenario.use(700)
        scenario.then(types: "usage_rated")
        scenario.use(900, at: "2018-03-31T20:59:59Z")
        scenario.then(types: "usage_rated")
        #expect(scenario.barred() == "")
        scenario.use(100, at: "2018-03-31T21:00:00Z")
        scenario.then(types: "usage_rated", "spending_warned")
        scenario.thenReplayIsLive()
    }

    @Test("A late record does not stop a month in which nothing was charged yet") func lateFirst() {
        let scenario = limited()
        scenario.use(900)
        scenario.at("2018-04-02T09:00:00Z")
        scenario.use(900, at: "2018-03-20T09:00:00Z")
        scenario.then(types: "usage_rated")
        #expect(scenario.barred() == "")
        scenario.use(799)
        scenario.then(types: "usage_rated")
    }

    @Test("A log in event time turns the month by its records") func eventTime() {
        let scenario = limited(inEventTime: true)
        scenario.use(1000, at: "2018-03-12T09:00:00Z")
        scenario.then(types: "usage_rated", "spending_stopped")
        scenario.use(1, at: "2018-03-31T21:00:00Z")
        scenario.then(types: "spending_resumed", "usage_rated")
        scenario.thenReplayIsLive()
    }

    @Test("A raised or removed limit lifts the stop at once, and a lowered one stops at once") func changed() {
        let scenario = limited()
        scenario.use(1000)
        scenario.given("SPENDING.LIMIT \(me) amount=12.50")
        scenario.then(types: "spending_limit_set", "spending_resumed", "spending_warned")
        scenario.given("SPENDING.LIMIT \(me) amount=12.49")
        scenario.then(types: "spending_limit_set", "spending_warned")
        scenario.given("SPENDING.LIMIT \(me) amount=10")
        scenario.then(types: "spending_limit_set", "spending_stopped")
        scenario.given("SPENDING.LIMIT \(me) amount=")
        scenario.then("OK")
        #expect(scenario.answer["spending_limit"] == "")
        scenario.then(types: "spending_limit_set", "spending_resumed")
        scenario.use(1000)
        scenario.then(types: "usage_rated")
        #expect(scenario.orders() == ["+bar_spending", "-bar_spending", "+bar_spending", "-bar_spending"])
        scenario.at("2018-04-02T09:00:00Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("Fees of what the subscriber has are still taken, and count") func fees() {
        let scenario = limited()
        scenario.given("OPTION.ON \(me) daily")
        scenario.use(600)
        scenario.at("2018-03-11T09:00:00Z")
        scenario.then(types: "fees_charged", "spending_warned")
        scenario.at("2018-03-13T09:00:00Z")
        scenario.then(types: "fees_charged", "fees_charged", "spending_stopped")
        scenario.at("2018-03-14T09:00:00Z")
        scenario.then(types: "fees_charged")
        scenario.then(me, spent: "11.00")
    }

    @Test("A purchase may reach the limit and not pass it, whoever asks; what is free is not refused") func purchases()
    {
        let scenario = limited()
        scenario.given("CONTENT.BAN \(me) off")
        scenario.use(901)
        for line in ["OPTION.ON \(me) daily", "SUBSCRIPTION.ON \(me) stars", "TARIFF.CHANGE \(me) talk"] {
            scenario.when(line, as: "operator")
            scenario.then("ERR limit_reached", line)
            #expect(scenario.answer["message"].contains("SPENDING.LIMIT"))
        }
        scenario.given("TARIFF.CHANGE \(me) free")
        scenario.given("SPENDING.LIMIT \(me) amount=10.01")
        scenario.when("OPTION.ON \(me) daily", as: "operator")
        scenario.then("OK option=daily charged=1.00")
        #expect(scenario.barred() == "spending_limit")
        scenario.at("2018-03-31T21:00:00Z")
        scenario.when("OPTION.ON \(me) gigabyte", as: "operator")
        scenario.then("OK charged=1.00")
    }

    @Test("A subscription is refused at its code if the limit was used up meanwhile") func atTheCode() {
        let scenario = limited()
        scenario.given("CONTENT.BAN \(me) off", "SUBSCRIPTION.ON \(me) stars")
        let confirm = "CONFIRM \(scenario.answer["challenge"]) \(scenario.code(me))"
        scenario.use(701)
        scenario.when(confirm)
        scenario.then("ERR limit_reached")
        scenario.given("SPENDING.LIMIT \(me) amount=10.01")
        scenario.when(confirm)
        scenario.then("OK subscription=stars")
        scenario.then(types: "option_activated", "purchase_confirmed", "spending_stopped")
        let text = scenario.answer.text
        scenario.when(confirm)
        #expect(scenario.answer["charged"] == "3.00" && scenario.answer["repeated"] == "1", "\(text)")
    }

    @Test("A limit from a linked number is raised and removed by it or by staff alone, and anybody may lower it")
    func setBy() {
        let scenario = limited()
        scenario.given("SPENDING.LIMIT \(me) amount=")
        let mother = "79001234568"
        scenario.given(subscriber: mother)
        let own = scenario.given(signedIn: me)
        let hers = scenario.given(signedIn: mother)
        scenario.given(link: me, session: hers)
        scenario.given("SPENDING.LIMIT \(me) amount=5 session=\(hers)", as: "frontend")
        for change in ["amount=5.01", "amount="] {
            scenario.when("SPENDING.LIMIT \(me) \(change) session=\(own)", as: "frontend")
            scenario.then("ERR not_permitted field=amount", change)
        }
        scenario.given("SPENDING.LIMIT \(me) amount=3 session=\(own)", as: "frontend")
        scenario.when("SPENDING.LIMIT \(me) amount=4 session=\(own)", as: "frontend")
        scenario.then("ERR not_permitted field=amount", "a limit that was made stricter is still hers")
        scenario.given("SPENDING.LIMIT \(me) amount=6 session=\(hers)", as: "frontend")
        scenario.given("SPENDING.LIMIT \(me) amount=7", as: "operator")
        scenario.when("SPENDING.LIMIT \(me) amount=8 session=\(own)", as: "frontend")
        scenario.then("ERR not_permitted field=amount", "staff raised it, and it is hers")
        scenario.given("SPENDING.LIMIT \(me) amount= session=\(hers)", as: "frontend")

        scenario.given("SPENDING.LIMIT \(me) amount=5 roaming_bytes=10 session=\(own)", as: "frontend")
        scenario.when("SPENDING.LIMIT \(me) amount=6 session=\(hers)", as: "frontend")
        scenario.then("ERR not_permitted field=amount")
        scenario.when("SPENDING.LIMIT \(me) roaming_bytes= session=\(hers)", as: "frontend")
        scenario.then("ERR not_permitted field=roaming_bytes")
        scenario.given("SPENDING.LIMIT \(me) amount=6 roaming_bytes=11 session=\(own)", as: "frontend")
        scenario.given("SPENDING.LIMIT \(me) beyond_package=stop session=\(hers)", as: "frontend")
        scenario.when("SPENDING.LIMIT \(me) beyond_package=charge session=\(own)", as: "frontend")
        scenario.then("ERR not_permitted field=beyond_package")
        scenario.thenReplayIsLive()
    }

    @Test("An administrator sets a limit for the organisation, so that another one may raise it") func administrators()
    {
        let scenario = limited()
        let (first, second) = ("79001234568", "79001234569")
        scenario.given("SPENDING.LIMIT \(me) amount=", "ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        for number in [first, second] {
            scenario.given(subscriber: number)
            scenario.given("ORG.ADMIN.ADD \(org) \(number)")
        }
        scenario.given("ORG.ADD \(org) \(me)")
        let (one, other) = (scenario.given(signedIn: first), scenario.given(signedIn: second))
        let own = scenario.given(signedIn: me)
        scenario.given("SPENDING.LIMIT \(me) amount=5 session=\(one)", as: "frontend")
        scenario.when("SPENDING.LIMIT \(me) amount=6 session=\(own)", as: "frontend")
        scenario.then("ERR not_permitted field=amount")
        scenario.given("SPENDING.LIMIT \(me) amount=6 session=\(other)", as: "frontend")
    }

    @Test("A request without a limit, with a limit of nothing, or with the limits that are there is refused")
    func refused() {
        let scenario = limited()
        scenario.when("SPENDING.LIMIT \(me)")
        scenario.then("ERR missing_argument field=amount")
        scenario.when("SPENDING.LIMIT \(me) amount=0")
        scenario.then("ERR invalid_amount field=amount")
        scenario.when("SPENDING.LIMIT \(me) beyond_package=perhaps")
        scenario.then("ERR invalid_key field=beyond_package")
        for line in ["amount=10", "roaming_bytes=", "beyond_package=charge", "amount=10.00 beyond_package="] {
            scenario.when("SPENDING.LIMIT \(me) \(line)")
            scenario.then("ERR already_exists", line)
        }
        scenario.when("SPENDING.LIMIT 79001110000 amount=1")
        scenario.then("ERR not_found field=msisdn")
    }

    @Test("A region whose month ends later moves the turn, and one whose month has ended lifts at the turn")
    func region() {
        let scenario = limited()
        scenario.given("PROFILE.SET \(me) region=ekb")
        scenario.use(1000)
        scenario.given("PROFILE.SET \(me) region=msk")
        // Midnight in Yekaterinburg, UTC+5, is 22 o'clock in Moscow.
        scenario.at("2018-03-31T19:00:00Z")
        scenario.then(types: "spending_month_moved")
        #expect(scenario.barred() == "spending_limit")
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "spending_resumed")
        scenario.use(1000)
        scenario.given("PROFILE.SET \(me) region=ekb")
        scenario.at("2018-04-30T20:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2018-04-30T21:00:00Z")
        scenario.then(types: "spending_resumed")
        scenario.thenReplayIsLive()
    }

    @Test("A number with a limit does not move to a region in which another month has begun") func otherMonth() {
        let scenario = limited()
        scenario.use(1000)
        // It is April in Yekaterinburg from 19 o'clock by UTC on.
        scenario.at("2018-03-31T18:59:59Z")
        scenario.given("PROFILE.SET \(me) region=ekb", "PROFILE.SET \(me) region=msk")
        scenario.at("2018-03-31T19:00:00Z")
        scenario.when("PROFILE.SET \(me) region=ekb")
        scenario.then("ERR not_available field=region retry_after=7200")
        #expect(scenario.barred() == "spending_limit")
        scenario.at("2018-03-31T21:00:00Z")
        scenario.given("PROFILE.SET \(me) region=ekb")
        scenario.thenReplayIsLive()
    }

    @Test("A clock that is set back behind the turn does not stop the month before again") func clockSetBack() {
        let scenario = limited()
        scenario.use(1000)
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "spending_resumed")
        scenario.given(clock: "2018-03-31T20:00:00Z")
        scenario.use(500)
        scenario.then(types: "usage_rated")
        #expect(scenario.barred() == "")
        scenario.at("2018-03-31T21:00:00Z")
        scenario.use(800)
        scenario.then(types: "usage_rated", "spending_warned")
        scenario.thenReplayIsLive()
    }

    @Test("A snapshot at every stage makes the same state as the log") func snapshot() throws {
        let scenario = limited()
        scenario.given("SPENDING.LIMIT \(me) roaming_bytes=10 beyond_package=stop")
        for step in [500, 300, 200] {
            try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20)))
            scenario.thenReplayIsLive()
            scenario.use(step)
        }
        #expect(scenario.barred() == "spending_limit,package_used_up")
        try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20)))
        scenario.exchange("limits")
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "spending_resumed")
        scenario.thenReplayIsLive()
    }
}
