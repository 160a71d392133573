/// Days, periods and months of the forms.

internal import Phrases
internal import Web

/// A day of the calendar, as a form gives it.
struct Day: Comparable, Sendable {
    /// Its midnight on a clock without a place.
    private let midnight: LocalTime

    /// - Parameter text: As in `2026-11-30`, which browsers send, or `30.11.2026`, which people write.
    init?(_ text: String) {
        guard text.utf8.count == 10 else { return nil }
        let parts = text.split(separator: ".")
        let iso = parts.count == 3 ? "\(parts[2])-\(parts[1])-\(parts[0])" : text
        // A day that does not exist comes back as another one.
        guard let midnight = LocalTime("\(iso)T00:00:00Z", offsetMinutes: 0), midnight.isoDate == iso,
            iso >= "1970-01-01", iso < "9999-12-31"
        else { return nil }
        self.midnight = midnight
    }

    /// `2026-11-30`
    var iso: String { midnight.isoDate }

    /// `30 ноября 2026`
    func text(_ language: Language) -> String { midnight.date(language) }

    static func < (a: Day, b: Day) -> Bool { a.midnight < b.midnight }

    /// The day after it, as `2026-12-01`. A period of the protocol ends before this day.
    var next: String { midnight.isoDate(daysLater: 1) }
}

/// A period from day to day. Both days belong to it. A period without a first day begins with the number.
struct Period: Sendable {
    var from: Day?
    var to: Day?

    /// `from=2026-11-01&to=2026-11-30`
    var query: String {
        [from.map { "from=\($0.iso)" }, to.map { "to=\($0.iso)" }].compactMap { $0 }.joined(separator: "&")
    }

    func text(_ language: Language) -> String {
        let words = Words.money
        switch (from, to) {
        case (let from?, let to?) where from == to: return from.text(language)
        case (let from?, let to?): return words.fromTo.text(language, from.text(language), to.text(language))
        case (let from?, nil): return words.since.text(language, from.text(language))
        case (nil, let to?): return words.through.text(language, to.text(language))
        case (nil, nil): return words.wholeTime[language]
        }
    }
}

/// The dates of a form, and what is wrong with them.
struct PeriodForm: Sendable {
    private(set) var period = Period()
    private(set) var errors: [FieldError] = []

    /// A date that is empty or missing stays open.
    init(from: String?, to: String?, _ language: Language) {
        func day(_ field: String, _ text: String?, _ fault: Phrase) -> Day? {
            guard let text, !text.isEmpty else { return nil }
            let day = Day(text)
            if day == nil { errors.append(FieldError(field, fault[language])) }
            return day
        }
        period.from = day("from", from, Words.money.invalidFrom)
        period.to = day("to", to, Words.money.invalidTo)
        if let from = period.from, let to = period.to, to < from {
            errors.append(FieldError("to", Words.money.endBeforeBegin[language]))
        }
    }

    /// A form without dates asks for the month until today, because a statement needs both dates.
    init(from: String?, to: String?, today: LocalTime, _ language: Language) {
        self.init(from: from, to: to, language)
        guard errors.isEmpty else { return }
        if period.to == nil { period.to = Day(today.isoDate) }
        if period.from == nil, let to = period.to { period.from = Day("\(to.iso.prefix(7))-01") }
        if let from = period.from, let to = period.to, to < from {
            errors.append(FieldError("from", Words.money.beginLater[language]))
        }
    }
}

/// The first and the last day of a month such as `2026-11`.
func days(ofMonth month: String) -> Period {
    guard let next = Phrases.month(month, later: 1), let begin = LocalTime("\(next)-01T00:00:00Z", offsetMinutes: 0)
    else {
        return Period()
    }
    return Period(from: Day("\(month)-01"), to: Day(begin.isoDate(daysLater: -1)))
}

/// The periods that a statement offers: this month until today, the month before it, seven days.
func presets(_ today: LocalTime) -> (thisMonth: Period, lastMonth: Period, sevenDays: Period) {
    let lastMonth = Phrases.month(today.isoMonth, later: -1) ?? today.isoMonth
    return (
        Period(from: Day("\(today.isoMonth)-01"), to: Day(today.isoDate)), days(ofMonth: lastMonth),
        Period(from: Day(today.isoDate(daysLater: -6)), to: Day(today.isoDate))
    )
}

/// The six months of the chart, of which the last is the present one, or the chosen one if it is earlier than all these.
func chartMonths(chosen: String, present: String) -> [String] {
    func sixUntil(_ last: String) -> [String] { (-5...0).compactMap { month(last, later: $0) } }
    let latest = sixUntil(present)
    return latest.contains(chosen) ? latest : sixUntil(chosen)
}

/// `29.11.2026`, `29 Nov 2026`
func shortDate(_ iso: String, _ language: Language) -> String {
    let parts = iso.split(separator: "-")
    guard parts.count == 3, let day = Int(parts[2]), let month = Int(parts[1]), (1...12).contains(month) else {
        return iso
    }
    return switch language {
    case .ru: "\(parts[2]).\(parts[1]).\(parts[0])"
    case .en: "\(day)\u{a0}\(shortMonths[month - 1].en)\u{a0}\(parts[0])"
    }
}

/// `2026-11` as `нояб`.
func shortMonth(_ iso: String, _ language: Language) -> String {
    guard let month = Int(iso.suffix(2)), (1...12).contains(month) else { return iso }
    return shortMonths[month - 1][language]
}

private let shortMonths = [
    Phrase("янв", "Jan"), Phrase("февр", "Feb"), Phrase("март", "Mar"), Phrase("апр", "Apr"), Phrase("май", "May"),
    Phrase("июнь", "Jun"), Phrase("июль", "Jul"), Phrase("авг", "Aug"), Phrase("сент", "Sep"), Phrase("окт", "Oct"),
    Phrase("нояб", "Nov"), Phrase("дек", "Dec"),
]
