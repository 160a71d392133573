/// The inbox of the writer: event loops and workers push, with one lock a push and one swap a batch.
///
/// `@unchecked Sendable`: everything mutable is touched under the monitor's lock only.

package import Accounts

package final class Inbox: @unchecked Sendable {
    private let monitor = Monitor()
    private var waiting: [Message] = []
    /// The requests in `waiting`, one by one; any other message counts as one.
    private var count = 0
    /// Ports that were told to pause and wait to be resumed.
    private var paused: [Int] = []
    private var isStopped = false
    /// How many requests must wait before `take` is woken.
    private var wakesAt = 1

    /// How long a batch is gathered: callers that were just answered need this long to send again.
    private static let gatheringMicroseconds: Int64 = 200

    /// The number of waiting requests at which ports are told to stop reading their sockets.
    package let capacity: Int

    package init(capacity: Int = 65_536) { self.capacity = capacity }

    /// Adds messages in order. False if there is no room for more; the port is resumed when there is. The messages are
    /// taken in any case, because a port's connections bound their number.
    package func push(_ messages: [Message], from port: Int) -> Bool {
        monitor.locked {
            add(messages)
            guard count >= capacity else { return true }
            if !paused.contains(port) { paused.append(port) }
            return false
        }
    }

    /// Adds one message of a worker. Their number is bounded by the work that the writer hands out.
    package func push(_ message: Message) { monitor.locked { add([message]) } }

    private func add(_ messages: [Message]) {
        let before = count
        waiting += messages
        count += messages.reduce(0) { $0 + $1.count }
        if before < wakesAt, count >= wakesAt { monitor.signal() }
    }

    /// How many requests wait.
    package var waitingCount: Int { monitor.locked { count } }

    /// After this `take` no longer waits.
    package func stop() {
        monitor.locked {
            isStopped = true
            monitor.signal()
        }
    }

    /// Moves waiting messages into an empty `batch`: whole messages, until there are `limit` requests. Waits at most
    /// `milliseconds` for the first (nil: without limit), and then a moment until `gathering` requests wait. Answers
    /// the ports to resume, or nil once the inbox is stopped and empty.
    package func take(
        into batch: inout [Message], waitingAtMost milliseconds: Int64?, gathering: Int = 1, limit: Int = .max
    ) -> [Int]? {
        precondition(batch.isEmpty, "a batch is handled whole")
        return monitor.locked {
            waitFor(1, microseconds: milliseconds.map { $0 * 1000 })
            if !waiting.isEmpty, count < gathering { waitFor(gathering, microseconds: Self.gatheringMicroseconds) }
            if waiting.isEmpty, isStopped { return nil }
            defer { if count < capacity { paused.removeAll() } }
            if self.count <= limit {
                swap(&waiting, &batch)
            } else {
                // The rest becomes the next batch, so that callers of this one do not wait for it.
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
    }

    /// Returns when this many requests wait, when the time is over, or when the inbox is stopped.
    private func waitFor(_ count: Int, microseconds: Int64?) {
        wakesAt = count
        monitor.wait(microseconds: microseconds) { self.count < count && !isStopped }
        wakesAt = 1
    }
}

/// A connection's number on the writer. A slot is used again and a generation is not, so that a late message for a
/// connection that has gone is not taken for one of the next connection.
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

/// A request on its way to the writer, with the values that the event loop worked out.
package struct IncomingRequest: Sendable {
    package var connection: ConnectionID
    package var isRESP: Bool
    package var request: Request
    /// Keyed hash of the arguments; zero if there is no `id=`.
    package var argumentsHash: Hash128
    /// The subscriber that the request names.
    package let msisdn: MSISDN?
    /// Hashes of `id=` and of the reference; zero if there is none.
    package var idHash = Hash128.zero
    package var referenceHash = Hash128.zero
    /// Keyed hash of the token; nil if no session was shown.
    package var sessionHash: Hash128?
    /// The result of its work, when the request comes back.
    package var prepared: Prepared?

    /// Works out the hashes here, so that the writer need not.
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
            let token = request.arguments.sessionToken
        {
            sessionHash = Hash128(keys.tokenHash(token))
        }
        self.request = request
    }

}

package enum Message: Sendable {
    /// Requests of one port, in order: nearly all messages are such. Sent as an array, because its requests are moved
    /// with it and not copied.
    case requests([IncomingRequest])
    indirect case rebuilding(RebuildNews)
    /// A snapshot is on disk or failed, or older ones were removed.
    indirect case snapshot(SnapshotNews)
    indirect case verified(VerificationEnd)
    /// The index of idempotency keys covers the positions up to this one.
    case keysIndexed(through: Position)
    /// A batch is durable whose commit the writer did not wait for.
    case durable(batch: Int)
    /// All waits end, because the service is stopping.
    case endWaits
    case opened(ConnectionID)
    /// Follows `opened` if the peer showed a certificate signed by the operator's authority: the name in it.
    case certified(ConnectionID, principal: String)
    case closed(ConnectionID)
    /// A line that is no request, answered in its turn. `closes`: framing is lost.
    indirect case rejected(ConnectionID, isRESP: Bool, Rejection, closes: Bool)
    /// A worker could not do the work of a request.
    indirect case refused(IncomingRequest, Rejection)
    indirect case page(HistoryPage)
    /// The reply to a request whose work was done elsewhere.
    indirect case done(IncomingRequest, Reply)
    indirect case tailed(TailPage)

    package static func request(_ incoming: IncomingRequest) -> Message { .requests([incoming]) }

    /// True if somebody asks for something new. A request that has waited asked long ago.
    var asks: Bool {
        if case .requests(let requests) = self { requests.contains { !$0.hasWaited } } else { false }
    }

    var count: Int {
        if case .requests(let requests) = self { requests.count } else { 1 }
    }
}

/// Gathers a port's messages for one push: consecutive requests become one message.
package struct InboxPush: Sendable {
    private var requests: [IncomingRequest] = []
    private var messages: [Message] = []
    /// The requests, one by one; any other message counts as one.
    package private(set) var count = 0

    package init() {}

    package mutating func append(_ incoming: consuming IncomingRequest) {
        requests.append(incoming)
        count += 1
    }

    package mutating func append(_ message: Message) {
        endRun()
        messages.append(message)
        count += message.count
    }

    /// Takes everything that was gathered.
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

/// The writer's message to an event loop, after the commit.
package struct ConnectionReplies: Sendable {
    package var connection: ConnectionID
    package var bytes: [UInt8] = []
    /// How many of the connection's requests these bytes answer.
    package var answered = 0
    package var closes = false
    /// From now on the connection has a principal.
    package var isSignedIn = false
    /// From now on the connection only receives events.
    package var streams = false
    /// A page of a stream: the tailer waits until it is reported as written.
    package var isTail = false
}

/// An event loop, as the engine sees it.
package protocol EventLoopPort: Sendable {
    /// Called once a batch, from any thread.
    func deliver(_ deliveries: [ConnectionReplies])
    /// The inbox has room again.
    func resume()
}
