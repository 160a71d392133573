import Accounts
import EventCoding
import Testing

/// The events that move money: the schemas' declarations, compared with the code that posts them.
@Suite("Events of money") struct MoneyTests {
    private static let samples: [Event] = (0...UInt16(1000)).compactMap { number in
        var values = GoldenValues()
        return Event(sample: number, &values)
    }

    private func count(_ field: String, in event: Event) -> Int {
        var bytes: [UInt8] = []
        event.appendJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(
            separator: "\"\(field)\":", omittingEmptySubsequences: false
        )
        .count - 1
    }

    @Test("Every event with balance_after moves money and posts all its amounts, and no other event does")
    func postings() {
        #expect(Self.samples.count > 30)
        for event in Self.samples {
            var postings = 0
            event.money?.forEachPosting { _, _ in postings += 1 }
            let movesMoney = count("balance_after", in: event) > 0
            #expect((event.money != nil) == movesMoney, "\(event.typeName)")
            #expect(postings == (movesMoney ? count("amount", in: event) : 0), "\(event.typeName)")
        }
    }

    @Test("Every account of the books has a name of its own")
    func names() {
        let names = LedgerAccount.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names { #expect(name.wholeMatch(of: /[a-z]+(:[a-z]+(_[a-z]+)*)+/) != nil, "\(name)") }
    }
}
