/// Fees: taken whole or not at all, in one place for top-ups, due periods, and changes.

extension Cabinet {
    /// The charge of an offering's fee for a period from `start`.
    func fee(_ offering: CatalogOfferingPut, of account: AccountIndex, from start: Instant) -> Charge {
        Charge(
            kind: offering.kind.feeKind, offering: offering.offering, amount: offering.fee,
            periodEnd: offering.periodEnd(from: start, clock(of: account))?.milliseconds ?? 0)
    }

    /// What is taken when an offering is switched on: its connection fee and its fee.
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

    /// Whether revenue of the charge's kind could not take it.
    func isFull(_ charge: Charge) -> Bool {
        balances.isFull(charge.kind.ledgerAccount, for: Money(minorUnits: charge.amount))
    }

    /// The balance after charges, or a rejection that says what is missing.
    func balance(_ account: AccountIndex, after charges: [Charge]) throws(Rejection) -> Money {
        guard !charges.contains(where: { isFull($0) }) else {
            throw Rejection(.amountOverflow, "the books cannot hold a larger sum of this kind")
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

/// A fee that is due, as the scheduler says it: on the same path as every command, effective when it was due.
package struct FeeDue: Sendable {
    package let entry: Agenda.Entry

    package init(_ entry: Agenda.Entry) { self.entry = entry }

    /// Says nothing where the product was ended, changed or paid since.
    package func decide(_ cabinet: borrowing Cabinet, _ changes: inout Changes) {
        let (account, due) = (entry.account, entry.due)
        guard let product = cabinet.subscriptions.product(account, entry.offering), product.periodEnd == due,
            product.status == .active
        else { return }
        // As what the fee buys, by the catalogue of when it was due.
        let offering = cabinet.catalog[entry.offering, at: due]
        if let midnight = offering.midnight(after: due, cabinet.clock(of: account)) {
            let moved = PeriodMoved(offering: entry.offering, periodEnd: midnight.milliseconds)
            return changes.append(account, .periodMoved(moved), effective: due)
        }
        let charge = cabinet.fee(offering, of: account, from: due)
        let after = cabinet.balances[account] - Money(minorUnits: charge.amount)
        if after >= .zero, !cabinet.isFull(charge) {
            changes.append(
                account, .feesCharged(FeesCharged(charges: [charge], balanceAfter: after.minorUnits)), effective: due)
            changes.grant(paidBy: [charge], to: account, cabinet, from: due)
        } else {
            changes.append(
                account, .feeUnpaid(FeeUnpaid(offering: entry.offering, fee: charge.amount)), effective: due)
        }
    }
}
