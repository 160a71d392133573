/// The names and values of a submitted form or of a query: `application/x-www-form-urlencoded`, as WHATWG's URL standard
/// defines it.

private let maximumFields = 200

/// Nil if the bytes are no such form.
package func formFields(_ body: [UInt8]) -> [(name: String, value: String)]? {
    var fields: [(name: String, value: String)] = []
    for part in body.split(separator: UInt8(ascii: "&")) {
        guard fields.count < maximumFields else { return nil }
        let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = decoded(pair[0]), let value = decoded(pair.count > 1 ? pair[1] : []) else { return nil }
        fields.append((name, value))
    }
    return fields
}

/// The first value of each name; empty if the query cannot be read.
func queryFields(_ query: String) -> [String: String] {
    Dictionary(
        (formFields(Array(query.utf8)) ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
}

/// Nil if an escape or the text is broken.
private func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
    var text: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
        switch bytes[index] {
        case UInt8(ascii: "+"): text.append(UInt8(ascii: " "))
        case UInt8(ascii: "%"):
            guard index + 2 < bytes.endIndex, let high = hexDigit(bytes[index + 1]),
                let low = hexDigit(bytes[index + 2])
            else { return nil }
            text.append(high << 4 | low)
            index += 2
        case let byte: text.append(byte)
        }
        index += 1
    }
    return String(validating: text, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
