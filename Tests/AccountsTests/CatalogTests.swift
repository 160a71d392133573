import Accounts
import AccountsKit
import Testing

@Suite struct CatalogTests {
    @Test func nothingOfADraftIsForSaleBeforeItIsPublished() {
        let cabinet = Scenario()
        cabinet.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff new name=New period=open fee=1")
        cabinet.when("TARIFFS")
        #expect(!cabinet.answer.rows.contains { $0["tariff"] == "new" })

        cabinet.when("CATALOG.PUBLISH 2")
        cabinet.then("OK version=2")
        cabinet.then(.catalogPublished(CatalogPublished(draft: 2, version: 2)))
        cabinet.when("TARIFFS")
        #expect(cabinet.answer.rows.contains { $0["tariff"] == "new" })
    }

    @Test func aDraftOfAnOlderCatalogueIsAConflict() {
        let cabinet = Scenario()
        cabinet.given("CATALOG.DRAFT", "CATALOG.DRAFT", "CATALOG.PUBLISH 2")
        cabinet.when("CATALOG.PUBLISH 3")
        cabinet.then("ERR conflict field=draft")
    }

    @Test(arguments: [
        ("tariff bad name=Bad period=open regions=nowhere", "invalid_catalog"),
        ("option bad name=Bad period=open tariffs=none", "invalid_catalog"),
        ("option bad name=Bad period=open excludes=none", "invalid_catalog"),
    ])
    func aDraftThatNamesWhatItDoesNotHaveIsNotPublished(put: String, code: String) {
        let cabinet = Scenario()
        cabinet.given("CATALOG.DRAFT", "CATALOG.PUT 2 \(put)")
        cabinet.when("CATALOG.PUBLISH 2")
        cabinet.then("ERR \(code) field=draft")
    }

    @Test(arguments: [
        ("tariff x name=X period=5w", "invalid_text", "period"), ("tariff x name=X fee=-1", "invalid_amount", "fee"),
        ("tariff x name=X digits=3", "unknown_argument", "digits"), ("thing x name=X", "invalid_key", "kind"),
        ("region x name=X offsets=180@2014-10-26", "invalid_time", "offsets"),
        ("region x name=X offsets=180,240@2014-10-26,180@2011-01-01", "invalid_time", "offsets"),
        ("region x name=X", "missing_argument", "offsets"), ("range 7a digits=11", "invalid_key", "key"),
        ("tariff x name=X rates=voice:out:1", "invalid_text", "rates"),
        ("option silence name=X fee=1 tariffs=free retired=2", "invalid_number", "retired"),
        ("tariff silence name=X", "conflict", "key"), ("tariff X name=X", "invalid_key", "key"),
    ])
    func anItemWithAMistakeIsRefusedByItsField(put: String, code: String, field: String) {
        let cabinet = Scenario()
        cabinet.given("CATALOG.DRAFT")
        cabinet.when("CATALOG.PUT 2 \(put)")
        cabinet.then("ERR \(code) field=\(field)")
    }

    @Test func aNewPriceHoldsForNewFeesAndOldOnesStayAsTheyWere() {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: "79001234567", tariff: "talk", balance: "200")
        cabinet.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 tariff talk name=Talk fee=70 period=30d", "CATALOG.PUBLISH 2")
        cabinet.then("79001234567", balance: "140.00")
        cabinet.at("2018-03-31T09:00:00Z")
        cabinet.then("79001234567", balance: "70.00")
        cabinet.thenReplayIsLive()
    }

    @Test func aRetiredTariffIsKeptByWhoHasItAndTakenByNobody() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", tariff: "talk", balance: "200")
        cabinet.given(subscriber: "79001234568", balance: "200")
        cabinet.when("CATALOG.RETIRE talk")
        cabinet.then("OK offering=talk version=2")
        cabinet.when("TARIFF.CHANGE 79001234568 talk")
        cabinet.then("ERR not_available field=tariff")
        cabinet.at("2018-03-31T09:00:00Z")
        cabinet.then("79001234567", balance: "80.00", tariff: "talk")
    }

    @Test(arguments: [("2014-10-25T23:59:59Z", 240), ("2014-10-26T00:00:00Z", 180)])
    func aRegionsOffsetIsThatOfTheTime(time: String, minutes: Int) throws {
        let instant = try #require(Instant(rfc3339: time.utf8))
        let found = Scenario().look { $0.catalog.offsetMinutes(region: "msk", at: instant) }
        #expect(found == minutes)
    }
}
