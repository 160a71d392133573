/// The person behind a number: name and address sealed, language, ways to be notified, consents, and when statements
/// were ordered.
package struct Profiles: Projection {
    package static let name = "profiles"
    package static let version: UInt16 = 2

    /// The statements that a number may order in `statementDay`.
    package static let statementsPerDay = 10
    package static let statementDay = TimeSpan.hours(24)

    package struct Consent: Equatable, Sendable, Coded {
        package var purpose: ConsentPurpose
        package var isGranted: Bool
        package var since: Instant

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&purpose, or: "a consent to no known purpose")
            try row.code(&isGranted)
            try row.code(&since)
        }
    }

    package struct Profile: Equatable, Sendable, Coded {
        /// Empty if none was given.
        package var sealedName: [UInt8] = []
        package var sealedEmail: [UInt8] = []
        /// The position at which the address was set; 0 if none ever was. A code that was sent before it proves nothing.
        package var emailSet: Position = 0
        package var isEmailConfirmed = false
        package var language = Language.unspecified
        package var notify = Notify.all
        /// The last decision on each purpose, in the order in which the purposes first came up.
        package var consents: [Consent] = []
        /// The last times at which statements were ordered, the oldest first.
        fileprivate(set) var statements: [Instant] = []

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&sealedName)
            try row.code(&sealedEmail)
            try row.code(&emailSet)
            try row.code(&isEmailConfirmed)
            try row.code(&language, or: "a profile in no known language")
            try row.code(&notify)
            try row.code(
                &consents, each: Consent(purpose: .unspecified, isGranted: false, since: Instant(milliseconds: 0)))
            try row.code(&statements, each: Instant(milliseconds: 0))
        }
    }

    /// The ways in which a subscriber wants to be notified.
    package struct Notify: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let sms = Notify(rawValue: 1)
        package static let email = Notify(rawValue: 2)
        package static let app = Notify(rawValue: 4)
        package static let all: Notify = [.sms, .email, .app]
        package static let named: [(String, Notify)] = [("sms", .sms), ("email", .email), ("app", .app)]

        package var names: String { Self.named.filter { contains($0.1) }.map(\.0).joined(separator: ",") }
    }

    private var profiles: [AccountIndex: Profile] = [:]

    package init() {}

    package subscript(_ account: AccountIndex) -> Profile { profiles[account] ?? Profile() }

    /// The time until another statement may be ordered; nil if one may be ordered now.
    package func waitForStatement(_ account: AccountIndex, at now: Instant) -> TimeSpan? {
        let ordered = self[account].statements
        guard ordered.count >= Self.statementsPerDay, let oldest = ordered.first else { return nil }
        let left = oldest.remaining(of: Self.statementDay, at: now)
        return left.milliseconds > 0 ? left : nil
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        switch event {
        case .profileSet(let e):
            var profile = self[meta.account]
            if e.setsName { profile.sealedName = e.sealedName }
            if e.setsEmail {
                (profile.sealedEmail, profile.emailSet) = (e.sealedEmail, meta.position)
                profile.isEmailConfirmed = false
            }
            if e.language != .unspecified { profile.language = e.language }
            if e.setsNotify { profile.notify = Notify(rawValue: UInt8(truncatingIfNeeded: e.notify)) }
            profiles[meta.account] = profile
        case .consentSet(let e):
            var profile = self[meta.account]
            let consent = Consent(purpose: e.purpose, isGranted: e.granted, since: meta.effective)
            if let known = profile.consents.firstIndex(where: { $0.purpose == e.purpose }) {
                profile.consents[known] = consent
            } else {
                profile.consents.append(consent)
            }
            profiles[meta.account] = profile
        case .emailConfirmed: profiles[meta.account, default: Profile()].isEmailConfirmed = true
        case .statementOrdered:
            var profile = self[meta.account]
            profile.statements = profile.statements.suffix(Self.statementsPerDay - 1) + [meta.effective]
            profiles[meta.account] = profile
        case .personErased, .subscriberTerminated: profiles[meta.account] = nil
        default: endAtUnknown(event)
        }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var profile = profiles[account]
        row.code(&profile, blank: Profile())
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var profile: Profile?
        try row.code(&profile, blank: Profile())
        if let profile { profiles[account] = profile }
    }

    package var allocatedBytes: Int { profiles.count * 320 }
}
