// The client that front-end services use: one connection, any number of calls in flight.

internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A connection to the account service.
///
/// ```swift
/// let client = try await KabinetClient.connect(host: "127.0.0.1", port: 7117)
/// try await client.auth(principal: "web", secret: secret)
/// let balance = try await client.call("BALANCE", "79001234567").ok().minorUnits("balance")
/// ```
///
/// Calls may be made from any task at the same time; they are sent in the order in which they were made and share
/// packets. The service carries a connection's commands out in that order. A call that changes something is safe to
/// repeat, over another connection too, if both carry the same `id=`.
public final class KabinetClient: Sendable {
    let channel: any Channel
    private let handler: NIOLoopBound<ConnectionHandler>
    private let defaultTimeout: Duration
    private let nextID = Atomic<UInt64>(1)

    private init(channel: any Channel, handler: NIOLoopBound<ConnectionHandler>, timeout: Duration) {
        self.channel = channel
        self.handler = handler
        defaultTimeout = timeout
    }

    deinit { channel.close(promise: nil) }

    /// Opens a connection.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The service's port.
    ///   - tls: How the connection is encrypted; nil for no encryption.
    ///   - connectTimeout: How long the connection may take, and TLS after it.
    ///   - timeout: How long a call waits for its reply, unless the call sets its own.
    /// - Throws: `ClientError` with the code `.cannotConnect`, or `.tlsFailed`.
    public static func connect(
        host: String, port: Int, tls: ClientTLS? = nil, connectTimeout: Duration = .seconds(5),
        timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> KabinetClient {
        do {
            let (client, agreed) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(connectTimeout))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let agreed = try tls.map { try $0.begin(on: channel, host: host) }
                        let handler = ConnectionHandler()
                        try channel.pipeline.syncOperations.addHandler(handler)
                        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
                        return (KabinetClient(channel: channel, handler: bound, timeout: timeout), agreed)
                    }
                }
            try await agreed?.get(within: TimeAmount(connectTimeout))
            return client
        } catch {
            if let failure = tlsFailure(error) {
                throw ClientError(.tlsFailed, "no TLS with \(host):\(port): \(failure)")
            }
            throw ClientError(.cannotConnect, "cannot connect to \(host):\(port): \(connectFailure(error))")
        }
    }

    /// Signs in as a principal. Everything but `HELLO`, `AUTH`, `PING`, `HELP` and `QUIT` needs it.
    ///
    /// - Throws: `ClientError` with the code `.refused` for wrong credentials, or as `call` does.
    @discardableResult
    public func auth(principal: String, secret: String) async throws(ClientError) -> Fields {
        try await call(Request("AUTH", principal, secret)).ok()
    }

    /// Sends a verb with its values, quoted where they need it, and waits for the reply.
    ///
    /// - Parameters:
    ///   - verb: The verb, such as `TOPUP`.
    ///   - positionals: The values that the verb takes by their place. Money is text with a point (`350.00`), times are
    ///     RFC 3339.
    ///   - named: The values that it takes by name.
    ///   - timeout: How long to wait; nil for the connection's default. Give verbs that wait themselves (`CHALLENGE …
    ///     wait=`) more than their own time.
    /// - Returns: The reply, a refusal too: `reply.ok()` throws it.
    /// - Throws: `ClientError`: the connection was lost, the time is over, the task was cancelled, or the values do not
    ///   make a line.
    public func call(
        _ verb: String, _ positionals: String..., named: KeyValuePairs<String, String> = [:],
        timeout: Duration? = nil
    ) async throws(ClientError) -> Reply {
        let fields = named.map { Field(name: $0.key, value: $0.value) }
        return try await call(Request(verb: verb, positionals: positionals, named: fields), timeout: timeout)
    }

    /// Sends a whole line that a person wrote, unchanged, such as `BALANCE 79001234567`. Use the form that quotes its
    /// values for values from elsewhere.
    ///
    /// - Throws: As the other forms do; `.invalidRequest` if the text holds a line break.
    public func call(_ line: String) async throws(ClientError) -> Reply {
        try await send(line: line).value()
    }

    /// Sends a request and waits for the reply.
    ///
    /// - Throws: As the other forms do.
    public func call(_ request: Request, timeout: Duration? = nil) async throws(ClientError) -> Reply {
        try await send(request, timeout: timeout).value()
    }

    /// Sends a request now and leaves the waiting for later. Requests go out in the order of these calls.
    ///
    /// ```swift
    /// let first = client.send(Request("BALANCE", a)), second = client.send(Request("BALANCE", b))
    /// let balances = [try await first.value(), try await second.value()]
    /// ```
    public func send(_ request: Request, timeout: Duration? = nil) -> PendingReply {
        send(line: request.line, timeout: timeout)
    }

    /// Sends a line unchanged now and leaves the waiting for later. A line without a verb is not sent, because the
    /// service would not answer it.
    public func send(line: String, timeout: Duration? = nil) -> PendingReply {
        submit(line, id: newID(), timeout: timeout, source: nil)
    }

    /// Sends requests together and leaves the waiting for later. Use it for work in bulk, where a wait for each reply
    /// would take longer than the work.
    ///
    /// ```swift
    /// let replies = try await client.send(requests).values()
    /// ```
    public func send(_ requests: [Request], timeout: Duration? = nil) -> PendingReplies {
        let calls = requests.map { Call(line: $0.line, id: newID(), promise: channel.eventLoop.makePromise()) }
        let deadline = deadline(timeout)
        let handler = handler
        channel.eventLoop.execute {
            for call in calls {
                guard call.isOneLine else {
                    call.promise.succeed(.failure(Self.notOneLine))
                    continue
                }
                handler.value.send(call.line, id: call.id, deadline: deadline, promise: call.promise)
            }
        }
        return PendingReplies(client: self, ids: calls.map(\.id), futures: calls.map(\.promise.futureResult))
    }

    /// Sends `TAIL` and streams the events that follow. From then on the connection takes no other request.
    ///
    /// - Parameters:
    ///   - from: The first position; nil for the events recorded from now on.
    ///   - msisdn: Only this subscriber's events.
    ///   - type: Only events of this kind, such as `topped_up`.
    /// - Throws: `ClientError`; `.refused` if the principal may not read the log.
    public func tail(from: UInt64? = nil, msisdn: String? = nil, type: String? = nil) async throws(ClientError)
        -> EventTail
    {
        var request = Request("TAIL")
        if let from { request.named.append(Field(name: "from", value: String(from))) }
        if let msisdn { request.named.append(Field(name: "msisdn", value: msisdn)) }
        if let type { request.named.append(Field(name: "type", value: type)) }
        let id = newID()
        let new = EventTail.Producer.makeSequence(
            backPressureStrategy: .init(lowWatermark: 64, highWatermark: 1024), finishOnDeinit: true,
            delegate: TailDelegate(handler: handler, eventLoop: channel.eventLoop, call: id))
        let opening = try await submit(request.line, id: id, timeout: nil, source: new.source).value().ok()
        return EventTail(opening: opening, producer: new.sequence, client: self)
    }

    /// False if the connection has ended; every further call fails. A true result may be outdated when it is used.
    public var isOpen: Bool { channel.isActive }

    /// Closes the connection. Calls in flight fail with `.connectionLost`.
    public func close() async {
        let handler = handler
        channel.eventLoop.execute { handler.value.closeChannel() }
        try? await channel.closeFuture.get()
    }

    private func newID() -> UInt64 { nextID.wrappingAdd(1, ordering: .relaxed).oldValue }

    private func submit(
        _ line: String, id: UInt64, timeout: Duration?, source: ConnectionHandler.EventSource?
    ) -> PendingReply {
        let call = Call(line: line, id: id, promise: channel.eventLoop.makePromise())
        let reply = PendingReply(client: self, id: id, future: call.promise.futureResult)
        guard call.isOneLine else {
            source?.finish()
            call.promise.succeed(.failure(Self.notOneLine))
            return reply
        }
        let deadline = deadline(timeout)
        let handler = handler
        channel.eventLoop.execute {
            handler.value.send(call.line, id: id, deadline: deadline, tail: source, promise: call.promise)
        }
        return reply
    }

    private struct Call: Sendable {
        let line: String
        let id: UInt64
        let promise: EventLoopPromise<Outcome>

        var isOneLine: Bool {
            line.utf8.allSatisfy { $0 != 0x0a && $0 != 0x0d && $0 != 0 } && line.utf8.contains { $0 != 0x20 }
        }
    }

    private static let notOneLine = ClientError(
        .invalidRequest, "a request must be one line with a verb, without a line break")

    private func deadline(_ timeout: Duration?) -> NIODeadline {
        // A year is in practice no limit, and it cannot overflow the clock.
        NIODeadline.now() + TimeAmount(min(timeout ?? defaultTimeout, .seconds(365 * 86_400)))
    }

    fileprivate func abandon(_ id: UInt64) {
        let handler = handler
        channel.eventLoop.execute {
            handler.value.abandon(
                id: id, ClientError(.cancelled, "the task was cancelled; the request may have been done"))
        }
    }
}

/// A request that was sent and whose reply is awaited.
public struct PendingReply: Sendable {
    let client: KabinetClient
    let id: UInt64
    let future: EventLoopFuture<Outcome>

    /// Waits for the reply. May be asked more than once.
    ///
    /// - Throws: `ClientError`, as `KabinetClient.call` does.
    public func value() async throws(ClientError) -> Reply {
        let outcome: Outcome
        do {
            outcome = try await withTaskCancellationHandler {
                try await future.get()
            } onCancel: {
                client.abandon(id)
            }
        } catch {
            throw ClientError(.connectionLost, "the connection broke: \(error)")
        }
        return try outcome.get()
    }
}

/// Requests that were sent together and whose replies are awaited.
public struct PendingReplies: Sendable {
    let client: KabinetClient
    let ids: [UInt64]
    let futures: [EventLoopFuture<Outcome>]

    /// Waits for all replies, in the order of the requests. An `ERR` is a reply.
    ///
    /// - Throws: `ClientError`, as `KabinetClient.call` does, if any of them was not answered.
    public func values() async throws(ClientError) -> [Reply] {
        let outcomes: [Outcome]
        do {
            outcomes = try await withTaskCancellationHandler {
                try await EventLoopFuture.whenAllSucceed(futures, on: client.channel.eventLoop).get()
            } onCancel: {
                for id in ids { client.abandon(id) }
            }
        } catch {
            throw ClientError(.connectionLost, "the connection broke: \(error)")
        }
        var replies: [Reply] = []
        replies.reserveCapacity(outcomes.count)
        for outcome in outcomes { replies.append(try outcome.get()) }
        return replies
    }
}

/// Why a connection could not be made, without the library's wrapping text.
private func connectFailure(_ error: any Error) -> String {
    switch error {
    case let failure as NIOConnectionError:
        return failure.connectionErrors.first.map { connectFailure($0.error) } ?? "the name has no address"
    case ChannelError.connectTimeout: return "no answer in time"
    case let failure as IOError:
        // Takes the text in the middle of `connect(…): Connection refused) (errno: 111)`.
        let words = failure.description.split(separator: ": ", maxSplits: 1).last ?? ""
        return words.prefix { $0 != "(" && $0 != ")" }.lowercased()
    default: return "\(error)"
    }
}
