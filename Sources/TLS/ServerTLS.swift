/// The service's end of TLS: the certificate and key in force, exchanged while connections live on.

package import Logging
internal import NIOCore
package import NIOSSL
internal import Synchronization

package final class ServerTLS: Sendable {
    /// How long a peer may take to close its side of TLS, once we have closed ours.
    private static let ending = TimeAmount.seconds(2)
    /// All have forward secrecy and authenticated encryption. TLS 1.3 has no others; these are the ones allowed of TLS
    /// 1.2.
    private static let cipherSuites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    private let files: TLSFiles
    private let logger: Logger
    private let current: Mutex<NIOSSLContext>

    /// Reads and checks the files.
    ///
    /// - Throws: What is wrong with which file, and what to do.
    package init(_ files: TLSFiles, logger: Logger) throws(TLSFilesError) {
        (self.files, self.logger) = (files, logger)
        current = Mutex(try Self.makeContext(files, logger))
    }

    /// Reads the files again. Open connections keep what they began with; the next ones get the new certificate. If one
    /// file has a fault, all the old ones stay in force.
    package func reload() {
        do throws(TLSFilesError) {
            let context = try Self.makeContext(files, logger)
            current.withLock { $0 = context }
            logger.notice("new connections get the certificate that is now in \(files.certificate)")
        } catch {
            logger.error("the certificates were not reloaded, the old ones stay in force: \(error)")
        }
    }

    /// For one connection.
    package func makeHandler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: current.withLock { $0 }) }

    /// Blocks: it reads files.
    private static func makeContext(_ files: TLSFiles, _ logger: Logger) throws(TLSFilesError) -> NIOSSLContext {
        let loaded = try files.load()
        for warning in loaded.warnings { logger.warning("\(warning)") }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: loaded.chain.map { .certificate($0) }, privateKey: .privateKey(loaded.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = cipherSuites
        configuration.renegotiationSupport = .none
        configuration.shutdownTimeout = ending
        if !loaded.clientCA.isEmpty {
            configuration.certificateVerification = .optionalVerification
            configuration.trustRoots = .certificates(loaded.clientCA)
            // So that a client with several certificates knows which one to show.
            configuration.sendCANameList = true
        }
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw TLSFilesError(
                "the key in \(files.key) does not belong to the certificate in \(files.certificate): \(error)")
        }
    }
}
