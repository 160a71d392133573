/// Reading the log for EVENTS, PAYMENTS, STATEMENT and EXPENSES, off the writer, and turning what was found into rows.

internal import Accounts
internal import EventCoding
internal import EventLog

/// What a reader found, on its way to the writer, which alone knows names.
package struct HistoryPage: Sendable {
    var incoming: Incoming
    var query: HistoryQuery
    var rows: [HistoryRow] = []
    var expenses = Expenses()
    /// Where the next page begins; nil: there is none.
    var next: Position?
}

package struct HistoryRow: Sendable {
    var meta: EventMeta
    var event: Event
    /// The payload as JSON; empty where the row shows fields.
    var json: [UInt8] = []
}

extension HistoryQuery {
    func accepts(_ meta: EventMeta, _ event: Event) -> Bool {
        guard accounts.isEmpty || accounts.contains(meta.account), type == 0 || event.typeNumber == type,
            principal == nil || meta.principal == principal, meta.position > after
        else { return false }
        if let from, meta.effective < from { return false }
        if let to, meta.effective >= to { return false }
        switch rowKind {
        case .event: return true
        case .payment: return event.traits.isPayment
        case .expenses: return event.statementKind != nil
        case .statement(let kind):
            guard let found = event.statementKind else { return false }
            return kind == nil || kind == found
        }
    }

    func row(_ meta: EventMeta, _ event: Event) -> HistoryRow {
        var row = HistoryRow(meta: meta, event: event)
        if rowKind == .event { event.appendJSON(to: &row.json) }
        return row
    }
}

/// A page of a query over what was committed up to `through`.
func readPage(_ query: HistoryQuery, _ incoming: Incoming, from reader: some EventReader, through: Position)
    throws(LogError) -> HistoryPage
{
    var page = HistoryPage(incoming: incoming, query: query)
    var seen = 0
    func visit(_ meta: EventMeta, _ event: Event) -> Bool {
        seen += 1
        if query.accepts(meta, event) {
            if case .expenses = query.rowKind {
                page.expenses.add(event)
            } else {
                page.rows.append(query.row(meta, event))
            }
        }
        return page.rows.count < query.rowLimit && seen < query.scanLimit
    }
    switch query.order {
    case .forward(let from):
        let end = min(through, (query.before ?? .max) - 1)
        guard from <= end else { break }
        var last = from - 1
        try reader.events(from: from, through: end) { meta, event in
            last = meta.position
            return visit(meta, event)
        }
        if last < end { page.next = last + 1 }
    case .account(let last):
        let next = try reader.history(of: query.accounts.first ?? 0, from: last, limit: query.scanLimit) {
            meta, event in
            if let before = query.before, meta.position >= before { return true }
            guard meta.position > query.after else { return false }
            // Nothing takes effect later than so long after it is recorded.
            if let from = query.from, meta.recorded < from - UsageRecord.earliness { return false }
            return visit(meta, event)
        }
        // Where it stopped at the beginning of the account or of the time asked for, nothing is left.
        if next > 0, page.rows.count >= query.rowLimit || seen >= query.scanLimit { page.next = next + 1 }
    }
    return page
}

extension HistoryPage {
    /// Rows and closing line; on the writer, for the names.
    func write(_ cabinet: borrowing Cabinet, _ reply: inout Reply) {
        if case .expenses = query.rowKind, next != nil {
            return reply.reject(
                Rejection(
                    .limitReached,
                    "more than \(query.scanLimit) records lie between then and now: ask STATEMENT, by pages"))
        }
        for row in rows {
            switch query.rowKind {
            case .event: reply.event(row, cabinet)
            case .payment: reply.payment(row, hasBalance: query.principal == nil)
            case .statement: reply.statement(row.meta, row.event, cabinet.catalog)
            case .expenses: break
            }
        }
        expenses.write(&reply)
        let count = reply.rowCount
        reply.closing()
        if let subject = query.subject { reply.field("msisdn", subject) }
        if case .expenses(let month) = query.rowKind { reply.expenses(expenses.total, of: month) }
        if query.isCut, let from = query.from { reply.field("from", from) }
        reply.field("rows", count)
        if let next { reply.field("next", next) }
    }
}

extension Reply {
    mutating func event(_ row: HistoryRow, _ cabinet: borrowing Cabinet) {
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

    mutating func payment(_ row: HistoryRow, hasBalance: Bool) {
        guard case .toppedUp(let payment) = row.event else { preconditionFailure("only top-ups are payments") }
        self.row()
        field("payment", row.meta.position)
        field("time", row.meta.effective)
        field("amount", Money(minorUnits: payment.amount))
        if payment.method != .unspecified { field("method", payment.method.word) }
        if !payment.cardLast4.isEmpty { field("card_last4", payment.cardLast4) }
        field("ref", payment.ref)
        guard hasBalance else { return }
        if !payment.charges.isEmpty { field("charged", payment.charges.total) }
        field("balance", Money(minorUnits: payment.balanceAfter))
    }
}
