import Accounts
import AccountsKit
import Testing

@Suite struct SubscriptionTests {
    @Test func anActivatedNumberHasItsTariffAndNoMoney() {
        let cabinet = Scenario()
        cabinet.when(
            "SUBSCRIBER.ACTIVATE +79001234567 iccid=89701200000000000000 imsi=250200000000001 region=msk tariff=free"
                + " pin=0000 puk=12345678", as: "network")
        cabinet.then("OK msisdn=79001234567 tariff=free")
        cabinet.then("79001234567", balance: "0.00", tariff: "free", status: .active, options: [])
    }

    @Test(arguments: [
        ("iccid=123", "invalid_iccid"), ("imsi=abc", "invalid_imsi"), ("pin=1", "invalid_pin"),
        ("puk=1", "invalid_puk"),
        ("region=nowhere", "not_found"), ("tariff=none", "not_found"), ("tariff=office", "not_available"),
        ("region=ekb tariff=online", "not_available"), ("org=77", "not_found"),
    ])
    func anActivationWithABadValueIsRefusedByItsName(change: String, code: String) {
        let cabinet = Scenario()
        var values = [
            "iccid": "89701200000000000000", "imsi": "250200000000001", "region": "msk", "tariff": "free",
            "pin": "0000",
            "puk": "12345678",
        ]
        for pair in change.split(separator: " ") {
            let parts = pair.split(separator: "=")
            values[String(parts[0])] = String(parts[1])
        }
        let last = change.split(separator: " ").last?.split(separator: "=").first ?? ""

        cabinet.when("SUBSCRIBER.ACTIVATE 79001234567 " + values.map { "\($0)=\($1)" }.joined(separator: " "))

        cabinet.then("ERR \(code) field=\(last)")
    }

    @Test func aNumberOutsideTheOperatorsRangesIsRefused() {
        let cabinet = Scenario()
        cabinet.when(
            "SUBSCRIBER.ACTIVATE 380441234567 iccid=89701200000000000000 imsi=250200000000001 region=msk tariff=free"
                + " pin=0000 puk=12345678")
        cabinet.then("ERR not_available field=msisdn")
    }

    @Test func aFeeWaitsForTheTopUpThatCoversItWhole() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", tariff: "talk")
        cabinet.then("79001234567", status: .unpaid)

        cabinet.when("TOPUP 79001234567 59.99 ref=a-1")
        cabinet.then("OK balance=59.99")
        cabinet.then("79001234567", balance: "59.99", status: .unpaid)

        cabinet.when("TOPUP 79001234567 0.01 ref=a-2")
        cabinet.then("OK charged=60.00 balance=0.00")
        cabinet.then("79001234567", balance: "0.00", status: .active)
    }

    @Test func aTariffThatCameToCostNothingIsPaidByTheNextTopUp() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", tariff: "talk")
        cabinet.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff talk name=Talk fee=0 period=30d", "CATALOG.PUBLISH 2")
        cabinet.when("TOPUP 79001234567 1 ref=a")
        cabinet.then("OK balance=1.00")
        cabinet.then("79001234567", status: .active)
    }

    @Test func aDueFeeIsTakenAtItsInstantAndAgainEveryPeriod() {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: "79001234567", tariff: "talk", balance: "130")

        cabinet.at("2018-03-31T08:59:59Z")
        cabinet.then("79001234567", balance: "70.00")

        cabinet.at("2018-03-31T09:00:00Z")
        cabinet.then(types: "fees_charged", "buckets_granted")
        cabinet.then("79001234567", balance: "10.00", status: .active)

        cabinet.at("2018-04-30T09:00:00Z")
        cabinet.then(types: "fee_unpaid")
        cabinet.then("79001234567", balance: "10.00", status: .unpaid)

        cabinet.when("TOPUP 79001234567 50 ref=late")
        cabinet.then("OK charged=60.00 balance=0.00")
    }

    @Test func afterALongStopFeesFallDueInOrderEachEffectiveWhenItWas() {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: "79001234567", tariff: "free", balance: "100")
        cabinet.given("OPTION.ON 79001234567 melody")
        cabinet.given(subscriber: "79001234568", tariff: "talk", balance: "200")

        cabinet.restart()
        cabinet.at("2018-04-05T12:00:00Z")

        // 35 days of melody at 2 a day and one talk period.
        cabinet.then("79001234567", balance: "28.00")
        cabinet.then("79001234568", balance: "80.00")
        cabinet.when("EVENTS type=fees_charged limit=100")
        let effective = cabinet.answer.rows.map { $0["effective"] ?? "" }
        #expect(effective.count == 36)
        #expect(effective == effective.sorted())
        #expect(effective.first == "2018-03-02T09:00:00Z")
        #expect(Set(cabinet.answer.rows.map { $0["recorded"] }) == ["2018-04-05T12:00:00Z"])
    }

    @Test func aMonthEndsAtMidnightOfTheRegion() {
        let cabinet = Scenario(at: "2018-03-20T09:00:00Z")
        cabinet.given(subscriber: "79001234567", tariff: "online", balance: "150")

        cabinet.when("TARIFF 79001234567")

        // Midnight of 1 April in Moscow, UTC+3.
        cabinet.then("OK tariff=online tariff_status=active period_end=2018-03-31T21:00:00Z")
    }

    @Test func anOpenPackageThatIsUsedUpIsBoughtAgain() {
        let cabinet = Scenario()
        cabinet.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 option pack10 name=P fee=7 period=open messages=10", "CATALOG.PUBLISH 2")
        cabinet.given(subscriber: "79001234567", balance: "100")
        cabinet.given("OPTION.ON 79001234567 pack10")
        let message = "USAGE 79001234567 kind=sms direction=out peer=79261234567 start=2018-03-01T09:00:00Z source=m"
        cabinet.given("\(message) messages=9 n=1")
        cabinet.when("OPTION.ON 79001234567 pack10")
        cabinet.then("ERR already_exists field=option")
        cabinet.given("\(message) messages=1 n=2")

        cabinet.when("OPTION.ON 79001234567 pack10")

        cabinet.then("OK option=pack10 charged=7.00 balance=86.00")
        cabinet.then(types: "option_activated", "buckets_granted")
        cabinet.then("79001234567", options: ["pack10"])
        cabinet.when("BUCKETS 79001234567")
        #expect(cabinet.answer.rows.map { $0["left_messages"] }.last == "10")
        cabinet.given("OPTION.OFF 79001234567 pack10")
        cabinet.then("79001234567", options: [])
        cabinet.thenReplayIsLive()
    }

    @Test func aTariffChangeTakesTheNewFeeAndAFeeIfTheLastWasLately() {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: "79001234567", tariff: "free", balance: "500")

        cabinet.when("TARIFF.CHANGE 79001234567 talk")
        cabinet.then("OK tariff=talk charged=60.00 balance=440.00")

        cabinet.at("2018-03-20T09:00:00Z")
        cabinet.when("TARIFF.CHANGE 79001234567 online")
        cabinet.then("OK tariff=online charged=250.00 balance=190.00")

        cabinet.at("2018-04-30T09:00:00Z")
        cabinet.when("TARIFF.CHANGE 79001234567 free")
        cabinet.then("OK tariff=free charged=0.00")
    }

    @Test func aChangeThatCannotBePaidChangesNothing() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "59.99")

        cabinet.when("TARIFF.CHANGE 79001234567 talk")

        cabinet.then("ERR insufficient_funds")
        cabinet.then("79001234567", balance: "59.99", tariff: "free")
    }

    @Test func theTariffThatOneHasIsRefused() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.when("TARIFF.CHANGE 79001234567 free")
        cabinet.then("ERR already_exists field=tariff")
    }

    @Test func anOptionTakesItsConnectionFeeAndItsFeeAndGoesOff() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "50")

        cabinet.when("OPTION.ON 79001234567 silence")
        cabinet.then("OK option=silence charged=30.00 balance=20.00")
        cabinet.when("OPTION.ON 79001234567 sms")
        cabinet.then("OK option=sms charged=5.00 balance=15.00")
        cabinet.then("79001234567", options: ["silence", "sms"])

        cabinet.when("OPTION.OFF 79001234567 silence")
        cabinet.then("OK option=silence")
        cabinet.then(.optionTerminated(OptionTerminated(option: 6)))
        cabinet.then("79001234567", balance: "15.00", options: ["sms"])
        cabinet.when("OPTION.OFF 79001234567 silence")
        cabinet.then("ERR not_found field=option")
    }

    @Test func optionsThatExcludeEachOtherAreRefusedWhicheverCameFirst() {
        for (first, second) in [("melody", "silence"), ("silence", "melody")] {
            let cabinet = Scenario()
            cabinet.given(subscriber: "79001234567", balance: "100")
            cabinet.given("OPTION.ON 79001234567 \(first)")
            cabinet.when("OPTION.ON 79001234567 \(second)")
            cabinet.then("ERR incompatible field=option")
        }
    }

    @Test func anOptionGoesWithItsTariffsOnlyAndHoldsTheTariffBack() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "500")
        cabinet.when("OPTION.ON 79001234567 extra")
        cabinet.then("ERR incompatible field=option")

        cabinet.given("TARIFF.CHANGE 79001234567 talk", "OPTION.ON 79001234567 extra")
        cabinet.when("TARIFF.CHANGE 79001234567 free")
        cabinet.then("ERR incompatible field=tariff")
    }

    @Test func whatIsToBeHadIsListedWithoutWhatCannotBe() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "500")
        cabinet.given("OPTION.ON 79001234567 silence")

        cabinet.when("OPTIONS 79001234567 available=1")
        #expect(cabinet.answer.rows.map { $0["option"] } == ["sms"])
        cabinet.when("OPTIONS 79001234567")
        #expect(cabinet.answer.rows.map { $0["option"] } == ["silence"])
    }

    @Test func anEndedOptionIsNotChargedWhenItsOldPeriodEnds() {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: "79001234567", balance: "100")
        cabinet.given("OPTION.ON 79001234567 melody", "OPTION.OFF 79001234567 melody")

        cabinet.at("2018-03-10T09:00:00Z")

        cabinet.then("79001234567", balance: "98.00")
    }

    // MARK: Subscriptions and bundles

    @Test("A subscription to content is none of the options, and its fee is a revenue of its own") func content() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "10")
        cabinet.when("SUBSCRIPTIONS 79001234567 available=1")
        #expect(cabinet.answer.rows.map { [$0["subscription"], $0["provider"]] } == [["stars", "Astro"]])
        cabinet.when("SUBSCRIPTION.ON 79001234567 sms")
        cabinet.then("ERR not_found field=subscription")
        cabinet.when("SUBSCRIPTION.ON 79001234567 stars")
        cabinet.then("OK subscription=stars charged=3.00 balance=7.00")
        cabinet.then(types: "option_activated")
        cabinet.when("SUBSCRIPTION.ON 79001234567 stars")
        cabinet.then("ERR already_exists field=subscription")
        cabinet.when("OPTIONS 79001234567")
        cabinet.then("OK rows=0")
        cabinet.at("2018-03-02T09:00:00Z")
        cabinet.then("79001234567", balance: "4.00")
        cabinet.when("TRIAL.BALANCE")
        #expect(cabinet.answer.rows.first { $0["account"] == "revenue:subscription_fees" }?["balance"] == "6.00")
        cabinet.when("OPTION.OFF 79001234567 stars")
        cabinet.then("ERR not_found field=option")
        cabinet.when("SUBSCRIPTION.OFF 79001234567 stars")
        cabinet.then("OK subscription=stars")
        cabinet.at("2018-03-09T09:00:00Z")
        cabinet.then("79001234567", balance: "4.00")
        cabinet.thenReplayIsLive()
    }

    @Test("A bundle is one product with what all its options give, at its own price") func bundle() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", tariff: "talk", balance: "100")
        cabinet.when("OPTION.ON 79001234567 pack")
        cabinet.then("OK option=pack charged=22.00 balance=18.00")
        cabinet.when("OPTIONS 79001234567")
        #expect(cabinet.answer.rows.map { [$0["bundle"], $0["bundled"]] } == [["pack", "extra,sms"]])
        cabinet.when("BUCKETS 79001234567")
        #expect(cabinet.answer.rows.contains { $0["offering"] == "pack" && $0["left_messages"] == "100" })
        for part in ["extra", "sms"] {
            cabinet.when("OPTION.ON 79001234567 \(part)")
            cabinet.then("ERR incompatible field=option")
        }
        cabinet.when("TARIFF.CHANGE 79001234567 free")
        cabinet.then("ERR incompatible field=tariff", "a part of it does not go with this one")
        cabinet.when("OPTION.OFF 79001234567 pack")
        cabinet.then("OK option=pack")
        cabinet.when("BUCKETS 79001234567")
        #expect(!cabinet.answer.rows.contains { $0["offering"] == "pack" })
        cabinet.thenReplayIsLive()
    }

    @Test("A bundle cannot be had beside one of its options, nor with a tariff that one does not go with")
    func bundleBesideItsPart() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", tariff: "talk", balance: "200")
        cabinet.given("OPTION.ON 79001234567 sms")
        cabinet.when("OPTION.ON 79001234567 pack")
        cabinet.then("ERR incompatible field=option")
        cabinet.given(subscriber: "79001234568", tariff: "free", balance: "200")
        cabinet.when("OPTION.ON 79001234568 pack")
        cabinet.then("ERR incompatible field=option")
    }
}
