/// OPTIONS, OPTION.ON, OPTION.OFF.

package struct Options: Read {
    package static let spec = CommandSpec(
        "OPTIONS", .read, roles: [.frontend, .operator], session: .manager,
        [.positional("msisdn", .msisdn), .optional("available", .flag, "1: those on sale that could be switched on")],
        hasRows: true, isOfPast: true,
        summary: "The subscriber's options, or those to be had.", example: "OPTIONS 79001234567")

    let msisdn: MSISDN
    let available: Bool

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        available = try a.optionalFlag("available") ?? false
    }

    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? {
        try cabinet.directory.subscriber(msisdn)
    }

    package func read(_ cabinet: borrowing Cabinet, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        if available {
            for offering in cabinet.catalog.current.offerings where offering.kind == .option {
                do throws(Rejection) {
                    _ = try cabinet.option(offering.key, for: account)
                    reply.row()
                    reply.offering(offering)
                } catch {}
            }
        } else {
            cabinet.subscriptions.forEachOption(account) { reply.option($0, cabinet.catalog) }
        }
        let rows = reply.rowCount
        reply.closing()
        reply.field("msisdn", msisdn)
        reply.field("rows", rows)
        reply.field("seq", cabinet.position)
    }
}

package struct OptionOn: Change {
    package static let spec = CommandSpec(
        "OPTION.ON", .change, roles: [.frontend, .operator], session: .manager,
        [.positional("msisdn", .msisdn), .positional("option", .key)],
        summary: "Switches an option on; its fee is taken at once.", example: "OPTION.ON 79001234567 internet-15gb")

    let msisdn: MSISDN
    let option: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        option = try a.key("option")
    }

    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? {
        try cabinet.directory.subscriber(msisdn)
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        let offering = try cabinet.option(option, for: account)
        let charges = cabinet.openingCharges(offering, of: account, at: context.now)
        let after = try cabinet.balance(account, after: charges)
        let activated = OptionActivated(
            option: offering.offering, charges: charges, balanceAfter: after.minorUnits)
        changes.append(account, .optionActivated(activated), effective: context.now)
        let until = charges.first { $0.kind == .optionFee }?.periodEnd ?? 0
        changes.grant(offering, to: account, cabinet, from: context.now, until: until)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        guard case .optionActivated(let e) = outcome.first.event else { preconditionFailure("decided above") }
        reply.field("option", option)
        reply.field("msisdn", msisdn)
        reply.field("charged", e.charges.total)
        reply.field("balance", Money(minorUnits: e.balanceAfter))
        reply.field("seq", outcome.lastPosition)
    }
}

package struct OptionOff: Change {
    package static let spec = CommandSpec(
        "OPTION.OFF", .change, roles: [.frontend, .operator], session: .manager,
        [.positional("msisdn", .msisdn), .positional("option", .key)],
        summary: "Switches an option off; what was paid for its period is not returned.",
        example: "OPTION.OFF 79001234567 internet-15gb")

    let msisdn: MSISDN
    let option: String

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a.msisdn("msisdn")
        option = try a.key("option")
    }

    package func subject(_ cabinet: borrowing Cabinet) throws(Rejection) -> AccountIndex? {
        try cabinet.directory.subscriber(msisdn)
    }

    package func decide(_ cabinet: borrowing Cabinet, _ context: Context, _ changes: inout Changes) throws(Rejection) {
        let account = try cabinet.directory.subscriber(msisdn)
        guard let number = cabinet.catalog.offeringNumber(option),
            cabinet.subscriptions.option(account, number) != nil
        else { throw .notFound("option", "option on this number") }
        changes.append(account, .optionTerminated(OptionTerminated(option: number)), effective: context.now)
    }

    package func reply(_ outcome: borrowing Changes, _ context: Context, _ reply: inout Reply) {
        reply.field("option", option)
        reply.field("msisdn", msisdn)
        reply.field("seq", outcome.lastPosition)
    }
}

extension Cabinet {
    /// An option that this subscriber could switch on now, money apart; else the reason.
    func option(_ key: String, for account: AccountIndex) throws(Rejection) -> CatalogOfferingPut {
        let offering = try sold(
            key, .option, inRegion: directory.regionKey(account),
            corporate: organizations.organization(of: account) != nil, field: "option")
        guard subscriptions.option(account, offering.offering) == nil else {
            throw Rejection(.alreadyExists, field: "option", "the subscriber has this option")
        }
        let tariff = catalog.key(UInt32(subscriptions.tariff(account).offering))
        guard offering.tariffs.isEmpty || offering.tariffs.contains(tariff) else {
            throw Rejection(
                .incompatible, field: "option",
                "\(key) goes with \(offering.tariffs.joined(separator: ", ")), not with \(tariff)")
        }
        var barred: String?
        subscriptions.forEachOption(account) {
            let other = catalog[UInt32($0.offering)]
            if offering.excludes.contains(other.key) || other.excludes.contains(key) { barred = other.key }
        }
        if let barred {
            throw Rejection(.incompatible, field: "option", "\(key) cannot stand beside \(barred)")
        }
        guard subscriptions.optionCount(account) < Subscriptions.maximumOptions else {
            throw Rejection(
                .limitReached, field: "option", "a number has at most \(Subscriptions.maximumOptions) options")
        }
        return offering
    }
}
