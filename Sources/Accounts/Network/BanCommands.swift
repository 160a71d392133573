/// CONTENT.BAN, CALLS.BAN, BLACKLIST, BLACKLIST.ADD, BLACKLIST.REMOVE, SETTINGS.SEND: what a subscriber may forbid for a
/// number, and settings for its phone. The network carries each out as an order.

/// `on` or `off`.
enum OnOff: ParameterType {
    static var kind: ParameterKind { .key }
    static var words: [String] { ["on", "off"] }

    static func value(of given: GivenValue) throws(Rejection) -> Bool {
        switch try Key.value(of: given) {
        case "on": return true
        case "off": return false
        default: throw given.rejected(.invalidKey, "\(given.name) must be on or off")
        }
    }
}

extension AccountsState {
    /// Refuses to lift a ban for a session that manages the number through a link: it may only set one. Staff, the
    /// number's own session and an administrator of its organisation may do both.
    func checkLifting(_ account: AccountIndex, _ context: Context) throws(Rejection) {
        let caller = context.caller
        guard caller.session != 0, caller.holder != account else { return }
        if let organization = organizations.organization(of: account),
            organizations.isAdministrator(caller.holder, of: organization),
            !access.isHeld(caller.holder, at: context.now)
        {
            return
        }
        throw Rejection(
            .notPermitted, field: "msisdn",
            "a linked number may set this and not lift it: sign in as the number itself, or ask the operator")
    }
}

/// A ban that is set and lifted by one command.
package protocol Ban: Change, OfSubscriber {
    var isOn: Bool { get }
    static var name: String { get }
    static func isSet(_ account: AccountIndex, _ state: borrowing AccountsState) -> Bool
    static func event(_ isOn: Bool, by authority: BlockAuthority) -> Event
}

private let banState = Parameter<OnOff>(positional: "state")

extension Ban {
    fileprivate static func bans(_ verb: String, _ field: ReplyField, _ summary: String) -> CommandSpec {
        CommandSpec(
            verb, .change, roles: [.frontend, .operator], session: .manager, [msisdn, banState],
            reply: [.msisdn, field, .seq], summary: summary, example: "\(verb) 79001234567 on")
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard Self.isSet(account, state) != isOn else {
            throw isOn
                ? Rejection(.alreadyExists, field: "msisdn", "the number has a ban on \(Self.name) already")
                : Rejection(.notFound, field: "msisdn", "the number has no ban on \(Self.name)")
        }
        if !isOn { try state.checkLifting(account, context) }
        try state.orders.checkRoom(account)
        changes.append(account, Self.event(isOn, by: context.caller.authority), effective: context.now)
    }
}

package struct ContentBan: Ban {
    package static let name = "content"
    package static let spec = bans(
        "CONTENT.BAN", .contentBan,
        "Bans paid content for a number, or allows it again. A number that is put into service begins with the ban.")

    package let msisdn: MSISDN
    package let isOn: Bool

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        isOn = try a[banState]
    }

    package static func isSet(_ account: AccountIndex, _ state: borrowing AccountsState) -> Bool {
        state.services.hasContentBan(account)
    }

    package static func event(_ isOn: Bool, by authority: BlockAuthority) -> Event {
        isOn
            ? .contentBanned(ContentBanned(authority: authority))
            : .contentAllowed(ContentAllowed(authority: authority))
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.contentBan, isOn)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct CallsBan: Ban {
    package static let name = "mass calls"
    package static let spec = bans(
        "CALLS.BAN", .callsBan, "Bans mass calls to a number, or allows them again.")

    package let msisdn: MSISDN
    package let isOn: Bool

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        isOn = try a[banState]
    }

    package static func isSet(_ account: AccountIndex, _ state: borrowing AccountsState) -> Bool {
        state.services.hasCallsBan(account)
    }

    package static func event(_ isOn: Bool, by authority: BlockAuthority) -> Event {
        .callsBanSet(CallsBanSet(banned: isOn, authority: authority))
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.callsBan, isOn)
        reply.field(.seq, outcome.lastPosition)
    }
}

/// The digits of a number in E.164 without `+`, or of a short number, as calls show it.
enum BlacklistPeer: ParameterType {
    static var kind: ParameterKind { .peer }

    static func value(of given: GivenValue) throws(Rejection) -> String {
        if (2...6).contains(given.bytes.count), given.isDigits { return given.text }
        do throws(NotE164) { return "\(try MSISDN(e164: given.bytes))" } catch {
            throw given.rejected(
                .invalidMSISDN, "\(error), such as 79001234567; a short number has 2 to 6 digits and no +")
        }
    }
}

private let peer = Parameter<BlacklistPeer>(
    positional: "peer", "a number in E.164, or a short number of 2 to 6 digits")

package struct Blacklist: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "BLACKLIST", .read, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [.msisdn, .seq], rows: [.peer, .since],
        summary: "Lists the numbers whose calls and messages do not reach a subscriber.",
        example: "BLACKLIST 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        // An administrator sees nothing from before the number joined the organisation.
        let first = context.caller.joining?.position ?? 0
        for entry in state.services.blacklist(try state.directory.subscriber(msisdn)) where entry.position > first {
            reply.row()
            reply.field(.peer, entry.peer)
            reply.field(.since, entry.since)
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows(asOf: state.position)
    }
}

package struct BlacklistAdd: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "BLACKLIST.ADD", .change, roles: [.frontend, .operator], session: .manager, [msisdn, peer],
        reply: [.msisdn, .peer, .seq],
        summary: "Bars calls and messages of a number to a subscriber. A blacklist has at most 100 numbers.",
        example: "BLACKLIST.ADD 79001234567 74950000000")

    package let msisdn: MSISDN
    let given: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        given = try a[peer]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard given != "\(msisdn)" else {
            throw Rejection(.notAvailable, field: "peer", "a number cannot be on its own blacklist")
        }
        let list = state.services.blacklist(account)
        guard !list.contains(where: { $0.peer == given }) else {
            throw Rejection(.alreadyExists, field: "peer", "the number is on the blacklist already")
        }
        guard list.count < Services.maximumPeers else {
            throw Rejection(
                .limitReached, field: "peer",
                "a blacklist has at most \(Services.maximumPeers) numbers: remove one first")
        }
        try state.orders.checkRoom(account)
        changes.append(account, .blacklistAdded(BlacklistAdded(peer: given)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.peer, given)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct BlacklistRemove: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "BLACKLIST.REMOVE", .change, roles: [.frontend, .operator], session: .manager, [msisdn, peer],
        reply: [.msisdn, .peer, .seq],
        summary: "Takes a number off a subscriber's blacklist.",
        example: "BLACKLIST.REMOVE 79001234567 74950000000")

    package let msisdn: MSISDN
    let given: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        given = try a[peer]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard state.services.blacklist(account).contains(where: { $0.peer == given }) else {
            throw Rejection(.notFound, field: "peer", "the number is not on the blacklist")
        }
        try state.checkLifting(account, context)
        try state.orders.checkRoom(account)
        changes.append(account, .blacklistRemoved(BlacklistRemoved(peer: given)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.peer, given)
        reply.field(.seq, outcome.lastPosition)
    }
}

extension NewEvents {
    /// Takes every number off a blacklist, because it tells whom the person avoids.
    mutating func emptyBlacklist(_ account: AccountIndex, _ state: borrowing AccountsState, _ context: Context) {
        for entry in state.services.blacklist(account) {
            append(account, .blacklistRemoved(BlacklistRemoved(peer: entry.peer)), effective: context.now)
        }
    }
}

package struct SettingsSend: Change, OfSubscriber {
    static let kind = Parameter<SettingsKind>("kind")
    package static let spec = CommandSpec(
        "SETTINGS.SEND", .change, roles: [.frontend, .operator], session: .subscriber, [msisdn, kind],
        reply: [.msisdn, .settings, .seq],
        summary: "Has the network send settings for the internet or for MMS to a phone, at most 5 times in 24 hours.",
        example: "SETTINGS.SEND 79001234567 kind=internet")

    package let msisdn: MSISDN
    let kind: SettingsKind

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        kind = try a[Self.kind]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        if let wait = state.services.waitForSettings(account, at: context.now) {
            throw Rejection(
                .limitReached, field: "msisdn",
                "settings were sent to this number \(Services.settingsPerDay) times in 24 hours: try again later",
                retryAfterSeconds: (wait.milliseconds + 999) / 1000)
        }
        try state.orders.checkRoom(account)
        changes.append(account, .settingsSent(SettingsSent(kind: kind)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.settings, outcome.first(SettingsSent.self).kind.word)
        reply.field(.seq, outcome.lastPosition)
    }
}
