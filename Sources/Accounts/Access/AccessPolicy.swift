/// The numbers of sign-in, in one place. Sources: RULES of the field (one-time code of six digits, OWASP ASVS 5.0
/// 6.5 and 6.6: single use, at most ten minutes; NIST SP 800-63B 5.2.2: limits on consecutive failures).
package enum AccessPolicy {
    package static let codeLifetime = Span.minutes(10)
    package static let codeTries = 5
    package static let codeResendAfter = Span.seconds(60)
    package static let sessionLifetime = Span.hours(12)
    package static let sessionsPerSubscriber = 10
    package static let passwordCharacters = 8...128
    package static let passwordBytes = 512
    /// Wrong passwords in a row before each next try must wait.
    package static let freeFailures = 5
    package static let firstWait = Span.seconds(30)
    /// Never longer: a stranger must not be able to lock a subscriber out.
    package static let longestWait = Span.minutes(15)
    /// Codes kept for `NOTIFICATIONS`.
    package static let notifications = 10_000

    /// How long the next try waits after this many failures in a row.
    package static func wait(afterFailures count: Int) -> Span {
        guard count >= freeFailures else { return Span(milliseconds: 0) }
        let doublings = min(count - freeFailures, 10)
        return min(Span(milliseconds: firstWait.milliseconds << doublings), longestWait)
    }
}
