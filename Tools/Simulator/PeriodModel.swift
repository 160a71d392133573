/// Paid periods as an outsider folds them: each is paid when the one before it ends, and a suspension moves its end.

import Accounts

struct PeriodModel {
    struct Product: Hashable {
        let account: AccountIndex
        let offering: UInt32
    }

    /// The instant until which products are paid.
    private(set) var periods: [Product: Instant] = [:]
    /// The fees of those periods, in kopecks.
    private var paid: [Product: Int64] = [:]
    /// Since when plans are suspended.
    private var suspended: [AccountIndex: Instant] = [:]
    private var wereSuspended: Set<AccountIndex> = []
    /// The offering whose period is a calendar month, in every version of the catalogue.
    private var monthly: UInt32 = 0

    /// True if the last event began this product unpaid, or ended a suspension: a fee is then taken, or found unpaid,
    /// without a period that ends.
    private func hasBegun(_ offering: UInt32, _ meta: EventMeta, after before: LogModel.Entry?) -> Bool {
        guard periods[Product(account: meta.account, offering: offering)] == nil, let before,
            before.meta.account == meta.account, before.meta.effective == meta.effective
        else { return false }
        switch before.event {
        case .tariffChanged(let e): return e.to == offering
        case .optionActivated(let e): return e.option == offering
        case .tariffResumed, .simUnblocked: return true
        default: return false
        }
    }

    /// A due fee is taken, or found unpaid, when the period before it ends. None is while the plan is suspended.
    mutating func follow(_ meta: EventMeta, _ event: Event, after before: LogModel.Entry?) throws(Violation) {
        func end(_ offering: UInt32) throws(Violation) {
            if hasBegun(offering, meta, after: before) { return }
            let due = periods.removeValue(forKey: Product(account: meta.account, offering: offering))
            try hold(
                due == meta.effective, .due,
                "position \(meta.position): account \(meta.account) pays for offering \(offering) at"
                    + " \(meta.effective), and it is paid until \(due.map { "\($0)" } ?? "no time")")
        }
        switch event {
        case .feesCharged, .feeUnpaid, .periodMoved, .tariffChanged:
            try hold(
                suspended[meta.account] == nil, .due,
                "position \(meta.position): account \(meta.account) is suspended, and its plan goes on")
        default: break
        }
        switch event {
        case .subscriberTerminated:
            periods = periods.filter { $0.key.account != meta.account }
            suspended[meta.account] = nil
        case .catalogOfferingPut(let e): if e.key == "online" { monthly = e.offering }
        case .feesReturned(let e):
            for charge in e.charges {
                let product = Product(account: meta.account, offering: charge.offering)
                try hold(
                    charge.amount < 0 && periods[product] != nil, .due,
                    "position \(meta.position): unused days of a period that is not paid are credited")
                try hold(
                    -charge.amount <= paid[product] ?? 0, .due,
                    "position \(meta.position): \(-charge.amount) kopecks are credited of \(paid[product] ?? 0)")
            }
        case .tariffSuspended(let e):
            try hold(
                suspended.updateValue(meta.effective, forKey: meta.account) == nil, .due,
                "position \(meta.position): account \(meta.account) is suspended twice")
            wereSuspended.insert(meta.account)
            for lapsed in e.lapsed { periods[Product(account: meta.account, offering: lapsed.offering)] = nil }
        case .tariffResumed(let e):
            let since = suspended.removeValue(forKey: meta.account)
            try hold(
                since?.milliseconds == e.suspended, .due,
                "position \(meta.position): account \(meta.account) resumes what was not suspended then")
            for product in e.products {
                let key = Product(account: meta.account, offering: product.offering)
                let end = Instant(milliseconds: product.periodEnd)
                try hold(
                    periods[key].map { end - $0 } == since.map { meta.effective - $0 }, .due,
                    "position \(meta.position): a period does not end as much later as the suspension lasted")
                periods[key] = end
            }
        case .feesCharged(let e):
            for charge in e.charges {
                try end(charge.offering)
                // One fee a month, give or take a day and some hours, whatever happened to the region and its clock. A
                // period that a suspension moved ends on no first of a month.
                try hold(
                    charge.offering != monthly || wereSuspended.contains(meta.account)
                        || charge.periodEnd - meta.effective.milliseconds >= TimeSpan.days(26).milliseconds, .due,
                    "position \(meta.position): a month from \(meta.effective) ends at"
                        + " \(Instant(milliseconds: charge.periodEnd))")
            }
        case .feeUnpaid(let e): try end(e.offering)
        case .periodMoved(let e):
            try end(e.offering)
            let moved = Instant(milliseconds: e.periodEnd)
            try hold(
                meta.effective < moved && moved - meta.effective <= RegionClock.greatestDifference, .due,
                "position \(meta.position): a period's end moves from \(meta.effective) to \(moved)")
            periods[Product(account: meta.account, offering: e.offering)] = moved
        case .tariffChanged(let e): periods[Product(account: meta.account, offering: e.from)] = nil
        case .optionTerminated(let e): periods[Product(account: meta.account, offering: e.option)] = nil
        default: break
        }
        for charge in event.money?.charges ?? [] where charge.kind.opensPeriod && charge.amount >= 0 {
            paid[Product(account: meta.account, offering: charge.offering)] = charge.amount
            periods[Product(account: meta.account, offering: charge.offering)] =
                charge.periodEnd == 0 ? nil : Instant(milliseconds: charge.periodEnd)
        }
    }

    /// The first product whose paid time is over.
    func overdue(at now: Instant) -> (product: Product, end: Instant)? {
        let going = periods.filter { suspended[$0.key.account] == nil }
        guard let first = going.min(by: { ($0.value, $0.key.account) < ($1.value, $1.key.account) }),
            first.value <= now
        else { return nil }
        return (first.key, first.value)
    }
}
