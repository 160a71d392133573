// A fake service that a test scripts: lines in, scripted bytes out.

import Client
import NIOCore
import NIOPosix
import Synchronization

/// Listens on a port of its own choosing and answers each line by the script.
final class FakeService: Sendable {
    enum Answer: Sendable {
        case say(String)
        case sayAndClose(String)
        case silence
    }

    private let channel: any Channel
    private let script: @Sendable (String) -> Answer
    private let heard = Mutex<[String]>([])

    var port: Int { channel.localAddress!.port! }
    /// The lines so far, in order.
    var lines: [String] { heard.withLock { $0 } }

    private init(channel: any Channel, box: Box, script: @escaping @Sendable (String) -> Answer) {
        self.channel = channel
        self.script = script
        box.service.withLock { $0 = self }
    }

    /// The children find the service here: it exists after its channel.
    private final class Box: Sendable {
        let service = Mutex<FakeService?>(nil)
    }

    static func start(_ script: @escaping @Sendable (String) -> Answer) async throws -> FakeService {
        let box = Box()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(Ear(box: box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeService(channel: channel, box: box, script: script)
    }

    func stop() async { try? await channel.close() }

    fileprivate func answer(_ line: String) -> Answer {
        heard.withLock { $0.append(line) }
        return script(line)
    }

    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let box: Box
        /// Bytes and not text, because a read may end within a character.
        private var rest: [UInt8] = []

        init(box: Box) { self.box = box }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            rest += unwrapInboundIn(data).readableBytesView
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeSubrange(...end)
                switch box.service.withLock({ $0 })?.answer(line) {
                case .say(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                case .sayAndClose(let text):
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).assumeIsolated().whenComplete {
                        _ in context.close(promise: nil)
                    }
                case .silence, nil: break
                }
            }
        }
    }
}

/// The default timeout of a call. No test is to end by it, however busy the machine is.
private let patience = Duration.seconds(600)

/// A service with this script and a client of it, for the time of a test.
func withService(
    _ script: @escaping @Sendable (String) -> FakeService.Answer,
    _ body: (KabinetClient, FakeService) async throws -> Void
) async throws {
    let service = try await FakeService.start(script)
    let client = try await KabinetClient.connect(host: "127.0.0.1", port: service.port, timeout: patience)
    do {
        try await body(client, service)
    } catch {
        await client.close()
        await service.stop()
        throw error
    }
    await client.close()
    await service.stop()
}
