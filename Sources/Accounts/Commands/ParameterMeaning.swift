/// How to compare a value with another that may be spelled differently.
package enum ParameterMeaning: UInt8, BitwiseCopyable, Sendable {
    case bytes, msisdn, peer, money, number, time

    init(_ kind: ParameterKind) {
        self =
            switch kind {
            case .msisdn, .msisdns: .msisdn
            case .peer: .peer
            case .amount, .money: .money
            case .number, .flag: .number
            case .time: .time
            default: .bytes
            }
    }

    /// The same number for every spelling of a value; nil if only the bytes are known.
    func number(_ value: UnsafeBufferPointer<UInt8>) -> UInt64? {
        switch self {
        case .bytes: return nil
        case .msisdn: return MSISDN(text: value)?.number
        case .peer: return try? MSISDN(e164: value).number
        case .money: return Money(decimal: value).map { UInt64(bitPattern: $0.minorUnits) }
        case .number:
            guard (1...18).contains(value.count), value.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
            return value.reduce(0) { $0 * 10 + UInt64($1 - 48) }
        case .time:
            guard value.contains(UInt8(ascii: ":")) else { return nil }
            return Instant(rfc3339: value).map { UInt64(bitPattern: $0.milliseconds) }
        }
    }
}
