/// NOTIFICATION.FILE: the file that a message carries, for the gateway that sends it.

package struct NotificationFile: History {
    static let seq = Parameter<Number>(positional: "seq", "seq= of a message of NOTIFICATIONS", in: Number.positive)
    package static let spec = CommandSpec(
        "NOTIFICATION.FILE", .read, roles: .delivery, [seq, Parameters.limit, StatementRequest.before],
        reply: [.msisdn, .file, .seq, .nextCursor.sometimes], rows: [.fileText], waits: true,
        summary:
            "Returns the file that a message carries, in parts, as STATEMENT.FILE does. Its records are as of the"
            + " position at which the statement was ordered.",
        example: "NOTIFICATION.FILE 4711")

    let seq: Position
    let limit: Int
    let before: StatementCursor?

    package init(_ a: Arguments) throws(Rejection) {
        seq = try a[Self.seq]
        limit = try a[Parameters.limit] ?? 100
        before = try a[StatementRequest.before]
    }

    package func query(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> HistoryQuery {
        guard let (account, order) = state.notifications.statementOrder(at: seq, now: context.now) else {
            throw Rejection(
                .notFound, field: "seq", "there is no message with a file at this position, or it has expired")
        }
        let document = StatementDocument(
            of: account, state, from: order.from, to: order.to, order.format, order.language)
        var query = try HistoryQuery(
            statementOf: account, from: order.from, to: order.to, limit: limit, before,
            StatementFileScan(document: document, kind: nil), .ofPeriod(isAtItsHead: order.format == .html), state)
        query.asOf = seq
        return query
    }
}
