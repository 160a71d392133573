/// The types of parameters that several chapters use. A chapter's own are beside its commands.

extension MSISDN: ParameterType {
    package static var kind: ParameterKind { .msisdn }

    package static func value(of given: GivenValue) throws(Rejection) -> MSISDN {
        guard let msisdn = MSISDN(text: given.bytes) else {
            throw given.rejected(.invalidMSISDN, "a telephone number must have 7 to 15 digits, such as 79001234567")
        }
        return msisdn
    }
}

/// The type of a last positional that takes one value or more.
package enum Several<Type: ParameterType>: ParameterType {
    package static var kind: ParameterKind { .msisdns }

    package static func value(of given: GivenValue) throws(Rejection) -> [Type.Value] { [try Type.value(of: given)] }
}

extension Money: ParameterType {
    package static var kind: ParameterKind { .money }

    package static func value(of given: GivenValue) throws(Rejection) -> Money {
        guard let money = Money(decimal: given.bytes) else {
            throw given.rejected(
                .invalidAmount,
                "an amount must have 1-13 digits, and may have a point and 1-2 digits, such as 350.00")
        }
        return money
    }
}

/// An amount of more than zero.
package enum Amount: ParameterType {
    package static var kind: ParameterKind { .amount }

    package static func value(of given: GivenValue) throws(Rejection) -> Money {
        let money = try Money.value(of: given)
        guard money > .zero else { throw given.rejected(.invalidAmount, "the amount must be more than zero") }
        return money
    }
}

/// A whole number within the parameter's bounds.
package enum Number: ParameterType {
    package static var kind: ParameterKind { .number }

    package static func value(of given: GivenValue) throws(Rejection) -> UInt64 {
        var value: UInt64 = 0
        guard !given.bytes.isEmpty, given.bytes.count <= 19, given.isDigits else {
            throw given.rejected(.invalidNumber, "\(given.name) must be a whole number")
        }
        for byte in given.bytes { value = value &* 10 &+ UInt64(byte &- 48) }
        guard given.bounds.contains(value) else {
            throw given.rejected(
                .invalidNumber, "\(given.name) must be from \(given.bounds.lowerBound) to \(given.bounds.upperBound)")
        }
        return value
    }

    /// The numbers of positions and of records.
    package static let positive: ClosedRange<UInt64> = 1...UInt64(Int64.max)
}

/// The number of an account, a group or a draft.
package enum Index32: ParameterType {
    package static var kind: ParameterKind { .number }

    package static func value(of given: GivenValue) throws(Rejection) -> UInt32 {
        let number = try Number.value(of: given)
        guard let index = UInt32(exactly: number) else {
            throw given.rejected(.invalidNumber, "\(given.name) must be from 0 to \(UInt32.max)")
        }
        return index
    }
}

/// How many.
package enum Count: ParameterType {
    package static var kind: ParameterKind { .number }

    package static func value(of given: GivenValue) throws(Rejection) -> Int { Int(try Number.value(of: given)) }
}

package enum YesNo: ParameterType {
    package static var kind: ParameterKind { .flag }

    package static func value(of given: GivenValue) throws(Rejection) -> Bool {
        switch try Number.value(of: given) {
        case 0: return false
        case 1: return true
        default: throw given.rejected(.invalidNumber, "\(given.name) must be 0 or 1")
        }
    }
}

/// Plain text of at most 256 bytes, or as many as the parameter's bounds say. A lower bound of 0 permits empty text.
package enum PlainText: ParameterType {
    package static var kind: ParameterKind { .text }

    private static let usual: ClosedRange<UInt64> = 1...256
    /// The text may be empty.
    package static let orEmpty: ClosedRange<UInt64> = 0...256

    package static func value(of given: GivenValue) throws(Rejection) -> String {
        let bounds = given.bounds.upperBound == UInt64(Int64.max) ? usual : given.bounds
        guard given.bytes.count <= bounds.upperBound,
            given.bytes.isEmpty && bounds.lowerBound == 0 || isPlainText(given.bytes)
        else {
            throw given.rejected(
                .invalidText,
                "\(given.name) must be 1 to \(bounds.upperBound) bytes of text, not blank, without control or"
                    + " invisible characters"
            )
        }
        guard !mayHoldCardNumber(given.bytes) else {
            throw given.rejected(
                .cardNumber,
                "this may be a card number, and card numbers are never stored: send a token")
        }
        return given.text
    }
}

/// A secret's bytes, to be hashed or sealed. Any bytes are allowed.
package enum Secret: ParameterType {
    package static var kind: ParameterKind { .secret }

    package static func value(of given: GivenValue) throws(Rejection) -> [UInt8] { Array(given.bytes) }
}

package enum Key: ParameterType {
    package static var kind: ParameterKind { .key }

    package static func value(of given: GivenValue) throws(Rejection) -> String {
        guard isKey(given.bytes) else {
            throw given.rejected(.invalidKey, "\(given.name) must have 1-64 of the characters a-z 0-9 - _ .")
        }
        guard !mayHoldCardNumber(given.bytes) else {
            throw given.rejected(
                .cardNumber,
                "this may be a card number, and card numbers are never stored: use another name")
        }
        return given.text
    }
}

/// Any text, unchanged, to compare with a known name.
package enum Verbatim: ParameterType {
    package static var kind: ParameterKind { .key }

    package static func value(of given: GivenValue) throws(Rejection) -> String { given.text }
}

package enum ServerPath: ParameterType {
    package static var kind: ParameterKind { .path }

    package static func value(of given: GivenValue) throws(Rejection) -> String { given.text }
}

/// An enum of the schemas takes its words. Any other word is refused, with the words that are allowed.
extension WireWord {
    package static var kind: ParameterKind { .key }

    package static func value(of given: GivenValue) throws(Rejection) -> Self {
        guard let word = Self(word: try Key.value(of: given)) else {
            throw given.rejected(.invalidKey, "\(given.name) must be \(listed(words))")
        }
        return word
    }
}

/// A comma-separated list; empty for an empty value.
package enum List: ParameterType {
    package static var kind: ParameterKind { .list }

    package static func value(of given: GivenValue) throws(Rejection) -> [String] {
        given.bytes.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A comma-separated list of stable names, at most 64 of them.
package enum Keys: ParameterType {
    package static var kind: ParameterKind { .list }

    package static func value(of given: GivenValue) throws(Rejection) -> [String] {
        let list = try List.value(of: given)
        guard list.count <= 64, list.allSatisfy({ isKey($0.utf8) && !mayHoldCardNumber($0.utf8) }) else {
            throw given.rejected(
                .invalidKey, "\(given.name) must be at most 64 names of a-z 0-9 - _ . with commas between them")
        }
        return list
    }
}

/// A time: an instant, or a date, which begins at midnight by some clock.
package struct GivenTime: ParameterType, Equatable, Sendable {
    /// A date means its midnight in UTC.
    private let instant: Instant
    private let isDate: Bool

    package static var kind: ParameterKind { .time }

    package static func value(of given: GivenValue) throws(Rejection) -> GivenTime {
        guard let instant = Instant(rfc3339: given.bytes) else {
            throw given.rejected(
                .invalidTime, "\(given.name) must be a time in RFC 3339, such as 2018-03-01T09:30:00Z, or a date")
        }
        return GivenTime(instant: instant, isDate: !given.bytes.contains(UInt8(ascii: ":")))
    }

    package func instant(_ clock: RegionClock) -> Instant {
        isDate ? clock.start(of: instant.date(offsetMinutes: 0)) : instant
    }

    package var inUTC: Instant { instant }
}

/// A time of the log: a position, or a time as above.
package enum GivenMoment: ParameterType, Sendable {
    case position(Position)
    case time(GivenTime)

    package static var kind: ParameterKind { .moment }

    package static func value(of given: GivenValue) throws(Rejection) -> GivenMoment {
        given.isDigits ? .position(try Number.value(of: given)) : .time(try GivenTime.value(of: given))
    }

    package func moment(_ clock: RegionClock) -> Moment {
        switch self {
        case .position(let position): .after(position)
        case .time(let time): .recorded(time.instant(clock))
        }
    }
}

/// `id=` or `ref=`: a client's own name for an act.
package enum ClientID: ParameterType {
    package static var kind: ParameterKind { .clientID }

    package static func value(of given: GivenValue) throws(Rejection) -> String {
        try check(given)
        return given.text
    }

    static func check(_ given: GivenValue) throws(Rejection) {
        guard (1...64).contains(given.bytes.count), isPlainText(given.bytes, isIdentifier: true) else {
            throw given.rejected(
                .invalidText,
                "\(given.name) must be 1 to 64 bytes of text,"
                    + " without control or invisible characters, and without spaces at its ends")
        }
        if (13...19).contains(given.bytes.count) && given.isDigits || mayHoldCardNumber(given.bytes) {
            throw given.rejected(
                .cardNumber, "13 to 19 digits look like a card number: add a prefix, or change it")
        }
    }
}

/// An opaque token's bytes, decoded from base64url. Empty if the value is no such token: it is then of nothing known.
package enum Token: ParameterType {
    package static var kind: ParameterKind { .token }

    package static func value(of given: GivenValue) throws(Rejection) -> [UInt8] { bytes(given.bytes) }

    static func bytes(_ value: some Collection<UInt8>) -> [UInt8] { decodeBase64URL(value) ?? [] }
}

/// As many digits as its bounds say.
package protocol DigitsType: ParameterType where Value == String {
    static var count: ClosedRange<Int> { get }
    static var code: ErrorCode { get }
}

extension DigitsType {
    package static func value(of given: GivenValue) throws(Rejection) -> String {
        guard count.contains(given.bytes.count), given.isDigits else {
            let words =
                count.lowerBound == count.upperBound
                ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw given.rejected(code, "\(given.name) must have \(words) digits")
        }
        return given.text
    }
}
