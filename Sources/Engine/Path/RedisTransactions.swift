/// Transactions of Redis clients, with Redis' meaning. `MULTI` queues a connection's requests here. `EXEC` runs them in
/// order and in one batch: no other request comes between them, and one commit has all their events. A request that is
/// refused at `EXEC` does not undo the others. A request that is refused while it is queued discards the transaction. A
/// `MULTI` or a `WATCH` that is refused discards the transaction that it was to begin.

internal import Accounts
internal import EventLog

package struct RedisTransactions {
    /// The limits of one connection.
    static let maximumRequests = 1024
    static let maximumBytes = 1 << 20
    /// The limit of all connections together. Beyond it each principal may have its share: one principal's open
    /// transactions do not shut out another's.
    package var maximumTotalBytes = 64 << 20

    private struct Queue {
        let principal: UInt32
        var requests: [IncomingRequest] = []
        var bytes = 0
    }

    private var queues: [ConnectionID: Queue] = [:]
    private var totalBytes = 0
    private var bytesOf: [UInt32: Int] = [:]

    func count(_ id: ConnectionID) -> Int { queues[id]?.requests.count ?? 0 }

    mutating func append(_ incoming: IncomingRequest, of principal: UInt32) throws(Rejection) {
        let bytes = MemoryLayout<IncomingRequest>.stride + incoming.request.arguments.allocatedBytes
        let (count, before) = queues[incoming.connection].map { ($0.requests.count, $0.bytes) } ?? (0, 0)
        guard count < Self.maximumRequests, before + bytes <= Self.maximumBytes else {
            throw Rejection(
                .limitReached, "a transaction has at most \(Self.maximumRequests) requests and 1 MiB of them")
        }
        let own = (bytesOf[principal] ?? 0) + bytes
        guard totalBytes + bytes <= maximumTotalBytes || own <= maximumTotalBytes / max(1, bytesOf.count) else {
            throw Rejection(.busy, "too many requests wait in transactions", retryAfterSeconds: 1)
        }
        queues[incoming.connection, default: Queue(principal: principal)].requests.append(incoming)
        queues[incoming.connection]?.bytes += bytes
        (totalBytes, bytesOf[principal]) = (totalBytes + bytes, own)
    }

    /// Removes and answers the queued requests of a connection.
    @discardableResult
    mutating func take(_ id: ConnectionID) -> [IncomingRequest] {
        guard let queue = queues.removeValue(forKey: id) else { return [] }
        totalBytes -= queue.bytes
        bytesOf[queue.principal, default: 0] -= queue.bytes
        if bytesOf[queue.principal] == 0 { bytesOf[queue.principal] = nil }
        return queue.requests
    }
}

extension CommandPath where Store: ~Copyable {
    /// Keeps a request for `EXEC`, or refuses it and discards the transaction.
    mutating func queue(_ incoming: IncomingRequest) {
        reply.reset()
        do throws(Rejection) {
            let arguments = incoming.request.arguments
            guard !incoming.request.waits else {
                throw Rejection(
                    .notAvailable,
                    "\(arguments.spec.verb) cannot be queued,"
                        + " because it waits for more than a commit: send it without MULTI")
            }
            if connections[incoming.connection].transaction == .open {
                try transactions.append(incoming, of: connections[incoming.connection].principal ?? 0)
            }
            reply.say(.word(.queued))
        } catch {
            abortTransaction(of: incoming.connection)
            counters.rejections += 1
            reply.reject(error)
        }
    }

    /// Discards the transaction because one of its requests was refused. Does nothing if there is no transaction.
    mutating func abortTransaction(of id: ConnectionID) {
        guard connections[id].isQueuing else { return }
        connections[id].transaction = .aborted
        transactions.take(id)
    }

    /// Ends a transaction and answers the requests to be run.
    mutating func endTransaction(of id: ConnectionID) -> [IncomingRequest] {
        connections[id].transaction = .none
        return transactions.take(id)
    }
}

struct Multi: EngineCommand {
    static let spec = CommandSpec(
        "MULTI", .connection, isRESPOnly: true, isNeverQueued: true, summary: "Queues the requests that follow.",
        example: "MULTI")

    init(_ a: Arguments) throws(Rejection) {}

    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        let id = incoming.connection
        guard !path.connections[id].isQueuing else {
            path.abortTransaction(of: id)
            throw Rejection(.notAvailable, "MULTI calls can not be nested")
        }
        // The requests that follow belong to the transaction, even if `MULTI` is refused.
        let isRefused = path.connections[id].principal == nil
        path.connections[id].transaction =
            isRefused || path.connections[id].transaction == .watchRefused ? .aborted : .open
        guard !isRefused else { throw .needsSignIn }
        path.reply.say(.word(.ok))
        return .answered
    }
}

struct Exec: EngineCommand {
    static let spec = CommandSpec(
        "EXEC", .connection, isRESPOnly: true, waits: true, isNeverQueued: true,
        summary:
            "Runs the queued requests of MULTI and returns their replies.",
        example: "EXEC")

    init(_ a: Arguments) throws(Rejection) {}

    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        let id = incoming.connection
        switch path.connections[id].transaction {
        case .open: return .transaction
        case .aborted:
            path.connections[id].transaction = .none
            throw Rejection(.transactionAborted, "Transaction discarded because of previous errors.")
        case .none, .watchRefused: throw Rejection(.notAvailable, "EXEC without MULTI")
        }
    }
}

struct Discard: EngineCommand {
    static let spec = CommandSpec(
        "DISCARD", .connection, isRESPOnly: true, isNeverQueued: true, summary: "Drops the queued requests of MULTI.",
        example: "DISCARD")

    init(_ a: Arguments) throws(Rejection) {}

    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        let id = incoming.connection
        guard path.connections[id].isQueuing else { throw Rejection(.notAvailable, "DISCARD without MULTI") }
        _ = path.endTransaction(of: id)
        path.reply.say(.word(.ok))
        return .answered
    }
}

struct Watch: EngineCommand {
    static let spec = CommandSpec(
        "WATCH", .connection, isRESPOnly: true, isNeverQueued: true,
        summary:
            "Is always refused, and so is the transaction that follows. A command with if_seq= is conditional instead.",
        example: "WATCH balance")

    init(_ a: Arguments) throws(Rejection) {}

    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        let id = incoming.connection
        guard !path.connections[id].isQueuing else {
            path.abortTransaction(of: id)
            throw Rejection(.notAvailable, "WATCH inside MULTI is not allowed")
        }
        path.connections[id].refuseWatch()
        throw Rejection(.notAvailable, "this service watches no keys: send if_seq= with the command")
    }
}

struct Reset: EngineCommand {
    static let spec = CommandSpec(
        "RESET", .connection, isRESPOnly: true, isNeverQueued: true,
        summary: "Drops the queued requests of MULTI, signs out, and selects RESP2.", example: "RESET")

    init(_ a: Arguments) throws(Rejection) {}

    func run<Store: EventStore & ~Copyable>(
        _ path: inout CommandPath<Store>, _ incoming: IncomingRequest, by caller: Caller
    ) throws(Rejection) -> RequestOutcome {
        let id = incoming.connection
        _ = path.endTransaction(of: id)
        path.connections[id].principal = nil
        path.connections[id].respVersion = 2
        path.reply.say(.word(.reset))
        return .answered
    }
}
