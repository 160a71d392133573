/// A signed tree head as text, by C2SP's tlog-checkpoint and signed-note, for an auditor to keep elsewhere.
///
///     kabinet/5cVbuEAhwo3Hn0MJVRM4Fg         the origin: which log
///     1042                                   the size: the last position
///     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2…=     the root, base64
///
///     — kabinet/5cVb… Az3grlgtzPICa5OS8npV…= the key's id, 4 bytes, and the Ed25519 signature, base64

internal import Crypto
internal import Foundation

package struct CheckpointError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The bytes of canonical base64; nil if the text is not that. Foundation also accepts text that it would encode
/// differently.
func decodeBase64(_ text: Substring) -> [UInt8]? {
    guard let data = Data(base64Encoded: String(text)), data.base64EncodedString() == text else { return nil }
    return Array(data)
}

/// Whether a text can be the name of a signer by signed-note.
private func isKeyName(_ text: Substring) -> Bool {
    !text.isEmpty && !text.contains { $0.isWhitespace || $0 == "+" }
}

package struct Checkpoint: Equatable, Sendable {
    package let origin: String
    package let size: UInt64
    package let root: TreeHash

    package init(origin: String, size: UInt64, root: TreeHash) {
        (self.origin, self.size, self.root) = (origin, size, root)
    }

    package static func origin(of log: LogIdentity) -> String { "kabinet/\(log.name)" }

    /// The text that is signed.
    var body: String { "\(origin)\n\(size)\n\(Data(root.bytes).base64EncodedString())\n" }

    package func signed(by signer: CheckpointSigner) -> String {
        let signature = Data(signer.key.id + signer.sign(body)).base64EncodedString()
        return "\(body)\n— \(origin) \(signature)\n"
    }

    /// Reads a note and checks that this key signed it. Without a key the signature is not checked.
    package init(note: String, by key: CheckpointKey?) throws {
        guard let end = note.range(of: "\n\n") else {
            throw CheckpointError("it is not a checkpoint: there is no empty line before signatures")
        }
        let lines = note[..<end.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        // A size has no leading zeros and no sign, because otherwise one tree would have several texts.
        guard lines.count >= 3, let size = UInt64(lines[1]), "\(size)" == lines[1],
            let root = decodeBase64(lines[2]).flatMap({ TreeHash($0) }), isKeyName(lines[0])
        else { throw CheckpointError("it is not a checkpoint: its lines are an origin, a size and a root") }
        self.init(origin: String(lines[0]), size: size, root: root)
        guard let key else { return }
        guard key.name == origin else {
            throw CheckpointError("it is a checkpoint of \(origin), and the key is that of \(key.name)")
        }
        let signatures = note[end.upperBound...].split(separator: "\n").compactMap { line -> [UInt8]? in
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "—", words[1] == key.name else { return nil }
            return decodeBase64(words[2])
        }
        guard let signature = signatures.first(where: { $0.starts(with: key.id) }) else {
            throw CheckpointError("it has no signature of the key \(key)")
        }
        guard key.isSignature(signature.dropFirst(4), of: String(note[..<end.lowerBound]) + "\n") else {
            throw CheckpointError("its signature is not of the key \(key), or not of this text")
        }
    }
}

/// Signs with Ed25519, by a key made from a seed of the vault.
package struct CheckpointSigner: Sendable {
    private let secret: Curve25519.Signing.PrivateKey
    package let key: CheckpointKey

    /// `seed`: 32 bytes.
    package init(seed: [UInt8], origin: String) {
        do { secret = try Curve25519.Signing.PrivateKey(rawRepresentation: seed) } catch {
            preconditionFailure("a seed has 32 bytes")
        }
        key = CheckpointKey(name: origin, publicKey: Array(secret.publicKey.rawRepresentation))
    }

    fileprivate func sign(_ text: String) -> [UInt8] {
        do { return Array(try secret.signature(for: Data(text.utf8))) } catch {
            preconditionFailure("Ed25519 signs any bytes")
        }
    }
}

/// The public key, as signed-note writes it: `name+id+key`.
package struct CheckpointKey: Equatable, Sendable, CustomStringConvertible {
    package let name: String
    private let publicKey: [UInt8]
    /// 4 bytes that distinguish keys of one name.
    let id: [UInt8]

    private static let ed25519: UInt8 = 1

    init(name: String, publicKey: [UInt8]) {
        (self.name, self.publicKey) = (name, publicKey)
        id = Array(SHA256.hash(data: Array(name.utf8) + [10, Self.ed25519] + publicKey).prefix(4))
    }

    package init(_ text: String) throws {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, isKeyName(parts[0]), let bytes = decodeBase64(parts[2]), bytes.count == 33,
            bytes.first == Self.ed25519
        else { throw CheckpointError("it is not a key: a key is a name, eight digits and base64, with + between") }
        self.init(name: String(parts[0]), publicKey: Array(bytes.dropFirst()))
        guard "\(self)" == text else { throw CheckpointError("the key does not agree with its own digits") }
    }

    package var description: String {
        let digits = id.map { String(format: "%02x", $0) }.joined()
        return "\(name)+\(digits)+\(Data([Self.ed25519] + publicKey).base64EncodedString())"
    }

    fileprivate func isSignature(_ signature: ArraySlice<UInt8>, of text: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(Data(signature), for: Data(text.utf8))
    }
}
