/// The moment of a change of tariff, as the page's address and the form say it.

internal import Phrases
internal import Web

enum ChangeTime: Equatable, Sendable {
    case now
    /// When the period ends that is paid for.
    case periodEnd
    case date(Day)

    /// The argument of `TARIFF.QUOTE` and `TARIFF.CHANGE`.
    var argument: String {
        switch self {
        case .now: "now"
        case .periodEnd: "period_end"
        case .date(let day): day.iso
        }
    }

    /// - Parameters:
    ///   - when: `now`, `period_end`, a day, or `date`, which means the day of the other field.
    ///   - date: The day; empty if the visitor gave none.
    /// - Throws: The words for a day that is missing or does not exist.
    init(when: String, date: String, _ language: Language) throws(FieldError) {
        switch when {
        case "", "now": self = .now
        case "period_end": self = .periodEnd
        default:
            guard let day = Day(when == "date" ? date : when) else {
                throw FieldError("date", Words.tariffs.invalidDate[language])
            }
            self = .date(day)
        }
    }
}
