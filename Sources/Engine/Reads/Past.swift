/// Reads of the state as it was: `at=`. A thread has a state of its own, brought to each place that is asked for from
/// the nearest one before it: a snapshot, the beginning, or where it is. It is given up when nobody asks for a minute.

package import Accounts
package import EventLog
package import Logging

/// A read, to be done on a state of the past.
package struct PastRead: Sendable {
    package var incoming: Incoming
    package var moment: Moment
    /// What was durable when it was asked.
    package internal(set) var through: Position = 0
    package internal(set) var principal: UInt32 = 0
    fileprivate var read:
        @Sendable (borrowing Cabinet, Context, (SecretWork) -> SecretResult?) throws(Rejection) -> Reply

    /// What a state answers, as the writer takes it.
    package func message(of cabinet: borrowing Cabinet, prepare: (SecretWork) -> SecretResult?) -> Message {
        var now = cabinet.recorded
        if case .recorded(let time) = moment { now = time }
        do throws(Rejection) {
            return .done(incoming, try read(cabinet, Context(now: now), prepare))
        } catch {
            return .refused(incoming, error)
        }
    }
}

package final class Past: Sendable {
    /// Of a subscriber's front end and of auditors: none of them is in a hurry.
    private let queue = Queue<PastRead>(capacity: 1024, each: 256)
    private let states: PastStates
    private let vault: Vault
    private let inbox: Inbox
    private let logger: Logger

    /// One replay answers so many, and who comes meanwhile waits for no more.
    private static let answeredTogether = 64
    private static let keptMilliseconds = 60_000
    private static let stopping = Rejection(.shuttingDown, "the service is stopping")

    package init(_ states: PastStates, vault: Vault, inbox: Inbox, logger: Logger) {
        (self.states, self.vault, self.inbox, self.logger) = (states, vault, inbox, logger)
    }

    /// False: too many wait.
    func submit(_ read: PastRead) -> Bool {
        guard queue.isStopped else { return queue.submit(read, of: read.principal) }
        inbox.push(.refused(read.incoming, Self.stopping))
        return true
    }
    package func stop() { queue.stop() }

    /// Runs until `stop`.
    func run() {
        lowerPriority()
        var state: Cabinet?
        while !queue.isStopped {
            let reads = queue.take(atMost: Self.answeredTogether)
            if reads.isEmpty { state = nil }
            for (read, position) in places(of: reads).sorted(by: { $0.position < $1.position }) {
                do {
                    let cabinet = try states.bring(state.take(), to: position, isCancelled: { queue.isStopped })
                    // One after another: the next place is not before this one.
                    answer(read, cabinet)
                    state = consume cabinet
                } catch is CancellationError {
                    inbox.push(.refused(read.incoming, Self.stopping))
                } catch {
                    logger.error("the state at \(position) cannot be made: \(error)")
                    inbox.push(.refused(read.incoming, Rejection(.internalError, "the log could not be read")))
                }
            }
            queue.wait(milliseconds: state == nil ? nil : Self.keptMilliseconds)
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

    private func answer(_ read: PastRead, _ cabinet: borrowing Cabinet) {
        inbox.push(read.message(of: cabinet) { work in try? unseal(work, vault) })
    }
}

extension CommandPath where Store: ~Copyable {
    /// Whoever may read the state as it is may read it as it was.
    func readPast(
        _ command: some Read, _ incoming: Incoming, by caller: Caller, at now: Instant
    ) throws(Rejection) -> RequestOutcome {
        // Staff may ask about a number that ended since.
        let subject = caller.session == 0 ? (try? command.subject(cabinet)) ?? nil : try command.subject(cabinet)
        let clock = subject.map { cabinet.clock(of: $0) } ?? .utc
        guard let moment = try incoming.request.arguments.moment(clock) else {
            preconditionFailure("it asks for a past")
        }
        switch moment {
        case .after(let position) where position > log.last:
            throw Rejection(.notFound, field: "at", "the log ends at position \(log.last)")
        // A clock that was set back: what is recorded is past.
        case .recorded(let time) where time > cabinet.recorded(at: now):
            throw Rejection(.invalidTime, field: "at", "that time is yet to come")
        default: break
        }
        // In a session the number is its owner's of today: who had it before is a stranger.
        let owner = caller.session == 0 ? nil : subject
        return .past(
            PastRead(incoming: incoming, moment: moment) { cabinet, context, prepare throws(Rejection) in
                if let owner {
                    guard try command.subject(cabinet) == owner,
                        caller.joining == nil || cabinet.organizations.joining(owner) == caller.joining
                    else { throw .notFound("msisdn", "subscriber") }
                }
                var context = context
                context.caller = caller
                if case .secrets(let work) = try command.prepare(cabinet, context) {
                    context.prepared = prepare(work)
                    if context.prepared == nil {
                        throw Rejection(.internalError, "the vault could not be read")
                    }
                }
                var reply = Reply()
                try command.read(cabinet, context, &reply)
                return reply
            })
    }
}
