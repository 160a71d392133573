/// The limits of sign-in, in one place; a service may be started with others. Events record what the limits decide
/// (when a code or a session expires), so a replay reads none of them. Sources: RULES of the field (one-time code of
/// six digits, OWASP ASVS 5.0 6.5 and 6.6: single use, at most ten minutes; NIST SP 800-63B 5.2.2: limits on failures).
package struct AccessPolicy: Equatable, Sendable {
    package var codeLifetime = TimeSpan.minutes(10)
    package var codeTries = 5
    package var codeResendAfter = TimeSpan.seconds(60)
    /// Codes of one purpose to one number.
    package var codesPerHour = 5
    package var pushLifetime = TimeSpan.minutes(2)
    /// Counted from the last recorded use.
    package var sessionIdle = TimeSpan.minutes(30)
    package var sessionLifetime = TimeSpan.hours(12)
    /// Wrong passwords in a row after which each further try must wait.
    package var freeFailures = 5
    package var firstWait = TimeSpan.seconds(30)
    /// The wait is never longer, because a stranger must not be able to lock a subscriber out.
    package var longestWait = TimeSpan.minutes(15)

    /// Failures and sent codes of all principals together.
    package var attemptsPerMinute = 3000
    /// Failures and sent codes of one principal.
    package var principalAttemptsPerMinute = 600
    /// Events that the sessions of one subscriber append.
    package var holderEventsPerMinute = 600

    /// Passwords are hashed in less than a millisecond: for a service that keeps none.
    package var hasCheapPasswords = false

    package init() {}

    package static let passwordCharacters = 8...128
    package static let passwordBytes = 512
    /// Sessions of one subscriber; one more ends the oldest. `apply` uses this number, so it is not a setting.
    package static let sessionsPerSubscriber = 10
    package static let linksPerSubscriber = 10
    package static let devicesPerSubscriber = 10
    /// Numbers without an account whose attempts are remembered. This is more than `attemptsPerMinute` lets anybody
    /// name while a code is valid; otherwise a caller could tell a forgotten number from a remembered one.
    package static let strangers = 1 << 15
    package static let strangersAreForgottenAfter = TimeSpan.hours(1)
    /// Open challenges of one purpose. A new one does not end the one before, because a stranger may have asked for it.
    package static let openChallenges = 8
    /// The shortest time between two recorded uses of a session.
    package static let sessionUseEvery = TimeSpan.minutes(5)
    package static let longestPollSeconds: UInt64 = 120
    /// For this long after a SIM is replaced, nothing relies only on what is sent to the SIM.
    package static let simHold = TimeSpan.hours(24)

    /// The wait before the next try after this many failures in a row.
    package func wait(afterFailures count: Int) -> TimeSpan {
        guard count >= freeFailures else { return TimeSpan(milliseconds: 0) }
        let doublings = min(count - freeFailures, 10)
        return min(TimeSpan(milliseconds: firstWait.milliseconds << doublings), longestWait)
    }
}
