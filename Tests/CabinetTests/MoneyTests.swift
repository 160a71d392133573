import Client
import Phrases
import Testing
import Web

@testable import Cabinet

@Suite("Periods and months") struct PeriodTests {
    private static func fields(_ form: PeriodForm) -> [String] { form.errors.map(\.field) }

    @Test(
        "A day that the calendar does not have is no day",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "31.11.2026", "2026-1-01", "", "today",
            "0999-01-01", "1969-12-31", "9999-12-31", "2026-11-3a", "+026-11-30", "30.11.26", "2026-11-30T",
        ])
    func noDays(_ text: String) { #expect(Day(text) == nil) }

    @Test(
        "A day may be written as browsers or as people write it",
        arguments: [("2024-02-29", "2024-02-29"), ("30.11.2026", "2026-11-30"), ("1970-01-01", "1970-01-01")])
    func days(_ text: String, _ iso: String) { #expect(Day(text)?.iso == iso) }

    @Test(
        "A period of the protocol ends before the day after the last one",
        arguments: [("2026-11-30", "2026-12-01"), ("2026-12-31", "2027-01-01"), ("2024-02-28", "2024-02-29")])
    func ends(_ day: String, _ next: String) { #expect(Day(day)?.next == next) }

    @Test("Each wrong date is an error of its own field") func wrongDates() {
        #expect(Self.fields(PeriodForm(from: "x", to: "2026-11-31", .ru)) == ["from", "to"])
        #expect(Self.fields(PeriodForm(from: "2026-11-30", to: "2026-11-30", .ru)) == [])
        #expect(Self.fields(PeriodForm(from: "2026-12-01", to: "2026-11-30", .ru)) == ["to"])
    }

    @Test("Payments may have an open period") func open() {
        let form = PeriodForm(from: "", to: nil, .en)
        #expect(form.errors.isEmpty)
        #expect(form.period.query == "")
        #expect(PeriodForm(from: "2026-11-01", to: "", .en).period.query == "from=2026-11-01")
    }

    @Test("A statement without dates has the month until today, and one date completes the other") func defaults()
        throws
    {
        // Given a day
        let today = try #require(LocalTime("2026-11-18T10:00:00Z", offsetMinutes: 0))
        func query(_ from: String?, _ to: String?) -> String {
            PeriodForm(from: from, to: to, today: today, .ru).period.query
        }
        // When dates are missing
        // Then the period is complete
        #expect(query(nil, nil) == "from=2026-11-01&to=2026-11-18")
        #expect(query("", "") == "from=2026-11-01&to=2026-11-18")
        #expect(query("2026-10-05", nil) == "from=2026-10-05&to=2026-11-18")
        #expect(query(nil, "2026-09-10") == "from=2026-09-01&to=2026-09-10")
        #expect(Self.fields(PeriodForm(from: "2026-11-19", to: nil, today: today, .ru)) == ["from"])
        #expect(Self.fields(PeriodForm(from: "x", to: nil, today: today, .ru)) == ["from"])
    }

    @Test("The offered periods end today or with the last month") func offered() throws {
        let today = try #require(LocalTime("2027-01-03T10:00:00Z", offsetMinutes: 0))
        let offered = presets(today)
        #expect(offered.thisMonth.query == "from=2027-01-01&to=2027-01-03")
        #expect(offered.lastMonth.query == "from=2026-12-01&to=2026-12-31")
        #expect(offered.sevenDays.query == "from=2026-12-28&to=2027-01-03")
    }

    @Test("A month has all its days", arguments: [("2024-02", "29"), ("2026-12", "31"), ("2026-11", "30")])
    func months(_ month: String, _ last: String) {
        #expect(Cabinet.days(ofMonth: month).query == "from=\(month)-01&to=\(month)-\(last)")
    }

    @Test("The chart ends with the present month, or with an earlier one that is chosen") func chart() {
        let latest = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]
        #expect(chartMonths(chosen: "2027-02", present: "2027-02") == latest)
        #expect(chartMonths(chosen: "2026-09", present: "2027-02") == latest)
        #expect(chartMonths(chosen: "2026-08", present: "2027-02").last == "2026-08")
        #expect(chartMonths(chosen: "2026-08", present: "2027-02").first == "2026-03")
    }

    @Test(
        "Expenses are shown of a month that has begun", arguments: ["2026-12", "2026-13", "2026-1", "x", "", "1969-12"])
    func noMonth(_ month: String) {
        #expect(pastMonth(month, present: "2026-11") == nil)
        #expect(pastMonth("2026-11", present: "2026-11") == "2026-11")
        #expect(pastMonth("2019-02", present: "2026-11") == "2019-02")
    }

    @Test("A period is named by its days") func names() {
        #expect(
            Period(from: Day("2026-11-01"), to: Day("2026-11-30")).text(.en)
                == "1\u{a0}November 2026 to 30\u{a0}November 2026")
        #expect(Period(from: Day("2026-11-01"), to: Day("2026-11-01")).text(.ru) == "1\u{a0}ноября 2026")
        #expect(Period(from: Day("2026-11-01")).text(.ru) == "С 1\u{a0}ноября 2026")
        #expect(Period(to: Day("2026-11-01")).text(.ru) == "По 1\u{a0}ноября 2026")
        #expect(Period().text(.ru) == "За всё время")
    }
}

@Suite("Rows of money") struct MoneyRowTests {
    private static func fields(_ values: KeyValuePairs<String, String>) -> Fields {
        Fields(values.map { Field(name: $0, value: $1) })
    }

    private static let place = Place(
        region: Region(key: "vvo", name: "Владивосток", offsetMinutes: 600), account: Reply(fields: Fields()))

    @Test("A record says what paid for it") func paidBy() {
        func paid(_ values: KeyValuePairs<String, String>) -> String? { howPaid(Self.fields(values))?.en }
        #expect(paid(["kind": "voice", "seconds": "90", "covered": "90", "amount": "0.00"]) == "From a package")
        #expect(paid(["kind": "voice", "seconds": "90", "covered": "60", "amount": "1.95"]) == "Partly from a package")
        #expect(paid(["kind": "voice", "seconds": "90", "amount": "3.90"]) == "From the balance")
        #expect(paid(["kind": "voice", "seconds": "90", "amount": "0.00"]) == "Free")
        #expect(paid(["kind": "service", "service": "tariff_fees", "amount": "0.00"]) == nil)
        // A step of a price covers the record, and is paid.
        #expect(paid(["kind": "voice", "seconds": "90", "covered": "120", "amount": "1.00"]) == "From the balance")
    }

    @Test("A record is shown with the time of its region and the name of its product") func record() {
        // Given a fee of an option, late in the day of UTC
        let row = Self.fields([
            "seq": "43", "time": "2026-11-30T20:30:00.000Z", "kind": "service", "service": "option_fees",
            "offering": "internet-5gb", "amount": "200.00",
        ])
        var names = OfferingNames()
        names.add(Self.fields(["option": "internet-5gb", "name": "Пакет"]))
        // When it is shown in Vladivostok
        let shown = StatementRow(row, Self.place, names, .ru)
        // Then it is of the next day
        #expect(shown.time == "01.12.2026, 06:30")
        #expect(shown.product == ["Пакет"])
        #expect(StatementRow(row, Self.place, OfferingNames(), .ru).product == ["internet-5gb"])
        #expect((shown.what, shown.amount, shown.cameIn) == ("Плата за опцию", "\u{2212}200,00\u{a0}₽", false))
    }

    @Test("A whole number is shown as a phone number, and a short one or a name as it is") func peers() {
        func peer(_ peer: String) -> String {
            StatementRow(Self.fields(["kind": "sms", "peer": peer]), Self.place, OfferingNames(), .ru).peer
        }
        #expect(peer("79161234508") == "+7\u{a0}916\u{a0}123-45-08")
        #expect(peer("4930123451") == "+4930123451")
        #expect(peer("112") == "112")
        #expect(peer("bank-tele") == "bank-tele")
    }

    @Test("A payment is shown as money that came in, with its method and its reference") func payment() {
        let row = Self.fields([
            "payment": "44", "time": "2026-11-30T20:30:00.000Z", "kind": "payment", "method": "card",
            "card_last4": "4242", "ref": "acq-1", "amount": "-350.00", "balance": "400.00",
        ])
        let shown = StatementRow(row, Self.place, OfferingNames(), .en)
        #expect((shown.what, shown.product, shown.payment) == ("Top-up", ["acq-1"], "Bank card\u{a0}···4242"))
        #expect((shown.amount, shown.cameIn, shown.balance) == ("+₽350.00", true, "₽400.00"))
    }

    @Test("The payments' file has as many cells in its heading as in its rows", arguments: Language.allCases)
    func headings(_ language: Language) {
        #expect(paymentCells(Fields(), nil, CSV(language), language).count == paymentsHeading(language).count)
    }

    @Test("A payment says how it was made") func methods() {
        func method(_ method: String?, _ last4: String? = nil) -> String {
            StatementPhrases.method(method, cardLast4: last4, .ru)
        }
        #expect(method("card", "4242") == "Банковская карта\u{a0}···4242")
        #expect(method(nil, "4242") == "Банковская карта\u{a0}···4242")
        #expect(method("cash") == "Наличные")
        #expect(method("sbp") == "СБП")
        #expect(method("bank") == "Банковский перевод")
        #expect(method(nil) == "")
        #expect(method("new") == "new")
    }

    @Test("A kind of a month has its quantity in its own unit") func quantities() {
        func quantity(_ values: KeyValuePairs<String, String>) -> String { quantityOfMonth(Self.fields(values), .en) }
        #expect(quantity(["records": "2", "seconds": "3725"]) == "1:02:05, 2\u{a0}calls")
        #expect(quantity(["records": "1", "bytes": "1048576"]) == "1\u{a0}MB, 1\u{a0}session")
        #expect(quantity(["records": "2", "messages": "5"]) == "5\u{a0}messages")
        #expect(quantity(["records": "1"]) == "1\u{a0}charge")
    }

    @Test(
        "A share is rounded, and never rounded to nothing",
        arguments: [(1, 3, "33%"), (2, 3, "67%"), (1, 1000, "<1%"), (0, 10, "0%"), (5, 0, "0%"), (7, 7, "100%")])
    func shares(_ part: Int64, _ whole: Int64, _ text: String) { #expect(shareText(part, of: whole) == text) }

    @Test("A history that is cut says since when, by the clock of the region") func cut() {
        let reply = Reply(fields: Self.fields(["from": "2026-11-30T20:30:00.000Z"]))
        #expect(
            visibleSince(reply, Self.place, .en) == [
                "You can see the history of this number since 1\u{a0}December 2026."
            ])
        #expect(visibleSince(Reply(fields: Fields()), Self.place, .en) == [])
    }

    @Test("The page after the first one has a way back to the newest rows") func links() {
        let first = HistoryLinks("/payments", before: nil, next: "42")
        #expect((first.newest, first.earlier) == ([], ["/payments?before=42"]))
        let last = HistoryLinks("/statement?from=2026-11-01", before: "42", next: nil)
        #expect((last.newest, last.earlier) == (["/statement?from=2026-11-01"], []))
        #expect(!HistoryLinks("/payments", before: nil, next: nil).hasLinks)
    }
}
