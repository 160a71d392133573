/// Holds a batch's replies back until the batch is durable.

internal import Accounts

/// Replies of a batch by port and connection, held until the commit.
package struct Outbox: ~Copyable {
    private var ports: [[ConnectionReplies]] = []
    /// By port and slot: the index of the connection's delivery in this batch, plus one; zero if it has none.
    private var places: [[Int]] = []

    package init() {}

    /// The delivery of a connection, made if the batch has none yet. A slot may pass to another connection within a
    /// batch: the delivery of the old connection stays separate.
    package mutating func with(_ id: ConnectionID, _ body: (inout ConnectionReplies) -> Void) {
        while ports.count <= id.port {
            ports.append([])
            places.append([])
        }
        while places[id.port].count <= id.slot { places[id.port].append(0) }
        let place = places[id.port][id.slot]
        if place == 0 || ports[id.port][place - 1].connection != id {
            ports[id.port].append(ConnectionReplies(connection: id))
            places[id.port][id.slot] = ports[id.port].count
        }
        body(&ports[id.port][places[id.port][id.slot] - 1])
    }

    /// Takes all deliveries, by port.
    package mutating func take() -> [[ConnectionReplies]] {
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
    var deliveries: [[ConnectionReplies]]
    var through: Position

    func callAsFunction(_ services: WriterServices) {
        services.tailer.advance(to: through)
        for (port, deliveries) in zip(services.ports, deliveries) where !deliveries.isEmpty {
            port.deliver(deliveries)
        }
    }
}
