/// TARIFF, TARIFF.CHANGE.

package struct TariffRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "TARIFF", .read, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [
            .tariff, .tariffStatus, .periodEnd.sometimes, .name, .fee, .period, .msisdn, .changed.sometimes,
            .changeFee.sometimes, .seq,
        ],
        isOfPast: true,
        summary: "Returns the subscriber's tariff, whether its fee is paid, and until when.",
        example:
            "TARIFF 79001234567")

    package let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) { msisdn = try a[Self.msisdn] }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        let tariff = state.subscriptions.tariff(account)
        let offering = state.catalog[UInt32(tariff.offering)]
        reply.tariff(tariff, state.catalog)
        reply.field(.name, offering.name)
        reply.field(.fee, Money(minorUnits: offering.fee))
        reply.field(.period, offering.periodText)
        reply.field(.msisdn, msisdn)
        if let changed = state.subscriptions.tariffChanged(account) { reply.field(.changed, changed) }
        let fee = state.tariffChangeFee(account, at: context.now)
        if fee > 0 { reply.field(.changeFee, Money(minorUnits: fee)) }
        reply.field(.seq, state.position)
    }
}

package struct TariffChange: Change, OfSubscriber {
    static let tariff = Parameter<Key>(positional: "tariff", "the key of the new tariff")
    static let when = Parameter<Key?>("when", "only the value now is possible; it can be left out")
    package static let spec = CommandSpec(
        "TARIFF.CHANGE", .change, roles: [.frontend, .operator], session: .manager,
        [msisdn, tariff, when],
        reply: [.tariff, .msisdn, .charged, .balance, .seq],
        summary: "Moves the subscriber to another tariff. The new tariff's fee is charged at once.",
        example: "TARIFF.CHANGE 79001234567 moy-onlayn")

    package let msisdn: MSISDN
    let tariff: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        tariff = try a[Self.tariff]
        if let when = try a[Self.when], when != "now" {
            throw Rejection(.notAvailable, field: "when", "a tariff changes at once: leave when= out")
        }
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        try changes.move(
            account, to: tariff, corporate: state.organizations.organization(of: account) != nil, isFree: false,
            state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(TariffChanged.self)
        reply.field(.tariff, tariff)
        reply.field(.msisdn, msisdn)
        reply.field(.charged, e.charges.total)
        reply.field(.balance, Money(minorUnits: e.balanceAfter))
        reply.field(.seq, outcome.lastPosition)
    }
}

extension AccountsState {
    /// The price of a change of tariff, in minor units, beside the new tariff's fee: 0 if the last change was long ago.
    func tariffChangeFee(_ account: AccountIndex, at now: Instant) -> Int64 {
        let terms = catalog.current.terms
        guard let changed = subscriptions.tariffChanged(account),
            changed.lasts(.days(Int64(terms.tariffChangeFreeAfterDays)), at: now)
        else { return 0 }
        return terms.tariffChangeFee
    }
}

extension NewEvents {
    /// Moves a subscriber to another tariff, which takes its fee at once. If `isFree`, the change itself costs nothing.
    mutating func move(
        _ account: AccountIndex, to tariff: String, corporate: Bool, isFree: Bool, _ state: borrowing AccountsState,
        _ context: Context
    ) throws(Rejection) {
        let from = UInt32(state.subscriptions.tariff(account).offering)
        let offering = try state.sold(
            tariff, [.tariff], inRegion: state.directory.regionKey(account), corporate: corporate, field: "tariff",
            at: context.now)
        guard offering.offering != from else {
            throw Rejection(.alreadyExists, field: "tariff", "the subscriber has this tariff already")
        }
        var barred: String?
        state.subscriptions.forEachOption(account) {
            let option = state.catalog[UInt32($0.offering)]
            if !state.catalog.goes(option, with: tariff) { barred = option.key }
        }
        if let barred {
            throw Rejection(
                .incompatible, field: "tariff", "\(barred) is not available with \(tariff): switch it off first")
        }
        var charges: [Charge] = []
        let fee = isFree ? 0 : state.tariffChangeFee(account, at: context.now)
        if fee > 0 { charges.append(Charge(kind: .tariffChange, offering: offering.offering, amount: fee)) }
        charges += state.openingCharges(offering, of: account, at: context.now)
        let after = try state.balance(account, after: charges)
        // An organisation that takes a number over buys nothing for the subscriber.
        if !isFree { try state.checkSpending(account, charges, at: context.now) }
        let changed = TariffChanged(
            from: from, to: offering.offering, charges: charges, balanceAfter: after.minorUnits)
        append(account, .tariffChanged(changed), effective: context.now)
        let until = charges.first { $0.kind == .tariffFee }?.periodEnd ?? 0
        grant(offering, to: account, state, from: context.now, until: until, replacing: from)
    }
}

extension Reply {
    mutating func tariff(_ product: Subscriptions.Product, _ catalog: borrowing Catalog) {
        field(.tariff, catalog.key(UInt32(product.offering)))
        field(.tariffStatus, product.status.word)
        if product.periodEnd != .never { field(.periodEnd, product.periodEnd) }
    }

    /// The fields of `option`, and of an offering that could be had instead.
    static let productFields =
        [
            ReplyField.option.sometimes, .subscription.sometimes, .bundle.sometimes, .name, .provider.sometimes,
            .bundled.sometimes, .fee, .period, .status.sometimes, .periodEnd.sometimes, .since.sometimes,
            .by.sometimes,
        ] + allowanceFields

    /// Writes a row of an option that a subscriber has.
    mutating func option(
        _ product: Subscriptions.Product, _ catalog: borrowing Catalog, _ principals: borrowing Principals
    ) {
        let offering = catalog[UInt32(product.offering)]
        row()
        field(offering.kind.field, offering.key)
        field(.name, offering.name)
        if !offering.provider.isEmpty { field(.provider, offering.provider) }
        if !offering.bundled.isEmpty { field(.bundled, offering.bundled.joined(separator: ",")) }
        field(.fee, Money(minorUnits: offering.fee))
        field(.period, offering.periodText)
        field(.status, product.status.word)
        if product.periodEnd != .never { field(.periodEnd, product.periodEnd) }
        field(.since, product.since)
        if product.askedBy != 0 { field(.by, principals[product.askedBy].name) }
    }
}
