/// Buckets of a period that begins: those that an offering includes, and those that roll over from the period before.

extension NewEvents {
    /// Grants the buckets of the fees that open a period.
    mutating func grant(
        paidBy charges: [Charge], to account: AccountIndex, _ state: borrowing AccountsState, from: Instant
    ) {
        for charge in charges where charge.kind.opensPeriod {
            grant(state.catalog[charge.offering], to: account, state, from: from, until: charge.periodEnd)
        }
    }

    /// `until` is in milliseconds; 0 for as long as the subscriber has the offering. `replacing` is the tariff before.
    mutating func grant(
        _ offering: CatalogOfferingPut, to account: AccountIndex, _ state: borrowing AccountsState, from: Instant,
        until: Int64, replacing: UInt32? = nil
    ) {
        var last = state.usage.lastBucket(account)
        for change in events where change.account == account {
            if case .bucketsGranted(let e) = change.event { last = e.grants.last?.bucket ?? last }
        }
        var granted = BucketsGranted(offering: offering.offering)
        func add(_ grant: Grant) {
            last += 1
            var grant = grant
            (grant.bucket, grant.validTo) = (last, until)
            granted.grants.append(grant)
        }
        state.usage.forEachBucket(account) { bucket in
            guard bucket.isRollover, bucket.left > 0, bucket.from <= from, bucket.to >= from,
                UInt32(bucket.offering) == offering.offering || UInt32(bucket.offering) == replacing
            else { return }
            add(
                Grant(
                    usage: bucket.usage, direction: bucket.direction, scope: UInt32(bucket.scope),
                    priority: bucket.price == 0 ? UsagePriority.rollover : UInt32(bucket.priority), amount: bucket.left,
                    price: bucket.price,
                    unit: UInt64(bucket.unit), rolledOver: bucket.number))
        }
        state.catalog.forEachPart(of: offering.offering, then: from) { part in
            for allowance in part.allowances {
                add(Grant(allowance, of: offering, state.catalog))
            }
        }
        if !granted.grants.isEmpty { append(account, .bucketsGranted(granted), effective: from) }
    }
}

extension Grant {
    /// The package that an allowance makes. `offering` is the product that it is part of.
    init(_ allowance: Allowance, of offering: CatalogOfferingPut, _ catalog: borrowing Catalog) {
        self.init(
            usage: allowance.usage, direction: allowance.direction, scope: catalog.scope(allowance.scope),
            priority: allowance.priority == 0 ? UsagePriority.usual(offering, allowance) : allowance.priority,
            amount: allowance.amount, unlimited: allowance.unlimited, rollover: allowance.rollover,
            price: allowance.price, unit: allowance.unit == 0 ? allowance.usage.usualUnit : allowance.unit)
    }
}

/// The lower is used first. A catalogue may set others.
enum UsagePriority {
    /// Given by another subscriber, or exchanged for minutes.
    static let gift: UInt32 = 10
    static let rollover: UInt32 = 20
    static let option: UInt32 = 30
    static let tariff: UInt32 = 40
    /// Steps of a price come after everything that is paid already.
    static let step: UInt32 = 200

    fileprivate static func usual(_ offering: CatalogOfferingPut, _ allowance: Allowance) -> UInt32 {
        allowance.price != 0 ? step : offering.kind == .tariff ? tariff : option
    }
}
