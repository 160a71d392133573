import Client
import Phrases
import Testing

@testable import Cabinet
@testable import Web

private func fields(_ values: KeyValuePairs<String, String>) -> Fields {
    Fields(values.map { Field(name: $0.key, value: $0.value) })
}

private let place = Place(
    region: Region(key: "msk", name: "Москва", offsetMinutes: 180),
    account: Reply(fields: fields(["balance": "120.00", "as_of": "2026-11-15T21:30:00Z"])))

/// Blanks that do not break are written as `_`.
private func plain(_ text: String) -> String { text.replacing("\u{a0}", with: "_") }

@Suite("The form of automatic payments") struct AutopayFormTests {
    private func order(_ values: KeyValuePairs<String, String>) throws(FormErrors) -> AutopayOrder {
        try AutopayOrder(
            Form(fields: values.map { ($0.key, $0.value) }, number: nil, id: "web-1"), cards: ["tok-1"], .en)
    }

    @Test("Only the chosen kind of time counts") func kind() throws {
        // given a form in which both are filled in
        let order = try order([
            "card": "tok-1", "amount": "300,50", "when": "below", "below": "1 000", "day": "15", "monthly_cap": "",
        ])
        // when it is read, then
        #expect(order == AutopayOrder(card: "tok-1", amount: "300.50", below: "1000.00", day: "", monthlyCap: ""))
    }

    @Test("Each wrong field is named") func wrong() {
        do {
            _ = try order([
                "card": "another", "amount": "0", "when": "day", "day": "32", "monthly_cap": "x",
            ])
            Issue.record("a wrong form was taken")
        } catch { #expect(error.errors.map(\.field) == ["card", "amount", "day", "monthly_cap"]) }
    }

    @Test("A month's cap is at least one payment", arguments: [("300", true), ("299.99", false)])
    func cap(_ cap: String, _ isRight: Bool) {
        let values: KeyValuePairs = [
            "card": "tok-1", "amount": "300", "when": "below", "below": "50", "monthly_cap": cap,
        ]
        #expect(((try? order(values)) != nil) == isRight)
    }
}

@Suite("The next automatic payment") struct AutopayTimeTests {
    @Test(
        "A day has its next date, and a shorter month has it on its last day",
        arguments: [
            ("2026-11-15T12:00:00Z", 20, "2026-11-20"), ("2026-11-15T12:00:00Z", 15, "2026-12-15"),
            ("2026-11-15T21:30:00Z", 16, "2026-12-16"), ("2026-11-15T12:00:00Z", 31, "2026-11-30"),
            ("2026-11-30T12:00:00Z", 31, "2026-12-31"), ("2027-01-31T12:00:00Z", 30, "2027-02-28"),
        ])
    func days(_ now: String, _ day: Int, _ next: String) throws {
        #expect(nextDay(day, after: try #require(LocalTime(now, offsetMinutes: 180))) == next)
    }

    @Test("Below a balance it is at once if there is less already") func balance() {
        func next(_ below: String) -> String {
            let order = AutopayOrder(card: "tok-1", amount: "300", below: below, day: "", monthlyCap: "")
            return order.rows(card: "Card", place, .en)[3].value
        }
        #expect(next("120").hasPrefix("As soon as"))
        #expect(next("120.01").hasPrefix("At once"))
    }
}

@Suite("The present order of automatic payments") struct AutopayStateTests {
    private func state(_ values: KeyValuePairs<String, String>) -> AutopayState {
        AutopayState(Reply(fields: fields(values)), place, .en)
    }

    @Test("A number without an order has no rows") func off() {
        let state = state(["on": "0"])
        #expect(!state.isOn && state.rows.isEmpty && state.notes.isEmpty)
    }

    @Test("An order has its card, amount, time, next charge, sums, and its values are the form's") func on() {
        // given an order for a day of the month
        let state = state([
            "on": "1", "card": "tok-1", "card_last4": "4242", "amount": "300.00", "day": "15",
            "monthly_cap": "900.00", "next": "2026-12-14T21:00:00Z", "asked_this_month": "300.00",
        ])
        // when it is shown, then
        #expect(
            state.rows.map { plain($0.value) } == [
                "Card_···4242", "₽300.00", "Every month, day 15", "15_December 2026, 00:00", "₽300.00", "₽900.00",
            ])
        #expect(
            state.order == AutopayOrder(card: "tok-1", amount: "300", below: "", day: "15", monthlyCap: "900"))
        #expect(state.notes.isEmpty)
    }

    @Test("An order below a balance says when it pays next, unless the balance is low already") func below() {
        func values(_ below: String) -> [String] {
            state(["on": "1", "card": "tok-1", "amount": "300.00", "below": below]).rows.map { plain($0.value) }
        }
        #expect(values("120.00").last == "As soon as it has less than ₽120. Now ₽120.00")
        #expect(values("120.01").last == "When the account has less than ₽120.01")
    }

    @Test("A payment that the bank refused has its next attempt, and a link to what became of it") func postponed() {
        let state = state([
            "on": "1", "card": "tok-1", "amount": "300.00", "below": "50.00", "request": "57", "attempts": "1",
            "retry_at": "2026-11-15T22:30:00Z",
        ])
        #expect(state.notes.map { plain($0).contains("Attempt 2: 16_November 2026, 01:30") } == [true])
        #expect(state.requestPath == ["/topup/57"])
    }

    @Test("The card of the order is chosen in the form, or else the newest one") func cards() {
        let cards = [fields(["card": "tok-1"]), fields(["card": "tok-2"])]
        func chosen(_ state: AutopayState) -> [String] {
            AutopayPage(.none, state, cards, ownNote: [], .en).cards.filter(\.isChosen).map(\.key)
        }
        #expect(chosen(state(["on": "0"])) == ["tok-2"])
        #expect(chosen(state(["on": "1", "card": "tok-1", "amount": "300.00", "day": "1"])) == ["tok-1"])
    }
}

@Suite("Requests of automatic payments") struct AutomaticRequestTests {
    private let row: [Field] = [
        Field(name: "request", value: "57"), Field(name: "amount", value: "300.00"),
        Field(name: "method", value: "card"), Field(name: "autopay", value: "1"),
        Field(name: "created", value: "2026-11-15T10:00:00Z"),
    ]

    @Test("One that is postponed is not open, and says why and when it is tried again") func postponed() throws {
        // given a request that the bank refused
        let more = [
            Field(name: "state", value: "postponed"), Field(name: "reason", value: "insufficient_funds"),
            Field(name: "expires", value: "2026-11-15T11:00:00Z"),
        ]
        let request = try #require(TopUpRequest(Fields(row + more)))
        // when it is shown
        let page = TopUpOutcomePage(request, place, number: "79001234567", .en)
        // then
        #expect(!request.isOpen && !page.isPaid)
        #expect(page.lead == "There is not enough money on the card. We try again by ourselves.")
        #expect(page.rows.contains { plain($0.value) == "15_November 2026, 14:00" })
    }

    @Test("The list says that nobody asked for it") func list() throws {
        let request = try #require(TopUpRequest(Fields(row + [Field(name: "state", value: "paid")])))
        #expect(TopUpPage.Row(request, place, .en).note.hasPrefix("Automatic payment, "))
    }
}
