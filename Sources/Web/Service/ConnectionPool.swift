/// The connections of one lane. They are opened when they are needed, and dropped with the first lost reply.

internal import Client
internal import DequeModule
internal import Synchronization

/// Why a request gets no connection.
enum LeaseError: Error {
    /// As many requests as may queue wait already.
    case full
    /// The deadline came, or the request was given up.
    case givenUp
    case failed(ClientError)
}

final class ConnectionPool: Sendable {
    private typealias Lease = CheckedContinuation<Result<KabinetClient, LeaseError>, Never>

    private struct Slot {
        var client: KabinetClient
        var inFlight = 0
    }

    private struct Waiter {
        var number: UInt64
        var lease: Lease
    }

    private struct State {
        var slots: [Slot] = []
        /// Connections that are being opened.
        var opening = 0
        var waiters = Deque<Waiter>()
        var nextWaiter: UInt64 = 0
        var isClosed = false
    }

    private enum Step {
        case use(KabinetClient)
        case open
        case wait
        case refuse(LeaseError)
    }

    private let endpoint: ServiceEndpoint
    private let size: (connections: Int, inFlight: Int, queue: Int)
    private let state = Mutex(State())

    init(_ endpoint: ServiceEndpoint, size: (connections: Int, inFlight: Int, queue: Int)) {
        (self.endpoint, self.size) = (endpoint, size)
    }

    /// A request would not have to queue.
    var hasRoom: Bool {
        state.withLock { state in
            !isFull(state) || state.slots.contains { $0.inFlight < size.inFlight && $0.client.isOpen }
        }
    }

    /// A connection with room for a request. Give it back with `release`.
    func lease(until deadline: ContinuousClock.Instant) async throws(LeaseError) -> KabinetClient {
        switch state.withLock({ nextStep(&$0) }) {
        case .use(let client): return client
        case .open: return try await open()
        case .refuse(let error): throw error
        case .wait: return try await waitForLease(until: deadline)
        }
    }

    private func waitForLease(until deadline: ContinuousClock.Instant) async throws(LeaseError) -> KabinetClient {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timer = Task {
            try? await Task.sleep(until: deadline)
            giveUp(number)
        }
        defer { timer.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (lease: Lease) in
                state.withLock { state in
                    // Another request may have released a connection since.
                    switch nextStep(&state) {
                    case .use(let client): lease.resume(returning: .success(client))
                    case .open: open(for: lease)
                    case .refuse(let error): lease.resume(returning: .failure(error))
                    case .wait: state.waiters.append(Waiter(number: number, lease: lease))
                    }
                }
            }
        } onCancel: {
            giveUp(number)
        }
        return try result.get()
    }

    /// - Parameter isUsable: False if a reply was lost: the connection is closed, and no request gets it again.
    func release(_ client: KabinetClient, isUsable: Bool) {
        let isDropped = state.withLock { state in
            guard let index = state.slots.firstIndex(where: { $0.client === client }) else { return !isUsable }
            state.slots[index].inFlight -= 1
            guard isUsable, client.isOpen, !state.isClosed else {
                state.slots.remove(at: index)
                if let next = state.waiters.popFirst() {
                    state.opening += 1
                    open(for: next.lease)
                }
                return true
            }
            if let next = state.waiters.popFirst() {
                state.slots[index].inFlight += 1
                next.lease.resume(returning: .success(client))
            }
            return false
        }
        if isDropped { Task { await client.close() } }
    }

    func close() async {
        let (clients, waiters) = state.withLock { state in
            defer { (state.slots, state.waiters, state.isClosed) = ([], [], true) }
            return (state.slots.map(\.client), state.waiters)
        }
        for waiter in waiters { waiter.lease.resume(returning: .failure(.givenUp)) }
        for client in clients { await client.close() }
    }

    /// The least used connection; a new one if all are in use and there may be more.
    private func nextStep(_ state: inout State) -> Step {
        guard !state.isClosed else { return .refuse(.givenUp) }
        // A connection that the service closed is of no use.
        state.slots.removeAll { $0.inFlight == 0 && !$0.client.isOpen }
        let usable = state.slots.indices.filter { state.slots[$0].client.isOpen }
        let best = usable.min { state.slots[$0].inFlight < state.slots[$1].inFlight }
        if let best, state.slots[best].inFlight == 0 || isFull(state), state.slots[best].inFlight < size.inFlight {
            state.slots[best].inFlight += 1
            return .use(state.slots[best].client)
        }
        if !isFull(state) {
            state.opening += 1
            return .open
        }
        return state.waiters.count < size.queue ? .wait : .refuse(.full)
    }

    private func isFull(_ state: State) -> Bool { state.slots.count + state.opening >= size.connections }

    private func giveUp(_ number: UInt64) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
        }
        waiter?.lease.resume(returning: .failure(.givenUp))
    }

    private func open(for lease: Lease) {
        Task {
            do throws(LeaseError) { lease.resume(returning: .success(try await open())) } catch {
                lease.resume(returning: .failure(error))
            }
        }
    }

    private func open() async throws(LeaseError) -> KabinetClient {
        do throws(ClientError) {
            let client = try await KabinetClient.connect(
                host: endpoint.host, port: endpoint.port, tls: endpoint.tls, connectTimeout: .seconds(3))
            if let credentials = endpoint.credentials {
                try await client.auth(principal: credentials.principal, secret: credentials.secret)
            }
            state.withLock { state in
                state.opening -= 1
                var slot = Slot(client: client, inFlight: 1)
                // Others may have queued because this connection was being opened.
                while slot.inFlight < size.inFlight, let next = state.waiters.popFirst() {
                    slot.inFlight += 1
                    next.lease.resume(returning: .success(client))
                }
                state.slots.append(slot)
            }
            return client
        } catch {
            let waiters = state.withLock { state in
                state.opening -= 1
                // While another connection is in use or being opened, its release wakes them.
                guard state.slots.isEmpty, state.opening == 0 else { return Deque<Waiter>() }
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.lease.resume(returning: .failure(.failed(error))) }
            throw .failed(error)
        }
    }
}
