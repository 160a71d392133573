/// The replies to `TARIFF.QUOTE` and `OPTION.QUOTE` in words: the cost, the packages that come and go, the obstacles.

internal import Client
internal import Phrases
internal import Web

struct QuoteWords: Sendable {
    let fee = Phrase("Абонентская плата «{0}»", "Fee of “{0}”")
    let changeFee = Phrase("Плата за смену тарифа", "Fee for the change")
    let connectionFee = Phrase("Плата за подключение", "Connection fee")
    let credit = Phrase("Возврат за оплаченные дни «{0}»", "Returned for paid days of “{0}”")
    let chargedNow = Phrase("Спишется сейчас", "Charged now")
    let chargedThen = Phrase("Спишется {0}", "Charged on {0}")
    let credited = Phrase("Вернётся на счёт", "Returned to the balance")
    let nothing = Phrase("Ничего", "Nothing")
    let before = Phrase("Баланс сейчас", "Balance now")
    let after = Phrase("Баланс после этого", "Balance after that")
    let takesEffect = Phrase("Начнёт действовать", "Takes effect")
    let atOnce = Phrase("Сразу", "At once")
    let next = Phrase("Следующее списание", "Next fee")
    let nextValue = Phrase("{0}, {1}", "{0}, {1}")
    let noNext = Phrase("Больше ничего не спишется", "Nothing more is charged")
}

/// The cost and the effects of a change that is not made yet.
struct Quote: Sendable {
    private let fields: Fields
    private let rows: [Fields]

    init(_ reply: Reply) { (fields, rows) = (reply.fields, reply.rows) }

    /// Money is in minor units.
    var charged: Int64 { fields.minorUnits("charged") ?? 0 }
    var balance: Int64 { fields.minorUnits("balance") ?? 0 }
    var after: Int64 { fields.minorUnits("balance_after") ?? balance - charged }
    var missing: Int64 { fields.minorUnits("missing") ?? 0 }
    var isPossible: Bool { fields["possible"] == "1" }
    var from: String? { fields["from"] }
    var periodEnd: String? { fields["period_end"] }

    /// The product of `OPTION.QUOTE`, as a row of `OPTIONS`. It has no packages; the quote's lines have them.
    var product: Fields { Fields(fields.filter { ["option", "name", "fee", "period"].contains($0.name) }) }

    /// The keys of the options that do not go with the change.
    var conflicts: [String] { lines("option_conflict").compactMap { $0["option"] } }

    var hasCredit: Bool { !lines("credit").isEmpty }

    /// The cost is more than the rest of the number's own limit for the month.
    var isBeyondLimit: Bool { fields["limit_left"] != nil }

    private func lines(_ kind: String) -> [Fields] { rows.filter { $0["line"] == kind } }

    /// The parts of the cost, in the service's order. A part that costs nothing is left out.
    func costs(_ names: OfferingNames, _ language: Language) -> [SummaryRow] {
        let words = Words.quotes
        return rows.compactMap { row in
            let title: String
            switch row["line"] {
            case "fee": title = words.fee.text(language, names[row["offering"]])
            case "change_fee": title = words.changeFee[language]
            case "connection_fee": title = words.connectionFee[language]
            case "credit": title = words.credit.text(language, names[row["offering"]])
            default: return nil
            }
            guard let amount = row.minorUnits("amount"), amount != 0 else { return nil }
            return SummaryRow(title: title, value: money(amountText(amount), language))
        }
    }

    /// Packages that the change adds, ends or keeps: `12 ГБ интернета`, `500 минут`.
    ///
    /// - Parameters:
    ///   - line: `bucket_added`, `bucket_ends` or `bucket_rolls_over`.
    ///   - zones: The names of zones by their keys.
    func packages(_ line: String, zones: [String: String], _ language: Language) -> [String] {
        lines(line).flatMap { packageLines(notation($0), zones: zones, language) }
    }

    /// The whole cost, and the balance before and after it.
    ///
    /// - Parameter day: The day on which it is charged; nil if that is now.
    func sums(on day: String?, _ language: Language) -> [SummaryRow] {
        let words = Words.quotes
        func amount(_ minorUnits: Int64) -> String { money(amountText(minorUnits), language) }
        let title =
            charged < 0
            ? words.credited[language]
            : day.map { words.chargedThen.text(language, $0) }
                ?? words.chargedNow[language]
        var rows = [
            SummaryRow(title: title, value: charged == 0 ? words.nothing[language] : amount(abs(charged))),
            SummaryRow(title: words.before[language], value: amount(balance)),
        ]
        if missing == 0 { rows.append(SummaryRow(title: words.after[language], value: amount(after))) }
        return rows
    }
}

/// A quote that the service does not make, because the change could not be made at all.
struct RefusedQuote: Error {
    let refusal: Refusal

    /// - Throws: The error, if it is no refusal of the change.
    init(_ error: ServiceError) throws(ServiceError) {
        guard let refusal = error.refusal, !isAboutSession(refusal), refusal.code != "not_found" else { throw error }
        self.refusal = refusal
    }
}

/// A row of a quote in the catalogue's notation of packages; nil if the row has no quantity.
private func notation(_ row: Fields) -> String? {
    let kind = row["kind"] ?? ""
    // Whole minutes, because nobody counts the seconds of a package.
    let seconds = row.integer("seconds").map { String($0 >= 60 ? $0 / 60 * 60 : $0) }
    let quantity = row["unlimited"] == "1" ? "unlimited" : row["bytes"] ?? seconds ?? row["messages"]
    guard let quantity, quantity != "0" else { return nil }
    let scope = row["scope"].flatMap { $0 == "any" ? nil : ":scope=\($0)" } ?? ""
    let price = row["price"].map { ":price=\($0)" } ?? ""
    return "\(kind):\(row["direction"] ?? (kind == "data" ? "any" : "out")):\(quantity)\(scope)\(price)"
}
