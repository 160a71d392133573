/// VERIFY on a writer that is stepped, with a clock that the test sets: when it begins, who is answered, and the
/// replies.

import Accounts
import Engine
import EventLog
import LineProtocol
import Synchronization
import Testing

@Suite("Verification")
struct VerificationTests {
    private static let start = Instant(milliseconds: 1_519_894_800_000)
    private let connection = ConnectionID(port: 0, slot: 0, generation: 1)
    private let other = ConnectionID(port: 0, slot: 1, generation: 1)
    private let third = ConnectionID(port: 0, slot: 2, generation: 1)

    /// Collects the writer's output.
    private final class Outside: EventLoopPort {
        let inbox = Inbox()
        private struct Sent {
            var jobs: [VerificationJob] = []
            var chunks: [SnapshotChunk] = []
            var isGivenUp = false
            var text: [ConnectionID: String] = [:]
            var now = VerificationTests.start
            var uptime: Instant?
            var isStopping = false
        }
        private let sent = Mutex(Sent())

        var now: Instant {
            get { sent.withLock { $0.now } }
            set { sent.withLock { $0.now = newValue } }
        }
        /// The same as `now` until it is set.
        var uptime: Instant {
            get { sent.withLock { $0.uptime ?? $0.now } }
            set { sent.withLock { $0.uptime = newValue } }
        }
        var jobs: [VerificationJob] { sent.withLock { $0.jobs } }

        func deliver(_ deliveries: [ConnectionReplies]) {
            sent.withLock { sent in
                for delivery in deliveries {
                    sent.text[delivery.connection, default: ""] += String(decoding: delivery.bytes, as: UTF8.self)
                }
            }
        }
        func resume() {}

        func stop() { sent.withLock { $0.isStopping = true } }
        func verify(_ job: VerificationJob) -> Bool {
            sent.withLock { sent in
                if !sent.isStopping { sent.jobs.append(job) }
                return !sent.isStopping
            }
        }
        func write(_ job: SnapshotJob) {
            sent.withLock { sent in
                switch job {
                case .chunks(let chunks, _): sent.chunks += chunks
                case .givenUp: sent.isGivenUp = true
                case .makeRoom: break
                }
            }
        }
        /// The end of the snapshot that was written, once it is whole.
        func takeSnapshot() -> Position? {
            sent.withLock { sent in
                guard let last = sent.chunks.last, last.kind == .rest else { return nil }
                sent.chunks = []
                return last.position
            }
        }
        func take(_ connection: ConnectionID) -> String {
            sent.withLock { $0.text.removeValue(forKey: connection) ?? "" }
        }
    }

    private struct Unreadable: Error {}

    private func request(_ line: String, on connection: ConnectionID? = nil) throws -> Message {
        var decoder = RequestDecoder(table: commandTable)
        var consumed = 0
        let bytes = Array((line + "\n").utf8)
        guard case .request(let request) = decoder.next(bytes.span.bytes, consumed: &consumed) else {
            throw Unreadable()
        }
        return .request(
            IncomingRequest(connection: connection ?? self.connection, isRESP: false, request: request, keys: .fixed))
    }

    private func writer(_ outside: Outside, everyHours: Int = 0) throws -> Writer<MemoryStore> {
        let inbox = outside.inbox
        var services = WriterServices(
            inbox: inbox, tailer: Tailer(inbox: inbox), ports: [outside],
            begin: { ($0 as? VerificationJob).map { outside.verify($0) } ?? true }, clock: { outside.now },
            failStop: { fatalError($0) })
        services.uptime = { outside.uptime }
        services.writeSnapshot = { outside.write($0) }
        var path = CommandPath(state: AccountsState(), log: try EventLog(MemoryStore(MemoryDisk())), keys: .fixed)
        path.verification = VerificationState(everyHours: everyHours)
        var writer = Writer(path: path, services: services)
        for connection in [connection, other, third] {
            writer.path.connections.open(connection)
            writer.path.connections[connection].principal = 0
        }
        return writer
    }

    private func step(_ writer: inout Writer<MemoryStore>, _ outside: Outside, _ messages: Message...) {
        if case .mustStop(let reason) = writer.step(messages, at: outside.now) { Issue.record("\(reason)") }
    }

    /// Steps the writer with the messages that it left for itself.
    private func stepWithWhatCame(_ writer: inout Writer<MemoryStore>, _ outside: Outside) {
        var batch: [Message] = []
        _ = outside.inbox.take(into: &batch, waitingAtMost: 0)
        for message in batch { _ = writer.step([message], at: outside.now) }
    }

    /// Steps until the snapshot that was begun is whole, and reports it as on disk.
    private func finishSnapshot(_ writer: inout Writer<MemoryStore>, _ outside: Outside, bytes: Int? = 1000) throws
        -> Position
    {
        for _ in 0..<100_000 {
            if let position = outside.takeSnapshot() {
                step(
                    &writer, outside, .snapshot(.ended(SnapshotEnd(position: position, bytes: bytes, milliseconds: 1))))
                return position
            }
            step(&writer, outside)
        }
        throw Unreadable()
    }

    private func stats(_ writer: inout Writer<MemoryStore>, _ outside: Outside) throws -> [String: String] {
        step(&writer, outside, try request("STATS"))
        var fields: [String: String] = [:]
        let words: [Substring] = outside.take(connection).split { $0 == " " || $0 == "\n" }
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
        }
        return fields
    }

    @Test("A verification begins once an interval, never beside another one, and without any request")
    func schedule() throws {
        let outside = Outside()
        var writer = try writer(outside, everyHours: 24)
        step(&writer, outside, try request("CATALOG.DRAFT"))
        #expect(writer.millisecondsToNextDue() == Int64(24 * 3_600_000))
        outside.now = Self.start + .hours(23)
        step(&writer, outside)
        #expect(!writer.path.snapshot.isRunning)
        #expect(writer.millisecondsToNextDue() == Int64(3_600_000))
        #expect(try stats(&writer, outside)["verify"] == "none")

        outside.now = Self.start + .hours(24)
        step(&writer, outside)
        #expect(try stats(&writer, outside)["verify"] == "running")
        let position = try finishSnapshot(&writer, outside)
        #expect(outside.jobs.map(\.position) == [position])
        #expect(writer.millisecondsToNextDue() == Int64(24 * 3_600_000))

        // The verification takes longer than its interval.
        outside.now = Self.start + .hours(48)
        step(&writer, outside)
        #expect(!writer.path.snapshot.isRunning)
        #expect(outside.jobs.count == 1)
        for message in outside.jobs[0].messages([], snapshots: 1, trialBalance: .zero, milliseconds: 12) {
            step(&writer, outside, message)
        }
        step(&writer, outside, try request("CATALOG.DRAFT"))
        _ = outside.take(connection)
        let after = try stats(&writer, outside)
        #expect(after["verify"] == "ok")
        #expect(after["verify_position"] == "\(position)")
        #expect(after["verify_lag"] == "1")

        outside.now = Self.start + .hours(72)
        step(&writer, outside)
        _ = try finishSnapshot(&writer, outside)
        #expect(outside.jobs.count == 2)
    }

    @Test("Without an interval no verification begins by itself")
    func noSchedule() throws {
        let outside = Outside()
        var writer = try writer(outside)
        outside.now = Self.start + .hours(10_000)
        step(&writer, outside)
        #expect(!writer.path.snapshot.isRunning)
        #expect(writer.millisecondsToNextDue() == nil)
    }

    @Test("A verification is due after its hours, even if the clock is set meanwhile")
    func clockIsSet() throws {
        let outside = Outside()
        let began = outside.now
        var writer = try writer(outside, everyHours: 24)
        // The clock is set forward, but only an hour has passed.
        (outside.now, outside.uptime) = (began + .days(400), began + .hours(1))
        step(&writer, outside)
        #expect(!writer.path.snapshot.isRunning)
        #expect(writer.millisecondsToNextDue() == TimeSpan.hours(23).milliseconds)
        // The clock is set back, but a day has passed.
        (outside.now, outside.uptime) = (began - .days(400), began + .hours(24))
        step(&writer, outside)
        #expect(writer.path.snapshot.isRunning)
    }

    @Test("A verification that is due on a full disk waits for room without using the processor")
    func waitsForRoom() throws {
        let outside = Outside()
        let disk = MemoryDisk()
        let inbox = Inbox()
        let services = WriterServices(
            inbox: inbox, tailer: Tailer(inbox: inbox), ports: [outside], begin: { _ in true }, clock: { outside.now },
            failStop: { fatalError($0) })
        var path = CommandPath(state: AccountsState(), log: try EventLog(MemoryStore(disk)), keys: .fixed)
        path.verification = VerificationState(everyHours: 1)
        var writer = Writer(path: path, services: services)
        // Enough for changes, and not for a snapshot.
        disk.roomBytes = StorageReserve.defaultBytes + 1
        outside.now = Self.start + .hours(1)
        step(&writer, outside)
        #expect(!writer.path.snapshot.isRunning)
        #expect(writer.millisecondsToNextDue() == Int64(1000))
        disk.roomBytes = .max
        step(&writer, outside)
        #expect(writer.path.snapshot.isRunning)
    }

    @Test("Two requests at once share one verification, and a request while it runs gets busy")
    func twoAskers() throws {
        let outside = Outside()
        var writer = try writer(outside)
        step(&writer, outside, try request("VERIFY"), try request("VERIFY", on: other))
        let position = try finishSnapshot(&writer, outside)
        #expect(outside.jobs.count == 1)
        #expect(outside.take(connection) == "" && outside.take(other) == "")

        step(&writer, outside, try request("VERIFY"))
        #expect(outside.take(connection).hasPrefix("ERR busy retry_after=10"))

        for message in outside.jobs[0].messages([], snapshots: 2, trialBalance: .zero, milliseconds: 1234) {
            step(&writer, outside, message)
            // STATS shows at least as much as the last reply.
            step(&writer, outside, try request("STATS", on: third))
            #expect(outside.take(third).contains(" verify=ok "))
        }
        let said = "OK rows=0 result=ok position=\(position) snapshots=2 trial_balance=0.00 seconds=1.234\n"
        #expect(outside.take(connection) == said)
        #expect(outside.take(other) == said)
    }

    @Test("Differences are returned to every request, by account and first position, and STATS shows them")
    func findings() throws {
        let outside = Outside()
        var writer = try writer(outside)
        step(&writer, outside, try request("CATALOG.DRAFT"), try request("VERIFY"))
        _ = outside.take(connection)
        let position = try finishSnapshot(&writer, outside)
        let fault = StateFault(
            projection: "balances", position: 7, account: 3, msisdn: MSISDN(text: "79001234567".utf8), message: "other")
        for message in outside.jobs[0].messages([fault], snapshots: 1, trialBalance: .zero, milliseconds: 1) {
            step(&writer, outside, message)
        }
        let lines = outside.take(connection).split(separator: "\n")
        #expect(lines.first == "ROW projection=balances first=7 account=3 msisdn=79001234567 message=other")
        #expect(lines.last?.hasPrefix("OK rows=1 result=different position=\(position) ") == true)
        let stats = try stats(&writer, outside)
        #expect(stats["verify"] == "different")
        #expect(stats["verify_projection"] == "balances" && stats["verify_first"] == "7")
    }

    @Test("Without a snapshot to compare with every request is refused, and the next request takes one")
    func lostSnapshot() throws {
        let outside = Outside()
        var writer = try writer(outside)
        step(&writer, outside, try request("VERIFY"), try request("VERIFY", on: other))
        _ = try finishSnapshot(&writer, outside, bytes: nil)
        for connection in [connection, other] {
            #expect(outside.take(connection).hasPrefix("ERR not_available"))
        }
        #expect(outside.jobs.isEmpty)
        step(&writer, outside, try request("VERIFY"))
        _ = try finishSnapshot(&writer, outside)
        #expect(outside.jobs.count == 1)
    }

    @Test("A stop while the snapshot is taken refuses the request with shutting_down")
    func stopping() throws {
        let outside = Outside()
        var writer = try writer(outside)
        step(&writer, outside, try request("VERIFY"), try request("VERIFY", on: other))
        outside.stop()
        _ = try finishSnapshot(&writer, outside)
        stepWithWhatCame(&writer, outside)
        for connection in [connection, other] {
            #expect(outside.take(connection).hasPrefix("ERR shutting_down"))
        }
    }

    @Test("A read of the past is refused as busy when too many wait")
    func tooManyReads() throws {
        let outside = Outside()
        let inbox = outside.inbox
        let services = WriterServices(
            inbox: inbox, tailer: Tailer(inbox: inbox), ports: [outside], begin: { !($0 is PastRead) },
            clock: { outside.now }, failStop: { fatalError($0) })
        let path = CommandPath(state: AccountsState(), log: try EventLog(MemoryStore(MemoryDisk())), keys: .fixed)
        var writer = Writer(path: path, services: services)
        writer.path.connections.open(connection)
        writer.path.connections[connection].principal = 0
        step(&writer, outside, try request("TRIAL.BALANCE at=0"))
        stepWithWhatCame(&writer, outside)
        #expect(outside.take(connection).hasPrefix("ERR busy retry_after=1"))
    }
}
