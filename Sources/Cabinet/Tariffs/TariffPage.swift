/// The own tariff with all its prices.

internal import Client
internal import Phrases
internal import Web

struct TariffPrice {
    var title: String
    var price: String
}

struct TariffPage {
    var title: String
    var note: String
    /// The money that is missing to pay the tariff.
    var lacks: [Warning] = []
    var rows: [SummaryRow]
    var prices: [TariffPrice]
    var hasPrices: Bool
    var pricesTitle: String

    init(own row: Fields, _ offers: TariffOffers, _ request: PageRequest) {
        let (words, language) = (Words.tariffs, request.language)
        title = words.tariff.text(language, row["name"] ?? "")
        note = words.isOwn.text(language, phone(request.number))
        if offers.isUnpaid { lacks = [Warning(title: words.unpaid[language], text: offers.lackNote(language))] }
        let connection = row.minorUnits("connection_fee") ?? 0
        let inside = included(in: row, zones: offers.zones, language)
        rows = [
            SummaryRow(title: words.fee[language], value: tariffFee(row, language)),
            SummaryRow(
                title: words.includes[language],
                value: inside.isEmpty ? words.noPackages[language] : inside.joined(separator: ", ")),
            SummaryRow(
                title: words.connection[language],
                value: connection == 0 ? Words.products.free[language] : money(amountText(connection), language)),
        ]
        prices = tariffPrices(row, zones: offers.zones, language)
        hasPrices = !prices.isEmpty
        pricesTitle = (inside.isEmpty ? words.prices : words.outside)[language]
    }
}

/// The prices outside of packages.
///
/// - Parameter zones: The names of zones by their keys.
func tariffPrices(_ row: Fields, zones: [String: String], _ language: Language) -> [TariffPrice] {
    priceLines(row["rates"], zones: zones, language).map { TariffPrice(title: $0.title, price: $0.price) }
}

/// A tariff without a fee is not free, because what is used costs money.
func tariffFee(_ row: Fields, _ language: Language) -> String {
    row.minorUnits("fee") == 0 ? Words.tariffs.noFee[language] : feeText(row["fee"], row["period"], language)
}
