/// Reads of past states: `at=`. A thread has a state of its own and brings it to each position asked for, from the
/// nearest one before it: a snapshot, the beginning, or its present position. It frees the state after a minute without
/// reads. A read that waits long is told how far the state is (`PastWaits`).

package import Accounts
package import EventLog
package import Logging

/// A read to be answered from a past state.
package struct PastRead: Errand {
    let incoming: IncomingRequest
    package let moment: Moment
    let principal: UInt32
    /// When it began to wait, by the clock that nobody sets.
    var since = Instant(milliseconds: 0)
    /// The log's last position when the request was run.
    package let through: Position
    /// The accounts whose own events make the state that it needs, and the operator's; nil if it needs all of the
    /// state.
    package let own: (accounts: [AccountEnd], operator: AccountEnd)?
    /// In a session: the account that the number must have belonged to then.
    let owner: AccountIndex?
    fileprivate let read:
        @Sendable (borrowing AccountsState, _ owner: AccountIndex?, Context, (any SecretWork) -> (any Sendable)?)
            throws(Rejection) -> Reply

    package var reader: ConnectionID? { incoming.connection }

    package func begin(on workers: Workers) -> Bool {
        own == nil ? workers.past.submit(self) : workers.pastOfNumbers.submit(self, of: principal)
    }

    package var refusals: [Message] {
        [.refused(incoming, Rejection(.busy, "too many reads of the past wait", retryAfterSeconds: 1))]
    }

    /// The reply from a past state, as a message to the writer. The state is whole, or it has the read's own accounts
    /// alone, under numbers of their own.
    package func message(
        of state: borrowing AccountsState, isWhole: Bool, prepare: (any SecretWork) -> (any Sendable)?
    ) -> Message {
        var now = state.recorded
        if case .recorded(let time) = moment { now = time }
        // A state of some accounts has numbers of its own.
        var owner = owner
        if !isWhole, let own, let known = owner {
            owner = PastAccounts<LMDBReader>.number(of: known, among: own.accounts)
        }
        do throws(Rejection) {
            return .done(incoming, try read(state, owner, Context(now: now), prepare))
        } catch {
            return .refused(incoming, error)
        }
    }
}

package final class Past: Sendable {
    /// Reads of subscribers' front ends and of auditors: none of them is urgent.
    private let queue = Queue<PastRead>(capacity: 1024, each: 256)
    private let states: PastStates
    private let vault: Vault
    private let inbox: Inbox
    private let logger: Logger
    private let waits: PastWaits
    package let progress = PastProgress()

    /// One replay answers at most this many reads, so that later ones do not wait for more.
    private static let answeredTogether = 64
    private static let keptMilliseconds = 60_000
    private static let stopping = Rejection(.shuttingDown, "the service is stopping")

    package init(
        _ states: PastStates, vault: Vault, inbox: Inbox, logger: Logger, patience: TimeSpan = PastWaits.patience,
        clock: @escaping @Sendable () -> Instant = systemUptime
    ) {
        (self.states, self.vault, self.inbox, self.logger) = (states, vault, inbox, logger)
        waits = PastWaits(queue, states.reader, inbox, progress, patience: patience, clock: clock)
    }

    /// False if too many reads wait.
    package func submit(_ read: PastRead) -> Bool {
        var read = read
        read.since = waits.clock()
        guard queue.isStopped else { return queue.submit(read, of: read.principal) }
        inbox.push(.refused(read.incoming, Self.stopping))
        return true
    }
    package func stop() { queue.stop() }

    /// Runs until `stop`.
    package func run() {
        lowerPriority()
        var kept: AccountsState?
        while !queue.isStopped {
            let reads = queue.take(atMost: Self.answeredTogether)
            if reads.isEmpty { kept = nil }
            waits.begin(places(of: reads), kept: kept?.position)
            while let position = waits.next {
                do {
                    let state = try waits.replay(to: position) { began, isCancelled in
                        try states.bring(kept.take(), to: position, began: began, isCancelled: isCancelled)
                    }
                    // Answered one after another: positions are sorted, so the next is not before this one.
                    for read in waits.take(at: position) { answer(read, state) }
                    kept = consume state
                } catch is CancellationError {
                    waits.refuse(at: position, Self.stopping)
                } catch {
                    logger.error("the state at \(position) cannot be made: \(error)")
                    waits.refuse(at: position, Rejection(.internalError, "the log could not be read"))
                }
            }
            queue.wait(milliseconds: kept == nil ? nil : Self.keptMilliseconds)
        }
        for read in queue.take() { inbox.push(.refused(read.incoming, Self.stopping)) }
    }

    private func places(of reads: [PastRead]) -> [(read: PastRead, position: Position)] {
        reads.compactMap { read in
            do { return (read, try states.reader.position(of: read.moment, through: read.through)) } catch {
                logger.error("the log could not be read: \(error)")
                inbox.push(.refused(read.incoming, Rejection(.internalError, "the log could not be read")))
                return nil
            }
        }
    }

    private func answer(_ read: PastRead, _ state: borrowing AccountsState) {
        inbox.push(
            read.message(of: state, isWhole: true) { work in
                var tools = VaultTools(vault)
                return try? work.perform(&tools)
            })
    }
}

extension CommandPath where Store: ~Copyable {
    /// A caller that may read the present state may read the past one.
    func readPast(
        _ command: some Read, _ incoming: IncomingRequest, by caller: Caller, at now: Instant
    ) throws(Rejection) -> RequestOutcome {
        // Staff may ask about a number that has ended since.
        let subject = caller.session == 0 ? (try? command.subject(state)) ?? nil : try command.subject(state)
        let clock = subject.map { state.clock(of: $0) } ?? .utc
        guard let moment = try incoming.request.arguments.moment(clock) else {
            preconditionFailure("it asks for a past")
        }
        switch moment {
        case .after(let position) where position > log.last:
            throw Rejection(.notFound, field: "at", "the log ends at position \(log.last)")
        // If the clock was set back, recorded times still count as past.
        case .recorded(let time) where time > state.recorded(at: now):
            throw Rejection(.invalidTime, field: "at", "that time is yet to come")
        default: break
        }
        // In a session the number must belong to today's owner: a former owner is a stranger.
        let owner = caller.session == 0 ? nil : subject
        let own = command.ownAccounts(state).map { (accounts: $0, operator: AccountEnd(0, state)) }
        return .errand(
            PastRead(
                incoming: incoming, moment: moment, principal: caller.principal, through: log.last, own: own,
                owner: owner
            ) { state, owner, context, prepare throws(Rejection) in
                if let owner {
                    guard try command.subject(state) == owner,
                        caller.joining == nil || state.organizations.joining(owner) == caller.joining
                    else { throw .notFound("msisdn", "subscriber") }
                }
                var context = context
                context.caller = caller
                if let work = try command.work(state, context) {
                    guard let result = prepare(work) else {
                        throw Rejection(.internalError, "the vault could not be read")
                    }
                    context.prepared = Prepared(result)
                }
                var reply = Reply()
                try command.read(state, context, &reply)
                return reply
            })
    }
}
