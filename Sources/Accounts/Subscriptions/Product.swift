/// The parts of a subscriber's row: a product, what it was before, and what is arranged for later.

extension Subscriptions {
    package enum Status: UInt8, Sendable {
        case active = 0
        /// The fee could not be taken. Base prices hold until a top-up covers it.
        case unpaid = 1

        /// The word in replies.
        package var word: StaticString {
            switch self {
            case .active: "active"
            case .unpaid: "unpaid"
            }
        }
    }

    /// A product: an offering that a subscriber has. 40 bytes.
    package struct Product: Chained, Coded {
        private var compactEnd = CompactInstant(.never)
        package var offering: UInt16 = 0
        private var compactSince = CompactInstant(Instant(milliseconds: 0))
        package var status = Status.active
        /// The day of the month on which its first period began: its billing day, if the offering has none.
        package var startDay: UInt8 = 0
        /// The next option of the same subscriber.
        var next: UInt32 = 0
        /// The principal that asked for it; 0 if the log does not say. A subscription to content alone has it.
        package var askedBy: UInt32 = 0
        private var compactPaidFrom = CompactInstant(Instant(milliseconds: 0))
        /// The fee that was charged for the paid period. No credit is greater.
        package var paid = Money.zero

        package init() {}

        /// The end of the paid period, when the next fee is due; the greatest instant if there is no next fee.
        package var periodEnd: Instant {
            get { compactEnd.instant }
            set { compactEnd = CompactInstant(newValue) }
        }

        /// When its present status began, paid or not.
        package var since: Instant {
            get { compactSince.instant }
            set { compactSince = CompactInstant(newValue) }
        }

        /// When the paid period began, whose prices hold until its end. It means nothing if `periodEnd` is `never`.
        package var paidFrom: Instant {
            get { compactPaidFrom.instant }
            set { compactPaidFrom = CompactInstant(newValue) }
        }

        @inline(__always)
        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&offering)
            try row.code(&status, or: "a product of no known status")
            try row.code(&compactEnd)
            try row.code(&compactSince)
            try row.code(&startDay)
            try row.code(&compactPaidFrom)
            try row.code(&paid)
            try row.code(&askedBy)
        }
    }

    /// A product, paid or not, as it was for a time.
    package struct FormerProduct: Sendable, Coded {
        package private(set) var product: Product
        package private(set) var isTariff: Bool
        package private(set) var until: Instant

        init(_ product: Product, isTariff: Bool, until: Instant) {
            (self.product, self.isTariff, self.until) = (product, isTariff, until)
        }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&isTariff)
            try row.code(&product)
            try row.code(&until)
        }
    }

    /// The arrangements of a subscriber for later. Few subscribers have any.
    package struct Arrangements: Sendable, Coded {
        /// The tariff of a planned change; 0 if none is planned.
        package internal(set) var plannedTariff: UInt16 = 0
        /// When it is to happen; the greatest instant: at the end of the paid period.
        package internal(set) var plannedAt = Instant.never
        /// Since when the plan is suspended; the greatest instant if it is not.
        package internal(set) var suspended = Instant.never
        /// When the next fee of the suspension is due; the greatest instant if none is.
        package internal(set) var nextSuspensionFee = Instant.never
        /// When the last suspension ended; the greatest instant if there was none.
        package internal(set) var resumed = Instant.never
        /// The successors of retired offerings to which a move was announced.
        package internal(set) var announced: [UInt32] = []

        var isEmpty: Bool {
            plannedTariff == 0 && suspended == .never && resumed == .never && announced.isEmpty
        }
        package var isSuspended: Bool { suspended != .never }

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&plannedTariff)
            try row.code(&plannedAt)
            try row.code(&suspended)
            try row.code(&nextSuspensionFee)
            try row.code(&resumed)
            try row.code(&announced)
        }
    }
}
