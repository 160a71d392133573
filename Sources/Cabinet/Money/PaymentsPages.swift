/// The payments, as a page and as a file.

internal import Client
internal import Web

struct PaymentsPages: Sendable {
    private static let rowsOfPage = 50
    private static let rowsOfPart = 1000

    let regions: Regions

    func show(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let form = PeriodForm(from: request.query["from"], to: request.query["to"], request.language)
        guard form.errors.isEmpty else { return try await refuse(request, form) }
        let before = cursor(request)
        async let place = regions.place(commands)
        async let reply = read(commands, form.period, limit: Self.rowsOfPage, before: before)
        let model = PaymentsPage(request, try await place, form, try await reply)
        return .page(Page("money-payments", title: Words.money.paymentsTitle[request.language], model))
    }

    func file(_ request: PageRequest) async throws -> Answer {
        let (commands, language) = (request.commands, request.language)
        let form = PeriodForm(from: request.query["from"], to: request.query["to"], language)
        guard form.errors.isEmpty else { return try await refuse(request, form) }
        let place = try await regions.place(commands)
        let period = form.period
        let first = try await read(commands, period, limit: Self.rowsOfPart, before: nil)
        let dates = [period.from?.iso, period.to?.iso].compactMap { $0 }
        return historyFile(
            (["payments"] + dates).joined(separator: "-") + ".csv", language, first: first,
            heading: paymentsHeading(language),
            read: { try await read(commands, period, limit: Self.rowsOfPart, before: $0) },
            cells: { row, csv in paymentCells(row, place.time(row["time"]), csv, language) })
    }

    private func read(
        _ commands: Commands, _ period: Period, limit: Int, before: String?
    ) async throws(ServiceError) -> Reply {
        try await commands(
            .payments, commands.number,
            named: [
                "from": period.from?.iso, "to": period.to?.next, "limit": String(limit), "before": before,
            ])
    }

    /// The form again, with what is wrong with it.
    private func refuse(_ request: PageRequest, _ form: PeriodForm) async throws -> Answer {
        let place = try await regions.place(request.commands)
        var page = Page(
            "money-payments", title: Words.money.paymentsTitle[request.language],
            PaymentsPage(request, place, form, nil))
        (page.errors, page.status) = (form.errors, 422)
        return .page(page)
    }
}

private struct PaymentsPage {
    struct Row {
        var time: String
        var amount: String
        var method: String
        var reference: String
        var charged: String
        var balance: String
    }

    var from: String
    var to: String
    var heading: String
    /// False if the form has errors.
    var isAnswered: Bool
    var rows: [Row]
    var hasRows: Bool
    var hasCharged: Bool
    var shown: String
    var filePath: String
    var printed: String
    var visibleSince: [String]
    var emptyTitle: String
    var emptyNote: String
    var emptyPath: String
    var emptyLink: String
    var links: HistoryLinks

    init(_ request: PageRequest, _ place: Place, _ form: PeriodForm, _ reply: Reply?) {
        let (words, language, period) = (Words.money, request.language, form.period)
        (from, to) = (period.from?.iso ?? "", period.to?.iso ?? "")
        heading = period.text(language)
        isAnswered = reply != nil
        rows = (reply?.rows ?? []).map { row in
            Row(
                time: shortTime(place.time(row["time"]), language),
                amount: "+" + money(row["amount"] ?? "", language), method: paymentMethod(row, language),
                reference: row["ref"] ?? "", charged: row["charged"].map { money($0, language) } ?? "",
                balance: row["balance"].map { money($0, language) } ?? "")
        }
        hasRows = !rows.isEmpty
        hasCharged = rows.contains { !$0.charged.isEmpty }
        shown = words.shown.text(language, words.paymentCount.text(Int64(rows.count), language))
        filePath = pathWith("/payments.csv", period.query)
        printed = words.printed.text(language, phone(request.number), heading, place.now.dateAndTime(language))
        visibleSince = Cabinet.visibleSince(reply, place, language)
        let (before, next) = (cursor(request), reply?["next"])
        let isWholeTime = period.query.isEmpty
        (emptyPath, emptyLink) =
            isWholeTime ? ("/help#top-up", words.howToTopUp[language]) : ("/payments", words.allPayments[language])
        switch (next, before) {
        case (_?, _): (emptyTitle, emptyNote) = (words.noPaymentsHere[language], words.searchOn[language])
        case (nil, _?): (emptyTitle, emptyNote) = (words.noMore[language], words.noMoreNote[language])
        case (nil, nil) where isWholeTime:
            (emptyTitle, emptyNote) = (words.noPayments[language], words.noPaymentsNote[language])
        case (nil, nil): (emptyTitle, emptyNote) = (words.noPaymentsInPeriod[language], words.otherDates[language])
        }
        links = HistoryLinks(pathWith("/payments", period.query), before: before, next: next)
    }
}

/// `Банковская карта ···4242`; empty if the payment does not say.
func paymentMethod(_ row: Fields, _ language: Language) -> String {
    let words = Words.money
    let name =
        switch row["method"] {
        case "card": words.card[language]
        case "cash": words.cash[language]
        case "sbp": words.sbp[language]
        case "bank": words.bank[language]
        case let other: other ?? (row["card_last4"] == nil ? "" : words.card[language])
        }
    return row["card_last4"].map { "\(name)\u{a0}···\($0)" } ?? name
}

/// The first line of the payments' file.
func paymentsHeading(_ language: Language) -> [String] {
    let words = Words.money
    return [words.day, words.clock].map { $0[language] } + [words.roubles.text(language, words.amount[language])]
        + [words.method, words.reference].map { $0[language] }
        + [words.chargedFrom, words.balanceAfter].map { words.roubles.text(language, $0[language]) }
}

func paymentCells(_ row: Fields, _ time: LocalTime?, _ csv: CSV, _ language: Language) -> [String] {
    [
        time?.isoDate ?? "", time?.time ?? "", csv.amount(row["amount"]), paymentMethod(row, language),
        row["ref"] ?? "", csv.amount(row["charged"]), csv.amount(row["balance"]),
    ]
}
