/// TAIL: one thread reads committed events for every connection that follows the log, a page at a time. A page goes out
/// through the writer, which knows names; the next one is read when the socket took it. A reader that falls too far
/// behind is cut off, with the position to go on from.

package import Accounts
package import EventLog
internal import Glibc
internal import Synchronization

/// Events for one tail, on their way through the writer.
package struct TailPage: Sendable {
    var connection: ConnectionID
    var isRESP: Bool
    var rows: [HistoryRow]
    /// Set if the tail ends here.
    var cut: Rejection?
}

/// A connection that begins to follow the log.
package struct TailJob: Errand {
    let incoming: IncomingRequest
    let query: HistoryQuery
    /// The first position to be sent.
    let from: Position

    init(_ incoming: IncomingRequest, _ query: HistoryQuery) {
        guard case .forward(let from) = query.order else { preconditionFailure("a tail goes forward") }
        (self.incoming, self.query, self.from) = (incoming, query, from)
    }

    package var reader: ConnectionID? { incoming.connection }

    package func begin(on workers: Workers) -> Bool {
        workers.tailer.follow(self)
        return true
    }
}

package final class Tailer: Sendable {
    private struct Follower: Sendable {
        var incoming: IncomingRequest
        var query: HistoryQuery
        var next: Position
        var isWriting = false
    }

    private struct State {
        var followers: [Follower] = []
        var committed: Position = 0
        var isStopped = false
    }

    private static let rowsPerPage = 256
    private static let recordsPerLook = 65_536
    /// A reader with an unwritten page is too slow at this many events behind.
    package static let maximumLag: Position = 1_000_000

    private let state = Mutex(State())
    /// Signalled when there is something to read: `wait` takes all signals so far at once.
    private let wake: Wake
    private let inbox: Inbox

    package init(inbox: Inbox) {
        self.inbox = inbox
        wake = Wake()
    }

    /// Runs until `stop`, on a reader of its own.
    func run(_ reader: some EventReader) {
        while !state.withLock({ $0.isStopped }) {
            if !step(reader) { wake.wait() }
        }
    }

    package func follow(_ job: TailJob) {
        state.withLock {
            $0.followers.append(Follower(incoming: job.incoming, query: job.query, next: job.from))
        }
        wake.signal()
    }

    /// Called by the writer: everything up to here is committed.
    package func advance(to position: Position) {
        let hasFollowers = state.withLock {
            $0.committed = position
            return !$0.followers.isEmpty
        }
        if hasFollowers { wake.signal() }
    }

    /// The socket took the last page.
    package func written(_ connection: ConnectionID) {
        state.withLock {
            if let index = $0.followers.firstIndex(where: { $0.incoming.connection == connection }) {
                $0.followers[index].isWriting = false
            }
        }
        wake.signal()
    }

    func forget(_ connection: ConnectionID) {
        state.withLock { $0.followers.removeAll { $0.incoming.connection == connection } }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    /// Reads a page for every follower that can take one. False if there was nothing to do.
    package func step(_ reader: some EventReader) -> Bool {
        let (followers, committed) = state.withLock { ($0.followers, $0.committed) }
        var didWork = false
        for follower in followers where follower.next <= committed {
            let lag = committed - follower.next
            if follower.isWriting {
                if lag > Self.maximumLag { cut(follower) }
                continue
            }
            didWork = true
            read(follower, reader, through: min(committed, follower.next + Position(Self.recordsPerLook)))
        }
        return didWork
    }

    private func read(_ follower: Follower, _ reader: some EventReader, through: Position) {
        var rows: [HistoryRow] = []
        var next = follower.next
        do throws(LogError) {
            try reader.events(from: next, through: through) { meta, event in
                next = meta.position + 1
                if follower.query.accepts(meta, event) { rows.append(follower.query.row(meta, event)) }
                return rows.count < Self.rowsPerPage
            }
        } catch {
            return send(follower, [], cut: Rejection(.internalError, "event \(next) cannot be read"))
        }
        let found = !rows.isEmpty
        state.withLock {
            guard let index = $0.followers.firstIndex(where: { $0.incoming.connection == follower.incoming.connection })
            else { return }
            $0.followers[index].next = next
            $0.followers[index].isWriting = found
        }
        if found { send(follower, rows, cut: nil) }
    }

    private func cut(_ follower: Follower) {
        forget(follower.incoming.connection)
        send(
            follower, [],
            cut: Rejection(
                .slowReader,
                "the client did not read events fast enough: continue with TAIL from=\(follower.next)"))
    }

    private func send(_ follower: Follower, _ rows: [HistoryRow], cut: Rejection?) {
        inbox.push(
            .tailed(
                TailPage(
                    connection: follower.incoming.connection, isRESP: follower.incoming.isRESP, rows: rows, cut: cut)))
    }
}

/// A counting signal between threads.
private final class Wake: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }
    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    /// Returns after at least one signal, and consumes the others that came before it.
    func wait() {
        while sem_wait(semaphore) != 0 {}
        while sem_trywait(semaphore) == 0 {}
    }
}
