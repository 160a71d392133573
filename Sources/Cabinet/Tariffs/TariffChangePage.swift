/// The check page before a change of tariff: what is different, when, what it costs, what stands in its way.

internal import Client
internal import Phrases
internal import Web

struct TariffChangePage {
    /// A line of the table of the tariff now and then.
    struct Comparison: Equatable {
        var title: String
        var before: String
        var after: String
    }

    /// A moment to choose, with what it costs.
    struct Choice {
        var value: String
        var title: String
        var note: String
        var isChosen: Bool
    }

    struct Conflict {
        var name: String
        var offPath: String
    }

    struct Packages {
        var title: String
        var items: [String]
    }

    var path: String
    var title: String
    var lead: String
    var before: String
    var comparisons: [Comparison]
    var choices: [Choice]
    var date: String
    var costs: [SummaryRow] = []
    var hasCosts = false
    /// The packages that come, and those that go on.
    var packages: [Packages] = []
    var losses: [Warning] = []
    var conflicts: [Conflict] = []
    var hasConflicts = false
    var lacks: [Warning] = []
    /// The reasons for which there is no quote.
    var refusals: [String] = []
    var planned: [PlannedChange]
    var when = ""
    var canChange = false
    var submit: String
    var prices: [TariffPrice]
    var hasPrices: Bool
    var pricesTitle: String

    /// - Parameters:
    ///   - row: The new tariff, of `TARIFFS`.
    ///   - chosen: The moment of the change; nil if the visitor gave none that exists.
    ///   - names: The names of tariffs, and of the options that the number has.
    init(
        _ row: Fields, _ offers: TariffOffers, _ quotes: TariffQuotes, chosen: ChangeTime?, names: OfferingNames,
        _ request: PageRequest
    ) {
        let (words, language, tariff) = (Words.tariffs, request.language, offers.tariff.fields)
        let own = tariff["name"] ?? ""
        path = "/tariffs/\(row["tariff"] ?? "")"
        title = words.question.text(language, row["name"] ?? "")
        lead = words.changeLead.text(language, phone(request.number))
        before = words.beforeTitle.text(language, own)
        comparisons = comparison(row, with: offers.terms, own: tariff, zones: offers.zones, language)
        date = request.form.isEmpty ? request.query["date"] ?? "" : ""
        if case .date(let day)? = chosen { date = day.iso }
        choices = quotes.choices(chosen, offers.place, language)
        prices = tariffPrices(row, zones: offers.zones, language)
        hasPrices = !prices.isEmpty
        let inside = included(in: row, zones: offers.zones, language)
        pricesTitle = (inside.isEmpty ? words.prices : words.outside)[language]
        planned = offers.planned(names, returningTo: path, language)
        submit = (chosen == .now ? words.submit : words.plan)[language]
        guard let chosen, let quote = quotes[chosen] else { return }
        switch quote {
        case .failure(let refused):
            // The banner of the planned change says it already.
            if planned.isEmpty { refusals = [words.text(of: refused.refusal, language)] }
        case .success(let quote): show(quote, at: chosen, offers, names, language)
        }
    }

    private mutating func show(
        _ quote: Quote, at time: ChangeTime, _ offers: TariffOffers, _ names: OfferingNames, _ language: Language
    ) {
        let (words, quotes, tariff) = (Words.tariffs, Words.quotes, offers.tariff.fields)
        func amount(_ minorUnits: Int64) -> String { money(amountText(minorUnits), language) }
        let day = time == .now ? nil : offers.place.time(quote.from)?.date(language)
        costs = [SummaryRow(title: quotes.takesEffect[language], value: day ?? quotes.atOnce[language])]
        costs += quote.costs(names, language) + quote.sums(on: day, language)
        if let end = offers.place.time(quote.periodEnd) {
            costs.append(SummaryRow(title: words.paidThen[language], value: end.date(language)))
        }
        hasCosts = true
        packages = [(words.gains, "bucket_added"), (words.stays, "bucket_rolls_over")].compactMap { title, line in
            let items = quote.packages(line, zones: offers.zones, language)
            return items.isEmpty ? nil : Packages(title: title[language], items: items)
        }
        conflicts = quote.conflicts.map { Conflict(name: names[$0], offPath: "/options/\($0)/off") }
        hasConflicts = !conflicts.isEmpty
        if quote.missing > 0 {
            lacks = [
                Warning(
                    title: words.lack.text(language, amount(quote.missing)),
                    text: day.map { words.lackThen.text(language, $0) } ?? words.lackNote[language])
            ]
        }
        var notes: [String] = []
        let ending = quote.packages("bucket_ends", zones: offers.zones, language)
        if !ending.isEmpty { notes.append(words.lostList.text(language, ending.joined(separator: ", "))) }
        if time == .now, !quote.hasCredit, !offers.isUnpaid, tariff.minorUnits("fee") ?? 0 > 0,
            let end = offers.place.time(tariff["period_end"])
        {
            notes.append(words.paidLost.text(language, tariff["name"] ?? "", end.date(language)))
        }
        if !notes.isEmpty {
            losses = [
                Warning(title: ending.isEmpty ? "" : words.lost[language], text: notes.joined(separator: " "))
            ]
        }
        canChange = quote.isPossible
        if !canChange, planned.isEmpty, !hasConflicts, lacks.isEmpty {
            refusals = [(quote.isBeyondLimit ? Words.options.limitOfOwn : words.refused)[language]]
        }
        when = time.argument
    }
}

/// The quotes of the moments that a page offers.
struct TariffQuotes: Sendable {
    private var known: [(time: ChangeTime, quote: Result<Quote, RefusedQuote>)] = []

    subscript(_ time: ChangeTime) -> Result<Quote, RefusedQuote>? { known.first { $0.time == time }?.quote }

    mutating func add(_ time: ChangeTime, _ quote: Result<Quote, RefusedQuote>) { known.append((time, quote)) }

    /// Reads the quotes of a change at once, at the end of the period, and on the day that was chosen.
    static func read(
        _ commands: Commands, tariff: String, hasPeriodEnd: Bool, chosen: ChangeTime?
    ) async throws -> TariffQuotes {
        var times: [ChangeTime] = hasPeriodEnd ? [.now, .periodEnd] : [.now]
        if let chosen, !times.contains(chosen) { times.append(chosen) }
        var quotes = TariffQuotes()
        let replies = try await withThrowingTaskGroup(of: (Int, Result<Quote, RefusedQuote>).self) { group in
            for (index, time) in times.enumerated() {
                group.addTask {
                    do throws(ServiceError) {
                        let reply = try await commands(
                            .tariffQuote, commands.number, tariff, named: ["when": time.argument])
                        return (index, .success(Quote(reply)))
                    } catch { return (index, .failure(try RefusedQuote(error))) }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (index, time) in times.enumerated() { if let quote = replies[index] { quotes.add(time, quote) } }
        return quotes
    }

    /// The moments to choose from. The last one has a field for the day.
    func choices(_ chosen: ChangeTime?, _ place: Place, _ language: Language) -> [TariffChangePage.Choice] {
        let words = Words.tariffs
        func note(_ time: ChangeTime) -> String {
            guard case .success(let quote)? = self[time] else { return "" }
            let cost = quote.charged > 0 ? money(amountText(quote.charged), language) : Words.quotes.nothing[language]
            return (time == .now ? words.costsNow : words.costsThen).text(language, cost.lowercased())
        }
        var choices = [
            TariffChangePage.Choice(
                value: "now", title: words.now[language], note: note(.now), isChosen: chosen == .now)
        ]
        if case .success(let quote)? = self[.periodEnd] {
            let day = place.time(quote.from)?.date(language) ?? ""
            choices.append(
                TariffChangePage.Choice(
                    value: "period_end", title: words.atPeriodEnd.text(language, day), note: note(.periodEnd),
                    isChosen: chosen == .periodEnd))
        }
        let isDate = if case .date? = chosen { true } else { chosen == nil }
        choices.append(
            TariffChangePage.Choice(
                value: "date", title: words.onDate[language],
                note: chosen.map(note).flatMap { isDate ? $0 : nil } ?? "",
                isChosen: isDate))
        return choices
    }
}

/// The lines of the table of the tariff now and then. A line that neither has is left out.
func comparison(
    _ row: Fields, with terms: Fields?, own tariff: Fields, zones: [String: String], _ language: Language
) -> [TariffChangePage.Comparison] {
    let (words, products) = (Words.tariffs, Words.products)
    func line(_ title: Phrase, _ field: String, _ text: (Int64) -> String) -> TariffChangePage.Comparison? {
        let (before, after) = (terms?.integer(field) ?? 0, row.integer(field) ?? 0)
        guard before > 0 || after > 0 else { return nil }
        func cell(_ amount: Int64) -> String { amount > 0 ? text(amount) : words.none[language] }
        return .init(
            title: title[language], before: terms == nil ? words.notKnown[language] : cell(before), after: cell(after))
    }
    func others(_ row: Fields?) -> String {
        packageLines(row?["buckets"], zones: zones, language).joined(separator: ", ")
    }
    var lines = [
        TariffChangePage.Comparison(
            title: words.fee[language], before: tariffFee(tariff, language), after: tariffFee(row, language))
    ]
    lines += [
        line(products.data, "data_bytes") { dataVolume($0, language) },
        line(products.voice, "voice_seconds") { grouped($0 / 60, language) },
        line(products.sms, "messages") { grouped($0, language) },
    ].compactMap(\.self)
    let (before, after) = (others(terms), others(row))
    if !before.isEmpty || !after.isEmpty {
        lines.append(
            .init(
                title: words.more[language], before: before.isEmpty ? words.none[language] : before,
                after: after.isEmpty ? words.none[language] : after))
    }
    return lines
}
