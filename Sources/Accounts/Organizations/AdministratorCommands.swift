/// ORG.ADMIN.ADD, ORG.ADMIN.REMOVE: subscribers who act for an organisation, in sessions of their own.

extension NewEvents {
    /// Removes a subscriber as administrator of every organisation.
    mutating func dismiss(_ account: AccountIndex, _ state: borrowing AccountsState, at instant: Instant) {
        for organization in state.organizations.administered(by: account) {
            append(
                organization, .administratorRemoved(AdministratorRemoved(subscriber: account)), effective: instant)
        }
    }
}

package struct OrgAdminAdd: Change {
    package static let spec = CommandSpec(
        "ORG.ADMIN.ADD", .change, roles: .operator, [org, msisdn],
        reply: [.org, .msisdn, .seq],
        summary:
            "Makes a subscriber an administrator of an organisation:"
            + " of its groups, and of its numbers' money and services.",
        example: "ORG.ADMIN.ADD 12 79001234567")

    let org: AccountIndex
    let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) {
        org = try a[Self.org]
        msisdn = try a[Self.msisdn]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let org = try state.directory.organization(org)
        let account = try state.directory.subscriber(msisdn)
        guard !state.organizations.isAdministrator(account, of: org) else {
            throw Rejection(.alreadyExists, field: "msisdn", "the number acts for the organisation already")
        }
        guard state.organizations[org]?.administrators.count ?? 0 < Organizations.maximumAdministrators else {
            throw Rejection(
                .limitReached, field: "org",
                "an organisation has at most \(Organizations.maximumAdministrators) administrators: remove one first")
        }
        changes.append(org, .administratorAdded(AdministratorAdded(subscriber: account)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.org, org)
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct OrgAdminRemove: Change {
    package static let spec = CommandSpec(
        "ORG.ADMIN.REMOVE", .change, roles: .operator, [org, msisdn],
        reply: [.org, .msisdn, .seq], summary: "Ends a subscriber's right to act for an organisation.",
        example: "ORG.ADMIN.REMOVE 12 79001234567")

    let org: AccountIndex
    let msisdn: MSISDN

    package init(_ a: Arguments) throws(Rejection) {
        org = try a[Self.org]
        msisdn = try a[Self.msisdn]
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let org = try state.directory.organization(org)
        guard let account = state.directory.find(msisdn), state.organizations.isAdministrator(account, of: org)
        else { throw Rejection(.notFound, field: "msisdn", "the number does not act for the organisation") }
        changes.append(org, .administratorRemoved(AdministratorRemoved(subscriber: account)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.org, org)
        reply.field(.msisdn, msisdn)
        reply.field(.seq, outcome.lastPosition)
    }
}
