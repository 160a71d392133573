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
    account: Reply(fields: fields(["balance": "650.00"])))

private func request(_ more: KeyValuePairs<String, String> = [:], state: String = "paid") throws -> TopUpRequest {
    let row: KeyValuePairs = [
        "request": "57", "amount": "300.00", "method": "card", "state": state, "created": "2026-12-01T10:00:00Z",
        "expires": "2026-12-01T10:20:00Z",
    ]
    return try #require(
        TopUpRequest(Fields((Array(row) + Array(more)).map { Field(name: $0.key, value: $0.value) })))
}

@Suite struct TopUpRequestTests {
    @Test func onlyTheWebsAddressesLeadAway() throws {
        // given a request with an address of another scheme, which the service would not take
        for url in ["javascript:alert(1)", "data:text/html,x", "//pay.example", "HTTP:pay"] {
            // when it is read, then there is no link
            #expect(try request(["url": url], state: "offered").url == nil)
        }
        #expect(try request(["url": "https://pay.example/p"], state: "offered").url == "https://pay.example/p")
    }

    @Test(arguments: [
        ("https://pay.example/p/1", "pay.example"), ("http://127.0.0.1:8090/pay/x?back=1", "127.0.0.1"),
        ("https://bank.example@evil.example/", "evil.example"), ("https://pay.example?x@y", "pay.example"),
        ("nothing", ""),
    ])
    func theHostIsThatOfTheBrowser(_ url: String, _ name: String) { #expect(host(of: url) == name) }

    @Test func aStateThatIsNotKnownIsNotShown() {
        #expect(TopUpRequest(fields(["request": "57", "state": "melted"])) == nil)
    }

    @Test func thePathsAreThoseOfTheRequest() throws {
        let pending = try request(state: "pending")
        #expect((pending.path, pending.payPath, pending.isOpen) == ("/topup/57", "/topup/57/pay", true))
        #expect(try !request().isOpen)
    }
}

@Suite struct OutcomePageTests {
    private func page(_ request: TopUpRequest) -> TopUpOutcomePage {
        TopUpOutcomePage(request, place, number: "79001234567", .en)
    }

    @Test func aPaidRequestHasItsMoneyAndTheNewBalance() throws {
        // given a payment of the amount that was asked for
        let page = page(try request(["payment": "61"]))
        // when it is shown, then
        #expect((page.isPaid, page.lead, page.notes) == (true, "₽300.00 came in.", []))
        #expect(page.rows.contains { $0.value == "₽650.00" })
    }

    @Test func otherMoneyAndLateMoneyAreNamed() throws {
        // given a payment of another amount, after the request had ended
        let page = page(try request(["payment": "61", "paid": "250.00", "late": "1"]))
        // when it is shown, then
        #expect(page.lead == "₽250.00 came in.")
        #expect(page.notes.count == 2)
        #expect(page.notes[0].contains("₽300.00"))
    }

    @Test(arguments: [
        ("card_declined", "The bank declined the card."), ("cancelled", "You cancelled the payment."),
        ("<b>", "The bank could not carry out the payment."),
    ])
    func aRefusalHasItsReasonInOurWords(_ reason: String, _ words: String) throws {
        let page = page(try request(["reason": reason], state: "refused"))
        #expect((page.isPaid, page.lead, page.again) == (false, words, "/topup?amount=300"))
    }

    @Test func anExpiredRequestCanBeTriedAgain() throws {
        #expect(page(try request(state: "expired")).again == "/topup?amount=300")
    }
}

@Suite struct TopUpFormTests {
    private func amount(_ text: String) throws -> String {
        try amountOfForm(Form(fields: [("amount", text)], number: nil, id: "web-1"), .en)
    }

    @Test(arguments: [("500", "500"), ("99,50", "99.50"), (" 1 000 ", "1000"), ("1\u{a0}000,5", "1000.5")])
    func anAmountIsWrittenAsPeopleDo(_ text: String, _ amount: String) throws {
        #expect(try self.amount(text) == amount)
    }

    @Test(arguments: ["", "0", "0,00", "-5", "5.123", "1e3", "1.2.3", "٣", "12345678901234", "card"])
    func anythingElseIsNoAmount(_ text: String) {
        #expect(throws: FieldError.self) { try amount(text) }
    }

    @Test(arguments: [
        ("0.00", nil), (nil, nil), ("150.00", "150"), ("150.01", "151"), ("0.10", "1"), ("-3.00", nil),
    ])
    func missingMoneyIsRoundedUpToRoubles(_ missing: String?, _ roubles: String?) {
        #expect(wholeRoubles(missing) == roubles)
    }

    @Test func theNewestStoredCardIsOffered() {
        // given two stored cards, the newest last
        let cards = [fields(["card": "tok-old1", "card_last4": "0002"]), fields(["card": "tok-new1"])]
        // when the ways to pay are listed
        let methods = TopUpPage.methods(cards, prefix: "stored:", chosen: "", .en)
        // then the newest comes first and is chosen
        #expect(methods.map(\.key) == ["stored:tok-new1", "stored:tok-old1", "card", "sbp"])
        #expect(methods.map(\.name).prefix(2) == ["Stored card", "Card\u{a0}···0002"])
        #expect(methods.filter(\.isChosen).map(\.key) == ["stored:tok-new1"])
        // and the visitor's own choice stays
        let chosen = TopUpPage.methods(cards, prefix: "stored:", chosen: "sbp", .en)
        #expect(chosen.filter(\.isChosen).map(\.key) == ["sbp"])
    }

    @Test func withoutAStoredCardACardIsChosen() {
        #expect(TopUpPage.methods([], prefix: "stored:", chosen: "stored:gone", .en).first?.isChosen == true)
    }
}

@Suite struct CorrectionRowTests {
    @Test(arguments: [
        ("correction", "Correction of the balance"), ("reversal", "Payment taken back"), ("refund", "Refund"),
        ("assignment", "Payment credited later"),
    ])
    func eachCorrectionHasItsWords(_ service: String, _ words: String) {
        // given a row of a correction that took money
        let row = fields([
            "time": "2026-12-01T10:00:00Z", "kind": "adjustment", "service": service, "amount": "300.00",
            "balance": "350.00",
        ])
        // when it is shown
        let shown = StatementRow(row, place, OfferingNames(), .en)
        // then
        #expect((shown.what, shown.amount, shown.cameIn) == (words, "\u{2212}₽300.00", false))
        #expect((shown.quantity, shown.payment) == ("", ""))
    }

    @Test func aPaymentSaysHowItDiffersFromItsRequest() {
        #expect(paymentNotes(fields(["amount": "250.00", "request": "57", "requested": "300.00"]), .en).count == 1)
        #expect(paymentNotes(fields(["amount": "300.00", "requested": "300.00", "late": "1"]), .en).count == 1)
        #expect(paymentNotes(fields(["amount": "300.00", "request": "57"]), .en).isEmpty)
    }
}
