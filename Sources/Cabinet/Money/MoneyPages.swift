/// Expenses, the statement and payments, their files, and the order of a statement by e-mail.

internal import Client
internal import Phrases
internal import Web

struct MoneyPages: Sendable {
    let regions: Regions

    func add(to site: inout Site) {
        site.addChapter(
            "money", Words.money, templates: String(decoding: PackageResources.money_mustache, as: UTF8.self))
        let expenses = ExpensesPages(regions: regions)
        let statement = StatementPages(regions: regions)
        let payments = PaymentsPages(regions: regions)
        site.navigation += [
            NavigationItem("/expenses", Words.money.expensesTitle),
            NavigationItem("/statement", Words.money.statementTitle),
            NavigationItem("/payments", Words.money.paymentsTitle),
        ]
        site.get("/expenses", expenses.show)
        site.get("/statement", statement.show)
        site.get("/statement.csv", statement.csv)
        site.get("/statement.html", statement.html)
        StatementOrderPages(regions: regions).add(to: &site)
        site.get("/payments", payments.show)
        site.get("/payments.csv", payments.file)
    }
}

/// A page of rows of the history, the newest first.
struct HistoryLinks {
    /// The path of the earlier rows; empty if there are none.
    var earlier: [String] = []
    /// The path of the first page; empty on it.
    var newest: [String] = []
    var hasLinks: Bool

    /// - Parameters:
    ///   - path: The path of the first page.
    ///   - before: The cursor of this page; nil on the first one.
    ///   - next: The cursor of the next page.
    init(_ path: String, before: String?, next: String?) {
        earlier = next.map { [pathWith(path, "before=\($0)")] } ?? []
        newest = before == nil ? [] : [path]
        hasLinks = !(earlier.isEmpty && newest.isEmpty)
    }
}

/// A path with one more part of the query.
func pathWith(_ path: String, _ part: String) -> String {
    guard !part.isEmpty else { return path }
    return path + (path.contains("?") ? "&" : "?") + part
}

/// The cursor of a page, as the service gave it: digits, with hyphens between them. Anything else means the first page.
func cursor(_ request: PageRequest) -> String? {
    guard let before = request.query["before"], (1...60).contains(before.utf8.count),
        before.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "-") })
    else { return nil }
    return before
}

/// How a page says since when it shows the history of a number; empty if it shows all of it.
func visibleSince(_ reply: Reply?, _ place: Place, _ language: Language) -> [String] {
    guard let time = place.time(reply?["from"]) else { return [] }
    return [Words.money.visibleSince.text(language, time.date(language))]
}

/// `29.11.2026, 21:14`; empty if there is no time.
func shortTime(_ time: LocalTime?, _ language: Language) -> String {
    time.map { "\(shortDate($0.isoDate, language)), \($0.time)" } ?? ""
}

/// The statement of a period as a file, one part after another.
///
/// - Parameters:
///   - kind: Only lines of this kind; nil for all.
///   - format: `csv` or `html`.
func statementFile(
    _ request: PageRequest, _ period: Period, kind: String?, format: String
) async throws -> Answer {
    let (commands, language) = (request.commands, request.language)
    @Sendable func read(_ before: String?) async throws(ServiceError) -> Reply {
        try await commands(
            .statementFile, commands.number,
            named: [
                "from": period.from?.iso ?? "1970-01-01", "to": period.to?.next ?? "9999-12-31", "kind": kind,
                "format": format, "language": language.rawValue, "limit": "500", "before": before,
            ])
    }
    // It is read before the file begins, so that a refusal is a page and no broken file.
    let first = try await read(nil)
    return .file(
        Answer.File(name: fileName("statement", period, format), mediaType: "text/\(format); charset=utf-8") { cursor in
            let reply = if let cursor { try await read(cursor) } else { first }
            return (reply.rows.map { $0["text"] ?? "" }.joined(), reply["next"])
        })
}

/// `statement-2026-11-01-2026-11-30.csv`
func fileName(_ name: String, _ period: Period, _ format: String) -> String {
    ([name] + [period.from?.iso, period.to?.iso].compactMap { $0 }).joined(separator: "-") + ".\(format)"
}
