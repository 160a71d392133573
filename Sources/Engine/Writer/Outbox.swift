/// What a batch holds back until it is durable: its replies, and what others are to do then.

internal import Accounts
internal import EventLog

/// Replies of a batch by port and connection, held until the commit.
package struct Outbox: ~Copyable {
    private var ports: [[Delivery]] = []
    /// By port and slot: the place of the connection's delivery in this batch, plus one.
    private var places: [[Int]] = []

    package init() {}

    /// The delivery of a connection, made if the batch has none yet. A slot may change hands within a batch: what is
    /// for the connection that has gone stays its own.
    package mutating func with(_ id: ConnectionID, _ body: (inout Delivery) -> Void) {
        while ports.count <= id.port {
            ports.append([])
            places.append([])
        }
        while places[id.port].count <= id.slot { places[id.port].append(0) }
        let place = places[id.port][id.slot]
        if place == 0 || ports[id.port][place - 1].connection != id {
            ports[id.port].append(Delivery(connection: id))
            places[id.port][id.slot] = ports[id.port].count
        }
        body(&ports[id.port][places[id.port][id.slot] - 1])
    }

    /// By port, and nothing is left.
    package mutating func take() -> [[Delivery]] {
        var taken = ports
        swap(&taken, &ports)
        for index in ports.indices {
            for delivery in taken[index] { places[index][delivery.connection.slot] = 0 }
            ports[index] = []
        }
        return taken
    }
}

/// The replies of a batch, on their way out.
struct Release: Sendable {
    var deliveries: [[Delivery]]
    var through: Position

    func callAsFunction(_ services: Services) {
        services.tailer.advance(to: through)
        for (port, deliveries) in zip(services.ports, deliveries) where !deliveries.isEmpty {
            port.deliver(deliveries)
        }
    }
}

/// What the writer sends out once a batch is durable.
struct Errands {
    /// Of the batch, and what the log ends with there.
    var batch = 0
    var through: Position = 0
    var tables: [IdempotencyKeys.Table] = []
    var secrets: [SecretJob] = []
    var history: [(Incoming, HistoryQuery)] = []
    var tails: [(Incoming, HistoryQuery)] = []
    var backups: [(Incoming, String)] = []
    var trees: [(Incoming, TreeQuestion)] = []
    var past: [PastRead] = []
    /// They have keys of this batch's events.
    var verifications: [VerificationJob] = []

    var isEmpty: Bool {
        tables.isEmpty && secrets.isEmpty && history.isEmpty && tails.isEmpty && backups.isEmpty && trees.isEmpty
            && past.isEmpty && verifications.isEmpty
    }
}
