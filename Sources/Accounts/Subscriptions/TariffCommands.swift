/// TARIFF, TARIFF.CHANGE now or later.

package struct TariffRead: Read, OfSubscriber {
    package static let spec = CommandSpec(
        "TARIFF", .read, roles: [.frontend, .operator], session: .manager, [msisdn],
        reply: [
            .tariff, .tariffStatus, .periodEnd.sometimes, .name, .fee, .period, .msisdn, .changed.sometimes,
            .changeFee.sometimes, .seq, .nextTariff.sometimes, .nextFrom.sometimes, .movedTo.sometimes,
            .movedFrom.sometimes, .suspendedSince.sometimes, .suspensionFreeDays.sometimes,
            .suspensionDayFee.sometimes,
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
        reply.tariff(tariff, of: account, state)
        reply.field(.name, offering.name)
        reply.field(.fee, Money(minorUnits: offering.fee))
        reply.field(.period, offering.periodText)
        reply.field(.msisdn, msisdn)
        if let changed = state.subscriptions.tariffChanged(account) { reply.field(.changed, changed) }
        let fee = state.tariffChangeFee(account, at: context.now)
        if fee > 0 { reply.field(.changeFee, Money(minorUnits: fee)) }
        reply.field(.seq, state.position)
        reply.tariffToCome(after: tariff, of: account, state)
        reply.suspension(of: account, state)
        // A page says what a suspension would cost before it begins.
        let terms = state.catalog.current.terms
        if terms.suspensionDayFee > 0 {
            reply.field(.suspensionFreeDays, terms.suspensionFreeDays)
            reply.field(.suspensionDayFee, Money(minorUnits: terms.suspensionDayFee))
        }
    }
}

package struct TariffChange: Change, OfSubscriber {
    static let tariff = Parameter<Key>(positional: "tariff", "the key of the new tariff")
    static let when = Parameter<ChangeTime?>(
        "when", "now, period_end (the end of the paid period), or a date or time to come; now if it is left out")
    package static let spec = CommandSpec(
        "TARIFF.CHANGE", .change, roles: [.frontend, .operator], session: .manager,
        [msisdn, tariff, when],
        reply: [.tariff, .msisdn, .charged.sometimes, .balance.sometimes, .seq, .from.sometimes],
        summary:
            "Moves the subscriber to another tariff, which takes its fee at once, or plans that for later."
            + " TARIFF.QUOTE says what it costs.",
        example: "TARIFF.CHANGE 79001234567 moy-onlayn")

    package let msisdn: MSISDN
    let tariff: String
    let when: ChangeTime

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        tariff = try a[Self.tariff]
        when = try a[Self.when] ?? .now
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        let isCorporate = state.organizations.organization(of: account) != nil
        try state.checkNoChangeIsPlanned(account)
        guard when != .now else {
            return try changes.move(account, to: tariff, corporate: isCorporate, isFree: false, state, context)
        }
        try state.checkNotSuspended(account)
        let at = try when.instant(of: account, state, context)
        let move = try state.tariffMove(of: account, to: tariff, corporate: isCorporate, isFree: false, at: at)
        try move.checkConflicts()
        var planned = TariffChangePlanned(to: move.to.offering)
        if when == .periodEnd { planned.periodEnd = at.milliseconds } else { planned.at = at.milliseconds }
        changes.append(account, .tariffChangePlanned(planned), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.tariff, tariff)
        reply.field(.msisdn, msisdn)
        if case .tariffChangePlanned(let e) = outcome.first.event {
            reply.field(.seq, outcome.lastPosition)
            return reply.field(.from, Instant(milliseconds: e.at == 0 ? e.periodEnd : e.at))
        }
        reply.charged(outcome)
        reply.field(.seq, outcome.lastPosition)
    }
}

/// When a change of tariff is to happen.
package enum ChangeTime: ParameterType, Equatable, Sendable {
    case now
    case periodEnd
    case at(GivenTime)

    package static var kind: ParameterKind { .time }

    package static func value(of given: GivenValue) throws(Rejection) -> ChangeTime {
        switch given.text {
        case "now": return .now
        case "period_end": return .periodEnd
        default:
            guard let time = try? GivenTime.value(of: given) else {
                throw given.rejected(
                    .invalidTime,
                    "\(given.name) must be now, period_end, a date, or a time such as 2018-03-01T09:30:00Z")
            }
            return .at(time)
        }
    }

    static let greatestDelayDays: Int64 = 366

    /// The instant for an account. A date begins at midnight of the subscriber's region.
    func instant(of account: AccountIndex, _ state: borrowing AccountsState, _ context: Context) throws(Rejection)
        -> Instant
    {
        switch self {
        case .now: return context.now
        case .periodEnd:
            let end = state.subscriptions.tariff(account).periodEnd
            guard end != .never else {
                throw Rejection(
                    .notAvailable, field: "when",
                    "the tariff has no paid period that ends: change it now or on a date")
            }
            return end
        case .at(let time):
            let instant = time.instant(state.clock(of: account))
            guard instant > context.now, instant <= context.now + .days(Self.greatestDelayDays) else {
                throw Rejection(
                    .invalidTime, field: "when",
                    "when is a time to come, at most \(Self.greatestDelayDays) days ahead")
            }
            return instant
        }
    }
}

extension AccountsState {
    func checkNoChangeIsPlanned(_ account: AccountIndex) throws(Rejection) {
        guard let planned = plannedChange(of: account) else { return }
        throw Rejection(
            .conflict, field: "tariff",
            "a change to \(catalog.key(planned.tariff)) is planned for \(planned.at): TARIFF.CHANGE.CANCEL first")
    }
}

extension Reply {
    mutating func tariff(
        _ product: Subscriptions.Product, of account: AccountIndex, _ state: borrowing AccountsState
    ) {
        field(.tariff, state.catalog.key(UInt32(product.offering)))
        let isSuspended = state.subscriptions.isSuspended(account)
        field(.tariffStatus, isSuspended ? "suspended" : product.status.word)
        // The end of a period moves while the plan is suspended.
        if product.periodEnd != .never, !isSuspended { field(.periodEnd, product.periodEnd) }
    }

    mutating func suspension(of account: AccountIndex, _ state: borrowing AccountsState) {
        let arranged = state.subscriptions.arrangements(account)
        if arranged.isSuspended { field(.suspendedSince, arranged.suspended) }
    }

    /// Writes the sum of an outcome's charges, less its credits, and the balance after them. Writes nothing if it moved
    /// no money.
    mutating func charged(_ outcome: borrowing NewEvents) {
        var charged = Money.zero
        var balance: Money?
        for change in outcome.events {
            guard let money = change.event.money else { continue }
            charged += money.charges.total
            balance = money.balanceAfter
        }
        guard let balance else { return }
        field(.charged, charged)
        field(.balance, balance)
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
        row()
        offered(catalog[UInt32(product.offering)])
        field(.status, product.status.word)
        if product.periodEnd != .never { field(.periodEnd, product.periodEnd) }
        field(.since, product.since)
        if product.askedBy != 0 { field(.by, principals[product.askedBy].name) }
    }

    /// Writes what a product is, and its fee.
    mutating func offered(_ offering: CatalogOfferingPut) {
        field(offering.kind.field, offering.key)
        field(.name, offering.name)
        if !offering.provider.isEmpty { field(.provider, offering.provider) }
        if !offering.bundled.isEmpty { field(.bundled, offering.bundled.joined(separator: ",")) }
        field(.fee, Money(minorUnits: offering.fee))
        field(.period, offering.periodText)
    }

    /// Writes the change of tariff that comes by itself: the one that the subscriber planned, or the operator's move.
    mutating func tariffToCome(
        after tariff: Subscriptions.Product, of account: AccountIndex, _ state: borrowing AccountsState
    ) {
        if let planned = state.plannedChange(of: account) {
            field(.nextTariff, state.catalog.key(planned.tariff))
            field(.nextFrom, planned.at)
        }
        if let move = state.catalog.move(from: UInt32(tariff.offering)) {
            field(.movedTo, state.catalog.key(move.to))
            field(.movedFrom, max(move.from, tariff.periodEnd == .never ? move.from : tariff.periodEnd))
        }
    }
}
