/// EVENTS and TAIL read the log. STATS is in the engine (Engine/Stats.swift), because it counts what is not state.

extension CommandRegistry {
    @inlinable
    package mutating func addAuditCommands() {
        history(Events.self)
        tail(Tail.self)
        read(Holders.self)
        history(Explain.self)
        read(TrialBalance.self)
    }
}

package struct Events: History {
    static let from = Parameter<Number?>("from", "the position of the first event", in: Number.positive)
    static let to = Parameter<Number?>("to", "the position before which the list ends", in: Number.positive)
    package static let spec = CommandSpec(
        "EVENTS", .read, roles: .auditor,
        [from, to, LogSubject.msisdn, LogSubject.account, EventTypeName.parameter, Parameters.limit],
        reply: [.next.sometimes], rows: Reply.eventFields, waits: true,
        summary: "Lists events by pages, the oldest event first.",
        example: "EVENTS msisdn=79001234567 limit=10")

    let from: Position
    let to: Position?
    let subject: LogSubject
    let type: UInt16
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[Self.from] ?? 1
        to = try a[Self.to]
        subject = try LogSubject(a)
        type = try a[EventTypeName.parameter] ?? 0
        limit = try a[Parameters.limit] ?? 100
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        var query = HistoryQuery(order: .forward(from: from), rowLimit: limit, EventScan())
        query.before = to
        query.type = type
        query.accounts = try subject.accounts(state)
        return query
    }
}

/// The events that a tail follows. The server owns the stream itself.
package struct Tail: History {
    static let from = Parameter<Number?>(
        "from", "the position of the first event; without it, the next event that is committed", in: Number.positive)
    package static let spec = CommandSpec(
        "TAIL", .read, roles: .auditor,
        [from, LogSubject.msisdn, LogSubject.account, EventTypeName.parameter],
        reply: [.fromPosition], rows: Reply.eventFields, waits: true, isStream: true,
        summary: "Sends events as they are committed. After TAIL the connection takes only QUIT.",
        example: "TAIL from=1042")

    let from: Position?
    let subject: LogSubject
    let type: UInt16

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[Self.from]
        subject = try LogSubject(a)
        type = try a[EventTypeName.parameter] ?? 0
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        if let from, from > state.position + 1 {
            throw Rejection(.notFound, field: "from", "the log ends at position \(state.position)")
        }
        var query = HistoryQuery(
            order: .forward(from: from ?? state.position + 1), rowLimit: 1000, EventScan())
        query.type = type
        query.accounts = try subject.accounts(state)
        return query
    }
}

/// Takes every event unchanged.
private struct EventScan: HistoryScan {
    var hasJSON: Bool { true }

    func accepts(_ event: Event) -> Bool { true }

    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply) { reply.event(row, state) }
}

extension Reply {
    /// The fields of `event`.
    static let eventFields: [ReplyField] = [
        .seq, .type, .recorded, .effective, .account, .msisdn.sometimes, .principal, .sessionNumber.sometimes, .data,
    ]

    /// A row of `EVENTS` and `TAIL`.
    package mutating func event(_ row: HistoryRow, _ state: borrowing AccountsState) {
        event()
        field(.seq, row.meta.position)
        field(.type, row.event.typeName)
        field(.recorded, row.meta.recorded)
        field(.effective, row.meta.effective)
        field(.account, row.meta.account)
        let account = state.directory[row.meta.account]
        if account.msisdn.number != 0 { field(.msisdn, account.msisdn) }
        field(.principal, state.principals[row.meta.principal].name)
        if row.meta.session != 0 { field(.sessionNumber, row.meta.session) }
        field(.data) { $0.append(contentsOf: row.text) }
    }
}

/// The accounts whose events an auditor reads: all of them, those that have or had a number, or one.
struct LogSubject: Sendable {
    static let msisdn = Parameter<MSISDN?>(
        "msisdn",
        "events of every account that has or had the number; HOLDERS lists the accounts")
    static let account = Parameter<Index32?>("account", "events of this account only")

    private let msisdn: MSISDN?
    private let account: AccountIndex?

    init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        account = try a[Self.account]
        guard msisdn == nil || account == nil else {
            throw Rejection(.unknownArgument, field: "account", "give msisdn= or account=, not both")
        }
    }

    /// Empty for everybody's events.
    func accounts(_ state: borrowing AccountsState) throws(Rejection) -> [AccountEnd] {
        if let account {
            guard account < state.directory.next else { throw .notFound("account", "account") }
            return [AccountEnd(account, state)]
        }
        guard let msisdn else { return [] }
        let holders = state.directory.holders(msisdn)
        guard !holders.isEmpty else { throw .notFound("msisdn", "subscriber") }
        var ends: [AccountEnd] = []
        for holder in holders { ends.append(AccountEnd(holder, state)) }
        return ends
    }
}

package struct Holders: Read {
    package static let spec = CommandSpec(
        "HOLDERS", .read, roles: [.operator, .auditor], [msisdn], reply: [.msisdn, .seq],
        rows: [.account, .from, .until.sometimes, .balance],
        summary: "Lists every account that has or had a number: since when, until when, and the money on the account.",
        example: "HOLDERS 79001234567")

    let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let former = state.directory.formerHolders(msisdn)
        let holders = state.directory.holders(msisdn)
        guard !holders.isEmpty else { throw .notFound("msisdn", "subscriber") }
        for (index, account) in holders.enumerated() {
            reply.row()
            reply.field(.account, account)
            reply.field(.from, state.directory[account].activated)
            if index < former.count { reply.field(.until, former[index].until) }
            reply.field(.balance, state.balances[account])
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows(asOf: state.position)
    }
}

/// The number of a type of event, by its name.
enum EventTypeName: ParameterType {
    static let parameter = Parameter<EventTypeName?>("type", "events of this type only, such as topped_up")

    static var kind: ParameterKind { .key }

    static func value(of given: GivenValue) throws(Rejection) -> UInt16 {
        let key = try Key.value(of: given)
        guard let type = Event.allTypes.first(where: { $0.name == key }) else {
            throw given.rejected(.notFound, "there is no event type \(key)")
        }
        return type.number
    }
}
