/// The token in every form. It proves that the form came from a page of this visit (CSRF), says which number the form is
/// for, and makes each submission of the form one change.

internal import Crypto

struct FormToken: Sendable {
    private static let randomCount = 16

    /// Random for each page that is shown.
    private let random: [UInt8]

    init() { random = randomBytes(Self.randomCount) }

    /// The hidden field's value.
    func value(visit: String, number: String, _ ring: KeyRing) -> String {
        base64URL(random + ring.sign(Self.message(random, visit, number)))
    }

    /// Nil if the value was not made for this visit and this number.
    init?(_ value: String, visit: String, number: String, _ ring: KeyRing) {
        guard let bytes = bytes(base64URL: value), bytes.count == Self.randomCount + KeyRing.signatureBytes else {
            return nil
        }
        random = Array(bytes.prefix(Self.randomCount))
        guard ring.isSignature(bytes.dropFirst(Self.randomCount), of: Self.message(random, visit, number)) else {
            return nil
        }
    }

    /// The `id=` of what a submission changes: the same for the same form with the same values, so that a double click,
    /// a reload or Back changes nothing twice. Secrets are left out: after a wrong one the service keeps no id.
    func id(path: String, fields: [(name: String, value: String)], secrets: Set<String>) -> String {
        var hash = SHA256()
        func add(_ text: String) {
            withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Array(text.utf8))
        }
        hash.update(data: random)
        add(path)
        for field in fields where !secrets.contains(field.name) {
            add(field.name)
            add(field.value)
        }
        return "web-" + base64URL(hash.finalize().prefix(16))
    }

    private static func message(_ random: [UInt8], _ visit: String, _ number: String) -> [UInt8] {
        random + Array("\(visit)\n\(number)".utf8)
    }
}
