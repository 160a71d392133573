// One connection of a load: bytes out in batches, closing lines in. It works on bytes: a request or a reply as a String
// would make the generator slower than the service.

import Foundation
import NIOCore

final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Sent {
        let kind: RequestKind
        /// The instant from which its latency counts.
        let start: UInt64
    }

    /// No line of a reply is nearly as long.
    private static let maximumLineBytes = 1 << 20

    private let run: LoadRun
    private let pipeline: Int
    private let signIn: ByteBuffer?
    /// Completed when the principal has signed in.
    private var ready: EventLoopPromise<Void>?
    private var context: ChannelHandlerContext?
    private var sent: CircularBuffer<Sent>
    private var output = ByteBuffer()
    /// A reply's lines that have arrived so far.
    private var input = ByteBuffer()

    init(run: LoadRun, pipeline: Int, signIn: ByteBuffer?, ready: EventLoopPromise<Void>) {
        self.run = run
        self.pipeline = pipeline
        self.signIn = signIn
        self.ready = ready
        sent = CircularBuffer(initialCapacity: pipeline)
    }

    /// Sends as many requests of the run as there is room for, at most `count`, in one write.
    ///
    /// - Returns: How many were sent.
    @discardableResult
    func send(_ count: Int, at now: UInt64) -> Int {
        let count = min(count, pipeline - sent.count)
        guard count > 0, let context else { return 0 }
        output.clear()
        for _ in 0..<count {
            let (kind, start) = run.next(at: now, into: &output)
            sent.append(Sent(kind: kind, start: start))
        }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        return count
    }

    func close() { context?.close(promise: nil) }

    /// Drops the requests that are no longer awaited, and passes each to the body.
    func giveUp(_ each: (RequestKind) -> Void) {
        while let request = sent.popFirst() { each(request.kind) }
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelActive(context: ChannelHandlerContext) {
        guard let signIn else {
            ready?.succeed()
            ready = nil
            return
        }
        context.writeAndFlush(wrapOutboundOut(signIn), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        if let ready {
            ready.fail(Failure(message: "the service closed a connection at once", status: Status.unavailable))
            self.ready = nil
        } else {
            run.broke(self)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        let now = monotonicNanoseconds()
        var isReply = true
        let consumed = input.withUnsafeReadableBytes { bytes -> Int in
            var begin = 0
            while isReply, let length = bytes[begin...].lineLength {
                isReply = take(UnsafeRawBufferPointer(rebasing: bytes[begin..<(begin + length)]), at: now)
                begin += length + 1
            }
            return begin
        }
        input.moveReaderIndex(forwardBy: consumed)
        if !isReply || input.readableBytes > Self.maximumLineBytes { context.close(promise: nil) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if ready == nil { run.replenish(self) }
    }

    /// Takes a line without its LF; false if it is not a line of a reply.
    private func take(_ line: UnsafeRawBufferPointer, at now: UInt64) -> Bool {
        if line.starts(with: "ROW") || line.starts(with: "EVENT") { return true }
        let isOK = line.starts(with: "OK")
        guard isOK || line.starts(with: "ERR") else { return false }
        if let ready {
            self.ready = nil
            if isOK {
                ready.succeed()
            } else {
                let words = String(decoding: line.dropFirst(4), as: UTF8.self)
                ready.fail(Failure(message: "the sign-in was refused: \(words)", status: Status.refused))
            }
            return true
        }
        let request = sent.popFirst()
        if isOK {
            guard let request else { return false }
            run.succeeded(request.kind, start: request.start, at: now)
        } else {
            // The reason of a service that hangs up answers no request.
            let code = line.dropFirst(4).prefix { $0 != UInt8(ascii: " ") }
            run.refused(request?.kind, code: String(decoding: code, as: UTF8.self), at: now)
        }
        return true
    }
}

/// The clock of all latencies; the event loop uses the same.
func monotonicNanoseconds() -> UInt64 { NIODeadline.now().uptimeNanoseconds }

extension UnsafeRawBufferPointer {
    /// True if the word stands at the beginning, and ends there.
    fileprivate func starts(with word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length, let baseAddress, memcmp(baseAddress, word.utf8Start, length) == 0 else { return false }
        return count == length || self[length] == UInt8(ascii: " ") || self[length] == UInt8(ascii: "\r")
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// The bytes before the first LF; nil if there is none.
    fileprivate var lineLength: Int? {
        let bytes = UnsafeRawBufferPointer(rebasing: self)
        guard let begin = bytes.baseAddress, let end = memchr(begin, 0x0A, bytes.count) else { return nil }
        return UnsafeRawPointer(end) - begin
    }
}
