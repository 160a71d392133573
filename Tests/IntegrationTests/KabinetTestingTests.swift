/// The library that Swift front ends test with, used as they would use it.

import Client
import KabinetTesting
import Testing

@Suite(.realProcess)
struct KabinetTestingTests {
    private let activation =
        "SUBSCRIBER.ACTIVATE 79001234567 iccid=8970120000000000001 imsi=250200000000001 region=msk"
        + " tariff=moy-razgovor pin=1234 puk=12345678"

    @Test("A Swift test moves the clock, and the fee of a period is taken when the period ends")
    func fee() async throws {
        let kabinet = try await TestKabinet.start(kabinetd: Programs.kabinetd, at: "2018-03-01T09:00:00Z")
        defer { kabinet.stop() }

        try await kabinet.given(activation, "TOPUP 79001234567 500 ref=acq-1")
        let before = try await kabinet.admin.call("BALANCE 79001234567").ok()
        try await kabinet.moveClock(to: "2018-03-31T09:00:00Z")
        try await kabinet.restart()

        let after = try await kabinet.admin.call("BALANCE 79001234567").ok()
        #expect(before.minorUnits("balance") == 300_00)
        #expect(after.minorUnits("balance") == 100_00)
    }

    @Test("A principal of a test has the roles that it was given, and no others")
    func roles() async throws {
        let kabinet = try await TestKabinet.start(kabinetd: Programs.kabinetd, at: "2018-03-01T09:00:00Z")
        defer { kabinet.stop() }
        try await kabinet.given(activation)

        let acquirer = try await kabinet.connect(as: "acquirer", roles: "payments")
        _ = try await acquirer.call("TOPUP 79001234567 500 ref=acq-1").ok()
        let refused = try await acquirer.call("BALANCE 79001234567")
        let again = try await kabinet.connect(as: "acquirer", roles: "payments")

        #expect(refused.refusal?.code == "not_permitted")
        #expect(try await again.call("PING").isOK)
    }

    @Test("A program that is no service is named in the error")
    func noService() async throws {
        await #expect(throws: TestKabinetError.self) {
            _ = try await TestKabinet.start(kabinetd: "/nowhere/kabinetd", at: "2018-03-01")
        }
        await #expect(throws: TestKabinetError.self) {
            _ = try await TestKabinet.start(kabinetd: "/bin/true", at: "2018-03-01")
        }
    }
}
