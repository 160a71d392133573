/// SUBSCRIPTION.ON: a subscription to paid content is bought with a one-time code, whoever asks for it.
///
/// The challenge keeps what is bought and the price that was told. CONFIRM buys, and checks everything again, because
/// the balance, the products and the catalogue may have changed meanwhile.

package struct SubscriptionOn: Change, OfSubscriber {
    package static var spec: CommandSpec { SubscriptionWords.on }

    package let msisdn: MSISDN
    let key: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        key = try a[SubscriptionWords.product]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        // A session of the number is refused before. Without a session, the code would be the only proof.
        guard !state.access.isHeld(account, at: context.now) else {
            throw Rejection(
                .notAvailable, field: "\(SubscriptionWords.word)",
                "the SIM was replaced less than a day ago: content can be bought a day after that")
        }
        let (offering, charges) = try state.purchase(key, for: account, at: context.now)
        _ = try state.balance(account, after: charges)
        try state.checkSpending(account, charges, at: context.now)
        try state.access.checkSend(.buy, account, msisdn, context)
        let issued = ChallengeIssued(
            challenge: context.entropy.bytes, purpose: .buy,
            expiresAt: (context.now + context.policy.codeLifetime).milliseconds, offering: offering.offering,
            price: charges.total.minorUnits)
        changes.append(account, .challengeIssued(issued), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(ChallengeIssued.self)
        reply.field(.challenge, encodeBase64URL(e.challenge))
        reply.field(.subscription, key)
        reply.field(.msisdn, msisdn)
        reply.field(.amount, Money(minorUnits: e.price))
        reply.field(.expires, Instant(milliseconds: e.expiresAt))
        reply.field(.seq, outcome.lastPosition)
    }
}

extension AccountsState {
    /// The subscription and its charges if this subscriber may buy it now; else throws the reason.
    fileprivate func purchase(_ key: String, for account: AccountIndex, at now: Instant) throws(Rejection) -> (
        CatalogOfferingPut, [Charge]
    ) {
        let offering = try product(key, SubscriptionWords.self, for: account, at: now)
        return (offering, openingCharges(offering, of: account, at: now))
    }
}

extension NewEvents {
    /// Buys what a challenge is for, once its code was right. Nothing dearer than the price that was told is bought.
    mutating func buy(
        _ found: Challenge, challenge id: Hash128, _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) {
        let key = state.catalog.key(found.offering)
        let (offering, charges) = try state.purchase(key, for: found.account, at: context.now)
        guard charges.total <= found.price else {
            throw Rejection(
                .conflict, field: "challenge",
                "\(key) cost \(found.price) when the code was sent, and costs \(charges.total) now:"
                    + " send SUBSCRIPTION.ON again for a code at the new price")
        }
        try switchOn(offering, for: charges, of: found.account, askedBy: found.principal, state, context)
        let confirmed = PurchaseConfirmed(
            challenge: id.bytes, msisdn: state.directory[found.account].msisdn.number, subscription: key,
            charged: charges.total.minorUnits, balance: (state.balances[found.account] - charges.total).minorUnits)
        append(found.account, .purchaseConfirmed(confirmed), effective: context.now)
    }

    /// Switches a product beside the tariff on, for these charges. Refused if the balance does not cover them.
    mutating func switchOn(
        _ offering: CatalogOfferingPut, for charges: [Charge], of account: AccountIndex, askedBy: UInt32,
        _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) {
        let after = try state.balance(account, after: charges)
        try state.checkSpending(account, charges, at: context.now)
        let activated = OptionActivated(
            option: offering.offering, charges: charges, balanceAfter: after.minorUnits, askedBy: askedBy)
        append(account, .optionActivated(activated), effective: context.now)
        let until = charges.first { $0.kind.opensPeriod }?.periodEnd ?? 0
        grant(offering, to: account, state, from: context.now, until: until)
    }
}

extension Reply {
    mutating func bought(_ e: PurchaseConfirmed, _ challenge: String, _ position: Position) {
        field(.challenge, challenge)
        field(.subscription, e.subscription)
        field(.msisdn, MSISDN(number: e.msisdn))
        field(.charged, Money(minorUnits: e.charged))
        field(.balance, Money(minorUnits: e.balance))
        field(.seq, position)
    }
}
