/// Money, quantities and times as people read them.

/// The digits of a number in groups of three.
package func grouped(_ number: Int64, _ language: Language) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text += language == .ru ? "\u{a0}" : "," }
        text.append(digit)
    }
    return number < 0 ? "\u{2212}\(text)" : text
}

/// An amount of the protocol (`-1350.00`) in roubles: `−1 350,00 ₽`, `−₽1,350.00`.
package func money(_ amount: String, _ language: Language) -> String {
    let isNegative = amount.hasPrefix("-")
    let parts = amount.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first.flatMap({ Int64($0) }) else { return amount }
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let sign = isNegative ? "\u{2212}" : ""
    switch language {
    case .ru: return "\(sign)\(grouped(whole, .ru))\(fraction.isEmpty ? "" : ",\(fraction)")\u{a0}₽"
    case .en: return "\(sign)₽\(grouped(whole, .en))\(fraction.isEmpty ? "" : ".\(fraction)")"
    }
}

/// `79001234567` as `+7 900 123-45-67`; other numbers with a plus.
package func phone(_ msisdn: String) -> String {
    let digits = Array(msisdn)
    guard digits.count == 11, digits[0] == "7" else { return digits.allSatisfy(\.isNumber) ? "+" + msisdn : msisdn }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return "+7\u{a0}\(part(1..<4))\u{a0}\(part(4..<7))-\(part(7..<9))-\(part(9..<11))"
}

/// Bytes in the largest unit of 1,024 that leaves at least 1: `1,5 ГБ`.
package func dataVolume(_ bytes: Int64, _ language: Language) -> String {
    let units = language == .ru ? ["Б", "КБ", "МБ", "ГБ", "ТБ"] : ["B", "KB", "MB", "GB", "TB"]
    var unit = 0
    var scale: Int64 = 1
    while unit < units.count - 1, bytes.magnitude >= UInt64(scale) * 1024 {
        scale *= 1024
        unit += 1
    }
    // Truncated to tenths, because what is left must not look like more than it is.
    let tenths = scale == 1 ? bytes * 10 : bytes / scale * 10 + bytes % scale * 10 / scale
    let whole = grouped(tenths / 10, language)
    let fraction = tenths % 10 == 0 ? "" : (language == .ru ? "," : ".") + String((tenths % 10).magnitude)
    return "\(whole)\(fraction)\u{a0}\(units[unit])"
}

/// Seconds as minutes and seconds: `12:05`; from an hour on `1:02:05`.
package func duration(_ seconds: Int64) -> String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(seconds % 60))" : "\(minutes):\(two(seconds % 60))"
}

/// A time of the protocol on the clock of a place.
package struct LocalTime: Sendable, Comparable {
    /// Milliseconds since 1970 by the place's clock.
    private let local: Int64

    /// - Parameters:
    ///   - text: RFC 3339 in UTC, such as `2026-11-30T09:15:00.000Z`.
    ///   - offsetMinutes: The place's distance from UTC.
    package init?(_ text: String?, offsetMinutes: Int64) {
        guard let text else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64? { Int64(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        let seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        local = (seconds + offsetMinutes * 60) * 1000
    }

    package init(millisecondsSince1970: Int64, offsetMinutes: Int64) {
        local = millisecondsSince1970 + offsetMinutes * 60_000
    }

    package static func < (a: LocalTime, b: LocalTime) -> Bool { a.local < b.local }

    private var day: Int64 { (local - (local % 86_400_000 + 86_400_000) % 86_400_000) / 86_400_000 }
    private var secondOfDay: Int64 { (local - day * 86_400_000) / 1000 }

    /// `2026-11-30`
    package var isoDate: String { isoDay(day) }

    /// `2026-11`
    package var isoMonth: String { String(isoDate.prefix(7)) }

    /// The day that comes some days later, or earlier, as `2026-11-30`.
    package func isoDate(daysLater days: Int64) -> String { isoDay(day + days) }

    /// `30 ноября 2026`, `30 November 2026`
    package func date(_ language: Language) -> String {
        let (year, month, day) = civil(day)
        return "\(day)\u{a0}\(monthsOfDates[Int(month) - 1][language]) \(year)"
    }

    /// `12:05`
    package var time: String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60))"
    }

    /// `30 ноября 2026, 12:05`
    package func dateAndTime(_ language: Language) -> String { "\(date(language)), \(time)" }
}

/// `2026-11` as `Ноябрь 2026`; nil if it is no month.
package func monthName(_ iso: String, _ language: Language) -> String? {
    let parts = iso.split(separator: "-")
    guard parts.count == 2, let month = Int(parts[1]), (1...12).contains(month) else { return nil }
    return "\(monthNames[month - 1][language]) \(parts[0])"
}

/// The month that comes some months later, or earlier; nil if the text is no month.
package func month(_ iso: String, later months: Int) -> String? {
    let parts = iso.split(separator: "-")
    guard parts.count == 2, parts[0].utf8.count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
        (1...12).contains(month)
    else { return nil }
    let count = year * 12 + month - 1 + months
    let (newYear, newMonth) = (count / 12, count % 12 + 1)
    return "\(newYear)-\(newMonth < 10 ? "0" : "")\(newMonth)"
}

private func isoDay(_ day: Int64) -> String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
    let (year, month, day) = civil(day)
    return "\(year)-\(two(month))-\(two(day))"
}

/// Days from 1 January 1970, by the Gregorian calendar. A year is counted from March, so that a leap day ends it.
private func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let fromMarch = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return 365 * fromMarch + fromMarch / 4 - fromMarch / 100 + fromMarch / 400 + dayOfYear - 719_468
}

private func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // A guess, which the loops correct.
    var year = 1970 + days / 366
    while daysSince1970(year + 1, 1, 1) <= days { year += 1 }
    while daysSince1970(year, 1, 1) > days { year -= 1 }
    var month: Int64 = 12
    while daysSince1970(year, month, 1) > days { month -= 1 }
    return (year, month, days - daysSince1970(year, month, 1) + 1)
}

private let monthsOfDates = [
    Phrase("января", "January"), Phrase("февраля", "February"), Phrase("марта", "March"), Phrase("апреля", "April"),
    Phrase("мая", "May"), Phrase("июня", "June"), Phrase("июля", "July"), Phrase("августа", "August"),
    Phrase("сентября", "September"), Phrase("октября", "October"), Phrase("ноября", "November"),
    Phrase("декабря", "December"),
]

private let monthNames = [
    Phrase("Январь", "January"), Phrase("Февраль", "February"), Phrase("Март", "March"), Phrase("Апрель", "April"),
    Phrase("Май", "May"), Phrase("Июнь", "June"), Phrase("Июль", "July"), Phrase("Август", "August"),
    Phrase("Сентябрь", "September"), Phrase("Октябрь", "October"), Phrase("Ноябрь", "November"),
    Phrase("Декабрь", "December"),
]
