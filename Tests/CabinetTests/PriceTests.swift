import Phrases
import Testing
import Web

@testable import Cabinet

/// Blanks that do not break are written as `_`.
private func plain(_ text: String) -> String { text.replacing("\u{a0}", with: "_") }

private func line(_ rate: String, zones: [String: String] = [:], _ language: Language) -> String {
    let lines = priceLines(rate, zones: zones, language)
    return plain(lines.map { "\($0.title): \($0.price)" }.joined(separator: "; "))
}

@Suite struct PriceTests {
    @Test(
        arguments: [
            ("voice:out:1.95/60", "Исходящие звонки: 1,95_₽ за минуту", "Outgoing calls: ₽1.95 a minute"),
            ("voice:in:1.00/1", "Входящие звонки: 1,00_₽ за секунду", "Incoming calls: ₽1.00 a second"),
            ("voice:any:2.00/30", "Звонки: 2,00_₽ за каждые 30_секунд", "Calls: ₽2.00 for every 30_seconds"),
            ("voice:any:2.00/600", "Звонки: 2,00_₽ за каждые 10_минут", "Calls: ₽2.00 for every 10_minutes"),
            ("sms:out:1.95/1", "Исходящие SMS: 1,95_₽ за сообщение", "Outgoing SMS: ₽1.95 a message"),
            ("mms:in:5.00/2", "Входящие MMS: 5,00_₽ за каждые 2_сообщения", "Incoming MMS: ₽5.00 for every 2_messages"),
            ("sms:any:1.00/1", "SMS: 1,00_₽ за сообщение", "SMS: ₽1.00 a message"),
            ("data:any:1.95/1048576", "Интернет: 1,95_₽ за 1_МБ", "Internet: ₽1.95 for 1_MB"),
            ("data:any:50.00/524288000", "Интернет: 50,00_₽ за каждые 500_МБ", "Internet: ₽50.00 for every 500_MB"),
        ])
    func aPriceNamesItsUsageDirectionAndUnit(rate: String, russian: String, english: String) {
        // given a rate of the catalogue, when it is put into words, then
        #expect(line(rate, .ru) == russian)
        #expect(line(rate, .en) == english)
    }

    @Test(
        arguments: [
            ("voice:out:0.50/60:scope=on_net", "Исходящие звонки, внутри сети: 0,50_₽ за минуту"),
            ("voice:out:0.50/60:scope=home", "Исходящие звонки, в домашнем регионе: 0,50_₽ за минуту"),
            ("voice:out:29.00/60:scope=sng", "Исходящие звонки, зона «sng»: 29,00_₽ за минуту"),
            ("voice:out:2.50/60:unpaid", "Исходящие звонки, пока тариф не оплачен: 2,50_₽ за минуту"),
            (
                "voice:out:9.00/60:scope=mir:unpaid",
                "Исходящие звонки, зона «mir», пока тариф не оплачен: 9,00_₽ за минуту"
            ),
        ])
    func aPriceSaysWhereAndWhenItHolds(rate: String, russian: String) {
        // given a rate with conditions, when it is put into words, then they are beside the usage
        #expect(line(rate, .ru) == russian)
    }

    @Test func aZoneHasItsNameIfOneIsKnown() {
        // given the names of zones
        let zones = ["sng": "Страны СНГ"]
        // when a price and a package that hold in a zone are put into words, then they have its name, or else its key
        #expect(
            line("voice:out:29.00/60:scope=sng", zones: zones, .ru) == "Исходящие звонки, Страны СНГ: 29,00_₽ за минуту"
        )
        #expect(
            line("voice:out:59.00/60:scope=mir", zones: zones, .en) == "Outgoing calls, zone “mir”: ₽59.00 a minute")
        #expect(
            packageLines("voice:out:600:scope=sng", zones: zones, .ru).map { plain($0) } == ["10_минут, Страны СНГ"])
    }

    @Test func aConnectionFeeIsBesideThePriceOfTheUnit() {
        // given a rate with a fee for each connection, when it is put into words
        #expect(
            line("voice:out:59.00/60:connection=5.00", .ru)
                == "Исходящие звонки: 59,00_₽ за минуту и 5,00_₽ за соединение")
        // then it stands alone if the units cost nothing
        #expect(line("voice:out:0.00/60:connection=5.00", .en) == "Outgoing calls: ₽5.00 for the connection")
    }

    @Test func aPriceOfZeroIsFree() {
        // given a rate that costs nothing, when it is put into words, then
        #expect(line("voice:in:0.00/60", .ru) == "Входящие звонки: Бесплатно")
        #expect(line("voice:in:0/60", .en) == "Incoming calls: Free")
    }

    @Test func theWayOfCountingIsNotPartOfThePrice() {
        // given a rate whose units are counted over the period, when it is put into words, then
        #expect(line("data:any:50.00/524288000:accumulated", .ru) == line("data:any:50.00/524288000", .ru))
    }

    @Test func pricesStayInTheOrderOfTheCatalogue() {
        // given several rates, when they are put into words, then
        #expect(
            priceLines("sms:out:1.95/1,voice:out:1.95/60", zones: [:], .ru).map(\.title) == [
                "Исходящие SMS", "Исходящие звонки",
            ])
    }

    @Test func noRatesAreNoLines() {
        // given a reply without rates, when they are put into words, then
        #expect(priceLines(nil, zones: [:], .ru).isEmpty)
        #expect(priceLines("", zones: [:], .ru).isEmpty)
    }

    @Test(
        arguments: [
            "voice", "voice:out", "video:out:1.00/60", "voice:up:1.00/60", "voice:out:1.00", "voice:out:x/60",
            "voice:out:1.00/0", "voice:out:1.00/60:weekend", "voice:out:1.00/60:from=22",
            "voice:out:1.00/60:connection=x",
            "voice:out:1.00/60/2", "voice:out:-1.00/60",
        ])
    func anUnknownNotationIsShownAsItIs(rate: String) {
        // given a rate that has no words here, when it stands between others, then it is not dropped
        let lines = priceLines("sms:out:1.95/1,\(rate),mms:out:6.50/1", zones: [:], .ru)
        #expect(lines.count == 3)
        #expect(lines[1] == PriceLine(title: rate, price: ""))
    }

    @Test(
        arguments: [
            ("voice:out:unlimited:scope=on_net:priority=10", "Звонки без ограничений, внутри сети"),
            ("data:any:unlimited:scope=socseti", "Интернет без ограничений, зона «socseti»"),
            ("voice:any:6000", "100_минут, входящие и исходящие"),
            ("voice:in:90", "90_секунд, входящие"),
            ("voice:out:6000:scope=home:price=0.50", "100_минут, в домашнем регионе, по 0,50_₽ за минуту"),
            ("data:any:1073741824:rollover", "1_ГБ интернета, остаток переходит на следующий период"),
            ("mms:out:1000", "1_000_MMS"), ("sms:out:unlimited", "SMS без ограничений"),
        ])
    func aPackageSaysWhatItCoversAndWhere(bucket: String, russian: String) {
        // given a package of the catalogue, when it is put into words, then
        #expect(packageLines(bucket, zones: [:], .ru).map { plain($0) } == [russian])
    }

    @Test(arguments: ["voice:out:0", "voice:out:6000:weekend", "voice:out:many", "fax:out:1", "voice:out:60:unit=x"])
    func anUnknownPackageIsShownAsItIs(bucket: String) {
        // given a package that has no words here, when it is put into words, then it is not dropped
        #expect(packageLines(bucket, zones: [:], .en) == [bucket])
    }
}
