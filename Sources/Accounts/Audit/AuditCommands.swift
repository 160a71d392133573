/// EVENTS and TAIL: the log, read. STATS is the engine's own (Engine/Stats.swift), for it counts what is not state.

package struct Events: History {
    package static let spec = CommandSpec(
        "EVENTS", .read, roles: .auditor,
        [
            .optional("from", .number, "the position to begin at"), .optional("to", .number, "exclusive"),
            .optional("msisdn", .msisdn), .optional("type", .key, "as in topped_up"),
            .optional("limit", .number, "rows a page, at most 1000"),
        ],
        hasRows: true, waits: true, summary: "Events, oldest first, a page at a time.",
        example: "EVENTS msisdn=79001234567 limit=10")

    let from: Position
    let to: Position?
    let msisdn: MSISDN?
    let type: UInt16
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = try a.optionalNumber("from", in: 1...UInt64(Int64.max)) ?? 1
        to = try a.optionalNumber("to", in: 1...UInt64(Int64.max))
        msisdn = a.has("msisdn") ? try a.msisdn("msisdn") : nil
        type = try a.eventType("type")
        limit = Int(try a.optionalNumber("limit", in: 1...1000) ?? 100)
    }

    package func query(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> HistoryQuery {
        var query = HistoryQuery(order: .forward(from: from), rowLimit: limit, rowKind: .event)
        query.before = to
        query.type = type
        query.needsNames = true
        if let msisdn { query.account = try cabinet.directory.subscriber(msisdn) }
        return query
    }
}

/// What a tail follows. The stream itself is the server's.
package struct Tail: History {
    package static let spec = CommandSpec(
        "TAIL", .read, roles: .auditor,
        [
            .optional("from", .number, "the position to begin at; without it, the next event"),
            .optional("msisdn", .msisdn), .optional("type", .key),
        ],
        hasRows: true, waits: true, summary: "Events as they are committed; only QUIT may follow.",
        example: "TAIL from=1042")

    let from: Position?
    let msisdn: MSISDN?
    let type: UInt16

    package init(_ a: Arguments) throws(Rejection) {
        from = try a.optionalNumber("from", in: 1...UInt64(Int64.max))
        msisdn = a.has("msisdn") ? try a.msisdn("msisdn") : nil
        type = try a.eventType("type")
    }

    package func query(_ cabinet: borrowing Cabinet, _ context: Context) throws(Rejection) -> HistoryQuery {
        var query = HistoryQuery(
            order: .forward(from: from ?? cabinet.position + 1), rowLimit: 1000, rowKind: .event)
        query.type = type
        query.needsNames = true
        if let msisdn { query.account = try cabinet.directory.subscriber(msisdn) }
        return query
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
