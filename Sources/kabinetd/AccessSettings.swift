/// How long codes and sessions last, and how often a code is sent. Flags override the environment, which overrides the
/// file.

internal import Accounts
internal import ArgumentParser
internal import Configuration
internal import ProcessSettings

struct AccessFlags: ParsableArguments {
    @Option(help: "Minutes for which a one-time code is valid, at most 10 (default: 10).")
    var codeMinutes: Int?

    @Option(help: "Number of wrong codes after which a challenge ends (default: 5).")
    var codeTries: Int?

    @Option(help: "Seconds between two codes to the same number (default: 60).")
    var codeResendSeconds: Int?

    @Option(help: "Codes for one purpose that a number may get in an hour, at most 32 (default: 5).")
    var codesPerHour: Int?

    @Option(help: "Minutes without use after which a session ends (default: 30).")
    var sessionIdleMinutes: Int?

    @Option(help: "Hours after which a session ends, even if it is used (default: 12).")
    var sessionHours: Int?

    @Option(help: "Failed attempts and sent codes that a principal may have in a minute (default: 600).")
    var attemptsPerPrincipal: Int?

    @Option(help: "Failed attempts and sent codes that all principals together may have in a minute (default: 3000).")
    var attemptsPerMinute: Int?

    @Option(help: "Events that all sessions of a subscriber may cause in a minute (default: 600).")
    var eventsPerSubscriber: Int?

    var values: [String: String?] {
        [
            "codeMinutes": codeMinutes, "codeTries": codeTries, "codeResendSeconds": codeResendSeconds,
            "codesPerHour": codesPerHour, "sessionIdleMinutes": sessionIdleMinutes, "sessionHours": sessionHours,
            "attemptsPerPrincipal": attemptsPerPrincipal, "attemptsPerMinute": attemptsPerMinute,
            "eventsPerSubscriber": eventsPerSubscriber,
        ].mapValues { $0.map { String($0) } }
    }
}

extension AccessPolicy {
    static func read(_ reader: ConfigReader) throws -> AccessPolicy {
        var policy = AccessPolicy()
        policy.codeLifetime = .minutes(Int64(try reader.number("codeMinutes", in: 1...10, default: 10)))
        policy.codeTries = try reader.number("codeTries", in: 1...10, default: 5)
        policy.codeResendAfter = .seconds(
            Int64(try reader.number("codeResendSeconds", in: 0...3600, default: 60)))
        policy.codesPerHour = try reader.number("codesPerHour", in: 1...32, default: 5)
        policy.sessionIdle = .minutes(
            Int64(try reader.number("sessionIdleMinutes", in: 6...1440, default: 30)))
        policy.sessionLifetime = .hours(Int64(try reader.number("sessionHours", in: 1...720, default: 12)))
        policy.principalAttemptsPerMinute = try reader.number(
            "attemptsPerPrincipal", in: 1...1_000_000, default: 600)
        policy.attemptsPerMinute = try reader.number("attemptsPerMinute", in: 1...1_000_000, default: 3000)
        policy.holderEventsPerMinute = try reader.number(
            "eventsPerSubscriber", in: 1...1_000_000, default: 600)
        return policy
    }
}
