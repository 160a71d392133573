/// The HTTP server: hummingbird around the site.

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
package import TLS

package struct WebServer: Service {
    package struct Address: Sendable {
        package var host: String
        package var port: Int
        package init(host: String, port: Int) { (self.host, self.port) = (host, port) }
    }

    /// Further connections wait until one of these ends.
    private static let maximumConnections = 10_000
    /// A body that takes longer is refused, because a visitor who sends a byte now and then would hold a connection.
    fileprivate static let bodyTimeout = Duration.seconds(30)

    private let responder: SiteResponder
    private let address: Address
    private let tls: ServerTLS?
    private let logger: Logger
    private let ready: @Sendable (_ port: Int) -> Void
    private let connections: AddressConnections

    /// - Parameter ready: Is called once, when the server takes connections.
    package init(
        _ site: Site, service: AccountService, keys: KeyRingFile, configuration: SiteConfiguration, address: Address,
        tls: ServerTLS?, logger: Logger, ready: @escaping @Sendable (_ port: Int) -> Void
    ) {
        responder = SiteResponder(site, service: service, keys: keys, configuration: configuration, logger: logger)
        (self.address, self.tls, self.logger, self.ready) = (address, tls, logger, ready)
        connections = AddressConnections(
            maximum: configuration.connectionsPerAddress, unbounded: configuration.trustedProxies)
    }

    package func run() async throws {
        var quiet = logger
        // Hummingbird logs each connection at lower levels.
        quiet.logLevel = max(logger.logLevel, .warning)
        let (responder, logger) = (responder, logger)
        let application = Application(
            responder: CallbackResponder<VisitorContext> { request, context in
                await respond(to: request, context, responder, logger)
            },
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)),
            onServerRunning: { [ready] channel in ready(channel.localAddress?.port ?? 0) }, logger: quiet)
        try await application.run()
    }

    private var server: HTTPServerBuilder {
        HTTPServerBuilder { [tls, connections] responder in
            let plain = HTTP1Channel(
                responder: responder,
                configuration: .init(
                    additionalChannelHandlers: [connections.handler()],
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)))
            return if let tls { EncryptedChannel(tls: tls, plain: plain) } else { plain }
        }
    }
}

/// TLS below HTTP. Each connection gets the certificate that is in force when it begins.
private struct EncryptedChannel: ServerChildChannel {
    let tls: ServerTLS
    let plain: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(tls.makeHandler())
        }.flatMap { plain.setup(channel: channel, logger: logger) }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await plain.handle(value: value, logger: logger) }
}

private struct VisitorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// Answers one request and logs it. The log has the route's pattern, and never a path, a query or a field of a form.
private func respond(
    to request: Request, _ context: VisitorContext, _ responder: SiteResponder, _ logger: Logger
) async -> Response {
    let began = ContinuousClock.now
    let headers = request.headers
    var http = IncomingHTTP(
        method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
        headers: { name in HTTPField.Name(name).map { headers[values: $0] } ?? [] }, peer: context.peer,
        host: request.head.authority)
    var outgoing: OutgoingHTTP
    do {
        if request.method == .post { http.body = try await collect(request.body) }
        outgoing = await responder.respond(to: http)
    } catch is DeadlineError {
        outgoing = responder.refuseBody(http, status: 408)
    } catch {
        outgoing = responder.refuseBody(http, status: 413)
    }
    let isHead = request.method == .head
    var fields = HTTPFields()
    for (name, value) in outgoing.headers {
        if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
    logger.info(
        "request",
        metadata: [
            "method": "\(request.method.rawValue)", "route": "\(outgoing.route)", "status": "\(outgoing.status)",
            "ms": "\(milliseconds)",
        ])
    let body: ResponseBody
    switch outgoing.body {
    case _ where isHead: body = ResponseBody()
    case .bytes(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .parts(let part):
        body = ResponseBody { writer in
            var cursor: String?
            repeat {
                let (text, next) = try await part(cursor)
                try await writer.write(ByteBuffer(string: text))
                cursor = next
            } while cursor != nil
            try await writer.finish(nil)
        }
    }
    return Response(status: .init(code: outgoing.status), headers: fields, body: body)
}

private struct DeadlineError: Error {}

private func collect(_ body: RequestBody) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
        group.addTask { Array(try await body.collect(upTo: SiteResponder.maximumBodyBytes).readableBytesView) }
        group.addTask {
            try await Task.sleep(for: WebServer.bodyTimeout)
            throw DeadlineError()
        }
        defer { group.cancelAll() }
        return try await group.next() ?? []
    }
}
