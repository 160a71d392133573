/// Fees, taken whole or not at all, in one place for top-ups, due periods, and changes.

extension AccountsState {
    /// The charge of an offering's fee for a period from `start`. `product` has the fee already, and its periods go on;
    /// nil for a product whose first period begins.
    func fee(
        _ offering: CatalogOfferingPut, of account: AccountIndex, from start: Instant,
        renewing product: Subscriptions.Product? = nil
    ) -> Charge {
        let clock = clock(of: account, then: start)
        let day = product?.startDay ?? UInt8(clock.date(at: start).day)
        return Charge(
            kind: offering.kind.feeKind, offering: offering.offering,
            amount: offering.fee(from: start, clock, startDay: day),
            periodEnd: offering.periodEnd(from: start, clock, startDay: day)?.milliseconds ?? 0)
    }

    /// The charges for switching an offering on: its connection fee and its fee.
    func openingCharges(_ offering: CatalogOfferingPut, of account: AccountIndex, at now: Instant) -> [Charge] {
        var charges: [Charge] = []
        if offering.connectionFee > 0 {
            charges.append(
                Charge(kind: .connection, offering: offering.offering, amount: offering.connectionFee))
        }
        if offering.fee > 0 { charges.append(fee(offering, of: account, from: now)) }
        return charges
    }

    /// The credit for the unused days of a product's paid period, as a charge below zero. Nil if nothing is credited. It
    /// is never more than the unused share of the package that was used most: a package that is used up on the first
    /// day, credited and bought again would cost nothing.
    func credit(for product: Subscriptions.Product, of account: AccountIndex, at now: Instant) -> Charge? {
        guard product.status == .active, product.periodEnd != .never else { return nil }
        // The price of when the period was paid.
        let paid = catalog[UInt32(product.offering), at: product.paidFrom]
        var amount = min(
            product.paid.minorUnits,
            paid.credit(at: now, periodEnd: product.periodEnd, clock(of: account), startDay: product.startDay))
        usage.forEachBucket(account) { bucket in
            guard bucket.offering == product.offering, bucket.number != 0, bucket.isValid(at: now), bucket.price == 0,
                bucket.left < bucket.granted
            else { return }
            let unused = CatalogOfferingPut.share(
                of: product.paid.minorUnits, part: Int64(bucket.left), of: Int64(bucket.granted))
            amount = min(amount, unused)
        }
        guard amount > 0 else { return nil }
        return Charge(kind: paid.kind.feeKind, offering: paid.offering, amount: -amount)
    }

    /// The fees of unpaid products that a balance covers, the tariff's first, each whole or not at all. None while the
    /// plan is suspended, and none of an offering that stops while the SIM is blocked. `ending` is what ends now.
    func waitingFees(
        _ account: AccountIndex, within balance: Money, at now: Instant, ending: Pause? = nil
    ) -> [Charge] {
        var charges: [Charge] = []
        var left = balance
        forEachWaitingFee(account, at: now, ending: ending) { _, charge in
            guard charge.amount <= left.minorUnits, !isFull(charge) else { return }
            left -= Money(minorUnits: charge.amount)
            charges.append(charge)
        }
        return charges
    }

    /// Visits the fees that a payment would pay now, the tariff's first, and their products, whatever the balance.
    func forEachWaitingFee(
        _ account: AccountIndex, at now: Instant, ending: Pause? = nil,
        _ visit: (Subscriptions.Product, Charge) -> Void
    ) {
        func look(_ product: Subscriptions.Product) {
            guard product.status == .unpaid else { return }
            let offering = catalog[UInt32(product.offering)]
            guard ending == .simBlock || !isStopped(offering, of: account) else { return }
            visit(product, fee(offering, of: account, from: now))
        }
        let tariff = subscriptions.tariff(account)
        guard tariff.offering != 0, ending == .suspension || !subscriptions.isSuspended(account) else { return }
        look(tariff)
        subscriptions.forEachOption(account) { look($0) }
    }

    /// True if no fee of the offering is taken now, because the SIM is blocked.
    private func isStopped(_ offering: CatalogOfferingPut, of account: AccountIndex) -> Bool {
        offering.stopsWhenBlocked && services.simBlock(account) != nil
    }

    /// True if revenue of the charge's kind cannot take it.
    func isFull(_ charge: Charge) -> Bool {
        balances.isFull(charge.kind.ledgerAccount, for: Money(minorUnits: charge.amount))
    }

    /// The balance after charges, or a rejection that says how much is missing. `credited` is added before them.
    func balance(
        _ account: AccountIndex, credited: Money = .zero, after charges: [Charge]
    ) throws(Rejection) -> Money {
        guard !charges.contains(where: { isFull($0) }) else {
            throw Rejection(.amountOverflow, "the sum of all charges of this kind would exceed the largest amount")
        }
        let before = balances[account] + credited
        let after = before - charges.total
        guard after >= .zero else {
            throw Rejection(
                .insufficientFunds,
                "this costs \(charges.total) and the balance is \(before): top up \(-after) first")
        }
        return after
    }
}

extension NewEvents {
    /// Credits unused days of a product's paid period, if its offering says so. Returns the amount.
    mutating func creditUnusedDays(
        of products: [Subscriptions.Product], of account: AccountIndex, _ state: borrowing AccountsState,
        at instant: Instant
    ) -> Money {
        var charges: [Charge] = []
        for product in products {
            if let credit = state.credit(for: product, of: account, at: instant) { charges.append(credit) }
        }
        guard !charges.isEmpty else { return .zero }
        let after = state.balances[account] - charges.total
        append(
            account, .feesReturned(FeesReturned(charges: charges, balanceAfter: after.minorUnits)), effective: instant)
        return -charges.total
    }
}

/// A time without fees, which ends.
enum Pause {
    case suspension, simBlock
}

extension NewEvents {
    /// Takes the fees that waited for the end of a pause, if the balance covers them.
    mutating func takeFees(
        of account: AccountIndex, atTheEndOf pause: Pause, _ state: borrowing AccountsState, at instant: Instant
    ) {
        let charges = state.waitingFees(account, within: state.balances[account], at: instant, ending: pause)
        guard !charges.isEmpty else { return }
        let after = state.balances[account] - charges.total
        append(account, .feesCharged(FeesCharged(charges: charges, balanceAfter: after.minorUnits)), effective: instant)
        grant(paidBy: charges, to: account, state, from: instant)
    }
}

extension AccountsState {
    /// The consequence of the end of a product's paid period, a planned change apart.
    enum PeriodEnd {
        /// The region's midnight is later than the end that was recorded, and the period ends then.
        case later(Instant)
        /// The product's offering is retired, and this is its successor.
        case move(UInt32)
        /// It is not taken while the SIM's block stops it.
        case fee(Charge, isStopped: Bool)
    }

    /// The consequence of the end of a product's paid period at an instant, now or later. A notice that is still to come is
    /// assumed to be sent in time.
    func periodEnd(of product: Subscriptions.Product, _ account: AccountIndex, at instant: Instant) -> PeriodEnd {
        let number = UInt32(product.offering)
        // The catalogue of when the fee is due also decides what it buys.
        let offering = catalog.offering(number, then: instant)
        let midnight = offering.midnight(
            after: instant, clock(of: account, then: instant), startDay: product.startDay)
        if let midnight { return .later(midnight) }
        if let move = catalog.move(from: number, then: instant), move.from <= instant,
            isAnnounced(move, to: account, by: instant)
        {
            return .move(move.to)
        }
        let charge = fee(offering, of: account, from: instant, renewing: product)
        return .fee(charge, isStopped: isStopped(offering, of: account))
    }

    private func isAnnounced(_ move: Catalog.Move, to account: AccountIndex, by instant: Instant) -> Bool {
        move.announced < instant || subscriptions.arrangements(account).announced.contains(move.to)
    }

    /// Decides the end of a paid period: a change or a move that waited for it happens, or the next fee is taken. If the
    /// balance does not cover the fee, or the fee stops while the SIM is blocked, it is unpaid and base prices hold.
    func decidePeriodEnd(_ due: Due, _ changes: inout NewEvents) {
        let (account, instant) = (due.account, due.instant)
        guard let product = subscriptions.product(account, due.subject) else {
            preconditionFailure("\(due) is of a product that the subscriber does not have")
        }
        let end = periodEnd(of: product, account, at: instant)
        if case .later(let midnight) = end {
            let moved = PeriodMoved(offering: due.subject, periodEnd: midnight.milliseconds)
            return changes.append(account, .periodMoved(moved), effective: instant)
        }
        if due.subject == UInt32(subscriptions.tariff(account).offering),
            isChangeDue(of: account, at: instant), decidePlannedChange(of: account, at: instant, &changes)
        {
            return
        }
        guard case .fee(let charge, let isStopped) = end else { return decideMove(due, &changes) }
        let after = balances[account] - Money(minorUnits: charge.amount)
        if after >= .zero, !isFull(charge), !isStopped {
            changes.append(
                account, .feesCharged(FeesCharged(charges: [charge], balanceAfter: after.minorUnits)),
                effective: instant)
            changes.grant(paidBy: [charge], to: account, self, from: instant)
        } else {
            changes.append(
                account, .feeUnpaid(FeeUnpaid(offering: due.subject, fee: charge.amount)), effective: instant)
        }
    }
}
