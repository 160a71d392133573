/// The periods of an offering: where they begin and end, and the price of a part of one.
///
///     billing day 10:   ──┬──────────────┬──────────────┬──▶
///                       10 June        10 July        10 August
///                                 └──part──┘ begins on 1 July: 9 days of 30
///
/// Periods of months and years are whole days of the subscriber's region. Periods of days begin at any instant.

/// Two dates: the first day of a period, and the first day after it.
package struct BillingPeriod: Equatable, Sendable {
    package let start: CivilDate
    package let end: CivilDate

    package var days: Int64 { end.daysSinceEpoch - start.daysSinceEpoch }

    /// The period of so many months that contains a date and begins on a billing day.
    init(containing date: CivilDate, billingDay: Int, months: Int) {
        var start = date.firstOfMonth.withDay(billingDay)
        if start.daysSinceEpoch > date.daysSinceEpoch {
            start = CivilDate(daysSinceEpoch: date.firstOfMonth.daysSinceEpoch - 1).withDay(billingDay)
        }
        self.start = start
        end = start.firstOfMonth.adding(months: months).withDay(billingDay)
    }

    /// The period of so many months that ends on a billing day.
    init(endingOn end: CivilDate, billingDay: Int, months: Int) {
        start = end.firstOfMonth.adding(months: -months).withDay(billingDay)
        self.end = end
    }

    /// The days from a date to the period's end.
    func days(from date: CivilDate) -> Int64 { end.daysSinceEpoch - date.daysSinceEpoch }
}

extension CivilDate {
    /// The date of the same month with this day, or the month's last day if it has no such day.
    fileprivate func withDay(_ day: Int) -> CivilDate {
        CivilDate(year: year, month: month, day: min(day, CivilDate.daysIn(month: month, year: year)))
    }

    /// The first day of the month so many months later.
    fileprivate func adding(months: Int) -> CivilDate {
        let count = year * 12 + month - 1 + months
        return CivilDate(year: count / 12, month: count % 12 + 1, day: 1)
    }
}

extension CatalogOfferingPut {
    /// In `billing_day` of the event: the day on which the product began.
    static let billingDayOfStart: UInt32 = 32

    /// The months of a period; nil if its periods are not made of months.
    private var months: Int? {
        switch periodUnit {
        case .month: 1
        case .year: 12
        case .days, .open: nil
        }
    }

    /// True if its periods begin on the day on which the product began.
    private var beginsAnyDay: Bool {
        billingDay == Self.billingDayOfStart || billingDay == 0 && periodUnit == .year
    }

    /// `startDay` is the day of the month on which the product began. Nil if periods are not made of months.
    func billingPeriod(containing date: CivilDate, startDay: UInt8) -> BillingPeriod? {
        months.map { BillingPeriod(containing: date, billingDay: Int(billingDay(startDay: startDay)), months: $0) }
    }

    /// The billing day of a product that began on this day of a month.
    private func billingDay(startDay: UInt8) -> UInt32 { beginsAnyDay ? UInt32(max(startDay, 1)) : max(billingDay, 1) }

    /// The end of a period from an instant; nil if it never closes.
    package func periodEnd(from start: Instant, _ clock: RegionClock, startDay: UInt8) -> Instant? {
        switch periodUnit {
        case .open: nil
        case .days: start + .days(Int64(periodLength))
        case .month, .year:
            billingPeriod(containing: clock.date(at: start), startDay: startDay)
                .map { clock.start(of: $0.end) }
        }
    }

    /// The midnight that the end of a period stands for, if it is yet to come on the subscriber's clock because the
    /// region, or its clock, changed after the end was recorded. Nil if the period is over.
    package func midnight(after periodEnd: Instant, _ clock: RegionClock, startDay: UInt8) -> Instant? {
        // Clocks differ by quarters of an hour. An end between two is of a former period in days.
        guard periodEnd.milliseconds % TimeSpan.minutes(15).milliseconds == 0,
            let period = billingPeriod(containing: clock.date(at: periodEnd), startDay: startDay)
        else { return nil }
        let end = clock.start(of: period.end)
        return end - periodEnd <= RegionClock.greatestDifference ? end : nil
    }

    /// The period over which usage at an instant is counted: the paid one, or a calendar month if there is none.
    package func countingPeriod(
        of instant: Instant, periodEnd: Instant, _ clock: RegionClock, startDay: UInt8
    ) -> (start: Instant, end: Instant) {
        guard periodEnd != .never else { return clock.month(of: instant) }
        if periodUnit == .days {
            let length = TimeSpan.days(Int64(periodLength)).milliseconds
            let before = (periodEnd.milliseconds - instant.milliseconds - 1)
            let whole = before >= 0 ? before / length : -((-before - 1) / length + 1)
            let end = periodEnd.milliseconds - whole * length
            return (Instant(milliseconds: end - length), Instant(milliseconds: end))
        }
        guard let period = billingPeriod(containing: clock.date(at: instant), startDay: startDay)
        else { return clock.month(of: instant) }
        return (clock.start(of: period.start), clock.start(of: period.end))
    }

    /// The fee of a period that begins at an instant: the whole fee, or its share if the offering is prorated.
    package func fee(from start: Instant, _ clock: RegionClock, startDay: UInt8) -> Int64 {
        let date = clock.date(at: start)
        guard prorated, let period = billingPeriod(containing: date, startDay: startDay) else {
            return fee
        }
        return Self.share(of: fee, part: period.days(from: date), of: period.days)
    }

    /// The part of the fee that is credited when a paid period ends at an instant before its time; 0 if the offering is
    /// not prorated. A day that has begun counts as used, so nobody uses a day and is credited for it.
    package func credit(at instant: Instant, periodEnd: Instant, _ clock: RegionClock, startDay: UInt8) -> Int64 {
        guard prorated, fee > 0, periodEnd != .never, instant < periodEnd else { return 0 }
        let unused = clock.localSpan(from: instant, to: periodEnd).milliseconds / TimeSpan.days(1).milliseconds
        let days =
            months.map {
                BillingPeriod(
                    endingOn: clock.date(at: periodEnd), billingDay: Int(billingDay(startDay: startDay)), months: $0
                ).days
            } ?? Int64(periodLength)
        return Self.share(of: fee, part: min(max(unused, 0), days), of: days)
    }

    /// A price × a part / the whole, half up.
    static func share(of price: Int64, part: Int64, of whole: Int64) -> Int64 {
        precondition((0...whole).contains(part), "a part of \(part) of \(whole)")
        let product = price.multipliedFullWidth(by: part)
        let (quotient, remainder) = whole.dividingFullWidth(product)
        return quotient + (remainder >= whole - remainder ? 1 : 0)
    }

    /// `30d`, `month`, `year` or `open`.
    package var periodText: String { Period.text((periodUnit, periodLength)) }
}
