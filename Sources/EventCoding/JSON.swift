import Accounts

/// Writing JSON (RFC 8259) on one line, for the generated renderings.

/// An object that is being written: commas and keys.
struct JSONObject {
    private var isEmpty = true

    init(_ out: inout [UInt8]) { out.append(UInt8(ascii: "{")) }

    mutating func key(_ name: StaticString, _ out: inout [UInt8]) {
        if !isEmpty { out.append(UInt8(ascii: ",")) }
        isEmpty = false
        writeJSON(name, to: &out)
        out.append(UInt8(ascii: ":"))
    }

    func close(_ out: inout [UInt8]) { out.append(UInt8(ascii: "}")) }
}

/// A name of the schema, which needs no escapes.
func writeJSON(_ name: StaticString, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { out.append(contentsOf: $0) }
    out.append(UInt8(ascii: "\""))
}

func writeJSON(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
    if value < 0 { out.append(UInt8(ascii: "-")) }
    appendDecimal(UInt64(value.magnitude), to: &out)
}

func writeJSON(_ value: Bool, to out: inout [UInt8]) {
    out.append(contentsOf: (value ? "true" : "false").utf8)
}

/// Writes only the length, because bytes in an event are sealed, hashed or a token.
func writeJSON(_ value: [UInt8], to out: inout [UInt8]) {
    out.append(contentsOf: "\"<".utf8)
    appendDecimal(UInt64(value.count), to: &out)
    out.append(contentsOf: " bytes>\"".utf8)
}

func writeJSON(_ value: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            out.append(UInt8(ascii: "\\"))
            out.append(byte)
        case 0..<0x20, 0x7F:
            let digits = Array("0123456789abcdef".utf8)
            out.append(contentsOf: "\\u00".utf8)
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        default: out.append(byte)
        }
    }
    out.append(UInt8(ascii: "\""))
}

func writeJSONArray<Element>(
    _ elements: [Element], to out: inout [UInt8], _ append: (Element, inout [UInt8]) -> Void
) {
    out.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(element, &out)
    }
    out.append(UInt8(ascii: "]"))
}
