/// Money is integer minor units (kopecks). Every sum is checked: an overflow is an error and never a wrong figure.

/// An amount in minor units of the operator's currency.
package struct Money: Hashable, Comparable, Sendable {
    package var minorUnits: Int64

    package init(minorUnits: Int64) { self.minorUnits = minorUnits }

    package static let zero = Money(minorUnits: 0)
    /// Digits after the point: the rouble's, by ISO 4217.
    package static let minorDigits = 2
    package static let currency = "RUB"

    package static func < (a: Money, b: Money) -> Bool { a.minorUnits < b.minorUnits }
    var magnitude: Money { self < .zero ? -self : self }
    package static prefix func - (a: Money) -> Money { Money(minorUnits: -a.minorUnits) }

    /// Traps on overflow. Callers that handle outside amounts use `adding`.
    package static func + (a: Money, b: Money) -> Money { Money(minorUnits: a.minorUnits + b.minorUnits) }
    package static func - (a: Money, b: Money) -> Money { Money(minorUnits: a.minorUnits - b.minorUnits) }
    package static func += (a: inout Money, b: Money) { a = a + b }
    package static func -= (a: inout Money, b: Money) { a = a - b }

    /// Wraps around. Sums over everything must be zero, so wrapping is safe whatever a damaged snapshot holds.
    package static func &+ (a: Money, b: Money) -> Money { Money(minorUnits: a.minorUnits &+ b.minorUnits) }

    /// The largest balance, 15 digits before the point. A sum of two never overflows.
    package static let greatest = Money(minorUnits: 99_999_999_999_999_999)

    /// The sum, or a rejection if it is beyond the largest balance.
    package func adding(_ other: Money) throws(Rejection) -> Money {
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow, sum.magnitude <= Self.greatest.minorUnits.magnitude else {
            throw Rejection(.amountOverflow, field: "amount", "the balance would exceed the largest amount")
        }
        return Money(minorUnits: sum)
    }

    /// `350.00`, always with the currency's minor digits.
    package func append(to bytes: inout [UInt8]) {
        DecimalText(self).withBytes { bytes.append(contentsOf: $0) }
    }

    /// 1-13 digits, optionally a point and 1-2 digits, optionally signed. Nil for anything else.
    package init?(decimal text: some Collection<UInt8>) {
        var rest = text[...]
        let negative = rest.first == UInt8(ascii: "-")
        if negative { rest = rest.dropFirst() }
        var value: Int64 = 0
        var whole = 0
        while let byte = rest.first, byte >= 48, byte <= 57 {
            value = value &* 10 &+ Int64(byte &- 48)
            whole += 1
            guard whole <= 13 else { return nil }
            rest = rest.dropFirst()
        }
        guard whole > 0 else { return nil }
        value *= 100
        if let point = rest.first {
            guard point == UInt8(ascii: ".") else { return nil }
            rest = rest.dropFirst()
            var unit: Int64 = 10
            guard !rest.isEmpty else { return nil }
            for byte in rest {
                guard unit > 0, byte >= 48, byte <= 57 else { return nil }
                value += Int64(byte - 48) * unit
                unit /= 10
            }
        }
        minorUnits = negative ? -value : value
    }
}

extension Money: CustomStringConvertible {
    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Decimal digits of a number, without allocation.
package func appendDecimal(_ value: UInt64, to bytes: inout [UInt8]) {
    DecimalText(value).withBytes { bytes.append(contentsOf: $0) }
}

/// A number or an amount as text, without allocation.
struct DecimalText {
    /// Room for the largest number's digits, a sign and a point. Characters are written from the last to the first.
    private var characters = InlineArray<22, UInt8>(repeating: 0)
    private var first = 22

    init(_ value: UInt64) { putDigits(of: value) }

    init(_ value: some BinaryInteger) {
        putDigits(of: UInt64(value.magnitude))
        if value < 0 { put(UInt8(ascii: "-")) }
    }

    /// `350.00`, always with the currency's minor digits.
    init(_ money: Money) {
        let magnitude = money.minorUnits.magnitude
        put(UInt8(truncatingIfNeeded: 48 + magnitude % 10))
        put(UInt8(truncatingIfNeeded: 48 + magnitude / 10 % 10))
        put(UInt8(ascii: "."))
        putDigits(of: magnitude / 100)
        if money.minorUnits < 0 { put(UInt8(ascii: "-")) }
    }

    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        characters.span.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[first...])) }
    }

    private mutating func putDigits(of value: UInt64) {
        var rest = value
        repeat {
            put(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
        } while rest > 0
    }

    @inline(__always)
    private mutating func put(_ character: UInt8) {
        first -= 1
        characters[first] = character
    }
}
