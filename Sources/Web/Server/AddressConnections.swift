/// A bound on the connections of one address, so that a visitor cannot take those of all. Trusted proxies carry many
/// visitors and have no bound.

internal import NIOCore
internal import Synchronization

final class AddressConnections: Sendable {
    private let maximum: Int
    private let unbounded: [AddressRange]
    private let counts = Mutex<[String: Int]>([:])

    init(maximum: Int, unbounded: [AddressRange]) { (self.maximum, self.unbounded) = (maximum, unbounded) }

    /// False if the address has as many connections as it may.
    func begin(_ address: String) -> Bool {
        guard !unbounded.contains(where: { $0.contains(address) }) else { return true }
        return counts.withLock { counts in
            let count = counts[limitKey(ofAddress: address), default: 0]
            guard count < maximum else { return false }
            counts[limitKey(ofAddress: address)] = count + 1
            return true
        }
    }

    func end(_ address: String) {
        counts.withLock { counts in
            let key = limitKey(ofAddress: address)
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }

    func handler() -> some RemovableChannelHandler { AddressHandler(self) }
}

/// Counts one connection.
private final class AddressHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let connections: AddressConnections
    private var address: String?

    init(_ connections: AddressConnections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
        guard let address = context.channel.remoteAddress?.ipAddress else { return }
        guard connections.begin(address) else { return context.close(promise: nil) }
        self.address = address
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let address { connections.end(address) }
        address = nil
        context.fireChannelInactive()
    }
}
