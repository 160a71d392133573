/// A sum of money that moved on a day of UTC.
///
/// The day before the last one counts with it, because a clock that is set back over midnight begins no day.
struct DaySum: Equatable, Sendable, Coded {
    /// Counted from 1970.
    private var day: Int64 = 0
    private var sum = Money.zero

    init() {}

    /// The sum on the day of an instant.
    func sum(onDayOf instant: Instant) -> Money {
        let day = Self.day(of: instant)
        return day == self.day || day == self.day - 1 ? sum : .zero
    }

    mutating func add(_ amount: Money, at instant: Instant) {
        // It ends at the greatest amount: no limit is beyond it.
        let added = sum(onDayOf: instant).minorUnits.addingReportingOverflow(amount.minorUnits)
        sum = min(Money(minorUnits: added.overflow ? .max : added.partialValue), .greatest)
        let day = Self.day(of: instant)
        if day != self.day - 1 { self.day = day }
    }

    private static func day(of instant: Instant) -> Int64 { instant.date(offsetMinutes: 0).daysSinceEpoch }

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&day)
        try row.code(&sum)
    }
}
