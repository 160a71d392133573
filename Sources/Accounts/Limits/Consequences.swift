/// The consequences of money, usage and packages: what the network must stop, what goes on again, and which automatic
/// payment is asked for.
///
/// The command path asks for them after every command and due thing, once its events are applied. They are decided by
/// the state and the new events alone, and belong to the same command: they are in its transaction, under its `id=`.

extension AccountsState {
    /// The lowest balance that may be spent to. No subscriber has credit, so it is zero.
    @inline(__always)
    package func floor(of account: AccountIndex) -> Money { .zero }

    /// True if an event of money, usage or products of this account may have a consequence. Cheap, because every such
    /// event passes here, and hardly any has one.
    @inline(__always)
    package func mayHaveConsequences(_ account: AccountIndex) -> Bool {
        limits.isMarked(account) || balances[account] <= floor(of: account)
            || subscriptions.tariff(account).status == .unpaid || promises.owed(account) > .zero
            || autopay.isOn(account)
    }

    /// Appends the consequences of events that are applied already. `now` is the time of their command.
    package func addConsequences(to changes: inout NewEvents, at now: Instant) {
        let count = changes.events.count
        for index in 0..<count where changes.events[index].event.traits.concernsService {
            let account = changes.events[index].account
            guard directory[account].kind == .subscriber, mayHaveConsequences(account),
                !changes.events[..<index].contains(where: { $0.account == account && $0.event.traits.concernsService })
            else { continue }
            let events = changes.events[..<count].filter { $0.account == account }
            let row = limits[account]
            let repayment = promiseRepayment(of: account, from: events)
            if let repayment { changes.append(account, .promiseRepaid(repayment), effective: now) }
            let repaid = Money(minorUnits: repayment?.amount ?? 0)
            for event in events { weighFunds(event.event, account, row, repaid, &changes, at: now) }
            weighData(account, row, &changes, at: now)
            weighMonth(account, row, events, &changes, at: now)
            weighAutopay(account, events, repaid, &changes, at: now)
        }
    }

    /// The subscriber's own limits of the month.
    private func weighMonth(
        _ account: AccountIndex, _ row: Limits.Row, _ events: [AccountEvent], _ changes: inout NewEvents,
        at now: Instant
    ) {
        guard row.hasLimitOfMonth else { return }
        // A record may begin some minutes ahead of the clock, in the next month.
        let latest = events.reduce(now) { max($0, $1.effective) }
        let month = clock(of: account).month(of: latest)
        guard !row.isOver(month.start) else { return }
        weighSpending(account, row, month, &changes, at: now)
        weighRoaming(account, row, month, &changes, at: now)
    }

    /// Usage that leaves the balance at the floor stops the service, and so does money that is taken back. A credit above
    /// the floor restores it. A fee does neither, because it is taken whole or not at all.
    /// `repaid` is the part of the credits that repaid a promised payment, and so restores nothing.
    private func weighFunds(
        _ event: Event, _ account: AccountIndex, _ row: Limits.Row, _ repaid: Money, _ changes: inout NewEvents,
        at now: Instant
    ) {
        let floor = floor(of: account)
        if case .usageRated(let e) = event {
            guard !e.charges.isEmpty, e.balanceAfter <= floor.minorUnits, !row.stops.contains(.funds) else { return }
            let over = floor.minorUnits - e.balanceAfter
            return changes.append(account, .serviceBarred(ServiceBarred(over: over)), effective: now)
        }
        guard let money = event.money else { return }
        guard row.stops.contains(.funds) else {
            guard money.amount < .zero, money.balanceAfter <= floor else { return }
            let over = (floor - money.balanceAfter).minorUnits
            return changes.append(account, .serviceBarred(ServiceBarred(over: over)), effective: now)
        }
        let isCredit = money.amount > .zero || money.charges.contains { $0.amount < 0 }
        let before = money.charges.reduce(money.balanceAfter.minorUnits - repaid.minorUnits) {
            $0 + max($1.amount, 0)
        }
        guard isCredit, before > floor.minorUnits else { return }
        changes.append(account, .serviceRestored(ServiceRestored(balance: before)), effective: now)
    }

    /// A month's charges are compared with the subscriber's limit: at 80 % comes a warning, at 100 % the stop.
    private func weighSpending(
        _ account: AccountIndex, _ row: Limits.Row, _ month: (start: Instant, end: Instant),
        _ changes: inout NewEvents, at now: Instant
    ) {
        let isStopped = row.stops.contains(.spendingLimit)
        guard row.amount > .zero || isStopped,
            let spent = balances.spent(account, inMonthFrom: month.start)
        else { return }
        let limit = row.amount
        switch (isStopped, limit > .zero && spent >= limit) {
        case (false, true):
            let stopped = SpendingStopped(
                spent: spent.minorUnits, limit: limit.minorUnits, monthStart: month.start.milliseconds,
                monthEnd: month.end.milliseconds)
            changes.append(account, .spendingStopped(stopped), effective: now)
        case (true, false) where month.start <= now:
            let resumed = SpendingResumed(spent: spent.minorUnits, limit: limit.minorUnits)
            changes.append(account, .spendingResumed(resumed), effective: now)
            if limit > .zero { warn(account, row, spent, month, &changes, at: now) }
        case (false, false): warn(account, row, spent, month, &changes, at: now)
        default: break
        }
    }

    private func warn(
        _ account: AccountIndex, _ row: Limits.Row, _ spent: Money, _ month: (start: Instant, end: Instant),
        _ changes: inout NewEvents, at now: Instant
    ) {
        let percent: Int64 = 80
        // In whole kopecks: both sides are at most some 10¹⁷.
        guard spent.minorUnits * 100 >= row.amount.minorUnits * percent, !row.isWarned(in: month.start) else { return }
        let warned = SpendingWarned(
            spent: spent.minorUnits, limit: row.amount.minorUnits, monthStart: month.start.milliseconds)
        changes.append(account, .spendingWarned(warned), effective: now)
    }

    /// Data is stopped while the fee is unpaid, and while no package is left if the subscriber wants none beyond.
    private func weighData(_ account: AccountIndex, _ row: Limits.Row, _ changes: inout NewEvents, at now: Instant) {
        // A suspension stops everything, so it changes nothing about the fee.
        if !subscriptions.isSuspended(account) {
            set(.feeUnpaid, to: isDataStoppedByFee(account), row, account, &changes, at: now)
        }
        let isUsedUp = row.stopsBeyondPackage && !hasPackageOfData(account, at: now)
        set(.packageUsedUp, to: isUsedUp, row, account, &changes, at: now)
    }

    /// Data abroad is stopped when the month's volume reaches the subscriber's limit.
    private func weighRoaming(
        _ account: AccountIndex, _ row: Limits.Row, _ month: (start: Instant, end: Instant),
        _ changes: inout NewEvents, at now: Instant
    ) {
        // While a record of the next month is ahead of the clock, this month's stop stays.
        guard month.start <= now || !row.stops.contains(.roamingLimit) else { return }
        // Once a record has begun the next month, nothing more is known of this one's volume.
        guard let roamed = row.roamed(in: month.start) else { return }
        let isReached = row.roamingBytes.map { roamed >= $0 }
        set(.roamingLimit, to: isReached ?? false, until: month.end, row, account, &changes, at: now)
    }

    private func set(
        _ reason: DataStop, to isStopped: Bool, until monthEnd: Instant? = nil, _ row: Limits.Row,
        _ account: AccountIndex, _ changes: inout NewEvents, at now: Instant
    ) {
        guard row.stops.contains(Limits.Stops(reason)) != isStopped else { return }
        let event: Event =
            isStopped
            ? .dataStopped(DataStopped(reason: reason, monthEnd: monthEnd?.milliseconds ?? 0))
            : .dataResumed(DataResumed(reason: reason))
        changes.append(account, event, effective: now)
    }

    /// True while the plan's fee is unpaid, unless the plan has a price of data for that time.
    private func isDataStoppedByFee(_ account: AccountIndex) -> Bool {
        let tariff = subscriptions.tariff(account)
        guard tariff.status == .unpaid else { return false }
        return !catalog[UInt32(tariff.offering)].rates.contains { $0.unpaid && $0.usage == .data }
    }

    /// True if a package of data is left, of whatever scope. A step of a price is no package, because it is charged.
    private func hasPackageOfData(_ account: AccountIndex, at now: Instant) -> Bool {
        var isThere = false
        usage.forEachBucket(account) { bucket in
            guard bucket.number != 0, bucket.usage == .data, bucket.price == 0, bucket.isValid(at: now) else { return }
            isThere = isThere || bucket.isUnlimited || bucket.left > 0
        }
        return isThere
    }

    /// The room that the subscriber's own limit leaves in the month of an instant; nil if there is no limit.
    func spendingLeft(_ account: AccountIndex, at now: Instant) -> Money? {
        let limit = limits[account].amount
        guard limit > .zero else { return nil }
        let month = clock(of: account).month(of: now)
        return limit - (balances.spent(account, inMonthFrom: month.start) ?? .zero)
    }

    /// True if a purchase keeps within the subscriber's own limit.
    func isWithinSpendingLimit(_ account: AccountIndex, _ charges: [Charge], at now: Instant) -> Bool {
        guard charges.total > .zero, let left = spendingLeft(account, at: now) else { return true }
        return charges.total <= left
    }

    /// Refuses a purchase that would take the month's charges beyond the subscriber's own limit.
    func checkSpending(_ account: AccountIndex, _ charges: [Charge], at now: Instant) throws(Rejection) {
        guard !isWithinSpendingLimit(account, charges, at: now), let left = spendingLeft(account, at: now) else {
            return
        }
        throw Rejection(
            .limitReached,
            "this costs \(charges.total), and \(max(left, .zero)) is left of this month's limit of"
                + " \(limits[account].amount): raise the limit with SPENDING.LIMIT, or buy it after"
                + " \(clock(of: account).month(of: now).end)")
    }

    /// Refuses a region in which another month has begun, for a subscriber with a limit of the month: the limit would
    /// begin anew before its month is over.
    func checkMonth(of account: AccountIndex, movingTo region: String, at now: Instant) throws(Rejection) {
        guard limits[account].hasLimitOfMonth else { return }
        let (own, other) = (clock(of: account).month(of: now), catalog.clock(region).month(of: now))
        guard TimeSpan(milliseconds: abs((own.start - other.start).milliseconds)) > RegionClock.greatestDifference
        else {
            return
        }
        throw Rejection(
            .notAvailable, field: "region",
            "this number has a limit of the month, and another month has begun in that region: try again at"
                + " \(min(own.end, other.end))",
            retryAfterSeconds: (min(own.end, other.end) - now).secondsRoundedUp)
    }

    /// Decides the turn of a month in which something was stopped. A limit that the new month has already reached, by a
    /// fee of its first instant or by records ahead of the clock, stops it anew.
    func decideSpendingMonth(_ due: Due, _ changes: inout NewEvents) {
        let (account, now) = (due.account, due.instant)
        let month = clock(of: account).month(of: now)
        // The region, or its clock, changed, so that the month's last midnight is yet to come.
        guard month.end - now > RegionClock.greatestDifference else {
            let moved = SpendingMonthMoved(monthEnd: month.end.milliseconds)
            return changes.append(account, .spendingMonthMoved(moved), effective: now)
        }
        let row = limits[account]
        if row.spendingUntil <= now {
            let spent = balances.spent(account, inMonthFrom: month.start) ?? .zero
            if row.amount > .zero, spent >= row.amount {
                let stopped = SpendingStopped(
                    spent: spent.minorUnits, limit: row.amount.minorUnits, monthStart: month.start.milliseconds,
                    monthEnd: month.end.milliseconds)
                changes.append(account, .spendingStopped(stopped), effective: now)
            } else {
                let resumed = SpendingResumed(spent: spent.minorUnits, limit: row.amount.minorUnits)
                changes.append(account, .spendingResumed(resumed), effective: now)
            }
        }
        if row.roamingUntil <= now {
            let roamed = row.roamed(in: month.start) ?? 0
            if let limit = row.roamingBytes, roamed >= limit {
                let stopped = DataStopped(reason: .roamingLimit, monthEnd: month.end.milliseconds)
                changes.append(account, .dataStopped(stopped), effective: now)
            } else {
                changes.append(account, .dataResumed(DataResumed(reason: .roamingLimit)), effective: now)
            }
        }
    }
}
