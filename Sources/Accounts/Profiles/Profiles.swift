/// The person behind a number: name and address sealed, language, ways to be notified, consents.
package struct Profiles: Projection {
    package static let name = "profiles"
    package static let version: UInt16 = 1

    package struct Consent: Equatable, Sendable {
        package var purpose: ConsentPurpose
        package var isGranted: Bool
        package var since: Instant
    }

    package struct Profile: Equatable, Sendable {
        /// Empty if none was given.
        package var sealedName: [UInt8] = []
        package var sealedEmail: [UInt8] = []
        package var language = Language.unspecified
        package var notify = Notify.all
        /// The last decision on each purpose, in the order in which the purposes first came up.
        package var consents: [Consent] = []
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

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        switch event {
        case .profileSet(let e):
            var profile = self[meta.account]
            if e.setsName { profile.sealedName = e.sealedName }
            if e.setsEmail { profile.sealedEmail = e.sealedEmail }
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
        case .personErased, .subscriberTerminated: profiles[meta.account] = nil
        default: endAtUnknown(event)
        }
    }

    package func digest(into hash: inout XXH64) {
        for account in profiles.keys.sorted() {
            let profile = self[account]
            hash.update(UInt64(account))
            hash.update(counted: profile.sealedName)
            hash.update(counted: profile.sealedEmail)
            hash.update(UInt64(profile.language.rawValue) << 8 | UInt64(profile.notify.rawValue))
            for consent in profile.consents {
                hash.update(UInt64(consent.purpose.rawValue) << 1 | (consent.isGranted ? 1 : 0))
                hash.update(consent.since.milliseconds)
            }
        }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        let profile = profiles[account]
        row.put(profile != nil)
        guard let profile else { return }
        row.put(profile.sealedName)
        row.put(profile.sealedEmail)
        row.put(UInt8(truncatingIfNeeded: profile.language.rawValue))
        row.put(profile.notify.rawValue)
        row.put(each: profile.consents) {
            $0.put(UInt8(truncatingIfNeeded: $1.purpose.rawValue))
            $0.put($1.isGranted)
            $0.put($1.since)
        }
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        guard try row.flag() else { return }
        var profile = Profile(
            sealedName: try row.array { row throws(SnapshotError) in try row.number(UInt8.self) },
            sealedEmail: try row.array { row throws(SnapshotError) in try row.number(UInt8.self) })
        guard let language = Language(rawValue: numericCast(try row.number(UInt8.self))) else {
            throw SnapshotError("a profile in no known language")
        }
        profile.language = language
        profile.notify = Notify(rawValue: try row.number())
        profile.consents = try row.array { row throws(SnapshotError) in
            guard let purpose = ConsentPurpose(rawValue: numericCast(try row.number(UInt8.self))) else {
                throw SnapshotError("a consent to no known purpose")
            }
            return Consent(purpose: purpose, isGranted: try row.flag(), since: try row.instant())
        }
        profiles[account] = profile
    }

    package func encodeRest(into rest: inout SnapshotEncoder) {}
    package mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) {}

    package var allocatedBytes: Int { profiles.count * 256 }
}
