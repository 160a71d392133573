// The forms of times in a file.

import Accounts
import ArgumentParser

/// `rfc3339`, `unix`, `unix-ms`, or a pattern of digits such as `yyyyMMddHHmmss` or `dd.MM.yyyy HH:mm:ss`.
enum TimePattern: Equatable, ExpressibleByArgument {
    case rfc3339
    /// Since 1970, in units of so many milliseconds.
    case unix(milliseconds: Int64)
    /// Places of year, month, day, hour, minute and second; all other bytes stand as they are.
    case places([UInt8])

    init?(argument: String) {
        switch argument {
        case "rfc3339": self = .rfc3339
        case "unix": self = .unix(milliseconds: 1000)
        case "unix-ms": self = .unix(milliseconds: 1)
        default:
            let letters = Array(argument.utf8)
            func count(_ letter: Character) -> Int { letters.count { $0 == letter.asciiValue } }
            guard count("y") == 4, count("M") == 2, count("d") == 2, [0, 2].contains(count("H")),
                [0, 2].contains(count("m")), [0, 2].contains(count("s"))
            else { return nil }
            self = .places(letters)
        }
    }

    private static let utc = Array("yyyy-MM-ddTHH:mm:ssZ".utf8)

    /// The instant of a text; a text without a zone is at this offset from UTC.
    func instant(_ text: Substring, offsetMinutes: Int) -> Instant? {
        switch self {
        case .rfc3339:
            // Nearly all texts have this form.
            if let instant = Self.instant(text.utf8, Self.utc, 0) { return instant }
            // The form that people write: a blank for the T, and no zone.
            var bytes = Array(text.utf8)
            if bytes.count > 10, bytes[10] == UInt8(ascii: " ") { bytes[10] = UInt8(ascii: "T") }
            if let instant = Instant(rfc3339: bytes, offsetMinutes: offsetMinutes) { return instant }
            return Instant(rfc3339: bytes + [UInt8(ascii: "Z")]).map { $0 - .minutes(Int64(offsetMinutes)) }
        case .unix(let milliseconds):
            guard let count = Int64(text), (0...253_402_300_799_999 / milliseconds).contains(count) else { return nil }
            return Instant(milliseconds: count * milliseconds)
        case .places(let letters): return Self.instant(text.utf8, letters, offsetMinutes)
        }
    }

    private static func instant(_ text: Substring.UTF8View, _ letters: [UInt8], _ offsetMinutes: Int) -> Instant? {
        guard text.count == letters.count else { return nil }
        var (year, month, day, hour, minute, second) = (0, 0, 0, 0, 0, 0)
        for (byte, letter) in zip(text, letters) {
            let digit = Int(byte) - 48
            switch letter {
            case UInt8(ascii: "y"): year = year * 10 + digit
            case UInt8(ascii: "M"): month = month * 10 + digit
            case UInt8(ascii: "d"): day = day * 10 + digit
            case UInt8(ascii: "H"): hour = hour * 10 + digit
            case UInt8(ascii: "m"): minute = minute * 10 + digit
            case UInt8(ascii: "s"): second = second * 10 + digit
            default:
                guard byte == letter else { return nil }
                continue
            }
            guard (0...9).contains(digit) else { return nil }
        }
        guard (1970...9999).contains(year), (1...12).contains(month),
            (1...CivilDate.daysIn(month: month, year: year)).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        return Instant(startOf: CivilDate(year: year, month: month, day: day), offsetMinutes: offsetMinutes)
            + .seconds(Int64(hour * 3600 + minute * 60 + second))
    }
}
