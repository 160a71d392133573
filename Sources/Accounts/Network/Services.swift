/// Blocks and bans of a number, at its own, the operator's or the network's wish.
package struct Services: Projection {
    package static let name = "services"
    package static let version: UInt16 = 1

    /// The peers of one blacklist.
    package static let maximumPeers = 100
    /// The settings of one number in `settingsDay`.
    package static let settingsPerDay = 5
    package static let settingsDay = TimeSpan.hours(24)

    package struct SIMBlock: Equatable, Sendable, Coded {
        package var authority = BlockAuthority.subscriber
        /// Unspecified if none was given.
        package var reason = BlockReason.unspecified

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&authority, or: "a SIM that nobody known blocked")
            try row.code(&reason, or: "a SIM that is blocked for no known reason")
        }
    }

    package struct Peer: Equatable, Sendable, Coded {
        /// Digits: a number in E.164 without `+`, or a short number.
        package var peer = ""
        package var since = Instant(milliseconds: 0)
        package var position: Position = 0

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&peer)
            try row.code(&since)
            try row.code(&position)
        }
    }

    private struct Bans: OptionSet {
        let rawValue: UInt8

        static let content = Bans(rawValue: 1)
        static let massCalls = Bans(rawValue: 2)
    }

    /// Everything about a number but its bans: few numbers have any of it.
    private struct Rest: Equatable, Coded {
        var simBlock: SIMBlock?
        /// In the order in which they were added.
        var blacklist: [Peer] = []
        /// The last times at which settings were sent, the oldest first.
        var settings: [Instant] = []

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&simBlock, blank: SIMBlock())
            try row.code(&blacklist, each: Peer())
            try row.code(&settings, each: Instant(milliseconds: 0))
        }
    }

    /// By account.
    private var bans: [UInt8] = []
    private var rests: [AccountIndex: Rest] = [:]

    package init() {}

    private func bans(_ account: AccountIndex) -> Bans {
        Int(account) < bans.count ? Bans(rawValue: bans[Int(account)]) : []
    }

    package func hasContentBan(_ account: AccountIndex) -> Bool { bans(account).contains(.content) }
    package func hasCallsBan(_ account: AccountIndex) -> Bool { bans(account).contains(.massCalls) }

    /// Nil if the SIM is not blocked.
    package func simBlock(_ account: AccountIndex) -> SIMBlock? { rests[account]?.simBlock }

    /// In the order in which they were added.
    package func blacklist(_ account: AccountIndex) -> [Peer] { rests[account]?.blacklist ?? [] }

    /// The time until settings may be sent again; nil if they may be sent now.
    package func waitForSettings(_ account: AccountIndex, at now: Instant) -> TimeSpan? {
        let sent = rests[account]?.settings ?? []
        guard sent.count >= Self.settingsPerDay, let oldest = sent.first else { return nil }
        let left = oldest.remaining(of: Self.settingsDay, at: now)
        return left.milliseconds > 0 ? left : nil
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let account = meta.account
        switch event {
        case .subscriberActivated(let e): if e.contentBan { set(.content, true, account) }
        case .simBlocked(let e):
            change(account) { $0.simBlock = SIMBlock(authority: e.authority, reason: e.reason) }
        case .simUnblocked: change(account) { $0.simBlock = nil }
        case .contentBanned: set(.content, true, account)
        case .contentAllowed: set(.content, false, account)
        case .callsBanSet(let e): set(.massCalls, e.banned, account)
        case .blacklistAdded(let e):
            change(account) {
                $0.blacklist.append(Peer(peer: e.peer, since: meta.effective, position: meta.position))
            }
        case .blacklistRemoved(let e): change(account) { rest in rest.blacklist.removeAll { $0.peer == e.peer } }
        case .settingsSent:
            change(account) { $0.settings = $0.settings.suffix(Self.settingsPerDay - 1) + [meta.effective] }
        case .subscriberTerminated:
            if Int(account) < bans.count { bans[Int(account)] = 0 }
            rests[account] = nil
        default: endAtUnknown(event)
        }
    }

    private mutating func set(_ ban: Bans, _ isOn: Bool, _ account: AccountIndex) {
        bans.reserveIndex(account, filling: 0)
        let others = bans[Int(account)] & ~ban.rawValue
        bans[Int(account)] = isOn ? others | ban.rawValue : others
    }

    private mutating func change(_ account: AccountIndex, _ change: (inout Rest) -> Void) {
        var rest = rests[account] ?? Rest()
        change(&rest)
        rests[account] = rest == Rest() ? nil : rest
    }

    private struct Row: Coded {
        var bans: UInt8 = 0
        var rest: Rest?

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&bans)
            try row.code(&rest, blank: Rest())
        }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var own = Row(bans: bans(account).rawValue, rest: rests[account])
        own.code(&row)
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var own = Row()
        try own.code(&row)
        if Int(account) < bans.count { bans[Int(account)] = own.bans }
        rests[account] = own.rest
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(lengthOf: &bans, filling: 0)
    }

    package var allocatedBytes: Int { bans.columnBytes + rests.count * 256 }
}
