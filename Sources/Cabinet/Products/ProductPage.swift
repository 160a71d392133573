/// A product with its prices, and what it costs to switch it on.

internal import Client
internal import Web

struct ProductPage {
    var listPath: String
    var path: String
    var heading: String
    /// The reason why a product cannot be switched on.
    var notes: [String] = []
    var isBarred: Bool
    var lacks: [Warning] = []
    var rows: [SummaryRow]
    var costs: [SummaryRow] = []
    var canSwitchOn = false

    /// - Parameter row: Of the list of what the number has if it has a `status`, else of what it can have.
    init(
        _ kind: ProductPages.Kind, _ row: Fields, _ names: OfferingNames, _ place: Place, zones: [String: String],
        isBarred: Bool,
        _ request: PageRequest
    ) {
        let (words, language) = (kind.words, request.language)
        let name = row["name"] ?? ""
        (listPath, path) = (kind.path, "\(kind.path)/\(productKey(row))")
        self.isBarred = isBarred
        rows = [SummaryRow(title: words.number[language], value: phone(request.number))]
        rows.append(SummaryRow(title: words.product[language], value: name))
        if let provider = row["provider"] {
            rows.append(SummaryRow(title: words.providerTitle[language], value: provider))
        }
        let parts = brings(row, names, zones: zones, language)
        if !parts.isEmpty {
            let title = row["bundled"] == nil ? words.brings : words.bundleTitle
            rows.append(SummaryRow(title: title[language], value: parts.joined(separator: ", ")))
        }
        let fee = feeText(row["fee"], row["period"], language)
        rows.append(SummaryRow(title: words.price[language], value: fee))
        let hasIt = row["status"] != nil
        guard !hasIt, !isBarred else {
            heading = words.oneTitle.text(language, name)
            if hasIt { notes = [words.isConnected[language]] }
            return
        }
        heading = words.question.text(language, name)
        let cost = ProductCost(row, balance: place.account.fields.minorUnits("balance") ?? 0)
        func amount(_ minorUnits: Int64) -> String { money(amountText(minorUnits), language) }
        if cost.connectionFee > 0 {
            rows.append(SummaryRow(title: words.connection[language], value: amount(cost.connectionFee)))
        }
        costs = [
            SummaryRow(title: words.starts[language], value: words.atOnce[language]),
            SummaryRow(title: words.charged[language], value: amount(cost.total)),
        ]
        let next = cost.fee > 0 ? nextFee(row["period"], paidAt: place.now, language) : nil
        costs.append(
            SummaryRow(
                title: words.next[language],
                value: next.map { words.nextValue.text(language, $0, amount(cost.fee)) } ?? words.noNext[language]))
        costs.append(SummaryRow(title: words.before[language], value: amount(cost.balance)))
        if cost.missing == 0 {
            costs.append(SummaryRow(title: words.after[language], value: amount(cost.after)))
        } else {
            lacks = [
                Warning(title: words.lack.text(language, amount(cost.missing)), text: words.lackNote[language])
            ]
        }
        canSwitchOn = cost.missing == 0
    }
}
