/// Front-end services, acquirers, network elements and staff: their names, roles and hashed secrets.
package struct Principals: Projection {
    package static let name = "principals"
    package static let version: UInt16 = 4

    package struct Principal: Sendable, Coded {
        package var name: String
        package var roles: Roles
        package var secretHash: [UInt8]
        package var isEnabled: Bool
        /// The former secret, when it was replaced, and when it is refused. Empty if it is refused already.
        package var formerHash: [UInt8] = []
        package var formerSince = Instant(milliseconds: 0)
        package var formerUntil = Instant(milliseconds: 0)

        /// The payments that a cash desk took.
        fileprivate var cash = DaySum()
        /// The methods of the requests that an acquirer gets, as bits; 0 for all of them.
        fileprivate(set) var methods: UInt32 = 0
        /// Everyone who has added it or drawn a secret of it, and may know that secret. Never the service itself.
        fileprivate var makers: [UInt32] = []
        /// The money that a person moved alone.
        fileprivate var alone = DaySum()

        mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
            try rest.code(&name)
            try rest.code(&roles)
            try rest.code(&secretHash)
            try rest.code(&isEnabled)
            try rest.code(&formerHash)
            try rest.code(&formerSince)
            try rest.code(&formerUntil)
            try rest.code(&cash)
            try rest.code(&methods)
            try rest.code(&makers)
            try rest.code(&alone)
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

    /// The payments that a cash desk took on the day of an instant, by UTC.
    package func cash(takenBy number: UInt32, onDayOf instant: Instant) -> Money {
        all[Int(number)].cash.sum(onDayOf: instant)
    }

    /// The money that a person moved alone on the day of an instant, by UTC, with all principals that are theirs. If
    /// somebody else made the principal, the greater of both sums counts.
    func movedAlone(_ number: UInt32, onDayOf instant: Instant) -> Money {
        let makers = makers(of: number).filter { !isFirst($0) }
        return makers.union([number]).reduce(.zero) { max($0, all[Int($1)].alone.sum(onDayOf: instant)) }
    }

    /// True if it is an acquirer that may be asked for payments by this method.
    func takes(_ method: PaymentMethod, _ number: UInt32) -> Bool {
        let principal = all[Int(number)]
        return principal.isEnabled && principal.roles.contains(.payments)
            && (principal.methods == 0 || principal.methods & method.bit != 0)
    }

    /// True if some acquirer may be asked for payments by this method.
    func hasAcquirer(of method: PaymentMethod) -> Bool { all.indices.contains { takes(method, UInt32($0)) } }

    /// Two persons stand for a move of money if neither of them, and no third, may know the secrets of both.
    ///
    /// A person may know the secret of a principal that they added, or whose secret they drew, and of all that were
    /// added by that one in turn. The first administrator, whom the service itself added, adds the staff: its principals
    /// are independent of each other, and none of them is independent of it.
    func areIndependent(_ a: UInt32, _ b: UInt32) -> Bool {
        guard a != b else { return false }
        let (makersOfA, makersOfB) = (makers(of: a), makers(of: b))
        guard !makersOfA.contains(b), !makersOfB.contains(a) else { return false }
        return makersOfA.intersection(makersOfB).allSatisfy { isFirst($0) }
    }

    /// True for the first administrator, whom the service itself added.
    func isFirst(_ number: UInt32) -> Bool {
        all[Int(number)].makers.isEmpty && all[Int(number)].roles.contains(.admin)
    }

    private func makers(of number: UInt32) -> Set<UInt32> {
        var found: Set<UInt32> = []
        var open = all[Int(number)].makers
        while let maker = open.popLast() {
            if found.insert(maker).inserted { open += all[Int(maker)].makers }
        }
        return found
    }

    /// The staff of these roles that may stand for an act beside `author`.
    func approvers(beside author: UInt32, with roles: Roles = .staff) -> Int {
        all.indices.count {
            $0 != 0 && isEnabled(UInt32($0)) && !self.roles(UInt32($0)).isDisjoint(with: roles)
                && areIndependent(UInt32($0), author)
        }
    }

    /// True if there was never another one of the staff. Four eyes hold from the second one on, also once that one is
    /// disabled.
    func isOnlyStaff(_ author: UInt32) -> Bool {
        !all.indices.contains { $0 != 0 && $0 != Int(author) && !all[$0].roles.isDisjoint(with: .staff) }
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        switch event {
        case .principalAdded(let e):
            precondition(e.number == next, "principals are numbered without gaps")
            all.append(
                Principal(name: e.name, roles: Roles(rawValue: e.roles), secretHash: e.secretHash, isEnabled: true))
            all[Int(e.number)].methods = e.methods
            made(e.number, by: meta.principal)
            if e.author != 0 { made(e.number, by: e.author) }
        case .principalRotated(let e):
            let index = Int(e.number)
            // At most two secrets are accepted, so the one that was former already is dropped.
            all[index].formerHash = e.formerUntil == 0 ? [] : all[index].secretHash
            all[index].formerSince = meta.effective
            all[index].formerUntil = Instant(milliseconds: e.formerUntil)
            all[index].secretHash = e.secretHash
            made(e.number, by: meta.principal)
        case .principalDisabled(let e): all[Int(e.number)].isEnabled = false
        // Copies nothing of the event for principals that are no cash desk.
        case .toppedUp, .paymentParked:
            if isCashier(meta.principal), !event.isVoucher {
                all[Int(meta.principal)].cash.add(event.money?.amount ?? .zero, at: meta.effective)
            }
        case .paymentReversed(let e): moved(e.amount, e.authority, meta)
        case .balanceAdjusted(let e): moved(e.amount, e.authority, meta)
        case .vouchersMade(let e): moved(e.value * Int64(e.count), e.authority, meta)
        default: endAtUnknown(event)
        }
    }

    private mutating func made(_ number: UInt32, by maker: UInt32) {
        guard maker != 0, maker != number, !all[Int(number)].makers.contains(maker) else { return }
        all[Int(number)].makers.append(maker)
    }

    /// Counts what a person moved alone, in minor units.
    private mutating func moved(_ amount: Int64, _ authority: Authority, _ meta: EventMeta) {
        guard authority.isOnePerson, Int(meta.principal) < all.count else { return }
        for number in makers(of: meta.principal).union([meta.principal]) {
            all[Int(number)].alone.add(Money(minorUnits: amount).magnitude, at: meta.effective)
        }
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(&all, each: Principal(name: "", roles: [], secretHash: [], isEnabled: false))
        try rest.check(!all.isEmpty, "it has no principals")
    }

    package var allocatedBytes: Int { all.columnBytes }
}

extension Event {
    /// A voucher is no cash.
    fileprivate var isVoucher: Bool {
        if case .toppedUp(let e) = self { e.voucherBatch != 0 } else { false }
    }
}
