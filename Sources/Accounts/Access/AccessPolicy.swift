/// The numbers of sign-in, in one place; a service may be started with others. What is decided by them is in the events
/// (when a code or a session expires), so a replay asks none of them. Sources: RULES of the field (one-time code of six
/// digits, OWASP ASVS 5.0 6.5 and 6.6: single use, at most ten minutes; NIST SP 800-63B 5.2.2: limits on failures).
package struct AccessPolicy: Equatable, Sendable {
    package var codeLifetime = Span.minutes(10)
    package var codeTries = 5
    package var codeResendAfter = Span.seconds(60)
    /// Of one purpose, to one number.
    package var codesPerHour = 5
    package var pushLifetime = Span.minutes(2)
    /// Since the last use that was recorded.
    package var sessionIdle = Span.minutes(30)
    package var sessionLifetime = Span.hours(12)
    /// Wrong passwords in a row before each next try must wait.
    package var freeFailures = 5
    package var firstWait = Span.seconds(30)
    /// Never longer: a stranger must not be able to lock a subscriber out.
    package var longestWait = Span.minutes(15)

    /// Failures, and codes that are sent, of all principals.
    package var attemptsPerMinute = 3000
    /// And of one.
    package var principalAttemptsPerMinute = 600
    /// Events that the sessions of one subscriber append.
    package var holderEventsPerMinute = 600

    package init() {}

    package static let passwordCharacters = 8...128
    package static let passwordBytes = 512
    /// Of one subscriber; the oldest ends. `apply` goes by it, so it is no setting.
    package static let sessionsPerSubscriber = 10
    package static let linksPerSubscriber = 10
    package static let devicesPerSubscriber = 10
    /// Numbers that are no subscriber's, of which attempts are remembered: more than `attemptsPerMinute` lets anybody
    /// name while a code is good, or who is forgotten would be told from who is not.
    package static let strangers = 1 << 15
    package static let strangersAreForgottenAfter = Span.hours(1)
    /// Of one purpose, at once: another does not end the one before, for a stranger may have asked for it.
    package static let openChallenges = 8
    /// A use of a session is recorded so long after the one before.
    package static let sessionUseEvery = Span.minutes(5)
    package static let longestPollSeconds: UInt64 = 120
    /// After another SIM, nothing rests on what is sent to it alone.
    package static let simHold = Span.hours(24)

    /// How long the next try waits after this many failures in a row.
    package func wait(afterFailures count: Int) -> Span {
        guard count >= freeFailures else { return Span(milliseconds: 0) }
        let doublings = min(count - freeFailures, 10)
        return min(Span(milliseconds: firstWait.milliseconds << doublings), longestWait)
    }
}
