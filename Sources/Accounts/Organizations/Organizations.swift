/// Organisations, their numbers, and groups of these.
package struct Organizations: Projection {
    package static let name = "organizations"
    package static let version: UInt16 = 3

    package struct Organization: Sendable, Coded {
        package var inn: String
        package var keyID: [UInt8]
        package var sealedName: [UInt8]
        /// In order of account.
        package var members: [AccountIndex] = []
        /// In order of creation.
        package var groups: [UInt32] = []
        /// The subscribers who act for it, in the order in which they were added.
        package var administrators: [AccountIndex] = []

        /// Its members follow from their memberships, and `Row` has its groups.
        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&inn)
            try row.code(&keyID)
            try row.code(&sealedName)
            try row.code(&administrators)
        }
    }

    package struct Group: Sendable {
        package var organization: AccountIndex
        package var sealedName: [UInt8]
        /// In order of account.
        package var members: [AccountIndex] = []
    }

    private struct Membership: Sendable, Coded {
        /// The organisation's account; 0 for an individual.
        var organization: AccountIndex = 0
        /// 0 if the number is in no group.
        var group: UInt32 = 0
        var joining = Joining()

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&organization)
            try row.code(&group)
            try row.code(&joining.position)
            try row.code(&joining.time)
        }
    }

    /// The event by which a number became its organisation's. The organisation's administrators may see nothing from
    /// before it, by position or by time.
    package struct Joining: Equatable, Sendable {
        package var position: Position = 0
        package var time = Instant(milliseconds: 0)
    }

    private var organizations: [AccountIndex: Organization] = [:]
    private var byINN: [String: AccountIndex] = [:]
    /// By number minus one.
    private var groups: [Group] = []
    private var memberships: [Membership] = []

    package static let maximumGroups = 1000
    package static let maximumAdministrators = 20
    /// The most numbers in one command. A longer list is work for a job.
    package static let maximumMembersPerCommand = 1000

    package init() {}

    package var nextGroup: UInt32 { UInt32(groups.count) + 1 }
    package var count: Int { organizations.count }

    package func find(inn: String) -> AccountIndex? { byINN[inn] }
    package subscript(_ account: AccountIndex) -> Organization? { organizations[account] }

    package func group(_ number: UInt32) throws(Rejection) -> Group {
        guard number > 0, Int(number) <= groups.count else { throw .notFound("group", "group") }
        return groups[Int(number) - 1]
    }

    package func organization(of subscriber: AccountIndex) -> AccountIndex? {
        guard Int(subscriber) < memberships.count else { return nil }
        let organization = memberships[Int(subscriber)].organization
        return organization == 0 ? nil : organization
    }

    /// Nil if the subscriber is no organisation's.
    package func joining(_ subscriber: AccountIndex) -> Joining? {
        organization(of: subscriber).map { _ in memberships[Int(subscriber)].joining }
    }

    package func isAdministrator(_ subscriber: AccountIndex, of organization: AccountIndex) -> Bool {
        organizations[organization]?.administrators.contains(subscriber) ?? false
    }

    /// The organisations for which a subscriber acts. Searches all of them, so call it seldom.
    func administered(by subscriber: AccountIndex) -> [AccountIndex] {
        organizations.filter { $0.value.administrators.contains(subscriber) }.keys.sorted()
    }

    package func group(of subscriber: AccountIndex) -> UInt32? {
        guard Int(subscriber) < memberships.count else { return nil }
        let group = memberships[Int(subscriber)].group
        return group == 0 ? nil : group
    }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        let account = meta.account
        switch event {
        case .organizationCreated(let e):
            organizations[account] = Organization(inn: e.inn, keyID: e.keyID, sealedName: e.sealedName)
            byINN[e.inn] = account
        case .subscriberActivated(let e): if e.organization != 0 { join(account, e.organization, meta) }
        case .organizationJoined(let e): join(account, e.organization, meta)
        case .organizationLeft:
            leaveGroup(account)
            let organization = memberships[Int(account)].organization
            organizations[organization]?.members.removeSorted(account)
            memberships[Int(account)] = Membership()
        case .administratorAdded(let e): organizations[account]?.administrators.append(e.subscriber)
        case .administratorRemoved(let e):
            organizations[account]?.administrators.removeAll { $0 == e.subscriber }
        case .groupCreated(let e):
            precondition(e.group == nextGroup, "groups are numbered without gaps")
            groups.append(Group(organization: account, sealedName: e.sealedName))
            organizations[account]?.groups.append(e.group)
        case .groupJoined(let e):
            memberships[Int(account)].group = e.group
            edit(e.group) { $0.members.insertSorted(account) }
        case .groupLeft: leaveGroup(account)
        default: endAtUnknown(event)
        }
    }

    private mutating func join(_ subscriber: AccountIndex, _ organization: AccountIndex, _ meta: EventMeta) {
        memberships.reserveIndex(subscriber, filling: Membership())
        memberships[Int(subscriber)].organization = organization
        memberships[Int(subscriber)].joining = Joining(position: meta.position, time: meta.effective)
        organizations[organization]?.members.insertSorted(subscriber)
    }

    private mutating func leaveGroup(_ subscriber: AccountIndex) {
        guard let group = group(of: subscriber) else { return }
        edit(group) { $0.members.removeSorted(subscriber) }
        memberships[Int(subscriber)].group = 0
    }

    /// A state of a number's own events has no groups: these are its organisation's.
    private mutating func edit(_ group: UInt32, _ change: (inout Group) -> Void) {
        if Int(group) <= groups.count { change(&groups[Int(group) - 1]) }
    }

    /// A group with its organisation.
    private struct NamedGroup: Coded {
        var number: UInt32 = 0
        var sealedName: [UInt8] = []

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&number)
            try row.code(&sealedName)
        }
    }

    /// An account's part: a number's membership, or an organisation and its groups.
    private struct Row: Coded {
        var membership = Membership()
        var organization: Organization?
        var groups: [NamedGroup] = []

        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&membership)
            try row.code(&organization, blank: Organization(inn: "", keyID: [], sealedName: []))
            if organization != nil { try row.code(&groups, each: NamedGroup()) }
        }
    }

    package func encode(_ account: AccountIndex, into row: inout SnapshotEncoder) {
        var own = Row(organization: organizations[account])
        if Int(account) < memberships.count { own.membership = memberships[Int(account)] }
        for number in own.organization?.groups ?? [] {
            own.groups.append(NamedGroup(number: number, sealedName: groups[Int(number) - 1].sealedName))
        }
        own.code(&row)
    }

    package mutating func decode(_ account: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var own = Row()
        try own.code(&row)
        if Int(account) < memberships.count { memberships[Int(account)] = own.membership }
        guard var organization = own.organization else { return }
        for group in own.groups {
            guard group.number > 0, Int(group.number) <= groups.count else {
                throw SnapshotError("a group that is not of it")
            }
            organization.groups.append(group.number)
            groups[Int(group.number) - 1] = Group(organization: account, sealedName: group.sealedName)
        }
        organizations[account] = organization
        byINN[organization.inn] = account
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(lengthOf: &groups, filling: Group(organization: 0, sealedName: []))
        try rest.code(lengthOf: &memberships, filling: Membership())
    }

    /// Fills the members of organisations and groups from the memberships.
    mutating func finishDecoding() throws(SnapshotError) {
        for (account, membership) in memberships.enumerated() where membership.organization != 0 {
            organizations[membership.organization]?.members.append(AccountIndex(account))
            guard membership.group != 0 else { continue }
            guard Int(membership.group) <= groups.count else { throw SnapshotError("a group that is not of it") }
            groups[Int(membership.group) - 1].members.append(AccountIndex(account))
        }
    }

    package var allocatedBytes: Int {
        memberships.columnBytes + groups.columnBytes
            + organizations.values.reduce(0) { $0 + $1.members.columnBytes + 128 }
            + groups.reduce(0) { $0 + $1.members.columnBytes }
    }
}

extension [AccountIndex] {
    /// The index of the first element that is not less than `value`.
    private func lowerBound(_ value: AccountIndex) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insertSorted(_ value: AccountIndex) {
        let at = lowerBound(value)
        if at == count || self[at] != value { insert(value, at: at) }
    }

    mutating func removeSorted(_ value: AccountIndex) {
        let at = lowerBound(value)
        if at < count, self[at] == value { remove(at: at) }
    }
}
