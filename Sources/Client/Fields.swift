// Named values in the order in which the service sent them: a reply's closing line, a row, an event.

/// One named value of a reply line.
public struct Field: Hashable, Sendable {
    /// The name: lower-case words joined by `_`; a quantity's ends in its unit (`voice_seconds`, `data_bytes`).
    public let name: String
    /// The value as text, unquoted.
    public let value: String

    /// A named value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Named values, in the order of the line. A name that this version of the client does not know is kept and harms
/// nothing: new ones may appear at the end of any line.
public struct Fields: Hashable, Sendable {
    private let fields: [Field]

    /// Fields in this order.
    public init(_ fields: [Field] = []) { self.fields = fields }

    /// The value of the first field with this name; nil if there is none.
    public subscript(_ name: String) -> String? {
        for field in fields where field.name == name { return field.value }
        return nil
    }

    /// A whole number: positions, counts, seconds, bytes. Nil if the field is absent or not such a number.
    public func integer(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

    /// An amount of money (`350.00`) in minor units of the currency, kopecks for roubles: `35000`. Exact: no
    /// floating point is involved. Nil if the field is absent or not an amount.
    public func minorUnits(_ name: String) -> Int64? {
        guard let text = self[name] else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let negative = text.utf8.first == UInt8(ascii: "-")
        guard parts.count == 2, parts[1].utf8.count == 2,
            (1...13).contains(parts[0].utf8.count - (negative ? 1 : 0)),
            let whole = Int64(parts[0]), let fraction = UInt8(parts[1]), !parts[1].hasPrefix("+"),
            !parts[0].hasPrefix("+")
        else { return nil }
        return whole * 100 + (negative ? -Int64(fraction) : Int64(fraction))
    }
}

extension Fields: RandomAccessCollection {
    /// The place of the first field.
    public var startIndex: Int { fields.startIndex }
    /// The place after the last field.
    public var endIndex: Int { fields.endIndex }
    /// The field at a place.
    public subscript(position: Int) -> Field { fields[position] }
}

extension Fields: CustomStringConvertible {
    /// The fields as they stand in a line.
    public var description: String {
        fields.map { "\($0.name)=\($0.value.isEmpty ? "" : quotedIfNeeded($0.value))" }.joined(separator: " ")
    }
}
