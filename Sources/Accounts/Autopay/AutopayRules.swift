/// The rules of automatic payments: when one is asked for, how often the acquirer is asked, and when an order ends.

extension AccountsState {
    /// Asks for an automatic payment, or tells that the month's limit leaves no room for it. `next` is the first instant
    /// of the next day of payment; nil if the balance decides.
    ///
    /// A sum stays counted in its month if its request ends without a payment, because one may still come late.
    private func ask(
        _ account: AccountIndex, _ row: Autopay.Row, in month: (start: Instant, end: Instant), next: Instant? = nil,
        _ changes: inout NewEvents, at now: Instant
    ) {
        let terms = catalog.current.terms
        // A payment beyond the present limit of one payment could not be credited.
        let greatest = Money(minorUnits: terms.greatestPayment)
        let amount = greatest == .zero ? row.amount : min(row.amount, greatest)
        guard row.cap == .zero || amount <= row.cap - row.asked(inMonthFrom: month.start) else {
            guard next != nil || !row.isSkipped(inMonthTo: month.end) else { return }
            let skipped = AutopaySkipped(
                amount: amount.minorUnits, monthEnd: month.end.milliseconds, nextAt: next?.milliseconds ?? 0)
            return changes.append(account, .autopaySkipped(skipped), effective: now)
        }
        let expires = now + .minutes(Int64(terms.appliedPaymentRequestMinutes))
        let requested = PaymentRequested(
            amount: amount.minorUnits, method: .card, expiresAt: expires.milliseconds, card: row.card,
            acquirer: row.acquirer, autopayMonth: month.start.milliseconds, autopayNext: next?.milliseconds ?? 0)
        changes.append(account, .paymentRequested(requested), effective: now)
    }

    /// Asks for a payment if the balance is below the order's threshold and nothing was asked for because of that.
    func askIfBelow(
        _ account: AccountIndex, _ row: Autopay.Row, balance: Money, _ changes: inout NewEvents, at now: Instant
    ) {
        guard row.isOn, row.day == 0, !row.isUnderWay, !row.isUsed, balance < row.below else { return }
        ask(account, row, in: clock(of: account).month(of: now), &changes, at: now)
    }

    /// Decides what a command's events mean for automatic payments. They are applied already. `repaid` is the part of
    /// their credits that will leave the balance for a promised payment.
    func weighAutopay(
        _ account: AccountIndex, _ events: [AccountEvent], _ repaid: Money, _ changes: inout NewEvents,
        at now: Instant
    ) {
        guard autopay.isOn(account) else { return }
        let row = autopay[account]
        var hasFallen = false
        for event in events {
            if case .toppedUp(let e) = event.event {
                // A payment stored one card too many, and the oldest was given up.
                let isKept = e.card.isEmpty || paying.hasCard(row.card, row.acquirer, of: account)
                guard isKept else { return changes.endAutopay(of: account, .cardRemoved, self, at: now) }
            } else if case .paymentReversed = event.event {
                // The bank took a payment back. It may be the same card's, which then must not pay again for that.
                continue
            } else if let money = event.event.money, money.net < .zero {
                hasFallen = true
            }
        }
        if hasFallen { askIfBelow(account, row, balance: balances[account] - repaid, &changes, at: now) }
    }

    /// The day of an automatic payment. One month is one cause, also if the last month's request is still under way.
    func decideAutopayDay(_ due: Due, _ changes: inout NewEvents) {
        let (account, row) = (due.account, autopay[due.account])
        let clock = clock(of: account)
        let date = clock.date(at: due.instant)
        // In another region than at the last payment, it is the day before or after.
        let near = [date, date.next, CivilDate(daysSinceEpoch: date.daysSinceEpoch - 1)]
        let day = near.first { $0 == $0.on(day: row.day) } ?? date
        let month = (start: clock.start(of: day.firstOfMonth), end: clock.start(of: day.firstOfNextMonth))
        let next = start(of: day.firstOfNextMonth.on(day: row.day), in: account)
        ask(account, row, in: month, next: next, &changes, at: due.instant)
    }

    /// The first instant after `now` at which the day of a month begins in the account's region.
    func nextDay(_ day: UInt32, of account: AccountIndex, after now: Instant) -> Instant {
        let date = clock(of: account).date(at: now)
        let next = start(of: date.on(day: day), in: account)
        return next > now ? next : start(of: date.firstOfNextMonth.on(day: day), in: account)
    }

    /// The first instant of a date to come, by the catalogue that is valid then.
    private func start(of date: CivilDate, in account: AccountIndex) -> Instant {
        clock(of: account, then: clock(of: account).start(of: date)).start(of: date)
    }

    // MARK: - Attempts

    /// The time at which the acquirer is asked again for a request; nil if it is given up.
    private func retry(of request: PaymentRequest, _ account: AccountIndex, at now: Instant) -> Instant? {
        let (terms, row) = (catalog.current.terms, autopay[account])
        guard request.isAutopay, request.attempts < terms.appliedAutopayAttempts, row.isOn,
            row.card == request.card, row.acquirer == request.acquirer
        else { return nil }
        return now + .hours(Int64(terms.appliedAutopayRetryHours) << Int64(min(request.attempts - 1, 16)))
    }

    /// The acquirer refused a request, or let it expire: it ends, or waits for the next attempt if it is an automatic
    /// payment. `reason` is the acquirer's; nil if it did not answer.
    func endAttempt(
        _ request: PaymentRequest, of account: AccountIndex, reason: String?, _ changes: inout NewEvents,
        at now: Instant
    ) {
        if let retry = retry(of: request, account, at: now) {
            let postponed = AutopayPostponed(
                request: request.position, reason: reason ?? "", attempts: request.attempts,
                retryAt: retry.milliseconds)
            return changes.append(account, .autopayPostponed(postponed), effective: now)
        }
        if let reason {
            let refused = PaymentRefused(request: request.position, reason: reason)
            changes.append(account, .paymentRefused(refused), effective: now)
        } else {
            let expired = PaymentRequestExpired(request: request.position)
            changes.append(account, .paymentRequestExpired(expired), effective: now)
        }
        guard request.isAutopay else { return }
        let failed = AutopayFailed(
            request: request.position, amount: request.amount.minorUnits, reason: reason ?? "")
        changes.append(account, .autopayFailed(failed), effective: now)
    }

    /// Asks the acquirer again for a request that was postponed.
    func retry(_ request: PaymentRequest, of account: AccountIndex, _ changes: inout NewEvents, at now: Instant) {
        let expires = now + .minutes(Int64(catalog.current.terms.appliedPaymentRequestMinutes))
        let retried = AutopayRetried(request: request.position, expiresAt: expires.milliseconds)
        changes.append(account, .autopayRetried(retried), effective: now)
    }
}

extension NewEvents {
    /// Ends the order of an account, if it has one, and what was asked for because of it.
    mutating func endAutopay(
        of account: AccountIndex, _ reason: AutopayEnd, _ state: borrowing AccountsState, at now: Instant
    ) {
        guard state.autopay.isOn(account) else { return }
        endAutopayRequests(of: account, state, at: now) { _ in true }
        append(account, .autopayEnded(AutopayEnded(reason: reason)), effective: now)
    }

    /// Ends requests of automatic payments that were neither paid nor ended.
    mutating func endAutopayRequests(
        of account: AccountIndex, _ state: borrowing AccountsState, at now: Instant,
        where isToEnd: (PaymentRequest) -> Bool
    ) {
        for request in state.paying.requests(of: account)
        where request.isAutopay && !request.state.hasEnded && isToEnd(request) {
            if request.reason.isEmpty {
                let expired = PaymentRequestExpired(request: request.position)
                append(account, .paymentRequestExpired(expired), effective: now)
            } else {
                let refused = PaymentRefused(request: request.position, reason: request.reason)
                append(account, .paymentRefused(refused), effective: now)
            }
        }
    }
}

extension CivilDate {
    /// The day of its month with a number, or the last day of a shorter month.
    func on(day: UInt32) -> CivilDate {
        CivilDate(year: year, month: month, day: min(Int(day), CivilDate.daysIn(month: month, year: year)))
    }
}
