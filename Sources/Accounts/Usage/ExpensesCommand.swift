/// EXPENSES: the cost of a calendar month in the subscriber's region, by kind of charge.

package struct ExpensesOfMonth: History, OfSubscriber {
    private static let month = Parameter<Month?>("month", "a month, such as 2018-03; without it, the current month")
    package static let spec = CommandSpec(
        "EXPENSES", .read, roles: [.frontend, .operator], session: .manager,
        [msisdn, month],
        reply: [.msisdn, .month, .total, .from.sometimes],
        rows: [.kind, .records, .bytes.sometimes, .seconds.sometimes, .messages.sometimes, .amount], waits: true,
        summary: "Returns the cost of a month, divided into calls, messages, data, fees and services.",
        example: "EXPENSES 79001234567 month=2018-03")

    package let msisdn: MSISDN
    /// The month's first day; nil for this month.
    let month: CivilDate?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        month = try a[Self.month]
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        let account = try state.directory.subscriber(msisdn)
        let clock = state.clock(of: account)
        let first = month ?? clock.date(at: context.now).firstOfMonth
        var query = HistoryQuery(order: .newestFirst, rowLimit: 1, Expenses(month: first))
        let end = clock.start(of: first.firstOfNextMonth)
        (query.from, query.to) = (clock.start(of: first), end)
        // Nothing happened before the number was activated.
        let isBefore = end <= state.directory[account].activated
        (query.accounts, query.subject) = (
            [isBefore ? AccountEnd(account, last: 0) : AccountEnd(account, state)], msisdn
        )
        return query
    }
}

/// The first day of a calendar month.
private enum Month: ParameterType {
    static var kind: ParameterKind { .key }

    static func value(of given: GivenValue) throws(Rejection) -> CivilDate {
        guard let first = Instant(rfc3339: "\(try Key.value(of: given))-01".utf8) else {
            throw given.rejected(.invalidTime, "month must be a year and a month, such as 2018-03")
        }
        return first.date(offsetMinutes: 0)
    }
}

/// A sum for each kind of charge, and no row of any event.
private struct Expenses: HistoryScan {
    /// The month's first day.
    let month: CivilDate

    private struct Sum: Sendable {
        var records: UInt64 = 0
        var quantity: UInt64 = 0
        var amount: Int64 = 0
    }

    private var sums: [ChargeKind: Sum] = [:]

    init(month: CivilDate) { self.month = month }

    var classes: [HistoryClass]? { Self.classes }
    private static let classes = UsageType.allCases.flatMap(HistoryClass.usage) + [.charges]

    func accepts(_ event: Event) -> Bool {
        if case .usageRated = event { return true }
        return event.money?.charges.isEmpty == false
    }

    mutating func take(_ event: Event) -> Bool {
        if case .usageRated(let e) = event {
            sums[e.usage.chargeKind, default: Sum()].records += 1
            // Sums of quantities are only shown.
            sums[e.usage.chargeKind]?.quantity &+= e.quantity
            sums[e.usage.chargeKind]?.amount += e.charges.total.minorUnits
            return false
        }
        for charge in event.money?.charges ?? [] {
            sums[charge.kind, default: Sum()].records += 1
            sums[charge.kind]?.amount += charge.amount
        }
        return false
    }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) {
        preconditionFailure("no event has a row")
    }

    func writeSums(_ frame: StatementFrame?, _ reply: inout Reply) {
        for (kind, sum) in sums.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            reply.row()
            reply.field(.kind, "\(kind.ledgerAccount.word)")
            reply.field(.records, sum.records)
            if let usage = UsageType.allCases.first(where: { $0 != .unspecified && $0.chargeKind == kind }) {
                reply.field(usage.names.quantity, sum.quantity)
            }
            reply.field(.amount, Money(minorUnits: sum.amount))
        }
    }

    func close(_ frame: StatementFrame?, _ reply: inout Reply) {
        reply.field(.month, "\(month.year)-\(month.month < 10 ? "0" : "")\(month.month)")
        reply.field(.total, Money(minorUnits: sums.values.reduce(0) { $0 + $1.amount }))
    }

    func refusal(after scanned: Int, hasMore: Bool) -> Rejection? {
        guard hasMore else { return nil }
        return Rejection(.limitReached, "that month has more than \(scanned) records: read STATEMENT by pages")
    }
}
