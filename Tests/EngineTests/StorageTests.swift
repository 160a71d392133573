/// A disk that fills up: the refused commands, the accepted ones, and the behaviour when there is room again.

import AccountsKit
import Engine
import Testing

@Suite
struct StorageTests {
    private static let number = "79001234567"
    private let reserve = StorageReserve.defaultBytes

    private func cabinet() -> Scenario {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: Self.number, tariff: "free", balance: "500")
        return cabinet
    }

    @Test("Below the reserve changes are refused and change nothing, reads go on")
    func changesAreRefused() {
        let cabinet = cabinet()
        let records = cabinet.records.count
        cabinet.given(roomBytes: reserve - 1)
        for line in [
            "TOPUP \(Self.number) 1 ref=r1", "TARIFF.CHANGE \(Self.number) talk", "LOGIN \(Self.number) wrong",
            "CATALOG.DRAFT",
        ] {
            #expect(cabinet.when(line).text.hasPrefix("ERR storage_full retry_after=10"), "\(line)")
        }
        #expect(cabinet.records.count == records)
        #expect(cabinet.when("BALANCE \(Self.number)")["balance"] == "500.00")
        #expect(cabinet.when("STATS")["storage"] == "low")
    }

    @Test("Administration and erasures take of the reserve, as long as a quarter of it is left")
    func administrationGoesOn() {
        let cabinet = cabinet()
        cabinet.given(roomBytes: reserve / 4)
        cabinet.when("PRINCIPAL.DISABLE payments")
        cabinet.then("OK")
        // Erasures go on too: a person does not wait for a disk.
        cabinet.when("ERASE \(Self.number)")
        cabinet.then("OK")
        cabinet.given(roomBytes: reserve / 4 - 1)
        #expect(cabinet.when("PRINCIPAL.DISABLE frontend").text.hasPrefix("ERR storage_full"))
        #expect(cabinet.when("STATS")["storage"] == "full")
    }

    @Test("What was done before is answered again on a full disk")
    func retriesAreAnswered() {
        let cabinet = cabinet()
        cabinet.given("TOPUP \(Self.number) 1 ref=r1 id=once")
        cabinet.given(roomBytes: 0)
        #expect(cabinet.when("TOPUP \(Self.number) 1 ref=r1 id=once")["repeated"] == "1")
    }

    @Test("Changes are taken again when there is an eighth more than the reserve")
    func resumes() {
        let cabinet = cabinet()
        cabinet.given(roomBytes: reserve - 1)
        cabinet.when("TOPUP \(Self.number) 1 ref=r1")
        cabinet.given(roomBytes: reserve)
        #expect(cabinet.when("TOPUP \(Self.number) 1 ref=r1").text.hasPrefix("ERR storage_full"))
        cabinet.given(roomBytes: reserve + reserve / 8)
        #expect(cabinet.when("TOPUP \(Self.number) 1 ref=r1").isOK)
    }

    @Test("Fees that become due on a full disk are taken once there is room, at the instants they were due")
    func feesWait() {
        let cabinet = cabinet()
        cabinet.given("TARIFF.CHANGE \(Self.number) talk")
        let records = cabinet.records.count
        cabinet.given(roomBytes: 0)
        cabinet.at("2018-06-15T12:00:00Z")
        #expect(cabinet.records.count == records)
        cabinet.given(roomBytes: .max)
        cabinet.at("2018-06-15T12:00:01Z")
        let late = cabinet.records.count - records

        let other = self.cabinet()
        other.given("TARIFF.CHANGE \(Self.number) talk")
        other.at("2018-06-15T12:00:01Z")
        #expect(late == other.records.count - records && late > 0)
        #expect(cabinet.when("BALANCE \(Self.number)")["balance"] == other.when("BALANCE \(Self.number)")["balance"])
    }
}
