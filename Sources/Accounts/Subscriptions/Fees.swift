/// Fees, taken whole or not at all, in one place for top-ups, due periods, and changes.

extension AccountsState {
    /// The charge of an offering's fee for a period from `start`.
    func fee(_ offering: CatalogOfferingPut, of account: AccountIndex, from start: Instant) -> Charge {
        Charge(
            kind: offering.kind.feeKind, offering: offering.offering, amount: offering.fee,
            periodEnd: offering.periodEnd(from: start, clock(of: account))?.milliseconds ?? 0)
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

    /// The fees of unpaid products that a balance covers, the tariff's first, each whole or not at all.
    func waitingFees(_ account: AccountIndex, within balance: Money, at now: Instant) -> [Charge] {
        var charges: [Charge] = []
        var left = balance
        func take(_ product: Subscriptions.Product) {
            guard product.status == .unpaid else { return }
            let charge = fee(catalog[UInt32(product.offering)], of: account, from: now)
            guard charge.amount <= left.minorUnits, !isFull(charge) else { return }
            left -= Money(minorUnits: charge.amount)
            charges.append(charge)
        }
        let tariff = subscriptions.tariff(account)
        guard tariff.offering != 0 else { return [] }
        take(tariff)
        subscriptions.forEachOption(account) { take($0) }
        return charges
    }

    /// True if revenue of the charge's kind cannot take it.
    func isFull(_ charge: Charge) -> Bool {
        balances.isFull(charge.kind.ledgerAccount, for: Money(minorUnits: charge.amount))
    }

    /// The balance after charges, or a rejection that says how much is missing.
    func balance(_ account: AccountIndex, after charges: [Charge]) throws(Rejection) -> Money {
        guard !charges.contains(where: { isFull($0) }) else {
            throw Rejection(.amountOverflow, "the sum of all charges of this kind would exceed the largest amount")
        }
        let after = balances[account] - charges.total
        guard after >= .zero else {
            throw Rejection(
                .insufficientFunds,
                "this costs \(charges.total) and the balance is \(balances[account]): top up \(-after) first")
        }
        return after
    }
}

extension AccountsState {
    /// Decides a fee that falls due: it is taken, or it is unpaid and base prices hold.
    func decideFee(_ due: Due, _ changes: inout NewEvents) {
        let (account, instant) = (due.account, due.instant)
        // The catalogue of when the fee was due also decides what it buys.
        let offering = catalog[due.subject, at: instant]
        if let midnight = offering.midnight(after: instant, clock(of: account)) {
            let moved = PeriodMoved(offering: due.subject, periodEnd: midnight.milliseconds)
            return changes.append(account, .periodMoved(moved), effective: instant)
        }
        let charge = fee(offering, of: account, from: instant)
        let after = balances[account] - Money(minorUnits: charge.amount)
        if after >= .zero, !isFull(charge) {
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
