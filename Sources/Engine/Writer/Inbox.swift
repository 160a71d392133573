/// Where event loops and workers leave what the writer is to do: one lock a push, one swap a batch.
///
/// `@unchecked Sendable`: everything mutable is touched under `lock` only.

package import Accounts
internal import Glibc

package final class Inbox: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [Message] = []
    /// Requests one by one.
    private var count = 0
    /// Ports that were told to pause and wait to be resumed.
    private var paused: [Int] = []
    private var isStopped = false
    /// How many must wait before `take` is woken.
    private var wakesAt = 1

    /// How long a batch is gathered: callers that were just answered need so long to speak again.
    private static let gatheringMicroseconds: Int64 = 200

    /// Requests beyond which ports are told to stop reading their sockets.
    package let capacity: Int

    package init(capacity: Int = 65_536) {
        self.capacity = capacity
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrival, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(lock)
        arrival.deallocate()
        lock.deallocate()
    }

    /// Adds messages in order. False: there is no room for more, and the port will be resumed when there is.
    /// What was pushed is taken all the same: a port's connections bound it.
    package func push(_ messages: [Message], from port: Int) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        add(messages)
        guard count >= capacity else { return true }
        if !paused.contains(port) { paused.append(port) }
        return false
    }

    /// Adds one message of a worker, which is bounded by what the writer gave it to do.
    package func push(_ message: Message) {
        pthread_mutex_lock(lock)
        add([message])
        pthread_mutex_unlock(lock)
    }

    private func add(_ messages: [Message]) {
        let before = count
        waiting += messages
        count += messages.reduce(0) { $0 + $1.count }
        if before < wakesAt, count >= wakesAt { pthread_cond_signal(arrival) }
    }

    /// How many requests wait.
    package var waitingCount: Int {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return count
    }

    /// After this `take` waits no more.
    package func stop() {
        pthread_mutex_lock(lock)
        isStopped = true
        pthread_cond_signal(arrival)
        pthread_mutex_unlock(lock)
    }

    /// Moves what waits into an empty `batch`: whole messages, until there are `limit` requests. Waits for the first at
    /// most `milliseconds` (nil: as long as it takes), and then, for `gathering` of them, a moment. Answers the ports to
    /// resume, or nil once stopped and empty.
    package func take(
        into batch: inout [Message], waitingAtMost milliseconds: Int64?, gathering: Int = 1, limit: Int = .max
    ) -> [Int]? {
        precondition(batch.isEmpty, "a batch is handled whole")
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        if let milliseconds {
            waitFor(1, until: Self.deadline(microseconds: milliseconds * 1000))
        } else {
            while waiting.isEmpty, !isStopped { pthread_cond_wait(arrival, lock) }
        }
        if !waiting.isEmpty, count < gathering {
            waitFor(gathering, until: Self.deadline(microseconds: Self.gatheringMicroseconds))
        }
        if waiting.isEmpty, isStopped { return nil }
        defer { if count < capacity { paused.removeAll() } }
        if self.count <= limit {
            swap(&waiting, &batch)
        } else {
            // The rest is the next batch: callers of this one are not kept for it.
            var (messages, taken) = (0, 0)
            while taken < limit {
                taken += waiting[messages].count
                messages += 1
            }
            batch.append(contentsOf: waiting[..<messages])
            waiting.removeFirst(messages)
        }
        self.count -= batch.reduce(0) { $0 + $1.count }
        return count < capacity ? paused : []
    }

    /// Returns when so many wait, when the time is up, or when there will be no more.
    private func waitFor(_ count: Int, until deadline: timespec) {
        var deadline = deadline
        wakesAt = count
        while self.count < count, !isStopped, pthread_cond_timedwait(arrival, lock, &deadline) == 0 {}
        wakesAt = 1
    }

    private static func deadline(microseconds: Int64) -> timespec {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let nanoseconds = Int64(now.tv_nsec) + microseconds % 1_000_000 * 1000
        return timespec(
            tv_sec: now.tv_sec + Int(microseconds / 1_000_000 + nanoseconds / 1_000_000_000),
            tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}

/// A connection's number on the writer. A slot is used again; a generation is not, so that what comes late for a
/// connection that is gone is not taken for the next one's.
package struct ConnectionID: Hashable, Sendable {
    private let portNumber: UInt16
    private let slotNumber: UInt32
    package let generation: UInt64

    package init(port: Int, slot: Int, generation: UInt64) {
        portNumber = UInt16(port)
        slotNumber = UInt32(slot)
        self.generation = generation
    }

    /// The number of the event loop.
    package var port: Int { Int(portNumber) }
    package var slot: Int { Int(slotNumber) }
}

/// A request on its way, with what the loop already worked out of it.
package struct Incoming: Sendable {
    package var connection: ConnectionID
    package var isRESP: Bool
    package var request: Request
    /// Keyed hash of the arguments; zero where there is no `id=`.
    package var argumentsHash: Hash128
    /// The subscriber that the request names.
    package let msisdn: MSISDN?
    /// Hashes of `id=` and of the reference; zero where there is none.
    package var idHash = Hash128.zero
    package var referenceHash = Hash128.zero
    /// Keyed hash of the token; nil: no session was shown.
    package var sessionHash: Hash128?
    /// What a worker found out, on the second visit.
    package var prepared: SecretResult?

    /// Works out the hashes that the writer would otherwise have to.
    package init(connection: ConnectionID, isRESP: Bool, request: consuming Request, keys: ServerKeys) {
        self.connection = connection
        self.isRESP = isRESP
        let traits = request.arguments.traits
        msisdn = request.arguments.firstMSISDN
        argumentsHash = .zero
        if let id = traits.pointee.idParameter, let hash = request.arguments.hashValue(id, { keys.commandID($0) }) {
            idHash = hash
            argumentsHash = keys.arguments(request)
        }
        if let reference = traits.pointee.referenceParameter {
            referenceHash = request.arguments.hashValue(reference, { IdempotencyKeys.hash(reference: $0) }) ?? .zero
        }
        if let session = traits.pointee.sessionParameter, request.arguments.isPresent(session),
            let token = request.arguments.optionalToken("session")
        {
            sessionHash = Hash128(keys.tokenHash(token))
        }
        self.request = request
    }

    /// A worker found out something more.
    package mutating func add(_ result: SecretResult) {
        // That it waited is past.
        if case .waited = prepared { prepared = nil }
        prepared = prepared.map { .both($0, result) } ?? result
    }

    var canPrepareMore: Bool {
        switch prepared {
        case nil, .both, .waited: false
        default: true
        }
    }
}

package enum Message: Sendable {
    /// Of one port, in order: nearly all that comes. Together, for an array moves and its requests are not copied.
    case requests([Incoming])
    indirect case rebuilding(RebuildNews)
    /// A snapshot is on disk, or failed.
    indirect case snapshotEnded(SnapshotEnd)
    indirect case verified(VerificationEnd)
    /// The index of idempotency keys answers for the positions up to this one.
    case keysIndexed(through: Position)
    /// A batch that the writer did not wait for.
    case durable(batch: Int)
    /// Nobody is to wait any longer: the service is stopping.
    case endWaits
    case opened(ConnectionID)
    /// Follows `opened` where the peer showed a certificate that the operator's authority signed: the name in it.
    case certified(ConnectionID, principal: String)
    case closed(ConnectionID)
    /// A line that is no request: answered in its turn. `closes`: framing is lost.
    indirect case rejected(ConnectionID, isRESP: Bool, Rejection, closes: Bool)
    /// A worker could not do what a request asked for.
    indirect case refused(Incoming, Rejection)
    indirect case page(HistoryPage)
    /// What a request asked for is done elsewhere, and this is its reply.
    indirect case done(Incoming, Reply)
    indirect case tailed(TailPage)

    package static func request(_ incoming: Incoming) -> Message { .requests([incoming]) }

    var count: Int {
        if case .requests(let requests) = self { requests.count } else { 1 }
    }
}

/// What a port gathers for one push: requests that follow one another become one message.
package struct Push: Sendable {
    private var requests: [Incoming] = []
    private var messages: [Message] = []
    /// Requests one by one.
    package private(set) var count = 0

    package init() {}

    package mutating func append(_ incoming: consuming Incoming) {
        requests.append(incoming)
        count += 1
    }

    package mutating func append(_ message: Message) {
        endRun()
        messages.append(message)
        count += message.count
    }

    /// Leaves nothing.
    package mutating func take() -> [Message] {
        endRun()
        count = 0
        let taken = messages
        messages = []
        return taken
    }

    private mutating func endRun() {
        guard !requests.isEmpty else { return }
        let room = requests.count
        messages.append(.requests(requests))
        requests = []
        requests.reserveCapacity(room)
    }
}

/// What the writer says to an event loop, after the commit.
package struct Delivery: Sendable {
    package var connection: ConnectionID
    package var bytes: [UInt8] = []
    /// How many of the connection's requests these bytes answer.
    package var answered = 0
    package var closes = false
    /// The connection's principal is known from now on.
    package var isSignedIn = false
    /// From now on the connection only receives events.
    package var streams = false
    /// A page of a stream: the tailer waits for word that it was written.
    package var isTail = false
}

/// An event loop, as the engine sees it.
package protocol Port: Sendable {
    /// Called once a batch, from any thread.
    func deliver(_ deliveries: [Delivery])
    /// There is room in the inbox again.
    func resume()
}
