/// Rating: given a tariff and its packages, when the network reports usage, then parts, money and remainders.

import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite("Usage") struct UsageTests {
    private let me = "79001234567"
    private let abroad = "995322000000"
    private let moscow = "74951234567"

    /// A record of the network that begins now; each has a number of its own.
    private func usage(_ words: String, n: Int, start: String = "2018-03-01T09:00:00Z") -> String {
        "USAGE \(me) \(words) start=\(start) source=msc n=\(n)"
    }

    private func subscriber(_ tariff: String, balance: String = "100") -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: tariff, balance: balance)
        return scenario
    }

    /// The same in the afternoon, when long calls that began at nine are over.
    private func subscriberLater(_ tariff: String, balance: String = "100") -> Scenario {
        let scenario = subscriber(tariff, balance: balance)
        scenario.at("2018-03-01T14:00:00Z")
        return scenario
    }

    @Test(
        "Each started minute is charged whole, and a call of no seconds costs nothing",
        arguments: [
            (0, "0.00"), (1, "1.50"), (60, "1.50"), (61, "3.00"), (120, "3.00"), (3599, "90.00"),
        ])
    func startedMinutes(seconds: Int, amount: String) {
        let scenario = subscriberLater("free")
        scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=\(seconds)", n: 1), as: "network")
        scenario.then("OK status=rated amount=\(amount)")
        scenario.thenReplayIsLive()
    }

    @Test("A record is rated once on every connection, and a record that is too old is refused")
    func once() {
        let scenario = subscriber("free")
        let line = usage("kind=sms direction=out peer=\(moscow)", n: 70_000)
        scenario.when(line, as: "network")
        scenario.then("OK amount=2.00 balance=98.00")
        scenario.when(line, as: "network")
        scenario.then("OK msisdn=\(me) source=msc n=70000 repeated=1")
        scenario.thenNothingChanged()
        scenario.when(usage("kind=sms direction=out", n: 70_000 - 65_535), as: "network")
        scenario.then("OK amount=2.00")
        scenario.when(usage("kind=sms direction=out", n: 70_000 - 65_536), as: "network")
        scenario.then("ERR too_old field=n")
        // Another source has its own numbers.
        scenario.when("USAGE \(me) kind=sms direction=out start=2018-03-01T09:00:00Z source=smsc n=1", as: "network")
        scenario.then("OK amount=2.00")
        scenario.thenReplayIsLive()
    }

    @Test("The last 65,536 numbers of a source are known exactly, in whatever order they come")
    func window() {
        var random = SplitMix64(seed: 20_180_301)
        let scenario = subscriber("free", balance: "0")
        var (seen, last): (Set<UInt64>, UInt64) = ([], 0)
        for _ in 0..<2000 {
            let n = UInt64.random(in: 0...200_000, using: &random)
            scenario.when(
                "USAGE \(me) kind=sms direction=in start=2018-03-01T09:00:00Z source=s n=\(n)", as: "network")
            if !seen.isEmpty, n + 65_536 <= last {
                scenario.then("ERR too_old")
            } else if seen.contains(n) {
                scenario.then("OK repeated=1")
            } else {
                scenario.then("OK status=rated")
                seen.insert(n)
                last = max(last, n)
            }
        }
        scenario.thenReplayIsLive()
    }

    @Test("A package covers a part of a record, and money pays the rest") func acrossTheEnd() {
        let scenario = subscriberLater("talk")
        scenario.given(usage("kind=voice direction=out peer=\(moscow) seconds=11940", n: 1), as: "network")
        scenario.when("BUCKETS \(me)")
        #expect(scenario.answer.rows.map { $0["left_seconds"] } == [nil, "60"])

        scenario.when(
            "USAGE.CHECK \(me) kind=voice direction=out peer=\(moscow) start=2018-03-01T09:00:00Z seconds=150")
        scenario.then("OK status=rated amount=2.00 rows=2")
        #expect(scenario.answer.rows.map { $0["seconds"] } == ["60", "90"])
        scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=150", n: 2), as: "network")
        scenario.then("OK amount=2.00 balance=38.00")
        scenario.when("BUCKETS \(me)")
        #expect(scenario.answer.rows.map { $0["left_seconds"] } == [nil, "0"])
        scenario.thenReplayIsLive()
    }

    @Test("The most specific price applies: a zone's before the one for everywhere, which does not apply abroad")
    func zones() {
        let scenario = subscriberLater("talk")
        scenario.given(usage("kind=voice direction=out peer=\(moscow) seconds=12000", n: 1), as: "network")
        scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=60", n: 2), as: "network")
        scenario.then("OK amount=1.00")
        scenario.when(usage("kind=voice direction=out peer=79991234567 seconds=60", n: 3), as: "network")
        scenario.then("OK amount=2.50", "with what each call costs to connect")
        scenario.when(usage("kind=voice direction=out peer=\(abroad) seconds=60", n: 4), as: "network")
        scenario.then("OK status=rejected reason=no_price")
        scenario.then(types: "usage_rejected")
    }

    @Test("On-net calls take nothing from the package for other calls") func onNet() {
        let scenario = subscriberLater("talk")
        scenario.given(subscriber: "79007654321")
        scenario.when(usage("kind=voice direction=out peer=79007654321 seconds=14400", n: 1), as: "network")
        scenario.then("OK amount=0.00 balance=40.00")
        scenario.when("BUCKETS \(me)")
        #expect(scenario.answer.rows.map { $0["unlimited"] } == ["1", nil])
        #expect(scenario.answer.rows.map { $0["left_seconds"] } == [nil, "12000"])
    }

    @Test("While the fee is unpaid base prices hold and data stops") func unpaid() {
        let scenario = subscriber("talk", balance: "0")
        scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=60", n: 1), as: "network")
        scenario.then("OK amount=3.00 balance=-3.00")
        scenario.when(usage("kind=data direction=out bytes=1", n: 2), as: "network")
        scenario.then("OK status=rejected reason=data_stopped")
        scenario.when(usage("kind=voice direction=in peer=\(moscow) seconds=60", n: 3), as: "network")
        scenario.then("OK amount=0.00", "whoever is called pays nothing")
    }

    @Test("An accumulated unit is charged when it is begun, and later records use the rest of it")
    func accumulated() {
        let scenario = subscriber("free")
        for (n, (bytes, amount)) in [(1, "1.00"), (1_048_575, "0.00"), (1, "1.00"), (2_097_152, "2.00")].enumerated() {
            scenario.when(usage("kind=data direction=out bytes=\(bytes)", n: n), as: "network")
            scenario.then("OK amount=\(amount)")
        }
        scenario.at("2018-04-01T09:00:00Z")
        scenario.when(usage("kind=data direction=out bytes=1", n: 9, start: "2018-04-01T08:00:00Z"), as: "network")
        scenario.then("OK amount=1.00", "a new month begins a new unit")
        scenario.thenReplayIsLive()
    }

    @Test("A late record is priced by the tariff, package and catalogue of its own time") func late() {
        let scenario = subscriber("talk")
        scenario.at("2018-03-05T09:00:00Z")
        scenario.given("TOPUP \(me) 1000 ref=more", "TARIFF.CHANGE \(me) online")
        scenario.at("2018-03-06T09:00:00Z")
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff talk name=Talk fee=60 period=30d rates=sms:out:9/1")
        scenario.given("CATALOG.PUBLISH 2")

        scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=60", n: 1), as: "network")
        scenario.then("OK amount=0.00", "of the package of its day")
        scenario.when(usage("kind=sms direction=out peer=\(moscow)", n: 2), as: "network")
        scenario.then("OK amount=1.00", "at the price of its day")
        scenario.when(
            usage("kind=sms direction=out peer=\(moscow)", n: 3, start: "2018-03-06T08:00:00Z"), as: "network")
        scenario.then("OK amount=0.50", "of the tariff that came after")
        scenario.at("2018-03-31T10:00:00Z")
        scenario.when(usage("kind=sms direction=out peer=\(moscow)", n: 4), as: "network")
        scenario.then("OK status=rejected reason=too_late")
        scenario.thenReplayIsLive()
    }

    @Test("A rejected record is kept with its reason and counts as seen") func rejected() {
        let scenario = subscriber("free")
        for (line, reason) in [
            (usage("kind=mms direction=out peer=\(moscow)", n: 1), "no_price"),
            (usage("kind=sms direction=out", n: 2, start: "2018-03-01T10:00:00Z"), "in_future"),
            (usage("kind=sms direction=out", n: 3, start: "2018-02-28T09:00:00Z"), "before_activation"),
            ("USAGE 79009999999 kind=sms direction=out start=2018-03-01T09:00:00Z source=msc n=4", "unknown_number"),
        ] {
            scenario.when(line, as: "network")
            scenario.then("OK status=rejected reason=\(reason)")
            scenario.then(types: "usage_rejected")
            scenario.when(line, as: "network")
            scenario.then("OK repeated=1")
        }
        scenario.then(me, balance: "100.00")
        for (words, code) in [
            ("kind=fax direction=out seconds=1", "invalid_key field=kind"),
            ("kind=voice direction=up seconds=1", "invalid_key field=direction"),
            ("kind=voice direction=out", "missing_argument field=seconds"),
            ("kind=voice direction=out seconds=1 bytes=1", "unknown_argument field=bytes"),
            ("kind=voice direction=out seconds=\(UInt64(1) << 51)", "invalid_number field=seconds"),
            ("kind=voice direction=out seconds=1 peer=\"a b\"", "invalid_msisdn field=peer"),
        ] {
            scenario.when(usage(words, n: 9), as: "network")
            scenario.then("ERR \(code)")
        }
        scenario.thenReplayIsLive()
    }

    @Test("A record whose sum exceeds the largest amount is rejected and charges nothing") func overflow() {
        let scenario = Scenario()
        publish("tariff dear name=Dear period=open rates=voice:out:9999999999999/1", in: scenario)
        scenario.given(subscriber: me, tariff: "dear")
        scenario.given(usage("kind=voice direction=out peer=\(moscow) seconds=60", n: 1), as: "network")
        let balance = scenario.answer["balance"]
        scenario.at("2018-03-02T10:00:00Z")
        for (n, seconds) in [(2, 60), (3, 86_400)] {
            scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=\(seconds)", n: n), as: "network")
            scenario.then("OK status=rejected reason=amount_overflow")
        }
        scenario.then(me, balance: balance)
        scenario.thenReplayIsLive()
    }

    @Test("The rest of a package rolls over once into the next paid period, and into the next tariff") func rollover() {
        let scenario = subscriber("online", balance: "1000")
        scenario.given(usage("kind=sms direction=out peer=\(moscow) messages=4", n: 1), as: "network")
        scenario.at("2018-04-01T09:00:00Z")
        scenario.when("BUCKETS \(me)")
        let messages = scenario.answer.rows.filter { $0["kind"] == "sms" }
        #expect(messages.map { $0["left_messages"] } == ["6", "10"])
        scenario.given("TARIFF.CHANGE \(me) free")
        scenario.when("BUCKETS \(me)")
        #expect(scenario.answer.rows.map { $0["left_messages"] } == ["10"])
        scenario.thenReplayIsLive()
    }

    @Test("A statement lists each record and charge of its period, and their sum is the money spent") func statement() {
        let scenario = subscriberLater("talk", balance: "1000")
        scenario.given(usage("kind=voice direction=out peer=\(moscow) seconds=12060", n: 1), as: "network")
        scenario.given(usage("kind=sms direction=out peer=611", n: 2), as: "network")
        scenario.given("OPTION.ON \(me) melody")
        let session = scenario.given(signedIn: me)

        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02 session=\(session)", as: "frontend")
        scenario.then("OK msisdn=\(me) came=1000.00 went=64.00 closing=936.00 rows=5")
        let rows = scenario.answer.rows
        #expect(rows.map { $0["kind"] } == ["service", "sms", "voice", "service", "payment"])
        #expect(rows.map { $0["amount"] } == ["2.00", "1.00", "1.00", "60.00", "-1000.00"])
        #expect(rows[1]["peer"] == "611" && rows[2]["peer"] == moscow)
        #expect(rows[2]["buckets"] == "1" && rows[2]["covered"] == "12000" && rows[2]["seconds"] == "12060")
        #expect(rows.map { $0["service"] } == ["option_fees", nil, nil, "tariff_fees", nil])

        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02 kind=sms", as: "operator")
        scenario.then("OK rows=1")
        scenario.when("STATEMENT \(me) from=2018-03-02 to=2018-03-03", as: "operator")
        scenario.then("OK rows=0")
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02 limit=2", as: "operator")
        scenario.then("OK rows=2")
        scenario.when(
            "STATEMENT \(me) from=2018-03-01 to=2018-03-02 limit=2 before=\(scenario.answer["next"])", as: "operator")
        scenario.then("OK opening=0.00 came=1000.00 went=61.00 closing=939.00 rows=3")
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02 kind=fax", as: "operator")
        scenario.then("ERR invalid_key field=kind")
    }

    /// Publishes items on top of the kit's catalogue.
    private func publish(_ items: String..., in scenario: Scenario) {
        scenario.given("CATALOG.DRAFT")
        for item in items { scenario.given("CATALOG.PUT 2 \(item)") }
        scenario.given("CATALOG.PUBLISH 2")
    }

    @Test("A base price replaces only prices of the same scope") func unpaidAbroad() {
        let scenario = Scenario()
        publish(
            "tariff talk name=Talk fee=60 period=30d"
                + " rates=voice:out:2/60,voice:out:30/60:scope=georgia,voice:out:3/60:unpaid", in: scenario)
        scenario.given(subscriber: me, tariff: "talk")
        scenario.when(usage("kind=voice direction=out peer=\(abroad) seconds=60", n: 1), as: "network")
        scenario.then("OK amount=30.00")
        scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=60", n: 2), as: "network")
        scenario.then("OK amount=3.00")
    }

    @Test("A package covers its part of a record even if no price exists for the rest") func partly() {
        let scenario = Scenario()
        publish("tariff bare name=Bare fee=1 period=30d buckets=data:any:60", in: scenario)
        scenario.given(subscriber: me, tariff: "bare", balance: "1")
        scenario.when(usage("kind=data direction=out bytes=100", n: 1), as: "network")
        scenario.then("OK status=rated amount=0.00")
        scenario.when(usage("kind=data direction=out bytes=100", n: 2), as: "network")
        scenario.then("OK status=rejected reason=no_price")
    }

    @Test("An option's price comes before the tariff's") func options() {
        let scenario = Scenario()
        publish("option cheap name=Cheap fee=5 period=30d rates=voice:any:0.50/60", in: scenario)
        scenario.given(subscriber: me, tariff: "free", balance: "100")
        scenario.given("OPTION.ON \(me) cheap")
        scenario.when(usage("kind=voice direction=out peer=\(moscow) seconds=60", n: 1), as: "network")
        scenario.then("OK amount=0.50")
        scenario.when(usage("kind=voice direction=out peer=\(abroad) seconds=60", n: 2), as: "network")
        scenario.then("OK amount=30.00", "which does not reach abroad")
    }

    @Test("A rest that rolled over is used once, and a price step stays a price step") func rolledOnce() {
        let scenario = subscriber("online", balance: "1000")
        scenario.given("OPTION.ON \(me) sms")
        scenario.at("2018-04-01T09:00:00Z")
        scenario.given("OPTION.OFF \(me) sms", "OPTION.ON \(me) sms")
        scenario.when(usage("kind=sms direction=out", n: 1, start: "2018-04-01T09:00:00Z"), as: "network")
        scenario.then("OK amount=0.00", "packages come before steps")
        scenario.when(usage("kind=sms direction=out messages=200", n: 2, start: "2018-03-20T09:00:00Z"), as: "network")
        scenario.then("OK amount=150.00", "of 100 that are paid and 100 at the full price")
        scenario.thenReplayIsLive()
    }

    @Test("A tariff with packages for a period but without a fee is not published") func unrenewed() {
        let scenario = Scenario()
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff gratis name=Gratis fee=0 period=month voice_seconds=60")
        scenario.when("CATALOG.PUBLISH 2")
        scenario.then("ERR invalid_catalog field=draft")
    }

    // MARK: - Properties

    private static let kinds = ["voice direction=out peer=74951234567 seconds", "data direction=out bytes"]

    @Test("Usage that is split where a unit ends costs the same", arguments: kinds, ["free", "online"])
    func split(kind: String, tariff: String) {
        let unit = kind.hasPrefix("voice") ? 60 : 1_048_576
        var random = SplitMix64(seed: 7)
        for _ in 0..<20 {
            let (whole, parts) = (subscriberLater(tariff, balance: "1000"), subscriberLater(tariff, balance: "1000"))
            let units = Int.random(in: 1...200, using: &random)
            let rest = Int.random(in: 0..<unit, using: &random)
            let cut = Int.random(in: 0...units, using: &random)
            whole.when(usage("kind=\(kind)=\(units * unit + rest)", n: 1), as: "network")
            for (n, quantity) in [cut * unit, (units - cut) * unit + rest].enumerated() {
                parts.when(usage("kind=\(kind)=\(quantity)", n: n), as: "network")
            }
            #expect(whole.look { $0.balances[1] } == parts.look { $0.balances[1] }, "\(units) \(rest) \(cut)")
        }
    }

    @Test("USAGE charges what USAGE.CHECK returned, for random records in random order")
    func properties() {
        var random = SplitMix64(seed: 11)
        for tariff in ["free", "talk", "online"] {
            let (forwards, backwards) = (
                subscriberLater(tariff, balance: "500"), subscriberLater(tariff, balance: "500")
            )
            var lines: [(check: String, report: String)] = []
            for n in 0..<60 {
                let words =
                    [
                        "kind=voice direction=out seconds=\(Int.random(in: 0...4000, using: &random))",
                        "kind=voice direction=in seconds=\(Int.random(in: 0...4000, using: &random))",
                        "kind=sms direction=out messages=\(Int.random(in: 0...4, using: &random))",
                        "kind=data direction=out bytes=\(Int.random(in: 0...40_000_000, using: &random))",
                    ].randomElement(using: &random)!
                    + (words(&random))
                lines.append(("USAGE.CHECK \(me) \(words) start=2018-03-01T09:00:00Z", usage(words, n: n)))
            }
            for (check, report) in lines {
                forwards.when(check, as: "network")
                let (said, rows) = (forwards.answer, forwards.answer.rows)
                forwards.when(report, as: "network")
                #expect(forwards.answer["status"] == said["status"] && forwards.answer["amount"] == said["amount"])
                #expect(forwards.answer["balance"] == said["balance"] && forwards.answer["reason"] == said["reason"])
                guard said["status"] == "rated", let asked = report.firstMatch(of: /(seconds|messages|bytes)=([0-9]+)/)
                else { continue }
                #expect(rows.compactMap { UInt64($0[String(asked.1)] ?? "") }.reduce(0, +) == UInt64(asked.2))
            }
            for (_, report) in lines.reversed() { backwards.when(report, as: "network") }
            for scenario in [forwards, backwards] {
                #expect(scenario.trialBalance == .zero)
                scenario.thenReplayIsLive()
            }
            // If everything has one price, the order does not matter at all.
            if tariff == "free" {
                #expect(forwards.look { $0.balances[1] } == backwards.look { $0.balances[1] })
            }
        }
    }

    @Test("A late record is priced by the options of its own time") func lateOptions() {
        let price = "CATALOG.PUT 2 option cheap name=Cheap fee=1 period=open rates=sms:out:0.10/1"
        let scenario = subscriber("free")
        scenario.given("CATALOG.DRAFT", price, "CATALOG.PUBLISH 2")
        scenario.at("2018-03-02T00:00:00Z")
        scenario.given("OPTION.ON \(me) cheap")
        scenario.at("2018-03-03T00:00:00Z")
        scenario.given("OPTION.OFF \(me) cheap")
        scenario.at("2018-03-04T00:00:00Z")
        for (n, start, amount) in [
            (1, "2018-03-01T23:59:59Z", "2.00"), (2, "2018-03-02T00:00:00Z", "0.10"),
            (3, "2018-03-02T23:59:59Z", "0.10"), (4, "2018-03-03T00:00:00Z", "2.00"),
        ] {
            scenario.when(usage("kind=sms direction=out", n: n, start: start), as: "network")
            scenario.then("OK amount=\(amount)", start)
        }
        scenario.thenReplayIsLive()
    }

    @Test("The same one of two options with a price applies, however late the record comes") func lateTie() {
        let scenario = subscriber("free")
        scenario.given("CATALOG.DRAFT")
        for (key, price) in [("dear", "0.50"), ("cheap", "0.10")] {
            scenario.given("CATALOG.PUT 2 option \(key) name=X fee=1 period=open rates=sms:out:\(price)/1")
        }
        scenario.given("CATALOG.PUBLISH 2", "OPTION.ON \(me) cheap", "OPTION.ON \(me) dear")
        scenario.when(usage("kind=sms direction=out", n: 1), as: "network")
        scenario.then("OK amount=0.50")
        scenario.at("2018-03-02T00:00:00Z")
        scenario.given("OPTION.OFF \(me) cheap")
        scenario.when(usage("kind=sms direction=out", n: 2), as: "network")
        scenario.then("OK amount=0.50")
    }

    @Test("An option's price does not apply to the time in which its fee was unpaid, however late the record comes")
    func lateUnpaidOption() {
        let price = "CATALOG.PUT 2 option cheap name=Cheap fee=10 period=1d rates=sms:out:0.10/1"
        let scenario = subscriber("free", balance: "10")
        scenario.given("CATALOG.DRAFT", price, "CATALOG.PUBLISH 2", "OPTION.ON \(me) cheap")
        scenario.at("2018-03-03T09:00:00Z")
        scenario.given("TOPUP \(me) 50 ref=later")
        for (n, start, amount) in [
            (1, "2018-03-02T08:00:00Z", "0.10"), (2, "2018-03-02T10:00:00Z", "2.00"),
            (3, "2018-03-03T09:00:00Z", "0.10"),
        ] {
            scenario.when(usage("kind=sms direction=out", n: n, start: start), as: "network")
            scenario.then("OK amount=\(amount)", start)
        }
        scenario.thenReplayIsLive()
    }

    @Test("A call after midnight belongs to the new period, even if many fees are due before its own") func behind() {
        let scenario = Scenario()
        for number in ["79001230001", "79001230002", "79001230003", "79001230004", me] {
            scenario.given(subscriber: number, tariff: "talk", balance: "120")
        }
        scenario.at("2018-03-01T14:00:00Z")
        scenario.given(usage("kind=voice direction=out peer=74951234567 seconds=12000", n: 1), as: "network")
        scenario.dueLimit = 1
        scenario.at("2018-03-31T09:00:00Z")
        scenario.when(
            usage("kind=voice direction=out peer=74951234567 seconds=60", n: 2, start: "2018-03-31T09:00:00Z"),
            as: "network")
        scenario.then("OK status=rated amount=0.00 balance=0.00")
        scenario.then(types: "fees_charged", "buckets_granted", "fees_charged", "buckets_granted", "usage_rated")
        scenario.then("79001230004", balance: "60.00")
        scenario.dueLimit = nil
        scenario.at("2018-03-31T09:00:01Z")
        scenario.then("79001230004", balance: "0.00")
        scenario.then(me, balance: "0.00")
        scenario.thenReplayIsLive()
    }

    @Test("EXPENSES sums a month of the region by kind, and the total is what ACCOUNT returns") func expenses() {
        let scenario = subscriberLater("talk", balance: "500")
        scenario.given(usage("kind=voice direction=out peer=\(moscow) seconds=12060", n: 1), as: "network")
        scenario.given(usage("kind=sms direction=out peer=\(moscow) messages=2", n: 2), as: "network")
        scenario.given(usage("kind=voice direction=in peer=\(moscow) seconds=90", n: 3), as: "network")
        scenario.given("OPTION.ON \(me) extra")
        scenario.when("EXPENSES \(me)", as: "operator")
        let march = scenario.answer.rows
        #expect(march.map { $0["kind"] } == ["tariff_fees", "option_fees", "voice", "sms"])
        #expect(march.map { $0["records"] } == ["1", "1", "2", "1"])
        #expect(march[2]["seconds"] == "12150")
        let total = scenario.answer["total"]
        scenario.when("ACCOUNT \(me)")
        #expect(scenario.answer["spent_this_month"] == total)
        // Midnight in Moscow is three hours earlier.
        scenario.at("2018-03-31T21:00:00Z")
        scenario.when("EXPENSES \(me)", as: "operator")
        #expect(scenario.answer["month"] == "2018-04")
        scenario.when("EXPENSES \(me) month=2018-03", as: "operator")
        #expect(scenario.answer.rows.count == 4, "fees of the 31st are March's, in Moscow")
        scenario.when("EXPENSES \(me) month=2018-3", as: "operator")
        scenario.then("ERR invalid_time field=month")
    }

    @Test("USAGE.SOURCES lists the last record of each source and how many records are missing") func sources() {
        let scenario = subscriber("free")
        for n in [1, 2, 5] { scenario.given(usage("kind=sms direction=out", n: n), as: "network") }
        scenario.given(
            "USAGE \(me) kind=sms direction=out start=2018-03-01T09:00:00Z source=smsc n=100000", as: "network")
        scenario.when("USAGE.SOURCES", as: "network")
        #expect(
            scenario.answer.rows == [
                ["source": "msc", "last": "5", "missing": "2"],
                ["source": "smsc", "last": "100000", "missing": "65535"],
            ])
        scenario.when("USAGE.SOURCES source=pcrf", as: "network")
        scenario.then("OK rows=0")
    }

    private func words(_ random: inout SplitMix64) -> String {
        ["", " peer=74951234567", " peer=79991234567"].randomElement(using: &random)!
    }

    @Test("A new catalogue does not change records that are rated") func oldPrices() {
        let scenario = subscriber("free")
        scenario.given(usage("kind=sms direction=out", n: 1), as: "network")
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff free name=Free period=open rates=sms:out:7/1")
        scenario.given("CATALOG.PUBLISH 2")
        scenario.then(me, balance: "98.00")
        scenario.thenReplayIsLive()
        scenario.at("2018-03-01T09:00:01Z")
        scenario.when(usage("kind=sms direction=out", n: 2, start: "2018-03-01T09:00:01Z"), as: "network")
        scenario.then("OK amount=7.00")
    }
}
