/// Gifts of data, and minutes that become data: the packages that can be given, and how long they live.

import Accounts
import ScenarioKit
import Testing

@Suite("Gifts and exchange of packages") struct GiftTests {
    private let me = "79001234567"
    private let friend = "79007654321"
    private let gigabyte = 1 << 30

    /// Mine has two packages of data of 40 and 5 GB, and 100 minutes, paid until 14 February; the friend has nothing.
    private func pair(packages: String = "data_bytes=42949672960 voice_seconds=6000") -> Scenario {
        let scenario = Scenario.selling(
            TransferTests.terms, "tariff open name=Open period=open rates=voice:out:1/60,data:any:1/1048576",
            "tariff plan name=Plan fee=100 period=30d \(packages) rates=voice:out:1/60,data:any:1/1048576",
            "option extra name=Extra fee=10 period=7d data_bytes=5368709120", at: "2019-01-15T00:00:00Z")
        scenario.given(number: me, tariff: "plan", balance: "500", region: "vvo")
        scenario.given(number: friend, tariff: "open", balance: "100", region: "vvo")
        return scenario
    }

    private func give(_ scenario: Scenario, _ count: Int, id: String? = nil) {
        scenario.when("BUCKET.GIFT \(me) \(friend) bytes=\(count * gigabyte)" + (id.map { " id=\($0)" } ?? ""))
    }

    private func left(_ scenario: Scenario, _ number: String, kind: String = "data") -> [String] {
        scenario.when("BUCKETS \(number)").rows.filter { $0["kind"] == kind }
            .map { ($0["granted_by"] ?? $0["offering"] ?? "") + " " + ($0["left_bytes"] ?? $0["left_seconds"] ?? "") }
    }

    private func gigabytes(_ count: Int) -> String { "\(count * gigabyte)" }

    @Test("A gift moves data in one command, and lives 7 days") func gift() {
        let scenario = pair()
        give(scenario, 3)
        scenario.then("OK msisdn=\(me) peer=\(friend) bytes=3221225472 valid_to=2019-01-22T00:00:00Z")
        scenario.then(types: "bucket_gift_sent", "bucket_gift_received")
        #expect(left(scenario, me) == ["plan " + gigabytes(37)])
        #expect(left(scenario, friend) == ["gift " + gigabytes(3)])
        for number in [me, friend] {
            scenario.when("NOTIFICATIONS msisdn=\(number)")
            #expect(scenario.answer.rows.contains { $0["purpose"]?.hasPrefix("gift_") == true })
        }
        scenario.at("2019-01-21T23:59:59Z")
        #expect(left(scenario, friend).count == 1)
        scenario.at("2019-01-22T00:00:00Z")
        #expect(left(scenario, friend).isEmpty)
        scenario.thenReplayIsLive()
    }

    @Test("It lives no longer than the package that it came from, and uses the one that ends first") func shorter() {
        let scenario = pair()
        scenario.given("OPTION.ON \(me) extra")
        scenario.at("2019-01-18T00:00:00Z")
        give(scenario, 5)
        scenario.then("OK valid_to=2019-01-22T00:00:00Z")
        #expect(left(scenario, me) == ["extra 0", "plan " + gigabytes(40)])
        give(scenario, 1)
        scenario.then("OK valid_to=2019-01-25T00:00:00Z")
        scenario.given("OPTION.OFF \(me) extra")
        scenario.at("2019-02-12T00:00:00Z")
        give(scenario, 1)
        scenario.then("OK valid_to=2019-02-14T00:00:00Z")
        scenario.thenReplayIsLive()
    }

    @Test("A gift from two packages is two, each with its own end") func twoPackages() {
        let scenario = pair()
        scenario.given("OPTION.ON \(me) extra")
        scenario.at("2019-01-18T00:00:00Z")
        give(scenario, 7)
        scenario.then("OK valid_to=2019-01-22T00:00:00Z")
        #expect(left(scenario, friend) == ["gift " + gigabytes(5), "gift " + gigabytes(2)])
        #expect(left(scenario, me) == ["extra 0", "plan " + gigabytes(38)])
    }

    @Test("The gift is used before the friend's own packages, and is data like any other") func order() {
        let scenario = pair()
        scenario.given("OPTION.ON \(friend) extra")
        give(scenario, 1)
        scenario.given(
            "USAGE \(friend) kind=data start=2019-01-14T23:00:00Z bytes=1 source=s n=1")
        scenario.given("USAGE \(friend) kind=data start=2019-01-15T00:00:00Z bytes=\(gigabyte / 2) source=s n=2")
        #expect(left(scenario, friend) == ["gift \(gigabyte / 2)", "extra " + gigabytes(5)])
        scenario.thenReplayIsLive()
    }

    @Test("A gift is 1 to 30 whole GB", arguments: [(0, false), (1, true), (30, true), (31, false)])
    func bounds(_ count: Int, _ isPossible: Bool) {
        let scenario = pair()
        give(scenario, count)
        scenario.then(isPossible ? "OK" : "ERR invalid_number field=bytes")
        scenario.when("BUCKET.GIFT \(me) \(friend) bytes=\(gigabyte + 1)")
        scenario.then("ERR invalid_number field=bytes")
    }

    @Test("No more is given than there is") func funds() {
        let scenario = pair(packages: "data_bytes=\(2 * gigabyte - 1)")
        give(scenario, 2)
        scenario.then("ERR insufficient_funds field=bytes")
        give(scenario, 1)
        scenario.then("OK")
        give(scenario, 1)
        scenario.then("ERR insufficient_funds field=bytes")
        #expect(left(scenario, me) == ["plan \(gigabyte - 1)"])
    }

    @Test("30 gifts a month, until the midnight of the region") func monthly() {
        let scenario = pair()
        scenario.at("2019-01-31T13:00:00Z")
        for _ in 0..<30 { scenario.given("BUCKET.GIFT \(me) \(friend) bytes=\(gigabyte)") }
        scenario.at("2019-01-31T13:59:59Z")
        give(scenario, 1)
        scenario.then("ERR limit_reached field=from retry_after=1")
        scenario.at("2019-01-31T14:00:00Z")
        give(scenario, 1)
        scenario.then("OK")
        scenario.thenReplayIsLive()
    }

    @Test("A gift is not given on, so none goes in a circle") func circle() {
        let scenario = pair()
        give(scenario, 2)
        scenario.when("BUCKET.GIFT \(friend) \(me) bytes=\(gigabyte)")
        scenario.then("ERR insufficient_funds field=bytes")
        #expect(left(scenario, friend) == ["gift " + gigabytes(2)])
    }

    @Test("The rest of a period that rolled over, an unlimited package and a step of a price are not given")
    func notGiveable() {
        let rolling = pair(packages: "buckets=data:any:2147483648:rollover")
        rolling.at("2019-02-14T00:00:01Z")
        #expect(left(rolling, me).count == 2)
        give(rolling, 2)
        rolling.then("OK")
        give(rolling, 1)
        rolling.then("ERR insufficient_funds")
        #expect(left(rolling, me).contains("rolled_over " + gigabytes(2)))
        for package in ["buckets=data:any:unlimited", "buckets=data:any:2147483648:price=1:unit=1048576"] {
            let scenario = pair(packages: package)
            give(scenario, 1)
            scenario.then("ERR insufficient_funds", package)
        }
        rolling.thenReplayIsLive()
    }

    @Test("A suspension of the friend's plan makes its gift no longer") func suspension() {
        let scenario = pair()
        give(scenario, 1)
        scenario.given("TARIFF.SUSPEND \(friend)")
        scenario.at("2019-01-18T00:00:00Z")
        scenario.given("TARIFF.RESUME \(friend)")
        #expect(scenario.when("BUCKETS \(friend)").rows.first?["valid_to"] == "2019-01-22T00:00:00Z")
        scenario.thenReplayIsLive()
    }

    @Test("A number of an organisation gives and gets nothing") func organization() {
        let scenario = pair()
        scenario.given(#"ORG.CREATE name="ООО" inn=7707083893"#)
        scenario.given("ORG.ADD \(scenario.answer["org"]) \(friend)")
        give(scenario, 1)
        scenario.then("ERR not_found field=to")
        scenario.when("BUCKET.EXCHANGE \(friend) seconds=60")
        scenario.then("ERR not_available")
        scenario.when("BUCKET.GIFT \(friend) \(me) bytes=\(gigabyte)")
        scenario.then("ERR not_available field=from")
        scenario.given("TARIFF.SUSPEND \(me)")
        give(scenario, 1)
        scenario.then("ERR not_available field=from")
    }

    @Test("Minutes become data at the catalogue's rate, as long as the minutes would have lived") func exchange() {
        let scenario = pair()
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK exchangeable_seconds=6000 exchange_bytes_per_minute=20971520 giftable_bytes=42949672960")
        scenario.when("BUCKET.EXCHANGE \(me) seconds=3000")
        scenario.then("OK seconds=3000 bytes=1048576000 valid_to=2019-02-14T00:00:00Z")
        #expect(left(scenario, me, kind: "voice") == ["plan 3000"])
        #expect(left(scenario, me) == ["exchange 1048576000", "plan " + gigabytes(40)])
        scenario.when("BUCKET.EXCHANGE \(me) seconds=3060")
        scenario.then("ERR insufficient_funds field=seconds")
        scenario.when("BUCKET.EXCHANGE \(me) seconds=61")
        scenario.then("ERR invalid_number field=seconds")
        scenario.when("BUCKET.EXCHANGE \(me) seconds=3000")
        scenario.then("OK")
        scenario.thenReplayIsLive()
    }

    @Test("More data than can be counted is refused") func tooMuch() {
        let scenario = pair(packages: "buckets=voice:out:1125899906842620 data_bytes=1125899906842620")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK exchangeable_seconds=1125899906842620")
        scenario.when("BUCKET.EXCHANGE \(me) seconds=1125899906842620")
        scenario.then("ERR amount_overflow field=seconds")
    }

    @Test("Packages for calls on-net and of zones are neither given nor exchanged") func scopes() {
        let scenario = pair(packages: "buckets=voice:out:6000:scope=on_net,data:any:2147483648:scope=home")
        scenario.when("BUCKET.EXCHANGE \(me) seconds=60")
        scenario.then("ERR insufficient_funds")
        give(scenario, 1)
        scenario.then("OK")
    }

    @Test("A number has at most 64 packages that were given or exchanged") func many() {
        let scenario = pair()
        for _ in 0..<64 { scenario.given("BUCKET.EXCHANGE \(me) seconds=60") }
        scenario.when("BUCKET.EXCHANGE \(me) seconds=60")
        scenario.then("ERR limit_reached field=msisdn")
        scenario.when("BUCKET.GIFT \(me) 79009999999 bytes=\(64 * gigabyte)")
        scenario.then("ERR invalid_number field=bytes", "the number is not looked at")
        scenario.at("2019-02-14T00:00:00Z")
        scenario.when("BUCKET.EXCHANGE \(me) seconds=60")
        scenario.then("OK")
    }

    @Test("A package with less than a minute left is no part of an exchange") func restOfMinute() {
        let scenario = pair(packages: "buckets=voice:out:59:priority=5,voice:out:120")
        scenario.when("TRANSFER.TERMS \(me)")
        scenario.then("OK exchangeable_seconds=120")
        scenario.given("BUCKET.EXCHANGE \(me) seconds=120")
        #expect(left(scenario, me) == ["exchange 41943040"])
        #expect(left(scenario, me, kind: "voice") == ["plan 59", "plan 0"])
    }

    @Test("Data that was exchanged is not given away") func exchangedIsNotGiven() {
        let scenario = pair(packages: "voice_seconds=6000")
        scenario.given("BUCKET.EXCHANGE \(me) seconds=6000")
        give(scenario, 1)
        scenario.then("ERR insufficient_funds")
    }

    @Test("The same id gives and exchanges once") func repeated() {
        let scenario = pair()
        give(scenario, 1, id: "g1")
        give(scenario, 1, id: "g1")
        scenario.then("OK repeated=1 valid_to=2019-01-22T00:00:00Z")
        scenario.given("BUCKET.EXCHANGE \(me) seconds=60 id=e1")
        scenario.when("BUCKET.EXCHANGE \(me) seconds=60 id=e1")
        scenario.then("OK repeated=1 bytes=20971520")
        #expect(left(scenario, me, kind: "voice") == ["plan 5940"])
        #expect(left(scenario, friend) == ["gift " + gigabytes(1)])
    }

    @Test("Usage that comes late draws on the gift that was there then") func lateUsage() {
        let scenario = pair()
        give(scenario, 1)
        scenario.at("2019-01-25T00:00:00Z")
        scenario.when("USAGE \(friend) kind=data start=2019-01-20T00:00:00Z bytes=1000 source=s n=1")
        scenario.then("OK amount=0.00")
        scenario.when("USAGE \(friend) kind=data start=2019-01-24T00:00:00Z bytes=1048576 source=s n=2")
        scenario.then("OK amount=1.00")
        scenario.thenReplayIsLive()
    }
}
