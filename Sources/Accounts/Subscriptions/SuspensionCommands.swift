/// TARIFF.SUSPEND and TARIFF.RESUME: the subscriber's own pause of the plan. It is no block of the SIM.
///
/// No fee falls due meanwhile, and nothing of a paid period or of a package is lost: both end as much later as the
/// suspension lasted. A prorated offering is credited instead, and pays for a part of a period when the plan resumes.

extension AccountsState {
    func checkNotSuspended(_ account: AccountIndex) throws(Rejection) {
        guard !subscriptions.isSuspended(account) else {
            throw Rejection(.notAvailable, field: "msisdn", "the plan is suspended: TARIFF.RESUME first")
        }
    }

    /// The tariff and the options of a subscriber.
    private func products(of account: AccountIndex) -> [Subscriptions.Product] {
        var products = [subscriptions.tariff(account)]
        subscriptions.forEachOption(account) { products.append($0) }
        return products
    }

    /// The products of which unused days are credited when the plan is suspended.
    fileprivate func prorated(of account: AccountIndex) -> [Subscriptions.Product] {
        products(of: account).filter {
            $0.periodEnd != .never && catalog[UInt32($0.offering), at: $0.paidFrom].prorated
        }
    }

    /// The products whose paid periods go on after a suspension, with their new ends.
    fileprivate func resumed(of account: AccountIndex, after length: TimeSpan) -> [ResumedProduct] {
        let clock = clock(of: account)
        return products(of: account).filter { $0.periodEnd != .never }.map { product in
            let end = product.periodEnd + length
            return ResumedProduct(
                offering: UInt32(product.offering), periodEnd: end.milliseconds,
                billingDay: UInt32(clock.date(at: end).day))
        }
    }

    /// The fee of a day of a suspension that begins at an instant, in minor units.
    func suspensionDayFee(at instant: Instant) -> Int64 { catalog[then: instant].current.terms.suspensionDayFee }

    /// Decides the fee of a day of a suspension. If the balance does not cover it, the plan resumes.
    func decideSuspensionFee(_ due: Due, _ changes: inout NewEvents) {
        let (account, instant) = (due.account, due.instant)
        let fee = suspensionDayFee(at: instant)
        let charges = fee > 0 ? [Charge(kind: .suspensionFee, amount: fee)] : []
        let after = balances[account] - charges.total
        guard after >= .zero, !charges.contains(where: { isFull($0) }) else {
            return changes.resume(account, self, at: instant)
        }
        let charged = SuspensionCharged(
            charges: charges, balanceAfter: after.minorUnits,
            nextFee: fee > 0 ? (instant + .days(1)).milliseconds : 0)
        changes.append(account, .suspensionCharged(charged), effective: instant)
    }
}

extension NewEvents {
    /// Ends a suspension. The fees of products whose periods do not go on are taken if the balance covers them.
    fileprivate mutating func resume(_ account: AccountIndex, _ state: borrowing AccountsState, at instant: Instant) {
        let suspended = state.subscriptions.arrangements(account).suspended
        let resumed = TariffResumed(
            suspended: suspended.milliseconds, products: state.resumed(of: account, after: instant - suspended))
        append(account, .tariffResumed(resumed), effective: instant)
        takeFees(of: account, atTheEndOf: .suspension, state, at: instant)
    }
}

package struct TariffSuspend: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "TARIFF.SUSPEND", .change, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [
            .msisdn, .suspendedSince, .freeUntil.sometimes, .dayFee.sometimes, .charged.sometimes, .balance.sometimes,
            .seq,
        ],
        summary:
            "Suspends the plan until TARIFF.RESUME: no fees and no service. Paid periods and packages wait;"
            + " unused days of a prorated offering are credited.",
        example: "TARIFF.SUSPEND 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard !state.subscriptions.isSuspended(account) else {
            throw Rejection(.alreadyExists, field: "msisdn", "the plan is suspended already")
        }
        guard state.balances[account] >= .zero else {
            throw Rejection(
                .notAvailable, field: "msisdn",
                "the balance is \(state.balances[account]): a plan with a debt cannot be suspended, top up first")
        }
        try state.checkNoPromise(of: account)
        if let planned = state.plannedChange(of: account) {
            throw Rejection(
                .conflict, field: "msisdn",
                "a change to \(state.catalog.key(planned.tariff)) is planned: TARIFF.CHANGE.CANCEL first")
        }
        try state.orders.checkRoom(account)
        let lapsed = state.prorated(of: account)
        _ = changes.creditUnusedDays(of: lapsed, of: account, state, at: context.now)
        let terms = state.catalog.current.terms
        var suspended = TariffSuspended(lapsed: lapsed.map { LapsedProduct(offering: UInt32($0.offering)) })
        if terms.suspensionDayFee > 0 {
            // A subscriber who resumes and suspends again would otherwise never pay.
            let resumed = state.subscriptions.arrangements(account).resumed
            let isFree =
                resumed == .never
                || !resumed.lasts(.days(Int64(terms.suspensionFreeAgainAfterDays)), at: context.now)
            let freeDays = isFree ? Int64(terms.suspensionFreeDays) : 0
            suspended.nextFee = (context.now + .days(freeDays)).milliseconds
            suspended.dayFee = terms.suspensionDayFee
        }
        changes.append(account, .tariffSuspended(suspended), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        for change in outcome.events {
            guard case .tariffSuspended(let e) = change.event else { continue }
            reply.field(.suspendedSince, change.effective)
            if e.nextFee != 0 {
                reply.field(.freeUntil, Instant(milliseconds: e.nextFee))
                reply.field(.dayFee, Money(minorUnits: e.dayFee))
            }
        }
        reply.charged(outcome)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct TariffResume: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "TARIFF.RESUME", .change, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [.msisdn, .charged.sometimes, .balance.sometimes, .seq],
        summary: "Ends a suspension: the plan goes on with the time and the packages that were left.",
        example: "TARIFF.RESUME 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard state.subscriptions.isSuspended(account) else {
            throw .notFound("msisdn", "suspension of this number's plan")
        }
        changes.resume(account, state, at: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.charged(outcome)
        reply.field(.seq, outcome.lastPosition)
    }
}
