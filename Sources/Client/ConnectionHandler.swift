// One connection's end of the line protocol: cuts the stream into lines, joins replies to calls, streams events. It
// runs on its event loop alone. It cuts lines itself, because a general decoder costs four times as much.

import NIOCore
import NIOSSL

final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias EventSource = NIOThrowingAsyncSequenceProducer<
        LogEvent, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, TailDelegate
    >.Source

    private enum Mode {
        case replies
        /// `TAIL` was sent; its reply decides.
        case openingTail(EventSource, call: UInt64)
        case streaming(EventSource, call: UInt64)
        case closed(ClientError)
    }

    /// No reply line is nearly as long: a peer that sends so much without an end is not the service.
    static let maximumLineBytes = 1 << 20

    private var context: ChannelHandlerContext?
    private var mode = Mode.replies
    private var pending = PendingCalls()
    private var rows: [Fields] = []
    private var rowsAreEvents = false
    /// Bytes after the last LF; the first `scanned` of them hold none.
    private var rest = ByteBuffer()
    private var scanned = 0
    private var flushIsDue = false
    private var timer: (deadline: NIODeadline, scheduled: Scheduled<Void>)?
    /// An `ERR` that answered no request: why the service is about to close the connection.
    private var lastWords: Refusal?

    // MARK: Calls

    /// Sends a line. The promise is completed in every case.
    func send(
        _ line: String, id: UInt64, deadline: NIODeadline, tail source: EventSource? = nil,
        promise: EventLoopPromise<Outcome>
    ) {
        switch mode {
        case .closed(let error):
            source?.finish()
            return promise.succeed(.failure(error))
        case .openingTail, .streaming:
            source?.finish()
            return promise.succeed(
                .failure(ClientError(.streaming, "the connection streams events; open another one for requests")))
        case .replies: break
        }
        guard let context else { preconditionFailure("a call before the connection") }
        if let source { mode = .openingTail(source, call: id) }
        pending.append(.init(id: id, deadline: deadline, isTail: source != nil, promise: promise))
        var buffer = context.channel.allocator.buffer(capacity: line.utf8.count + 1)
        buffer.writeString(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        context.write(wrapOutboundOut(buffer), promise: nil)
        flushSoon(context)
        schedule(at: deadline, context)
    }

    /// The caller of this call stopped waiting.
    func abandon(id: UInt64, _ error: ClientError) {
        pending.abandon(id: id)?.succeed(.failure(error))
    }

    /// One flush for all calls of a tick: pipelined requests share a packet.
    private func flushSoon(_ context: ChannelHandlerContext) {
        guard !flushIsDue else { return }
        flushIsDue = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let handler = bound.value
            handler.flushIsDue = false
            handler.context?.flush()
        }
    }

    // MARK: Deadlines

    /// One timer serves all calls: it is set for the earliest deadline, and checks all calls when it fires.
    private func schedule(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
        guard deadline < .distantFuture, deadline < timer?.deadline ?? .distantFuture else { return }
        timer?.scheduled.cancel()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let scheduled = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.expireCalls() }
        timer = (deadline, scheduled)
    }

    private func expireCalls() {
        timer = nil
        let error = ClientError(
            .timedOut, "no reply in time; the request may have been done: repeat it with the same id=")
        for promise in pending.expire(now: .now()) { promise.succeed(.failure(error)) }
        if let context, let next = pending.earliestDeadline { schedule(at: next, context) }
    }

    // MARK: Bytes

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        close(with: ClientError(.connectionLost, "the connection was closed"))
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if rest.readableBytes == 0 { rest = bytes } else { rest.writeBuffer(&bytes) }
        while let newline = rest.readableBytesView.dropFirst(scanned).firstIndex(of: UInt8(ascii: "\n")) {
            let count = newline - rest.readerIndex
            guard let line = rest.readBytes(length: count) else { preconditionFailure("the bytes were there") }
            rest.moveReaderIndex(forwardBy: 1)
            scanned = 0
            do { try take(ReplyLine(line)) } catch {
                return violation(error.message, context)
            }
            if case .closed = mode { return }
        }
        scanned = rest.readableBytes
        guard scanned <= Self.maximumLineBytes else { return violation("a line has no end", context) }
        if rest.readerIndex > 1 << 16 { rest.discardReadBytes() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let message =
            lastWords.map { "the service closed the connection: \($0)" }
            // The first byte of an alert: a TLS service sends one to a client that does not use TLS.
            ?? (rest.readableBytesView.first == 21
                ? "the service takes only TLS on that port" : "the service closed the connection before it replied")
        close(with: ClientError(.connectionLost, message, refusal: lastWords))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // TCP ended without TLS's own end because the service was killed. `channelInactive` reports it. A reply that
        // was cut short has no closing line and is not taken for a reply.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        close(with: ClientError(.connectionLost, "the connection broke: \(tlsFailure(error) ?? "\(error)")"))
        context.close(promise: nil)
    }

    // MARK: Lines

    private func take(_ line: ReplyLine) throws(MalformedText) {
        switch line {
        case .row(let fields):
            guard !pending.isEmpty else { throw MalformedText(message: "a row answers no request") }
            rows.append(fields)
        case .event(let fields):
            if case .streaming(let source, _) = mode { return try yield(fields, to: source) }
            guard !pending.isEmpty else { throw MalformedText(message: "an event answers no request") }
            rows.append(fields)
            rowsAreEvents = true
        case .ok(let fields):
            if case .streaming(let source, _) = mode {
                // The service ended a stream in order.
                source.finish()
                return
            }
            guard let call = pending.popFirst() else { throw MalformedText(message: "an OK answers no request") }
            if call.isTail, case .openingTail(let source, let id) = mode { mode = .streaming(source, call: id) }
            answer(call) { Reply(rows: $0, rowsAreEvents: $1, fields: fields) }
        case .error(let code, let fields):
            let refusal = Refusal(code: code, fields: fields)
            guard let call = pending.popFirst() else {
                lastWords = refusal
                return
            }
            if call.isTail, case .openingTail(let source, _) = mode {
                source.finish()
                mode = .replies
            }
            answer(call) { Reply(rows: $0, rowsAreEvents: $1, refusal: refusal, fields: fields) }
        }
    }

    private func answer(_ call: PendingCalls.Call, _ reply: ([Fields], Bool) -> Reply) {
        call.promise?.succeed(.reply(reply(rows, rowsAreEvents)))
        rows = []
        rowsAreEvents = false
        // A tail whose caller went away before it opened has no reader.
        if call.isTail, call.promise == nil { closeChannel() }
    }

    private func yield(_ fields: Fields, to source: EventSource) throws(MalformedText) {
        guard let event = LogEvent(fields) else { throw MalformedText(message: "an event has no seq=") }
        switch source.yield(event) {
        case .produceMore: break
        case .stopProducing: setAutoRead(false)
        case .dropped: closeChannel()
        }
    }

    // MARK: Flow and end

    /// Stops (false) or resumes (true) reading with the reader of the events: TCP makes the service wait.
    func setAutoRead(_ isOn: Bool) {
        guard let context else { return }
        try? context.channel.syncOptions?.setOption(.autoRead, value: isOn)
    }

    /// The reader of this tail released it. After a refused tail, the connection stays open for other calls.
    func tailEnded(call: UInt64) {
        switch mode {
        case .openingTail(_, call), .streaming(_, call): closeChannel()
        case .openingTail, .streaming, .replies, .closed: break
        }
    }

    func closeChannel() {
        close(with: ClientError(.connectionLost, "the connection was closed by the client"))
        context?.close(promise: nil)
    }

    private func violation(_ reason: String, _ context: ChannelHandlerContext) {
        close(with: ClientError(.protocolViolation, "the other side does not use this protocol: \(reason)"))
        context.close(promise: nil)
    }

    /// Fails every call, once.
    private func close(with error: ClientError) {
        let ended = mode
        if case .closed = ended { return }
        mode = .closed(error)
        timer?.scheduled.cancel()
        timer = nil
        rows = []
        for promise in pending.removeAll() { promise.succeed(.failure(error)) }
        switch ended {
        case .streaming(let source, _), .openingTail(let source, _): source.finish(error)
        case .replies, .closed: break
        }
    }
}

/// Called by the event sequence when its reader is ready, or gone.
struct TailDelegate: NIOAsyncSequenceProducerDelegate {
    let handler: NIOLoopBound<ConnectionHandler>
    let eventLoop: any EventLoop
    /// The number of the call that asked for it.
    let call: UInt64

    func produceMore() {
        let handler = handler
        eventLoop.execute { handler.value.setAutoRead(true) }
    }

    func didTerminate() {
        let (handler, call) = (handler, call)
        eventLoop.execute { handler.value.tailEnded(call: call) }
    }
}
