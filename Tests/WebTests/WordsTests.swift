import Client
import Phrases
import Testing

@testable import Web

@Suite("Words and formats") struct WordsTests {
    @Test(
        "A Russian noun has the form of its number",
        arguments: [
            (1, "минута"), (2, "минуты"), (5, "минут"), (11, "минут"), (12, "минут"), (21, "минута"), (22, "минуты"),
            (25, "минут"), (101, "минута"), (111, "минут"), (0, "минут"), (-1, "минута"),
        ])
    func plurals(_ number: Int64, _ form: String) {
        let minutes = Plural(ru: "минута", "минуты", "минут", en: "minute", "minutes")
        #expect(minutes.form(number, .ru) == form)
        #expect(minutes.form(number, .en) == (number.magnitude == 1 ? "minute" : "minutes"))
    }

    @Test(
        "The browser's best known language is taken, and Russian if it knows none",
        arguments: [
            ("en-GB,en;q=0.9,ru;q=0.8", Language.en), ("de,fr;q=0.5", .ru), ("ru-RU", .ru), ("de,en;q=0.3", .en),
            ("", .ru), ("ru;q=0.1,en;q=0.2", .en), ("en;q=0", .ru),
        ])
    func languages(_ header: String, _ language: Language) { #expect(Language(accepted: header) == language) }

    @Test(
        "Money has its currency, its groups and a true minus",
        arguments: [
            ("350.00", "350,00\u{a0}₽", "₽350.00"),
            ("-1234567.05", "\u{2212}1\u{a0}234\u{a0}567,05\u{a0}₽", "\u{2212}₽1,234,567.05"),
            ("0.00", "0,00\u{a0}₽", "₽0.00"), ("-0.50", "\u{2212}0,50\u{a0}₽", "\u{2212}₽0.50"),
        ])
    func amounts(_ amount: String, _ russian: String, _ english: String) {
        #expect(money(amount, .ru) == russian)
        #expect(money(amount, .en) == english)
    }

    @Test(
        "A volume of data is never shown larger than it is",
        arguments: [
            (0, "0\u{a0}Б"), (1023, "1\u{a0}023\u{a0}Б"), (1024, "1\u{a0}КБ"), (1_610_612_736, "1,5\u{a0}ГБ"),
            (2_147_483_647, "1,9\u{a0}ГБ"), (524_288_000, "500\u{a0}МБ"),
        ])
    func volumes(_ bytes: Int64, _ text: String) { #expect(dataVolume(bytes, .ru) == text) }

    @Test(
        "A time is shown by the clock of the place",
        arguments: [
            ("2026-12-31T21:30:00.000Z", 180, "2027-01-01", "00:30"),
            ("2024-02-28T22:00:00.000Z", 180, "2024-02-29", "01:00"),
            ("2014-10-25T22:59:59.123Z", 240, "2014-10-26", "02:59"),
            ("1969-12-31T23:00:00.000Z", 0, "1969-12-31", "23:00"),
            ("2100-03-01T00:00:00.000Z", -60, "2100-02-28", "23:00"),
        ])
    func times(_ utc: String, _ offset: Int64, _ day: String, _ clock: String) throws {
        let time = try #require(LocalTime(utc, offsetMinutes: offset))
        #expect(time.isoDate == day)
        #expect(time.time == clock)
    }

    @Test("A date that is none is none, and days and months are counted over ends of years") func calendar() throws {
        #expect(LocalTime("2026-11-30", offsetMinutes: 0) == nil)
        #expect(LocalTime(nil, offsetMinutes: 0) == nil)
        let time = try #require(LocalTime("2026-12-31T10:00:00.000Z", offsetMinutes: 0))
        #expect(time.isoDate(daysLater: 1) == "2027-01-01")
        #expect(time.isoDate(daysLater: -365) == "2025-12-31")
        #expect(time.date(.ru) == "31\u{a0}декабря 2026")
        #expect(month("2026-12", later: 1) == "2027-01")
        #expect(month("2026-01", later: -1) == "2025-12")
        #expect(month("2026-13", later: 1) == nil)
        #expect(monthName("2026-11", .ru) == "Ноябрь 2026")
    }

    @Test("A number is shown as people write it") func phones() {
        #expect(phone("79001234567") == "+7\u{a0}900\u{a0}123-45-67")
        #expect(phone("442071234567") == "+442071234567")
        #expect(phone("wap") == "wap")
    }

    @Test("A refusal never shows the service's own words, and an unknown code is named")
    func refusals() {
        let refusal = Refusal(code: "future_code", message: "internal words")
        for language in Language.allCases {
            let shown = text(of: refusal, language)
            #expect(shown.contains("future_code"))
            #expect(!shown.contains("internal"))
        }
        let wait = Refusal(code: "too_many_attempts", field: "msisdn", retryAfterSeconds: 300)
        #expect(text(of: wait, .ru).contains("5\u{a0}минут"))
    }

    @Test("A limit that time lifts says how long, and one that stays does not")
    func limits() {
        let waits = Refusal(code: "limit_reached", field: "msisdn", retryAfterSeconds: 60)
        #expect(text(of: waits, .ru).contains("60\u{a0}секунд"))
        let stays = Refusal(code: "limit_reached", field: "msisdn")
        #expect(!text(of: stays, .ru).contains("секунд"))
    }
}
