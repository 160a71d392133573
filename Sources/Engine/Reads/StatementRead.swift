/// Reads a page of a statement: rows by effective time, with the balance after each.

internal import Accounts
internal import EventLog

extension HistoryJob {
    /// Throws `wrongIndex` if the sums do not agree: an entry is missing in the index, or it has one too many.
    func statement(
        _ query: HistoryQuery, from cursor: StatementCursor?, _ reader: some EventReader, _ index: HistoryIndex?
    ) throws(LogError) -> HistoryPage {
        guard let end = query.accounts.first, let from = query.from, let to = query.to else {
            preconditionFailure("a statement is of one account and of a period")
        }
        // A cursor may be forged: it shows nothing that a request without one would not show.
        let asOf = max(min(cursor?.asOf ?? through, query.asOf ?? through, through), query.after)
        let events = EventsByTime(of: end, after: query.after, asOf: asOf, reader, index: index)
        let first = EffectivePlace(before: max(from, to))
        let begin = max(min(cursor?.place ?? first, first), EffectivePlace(before: from))
        var found = try events.latest(query.rowLimit + 1, before: begin, from: from, query.classes) {
            query.accepts($0, $1)
        }
        let hasNext = found.count > query.rowLimit
        if hasNext { found.removeLast() }
        var page = HistoryPage(incoming: incoming, query: query)
        let last = found.last.map { EffectivePlace($0.meta) }
        if hasNext, let last { page.next = .place(StatementCursor(asOf: asOf, before: last)) }
        page.query.frame = StatementFrame(
            asOf: asOf, isFirst: cursor == nil, isLast: !hasNext, isEmpty: cursor == nil && found.isEmpty)
        if case .none = query.sums {
            page.rows = found.map { query.row($0.meta, $0.event, balance: nil) }
            return page
        }
        var sums = StatementSums(
            opening: try events.balance(before: hasNext ? last ?? begin : EffectivePlace(before: from)),
            closing: try events.balance(before: begin))
        var balance = sums.closing
        for (meta, event) in found {
            page.rows.append(query.row(meta, event, balance: balance))
            guard let money = event.money else { continue }
            sums.add(money)
            balance -= money.net
        }
        guard sums.agree else { throw .wrongIndex }
        page.query.frame?.sums = sums
        if case .ofPeriod(let isAtItsHead) = query.sums, isAtItsHead ? cursor == nil : !hasNext {
            let whole = try events.sums(from: from, to: max(from, to))
            guard whole.agree else { throw .wrongIndex }
            page.query.frame?.period = whole
        }
        return page
    }
}
