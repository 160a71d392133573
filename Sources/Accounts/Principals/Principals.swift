/// Front-end services, acquirers, network elements and staff: their names, roles and hashed secrets.
package struct Principals: Projection {
    package static let name = "principals"
    package static let version: UInt16 = 3

    package struct Principal: Sendable, Coded {
        package var name: String
        package var roles: Roles
        package var secretHash: [UInt8]
        package var isEnabled: Bool
        /// The former secret, when it was replaced, and when it is refused. Empty if it is refused already.
        package var formerHash: [UInt8] = []
        package var formerSince = Instant(milliseconds: 0)
        package var formerUntil = Instant(milliseconds: 0)

        /// The payments that a cash desk took on `cashDay`, a day of UTC counted from 1970.
        fileprivate var cashDay: Int64 = 0
        fileprivate var cash = Money.zero

        mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
            try rest.code(&name)
            try rest.code(&roles)
            try rest.code(&secretHash)
            try rest.code(&isEnabled)
            try rest.code(&formerHash)
            try rest.code(&formerSince)
            try rest.code(&formerUntil)
            try rest.code(&cashDay)
            try rest.code(&cash)
        }

        package func acceptsFormer(at now: Instant) -> Bool {
            formerSince.lasts(until: formerUntil, at: now)
        }

        /// True if this is its secret, or the one before it while that is still accepted. Compares both in every case.
        package func accepts(secretHash hash: [UInt8], now: Instant) -> Bool {
            let isSecret = equalInConstantTime(secretHash, hash)
            let isFormer = equalInConstantTime(formerHash, hash) && acceptsFormer(at: now)
            return isEnabled && (isSecret || isFormer)
        }
    }

    /// By number. 0 is the service itself, which has no secret, so that nobody can sign in as it.
    package private(set) var all = [Principal(name: "kabinet", roles: .admin, secretHash: [], isEnabled: true)]

    package init() {}

    package var next: UInt32 { UInt32(all.count) }

    package func find(_ name: String) -> UInt32? {
        all.firstIndex { $0.name == name }.map { UInt32($0) }.flatMap { $0 == 0 ? nil : $0 }
    }

    package subscript(_ number: UInt32) -> Principal { all[Int(number)] }

    /// The facts that every command needs, read without a copy of the rest.
    package func isEnabled(_ number: UInt32) -> Bool { all[Int(number)].isEnabled }
    package func roles(_ number: UInt32) -> Roles { all[Int(number)].roles }

    /// True if its payments are counted. False for a number that is nobody's, as a damaged log may have it.
    func isCashier(_ number: UInt32) -> Bool { Int(number) < all.count && all[Int(number)].roles.contains(.cashier) }

    /// The payments that a cash desk took on the day of an instant, by UTC. The day before the last one counts with it,
    /// because a clock that is set back over midnight begins no day.
    package func cash(takenBy number: UInt32, onDayOf instant: Instant) -> Money {
        let (principal, day) = (all[Int(number)], instant.date(offsetMinutes: 0).daysSinceEpoch)
        return day == principal.cashDay || day == principal.cashDay - 1 ? principal.cash : .zero
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        switch event {
        case .principalAdded(let e):
            precondition(e.number == next, "principals are numbered without gaps")
            all.append(
                Principal(name: e.name, roles: Roles(rawValue: e.roles), secretHash: e.secretHash, isEnabled: true))
        case .principalRotated(let e):
            let index = Int(e.number)
            // At most two secrets are accepted, so the one that was former already is dropped.
            all[index].formerHash = e.formerUntil == 0 ? [] : all[index].secretHash
            all[index].formerSince = meta.effective
            all[index].formerUntil = Instant(milliseconds: e.formerUntil)
            all[index].secretHash = e.secretHash
        case .principalDisabled(let e): all[Int(e.number)].isEnabled = false
        // Copies nothing of the event for principals that are no cash desk.
        case .toppedUp: if isCashier(meta.principal) { take(event.money?.amount ?? .zero, meta) }
        default: endAtUnknown(event)
        }
    }

    private mutating func take(_ cash: Money, _ meta: EventMeta) {
        let (index, day) = (Int(meta.principal), meta.effective.date(offsetMinutes: 0).daysSinceEpoch)
        all[index].cash = self.cash(takenBy: meta.principal, onDayOf: meta.effective) + cash
        if day != all[index].cashDay - 1 { all[index].cashDay = day }
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&all, each: Principal(name: "", roles: [], secretHash: [], isEnabled: false))
        try rest.check(!all.isEmpty, "it has no principals")
    }

    package var allocatedBytes: Int { all.columnBytes }
}
