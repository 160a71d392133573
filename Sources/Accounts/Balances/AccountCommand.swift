/// ACCOUNT: the whole start page in one reply, each figure with the time that it is of.

package struct AccountRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "ACCOUNT", .read, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [
            .msisdn, .region, .balance, .currency, .spentThisMonth.sometimes, .tariff, .tariffStatus,
            .periodEnd.sometimes, .spendingLimit.sometimes, .roamingLimit.sometimes, .beyondPackage.sometimes,
            .barred.sometimes, .org.sometimes, .registered, .seq, .suspendedSince.sometimes, .roamingBytes.sometimes,
            .asOf, .monthFrom.sometimes, .tariffName, .fee, .period, .nextTariff.sometimes, .nextFrom.sometimes,
            .movedTo.sometimes, .movedFrom.sometimes, .dueTime.sometimes, .dueAmount.sometimes,
            .dueOffering.sometimes, .dueKind.sometimes, .dueMissing.sometimes, .waitingAmount.sometimes,
            .waitingMissing.sometimes, .dormantFrom.sometimes, .dormancyDayFee.sometimes, .terminatesAt.sometimes,
            .owed.sometimes, .promiseDue.sometimes,
        ], rows: rows, isOfPast: true,
        summary:
            "Returns the data of the start page: balance, tariff, options that are connected and that could be,"
            + " packages, the sum spent this month, and what is due next.",
        example: "ACCOUNT 79001234567")

    /// The fields of a product, of a package, and of a charge to come.
    private static let rows: [ReplyField] = {
        let charge: [ReplyField] = [.dueTime, .waitingSince, .dueKind, .amount, .offering, .name]
        let all = Reply.productFields + Reply.bucketFields + charge + [.connectionFee]
        var names: Set<String> = []
        return all.filter { names.insert("\($0.name)").inserted }.map(\.sometimes)
    }()

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        state.subscriptions.forEachOption(account) { reply.option($0, state.catalog, state.principals) }
        state.forEachAvailable(OptionWords.kinds, for: account, at: context.now) { reply.available($0) }
        reply.buckets(of: account, state, at: context.now)
        let due = reply.charges(ahead: account, state, at: context.now)
        let month = state.clock(of: account).month(of: context.now)
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.field(.region, state.directory.regionKey(account))
        reply.field(.balance, state.balances[account])
        reply.field(.currency, Money.currency)
        // The sums cover the whole month. A caller who may not see all of the month does not see them.
        let seesMonth = context.caller.joining.map { $0.time <= month.start } ?? true
        let spent = seesMonth ? state.balances.spent(account, since: month.start) : nil
        if let spent { reply.field(.spentThisMonth, spent) }
        let tariff = state.subscriptions.tariff(account)
        reply.tariff(tariff, of: account, state)
        reply.limits(state.limits[account])
        if let org = state.organizations.organization(of: account) { reply.field(.org, org) }
        reply.field(.registered, state.access.isRegistered(account))
        reply.countRows(asOf: state.position)
        reply.suspension(of: account, state)
        let limits = state.limits[account]
        if seesMonth, limits.roamingBytes != nil, let roamed = limits.roamed(in: month.start) {
            reply.field(.roamingBytes, roamed)
        }
        reply.field(.asOf, context.now)
        if spent != nil { reply.field(.monthFrom, month.start) }
        let plan = state.catalog[UInt32(tariff.offering)]
        reply.field(.tariffName, plan.name)
        reply.field(.fee, Money(minorUnits: plan.fee))
        reply.field(.period, plan.periodText)
        reply.tariffToCome(after: tariff, of: account, state)
        reply.due(due, balance: state.balances[account], state.catalog)
        if let fee = state.dormancyFeeAhead(of: account, at: context.now) {
            reply.field(.dormantFrom, fee.from)
            reply.field(.dormancyDayFee, fee.dayFee)
        }
        if let end = state.terminationAhead(of: account, at: context.now) { reply.field(.terminatesAt, end) }
        reply.promised(account, state)
    }
}

/// The sums of the charges to come.
private struct SumsAhead {
    /// The first of the earliest charges; nil if none is to come.
    var first: ChargeAhead?
    /// The sum of all charges of that instant, and how many they are.
    var amount = Money.zero
    var count = 0
    /// The sum of the fees that wait for a payment.
    var waiting = Money.zero
    var hasWaiting = false

    mutating func add(_ charge: ChargeAhead) {
        guard charge.at != first?.at else {
            amount += charge.amount
            count += 1
            return
        }
        if let first, first.at < charge.at { return }
        (first, amount, count) = (charge, charge.amount, 1)
    }
}

extension Reply {
    /// Writes a row of an option that a subscriber could have.
    fileprivate mutating func available(_ offering: CatalogOfferingPut) {
        row()
        offered(offering)
        if offering.connectionFee > 0 { field(.connectionFee, Money(minorUnits: offering.connectionFee)) }
        field(.status, "available")
    }

    /// Writes a row for each fee that waits for a payment, and for the next charge of each product.
    fileprivate mutating func charges(
        ahead account: AccountIndex, _ state: borrowing AccountsState, at now: Instant
    ) -> SumsAhead {
        var sums = SumsAhead()
        state.forEachWaitingFee(account, at: now) { product, charge in
            sums.waiting += Money(minorUnits: charge.amount)
            sums.hasWaiting = true
            row()
            field(.waitingSince, product.since)
            what(.fee, of: charge.offering, Money(minorUnits: charge.amount), state.catalog)
        }
        state.forEachChargeAhead(of: account, after: now) { ahead in
            sums.add(ahead)
            row()
            field(.dueTime, ahead.at)
            what(ahead.kind, of: ahead.offering, ahead.amount, state.catalog)
        }
        return sums
    }

    private mutating func what(
        _ kind: ChargeAhead.Kind, of offering: UInt32, _ amount: Money, _ catalog: borrowing Catalog
    ) {
        field(.dueKind, kind.word)
        field(.amount, amount)
        guard offering != 0 else { return }
        field(.offering, catalog.key(offering))
        field(.name, catalog[offering].name)
    }

    /// Writes what is due first, and what waits. Several charges of one instant are one sum, without an offering.
    fileprivate mutating func due(_ sums: SumsAhead, balance: Money, _ catalog: borrowing Catalog) {
        if let first = sums.first {
            field(.dueTime, first.at)
            field(.dueAmount, sums.amount)
            if sums.count == 1 {
                if first.offering != 0 { field(.dueOffering, catalog.key(first.offering)) }
                field(.dueKind, first.kind.word)
            }
            if sums.amount > balance { field(.dueMissing, sums.amount - balance) }
        }
        guard sums.hasWaiting else { return }
        field(.waitingAmount, sums.waiting)
        if sums.waiting > balance { field(.waitingMissing, sums.waiting - balance) }
    }
}
