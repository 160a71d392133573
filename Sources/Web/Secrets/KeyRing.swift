/// The keys that seal cookies and sign forms. Processes of one site share a file of them, so a visitor may reach any of
/// the processes.

internal import Crypto
internal import Foundation
package import PrivateFiles
internal import Synchronization

/// Keys, the newest first. The newest one seals and signs, and the others only open and check, so that a rotation signs
/// nobody out.
struct KeyRing: Sendable {
    private struct Key: Sendable {
        /// Names the key in a sealed text.
        var name: [UInt8]
        var sealing: SymmetricKey
        var signing: SymmetricKey

        init(_ secret: SymmetricKey) {
            func derived(_ purpose: String, _ count: Int) -> SymmetricKey {
                HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: secret, info: Data("kabinet-web \(purpose)".utf8), outputByteCount: count)
            }
            name = derived("name", KeyRing.nameBytes).withUnsafeBytes { Array($0) }
            sealing = derived("cookies", 32)
            signing = derived("forms", 32)
        }
    }

    private static let nameBytes = 4
    static let secretBytes = 32
    static let signatureBytes = 16
    private let keys: [Key]

    /// - Parameter secrets: 32 random bytes each, the newest first; at least one.
    init(secrets: [[UInt8]]) {
        precondition(!secrets.isEmpty && secrets.allSatisfy { $0.count == Self.secretBytes })
        keys = secrets.map { Key(SymmetricKey(data: $0)) }
    }

    /// Whether a sealed text names a key of this ring.
    func knowsKey(of sealed: String) -> Bool {
        let name = bytes(base64URL: sealed)?.prefix(Self.nameBytes)
        return keys.contains { name?.elementsEqual($0.name) == true }
    }

    /// Encrypts and authenticates a text for one purpose: AES-256-GCM, as key name, nonce, ciphertext and tag in
    /// base64url.
    func seal(_ plaintext: some Sequence<UInt8>, for purpose: String) -> String {
        let key = keys[0]
        guard
            let box = try? AES.GCM.seal(
                Array(plaintext), using: key.sealing, authenticating: Array(purpose.utf8)), let combined = box.combined
        else { preconditionFailure("AES-GCM seals any text that fits in memory") }
        return base64URL(key.name + combined)
    }

    /// The text, or nil if it was not sealed by one of the keys for this purpose.
    func open(_ sealed: String, for purpose: String) -> [UInt8]? {
        guard let bytes = bytes(base64URL: sealed), bytes.count > Self.nameBytes,
            let key = keys.first(where: { $0.name.elementsEqual(bytes.prefix(Self.nameBytes)) }),
            let box = try? AES.GCM.SealedBox(combined: bytes.dropFirst(Self.nameBytes)),
            let plaintext = try? AES.GCM.open(box, using: key.sealing, authenticating: Array(purpose.utf8))
        else { return nil }
        return Array(plaintext)
    }

    /// The first 16 bytes of HMAC-SHA256.
    func sign(_ message: [UInt8]) -> [UInt8] { Self.signature(of: message, by: keys[0]) }

    func isSignature(_ signature: some Collection<UInt8>, of message: [UInt8]) -> Bool {
        keys.contains { key in
            let expected = Self.signature(of: message, by: key)
            // Compares in constant time.
            return expected.count == signature.count && zip(expected, signature).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }

    private static func signature(of message: [UInt8], by key: Key) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: key.signing).prefix(signatureBytes))
    }
}

/// A file of keys: a line a key, 32 bytes in base64url, the newest first. Lines that begin with `#` are comments.
package final class KeyRingFile: Sendable {
    private static let maximumBytes = 1 << 16
    /// Former keys that a rotation keeps.
    private static let keptKeys = 4

    /// Another process may have rotated the keys. Anybody can send a cookie of no key, so the file is read at most so
    /// often because of one.
    private static let pauseBetweenReads = Duration.seconds(1)

    private let path: String
    private let ring: Mutex<(keys: KeyRing, read: ContinuousClock.Instant)>

    /// Reads the file, and makes it with a random key if there is none.
    package init(_ path: String) throws(PrivateFileError) {
        self.path = path
        if !FileManager.default.fileExists(atPath: path) {
            try Self.write([randomBytes(KeyRing.secretBytes)], path, isNew: true)
        }
        ring = Mutex((KeyRing(secrets: try Self.secrets(in: path)), .now))
    }

    var current: KeyRing { ring.withLock { $0.keys } }

    /// The ring after the file was read again, because a cookie names a key that is not in the current one; nil if it was
    /// read a moment ago.
    func reread() -> KeyRing? {
        let isDue = ring.withLock { ring in
            guard ContinuousClock.now - ring.read > Self.pauseBetweenReads else { return false }
            ring.read = .now
            return true
        }
        guard isDue, (try? reload()) != nil else { return nil }
        return current
    }

    /// Reads the file again.
    package func reload() throws(PrivateFileError) {
        let secrets = try Self.secrets(in: path)
        ring.withLock { $0 = (KeyRing(secrets: secrets), .now) }
    }

    /// Puts a new key before the others, and drops the oldest of them.
    package static func rotate(_ path: String) throws(PrivateFileError) {
        let former = try secrets(in: path)
        try write([randomBytes(KeyRing.secretBytes)] + former.prefix(keptKeys), path, isNew: false)
    }

    private static func write(_ secrets: [[UInt8]], _ path: String, isNew: Bool) throws(PrivateFileError) {
        var text =
            "# Keys of kabinet-web's cookies and forms, the newest first. A reader of this file can forge sessions.\n"
        for secret in secrets { text += base64URL(secret) + "\n" }
        try writePrivateFile(path, Array(text.utf8), isNew: isNew)
    }

    private static func secrets(in path: String) throws(PrivateFileError) -> [[UInt8]] {
        let text = String(decoding: try readPrivateFile(path, maximumBytes: maximumBytes), as: UTF8.self)
        var secrets: [[UInt8]] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let word = line.trimmingCharacters(in: .whitespaces)
            guard !word.isEmpty, !word.hasPrefix("#") else { continue }
            guard let secret = bytes(base64URL: word), secret.count == KeyRing.secretBytes else {
                throw PrivateFileError("\(path):\(index + 1) is not a key: 32 bytes in base64url, without padding")
            }
            secrets.append(secret)
        }
        guard !secrets.isEmpty else {
            throw PrivateFileError("\(path) has no key: remove the file, and the next start makes one")
        }
        return secrets
    }
}
