/// More peers than are welcome, peers that say nothing, and peers that vanish without a word.

import Foundation
import Glibc
import Testing

@Suite(.realProcess, .serialized)
struct CrowdTests {
    private let number = 79_001_234_567

    @Test("A thousand idle connections, in both protocols, cost the others nothing")
    func idle() throws {
        try Service.run { service in
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

    @Test(
        "Beyond the limit of connections new ones are closed at once; those within are served, and room is given again")
    func limit() throws {
        try Service.run(environment: ["KABINET_MAXIMUM_CONNECTIONS": "50"]) { service in
            try flood(service, within: 50)
        }
    }

    @Test("The same where descriptors run out before that")
    func descriptors() throws {
        try Service.run(launcher: ["/bin/sh", "-c", "ulimit -n 80 && exec \"$0\" \"$@\""]) { service in
            try flood(service, within: nil)
        }
    }

    /// Connects 300 times; `within` so many are served, if that is known.
    private func flood(_ service: Service, within limit: Int?) throws {
        let admin = try service.signIn()
        try admin.activate(number)
        var crowd: [LineConnection] = []
        for _ in 0..<300 {
            guard let connection = try? service.connect() else { continue }
            try? connection.send("PING\n")
            crowd.append(connection)
        }
        // Those that came first are served, others are closed or wait to be taken in.
        var served = 0
        for connection in crowd.prefix(limit.map { $0 - 1 } ?? 20) {
            #expect(try connection.reply().isOK)
            served += 1
        }
        if limit != nil {
            for connection in crowd.dropFirst(served) { #expect(try connection.stream.toEnd() == []) }
        }
        for payment in 0..<100 { try admin.expectOK("TOPUP \(number) 1 ref=during-\(payment)") }
        #expect(service.process.isRunning)

        // When they are gone, others find room.
        crowd = []
        #expect(
            try eventually {
                guard let connection = try? service.connect() else { return false }
                return (try? connection.call("PING").isOK) ?? false
            })
        let again = try service.signIn()
        #expect(try again.call("BALANCE \(number)")["balance"] == "100.00")
        print("300 connections at once, \(served) asked for and served meanwhile: 100 top-ups, 0 lost, 0 done twice")
    }

    @Test(
        "Peers that vanish without a word, with requests under way: what was done is done once, and they are forgotten")
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
            // What they are told comes back as a reset: only so does the service learn of it.
            #expect(try eventually(within: 30) { try admin.call("STATS")["connections"] == "1" })
            let events = try admin.call("STATS")["events"].flatMap { Int($0) } ?? 0
            let done = try admin.call("BALANCE \(number)")["balance"].flatMap { Double($0) }.map { Int($0) } ?? 0
            // Said again with the same ids, each is done, once.
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

    @Test("An idle peer that has vanished is found out: every connection is asked by TCP whether it is there")
    func keepAlive() throws {
        try Service.run { service in
            let idle = try (0..<10).map { _ in try service.connect() }
            for connection in idle { #expect(try connection.call("PING").isOK) }
            // The service's side of each has its keep-alive timer running: 2, in the column of timers. While a reply is
            // on its way it is another.
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
