// TLS as a client has it: which services it trusts, which certificate it shows, and what its failures mean.

package import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

/// How connections are encrypted: which service is trusted, and which certificate it is shown.
///
/// The service's certificate is always verified, its names too. Files are read when this is made; one value serves any
/// number of connections.
///
/// ```swift
/// let tls = try ClientTLS(ca: "/etc/kabinet/ca.pem", certificate: "web.pem", key: "web.key")
/// let client = try await KabinetClient.connect(host: "kabinet.internal", port: 7117, tls: tls)
/// ```
public struct ClientTLS: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - ca: A file of the authorities that are trusted, PEM; nil for those that the system trusts.
    ///   - certificate: A file with this client's certificate, PEM, then those between it and its root. The service
    ///     takes the principal that it names without `auth`.
    ///   - key: A file with the certificate's key, PEM, without a passphrase.
    ///   - serverName: The DNS name that the service's certificate must have; nil for the host of the connection. A
    ///     certificate that has the address of the connection is trusted in either case.
    /// - Throws: `ClientError` with the code `.invalidTLS`: a file cannot be read, or does not fit the others.
    public init(ca: String? = nil, certificate: String? = nil, key: String? = nil, serverName: String? = nil)
        throws(ClientError)
    {
        if let serverName, serverName.isEmpty || (try? SocketAddress(ipAddress: serverName, port: 0)) != nil {
            throw ClientError(.invalidTLS, "'\(serverName)' is not a DNS name; give an address as the host instead")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // How long the service may take to close its side of TLS once we have closed ours.
        configuration.shutdownTimeout = .seconds(2)
        if let ca { configuration.trustRoots = .certificates(try Self.certificates(in: ca)) }
        switch (certificate, key) {
        case (let certificate?, let key?):
            configuration.certificateChain = try Self.certificates(in: certificate).map { .certificate($0) }
            do { configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)) } catch {
                throw ClientError(
                    .invalidTLS, "\(key) cannot be read, or has no private key in PEM without a passphrase")
            }
        case (nil, nil): break
        case (nil, _): throw ClientError(.invalidTLS, "the key needs its certificate")
        case (_, nil): throw ClientError(.invalidTLS, "the certificate needs its key")
        }
        do { context = try NIOSSLContext(configuration: configuration) } catch {
            guard let certificate, let key else {
                throw ClientError(.invalidTLS, "TLS cannot be prepared: \(error)")
            }
            throw ClientError(.invalidTLS, "the key in \(key) does not belong to the certificate in \(certificate)")
        }
        self.serverName = serverName
    }

    private static func certificates(in path: String) throws(ClientError) -> [NIOSSLCertificate] {
        let certificates = try? NIOSSLCertificate.fromPEMFile(path)
        guard let certificates, !certificates.isEmpty else {
            throw ClientError(.invalidTLS, "\(path) cannot be read, or has no certificate in PEM")
        }
        return certificates
    }

    /// Puts TLS between the channel and the handlers that are added after it.
    ///
    /// - Throws: `ClientError` with the code `.invalidTLS` if no certificate can have the server's name.
    package func addHandler(to channel: any Channel, host: String) throws {
        // A certificate is compared with the address if there is no name (RFC 6125), because SNI has no addresses.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        let name = serverName ?? (isAddress ? nil : host)
        do {
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
        } catch {
            throw ClientError(.invalidTLS, "\(name ?? host) is not a name that a certificate can have")
        }
    }
}

extension ClientTLS {
    /// Puts TLS on the channel of one client.
    ///
    /// - Returns: Succeeds when it is agreed on.
    func begin(on channel: any Channel, host: String) throws -> Handshake {
        try addHandler(to: channel, host: host)
        let promise = channel.eventLoop.makePromise(of: Void.self)
        try channel.pipeline.syncOperations.addHandler(HandshakeWaiter(promise))
        return Handshake(promise: promise)
    }
}

/// TLS that is being agreed on.
struct Handshake: Sendable {
    let promise: EventLoopPromise<Void>

    func get(within limit: TimeAmount) async throws {
        let promise = promise
        let loop = promise.futureResult.eventLoop
        let timeUp = loop.scheduleTask(in: limit) { promise.fail(ClientError(.tlsFailed, "no answer in time")) }
        defer { timeUp.cancel() }
        try await promise.futureResult.get()
    }
}

/// Succeeds a promise when TLS is agreed on, then removes itself; fails the promise if TLS cannot be agreed on.
final class HandshakeWaiter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private var agreed: EventLoopPromise<Void>?

    init(_ agreed: EventLoopPromise<Void>) { self.agreed = agreed }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
            agreed?.succeed()
            agreed = nil
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(NIOSSLError.uncleanShutdown)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { fail(NIOSSLError.uncleanShutdown) }

    private func fail(_ error: any Error) {
        agreed?.fail(error)
        agreed = nil
    }
}

/// The meaning of a TLS failure, for the person who has to mend it; nil if the error is not one of TLS.
func tlsFailure(_ error: any Error) -> String? {
    // The reasons are BoringSSL's names, which the library shows in no other way.
    let words = "\(error)"
    let meanings = [
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is signed by no authority that is trusted here, or has expired"),
        ("WRONG_VERSION_NUMBER", "it does not use TLS on that port"),
        ("ALERT_UNKNOWN_CA", "it does not trust the authority of this client's certificate"),
        ("CERTIFICATE_EXPIRED", "it refused this client's certificate as expired"),
        ("CERTIFICATE_REQUIRED", "it requires a client certificate"),
        ("ALERT_BAD_CERTIFICATE", "it refused this client's certificate"),
        ("ALERT_UNSUPPORTED_CERTIFICATE", "it refused this client's certificate, because that is not for clients"),
        ("ALERT_CERTIFICATE_UNKNOWN", "it refused this client's certificate"),
        ("eofDuringHandshake", "it closed the connection"), ("EOF during handshake", "it closed the connection"),
        ("uncleanShutdown", "it closed the connection"),
        ("PROTOCOL_VERSION", "it uses another version of TLS"),
    ]
    switch error {
    case let error as ClientError where error.code == .tlsFailed || error.code == .invalidTLS: return error.message
    case let failure as NIOConnectionError: return failure.connectionErrors.first.flatMap { tlsFailure($0.error) }
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
        return "its certificate is for another name"
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
        return meanings.first { words.contains($0.0) }?.1 ?? "TLS failed: \(words)"
    default: return nil
    }
}
