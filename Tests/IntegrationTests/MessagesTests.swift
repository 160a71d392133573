/// `kabinet messages`, and the preparations that Tools/run makes for it and for the cabinet.

import Foundation
import Glibc
import Testing

@Suite("Messages without a gateway", .realProcess)
struct MessagesTests {
    private let number = 79_001_234_567

    private func environment(_ service: Service) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return ["PATH": "\(Programs.binaries):\(path)", "KABINET_CONNECT": "127.0.0.1:\(service.port)", "TZ": "UTC"]
    }

    private func prepare(_ service: Service, _ arguments: String...) throws -> ExitStatus {
        try ChildProcess(
            Programs.repository + "/Tools/prepare", [service.data] + arguments, environment: environment(service)
        ).finish(within: 30).status
    }

    private func messages(_ service: Service, _ arguments: String...) throws -> ChildProcess {
        try ChildProcess(
            Programs.binaries + "/kabinet",
            ["messages", "--principal", "sms", "--secret-file", service.data + "/sms.secret"] + arguments,
            environment: environment(service), errors: service.home + "/messages-errors")
    }

    private func secret(_ name: String, _ service: Service) throws -> String {
        try String(contentsOfFile: "\(service.data)/\(name).secret", encoding: .utf8)
    }

    @Test("The list says that it stands in, follows, and ends by an interrupt", arguments: [SIGINT, SIGTERM])
    func follows(_ interrupt: Int32) throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            try #require(try prepare(service) == .exited(0))
            let list = try messages(service)
            #expect(try list.output.line()?.contains("stands in for an SMS gateway") == true)
            let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
            let line = try #require(try list.output.line())
            let code = try #require(line.firstMatch(of: /79001234567  code ([0-9]{6}) to register \(valid/)?.1)
            try admin.expectOK("CONFIRM \(challenge) \(code) password=\"correct horse\"")
            #expect(try list.output.line()?.hasSuffix("the cabinet of this number is registered") == true)
            list.send(signal: interrupt)
            #expect(try list.wait(within: 10) == .exited(0))
        }
    }

    @Test("A question on the phone shows the command that answers it")
    func answers() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            try #require(try prepare(service) == .exited(0))
            let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
            let code = try #require(try admin.expectOK("NOTIFICATIONS").rows.first?["code"])
            try admin.expectOK("CONFIRM \(challenge) \(code) password=\"correct horse\"")
            try admin.expectOK("LOGIN.PUSH \(number)")
            let (output, status) = try messages(service, "--once", "--msisdn", "\(number)").finish(within: 30)
            #expect(status == .exited(0))
            let command = try #require(output.firstMatch(of: /question: .* to answer 1:  (kabinet call .*)\n/)?.1)
            let answer = try ChildProcess("/bin/sh", ["-c", String(command)], environment: environment(service))
            #expect(try answer.finish(within: 30).output.contains("granted=1"))
        }
    }

    @Test("Before the service has a principal for the messages, the list is refused")
    func refused() throws {
        try Service.run { service in
            let list = try ChildProcess(
                Programs.binaries + "/kabinet", ["messages"], environment: environment(service),
                errors: service.home + "/messages-errors")
            #expect(try list.finish(within: 30).status == .exited(1))
        }
    }

    @Test("Preparing again changes nothing, and a lost secret is replaced")
    func prepares() throws {
        try Service.run { service in
            let admin = try service.signIn()
            func position() throws -> String? { try admin.expectOK("BALANCE 79005550101")["seq"] }
            #expect(try prepare(service, "--demo") == .exited(0))
            let (before, secrets) = (try position(), [try secret("web", service), try secret("sms", service)])
            for name in ["web", "sms"] {
                #expect(
                    try FileManager.default.attributesOfItem(atPath: "\(service.data)/\(name).secret")[
                        .posixPermissions]
                        as? Int == 0o600)
            }
            #expect(try prepare(service, "--demo") == .exited(0))
            #expect(try position() == before)
            #expect([try secret("web", service), try secret("sms", service)] == secrets)

            try FileManager.default.removeItem(atPath: service.data + "/sms.secret")
            #expect(try prepare(service) == .exited(0))
            #expect(try secret("web", service) == secrets[0] && secret("sms", service) != secrets[1])
            #expect(try messages(service, "--once").finish(within: 30).status == .exited(0))
        }
    }

    @Test("The demo has a paid number with records, one to link and one that owes its fee; none is registered")
    func demo() throws {
        try Service.run { service in
            #expect(try prepare(service, "--demo") == .exited(0))
            let admin = try service.signIn()
            for (number, status) in [("79005550101", "active"), ("79005550102", "active"), ("79005550103", "unpaid")] {
                let account = try admin.expectOK("ACCOUNT \(number)")
                #expect(account["tariff_status"] == status && account["registered"] == "0")
            }
            let usage = try admin.expectOK("USAGE.SOURCES")
            #expect(usage.rows.first?["missing"] == "0")
            #expect(try admin.expectOK("PAYMENTS 79005550101").rows.count == 2)
            let records = try admin.expectOK("STATEMENT 79005550101 from=2020-01-01 to=2099-01-01").rows
            #expect(Set(records.compactMap { $0["kind"] }) == ["voice", "sms", "mms", "data", "service", "payment"])
        }
    }

    @Test("Preparing needs a data directory", arguments: [[], ["--demo"], ["data", "--other"]])
    func usage(_ arguments: [String]) throws {
        let script = try ChildProcess(
            Programs.repository + "/Tools/prepare", arguments, errors: "/dev/null")
        #expect(try script.finish(within: 30).status == .exited(64))
    }
}
