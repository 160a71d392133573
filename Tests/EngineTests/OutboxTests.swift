import Accounts
import Engine
import Synchronization
import Testing

@Suite struct OutboxTests {
    private final class Recorder: Port {
        let deliveries = Mutex<[Delivery]>([])
        func deliver(_ more: [Delivery]) { deliveries.withLock { $0 += more } }
        func resume() {}
    }

    @Test func aSlotThatChangesHandsWithinABatchMixesNoReplies() {
        let first = ConnectionID(port: 0, slot: 3, generation: 1)
        let second = ConnectionID(port: 0, slot: 3, generation: 2)
        var outbox = Outbox()
        outbox.with(first) { $0.bytes += Array("one".utf8) }
        outbox.with(second) { $0.bytes += Array("two".utf8) }
        outbox.with(second) { $0.answered += 1 }

        let port = Recorder()
        outbox.release(to: [port])

        let deliveries = port.deliveries.withLock { $0 }
        #expect(deliveries.map(\.connection) == [first, second])
        #expect(deliveries.map { String(decoding: $0.bytes, as: UTF8.self) } == ["one", "two"])
        #expect(deliveries.map(\.answered) == [0, 1])
    }
}
