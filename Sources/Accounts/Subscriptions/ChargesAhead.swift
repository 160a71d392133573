/// The charges that are known to come, as the state stands: the time, the offering and the amount of each.
///
/// The functions that will take a charge say how much it is. It changes with every act of the subscriber, and with a
/// catalogue that is not yet scheduled.

/// A charge to come.
package struct ChargeAhead: Equatable, Sendable {
    package enum Kind: Sendable {
        /// The fee of a period.
        case fee
        /// A planned change of tariff: the fee of the change and the new tariff's, less credits.
        case tariffChange
        /// The fee of a retired offering's successor.
        case move
        case suspensionFee
        /// The fee of a day of a number that nobody uses.
        case dormancyFee

        var word: StaticString {
            switch self {
            case .fee: "fee"
            case .tariffChange: "tariff_change"
            case .move: "move"
            case .suspensionFee: "suspension_fee"
            case .dormancyFee: "dormancy_fee"
            }
        }
    }

    package let at: Instant
    package let kind: Kind
    /// The offering that it pays for; 0 for the fee of a day.
    package let offering: UInt32
    package let amount: Money
}

extension AccountsState {
    /// Visits the next charge of each product that costs money then, the tariff's first. While the plan is suspended, the
    /// suspension's fee alone is to come. A fee that the state of the SIM stops is left out.
    func forEachChargeAhead(of account: AccountIndex, after now: Instant, _ visit: (ChargeAhead) -> Void) {
        func charge(_ at: Instant, _ kind: ChargeAhead.Kind, _ offering: UInt32, _ amount: Int64) {
            guard amount != 0 else { return }
            visit(ChargeAhead(at: at, kind: kind, offering: offering, amount: Money(minorUnits: amount)))
        }
        let arranged = subscriptions.arrangements(account)
        guard !arranged.isSuspended else {
            let next = arranged.nextSuspensionFee
            if next != .never { charge(next, .suspensionFee, 0, suspensionDayFee(at: next)) }
            return
        }
        let tariff = subscriptions.tariff(account)
        guard tariff.offering != 0 else { return }
        if let change = changeAhead(of: account), !isMoved(tariff, account, after: now, before: change.at) {
            // A change in the middle of the paid period, or at its end, comes instead of the fee.
            if paidEnd(of: tariff, account).end < change.at { chargeAhead(of: tariff, account, after: now, charge) }
            charge(change.at, .tariffChange, change.to.offering, change.cost.minorUnits)
        } else {
            chargeAhead(of: tariff, account, after: now, charge)
        }
        subscriptions.forEachOption(account) { chargeAhead(of: $0, account, after: now, charge) }
        if let fee = dormancyFeeAhead(of: account, at: now) {
            charge(fee.next, .dormancyFee, 0, min(fee.dayFee, balances[account]).minorUnits)
        }
    }

    /// True if the next thing of a plan is the move from its retired offering, before an instant. It ends a planned change.
    private func isMoved(
        _ tariff: Subscriptions.Product, _ account: AccountIndex, after now: Instant, before instant: Instant
    ) -> Bool {
        let (end, brings) = paidEnd(of: tariff, account)
        return switch brings {
        case .move: end < instant
        case .fee: false
        case .later, nil: moveAhead(of: tariff).map { max($0.at, now) < instant } ?? false
        }
    }

    /// The planned change if it is to happen; nil if none is planned, or if it is to fail, money apart.
    private func changeAhead(of account: AccountIndex) -> TariffMove? {
        let arranged = subscriptions.arrangements(account)
        guard arranged.plannedTariff != 0 else { return nil }
        let isAtPeriodEnd = arranged.plannedAt == .never
        let at = isAtPeriodEnd ? paidEnd(of: subscriptions.tariff(account), account).end : arranged.plannedAt
        guard at != .never, case .possible(let move) = plannedMove(of: account, at: at),
            isWithinSpendingLimit(account, move)
        else { return nil }
        return move
    }

    /// When the paid period of a product ends, and what that brings; `never` and nil if it has none. The end is the one
    /// that is recorded, or a later midnight of its region.
    private func paidEnd(
        of product: Subscriptions.Product, _ account: AccountIndex
    ) -> (end: Instant, brings: PeriodEnd?) {
        var end = product.periodEnd
        while end != .never {
            let next = periodEnd(of: product, account, at: end)
            guard case .later(let midnight) = next else { return (end, next) }
            end = midnight
        }
        return (end, nil)
    }

    /// The next charge of a product: its fee, or that of its successor.
    private func chargeAhead(
        of product: Subscriptions.Product, _ account: AccountIndex, after now: Instant,
        _ charge: (Instant, ChargeAhead.Kind, UInt32, Int64) -> Void
    ) {
        func move(to successor: UInt32, at instant: Instant) {
            guard let fee = moveFee(to: successor, of: account, at: instant) else { return }
            charge(instant, .move, successor, fee.amount)
        }
        let (end, brings) = paidEnd(of: product, account)
        switch brings {
        case .move(let successor): move(to: successor, at: end)
        case .fee(let fee, let isStopped):
            if !isStopped { charge(end, .fee, UInt32(product.offering), fee.amount) }
        case .later, nil:
            // No fee is due, but the move of a retired offering may be.
            if let (from, successor) = moveAhead(of: product) { move(to: successor, at: max(from, now)) }
        }
    }

    /// When a product without a paid period is moved from its retired offering, and where to; nil if it is not.
    private func moveAhead(of product: Subscriptions.Product) -> (at: Instant, to: UInt32)? {
        let number = UInt32(product.offering)
        if let move = catalog.move(from: number) {
            let at = max(move.from, product.since)
            if catalog.scheduled.map({ at < $0.at }) ?? true { return (at, move.to) }
        }
        return catalog.scheduled.flatMap { _ in catalog[then: .never].move(from: number) }
            .map { (max($0.from, product.since), $0.to) }
    }
}
