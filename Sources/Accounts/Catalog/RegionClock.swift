/// A region's clock: its offset from UTC at any instant, and the instants at which its days and months begin.
///
/// A date begins at the first instant that has it. So days and months follow one another without gap or overlap,
/// wherever the offset changes. A clock that is set back over midnight does not begin the day twice, and one that is
/// set forward over midnight begins it with the step.
package struct RegionClock: Sendable {
    /// Each offset holds from its instant until the next one's. UTC if there are none.
    private let offsets: [ZoneOffset]

    package static let utc = RegionClock([])
    /// The difference between any two clocks is at most this: -12:00 to +14:00.
    package static let greatestDifference = TimeSpan.hours(26)

    package init(_ offsets: [ZoneOffset]) { self.offsets = offsets }

    package func offsetMinutes(at instant: Instant) -> Int {
        Int(offsets.last { $0.validFrom <= instant.milliseconds }?.offsetMinutes ?? 0)
    }

    package func start(of date: CivilDate) -> Instant {
        for (index, offset) in offsets.enumerated() {
            let midnight = Instant(startOf: date, offsetMinutes: Int(offset.offsetMinutes)).milliseconds
            let start = max(offset.validFrom, midnight)
            guard index + 1 < offsets.count, offsets[index + 1].validFrom <= start else {
                return Instant(milliseconds: start)
            }
        }
        return Instant(startOf: date, offsetMinutes: 0)
    }

    package func date(at instant: Instant) -> CivilDate {
        let date = instant.date(offsetMinutes: offsetMinutes(at: instant))
        // A clock that was set back shows a date that is already over.
        guard offsets.count > 1, start(of: date.next) <= instant else { return date }
        return date.next
    }

    /// The time that the region's clock shows between two instants. A change of the offset between them does not count.
    package func localSpan(from begin: Instant, to end: Instant) -> TimeSpan {
        end - begin + .minutes(Int64(offsetMinutes(at: end) - offsetMinutes(at: begin)))
    }

    /// The calendar month that an instant is in.
    package func month(of instant: Instant) -> (start: Instant, end: Instant) {
        let first = date(at: instant).firstOfMonth
        return (start(of: first), start(of: first.firstOfNextMonth))
    }
}

extension Catalog {
    /// The clock of a region; UTC if there is no such region.
    package func clock(_ region: String) -> RegionClock {
        RegionClock(current.regions.first { $0.region == region }?.offsets ?? [])
    }
}

extension AccountsState {
    /// The clock of an account's region; UTC if the account has none.
    package func clock(of account: AccountIndex) -> RegionClock { catalog.clock(directory.regionKey(account)) }

    /// The same at an instant to come, which a catalogue that is scheduled may change.
    func clock(of account: AccountIndex, then instant: Instant) -> RegionClock {
        catalog.clock(directory.regionKey(account), then: instant)
    }
}
