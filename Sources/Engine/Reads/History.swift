/// Reads the log beside the writer, for the history commands of all chapters.

internal import Accounts
internal import EventCoding
package import EventLog

/// A page that a reader read, on its way to the writer, because only the writer knows names.
package struct HistoryPage: Sendable {
    var incoming: IncomingRequest
    var query: HistoryQuery
    var rows: [HistoryRow] = []
    /// The first position of the next page; nil if there is none.
    var next: Position?
}

extension HistoryQuery {
    func row(_ meta: EventMeta, _ event: Event) -> HistoryRow {
        var json: [UInt8] = []
        if scan.hasJSON { event.appendJSON(to: &json) }
        return HistoryRow(meta: meta, event: event, json: json)
    }
}

/// A scan of the log for one reply.
package struct HistoryJob: Errand {
    let incoming: IncomingRequest
    let query: HistoryQuery
    let principal: UInt32
    /// The log's last position when the request was run.
    let through: Position

    package var reader: ConnectionID? { incoming.connection }

    package func begin(on workers: Workers) -> Bool { workers.history.submit(self, of: principal) }

    package var refusals: [Message] {
        [.refused(incoming, Rejection(.busy, "too many reads of the log wait", retryAfterSeconds: 1))]
    }

    /// The page that the reader found, as a message to the writer.
    package func message(from reader: some EventReader) throws(LogError) -> Message { .page(try page(from: reader)) }

    func page(from reader: some EventReader) throws(LogError) -> HistoryPage {
        var query = query
        if let moment = query.moment { query.end(at: try reader.position(of: moment, through: through)) }
        var page = try page(of: query, from: reader)
        while page.query.scan.isMissing, page.next == nil, query.turnToHolder() {
            page = try self.page(of: query, from: reader)
        }
        return page
    }

    private func page(of query: HistoryQuery, from reader: some EventReader) throws(LogError) -> HistoryPage {
        var page = HistoryPage(incoming: incoming, query: query)
        var seen = 0
        func visit(_ meta: EventMeta, _ event: Event) -> Bool {
            seen += 1
            if query.accepts(meta, event), page.query.scan.take(event) { page.rows.append(query.row(meta, event)) }
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
                // An event takes effect at most `UsageRecord.earliness` after it is recorded.
                if let from = query.from, meta.recorded < from - UsageRecord.earliness { return false }
                return visit(meta, event)
            }
            // A scan that stopped at the beginning of the account or of the time asked for has nothing left.
            if next > 0, page.rows.count >= query.rowLimit || seen >= query.scanLimit { page.next = next + 1 }
        }
        return page
    }
}

extension HistoryPage {
    /// Writes rows and closing line; on the writer, because it knows the names.
    func write(_ state: borrowing AccountsState, _ reply: inout Reply) {
        if let refusal = query.scan.refusal(after: query.scanLimit, hasMore: next != nil) {
            return reply.reject(refusal)
        }
        for row in rows { query.scan.write(row, state, &reply) }
        query.scan.writeSums(&reply)
        reply.closing()
        if let subject = query.subject { reply.field(.msisdn, subject) }
        if let holder = query.holder { reply.field(.account, holder) }
        query.scan.close(&reply)
        if query.isCut, let from = query.from { reply.field(.from, from) }
        reply.countRows()
        if let seq = query.seq { reply.field(.seq, seq) }
        if let next { reply.field(.next, next) }
        assert(reply.isOfShape(incoming))
    }
}
