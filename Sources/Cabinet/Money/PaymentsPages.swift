/// The payments, as a page and as a file.

internal import Client
internal import Phrases
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
        let form = PeriodForm(from: request.query["from"], to: request.query["to"], request.language)
        guard form.errors.isEmpty else { return try await refuse(request, form) }
        let (commands, language, period) = (request.commands, request.language, form.period)
        let place = try await regions.place(commands)
        @Sendable func part(_ before: String?) async throws(ServiceError) -> Reply {
            try await read(commands, period, limit: Self.rowsOfPart, before: before)
        }
        // It is read before the file begins, so that a refusal is a page and no broken file.
        let first = try await part(nil)
        let csv = CSV(language)
        return .file(
            Answer.File(name: fileName("payments", period, "csv"), mediaType: "text/csv; charset=utf-8") { cursor in
                let reply = if let cursor { try await part(cursor) } else { first }
                var text = cursor == nil ? CSV.byteOrderMark + csv.row(paymentsHeading(language)) : ""
                for row in reply.rows {
                    text += csv.row(paymentCells(row, place.time(row["time"]), csv, language))
                }
                return (text, reply["next"])
            })
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
        /// How it differs from the request that it settles; empty if it does not.
        var notes: [String]
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
    var documentPath: [String] = []
    var orderPath: [String] = []
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
                amount: "+" + money(row["amount"] ?? "", language),
                method: StatementPhrases.method(row["method"], cardLast4: row["card_last4"], language),
                notes: paymentNotes(row, language), reference: row["ref"] ?? "",
                charged: row["charged"].map { money($0, language) } ?? "",
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
            isWholeTime ? ("/topup", words.topUp[language]) : ("/payments", words.allPayments[language])
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

/// How a payment differs from the request that it settles, in a few words; empty if it does not.
func paymentNotes(_ row: Fields, _ language: Language) -> [String] {
    let words = Words.money
    var notes: [String] = []
    if let requested = row["requested"], requested != row["amount"] {
        notes.append(words.requested.text(language, money(requested, language)))
    }
    if row["late"] == "1" { notes.append(words.late[language]) }
    return notes
}

/// The first line of the payments' file.
func paymentsHeading(_ language: Language) -> [String] {
    let words = Words.money
    return [StatementPhrases.day, StatementPhrases.clock].map { $0[language] } + [
        StatementPhrases.roubles.text(language, words.amount[language])
    ]
        + [words.method, words.reference].map { $0[language] }
        + [words.chargedFrom, words.balanceAfter].map { StatementPhrases.roubles.text(language, $0[language]) }
}

func paymentCells(_ row: Fields, _ time: LocalTime?, _ csv: CSV, _ language: Language) -> [String] {
    [
        time?.isoDate ?? "", time?.time ?? "", csv.amount(row["amount"]),
        StatementPhrases.method(row["method"], cardLast4: row["card_last4"], language),
        row["ref"] ?? "", csv.amount(row["charged"]), csv.amount(row["balance"]),
    ]
}
