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
    account: Reply(fields: fields(["balance": "20.00", "as_of": "2026-12-01T09:00:00Z"])))

/// Blanks that do not break are written as `_`.
private func plain(_ text: String) -> String { text.replacing("\u{a0}", with: "_") }

@Suite("The terms of promised payments") struct PromiseTermsTests {
    private func terms(_ values: KeyValuePairs<String, String>, rows: [Fields] = []) -> PromiseTerms {
        PromiseTerms(Reply(rows: rows, fields: fields(values)), place, .en)
    }

    private static let row = fields([
        "amount": "50.00", "fee": "5.00", "days": "1", "promise_due": "2026-12-02T09:00:00Z",
    ])

    @Test("Each amount that can be had has its fee and its time by the region's clock") func steps() throws {
        // given terms with an amount
        let terms = terms(["available": "1", "rows": "1"], rows: [Self.row])
        // when it is read, then
        let step = try #require(terms.steps.first)
        #expect((step.key, step.amount, step.fee) == ("50", "₽50.00", "₽5.00"))
        #expect(plain(step.due) == "2_December 2026, 12:00")
        #expect(terms.obstacle == nil && terms.owed.isEmpty)
    }

    @Test("An amount is found with and without kopecks", arguments: [("50", true), ("50.00", true), ("5", false)])
    func found(_ amount: String, _ isThere: Bool) {
        let terms = terms(["available": "1"], rows: [Self.row])
        #expect((terms.step(amount) != nil) == isThere)
    }

    @Test("A debt leads to a top-up of what is missing, in whole roubles", arguments: ["owed", "debt"])
    func debt(_ obstacle: String) {
        // given a number that owes something
        let terms = terms(["available": "0", "obstacle": obstacle, "missing": "49.50"])
        // when it is shown, then
        #expect(terms.obstacle?.text.contains("₽50") == true)
        #expect(terms.obstacle?.links.map(\.path) == ["/topup?amount=50"])
    }

    @Test("A new number reads from when on it can have one") func tenure() {
        let terms = terms([
            "available": "0", "obstacle": "tenure", "possible_from": "2026-12-10T21:00:00Z",
        ])
        #expect(terms.obstacle.map { plain($0.text).contains("from 11_December 2026, 00:00 on") } == true)
        #expect(terms.obstacle?.links.isEmpty == true)
    }

    @Test("One that is still owed has its rest and its time, and a link that tops up so much") func owed() {
        // given a number that has repaid a part
        let terms = terms([
            "available": "0", "obstacle": "promised", "owed": "70.50", "promise_due": "2026-12-02T09:00:00Z",
        ])
        // when it is shown, then
        #expect(terms.owed.map { plain($0.value) } == ["₽70.50", "2_December 2026, 12:00"])
        #expect(terms.repay.map(\.path) == ["/topup?amount=71"])
    }

    @Test(
        "Every obstacle has a sentence, also one that a newer service names",
        arguments: ["not_offered", "promised", "owed", "debt", "suspended", "ending", "tenure", "a_new_one"])
    func sentences(_ obstacle: String) {
        #expect(terms(["available": "0", "obstacle": obstacle]).obstacle?.text.isEmpty == false)
    }

    @Test("The start page says what is owed and until when, and nothing without a debt") func startPage() {
        #expect(owedNote(place, .en).isEmpty)
        let owing = Place(
            region: place.region,
            account: Reply(fields: fields(["owed": "100.00", "promise_due": "2026-12-02T09:00:00Z"])))
        #expect(
            owedNote(owing, .en).map { plain($0) } == [
                "₽100.00 is a promised payment, to be repaid by 2_December 2026, 12:00."
            ])
    }
}
