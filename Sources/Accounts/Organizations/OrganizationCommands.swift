/// ORG.CREATE, ORG, ORG.ADD, ORG.REMOVE.

extension CommandRegistry {
    @inlinable
    package mutating func addOrganizationCommands() {
        change(OrgCreate.self)
        read(OrgRead.self)
        change(OrgAdd.self)
        change(OrgRemove.self)
        change(OrgAdminAdd.self)
        change(OrgAdminRemove.self)
        change(PinShow.self)
        change(PukShow.self)
        change(GroupCreate.self)
        change(GroupAdd.self)
        change(GroupRemove.self)
        read(Groups.self)
        read(GroupRead.self)
    }
}

package struct OrgCreate: Change, Prepares {
    static let name = Parameter<PlainText>("name", "the organisation's trading name; it is stored encrypted")
    static let inn = Parameter<INN>("inn", "the taxpayer number: 10 or 12 digits")
    package static let spec = CommandSpec(
        "ORG.CREATE", .change, roles: .operator,
        [name, inn],
        reply: [.org, .inn, .seq], waits: true, summary: "Opens an organisation's account.",
        example: #"ORG.CREATE name="ООО Ромашка" inn=7707083893"#)

    let name: String
    let inn: String

    package init(_ a: Arguments) throws(Rejection) {
        name = try a[Self.name]
        inn = try a[Self.inn]
    }

    private func check(_ state: borrowing AccountsState) throws(Rejection) {
        guard state.organizations.find(inn: inn) == nil else {
            throw Rejection(.alreadyExists, field: "inn", "an organisation with this INN has an account already")
        }
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> SealUnderNewKey {
        try check(state)
        return SealUnderNewKey(texts: [Array(name.utf8)])
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        try check(state)
        let sealed = done(context)
        changes.append(
            state.directory.next,
            .organizationCreated(OrganizationCreated(inn: inn, keyID: sealed.keyID, sealedName: sealed.texts[0])),
            effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.org, outcome.first.account)
        reply.field(.inn, inn)
        reply.field(.seq, outcome.lastPosition)
    }
}

enum INN: ParameterType {
    static var kind: ParameterKind { .inn }

    static func value(of given: GivenValue) throws(Rejection) -> String {
        guard innIsValid(Array(given.bytes)) else {
            throw given.rejected(.invalidINN, "an INN must have 10 or 12 digits, and end with its check digits")
        }
        return given.text
    }
}

package struct OrgRead: Read, Prepares {
    package static let spec = CommandSpec(
        "ORG", .read, roles: [.frontend, .operator], session: .administrator, [org],
        reply: [.org, .name, .inn, .balance, .currency, .members, .groups, .administrators.sometimes, .seq],
        waits: true, isOfPast: true,
        summary: "Returns an organisation's name, INN and balance, and how many numbers and groups it has.",
        example:
            "ORG 12")

    let org: AccountIndex

    package init(_ a: Arguments) throws(Rejection) { org = try a[Self.org] }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.directory.organization(org)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Open {
        guard let found = state.organizations[try state.directory.organization(org)] else {
            throw .notFound("org", "organisation")
        }
        return Open(texts: [SealedText(keyID: found.keyID, sealed: found.sealedName)])
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let texts = done(context)
        guard let found = state.organizations[org] else {
            throw .notFound("org", "organisation")
        }
        reply.field(.org, org)
        reply.field(.name, texts[SealedText(keyID: found.keyID, sealed: found.sealedName)] ?? "")
        reply.field(.inn, found.inn)
        reply.field(.balance, state.balances[org])
        reply.field(.currency, Money.currency)
        reply.field(.members, found.members.count)
        reply.field(.groups, found.groups.count)
        if !found.administrators.isEmpty {
            let numbers = found.administrators.map { "\(state.directory[$0].msisdn)" }
            reply.field(.administrators, numbers.joined(separator: ","))
        }
        reply.field(.seq, state.position)
    }
}

package struct OrgAdd: Change, OfSubscriber {
    static let tariff = Parameter<Key?>(
        "tariff", "the number's new tariff; needed if its present tariff is not for organisations")
    package static let spec = CommandSpec(
        "ORG.ADD", .change, roles: .operator,
        [org, msisdn, tariff],
        reply: [.org, .msisdn, .tariff.sometimes, .charged.sometimes, .balance.sometimes, .seq],
        summary: "Moves a number to an organisation, on a tariff for organisations.",
        example: "ORG.ADD 12 79001234567 tariff=biznes-450")

    let org: AccountIndex
    package let msisdn: MSISDN
    let tariff: String?

    package init(_ a: Arguments) throws(Rejection) {
        org = try a[Self.org]
        msisdn = try a[Self.msisdn]
        tariff = try a[Self.tariff]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let org = try state.directory.organization(org)
        let account = try state.directory.subscriber(msisdn)
        if let other = state.organizations.organization(of: account) {
            throw Rejection(
                .alreadyExists, field: "msisdn",
                other == org
                    ? "the number belongs to the organisation already" : "the number belongs to another organisation")
        }
        changes.append(
            account, .organizationJoined(OrganizationJoined(organization: org)), effective: context.now)
        // Their card does not pay for an organisation.
        changes.endAutopay(of: account, .unspecified, state, at: context.now)
        changes.append(org, .memberAdded(MemberAdded(subscriber: account)), effective: context.now)
        try changes.change(account, to: .corporate, tariff, state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.moved(msisdn, org, tariff, outcome)
    }
}

package struct OrgRemove: Change, OfSubscriber {
    static let tariff = Parameter<Key?>(
        "tariff", "the number's new tariff; needed if its present tariff is for organisations only")
    package static let spec = CommandSpec(
        "ORG.REMOVE", .change, roles: .operator,
        [org, msisdn, tariff],
        reply: [.org, .msisdn, .tariff.sometimes, .charged.sometimes, .balance.sometimes, .seq],
        summary: "Returns a number to an individual, on a tariff for individuals. The number also leaves its group.",
        example: "ORG.REMOVE 12 79001234567 tariff=moy-razgovor")

    let org: AccountIndex
    package let msisdn: MSISDN
    let tariff: String?

    package init(_ a: Arguments) throws(Rejection) {
        org = try a[Self.org]
        msisdn = try a[Self.msisdn]
        tariff = try a[Self.tariff]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.member(msisdn, of: try state.directory.organization(org))
        changes.append(
            account, .organizationLeft(OrganizationLeft(organization: org)), effective: context.now)
        changes.append(org, .memberRemoved(MemberRemoved(subscriber: account)), effective: context.now)
        try changes.change(account, to: .individual, tariff, state, context)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.moved(msisdn, org, tariff, outcome)
    }
}

extension NewEvents {
    /// Lets a number change its market segment if it owes nothing and has nothing that is not for the new one. `tariff`
    /// is the number's from now on; nil if it keeps its own.
    fileprivate mutating func change(
        _ account: AccountIndex, to segment: MarketSegment, _ tariff: String?, _ state: borrowing AccountsState,
        _ context: Context
    ) throws(Rejection) {
        guard state.balances[account] >= .zero else {
            throw Rejection(
                .insufficientFunds, field: "msisdn", "the number owes \(-state.balances[account]): top up first")
        }
        try state.checkNoPromise(of: account)
        let words = segment == .corporate ? "not for organisations" : "for organisations only"
        var barred: String?
        state.subscriptions.forEachOption(account) {
            let option = state.catalog[UInt32($0.offering)]
            if !state.catalog.all(option).allSatisfy({ $0.isSold(to: segment) }) { barred = option.key }
        }
        if let barred {
            throw Rejection(.incompatible, field: "msisdn", "\(barred) is \(words): switch it off first")
        }
        let own = state.catalog[UInt32(state.subscriptions.tariff(account).offering)]
        guard let tariff, tariff != own.key else {
            guard own.isSold(to: segment) else {
                throw Rejection(.incompatible, field: "tariff", "\(own.key) is \(words): give another one as tariff=")
            }
            return
        }
        try move(account, to: tariff, corporate: segment == .corporate, isFree: true, state, context)
    }
}

extension Reply {
    fileprivate mutating func moved(
        _ msisdn: MSISDN, _ org: AccountIndex, _ tariff: String?, _ outcome: borrowing NewEvents
    ) {
        field(.org, org)
        field(.msisdn, msisdn)
        for change in outcome.events {
            guard case .tariffChanged(let e) = change.event else { continue }
            field(.tariff, tariff ?? "")
            field(.charged, e.charges.total)
            field(.balance, Money(minorUnits: e.balanceAfter))
        }
        field(.seq, outcome.lastPosition)
    }
}

extension AccountsState {
    /// The account of a number of the organisation; refuses any other number.
    func member(_ msisdn: MSISDN, of org: AccountIndex) throws(Rejection) -> AccountIndex {
        guard let account = directory.find(msisdn), organizations.organization(of: account) == org else {
            throw Rejection(.notFound, field: "msisdn", "\(msisdn) is not a number of the organisation")
        }
        return account
    }
}
