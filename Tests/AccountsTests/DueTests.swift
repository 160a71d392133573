/// Given products with fees, when their instants come, then each fee is carried out once, by the values of the columns.

import Accounts
import ScenarioKit
import Testing

@Suite("Things that fall due") struct DueTests {
    private let me = "79001234567"

    private func subscriber() -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: "1000")
        return scenario
    }

    private func waiting(_ scenario: Scenario) -> Int { scenario.look { $0.agenda?.count ?? 0 } }

    @Test("The fee of a product that changed before is not charged, and its entry leaves the agenda on time")
    func overtaken() {
        let scenario = subscriber()
        scenario.given("TARIFF.CHANGE \(me) online")
        #expect(waiting(scenario) == 2)
        scenario.at("2018-03-31T09:00:00Z")
        scenario.thenNothingChanged()
        #expect(waiting(scenario) == 1)
        scenario.at("2018-03-31T21:00:00Z")
        scenario.then(types: "fees_charged", "buckets_granted")
        #expect(waiting(scenario) == 1)
    }

    @Test("Entries that no longer apply count against the limit of a step") func limit() {
        let scenario = Scenario()
        for number in 0..<5 {
            let other = "7900123456\(number)"
            scenario.given(subscriber: other, tariff: "talk", balance: "1000")
            scenario.given("TARIFF.CHANGE \(other) free")
        }
        #expect(waiting(scenario) == 5)
        scenario.dueLimit = 2
        scenario.at("2018-04-01T00:00:00Z")
        #expect(waiting(scenario) == 3)
        scenario.dueLimit = nil
        scenario.at("2018-04-01T00:00:01Z")
        #expect(waiting(scenario) == 0)
    }

    @Test("A start builds the same agenda as the events did") func made() {
        let scenario = subscriber()
        scenario.given("OPTION.ON \(me) melody", "OPTION.ON \(me) extra")
        #expect(waiting(scenario) == 3)
        scenario.restart()
        #expect(waiting(scenario) == 3)
        scenario.at("2018-03-02T09:00:00Z")
        scenario.then(types: "fees_charged")
        scenario.thenReplayIsLive()
    }

    @Test("After any projection is replaced, a fee is charged once and on time", arguments: AccountsState.replaceable)
    func exchanged(projection: String) {
        let scenario = subscriber()
        scenario.exchange(projection)
        scenario.at("2018-03-31T09:00:00Z")
        scenario.then(types: "fees_charged", "buckets_granted")
        scenario.at("2018-03-31T10:00:00Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("A state of the past has no agenda") func past() {
        let replayed = subscriber().replayed()
        #expect(replayed.state.agenda?.count == nil)
    }
}
