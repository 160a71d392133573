/// TARIFF.QUOTE and OPTION.QUOTE: what a change would cost, bring and take, line by line. They run what the change runs.

package struct TariffQuote: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "TARIFF.QUOTE", .read, roles: [.frontend, .operator], session: .manager,
        [msisdn, TariffChange.tariff, TariffChange.when],
        reply: [.tariff, .msisdn, .from, .scheduledFrom.sometimes] + Reply.quoteFields, rows: Reply.quoteLines,
        summary: "Returns the cost of a change of tariff, and which packages and options it brings and takes.",
        example: "TARIFF.QUOTE 79001234567 moy-onlayn when=period_end")

    package let msisdn: MSISDN
    let tariff: String
    let when: ChangeTime

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        tariff = try a[TariffChange.tariff]
        when = try a[TariffChange.when] ?? .now
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        try state.checkNotSuspended(account)
        let at = try when.instant(of: account, state, context)
        let move = try state.tariffMove(
            of: account, to: tariff, corporate: state.organizations.organization(of: account) != nil, isFree: false,
            at: at)
        var outcome = NewEvents()
        outcome.append(move, of: account, state)
        reply.lines(move.charges + move.credits, state.catalog)
        reply.lines(outcome, from: move.from, of: account, at: at, state)
        if outcome.isUnpaid { reply.added(move.to, state) }
        for option in move.conflicts { reply.conflict(option) }
        reply.closing()
        reply.field(.tariff, tariff)
        reply.field(.msisdn, msisdn)
        reply.field(.from, at)
        if let scheduled = state.catalog.scheduled, scheduled.at <= at { reply.field(.scheduledFrom, scheduled.at) }
        let isPossible = move.conflicts.isEmpty && state.plannedChange(of: account) == nil
        // A change for later needs no money yet.
        reply.quote(
            move.charges + move.credits, of: account, isPossible: isPossible, needsMoney: when == .now, state, at: at)
    }
}

package struct OptionQuote: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "OPTION.QUOTE", .read, roles: [.frontend, .operator], session: .manager, [msisdn, OptionWords.product],
        reply: [.option, .msisdn] + Reply.quoteFields + [.name, .fee, .period], rows: Reply.quoteLines,
        summary: "Returns the cost of an option or a bundle, and the packages that it brings.",
        example: "OPTION.QUOTE 79001234567 internet-15gb")

    package let msisdn: MSISDN
    let key: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        key = try a[OptionWords.product]
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        let offering = try state.productOnSale(key, OptionWords.self, for: account, at: context.now)
        let charges = state.openingCharges(offering, of: account, at: context.now)
        reply.lines(charges, state.catalog)
        reply.added(offering, state)
        let conflicts = state.conflicts(of: account, with: offering)
        for option in conflicts { reply.conflict(option) }
        reply.closing()
        reply.field(.option, key)
        reply.field(.msisdn, msisdn)
        reply.quote(
            charges, of: account, isPossible: conflicts.isEmpty, needsMoney: true, state, at: context.now)
        // OPTIONS does not list an option that does not fit, so its name is here.
        reply.field(.name, offering.name)
        reply.field(.fee, Money(minorUnits: offering.fee))
        reply.field(.period, offering.periodText)
    }
}

extension Reply {
    fileprivate static let quoteLines: [ReplyField] = [
        .line, .offering.sometimes, .option.sometimes, .amount.sometimes, .kind.sometimes, .direction.sometimes,
        .scope.sometimes, .unlimited.sometimes, .bytes.sometimes, .seconds.sometimes, .messages.sometimes,
        .price.sometimes,
    ]
    fileprivate static let quoteFields: [ReplyField] = [
        .periodEnd.sometimes, .charged, .balance, .balanceAfter, .missingAmount.sometimes, .limitLeft.sometimes,
        .possible, .seq,
    ]

    /// Writes a line for each charge.
    fileprivate mutating func lines(_ charges: [Charge], _ catalog: borrowing Catalog) {
        for charge in charges {
            row()
            field(.line, charge.line)
            if charge.offering != 0 { field(.offering, catalog.key(charge.offering)) }
            field(.amount, Money(minorUnits: charge.amount))
        }
    }

    /// Writes a line for each package that an outcome ends, takes over or brings.
    fileprivate mutating func lines(
        _ outcome: borrowing NewEvents, from: UInt32, of account: AccountIndex, at instant: Instant,
        _ state: borrowing AccountsState
    ) {
        var grants: [(offering: UInt32, grant: Grant)] = []
        for change in outcome.events {
            if case .bucketsGranted(let e) = change.event { grants += e.grants.map { (e.offering, $0) } }
        }
        let takenOver = Set(grants.map(\.grant.rolledOver))
        var ending: [Usage.Bucket] = []
        state.usage.forEachBucket(account) { bucket in
            guard UInt32(bucket.offering) == from, bucket.number != 0, bucket.isValid(at: instant),
                bucket.left > 0 || bucket.isUnlimited, !takenOver.contains(bucket.number)
            else { return }
            ending.append(bucket)
        }
        for bucket in ending { package("bucket_ends", bucket, state.catalog) }
        for (offering, grant) in grants {
            package(
                grant.rolledOver == 0 ? "bucket_added" : "bucket_rolls_over",
                Usage.Bucket(grant, of: offering, from: instant), state.catalog)
        }
    }

    /// Writes a line for each package of an offering.
    fileprivate mutating func added(_ offering: CatalogOfferingPut, _ state: borrowing AccountsState) {
        for part in state.catalog.all(offering) {
            for allowance in part.allowances {
                let grant = Grant(allowance, of: offering, state.catalog)
                package(
                    "bucket_added", Usage.Bucket(grant, of: offering.offering, from: .never), state.catalog)
            }
        }
    }

    private mutating func package(_ line: StaticString, _ bucket: Usage.Bucket, _ catalog: borrowing Catalog) {
        row()
        field(.line, line)
        field(.offering, catalog.key(UInt32(bucket.offering)))
        field(.kind, bucket.usage.word)
        field(.direction, bucket.direction.word)
        field(.scope, catalog.scopeKey(UInt32(bucket.scope)))
        if bucket.isUnlimited { field(.unlimited, true) } else { field(bucket.usage.names.quantity, bucket.left) }
        if bucket.price != 0 { field(.price, Money(minorUnits: bucket.price)) }
    }

    fileprivate mutating func conflict(_ option: String) {
        row()
        field(.line, "option_conflict")
        field(.option, option)
    }

    /// Writes the sums of a quote. `isPossible` is false if it is refused whatever the money.
    fileprivate mutating func quote(
        _ charges: [Charge], of account: AccountIndex, isPossible: Bool, needsMoney: Bool,
        _ state: borrowing AccountsState, at instant: Instant
    ) {
        let end = charges.first { $0.kind.opensPeriod && $0.periodEnd != 0 }?.periodEnd ?? 0
        if end != 0 { field(.periodEnd, Instant(milliseconds: end)) }
        let balance = state.balances[account]
        let after = balance - charges.total
        field(.charged, charges.total)
        field(.balance, balance)
        field(.balanceAfter, after)
        if after < .zero { field(.missingAmount, -after) }
        let left = state.spendingLeft(account, at: instant)
        if let left, charges.total > max(left, .zero) { field(.limitLeft, max(left, .zero)) }
        let hasRoom = !charges.contains { $0.amount > 0 && state.isFull($0) }
        let isCovered = after >= .zero && hasRoom && state.isWithinSpendingLimit(account, charges, at: instant)
        field(.possible, isPossible && (isCovered || !needsMoney))
        countRows(asOf: state.position)
    }
}

extension Charge {
    /// The word for its line in a quote.
    fileprivate var line: StaticString {
        switch kind {
        case .tariffChange: "change_fee"
        case .connection: "connection_fee"
        default: amount < 0 ? "credit" : "fee"
        }
    }
}

extension NewEvents {
    /// True if the new tariff begins unpaid.
    fileprivate var isUnpaid: Bool {
        events.contains { if case .feeUnpaid = $0.event { true } else { false } }
    }
}
