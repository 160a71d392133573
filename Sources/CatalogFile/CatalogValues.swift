// The values of a catalogue file, each read from the text of its scalar: money never passes through a floating-point
// number, and a version of YAML that takes `10:30` for a number cannot harm an offset.

/// A date or an instant of UTC, as written; compared by its instant.
package struct UTCTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String
    /// `2014-10-26T00:00:00Z`: such texts sort as their instants do.
    private var instant: String { description.utf8.count == 10 ? description + "T00:00:00Z" : description }

    package static func < (a: UTCTime, b: UTCTime) -> Bool { a.instant < b.instant }

    /// `2014-10-26` or `2014-10-25T22:00:00Z`, 1970 to 9999.
    package init?(_ text: String) {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard date.count == 3, let year = decimal(date[0], digits: 4...4), year >= 1970,
            let month = decimal(date[1], digits: 2...2), (1...12).contains(month),
            let day = decimal(date[2], digits: 2...2), day >= 1, day <= daysIn(month: month, year: year)
        else { return nil }
        switch parts.count {
        case 1: break
        case 2:
            let clock = parts[1].dropLast().split(separator: ":", omittingEmptySubsequences: false)
            guard parts[1].hasSuffix("Z"), clock.count == 3,
                let hour = decimal(clock[0], digits: 2...2), hour < 24,
                let minute = decimal(clock[1], digits: 2...2), minute < 60,
                let second = decimal(clock[2], digits: 2...2), second < 60
            else { return nil }
        default: return nil
        }
        description = text
    }
}

private func daysIn(month: UInt64, year: UInt64) -> UInt64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
}

/// ASCII digits, so many of them; nil for anything else.
func decimal(_ text: some StringProtocol, digits: ClosedRange<Int>) -> UInt64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return UInt64(text)
}

/// `+03:00` in minutes; from -12:00 to +14:00, as zones are.
func offsetMinutes(_ text: String) -> Int? {
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let hours = decimal(parts[0], digits: 2...2), hours <= 14,
        let minutes = decimal(parts[1], digits: 2...2), minutes < 60
    else { return nil }
    let magnitude = Int(hours * 60 + minutes)
    let value = sign == "-" ? -magnitude : magnitude
    return (-720...840).contains(value) ? value : nil
}

/// A number and its unit (`500 min`, `12 GB`) in base units; nil if it is not such a quantity, zero, or too large.
func quantity(_ text: String, units: [(name: String, factor: UInt64)]) -> UInt64? {
    let number = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(number.count).drop { $0 == " " }
    guard let factor = units.first(where: { $0.name == unit })?.factor,
        let count = decimal(number, digits: 1...15), count > 0
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow || product > UInt64(Int64.max) ? nil : product
}

let voiceUnits: [(name: String, factor: UInt64)] = [("s", 1), ("min", 60), ("h", 3600)]
/// The industry's convention: a GB is 1024 MB.
let dataUnits: [(name: String, factor: UInt64)] = [("B", 1), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30)]
let messageUnits: [(name: String, factor: UInt64)] = [("", 1)]
