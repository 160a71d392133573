/// The expenses of a month by kind, and of six months as a chart.

internal import Client
internal import Phrases
internal import Web

struct ExpensesPages: Sendable {
    let regions: Regions

    func show(_ request: PageRequest) async throws -> Answer {
        let commands = request.commands
        let place = try await regions.place(commands)
        let present = place.now.isoMonth
        var (chosen, errors) = (present, [FieldError]())
        if let asked = request.query["month"], !asked.isEmpty {
            if let asked = pastMonth(asked, present: present) {
                chosen = asked
            } else {
                errors = [FieldError("month", Words.money.invalidMonth[request.language])]
            }
        }
        let months = chartMonths(chosen: chosen, present: present)
        let expenses = try await read(months, commands)
        let model = ExpensesPage(request, place, chosen: chosen, months: months, expenses)
        var page = Page("money-expenses", title: Words.money.expensesTitle[request.language], model)
        if !errors.isEmpty { (page.errors, page.status) = (errors, 422) }
        return .page(page)
    }

    /// The months' expenses at once. A month with more records than the service adds up has none.
    private func read(_ months: [String], _ commands: Commands) async throws -> [String: Reply] {
        try await withThrowingTaskGroup(of: (String, Reply?).self) { group in
            for month in months {
                group.addTask {
                    do {
                        return (month, try await commands(.expenses, commands.number, named: ["month": month]))
                    } catch let error as ServiceError {
                        guard error.refusal?.code == "limit_reached" else { throw error }
                        return (month, nil)
                    }
                }
            }
            var replies: [String: Reply] = [:]
            for try await (month, reply) in group { replies[month] = reply }
            return replies
        }
    }
}

/// A month such as `2026-11` that has begun; nil for anything else. The chart shows five months before it, and the
/// service has none before 1970.
func pastMonth(_ text: String, present: String) -> String? {
    guard text.utf8.count == 7, Day("\(text)-01") != nil, text <= present, text >= "1970-06" else { return nil }
    return text
}

private struct ExpensesPage {
    struct Option {
        var month: String
        var name: String
        var isChosen: Bool
    }

    struct Month {
        var path: String
        var name: String
        var spent: String
        var isChosen: Bool
    }

    struct Kind {
        var name: String
        var path: String
        var quantity: String
        var amount: String
        /// The part of the month's total in percent.
        var share: String
        var barWidth: String
    }

    struct Neighbour {
        var path: String
        var name: String
    }

    var options: [Option]
    var chart: String
    var months: [Month]
    var heading: String
    var total: String
    var kinds: [Kind]
    var hasKinds: Bool
    var emptyTitle: String
    var isTooLong: Bool
    var statementPath: String
    var earlier: [Neighbour]
    var later: [Neighbour]
    var visibleSince: [String]

    init(
        _ request: PageRequest, _ place: Place, chosen: String, months: [String], _ expenses: [String: Reply]
    ) {
        let (words, language) = (Words.money, request.language)
        let present = place.now.isoMonth
        func name(_ month: String) -> String { monthName(month, language) ?? month }
        func neighbour(_ months: Int) -> [Neighbour] {
            guard let other = month(chosen, later: months), let other = pastMonth(other, present: present) else {
                return []
            }
            return [Neighbour(path: "/expenses?month=\(other)", name: name(other))]
        }
        let year = (-11...0).reversed().compactMap { month(present, later: $0) }
        options = (year.contains(chosen) ? year : year + [chosen]).map {
            Option(month: $0, name: name($0), isChosen: $0 == chosen)
        }
        chart = BarChart(
            months.map { month in
                let value = expenses[month]?.fields.minorUnits("total")
                return BarChart.Bar(
                    shortMonth(month, language), value,
                    text: value.map { money(String(($0 + 50) / 100), language) } ?? "—", isNow: month == chosen)
            }, height: 260
        ).svg(words.chart[language])
        self.months = months.reversed().map { month in
            let total = expenses[month]?["total"]
            return Month(
                path: "/expenses?month=\(month)", name: name(month),
                spent: total.map { money($0, language) } ?? words.unknownSum[language], isChosen: month == chosen)
        }
        let reply = expenses[chosen]
        let period = days(ofMonth: chosen)
        heading = name(chosen)
        total = reply?["total"].map { money($0, language) } ?? ""
        let whole = reply?.fields.minorUnits("total") ?? 0
        let rows = (reply?.rows ?? []).sorted { ($0.minorUnits("amount") ?? 0) > ($1.minorUnits("amount") ?? 0) }
        kinds = rows.map { row in
            let kind = row["kind"] ?? ""
            let amount = row.minorUnits("amount") ?? 0
            return Kind(
                name: chargeName(kind)[language],
                path: "/statement?\(period.query)&kind=\(usageKinds.contains(kind) ? kind : "service")",
                quantity: quantityOfMonth(row, language), amount: money(row["amount"] ?? "", language),
                share: shareText(amount, of: whole), barWidth: "\(sharePercent(amount, of: whole))%")
        }
        hasKinds = !kinds.isEmpty
        emptyTitle = (chosen == present ? words.noExpensesYet : words.noExpenses)[language]
        isTooLong = reply == nil
        statementPath = "/statement?\(period.query)"
        (earlier, later) = (neighbour(-1), neighbour(1))
        visibleSince = Cabinet.visibleSince(reply, place, language)
    }
}

/// `97%`; of a part that rounds to nothing `<1%`.
func shareText(_ part: Int64, of whole: Int64) -> String {
    let isTiny = part > 0 && whole > 0 && part * 200 < whole
    return isTiny ? "<1%" : "\(sharePercent(part, of: whole))%"
}

/// Rounded, but of a part that is not nothing at least 1.
func sharePercent(_ part: Int64, of whole: Int64) -> Int64 {
    part > 0 && whole > 0 ? max(1, (part * 200 + whole) / (2 * whole)) : 0
}

/// The names of the kinds of a row of `EXPENSES`.
private func chargeName(_ kind: String) -> Phrase {
    let words = Words.money
    return switch kind {
    case "tariff_fees": words.tariffFees
    case "option_fees": words.optionFees
    case "tariff_changes": words.tariffChanges
    case "connections": words.connections
    case "suspension_fees": words.suspensionFees
    case "dormancy_fees": words.dormancyFees
    case "subscription_fees": words.subscriptionFees
    case "promise_fees": words.promiseFees
    case "voice": words.calls
    case "sms": words.sms
    case "mms": words.mms
    case "data": words.data
    default: words.otherCharges
    }
}

/// `1:02:05, 14 звонков`; of fees `2 списания`.
func quantityOfMonth(_ row: Fields, _ language: Language) -> String {
    let words = Words.money
    let records = row.integer("records") ?? 0
    if let seconds = row.integer("seconds") {
        return "\(duration(seconds)), \(words.callCount.text(records, language))"
    }
    if let bytes = row.integer("bytes") {
        return "\(dataVolume(bytes, language)), \(words.sessionCount.text(records, language))"
    }
    if let messages = row.integer("messages") { return Words.products.messages.text(messages, language) }
    return words.chargeCount.text(records, language)
}
