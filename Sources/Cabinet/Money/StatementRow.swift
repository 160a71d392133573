/// A row of the statement in words.

internal import Client
internal import Web

/// The kinds of usage, as `STATEMENT` and `EXPENSES` name them.
let usageKinds: Set<String> = ["voice", "sms", "mms", "data"]

struct StatementRow {
    var time: String
    var what: String
    /// The tariff, option or subscription that a charge is for; empty for usage.
    var product: [String]
    /// The other number, or the service's name.
    var peer: String
    var quantity: String
    /// From a package or from the balance.
    var payment: String
    var amount: String
    var balance: String
    private let fields: Fields
    private let local: [LocalTime]

    init(_ row: Fields, _ place: Place, _ names: OfferingNames, _ language: Language) {
        (fields, local) = (row, place.time(row["time"]).map { [$0] } ?? [])
        time = shortTime(local.first, language)
        what = recordName(row)[language]
        product = row["offering"].map { [names[$0]] } ?? []
        peer = row["peer"].map(peerText) ?? ""
        quantity = quantityOfRecord(row, language)
        payment = howPaid(row)?[language] ?? ""
        amount = money(row["amount"] ?? "", language)
        balance = row["balance"].map { money($0, language) } ?? ""
    }

    /// The cells of a file. Numbers are as the protocol gives them, so that a spreadsheet can count with them.
    func cells(_ csv: CSV, _ language: Language) -> [String] {
        let words = Words.money
        let (number, unit): (String?, Phrase?) =
            if let seconds = fields["seconds"] {
                (seconds, words.secondsUnit)
            } else if let bytes = fields["bytes"] {
                (bytes, words.bytesUnit)
            } else if let messages = fields["messages"] {
                (messages, words.messagesUnit)
            } else {
                (nil, nil)
            }
        return [
            local.first?.isoDate ?? "", local.first?.time ?? "", what, product.first ?? "", fields["peer"] ?? "",
            number ?? "",
            unit?[language] ?? "", payment, csv.amount(fields["amount"]), csv.amount(fields["balance"]),
        ]
    }
}

/// The first line of the statement's file.
func statementHeading(_ language: Language) -> [String] {
    let words = Words.money
    return [words.day, words.clock, words.what, words.product, words.peer, words.quantity, words.unit, words.payment]
        .map { $0[language] }
        + [words.amount, words.balanceAfter].map { words.roubles.text(language, $0[language]) }
}

private func recordName(_ row: Fields) -> Phrase {
    let words = Words.money
    return switch (row["kind"], row["direction"]) {
    case ("voice", "in"): words.callIn
    case ("voice", _): words.callOut
    case ("sms", "in"): words.smsIn
    case ("sms", _): words.smsOut
    case ("mms", "in"): words.mmsIn
    case ("mms", _): words.mmsOut
    case ("data", _): words.data
    default:
        switch row["service"] {
        case "tariff_fees": words.tariffFees
        case "option_fees": words.optionFee
        case "tariff_changes": words.tariffChanges
        case "connections": words.connection
        case "suspension_fees": words.suspensionFee
        case "subscription_fees": words.subscriptionFee
        default: words.otherCharge
        }
    }
}

/// A whole number as a phone number; a short number or a service's name as it is.
private func peerText(_ peer: String) -> String {
    peer.utf8.count >= 7 && peer.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? phone(peer) : peer
}

private func quantityOfRecord(_ row: Fields, _ language: Language) -> String {
    if let seconds = row.integer("seconds") { return duration(seconds) }
    if let bytes = row.integer("bytes") { return dataVolume(bytes, language) }
    if let messages = row.integer("messages") { return Words.products.messages.text(messages, language) }
    return ""
}

/// Nil for a fee, which is always charged to the balance.
func howPaid(_ row: Fields) -> Phrase? {
    let words = Words.money
    guard usageKinds.contains(row["kind"] ?? "") else { return nil }
    let isCharged = row.minorUnits("amount") != 0
    guard let covered = row.integer("covered"), covered > 0 else { return isCharged ? words.fromBalance : words.free }
    guard isCharged else { return words.fromPackage }
    // A step of a price is a package whose units cost something: it covers everything, and the balance pays.
    let quantity = row.integer("seconds") ?? row.integer("bytes") ?? row.integer("messages") ?? 0
    return covered >= quantity ? words.fromBalance : words.partlyFromPackage
}
