/// Reads of one number's past: `at=` of a balance, a tariff, packages. A thread makes the state that each needs from
/// the number's own events, so none waits for a replay of the log.

package import Accounts
package import EventLog
internal import Logging

package final class PastOfNumbers<Reader: EventReader> {
    private let reader: Reader
    private let accounts: PastAccounts<Reader>

    package init(_ reader: Reader, index: HistoryIndex?) {
        self.reader = reader
        accounts = PastAccounts(reader, index: index)
    }

    /// The answer as a message to the writer; nil if the read needs all of the state.
    package func message(
        for read: PastRead, isCancelled: () -> Bool = { false }, prepare: (any SecretWork) -> (any Sendable)?
    ) throws -> Message? {
        guard let own = read.own else { return nil }
        let position = try reader.position(of: read.moment, through: read.through)
        let state = try accounts.state(
            of: own.accounts, at: position, operator: own.operator, isCancelled: isCancelled)
        return read.message(of: state, isWhole: false, prepare: prepare)
    }
}

extension WorkerPool<PastRead> {
    /// The thread that answers reads of numbers.
    static func ofNumbers(
        _ reader: LMDBReader, index: HistoryIndex?, vault: Vault, inbox: Inbox, logger: Logger,
        isStopping: @escaping @Sendable () -> Bool
    ) -> WorkerPool<PastRead> {
        // The pool has one thread, and nobody else uses it.
        nonisolated(unsafe) let past = PastOfNumbers(reader, index: index)
        return WorkerPool(name: "numbers", threads: 1, capacity: 1024, each: 256, niceness: 10) { reads in
            for read in reads {
                do {
                    let message = try past.message(for: read, isCancelled: isStopping) { work in
                        var tools = VaultTools(vault)
                        return try? work.perform(&tools)
                    }
                    if let message { inbox.push(message) }
                } catch is CancellationError {
                    inbox.push(.refused(read.incoming, Rejection(.shuttingDown, "the service is stopping")))
                } catch {
                    logger.error("a number's past cannot be made: \(error)")
                    inbox.push(.refused(read.incoming, Rejection(.internalError, "the log could not be read")))
                }
            }
        }
    }
}
