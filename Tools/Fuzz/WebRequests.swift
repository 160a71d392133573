/// The parts of a browser's request that the web cabinet reads: the form, the query, and headers that anybody can forge.

internal import Phrases
internal import Web

func checkWebRequest(_ input: [UInt8]) throws(BrokenPromise) -> UInt64 {
    var fieldCount = 0
    if let fields = formFields(input) {
        try promise(fields.count <= 200, "a form has \(fields.count) fields")
        let again = formFields(
            Array(fields.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&").utf8))
        try promise(
            again?.map(\.name) == fields.map(\.name) && again?.map(\.value) == fields.map(\.value),
            "a form that is written again reads differently")
        fieldCount = fields.count
    }
    let text = String(decoding: input, as: UTF8.self)
    let preferences = Preferences(cookie: text, acceptLanguage: text)
    try promise(
        preferences.value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ";") },
        "a cookie of preferences has a byte that belongs to no cookie: \(preferences.value)")
    let everybody = ["0.0.0.0/0", "::/0"].compactMap { AddressRange($0) }
    let address = visitorAddress(peer: "127.0.0.1", forwardedFor: [text], trusted: everybody)
    try promise(address == "127.0.0.1" || text.contains(address), "an address is taken from nowhere: \(address)")
    let isTime = LocalTime(text, offsetMinutes: 180) != nil
    let kinds = UInt64(RequestCookies([text]).count) << 16 | UInt64(address.utf8.count) << 8 | (isTime ? 1 : 0)
    return UInt64(fieldCount) << 32 | kinds
}

/// Escapes every byte.
private func escaped(_ text: String) -> String {
    text.utf8.map { byte in
        let digits = String(byte, radix: 16)
        return digits.utf8.count < 2 ? "%0\(digits)" : "%\(digits)"
    }.joined()
}
