/// A read of the log: its bounds, which are the same for every chapter, and the chapter's own scan.

/// An event that a reader found, on its way to the writer, which alone knows names.
package struct HistoryRow: Sendable {
    package let meta: EventMeta
    package let event: Event
    /// The payload as JSON; empty where the scan shows fields.
    package let json: [UInt8]

    package init(meta: EventMeta, event: Event, json: [UInt8] = []) {
        (self.meta, self.event, self.json) = (meta, event, json)
    }
}

/// The events that a read of the log takes, and the rows that it makes of them: a type of its chapter. A reader beside
/// the writer shows it events; on the writer it writes.
package protocol HistoryScan: Sendable {
    /// Whether its rows have the payload as JSON, which the reader makes.
    var hasJSON: Bool { get }
    func accepts(_ event: Event) -> Bool
    /// Takes an event. False: it makes no row of its own.
    mutating func take(_ event: Event) -> Bool
    func write(_ row: HistoryRow, _ cabinet: borrowing Cabinet, _ reply: inout Reply)
    /// Rows that are of no single event, after the others.
    func writeSums(_ reply: inout Reply)
    /// Fields of the closing line, after the number.
    func close(_ reply: inout Reply)
    /// The refusal of a read that stopped at its limit of records; nil: it goes on at `next=`.
    func refusal(after scanned: Int) -> Rejection?
}

extension HistoryScan {
    package var hasJSON: Bool { false }
    package mutating func take(_ event: Event) -> Bool { true }
    package func writeSums(_ reply: inout Reply) {}
    package func close(_ reply: inout Reply) {}
    package func refusal(after scanned: Int) -> Rejection? { nil }
}

/// The bounds of a read of the log, and the scan that takes the events within them.
package struct HistoryQuery: Sendable {
    package enum Order: Sendable {
        /// Every account's, forwards from a position.
        case forward(from: Position)
        /// One account's, backwards along `previous` from its position.
        case account(last: Position)
    }

    package var order: Order
    /// Only these accounts' events; none: every account's.
    package var accounts: [AccountIndex] = []
    /// Only earlier ones: where the page before stopped.
    package var before: Position?
    /// Rows that it may have; the reader stops then.
    package var rowLimit: Int
    /// Records looked at before the reader gives a page back, whatever it found.
    package var scanLimit = 1_000_000
    /// Only events of this type, 0: all.
    package var type: UInt16 = 0
    /// Not effective before, and not at or after.
    package var from: Instant?
    package var to: Instant?
    /// Whether rows name accounts and principals, which only the writer knows.
    package var needsNames = false
    /// Only those that this principal recorded.
    package var principal: UInt32?
    /// Whether `from` is later than what was asked for, which the reply says then.
    package private(set) var isCut = false
    /// Only later ones.
    package private(set) var after: Position = 0
    /// Closing fields that come before the reader's own.
    package var subject: MSISDN?
    /// The chapter's part of it.
    package var scan: any HistoryScan

    package init(order: Order, rowLimit: Int, _ scan: any HistoryScan) {
        self.order = order
        self.rowLimit = rowLimit
        self.scan = scan
    }

    /// Whether an event is within its bounds and of those that the scan takes.
    package func accepts(_ meta: EventMeta, _ event: Event) -> Bool {
        guard accounts.isEmpty || accounts.contains(meta.account), type == 0 || event.typeNumber == type,
            principal == nil || meta.principal == principal, meta.position > after
        else { return false }
        if let from, meta.effective < from { return false }
        if let to, meta.effective >= to { return false }
        return scan.accepts(event)
    }

    /// Nothing from before a number joined its organisation.
    package mutating func begin(with joining: Organizations.Joining?) {
        guard let joining else { return }
        after = joining.position
        guard from.map({ $0 < joining.time }) ?? true else { return }
        (from, isCut) = (joining.time, true)
    }

    /// A page of a number's history, newest first: `from=` and `to=` are in the region's days.
    init(
        _ scan: some HistoryScan, of msisdn: MSISDN, _ arguments: Arguments, limit: Int, before: Position?,
        _ cabinet: borrowing Cabinet, _ context: Context
    ) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        let clock = cabinet.clock(of: account)
        self.init(
            order: .account(last: cabinet.directory[account].lastPosition), rowLimit: limit, scan)
        accounts = [account]
        self.before = before
        from = try arguments.optionalTime("from", clock)
        to = try arguments.optionalTime("to", clock)
        subject = msisdn
    }
}
