/// Takes the connection's place until TLS is agreed on: until then the writer has no connection. Then a
/// `ConnectionHandler` that knows the principal of the peer's certificate replaces it.

internal import Engine
internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// How long both sides may take to agree. The connection counts against the limit meanwhile.
    static let limit = TimeAmount.seconds(10)

    private let tls: NIOSSLServerHandler
    private let port: LoopPort
    private let engine: Engine
    private let admission: Admission
    private let logger: Logger
    private var timeUp: Scheduled<Void>?

    init(tls: NIOSSLServerHandler, port: LoopPort, engine: Engine, admission: Admission, logger: Logger) {
        (self.tls, self.port, self.engine, self.admission, self.logger) = (tls, port, engine, admission, logger)
    }

    func channelActive(context: ChannelHandlerContext) {
        let (channel, logger) = (context.channel, logger)
        timeUp = context.eventLoop.scheduleTask(in: Self.limit) {
            logger.debug("no TLS after \(Self.limit.nanoseconds / 1_000_000_000) s: the connection is closed")
            channel.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { timeUp?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted: begin(context)
        // No message can be sent before TLS is agreed on.
        case is Dismissal: context.close(promise: nil)
        default: break
        }
    }

    /// Logs nothing, because strangers can send anything: their mistakes must not fill the log.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("no TLS with \(context.remoteAddress?.description ?? "a peer"): \(error)")
        context.close(promise: nil)
    }

    private func begin(_ context: ChannelHandlerContext) {
        timeUp?.cancel()
        let connection = ConnectionHandler(
            port: port, engine: engine, admission: admission, principal: principal())
        do {
            try context.pipeline.syncOperations.addHandler(connection, position: .after(self))
        } catch { preconditionFailure("a handler can be added to a channel that is open: \(error)") }
        context.fireChannelActive()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    /// The principal that the peer's certificate names. TLS verified the certificate, now or when the resumed session
    /// began.
    private func principal() -> String? {
        guard let certificate = tls.peerCertificate, certificate.notValidAfter >= time(nil) else { return nil }
        guard let name = certificate.principalName else {
            logger.warning("a client certificate has no Common Name that a principal can have: not signed in")
            return nil
        }
        return name
    }
}
