/// Peers that stop halfway: half-closed, dropped, silent, or sending without ever reading.

import Foundation
import Glibc
import Testing

@Suite(.realProcess, .serialized)
struct SlowPeerTests {
    private let number = 79_001_234_567

    @Test("A client that closes its sending side still gets every reply", arguments: [1, 100])
    func halfClosed(count: Int) throws { try sayAllAndClose(count) }

    // Sooner or later the replies fill the socket, or the end comes while AUTH is waited for.
    @Test(
        "A client that closes its sending side gets every reply, also more than the socket takes at once",
        arguments: [1_000, 6_000, 20_000])
    func halfClosedWithMore(count: Int) throws { try sayAllAndClose(count) }

    private func sayAllAndClose(_ count: Int) throws {
        try Service.run { service in
            let secret = try service.adminSecret
            try service.signIn().activate(number)

            let lines = try service.connect()
            try lines.send(
                "AUTH admin \(secret)\n" + (1...count).map { "TOPUP \(number) 1 ref=a\($0)\n" }.joined()
                    + "PAYMENTS \(number) limit=1\nBALANCE \(number)\n")
            lines.closeOutput()
            let text = String(decoding: try lines.stream.toEnd(within: 60), as: UTF8.self).split(separator: "\n")
            #expect(text.count == count + 4)
            #expect(text.last.map { lineFields(String($0))["balance"] } == "\(count).00")

            let resp = try service.connectRESP()
            let topUps = (1...count).flatMap { RESPConnection.encode(["TOPUP", "\(number)", "1", "ref=b\($0)"]) }
            try resp.send(RESPConnection.encode(["AUTH", "admin", secret]) + topUps)
            resp.closeOutput()
            _ = try resp.value()
            var last: RESPValue?
            for _ in 1...count { last = try resp.value() }
            #expect(last?["balance"] == "\(2 * count).00")
            #expect(try resp.stream.toEnd() == [])
        }
    }

    @Test("An incomplete request is never done, however the connection ends")
    func dropped() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            for isReset in [false, true] {
                let connection = try service.signIn()
                try connection.send("TOPUP \(number) 5 ref=half")
                if isReset { connection.reset() } else { connection.closeOutput() }
                if !isReset { #expect(try connection.stream.toEnd() == []) }
                let resp = try service.signInRESP(version: 3)
                try resp.send("*4\r\n$5\r\nTOPUP\r\n$11\r\n\(number)\r\n$1\r\n5\r\n$8\r\nref=ha")
                if isReset { resp.reset() } else { resp.closeOutput() }
            }
            #expect(try admin.call("BALANCE \(number)")["balance"] == "0.00")
            // Connections are forgotten when they end: only this one is left.
            #expect(try eventually { try admin.call("STATS")["connections"] == "1" })
        }
    }

    @Test("A connection that ends with requests in flight does not disturb the service")
    func droppedUnderWay() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            for round in 0..<20 {
                let connection = try service.signIn()
                try connection.send((0..<100).map { "TOPUP \(number) 1 ref=\(round)-\($0)\n" }.joined())
                if round % 2 == 0 { connection.reset() }
            }
            #expect(try eventually { try admin.call("STATS")["connections"] == "1" })
            let balance = try admin.call("BALANCE \(number)")["balance"]
            let count = try admin.call("EVENTS msisdn=\(number) type=topped_up limit=1000")["rows"].flatMap { Int($0) }
            #expect(count.map { min($0, 1000) } == balance.flatMap { Double($0) }.map { min(Int($0), 1000) })
            #expect(try admin.call("TRIAL.BALANCE")["sum"] == "0.00")
        }
    }

    @Test(
        "A client that sends without reading delays only itself, in bounded memory",
        arguments: ["EVENTS limit=1000", "CATALOG", "COMMANDS", "PAYMENTS 79001234567 limit=1000"])
    func flood(request: String) throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            for start in stride(from: 0, to: 2000, by: 500) {
                try admin.send((start..<start + 500).map { "TOPUP \(number) 1 ref=r\($0)\n" }.joined())
                for _ in 0..<500 { _ = try admin.reply() }
            }
            let before = try service.residentBytes()

            // Given 5,000 heavy reads whose replies are not read.
            let flooding = try service.signIn()
            let bytes = Array(String(repeating: request + "\n", count: 5_000).utf8)
            let descriptor = flooding.stream.descriptor
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            var sent = 0
            var highest = before
            var longest = Duration.zero
            let deadline = ContinuousClock.now + .seconds(4)
            while ContinuousClock.now < deadline {
                if sent < bytes.count {
                    let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
                    if count > 0 { sent += count }
                }
                // Then others are served meanwhile,
                let asked = ContinuousClock.now
                #expect(try admin.call("BALANCE \(number)", within: 60)["balance"] == "2000.00")
                longest = max(longest, ContinuousClock.now - asked)
                highest = max(highest, try service.residentBytes())
                usleep(50_000)
            }
            // and memory is bounded.
            let grown = (highest - before) / (1 << 20)
            print(
                "5,000 unread '\(request)': memory grew by \(grown) MB, another waited \(longest / .milliseconds(1)) ms at most"
            )
            // One connection's reads may be a batch of 4,096, for which a debug build needs seconds, and more if the
            // cores are shared.
            #expect(longest < .seconds(30))
            #expect(grown < 200)

            // When it reads at last, every reply is there, whole.
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
            let first = try flooding.reply(within: 60)
            #expect(first.isOK)
            for _ in 0..<20 { #expect(try flooding.reply().lines.count == first.lines.count) }
        }
    }

    @Test("Many idle connections do not slow the others")
    func idle() throws {
        try Service.run { service in
            let idle = try (0..<200).map { _ in try service.connect() }
            let admin = try service.signIn()
            #expect(try admin.call("STATS")["connections"] == "201")
            for connection in idle { #expect(try connection.call("PING").isOK) }
        }
    }
}
