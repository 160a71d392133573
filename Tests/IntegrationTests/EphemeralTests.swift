/// A service that keeps nothing, and a clock in the test's hands.

import Foundation
import Glibc
import Testing

/// `kabinetd --ephemeral` for a test; it ends with its standard input.
final class EphemeralService {
    static let adminSecret = String(repeating: "A", count: 43)
    let process: ChildProcess
    let port: UInt16

    init(_ arguments: [String] = [], adminSecret: String? = adminSecret) throws {
        process = try ChildProcess(
            Programs.kabinetd,
            ["--ephemeral", "--listen", "127.0.0.1:0", "--until-input-closes"]
                + (adminSecret.map { ["--admin-secret", $0] } ?? []) + arguments)
        let ready = "kabinetd is ready on 127.0.0.1:"
        guard let line = try process.output.line(within: 60), line.hasPrefix(ready),
            let port = UInt16(line.dropFirst(ready.count))
        else { throw HarnessError("an ephemeral kabinetd did not become ready") }
        self.port = port
    }

    /// Ended and not killed, so that its directory goes with it.
    deinit {
        process.closeInput()
        _ = try? process.wait(within: 20)
    }

    func signIn() throws -> LineConnection {
        let connection = try LineConnection(port: port)
        try connection.expectOK("AUTH admin \(Self.adminSecret)")
        return connection
    }

    /// Its directory in memory; nil if it is gone.
    var directory: String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
        return names.filter { $0.hasPrefix("kabinetd-") }.map { "/dev/shm/" + $0 }.first {
            (try? String(contentsOfFile: $0 + "/lock", encoding: .utf8)) == "\(process.pid)\n"
        }
    }
}

@Suite("An ephemeral service", .realProcess)
struct EphemeralTests {
    @Test func itEndsWithItsInputAndLeavesNothing() throws {
        let service = try EphemeralService()
        let directory = try #require(service.directory)
        service.process.closeInput()
        #expect(try service.process.wait(within: 20) == .exited(0))
        #expect(access(directory, F_OK) != 0)
    }

    @Test func theDirectoryOfAKilledOneIsRemovedByTheNextAndThatOfALivingOneStays() throws {
        let (killed, living) = (try EphemeralService(), try EphemeralService())
        let (abandoned, used) = (try #require(killed.directory), try #require(living.directory))
        killed.process.send(signal: SIGKILL)
        _ = try killed.process.wait(within: 10)
        // Another test's service may have removed it by now.
        let next = try EphemeralService()
        #expect(access(abandoned, F_OK) != 0 && access(used, F_OK) == 0)
        try next.signIn().expectOK("STATS")
        try living.signIn().expectOK("STATS")
    }

    @Test func itSaysSoAndTakesTheSecretThatItWasGiven() throws {
        let service = try EphemeralService()
        let admin = try service.signIn()
        #expect(try admin.expectOK("HELLO")["ephemeral"] == "1")
        #expect(try admin.expectOK("STATS")["ephemeral"] == "1")
        #expect(try admin.expectOK("HELLO")["test_clock"] == nil)
    }

    @Test func historyThePastTheTreeAndVerificationAreThere() throws {
        let service = try EphemeralService()
        let admin = try service.signIn()
        try admin.activate(79_001_234_567)
        let first = try #require(try admin.expectOK("TOPUP 79001234567 10 ref=a")["seq"])
        try admin.expectOK("TOPUP 79001234567 10 ref=b")
        #expect(try admin.expectOK("BALANCE 79001234567 at=\(first)")["balance"] == "10.00")
        #expect(try admin.expectOK("EVENTS msisdn=79001234567 type=topped_up").rows.count == 2)
        #expect(try admin.expectOK("VERIFY")["result"] == "ok")
        #expect(try admin.expectOK("CHECKPOINT")["size"] == (try admin.expectOK("STATS")["events"]))
        try admin.expectOK("PROOF \(first)")
        let tail = try service.signIn()
        try tail.send("TAIL from=\(first)\n")
        #expect(try tail.stream.line()?.hasPrefix("OK ") == true)
        #expect(try tail.stream.line()?.hasPrefix("EVENT seq=\(first) type=topped_up ") == true)
        try admin.expectOK("ERASE 79001234567")
        try admin.expectOK("RESTART")
        #expect(try admin.expectOK("BALANCE 79001234567")["balance"] == "20.00")
    }

    @Test func aQuestionThatIsWaitedForExpiresWhenTheClockIsMovedBeyondItsEnd() throws {
        let service = try EphemeralService(["--test-clock", "2018-03-01"])
        let (portal, admin) = (try service.signIn(), try service.signIn())
        try admin.activate(79_001_234_567)
        let challenge = try #require(try admin.expectOK("LOGIN.PUSH 79001234567")["challenge"])
        try portal.send("CHALLENGE \(challenge) wait=100\n")
        try admin.expectOK("CLOCK.SET 2018-03-02")
        #expect(try portal.reply(within: 60)["status"] == "expired")
    }

    @Test func aServiceThatKeepsItsLogDropsNoState() throws {
        try Service.run { service in
            let admin = try service.signIn()
            #expect(try admin.call("RESTART").error == "not_available")
            #expect(try admin.expectOK("HELLO")["ephemeral"] == nil)
        }
    }

    @Test(arguments: [
        (["--ephemeral", "--data", "/tmp/x"], "leave --data"),
        (["--ephemeral", "--admin-secret", "short"], "43 characters"),
        (["--admin-secret", String(repeating: "A", count: 43)], "--ephemeral"),
        (["--ephemeral", "--test-clock", "noon"], "--test-clock must be a time"),
        (["--ephemeral", "--test-clock", "2018-01-01", "--event-time", "2018-01-01"], "one clock"),
        (
            [
                "--ephemeral", "--test-clock", "2018-01-01", "--plaintext-beyond-loopback", "--listen", "0.0.0.0:0",
            ], "loopback alone"
        ),
    ])
    func settingsThatContradictAreRefused(arguments: [String], words: String) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let process = try ChildProcess(Programs.kabinetd, arguments, errors: home + "/errors")
        #expect(try process.wait(within: 20) == .exited(78))
        #expect(try String(contentsOfFile: home + "/errors", encoding: .utf8).contains(words))
    }

    @Test func aTestsClockIsChosenWhenALogIsMade() throws {
        try Service.run { service in
            #expect(try service.terminate() == .exited(0))
            let errors = service.home + "/errors"
            let refused = try ChildProcess(
                Programs.kabinetd, ["--data", service.data, "--test-clock", "2018-01-01", "--listen", "127.0.0.1:0"],
                errors: errors)
            #expect(try refused.wait(within: 20) == .exited(78))
            #expect(try String(contentsOfFile: errors, encoding: .utf8).contains("was not made for tests"))
        }
    }

    @Test func aLogOfATestStaysOneAndIsServedOnLoopbackAlone() throws {
        try Service.run(["--test-clock", "2018-03-01T09:00:00Z"]) { service in
            try service.signIn().expectOK("CLOCK.SET 2018-03-02")
            try service.killHard()
            let beyond = try ChildProcess(
                Programs.kabinetd,
                ["--data", service.data, "--listen", "0.0.0.0:0", "--plaintext-beyond-loopback"],
                errors: service.home + "/errors")
            #expect(try beyond.wait(within: 20) == .exited(78))
            try service.restart()
            #expect(try service.signIn().expectOK("HELLO")["test_clock"] == "2018-03-02T00:00:00Z")
        }
    }
}
