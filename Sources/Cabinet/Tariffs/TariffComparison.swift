/// How a tariff differs from the subscriber's own.

internal import Client
internal import Phrases
internal import Web

/// A line of what a tariff includes, such as `12 ГБ интернета`, with its difference to the own tariff, such as `+10 ГБ`.
struct IncludedLine: Equatable, Sendable {
    var text: String
    /// Empty if there is no difference, or nothing to compare with.
    var change: String
    var isLess: Bool
}

/// The packages of the own tariff. Its row in `TARIFFS` says it; the packages of a tariff that is no longer sold say it
/// too while it is paid. Nil if neither is there.
func ownTerms(_ tariff: Fields, onSale: [Fields], buckets: [Fields]) -> Fields? {
    let key = tariff["tariff"]
    if let row = onSale.first(where: { $0["tariff"] == key }) { return row }
    guard tariff["tariff_status"] == "active" else { return nil }
    let own = buckets.filter { $0["offering"] == key && $0["scope"] == "any" && $0["price"] == nil }
    func sum(_ kind: String, _ granted: String) -> String {
        String(own.filter { $0["kind"] == kind }.reduce(0) { $0 + ($1.integer(granted) ?? 0) })
    }
    return Fields(
        tariff.map { $0 } + [
            Field(name: "voice_seconds", value: sum("voice", "granted_seconds")),
            Field(name: "data_bytes", value: sum("data", "granted_bytes")),
            Field(name: "messages", value: sum("sms", "granted_messages")),
        ])
}

/// The lines of what a tariff includes. A package that only the own tariff has gets a line too.
func includedLines(
    _ row: Fields, comparedWith own: Fields?, zones: [String: String], _ language: Language
) -> [IncludedLine] {
    let (words, products) = (Words.tariffs, Words.products)
    let kinds: [(field: String, none: Phrase, text: (Int64) -> String, amount: (Int64) -> String)] = [
        (
            "data_bytes", words.noData, { Words.prices.ofData.text(language, dataVolume($0, language)) },
            { dataVolume($0, language) }
        ),
        (
            "voice_seconds", words.noVoice, { products.minutes.text($0 / 60, language) },
            { products.minutes.text($0 / 60, language) }
        ),
        (
            "messages", words.noMessages, { products.messages.text($0, language) },
            { products.messages.text($0, language) }
        ),
    ]
    var lines: [IncludedLine] = []
    for kind in kinds {
        let amount = row.integer(kind.field) ?? 0
        let before = own.map { $0.integer(kind.field) ?? 0 } ?? amount
        guard amount > 0 || before > 0 else { continue }
        let sign = amount < before ? "\u{2212}" : "+"
        lines.append(
            IncludedLine(
                text: amount > 0 ? kind.text(amount) : kind.none[language],
                change: amount == before ? "" : sign + kind.amount(abs(amount - before)), isLess: amount < before))
    }
    return lines
        + packageLines(row["buckets"], zones: zones, language).map { IncludedLine(text: $0, change: "", isLess: false) }
}

/// The difference of two fees, such as `−100,00 ₽ за 30 дней, дешевле текущего`. Empty if they are equal, or of different
/// periods.
func feeDifference(_ row: Fields, comparedWith own: Fields, _ language: Language) -> String {
    guard let fee = row.minorUnits("fee"), let before = own.minorUnits("fee"), fee != before else { return "" }
    // A free tariff costs nothing in any period.
    guard row["period"] == own["period"] || fee == 0 || before == 0 else { return "" }
    let period = fee == 0 ? own["period"] : row["period"]
    let difference = feeText(amountText(abs(fee - before)), period, language)
    return fee < before
        ? Words.tariffs.cheaper.text(language, "\u{2212}\(difference)")
        : Words.tariffs.dearer.text(language, "+\(difference)")
}
