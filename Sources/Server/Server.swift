/// The listening socket and its event loops, as a service: started, drained and stopped with the process.

package import Engine
internal import Glibc
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
package import TLS

package struct ServerConfiguration: Sendable {
    package var host = "127.0.0.1"
    package var port = 7117
    package var eventLoops = 1
    package var connections = ConnectionLimits()
    /// How long a stop waits for replies that are due.
    package var drainSeconds: Int64 = 10

    package init() {}
}

package final class Server: Service {
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let ports: [LoopPort]
    private let engine: Engine
    private let tls: ServerTLS?
    private let started: @Sendable (SocketAddressText) -> Void

    package typealias SocketAddressText = String

    /// Makes the loops and, upon them, the engine of an opened data directory.
    package init(
        _ opened: consuming OpenedService, configuration: ServerConfiguration, tls: ServerTLS? = nil, logger: Logger,
        started: @escaping @Sendable (SocketAddressText) -> Void
    ) {
        self.configuration = configuration
        self.tls = tls
        self.logger = logger
        self.started = started
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops)
        let inbox = Inbox()
        let ports = group.makeIterator().enumerated().map { LoopPort(number: $0, loop: $1, inbox: inbox) }
        self.group = group
        self.ports = ports
        engine = Engine(opened, inbox: inbox, ports: ports, logger: logger)
    }

    package func run() async throws {
        let (ports, engine, tls, logger) = (ports, engine, tls, logger)
        let admission = Admission(configuration.connections)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A peer that vanished without closing would hold its connection for ever: TCP finds out in two minutes.
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 60)
            .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 20)
            .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let port = ports.first(where: { $0.loop === channel.eventLoop }) else {
                        preconditionFailure("every loop has a port")
                    }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(AdmissionHandler(admission, isPlain: tls == nil))
                    guard let tls = tls?.makeHandler() else {
                        return try pipeline.addHandler(
                            ConnectionHandler(port: port, engine: engine, admission: admission))
                    }
                    try pipeline.addHandlers(
                        tls,
                        HandshakeHandler(tls: tls, port: port, engine: engine, admission: admission, logger: logger))
                }
            }
        let channel: any Channel
        do { channel = try await bootstrap.bind(host: configuration.host, port: configuration.port).get() } catch {
            throw ListenError(error, configuration)
        }
        let address = "\(configuration.host):\(channel.localAddress?.port ?? configuration.port)"
        logger.info("listening on \(address)\(tls == nil ? "" : ", TLS only")")
        started(address)
        try? await gracefulShutdown()
        logger.info("stopping: no new connections are accepted, and accepted requests get their replies")
        try? await channel.close()
        engine.beginStop()
        await drain()
        await stopEngine()
        try await group.shutdownGracefully()
        logger.info("stopped")
    }

    /// Waits for replies that are due, for so long as the configuration allows.
    private func drain() async {
        for port in ports { try? await port.drain(within: .seconds(configuration.drainSeconds)).get() }
    }

    /// Joins threads, so it must not run on a thread of the concurrency pool.
    private func stopEngine() async {
        let engine = engine
        await withCheckedContinuation { continuation in
            NIOThreadPool.singleton.submit { _ in
                engine.stop()
                continuation.resume()
            }
        }
    }
}

/// The service cannot listen on its configured address.
package struct ListenError: Error, CustomStringConvertible {
    package let description: String

    init(_ error: any Error, _ configuration: ServerConfiguration) {
        let reason =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: "another process has that port; stop it, or give another one with --listen"
            case EADDRNOTAVAIL: "this machine does not have that address; give another one with --listen"
            case EACCES: "only root may use that port; give one from 1024 with --listen"
            default: "\(error)"
            }
        description = "cannot listen on \(configuration.host):\(configuration.port): \(reason)"
    }
}
