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

private func quote(_ rows: [Fields], _ closing: KeyValuePairs<String, String> = [:]) -> Quote {
    Quote(Reply(rows: rows, fields: fields(closing)))
}

private let names = OfferingNames([fields(["tariff": "online", "name": "Онлайн"])])

@Suite struct QuoteTests {
    @Test func everyPartOfTheCostHasALine() {
        // given a quote with a fee, a fee of the change and a credit
        let quote = quote([
            fields(["line": "fee", "offering": "online", "amount": "400.00"]),
            fields(["line": "change_fee", "offering": "old", "amount": "150.00"]),
            fields(["line": "credit", "offering": "old", "amount": "-66.67"]),
        ])
        // when it is put into words, then a credit is below zero, and an offering without a name has its key
        #expect(
            quote.costs(names, .ru).map { plain("\($0.title): \($0.value)") } == [
                "Абонентская плата «Онлайн»: 400,00_₽", "Плата за смену тарифа: 150,00_₽",
                "Возврат за оплаченные дни «old»: −66,67_₽",
            ])
    }

    @Test func aPartThatCostsNothingAndAnUnknownLineAreLeftOut() {
        // given a free connection and a line of a newer service, when they are put into words, then
        let quote = quote([
            fields(["line": "connection_fee", "offering": "online", "amount": "0.00"]),
            fields(["line": "tax", "amount": "1.00"]),
        ])
        #expect(quote.costs(names, .ru).isEmpty)
    }

    @Test(
        arguments: [
            (["kind": "data", "direction": "any", "scope": "any", "bytes": "5368709120"], ["5_ГБ интернета"]),
            (["kind": "voice", "direction": "out", "scope": "any", "seconds": "7251"], ["120_минут"]),
            (["kind": "voice", "direction": "out", "scope": "any", "seconds": "59"], ["59_секунд"]),
            (["kind": "voice", "scope": "on_net", "unlimited": "1"], ["Звонки без ограничений, внутри сети"]),
            (["kind": "sms", "direction": "out", "scope": "any", "messages": "50"], ["50_SMS"]),
            (["kind": "sms", "direction": "out", "scope": "any", "messages": "0"], []),
            (["kind": "data", "direction": "any", "scope": "any"], []),
        ] as [(KeyValuePairs<String, String>, [String])])
    func aPackageSaysHowMuchItIsAndWhere(row: KeyValuePairs<String, String>, texts: [String]) {
        // given a package that ends, when it is put into words, then
        let ending = Fields([Field(name: "line", value: "bucket_ends")] + fields(row).map { $0 })
        #expect(quote([ending]).packages("bucket_ends", zones: [:], .ru).map { plain($0) } == texts)
        #expect(quote([ending]).packages("bucket_added", zones: [:], .ru).isEmpty)
    }

    @Test func theBalanceAfterIsNotShownWhileMoneyIsMissing() {
        // given quotes with enough money and with too little
        let enough = quote([], ["charged": "400.00", "balance": "400.00", "balance_after": "0.00", "possible": "1"])
        let tooLittle = quote(
            [],
            [
                "charged": "400.00", "balance": "399.99", "balance_after": "-0.01", "missing": "0.01", "possible": "0",
            ])
        // when the sums are shown, then
        #expect(
            enough.sums(on: nil, .ru).map { plain("\($0.title): \($0.value)") } == [
                "Спишется сейчас: 400,00_₽", "Баланс сейчас: 400,00_₽", "Баланс после этого: 0,00_₽",
            ])
        #expect(tooLittle.sums(on: nil, .ru).count == 2)
        #expect(enough.isPossible)
        #expect(!tooLittle.isPossible)
        #expect(tooLittle.missing == 1)
    }

    @Test func aCreditThatIsLargerThanTheCostReturns() {
        // given a change that brings money back, on a later day
        let quote = quote([], ["charged": "-10.00", "balance": "0.00", "balance_after": "10.00", "possible": "1"])
        // when the sums are shown, then
        #expect(plain(quote.sums(on: "1 декабря 2026", .ru)[0].title) == "Вернётся на счёт")
        #expect(plain(quote.sums(on: "1 декабря 2026", .ru)[0].value) == "10,00_₽")
    }
}

@Suite struct QuoteLimitTests {
    @Test func aCostBeyondTheLimitHasTheRestOfTheLimit() {
        // given quotes with and without the rest of a limit, when they are read, then
        #expect(quote([], ["charged": "200.00", "limit_left": "0.00", "possible": "0"]).isBeyondLimit)
        #expect(!quote([], ["charged": "200.00", "possible": "1"]).isBeyondLimit)
    }
}

@Suite struct ChangeTimeTests {
    @Test(
        arguments: [
            ("", "", "now"), ("now", "2026-12-01", "now"), ("period_end", "", "period_end"),
            ("date", "2026-12-01", "2026-12-01"), ("date", "01.12.2026", "2026-12-01"),
            ("2026-12-01", "", "2026-12-01"),
        ])
    func aMomentIsNowTheEndOfThePeriodOrADay(when: String, date: String, argument: String) throws {
        // given the fields of a form, when they are read, then
        #expect(try ChangeTime(when: when, date: date, .ru).argument == argument)
    }

    @Test(arguments: [("date", ""), ("date", "2026-02-30"), ("date", "tomorrow"), ("later", "2026-12-01")])
    func aDayMustExist(when: String, date: String) {
        // given a day that is missing or does not exist, when it is read, then the field of the day is at fault
        #expect { try ChangeTime(when: when, date: date, .ru) } throws: { ($0 as? FieldError)?.field == "date" }
    }
}

@Suite struct PlannedChangeTests {
    private let place = Place(
        region: Region(key: "msk", name: "Москва", offsetMinutes: 180), account: Reply(fields: Fields()))

    @Test func aPlannedChangeCanBeCancelledAndAMoveCannot() {
        // given a tariff that the subscriber changes, and that the operator ends
        let tariff = fields([
            "name": "Старый", "next_tariff": "online", "next_from": "2026-12-29T21:00:00.000Z", "moved_to": "online",
            "moved_from": "2027-01-31T21:00:00.000Z",
        ])
        // when the changes are put into words
        let changes = plannedChanges(tariff, names, place, returningTo: "/", .ru)
        // then each has its day by the region's clock
        #expect(changes.map(\.canCancel) == [true, false])
        #expect(plain(changes[0].title) == "30_декабря 2026 тариф сменится на «Онлайн».")
        #expect(plain(changes[1].text).hasPrefix("1_февраля 2027 номер перейдёт на тариф «Онлайн»."))
    }

    @Test func aTariffThatStaysHasNone() {
        // given a tariff without plans, when its changes are wanted, then
        #expect(plannedChanges(fields(["name": "Старый"]), names, place, returningTo: "/", .ru).isEmpty)
    }
}

@Suite struct TariffTableTests {
    @Test func theTableSetsTheTariffNowBesideTheTariffThen() {
        // given an own tariff and another one
        let own = fields(["fee": "400.00", "period": "30d", "data_bytes": "12884901888", "messages": "50"])
        let new = fields(["fee": "0.00", "period": "open", "voice_seconds": "36000", "data_bytes": "2147483648"])
        // when they are compared, then what only one of them has gets a line too
        let lines = comparison(new, with: own, own: own, zones: [:], .ru)
        #expect(
            lines.map { plain("\($0.title): \($0.before) | \($0.after)") } == [
                "Абонентская плата: 400,00_₽ за 30_дней | без абонентской платы", "Интернет: 12_ГБ | 2_ГБ",
                "Минуты: нет | 600", "SMS: 50 | нет",
            ])
    }

    @Test func aTariffWhosePackagesAreNotKnownHasADash() {
        // given an own tariff that is not sold and not paid, when another one is compared with it, then
        let new = fields(["fee": "1.00", "period": "30d", "data_bytes": "1073741824"])
        let lines = comparison(new, with: nil, own: fields(["fee": "199.00", "period": "month"]), zones: [:], .ru)
        #expect(lines[1].before == "—")
    }
}

@Suite struct ProductRefusalTests {
    @Test func aLimitOfOnesOwnIsToldFromTheNumberOfProducts() {
        // given a purchase beyond the spending limit, one product too many, and a network that is behind
        let (own, many) = (Refusal(code: "limit_reached"), Refusal(code: "limit_reached", field: "option"))
        let behind = Refusal(code: "limit_reached", field: "msisdn", retryAfterSeconds: 60)
        // when each is put into words, then they differ
        let words = ProductPageWords.options
        #expect(words.phrase(for: own, isOff: false)?.ru == words.limitOfOwn.ru)
        #expect(words.phrase(for: many, isOff: false)?.ru == words.limitReached.ru)
        #expect(words.phrase(for: behind, isOff: false) == nil)
    }

    @Test func aSuspendedNumberIsToldFromAProductThatCannotBeHad() {
        // given two refusals with the same code, when each is put into words, then the field tells them apart
        let suspended = Refusal(code: "not_available", field: "msisdn")
        for words in [ProductPageWords.options, .subscriptions] {
            #expect(words.phrase(for: suspended, isOff: false)?.ru == Words.tariffs.suspended.ru)
            #expect(
                words.phrase(for: Refusal(code: "not_available", field: "option"), isOff: false)?.ru
                    == words.notAvailable.ru)
        }
        #expect(Words.tariffs.phrase(for: suspended)?.ru == Words.tariffs.suspended.ru)
    }

    @Test func aFaultOfTheDayIsOneOfTheDay() {
        // given a refused moment, when it is put into words, then they are about the day
        #expect(Words.tariffs.phrase(for: Refusal(code: "invalid_time", field: "when"))?.ru == Words.tariffs.badDate.ru)
        #expect(Words.tariffs.phrase(for: Refusal(code: "not_found", field: "msisdn")) == nil)
    }
}
