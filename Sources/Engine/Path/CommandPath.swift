/// The path of a command, on one screen. The writer's thread owns it.
///
///     parse ─▶ authorise ─▶ decide ─▶ apply ─▶ append, commit ─▶ release
///
/// `apply` comes before the commit, because command k+1 must see k. So every reply, also to a read, is held until
/// everything it could have seen is durable. A failed commit leaves memory ahead of disk: the caller stops the process.

package import Accounts
package import EventLog

package struct CommandPath<Store: EventStore & ~Copyable>: ~Copyable {
    package var state: AccountsState
    package var log: EventLog<Store>
    package var counters = Counters()
    package let keys: ServerKeys
    /// The index of idempotency keys that are no longer in memory; nil if all are in memory.
    package let keyIndex: (any OlderKeys)?
    /// Finds events of accounts for the readers beside the path; nil if they are found along `previous` alone.
    package var historyIndex: HistoryIndex?
    let commands: [CommandEntry<Store>]
    /// The clock of a log in event time, or of a test's log; nil if the log uses the machine's clock.
    package internal(set) var eventTime: Instant?
    package internal(set) var logClock = LogClock.machine
    /// The data directory is in memory and ends with the process.
    var isEphemeral = false
    /// Whether more is due than was run: a request's own number is then brought up to date first.
    package internal(set) var isBehind = false
    package var connections = ConnectionTable()
    package var duePace = DuePace()
    package var entropy = EntropySource()
    package var policy = AccessPolicy()
    package var waits = ParkedRequests()
    package var transactions = RedisTransactions()
    var minuteLimits = MinuteLimits()
    package var reserve: StorageReserve
    package var snapshot: SnapshotState
    package var rebuild = RebuildState()
    package var verification = VerificationState()
    /// `backups`, `tree` and `past` are nil if the log is not on a disk.
    package var backups: Backups?
    var past: PastProgress?
    package var tree: TreeKeeper?
    var historian: Historian?
    var changes = NewEvents()
    package internal(set) var reply = Reply()

    package init(
        state: consuming AccountsState, log: consuming EventLog<Store>, keys: ServerKeys,
        keyIndex: (any OlderKeys)? = nil,
        reserve: StorageReserve = StorageReserve(), snapshot: SnapshotState = SnapshotState(events: 0)
    ) {
        self.reserve = reserve
        self.snapshot = snapshot
        self.state = state
        self.state.makeAgenda()
        self.log = log
        self.keys = keys
        self.keyIndex = keyIndex
        commands = CommandEntry<Store>.all
    }

    /// Runs a request's entry; a rejection becomes its reply.
    package mutating func answer(_ incoming: IncomingRequest, at now: Instant) -> RequestOutcome {
        let now = eventTime ?? now
        counters.now = now
        reply.reset()
        changes.removeAll()
        do throws(Rejection) {
            let outcome = try commands[incoming.request.command].run(&self, incoming, now)
            switch outcome {
            case .answered, .stream: assert(reply.isOfShape(incoming))
            case .errand, .later, .transaction: break
            }
            return outcome
        } catch {
            counters.rejections += 1
            reply.reject(error)
            return .answered
        }
    }

    /// A command that appends events: the six steps, and the checks between them.
    mutating func perform<C: Change>(_: C.Type, _ incoming: IncomingRequest, at now: Instant) throws(Rejection)
        -> RequestOutcome
    {
        let command = try C(incoming.request.arguments)  // 1 parse
        var context = context(at: now, incoming.prepared)
        context.entropy = entropy.next()
        context.caller = try authorise(command, incoming, at: now)  // 2 authorise
        let id = try commandID(incoming, of: context.caller.principal)
        if try findOutcome(of: id, incoming) { return release(command, context, incoming, isRepeated: true) }
        try admit(incoming, by: context.caller, at: now)
        catchUp(incoming, at: now)
        if let position = try command.recall(state) { context.recalled = [try recalled(at: position)] }
        if let errand = try preparation(of: command, incoming, context) { return errand }
        try checkSequence(of: command, incoming)
        guard let moved = try moveClock(by: command, incoming, at: now) else { return .later }
        context.now = moved
        context.isReferenceUsed = try isUsed(command.reference, incoming.referenceHash, by: context.caller.principal)
        try command.decide(state, context, &changes)  // 3 decide
        try checkOrder(of: ownTime(of: command))
        try checkSequenceOfChanges(incoming)
        minuteLimits.countChange(of: context.caller.holder, events: changes.events.count)
        // Only an outcome is kept: after a refusal the id is free again.
        append(
            by: context.caller, id: changes.isRefusal ? .zero : id, arguments: incoming.argumentsHash,
            at: context.now)  // 4, 5
        return release(command, context, incoming)  // 6 released once it is durable
    }

    /// The errand that prepares a command; nil if there is nothing to prepare any more. Inlined, because every command
    /// passes here and few have any work.
    @inline(__always)
    func preparation(of command: some Command, _ incoming: IncomingRequest, _ context: Context) throws(Rejection)
        -> RequestOutcome?
    {
        guard incoming.prepared == nil, let work = try command.work(state, context) else { return nil }
        return .errand(SecretJob(incoming: incoming, work: work, principal: turn(of: incoming)))
    }

    /// Renders the outcome. The reply waits for the commit, and for the key to be destroyed.
    private mutating func release(
        _ command: some Change, _ context: Context, _ incoming: IncomingRequest, isRepeated: Bool = false
    ) -> RequestOutcome {
        command.reply(changes, context, &reply)
        if isRepeated { reply.field(.repeated, true) }
        guard let keyID = command.keyToDestroy(changes) else { return .answered }
        return .errand(Erasure(incoming: incoming, keyID: keyID, reply: reply))
    }

    /// The principal whose turn an errand takes. All connections that have not signed in share one.
    private func turn(of incoming: IncomingRequest) -> UInt32 { connections[incoming.connection].principal ?? 0 }

    func context(at now: Instant, _ prepared: Prepared? = nil) -> Context {
        var context = Context(now: now, prepared: prepared, policy: policy)
        (context.clock, context.isEphemeral) = (logClock, isEphemeral)
        return context
    }

    /// 4 and 5: each event of `changes` goes into the open transaction and into the state. If one could not be
    /// appended, the log must not be used: no command appends or applies anything more.
    ///
    /// Their consequences are appended behind them: a service that must be stopped or goes on. `now` is the time of
    /// their command; nil for the present.
    mutating func append(
        by caller: Caller, id: Hash128 = .zero, arguments: Hash128 = .zero, at now: Instant? = nil
    ) {
        guard counters.failure == nil else { return }
        // Moved out of the path meanwhile, so that events are borrowed and not copied.
        var changes = NewEvents()
        swap(&changes, &self.changes)
        let arguments = id.isZero ? .zero : arguments
        if append(changes.events.span, by: caller, id: id, arguments: arguments) {
            let first = changes.events.count
            state.addConsequences(to: &changes, at: now ?? counters.now)
            _ = append(changes.events.span.extracting(first...), by: caller, id: id, arguments: arguments)
        }
        if !changes.events.isEmpty { changes.lastPosition = log.last }
        swap(&changes, &self.changes)
    }

    /// True if one of them may have consequences.
    private mutating func append(
        _ events: Span<AccountEvent>, by caller: Caller, id: Hash128, arguments: Hash128
    ) -> Bool {
        var mayHaveConsequences = false
        for index in events.indices where counters.failure == nil {
            if append(events[index], by: caller, id: id, arguments: arguments) { mayHaveConsequences = true }
        }
        return mayHaveConsequences
    }

    /// Not inlined: otherwise every access in place copies the event.
    @inline(never)
    private mutating func append(
        _ change: AccountEvent, by caller: Caller, id: Hash128, arguments: Hash128
    ) -> Bool {
        var meta = EventMeta(
            recorded: state.recorded(at: counters.now), effective: change.effective,
            account: change.account, previous: state.lastPosition(change.account),
            principal: caller.principal, session: caller.session, commandID: id, arguments: arguments)
        do { meta.position = try log.append(change.event, meta) } catch {
            // This batch cannot be committed: `commit` reports the failure, and the process ends.
            counters.failure = "\(error)"
            return false
        }
        state.apply(change.event, meta)
        let traits = change.event.traits
        if traits.isAttempt { minuteLimits.countAttempt(by: caller.principal) }
        if traits.settlesChallenge, let id = change.event.settledChallenge.flatMap(Hash128.init) {
            waits.wake(.challenge(id))
        }
        if traits.changesOrders { waits.wake(.orders) }
        if traits.changesRequests, change.event.isOfRequest { wakePayers(by: change) }
        counters.events += 1
        return traits.concernsService && state.mayHaveConsequences(change.account)
    }

    /// Continues requests that wait for something to pay, or for a change of what was asked for.
    private mutating func wakePayers(by change: AccountEvent) {
        switch change.event {
        case .paymentRequested, .refunded, .autopayRetried: waits.wake(.paymentRequests)
        default: break
        }
        waits.wake(.payments(change.account))
    }

    /// Due instants become commands on the same path, in order of due time, at most `limit` of them. True if more are
    /// due. While the disk is nearly full, nothing due is run.
    @discardableResult
    package mutating func runDue(at now: Instant, limit: Int) -> Bool {
        isBehind = runSomeDue(at: now, limit: limit)
        return isBehind
    }

    /// Runs everything due of a request's own number, ahead of its turn, if due things are behind: a month begins for
    /// all numbers at the same midnight, a call a second later belongs to the new month, and nobody reads a balance
    /// that a fee is about to change.
    @inline(__always)
    mutating func catchUp(_ incoming: IncomingRequest, at now: Instant) {
        if isBehind, let msisdn = incoming.msisdn { runDue(of: msisdn, at: now) }
    }

    @inline(never)
    private mutating func runDue(of msisdn: MSISDN, at now: Instant) {
        guard reserve.state == .ok, let account = state.directory.find(msisdn) else { return }
        while counters.failure == nil, let due = state.firstDue(of: account, by: now) { carryOut(due) }
    }

    /// The instant of the first thing that is overdue; nil if nothing is.
    var dueSince: Instant? {
        guard let first = state.agenda?.first?.instant, first <= counters.now else { return nil }
        return first
    }

    private mutating func runSomeDue(at now: Instant, limit: Int) -> Bool {
        counters.now = now
        defer { state.agenda?.countBehind(at: now) }
        guard reserve.state == .ok else { return false }
        for refused in minuteLimits.turn(at: now) { append(.attemptsRefused(refused), on: 0, effective: now) }
        for _ in 0..<limit {
            guard let first = state.agenda?.first, first.instant <= now else { return false }
            if state.isDue(first) {
                if eventTime != nil { counters.now = first.instant }
                carryOut(first)
            }
            guard counters.failure == nil else { return false }
            state.dropOvertaken(first)
        }
        return state.agenda?.first.map { $0.instant <= now } ?? false
    }

    /// Decides a due instant, and appends and applies its events, whichever way it was found.
    private mutating func carryOut(_ due: Due) {
        changes.removeAll()
        due.decide(state, &changes)
        append(by: Caller(), at: due.instant)
        counters.dueCarriedOut += 1
        precondition(counters.failure != nil || !state.isDue(due), "nothing came of \(due): it would be due for ever")
        changes.removeAll()
    }

    /// Appends and applies an event of the service itself.
    private mutating func append(_ event: Event, on account: AccountIndex, effective: Instant) {
        changes.removeAll()
        changes.append(account, event, effective: effective)
        append(by: Caller())
    }

    /// 5: everything appended since the last commit becomes durable, or the process must end.
    package mutating func commit() -> Durability {
        if let failure = counters.failure { return .failed(failure) }
        counters.commits += 1
        return log.commit()
    }

    /// The same, or nil if the commit goes on beside the writer, which has more to do. `done` is then called on another
    /// thread.
    mutating func commit(
        _ hasAppended: Bool, hasMoreToDo: Bool, orLater done: @escaping @Sendable (Durability) -> Void
    ) -> Durability? {
        if let failure = counters.failure { return .failed(failure) }
        if hasAppended { counters.commits += 1 }
        return log.commit(hasMoreToDo: hasMoreToDo, orLater: done)
    }
}

/// The outcome of a request. One word wide, because nearly all requests are `answered`.
package indirect enum RequestOutcome: Sendable {
    case answered
    /// Answered later: the part that it waits for keeps the request.
    case later
    /// The connection's queued requests are to be run.
    case transaction
    /// Answered by the errand.
    case errand(any Errand)
    /// Answered; from now on the connection receives what the errand sends.
    case stream(any Errand)

    /// The errand that answers; nil if there is none.
    package var errand: (any Errand)? { if case .errand(let errand) = self { errand } else { nil } }
}

extension Reply {
    /// Ends the process with the mistake if a reply has other fields than its command declares. For assertions.
    func isOfShape(_ incoming: IncomingRequest) -> Bool {
        let spec = incoming.request.arguments.spec
        guard !spec.isRESPOnly, let mistake = spec.shape.mistake(in: self) else { return true }
        preconditionFailure("\(spec.verb): \(mistake), and its spec does not say so")
    }
}

extension Event {
    /// False for a payment that was not asked for, which nobody waits for.
    @inline(__always)
    fileprivate var isOfRequest: Bool { if case .toppedUp(let e) = self { e.request != 0 } else { true } }
}

extension AccountsState {
    /// Recorded times never go backwards, whatever the clock does.
    func recorded(at now: Instant) -> Instant { max(now, recorded) }

    func lastPosition(_ account: AccountIndex) -> Position {
        account < directory.next ? directory[account].lastPosition : 0
    }
}

/// For the test kit of the domain and the offline tools, which have no threads.
extension CommandPath where Store: ~Copyable {
    /// Appends and applies an event that no command decided.
    package mutating func given(_ event: Event, on account: AccountIndex, at now: Instant) {
        counters.now = now
        append(event, on: account, effective: now)
    }

    /// A page of the log, rendered as its reply.
    package func read(_ job: HistoryJob, from reader: some EventReader, index: HistoryIndex? = nil) -> Reply {
        var reply = Reply()
        do throws(LogError) {
            try job.page(from: reader, index: index).write(state, &reply)
        } catch {
            reply.reject(Rejection(.internalError, "\(error)"))
        }
        return reply
    }
}
