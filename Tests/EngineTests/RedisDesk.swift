/// A writer over a disk in memory, and RESP connections to it: bytes in, bytes out, batch by batch.

import Accounts
import Engine
import EventLog
import LineProtocol
import Synchronization
import Testing

struct RedisDesk: ~Copyable {
    let disk = MemoryDisk()
    var writer: Writer<MemoryStore>
    private let inbox = Inbox()
    private let port = Desk()
    private var decoders: [ConnectionID: RequestDecoder] = [:]
    private var push = InboxPush()
    private let start = Instant(milliseconds: 1_519_894_800_000)

    init() throws {
        let services = WriterServices(
            inbox: inbox, tailer: Tailer(inbox: inbox), ports: [port], begin: { _ in true },
            clock: { [start] in start }, failStop: { fatalError($0) })
        writer = Writer(
            path: CommandPath(state: AccountsState(), log: try EventLog(MemoryStore(disk)), keys: .fixed),
            services: services)
        writer.path.given(
            .principalAdded(PrincipalAdded(number: 1, name: "boss", roles: Roles.admin.rawValue, secretHash: [])),
            on: 0, at: start)
        #expect(writer.path.commit() == .durable)
    }

    /// Events of the log, without the one that it begins with.
    var events: Int { disk.records.count - 1 }

    /// A new connection, signed in unless `isStranger`.
    mutating func connect(_ slot: Int, isStranger: Bool = false) -> ConnectionID {
        let id = ConnectionID(port: 0, slot: slot, generation: UInt64(decoders.count + 1))
        decoders[id] = RequestDecoder(table: commandTable)
        push.append(.opened(id))
        if !isStranger { signIn(id) }
        return id
    }

    mutating func signIn(_ id: ConnectionID, as principal: String = "boss") {
        push.append(.certified(id, principal: principal))
    }
    mutating func close(_ id: ConnectionID) { push.append(.closed(id)) }

    /// Sends the whole requests of the bytes with the next batch, as the event loop does.
    mutating func send(_ bytes: [UInt8], on id: ConnectionID) {
        var at = 0
        while at < bytes.count {
            var consumed = 0
            let step = decoders[id]!.next(bytes.span.bytes.extracting(at...), consumed: &consumed)
            at += consumed
            switch step {
            case .request(let request):
                push.append(IncomingRequest(connection: id, isRESP: true, request: request, keys: .fixed))
            case .rejected(let rejection): push.append(.rejected(id, isRESP: true, rejection, closes: false))
            case .broken, .needsMore: preconditionFailure("tests say whole requests")
            }
        }
    }

    mutating func send(_ words: String..., on id: ConnectionID) { send(frame(words), on: id) }

    /// Runs one batch: the bytes sent, and the jobs that the writer left for later. Returns the replies by connection.
    mutating func step() -> [ConnectionID: String] {
        var batch: [Message] = []
        _ = inbox.take(into: &batch, waitingAtMost: 0)
        _ = writer.step(batch + push.take(), at: start)
        var said: [ConnectionID: String] = [:]
        for delivery in port.take() {
            said[delivery.connection, default: ""] += String(decoding: delivery.bytes, as: UTF8.self)
        }
        return said
    }

    /// Sends the requests in one batch, and returns their replies.
    mutating func ask(_ id: ConnectionID, _ requests: [[String]]) -> String {
        for words in requests { send(frame(words), on: id) }
        return step()[id] ?? ""
    }

    private final class Desk: EventLoopPort {
        private let deliveries = Mutex<[ConnectionReplies]>([])
        func deliver(_ new: [ConnectionReplies]) { deliveries.withLock { $0 += new } }
        func resume() {}
        func take() -> [ConnectionReplies] {
            deliveries.withLock { all in
                defer { all = [] }
                return all
            }
        }
    }
}

/// A RESP request of these elements.
func frame(_ words: [String]) -> [UInt8] {
    Array(words.reduce("*\(words.count)\r\n") { $0 + "$\($1.utf8.count)\r\n\($1)\r\n" }.utf8)
}
