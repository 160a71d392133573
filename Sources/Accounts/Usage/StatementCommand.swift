/// STATEMENT: the itemised account («детализация»): each call, message, session and service, with its cost.

package enum StatementKind: String, CaseIterable, Sendable, ParameterType {
    case voice, sms, mms, data
    /// Fees and other charges that belong to no usage.
    case service

    package static var kind: ParameterKind { .key }
    package static var words: [String] { allCases.map(\.rawValue) }

    package static func value(of given: GivenValue) throws(Rejection) -> StatementKind {
        guard let kind = StatementKind(rawValue: try Key.value(of: given)) else {
            throw given.rejected(.invalidKey, "\(given.name) must be \(listed(words))")
        }
        return kind
    }
}

extension StatementKind {
    /// The classes of the events that a statement of a kind shows; of any kind, if it is nil.
    static func classes(of kind: StatementKind?) -> [HistoryClass] {
        guard let kind else { return allCases.flatMap { classes(of: $0) } }
        guard let usage = UsageType.allCases.first(where: { "\($0.word)" == kind.rawValue }) else { return [.charges] }
        return HistoryClass.usage(usage)
    }
}

extension Event {
    /// The kind under which a statement shows it; nil if it does not.
    package var statementKind: StatementKind? {
        if case .usageRated(let e) = self { return StatementKind(rawValue: "\(e.usage.word)") }
        return money?.charges.isEmpty == false ? .service : nil
    }
}

package struct Statement: History, OfSubscriber {
    static let from = Parameter<GivenTime>("from", "the beginning of the period")
    static let to = Parameter<GivenTime>("to", "the end of the period; a record at this time is not included")
    static let kind = Parameter<StatementKind?>("kind")
    package static let spec = CommandSpec(
        "STATEMENT", .read, roles: [.frontend, .operator], session: .manager,
        [msisdn, from, to, kind, Parameters.limit, NumberPage.before],
        reply: [.msisdn, .from.sometimes, .next.sometimes],
        rows: [
            .seq.sometimes, .usage.sometimes, .time, .kind, .service.sometimes, .offering.sometimes,
            .direction.sometimes, .bytes.sometimes, .peer.sometimes, .seconds.sometimes, .messages.sometimes,
            .visited.sometimes, .buckets.sometimes, .covered.sometimes, .amount, .balance.sometimes,
        ], waits: true,
        summary:
            "Lists the calls, messages, data sessions and services of a period with"
            + " their quantity and cost. The last report comes first.",
        example: "STATEMENT 79001234567 from=2018-03-01 to=2018-04-01 kind=voice")

    package let msisdn: MSISDN
    let kind: StatementKind?
    let page: NumberPage

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        page = try NumberPage(a, from: a[Self.from], to: a[Self.to])
        kind = try a[Self.kind]
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        try HistoryQuery(StatementScan(kind: kind), of: msisdn, page, state)
    }
}

/// Usage and services and their cost, of one kind alone; nil for any kind.
private struct StatementScan: HistoryScan {
    let kind: StatementKind?

    var classes: [HistoryClass]? { StatementKind.classes(of: kind) }

    func accepts(_ event: Event) -> Bool {
        guard let found = event.statementKind else { return false }
        return kind == nil || kind == found
    }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) {
        reply.statement(row.meta, row.event, state.catalog)
    }
}

extension Reply {
    /// Writes a row for a record, or for each charge.
    fileprivate mutating func statement(_ meta: EventMeta, _ event: Event, _ catalog: borrowing Catalog) {
        guard case .usageRated(let e) = event else {
            for charge in event.money?.charges ?? [] {
                row()
                field(.seq, meta.position)
                field(.time, meta.effective)
                field(.kind, "service")
                field(.service, "\(charge.kind.ledgerAccount.word)")
                if charge.offering != 0 { field(.offering, catalog.key(charge.offering)) }
                field(.amount, Money(minorUnits: charge.amount))
            }
            return
        }
        row()
        field(.usage, meta.position)
        field(.time, meta.effective)
        field(.kind, e.usage.word)
        field(.direction, e.direction.word)
        if e.peer != 0 { field(.peer, MSISDN(number: e.peer)) } else if !e.service.isEmpty { field(.peer, e.service) }
        field(e.usage.names.quantity, e.quantity)
        if !e.visited.isEmpty { field(.visited, e.visited) }
        let buckets = e.parts.filter { $0.bucket != 0 }
        if !buckets.isEmpty {
            field(.buckets, buckets.map { "\($0.bucket)" }.joined(separator: ","))
            field(.covered, buckets.reduce(0) { $0 + $1.quantity })
        }
        field(.amount, Money(minorUnits: e.charges.reduce(0) { $0 + $1.amount }))
        field(.balance, Money(minorUnits: e.balanceAfter))
    }
}
