/// The checks between parsing and deciding: the caller's rights, repeated ids, and whether the account has changed.

internal import Accounts
internal import EventLog

private typealias Logged = (meta: EventMeta, event: Event)

extension Rejection {
    static let needsSignIn = Rejection(.authRequired, "send AUTH principal secret first")
}

extension CommandPath where Store: ~Copyable {
    /// The writer looks up roles and sessions here, in log order: a role or session that ends, ends at one position.
    mutating func authorise(_ command: some Command, _ incoming: IncomingRequest, at now: Instant) throws(Rejection)
        -> Caller
    {
        let traits = incoming.request.arguments.traits
        var verb: String { incoming.request.arguments.spec.verb }
        var caller = Caller()
        guard !traits.pointee.roles.isEmpty else {
            caller.principal = connections[incoming.connection].principal ?? 0
            return caller
        }
        guard let number = connections[incoming.connection].principal, state.principals.isEnabled(number) else {
            throw .needsSignIn
        }
        caller.principal = number
        caller.roles = state.principals.roles(number)
        let roles = traits.pointee.roles
        let allowed = caller.roles.contains(.admin) ? roles.union(.admin) : caller.roles.intersection(roles)
        guard !allowed.isEmpty else {
            throw Rejection(
                .notPermitted, "\(verb) is for the roles \(roles.names.joined(separator: ", "))")
        }
        // Work that was admitted is not refused when it comes back prepared.
        if traits.pointee.isAttempt, incoming.prepared == nil { try minuteLimits.admit(number, at: now, policy) }
        guard traits.pointee.session != .none else { return caller }
        guard let hash = incoming.sessionHash else {
            guard allowed == .frontend else { return caller }
            throw Rejection(.sessionRequired, field: "session", "\(verb) needs the subscriber's session")
        }
        guard let (session, owner) = state.access.session(tokenHash: hash, now: now, policy) else {
            throw Rejection(.sessionInvalid, field: "session", "the session has ended: sign in again")
        }
        (caller.session, caller.holder) = (session, owner.account)
        let hold = state.access.holdLeft(owner.account, at: now)
        if let hold, traits.pointee.isHeldAfterSIM { throw .sessionIsHeld(for: hold) }
        if let subject = try command.subject(state) {
            // Reply "not found", so that nobody can probe for accounts.
            guard let standing = state.standing(of: owner.account, toward: subject, traits.pointee.session) else {
                let about = incoming.request.arguments.spec.parameters[0].name
                throw .notFound(about, ["org": "organisation", "group": "group"][about] ?? "subscriber")
            }
            if case .administrator(let joining) = standing {
                if let hold { throw .sessionIsHeld(for: hold) }
                caller.joining = joining
            }
        }
        if owner.isUseRecorded(now), reserve.state == .ok {
            changes.removeAll()
            changes.append(owner.account, .sessionUsed(SessionUsed(session: session)), effective: now)
            append(by: caller)
            changes.removeAll()
        }
        return caller
    }

    /// Prefetches the records that requests will be decided on and applied to, so that their cache misses overlap.
    /// Otherwise each request would wait for its own misses.
    func prefetch(_ requests: Span<IncomingRequest>, _ range: Range<Int>) {
        for index in range {
            let principal = connections.principal(requests[index].connection) ?? 0
            let (id, reference) = (requests[index].idHash, requests[index].referenceHash)
            if !id.isZero { state.idempotencyKeys.prefetch(id.scoped(to: principal)) }
            if !reference.isZero { state.idempotencyKeys.prefetch(reference.scoped(to: principal)) }
            if let msisdn = requests[index].msisdn { state.prefetch(msisdn) }
        }
        for index in range {
            if let msisdn = requests[index].msisdn { state.prefetch(accountOf: msisdn) }
        }
        for index in range {
            guard let msisdn = requests[index].msisdn,
                requests[index].request.arguments.traits.pointee.ratesUsage
            else { continue }
            state.prefetch(bucketsOf: msisdn)
        }
    }

    /// The keyed hash of `id=` in the principal's scope; zero if there is none.
    func commandID(_ incoming: IncomingRequest, of principal: UInt32) throws(Rejection) -> Hash128 {
        guard !incoming.idHash.isZero else { return .zero }
        try incoming.request.arguments.checkID()
        return incoming.idHash.scoped(to: principal)
    }

    /// Fills `changes` with the first outcome of a repeated id. False if the id is new; `changes` is then empty.
    mutating func findOutcome(of id: Hash128, _ incoming: IncomingRequest) throws(Rejection) -> Bool {
        changes.removeAll()
        guard !id.isZero else { return false }
        guard var position = try first(of: id, where: { $0.meta.commandID == id }) else { return false }
        let first = decoded(at: position).meta.arguments
        guard first == incoming.argumentsHash || first == keys.arguments(incoming.request, asSpelled: true) else {
            throw Rejection(.idConflict, field: "id", "this id was used with other arguments")
        }
        while position <= log.last {
            let (meta, event) = decoded(at: position)
            guard meta.commandID == id else { break }
            changes.append(meta.account, event, effective: meta.effective)
            changes.lastPosition = position
            position += 1
        }
        return true
    }

    /// The limits that do not depend on what the command names.
    mutating func admit(_ incoming: IncomingRequest, by caller: Caller, at now: Instant) throws(Rejection) {
        let traits = incoming.request.arguments.traits
        if !traits.pointee.endsAccess { try minuteLimits.admitChange(of: caller.holder, at: now, policy) }
        try reserve.check(usesReserve: traits.pointee.usesReserve)
        try checkAdministrator(caller)
    }

    /// Whether this principal gave this reference before.
    func isUsed(_ reference: String?, _ hash: Hash128, by principal: UInt32) throws(Rejection) -> Bool {
        guard let reference else { return false }
        return try first(of: hash.scoped(to: principal)) {
            $0.meta.principal == principal && $0.event.reference == reference
        } != nil
    }

    /// The first position under a key where `isIt` holds: from the index on disk, or else from memory.
    private func first(of key: Hash128, where isIt: (Logged) -> Bool) throws(Rejection) -> Position? {
        guard state.idempotencyKeys.mayHave(key) else { return nil }
        if let keyIndex {
            do throws(StoreError) {
                if let position = try keyIndex.first(of: key, where: { isIt(decoded(at: $0)) }) { return position }
            } catch {
                throw Rejection(.internalError, "the index of ids cannot be read: \(error)")
            }
        }
        return state.idempotencyKeys.firstRecent(of: key) { isIt(decoded(at: $0)) }
    }

    /// `if_seq=`: an account that the command changes must not have changed after that position. The account that the
    /// command names is checked before the command's rules, the others once they are known.
    func checkSequence(of command: some Change, _ incoming: IncomingRequest) throws(Rejection) {
        let arguments = incoming.request.arguments
        guard arguments.traits.pointee.session != .administrator else { return }
        try checkSequence(arguments, of: try command.subject(state))
    }

    func checkSequenceOfChanges(_ incoming: IncomingRequest) throws(Rejection) {
        let arguments = incoming.request.arguments
        guard let parameter = arguments.traits.pointee.sequenceParameter, arguments.isPresent(parameter) else { return }
        for change in changes.events where !change.event.traits.isSignIn {
            try checkSequence(arguments, of: change.account)
        }
    }

    private func checkSequence(_ arguments: Arguments, of account: AccountIndex?) throws(Rejection) {
        guard let limit = try arguments.expectedPosition else { return }
        guard limit <= log.last else {
            throw Rejection(.notFound, field: "if_seq", "the log ends at position \(log.last)")
        }
        guard let account, account < state.directory.next else { return }
        let last = state.directory[account].lastChange
        guard last <= limit else {
            throw Rejection(
                .conflict, field: "if_seq",
                "the account changed at position \(last): read it again")
        }
    }

    /// The event that `command.recall` named.
    func recalled(at position: Position) throws(Rejection) -> (meta: EventMeta, event: Event) {
        do { return try log.event(at: position) } catch {
            throw Rejection(.internalError, "event \(position) cannot be read: \(error)")
        }
    }

    /// An event that this process wrote or replayed: if it cannot be read now, memory and disk disagree.
    private func decoded(at position: Position) -> Logged {
        do { return try log.event(at: position) } catch {
            preconditionFailure("event \(position) was read before and cannot be read now: \(error)")
        }
    }
}
