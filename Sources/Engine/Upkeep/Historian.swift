/// The thread that trails the log and adds its events to the index of history. It never delays the writer.

internal import Accounts
internal import EventLog
internal import Logging
internal import Synchronization

final class Historian: Sendable {
    private static let idleMilliseconds = 100
    private static let troubledMilliseconds = 5000

    private let index: HistoryIndex
    private let reader: LMDBReader
    private let logger: Logger
    /// Nothing is put into it: it wakes the thread for a stop.
    private let queue = Queue<Never>()
    /// True while the index cannot be written.
    private let isTroubled = Atomic(false)

    init(_ index: HistoryIndex, _ reader: LMDBReader, logger: Logger) {
        (self.index, self.reader, self.logger) = (index, reader, logger)
    }

    func stop() { queue.stop() }

    /// Writes the fields of STATS.
    func describe(_ reply: inout Reply) {
        let isOK = index.isTrusted && !isTroubled.load(ordering: .relaxed)
        reply.field(.historyIndex, isOK ? "ok" : "failed")
        reply.field(.historyIndexedThrough, index.through)
    }

    /// Runs until `stop`.
    func run() {
        lowerPriority()
        while !queue.isStopped {
            do throws(LogError) {
                let hasFollowed = try index.follow(reader)
                isTroubled.store(false, ordering: .relaxed)
                if !hasFollowed { queue.wait(milliseconds: Self.idleMilliseconds) }
            } catch {
                // Damaged pages stay damaged, so the next start makes the index anew.
                if case .store(let cause) = error, cause.code == .damaged { index.distrust() }
                if !isTroubled.exchange(true, ordering: .relaxed) {
                    logger.error("the index of history cannot be written, so reads of history take longer: \(error)")
                }
                queue.wait(milliseconds: Self.troubledMilliseconds)
            }
        }
    }
}
