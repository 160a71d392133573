/// Dormancy of prepaid individuals' numbers: the fee of each day of a number that nobody uses, and the termination of one
/// that nobody pays for. Subscribers are told of both before.
///
/// A number is unused since its last use (`Balances.Funds.use`), unpaid since its balance is at or under zero. Both begin
/// anew when the number is activated, when a suspension of its plan ends, and when it leaves an organisation. A block of
/// the SIM changes nothing.

/// A step of a dormant number, as the subject of a `Due`.
enum DormancyStep: UInt32 {
    case notice = 0
    /// The fee of a day, or the termination.
    case act = 1
}

/// The fee of dormancy, as it stands.
struct DormancyFeeAhead: Equatable {
    /// When the first fee is or was due.
    let from: Instant
    /// When the next one is due.
    let next: Instant
    let dayFee: Money
}

extension AccountsState {
    /// True if the days count for this account: it is a number of an individual whose plan is not suspended.
    private func isSubjectToDormancy(_ account: AccountIndex) -> Bool {
        directory[account].kind == .subscriber && organizations.organization(of: account) == nil
            && !subscriptions.isSuspended(account)
    }

    /// The earliest instant from which days can count for an account.
    private func dormancyBegin(_ account: AccountIndex) -> Instant {
        let resumed = subscriptions.arrangements(account).resumed
        let begin = max(directory[account].activated, dormancy[account].individualSince)
        return resumed == .never ? begin : max(begin, resumed)
    }

    private func unusedSince(_ account: AccountIndex) -> Instant {
        max(dormancyBegin(account), balances.used(account))
    }

    private func unpaidSince(_ account: AccountIndex) -> Instant {
        max(dormancyBegin(account), balances.turned(account))
    }

    /// Visits the next notice, fee or termination of a dormant number.
    func forEachDormancyDue(of account: AccountIndex, _ body: (Due) -> Void) {
        guard isSubjectToDormancy(account) else { return }
        let terms = catalog.dormancy
        if balances[account] > .zero {
            guard terms.hasFee else { return }
            let (instant, step) = nextFeeStep(of: account, terms)
            body(Due(at: instant, .dormancyFee, of: account, step.rawValue))
        } else if terms.hasTermination {
            let (instant, step) = nextTerminationStep(of: account, terms)
            body(Due(at: instant, .termination, of: account, step.rawValue))
        }
    }

    /// The notice of the fee, which comes when there is money that it could take; then the fees.
    private func nextFeeStep(of account: AccountIndex, _ terms: DormancyTerms) -> (Instant, DormancyStep) {
        let (since, turned, row) = (unusedSince(account), balances.turned(account), dormancy[account])
        guard row.fee.holds(since: since, terms), row.dayFee == terms.dayFee else {
            let notice = since + .days(terms.afterDays - DormancyTerms.noticeDays)
            return (max(notice, terms.since, turned), .notice)
        }
        guard turned >= row.nextFee else { return (row.nextFee, .act) }
        // A payment that ends an empty balance has a whole day before the next midnight's fee.
        let clock = clock(of: account)
        return (clock.start(of: clock.date(at: turned + .days(1)).next), .act)
    }

    private func nextTerminationStep(of account: AccountIndex, _ terms: DormancyTerms) -> (Instant, DormancyStep) {
        let (since, notice) = (unpaidSince(account), dormancy[account].termination)
        guard !notice.holds(since: since, terms) else { return (notice.from, .act) }
        return (max(since + .days(terms.terminationDays - DormancyTerms.noticeDays), terms.since), .notice)
    }

    /// The first fee, if the subscriber is told at an instant: the midnight of the region that ends the last day without
    /// a fee, and not before the days of the notice are over.
    private func firstFee(of account: AccountIndex, told instant: Instant, _ terms: DormancyTerms) -> Instant {
        let clock = clock(of: account, then: instant)
        func midnight(_ days: Int64, after instant: Instant) -> Instant {
            clock.start(of: CivilDate(daysSinceEpoch: clock.date(at: instant).daysSinceEpoch + days + 1))
        }
        return max(
            midnight(terms.afterDays, after: unusedSince(account)), midnight(DormancyTerms.noticeDays, after: instant))
    }

    private func termination(of account: AccountIndex, told instant: Instant, _ terms: DormancyTerms) -> Instant {
        max(unpaidSince(account) + .days(terms.terminationDays), instant + .days(DormancyTerms.noticeDays))
    }
}

// MARK: - The results

extension AccountsState {
    /// Decides the notice of the fee, or the fee of a day: whole, or what is left.
    func decideDormancyFee(_ due: Due, _ changes: inout NewEvents) {
        let (account, instant, terms) = (due.account, due.instant, catalog.dormancy)
        guard due.subject == DormancyStep.act.rawValue else {
            let announced = DormancyAnnounced(
                since: unusedSince(account).milliseconds,
                firstFeeAt: firstFee(of: account, told: instant, terms).milliseconds, dayFee: terms.dayFee.minorUnits)
            return changes.append(account, .dormancyAnnounced(announced), effective: instant)
        }
        let clock = clock(of: account)
        let charge = Charge(kind: .dormancyFee, amount: min(terms.dayFee, balances[account]).minorUnits)
        let charges = isFull(charge) ? [] : [charge]
        let charged = DormancyCharged(
            charges: charges, balanceAfter: (balances[account] - charges.total).minorUnits,
            nextFee: clock.start(of: clock.date(at: instant).next).milliseconds)
        changes.append(account, .dormancyCharged(charged), effective: instant)
    }

    /// Decides the notice of a termination, or the termination.
    func decideTermination(_ due: Due, _ changes: inout NewEvents) {
        let (account, instant) = (due.account, due.instant)
        guard due.subject == DormancyStep.act.rawValue else {
            let announced = TerminationAnnounced(
                since: unpaidSince(account).milliseconds,
                terminatesAt: termination(of: account, told: instant, catalog.dormancy).milliseconds)
            return changes.append(account, .terminationAnnounced(announced), effective: instant)
        }
        changes.terminate(account, .dormant, self, at: instant)
    }
}

// MARK: - Ahead

extension AccountsState {
    /// ACCOUNT shows what is so near.
    private static let horizon = TimeSpan.days(30)

    /// The fee that a number pays, or will pay from a day within the next month on if nobody uses it; nil if none.
    func dormancyFeeAhead(of account: AccountIndex, at now: Instant) -> DormancyFeeAhead? {
        guard balances[account] > .zero else { return nil }
        let ahead = ahead(of: account, at: now, hasRule: \.hasFee) { terms in
            let (instant, step) = nextFeeStep(of: account, terms)
            guard step == .notice else { return (instant, dormancy[account].fee.from) }
            let from = firstFee(of: account, told: max(instant, now), terms)
            return (from, from)
        }
        return ahead.map { DormancyFeeAhead(from: $0.from, next: $0.next, dayFee: $0.terms.dayFee) }
    }

    /// When a number is terminated within the next month if nobody pays for it; nil if it is not.
    func terminationAhead(of account: AccountIndex, at now: Instant) -> Instant? {
        guard balances[account] <= .zero else { return nil }
        return ahead(of: account, at: now, hasRule: \.hasTermination) { terms in
            let (instant, step) = nextTerminationStep(of: account, terms)
            let end = step == .act ? instant : termination(of: account, told: max(instant, now), terms)
            return (end, end)
        }?.next
    }

    /// The step ahead under the terms of when it happens: today's, or those of a publication before it.
    private func ahead(
        of account: AccountIndex, at now: Instant, hasRule: (DormancyTerms) -> Bool,
        _ find: (DormancyTerms) -> (next: Instant, from: Instant)
    ) -> (next: Instant, from: Instant, terms: DormancyTerms)? {
        guard catalog.dormancy.isOn || catalog.dormancy(then: now + Self.horizon).isOn, isSubjectToDormancy(account)
        else { return nil }
        var terms = catalog.dormancy
        if !hasRule(terms) || catalog.dormancy(then: find(terms).next) != terms {
            terms = catalog.dormancy(then: .never)
        }
        guard hasRule(terms) else { return nil }
        let (next, from) = find(terms)
        return from <= now + Self.horizon ? (next, from, terms) : nil
    }
}

// MARK: - The agenda

extension Event {
    /// True for a record of usage that was rated.
    @inline(__always)
    var isUsage: Bool { if case .usageRated = self { true } else { false } }
}

extension AccountsState {
    /// Watches an account after an event that may have brought its next step nearer, or everybody after a publication of
    /// other terms. Use puts it off, so the agenda need not be told: the entry that stands there is found to be overtaken.
    mutating func watchDormancy(after event: Event, hasTurned: Bool, of account: AccountIndex) {
        guard agenda != nil else { return }
        switch event {
        case .catalogPublished(_) where catalog.dormancy.since == catalog.published:
            for account in 0..<directory.next { watchDormancy(of: account, at: catalog.published) }
        case .subscriberActivated(_), .tariffResumed(_), .organizationLeft(_), .profileSet(_), .dormancyAnnounced(_),
            .dormancyCharged(_), .terminationAnnounced(_):
            watchDormancy(of: account, at: recorded)
        default: if hasTurned { watchDormancy(of: account, at: recorded) }
        }
    }

    /// Puts an account's next step on the agenda. Use after a notice of a fee makes a next notice due, which may be
    /// before that fee, but not before the days until a notice have passed.
    mutating func watchDormancy(of account: AccountIndex, at now: Instant) {
        var next: Due?
        forEachDormancyDue(of: account) { next = $0 }
        guard let next else { return }
        let terms = catalog.dormancy
        let look = terms.hasFee ? now + .days(terms.afterDays - DormancyTerms.noticeDays) : .never
        agenda?.watch(Due(at: min(next.instant, look), next.kind, of: account, next.subject))
    }
}
