/// The notices that numbers got because nobody uses them or pays for them, and the fees that are due after them.
///
/// The times from which the days are counted are columns of other projections, because every top-up and every record of
/// usage moves them. Nothing here follows such a move: a notice has the time from which its days were counted, and means
/// nothing once that time is another. Few numbers have a row.
package struct Dormancy: Projection {
    package static let name = "dormancy"
    package static let version: UInt16 = 1

    /// A notice of what comes if the account stays as it is.
    struct Notice: Equatable, Sendable, Coded {
        /// From when on the days were counted; the greatest instant if the subscriber was told nothing.
        var since = Instant.never
        /// When the subscriber was told.
        var told = Instant(milliseconds: 0)
        /// The time of the first fee, or of the termination, that the subscriber was told.
        var from = Instant.never

        /// True if it was told of days that are counted from this instant, under these terms.
        func holds(since: Instant, _ terms: DormancyTerms) -> Bool { self.since == since && told >= terms.since }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&since)
            try row.code(&told)
            try row.code(&from)
        }
    }

    struct Row: Equatable, Sendable, Coded {
        /// When the number last left an organisation; the beginning of time if never.
        fileprivate(set) var individualSince = Instant(milliseconds: 0)
        fileprivate(set) var fee = Notice()
        /// The fee of each day that the subscriber was told.
        fileprivate(set) var dayFee = Money.zero
        /// When the next fee is due, if there is money then. It means nothing if no fee was told.
        fileprivate(set) var nextFee = Instant.never
        fileprivate(set) var termination = Notice()

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&individualSince)
            try row.code(&fee)
            try row.code(&dayFee)
            try row.code(&nextFee)
            try row.code(&termination)
        }
    }

    private var rows = SparseRows(blank: Row())

    package init() {}

    subscript(_ account: AccountIndex) -> Row { rows[account] }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        var row = self[meta.account]
        switch event {
        case .dormancyAnnounced(let e):
            let from = Instant(milliseconds: e.firstFeeAt)
            row.fee = Notice(since: Instant(milliseconds: e.since), told: meta.effective, from: from)
            (row.dayFee, row.nextFee) = (Money(minorUnits: e.dayFee), from)
        case .dormancyCharged(let e): row.nextFee = Instant(milliseconds: e.nextFee)
        case .terminationAnnounced(let e):
            row.termination = Notice(
                since: Instant(milliseconds: e.since), told: meta.effective, from: Instant(milliseconds: e.terminatesAt)
            )
        case .organizationLeft: row.individualSince = meta.effective
        case .subscriberTerminated: row = Row()
        default: endAtUnknown(event)
        }
        rows[meta.account] = row
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) { rows.encode(account, into: &row) }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        try rows.decode(account, from: &row)
    }

    package var allocatedBytes: Int { rows.allocatedBytes }
}
