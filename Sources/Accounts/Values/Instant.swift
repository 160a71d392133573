/// Instants and spans of time, as integers: a replay must not depend on a time library or a zone table.

/// Milliseconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: Instant, b: TimeSpan) -> Instant {
        Instant(milliseconds: a.milliseconds + b.milliseconds)
    }
    package static func - (a: Instant, b: TimeSpan) -> Instant {
        Instant(milliseconds: a.milliseconds - b.milliseconds)
    }
    package static func - (a: Instant, b: Instant) -> TimeSpan {
        TimeSpan(milliseconds: a.milliseconds - b.milliseconds)
    }
}

/// An instant in six bytes, as every subscriber's columns keep it: 1970 to 10889, more than RFC 3339 can write.
/// Instants beyond become the first or the last of these; the greatest is `Instant.never`.
package struct CompactInstant: Sendable {
    private var low: UInt32
    private var high: UInt16

    private static let greatest: UInt64 = 1 << 48 - 1

    package init(_ instant: Instant) {
        let bits =
            instant == .never ? Self.greatest : min(UInt64(max(instant.milliseconds, 0)), Self.greatest - 1)
        (low, high) = (UInt32(truncatingIfNeeded: bits), UInt16(bits >> 32))
    }

    package var instant: Instant {
        let bits = UInt64(high) << 32 | UInt64(low)
        return bits == Self.greatest ? .never : Instant(milliseconds: Int64(bits))
    }
}

/// A length of time in milliseconds.
package struct TimeSpan: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func seconds(_ n: Int64) -> TimeSpan { TimeSpan(milliseconds: n * 1000) }
    package static func minutes(_ n: Int64) -> TimeSpan { .seconds(n * 60) }
    package static func hours(_ n: Int64) -> TimeSpan { .minutes(n * 60) }
    package static func days(_ n: Int64) -> TimeSpan { .hours(n * 24) }
    package static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
        TimeSpan(milliseconds: a.milliseconds + b.milliseconds)
    }

    /// Whole seconds, rounded up, as in `retry_after=`.
    package var secondsRoundedUp: Int64 { (milliseconds + 999) / 1000 }
}

/// A date of the proleptic Gregorian calendar.
package struct CivilDate: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int

    package init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Days since 1970-01-01. Howard Hinnant, "chrono-compatible low-level date algorithms".
    package var daysSinceEpoch: Int64 {
        let y = Int64(month <= 2 ? year - 1 : year)
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * Int64(month + (month > 2 ? -3 : 9)) + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package init(daysSinceEpoch: Int64) {
        let z = daysSinceEpoch + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * m + 2) / 5 + 1)
        month = Int(m < 10 ? m + 3 : m - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    package var next: CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch + 1) }
    package var firstOfMonth: CivilDate { CivilDate(year: year, month: month, day: 1) }
    package var firstOfNextMonth: CivilDate {
        month == 12 ? CivilDate(year: year + 1, month: 1, day: 1) : CivilDate(year: year, month: month + 1, day: 1)
    }

    /// The number of days in the month.
    package static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }
}

extension Instant {
    /// The time left of a length that began at this instant; zero if it is over. It is never more than the length. If a
    /// machine's clock was set back to before the beginning, the length is over, because nobody knows how much of it
    /// has passed. A step of a second, as a leap second makes it, ends nothing.
    package func remaining(of length: TimeSpan, at now: Instant) -> TimeSpan {
        guard now + .seconds(1) >= self, self + length > now else { return TimeSpan(milliseconds: 0) }
        return min(length, self + length - now)
    }

    package func lasts(_ length: TimeSpan, at now: Instant) -> Bool {
        remaining(of: length, at: now) > TimeSpan(milliseconds: 0)
    }

    /// The same for a length that ends at `end`.
    package func lasts(until end: Instant, at now: Instant) -> Bool { lasts(end - self, at: now) }
}

extension Instant {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// Midnight of the date at an offset from UTC.
    package init(startOf date: CivilDate, offsetMinutes: Int) {
        self.init(
            milliseconds: date.daysSinceEpoch * Self.dayMilliseconds - Int64(offsetMinutes) * 60_000)
    }

    /// The date at an offset from UTC.
    package func date(offsetMinutes: Int) -> CivilDate {
        let local = milliseconds + Int64(offsetMinutes) * 60_000
        let days =
            local >= 0
            ? local / Self.dayMilliseconds : (local - (Self.dayMilliseconds - 1)) / Self.dayMilliseconds
        return CivilDate(daysSinceEpoch: days)
    }

    /// RFC 3339 in UTC, with milliseconds if there are any: `2018-03-01T09:30:00Z`.
    package func appendRFC3339(to bytes: inout [UInt8]) {
        let date = date(offsetMinutes: 0)
        var rest = milliseconds - date.daysSinceEpoch * Self.dayMilliseconds
        let fraction = rest % 1000
        rest /= 1000
        func digits(_ value: Int64, _ count: Int) {
            var divisor: Int64 = 1
            for _ in 1..<count { divisor *= 10 }
            for _ in 0..<count {
                bytes.append(UInt8(48 + value / divisor % 10))
                divisor /= 10
            }
        }
        digits(Int64(date.year), 4)
        bytes.append(UInt8(ascii: "-"))
        digits(Int64(date.month), 2)
        bytes.append(UInt8(ascii: "-"))
        digits(Int64(date.day), 2)
        bytes.append(UInt8(ascii: "T"))
        digits(rest / 3600, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest / 60 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest % 60, 2)
        if fraction != 0 {
            bytes.append(UInt8(ascii: "."))
            digits(fraction, 3)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Parses RFC 3339 with `Z` or an offset, or a bare date, which begins at midnight of `offsetMinutes`.
    /// Years 1970 to 9999; a leap second is refused.
    package init?(rfc3339 text: some Collection<UInt8>, offsetMinutes: Int = 0) {
        var rest = text[...]
        func take(_ count: Int) -> Int? {
            var value = 0
            for _ in 0..<count {
                guard let byte = rest.first, byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int(byte - 48)
                rest = rest.dropFirst()
            }
            return value
        }
        func skip(_ allowed: StaticString) -> Bool {
            guard let byte = rest.first, allowed.withUTF8Buffer({ $0.contains(byte) }) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = take(4), year >= 1970, skip("-"), let month = take(2), (1...12).contains(month),
            skip("-"), let day = take(2), (1...CivilDate.daysIn(month: month, year: year)).contains(day)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard !rest.isEmpty else {
            self.init(startOf: date, offsetMinutes: offsetMinutes)
            return
        }
        guard skip("Tt"), let hour = take(2), hour < 24, skip(":"), let minute = take(2), minute < 60,
            skip(":"), let second = take(2), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if skip(".") {
            var scale: Int64 = 100
            var count = 0
            while let byte = rest.first, byte >= 48, byte <= 57 {
                fraction += Int64(byte - 48) * scale
                scale /= 10
                count += 1
                rest = rest.dropFirst()
            }
            guard (1...9).contains(count) else { return nil }
        }
        var offset = 0
        if !skip("Zz") {
            let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
            guard skip("+-"), let h = take(2), h < 24, skip(":"), let m = take(2), m < 60 else { return nil }
            offset = sign * (h * 60 + m)
        }
        guard rest.isEmpty else { return nil }
        let midnight = Instant(startOf: date, offsetMinutes: offset).milliseconds
        self.init(milliseconds: midnight + Int64((hour * 60 + minute) * 60 + second) * 1000 + fraction)
    }
}

extension Instant: CustomStringConvertible {
    package var description: String {
        var bytes: [UInt8] = []
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
