/// The bounds on connections.
///
/// A stranger is a connection that has not signed in. Strangers get a part of the connections, so that there is room
/// for the others, and the strangers of one address get a part of that. When a part is full, the stranger that has
/// waited longest makes room for the next one, so nobody keeps others from signing in by connecting and sending
/// nothing. The next connection is refused only when all of them have signed in.

internal import Accounts
internal import LineProtocol
internal import NIOCore
internal import Synchronization

package struct ConnectionLimits: Sendable {
    package var all = 10_000
    /// Strangers from one address: a proxy in front of a portal is one address, and so is this machine.
    package var strangersPerAddress = 2000
    package var secondsToSignIn: Int64 = 30
    /// Seconds without a request or a reply, once signed in; 0 means that a connection may be idle for ever.
    package var idleSeconds: Int64 = 3600

    package init() {}

    var strangers: Int { max(1, all / 2) }
}

/// Sent to a connection's handlers: it has to end, and why.
struct Dismissal: Sendable {
    let rejection: Rejection

    func bytes(as format: WireFormat) -> [UInt8] {
        var reply = Reply()
        reply.reject(rejection)
        var bytes: [UInt8] = []
        encode(reply, hasRows: false, as: format, into: &bytes)
        return bytes
    }
}

final class Admission: Sendable {
    fileprivate struct State {
        /// Admitted, and not asked to end.
        var members: Set<ObjectIdentifier> = []
        var strangers = 0
        /// By address, the one that has waited longest first.
        var waiting: [String: [any Channel]] = [:]
        /// Connections that are being sent the reason of their end, which takes some seconds each.
        var told: Set<ObjectIdentifier> = []
    }

    let limits: ConnectionLimits
    private let state = Mutex(State())
    /// Beyond this number they end without a message.
    private static let toldAtOnce = 256

    private static let full = Rejection(
        .busy,
        "the service has as many connections as it allows", retryAfterSeconds: 10)
    private static let crowded = Rejection(
        .busy, "too many connections have not signed in: sign in at once, with AUTH", retryAfterSeconds: 1)

    init(_ limits: ConnectionLimits) { self.limits = limits }

    /// Nil if the connection is admitted.
    func admit(_ channel: any Channel) -> Dismissal? {
        let address = Self.address(of: channel)
        let (isWelcome, dismissed) = state.withLock { state in
            let dismissed = state.dismissed(for: address, limits)
            guard state.members.count < limits.all else { return (false, dismissed) }
            state.members.insert(ObjectIdentifier(channel))
            state.strangers += 1
            state.waiting[address, default: []].append(channel)
            return (true, dismissed)
        }
        if let dismissed { end(dismissed) }
        guard isWelcome else { return Dismissal(rejection: Self.full) }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock {
                $0.forget(channel, of: address)
                $0.members.remove(ObjectIdentifier(channel))
            }
        }
        return nil
    }

    private func end(_ channel: any Channel) {
        guard mayTell(channel) else { return channel.close(promise: nil) }
        channel.pipeline.fireUserInboundEventTriggered(Dismissal(rejection: Self.crowded))
    }

    /// Whether a connection that ends may be sent the reason.
    func mayTell(_ channel: any Channel) -> Bool {
        let may = state.withLock { state in
            guard state.told.count < Self.toldAtOnce else { return false }
            state.told.insert(ObjectIdentifier(channel))
            return true
        }
        if may {
            channel.closeFuture.whenComplete { [self] _ in
                state.withLock { _ = $0.told.remove(ObjectIdentifier(channel)) }
            }
        }
        return may
    }

    /// The connection has signed in. It stays even if it was asked to make room just now.
    func signedIn(_ channel: any Channel) {
        let address = Self.address(of: channel)
        state.withLock {
            $0.forget(channel, of: address)
            $0.told.remove(ObjectIdentifier(channel))
            $0.members.insert(ObjectIdentifier(channel))
        }
    }

    private static func address(of channel: any Channel) -> String { channel.remoteAddress?.ipAddress ?? "" }
}

extension Admission.State {
    /// The stranger that makes room for one more from an address, if one has to.
    mutating func dismissed(for address: String, _ limits: ConnectionLimits) -> (any Channel)? {
        var crowded: String?
        if waiting[address]?.count ?? 0 >= limits.strangersPerAddress {
            crowded = address
        } else if strangers >= limits.strangers || members.count >= limits.all {
            crowded = waiting.max { $0.value.count < $1.value.count }?.key
        }
        guard let crowded, let oldest = waiting[crowded]?.first else { return nil }
        forget(oldest, of: crowded)
        members.remove(ObjectIdentifier(oldest))
        return oldest
    }

    mutating func forget(_ channel: any Channel, of address: String) {
        guard let index = waiting[address]?.firstIndex(where: { $0 === channel }) else { return }
        waiting[address]?.remove(at: index)
        if waiting[address]?.isEmpty == true { waiting[address] = nil }
        strangers -= 1
    }
}

/// Stands first in a connection's pipeline until it is let in.
final class AdmissionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let admission: Admission
    /// With TLS no message can be sent yet.
    private let isPlain: Bool

    init(_ admission: Admission, isPlain: Bool) { (self.admission, self.isPlain) = (admission, isPlain) }

    func channelActive(context: ChannelHandlerContext) {
        guard let dismissal = admission.admit(context.channel) else {
            context.fireChannelActive()
            return context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
        guard isPlain, admission.mayTell(context.channel) else { return context.close(promise: nil) }
        let bytes = context.channel.allocator.buffer(bytes: dismissal.bytes(as: .lines))
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: ConnectionHandler.lingering) { channel.close(promise: nil) }
        }
    }

    /// Bytes of a connection that is not admitted are dropped.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
