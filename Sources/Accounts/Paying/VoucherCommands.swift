/// VOUCHERS.MAKE, VOUCHERS.PRINT, VOUCHERS.VOID, VOUCHERS, VOUCHER.REDEEM.

package struct VouchersMake: StaffMove {
    static let count = Parameter<Count>(
        "count", "how many, at most \(VoucherBatch.maximumCount)", in: 1...UInt64(VoucherBatch.maximumCount))
    static let amount = Parameter<Amount>("amount", "the value of each")
    static let expires = Parameter<GivenTime>("expires", "from when on they are worth nothing")
    package static let spec = CommandSpec(
        "VOUCHERS.MAKE", .change, roles: .operator, [count, amount, expires],
        reply: [.batch.sometimes, .proposal.sometimes] + MoveReply.fields,
        summary:
            "Makes a batch of vouchers. Beyond the catalogue's threshold of the day it waits until another person"
            + " approves it. VOUCHERS.PRINT shows their secrets.",
        example: "VOUCHERS.MAKE count=100 amount=300 expires=2027-01-01")

    package static let kind = ProposalKind.vouchers
    let count: Int
    let amount: Money
    let expires: GivenTime

    package init(_ a: Arguments) throws(Rejection) {
        count = try a[Self.count]
        amount = try a[Self.amount]
        expires = try a[Self.expires]
    }

    package func move(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (
        ProposalMade, AccountIndex
    ) {
        try state.checkGreatest(amount)
        let (sum, isOver) = amount.minorUnits.multipliedReportingOverflow(by: Int64(count))
        guard !isOver, sum <= Money.greatest.minorUnits else {
            throw Rejection(.amountOverflow, field: "amount", "the sum of the vouchers exceeds the largest amount")
        }
        let move = ProposalMade(
            kind: .vouchers, amount: sum, count: UInt32(count), validTo: expires.inUTC.milliseconds)
        return (move, 0)
    }
}

extension NewEvents {
    mutating func makeVouchers(
        _ move: ProposalMade, _ approval: Approval, _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) {
        guard move.validTo > context.now.milliseconds else {
            throw Rejection(.invalidTime, field: "expires", "vouchers must expire later than now")
        }
        guard state.paying.batches.count < VoucherBatch.maximumBatches else {
            throw Rejection(.limitReached, "there are \(VoucherBatch.maximumBatches) batches of vouchers already")
        }
        let made = VouchersMade(
            batch: UInt32(state.paying.batches.count) + 1, count: move.count, value: move.amount / Int64(move.count),
            validTo: move.validTo, seed: context.entropy.bytes, author: approval.author, proposal: approval.proposal,
            authority: approval.authority)
        append(0, .vouchersMade(made), effective: context.now)
    }
}

private let batchNumber = Parameter<Index32>(positional: "batch", "the batch, as VOUCHERS lists it")

extension AccountsState {
    /// A batch by its number; nil if there is none.
    fileprivate func batch(_ number: UInt32) -> VoucherBatch? {
        let batches = paying.batches
        return number >= 1 && number <= batches.count ? batches[Int(number) - 1] : nil
    }
}

package struct VouchersPrint: Change, Prepares {
    static let from = Parameter<Index32?>("from", "the number of the first voucher; 1 if not given")
    package static let spec = CommandSpec(
        "VOUCHERS.PRINT", .secretChange, roles: .operator, [batchNumber, from, Parameters.limit],
        reply: [.batch, .next.sometimes, .seq], rows: [.voucher, .secret], waits: true,
        summary:
            "Shows secrets of a batch's vouchers, to be printed: only to the person who asked for them."
            + " Every look is an event.",
        example: "VOUCHERS.PRINT 3 limit=1000")

    let batch: UInt32
    let from: UInt32
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        batch = try a[batchNumber]
        from = try a[Self.from] ?? 1
        limit = try a[Parameters.limit] ?? 100
    }

    private func numbers(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> (
        VouchersMade, Range<UInt32>
    ) {
        guard let made = state.batch(batch), made.event.author == context.caller.principal, !made.isVoid else {
            throw .notFound("batch", "batch of yours")
        }
        let found = made.event
        guard from >= 1, from <= found.count else {
            throw Rejection(.invalidNumber, field: "from", "from must be from 1 to \(found.count)")
        }
        return (found, from..<min(found.count + 1, from + UInt32(limit)))
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> DeriveVouchers {
        let (found, numbers) = try numbers(state, context)
        return DeriveVouchers(seed: found.seed, numbers: numbers)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let (found, numbers) = try numbers(state, context)
        let printed = VouchersPrinted(
            batch: batch, from: numbers.lowerBound, count: UInt32(numbers.count),
            more: numbers.upperBound <= found.count)
        changes.append(0, .vouchersPrinted(printed), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let keys = done(context)
        for (index, key) in keys.enumerated() {
            let number = from + UInt32(index)
            reply.row()
            reply.field(.voucher, number)
            reply.field(.secret, VoucherSecret(VoucherID(batch: batch, number: number), key: key).text)
        }
        reply.closing()
        reply.field(.batch, batch)
        reply.countRows()
        if case .vouchersPrinted(let e) = outcome.last.event, e.more { reply.field(.next, e.from + e.count) }
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct VouchersVoid: Change {
    package static let spec = CommandSpec(
        "VOUCHERS.VOID", .change, roles: .operator, [batchNumber, Adjust.reason], reply: [.batch, .seq],
        summary: "Makes the vouchers of a batch that are not redeemed worth nothing, because their print was stolen.",
        example: "VOUCHERS.VOID 3 reason=stolen")

    let batch: UInt32
    let reason: String

    package init(_ a: Arguments) throws(Rejection) {
        batch = try a[batchNumber]
        reason = try a[Adjust.reason]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let found = state.batch(batch), !found.isVoid else { throw .notFound("batch", "batch that is valid") }
        changes.append(
            0, .vouchersVoided(VouchersVoided(batch: batch, reason: reason)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.batch, batch)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct VoucherRead: Read {
    static let from = Parameter<Index32?>("from", "the number of the first batch")
    package static let spec = CommandSpec(
        "VOUCHERS", .read, roles: [.operator, .auditor], [from, Parameters.limit], reply: [.next.sometimes, .seq],
        rows: [.batch, .count, .voucherValue, .expires, .created, .author, .isVoid.sometimes],
        summary: "Lists the batches of vouchers.", example: "VOUCHERS")

    let from: Int
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        from = Int(try a[Self.from] ?? 1)
        limit = try a[Parameters.limit] ?? 100
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let rest = state.paying.batches.dropFirst(max(from, 1) - 1)
        for batch in rest.prefix(limit) {
            let e = batch.event
            reply.row()
            reply.field(.batch, e.batch)
            reply.field(.count, e.count)
            reply.field(.voucherValue, Money(minorUnits: e.value))
            reply.field(.expires, Instant(milliseconds: e.validTo))
            reply.field(.created, batch.made)
            reply.field(.author, state.principals[e.author].name)
            if batch.isVoid { reply.field(.isVoid, true) }
        }
        reply.closing()
        reply.countRows()
        if rest.count > limit { reply.field(.next, max(from, 1) + limit) }
        reply.field(.seq, state.position)
    }
}

package struct VoucherRedeem: Change, OfSubscriber, Prepares {
    static let secret = Parameter<Secret>(positional: "secret", "the voucher's secret, with or without hyphens")
    package static let spec = CommandSpec(
        "VOUCHER.REDEEM", .signIn, roles: [.frontend, .operator], session: .subscriber, [msisdn, secret],
        reply: [
            .payment.sometimes, .msisdn.sometimes, .amount.sometimes, .charged.sometimes, .repaid.sometimes,
            .balance.sometimes, .seq,
            .repeated.sometimes,
        ],
        waits: true,
        summary:
            "Credits a voucher. It is redeemed once; the same subscriber gets the first outcome again with repeated=1.",
        example: "VOUCHER.REDEEM 79001234567 0000-1003-7JK2-MQ9X-4TBD-0WRN")

    package let msisdn: MSISDN
    let secret: VoucherSecret?

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        secret = VoucherSecret(try a[Self.secret])
    }

    private static let wrong = Rejection(
        .invalidCode, field: "secret", "there is no such voucher: check its characters, or ask the seller")

    /// The payment that the same subscriber made with it before.
    package func recall(_ state: borrowing AccountsState) throws(Rejection) -> Position? {
        guard let secret, let account = state.directory.find(msisdn) else { return nil }
        return state.paying.redemption(secret.id, by: account)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> DeriveVouchers {
        let account = try state.directory.subscriber(msisdn)
        let (failures, last) = state.paying.voucherFailures(of: account)
        let wait = last.remaining(of: context.policy.wait(afterFailures: failures), at: context.now)
        guard wait == TimeSpan(milliseconds: 0) else {
            throw Rejection(
                .tooManyAttempts, field: "msisdn", "too many wrong vouchers were tried",
                retryAfterSeconds: wait.secondsRoundedUp)
        }
        // The same work for a batch that there is not.
        let id = secret?.id ?? VoucherID()
        let seed = state.batch(id.batch)?.event.seed ?? Hash128.zero.bytes
        return DeriveVouchers(seed: seed, numbers: id.number..<id.number + 1)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard let secret, let key = done(context).first, let batch = state.batch(secret.id.batch),
            secret.id.number >= 1, secret.id.number <= batch.event.count,
            equalInConstantTime(key, secret.key)
        else {
            let failures = UInt32(clamping: state.paying.voucherFailures(of: account).count + 1)
            return changes.append(
                account, .voucherRefused(VoucherRefused(failures: failures)), effective: context.now)
        }
        if let redeemer = state.paying.redeemer(secret.id) {
            // The first outcome again, for a subscriber who lost the reply.
            if redeemer == account, !context.recalled.isEmpty { return }
            throw Rejection(.notAvailable, field: "secret", "the voucher was redeemed before")
        }
        guard !batch.isVoid else {
            throw Rejection(.notAvailable, field: "secret", "the voucher was voided: ask the seller")
        }
        guard context.now < Instant(milliseconds: batch.event.validTo) else {
            throw Rejection(
                .notAvailable, field: "secret", "the voucher expired at \(Instant(milliseconds: batch.event.validTo))")
        }
        guard !state.balances.isFull(.cashVoucher, for: Money(minorUnits: batch.event.value)) else {
            throw Rejection(.amountOverflow, "the sum of all vouchers would exceed the largest amount")
        }
        let payment = ToppedUp(
            amount: batch.event.value, method: .voucher,
            ref: TopUp.voucherPrefix + "\(secret.id.batch)-\(secret.id.number)",
            voucherBatch: secret.id.batch, voucherNumber: secret.id.number)
        try changes.topUp(payment, account, state, at: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        guard !outcome.isRefusal else { return reply.reject(Self.wrong) }
        let isRepeated = outcome.events.isEmpty
        let recalled = context.recalled.first
        guard let e = isRepeated ? recalled.flatMap({ ToppedUp($0.event) }) : outcome.first(ToppedUp.self) else {
            preconditionFailure("a voucher that was redeemed before has its payment")
        }
        let position = isRepeated ? recalled?.meta.position ?? 0 : outcome.firstPosition
        reply.field(.payment, position)
        reply.field(.msisdn, msisdn)
        reply.field(.amount, Money(minorUnits: e.amount))
        if !e.charges.isEmpty { reply.field(.charged, e.charges.total) }
        reply.balance(after: e)
        reply.field(.seq, isRepeated ? position : outcome.lastPosition)
        if isRepeated { reply.field(.repeated, true) }
    }
}
