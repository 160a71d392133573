/// The cost of a record of usage: one path for `USAGE`, `USAGE.CHECK` and quotes. Pure.
///
///     record ─▶ destination ─▶ buckets, by priority, end, number ─▶ what is left, at a price ─▶ parts, amount
///
/// A bucket covers as much of the record as it can, rounded up to its own units. The rest is rounded up to units of the
/// price that reaches it best. Everything is in whole kopecks, so only usage is ever rounded.

/// A record of the network, as it came.
package struct UsageRecord: Equatable, Sendable {
    package var usage: UsageType
    package var direction: Direction
    /// The other number; 0 if there is none, or none that is a number.
    package var peer: UInt64
    /// For data: the service. For other usage: a short number or a name.
    package var service: String
    package var start: Instant
    /// Seconds, messages or bytes.
    package var quantity: UInt64
    /// The visited network, MCC-MNC; empty at home.
    package var visited = ""

    /// The most that a network's clock may be ahead of ours.
    package static let earliness = TimeSpan.minutes(5)

    /// The end of the usage.
    var end: Instant { usage == .voice ? start + .seconds(Int64(quantity)) : start }
}

package struct RatedUsage: Equatable, Sendable {
    package var parts: [UsagePart] = []
    package var amount: Int64 = 0
}

package enum UsageOutcome: Equatable, Sendable {
    case rated(RatedUsage)
    case rejected(UsageRejection)
}

extension UsageType {
    /// The bounds of one record of a network: a day of a call, a tebibyte, a thousand messages. A switch ends a
    /// record long before, and begins the next.
    package var greatestQuantity: UInt64 {
        switch self {
        case .voice: 86_400
        case .data: 1 << 40
        default: 1000
        }
    }

    /// The unit that usage is rounded up to if a bucket does not say: a minute, a message, a byte.
    var usualUnit: UInt64 { self == .voice ? 60 : 1 }

    var chargeKind: ChargeKind {
        switch self {
        case .voice: .voice
        case .sms: .sms
        case .mms: .mms
        case .data: .data
        case .unspecified: .unspecified
        }
    }
}

extension CatalogTermsPut {
    var usageDays: UInt32 { lateUsageDays == 0 ? 30 : lateUsageDays }
}

extension Direction {
    fileprivate func isOf(_ direction: Direction) -> Bool { self == .any || self == direction }
}

/// A price that a subscriber has, and the product it belongs to.
private struct Price {
    var offering: UInt32
    /// The number of the rate among the offering's, from 1.
    var index: UInt32
    var rate: Rate
    var rank: Int
    /// The product over whose period usage is counted: the offering itself, or its bundle.
    var product: UInt32
    var periodEnd: Instant
    var startDay: UInt8
    /// The instant whose catalogue has the price.
    var instant: Instant
}

extension AccountsState {
    /// Prices a record for an account, or says why it cannot. If `isOver`, the record must have ended by now.
    func rate(_ record: UsageRecord, of account: AccountIndex, at now: Instant, isOver: Bool) -> UsageOutcome {
        if (isOver ? record.end : record.start) > now + UsageRecord.earliness { return .rejected(.inFuture) }
        if let reason = refusal(record, of: account, at: now) { return .rejected(reason) }
        let tariff = subscriptions.tariff(account, at: record.start)
        guard tariff.offering != 0 else { return .rejected(.beforeActivation) }
        let destination = destination(record, of: account)
        var (rated, left) = (RatedUsage(), record.quantity)
        for bucket in buckets(for: record, destination, of: account) {
            guard left > 0 else { break }
            guard draw(on: bucket, &left, &rated) else { return .rejected(.amountOverflow) }
        }
        guard left > 0 else { return .rated(rated) }
        let isStopped = record.usage == .data && tariff.status == .unpaid
        guard let price = price(for: record, destination, of: account, tariff) else {
            // A called subscriber pays nothing, unless the catalogue says otherwise. Packages still cover their parts.
            guard record.direction == .in && !isStopped || !rated.parts.isEmpty else {
                return .rejected(isStopped ? .dataStopped : .noPrice)
            }
            rated.parts.append(UsagePart(quantity: left, charged: left))
            return .rated(rated)
        }
        guard charge(left, at: price, record, account, &rated) else {
            return .rejected(.amountOverflow)
        }
        return .rated(rated)
    }

    private func refusal(_ record: UsageRecord, of account: AccountIndex, at now: Instant) -> UsageRejection? {
        if record.start < directory[account].activated { return .beforeActivation }
        if now - record.start > .days(Int64(catalog.current.terms.usageDays)) { return .tooLate }
        return nil
    }

    private func destination(_ record: UsageRecord, of account: AccountIndex) -> Destination {
        var destination = Destination()
        guard record.visited.isEmpty else {
            // Abroad the network decides, whoever is called: neither home prices nor packages reach the record.
            destination.isAbroad = true
            destination.zone = catalog[contentsAt: record.start].zone(ofNetwork: record.visited)?.zone ?? 0
            return destination
        }
        destination.isOnNet = record.peer != 0 && directory.find(MSISDN(number: record.peer)) != nil
        let zone =
            record.peer == 0
            ? catalog[contentsAt: record.start].zone(record.service)
            : catalog[contentsAt: record.start].zone(of: record.peer)
        guard let zone else { return destination }
        destination.zone = zone.zone
        destination.isAbroad = zone.abroad
        destination.isHome = !zone.region.isEmpty && zone.region == directory.regionKey(account)
        return destination
    }

    /// The buckets that reach the record, in the order of their use.
    private func buckets(for record: UsageRecord, _ destination: Destination, of account: AccountIndex)
        -> [Usage.Bucket]
    {
        var found: [Usage.Bucket] = []
        usage.forEachBucket(account) {
            guard $0.number != 0, $0.usage == record.usage, $0.direction.isOf(record.direction),
                $0.left > 0 || $0.isUnlimited, $0.isValid(at: record.start),
                destination.isReached(by: UInt32($0.scope))
            else { return }
            found.append($0)
        }
        if found.count > 1 {
            found.sort { $0.isUsed(before: $1) }
        }
        return found
    }

    /// Draws on a bucket. False if the sum is more than an amount can be.
    private func draw(on bucket: Usage.Bucket, _ left: inout UInt64, _ rated: inout RatedUsage) -> Bool {
        var part = UsagePart(bucket: bucket.number)
        let whole = left.roundedUp(to: UInt64(bucket.unit))
        if bucket.isUnlimited || whole <= bucket.left {
            (part.quantity, part.charged) = (left, whole)
        } else {
            (part.quantity, part.charged) = (min(left, bucket.left), bucket.left)
        }
        if bucket.price != 0 {
            let units = part.charged.roundedUp(to: UInt64(bucket.unit)) / UInt64(bucket.unit)
            let (amount, isOver) = Int64(clamping: units).multipliedReportingOverflow(by: bucket.price)
            let (sum, isTooMuch) = rated.amount.addingReportingOverflow(amount)
            guard !isOver, !isTooMuch, sum <= Money.greatest.minorUnits else { return false }
            (part.cost, rated.amount) = (amount, sum)
        }
        left -= part.quantity
        rated.parts.append(part)
        return true
    }

    /// The price that reaches the record best: an option's if one does, else the tariff's; nil if there is none.
    private func price(
        for record: UsageRecord, _ destination: Destination, of account: AccountIndex, _ tariff: Subscriptions.Product
    ) -> Price? {
        var best: Price?
        func take(
            _ offering: CatalogOfferingPut, of product: Subscriptions.Product, at instant: Instant, isUnpaid: Bool
        ) {
            func reaches(_ rate: Rate) -> Bool {
                rate.usage == record.usage && rate.direction.isOf(record.direction)
                    && destination.isReached(by: catalog.scope(rate.scope))
            }
            let hasBase = isUnpaid && offering.rates.contains { $0.unpaid && reaches($0) }
            for (index, rate) in offering.rates.enumerated() where reaches(rate) {
                // Base prices hold while the fee is unpaid. Data has no other prices then.
                guard rate.unpaid ? isUnpaid : !(hasBase || isUnpaid && record.usage == .data) else { continue }
                let rank = Destination.rank(of: catalog.scope(rate.scope)) * 2 + (rate.direction == .any ? 0 : 1)
                // Among equals the catalogue's earliest product wins: late records see products in another order.
                let place = (-rank, UInt32(product.offering), offering.offering)
                if let best, (-best.rank, best.product, best.offering) <= place { continue }
                best = Price(
                    offering: offering.offering, index: UInt32(index) + 1, rate: rate, rank: rank,
                    product: UInt32(product.offering), periodEnd: product.periodEnd, startDay: product.startDay,
                    instant: instant)
            }
        }
        subscriptions.forEachOption(account, at: record.start) { option in
            guard option.status == .active else { return }
            let instant = priceInstant(of: option, for: record.start, account)
            catalog.forEachPart(of: UInt32(option.offering), at: instant) {
                take($0, of: option, at: instant, isUnpaid: false)
            }
        }
        if best == nil {
            let instant = priceInstant(of: tariff, for: record.start, account)
            take(
                catalog[UInt32(tariff.offering), at: instant], of: tariff, at: instant,
                isUnpaid: tariff.status == .unpaid)
        }
        return best
    }

    /// The instant whose prices hold for usage at `start`: the beginning of the period that was paid, or `start` itself
    /// if no period is.
    private func priceInstant(of product: Subscriptions.Product, for start: Instant, _ account: AccountIndex) -> Instant
    {
        guard product.periodEnd != .never else { return start }
        guard start < product.paidFrom else { return product.paidFrom }
        // The record is late, and of an earlier period, which ended when another began.
        let period = catalog[UInt32(product.offering), at: start].countingPeriod(
            of: start, periodEnd: product.paidFrom, clock(of: account),
            startDay: product.startDay)
        return max(period.start, product.since)
    }

    /// Charges a quantity. False if the sum is more than an amount can be.
    private func charge(
        _ quantity: UInt64, at price: Price, _ record: UsageRecord, _ account: AccountIndex, _ rated: inout RatedUsage
    ) -> Bool {
        let unit = price.rate.unit
        var part = UsagePart(offering: price.offering, rate: price.index, quantity: quantity)
        if price.rate.accumulated {
            let (from, to) = catalog[price.product, at: price.instant].countingPeriod(
                of: record.start, periodEnd: price.periodEnd, clock(of: account),
                startDay: price.startDay)
            (part.periodFrom, part.periodTo) = (from.milliseconds, to.milliseconds)
            var paid: UInt64 = 0
            usage.forEachBucket(account) { if $0.isLeft(of: part) { paid = $0.left } }
            part.charged = quantity > paid ? (quantity - paid).roundedUp(to: unit) : 0
            part.left = paid + part.charged - quantity
        } else {
            part.charged = quantity.roundedUp(to: unit)
        }
        let (amount, isOver) = Int64(clamping: part.charged / unit).multipliedReportingOverflow(by: price.rate.price)
        let (whole, isMore) = amount.addingReportingOverflow(price.rate.connectionFee)
        let (sum, isTooMuch) = rated.amount.addingReportingOverflow(whole)
        guard !isOver, !isMore, !isTooMuch, sum <= Money.greatest.minorUnits else { return false }
        part.cost = whole
        rated.amount = sum
        rated.parts.append(part)
        return true
    }
}

extension UInt64 {
    /// A quantity is far from overflow. A unit may be of any size, and is the result if it is larger.
    fileprivate func roundedUp(to unit: UInt64) -> UInt64 { self == 0 ? 0 : ((self - 1) / unit + 1) * unit }
}
