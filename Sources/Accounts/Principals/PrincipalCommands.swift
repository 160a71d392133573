/// PRINCIPAL.ADD, PRINCIPALS, PRINCIPAL.ROTATE, PRINCIPAL.DISABLE.

extension CommandRegistry {
    @inlinable
    package mutating func addPrincipalCommands() {
        change(PrincipalAdd.self)
        read(PrincipalList.self)
        change(PrincipalRotate.self)
        change(PrincipalDisable.self)
    }
}

package struct PrincipalAdd: Change, Prepares {
    static let name = Parameter<Key>(positional: "name", "the principal's name; it can never be changed")
    static let roles = Parameter<Roles>("roles", "one or more of \(Roles.all.names.joined(separator: ", "))")
    static let methods = Parameter<RequestMethods?>(
        "methods",
        "of an acquirer: the methods of the requests for payments that it gets, of"
            + " \(RequestMethod.words.joined(separator: ", ")); all of them if not given")
    package static let spec = CommandSpec(
        "PRINCIPAL.ADD", .secretChange, roles: .admin,
        [name, roles, methods],
        reply: [
            .name, .roles, .methods.sometimes, .secret.sometimes, .moveState.sometimes, .proposal.sometimes,
            .approvers.sometimes, .seq,
        ], waits: true,
        summary:
            "Adds a principal, a service or a person that may sign in,"
            + " and returns its secret. The secret is shown only once. If another administrator could approve a new"
            + " operator or administrator, that one must: PRINCIPAL.ROTATE then makes the secret.",
        example: "PRINCIPAL.ADD portal roles=frontend")

    let name: String
    let roles: Roles
    let methods: UInt32

    package init(_ a: Arguments) throws(Rejection) {
        name = try a[Self.name]
        roles = try a[Self.roles]
        methods = try a[Self.methods] ?? 0
        guard methods == 0 || roles.contains(.payments) else {
            throw Rejection(.invalidKey, field: "methods", "only a principal with the role payments has methods")
        }
    }

    private func check(_ state: borrowing AccountsState) throws(Rejection) {
        try state.principals.checkIsNew(name)
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> DrawSecret {
        try check(state)
        return DrawSecret()
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        try check(state)
        let author = context.caller.principal
        if author != 0, !roles.isDisjoint(with: .staff), state.principals.approvers(beside: author, with: .admin) > 0 {
            let proposal = ProposalMade(kind: .staff, name: name, roles: roles.rawValue)
            return try changes.propose(proposal, on: 0, state, context)
        }
        changes.append(
            0,
            .principalAdded(
                PrincipalAdded(
                    number: state.principals.next, name: name, roles: roles.rawValue, secretHash: done(context).hash,
                    methods: methods)),
            effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.name, name)
        reply.field(.roles, roles.names.joined(separator: ","))
        if methods != 0 { reply.field(.methods, PaymentMethod.words(methods)) }
        if case .proposalMade(let e) = outcome.first.event {
            reply.proposed(e, outcome.firstPosition)
            return reply.field(.seq, outcome.lastPosition)
        }
        reply.field(.secret, encodeBase64URL(done(context).bytes))
        reply.field(.seq, outcome.lastPosition)
    }
}

extension Principals {
    fileprivate func checkIsNew(_ name: String) throws(Rejection) {
        guard find(name) == nil, name != "kabinet" else {
            throw Rejection(
                .alreadyExists, field: "name",
                "a principal with this name exists already: choose another name")
        }
    }
}

extension NewEvents {
    /// Adds staff that two administrators stand for. Nobody knows its first secret.
    mutating func addStaff(
        _ proposal: ProposalMade, _ approval: Approval, _ state: borrowing AccountsState, _ context: Context
    ) throws(Rejection) {
        try state.principals.checkIsNew(proposal.name)
        append(0, .proposalApproved(ProposalApproved(proposal: approval.proposal)), effective: context.now)
        let added = PrincipalAdded(
            number: state.principals.next, name: proposal.name, roles: proposal.roles,
            secretHash: context.entropy.bytes + context.entropy.bytes, author: approval.author)
        append(0, .principalAdded(added), effective: context.now)
    }
}

/// Draws a principal's secret.
package struct DrawSecret: SecretWork {
    package struct Output: Sendable {
        let bytes: [UInt8]
        let hash: [UInt8]

        package init(bytes: [UInt8], hash: [UInt8]) { (self.bytes, self.hash) = (bytes, hash) }
    }

    package var pool: SecretPool { .codes }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> Output {
        let secret = tools.random()
        return Output(bytes: secret, hash: tools.hash(ofSecret: secret))
    }
}

package struct PrincipalRotate: Change, Prepares {
    static let name = Parameter<Key>(positional: "name", "the name of a principal, as PRINCIPALS lists it")
    static let overlap = Parameter<Number?>(
        "overlap", "for how many hours the old secret is accepted too, at most 168; 0 if not given", in: 0...168)
    package static let spec = CommandSpec(
        "PRINCIPAL.ROTATE", .secretChange, roles: .admin,
        [name, overlap],
        reply: [.name, .secret, .formerUntil.sometimes, .seq], waits: true,
        summary:
            "Replaces a principal's secret and returns the new one."
            + " The old secret is refused at once, or after `overlap=`.",
        example: "PRINCIPAL.ROTATE portal overlap=24")

    let name: String
    let overlap: TimeSpan

    package init(_ a: Arguments) throws(Rejection) {
        name = try a[Self.name]
        overlap = .hours(Int64(try a[Self.overlap] ?? 0))
    }

    /// Everyone else's secrets may be known to the first administrator, so nobody else may take its place.
    private func number(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> UInt32 {
        guard let number = state.principals.find(name) else { throw .notFound("name", "principal") }
        guard !state.principals.isFirst(number) || [0, number].contains(context.caller.principal) else {
            throw Rejection(
                .notPermitted, field: "name", "only the first administrator itself may replace its secret")
        }
        return number
    }

    package func prepare(_ state: borrowing AccountsState, _ context: Context) throws(Rejection) -> DrawSecret {
        _ = try number(state, context)
        return DrawSecret()
    }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        let number = try number(state, context)
        let until = overlap > .hours(0) ? (context.now + overlap).milliseconds : 0
        changes.append(
            0, .principalRotated(PrincipalRotated(number: number, secretHash: done(context).hash, formerUntil: until)),
            effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.name, name)
        reply.field(.secret, encodeBase64URL(done(context).bytes))
        if case .principalRotated(let e) = outcome.first.event, e.formerUntil != 0 {
            reply.field(.formerUntil, Instant(milliseconds: e.formerUntil))
        }
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct PrincipalDisable: Change {
    static let name = Parameter<Key>(positional: "name", "the name of a principal, as PRINCIPALS lists it")
    package static let spec = CommandSpec(
        "PRINCIPAL.DISABLE", .change, roles: .admin, [name],
        reply: [.name, .seq], summary: "Disables a principal, also on its open connections.",
        example: "PRINCIPAL.DISABLE portal")

    let name: String

    package init(_ a: Arguments) throws(Rejection) { name = try a[Self.name] }

    package func decide(_ state: borrowing AccountsState, _ context: Context, _ changes: inout NewEvents)
        throws(Rejection)
    {
        guard let number = state.principals.find(name), state.principals[number].isEnabled else {
            throw .notFound("name", "principal")
        }
        guard number != context.caller.principal else {
            throw Rejection(
                .notAvailable, field: "name",
                "a principal cannot disable itself: another administrator must do it")
        }
        changes.append(0, .principalDisabled(PrincipalDisabled(number: number)), effective: context.now)
    }

    package func reply(_ outcome: borrowing NewEvents, _ context: Context, _ reply: inout Reply) {
        reply.field(.name, name)
        reply.field(.seq, outcome.lastPosition)
    }
}

package struct PrincipalList: Read {
    package static let spec = CommandSpec(
        "PRINCIPALS", .read, roles: .admin,
        rows: [.name, .roles, .methods.sometimes, .enabled, .formerUntil.sometimes],
        summary:
            "Lists every principal: its roles, whether it may sign in, and until when its former secret is accepted.",
        example: "PRINCIPALS")

    package init(_ a: Arguments) throws(Rejection) {}

    package func read(_ state: borrowing AccountsState, _ context: Context, _ reply: inout Reply) throws(Rejection) {
        for principal in state.principals.all.dropFirst() {
            reply.row()
            reply.field(.name, principal.name)
            reply.field(.roles, principal.roles.names.joined(separator: ","))
            if principal.methods != 0 { reply.field(.methods, PaymentMethod.words(principal.methods)) }
            reply.field(.enabled, principal.isEnabled)
            if principal.isEnabled, principal.acceptsFormer(at: context.now) {
                reply.field(.formerUntil, principal.formerUntil)
            }
        }
        reply.closing()
        reply.countRows()
    }
}
