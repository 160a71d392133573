/// A tariff with all its prices, and what the change to it costs.

internal import Client
internal import Web

struct TariffPage {
    struct Price {
        var title: String
        var price: String
    }

    var path: String
    var title: String
    /// A remark on the own tariff.
    var ownNotes: [String] = []
    /// The money that is missing to pay the own tariff, or to change to this one.
    var lacks: [Warning] = []
    var rows: [SummaryRow]
    var prices: [Price]
    var hasPrices: Bool
    var pricesTitle: String
    /// The cost and the effects of the change.
    var costs: [SummaryRow] = []
    var hasCosts = false
    /// The packages that end with the own tariff.
    var losses: [Warning] = []
    var canChange = false

    /// The own tariff.
    init(own row: Fields, _ offers: TariffOffers, _ request: PageRequest) {
        self.init(about: row, offers, request)
        let (words, language) = (Words.tariffs, request.language)
        title = words.tariff.text(language, row["name"] ?? "")
        ownNotes = [words.isOwn.text(language, phone(request.number))]
        if offers.isUnpaid { lacks = [Warning(title: words.unpaid[language], text: offers.lackNote(language))] }
    }

    /// A tariff that the number can change to.
    init(_ row: Fields, _ offers: TariffOffers, _ request: PageRequest) {
        self.init(about: row, offers, request)
        let (words, language, tariff) = (Words.tariffs, request.language, offers.tariff.fields)
        let cost = ProductCost(to: row, from: tariff, balance: offers.balance)
        func amount(_ minorUnits: Int64) -> String { money(amountText(minorUnits), language) }
        let name = tariff["name"] ?? ""
        let now = words.nowValue.text(language, name, tariffFee(tariff, language))
        rows.insert(SummaryRow(title: words.now[language], value: now), at: 0)
        rows.insert(SummaryRow(title: words.number[language], value: phone(request.number)), at: 0)
        costs = [SummaryRow(title: words.takesEffect[language], value: words.atOnce[language])]
        let changeFee = cost.changeFee == 0 ? Words.products.free[language] : amount(cost.changeFee)
        costs.append(SummaryRow(title: words.change[language], value: changeFee))
        costs.append(SummaryRow(title: words.charged[language], value: amount(cost.total)))
        costs.append(SummaryRow(title: words.before[language], value: amount(cost.balance)))
        if cost.missing == 0 {
            costs.append(SummaryRow(title: words.after[language], value: amount(cost.after)))
            if cost.fee > 0, let day = nextFee(row["period"], paidAt: offers.place.now, language) {
                costs.append(SummaryRow(title: words.next[language], value: "\(day), \(amount(cost.fee))"))
            }
        } else {
            lacks = [
                Warning(title: words.lack.text(language, amount(cost.missing)), text: words.lackNote[language])
            ]
        }
        hasCosts = true
        canChange = cost.missing == 0

        let ending = endingPackages(tariff, offers.terms, buckets: offers.buckets, language)
        var notes: [String] = []
        if !ending.isEmpty { notes.append(words.lostList.text(language, ending.joined(separator: ", "))) }
        if !offers.isUnpaid, tariff.minorUnits("fee") ?? 0 > 0, let end = offers.place.time(tariff["period_end"]) {
            notes.append(words.paidLost.text(language, name, end.date(language)))
        }
        if !notes.isEmpty {
            let title = ending.isEmpty ? "" : words.lost[language]
            losses = [Warning(title: title, text: notes.joined(separator: " "))]
        }
    }

    private init(about row: Fields, _ offers: TariffOffers, _ request: PageRequest) {
        let (words, language) = (Words.tariffs, request.language)
        path = "/tariffs/\(row["tariff"] ?? "")"
        title = words.question.text(language, row["name"] ?? "")
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
        prices = priceLines(row["rates"], zones: offers.zones, language).map { Price(title: $0.title, price: $0.price) }
        hasPrices = !prices.isEmpty
        pricesTitle = (inside.isEmpty ? words.prices : words.outside)[language]
    }
}

/// A tariff without a fee is not free, because what is used costs money.
func tariffFee(_ row: Fields, _ language: Language) -> String {
    row.minorUnits("fee") == 0 ? Words.tariffs.noFee[language] : feeText(row["fee"], row["period"], language)
}
