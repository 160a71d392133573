import Accounts
import ScenarioKit
import Testing

@Suite struct SubscriptionTests {
    @Test func anActivatedNumberHasItsTariffAndNoMoney() {
        let scenario = Scenario()
        scenario.when(
            "SUBSCRIBER.ACTIVATE +79001234567 iccid=89701200000000000000 imsi=250200000000001 region=msk tariff=free"
                + " pin=0000 puk=12345678", as: "network")
        scenario.then("OK msisdn=79001234567 tariff=free")
        scenario.then("79001234567", balance: "0.00", tariff: "free", status: .active, options: [])
    }

    @Test(
        "An activation with a wrong value is refused, and the reply names the argument",
        arguments: [
            ("iccid=123", "invalid_iccid"), ("imsi=abc", "invalid_imsi"), ("pin=1", "invalid_pin"),
            ("puk=1", "invalid_puk"),
            ("region=nowhere", "not_found"), ("tariff=none", "not_found"), ("tariff=office", "not_available"),
            ("region=ekb tariff=online", "not_available"), ("org=77", "not_found"),
        ])
    func anActivationWithABadValueIsRefusedByItsName(change: String, code: String) {
        let scenario = Scenario()
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

        scenario.when("SUBSCRIBER.ACTIVATE 79001234567 " + values.map { "\($0)=\($1)" }.joined(separator: " "))

        scenario.then("ERR \(code) field=\(last)")
    }

    @Test func aNumberOutsideTheOperatorsRangesIsRefused() {
        let scenario = Scenario()
        scenario.when(
            "SUBSCRIBER.ACTIVATE 380441234567 iccid=89701200000000000000 imsi=250200000000001 region=msk tariff=free"
                + " pin=0000 puk=12345678")
        scenario.then("ERR not_available field=msisdn")
    }

    @Test("An unpaid fee is charged by the top-up that covers all of it") func aFeeWaitsForTheTopUpThatCoversItWhole() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", tariff: "talk")
        scenario.then("79001234567", status: .unpaid)

        scenario.when("TOPUP 79001234567 59.99 ref=a-1")
        scenario.then("OK balance=59.99")
        scenario.then("79001234567", balance: "59.99", status: .unpaid)

        scenario.when("TOPUP 79001234567 0.01 ref=a-2")
        scenario.then("OK charged=60.00 balance=0.00")
        scenario.then("79001234567", balance: "0.00", status: .active)
    }

    @Test("An unpaid tariff that became free is paid by the next top-up")
    func aTariffThatCameToCostNothingIsPaidByTheNextTopUp() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", tariff: "talk")
        scenario.given("CATALOG.DRAFT", "CATALOG.PUT 2 tariff talk name=Talk fee=0 period=30d", "CATALOG.PUBLISH 2")
        scenario.when("TOPUP 79001234567 1 ref=a")
        scenario.then("OK balance=1.00")
        scenario.then("79001234567", status: .active)
    }

    @Test("A due fee is charged on time and again every period") func aDueFeeIsTakenAtItsInstantAndAgainEveryPeriod() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "talk", balance: "130")

        scenario.at("2018-03-31T08:59:59Z")
        scenario.then("79001234567", balance: "70.00")

        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(types: "fees_charged", "buckets_granted")
        scenario.then("79001234567", balance: "10.00", status: .active)

        scenario.at("2018-04-30T09:00:00Z")
        scenario.then(types: "fee_unpaid", "data_stopped")
        scenario.then("79001234567", balance: "10.00", status: .unpaid)

        scenario.when("TOPUP 79001234567 50 ref=late")
        scenario.then("OK charged=60.00 balance=0.00")
    }

    @Test("After a long stop fees are charged in order, each effective at its due time")
    func afterALongStopFeesFallDueInOrderEachEffectiveWhenItWas() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "free", balance: "100")
        scenario.given("OPTION.ON 79001234567 melody")
        scenario.given(subscriber: "79001234568", tariff: "talk", balance: "200")

        scenario.restart()
        scenario.at("2018-04-05T12:00:00Z")

        // 35 days of melody at 2 a day and one talk period.
        scenario.then("79001234567", balance: "28.00")
        scenario.then("79001234568", balance: "80.00")
        scenario.when("EVENTS type=fees_charged limit=100")
        let effective = scenario.answer.rows.map { $0["effective"] ?? "" }
        #expect(effective.count == 36)
        #expect(effective == effective.sorted())
        #expect(effective.first == "2018-03-02T09:00:00Z")
        #expect(Set(scenario.answer.rows.map { $0["recorded"] }) == ["2018-04-05T12:00:00Z"])
    }

    @Test func aMonthEndsAtMidnightOfTheRegion() {
        let scenario = Scenario(at: "2018-03-20T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "online", balance: "150")

        scenario.when("TARIFF 79001234567")

        // Midnight of 1 April in Moscow, UTC+3.
        scenario.then("OK tariff=online tariff_status=active period_end=2018-03-31T21:00:00Z")
    }

    @Test func anOpenPackageThatIsUsedUpIsBoughtAgain() {
        let scenario = Scenario()
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 option pack10 name=P fee=7 period=open messages=10", "CATALOG.PUBLISH 2")
        scenario.given(subscriber: "79001234567", balance: "100")
        scenario.given("OPTION.ON 79001234567 pack10")
        let message = "USAGE 79001234567 kind=sms direction=out peer=79261234567 start=2018-03-01T09:00:00Z source=m"
        scenario.given("\(message) messages=9 n=1")
        scenario.when("OPTION.ON 79001234567 pack10")
        scenario.then("ERR already_exists field=option")
        scenario.given("\(message) messages=1 n=2")

        scenario.when("OPTION.ON 79001234567 pack10")

        scenario.then("OK option=pack10 charged=7.00 balance=86.00")
        scenario.then(types: "option_activated", "buckets_granted")
        scenario.then("79001234567", options: ["pack10"])
        scenario.when("BUCKETS 79001234567")
        #expect(scenario.answer.rows.map { $0["left_messages"] }.last == "10")
        scenario.given("OPTION.OFF 79001234567 pack10")
        scenario.then("79001234567", options: [])
        scenario.thenReplayIsLive()
    }

    @Test("A tariff change charges the new fee, and a change fee if the last change was recent")
    func aTariffChangeTakesTheNewFeeAndAFeeIfTheLastWasLately() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "free", balance: "500")

        scenario.when("TARIFF.CHANGE 79001234567 talk")
        scenario.then("OK tariff=talk charged=60.00 balance=440.00")

        scenario.at("2018-03-20T09:00:00Z")
        scenario.when("TARIFF.CHANGE 79001234567 online")
        scenario.then("OK tariff=online charged=250.00 balance=190.00")

        scenario.at("2018-04-30T09:00:00Z")
        scenario.when("TARIFF.CHANGE 79001234567 free")
        scenario.then("OK tariff=free charged=0.00")
    }

    @Test func aChangeThatCannotBePaidChangesNothing() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "59.99")

        scenario.when("TARIFF.CHANGE 79001234567 talk")

        scenario.then("ERR insufficient_funds")
        scenario.then("79001234567", balance: "59.99", tariff: "free")
    }

    @Test("A change to the present tariff is refused") func theTariffThatOneHasIsRefused() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.when("TARIFF.CHANGE 79001234567 free")
        scenario.then("ERR already_exists field=tariff")
    }

    @Test("An option charges its connection fee and its fee, and can be switched off")
    func anOptionTakesItsConnectionFeeAndItsFeeAndGoesOff() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "50")

        scenario.when("OPTION.ON 79001234567 silence")
        scenario.then("OK option=silence charged=30.00 balance=20.00")
        scenario.when("OPTION.ON 79001234567 sms")
        scenario.then("OK option=sms charged=5.00 balance=15.00")
        scenario.then("79001234567", options: ["silence", "sms"])

        scenario.when("OPTION.OFF 79001234567 silence")
        scenario.then("OK option=silence")
        scenario.then(.optionTerminated(OptionTerminated(option: 6)))
        scenario.then("79001234567", balance: "15.00", options: ["sms"])
        scenario.when("OPTION.OFF 79001234567 silence")
        scenario.then("ERR not_found field=option")
    }

    @Test("Options that exclude each other are refused in either order")
    func optionsThatExcludeEachOtherAreRefusedWhicheverCameFirst() {
        for (first, second) in [("melody", "silence"), ("silence", "melody")] {
            let scenario = Scenario()
            scenario.given(subscriber: "79001234567", balance: "100")
            scenario.given("OPTION.ON 79001234567 \(first)")
            scenario.when("OPTION.ON 79001234567 \(second)")
            scenario.then("ERR incompatible field=option")
        }
    }

    @Test("An option needs one of its tariffs, and prevents a change to another tariff")
    func anOptionGoesWithItsTariffsOnlyAndHoldsTheTariffBack() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "500")
        scenario.when("OPTION.ON 79001234567 extra")
        scenario.then("ERR incompatible field=option")

        scenario.given("TARIFF.CHANGE 79001234567 talk", "OPTION.ON 79001234567 extra")
        scenario.when("TARIFF.CHANGE 79001234567 free")
        scenario.then("ERR incompatible field=tariff")
    }

    @Test("OPTIONS available=1 lists only options that the subscriber may have")
    func whatIsToBeHadIsListedWithoutWhatCannotBe() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "500")
        scenario.given("OPTION.ON 79001234567 silence")

        scenario.when("OPTIONS 79001234567 available=1")
        #expect(scenario.answer.rows.map { $0["option"] } == ["sms"])
        scenario.when("OPTIONS 79001234567")
        #expect(scenario.answer.rows.map { $0["option"] } == ["silence"])
    }

    @Test func anEndedOptionIsNotChargedWhenItsOldPeriodEnds() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", balance: "100")
        scenario.given("OPTION.ON 79001234567 melody", "OPTION.OFF 79001234567 melody")

        scenario.at("2018-03-10T09:00:00Z")

        scenario.then("79001234567", balance: "98.00")
    }

    // MARK: Subscriptions and bundles

    @Test("A subscription to content is not listed as an option, and its fee has a ledger account of its own")
    func content() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "10")
        scenario.given("CONTENT.BAN 79001234567 off")
        scenario.when("SUBSCRIPTIONS 79001234567 available=1")
        #expect(scenario.answer.rows.map { [$0["subscription"], $0["provider"]] } == [["stars", "Astro"]])
        scenario.when("SUBSCRIPTION.ON 79001234567 sms")
        scenario.then("ERR not_found field=subscription")
        scenario.when("SUBSCRIPTION.ON 79001234567 stars")
        scenario.then("OK subscription=stars amount=3.00")
        scenario.then(types: "challenge_issued")
        let challenge = scenario.answer["challenge"]
        scenario.when("CONFIRM \(challenge) \(scenario.code("79001234567"))")
        scenario.then("OK subscription=stars charged=3.00 balance=7.00")
        scenario.then(types: "option_activated", "purchase_confirmed")
        scenario.when("SUBSCRIPTION.ON 79001234567 stars")
        scenario.then("ERR already_exists field=subscription")
        scenario.when("OPTIONS 79001234567")
        scenario.then("OK rows=0")
        scenario.at("2018-03-02T09:00:00Z")
        scenario.then("79001234567", balance: "4.00")
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "revenue:subscription_fees" }?["balance"] == "6.00")
        scenario.when("OPTION.OFF 79001234567 stars")
        scenario.then("ERR not_found field=option")
        scenario.when("SUBSCRIPTION.OFF 79001234567 stars")
        scenario.then("OK subscription=stars")
        scenario.at("2018-03-09T09:00:00Z")
        scenario.then("79001234567", balance: "4.00")
        scenario.thenReplayIsLive()
    }

    @Test("A bundle is one product with the packages of all its options, at its own price") func bundle() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", tariff: "talk", balance: "100")
        scenario.when("OPTION.ON 79001234567 pack")
        scenario.then("OK option=pack charged=22.00 balance=18.00")
        scenario.when("OPTIONS 79001234567")
        #expect(scenario.answer.rows.map { [$0["bundle"], $0["bundled"]] } == [["pack", "extra,sms"]])
        scenario.when("BUCKETS 79001234567")
        #expect(scenario.answer.rows.contains { $0["offering"] == "pack" && $0["left_messages"] == "100" })
        for part in ["extra", "sms"] {
            scenario.when("OPTION.ON 79001234567 \(part)")
            scenario.then("ERR incompatible field=option")
        }
        scenario.when("TARIFF.CHANGE 79001234567 free")
        scenario.then("ERR incompatible field=tariff", "a part of it does not go with this one")
        scenario.when("OPTION.OFF 79001234567 pack")
        scenario.then("OK option=pack")
        scenario.when("BUCKETS 79001234567")
        #expect(!scenario.answer.rows.contains { $0["offering"] == "pack" })
        scenario.thenReplayIsLive()
    }

    @Test("A bundle is refused beside one of its options, and with a tariff that one of them does not allow")
    func bundleBesideItsPart() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", tariff: "talk", balance: "200")
        scenario.given("OPTION.ON 79001234567 sms")
        scenario.when("OPTION.ON 79001234567 pack")
        scenario.then("ERR incompatible field=option")
        scenario.given(subscriber: "79001234568", tariff: "free", balance: "200")
        scenario.when("OPTION.ON 79001234568 pack")
        scenario.then("ERR incompatible field=option")
    }
}
