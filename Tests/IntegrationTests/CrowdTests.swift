/// More peers than the limit, peers that send nothing, and peers that vanish without closing.

import Foundation
import Glibc
import Testing

@Suite(.realProcess, .serialized)
struct CrowdTests {
    private let number = 79_001_234_567

    @Test("A thousand idle connections in both protocols do not slow the others")
    func idle() throws {
        // They stay strangers for as long as the test takes.
        try Service.run(["--sign-in-seconds", "600"]) { service in
            let before = try service.residentBytes()
            let lines = try (0..<500).map { _ in try service.connect() }
            let resp = try (0..<500).map { _ in try service.connectRESP() }
            for connection in resp { #expect(try connection.call("PING") == .simple("PONG")) }

            let load = TopUpLoad()
            try load.activate(service)
            try load.run(service) { sleep(1) }
            try load.retry(service)
            try load.verify(service)

            #expect(try service.signIn().call("STATS")["connections"].flatMap { Int($0) } ?? 0 > 1000)
            for connection in lines { #expect(try connection.call("PING").isOK) }
            for connection in resp { #expect(try connection.call("PING") == .simple("PONG")) }
            let grown = (try service.residentBytes() - before) / (1 << 20)
            print("a thousand idle connections, \(grown) MB with the load's: \(load.summary)")
            #expect(grown < 300)
        }
    }

    @Test("Beyond the limit of connections clients that sign in are accepted, and strangers get the reason")
    func limit() throws {
        try Service.run(["--maximum-connections", "50"]) { service in
            try flood(service, strangers: 25)
            // When all are signed in, the next one is refused, and gets the reason.
            let others = try (0..<50).map { _ in try service.signIn() }
            let refused = try service.connect()
            #expect(try refused.stream.line()?.hasPrefix("ERR busy retry_after=") == true)
            #expect(try refused.stream.toEnd() == [])
            for connection in others { try connection.expectOK("PING") }
        }
    }

    @Test("The limit of connections is lowered to the available descriptors, and the service reports that")
    func descriptors() throws {
        try Service.run(launcher: ["/bin/sh", "-c", "ulimit -n 130 && exec \"$0\" \"$@\""]) { service in
            #expect(service.logText.contains("descriptors"))
            try flood(service, strangers: nil)
        }
    }

    /// Connects 300 times without signing in; at most `strangers` of them may stay, if that is known.
    private func flood(_ service: Service, strangers: Int?) throws {
        let admin = try service.signIn()
        try admin.activate(number)
        let crowd = try (0..<300).map { _ in try service.connect() }
        // The last ones are connected, and the others were told to sign in, when they made room.
        #expect(try eventually { try Int(admin.call("STATS")["connections"] ?? "") ?? 0 <= (strangers ?? 60) + 1 })
        #expect(try crowd[299].call("PING").isOK)
        var told = 0
        for connection in crowd.prefix(300 - (strangers ?? 60)) {
            let line = try connection.stream.line()
            if line?.hasPrefix("ERR busy ") == true { told += 1 }
            #expect(line == nil || line?.contains("sign in") == true)
        }
        #expect(told > 0)
        // A peer that signs in is let in, in spite of the crowd.
        let again = try service.signIn()
        for payment in 0..<100 { try again.expectOK("TOPUP \(number) 1 ref=during-\(payment)") }
        #expect(try admin.call("BALANCE \(number)")["balance"] == "100.00")
        print("300 strangers at once, \(told) were told to sign in: 100 top-ups, 0 lost, 0 done twice")
    }

    @Test("A connection without sign-in or requests is closed with the reason, and one that waits is not idle")
    func deadlines() throws {
        try Service.run(["--sign-in-seconds", "1", "--idle-seconds", "3"]) { service in
            let stranger = try service.connect()
            let speaking = try service.connectRESP()
            #expect(try speaking.call("PING") == .simple("PONG"))
            let admin = try service.signIn()
            try admin.activate(number)
            let (tail, waiting) = (try service.signIn(), try service.signIn())
            try tail.send("TAIL\n")
            #expect(try tail.stream.line()?.hasPrefix("OK") == true)
            let challenge = try #require(try waiting.expectOK("LOGIN.PUSH \(number)")["challenge"])
            let asked = ContinuousClock.now
            try waiting.send("CHALLENGE \(challenge) wait=6\n")

            // Then strangers are closed, whether or not they send anything,
            #expect(try stranger.stream.line()?.hasPrefix("ERR auth_required ") == true)
            #expect(try stranger.stream.toEnd() == [])
            #expect(try speaking.value().text?.contains("auth_required") == true)
            // a signed-in connection is closed later, once it is idle,
            #expect(try admin.stream.line()?.hasPrefix("ERR expired ") == true)
            #expect(try admin.stream.toEnd() == [])
            // and a connection that waits for something is not idle.
            #expect(try waiting.reply()["status"] == "pending")
            // The service counts whole milliseconds of its own clock, so its six seconds may end a little earlier here.
            #expect(ContinuousClock.now - asked >= .seconds(6) - .milliseconds(10))
            try service.signIn().expectOK("TOPUP \(number) 1 ref=late")
            while let line = try tail.stream.line(), !line.contains("late") {}
            try waiting.expectOK("PING")
        }
    }

    @Test("Strangers of one address close only each other's connections")
    func addresses() throws {
        try Service.run(["--listen", "127.0.0.1:0", "--connections-per-address", "5"]) { service in
            let others = try (0..<5).map { _ in try RawConnection(port: service.port, from: "127.0.0.2") }
            let crowd = try (0..<20).map { _ in try service.connect() }
            for connection in crowd.prefix(15) {
                #expect(try connection.stream.line()?.hasPrefix("ERR busy ") == true)
            }
            for connection in crowd.suffix(5) { try connection.expectOK("PING") }
            for connection in others {
                try connection.send("PING\n")
                #expect(try connection.stream.line() == "OK")
            }
        }
    }

    @Test("A portal with too many sign-ins delays only itself, and other principals get replies")
    func fairness() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let secrets = try ["busy", "other"].map { name in
                try #require(try admin.expectOK("PRINCIPAL.ADD \(name) roles=frontend")["secret"])
            }
            func code(_ challenge: LineReply) throws -> (String, String) {
                let rows = try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows
                return (try #require(challenge["challenge"]), try #require(rows.last { $0["code"] != nil }?["code"]))
            }
            let (registration, first) = try code(try admin.expectOK("REGISTER \(number)"))
            try admin.expectOK("CONFIRM \(registration) \(first) password=\"correct horse\"")
            let other = try service.connect()
            try other.expectOK("AUTH other \(secrets[1])")
            let (challenge, digits) = try code(try other.expectOK("LOGIN.CODE \(number)"))

            // Given a portal with more sign-ins than may wait,
            let crowd = try (0..<540).map { _ in
                let connection = try service.connect()
                try connection.expectOK("AUTH busy \(secrets[0])")
                return connection
            }
            let before = try admin.call("STATS")["requests"].flatMap { Int($0) } ?? 0
            for (index, connection) in crowd.enumerated() {
                try connection.send("LOGIN \(number + 1 + index) \"not the password\"\n")
            }
            #expect(try eventually { try Int(admin.call("STATS")["requests"] ?? "") ?? 0 > before + crowd.count })
            func waiting() -> Int {
                crowd.count { connection in
                    var found = pollfd(fd: connection.stream.descriptor, events: Int16(POLLIN), revents: 0)
                    return poll(&found, 1, 0) == 0
                }
            }
            // then another's code, which takes no hash, and its password are answered while hundreds of those wait,
            let confirmed = try other.call("CONFIRM \(challenge) \(digits)", within: 60)
            let (afterCode, session) = (waiting(), try #require(confirmed["session"], "\(confirmed)"))
            #expect(afterCode > 250)
            try other.expectOK("BALANCE \(number) session=\(session)")
            let signedIn = try other.call("LOGIN \(number) \"correct horse\"", within: 60)
            #expect(signedIn.isOK && waiting() > 200, "\(signedIn), \(waiting()) wait")
            // and each of those is answered in the end, or was refused because too many waited.
            for connection in crowd {
                let reply = try connection.reply(within: 60)
                #expect(["sign_in_failed", "busy"].contains(reply.error), "\(reply)")
            }
            print("another portal's code was confirmed while \(afterCode) sign-ins of a busy one waited")
        }
    }

    @Test(
        "The requests of clients that disappear are done at most once, and their connections are closed")
    func vanished() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let requests = { (peer: String) in
                (0..<100).map { "TOPUP 79001234567 1 ref=\(peer)-\($0) id=\(peer)-\($0)" }
            }
            var isPermitted = true
            for peer in 0..<20 {
                let lines = try service.signIn()
                try lines.send(requests("l\(peer)").joined(separator: "\n") + "\n")
                let resp = try service.signInRESP(version: 3)
                try resp.send(
                    requests("r\(peer)").flatMap { RESPConnection.encode($0.split(separator: " ").map(String.init)) })
                isPermitted = lines.vanish() && resp.vanish()
            }
            if !isPermitted { print("peers cannot vanish here, and are closed: TCP_REPAIR is not permitted") }
            // The peers' machine answers the replies with a reset: only then does the service learn of the end.
            #expect(try eventually(within: 30) { try admin.call("STATS")["connections"] == "1" })
            let events = try admin.call("STATS")["events"].flatMap { Int($0) } ?? 0
            let done = try admin.call("BALANCE \(number)")["balance"].flatMap { Double($0) }.map { Int($0) } ?? 0
            // Each request that is sent again with its id is done, once.
            var repeated = 0
            for peer in (0..<20).flatMap({ ["l\($0)", "r\($0)"] }) {
                try admin.send(requests(peer).joined(separator: "\n") + "\n")
                for _ in 0..<100 {
                    let reply = try admin.reply()
                    #expect(reply.isOK)
                    if reply["repeated"] == "1" { repeated += 1 }
                }
            }
            #expect(repeated == done)
            #expect(try admin.call("BALANCE \(number)")["balance"] == "4000.00")
            #expect(try admin.call("STATS")["events"] == "\(events + 4000 - done)")
            print("40 peers that vanished with 4,000 top-ups under way: \(done) were done, 0 lost, 0 done twice")
        }
    }

    @Test("TCP keepalive is on for every connection, so that a lost client is found")
    func keepAlive() throws {
        try Service.run { service in
            let idle = try (0..<10).map { _ in try service.connect() }
            for connection in idle { #expect(try connection.call("PING").isOK) }
            // The service's side of each has its keep-alive timer running: 2, in the column of timers. While a reply is
            // on its way, the timer is another.
            let port = String(format: ":%04X", service.port)
            var timers: [Substring] = []
            let isAsked = try eventually {
                let table = try ByteStream(open("/proc/net/tcp", O_RDONLY)).toEnd()
                let rows = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
                let established = rows.map { $0.split(separator: " ") }.filter {
                    $0[1].hasSuffix(port) && $0[3] == "01"
                }
                timers = established.map { $0[5] }
                return timers.count == idle.count && timers.allSatisfy { $0.hasPrefix("02:") }
            }
            #expect(isAsked, "\(timers)")
        }
    }
}
