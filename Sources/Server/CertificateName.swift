/// Whom a client certificate names. TLS's own parser has read the certificate by then; what is left is to believe
/// nothing of what the name says.

internal import Accounts
internal import NIOSSL

extension NIOSSLCertificate {
    /// The subject's Common Name, where it has one alone and a principal can have that name; a byte that no principal's
    /// name has, a zero among them, makes it another name or none, never a shorter one.
    var principalName: String? {
        let names = subjectName.filter { $0.type == .commonName }
        guard let name = names.first?.value, names.count == 1, isKey(Array(name.utf8)) else { return nil }
        return name
    }
}
