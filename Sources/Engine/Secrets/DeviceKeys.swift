/// Checks devices' keys and their signatures.

package import Accounts
internal import Crypto

extension DeviceKey {
    package var isValid: Bool {
        switch kind {
        case .p256: (try? P256.Signing.PublicKey(x963Representation: bytes)) != nil
        case .ed25519: (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)) != nil
        default: false
        }
    }

    /// For P-256 the signature is r and s, 32 bytes each, or their DER.
    package func verifies(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        switch kind {
        case .p256:
            guard let key = try? P256.Signing.PublicKey(x963Representation: bytes) else { return false }
            let found =
                signature.count == 64
                ? try? P256.Signing.ECDSASignature(rawRepresentation: signature)
                : try? P256.Signing.ECDSASignature(derRepresentation: signature)
            return found.map { key.isValidSignature($0, for: text) } ?? false
        case .ed25519:
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
            return key.isValidSignature(signature, for: text)
        default: return false
        }
    }
}
