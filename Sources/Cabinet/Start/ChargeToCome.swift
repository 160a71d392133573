/// A charge that is known to come, or a fee that waits for money: a row of `ACCOUNT`.

internal import Client
internal import Phrases
internal import Web

struct ChargeToCome: Equatable {
    var name: String
    var time: String
    var amount: String

    /// - Parameter own: The key of the number's tariff.
    /// - Returns: Nil for a row that is no charge.
    init?(_ row: Fields, _ place: Place, own: String?, _ language: Language) {
        let words = Words.start
        if let due = place.time(row["due_time"]) {
            time = words.at.text(language, due.date(language), due.time)
        } else if let since = place.time(row["waiting_since"]) {
            time = words.waitsSince.text(language, since.date(language))
        } else {
            return nil
        }
        let offering = row["name"] ?? row["offering"] ?? ""
        name =
            switch row["due_kind"] {
            case "tariff_change": words.change.text(language, offering)
            case "move": words.move.text(language, offering)
            case "suspension_fee": words.suspensionDay[language]
            case "dormancy_fee": words.dormancyDay[language]
            default: row["offering"] == own ? words.tariff.text(language, offering) : offering
            }
        amount = money(row["amount"] ?? "", language)
    }
}
