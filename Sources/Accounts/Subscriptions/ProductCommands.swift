/// OPTIONS, OPTION.ON, OPTION.OFF and SUBSCRIPTIONS, SUBSCRIPTION.ON, SUBSCRIPTION.OFF: products beside a tariff.

extension CommandRegistry {
    @inlinable
    package mutating func addProductCommands() {
        read(Tariffs.self)
        read(Zones.self)
        read(TariffRead.self)
        read(TariffQuote.self)
        change(TariffChange.self)
        change(TariffChangeCancel.self)
        change(TariffSuspend.self)
        change(TariffResume.self)
        read(ProductList<OptionWords>.self)
        read(OptionQuote.self)
        change(ProductOn<OptionWords>.self)
        change(ProductOff<OptionWords>.self)
        read(ProductList<SubscriptionWords>.self)
        change(SubscriptionOn.self)
        change(ProductOff<SubscriptionWords>.self)
    }
}

/// The words for options and bundles of them, or for subscriptions to content.
package protocol ProductWords: Sendable {
    static var kinds: [OfferingKind] { get }
    /// The name of an argument and a field.
    static var word: StaticString { get }
    static var product: Parameter<Key> { get }
    static var list: CommandSpec { get }
    static var on: CommandSpec { get }
    static var off: CommandSpec { get }
}

private let availableProducts = Parameter<YesNo?>(
    "available",
    "1 lists those on sale that the subscriber does not have and may have")

extension ProductWords {
    static var field: ReplyField { ReplyField(word, .key) }
}

package enum OptionWords: ProductWords {
    package static let kinds: [OfferingKind] = [.option, .bundle]
    package static let word: StaticString = "option"
    package static let product = Parameter<Key>(positional: "option", "the key of an option or of a bundle of options")
    package static let list = CommandSpec(
        "OPTIONS", .read, roles: [.frontend, .operator], session: .manager,
        [Parameters.msisdn, availableProducts],
        reply: [.msisdn, .seq], rows: Reply.productFields, isOfPast: true,
        summary:
            "Lists the subscriber's options and bundles, or with available=1 those that the subscriber can switch on.",
        example:
            "OPTIONS 79001234567")
    package static let on = CommandSpec(
        "OPTION.ON", .change, roles: [.frontend, .operator], session: .manager,
        [Parameters.msisdn, product],
        reply: [.option, .msisdn, .charged, .balance, .seq],
        summary: "Switches an option or a bundle on. Its fee is charged at once.",
        example: "OPTION.ON 79001234567 internet-15gb")
    package static let off = CommandSpec(
        "OPTION.OFF", .change, roles: [.frontend, .operator], session: .manager,
        [Parameters.msisdn, product],
        reply: [.option, .msisdn, .seq, .charged.sometimes, .balance.sometimes],
        summary: "Switches an option or a bundle off. Unused days are credited if the offering is prorated.",
        example: "OPTION.OFF 79001234567 internet-15gb")
}

package enum SubscriptionWords: ProductWords {
    package static let kinds: [OfferingKind] = [.subscription]
    package static let word: StaticString = "subscription"
    package static let product = Parameter<Key>(positional: "subscription", "the key of a subscription to content")
    package static let list = CommandSpec(
        "SUBSCRIPTIONS", .read, roles: [.frontend, .operator], session: .manager,
        [Parameters.msisdn, availableProducts],
        reply: [.msisdn, .seq], rows: Reply.productFields, isOfPast: true,
        summary:
            "Lists the subscriber's paid subscriptions to content,"
            + " or with available=1 those that the subscriber can buy.",
        example: "SUBSCRIPTIONS 79001234567")
    package static let on = CommandSpec(
        "SUBSCRIPTION.ON", .change, roles: [.frontend, .operator], session: .subscriber,
        [Parameters.msisdn, product], reply: [.challenge, .subscription, .msisdn, .amount, .expires, .seq],
        isHeldAfterSIM: true,
        summary:
            "Sends a one-time code by SMS for a subscription to a provider's content."
            + " CONFIRM with that code buys it, and its fee is charged then.",
        example: "SUBSCRIPTION.ON 79001234567 goroskop")
    package static let off = CommandSpec(
        "SUBSCRIPTION.OFF", .change, roles: [.frontend, .operator, .network], session: .manager,
        [Parameters.msisdn, product],
        reply: [.subscription, .msisdn, .seq, .charged.sometimes, .balance.sometimes],
        summary: "Ends a subscription to content. Unused days are credited if the offering is prorated.",
        example: "SUBSCRIPTION.OFF 79001234567 goroskop")
}

package struct ProductList<Words: ProductWords>: Read, OfSubscriber {
    package static var spec: CommandSpec { Words.list }

    package let msisdn: MSISDN
    let available: Bool

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        available = try a[availableProducts] ?? false
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try state.directory.subscriber(msisdn)
        if available {
            state.forEachAvailable(Words.kinds, for: account, at: context.now) { offering in
                reply.row()
                reply.offering(offering)
            }
        } else {
            state.subscriptions.forEachOption(account) {
                if Words.kinds.contains(state.catalog[UInt32($0.offering)].kind) {
                    reply.option($0, state.catalog, state.principals)
                }
            }
        }
        reply.closing()
        reply.field(.msisdn, msisdn)
        reply.countRows(asOf: state.position)
    }
}

package struct ProductOn<Words: ProductWords>: Change, OfSubscriber {
    package static var spec: CommandSpec { Words.on }

    package let msisdn: MSISDN
    let key: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        key = try a[Words.product]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        let offering = try state.product(key, Words.self, for: account, at: context.now)
        let charges = state.openingCharges(offering, of: account, at: context.now)
        try changes.switchOn(offering, for: charges, of: account, askedBy: 0, state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(OptionActivated.self)
        reply.field(Words.field, key)
        reply.field(.msisdn, msisdn)
        reply.field(.charged, e.charges.total)
        reply.field(.balance, Money(minorUnits: e.balanceAfter))
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct ProductOff<Words: ProductWords>: Change, OfSubscriber {
    package static var spec: CommandSpec { Words.off }

    package let msisdn: MSISDN
    let key: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        key = try a[Words.product]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        guard let number = state.catalog.offeringNumber(key), Words.kinds.contains(state.catalog[number].kind),
            let product = state.subscriptions.option(account, number)
        else { throw .notFound("\(Words.word)", "\(Words.word) on this number") }
        _ = changes.creditUnusedDays(of: [product], of: account, state, at: context.now)
        changes.append(account, .optionTerminated(OptionTerminated(option: number)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(Words.field, key)
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
        reply.charged(outcome)
    }
}

extension Catalog {
    /// The offering and those it bundles.
    func all(_ offering: CatalogOfferingPut) -> [CatalogOfferingPut] {
        [offering] + offering.bundled.compactMap { offeringNumber($0).map { self[$0] } }
    }

    /// True if it and all that it bundles may be had beside a tariff.
    func goes(_ offering: CatalogOfferingPut, with tariff: String) -> Bool {
        func isAllowed(_ part: CatalogOfferingPut) -> Bool { part.tariffs.isEmpty || part.tariffs.contains(tariff) }
        guard isAllowed(offering) else { return false }
        return offering.bundled.allSatisfy { key in offeringNumber(key).map { isAllowed(self[$0]) } ?? true }
    }

    /// True if neither excludes the other, nor has a part that the other has.
    func canStand(_ one: CatalogOfferingPut, beside other: CatalogOfferingPut) -> Bool {
        guard !one.bundled.isEmpty || !other.bundled.isEmpty else {
            return one.key != other.key && !one.excludes.contains(other.key) && !other.excludes.contains(one.key)
        }
        let (keys, others) = ([one.key] + one.bundled, [other.key] + other.bundled)
        return !all(one).contains { $0.excludes.contains { others.contains($0) } }
            && !all(other).contains { $0.excludes.contains { keys.contains($0) } }
            && !keys.contains { others.contains($0) }
    }
}

extension AccountsState {
    /// True if it is a used-up package without a period, which can be bought again.
    private func isUsedUp(_ offering: CatalogOfferingPut, of account: AccountIndex) -> Bool {
        guard offering.periodUnit == .open else { return false }
        var (had, left) = (false, false)
        usage.forEachBucket(account) { bucket in
            guard UInt32(bucket.offering) == offering.offering, bucket.to == .never, bucket.number != 0 else { return }
            had = true
            left = left || bucket.isUnlimited || bucket.left > 0
        }
        return had && !left
    }

    /// The offering, if this subscriber could have it beside the tariff now, money apart; else throws the reason.
    func product(_ key: String, _ words: (some ProductWords).Type, for account: AccountIndex, at now: Instant)
        throws(Rejection) -> CatalogOfferingPut
    {
        let field = "\(words.word)"
        let offering = try productOnSale(key, words, for: account, at: now)
        let tariff = catalog.key(UInt32(subscriptions.tariff(account).offering))
        guard catalog.goes(offering, with: tariff) else {
            throw Rejection(
                .incompatible, field: field,
                offering.tariffs.isEmpty
                    ? "\(key) has a part that is not available with \(tariff)"
                    : "\(key) is available with \(offering.tariffs.joined(separator: ", ")), not with \(tariff)")
        }
        if let barred = conflicts(of: account, with: offering).last {
            throw Rejection(.incompatible, field: field, "\(key) cannot be combined with \(barred)")
        }
        return offering
    }

    /// The offering, if this kind of subscriber could have it beside some tariff and some options.
    func productOnSale(_ key: String, _ words: (some ProductWords).Type, for account: AccountIndex, at now: Instant)
        throws(Rejection) -> CatalogOfferingPut
    {
        let field = "\(words.word)"
        try checkNotSuspended(account)
        let offering = try sold(
            key, words.kinds, inRegion: directory.regionKey(account),
            corporate: organizations.organization(of: account) != nil, field: field, at: now)
        switch obstacle(to: offering, of: account) {
        case nil: return offering
        case .contentBan:
            throw Rejection(
                .notAvailable, field: field,
                "the number has a ban on content: lift it first, with CONTENT.BAN \(directory[account].msisdn) off")
        case .isThere: throw Rejection(.alreadyExists, field: field, "the subscriber has this \(field) already")
        case .tooMany:
            throw Rejection(
                .limitReached, field: field,
                "a number has at most \(Subscriptions.maximumOptions) options and subscriptions")
        }
    }

    /// Why a number takes no more of a product.
    private enum ProductObstacle { case contentBan, isThere, tooMany }

    private func obstacle(to offering: CatalogOfferingPut, of account: AccountIndex) -> ProductObstacle? {
        guard offering.kind != .subscription || !services.hasContentBan(account) else { return .contentBan }
        let isThere = subscriptions.option(account, offering.offering) != nil
        guard !isThere || isUsedUp(offering, of: account) else { return .isThere }
        return isThere || subscriptions.optionCount(account) < Subscriptions.maximumOptions ? nil : .tooMany
    }

    /// Visits what the subscriber does not have and could switch on now, money apart: all that `product` would return.
    /// It words no refusals, because it looks at the whole catalogue.
    func forEachAvailable(
        _ kinds: [OfferingKind], for account: AccountIndex, at now: Instant, _ visit: (CatalogOfferingPut) -> Void
    ) {
        guard !subscriptions.isSuspended(account) else { return }
        let region = directory.regionKey(account)
        let isCorporate = organizations.organization(of: account) != nil
        let tariff = catalog.key(UInt32(subscriptions.tariff(account).offering))
        let offerings = catalog.current.offerings
        for index in offerings.indices where kinds.contains(offerings[index].kind) {
            // One copy of an offering, which has many parts, and not one for each question.
            let offering = offerings[index]
            guard catalog.obstacle(to: offering, inRegion: region, corporate: isCorporate, at: now) == nil,
                obstacle(to: offering, of: account) == nil, catalog.goes(offering, with: tariff),
                !hasConflict(account, with: offering)
            else { continue }
            visit(offering)
        }
    }

    /// True if an option of the subscriber cannot stand beside an offering.
    private func hasConflict(_ account: AccountIndex, with offering: CatalogOfferingPut) -> Bool {
        var isFound = false
        subscriptions.forEachOption(account) {
            guard !isFound, UInt32($0.offering) != offering.offering else { return }
            isFound = !catalog.canStand(offering, beside: catalog[UInt32($0.offering)])
        }
        return isFound
    }

    /// The keys of the options beside which an offering cannot stand.
    func conflicts(of account: AccountIndex, with offering: CatalogOfferingPut) -> [String] {
        var keys: [String] = []
        subscriptions.forEachOption(account) {
            guard UInt32($0.offering) != offering.offering else { return }
            let other = catalog[UInt32($0.offering)]
            if !catalog.canStand(offering, beside: other) { keys.append(other.key) }
        }
        return keys
    }
}
