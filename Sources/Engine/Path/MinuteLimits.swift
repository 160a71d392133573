/// Limits the attempts to sign in, and the codes asked for, in a minute: for one principal, and for all together. The
/// limits do not depend on the number that is tried, so they disclose nothing about it.
///
/// A failed attempt and a sent code are events, and count. Beyond the limit further attempts are refused without being
/// tried, and only their number is recorded, once a minute. If all principals together exceed the limit, only those
/// that have had their share are refused: one principal's strangers do not shut out another's subscribers. The limits
/// are not part of the state: after a start every minute is new.

internal import Accounts

package struct MinuteLimits {
    private struct Count {
        var tried = 0
        var refused: UInt64 = 0
        var since = Instant(milliseconds: 0)
    }

    private static let window = TimeSpan.minutes(1)
    private var began = Instant(milliseconds: 0)
    private var counts: [UInt32: Count] = [:]
    private var tried = 0
    /// Events appended this minute, by the holder of the session. The limit keeps a subscriber from filling the disk.
    private var changes: [AccountIndex: Int] = [:]

    /// The end of the minute; nil if nothing is to be recorded then.
    var due: Instant? { counts.values.contains { $0.refused > 0 } ? began + Self.window : nil }

    mutating func admit(_ principal: UInt32, at now: Instant, _ policy: AccessPolicy) throws(Rejection) {
        let own = counts[principal]?.tried ?? 0
        let share = policy.attemptsPerMinute / max(1, counts.count)
        guard own >= policy.principalAttemptsPerMinute || (tried >= policy.attemptsPerMinute && own >= share) else {
            return
        }
        if counts[principal]?.refused == 0 { counts[principal]?.since = now }
        counts[principal]?.refused += 1
        throw Rejection(
            .tooManyAttempts, "there were too many attempts in this minute",
            retryAfterSeconds: secondsLeft(at: now))
    }

    private func secondsLeft(at now: Instant) -> Int64 {
        max(1, began.remaining(of: Self.window, at: now).secondsRoundedUp)
    }

    /// `holder` is 0 if no session is shown; staff and machines are not limited.
    func admitChange(of holder: AccountIndex, at now: Instant, _ policy: AccessPolicy) throws(Rejection) {
        guard holder != 0, changes[holder] ?? 0 >= policy.holderEventsPerMinute else { return }
        throw Rejection(
            .tooManyAttempts, field: "session", "sessions of this number made too many changes in this minute",
            retryAfterSeconds: secondsLeft(at: now))
    }

    mutating func countChange(of holder: AccountIndex, events: Int) {
        if holder != 0 { changes[holder, default: 0] += events }
    }

    mutating func countAttempt(by principal: UInt32) {
        tried += 1
        counts[principal, default: Count()].tried += 1
    }

    /// Begins another minute if this one is over, and answers the events to be recorded for it.
    mutating func turn(at now: Instant) -> [AttemptsRefused] {
        // A clock that was set back begins a new minute too.
        guard now >= began + Self.window || now < began else { return [] }
        let refused = counts.sorted { $0.key < $1.key }.filter { $0.value.refused > 0 }.map { principal, count in
            AttemptsRefused(principal: principal, count: count.refused, since: count.since.milliseconds)
        }
        (began, tried) = (now, 0)
        counts.removeAll(keepingCapacity: true)
        changes.removeAll(keepingCapacity: true)
        return refused
    }
}
