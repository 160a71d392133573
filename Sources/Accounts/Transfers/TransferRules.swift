/// The rules of what subscribers give to each other: who may, how much of it, and which money and packages.

/// The room of a subscriber's transfers.
struct TransferRoom {
    /// The most that one transfer may have now, as the subscriber's money and limits allow; zero if nothing.
    let most: Money
    /// How many transfers are left of this day, and when it ends.
    let left: UInt32
    let dayEnd: Instant
    /// The sum that is left of this month; nil if there is no limit.
    let monthLeft: Money?
    /// The refusal of an amount that the subscriber's own money does not carry.
    let shortage: Rejection
}

/// The name is the word of `obstacle=`.
enum GivingObstacle {
    case organization, suspended
}

extension AccountsState {
    /// The account of a number that is named as `from`. It answers like one that the session may not act for.
    func giving(_ msisdn: MSISDN) throws(Rejection) -> AccountIndex {
        guard let account = directory.find(msisdn), directory[account].kind == .subscriber else {
            throw .notFound("from", "subscriber")
        }
        return account
    }

    /// The account of the one that gives.
    func giver(_ msisdn: MSISDN) throws(Rejection) -> AccountIndex {
        let account = try giving(msisdn)
        switch givingObstacle(of: account) {
        case .organization:
            throw Rejection(
                .notAvailable, field: "from", "\(msisdn) is a number of an organisation, and those give nothing away")
        case .suspended: throw Rejection(.notAvailable, field: "from", "the plan is suspended: TARIFF.RESUME first")
        case nil: return account
        }
    }

    /// The account of the one that gets it. A number of an organisation answers as one that nobody has, because it is
    /// nobody's business whose it is.
    func taker(_ msisdn: MSISDN, from giver: AccountIndex) throws(Rejection) -> AccountIndex {
        guard let taker = directory.find(msisdn), directory[taker].kind == .subscriber,
            organizations.organization(of: taker) == nil
        else { throw Rejection(.notFound, field: "to", "no such number can receive this") }
        guard taker != giver else { throw Rejection(.invalidNumber, field: "to", "give another number than your own") }
        return taker
    }

    /// The reason why a number gives nothing away, whatever it has; nil if there is none.
    func givingObstacle(of account: AccountIndex) -> GivingObstacle? {
        if organizations.organization(of: account) != nil { return .organization }
        return subscriptions.isSuspended(account) ? .suspended : nil
    }

    func transferRoom(of account: AccountIndex, at now: Instant) -> TransferRoom {
        let terms = catalog.current.terms
        let clock = clock(of: account)
        let (date, counts) = (clock.date(at: now), transfers.counts(account))
        let sent = counts.transfers(inDayFrom: clock.start(of: date))
        let monthSent = counts.sent(inMonthFrom: clock.month(of: now).start)
        let hold = TimeSpan.days(Int64(terms.transferHoldDays))
        let held = transfers.revocable(account, after: now - hold)
        let owed = promises.owed(account)
        let floor = Money(minorUnits: terms.transferFloor)
        let free = max(.zero, balances[account] - max(floor, held + owed))
        let limit = Money(minorUnits: terms.transferMonthLimit)
        let monthLeft = limit == .zero ? nil : max(.zero, limit - monthSent)
        var words = "\(free) of the balance can be transferred: \(floor) must stay"
        if owed > .zero { words += ", \(owed) is borrowed" }
        if held > .zero {
            words += ", \(held) came by card or from a bank within \(terms.transferHoldDays) days"
        }
        return TransferRoom(
            most: min(free, Money(minorUnits: terms.transferGreatest), monthLeft ?? free),
            left: terms.transfersPerDay - min(terms.transfersPerDay, sent), dayEnd: clock.start(of: date.next),
            monthLeft: monthLeft, shortage: Rejection(.insufficientFunds, field: "amount", words))
    }

    /// When the last payment that can still be charged back may be transferred; nil if there is none.
    func heldUntil(_ account: AccountIndex, at now: Instant) -> Instant? {
        let hold = TimeSpan.days(Int64(catalog.current.terms.transferHoldDays))
        guard let latest = transfers.latestRevocable(account), latest + hold > now else { return nil }
        return latest + hold
    }

    func giftsLeft(of account: AccountIndex, at now: Instant) -> UInt32 {
        let most = catalog.current.terms.giftsPerMonth
        let month = clock(of: account).month(of: now).start
        return most - min(most, transfers.counts(account).gifts(inMonthFrom: month))
    }

    /// The packages of an offering from which a subscriber may give away or exchange, in the order of their use. A
    /// package that was itself given, exchanged or rolled over is none of them. Neither is one for calls on-net, one of a
    /// zone, or an unlimited one.
    func giveable(_ usage: UsageType, of account: AccountIndex, at now: Instant) -> [Usage.Bucket] {
        var buckets: [Usage.Bucket] = []
        self.usage.forEachBucket(account) { bucket in
            guard bucket.number != 0, bucket.usage == usage, bucket.origin == .offering, !bucket.isUnlimited,
                bucket.price == 0, UInt32(bucket.scope).isGeneral, bucket.direction != .in, bucket.left > 0,
                bucket.isValid(at: now)
            else { return }
            buckets.append(bucket)
        }
        return buckets.sorted { $0.isUsed(before: $1) }
    }

    /// Takes a quantity from packages in the order of their use: the parts, and their packages; nil if they have less.
    func draw(_ quantity: UInt64, from buckets: [Usage.Bucket]) -> [(bucket: Usage.Bucket, quantity: UInt64)]? {
        var parts: [(Usage.Bucket, UInt64)] = []
        var left = quantity
        for bucket in buckets where left > 0 {
            let part = min(left, bucket.left)
            parts.append((bucket, part))
            left -= part
        }
        return left == 0 ? parts : nil
    }
}

extension CatalogTermsPut {
    /// The reason why a draft with these terms of transfers and gifts cannot be published, in words; nil if it can.
    var givingMistake: String? {
        if transferGreatest > 0 {
            if transferLeast > transferGreatest { return "transfer_least is more than transfer_greatest" }
            if transfersPerDay == 0 { return "the terms have transfer_greatest: give transfers_per_day too" }
        }
        guard giftGigabytes > 0, giftsPerMonth == 0 || giftDays == 0 else { return nil }
        return "the terms have gift_gigabytes: give gifts_per_month and gift_days too"
    }
}

extension [Usage.Bucket] {
    /// The sum of what is left of them, as far as it can be counted.
    var left: UInt64 {
        reduce(0) { sum, bucket in
            let added = sum.addingReportingOverflow(bucket.left)
            return added.overflow || added.partialValue > UInt64(Int64.max) ? UInt64(Int64.max) : added.partialValue
        }
    }
}

extension UInt32 {
    /// True for the scopes of packages that are of use to everybody: everywhere but abroad, and home.
    fileprivate var isGeneral: Bool { self == Destination.everywhere || self == Destination.home }
}
