/// The entry of an event in the index of history, in sixteen bytes.
///
///     high   account 32 bits │ class 11 │ apart 1 │ hour 20
///     low    position 48 bits │ lag 16
///
/// Hours count from 2000-01-01T00:00:00Z. Nearly every event takes effect within two days before it is recorded. Such
/// an entry has the hour of the recorded time, so that a class of an account is in the order of the log, and the lag:
/// the hours from the effective time to the recorded time, plus one. An event with another effective time is kept
/// apart, under the hour of that. A period of effective times is therefore one range of recorded hours, and one range
/// of the entries that are apart.

internal import Accounts

struct HistoryEntry {
    let entry: RunEntry

    /// The greatest number of hours from the effective to the recorded time of an entry that is not apart.
    static let greatestLag: UInt64 = 48
    /// An event may take effect shortly after it is recorded. Then an hour may begin in between.
    private static let lagOfNow: UInt64 = 1
    private static let classShift: UInt64 = 21
    private static let apartBit: UInt64 = 1 << 20
    private static let greatestHour: UInt64 = 1 << 20 - 1
    private static let positionShift: UInt64 = 16
    private static let greatestLow: UInt64 = .max

    init(_ entry: RunEntry) { self.entry = entry }

    @inline(__always)
    init(_ class: HistoryClass, _ meta: EventMeta) {
        precondition(meta.position < 1 << 48, "an index of history has no room for the position \(meta.position)")
        let (recorded, effective) = (Self.hour(meta.recorded), Self.hour(meta.effective))
        let lag = recorded &+ Self.lagOfNow &- effective
        let isApart = lag > Self.greatestLag + Self.lagOfNow
        let high =
            Self.high(meta.account, `class`) | (isApart ? Self.apartBit | effective : recorded)
        entry = RunEntry(high: high, low: meta.position << Self.positionShift | (isApart ? 0 : lag))
    }

    var position: Position { entry.low >> Self.positionShift }
    var account: AccountIndex { AccountIndex(truncatingIfNeeded: entry.high >> 32) }

    /// The hour of the effective time.
    var effectiveHour: UInt64 {
        let hour = entry.high & Self.greatestHour
        guard entry.high & Self.apartBit == 0 else { return hour }
        return hour &+ Self.lagOfNow &- entry.low & (1 << Self.positionShift - 1)
    }

    private static func high(_ account: AccountIndex, _ class: HistoryClass) -> UInt64 {
        UInt64(account) << 32 | UInt64(`class`.number) << classShift
    }

    /// Times before the first hour and after the last one count as these hours.
    @inline(__always)
    static func hour(_ instant: Instant) -> UInt64 {
        let since = instant.milliseconds - millisecondsTo2000
        return since < 0 ? 0 : min(UInt64(since / millisecondsPerHour), greatestHour)
    }

    private static let millisecondsTo2000: Int64 = 946_684_800_000
    private static let millisecondsPerHour: Int64 = 3_600_000

    // MARK: - Bounds

    /// Every entry of an account.
    static func all(of account: AccountIndex) -> ClosedRange<RunEntry> {
        RunEntry(
            high: UInt64(account) << 32, low: 0)...RunEntry(
                high: UInt64(account) << 32 | UInt64(UInt32.max), low: greatestLow)
    }

    /// The entries of a class that are not apart, between two places of the log; nil if there can be none.
    static func inOrder(
        of account: AccountIndex, _ class: HistoryClass, from: Place, through: Place
    ) -> ClosedRange<RunEntry>? {
        let high = high(account, `class`)
        let from = RunEntry(high: high | from.hour, low: from.position << positionShift)
        let through = RunEntry(
            high: high | through.hour, low: through.position << positionShift | (1 << positionShift - 1))
        return from <= through ? from...through : nil
    }

    /// The entries of a class that are apart, between two hours of their effective times, both included.
    static func apart(of account: AccountIndex, _ class: HistoryClass, from: UInt64, through: UInt64)
        -> ClosedRange<RunEntry>?
    {
        guard from <= through else { return nil }
        let high = high(account, `class`) | apartBit
        return RunEntry(high: high | from, low: 0)...RunEntry(high: high | through, low: greatestLow)
    }

    /// A place in the log: the hour of a recorded time and a position. Neither goes back along the log.
    struct Place {
        var hour: UInt64
        var position: Position

        static let first = Place(hour: 0, position: 0)
        static let last = Place(hour: greatestHour, position: 1 << 48 - 1)
    }

    /// The recorded hours in which an event may be that took effect between these hours and is not apart.
    static func recordedHours(ofEffective hours: ClosedRange<UInt64>) -> ClosedRange<UInt64> {
        let first = hours.lowerBound < lagOfNow ? 0 : hours.lowerBound - lagOfNow
        return first...min(hours.upperBound + greatestLag, greatestHour)
    }
}
