import Client
import Phrases
import Testing
import Web

@testable import Cabinet

@Suite("Notes of unused numbers on the start page") struct DormancyNoteTests {
    private func place(_ values: KeyValuePairs<String, String>) -> Place {
        let fields = Fields(
            [Field(name: "as_of", value: "2019-05-01T09:00:00Z")] + values.map { Field(name: $0.key, value: $0.value) })
        return Place(
            region: Region(key: "vvo", name: "Владивосток", offsetMinutes: 600), account: Reply(fields: fields))
    }

    /// Blanks that do not break are written as `_`.
    private func notes(_ values: KeyValuePairs<String, String>, _ language: Language) -> [String] {
        dormancyNotes(place(values), language).map { $0.replacing("\u{a0}", with: "_") }
    }

    @Test("Nothing is said of a number that is used and paid for") func nothing() {
        #expect(notes([:], .ru) == [])
    }

    @Test("A fee to come has its day by the region's clock, and one that is taken already has none") func fee() {
        // given a fee from a midnight of the region on, when it is put into words, then
        let ahead = notes(["dormant_from": "2019-05-10T14:00:00Z", "dormancy_day_fee": "3.00"], .ru)
        #expect(ahead.count == 1)
        #expect(ahead[0].hasPrefix("Если номером не пользоваться, с 11_мая 2019 каждый день будет списываться 3,00_₽."))
        let passed = notes(["dormant_from": "2019-04-30T14:00:00Z", "dormancy_day_fee": "3.00"], .en)
        #expect(passed.count == 1)
        #expect(passed[0].hasPrefix("Nobody has used the number for long, so ₽3.00 is charged each day."))
    }

    @Test("A termination to come has its day, and what keeps the number") func termination() {
        #expect(
            notes(["terminates_at": "2019-05-20T20:00:00Z"], .en) == [
                "The number ends on 21_May 2019, because there has been no money for long."
                    + " Top up the account to keep it."
            ])
    }
}
