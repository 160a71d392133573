/// Signing in at the real process: long polls, many attackers who guess, and an owner who still gets in.

import Foundation
import Testing

@Suite("Signing in", .realProcess)
struct AccessTests {
    private static let number = 79_001_234_567

    /// A subscriber with a cabinet.
    private func register(_ number: Int, _ admin: LineConnection) throws {
        try admin.activate(number)
        let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
        let code = try #require(try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows.last?["code"])
        try admin.expectOK("CONFIRM \(challenge) \(code) password=\"correct horse\"")
    }

    /// A connection that asked for a confirmation on the phone and waits for the answer.
    private func waiting(_ service: Service, seconds: Int) throws -> (LineConnection, challenge: String) {
        let connection = try service.signIn()
        let challenge = try #require(try connection.expectOK("LOGIN.PUSH \(Self.number)")["challenge"])
        try connection.send("CHALLENGE \(challenge) wait=\(seconds)\nPING\n")
        return (connection, challenge)
    }

    @Test("CHALLENGE wait= replies as soon as the phone answers, and the requests after it follow")
    func push() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try register(Self.number, admin)
            let (connection, _) = try waiting(service, seconds: 120)
            // Others are served meanwhile.
            #expect(try admin.expectOK("PING").isOK)

            try admin.expectOK("PUSH.REPLY \(Self.number) 1")

            let reply = try connection.reply()
            #expect(reply.isOK && reply["status"] == "granted", "\(reply)")
            #expect(try connection.reply().isOK)
            let session = try #require(reply["session"])
            let web = try admin.expectOK("PRINCIPAL.ADD web roles=frontend")
            let portal = try LineConnection(port: service.port)
            try portal.expectOK("AUTH web \(try #require(web["secret"]))")
            #expect(try portal.expectOK("BALANCE \(Self.number) session=\(session)")["balance"] == "0.00")
        }
    }

    @Test("Many requests wait for one challenge, all get a reply, and one of them gets the session")
    func crowd() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try register(Self.number, admin)
            let challenge = try #require(try admin.expectOK("LOGIN.PUSH \(Self.number)")["challenge"])
            let waiting = try (0..<200).map { _ in
                let connection = try service.signIn()
                try connection.send("CHALLENGE \(challenge) wait=120\n")
                return connection
            }
            // Some disconnect without a message.
            for connection in waiting.prefix(20) { connection.reset() }
            try admin.expectOK("PUSH.REPLY \(Self.number) 1")
            let replies = try waiting.dropFirst(20).map { try $0.reply() }
            let granted = replies.filter { $0["session"] != nil }
            #expect(granted.count <= 1)
            #expect(
                replies.allSatisfy { $0.isOK || $0.error == "not_found" }, "\(replies.filter { !$0.isOK }.prefix(1))")
        }
    }

    @Test("A wait ends when its time is over, and when the service stops")
    func ends() throws {
        try Service.run { service in
            try register(Self.number, try service.signIn())
            let (short, challenge) = try waiting(service, seconds: 1)
            let reply = try short.reply()
            #expect(reply["status"] == "pending", "\(reply)")
            #expect(try short.reply().isOK)
            try short.send("CHALLENGE \(challenge) wait=120\n")
            #expect(try service.signIn().expectOK("PING").isOK)

            #expect(try service.terminate() == .exited(0))

            #expect(try short.reply()["status"] == "pending")
        }
    }

    @Test(
        "After ten thousand wrong codes and passwords the limits hold, and the owner can sign in"
    )
    func guessing() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try register(Self.number, admin)
            for index in 1...20 { try admin.activate(Self.number + index) }
            let secrets = try (0..<8).map { index in
                try #require(try admin.expectOK("PRINCIPAL.ADD web\(index) roles=frontend")["secret"])
            }
            let before = try #require(try admin.expectOK("STATS")["events"].flatMap { Int($0) })
            let port = service.port
            let answers = try concurrently(8) { place in
                let connection = try LineConnection(port: port)
                try connection.expectOK("AUTH web\(place) \(secrets[place])")
                var answers: [String: Int] = [:]
                func say(_ line: String) throws -> LineReply {
                    let reply = try connection.call(line)
                    answers[reply.error ?? "OK", default: 0] += 1
                    return reply
                }
                for round in 0..<1250 {
                    // The owner's number, others' numbers, unused numbers.
                    let number = round % 3 == 0 ? Self.number : Self.number + round % 60
                    if round % 5 == 0 {
                        _ = try say("LOGIN \(number) guess-\(place)-\(round)")
                    } else {
                        let challenge = try say("PASSWORD.RECOVER \(number)")["challenge"] ?? "AAAAAAAAAAAAAAAAAAAAAA"
                        _ = try say("CONFIRM \(challenge) \(100_000 + round) password=another-password-\(round)")
                    }
                }
                return answers
            }
            let sum = answers.reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
            // 10,000 guesses: 2,000 passwords, 8,000 codes and as many requests for one.
            #expect(sum.values.reduce(0, +) == 18_000)
            #expect(
                Set(sum.keys).isSubset(of: ["OK", "sign_in_failed", "invalid_code", "too_many_attempts"]), "\(sum)")
            // Each principal has 600 a minute, all together 3,000, and a run may span several minutes.
            let after = try #require(try admin.expectOK("STATS")["events"].flatMap { Int($0) })
            #expect(after - before < 10_000, "\(sum)")
            print("10,000 guesses: \(after - before) events, answers \(sum.sorted { $0.key < $1.key })")
            // The password waits at most a quarter of an hour. A code does not wait for it.
            let fresh = try #require(try admin.expectOK("PRINCIPAL.ADD mobile roles=frontend")["secret"])
            let mobile = try LineConnection(port: port)
            try mobile.expectOK("AUTH mobile \(fresh)")
            let challenge = try #require(try mobile.expectOK("LOGIN.CODE \(Self.number)")["challenge"])
            let code = try #require(
                try admin.expectOK("NOTIFICATIONS msisdn=\(Self.number)").rows.last { $0["purpose"] == "sign_in" }?[
                    "code"])
            #expect(try mobile.expectOK("CONFIRM \(challenge) \(code)")["session"] != nil)
            let wait = try mobile.call(#"LOGIN \#(Self.number) "correct horse""#)
            #expect(wait.isOK || (wait["retry_after"].flatMap { Int($0) } ?? .max) <= 900, "\(wait)")
        }
    }

    @Test("Sign-ins beyond the queue's limit get busy")
    func busy() throws {
        try Service.run(["--attempts-per-principal", "100000", "--attempts-per-minute", "100000"]) { service in
            let admin = try service.signIn()
            try register(Self.number, admin)
            let connections = try (0..<700).map { _ in try service.signIn() }
            for (index, connection) in connections.enumerated() {
                try connection.send("LOGIN \(79_300_000_000 + index) wrong-password\n")
            }
            let replies = try connections.map { try $0.reply(within: 120) }
            let busy = replies.filter { $0.error == "busy" }
            #expect(!busy.isEmpty && busy.allSatisfy { $0["retry_after"] != nil })
            #expect(replies.allSatisfy { ["busy", "sign_in_failed"].contains($0.error) })
        }
    }
}
