import Accounts
import Engine
import EventLog
import LineProtocol
import Testing

/// The writer, stepped batch by batch.
@Suite struct WriterTests {
    /// A disk can become full in the middle of a batch that has later messages.
    @Test(
        "A disk that becomes full in a batch stops the writer with the reason",
        arguments: 0..<4) func aDiskThatIsFullInABatchStopsTheWriterWithItsReason(room: Int) throws
    {
        let disk = MemoryDisk()
        var writer = try writer(on: disk)
        var push = InboxPush()
        // The second three find by their ids what the batch did before.
        for number in [0, 1, 2, 0, 1, 2] { push.append(try incoming("CATALOG.DRAFT id=a-\(number)")) }
        disk.refuseNextAppend(after: room)

        let step = writer.step(push.take(), at: start)

        if room < 3 {
            guard case .mustStop(let reason) = step else {
                Issue.record("\(step)")
                return
            }
            #expect(reason.contains("the disk is full"))
            #expect(disk.records.count == 0)
        } else {
            #expect(step == .wrote(requests: 6))
            #expect(disk.records.count == 3)
        }
    }

    /// The use of a session is an event before the command's own.
    @Test(
        "A disk that becomes full within a command stops the writer",
        arguments: 0..<3) func aDiskThatIsFullWithinACommandStopsTheWriterToo(room: Int) throws
    {
        let disk = MemoryDisk()
        var writer = try writer(on: disk)
        let token: [UInt8] = Array(repeating: 7, count: 32)
        writer.path.given(.subscriberActivated(SubscriberActivated(msisdn: 79_001_234_567)), on: 1, at: start)
        let opened = SessionOpened(
            session: 1, tokenHash: ServerKeys.fixed.tokenHash(token),
            expiresAt: (start + .hours(12)).milliseconds, method: .password)
        writer.path.given(.sessionOpened(opened), on: 1, at: start)
        #expect(writer.path.commit() == .durable)
        disk.refuseNextAppend(after: room)

        let step = writer.step(
            [try request("CONSENT.SET 79001234567 advertising 1 session=\(encodeBase64URL(token))")],
            at: start + .minutes(10))

        if room < 2 {
            guard case .mustStop = step else {
                Issue.record("\(step)")
                return
            }
            #expect(disk.records.count == 2)
        } else {
            #expect(step == .wrote(requests: 1))
            #expect(disk.records.count == 4)
        }
    }

    /// The data that the requests of a push need is prefetched before the first message of it is handled.
    @Test("A connection may open and send its first request in one batch")
    func aConnectionMayOpenAndSpeakInOnePush() throws {
        var writer = try writer(on: MemoryDisk())
        let new = ConnectionID(port: 1, slot: 7, generation: 2)
        #expect(writer.step([.opened(new), try request("CATALOG.DRAFT id=a", on: new)], at: start) == .read)
    }

    /// A certificate replaces AUTH, in the order of the connection's messages: requests after it are its principal's.
    @Test func aCertificateSignsItsPrincipalInBeforeTheFirstRequest() throws {
        var writer = try writer(on: MemoryDisk())
        writer.path.given(
            .principalAdded(PrincipalAdded(number: 1, name: "boss", roles: Roles.admin.rawValue, secretHash: [])),
            on: 0, at: start)
        let known = ConnectionID(port: 1, slot: 0, generation: 1)
        let unknown = ConnectionID(port: 1, slot: 1, generation: 2)
        let step = writer.step(
            [
                .opened(known), .certified(known, principal: "boss"), try request("CATALOG.DRAFT id=a", on: known),
                .opened(unknown), .certified(unknown, principal: "kabinet"),
            ], at: start)
        #expect(step == .wrote(requests: 5))
        #expect(writer.path.connections[known].principal == 1)
        #expect(writer.path.connections[unknown].principal == nil)

        // The slot is used again: the next connection has no principal.
        let next = ConnectionID(port: 1, slot: 0, generation: 3)
        _ = writer.step([.closed(known), .opened(next)], at: start)
        #expect(writer.path.connections[next].principal == nil)
    }

    private let start = Instant(milliseconds: 1_519_894_800_000)
    private let connection = ConnectionID(port: 0, slot: 0, generation: 1)

    private struct Nobody: EventLoopPort {
        func deliver(_ deliveries: [ConnectionReplies]) {}
        func resume() {}
    }

    private func writer(on disk: MemoryDisk) throws -> Writer<MemoryStore> {
        let inbox = Inbox()
        let services = WriterServices(
            inbox: inbox, tailer: Tailer(inbox: inbox), ports: [Nobody(), Nobody()], begin: { _ in true },
            clock: { [start] in start }, failStop: { fatalError($0) })
        let path = CommandPath(state: AccountsState(), log: try EventLog(MemoryStore(disk)), keys: .fixed)
        var writer = Writer(path: path, services: services)
        writer.path.connections.open(connection)
        writer.path.connections[connection].principal = 0
        return writer
    }

    private func request(_ line: String, on connection: ConnectionID? = nil) throws -> Message {
        .request(try incoming(line, on: connection))
    }

    private func incoming(_ line: String, on connection: ConnectionID? = nil) throws -> IncomingRequest {
        var decoder = RequestDecoder(table: commandTable)
        var consumed = 0
        let bytes = Array((line + "\n").utf8)
        guard case .request(let request) = decoder.next(bytes.span.bytes, consumed: &consumed) else {
            throw Unreadable()
        }
        return IncomingRequest(
            connection: connection ?? self.connection, isRESP: false, request: request, keys: .fixed)
    }

    private struct Unreadable: Error {}
}
