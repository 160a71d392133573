/// The engine's view of an event loop: it gathers the requests that its connections read in a tick into one push, and
/// hands what the writer releases to those connections.

internal import Accounts
internal import Engine
internal import NIOCore

final class LoopPort: EventLoopPort {
    let number: Int
    let loop: any EventLoop
    private let inbox: Inbox
    private static let enoughToPush = 256
    /// Touched only on the loop.
    private let state: NIOLoopBoundBox<State>

    private struct State {
        var push = InboxPush()
        var handlers: [ConnectionHandler?] = []
        var free: [Int] = []
        var generation: UInt64 = 0
        var isFlushScheduled = false
        /// True while the inbox is full: no connection of this loop reads.
        var isPaused = false
    }

    init(number: Int, loop: any EventLoop, inbox: Inbox) {
        self.number = number
        self.loop = loop
        self.inbox = inbox
        state = NIOLoopBoundBox.makeBoxSendingValue(State(), eventLoop: loop)
    }

    var isPaused: Bool { state.value.isPaused }

    /// `principal`: the one that the peer's certificate names, if it showed one.
    func add(_ handler: ConnectionHandler, principal: String?) -> ConnectionID {
        state.value.generation += 1
        let slot = state.value.free.popLast() ?? state.value.handlers.count
        if slot == state.value.handlers.count { state.value.handlers.append(nil) }
        state.value.handlers[slot] = handler
        let id = ConnectionID(port: number, slot: slot, generation: state.value.generation)
        send(.opened(id))
        if let principal { send(.certified(id, principal: principal)) }
        return id
    }

    func remove(_ id: ConnectionID) {
        state.value.handlers[id.slot] = nil
        state.value.free.append(id.slot)
        send(.closed(id))
    }

    /// Sends what `body` adds at the end of the tick, with everything else of the tick: one push, one lock. A large
    /// push is sent earlier, so that the writer need not wait for the rest.
    func gather(_ body: (inout InboxPush) -> Void) {
        body(&state.value.push)
        pushSoon()
    }

    private func send(_ message: Message) { gather { $0.append(message) } }

    private func pushSoon() {
        if state.value.push.count >= Self.enoughToPush { return push() }
        guard !state.value.isFlushScheduled, state.value.push.count > 0 else { return }
        state.value.isFlushScheduled = true
        loop.execute { [self] in
            state.value.isFlushScheduled = false
            if state.value.push.count > 0 { push() }
        }
    }

    private func push() {
        if !inbox.push(state.value.push.take(), from: number) { state.value.isPaused = true }
    }

    func deliver(_ deliveries: [ConnectionReplies]) {
        loop.execute { [self] in
            for delivery in deliveries {
                guard let handler = state.value.handlers[delivery.connection.slot],
                    handler.id == delivery.connection
                else { continue }
                handler.deliver(delivery)
            }
        }
    }

    func resume() {
        loop.execute { [self] in
            state.value.isPaused = false
            for handler in state.value.handlers { handler?.proceed() }
        }
    }

    /// Ends every connection's reading; the future succeeds when all requests taken in are answered, or the time is up.
    func drain(within limit: TimeAmount) -> EventLoopFuture<Void> {
        loop.flatSubmit { [self] in
            let ends = state.value.handlers.compactMap { $0?.drain() }
            let done = loop.makePromise(of: Void.self)
            let timeUp = loop.scheduleTask(in: limit) { done.succeed() }
            EventLoopFuture.andAllComplete(ends, on: loop).whenComplete { _ in
                timeUp.cancel()
                done.succeed()
            }
            return done.futureResult
        }
    }
}
