/// Reads of the past that wait long: they are told how far the state is, and find it when they ask again. The clock is
/// one of the test, and moves when it is read so many times.

import Accounts
import Engine
import EventLog
import Foundation
import LineProtocol
import Logging
import Synchronization
import Testing

@Suite("Reads of the past that wait long") struct PastWaitsTests {
    /// More events than a replay looks at the clock for.
    private static let events: Position = 5 * 4096 + 100

    /// Stands still, and is an hour later from its `late`th reading on.
    private final class Clock: Sendable {
        private struct Readings {
            var count = 0
            var late = Int.max
            var then: (@Sendable () -> Void)?
        }
        private let readings = Mutex(Readings())

        func isLate(at late: Int, then body: (@Sendable () -> Void)? = nil) {
            readings.withLock { $0 = Readings(late: late, then: body) }
        }
        var now: Instant {
            let readings = readings.withLock { readings in
                readings.count += 1
                return readings
            }
            if readings.count == readings.late { readings.then?() }
            return Instant(milliseconds: readings.count >= readings.late ? 3_600_000 : 0)
        }
    }

    private final class Port: EventLoopPort {
        private let text = Mutex<[ConnectionID: [String]]>([:])
        func deliver(_ deliveries: [ConnectionReplies]) {
            text.withLock { text in
                for delivery in deliveries {
                    text[delivery.connection, default: []] += String(decoding: delivery.bytes, as: UTF8.self)
                        .split(separator: "\n").filter { !$0.hasPrefix("ROW") }.map { String($0) }
                }
            }
        }
        func resume() {}
        func replies(_ connection: ConnectionID) -> [String] { text.withLock { $0[connection] ?? [] } }
    }

    private final class Reads: Sendable {
        let all = Mutex<[PastRead]>([])
    }

    /// A log on disk, its writer, and the thread of the past.
    private final class Desk {
        let directory = NSTemporaryDirectory() + "kabinet-past-" + UUID().uuidString
        let clock = Clock()
        let past: Past
        private let port = Port()
        private let inbox = Inbox()
        private let reads = Reads()
        private var writer: Writer<QueuedStore>
        private var connections = 0

        init() throws {
            let data = directory + "/data"
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            var opened = try Engine.open(
                data: data, masterKey: nil, clock: systemClock, progress: { _ in })
            let start = Instant(milliseconds: 1_519_894_800_000)
            opened.path.given(.principalAdded(PrincipalAdded(number: 1, name: "boss")), on: 0, at: start)
            while opened.path.log.last < PastWaitsTests.events {
                opened.path.given(.principalDisabled(PrincipalDisabled(number: 1)), on: 0, at: start)
            }
            try opened.path.commitOrThrow()
            let states = PastStates(
                data: data, of: opened.path.log.store.identity, opened.path.log.makeReader())
            let clock = clock
            past = Past(
                states, vault: opened.vault, inbox: inbox,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, patience: .seconds(5),
                clock: { clock.now })
            let reads = reads
            let services = WriterServices(
                inbox: inbox, tailer: Tailer(inbox: inbox), ports: [port],
                begin: { errand in
                    if let read = errand as? PastRead { reads.all.withLock { $0.append(read) } }
                    return true
                }, clock: { start }, failStop: { fatalError($0) })
            writer = opened.writer(services)
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }

        /// Asks for the books at a position, on a connection of its own.
        func ask(at position: Position) throws -> ConnectionID {
            connections += 1
            let connection = ConnectionID(port: 0, slot: connections, generation: 1)
            writer.path.connections.open(connection)
            writer.path.connections[connection].principal = 0
            var (decoder, consumed) = (RequestDecoder(table: commandTable), 0)
            let line = Array("TRIAL.BALANCE at=\(position)\n".utf8)
            guard case .request(let request) = decoder.next(line.span.bytes, consumed: &consumed) else {
                fatalError("not a request")
            }
            _ = writer.step(
                [.request(IncomingRequest(connection: connection, isRESP: false, request: request, keys: .fixed))],
                at: Instant(milliseconds: 1_519_894_800_000))
            for read in reads.all.withLock({ reads in
                defer { reads = [] }; return reads
            }) {
                #expect(past.submit(read))
            }
            return connection
        }

        /// Runs the thread of the past until its replies have come, or until its end.
        func reply(to connection: ConnectionID) -> String {
            while port.replies(connection).isEmpty { receive(waiting: 20) }
            return port.replies(connection)[0]
        }

        func receive(waiting milliseconds: Int64 = 0) {
            var batch: [Message] = []
            _ = inbox.take(into: &batch, waitingAtMost: milliseconds)
            if !batch.isEmpty { _ = writer.step(batch, at: Instant(milliseconds: 1_519_894_800_000)) }
        }

        func replies(to connection: ConnectionID) -> [String] { port.replies(connection) }
    }

    private func run(_ past: Past) -> Thread {
        let thread = Thread { past.run() }
        thread.start()
        return thread
    }

    @Test("A read that waits too long learns how far its state is, once, and the same read then finds the state")
    func goesOn() throws {
        let desk = try Desk()
        let target = Self.events - 50
        let first = try desk.ask(at: target)
        let other = try desk.ask(at: target + 7)
        // The reads of it: when they are taken in hand, when the replay begins, at every 4,096th event.
        desk.clock.isLate(at: 4)
        let thread = run(desk.past)
        let words = "the state at position \(target) is being made: 39 % (event 8192 of \(target))"
        for connection in [first, other] {
            let reply = desk.reply(to: connection)
            #expect(reply.hasPrefix("ERR busy retry_after="), "\(reply)")
            #expect(reply.contains(words), "\(reply)")
        }
        // The state is not given to others before the one that was told to come has come.
        let again = try desk.ask(at: target)
        let reply = desk.reply(to: again)
        #expect(reply.hasPrefix("OK ") && reply.contains(" seq=\(target)"), "\(reply)")
        let later = try desk.ask(at: target + 7)
        #expect(desk.reply(to: later).contains(" seq=\(target + 7)"))
        desk.past.stop()
        while !thread.isFinished { desk.receive(waiting: 5) }
        desk.receive()
        for connection in [first, other, again, later] { #expect(desk.replies(to: connection).count == 1) }
    }

    @Test("The state is kept for each caller that was told to come: until then a read of another position is refused")
    func isHeld() throws {
        let desk = try Desk()
        let target = Self.events - 50
        let (first, second) = (try desk.ask(at: target), try desk.ask(at: target))
        desk.clock.isLate(at: 3)
        let thread = run(desk.past)
        for connection in [first, second] { #expect(desk.reply(to: connection).contains("is being made")) }
        #expect(desk.reply(to: try desk.ask(at: target)).contains(" seq=\(target)"))
        let other = try desk.ask(at: target + 7)
        let refused = desk.reply(to: other)
        #expect(refused.hasPrefix("ERR busy retry_after="), "\(refused)")
        #expect(refused.contains("the state at position \(target) is kept for a read that asks for it again"))
        let again = try desk.ask(at: target)
        #expect(desk.reply(to: again).contains(" seq=\(target)"))
        let later = try desk.ask(at: target + 7)
        #expect(desk.reply(to: later).contains(" seq=\(target + 7)"))
        desk.past.stop()
        while !thread.isFinished { desk.receive(waiting: 5) }
    }

    @Test("Reads that came while a replay ran, and were not taken in hand, learn the same after the same time")
    func queued() throws {
        let desk = try Desk()
        let target = Self.events - 50
        // As many as are taken in hand at once, and some more.
        var connections: [ConnectionID] = []
        for _ in 0..<70 { connections.append(try desk.ask(at: target)) }
        desk.clock.isLate(at: 3)
        let thread = run(desk.past)
        for connection in connections { #expect(desk.reply(to: connection).contains("is being made: ")) }
        let again = try desk.ask(at: target)
        #expect(desk.reply(to: again).contains(" seq=\(target)"))
        desk.past.stop()
        while !thread.isFinished { desk.receive(waiting: 5) }
        desk.receive()
        for connection in connections { #expect(desk.replies(to: connection).count == 1) }
    }

    @Test("A replay that is quick enough says nothing, and STATS shows none when it is over")
    func quick() throws {
        let desk = try Desk()
        let first = try desk.ask(at: Self.events - 50)
        let thread = run(desk.past)
        #expect(desk.reply(to: first).hasPrefix("OK "))
        desk.past.stop()
        while !thread.isFinished { desk.receive(waiting: 5) }
        #expect(desk.past.progress.isIdle)
    }

    @Test("A stop ends the replay, and the reads that still wait are refused once")
    func stopped() throws {
        let desk = try Desk()
        let first = try desk.ask(at: Self.events - 50)
        let past = desk.past
        desk.clock.isLate(at: 4, then: { past.stop() })
        let thread = run(desk.past)
        // Told of the progress first; the stop then ends the replay that goes on.
        #expect(desk.reply(to: first).contains("is being made"))
        while !thread.isFinished { desk.receive(waiting: 5) }
        desk.receive()
        #expect(desk.replies(to: first).count == 1)
    }
}
