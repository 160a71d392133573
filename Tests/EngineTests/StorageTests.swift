/// A disk that fills up: the refused commands, the accepted ones, and the behaviour when there is room again.

import Engine
import ScenarioKit
import Testing

@Suite
struct StorageTests {
    private static let number = "79001234567"
    private let reserve = StorageReserve.defaultBytes

    private func scenario() -> Scenario {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: Self.number, tariff: "free", balance: "500")
        return scenario
    }

    @Test("Below the reserve changes are refused without effect, and reads continue")
    func changesAreRefused() {
        let scenario = scenario()
        let records = scenario.records.count
        scenario.given(roomBytes: reserve - 1)
        for line in [
            "TOPUP \(Self.number) 1 ref=r1", "TARIFF.CHANGE \(Self.number) talk", "LOGIN \(Self.number) wrong",
            "CATALOG.DRAFT",
        ] {
            #expect(scenario.when(line).text.hasPrefix("ERR storage_full retry_after=10"), "\(line)")
        }
        #expect(scenario.records.count == records)
        #expect(scenario.when("BALANCE \(Self.number)")["balance"] == "500.00")
        #expect(scenario.when("STATS")["storage"] == "low")
    }

    @Test("Administration and erasures may use the reserve while a quarter of it is left")
    func administrationGoesOn() {
        let scenario = scenario()
        scenario.given(roomBytes: reserve / 4)
        scenario.when("PRINCIPAL.DISABLE payments")
        scenario.then("OK")
        // Erasures go on too: a person does not wait for a disk.
        scenario.when("ERASE \(Self.number)")
        scenario.then("OK")
        scenario.given(roomBytes: reserve / 4 - 1)
        #expect(scenario.when("PRINCIPAL.DISABLE frontend").text.hasPrefix("ERR storage_full"))
        #expect(scenario.when("STATS")["storage"] == "full")
    }

    @Test("A retry of a done command gets its first reply on a full disk")
    func retriesAreAnswered() {
        let scenario = scenario()
        scenario.given("TOPUP \(Self.number) 1 ref=r1 id=once")
        scenario.given(roomBytes: 0)
        #expect(scenario.when("TOPUP \(Self.number) 1 ref=r1 id=once")["repeated"] == "1")
    }

    @Test("Changes are accepted again when there is an eighth more room than the reserve")
    func resumes() {
        let scenario = scenario()
        scenario.given(roomBytes: reserve - 1)
        scenario.when("TOPUP \(Self.number) 1 ref=r1")
        scenario.given(roomBytes: reserve)
        #expect(scenario.when("TOPUP \(Self.number) 1 ref=r1").text.hasPrefix("ERR storage_full"))
        scenario.given(roomBytes: reserve + reserve / 8)
        #expect(scenario.when("TOPUP \(Self.number) 1 ref=r1").isOK)
    }

    @Test("Fees that become due on a full disk are charged when there is room, at their due times")
    func feesWait() {
        let scenario = scenario()
        scenario.given("TARIFF.CHANGE \(Self.number) talk")
        let records = scenario.records.count
        scenario.given(roomBytes: 0)
        scenario.at("2018-06-15T12:00:00Z")
        #expect(scenario.records.count == records)
        scenario.given(roomBytes: .max)
        scenario.at("2018-06-15T12:00:01Z")
        let late = scenario.records.count - records

        let other = self.scenario()
        other.given("TARIFF.CHANGE \(Self.number) talk")
        other.at("2018-06-15T12:00:01Z")
        #expect(late == other.records.count - records && late > 0)
        #expect(scenario.when("BALANCE \(Self.number)")["balance"] == other.when("BALANCE \(Self.number)")["balance"])
    }
}
