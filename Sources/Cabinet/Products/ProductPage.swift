/// A product with its prices, and what it costs to switch it on.

internal import Client
internal import Phrases
internal import Web

struct ProductPage {
    struct Conflict {
        var name: String
        var offPath: String
    }

    var listPath: String
    var path: String
    var heading: String
    /// The reason why a product cannot be switched on.
    var notes: [String] = []
    var isBarred: Bool
    var isOn: Bool
    var offPath: String
    var lacks: [Warning] = []
    var conflicts: [Conflict] = []
    var hasConflicts = false
    var refusals: [String] = []
    var rows: [SummaryRow]
    var costs: [SummaryRow] = []
    var canSwitchOn = false

    /// - Parameters:
    ///   - row: Of the list of what the number has if it has a `status`, else of what it can have.
    ///   - quote: What switching it on costs and does; nil for what the number has, and for subscriptions.
    ///   - isBarred: The visitor may not switch it on.
    init(
        _ kind: ProductPages.Kind, _ row: Fields, _ names: OfferingNames, _ place: Place, zones: [String: String],
        quote: Result<Quote, RefusedQuote>?, isBarred: Bool, _ request: PageRequest
    ) {
        let (words, language) = (kind.words, request.language)
        let name = row["name"] ?? productKey(row)
        (listPath, path) = (kind.path, "\(kind.path)/\(productKey(row))")
        offPath = "\(path)/off"
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
        isOn = row["status"] != nil
        guard !isOn else {
            heading = words.oneTitle.text(language, name)
            notes = [words.isConnected[language]]
            return
        }
        guard !isBarred else {
            heading = words.oneTitle.text(language, name)
            return
        }
        heading = words.question.text(language, name)
        switch quote {
        case .success(let quote): show(quote, row, names, place, words, language)
        case .failure(let refused): refusals = [words.text(of: refused.refusal, language)]
        case nil:
            let balance = place.account.fields.minorUnits("balance") ?? 0
            showCost(ProductCost(row, balance: balance), row, place, words, language)
        }
    }

    private mutating func show(
        _ quote: Quote, _ row: Fields, _ names: OfferingNames, _ place: Place, _ words: ProductPageWords,
        _ language: Language
    ) {
        let quotes = Words.quotes
        costs = [SummaryRow(title: quotes.takesEffect[language], value: quotes.atOnce[language])]
        costs += quote.costs(names, language) + quote.sums(on: nil, language)
        let fee = money(row["fee"] ?? "", language)
        let next = place.time(quote.periodEnd).map { quotes.nextValue.text(language, $0.date(language), fee) }
        let hasNext = row.minorUnits("fee") != 0
        costs.append(
            SummaryRow(title: quotes.next[language], value: (hasNext ? next : nil) ?? quotes.noNext[language]))
        if quote.missing > 0 { lack(quote.missing, words, language) }
        let subscriptions = Set(place.account.rows.compactMap { $0["subscription"] })
        conflicts = quote.conflicts.map { key in
            let list =
                subscriptions.contains(key) ? ProductPages.Kind.subscriptions.path : ProductPages.Kind.options.path
            return Conflict(name: names[key], offPath: "\(list)/\(key)/off")
        }
        hasConflicts = !conflicts.isEmpty
        canSwitchOn = quote.isPossible
        if !canSwitchOn, !hasConflicts, lacks.isEmpty {
            refusals = [(quote.isBeyondLimit ? words.limitOfOwn : words.incompatible)[language]]
        }
    }

    private mutating func showCost(
        _ cost: ProductCost, _ row: Fields, _ place: Place, _ words: ProductPageWords, _ language: Language
    ) {
        let quotes = Words.quotes
        func amount(_ minorUnits: Int64) -> String { money(amountText(minorUnits), language) }
        if cost.connectionFee > 0 {
            rows.append(SummaryRow(title: quotes.connectionFee[language], value: amount(cost.connectionFee)))
        }
        costs = [
            SummaryRow(title: quotes.takesEffect[language], value: words.afterCode[language]),
            SummaryRow(title: quotes.chargedNow[language], value: amount(cost.total)),
        ]
        let next = cost.fee > 0 ? nextFee(row["period"], paidAt: place.now, language) : nil
        costs.append(
            SummaryRow(
                title: quotes.next[language],
                value: next.map { quotes.nextValue.text(language, $0, amount(cost.fee)) } ?? quotes.noNext[language]))
        costs.append(SummaryRow(title: quotes.before[language], value: amount(cost.balance)))
        if cost.missing == 0 {
            costs.append(SummaryRow(title: quotes.after[language], value: amount(cost.after)))
        } else {
            lack(cost.missing, words, language)
        }
        canSwitchOn = cost.missing == 0
    }

    private mutating func lack(_ missing: Int64, _ words: ProductPageWords, _ language: Language) {
        lacks = [
            Warning(
                title: words.lack.text(language, money(amountText(missing), language)), text: words.lackNote[language])
        ]
    }
}
