/// TRANSFER: money of one subscriber goes to another.

extension CommandRegistry {
    @inlinable
    package mutating func addTransferCommands() {
        read(TransferTermsRead.self)
        change(Transfer.self)
        change(BucketGift.self)
        change(BucketExchange.self)
    }
}

/// The numbers of what one subscriber gives to another.
enum GiftParameters {
    static let from = Parameter<MSISDN>(positional: "from", "the number that gives")
    static let to = Parameter<MSISDN>(positional: "to", "the number that gets it")
}

/// The limits of a subscriber's transfers and gifts, and how much of them is left.
package struct TransferTermsRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "TRANSFER.TERMS", .read, roles: [.frontend, .operator], session: .subscriber, [msisdn],
        reply: [
            .msisdn, .obstacle.sometimes, .transferable, .transferLeast, .transferGreatest, .transferFloor,
            .transfersLeft,
            .transferMonthLeft.sometimes, .heldUntil.sometimes, .giftableBytes, .giftGigabytes, .giftsLeft, .giftDays,
            .exchangeableSeconds, .exchangeBytesPerMinute, .seq,
        ],
        summary:
            "Shows how much money, data and minutes a number can give away or exchange now, and the limits of it.",
        example: "TRANSFER.TERMS 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let (account, now, terms) = (
            try state.directory.subscriber(msisdn), context.now, state.catalog.current.terms
        )
        let money = state.transferRoom(of: account, at: now)
        reply.field(.msisdn, msisdn)
        if let obstacle = state.givingObstacle(of: account) { reply.field(.obstacle, "\(obstacle)") }
        reply.field(.transferable, money.most)
        reply.field(.transferLeast, Money(minorUnits: terms.transferLeast))
        reply.field(.transferGreatest, Money(minorUnits: terms.transferGreatest))
        reply.field(.transferFloor, Money(minorUnits: terms.transferFloor))
        reply.field(.transfersLeft, UInt64(money.left))
        if let left = money.monthLeft { reply.field(.transferMonthLeft, left) }
        if let until = state.heldUntil(account, at: now) { reply.field(.heldUntil, until) }
        reply.field(.giftableBytes, state.giveable(.data, of: account, at: now).left)
        reply.field(.giftGigabytes, UInt64(terms.giftGigabytes))
        reply.field(.giftsLeft, UInt64(state.giftsLeft(of: account, at: now)))
        reply.field(.giftDays, UInt64(terms.giftDays))
        reply.field(.exchangeableSeconds, state.wholeMinutes(of: account, at: now).left)
        reply.field(.exchangeBytesPerMinute, terms.exchangeBytesPerMinute)
        reply.field(.seq, state.position)
    }
}

package struct Transfer: Change, Prepares {
    static let amount = Parameter<Amount>(positional: "amount", "the sum that goes from one to the other")
    package static let spec = CommandSpec(
        "TRANSFER", .change, roles: .frontend, session: .subscriber,
        [GiftParameters.from, GiftParameters.to, amount, Reauthentication.parameter],
        reply: [.msisdn, .peer, .amount, .balance, .seq], waits: true, isHeldAfterSIM: true,
        summary:
            "Moves a subscriber's own money to another subscriber's balance, within the limits of TRANSFER.TERMS."
            + " A payment that can be charged back is not moved until it is old enough, and borrowed money never is.",
        example: "TRANSFER 79001234567 79007654321 100")

    let from: MSISDN
    let to: MSISDN
    let amount: Money
    let reauthentication: Reauthentication

    package init(_ a: Arguments) throws(Rejection) {
        from = try a[GiftParameters.from]
        to = try a[GiftParameters.to]
        amount = try a[Self.amount]
        reauthentication = try Reauthentication(a)
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.giving(from)
    }

    /// The account that gives; throws if a rule about it forbids the transfer.
    private func giver(_ state: borrowing AccountsState, at now: Instant) throws(Rejection) -> AccountIndex {
        let terms = state.catalog.current.terms
        guard terms.transferGreatest > 0 else {
            throw Rejection(.notAvailable, field: "from", "the operator moves no money between subscribers")
        }
        let giver = try state.giver(from)
        let bounds = Money(minorUnits: terms.transferLeast)...Money(minorUnits: terms.transferGreatest)
        guard bounds.contains(amount) else {
            throw Rejection(
                .limitReached, field: "amount", "a transfer is from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        let room = state.transferRoom(of: giver, at: now)
        guard room.left > 0 else {
            throw Rejection(
                .limitReached, field: "from",
                "the limit of \(terms.transfersPerDay) transfers a day is used up: try tomorrow",
                retryAfterSeconds: max(1, (room.dayEnd - now).secondsRoundedUp))
        }
        if let left = room.monthLeft, amount > left {
            throw Rejection(
                .limitReached, field: "amount",
                "\(left) is left of the \(Money(minorUnits: terms.transferMonthLimit)) of this month")
        }
        guard amount <= room.most else { throw room.shortage }
        return giver
    }

    package func prepare(
        _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) -> Reauthentication.Work? {
        _ = try giver(state, at: context.now)
        return try reauthentication.work(state, context)
    }

    /// The other number is looked at after the password, so that a session alone learns nothing about others.
    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let now = context.now
        let giver = try giver(state, at: now)
        guard try reauthentication.decide(done(context), state, context, &changes) else { return }
        let taker = try state.taker(to, from: giver)
        let month = state.clock(of: taker).month(of: now).start
        let limit = Money(minorUnits: state.catalog.current.terms.transferMonthLimit)
        guard limit == .zero || state.transfers.counts(taker).received(inMonthFrom: month) + amount <= limit else {
            throw Rejection(.limitReached, field: "to", "the other number cannot receive so much more this month")
        }
        let clock = state.clock(of: giver)
        let sent = TransferSent(
            account: taker, msisdn: to.number, amount: amount.minorUnits,
            dayStart: clock.start(of: clock.date(at: now)).milliseconds,
            monthStart: clock.month(of: now).start.milliseconds,
            balanceAfter: (state.balances[giver] - amount).minorUnits)
        let charges = state.waitingFees(taker, paidBy: amount, at: now)
        let credited = try state.balances[taker].adding(amount)
        let received = TransferReceived(
            account: giver, msisdn: from.number, amount: amount.minorUnits, charges: charges,
            monthStart: month.milliseconds, balanceAfter: (credited - charges.total).minorUnits)
        changes.append(giver, .transferSent(sent), effective: now)
        changes.append(taker, .transferReceived(received), effective: now)
        changes.grant(paidBy: charges, to: taker, state, from: now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        guard !Reauthentication.rejected(outcome, &reply) else { return }
        for change in outcome.events {
            guard case .transferSent(let e) = change.event else { continue }
            reply.field(.msisdn, from)
            reply.field(.peer, to)
            reply.field(.amount, Money(minorUnits: e.amount))
            reply.field(.balance, Money(minorUnits: e.balanceAfter))
        }
        reply.field(.seq, outcome.lastPosition)
    }
}
