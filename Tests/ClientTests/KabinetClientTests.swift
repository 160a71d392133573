import NIOCore
import Testing

@testable import Client

@Suite("The client", .timeLimit(.minutes(1)))
struct KabinetClientTests {
    @Test("gives each of many calls in flight its own reply")
    func pipelining() async throws {
        try await withService({ .say("OK echo=\($0.split(separator: " ").last!)\n") }) { client, service in
            let pending = (0..<1_000).map { client.send(Request("PING", String($0))) }
            for (index, reply) in pending.enumerated() {
                let echo = try await reply.value()["echo"]
                #expect(echo == String(index))
            }
            #expect(service.lines == (0..<1_000).map { "PING \($0)" })
        }
    }

    @Test("gives requests that were sent together their replies in order, an ERR among them")
    func together() async throws {
        try await withService({ line in
            line == "PING 7"
                ? .say("ERR not_found message=no\n") : .say("OK echo=\(line.split(separator: " ").last!)\n")
        }) { client, service in
            let first = client.send((0..<500).map { Request("PING", String($0)) })
            let second = client.send((500..<600).map { Request("PING", String($0)) })
            let replies = try await first.values() + second.values()
            #expect(replies.map { $0["echo"] } == (0..<600).map { $0 == 7 ? nil : String($0) })
            #expect(replies[7].refusal?.code == "not_found")
            #expect(service.lines == (0..<600).map { "PING \($0)" })
            #expect(try await client.send([Request]()).values().isEmpty)
            let error = await #expect(throws: ClientError.self) {
                try await client.send([Request("PING"), Request("PING\n")]).values()
            }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("may be called from many tasks at once")
    func manyTasks() async throws {
        try await withService({ .say("OK echo=\($0.split(separator: " ").last!)\n") }) { client, _ in
            try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                for index in 0..<200 {
                    group.addTask { (index, try await client.call("PING", String(index))["echo"]) }
                }
                for try await (index, echo) in group { #expect(echo == String(index)) }
            }
        }
    }

    @Test("collects rows, however the bytes are cut")
    func rows() async throws {
        try await withService({ line in
            .say(line == "A" ? "ROW tariff=a na" : "me=\"Мой онлайн\"\r\nROW tariff=b\nOK rows=2\nOK last=1\n")
        }) { client, _ in
            let first = client.send(line: "A")
            let second = client.send(line: "B")
            let reply = try await first.value()
            #expect(reply.rows.map { $0["tariff"] } == ["a", "b"])
            #expect(reply.rows[0]["name"] == "Мой онлайн")
            #expect(reply["rows"] == "2")
            let last = try await second.value()
            #expect(last.rows.isEmpty)
            #expect(last["last"] == "1")
        }
    }

    @Test("returns a refusal as a reply, and throws it from ok()")
    func refusal() async throws {
        try await withService({ _ in .say("ERR insufficient_funds field=amount message=\"no money\"\n") }) {
            client, _ in
            let reply = try await client.call("TARIFF.CHANGE", "79001234567", "moy-onlayn", named: ["id": "c-1"])
            #expect(!reply.isOK)
            #expect(reply.refusal?.code == "insufficient_funds")
            #expect(reply.refusal?.field == "amount")
            let error = await #expect(throws: ClientError.self) { try await client.call("X").ok() }
            #expect(error?.code == .refused)
            #expect(error?.refusal?.message == "no money")
        }
    }

    @Test("quotes a secret and signs in")
    func auth() async throws {
        try await withService({ _ in .say("OK principal=web\n") }) { client, service in
            try await client.auth(principal: "web", secret: "p \"q")
            #expect(service.lines == [#"AUTH web "p \"q""#])
        }
    }

    @Test("refuses a request that is not one line", arguments: ["", "   ", "PING\nPING", "PING\r"])
    func invalidRequest(_ line: String) async throws {
        try await withService({ _ in .say("OK\n") }) { client, service in
            let error = await #expect(throws: ClientError.self) { try await client.call(line) }
            #expect(error?.code == .invalidRequest)
            try await client.call("PING").ok()
            #expect(service.lines == ["PING"])
        }
    }

    @Test("fails every call in flight with the service's last message when the connection is lost")
    func connectionLost() async throws {
        try await withService({ line in
            switch line {
            case "FIRST": .say("OK n=1\n")
            case "LAST": .sayAndClose("")
            default: .silence
            }
        }) { client, _ in
            let pending = ["FIRST", "SECOND", "LAST"].map { client.send(line: $0) }
            let first = try await pending[0].value()
            #expect(first["n"] == "1")
            for reply in pending[1...] {
                let error = await #expect(throws: ClientError.self) { try await reply.value() }
                #expect(error?.code == .connectionLost)
            }
            let later = await #expect(throws: ClientError.self) { try await client.call("PING") }
            #expect(later?.code == .connectionLost)
        }
    }

    @Test("reports the reason for which the service closed the connection")
    func lastWords() async throws {
        try await withService({ _ in .sayAndClose("OK\nERR shutting_down message=\"come back soon\"\n") }) {
            client, _ in
            let first = client.send(line: "A")
            let second = client.send(line: "B")
            try await first.value().ok()
            // The service's last words may answer the second call, or find no call waiting: the time of its line tells
            // which.
            do throws(ClientError) {
                let reply = try await second.value()
                #expect(reply.refusal?.code == "shutting_down")
            } catch {
                #expect(error.code == .connectionLost)
                #expect(error.refusal?.code == "shutting_down")
            }
        }
    }

    @Test("times out one call and keeps the order of the others")
    func timeout() async throws {
        try await withService({ line in
            switch line {
            case "SLOW": .silence
            default: .say("OK late=1\nOK n=2\n")
            }
        }) { client, _ in
            let slow = client.send(line: "SLOW", timeout: .milliseconds(50))
            let error = await #expect(throws: ClientError.self) { try await slow.value() }
            #expect(error?.code == .timedOut)
            let next = try await client.call("NEXT")
            #expect(next["n"] == "2")
        }
    }

    @Test("returns from a cancelled call and keeps the order of the others")
    func cancellation() async throws {
        try await withService({ line in line == "SLOW" ? .silence : .say("OK late=1\nOK n=2\n") }) { client, service in
            let task = Task { try await client.call("SLOW") }
            while service.lines.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            task.cancel()
            let result = await task.result
            #expect(throws: ClientError.self) { try result.get() }
            if case .failure(let error as ClientError) = result { #expect(error.code == .cancelled) }
            let next = try await client.call("NEXT")
            #expect(next["n"] == "2")
        }
    }

    @Test("closes a connection that does not follow the protocol")
    func protocolViolation() async throws {
        try await withService({ _ in .say("HTTP/1.1 400 Bad Request\r\n\r\n") }) { client, _ in
            let error = await #expect(throws: ClientError.self) { try await client.call("PING") }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("closes a connection whose line has no end")
    func endlessLine() async throws {
        try await withService({ _ in .say("OK a=" + String(repeating: "x", count: 2 << 20)) }) { client, _ in
            let error = await #expect(throws: ClientError.self) { try await client.call("PING") }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("times out each call by its own deadline")
    func deadlines() async throws {
        try await withService({ line in line == "LAST" ? .say("OK n=1\nOK n=2\nOK n=3\n") : .silence }) { client, _ in
            let long = client.send(line: "LONG", timeout: .seconds(30))
            let short = client.send(line: "SHORT", timeout: .milliseconds(30))
            let error = await #expect(throws: ClientError.self) { try await short.value() }
            #expect(error?.code == .timedOut)
            let last = try await client.call("LAST")
            #expect(last["n"] == "3")
            let first = try await long.value()
            #expect(first["n"] == "1")
        }
    }

    @Test("times out the later of two calls after the earlier one")
    func laterDeadline() async throws {
        try await withService({ _ in .silence }) { client, _ in
            let pending = [80, 20, 50].map { client.send(line: "SLOW", timeout: .milliseconds($0)) }
            for reply in pending {
                let error = await #expect(throws: ClientError.self) { try await reply.value() }
                #expect(error?.code == .timedOut)
            }
        }
    }

    @Test("accepts any timeout, and does not mix the rows of two replies")
    func rowsOfOneReply() async throws {
        try await withService({ line in
            .say(line == "EVENTS" ? "EVENT seq=1\nERR busy message=\"half way\"\n" : "ROW a=1\nOK\n")
        }) { client, _ in
            let refused = try await client.call("EVENTS", timeout: .seconds(Int64.max))
            #expect(refused.rowsAreEvents && refused.rows.count == 1)
            #expect(refused.description == "EVENT seq=1\nERR busy message=\"half way\"")
            let next = try await client.call("CATALOG")
            #expect(!next.rowsAreEvents && next.rows.count == 1)
            #expect(next.description == "ROW a=1\nOK")
        }
    }

    @Test("names the address that it cannot reach")
    func cannotConnect() async throws {
        // tcpmux, which no program serves: a port that was free a moment ago may now be another test's.
        let port = 1
        let error = await #expect(throws: ClientError.self) {
            try await KabinetClient.connect(host: "127.0.0.1", port: port)
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("127.0.0.1:\(port)") == true)
    }
}

@Suite("A tail", .timeLimit(.minutes(1)))
struct EventTailTests {
    private static func event(_ seq: Int) -> String {
        #"EVENT seq=\#(seq) type=topped_up recorded=2018-05-01T10:00:00Z msisdn=79001234567 data="{\"amount\":35000}""#
            + "\n"
    }

    @Test("streams the events that follow its OK, in order, and ends with the service")
    func streaming() async throws {
        try await withService({ _ in
            .sayAndClose("OK from=5\n" + (5..<5_005).map(Self.event).joined() + "OK\n")
        }) { client, service in
            let tail = try await client.tail(from: 5, type: "topped_up")
            #expect(service.lines == ["TAIL from=5 type=topped_up"])
            #expect(tail.opening["from"] == "5")
            var expected: UInt64 = 5
            for try await event in tail {
                #expect(event.seq == expected)
                expected += 1
            }
            #expect(expected == 5_005)
        }
    }

    @Test("makes the service wait while its reader is slow, and loses no event")
    func backPressure() async throws {
        let count = 4_000
        try await withService({ _ in .say("OK from=1\n" + (1...count).map(Self.event).joined() + "OK\n") }) {
            client, _ in
            let tail = try await client.tail(from: 1)
            // No reader takes the events yet. If the client went on taking bytes, the test's time limit would end this.
            while try await client.channel.getOption(.autoRead).get() { try await Task.sleep(for: .milliseconds(1)) }
            var expected: UInt64 = 1
            for try await event in tail {
                guard event.seq == expected else { break }
                expected += 1
            }
            #expect(expected == UInt64(count) + 1)
        }
    }

    @Test("returns an event's values")
    func event() async throws {
        try await withService({ _ in .say("OK from=1\n" + Self.event(1)) }) { client, _ in
            var iterator = try await client.tail().makeAsyncIterator()
            let event = try #require(try await iterator.next())
            #expect(event.type == "topped_up")
            #expect(event.msisdn == "79001234567")
            #expect(event.principal == nil)
            #expect(event.data == #"{"amount":35000}"#)
        }
    }

    @Test("that falls behind ends with the service's reason")
    func slowReader() async throws {
        try await withService({ _ in
            .sayAndClose("OK from=1\n" + Self.event(1) + "ERR slow_reader message=\"read faster\" seq=2\n")
        }) { client, _ in
            let tail = try await client.tail()
            var seen: [UInt64] = []
            let error = await #expect(throws: ClientError.self) {
                for try await event in tail { seen.append(event.seq) }
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.refusal?.code == "slow_reader")
            #expect(seen == [1])
        }
    }

    @Test("that is refused leaves the connection usable")
    func refused() async throws {
        try await withService({ line in
            line.hasPrefix("TAIL") ? .say("ERR not_permitted message=\"auditors only\"\n") : .say("OK\n")
        }) { client, _ in
            let error = await #expect(throws: ClientError.self) { try await client.tail() }
            #expect(error?.code == .refused)
            try await client.call("PING").ok()
        }
    }

    @Test("takes the connection for itself")
    func exclusive() async throws {
        try await withService({ _ in .say("OK from=1\n") }) { client, _ in
            let tail = try await client.tail()
            let error = await #expect(throws: ClientError.self) { try await client.call("PING") }
            #expect(error?.code == .streaming)
            _ = tail
        }
    }
}
