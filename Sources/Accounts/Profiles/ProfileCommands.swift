/// PROFILE, PROFILE.SET, CONSENT.SET, REGIONS, PRIVACY.REPORT.

extension CommandRegistry {
    @inlinable
    package mutating func addProfileCommands() {
        read(ProfileRead.self)
        change(ProfileChange.self)
        change(EmailCode.self)
        change(ConsentChange.self)
        read(PrivacyReport.self)
        read(RegionList.self)
        read(NotificationsRead.self)
        change(Erase.self)
    }
}

extension Language {
    /// The language in which a subscriber is addressed: Russian unless another was chosen.
    var spoken: Language { self == .unspecified ? .ru : self }
}

extension Profiles.Notify: ParameterType {
    package static var kind: ParameterKind { .list }

    package static func value(of given: GivenValue) throws(Rejection) -> Profiles.Notify {
        var notify: Profiles.Notify = []
        for word in try List.value(of: given) {
            guard let way = named.first(where: { $0.0 == word })?.1 else {
                throw given.rejected(.invalidKey, "notify must be one or more of sms, email and app")
            }
            notify.insert(way)
        }
        return notify
    }
}

/// A person's texts, unsealed.
private struct OpenedProfile {
    let profile: Profiles.Profile
    private let keyID: [UInt8]

    init(_ account: AccountIndex, _ state: borrowing AccountsState) {
        profile = state.profiles[account]
        keyID = state.directory[account].keyID.bytes
    }

    var sealed: [SealedText] {
        [profile.sealedName, profile.sealedEmail].filter { !$0.isEmpty }.map { SealedText(keyID: keyID, sealed: $0) }
    }

    func text(_ sealed: [UInt8], _ texts: [SealedText: String]) -> String {
        texts[SealedText(keyID: keyID, sealed: sealed)] ?? ""
    }
}

package struct ProfileRead: Read, OfSubscriber, Prepares {
    package static let spec = CommandSpec(
        "PROFILE", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [.msisdn, .name, .email, .emailConfirmed, .region, .language, .notify],
        rows: [.consent, .granted, .since], waits: true,
        summary: "Returns a subscriber's name, contact preferences and consents.",
        example: "PROFILE 79001234567 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Open {
        Open(texts: OpenedProfile(try state.directory.subscriber(msisdn), state).sealed)
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        let opened = OpenedProfile(account, state)
        for consent in opened.profile.consents {
            reply.row()
            reply.field(.consent, consent.purpose.word)
            reply.field(.granted, consent.isGranted)
            reply.field(.since, consent.since)
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.field(.name, opened.text(opened.profile.sealedName, done(context)))
        reply.field(.email, opened.text(opened.profile.sealedEmail, done(context)))
        reply.field(.emailConfirmed, opened.profile.isEmailConfirmed)
        reply.field(.region, state.directory.regionKey(account))
        reply.field(.language, opened.profile.language.spoken.word)
        reply.field(.notify, opened.profile.notify.names)
        reply.countRows()
    }
}

package struct ProfileChange: Change, OfSubscriber, Prepares {
    static let name = Parameter<PlainText?>(
        "name",
        "the subscriber's name, stored encrypted; an empty value removes it", in: PlainText.orEmpty)
    static let email = Parameter<EmailAddress?>(
        "email",
        "an e-mail address, stored encrypted; an empty value removes it", in: EmailAddress.orEmpty)
    static let region = Parameter<Key?>("region", "the key of a region of the catalogue")
    static let language = Parameter<Language?>("language")
    static let notify = Parameter<Profiles.Notify?>(
        "notify",
        "the channels for notices: one or more of sms, email, app")
    package static let spec = CommandSpec(
        "PROFILE.SET", .change, roles: [.frontend, .operator], session: .subscriber,
        [msisdn, name, email, region, language, notify],
        reply: [.msisdn, .seq], waits: true,
        summary:
            "Changes fields of a subscriber's profile. Fields that are not given stay as they are.",
        example: "PROFILE.SET 79001234567 name=\"Анна\" language=ru session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN
    let name: String?
    let email: String?
    let region: String?
    let language: Language
    let notify: Profiles.Notify?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        name = try a[Self.name]
        email = try a[Self.email]
        region = try a[Self.region]
        language = try a[Self.language] ?? .unspecified
        notify = try a[Self.notify]
        guard name != nil || email != nil || region != nil || language != .unspecified || notify != nil else {
            throw Rejection(.missingArgument, field: "name", "PROFILE.SET needs at least one field to change")
        }
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Seal? {
        let account = try state.directory.subscriber(msisdn)
        if let region, !state.catalog.hasRegion(region) { throw .notFound("region", "region") }
        let texts = [name, email].compactMap(\.self).filter { !$0.isEmpty }
        guard !texts.isEmpty else { return nil }
        return Seal(texts: texts.map { Array($0.utf8) }, keyID: state.directory[account].keyID.bytes)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        if let region { try state.checkMonth(of: account, movingTo: region, at: context.now) }
        var sealed: ArraySlice<[UInt8]> = []
        if let done = done(context) {
            try state.directory.check(account, hasKey: done.keyID)
            sealed = done.texts[...]
        }
        let set = ProfileSet(
            sealedName: name?.isEmpty ?? true ? [] : sealed.removeFirst(),
            sealedEmail: email?.isEmpty ?? true ? [] : sealed.removeFirst(), region: region ?? "", language: language,
            setsNotify: notify != nil, notify: UInt32(notify?.rawValue ?? 0), setsName: name != nil,
            setsEmail: email != nil)
        changes.append(account, .profileSet(set), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}

extension Directory {
    /// Refuses if the account's key changed while texts were being sealed.
    func check(_ account: AccountIndex, hasKey keyID: [UInt8]) throws(Rejection) {
        guard keyID == self[account].keyID.bytes else {
            throw Rejection(.conflict, field: "msisdn", "the person was erased meanwhile: send the request again")
        }
    }
}

package struct ConsentChange: Change, OfSubscriber {
    static let consent = Parameter<ConsentPurpose>(positional: "consent")
    static let granted = Parameter<YesNo>(positional: "granted", "1 gives the consent, 0 withdraws it")
    package static let spec = CommandSpec(
        "CONSENT.SET", .change, roles: [.frontend, .operator], session: .subscriber,
        [msisdn, consent, granted],
        reply: [.msisdn, .consent, .granted, .seq],
        summary: "Records that a subscriber gives or withdraws a consent.",
        example: "CONSENT.SET 79001234567 advertising 0 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN
    let purpose: ConsentPurpose
    let isGranted: Bool

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        purpose = try a[Self.consent]
        isGranted = try a[Self.granted]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        changes.append(
            try state.directory.subscriber(msisdn), .consentSet(ConsentSet(purpose: purpose, granted: isGranted)),
            effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.consent, purpose.word)
        reply.field(.granted, isGranted)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct RegionList: Read {
    package static let spec = CommandSpec(
        "REGIONS", .read, roles: [.frontend, .operator, .network], rows: [.region, .name, .offsetMinutes],
        summary: "Lists the regions of the catalogue with their time zones.", example: "REGIONS")

    package init(_ a: Arguments) throws(Rejection) {}

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        for region in state.catalog.current.regions {
            reply.row()
            reply.field(.region, region.region)
            reply.field(.name, region.name)
            reply.field(.offsetMinutes, RegionClock(region.offsets).offsetMinutes(at: context.now))
        }
        reply.closing()
        reply.countRows()
    }
}

/// Everything that is held about a person (Federal Law 152-FZ, article 14), one row for each thing.
package struct PrivacyReport: Read, OfSubscriber, Prepares {
    package static let spec = CommandSpec(
        "PRIVACY.REPORT", .read, roles: [.frontend, .operator, .admin], session: .subscriber,
        [msisdn], reply: [.msisdn, .last], rows: [.what, .value, .since.sometimes], waits: true,
        summary: "Lists the data that the service stores about the person of a number, and where each item is stored.",
        example: "PRIVACY.REPORT 79001234567 session=Zm9yIGV4YW1wbGUgb25seQ")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Open {
        let account = try state.directory.subscriber(msisdn)
        let keyID = state.directory[account].keyID.bytes
        let devices = (state.access.devices[account] ?? []).map { SealedText(keyID: keyID, sealed: $0.sealedName) }
        let orders = state.notifications.statementOrders(of: account, at: context.now)
        let addresses = orders.map { SealedText(keyID: keyID, sealed: $0.order.sealedEmail) }
        return Open(texts: OpenedProfile(account, state).sealed + devices + addresses)
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        let (directory, access) = (state.directory[account], state.access)
        let opened = OpenedProfile(account, state)
        func row(_ what: String, _ value: String, _ since: Instant? = nil) {
            reply.row()
            reply.field(.what, what)
            reply.field(.value, value)
            if let since { reply.field(.since, since) }
        }
        row("number", "\(msisdn)", directory.activated)
        row("region", state.directory.regionKey(account))
        row("name", opened.text(opened.profile.sealedName, done(context)))
        row("email", opened.text(opened.profile.sealedEmail, done(context)))
        row("email_confirmed", opened.profile.isEmailConfirmed ? "1" : "0")
        row("language", "\(opened.profile.language.spoken.word)")
        row("notify", opened.profile.notify.names)
        for consent in opened.profile.consents {
            row("consent", "\(consent.purpose.word) \(consent.isGranted ? "granted" : "taken back")", consent.since)
        }
        row("password", access.isRegistered(account) ? "an Argon2id digest" : "none")
        for (number, session) in access.sessions(of: account) {
            row("session", "\(number) by \(session.method.word)", session.opened)
        }
        for device in access.devices[account] ?? [] {
            row("device", opened.text(device.sealedName, done(context)), device.added)
        }
        let links = access.links[account] ?? Links()
        for other in links.manages { row("manages", "\(state.directory[other].msisdn)") }
        for other in links.managedBy { row("managed_by", "\(state.directory[other].msisdn)") }
        row("balance", "\(state.balances[account])")
        row("tariff", state.catalog.key(UInt32(state.subscriptions.tariff(account).offering)))
        if let planned = state.plannedChange(of: account) {
            row("planned_tariff", "\(state.catalog.key(planned.tariff)) at \(planned.at)")
        }
        let arranged = state.subscriptions.arrangements(account)
        if arranged.isSuspended { row("plan", "suspended", arranged.suspended) }
        state.subscriptions.forEachOption(account) { row("option", state.catalog.key(UInt32($0.offering))) }
        if let organization = state.organizations.organization(of: account) { row("organization", "\(organization)") }
        for organization in state.organizations.administered(by: account) { row("acts_for", "\(organization)") }
        if let block = state.services.simBlock(account) { row("sim_block", "\(block.authority.word)") }
        let limits = state.limits[account]
        if limits.amount > .zero { row("spending_limit", "\(limits.amount)") }
        if let bytes = limits.roamingBytes { row("roaming_limit", "\(bytes)") }
        if limits.stopsBeyondPackage { row("beyond_package", "\(BeyondPackage.stop.word)") }
        for entry in state.services.blacklist(account) { row("blacklist", entry.peer, entry.since) }
        for (ordered, order) in state.notifications.statementOrders(of: account, at: context.now) {
            row("statement_order", opened.text(order.sealedEmail, done(context)), ordered)
        }
        for card in state.paying.cards(of: account) {
            row(
                "card", card.last4.isEmpty ? "an acquirer's token" : "an acquirer's token of ···\(card.last4)",
                card.added)
        }
        let autopay = state.autopay[account]
        if autopay.isOn { row("autopay", "\(autopay.amount) from a stored card") }
        row("PIN and PUK", "sealed")
        row("log", "every event of the number, ICCID and IMSI among them, for ever: EVENTS msisdn=\(msisdn)")
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.field(.last, directory.lastPosition)
        reply.countRows()
    }
}
