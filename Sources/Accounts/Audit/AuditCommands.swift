/// EVENTS and TAIL read the log. STATS is in the engine (Engine/Stats.swift), because it counts what is not state.

package struct Events: History {
    package static let spec = CommandSpec(
        "EVENTS", .read, roles: .auditor,
        [
            .optional("from", .number, "the position to begin at"), .optional("to", .number, "exclusive"),
            .optional("msisdn", .msisdn, "of all who have or had the number: HOLDERS lists them"),
            .optional("account", .number, "of this account alone"), .optional("type", .key, "as in topped_up"),
            .optional("limit", .number, "rows a page, at most 1000"),
        ],
        hasRows: true, waits: true, summary: "Events, oldest first, a page at a time.",
        example: "EVENTS msisdn=79001234567 limit=10")

    let from: Position
    let to: Position?
    let subject: LogSubject
    let type: UInt16
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = try a.optionalNumber("from", in: 1...UInt64(Int64.max)) ?? 1
        to = try a.optionalNumber("to", in: 1...UInt64(Int64.max))
        subject = try LogSubject(a)
        type = try a.eventType("type")
        limit = Int(try a.optionalNumber("limit", in: 1...1000) ?? 100)
    }

    package func query(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> HistoryQuery {
        var query = HistoryQuery(order: .forward(from: from), rowLimit: limit, EventScan())
        query.before = to
        query.type = type
        query.accounts = try subject.accounts(cabinet)
        return query
    }
}

/// The events that a tail follows. The server owns the stream itself.
package struct Tail: History {
    package static let spec = CommandSpec(
        "TAIL", .read, roles: .auditor,
        [
            .optional("from", .number, "the position to begin at; without it, the next event"),
            .optional("msisdn", .msisdn), .optional("account", .number), .optional("type", .key),
        ],
        hasRows: true, waits: true, summary: "Events as they are committed; only QUIT may follow.",
        example: "TAIL from=1042")

    let from: Position?
    let subject: LogSubject
    let type: UInt16

    package init(_ a: Arguments) throws(Rejection) {
        from = try a.optionalNumber("from", in: 1...UInt64(Int64.max))
        subject = try LogSubject(a)
        type = try a.eventType("type")
    }

    package func query(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> HistoryQuery {
        if let from, from > cabinet.position + 1 {
            throw Rejection(.notFound, field: "from", "the log ends at position \(cabinet.position)")
        }
        var query = HistoryQuery(
            order: .forward(from: from ?? cabinet.position + 1), rowLimit: 1000, EventScan())
        query.type = type
        query.accounts = try subject.accounts(cabinet)
        return query
    }
}

/// Takes every event unchanged.
private struct EventScan: HistoryScan {
    var hasJSON: Bool { true }

    func accepts(_ event: Event) -> Bool { true }

    func write(_ row: HistoryRow, _ cabinet: borrowing Cabinet, _ reply: inout Reply) { reply.event(row, cabinet) }
}

extension Reply {
    /// A row of `EVENTS` and `TAIL`.
    package mutating func event(_ row: HistoryRow, _ cabinet: borrowing Cabinet) {
        event()
        field("seq", row.meta.position)
        field("type", row.event.typeName)
        field("recorded", row.meta.recorded)
        field("effective", row.meta.effective)
        field("account", row.meta.account)
        let account = cabinet.directory[row.meta.account]
        if account.msisdn.number != 0 { field("msisdn", account.msisdn) }
        field("principal", cabinet.principals[row.meta.principal].name)
        if row.meta.session != 0 { field("session", row.meta.session) }
        field("data") { $0.append(contentsOf: row.json) }
    }
}

/// The accounts whose events an auditor reads: all of them, those that have or had a number, or one.
struct LogSubject: Sendable {
    private let msisdn: MSISDN?
    private let account: AccountIndex?

    init(_ a: Arguments) throws(Rejection) {
        msisdn = a.has("msisdn") ? try a.msisdn("msisdn") : nil
        account = a.has("account") ? try a.index("account") : nil
        guard msisdn == nil || account == nil else {
            throw Rejection(.unknownArgument, field: "account", "name a number or an account, not both")
        }
    }

    /// Empty for everybody's events.
    func accounts(_ cabinet: borrowing Cabinet) throws(Rejection) -> [AccountIndex] {
        if let account {
            guard account < cabinet.directory.next else { throw .notFound("account", "account") }
            return [account]
        }
        guard let msisdn else { return [] }
        let holders = cabinet.directory.holders(msisdn)
        guard !holders.isEmpty else { throw .notFound("msisdn", "subscriber") }
        return holders
    }
}

package struct Holders: Read {
    package static let spec = CommandSpec(
        "HOLDERS", .read, roles: [.operator, .auditor], [.positional("msisdn", .msisdn)], hasRows: true,
        summary: "Everybody who has or had a number: from when, until when, and the money on the account.",
        example: "HOLDERS 79001234567")

    let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a.msisdn("msisdn") }

    package func read(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let former = cabinet.directory.formerHolders(msisdn)
        let holders = cabinet.directory.holders(msisdn)
        guard !holders.isEmpty else { throw .notFound("msisdn", "subscriber") }
        for (index, account) in holders.enumerated() {
            reply.row()
            reply.field("account", account)
            reply.field("from", cabinet.directory[account].activated)
            if index < former.count { reply.field("until", former[index].until) }
            reply.field("balance", cabinet.balances[account])
        }
        reply.closing()
        reply.field("msisdn", msisdn)
        reply.countRows()
        reply.field("seq", cabinet.position)
    }
}

extension Arguments {
    fileprivate func eventType(_ name: String) throws(Rejection) -> UInt16 {
        guard let key = try optionalKey(name) else { return 0 }
        guard let type = Event.allTypes.first(where: { $0.name == key }) else {
            throw Rejection(.notFound, field: name, "there is no event type \(key)")
        }
        return type.number
    }
}
