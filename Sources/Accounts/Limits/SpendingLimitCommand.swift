/// SPENDING.LIMIT: a subscriber's own limits on the month's charges, on roaming data and on data beyond packages.

extension CommandRegistry {
    @inlinable
    package mutating func addLimitCommands() {
        change(SpendingLimit.self)
    }
}

/// A value, or an empty one, which removes the value that is there.
enum Removable<Type: ParameterType>: ParameterType {
    static var kind: ParameterKind { Type.kind }
    static var words: [String] { Type.words }

    static func value(of given: GivenValue) throws(Rejection) -> Type.Value? {
        given.bytes.isEmpty ? nil : try Type.value(of: given)
    }
}

package struct SpendingLimit: Change, OfSubscriber {
    static let amount = Parameter<Removable<Amount>?>(
        "amount", "the most that the charges of a calendar month may be; empty: no such limit")
    static let roamingBytes = Parameter<Removable<Number>?>(
        "roaming_bytes", "the most bytes of data abroad in a calendar month; empty: no such limit")
    static let beyondPackage = Parameter<Removable<BeyondPackage>?>(
        "beyond_package", "stop: data stops when the last package is used up; charge or empty: it is charged")
    package static let spec = CommandSpec(
        "SPENDING.LIMIT", .change, roles: [.frontend, .operator], session: .manager,
        [msisdn, amount, roamingBytes, beyondPackage],
        reply: [.msisdn, .spendingLimit.sometimes, .roamingLimit.sometimes, .beyondPackage.sometimes, .seq],
        summary:
            "Sets, changes or removes the subscriber's own limits. The subscriber is warned at 80 % of the amount, and"
            + " at 100 % what costs money is stopped until the month ends or the limit is raised.",
        example: "SPENDING.LIMIT 79001234567 amount=500 roaming_bytes=1073741824 beyond_package=stop")

    package let msisdn: MSISDN
    /// Nil if the request leaves it; nil within if it removes it.
    private let amount: Money??
    private let roamingBytes: UInt64??
    private let beyondPackage: BeyondPackage??

    package init(_ a: Arguments) throws(Rejection) {
        msisdn = try a[Self.msisdn]
        amount = try a[Self.amount]
        roamingBytes = try a[Self.roamingBytes]
        beyondPackage = try a[Self.beyondPackage]
        guard amount != nil || roamingBytes != nil || beyondPackage != nil else {
            throw Rejection(
                .missingArgument, field: "amount",
                "SPENDING.LIMIT needs a limit to set: give amount=, roaming_bytes= or beyond_package=")
        }
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let account = try state.directory.subscriber(msisdn)
        let row = state.limits[account]
        let setter = Setter(account, state, context)
        var new = SpendingLimitSet(
            amount: row.amount.minorUnits, amountSetBy: row.amountSetBy, limitsRoaming: row.roamingBytes != nil,
            roamingBytes: row.roamingBytes ?? 0, roamingSetBy: row.roamingSetBy,
            beyondPackage: row.stopsBeyondPackage ? .stop : .charge, beyondPackageSetBy: row.beyondPackageSetBy)
        let before = new
        if let amount {
            new.amountSetBy = try setter.changes(
                "amount", from: row.amount == .zero ? nil : UInt64(row.amount.minorUnits),
                to: amount.map { UInt64($0.minorUnits) }, setBy: row.amountSetBy, state)
            new.amount = amount?.minorUnits ?? 0
        }
        if let roamingBytes {
            new.roamingSetBy = try setter.changes(
                "roaming_bytes", from: row.roamingBytes, to: roamingBytes, setBy: row.roamingSetBy, state)
            (new.limitsRoaming, new.roamingBytes) = (roamingBytes != nil, roamingBytes.flatMap(\.self) ?? 0)
        }
        if let beyondPackage {
            let isStop = beyondPackage == .stop
            new.beyondPackageSetBy = try setter.changes(
                "beyond_package", from: row.stopsBeyondPackage ? 0 : nil, to: isStop ? 0 : nil,
                setBy: row.beyondPackageSetBy, state)
            new.beyondPackage = isStop ? .stop : .charge
        }
        guard new != before else {
            throw Rejection(.alreadyExists, "the number has exactly these limits already: ACCOUNT shows them")
        }
        changes.append(account, .spendingLimitSet(new), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(SpendingLimitSet.self)
        reply.field(.msisdn, msisdn)
        if e.amount != 0 { reply.field(.spendingLimit, Money(minorUnits: e.amount)) }
        if e.limitsRoaming { reply.field(.roamingLimit, e.roamingBytes) }
        if e.beyondPackage == .stop { reply.field(.beyondPackage, e.beyondPackage.word) }
        reply.field(.seq, outcome.lastPosition)
    }
}

/// The account on whose behalf a limit is set: the subscriber's own, a linked number's or an organisation's. Staff acts
/// for the subscriber.
private struct Setter {
    let account: AccountIndex
    let own: AccountIndex
    let holder: AccountIndex
    let isStaff: Bool

    init(_ account: AccountIndex, _ state: borrowing AccountsState, _ context: Context) {
        own = account
        (holder, isStaff) = (context.caller.holder, context.caller.session == 0)
        // An administrator acts for the organisation, so that another one may change what this one set.
        self.account =
            isStaff
            ? account
            : context.caller.joining == nil ? holder : state.organizations.organization(of: account) ?? holder
    }

    /// The account that has set a limit after its change; 0 if there is no limit. Nil is no limit, a smaller number a
    /// stricter one. Refuses to raise or remove a limit that somebody else set.
    func changes(
        _ field: String, from old: UInt64?, to new: UInt64?, setBy: AccountIndex, _ state: borrowing AccountsState
    ) throws(Rejection) -> AccountIndex {
        guard let old else { return new == nil ? 0 : account }
        let isRaised = new.map { $0 > old } ?? true
        guard !isRaised || mayRaise(setBy, state) else {
            throw Rejection(
                .notPermitted, field: field,
                setBy == own
                    ? "the subscriber set this limit: only that number's own session or the operator can raise or remove it"
                    : "a number that manages this one set this limit: only it or the operator can raise or remove it")
        }
        guard new != nil else { return 0 }
        // The limit of somebody else stays theirs, also if it becomes stricter. Otherwise the one who made it stricter
        // could then remove it.
        return setBy == own ? account : setBy
    }

    private func mayRaise(_ setBy: AccountIndex, _ state: borrowing AccountsState) -> Bool {
        isStaff || setBy == holder || state.organizations.isAdministrator(holder, of: setBy)
    }
}

extension Reply {
    /// The limits that the subscriber has, and what is stopped; nothing if there is none.
    mutating func limits(_ row: Limits.Row) {
        if row.amount > .zero { field(.spendingLimit, row.amount) }
        if let bytes = row.roamingBytes { field(.roamingLimit, bytes) }
        if row.stopsBeyondPackage { field(.beyondPackage, BeyondPackage.stop.word) }
        if !row.stops.isEmpty { field(.barred, row.stops.words.joined(separator: ",")) }
    }
}
