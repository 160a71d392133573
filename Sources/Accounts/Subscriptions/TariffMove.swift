/// A move to another tariff: its costs, and what it takes and brings. TARIFF.QUOTE shows one, TARIFF.CHANGE and planned
/// changes carry it out, so a quote is what then happens.

package struct TariffMove: Sendable {
    /// The offering that the subscriber has.
    let from: UInt32
    let to: CatalogOfferingPut
    let at: Instant
    /// Credits for unused days of the old tariff; amounts below zero.
    let credits: [Charge]
    /// The fee of the change, if there is one.
    let changeFee: [Charge]
    /// The connection fee and the fee of the new tariff.
    let opening: [Charge]
    /// The options that do not go with the new tariff.
    let conflicts: [String]
    let balance: Money

    /// Refuses the move if an option does not go with the new tariff.
    func checkConflicts() throws(Rejection) {
        guard let option = conflicts.last else { return }
        throw Rejection(
            .incompatible, field: "tariff", "\(option) is not available with \(to.key): switch it off first")
    }

    var charges: [Charge] { changeFee + opening }
    var cost: Money { charges.total + credits.total }
}

extension AccountsState {
    /// The move to a tariff at an instant, or the reason why this subscriber cannot have the tariff. Money and options
    /// that do not fit are no reason. If `isFree`, the change itself costs nothing.
    func tariffMove(of account: AccountIndex, to key: String, corporate: Bool, isFree: Bool, at instant: Instant)
        throws(Rejection) -> TariffMove
    {
        let tariff = subscriptions.tariff(account)
        let offering = try sold(
            key, [.tariff], inRegion: directory.regionKey(account), corporate: corporate, field: "tariff", at: instant)
        guard offering.offering != UInt32(tariff.offering) else {
            throw Rejection(.alreadyExists, field: "tariff", "the subscriber has this tariff already")
        }
        let fee = isFree ? 0 : tariffChangeFee(account, at: instant)
        let catalog = catalog[then: instant]
        return TariffMove(
            from: UInt32(tariff.offering), to: offering, at: instant,
            credits: credit(for: tariff, of: account, at: instant).map { [$0] } ?? [],
            changeFee: fee > 0 ? [Charge(kind: .tariffChange, offering: offering.offering, amount: fee)] : [],
            opening: openingCharges(offering, of: account, at: instant),
            conflicts: conflicts(of: account, with: key, catalog), balance: balances[account])
    }

    /// The charges of a move, for a check from outside; nil if there is no such move.
    package func quotedCharges(for tariff: UInt32, of account: AccountIndex, isFree: Bool, at instant: Instant)
        -> [Charge]?
    {
        for isCorporate in [organizations.organization(of: account) != nil, true, false] {
            let move = try? tariffMove(
                of: account, to: catalog.key(tariff), corporate: isCorporate, isFree: isFree, at: instant)
            if let move { return move.charges }
        }
        return nil
    }

    /// The keys of the options that do not go with a tariff.
    private func conflicts(of account: AccountIndex, with tariff: String, _ catalog: Catalog) -> [String] {
        var keys: [String] = []
        subscriptions.forEachOption(account) {
            let option = catalog[UInt32($0.offering)]
            if !catalog.goes(option, with: tariff) { keys.append(option.key) }
        }
        return keys
    }

    /// The price of a change of tariff, in minor units, beside the new tariff's fee: 0 if the last change was long ago.
    func tariffChangeFee(_ account: AccountIndex, at now: Instant) -> Int64 {
        let terms = catalog[then: now].current.terms
        guard let changed = subscriptions.tariffChanged(account),
            changed.lasts(.days(Int64(terms.tariffChangeFreeAfterDays)), at: now)
        else { return 0 }
        return terms.tariffChangeFee
    }
}

extension NewEvents {
    /// Moves a subscriber to another tariff, which takes its fee at once. If `isFree`, the change itself costs nothing.
    mutating func move(
        _ account: AccountIndex, to tariff: String, corporate: Bool, isFree: Bool, _ state: borrowing AccountsState,
        _ context: Context
    ) throws(Rejection) {
        try state.checkNotSuspended(account)
        let move = try state.tariffMove(
            of: account, to: tariff, corporate: corporate, isFree: isFree, at: context.now)
        try move.checkConflicts()
        _ = try state.balance(account, credited: -move.credits.total, after: move.charges)
        // An organisation that takes a number over buys nothing for the subscriber.
        if !isFree { try state.checkSpending(account, move.charges + move.credits, at: context.now) }
        append(move, of: account, state)
    }

    /// The events of a move. If the balance does not cover the new tariff's fee, the tariff begins unpaid.
    mutating func append(_ move: TariffMove, of account: AccountIndex, _ state: borrowing AccountsState) {
        var balance = move.balance - move.credits.total
        if !move.credits.isEmpty {
            let returned = FeesReturned(charges: move.credits, balanceAfter: balance.minorUnits)
            append(account, .feesReturned(returned), effective: move.at)
        }
        let isPaid = balance - move.charges.total >= .zero && !move.charges.contains { state.isFull($0) }
        let charges = isPaid ? move.charges : move.charges.filter { !$0.kind.opensPeriod }
        balance -= charges.total
        let changed = TariffChanged(
            from: move.from, to: move.to.offering, charges: charges, balanceAfter: balance.minorUnits)
        append(account, .tariffChanged(changed), effective: move.at)
        guard isPaid else { return appendUnpaid(move.opening, of: account, at: move.at) }
        let until = charges.first { $0.kind == .tariffFee }?.periodEnd ?? 0
        grant(move.to, to: account, state, from: move.at, until: until, replacing: move.from)
    }

    /// A product begins unpaid.
    mutating func appendUnpaid(_ opening: [Charge], of account: AccountIndex, at instant: Instant) {
        for charge in opening where charge.kind.opensPeriod {
            append(
                account, .feeUnpaid(FeeUnpaid(offering: charge.offering, fee: charge.amount)), effective: instant)
        }
    }
}
