/// STATEMENT.FILE: the statement of a period as a file for a person, in parts.

internal import Phrases

package struct StatementFileRead: History, OfSubscriber {
    static let format = Parameter<StatementFormat?>("format", "csv if not given")
    static let language = Parameter<Language?>("language", "the language of its words; the subscriber's if not given")
    package static let spec = CommandSpec(
        "STATEMENT.FILE", .read, roles: [.frontend, .operator], session: .manager,
        [
            msisdn, StatementRequest.from, StatementRequest.to, StatementRequest.kind, format, language,
            Parameters.limit, StatementRequest.before,
        ],
        reply: [.msisdn, .from.sometimes, .file, .seq, .nextCursor.sometimes], rows: [.fileText], waits: true,
        summary:
            "Returns the statement of a period as a file, in parts: the text of the rows, one after another, is the file.",
        example: "STATEMENT.FILE 79001234567 from=2018-03-01 to=2018-04-01 format=csv")

    let request: StatementRequest
    let format: StatementFormat
    let language: Language
    package var msisdn: MSISDN { request.msisdn }

    package init(_ a: Arguments) throws(Rejection) {
        request = try StatementRequest(a)
        format = try a[Self.format] ?? .csv
        language = try a[Self.language] ?? .unspecified
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        let (account, from, to) = try request.period(state)
        // The file says the period that it has.
        let seen = context.caller.joining.map { max($0.time, from) } ?? from
        let document = StatementDocument(
            of: account, state, from: seen, to: to, format,
            language == .unspecified ? state.profiles[account].language : language)
        return try request.query(
            StatementFileScan(document: document, kind: request.kind),
            .ofPeriod(isAtItsHead: format == .html), state)
    }
}

/// The lines of a statement as the text of a file.
struct StatementFileScan: HistoryScan {
    let document: StatementDocument
    /// Nil for all.
    let kind: StatementKind?

    var classes: [HistoryClass]? { StatementKind.classes(of: kind) }

    func accepts(_ event: Event) -> Bool { event.hasLines(of: kind) }

    func open(_ state: borrowing AccountsState, _ frame: StatementFrame?, _ reply: inout Reply) {
        guard let frame, frame.isFirst else { return }
        reply.text(document.head(asOf: frame.asOf, frame.period))
    }

    func appendText(of row: HistoryRow, to text: inout [UInt8]) {
        for line in row.lines(of: kind) { text += document.text(of: line).utf8 }
    }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) {
        reply.row()
        reply.field(.fileText) { $0 += row.text }
    }

    func writeSums(_ frame: StatementFrame?, _ reply: inout Reply) {
        guard let frame, frame.isLast else { return }
        if frame.isEmpty { reply.text(document.noLines) }
        reply.text(document.foot(frame.period))
    }

    func close(_ frame: StatementFrame?, _ reply: inout Reply) { reply.field(.file, document.name) }
}

extension Reply {
    fileprivate mutating func text(_ text: String) {
        guard !text.isEmpty else { return }
        row()
        field(.fileText, text)
    }
}

/// A statement's file, the latest line first, as the pages of STATEMENT have it. An amount is the change of the balance,
/// so that the balance at the beginning with all amounts is the balance at the end.
struct StatementDocument: Sendable {
    let format: StatementFormat
    let language: Phrases.Language
    let clock: RegionClock
    let msisdn: MSISDN
    let from: Instant
    let to: Instant
    /// The names of products.
    let catalog: Catalog

    private typealias Words = StatementPhrases

    init(
        of account: AccountIndex, _ state: borrowing AccountsState, from: Instant, to: Instant,
        _ format: StatementFormat, _ language: Language
    ) {
        (self.format, self.language) = (format, language.spoken == .en ? .en : .ru)
        (clock, msisdn) = (state.clock(of: account), state.directory[account].msisdn)
        (self.from, self.to, catalog) = (from, to, state.catalog)
    }

    /// `statement-79001234567-2018-03-01-2018-03-31.csv`, with the period's first and last day.
    var name: String { "statement-\(msisdn)-\(day(from))-\(day(last)).\(format.word)" }

    /// The last instant of the period.
    private var last: Instant { max(from, Instant(milliseconds: to.milliseconds - 1)) }

    func head(asOf position: Position, _ sums: StatementSums?) -> String {
        switch format {
        case .csv, .unspecified:
            return CSV.byteOrderMark
                + csv.row(
                    [
                        Words.day, Words.clock, Words.what, Words.product, Words.peer, Words.quantity, Words.unit,
                        Words.payment,
                    ].map { $0[language] }
                        + [Words.amount, Words.balanceAfter].map { Words.roubles.text(language, $0[language]) })
        case .html:
            let title = Words.title[language]
            var text =
                "<!doctype html>\n<html lang=\"\(language.rawValue)\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                + "<title>\(title) \(msisdn)</title>\n<style>\(Self.style)</style>\n<h1>\(title)</h1>\n<p>"
                + Words.ofNumber.text(language, phone("\(msisdn)")) + "<br>"
                + Words.period.text(language, local(from).date(language), local(last).date(language)) + "<br>"
                + Words.asOf.text(language, "\(position)") + "</p>\n"
            if let sums { text += "<table class=\"sums\">\n" + rows(of: sums).joined() + "</table>\n" }
            let columns = [
                (Words.time, false), (Words.what, false), (Words.peer, false), (Words.quantity, true),
                (Words.payment, false), (Words.amount, true), (Words.balanceAfter, true),
            ]
            text += "<table>\n<thead><tr>"
            for (name, isNumber) in columns {
                text += "<th scope=\"col\"\(isNumber ? " class=\"n\"" : "")>\(name[language])</th>"
            }
            return text + "</tr></thead>\n<tbody>\n"
        }
    }

    /// The place of the lines in a period without any.
    var noLines: String {
        format == .html ? "<tr><td colspan=\"7\">\(Words.noLines[language])</td></tr>\n" : ""
    }

    func text(of line: StatementLine) -> String {
        let shown = Shown(line, catalog, language)
        let (time, change) = (local(line.time), -line.amount)
        switch format {
        case .csv, .unspecified:
            return csv.row([
                time.isoDate, time.time, shown.what, shown.product, shown.peer, shown.number, shown.unit,
                shown.payment, csv.amount("\(change)"), csv.amount(line.balance.map { "\($0)" }),
            ])
        case .html:
            let product = shown.product.isEmpty ? "" : "<br><small>\(escapedHTML(shown.product))</small>"
            let balance = line.balance.map { money("\($0)", language) } ?? ""
            return "<tr><td>\(time.isoDate) \(time.time)</td><td>\(shown.what)\(product)</td>"
                + "<td>\(escapedHTML(StatementPhrases.peer(shown.peer)))</td><td class=\"n\">\(shown.quantity)</td>"
                + "<td>\(escapedHTML(shown.payment))</td><td class=\"n\">\(signed(change))</td>"
                + "<td class=\"n\">\(balance)</td></tr>\n"
        }
    }

    func foot(_ sums: StatementSums?) -> String {
        switch format {
        case .csv, .unspecified:
            guard let sums else { return "" }
            return labelled(sums).map { label, amount in
                csv.row(["", "", label] + [String](repeating: "", count: 6) + [csv.amount("\(amount)")])
            }.joined()
        case .html: return "</tbody>\n</table>\n</html>\n"
        }
    }

    private func labelled(_ sums: StatementSums) -> [(String, Money)] {
        [
            (Words.opening[language], sums.opening), (Words.came[language], sums.came),
            (Words.went[language], sums.went), (Words.closing[language], sums.closing),
        ]
    }

    private func rows(of sums: StatementSums) -> [String] {
        labelled(sums).map { label, amount in
            "<tr><th scope=\"row\">\(label)</th><td class=\"n\">\(money("\(amount)", language))</td></tr>\n"
        }
    }

    private var csv: CSV { CSV(language) }

    private func local(_ instant: Instant) -> LocalTime {
        LocalTime(
            millisecondsSince1970: instant.milliseconds, offsetMinutes: Int64(clock.offsetMinutes(at: instant)))
    }

    private func day(_ instant: Instant) -> String { local(instant).isoDate }

    /// With a plus if money came in.
    private func signed(_ amount: Money) -> String {
        (amount > .zero ? "+" : "") + money("\(amount)", language)
    }

    private static let style =
        "body{font:16px/1.4 system-ui,sans-serif;margin:2em;color:#111}table{border-collapse:collapse;margin:1em 0}"
        + "td,th{padding:.3em .6em;text-align:left;border-bottom:1px solid #ccc;vertical-align:top}"
        + "th,td:first-child{white-space:nowrap}.n{text-align:right;white-space:nowrap}"
        + "thead{display:table-header-group}tr{break-inside:avoid}"
}

/// A line in words.
private struct Shown {
    var what = ""
    var product = ""
    var peer = ""
    /// For a spreadsheet: a number and its unit.
    var number = ""
    var unit = ""
    /// For people.
    var quantity = ""
    var payment = ""

    init(_ line: StatementLine, _ catalog: borrowing Catalog, _ language: Phrases.Language) {
        let kind = line.kind.rawValue
        switch line.content {
        case .usage(let e):
            what = StatementPhrases.name(kind: kind, direction: "\(e.direction.word)")[language]
            peer = e.peerText ?? ""
            number = "\(e.quantity)"
            let amount = Int64(clamping: e.quantity)
            switch line.kind {
            case .voice: (unit, quantity) = (StatementPhrases.seconds[language], duration(amount))
            case .data: (unit, quantity) = (StatementPhrases.bytes[language], dataVolume(amount, language))
            default:
                unit = StatementPhrases.messagesUnit[language]
                quantity = StatementPhrases.messages.text(amount, language)
            }
            payment =
                StatementPhrases.paid(
                    quantity: amount, covered: Int64(clamping: e.covered), isCharged: line.amount != .zero)[language]
        case .charge(let charge):
            what = StatementPhrases.name(kind: kind, service: "\(charge.kind.ledgerAccount.word)")[language]
            if charge.offering != 0 { product = catalog[charge.offering].name }
        case .correction(let correction, let other):
            what = StatementPhrases.name(kind: kind, service: correction.rawValue)[language]
            if other != 0 { peer = "\(MSISDN(number: other))" }
        case .payment(let topUp):
            what = StatementPhrases.name(kind: kind)[language]
            product = topUp.ref
            payment = StatementPhrases.method(
                topUp.method == .unspecified ? nil : "\(topUp.method.word)",
                cardLast4: topUp.cardLast4.isEmpty ? nil : topUp.cardLast4, language)
        }
    }
}
