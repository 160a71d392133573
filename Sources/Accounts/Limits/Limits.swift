/// The subscribers' own limits, and what was stopped for each: by the floor of the balance, by a limit, or because a fee
/// is unpaid or a package used up.
///
/// A row is changed by its account's events alone. Few subscribers have one, and `isMarked` tells so in one load.
package struct Limits: Projection {
    package static let name = "limits"
    package static let version: UInt16 = 1

    /// The services that the network was told to stop. Each has its event, and another when it ends.
    package struct Stops: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The balance was at its floor.
        package static let funds = Stops(rawValue: 1)
        package static let spendingLimit = Stops(rawValue: 2)
        package static let feeUnpaid = Stops(rawValue: 4)
        package static let packageUsedUp = Stops(rawValue: 8)
        package static let roamingLimit = Stops(rawValue: 16)
        static let known: Stops = [.funds, .spendingLimit, .feeUnpaid, .packageUsedUp, .roamingLimit]
        /// Those that end with the month.
        static let ofMonth: Stops = [.spendingLimit, .roamingLimit]

        init(_ reason: DataStop) {
            self =
                switch reason {
                case .feeUnpaid: .feeUnpaid
                case .packageUsedUp: .packageUsedUp
                case .roamingLimit: .roamingLimit
                case .unspecified: []
                }
        }
    }

    package struct Row: Equatable, Sendable, Coded {
        package internal(set) var stops: Stops = []
        /// The most that a month's charges may be; zero if there is no such limit.
        package internal(set) var amount = Money.zero
        package internal(set) var amountSetBy: AccountIndex = 0
        /// The most bytes of roaming data in a month; nil if there is no such limit.
        package internal(set) var roamingBytes: UInt64?
        package internal(set) var roamingSetBy: AccountIndex = 0
        package internal(set) var stopsBeyondPackage = false
        package internal(set) var beyondPackageSetBy: AccountIndex = 0
        /// The beginning of the month in which the subscriber was warned of the present limit.
        var warnedIn = Instant(milliseconds: 0)
        /// The roaming data since `roamedSince`, the beginning of a month of the subscriber's region.
        private var roamed: UInt64 = 0
        private var roamedSince = Instant(milliseconds: 0)
        /// The end of the month in which the limit was reached; the greatest instant if it is not reached. The two may be of
        /// different months, because a record may begin some minutes ahead of the clock.
        fileprivate(set) var spendingUntil = Instant.never
        fileprivate(set) var roamingUntil = Instant.never
        /// The first of these ends.
        private var monthEnd: Instant { min(spendingUntil, roamingUntil) }

        /// The beginning of the last month that is known to have begun. A clock that is set back does not begin the
        /// month before again.
        private var begun = Instant(milliseconds: 0)

        /// True if the month that begins at `start` is over for this account, whatever the clock says.
        func isOver(_ start: Instant) -> Bool { begun - start > RegionClock.greatestDifference }

        /// The month of a stop is over, if this is at its end.
        fileprivate mutating func turn(at instant: Instant) {
            if monthEnd <= instant { begun = monthEnd }
        }

        /// True if the month's charges or roaming data may have a consequence.
        var hasLimitOfMonth: Bool {
            amount > .zero || roamingBytes != nil || !stops.isDisjoint(with: .ofMonth)
        }

        /// True if the subscriber was warned in the month that begins at `start`, by whichever region's clock.
        func isWarned(in start: Instant) -> Bool { start - warnedIn <= RegionClock.greatestDifference }

        /// The roaming data of the month that begins at `start`; nil if a later month has begun.
        func roamed(in start: Instant) -> UInt64? {
            let difference = start - roamedSince
            if difference > RegionClock.greatestDifference { return 0 }
            return difference.milliseconds < -RegionClock.greatestDifference.milliseconds ? nil : roamed
        }

        /// Counts roaming data of the month that begins at `start`. A record of an earlier month comes too late to count.
        fileprivate mutating func count(roaming bytes: UInt64, in start: Instant) {
            guard let before = roamed(in: start) else { return }
            if before == 0 { roamedSince = start }
            roamed = before.addingReportingOverflow(bytes).overflow ? .max : before + bytes
        }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&stops)
            try row.check(stops.isSubset(of: .known), "a stop of no known kind")
            try row.code(&amount)
            try row.code(&amountSetBy)
            var (hasRoamingLimit, bytes) = (roamingBytes != nil, roamingBytes ?? 0)
            try row.code(&hasRoamingLimit)
            try row.code(&bytes)
            roamingBytes = hasRoamingLimit ? bytes : nil
            try row.code(&roamingSetBy)
            try row.code(&stopsBeyondPackage)
            try row.code(&beyondPackageSetBy)
            try row.code(&warnedIn)
            try row.code(&roamed)
            try row.code(&roamedSince)
            try row.code(&spendingUntil)
            try row.code(&roamingUntil)
            try row.code(&begun)
        }
    }

    private var rows: [AccountIndex: Row] = [:]
    /// By account: true if it has a row.
    private var marks: [Bool] = []

    package init() {}

    package subscript(_ account: AccountIndex) -> Row { isMarked(account) ? rows[account] ?? Row() : Row() }

    /// True if the account has a limit, or if something is stopped for it.
    @inline(__always)
    package func isMarked(_ account: AccountIndex) -> Bool {
        Int(account) < marks.count && marks[Int(account)]
    }

    /// Visits the ends of months at which something goes on again.
    func forEachDue(of account: AccountIndex, _ body: (Due) -> Void) {
        let row = self[account]
        func visit(_ end: Instant) { if end != .never { body(Due(at: end, .spendingMonth, of: account, 0)) } }
        visit(row.spendingUntil)
        if row.roamingUntil != row.spendingUntil { visit(row.roamingUntil) }
    }

    /// `agenda` is nil if nobody asks for due things.
    mutating func apply(
        _ event: Event, _ meta: EventMeta, _ catalog: borrowing Catalog, _ directory: borrowing Directory,
        _ agenda: inout Agenda?
    ) {
        let account = meta.account
        switch event {
        case .usageRated(let e):
            guard !e.visited.isEmpty, e.usage == .data else { return }
            let month = catalog.clock(directory.regionKey(account)).month(of: meta.effective)
            edit(account) { $0.count(roaming: e.quantity, in: month.start) }
        case .serviceBarred: edit(account) { $0.stops.insert(.funds) }
        case .serviceRestored: edit(account) { $0.stops.remove(.funds) }
        case .spendingLimitSet(let e): edit(account) { $0.set(e) }
        case .spendingWarned(let e): edit(account) { $0.warnedIn = Instant(milliseconds: e.monthStart) }
        case .spendingStopped(let e):
            let end = Instant(milliseconds: e.monthEnd)
            edit(account) {
                $0.turn(at: meta.effective)
                $0.stops.insert(.spendingLimit)
                ($0.warnedIn, $0.spendingUntil) = (Instant(milliseconds: e.monthStart), end)
            }
            agenda?.insert(Due(at: end, .spendingMonth, of: account, 0))
        case .spendingResumed: edit(account) { $0.end(.spendingLimit, at: meta.effective) }
        case .dataStopped(let e):
            edit(account) { $0.stops.insert(Stops(e.reason)) }
            guard e.reason == .roamingLimit else { return }
            let end = Instant(milliseconds: e.monthEnd)
            edit(account) {
                $0.turn(at: meta.effective)
                $0.roamingUntil = end
            }
            agenda?.insert(Due(at: end, .spendingMonth, of: account, 0))
        case .dataResumed(let e): edit(account) { $0.end(Stops(e.reason), at: meta.effective) }
        case .spendingMonthMoved(let e):
            let end = Instant(milliseconds: e.monthEnd)
            edit(account) {
                if $0.spendingUntil <= meta.effective { $0.spendingUntil = end }
                if $0.roamingUntil <= meta.effective { $0.roamingUntil = end }
            }
            agenda?.insert(Due(at: end, .spendingMonth, of: account, 0))
        case .subscriberTerminated: edit(account) { $0 = Row() }
        default: endAtUnknown(event)
        }
    }

    private mutating func edit(_ account: AccountIndex, _ change: (inout Row) -> Void) {
        var row = self[account]
        change(&row)
        let isThere = row != Row()
        guard isThere || isMarked(account) else { return }
        marks.reserveIndex(account, filling: false)
        marks[Int(account)] = isThere
        rows[account] = isThere ? row : nil
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var own = rows[account]
        row.code(&own, blank: Row())
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var own: Row?
        try row.code(&own, blank: Row())
        if let own { edit(account) { $0 = own } }
    }

    package var allocatedBytes: Int { marks.columnBytes + rows.count * 192 }
}

extension Limits.Row {
    fileprivate mutating func set(_ e: SpendingLimitSet) {
        // Another limit has a warning of its own.
        if amount.minorUnits != e.amount { warnedIn = Instant(milliseconds: 0) }
        (amount, amountSetBy) = (Money(minorUnits: e.amount), e.amountSetBy)
        (roamingBytes, roamingSetBy) = (e.limitsRoaming ? e.roamingBytes : nil, e.roamingSetBy)
        (stopsBeyondPackage, beyondPackageSetBy) = (e.beyondPackage == .stop, e.beyondPackageSetBy)
    }

    fileprivate mutating func end(_ stop: Limits.Stops, at instant: Instant) {
        turn(at: instant)
        stops.remove(stop)
        if !stops.contains(.spendingLimit) { spendingUntil = .never }
        if !stops.contains(.roamingLimit) { roamingUntil = .never }
    }
}

extension Limits.Stops {
    /// The words in replies.
    var words: [String] { Self.named.filter { contains($0.1) }.map(\.0) }

    private static let named: [(String, Limits.Stops)] = [
        ("funds", .funds), ("spending_limit", .spendingLimit), ("fee_unpaid", .feeUnpaid),
        ("package_used_up", .packageUsedUp), ("roaming_limit", .roamingLimit),
    ]
}
