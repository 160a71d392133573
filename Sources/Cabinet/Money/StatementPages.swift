/// The statement: every call, message, data session, charge and payment of a period, as a page and as files.

internal import Client
internal import Phrases
internal import Web

struct StatementPages: Sendable {
    /// A page with this many rows is below 60 KB with everything that it loads.
    private static let rowsOfPage = 50

    let regions: Regions

    func show(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let place = try await regions.place(commands)
        let query = StatementQuery(request, place)
        guard query.errors.isEmpty else { return refuse(request, place, query) }
        let reply = try await read(commands, query, limit: Self.rowsOfPage, before: cursor(request))
        let hasNames = reply.rows.contains { $0["offering"] != nil }
        let names = hasNames ? try await OfferingNames.read(commands, place) : OfferingNames()
        let model = StatementPage(request, place, query, reply, names)
        return .page(Page("money-statement", title: Words.money.statementTitle[request.language], model))
    }

    func csv(_ request: PageRequest) async throws -> Answer { try await file(request, "csv") }

    func html(_ request: PageRequest) async throws -> Answer { try await file(request, "html") }

    private func file(_ request: PageRequest, _ format: String) async throws -> Answer {
        let place = try await regions.place(request.commands)
        let query = StatementQuery(request, place)
        guard query.errors.isEmpty else { return refuse(request, place, query) }
        return try await statementFile(request, query.period, kind: query.kind, format: format)
    }

    private func read(
        _ commands: Commands, _ query: StatementQuery, limit: Int, before: String?
    ) async throws(ServiceError) -> Reply {
        try await commands(
            .statement, commands.number,
            named: [
                "from": query.period.from?.iso, "to": query.period.to?.next, "kind": query.kind,
                "limit": String(limit), "before": before,
            ])
    }

    /// The form again, with what is wrong with it.
    private func refuse(_ request: PageRequest, _ place: Place, _ query: StatementQuery) -> Answer {
        let model = StatementPage(request, place, query, nil, OfferingNames())
        var page = Page("money-statement", title: Words.money.statementTitle[request.language], model)
        (page.errors, page.status) = (query.errors, 422)
        return .page(page)
    }
}

/// A visitor's choice of the statement.
struct StatementQuery: Sendable {
    private(set) var period: Period
    /// Nil for everything.
    private(set) var kind: String?
    private(set) var errors: [FieldError]

    init(_ request: PageRequest, _ place: Place) {
        let form = PeriodForm(
            from: request.query["from"], to: request.query["to"], today: place.now, request.language)
        (period, errors) = (form.period, form.errors)
        guard let kind = request.query["kind"], !kind.isEmpty, kind != "all" else { return }
        if usageKinds.contains(kind) || ["service", "payment", "adjustment"].contains(kind) {
            self.kind = kind
        } else {
            errors.append(FieldError("kind", Words.money.invalidKind[request.language]))
        }
    }

    /// The query of another period with the same kind.
    func query(_ period: Period) -> String { period.query + (kind.map { "&kind=\($0)" } ?? "") }
}

private struct StatementPage {
    struct Kind {
        var key: String
        var name: String
        var isChosen: Bool
    }

    struct Sum {
        var name: String
        var amount: String
    }

    struct Preset {
        var path: String
        var name: String
        var isCurrent: Bool
    }

    var from: String
    var to: String
    var kinds: [Kind]
    var presets: [Preset]
    var heading: String
    /// False if the form has errors.
    var isAnswered: Bool
    var rows: [StatementRow]
    var hasRows: Bool
    var shown: String
    /// The balance before the rows, what came in and what went out, and the balance after them; empty for a single kind.
    var sums: [Sum]
    var hasSums: Bool
    var sumsTitle: String
    /// The sum of a single kind, if the page has the whole period.
    var total: [Sum]
    var filePath: String
    var documentPath: [String]
    var orderPath: [String]
    var printed: String
    var visibleSince: [String]
    var emptyTitle: String
    var emptyNote: String
    var links: HistoryLinks

    init(_ request: PageRequest, _ place: Place, _ query: StatementQuery, _ reply: Reply?, _ names: OfferingNames) {
        let (words, language) = (Words.money, request.language)
        (from, to) = (query.period.from?.iso ?? "", query.period.to?.iso ?? "")
        let choices: [(String, Phrase)] = [
            ("all", words.everything), ("voice", words.calls), ("sms", words.sms), ("mms", words.mms),
            ("data", words.data), ("service", words.services), ("payment", words.paymentsTitle),
            ("adjustment", words.adjustments),
        ]
        kinds = choices.map { key, name in
            Kind(key: key, name: name[language], isChosen: key == query.kind ?? "all")
        }
        let offered = Cabinet.presets(place.now)
        presets = [
            (offered.thisMonth, words.thisMonth), (offered.lastMonth, words.lastMonth),
            (offered.sevenDays, words.sevenDays),
        ].map { period, name in
            Preset(
                path: "/statement?\(query.query(period))", name: name[language],
                isCurrent: period.query == query.period.query)
        }
        heading = query.period.text(language)
        isAnswered = reply != nil
        rows = (reply?.rows ?? []).map { StatementRow($0, place, names, language) }
        hasRows = !rows.isEmpty
        shown = words.shown.text(language, words.records.text(Int64(rows.count), language))
        let (before, next) = (cursor(request), reply?["next"])
        let isWhole = before == nil && next == nil
        sums = [
            ("opening", StatementPhrases.opening), ("came", StatementPhrases.came), ("went", StatementPhrases.went),
            ("closing", StatementPhrases.closing),
        ].compactMap { field, name in
            reply?[field].map { Sum(name: name[language], amount: money($0, language)) }
        }
        hasSums = !sums.isEmpty
        sumsTitle = (isWhole ? words.sumsOfPeriod : words.sumsOfPage)[language]
        let sum = (reply?.rows ?? []).reduce(0) { $0 + ($1.minorUnits("amount") ?? 0) }
        let name = sum < 0 ? StatementPhrases.came : StatementPhrases.went
        total =
            isWhole && sums.isEmpty ? [Sum(name: name[language], amount: money(amountText(abs(sum)), language))] : []
        // Only the own number's statement can be ordered.
        let isOwn = request.visit.signIn.map { $0.shown == $0.own } ?? false
        orderPath = isOwn ? ["/statement/order?\(query.period.query)"] : []
        documentPath = ["/statement.html?\(query.query(query.period))"]
        filePath = "/statement.csv?\(query.query(query.period))"
        printed = words.printed.text(language, phone(request.number), heading, place.now.dateAndTime(language))
        visibleSince = Cabinet.visibleSince(reply, place, language)
        links = HistoryLinks("/statement?\(query.query(query.period))", before: before, next: next)
        switch (next, before) {
        case (_?, _): (emptyTitle, emptyNote) = (words.noRecordsHere[language], words.searchOn[language])
        case (nil, _?): (emptyTitle, emptyNote) = (words.noMore[language], words.noMoreNote[language])
        case (nil, nil): (emptyTitle, emptyNote) = (words.noRecords[language], words.noRecordsNote[language])
        }
    }
}
