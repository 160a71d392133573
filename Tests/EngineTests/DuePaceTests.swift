/// A midnight at which many fees are due. The writer is stepped, with a clock that the test sets.

import Accounts
import Engine
import EventLog
import LineProtocol
import Synchronization
import TestSupport
import Testing

@Suite("The pace of due things") struct DuePaceTests {
    private static let start = Instant(milliseconds: 1_519_894_800_000)  // 2018-03-01T09:00:00Z
    private static let midnight = start + .hours(12)
    private static let first = 79_000_000_000

    private final class Outside: EventLoopPort {
        private let now = Mutex(DuePaceTests.start)
        private let text = Mutex("")

        func set(_ instant: Instant) { now.withLock { $0 = instant } }
        var time: Instant { now.withLock { $0 } }
        func take() -> String {
            text.withLock { text in
                defer { text = "" }
                return text
            }
        }
        func deliver(_ deliveries: [ConnectionReplies]) {
            text.withLock { text in
                for delivery in deliveries { text += String(decoding: delivery.bytes, as: UTF8.self) }
            }
        }
        func resume() {}
    }

    private final class Service {
        let outside = Outside()
        let inbox = Inbox()
        let disk = MemoryDisk()
        var writer: Writer<MemoryStore>
        private let connection = ConnectionID(port: 0, slot: 0, generation: 1)

        /// So many numbers, whose fee of 60 is due at midnight and who have 100.
        init(fees: Int, perSecond: Int = DuePace.defaultPerSecond, ofTest: Bool = false) throws {
            let outside = outside
            let services = WriterServices(
                inbox: inbox, tailer: Tailer(inbox: inbox), ports: [outside], begin: { _ in true },
                clock: { outside.time }, failStop: { fatalError($0) })
            var path = CommandPath(state: AccountsState(), log: try EventLog(MemoryStore(disk)), keys: .fixed)
            path.duePace = DuePace(perSecond: perSecond)
            if ofTest { path.beginEventTime(at: DuePaceTests.start, .test) }
            writer = Writer(path: path, services: services)
            writer.path.connections.open(connection)
            writer.path.connections[connection].principal = 0
            for line in ["CATALOG.DRAFT empty=1"] + SampleCatalog.requests { #expect(try say(line).hasPrefix("OK")) }
            let talk = try #require(writer.path.state.catalog.offeringNumber("talk"))
            for number in 0..<fees {
                let account = AccountIndex(number + 1)
                writer.path.given(
                    .subscriberActivated(
                        SubscriberActivated(
                            msisdn: UInt64(DuePaceTests.first + number), region: "msk", tariff: talk, unpaid: true)),
                    on: account, at: DuePaceTests.start)
                let charge = Charge(
                    kind: .tariffFee, offering: talk, amount: 6000, periodEnd: DuePaceTests.midnight.milliseconds)
                writer.path.given(
                    .toppedUp(ToppedUp(amount: 16_000, method: .cash, charges: [charge], balanceAfter: 10_000)),
                    on: account, at: DuePaceTests.start)
            }
            step([])
            _ = outside.take()
        }

        @discardableResult
        func step(_ batch: [Message]) -> Int {
            let before = writer.path.counters.dueCarriedOut
            if case .mustStop(let reason) = writer.step(batch, at: outside.time) { Issue.record("\(reason)") }
            return writer.path.counters.dueCarriedOut - before
        }

        /// A step with everything that waits. Returns how many due things it carried out.
        func step() -> Int {
            var batch: [Message] = []
            _ = inbox.take(into: &batch, waitingAtMost: 0)
            return step(batch)
        }

        func request(_ line: String) throws -> Message {
            var (decoder, consumed) = (RequestDecoder(table: commandTable), 0)
            guard case .request(let request) = decoder.next(Array((line + "\n").utf8).span.bytes, consumed: &consumed)
            else { fatalError(line) }
            return .request(IncomingRequest(connection: connection, isRESP: false, request: request, keys: .fixed))
        }

        /// The reply to a request, in a batch of its own.
        func say(_ line: String) throws -> String {
            step([try request(line)])
            return outside.take()
        }

        func pass(_ length: TimeSpan) { outside.set(outside.time + length) }
        func isBehind() throws -> Int {
            try #require(say("STATS").firstMatch(of: /due_behind=([0-9]+)/).flatMap { Int($0.1) })
        }

        /// The accounts whose fee was charged, in the order of the log.
        func charged() throws -> [AccountIndex] {
            var found: [AccountIndex] = []
            for position in 1...writer.path.log.last {
                let (meta, event) = try writer.path.log.event(at: position)
                if case .feesCharged = event { found.append(meta.account) }
            }
            return found
        }
    }

    @Test("While nobody asks, a step carries out as many as one commit takes") func nobodyAsks() throws {
        let service = try Service(fees: 5000)
        service.outside.set(Self.midnight)
        #expect(service.step([]) == 4096)
        #expect(service.writer.millisecondsToNextDue() == 0, "the writer does not sleep")
        #expect(service.step([]) == 904)
        #expect(try service.charged() == Array(1...5000), "account by account")
    }

    @Test("While somebody asks, and for a second after it, a step carries out a slice") func somebodyAsks() throws {
        let service = try Service(fees: 1000, perSecond: 0)
        service.outside.set(Self.midnight)
        let slice = service.writer.path.duePace.slice
        #expect(slice < 100)
        // One request of the step is of a number that is last in turn: its fee comes before its reply.
        #expect(service.step([try service.request("BALANCE \(Self.first + 999)")]) == slice + 1)
        #expect(service.outside.take().contains("balance=40.00"))
        #expect(service.step([]) == slice)
        service.pass(.seconds(1))
        #expect(service.step([]) == 1000 - 2 * slice - 1)
    }

    @Test("Requests without a pause do not starve what is due, and wait for no more than the pace a second")
    func pace() throws {
        let service = try Service(fees: 1000, perSecond: 10_000)
        service.outside.set(Self.midnight)
        var (steps, milliseconds) = (0, 0)
        while try service.isBehind() > 0 {
            service.pass(TimeSpan(milliseconds: 2))
            (steps, milliseconds) = (steps + 1, milliseconds + 2)
            #expect(steps < 100)
        }
        // The first slice needs no time.
        #expect(milliseconds * 10 >= 1000 - service.writer.path.duePace.slice)
        #expect(try service.charged() == Array(1...1000))
    }

    @Test("A writer with overdue things sleeps until a slice may be carried out, and not longer") func sleep() throws {
        let service = try Service(fees: 1000, perSecond: 1000)
        service.outside.set(Self.midnight)
        let slice = Int64(service.writer.path.duePace.slice)
        _ = try service.isBehind()
        #expect(service.writer.millisecondsToNextDue() == slice)
        service.pass(TimeSpan(milliseconds: slice))
        #expect(service.writer.millisecondsToNextDue() == 0)
        #expect(service.step([]) == Int(slice))
    }

    @Test(
        "A payment and a read of a number whose fee is overdue meet the number after its fee",
        arguments: ["BALANCE", "ACCOUNT", "TOPUP"])
    func ownNumberFirst(verb: String) throws {
        let service = try Service(fees: 500, perSecond: 1)
        service.outside.set(Self.midnight)
        let rest = verb == "TOPUP" ? " 10 ref=a" : ""
        let reply = try service.say("\(verb) \(Self.first + 400)\(rest)")
        #expect(reply.contains(verb == "TOPUP" ? "balance=50.00" : "balance=40.00"), "\(reply)")
        service.pass(.seconds(1))
        service.step([])
        #expect(try service.charged().sorted() == Array(1...500), "each once, though one was before its turn")
    }

    @Test("STATS counts what is overdue, and names its first instant") func progress() throws {
        let service = try Service(fees: 200, perSecond: 1)
        #expect(try service.say("STATS").contains("due_behind=0 orders_open"))
        service.outside.set(Self.midnight)
        let reply = try service.say("STATS")
        #expect(reply.contains("due_behind=\(200 - service.writer.path.duePace.slice) due_since=2018-03-01T21:00:00Z"))
        // The clock is set back: nothing is overdue any more.
        service.outside.set(Self.start)
        #expect(try service.isBehind() == 0)
        service.outside.set(Self.midnight)
        service.pass(.seconds(5))
        service.step([])
        #expect(try service.isBehind() == 0)
    }

    @Test("A test's clock goes to midnight and stands there until every fee is charged") func testClock() throws {
        let service = try Service(fees: 300, perSecond: 0, ofTest: true)
        #expect(try service.say("CLOCK.SET 2018-03-02T00:00:00Z") == "", "the reply waits")
        let behind = try service.isBehind()
        #expect((1..<300).contains(behind))
        #expect(try service.say("BALANCE \(Self.first + 299)").contains("balance=40.00"))
        var steps = 0
        var reply = ""
        while reply.isEmpty, steps < 50 {
            #expect(service.step() <= 2 * service.writer.path.duePace.slice)
            (steps, reply) = (steps + 1, service.outside.take())
        }
        #expect(reply.hasPrefix("OK clock=2018-03-02T00:00:00Z"))
        #expect(try service.charged().sorted() == Array(1...300))
    }
}
