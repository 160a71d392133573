/// STATEMENT: the itemised account («детализация»): each call, message, session, service and payment, by effective time.

extension CommandRegistry {
    @inlinable
    package mutating func addStatementCommands() {
        history(Statement.self)
        history(StatementFileRead.self)
        change(StatementOrderCommand.self)
        history(NotificationFile.self)
    }
}

package enum StatementKind: String, CaseIterable, Sendable, ParameterType {
    case voice, sms, mms, data
    /// Fees and other charges that belong to no usage.
    case service
    case payment
    /// Money that was corrected, taken back or refunded.
    case adjustment

    package static var kind: ParameterKind { .key }
    package static var words: [String] { allCases.map(\.rawValue) }

    package static func value(of given: GivenValue) throws(Rejection) -> StatementKind {
        guard let kind = StatementKind(rawValue: try Key.value(of: given)) else {
            throw given.rejected(.invalidKey, "\(given.name) must be \(listed(words))")
        }
        return kind
    }

    init(_ usage: UsageType) {
        self =
            switch usage {
            case .voice: .voice
            case .sms: .sms
            case .mms: .mms
            case .data, .unspecified: .data
            }
    }

    /// The classes of the events that have lines of the kind.
    fileprivate var classes: [HistoryClass] {
        switch self {
        case .voice: HistoryClass.usage(.voice)
        case .sms: HistoryClass.usage(.sms)
        case .mms: HistoryClass.usage(.mms)
        case .data: HistoryClass.usage(.data)
        case .service: [.charges]
        case .payment: Event.paymentTypes.map(HistoryClass.init)
        case .adjustment: Correction.types.map(HistoryClass.init)
        }
    }

    /// The classes of all events that have a line: those that move money, with usage that cost nothing.
    fileprivate static let allClasses = Event.moneyTypes.flatMap(HistoryClass.ofType)

    static func classes(of kind: StatementKind?) -> [HistoryClass] { kind?.classes ?? allClasses }
}

/// A line of a statement: a record, a charge that belongs to no usage, or a payment.
struct StatementLine {
    enum Content {
        case usage(UsageRated)
        case charge(Charge)
        case payment(ToppedUp)
        /// `peer` is the other number of a transfer; 0 if there is none.
        case correction(Correction, peer: UInt64)
    }

    let content: Content
    let position: Position
    let time: Instant
    /// The amount that it took from the balance; below zero if it came in.
    let amount: Money
    /// The balance after it by effective time; nil if the statement leaves events out.
    let balance: Money?

    var kind: StatementKind {
        switch content {
        case .usage(let e): StatementKind(e.usage)
        case .charge: .service
        case .payment: .payment
        case .correction: .adjustment
        }
    }
}

extension Event {
    /// True if the event has a line of the kind, or of any if it is nil.
    func hasLines(of kind: StatementKind?) -> Bool {
        if case .usageRated(let e) = self { return kind == nil || kind == StatementKind(e.usage) }
        guard let money else { return false }
        return switch kind {
        case nil: !money.postings.isEmpty
        case .service?: !money.charges.isEmpty
        case .payment?: traits.isPayment
        case .adjustment?: Correction(self) != nil
        default: false
        }
    }
}

extension HistoryRow {
    /// The event's lines, the latest first: of one kind, or all of them.
    func lines(of kind: StatementKind?) -> [StatementLine] {
        var balance = balance
        func line(_ content: StatementLine.Content, _ amount: Money) -> StatementLine {
            let line = StatementLine(
                content: content, position: meta.position, time: meta.effective, amount: amount, balance: balance)
            balance = balance.map { $0 + amount }
            return line
        }
        if case .usageRated(let e) = event { return [line(.usage(e), e.charges.total)] }
        var lines: [StatementLine] = []
        for posting in event.money?.postings.reversed() ?? [] {
            if let charge = posting.charge {
                lines.append(line(.charge(charge), -posting.amount))
            } else if case .toppedUp(let payment) = event {
                lines.append(line(.payment(payment), -posting.amount))
            } else if let correction = Correction(event) {
                lines.append(line(.correction(correction, peer: event.transferPeer), -posting.amount))
            } else {
                preconditionFailure("\(event.typeName) moves money that a statement has no line for")
            }
        }
        guard let kind else { return lines }
        return lines.filter { $0.kind == kind }
    }
}

/// The period of a statement, and what it shows of it.
struct StatementRequest: Sendable {
    static let from = Parameter<GivenTime>("from", "the beginning of the period")
    static let to = Parameter<GivenTime>("to", "the end of the period; a record at this time is not included")
    static let kind = Parameter<StatementKind?>(
        "kind", "only lines of this kind; the balances are then left out")
    static let before = Parameter<StatementCursor?>(
        "before", "for the next page: next= of the page before, which also keeps what the first page knew of")

    let msisdn: MSISDN
    let from: GivenTime
    let to: GivenTime
    let kind: StatementKind?
    let limit: Int
    let before: StatementCursor?

    init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Parameters.msisdn]
        from = try a[Self.from]
        to = try a[Self.to]
        kind = try a[Self.kind]
        limit = try a[Parameters.limit] ?? 100
        before = try a[Self.before]
    }

    /// The account, and the period by the clock of its region.
    func period(
        _ state: borrowing AccountsState
    ) throws(Rejection) -> (account: AccountIndex, from: Instant, to: Instant) {
        let account = try state.directory.subscriber(msisdn)
        let clock = state.clock(of: account)
        return (account, from.instant(clock), to.instant(clock))
    }

    func query(
        _ scan: some HistoryScan, _ sums: HistoryQuery.Sums, _ state: borrowing AccountsState
    ) throws(Rejection) -> HistoryQuery {
        let (account, from, to) = try period(state)
        return try HistoryQuery(
            statementOf: account, from: from, to: to, limit: limit, before, scan, kind == nil ? sums : .none, state)
    }
}

extension HistoryQuery {
    /// A page of a statement.
    init(
        statementOf account: AccountIndex, from: Instant, to: Instant, limit: Int, _ cursor: StatementCursor?,
        _ scan: some HistoryScan, _ sums: Sums, _ state: borrowing AccountsState
    ) throws(Rejection) {
        guard from <= to else {
            throw Rejection(.invalidTime, field: "to", "the end of the period must not be before its beginning")
        }
        if let cursor, cursor.asOf > state.position {
            throw Rejection(.notFound, field: "before", "the log ends at position \(state.position)")
        }
        self.init(order: .latestFirst(cursor), rowLimit: limit, scan)
        (accounts, subject) = ([AccountEnd(account, state)], state.directory[account].msisdn)
        (self.from, self.to, self.sums) = (from, to, sums)
    }
}

package struct Statement: History, OfSubscriber {
    package static let spec = CommandSpec(
        "STATEMENT", .read, roles: [.frontend, .operator], session: .manager,
        [
            msisdn, StatementRequest.from, StatementRequest.to, StatementRequest.kind, Parameters.limit,
            StatementRequest.before,
        ],
        reply: [
            .msisdn, .from.sometimes, .seq, .nextCursor.sometimes, .opening.sometimes, .came.sometimes,
            .went.sometimes, .closing.sometimes,
        ],
        rows: [
            .seq.sometimes, .usage.sometimes, .payment.sometimes, .time, .kind, .service.sometimes,
            .offering.sometimes, .direction.sometimes, .bytes.sometimes, .peer.sometimes, .seconds.sometimes,
            .messages.sometimes, .visited.sometimes, .buckets.sometimes, .covered.sometimes, .method.sometimes,
            .cardLast4.sometimes, .ref.sometimes, .amount, .balance.sometimes,
        ], waits: true,
        summary:
            "Lists the calls, messages, data sessions, services and payments of a period, the latest first, with"
            + " their quantity, their cost and the balance after each. opening= plus came= minus went= equals closing=.",
        example: "STATEMENT 79001234567 from=2018-03-01 to=2018-04-01 kind=voice")

    let request: StatementRequest
    package var msisdn: MSISDN { request.msisdn }

    package init(_ a: Arguments) throws(Rejection) { request = try StatementRequest(a) }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        try request.query(StatementScan(kind: request.kind), .ofPage, state)
    }
}

/// The lines of a statement as rows.
private struct StatementScan: HistoryScan {
    /// Nil for all.
    let kind: StatementKind?

    var classes: [HistoryClass]? { StatementKind.classes(of: kind) }

    func accepts(_ event: Event) -> Bool { event.hasLines(of: kind) }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) {
        for line in row.lines(of: kind) { reply.statement(line, state.catalog) }
    }

    func close(_ frame: StatementFrame?, _ reply: inout Reply) {
        guard let sums = frame?.sums else { return }
        reply.field(.opening, sums.opening)
        reply.field(.came, sums.came)
        reply.field(.went, sums.went)
        reply.field(.closing, sums.closing)
    }
}

extension Reply {
    fileprivate mutating func statement(_ line: StatementLine, _ catalog: borrowing Catalog) {
        row()
        switch line.content {
        case .usage: field(.usage, line.position)
        case .charge, .correction: field(.seq, line.position)
        case .payment: field(.payment, line.position)
        }
        field(.time, line.time)
        field(.kind, line.kind.rawValue)
        switch line.content {
        case .usage(let e):
            field(.direction, e.direction.word)
            if let peer = e.peerText { field(.peer, peer) }
            field(e.usage.names.quantity, e.quantity)
            if !e.visited.isEmpty { field(.visited, e.visited) }
            let buckets = e.parts.filter { $0.bucket != 0 }
            if !buckets.isEmpty {
                field(.buckets, buckets.map { "\($0.bucket)" }.joined(separator: ","))
                field(.covered, e.covered)
            }
        case .charge(let charge):
            field(.service, "\(charge.kind.ledgerAccount.word)")
            if charge.offering != 0 { field(.offering, catalog.key(charge.offering)) }
        case .payment(let payment):
            if payment.method != .unspecified { field(.method, payment.method.word) }
            if !payment.cardLast4.isEmpty { field(.cardLast4, payment.cardLast4) }
            field(.ref, payment.ref)
        case .correction(let correction, let peer):
            field(.service, correction.rawValue)
            if peer != 0 { field(.peer, MSISDN(number: peer)) }
        }
        field(.amount, line.amount)
        if let balance = line.balance { field(.balance, balance) }
    }
}

extension UsageRated {
    /// The other number, a short number, or a service's name; nil if there is none.
    var peerText: String? {
        if peer != 0 { return "\(MSISDN(number: peer))" }
        return service.isEmpty ? nil : service
    }

    /// The part of the quantity that packages covered.
    var covered: UInt64 { parts.reduce(0) { $1.bucket == 0 ? $0 : $0 + $1.quantity } }
}
