/// Expenses, the statement and payments, the files of the last two, and the order of a statement by e-mail.

internal import Client
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
        site.get("/statement.csv", statement.file)
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

/// The cursor of a page: a position in the log. Anything else means the first page.
func cursor(_ request: PageRequest) -> String? {
    guard let before = request.query["before"], (1...19).contains(before.utf8.count),
        before.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
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

/// A file of the history: a heading, and the rows of one reply after another.
///
/// - Parameter first: The first reply. It is read before the file begins, so that a refusal is a page and no broken file.
func historyFile(
    _ name: String, _ language: Language, first: Reply, heading: [String],
    read: @escaping @Sendable (_ before: String) async throws -> Reply,
    cells: @escaping @Sendable (Fields, CSV) -> [String]
) -> Answer {
    let csv = CSV(language)
    return .file(
        Answer.File(name: name, mediaType: "text/csv; charset=utf-8") { cursor in
            let reply = if let cursor { try await read(cursor) } else { first }
            var text = cursor == nil ? CSV.byteOrderMark + csv.row(heading) : ""
            for row in reply.rows { text += csv.row(cells(row, csv)) }
            return (text, reply["next"])
        })
}
