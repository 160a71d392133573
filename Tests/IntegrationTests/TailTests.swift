/// TAIL: events as they are committed.

import Foundation
import Testing

@Suite(.realProcess)
struct TailTests {
    private let number = 79_001_234_567

    @Test("TAIL in lines sends past events, then new ones, in order, and QUIT ends it")
    func lines() throws {
        try Service.run { service in
            let admin = try service.signIn()
            let from = try #require(try admin.activate(number)["seq"].flatMap { Int($0) })
            let tail = try service.signIn()
            #expect(try tail.call("TAIL from=\(from)").isOK)
            func next() throws -> [String: String] { lineFields(try #require(try tail.stream.line())) }
            #expect(try next()["type"] == "subscriber_activated")
            for n in 1...50 {
                let payment = try admin.expectOK("TOPUP \(number) \(n) ref=r\(n)")["payment"]
                let event = try next()
                #expect(event["seq"] == payment)
                #expect(event["type"] == "topped_up")
                #expect(event["msisdn"] == "\(number)")
            }
            try tail.send("QUIT\n")
            #expect(try tail.stream.line() == "OK")
            #expect(try tail.stream.line() == nil)
            #expect(try admin.call("PING").isOK)
        }
    }

    @Test("TAIL in RESP3 sends each event as a push")
    func push() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let tail = try service.signInRESP(version: 3)
            _ = try tail.call("TAIL", "type=topped_up")
            try admin.activate(number + 1)
            for n in 1...10 {
                let payment = try admin.expectOK("TOPUP \(number) \(n) ref=r\(n)")["payment"]
                guard case .push(let items) = try tail.value() else {
                    Issue.record("no push")
                    return
                }
                #expect(items.first == .bulk("tail"))
                #expect(items.last?["seq"] == payment)
            }
            try tail.send(RESPConnection.encode(["QUIT"]))
            #expect(try tail.value() == .simple("OK"))
            #expect(try tail.stream.toEnd() == [])
        }
    }

    @Test("TAIL in RESP2 is refused, and the connection stays open")
    func resp2() throws {
        try Service.run { service in
            let connection = try service.connectRESP()
            _ = try connection.call("AUTH", "admin", try service.adminSecret)
            let refused = try connection.call("TAIL").text ?? ""
            #expect(refused.hasPrefix("ERR not_available"))
            #expect(try connection.call("PING") == .simple("PONG"))
        }
    }

    @Test("Only QUIT may follow TAIL")
    func onlyQuit() throws {
        try Service.run { service in
            let tail = try service.signIn()
            #expect(try tail.call("TAIL").isOK)
            #expect(try tail.call("PING").error == "not_available")
            #expect(try tail.stream.line() == nil)
        }
    }

    @Test("A client that resumes from the next position misses no event over kill -9")
    func resumes() throws {
        try Service.run { service in
            try service.signIn().activate(number)
            var seen: [Int] = []
            var paid: [Int] = []
            for round in 0..<3 {
                let admin = try service.signIn()
                let tail = try service.signIn()
                try tail.expectOK("TAIL from=\((seen.last ?? 0) + 1) type=topped_up")
                for n in 1...20 {
                    paid.append(
                        try #require(
                            try admin.expectOK("TOPUP \(number) 1 ref=\(round)-\(n)")["payment"].flatMap { Int($0) }))
                }
                // A reader that stops half way.
                for _ in 0..<(round == 2 ? paid.count - seen.count : 13) {
                    let line = try #require(try tail.stream.line())
                    seen.append(try #require(lineFields(line)["seq"].flatMap { Int($0) }))
                }
                try service.killHard()
                try service.restart()
            }
            #expect(seen == paid)
        }
    }
}
