/// The operator's terms of numbers that nobody uses or pays for. A number of days that is zero: the rule is off.
struct DormancyTerms: Equatable, Sendable {
    /// A number that is unused for so many days pays the fee of each day after them.
    private(set) var afterDays: Int64 = 0
    private(set) var dayFee = Money.zero
    /// A number whose balance is at or under zero for so many days is terminated.
    private(set) var terminationDays: Int64 = 0
    /// Since when the terms are these. Subscribers are told of other terms anew.
    private(set) var since = Instant(milliseconds: 0)

    /// Subscribers are told so many days before the first fee, and before a termination.
    static let noticeDays: Int64 = 14

    init() {}

    init(_ terms: CatalogTermsPut, since: Instant) {
        (afterDays, terminationDays) = (Int64(terms.dormancyAfterDays), Int64(terms.dormancyTerminationDays))
        (dayFee, self.since) = (Money(minorUnits: terms.dormancyDayFee), since)
    }

    var hasFee: Bool { afterDays > 0 && dayFee > .zero }
    var hasTermination: Bool { terminationDays > 0 }
    var isOn: Bool { hasFee || hasTermination }

    /// The terms of the next catalogue, which is published at an instant.
    func followed(by next: CatalogTermsPut, at instant: Instant) -> DormancyTerms {
        let same = DormancyTerms(next, since: since)
        return same == self ? self : DormancyTerms(next, since: instant)
    }

    /// The reason why a draft with these terms cannot be published, in words; nil if it can.
    var mistake: String? {
        guard (afterDays > 0) == (dayFee > .zero) else {
            return "the terms have one of dormancy_after_days and dormancy_day_fee: give both, or none"
        }
        for (name, days) in [("dormancy_after_days", afterDays), ("dormancy_termination_days", terminationDays)]
        where days > 0 && days <= Self.noticeDays {
            return "\(name) must be more than \(Self.noticeDays), because subscribers are told so many days before"
        }
        return nil
    }
}
