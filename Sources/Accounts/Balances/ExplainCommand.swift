/// EXPLAIN: why a balance is what it is, posting by posting. `kabinet explain` does the same on the files of a log.

package struct Explain: History {
    static let account = Parameter<Index32?>(
        "account", "the account to explain, if several had the number: one of those that HOLDERS lists")
    package static let spec = CommandSpec(
        "EXPLAIN", .read, roles: [.operator, .auditor],
        [msisdn, account, Parameters.limit, NumberPage.before, Parameters.at],
        reply: [.msisdn, .account, .balance.sometimes, .opening.sometimes, .seq, .next.sometimes],
        rows: [
            .seq, .time, .recorded, .type, .principal, .postedAgainst, .offering.sometimes, .amount, .balance,
            .ref.sometimes,
        ], waits: true,
        summary:
            "Lists every posting that made a balance, the newest first, with the balance after it."
            + " opening= and the page's amounts add up to balance=, the balance at the position seq=.",
        example: "EXPLAIN 79001234567")

    let msisdn: MSISDN
    let account: AccountIndex?
    let limit: Int
    let before: Position?
    let at: GivenMoment?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        account = try a[Self.account]
        limit = try a[Parameters.limit] ?? 100
        before = try a[NumberPage.before]
        at = try a[Parameters.at]
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        let holders = state.directory.holders(msisdn)
        guard !holders.isEmpty else { throw .notFound("msisdn", "subscriber") }
        if let account, !holders.contains(account) { throw .notFound("account", "account") }
        var query = HistoryQuery(
            order: .newestFirst, rowLimit: limit, ExplainScan(field: account == nil ? "msisdn" : "account"))
        // The last holder is explained, or the one before it if the moment is earlier than the last one's activation.
        for holder in account.map({ [$0] }) ?? holders { query.holders.append(AccountEnd(holder, state)) }
        _ = query.turnToHolder()
        query.subject = msisdn
        query.before = before
        query.moment = try moment(state, context)
        return query
    }

    private func moment(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Moment {
        // A time without an offset is in the same region as in other reads of the number with `at=`.
        let clock = state.directory.find(msisdn).map { state.clock(of: $0) } ?? .utc
        switch at?.moment(clock) {
        case nil: return .after(state.position)
        case .after(let position)?:
            guard position <= state.position else {
                throw Rejection(.notFound, field: "at", "the log ends at position \(state.position)")
            }
            return .after(position)
        case .recorded(let time)?:
            guard time <= max(context.now, state.recorded) else {
                throw Rejection(.invalidTime, field: "at", "that time is yet to come")
            }
            return .recorded(time)
        }
    }
}

private struct ExplainScan: HistoryScan {
    /// The argument that named the account.
    let field: String
    /// After the page's newest event; nil if that is not known, because no event of the page moved money.
    private var balance: Money?
    private var opening = Money.zero
    private(set) var isMissing = true

    init(field: String) { self.field = field }

    var classes: [HistoryClass]? { Self.classes }
    /// An account's first event says that there was an account, if no money has moved yet.
    private static let classes =
        HistoryClass.movingMoney + [HistoryClass(type: Event.subscriberActivated(SubscriberActivated()).typeNumber)]

    func accepts(_ event: Event) -> Bool { true }

    mutating func take(_ event: Event) -> Bool {
        isMissing = false
        guard let money = event.money else {
            // An account's first event: nothing before it moved money.
            if case .subscriberActivated = event { balance = balance ?? .zero }
            return false
        }
        balance = balance ?? money.balanceAfter
        opening = money.balanceAfter - money.net
        return !money.postings.isEmpty
    }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) {
        guard let money = row.event.money else { preconditionFailure("only events that moved money are rows") }
        var balance = money.balanceAfter
        for posting in money.postings.reversed() {
            reply.row()
            reply.field(.seq, row.meta.position)
            reply.field(.time, row.meta.effective)
            reply.field(.recorded, row.meta.recorded)
            reply.field(.type, row.event.typeName)
            reply.field(.principal, state.principals[row.meta.principal].name)
            reply.field(.postedAgainst, posting.ledgerAccount.name)
            if let charge = posting.charge, charge.offering != 0 {
                reply.field(.offering, state.catalog.key(charge.offering))
            }
            reply.field(.amount, posting.amount)
            reply.field(.balance, balance)
            if case .toppedUp(let payment) = row.event, posting.charge == nil { reply.field(.ref, payment.ref) }
            balance -= posting.amount
        }
    }

    func close(_ frame: StatementFrame?, _ reply: inout Reply) {
        guard let balance else { return }
        reply.field(.balance, balance)
        reply.field(.opening, opening)
    }

    func refusal(after scanned: Int, hasMore: Bool) -> Rejection? {
        isMissing && !hasMore ? .notFound(field, field == "msisdn" ? "subscriber" : "account") : nil
    }
}
