/// GROUP.CREATE, GROUP.ADD, GROUP.REMOVE, GROUPS, GROUP.

package struct GroupCreate: Change, Prepares {
    static let name = Parameter<PlainText>("name", "the group's name; it is stored encrypted")
    package static let spec = CommandSpec(
        "GROUP.CREATE", .change, roles: [.frontend, .operator], session: .administrator,
        [org, name], reply: [.group, .org, .seq], waits: true,
        summary: "Creates an empty group for numbers of the organisation.", example: "GROUP.CREATE 12 name=Sales")

    let org: AccountIndex
    let name: String

    package init(_ a: Arguments) throws(Rejection) {
        org = try a[Self.org]
        name = try a[Self.name]
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.directory.organization(org)
    }

    private func check(_ state: borrowing AccountsState) throws(Rejection) -> Organizations.Organization {
        guard let found = state.organizations[try state.directory.organization(org)] else {
            throw .notFound("org", "organisation")
        }
        guard found.groups.count < Organizations.maximumGroups else {
            throw Rejection(
                .limitReached, field: "org", "an organisation has at most \(Organizations.maximumGroups) groups")
        }
        return found
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Seal {
        Seal(texts: [Array(name.utf8)], keyID: try check(state).keyID)
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        _ = try check(state)
        changes.append(
            org,
            .groupCreated(GroupCreated(group: state.organizations.nextGroup, sealedName: done(context).texts[0])),
            effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        let e = outcome.first(GroupCreated.self)
        reply.field(.group, e.group)
        reply.field(.org, org)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct GroupAdd: Change {
    package static let spec = CommandSpec(
        "GROUP.ADD", .change, roles: [.frontend, .operator], session: .administrator,
        [group, GroupMembers.parameter],
        reply: [.group, .addedCount, .seq],
        summary: "Adds numbers of the organisation to a group: all of them or none.",
        example: "GROUP.ADD 3 79001234567 79001234568")

    let group: UInt32
    let msisdns: [MSISDN]

    package init(_ a: Arguments) throws(Rejection) {
        group = try a[Self.group]
        msisdns = try GroupMembers.of(a)
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.organizations.group(group).organization
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let found = try state.organizations.group(group)
        for msisdn in msisdns {
            let account = try state.member(msisdn, of: found.organization)
            if let other = state.organizations.group(of: account) {
                throw Rejection(
                    .alreadyExists, field: "msisdn",
                    other == group
                        ? "\(msisdn) is in the group already"
                        : "\(msisdn) is in group \(other): remove it from there first")
            }
            changes.append(account, .groupJoined(GroupJoined(group: group)), effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.group, group)
        reply.field(.addedCount, msisdns.count)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct GroupRemove: Change {
    package static let spec = CommandSpec(
        "GROUP.REMOVE", .change, roles: [.frontend, .operator], session: .administrator,
        [group, GroupMembers.parameter],
        reply: [.group, .removed, .seq], summary: "Removes numbers from a group: all of them or none.",
        example: "GROUP.REMOVE 3 79001234567")

    let group: UInt32
    let msisdns: [MSISDN]

    package init(_ a: Arguments) throws(Rejection) {
        group = try a[Self.group]
        msisdns = try GroupMembers.of(a)
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.organizations.group(group).organization
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        _ = try state.organizations.group(group)
        for msisdn in msisdns {
            guard let account = state.directory.find(msisdn), state.organizations.group(of: account) == group else {
                throw Rejection(.notFound, field: "msisdn", "\(msisdn) is not in the group")
            }
            changes.append(account, .groupLeft(GroupLeft(group: group)), effective: context.now)
        }
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.group, group)
        reply.field(.removed, msisdns.count)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct Groups: Read, Prepares {
    package static let spec = CommandSpec(
        "GROUPS", .read, roles: [.frontend, .operator], session: .administrator, [org],
        reply: [.org, .seq], rows: [.group, .name, .members], waits: true, isOfPast: true,
        summary: "Lists the organisation's groups.", example: "GROUPS 12")

    let org: AccountIndex

    package init(_ a: Arguments) throws(Rejection) { org = try a[Self.org] }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.directory.organization(org)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Open {
        guard let found = state.organizations[try state.directory.organization(org)] else {
            throw .notFound("org", "organisation")
        }
        var sealed: [SealedText] = []
        for number in found.groups {
            let name = try state.organizations.group(number).sealedName
            sealed.append(SealedText(keyID: found.keyID, sealed: name))
        }
        return Open(texts: sealed)
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let texts = done(context)
        guard let found = state.organizations[org] else {
            throw .notFound("org", "organisation")
        }
        for number in found.groups {
            let group = try state.organizations.group(number)
            reply.row()
            reply.field(.group, number)
            reply.field(.name, texts[SealedText(keyID: found.keyID, sealed: group.sealedName)] ?? "")
            reply.field(.members, group.members.count)
        }
        reply.closing()
        reply.field(.org, org)
        reply.countRows(asOf: state.position)
    }
}

package struct GroupRead: Read, Prepares {
    static let after = Parameter<MSISDN?>("after", "for the next page: next= of the page before")
    package static let spec = CommandSpec(
        "GROUP", .read, roles: [.frontend, .operator], session: .administrator,
        [group, after, Parameters.limit],
        reply: [.group, .org, .name, .members, .nextNumber.sometimes, .seq],
        rows: [.msisdn, .tariff, .tariffStatus, .options, .balance], waits: true, isOfPast: true,
        summary: "Lists a group's numbers with their tariffs and balances.", example: "GROUP 3")

    let group: UInt32
    let after: MSISDN?
    let limit: Int

    package init(_ a: Arguments) throws(Rejection) {
        group = try a[Self.group]
        after = try a[Self.after]
        limit = try a[Parameters.limit] ?? 1000
    }

    package func subject(_ state: borrowing AccountsState) throws(Rejection) -> AccountIndex? {
        try state.organizations.group(group).organization
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> Open {
        let found = try state.organizations.group(group)
        guard let organization = state.organizations[found.organization] else { throw .notFound("group", "group") }
        return Open(texts: [SealedText(keyID: organization.keyID, sealed: found.sealedName)])
    }

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        let found = try state.organizations.group(group)
        let texts = done(context)
        guard let organization = state.organizations[found.organization] else { throw .notFound("group", "group") }
        var members = found.members[...]
        if let after {
            // Replies 'not found' for any other number, so that callers cannot probe for subscribers.
            guard let account = state.directory.find(after),
                state.organizations.organization(of: account) == found.organization
            else { throw .notFound("after", "subscriber") }
            members = members.drop { $0 <= account }
        }
        for account in members.prefix(limit) {
            let tariff = state.subscriptions.tariff(account)
            reply.row()
            reply.field(.msisdn, state.directory[account].msisdn)
            reply.field(.tariff, state.catalog.key(UInt32(tariff.offering)))
            reply.field(.tariffStatus, tariff.status.word)
            reply.field(.options, state.subscriptions.optionCount(account))
            reply.field(.balance, state.balances[account])
        }
        reply.closing()
        reply.field(.group, group)
        reply.field(.org, found.organization)
        reply.field(.name, texts[SealedText(keyID: organization.keyID, sealed: found.sealedName)] ?? "")
        reply.field(.members, found.members.count)
        reply.countRows()
        if members.count > limit, let last = members.prefix(limit).last {
            reply.field(.nextNumber, state.directory[last].msisdn)
        }
        reply.field(.seq, state.position)
    }
}

/// Numbers for a group command, each once.
private enum GroupMembers {
    static let parameter = Parameter<Several<MSISDN>>(positional: "msisdn", "one or more numbers, at most 1000")

    static func of(_ a: Arguments) throws(Rejection) -> [MSISDN] {
        let all = try a[parameter]
        guard all.count <= Organizations.maximumMembersPerCommand else {
            throw Rejection(
                .limitReached, field: "msisdn",
                "a command takes at most \(Organizations.maximumMembersPerCommand) numbers")
        }
        guard Set(all).count == all.count else {
            throw Rejection(.duplicateArgument, field: "msisdn", "a number is given twice: give each number once")
        }
        return all
    }
}
