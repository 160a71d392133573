/// Given products with fees, when their instants come, then each fee is carried out once, by the values of the columns.

import Accounts
import AccountsKit
import Testing

@Suite("Things that fall due") struct DueTests {
    private let me = "79001234567"

    private func subscriber() -> Scenario {
        let cabinet = Scenario()
        cabinet.given(subscriber: me, tariff: "talk", balance: "1000")
        return cabinet
    }

    private func waiting(_ cabinet: Scenario) -> Int { cabinet.look { $0.agenda?.count ?? 0 } }

    @Test("A fee whose product was changed before is not taken, and leaves the agenda at its instant")
    func overtaken() {
        let cabinet = subscriber()
        cabinet.given("TARIFF.CHANGE \(me) online")
        #expect(waiting(cabinet) == 2)
        cabinet.at("2018-03-31T09:00:00Z")
        cabinet.thenNothingChanged()
        #expect(waiting(cabinet) == 1)
        cabinet.at("2018-03-31T21:00:00Z")
        cabinet.then(types: "fees_charged", "buckets_granted")
        #expect(waiting(cabinet) == 1)
    }

    @Test("Entries that were overtaken count against the limit of a step") func limit() {
        let cabinet = Scenario()
        for number in 0..<5 {
            let other = "7900123456\(number)"
            cabinet.given(subscriber: other, tariff: "talk", balance: "1000")
            cabinet.given("TARIFF.CHANGE \(other) free")
        }
        #expect(waiting(cabinet) == 5)
        cabinet.dueLimit = 2
        cabinet.at("2018-04-01T00:00:00Z")
        #expect(waiting(cabinet) == 3)
        cabinet.dueLimit = nil
        cabinet.at("2018-04-01T00:00:01Z")
        #expect(waiting(cabinet) == 0)
    }

    @Test("The agenda that a start makes is the one that events made") func made() {
        let cabinet = subscriber()
        cabinet.given("OPTION.ON \(me) melody", "OPTION.ON \(me) extra")
        #expect(waiting(cabinet) == 3)
        cabinet.restart()
        #expect(waiting(cabinet) == 3)
        cabinet.at("2018-03-02T09:00:00Z")
        cabinet.then(types: "fees_charged")
        cabinet.thenReplayIsLive()
    }

    @Test("After an exchange of any projection a fee is taken once, at its instant", arguments: Cabinet.replaceable)
    func exchanged(projection: String) {
        let cabinet = subscriber()
        cabinet.exchange(projection)
        cabinet.at("2018-03-31T09:00:00Z")
        cabinet.then(types: "fees_charged", "buckets_granted")
        cabinet.at("2018-03-31T10:00:00Z")
        cabinet.thenNothingChanged()
        cabinet.thenReplayIsLive()
    }

    @Test("A state of the past has no agenda") func past() {
        let replayed = subscriber().replayed()
        #expect(replayed.cabinet.agenda?.count == nil)
    }
}
