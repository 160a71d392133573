/// AUTOPAY.SET, AUTOPAY.OFF, AUTOPAY: a subscriber has a stored card pay by itself, when the balance is low or on a day
/// of the month.

extension CommandRegistry {
    @inlinable
    package mutating func addAutopayCommands() {
        change(AutopayOrder.self)
        change(AutopayOff.self)
        read(AutopayRead.self)
    }
}

package struct AutopayOrder: Change, Prepares, OfSubscriber {
    static let card = Parameter<CardToken>("card", "the stored card that pays, as CARDS lists it")
    static let amount = Parameter<Amount>("amount", "the sum of one payment")
    static let below = Parameter<Money?>("below", "a payment is asked for when the balance is below this sum")
    static let day = Parameter<Number?>(
        "day", "a payment is asked for on this day of each month, or on the last day of a shorter month", in: 1...31)
    static let monthlyCap = Parameter<Amount?>(
        "monthly_cap", "the most that is asked for in a calendar month; no limit if not given")
    package static let spec = CommandSpec(
        "AUTOPAY.SET", .change, roles: .frontend, session: .subscriber,
        [msisdn, card, amount, below, day, monthlyCap, Reauthentication.parameter],
        reply: [
            .msisdn, .card, .cardLast4.sometimes, .amount, .below.sometimes, .day.sometimes, .monthlyCap.sometimes,
            .autopayNext.sometimes, .request.sometimes, .seq,
        ], waits: true, isHeldAfterSIM: true,
        summary:
            "Has a stored card pay by itself: when the balance falls below a sum, or on a day of each month. It replaces"
            + " the earlier order of the number. The card's acquirer gets each payment as a request.",
        example: "AUTOPAY.SET 79001234567 card=tok-7Jk2mQ9x amount=300 below=50 monthly_cap=1500")

    package let msisdn: MSISDN
    let card: String
    let amount: Money
    let below: Money?
    let day: UInt32
    let monthlyCap: Money?
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        card = try a[Self.card]
        amount = try a[Self.amount]
        below = try a[Self.below]
        day = UInt32(try a[Self.day] ?? 0)
        monthlyCap = try a[Self.monthlyCap]
        reauthentication = try Reauthentication(a)
        guard below != nil || day != 0 else {
            throw Rejection(
                .missingArgument, field: "below",
                "AUTOPAY.SET needs below= or day=, which say when to ask for a payment")
        }
        guard below == nil || day == 0 else {
            throw Rejection(.unknownArgument, field: "day", "give below= or day=, not both")
        }
        if let below, below < .zero {
            throw Rejection(.invalidAmount, field: "below", "below must not be less than zero")
        }
        if let monthlyCap, monthlyCap < amount {
            throw Rejection(
                .invalidAmount, field: "monthly_cap", "monthly_cap must not be less than the amount of one payment")
        }
    }

    private func order(
        _ state: borrowing AccountsState, at now: Instant
    ) throws(Rejection) -> (account: AccountIndex, AutopaySet) {
        let account = try state.directory.subscriber(msisdn)
        guard state.organizations.organization(of: account) == nil else {
            throw Rejection(
                .notAvailable, field: "msisdn", "an organisation pays for this number: it has no automatic payments")
        }
        let stored = state.paying.cards(of: account).filter { $0.token == card }
        guard !stored.isEmpty else { throw .notFound("card", "stored card") }
        guard let usable = stored.first(where: { state.principals.takes(.card, $0.acquirer) }) else {
            throw Rejection(
                .notAvailable, field: "card", "the acquirer of this card takes no payments now: use another card")
        }
        try state.checkGreatest(amount)
        let greatest = Money(minorUnits: state.catalog.current.terms.greatestPayment)
        if let below, greatest > .zero, below > greatest {
            throw Rejection(.limitReached, field: "below", "below is at most \(greatest), like a payment")
        }
        let next = day == 0 ? 0 : state.nextDay(day, of: account, after: now).milliseconds
        let set = AutopaySet(
            card: card, acquirer: usable.acquirer, amount: amount.minorUnits, below: below?.minorUnits ?? 0, day: day,
            monthlyCap: monthlyCap?.minorUnits ?? 0, nextAt: next, cardLast4: usable.last4)
        return (account, set)
    }

    package func prepare(
        _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) -> Reauthentication.Work? {
        _ = try order(state, at: context.now)
        return try reauthentication.work(state, context)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (account, set) = try order(state, at: context.now)
        guard try reauthentication.decide(done(context), state, context, &changes) else { return }
        // A request may be paid at this moment, so it goes on, and nothing else is asked for meanwhile. One that waits for
        // another attempt with another card ends.
        let underWay = state.paying.requests(of: account).filter { $0.isAutopay && !$0.state.hasEnded }
        let ending = underWay.filter {
            $0.state == .postponed && ($0.card != set.card || $0.acquirer != set.acquirer)
        }
        changes.endAutopayRequests(of: account, state, at: context.now) { request in
            ending.contains { $0.position == request.position }
        }
        changes.append(account, .autopaySet(set), effective: context.now)
        guard underWay.count == ending.count else { return }
        var row = state.autopay[account]
        if let last = ending.last { (row.isUnderWay, row.isRefused) = (false, !last.reason.isEmpty) }
        row.order(set)
        state.askIfBelow(account, row, balance: state.balances[account], &changes, at: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        guard !Reauthentication.rejected(outcome, &reply) else { return }
        var request: Position?
        for (index, change) in outcome.events.enumerated() {
            switch change.event {
            case .autopaySet(let e):
                reply.field(.msisdn, msisdn)
                reply.field(.card, e.card)
                if !e.cardLast4.isEmpty { reply.field(.cardLast4, e.cardLast4) }
                reply.field(.amount, Money(minorUnits: e.amount))
                reply.condition(Money(minorUnits: e.below), e.day)
                if e.monthlyCap != 0 { reply.field(.monthlyCap, Money(minorUnits: e.monthlyCap)) }
                if e.nextAt != 0 { reply.field(.autopayNext, Instant(milliseconds: e.nextAt)) }
            case .paymentRequested: request = outcome.firstPosition + Position(index)
            default: break
            }
        }
        if let request { reply.field(.request, request) }
        reply.field(.seq, outcome.lastPosition)
    }
}

extension Reply {
    /// When a payment is asked for: below a balance, or on a day.
    fileprivate mutating func condition(_ below: Money, _ day: UInt32) {
        if day == 0 { field(.below, below) } else { field(.day, UInt64(day)) }
    }
}

package struct AutopayOff: Change, OfSubscriber {
    package static let spec = CommandSpec(
        "AUTOPAY.OFF", .change, roles: [.frontend, .operator], session: .subscriber, [msisdn], reply: [.msisdn, .seq],
        summary:
            "Ends automatic payments. A payment that was asked for is no longer asked for; if it comes all the same, it"
            + " is credited.",
        example: "AUTOPAY.OFF 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard state.autopay.isOn(account) else { throw .notFound("msisdn", "order of automatic payments") }
        changes.endAutopay(of: account, .unspecified, state, at: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct AutopayRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "AUTOPAY", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [
            .msisdn, .autopayOn, .card.sometimes, .cardLast4.sometimes, .amount.sometimes, .below.sometimes,
            .day.sometimes, .monthlyCap.sometimes, .autopayNext.sometimes, .askedThisMonth.sometimes,
            .request.sometimes, .attempts.sometimes, .retryAt.sometimes, .seq,
        ],
        summary: "Shows a number's order of automatic payments, and the payment that is asked for now.",
        example: "AUTOPAY 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        let row = state.autopay[account]
        reply.field(.msisdn, msisdn)
        reply.field(.autopayOn, row.isOn)
        if row.isOn {
            reply.field(.card, row.card)
            if !row.cardLast4.isEmpty { reply.field(.cardLast4, row.cardLast4) }
            reply.field(.amount, row.amount)
            reply.condition(row.below, row.day)
            if row.cap > .zero { reply.field(.monthlyCap, row.cap) }
            if row.day != 0 { reply.field(.autopayNext, row.next) }
            let month = state.clock(of: account).month(of: context.now).start
            reply.field(.askedThisMonth, row.asked(inMonthFrom: month))
        }
        if row.isUnderWay, let request = state.paying.request(row.request, of: account) {
            reply.field(.request, request.position)
            reply.field(.attempts, UInt64(request.attempts))
            if request.state == .postponed { reply.field(.retryAt, request.expires) }
        }
        reply.field(.seq, state.position)
    }
}
