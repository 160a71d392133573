/// One connection: bytes in, requests to the writer, replies out. All state is a few counters; parsing is
/// LineProtocol's, order is the writer's.

internal import Accounts
internal import Engine
internal import LineProtocol
internal import NIOCore
internal import NIOSSL

final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Requests of one connection that may wait for their replies: as many run on the writer before another
    /// connection's turn.
    static let maximumInFlight = 512
    /// How long a peer may take to read the last reply of a connection that we end.
    static let lingering = TimeAmount.seconds(2)
    /// How long the replies before it may take to be written.
    static let slowest = TimeAmount.seconds(60)

    private let port: LoopPort
    private let engine: Engine
    private let admission: Admission
    /// The principal that the peer's certificate names.
    private let principal: String?
    private(set) var id: ConnectionID?
    private var context: ChannelHandlerContext?
    private var decoder = RequestDecoder(table: commandTable)
    private var input = ByteBuffer()
    private var inFlight = 0
    /// The last request waits for more than a commit: later ones are not looked at.
    private var isHeld = false
    private var isStreaming = false
    /// Bytes that arrive now are dropped.
    private var isClosing = false
    private var inputIsClosed = false
    private var readIsWanted = false
    private var drained: EventLoopPromise<Void>?
    private var isSignedIn = false
    /// The connection ends with it when the requests taken in are answered, unless one of them signs it in.
    private var dismissal: Rejection?
    /// When there was last a request or a reply.
    private var lastHeard = NIODeadline.now()
    /// Ends a connection that did not sign in in time, or that is idle.
    private var watch: Scheduled<Void>?

    init(port: LoopPort, engine: Engine, admission: Admission, principal: String? = nil) {
        self.port = port
        self.engine = engine
        self.admission = admission
        self.principal = principal
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        id = port.add(self, principal: principal)
        let seconds = admission.limits.secondsToSignIn
        watch = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) { [self] in
            dismiss(Rejection(.authRequired, "a connection must sign in within \(seconds) s: send AUTH"))
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let id { port.remove(id) }
        id = nil
        watch?.cancel()
        drained?.succeed()
        drained = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        lastHeard = .now()
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        proceed()
    }

    /// Reading stops while the connection has enough to wait for: TCP then holds the peer back.
    func read(context: ChannelHandlerContext) {
        if mayRead(context) { context.read() } else { readIsWanted = true }
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        isClosing
            || (inFlight < Self.maximumInFlight && !isHeld && !port.isPaused && context.channel.isWritable
                && drained == nil && dismissal == nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        proceed()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            inputIsClosed = true
            proceed()
        case let dismissal as Dismissal: dismiss(dismissal.rejection)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // TCP ended without TLS's own end, as with many clients. It is an end all the same, and `inputClosed` or
        // `channelInactive` reports it: a line that was cut short is not a request.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        context.close(promise: nil)
    }

    /// Decodes the bytes that have arrived as far as allowed, and reads on if there is room.
    func proceed() {
        guard let context, let id else { return }
        while !isClosing, input.readableBytes > 0, mayRead(context), decode(id) {}
        // Bytes that may not be read yet are not the end: the end is when no whole request is left.
        let isSpent = input.readableBytes == 0 || mayRead(context)
        if input.readableBytes == 0 { input.clear() } else if input.readerIndex > 65_536 { input.discardReadBytes() }
        if inputIsClosed, isSpent, inFlight == 0, !isStreaming, !isClosing {
            end(context)
        } else if readIsWanted, mayRead(context) {
            readIsWanted = false
            context.read()
        }
    }

    /// Decodes as many requests as there are and as there is room for. False if no whole request is left.
    private func decode(_ id: ConnectionID) -> Bool {
        var taken = Taken(room: isStreaming ? 0 : Self.maximumInFlight - inFlight)
        port.gather { push in
            input.withUnsafeReadableBytes { taken.take($0.bytes, by: &decoder, id, engine.keys, into: &push) }
        }
        input.moveReaderIndex(forwardBy: taken.byteCount)
        inFlight += taken.count
        if taken.count > 0 { isHeld = taken.isHeld }
        if let request = taken.request {
            quitStream(request)
            return false
        }
        return !taken.isSpent
    }

    /// The result of one pass over the bytes that arrived: all in one place, so that no request costs an access to the
    /// object.
    private struct Taken {
        /// For so many requests; 0 if requests are not for the writer.
        let room: Int
        var byteCount = 0
        var count = 0
        /// The last of them waits for more than a commit, or the connection ends with it.
        var isHeld = false
        /// No whole request is left.
        var isSpent = false
        /// The request that there was no room for.
        var request: Request?

        init(room: Int) { self.room = room }

        mutating func take(
            _ input: RawSpan, by decoder: inout RequestDecoder, _ id: ConnectionID, _ keys: ServerKeys,
            into push: inout InboxPush
        ) {
            repeat {
                var consumed = 0
                let step = decoder.next(input.extracting(byteCount...), consumed: &consumed)
                byteCount += consumed
                switch step {
                case .needsMore:
                    isSpent = consumed == 0 || byteCount == input.byteCount
                    if isSpent { return }
                case .request(let request):
                    guard room > 0 else {
                        self.request = request
                        return
                    }
                    count += 1
                    isHeld = request.waits
                    push.append(IncomingRequest(connection: id, isRESP: decoder.isRESP, request: request, keys: keys))
                case .rejected(let rejection):
                    count += 1
                    isHeld = room == 0
                    push.append(.rejected(id, isRESP: decoder.isRESP, rejection, closes: isHeld))
                case .broken(let rejection):
                    count += 1
                    isHeld = true
                    push.append(.rejected(id, isRESP: decoder.isRESP, rejection, closes: true))
                }
            } while count < room && !isHeld && byteCount < input.byteCount
        }
    }

    /// Only QUIT may follow TAIL.
    private func quitStream(_ request: Request) {
        guard request.arguments.spec.verb == "QUIT" else {
            return dismiss(Rejection(.notAvailable, "only QUIT may follow TAIL"))
        }
        var bytes: [UInt8] = []
        encode(Reply(), hasRows: false, as: format, into: &bytes)
        say(bytes)
    }

    private var format: WireFormat { decoder.isRESP ? .resp3 : .lines }

    /// Ends the connection, and sends the reason.
    private func dismiss(_ rejection: Rejection) {
        // A message before a pending reply would be taken for that reply.
        guard inFlight == 0 else { return dismissal = rejection }
        say(Dismissal(rejection: rejection).bytes(as: format))
    }

    /// The last message that the peer gets.
    private func say(_ bytes: [UInt8]) {
        guard let context, !isClosing else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
        end(context)
    }

    private func signIn(_ context: ChannelHandlerContext) {
        isSignedIn = true
        admission.signedIn(context.channel)
        watch?.cancel()
        watch = nil
        if admission.limits.idleSeconds > 0 { watchIdleness(context) }
    }

    /// A connection that waits for a reply, or for events, is not idle.
    private func watchIdleness(_ context: ChannelHandlerContext) {
        let limit = admission.limits.idleSeconds
        let due = inFlight > 0 || isStreaming ? .now() + .seconds(limit) : lastHeard + .seconds(limit)
        guard due > .now() else {
            return dismiss(Rejection(.expired, "the connection was idle for \(limit) s: connect again"))
        }
        watch = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
            if let context = self.context { watchIdleness(context) }
        }
    }

    /// The replies and events that the writer released for this connection.
    func deliver(_ delivery: ConnectionReplies) {
        guard let context, let id else { return }
        lastHeard = .now()
        if delivery.isSignedIn, !isSignedIn { signIn(context) }
        inFlight -= delivery.answered
        isHeld = isHeld && inFlight > 0
        let dismissal = inFlight == 0 ? dismissal.take() : nil
        if delivery.streams {
            isStreaming = true
            isHeld = false
        }
        let buffer = context.channel.allocator.buffer(bytes: delivery.bytes)
        if delivery.isTail {
            let tailer = engine.tailer
            context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in tailer.written(id) }
        } else {
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }
        if delivery.closes {
            end(context)
        } else if let dismissal, !isSignedIn {
            dismiss(dismissal)
        } else {
            proceed()
        }
        if inFlight == 0, let drained {
            end(context)
            drained.succeed()
            self.drained = nil
        }
    }

    /// Sends no more: pending bytes are written first, then the peer has a little time to read them and to close too.
    /// Closing at once could reset the connection and lose the last replies.
    private func end(_ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        isClosing = true
        input.clear()
        let (channel, peerHasEnded) = (context.channel, inputIsClosed)
        let giveUp = context.eventLoop.scheduleTask(in: Self.slowest) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in giveUp.cancel() }
        let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer()))
        written.whenComplete { _ in
            guard !peerHasEnded else { return channel.close(promise: nil) }
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
        }
        context.read()
    }

    /// No more requests are read; the future succeeds when those taken in are answered.
    func drain() -> EventLoopFuture<Void>? {
        guard let context, !isClosing else { return nil }
        guard inFlight > 0 else {
            end(context)
            return nil
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        drained = promise
        return promise.futureResult
    }
}
