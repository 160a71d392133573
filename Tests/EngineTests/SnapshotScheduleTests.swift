/// When a snapshot is due: by the number of events, at a new day, after a failure, on a disk that fills up. The writer
/// is stepped, with a clock that the test sets.

import Accounts
import Engine
import EventLog
import LineProtocol
import Synchronization
import Testing

@Suite("When a snapshot is due") struct SnapshotScheduleTests {
    private static let start = Instant(milliseconds: 1_519_894_800_000)  // 2018-03-01T09:00:00Z
    private static let reserve = StorageReserve.defaultBytes

    /// Collects the writer's output.
    private final class Outside: EventLoopPort {
        private struct Given {
            var now = SnapshotScheduleTests.start
            var last: SnapshotChunk?
            var room: [Int] = []
            var text = ""
        }
        private let given = Mutex(Given())

        var now: Instant {
            get { given.withLock { $0.now } }
            set { given.withLock { $0.now = newValue } }
        }
        /// The bytes of each request for room.
        func takeRoom() -> [Int] {
            given.withLock { given in
                defer { given.room = [] }; return given.room
            }
        }
        func takeText() -> String {
            given.withLock { given in
                defer { given.text = "" }; return given.text
            }
        }
        /// The position of the snapshot that was written, once it is whole.
        func takeSnapshot() -> Position? {
            given.withLock { given in
                guard let last = given.last, last.kind == .rest else { return nil }
                given.last = nil
                return last.position
            }
        }
        func write(_ job: SnapshotJob) {
            given.withLock { given in
                switch job {
                case .chunks(let chunks, _): given.last = chunks.last
                case .givenUp: given.last = nil
                case .makeRoom(let bytes): given.room.append(bytes)
                }
            }
        }
        func deliver(_ deliveries: [ConnectionReplies]) {
            given.withLock { given in
                for delivery in deliveries { given.text += String(decoding: delivery.bytes, as: UTF8.self) }
            }
        }
        func resume() {}
    }

    private final class Service {
        let outside = Outside()
        let disk = MemoryDisk()
        var writer: Writer<MemoryStore>
        private let connection = ConnectionID(port: 0, slot: 0, generation: 1)

        init(events: Int = 1000, keeping retention: SnapshotRetention = .init()) throws {
            let (inbox, outside) = (Inbox(), outside)
            var services = WriterServices(
                inbox: inbox, tailer: Tailer(inbox: inbox), ports: [outside], begin: { _ in true },
                clock: { outside.now }, failStop: { fatalError($0) })
            services.writeSnapshot = { outside.write($0) }
            let path = CommandPath(
                state: AccountsState(), log: try EventLog(MemoryStore(disk)), keys: .fixed,
                snapshot: SnapshotState(events: events, keeping: retention))
            writer = Writer(path: path, services: services)
            writer.path.connections.open(connection)
            writer.path.connections[connection].principal = 0
        }

        /// One batch. `line`: a request; nil if there is none.
        func step(_ line: String? = nil) throws {
            var batch: [Message] = []
            if let line {
                var (decoder, consumed) = (RequestDecoder(table: commandTable), 0)
                guard
                    case .request(let request) = decoder.next(Array((line + "\n").utf8).span.bytes, consumed: &consumed)
                else { fatalError(line) }
                batch = [
                    .request(IncomingRequest(connection: connection, isRESP: false, request: request, keys: .fixed))
                ]
            }
            if case .mustStop(let reason) = writer.step(batch, at: outside.now) { Issue.record("\(reason)") }
        }

        /// A change at a time after the start.
        func change(at length: TimeSpan) throws {
            outside.now = SnapshotScheduleTests.start + length
            try step("CATALOG.DRAFT")
        }

        func take(_ news: SnapshotNews) { _ = writer.step([.snapshot(news)], at: outside.now) }

        /// Steps until the snapshot is whole, and reports it as on disk, or as failed.
        func finish(fails: Bool = false, past: PastSnapshots? = nil) throws {
            for _ in 0..<100_000 {
                if let position = outside.takeSnapshot() {
                    let recorded = writer.path.state.recorded
                    return take(
                        .ended(
                            SnapshotEnd(
                                position: position, bytes: fails ? nil : 1000, milliseconds: 1, recorded: recorded,
                                past: past)))
                }
                try step()
            }
            Issue.record("no snapshot comes")
        }

        var isRunning: Bool { writer.path.snapshot.isRunning }
    }

    @Test("The first event of another day makes a snapshot due, once a day, and a day without events none")
    func daily() throws {
        let service = try Service()
        try service.change(at: .hours(0))
        try service.change(at: .hours(14))
        #expect(!service.isRunning, "the day of the first event is not over")
        service.outside.now = Self.start + .hours(20)
        try service.step()
        #expect(!service.isRunning, "no event was recorded on the next day")
        try service.change(at: .hours(20))
        #expect(service.isRunning)
        try service.finish()
        try service.change(at: .hours(30))
        #expect(!service.isRunning)
        try service.change(at: .days(9))
        #expect(service.isRunning)
    }

    @Test("A snapshot of the same day, whatever its reason, is that day's")
    func asked() throws {
        let service = try Service()
        try service.change(at: .hours(0))
        try service.step("SNAPSHOT")
        try service.finish()
        try service.change(at: .days(1))
        #expect(service.isRunning)
        // The day changes again while it is taken.
        try service.change(at: .days(2))
        try service.finish()
        #expect(service.writer.path.snapshot.last >= 2)
        try service.change(at: .days(2) + .hours(1))
        #expect(!service.isRunning)
    }

    @Test("Without daily snapshots, or if snapshots are taken only when asked for, a new day makes none due")
    func switchedOff() throws {
        for (events, daily) in [(0, 31), (1000, 0)] {
            let service = try Service(events: events, keeping: SnapshotRetention(daily: daily, monthly: 24))
            for day in 0..<5 { try service.change(at: .days(Int64(day))) }
            #expect(!service.isRunning, "\(events) \(daily)")
        }
    }

    @Test("A snapshot of a day that failed is tried again an hour later, and not before")
    func failed() throws {
        let service = try Service()
        try service.change(at: .hours(0))
        try service.change(at: .days(1))
        try service.finish(fails: true)
        try service.change(at: .days(1) + .minutes(59))
        #expect(!service.isRunning)
        try service.change(at: .days(1) + .minutes(61))
        #expect(service.isRunning)
    }

    private var kept: PastSnapshots {
        var past = PastSnapshots()
        (past.count, past.bytes, past.from) = (3, 3000, Self.start)
        return past
    }

    @Test("Before changes are refused for want of room, kept snapshots are asked to make some, once at a time")
    func roomIsMade() throws {
        let service = try Service()
        try service.change(at: .hours(0))
        try service.step("SNAPSHOT")
        try service.finish(past: kept)
        service.disk.roomBytes = Self.reserve * 5 / 4 - 7
        try service.step()
        #expect(service.outside.takeRoom() == [7])
        try service.step()
        #expect(service.outside.takeRoom() == [], "it was asked already")
        #expect(service.writer.path.reserve.state == .ok)
        service.take(.madeRoom(PastSnapshots()))
        try service.step()
        #expect(service.outside.takeRoom() == [], "none is left")
    }

    @Test("A snapshot that has no room is refused, and kept ones make room for the next attempt")
    func roomForSnapshot() throws {
        let service = try Service()
        try service.change(at: .hours(0))
        try service.step("SNAPSHOT")
        try service.finish(past: kept)
        _ = service.outside.takeText()
        service.disk.roomBytes = Self.reserve * 5 / 4 + 1
        try service.step()
        #expect(service.outside.takeRoom() == [])
        service.disk.roomBytes = Self.reserve + (2 << 20)
        // As at a day's change, with less room than another snapshot takes.
        try service.step("SNAPSHOT")
        #expect(service.outside.takeText().hasPrefix("ERR storage_full retry_after="))
        #expect(service.outside.takeRoom().count == 1)
        service.disk.roomBytes = Self.reserve * 2
        service.take(.madeRoom(PastSnapshots()))
        try service.step("SNAPSHOT")
        #expect(service.outside.takeText().hasPrefix("OK "))
    }

    @Test("STATS shows the snapshots that are kept for the past")
    func stats() throws {
        let service = try Service()
        try service.change(at: .hours(0))
        try service.step("STATS")
        var text = service.outside.takeText()
        #expect(text.contains(" past_snapshots=0 past_snapshot_bytes=0 ") && !text.contains("past_snapshots_from"))
        try service.step("SNAPSHOT")
        try service.finish(past: kept)
        _ = service.outside.takeText()
        try service.step("STATS")
        text = service.outside.takeText()
        #expect(
            text.contains(" past_snapshots=3 past_snapshot_bytes=3000 past_snapshots_from=2018-03-01T09:00:00Z "))
        #expect(!text.contains("past_target"))
    }
}
