/// A read of the log: its bounds, which are the same for every chapter, and the chapter's own scan.

/// An event that a reader found, on its way to the writer. Only the writer knows names.
package struct HistoryRow: Sendable {
    package let meta: EventMeta
    package let event: Event
    /// Text that the reader made: the payload as JSON, or a part of a file. Empty if the scan shows fields.
    package var text: [UInt8] = []
    /// In a statement, the balance after the event by effective time; nil if the statement leaves events out.
    package let balance: Money?

    package init(meta: EventMeta, event: Event, balance: Money? = nil) {
        (self.meta, self.event, self.balance) = (meta, event, balance)
    }
}

/// The events that a read of the log takes, and the rows that it makes of them: a type of its chapter. A reader beside
/// the writer passes it events; the writer calls it to write rows.
package protocol HistoryScan: Sendable {
    /// True if its rows have the payload as JSON, which the reader makes.
    var hasJSON: Bool { get }
    /// The classes of the events that it may accept; nil for all. The reader passes by the others.
    var classes: [HistoryClass]? { get }
    func accepts(_ event: Event) -> Bool
    /// Takes an event. False if the event makes no row of its own.
    mutating func take(_ event: Event) -> Bool
    /// Appends the text that a row shows, beside the writer.
    func appendText(of row: HistoryRow, to text: inout [UInt8])
    /// Writes rows that belong to no single event, before the others.
    func open(_ state: borrowing AccountsState, _ frame: StatementFrame?, _ reply: inout Reply)
    func write(_ row: HistoryRow, _ state: borrowing AccountsState, _ reply: inout Reply)
    /// Writes rows that belong to no single event, after the others.
    func writeSums(_ frame: StatementFrame?, _ reply: inout Reply)
    /// Writes fields of the closing line, after the number.
    func close(_ frame: StatementFrame?, _ reply: inout Reply)
    /// True if it needs an event and took none, so that the reader goes on with an earlier holder of the number.
    var isMissing: Bool { get }
    /// The refusal of a page; nil if the page is right. `hasMore` is true if the reader stopped at a limit: `scanned`
    /// records, or the rows of a page.
    func refusal(after scanned: Int, hasMore: Bool) -> Rejection?
}

extension HistoryScan {
    package var hasJSON: Bool { false }
    package var classes: [HistoryClass]? { nil }
    package mutating func take(_ event: Event) -> Bool { true }
    package func appendText(of row: HistoryRow, to text: inout [UInt8]) {}
    package func open(_ state: borrowing AccountsState, _ frame: StatementFrame?, _ reply: inout Reply) {}
    package func writeSums(_ frame: StatementFrame?, _ reply: inout Reply) {}
    package func close(_ frame: StatementFrame?, _ reply: inout Reply) {}
    package var isMissing: Bool { false }
    package func refusal(after scanned: Int, hasMore: Bool) -> Rejection? { nil }
}

/// A page of a number's history, newest first. `from=` and `to=` are in the days of the number's region.
struct NumberPage: Sendable {
    static let from = Parameter<GivenTime?>("from", "the beginning of the period")
    static let to = Parameter<GivenTime?>("to", "the end of the period; an event at this time is not included")
    static let before = Parameter<Number?>("before", "for the next page: next= of the page before", in: Number.positive)

    let from: GivenTime?
    let to: GivenTime?
    let limit: Int
    let before: Position?

    init(_ a: Arguments, from: GivenTime?, to: GivenTime?) throws(Rejection) {
        (self.from, self.to) = (from, to)
        limit = try a[Parameters.limit] ?? 100
        before = try a[Self.before]
    }
}

/// An account, and the position of its last event when a read was asked for.
package struct AccountEnd: Sendable {
    package let account: AccountIndex
    package let last: Position

    package init(_ account: AccountIndex, _ state: borrowing AccountsState) {
        (self.account, last) = (account, state.directory[account].lastPosition)
    }

    package init(_ account: AccountIndex, last: Position) { (self.account, self.last) = (account, last) }
}

/// The bounds of a read of the log, and the scan that takes the events within them.
package struct HistoryQuery: Sendable {
    package enum Order: Sendable {
        /// In the order of the log, from a position.
        case forward(from: Position)
        /// Against it.
        case newestFirst
        /// By effective time, the latest first: a statement. Nil on its first page.
        case latestFirst(StatementCursor?)
    }

    /// The sums that a statement shows.
    package enum Sums: Sendable {
        case none, ofPage
        /// Those of the whole period too: on the first page, or on the last.
        case ofPeriod(isAtItsHead: Bool)
    }

    package var order: Order
    /// Only these accounts' events; empty for every account's.
    package var accounts: [AccountEnd] = []
    /// Only events before this position, at which the page before stopped.
    package var before: Position?
    /// Only events at or before this moment, whose position the reader finds; nil for all.
    package var moment: Moment?
    /// The position of that moment, or the one before `before` if that is earlier: a closing field. Nil if there is no
    /// moment.
    package private(set) var seq: Position?
    /// The accounts to turn to, the last holder of the number last.
    package var holders: [AccountEnd] = []
    /// The most rows that it may have; the reader stops there.
    package var rowLimit: Int
    /// The most records that the reader looks at before it gives a page back, whatever it found.
    package var scanLimit = 1_000_000
    /// Only events of this type; 0 for all.
    package var type: UInt16 = 0
    /// Only events that are effective at or after `from` and before `to`.
    package var from: Instant?
    package var to: Instant?
    /// Only events that this principal recorded.
    package var principal: UInt32?
    /// True if `from` is later than what was asked for; the reply then says so.
    package private(set) var isCut = false
    /// Only events after this position.
    package private(set) var after: Position = 0
    /// Closing fields that come before the reader's own; nil if there is none.
    package var subject: MSISDN?
    package private(set) var holder: AccountIndex?
    package var sums = Sums.none
    /// The position that a statement is as of; nil for the log's last one when its first page is read.
    package var asOf: Position?
    /// The bounds of a page of a statement, which the reader found; nil for other reads.
    package var frame: StatementFrame?
    /// The chapter's scan.
    package var scan: any HistoryScan

    package init(order: Order, rowLimit: Int, _ scan: any HistoryScan) {
        self.order = order
        self.rowLimit = rowLimit
        self.scan = scan
    }

    /// True if an event is within the bounds and the scan accepts it.
    package func accepts(_ meta: EventMeta, _ event: Event) -> Bool {
        guard accounts.isEmpty || accounts.contains(where: { $0.account == meta.account }),
            type == 0 || event.typeNumber == type,
            principal == nil || meta.principal == principal, meta.position > after
        else { return false }
        if let from, meta.effective < from { return false }
        if let to, meta.effective >= to { return false }
        return scan.accepts(event)
    }

    /// The classes of the events that it may accept; nil for all.
    package var classes: [HistoryClass]? { type == 0 ? scan.classes : HistoryClass.ofType(type) }

    /// Leaves out everything after the position of its moment.
    package mutating func end(at position: Position) {
        seq = min(position, (before ?? .max) - 1)
        before = seq.map { $0 + 1 }
    }

    /// Turns to the last of the holders that are left. False if there is none.
    package mutating func turnToHolder() -> Bool {
        guard let next = holders.popLast() else { return false }
        (holder, accounts) = (next.account, [next])
        return true
    }

    /// Leaves out everything from before a number joined its organisation.
    package mutating func begin(with joining: Organizations.Joining?) {
        guard let joining else { return }
        after = joining.position
        guard from.map({ $0 < joining.time }) ?? true else { return }
        (from, isCut) = (joining.time, true)
    }

    init(
        _ scan: some HistoryScan, of msisdn: MSISDN, _ page: NumberPage, _ state: borrowing AccountsState
    ) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        let clock = state.clock(of: account)
        self.init(order: .newestFirst, rowLimit: page.limit, scan)
        accounts = [AccountEnd(account, state)]
        before = page.before
        from = page.from?.instant(clock)
        to = page.to?.instant(clock)
        subject = msisdn
    }
}
