import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite struct CatalogTests {
    @Test("The offerings of a draft are not on sale before it is published")
    func nothingOfADraftIsForSaleBeforeItIsPublished() {
        let scenario = Scenario()
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff new name=New period=open fee=1")
        scenario.when("TARIFFS")
        #expect(!scenario.answer.rows.contains { $0["tariff"] == "new" })

        scenario.when("CATALOG.PUBLISH 2")
        scenario.then("OK version=2")
        scenario.then(.catalogPublished(CatalogPublished(draft: 2, version: 2)))
        scenario.when("TARIFFS")
        #expect(scenario.answer.rows.contains { $0["tariff"] == "new" })
    }

    @Test func aDraftOfAnOlderCatalogueIsAConflict() {
        let scenario = Scenario()
        scenario.given("CATALOG.DRAFT", "CATALOG.DRAFT", "CATALOG.PUBLISH 2")
        scenario.when("CATALOG.PUBLISH 3")
        scenario.then("ERR conflict field=draft")
    }

    @Test(
        "A draft that refers to a missing key is not published",
        arguments: [
            ("tariff bad name=Bad period=open regions=nowhere", "invalid_catalog"),
            ("option bad name=Bad period=open tariffs=none", "invalid_catalog"),
            ("option bad name=Bad period=open excludes=none", "invalid_catalog"),
        ])
    func aDraftThatNamesWhatItDoesNotHaveIsNotPublished(put: String, code: String) {
        let scenario = Scenario()
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 \(put)")
        scenario.when("CATALOG.PUBLISH 2")
        scenario.then("ERR \(code) field=draft")
    }

    @Test(
        "A wrong item is refused, and the reply names its field",
        arguments: [
            ("tariff x name=X period=5w", "invalid_text", "period"),
            ("tariff x name=X fee=-1", "invalid_amount", "fee"),
            ("tariff x name=X digits=3", "unknown_argument", "digits"), ("thing x name=X", "invalid_key", "kind"),
            ("region x name=X offsets=180@2014-10-26", "invalid_time", "offsets"),
            ("region x name=X offsets=180,240@2014-10-26,180@2011-01-01", "invalid_time", "offsets"),
            ("region x name=X", "missing_argument", "offsets"), ("range 7a digits=11", "invalid_key", "key"),
            ("tariff x name=X rates=voice:out:1", "invalid_text", "rates"),
            ("option silence name=X fee=1 tariffs=free retired=2", "invalid_number", "retired"),
            ("bundle x name=X options=sms", "invalid_key", "options"),
            ("bundle x name=X options=sms,sms", "invalid_key", "options"),
            ("subscription x name=X", "missing_argument", "provider"),
            ("option x name=X provider=Y", "unknown_argument", "provider"),
            ("option x name=X valid_from=2018-02-01 valid_to=2018-02-01", "invalid_time", "valid_to"),
            ("tariff silence name=X", "conflict", "key"), ("tariff X name=X", "invalid_key", "key"),
        ])
    func anItemWithAMistakeIsRefusedByItsField(put: String, code: String, field: String) {
        let scenario = Scenario()
        scenario.given("CATALOG.DRAFT")
        scenario.when("CATALOG.PUT 2 \(put)")
        scenario.then("ERR \(code) field=\(field)")
    }

    @Test("A new price applies to new fees, and old fees stay unchanged")
    func aNewPriceHoldsForNewFeesAndOldOnesStayAsTheyWere() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "talk", balance: "200")
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 tariff talk name=Talk fee=70 period=30d", "CATALOG.PUBLISH 2")
        scenario.then("79001234567", balance: "140.00")
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then("79001234567", balance: "70.00")
        scenario.thenReplayIsLive()
    }

    @Test("Subscribers keep a retired tariff, and nobody can change to it")
    func aRetiredTariffIsKeptByWhoHasItAndTakenByNobody() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", tariff: "talk", balance: "200")
        scenario.given(subscriber: "79001234568", balance: "200")
        scenario.when("CATALOG.RETIRE talk")
        scenario.then("OK offering=talk version=2")
        scenario.when("TARIFF.CHANGE 79001234568 talk")
        scenario.then("ERR not_available field=tariff")
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then("79001234567", balance: "80.00", tariff: "talk")
    }

    @Test(
        "A region's offset depends on the time",
        arguments: [("2014-10-25T23:59:59Z", 240), ("2014-10-26T00:00:00Z", 180)])
    func aRegionsOffsetIsThatOfTheTime(time: String, minutes: Int) throws {
        let instant = try #require(Instant(rfc3339: time.utf8))
        let found = Scenario().look { $0.catalog.clock("msk").offsetMinutes(at: instant) }
        #expect(found == minutes)
    }

    @Test("An offering before or after its sale is refused, and subscribers who have it keep it") func lifecycle() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "100")
        scenario.given(
            "CATALOG.DRAFT",
            "CATALOG.PUT 2 option spring name=Spring fee=1 period=30d valid_from=2018-04-01 valid_to=2018-05-01",
            "CATALOG.PUBLISH 2")
        func lifecycle() -> String? {
            scenario.when("CATALOG")
            return scenario.answer.rows.first { $0["option"] == "spring" }?["lifecycle"]
        }
        #expect(lifecycle() == "planned")
        scenario.when("OPTION.ON 79001234567 spring")
        scenario.then("ERR not_available field=option")
        scenario.at("2018-04-01T00:00:00Z")
        #expect(lifecycle() == "active")
        scenario.when("OPTION.ON 79001234567 spring")
        scenario.then("OK charged=1.00")
        scenario.at("2018-05-01T00:00:00Z")
        #expect(lifecycle() == "retired")
        scenario.given(subscriber: "79001234568", balance: "100")
        scenario.when("OPTION.ON 79001234568 spring")
        scenario.then("ERR not_available field=option")
        scenario.when("OPTIONS 79001234567")
        #expect(scenario.answer.rows.map { $0["status"] } == ["active"], "its second period is paid")
        scenario.thenReplayIsLive()
    }

    @Test("CATALOG returns the version and since when it is valid, also for a time in the past") func versions() {
        let scenario = Scenario()
        scenario.when("CATALOG")
        scenario.then("OK version=1 valid_from=2018-03-01T09:00:00Z")
        scenario.at("2018-03-02T00:00:00Z")
        scenario.given("CATALOG.RETIRE free")
        scenario.when("CATALOG")
        scenario.then("OK version=2 valid_from=2018-03-02T00:00:00Z")
        scenario.thenReplayIsLive()
    }

    @Test(
        "A bundle is refused if its options cannot be combined, or if it has no fee to renew their packages",
        arguments: [
            ("bundle b name=B fee=1 period=30d options=melody,none", "invalid_catalog"),
            ("bundle b name=B fee=1 period=30d options=melody,stars", "invalid_catalog"),
            ("bundle b name=B fee=1 period=30d options=melody,pack", "invalid_catalog"),
            ("bundle b name=B fee=1 period=30d options=melody,silence", "invalid_catalog"),
            ("bundle b name=B fee=0 period=30d options=extra,sms", "invalid_catalog"),
        ])
    func badBundles(put: String, code: String) {
        let scenario = Scenario()
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 \(put)")
        scenario.when("CATALOG.PUBLISH 2")
        scenario.then("ERR \(code) field=draft")
    }

    @Test("Each parameter of CATALOG.PUT has a place of its own, without a gap") func places() {
        let names = Dictionary(grouping: CatalogKind.all.flatMap(\.fields), by: \.number).mapValues {
            Set($0.map(\.name))
        }
        #expect(names.keys.sorted() == Array(1...names.count))
        #expect(names.values.allSatisfy { $0.count == 1 })
    }

    @Test("CATALOG shows each offering in the notation that CATALOG.PUT takes, for all kinds of packages")
    func sameAgain() {
        var random = SplitMix64(seed: 20_180_304)
        let scenario = Scenario()
        for number in 2..<40 {
            var words = ["name=X", "fee=5.00", "period=30d"]
            for field in ["voice_seconds", "data_bytes", "messages"] where random.next() % 2 == 0 {
                words.append("\(field)=\(1 + random.next() % 1000)")
            }
            let buckets = (0..<Int(random.next() % 4)).map { _ in
                let usage = ["voice", "sms", "mms", "data"][Int(random.next() % 4)]
                let direction = ["any", "in", "out"][Int(random.next() % 3)]
                let more = ["", ":scope=home", ":price=0.50", ":unit=7", ":rollover"][Int(random.next() % 5)]
                return "\(usage):\(direction):\(1 + random.next() % 1000)\(more)"
            }
            if !buckets.isEmpty { words.append("buckets=" + buckets.joined(separator: ",")) }
            func put(_ key: String, _ words: [String]) -> CatalogOfferingPut? {
                scenario.given("CATALOG.PUT \(number) option \(key) " + words.joined(separator: " "))
                guard case .catalogOfferingPut(var put)? = scenario.events.last else { return nil }
                (put.key, put.offering) = ("", 0)
                return put
            }
            scenario.given("CATALOG.DRAFT")
            let first = put("x\(number)", words)
            scenario.when("CATALOG draft=\(number)")
            let row = scenario.answer.rows.first { $0["option"] == "x\(number)" } ?? [:]
            let again = row.filter { !["option", "lifecycle"].contains($0.key) }.map { "\($0.key)=\($0.value)" }
            let second = put("y\(number)", again)
            // In the order of their use, which is separate for each usage.
            for usage in UsageType.allCases {
                func mine(_ put: CatalogOfferingPut?) -> [String] {
                    (put?.allowances ?? []).filter { $0.usage == usage }.map(\.words)
                }
                #expect(mine(first) == mine(second), "\(words)")
            }
            #expect(first?.allowances.count == second?.allowances.count)
        }
    }

    @Test("A bundle is refused if one of its options is refused") func bundleOfWhatCannotBeHad() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", tariff: "talk", balance: "200")
        scenario.given("CATALOG.RETIRE sms")
        scenario.when("OPTION.ON 79001234567 pack")
        scenario.then("ERR not_available field=option")
    }
}

extension Allowance {
    fileprivate var words: String {
        "\(usage) \(amount) \(direction) \(scope) \(priority) \(price) \(unit) \(unlimited) \(rollover)"
    }
}
