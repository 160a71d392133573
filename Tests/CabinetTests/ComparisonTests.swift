import Client
import Phrases
import Testing
import Web

@testable import Cabinet

/// Blanks that do not break are written as `_`.
private func plain(_ text: String) -> String { text.replacing("\u{a0}", with: "_") }

private func fields(_ values: KeyValuePairs<String, String>) -> Fields {
    Fields(values.map { Field(name: $0.key, value: $0.value) })
}

private let online = fields([
    "tariff": "online", "fee": "400.00", "period": "30d", "voice_seconds": "30000", "data_bytes": "12884901888",
    "messages": "50",
])
private let talk = fields([
    "tariff": "talk", "fee": "200.00", "period": "30d", "voice_seconds": "36000", "data_bytes": "2147483648",
])

@Suite struct ComparisonTests {
    private func lines(_ row: Fields, _ own: Fields?) -> [String] {
        includedLines(row, comparedWith: own, zones: [:], .ru).map {
            plain("\($0.text)|\($0.change)|\($0.isLess ? "less" : "more")")
        }
    }

    @Test func eachPackageIsComparedWithTheOwnOne() {
        // given an own tariff, when another one is compared with it, then
        #expect(
            lines(talk, online) == [
                "2_ГБ интернета|−10_ГБ|less", "600_минут|+100_минут|more", "Нет пакета сообщений|−50_сообщений|less",
            ])
    }

    @Test func equalPackagesHaveNoDifference() {
        // given a tariff with the packages of the own one, when they are compared, then
        #expect(lines(online, online).allSatisfy { $0.contains("||") })
    }

    @Test func withoutTermsOfTheOwnTariffThereIsNothingToCompareWith() {
        // given an own tariff that is no longer sold, when another one is shown, then
        #expect(lines(talk, nil) == ["2_ГБ интернета||more", "600_минут||more"])
    }

    @Test func aPackageThatNoneHasIsNotMentioned() {
        // given tariffs without packages, when they are compared, then
        #expect(lines(fields(["fee": "0.00"]), fields(["fee": "1.00"])).isEmpty)
    }

    @Test(
        arguments: [
            ("200.00", "30d", "400.00", "30d", "−200,00_₽ за 30_дней, дешевле текущего"),
            ("700.00", "month", "400.00", "month", "+300,00_₽ в месяц, дороже текущего"),
            ("0.00", "open", "400.00", "30d", "−400,00_₽ за 30_дней, дешевле текущего"),
            ("199.00", "month", "0.00", "open", "+199,00_₽ в месяц, дороже текущего"),
            ("400.00", "30d", "400.00", "30d", ""),
            ("450.00", "month", "400.00", "30d", ""),
        ])
    func feesAreComparedOverOnePeriod(fee: String, period: String, own: String, ownPeriod: String, difference: String) {
        // given two fees, when they are compared, then fees of different periods have no difference to show
        let text = feeDifference(
            fields(["fee": fee, "period": period]), comparedWith: fields(["fee": own, "period": ownPeriod]), .ru)
        #expect(plain(text) == difference)
    }

    @Test func theTermsOfATariffThatIsNoLongerSoldComeFromItsPackages() {
        // given a paid tariff that is not on sale, and its packages beside one of an option
        let tariff = fields(["tariff": "old", "tariff_status": "active"])
        let buckets = [
            fields(["offering": "old", "kind": "voice", "scope": "any", "granted_seconds": "21000"]),
            fields(["offering": "old", "kind": "voice", "scope": "on_net", "unlimited": "1"]),
            fields(["offering": "more", "kind": "data", "scope": "any", "granted_bytes": "1024"]),
        ]
        // when its terms are wanted
        let terms = ownTerms(tariff, onSale: [online], buckets: buckets)
        // then
        #expect(terms?["voice_seconds"] == "21000")
        #expect(terms?["data_bytes"] == "0")
    }

    @Test func anUnpaidTariffThatIsNoLongerSoldHasNoTerms() {
        // given a tariff without packages, because it is not paid, when its terms are wanted, then they are not known
        let tariff = fields(["tariff": "old", "tariff_status": "unpaid"])
        #expect(ownTerms(tariff, onSale: [online], buckets: []) == nil)
    }
}

@Suite struct ProductTests {
    @Test(
        arguments: [
            ("30d", "30_декабря 2026"), ("1d", "1_декабря 2026"), ("month", "1_декабря 2026"), ("open", nil),
            ("year", nil),
        ])
    func theNextFeeIsAPeriodLater(period: String, day: String?) {
        // given a fee that is paid on 30 November
        let now = LocalTime("2026-11-30T09:15:00.000Z", offsetMinutes: 180)!
        // when the day of the next one is wanted, then
        #expect(nextFee(period, paidAt: now, .ru).map { plain($0) } == day)
    }

    @Test func theDayOfTheNextFeeIsOfTheRegionsClock() {
        // given a fee that is paid late in the evening by UTC, and a region where the next day has begun
        let now = LocalTime("2026-11-30T23:30:00.000Z", offsetMinutes: 420)!
        // when the day of the next one is wanted, then
        #expect(nextFee("1d", paidAt: now, .en) == "2\u{a0}December 2026")
        #expect(nextFee("month", paidAt: now, .en) == "1\u{a0}January 2027")
    }

    @Test func aBundleIsNamedByItsParts() {
        // given a bundle of an option whose name is known, and of another
        let row = fields(["bundle": "both", "bundled": "data,sms"])
        let names = OfferingNames([fields(["option": "data", "name": "Пакет 5 ГБ"])])
        // when it is described, then the other part has its key
        #expect(brings(row, names, zones: [:], .ru) == ["Пакет 5 ГБ", "sms"])
    }

    @Test func whatIsLeftStandsBesideWhatWasGranted() {
        // given a package in use, one that is used up, and one without a limit
        let buckets = [
            fields(["granted_bytes": "2147483648", "left_bytes": "1073741824"]),
            fields(["granted_messages": "50", "left_messages": "0"]),
            fields(["kind": "mms", "granted_messages": "50", "left_messages": "20"]),
            fields(["granted_seconds": "6000", "left_seconds": "120"]), fields(["unlimited": "1"]),
        ]
        // when what is left is wanted, then
        #expect(
            remainders(buckets, .options, .ru).map { plain($0) } == [
                "осталось 1_ГБ из 2_ГБ", "пакет закончился", "осталось 20_MMS из 50_MMS", "осталось 2 мин из 100 мин",
            ])
    }

    @Test func aProductWithoutAFeeMayCostItsConnection() {
        // given an option that costs only its connection, when its cost is wanted, then
        let cost = ProductCost(fields(["fee": "0.00", "connection_fee": "30.00"]), balance: 2000)
        #expect(cost.total == 3000)
        #expect(cost.missing == 1000)
    }
}
