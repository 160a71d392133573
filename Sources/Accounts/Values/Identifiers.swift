/// The field's identifiers: MSISDN, ICCID, IMSI, INN, and the hashes that stand for secrets.

/// The dense number of an account. 0 is the operator's own; subscribers and organisations share the rest.
@usableFromInline
package typealias AccountIndex = UInt32

/// The place of an event in the log, from 1, without gaps. 0 stands for none.
package typealias Position = UInt64

/// A subscriber's number: E.164 digits without `+`, 7 to 15 of them.
package struct MSISDN: Hashable, Sendable {
    package var number: UInt64

    package init(number: UInt64) { self.number = number }

    /// Accepts the ways in which people write a Russian number (`+7 900…`, `8900…`, `900…`, with spaces, hyphens
    /// and parentheses) and any other in E.164.
    package init?(text: some Collection<UInt8>) {
        var digits = 0
        var value: UInt64 = 0
        var international = false
        for (index, byte) in text.enumerated() {
            switch byte {
            case 48...57:
                digits += 1
                guard digits <= 15 else { return nil }
                value = value * 10 + UInt64(byte - 48)
            case UInt8(ascii: "+") where index == 0: international = true
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"): continue
            default: return nil
            }
        }
        if !international, digits == 11, value / 10_000_000_000 == 8 {
            value -= 10_000_000_000
        } else if !international, digits == 10, value / 1_000_000_000 == 9 {
            value += 70_000_000_000
        }
        guard digits >= 7, value >= 1_000_000 else { return nil }
        number = value
    }

    /// Accepts E.164 as machines write it: the country's code and the rest, digits alone, with or without `+` before
    /// them. `84912345678` is a number of Viet Nam, although a Russian may read its 8 otherwise.
    package init(e164 text: some Collection<UInt8>) throws(NotE164) {
        let digits = text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { throw .otherThanDigits }
        guard (7...15).contains(digits.count) else { throw .length }
        guard digits.first != 48 else { throw .leadingZero }
        number = digits.reduce(0) { $0 * 10 + UInt64($1 - 48) }
    }
}

/// Why a text is no number in E.164.
package enum NotE164: Error, CustomStringConvertible {
    case otherThanDigits, length, leadingZero

    package var description: String {
        switch self {
        case .otherThanDigits: "a number in E.164 is digits alone, with or without + before them"
        case .length: "a number in E.164 has 7 to 15 digits"
        case .leadingZero: "a number in E.164 begins with the country's code and not with 0"
        }
    }
}

extension MSISDN: CustomStringConvertible {
    package var description: String { String(number) }
}

/// 128 bits of a hash.
package struct Hash128: Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    package static let zero = Hash128(high: 0, low: 0)
    /// Does not compare with `zero`, because that comparison is not inlined into other modules.
    package var isZero: Bool { high | low == 0 }

    /// The hash of a principal's own name for something, in that principal's scope.
    package func scoped(to principal: UInt32) -> Hash128 {
        let scope = UInt64(principal)
        return Hash128(
            high: high ^ scope &* 0x9e37_79b9_7f4a_7c15, low: low ^ scope &* 0xc2b2_ae3d_27d4_eb4f)
    }

    /// 16 bytes, the most significant first. Nil for any other count.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        (high, low) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
    }

    package var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64((7 - $0 % 8) * 8)) }
    }
}

/// Luhn's sum over decimal digits (ISO/IEC 7812-1), which cards and SIM cards end in.
package func luhnIsValid(_ digits: some BidirectionalCollection<UInt8>) -> Bool {
    var sum = 0
    for (index, byte) in digits.reversed().enumerated() {
        let digit = Int(byte - 48)
        let doubled = index % 2 == 1 ? digit * 2 : digit
        sum += doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 == 0
}

/// True if the text holds 13-19 digits with a valid Luhn sum, in one group or in groups as cards are printed (3 to 6
/// digits, a space or hyphen between). Such a text may hold a card's number, which must not reach the log.
package func mayHoldCardNumber(_ text: some Collection<UInt8>) -> Bool {
    guard hasRoomForCardNumber(text) else { return false }
    /// Groups of digits that a single space or hyphen divides.
    var groups: [[UInt8]] = []
    func holdsCard() -> Bool {
        for first in groups.indices {
            var digits = groups[first]
            if (13...19).contains(digits.count), luhnIsValid(digits) { return true }
            guard (3...6).contains(digits.count) else { continue }
            for group in groups[(first + 1)...] {
                guard (3...6).contains(group.count), digits.count < 19 else { break }
                digits += group
                if (13...19).contains(digits.count), luhnIsValid(digits) { return true }
            }
        }
        return false
    }
    var isDivided = true
    for byte in text {
        switch byte {
        case 48...57 where isDivided:
            groups.append([byte])
            isDivided = false
        case 48...57: groups[groups.count - 1].append(byte)
        case UInt8(ascii: " ") where !isDivided, UInt8(ascii: "-") where !isDivided: isDivided = true
        default:
            if holdsCard() { return true }
            groups.removeAll(keepingCapacity: true)
            isDivided = true
        }
    }
    return holdsCard()
}

/// True if a closer look is worth it, without allocation: a group of 13-19 digits, or three of 3-6 in a row.
private func hasRoomForCardNumber(_ text: some Collection<UInt8>) -> Bool {
    text.withContiguousStorageIfAvailable { hasRoomForCardNumber(bytes: $0) } ?? hasRoomForCardNumber(bytes: text)
}

@inline(__always)
private func hasRoomForCardNumber(bytes text: some Collection<UInt8>) -> Bool {
    var length = 0
    var row = 0
    for byte in text {
        if byte >= 48, byte <= 57 {
            length += 1
            continue
        }
        if (13...19).contains(length) { return true }
        if length > 0 { row = (3...6).contains(length) ? row + 1 : 0 }
        if row == 3 { return true }
        length = 0
    }
    return (13...19).contains(length) || (row == 2 && (3...6).contains(length))
}

/// The taxpayer's number: 10 digits of an organisation, 12 of a person, with their check digits.
package func innIsValid(_ digits: [UInt8]) -> Bool {
    // The first two digits are the region's number, from 01 on.
    guard digits.allSatisfy({ $0 >= 48 && $0 <= 57 }), !digits.starts(with: [48, 48]) else { return false }
    func check(_ weights: [Int]) -> UInt8 {
        UInt8(48 + zip(digits, weights).reduce(0) { $0 + Int($1.0 - 48) * $1.1 } % 11 % 10)
    }
    switch digits.count {
    case 10: return digits[9] == check([2, 4, 10, 3, 5, 9, 4, 6, 8])
    case 12:
        return digits[10] == check([7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
            && digits[11] == check([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
    default: return false
    }
}
