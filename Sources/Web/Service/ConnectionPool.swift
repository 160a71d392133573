/// The connections of one lane. They are opened when they are needed, and dropped with the first lost reply.

internal import Client
internal import DequeModule
internal import Synchronization

/// A connection and the requests that use it.
final class PooledConnection: Sendable {
    let client: KabinetClient
    let number: Int

    init(_ client: KabinetClient, number: Int) { (self.client, self.number) = (client, number) }
}

final class ConnectionPool: Sendable {
    private struct Slot {
        var connection: PooledConnection
        var inFlight = 0
    }

    private typealias Waiter = CheckedContinuation<Result<PooledConnection, ClientError>, Never>

    private struct State {
        var slots: [Slot] = []
        /// Connections that are being opened.
        var opening = 0
        var waiters = Deque<Waiter>()
        var nextNumber = 1
        var isClosed = false
    }

    private enum Step {
        case use(PooledConnection)
        case open(number: Int)
        case wait
        case refuse(ClientError)
    }

    private let endpoint: ServiceEndpoint
    private let size: (connections: Int, inFlight: Int, queue: Int)
    private let state = Mutex(State())

    init(_ endpoint: ServiceEndpoint, size: (connections: Int, inFlight: Int, queue: Int)) {
        (self.endpoint, self.size) = (endpoint, size)
    }

    /// A connection with room for a request. Give it back with `release`.
    func lease() async throws(ClientError) -> PooledConnection {
        switch state.withLock({ nextStep(&$0) }) {
        case .use(let connection): return connection
        case .open(let number): return try await open(number)
        case .refuse(let error): throw error
        case .wait:
            let result = await withCheckedContinuation { (continuation: Waiter) in
                state.withLock { state in
                    // Another request may have released a connection since.
                    switch nextStep(&state) {
                    case .use(let connection): continuation.resume(returning: .success(connection))
                    case .open(let number): openForNext(number, continuation, &state)
                    case .refuse(let error): continuation.resume(returning: .failure(error))
                    case .wait: state.waiters.append(continuation)
                    }
                }
            }
            return try result.get()
        }
    }

    /// - Parameter isUsable: False if a reply was lost: the connection is closed, and no request gets it again.
    func release(_ connection: PooledConnection, isUsable: Bool) {
        let isDropped = state.withLock { state in
            guard let index = state.slots.firstIndex(where: { $0.connection.number == connection.number }) else {
                return !isUsable
            }
            state.slots[index].inFlight -= 1
            guard isUsable, !state.isClosed else {
                state.slots.remove(at: index)
                if let next = state.waiters.popFirst() {
                    state.opening += 1
                    state.nextNumber += 1
                    openForNext(state.nextNumber, next, &state)
                }
                return true
            }
            if let next = state.waiters.popFirst() {
                state.slots[index].inFlight += 1
                next.resume(returning: .success(connection))
            }
            return false
        }
        if isDropped { Task { await connection.client.close() } }
    }

    func close() async {
        let (connections, waiters) = state.withLock { state in
            defer { (state.slots, state.waiters, state.isClosed) = ([], [], true) }
            return (state.slots.map(\.connection), state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: .failure(ClientError(.cannotConnect, "closed"))) }
        for connection in connections { await connection.client.close() }
    }

    /// The least used connection; a new one if all are in use and there may be more.
    private func nextStep(_ state: inout State) -> Step {
        guard !state.isClosed else { return .refuse(ClientError(.cannotConnect, "the web tier is stopping")) }
        // A connection that the service closed is of no use.
        state.slots.removeAll { $0.inFlight == 0 && !$0.connection.client.isOpen }
        let best = state.slots.indices.min { state.slots[$0].inFlight < state.slots[$1].inFlight }
        if let best, state.slots[best].inFlight == 0 || isFull(state), state.slots[best].inFlight < size.inFlight {
            state.slots[best].inFlight += 1
            return .use(state.slots[best].connection)
        }
        if !isFull(state) {
            state.opening += 1
            state.nextNumber += 1
            return .open(number: state.nextNumber)
        }
        guard state.waiters.count < size.queue else {
            return .refuse(ClientError(.cannotConnect, "too many requests wait for a connection"))
        }
        return .wait
    }

    private func isFull(_ state: State) -> Bool { state.slots.count + state.opening >= size.connections }

    private func openForNext(
        _ number: Int, _ continuation: Waiter, _ state: inout State
    ) {
        Task {
            do throws(ClientError) { continuation.resume(returning: .success(try await open(number))) } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }

    private func open(_ number: Int) async throws(ClientError) -> PooledConnection {
        do throws(ClientError) {
            let client = try await KabinetClient.connect(
                host: endpoint.host, port: endpoint.port, tls: endpoint.tls, connectTimeout: .seconds(3))
            if let credentials = endpoint.credentials {
                try await client.auth(principal: credentials.principal, secret: credentials.secret)
            }
            let connection = PooledConnection(client, number: number)
            state.withLock { state in
                state.opening -= 1
                state.slots.append(Slot(connection: connection, inFlight: 1))
                // Others may have queued because this connection was being opened.
                while state.slots[state.slots.count - 1].inFlight < size.inFlight, let next = state.waiters.popFirst() {
                    state.slots[state.slots.count - 1].inFlight += 1
                    next.resume(returning: .success(connection))
                }
            }
            return connection
        } catch {
            let waiters = state.withLock { state in
                state.opening -= 1
                // Nobody would wake them.
                guard state.slots.isEmpty, state.opening == 0 else { return Deque<Waiter>() }
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume(returning: .failure(error)) }
            throw error
        }
    }
}
