import Accounts
import Engine
import Testing

@Suite struct OutboxTests {
    @Test("A connection slot that is reused within a batch does not mix replies")
    func aSlotThatChangesHandsWithinABatchMixesNoReplies() {
        let first = ConnectionID(port: 0, slot: 3, generation: 1)
        let second = ConnectionID(port: 0, slot: 3, generation: 2)
        var outbox = Outbox()
        outbox.with(first) { $0.bytes += Array("one".utf8) }
        outbox.with(second) { $0.bytes += Array("two".utf8) }
        outbox.with(second) { $0.answered += 1 }

        let deliveries = outbox.take()[0]

        #expect(deliveries.map(\.connection) == [first, second])
        #expect(deliveries.map { String(decoding: $0.bytes, as: UTF8.self) } == ["one", "two"])
        #expect(deliveries.map(\.answered) == [0, 1])
        #expect(outbox.take().flatMap { $0 }.isEmpty)
    }
}
