/// A row of the statement in words.

internal import Client
internal import Phrases
internal import Web

/// The kinds of usage, as `STATEMENT` and `EXPENSES` name them.
let usageKinds: Set<String> = ["voice", "sms", "mms", "data"]

struct StatementRow {
    var time: String
    var what: String
    /// The tariff, option or subscription that a charge is for, or the reference of a payment; empty for usage.
    var product: [String]
    /// The other number, or the service's name.
    var peer: String
    var quantity: String
    /// From a package or from the balance; how a payment was made.
    var payment: String
    /// The change of the balance.
    var amount: String
    var cameIn: Bool
    var balance: String

    init(_ row: Fields, _ place: Place, _ names: OfferingNames, _ language: Language) {
        time = shortTime(place.time(row["time"]), language)
        what =
            StatementPhrases.name(kind: row["kind"] ?? "", direction: row["direction"], service: row["service"])[
                language]
        product = (row["offering"].map { names[$0] } ?? row["ref"]).map { [$0] } ?? []
        peer = StatementPhrases.peer(row["peer"] ?? "")
        quantity = quantityOfRecord(row, language)
        payment =
            row["kind"] == "payment"
            ? StatementPhrases.method(row["method"], cardLast4: row["card_last4"], language)
            : howPaid(row)?[language] ?? ""
        let change = -(row.minorUnits("amount") ?? 0)
        cameIn = change > 0
        amount = (cameIn ? "+" : "") + money(amountText(change), language)
        balance = row["balance"].map { money($0, language) } ?? ""
    }
}

private func quantityOfRecord(_ row: Fields, _ language: Language) -> String {
    if let seconds = row.integer("seconds") { return duration(seconds) }
    if let bytes = row.integer("bytes") { return dataVolume(bytes, language) }
    if let messages = row.integer("messages") { return StatementPhrases.messages.text(messages, language) }
    return ""
}

/// Nil for a fee, which is always charged to the balance.
func howPaid(_ row: Fields) -> Phrase? {
    guard usageKinds.contains(row["kind"] ?? "") else { return nil }
    let quantity = row.integer("seconds") ?? row.integer("bytes") ?? row.integer("messages") ?? 0
    return StatementPhrases.paid(
        quantity: quantity, covered: row.integer("covered") ?? 0, isCharged: row.minorUnits("amount") != 0)
}
