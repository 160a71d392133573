/// The principal that a client certificate names. TLS's own parser has read the certificate by then; the name's
/// contents are not trusted.

internal import Accounts
internal import NIOSSL

extension NIOSSLCertificate {
    /// The subject's Common Name, if it has exactly one and a principal can have that name. A byte that no principal's
    /// name has (zero is one) makes it another name or none, never a shorter one.
    var principalName: String? {
        let names = subjectName.filter { $0.type == .commonName }
        guard let name = names.first?.value, names.count == 1, isKey(Array(name.utf8)) else { return nil }
        return name
    }
}
