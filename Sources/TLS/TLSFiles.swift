/// Certificates and a key as an operator provides them: files that are read and checked as a whole before any of them
/// is in force, with errors that say what to do.

internal import Accounts
internal import Glibc
internal import NIOSSL
internal import PrivateFiles

package struct TLSFilesError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// The paths of the PEM files.
package struct TLSFiles: Sendable {
    /// The service's certificate, then those between it and the root that clients trust.
    package var certificate: String
    package var key: String
    /// The authorities whose signature makes a client certificate good; nil if clients are not asked for one.
    package var clientCA: String?

    package init(certificate: String, key: String, clientCA: String? = nil) {
        (self.certificate, self.key, self.clientCA) = (certificate, key, clientCA)
    }

    struct Loaded {
        var chain: [NIOSSLCertificate]
        var key: NIOSSLPrivateKey
        /// Empty if clients are not asked.
        var clientCA: [NIOSSLCertificate]
        /// Faults that are not errors yet, such as a near expiry.
        var warnings: [String]
    }

    /// The greatest length of a file of certificates.
    private static let maximumBytes = 1 << 20
    /// An expiry within this time is logged as a warning.
    private static let warnedAhead = TimeSpan.days(14)

    func load() throws(TLSFilesError) -> Loaded {
        var warnings: [String] = []
        let chain = try Self.certificates(in: certificate)
        try Self.checkPeriod(of: chain[0], in: certificate, &warnings)
        let key = try Self.privateKey(in: key)
        var authorities: [NIOSSLCertificate] = []
        if let clientCA {
            authorities = try Self.certificates(in: clientCA)
            for authority in authorities where Self.instant(authority.notValidAfter) < Self.now {
                warnings.append(
                    "\(clientCA): an authority expired on \(Self.instant(authority.notValidAfter)); its clients are "
                        + "refused")
            }
        }
        return Loaded(chain: chain, key: key, clientCA: authorities, warnings: warnings)
    }

    private static func certificates(in path: String) throws(TLSFilesError) -> [NIOSSLCertificate] {
        let (bytes, _) = try read(path)
        let certificates: [NIOSSLCertificate]
        do { certificates = try NIOSSLCertificate.fromPEMBytes(bytes) } catch {
            throw TLSFilesError("\(path) has no certificate in PEM (-----BEGIN CERTIFICATE-----), or one is damaged")
        }
        guard !certificates.isEmpty else { throw TLSFilesError("\(path) has no certificate") }
        return certificates
    }

    private static func checkPeriod(of certificate: NIOSSLCertificate, in path: String, _ warnings: inout [String])
        throws(TLSFilesError)
    {
        let (begin, end) = (instant(certificate.notValidBefore), instant(certificate.notValidAfter))
        guard now <= end else {
            throw TLSFilesError("the certificate in \(path) expired on \(end): clients would refuse it; renew it")
        }
        if now < begin { warnings.append("the certificate in \(path) is not valid before \(begin)") }
        if end < now + warnedAhead { warnings.append("the certificate in \(path) expires on \(end): renew it") }
    }

    private static func privateKey(in path: String) throws(TLSFilesError) -> NIOSSLPrivateKey {
        let (bytes, status) = try read(path)
        guard !isForOthers(status) else {
            throw TLSFilesError(
                "other users can read the key \(path): chmod 600 \(path), and make the service's user its owner")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard !text.contains("ENCRYPTED") else {
            throw TLSFilesError(
                "the key \(path) is encrypted, and the service cannot ask for its passphrase:"
                    + " openssl pkey -in \(path) writes it without")
        }
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            throw TLSFilesError("\(path) has no private key in PEM (-----BEGIN PRIVATE KEY-----), or it is damaged")
        }
    }

    private static func read(_ path: String) throws(TLSFilesError) -> (bytes: [UInt8], status: stat) {
        do { return try readFile(path, maximumBytes: maximumBytes) } catch { throw TLSFilesError(error.description) }
    }

    private static func instant(_ time: time_t) -> Instant { Instant(milliseconds: Int64(time) * 1000) }
    private static var now: Instant { instant(time(nil)) }
}
