/// Reads the log beside the writer, for the history commands of all chapters.

internal import Accounts
internal import EventCoding
package import EventLog

/// A page that a reader read, on its way to the writer, because only the writer knows names.
package struct HistoryPage: Sendable {
    var incoming: IncomingRequest
    var query: HistoryQuery
    var rows: [HistoryRow] = []
    /// The records that the reader looked at.
    package fileprivate(set) var looked = 0
    /// Where the next page begins; nil if there is none.
    var next: Next?

    enum Next: Sendable {
        /// Its first position.
        case position(Position)
        case place(StatementCursor)
    }
}

extension HistoryQuery {
    func row(_ meta: EventMeta, _ event: Event, balance: Money? = nil) -> HistoryRow {
        var row = HistoryRow(meta: meta, event: event, balance: balance)
        if scan.hasJSON { event.appendJSON(to: &row.text) } else { scan.appendText(of: row, to: &row.text) }
        return row
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

    /// The page that the reader found, as a message to the writer. Without an index every event of the account is read.
    package func message(from reader: some EventReader, index: HistoryIndex?) throws(LogError) -> Message {
        .page(try page(from: reader, index: index))
    }

    func page(from reader: some EventReader, index: HistoryIndex?) throws(LogError) -> HistoryPage {
        var query = query
        if let moment = query.moment { query.end(at: try reader.position(of: moment, through: through)) }
        var page = try page(of: query, from: reader, index)
        while page.query.scan.isMissing, page.next == nil, query.turnToHolder() {
            page = try self.page(of: query, from: reader, index)
        }
        return page
    }

    private func page(
        of query: HistoryQuery, from reader: some EventReader, _ index: HistoryIndex?
    ) throws(LogError) -> HistoryPage {
        try HistoryIndex.asking(index) { index throws(LogError) in try read(query, from: reader, index) }
    }

    private func read(
        _ query: HistoryQuery, from reader: some EventReader, _ index: HistoryIndex?
    ) throws(LogError) -> HistoryPage {
        var page = HistoryPage(incoming: incoming, query: query)
        let before = min(through, (query.before ?? .max) - 1)
        switch query.order {
        case .forward(let from):
            guard from <= before else { break }
            if query.accounts.isEmpty { return try everybody(page, from: from, through: before, reader) }
            let selection = selection(query, from...before)
            try reader.history(of: query.accounts, selection, newestFirst: false, index: index) { meta, event in
                page.take(meta, event, next: meta.position)
            }
        case .latestFirst(let cursor):
            return try statement(query, from: cursor, reader, index)
        case .newestFirst:
            guard query.after < before else { break }
            let selection = selection(query, query.after + 1...before)
            try reader.history(of: query.accounts, selection, newestFirst: true, index: index) { meta, event in
                // An event takes effect at most `UsageRecord.earliness` after it is recorded.
                if let from = query.from, meta.recorded < from - UsageRecord.earliness { return false }
                return page.take(meta, event, next: meta.position + 1)
            }
        }
        return page
    }

    private func selection(_ query: HistoryQuery, _ positions: ClosedRange<Position>) -> HistorySelection {
        // An account without a last event is asked for nothing, as without the index.
        HistorySelection(
            of: query.accounts.filter { $0.last > 0 }.map(\.account), query.classes, positions: positions,
            from: query.from, to: query.to)
    }

    /// Every account's events.
    private func everybody(
        _ empty: HistoryPage, from: Position, through end: Position, _ reader: some EventReader
    ) throws(LogError) -> HistoryPage {
        var page = empty
        try reader.events(from: from, through: end) { meta, event in
            page.take(meta, event, next: meta.position)
        }
        return page
    }
}

extension HistoryPage {
    /// Takes an event. If the page was full before it, the next page begins at `next`, and this is false. So there is a
    /// next page only if it has a row, or if the reader gave up looking for one.
    fileprivate mutating func take(_ meta: EventMeta, _ event: Event, next: Position) -> Bool {
        guard looked < query.scanLimit else {
            self.next = .position(next)
            return false
        }
        looked += 1
        guard query.accepts(meta, event) else { return true }
        if rows.count >= query.rowLimit {
            var scan = query.scan
            guard scan.take(event) else { return true }
            self.next = .position(next)
            return false
        }
        if query.scan.take(event) { rows.append(query.row(meta, event)) }
        return true
    }
}

extension HistoryPage {
    /// Writes rows and closing line; on the writer, because it knows the names.
    func write(_ state: borrowing AccountsState, _ reply: inout Reply) {
        if let refusal = query.scan.refusal(after: query.scanLimit, hasMore: next != nil) {
            return reply.reject(refusal)
        }
        query.scan.open(state, query.frame, &reply)
        for row in rows { query.scan.write(row, state, &reply) }
        query.scan.writeSums(query.frame, &reply)
        reply.closing()
        if let subject = query.subject { reply.field(.msisdn, subject) }
        if let holder = query.holder { reply.field(.account, holder) }
        query.scan.close(query.frame, &reply)
        if query.isCut, let from = query.from { reply.field(.from, from) }
        reply.countRows()
        if let seq = query.seq ?? query.frame?.asOf { reply.field(.seq, seq) }
        switch next {
        case .position(let position)?: reply.field(.next, position)
        case .place(let cursor)?: reply.field(.nextCursor, "\(cursor)")
        case nil: break
        }
        assert(reply.isOfShape(incoming))
    }
}
