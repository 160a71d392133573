/// Data: the limit on roaming, data beyond packages, an unpaid fee, and the zones of visited networks.

import Accounts
import ScenarioKit
import Testing

@Suite("Stops of data") struct DataStopTests {
    private let me = "79001234567"
    private let megabyte = 1 << 20

    private func ready(at start: String = "2018-03-10T09:00:00Z", tariff: String = "cent") -> Scenario {
        let scenario = Scenario.inKopecks(at: start)
        scenario.given(subscriber: me, tariff: tariff, balance: "100")
        return scenario
    }

    // MARK: Visited networks

    @Test(
        "Usage abroad is in the zone of its network, the network before its country, and else in none",
        arguments: [("262-02", "0.03"), ("208-01", "0.03"), ("262-01", ""), ("208-02", ""), ("310-260", "")])
    func zones(network: String, amount: String) {
        let scenario = ready()
        scenario.useData(3 * megabyte, visited: network)
        if amount.isEmpty {
            scenario.then("OK status=rejected reason=no_price")
        } else {
            scenario.then("OK status=rated amount=\(amount)")
        }
        scenario.when("USAGE.CHECK \(me) kind=data start=2018-03-10T09:00:00Z bytes=3145728 visited=\(network)")
        scenario.then(amount.isEmpty ? "OK status=rejected" : "OK status=rated amount=\(amount)")
        scenario.thenReplayIsLive()
    }

    @Test("Neither prices nor packages of home reach usage abroad, also to a number of ours") func noHome() {
        let scenario = ready()
        scenario.given("OPTION.ON \(me) gigabyte")
        scenario.useData(3 * megabyte, visited: "262-02")
        scenario.then("OK amount=0.03")
        scenario.useData(3 * megabyte)
        scenario.then("OK amount=0.00")
        scenario.given(subscriber: "79001234568")
        let call =
            "USAGE \(me) kind=voice direction=out peer=79001234568 start=2018-03-10T09:00:00Z seconds=60 source=v"
        scenario.when("\(call) n=1 visited=262-01")
        scenario.then("OK amount=5.00")
        scenario.when("\(call) n=2 visited=262-02")
        scenario.then("OK status=rejected reason=no_price")
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-04-01")
        #expect(scenario.answer.rows.compactMap { $0["visited"] } == ["262-01", "262-02"])
    }

    @Test("A record with another visited network is another record") func otherRecord() {
        let scenario = ready()
        let line = "USAGE \(me) kind=data start=2018-03-10T09:00:00Z bytes=1 source=m n=1"
        scenario.given("\(line) visited=262-02")
        scenario.when(line)
        scenario.then("ERR id_conflict field=n")
        scenario.when("\(line) visited=262-02")
        scenario.then("OK repeated=1")
        scenario.given("\(line.replacing("n=1", with: "n=2")) visited=999-99")
        scenario.when(line.replacing("n=1", with: "n=2"))
        scenario.then("ERR id_conflict field=n")
    }

    @Test(
        "A network is written as MCC-MNC",
        arguments: ["262", "26-201", "262-1", "262-0001", "262_01", "26201", "a62-01"])
    func spelled(network: String) {
        let scenario = ready()
        scenario.useData(1, visited: network)
        scenario.then("ERR invalid_key field=visited")
    }

    @Test("A zone's networks are checked when they are put") func catalogue() {
        let scenario = ready()
        scenario.given("CATALOG.DRAFT")
        for networks in ["26", "262-1", "262,abc", "262-01-02"] {
            scenario.when("CATALOG.PUT 3 zone x name=X networks=\(networks)")
            scenario.then("ERR invalid_text field=networks", networks)
        }
        scenario.when("CATALOG draft=3")
        #expect(scenario.answer.rows.contains { $0["zone"] == "europe" && $0["networks"] == "262,208-01" })
    }

    // MARK: The limit on roaming data

    @Test("Roaming data below the limit goes on, and the byte that reaches it stops roaming until the month's turn")
    func roaming() {
        let scenario = ready()
        scenario.given("SPENDING.LIMIT \(me) roaming_bytes=1000")
        scenario.then("OK roaming_limit=1000")
        scenario.useData(5000)
        scenario.useData(999, visited: "262-02")
        scenario.then(types: "usage_rated")
        scenario.useData(1, visited: "208-01")
        scenario.then(types: "usage_rated", "data_stopped")
        #expect(scenario.barred() == "roaming_limit")
        #expect(scenario.orders() == ["+bar_data roaming_limit"])
        scenario.when("SERVICE \(me)", as: "network")
        #expect(
            scenario.answer.rows.filter { $0["reasons"] == "roaming_limit" }.map { $0["service"] } == ["roaming_data"])
        scenario.useData(50, visited: "262-02")
        scenario.then(types: "usage_rated")
        scenario.at("2018-03-31T20:59:59Z")
        #expect(scenario.barred() == "roaming_limit")
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "data_resumed")
        #expect(scenario.barred() == "")
        scenario.useData(999, visited: "262-02")
        scenario.then(types: "usage_rated")
        scenario.thenReplayIsLive()
    }

    @Test("Roaming data of before the limit counts, and a raised or removed limit lets data go on") func changed() {
        let scenario = ready()
        scenario.useData(600, visited: "262-02")
        scenario.given("SPENDING.LIMIT \(me) roaming_bytes=600")
        scenario.then(types: "spending_limit_set", "data_stopped")
        scenario.given("SPENDING.LIMIT \(me) roaming_bytes=601")
        scenario.then(types: "spending_limit_set", "data_resumed")
        scenario.given("SPENDING.LIMIT \(me) roaming_bytes=0")
        scenario.then("OK roaming_limit=0")
        scenario.then(types: "spending_limit_set", "data_stopped")
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "data_stopped")
        scenario.given("SPENDING.LIMIT \(me) roaming_bytes=")
        scenario.then(types: "spending_limit_set", "data_resumed")
        scenario.at("2018-05-31T21:00:00Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("Roaming of a month that began ahead of the clock is stopped once, though a stop of this month ends then")
    func twoMonths() {
        let scenario = Scenario.inKopecks(at: "2018-03-31T20:55:00Z")
        scenario.given(subscriber: me, tariff: "cent", balance: "100")
        scenario.given("SPENDING.LIMIT \(me) amount=10 roaming_bytes=1000")
        // March reaches the limit of money. Then April reaches that of roaming, by a record ahead of the clock.
        scenario.at("2018-03-31T20:57:30Z")
        scenario.use(1000, at: "2018-03-31T20:55:00Z")
        scenario.useData(1000, visited: "262-02", at: "2018-03-31T21:00:10Z")
        #expect(scenario.orders() == ["+bar_spending", "+bar_data roaming_limit"])
        // A record of March does not lift the stop of April.
        scenario.use(1, at: "2018-03-31T20:55:00Z")
        scenario.then(types: "usage_rated")
        scenario.restart()
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "spending_resumed")
        #expect(scenario.orders() == ["+bar_spending", "+bar_data roaming_limit", "-bar_spending"])
        scenario.at("2018-04-30T21:00:00Z")
        scenario.then(types: "data_resumed")
        scenario.thenReplayIsLive()
    }

    @Test("Late roaming data of the month before stops nothing, and calls abroad are no data") func late() {
        let scenario = ready()
        scenario.given("SPENDING.LIMIT \(me) roaming_bytes=1000")
        scenario.at("2018-04-02T09:00:00Z")
        scenario.useData(500, visited: "262-02")
        scenario.useData(5000, visited: "262-02", at: "2018-03-31T20:59:59Z")
        scenario.then(types: "usage_rated")
        scenario.when(
            "USAGE \(me) kind=voice direction=out peer=74951234567 start=2018-04-02T09:00:00Z seconds=240 source=v n=1"
                + " visited=262-01")
        scenario.then(types: "usage_rated")
        #expect(scenario.barred() == "")
        scenario.useData(500, visited: "262-02", at: "2018-03-31T21:00:00Z")
        scenario.then(types: "usage_rated", "data_stopped")
    }

    // MARK: Beyond packages

    @Test("Data stops when the last package is used up, and goes on with the next one") func beyondPackage() {
        let scenario = ready()
        scenario.given("OPTION.ON \(me) gigabyte", "SPENDING.LIMIT \(me) beyond_package=stop")
        scenario.then("OK beyond_package=stop")
        scenario.then(types: "spending_limit_set")
        scenario.useData((1 << 30) - 1)
        scenario.then(types: "usage_rated")
        scenario.useData(1)
        scenario.then(types: "usage_rated", "data_stopped")
        #expect(scenario.barred() == "package_used_up")
        #expect(scenario.orders() == ["+bar_data package_used_up"])
        scenario.when("SERVICE \(me)", as: "network")
        #expect(scenario.answer.rows.filter { $0["reasons"] == "package_used_up" }.map { $0["service"] } == ["data"])
        // The next period of the option.
        scenario.at("2018-04-09T09:00:00Z")
        scenario.then(types: "fees_charged", "buckets_granted", "data_resumed")
        scenario.given("OPTION.OFF \(me) gigabyte")
        scenario.then(types: "option_terminated", "data_stopped")
        scenario.given("SPENDING.LIMIT \(me) beyond_package=charge")
        scenario.then(types: "spending_limit_set", "data_resumed")
        scenario.thenReplayIsLive()
    }

    @Test("Without the wish, data beyond the package is charged") func charged() {
        let scenario = ready()
        scenario.given("OPTION.ON \(me) gigabyte")
        scenario.useData((1 << 30) + megabyte)
        scenario.then("OK amount=0.01")
        scenario.then(types: "usage_rated")
    }

    // MARK: The unpaid fee

    @Test("While the plan's fee is unpaid data is stopped, from the activation on, and the fee lets it go on")
    func feeUnpaid() {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(subscriber: me, tariff: "talk")
        #expect(scenario.barred() == "fee_unpaid")
        scenario.given("TOPUP \(me) 59.99 ref=a")
        scenario.then(types: "topped_up")
        scenario.given("TOPUP \(me) 0.01 ref=b")
        scenario.then(types: "topped_up", "buckets_granted", "data_resumed")
        scenario.at("2018-04-09T09:00:00Z")
        scenario.then(types: "fee_unpaid", "data_stopped")
        #expect(
            scenario.orders() == ["+bar_data fee_unpaid", "-bar_data fee_unpaid", "+bar_data fee_unpaid"])
        scenario.when("SERVICE \(me)", as: "network")
        #expect(
            scenario.answer.rows.filter { $0["reasons"]?.contains("fee_unpaid") == true }.map { $0["service"] }
                == ["data", "roaming_data"])
        scenario.given("TOPUP \(me) 100 ref=c", "TARIFF.CHANGE \(me) free")
        #expect(scenario.barred() == "")
        scenario.thenReplayIsLive()
    }

    @Test("A plan with a price of data for the unpaid time does not stop data, and an option's fee stops nothing")
    func unpaidPrice() {
        let scenario = Scenario(at: "2018-03-10T09:00:00Z")
        scenario.given(
            "CATALOG.DRAFT",
            "CATALOG.PUT 2 tariff base name=Base fee=10 period=30d rates=data:any:1/1048576,data:any:2/1048576:unpaid",
            "CATALOG.PUBLISH 2")
        scenario.given(subscriber: me, tariff: "base")
        #expect(scenario.barred() == "")
        scenario.given(subscriber: "79001234568", balance: "3")
        scenario.given("OPTION.ON 79001234568 melody")
        scenario.at("2018-03-11T09:00:00Z")
        scenario.then(types: "fee_unpaid")
        #expect(scenario.barred("79001234568") == "")
    }
}
