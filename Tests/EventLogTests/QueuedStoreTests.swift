/// Commits that go on beside the writer.

import Accounts
import EventLog
import Synchronization
import Testing

@Suite struct QueuedStoreTests {
    let directory = TemporaryDirectory()

    private func store(mapSizeBytes: Int? = nil) throws -> QueuedStore {
        QueuedStore(
            try LMDBStore(
                data: directory.path, created: Instant(milliseconds: 1000), mapSizeBytes: mapSizeBytes))
    }

    /// The outcomes reported, in order, each with the log's contents at that time.
    private final class Told: Sendable {
        let all = Mutex<[(outcome: Durability, batch: Position, last: Position)]>([])
        var count: Int { all.withLock { $0.count } }
    }

    private func handOver(
        _ store: inout QueuedStore, _ told: Told, hasMoreToDo: Bool = true
    ) -> Durability? {
        let (reader, batch) = (store.makeReader(), store.last)
        return store.commit(hasMoreToDo: hasMoreToDo) { outcome in
            let last = (try? reader.last) ?? 0
            told.all.withLock { $0.append((outcome, batch, last)) }
        }
    }

    @Test("Batches become durable in order, and each is reported when it is durable")
    func batchesBecomeDurableOneAfterAnotherAndAreToldOfOnceTheyAre() throws {
        var store = try store()
        let told = Told()
        for batch: Position in 0..<200 {
            try store.append((batch * 10 + 1)...(batch * 10 + 10))
            #expect(handOver(&store, told) == nil)
        }
        store.settle()
        let all = told.all.withLock { $0 }
        #expect(all.map(\.batch) == Array(stride(from: 10, through: 2000, by: 10)))
        #expect(all.allSatisfy { $0.outcome == .durable && $0.last >= $0.batch })
        let isCommitting = store.isCommitting
        #expect(!isCommitting)
        #expect(try store.makeReader().scanned() == (1...2000).map { record($0) })
    }

    @Test("The owner sees every record, durable or not") func itsOwnerSeesEveryRecordHoweverFarItGot() throws {
        var store = try store()
        let told = Told()
        for position: Position in 1...300 {
            try store.append(position...position)
            _ = handOver(&store, told)
            for seen in max(1, Int64(position) - 5)...Int64(position) {
                #expect(try store.bytes(at: Position(seen)) == record(Position(seen)))
            }
        }
        #expect(throws: StoreError.self) { try store.bytes(at: 301) }
    }

    @Test("A writer without other work commits on its own thread") func whoHasNothingElseToDoCommitsHimself() throws {
        var store = try store()
        let told = Told()
        try store.append(1...3)
        #expect(handOver(&store, told, hasMoreToDo: false) == .durable)
        #expect(told.count == 0)
        #expect(try store.makeReader().last == 3)
    }

    @Test("An empty batch waits for the batches before it") func aBatchOfNothingWaitsForThoseBeforeIt() throws {
        var store = try store()
        let told = Told()
        // No commit is on its way, so there is nothing to wait for.
        #expect(handOver(&store, told) == .durable)
        for batch: Position in 0..<100 {
            try store.append((batch + 1)...(batch + 1))
            _ = handOver(&store, told)
            // A read: the data that it saw may not be durable yet.
            if handOver(&store, told) == .durable { #expect(try store.makeReader().last == store.last) }
        }
        store.settle()
        #expect(told.all.withLock { $0.allSatisfy { $0.last >= $0.batch } })
    }

    @Test("A batch without room is reported as failed") func aBatchForWhichThereIsNoRoomIsToldOfAsFailed() throws {
        var store = try store(mapSizeBytes: 64 * 4096)
        let told = Told()
        for position: Position in 1...400 { store.append(record(position, count: 1000), at: position) }
        #expect(handOver(&store, told) == nil)
        store.settle()
        let outcome = told.all.withLock { $0.first?.outcome }
        guard case .failed = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
    }

    @Test("Batches handed over are durable when the store is closed")
    func whatWasHandedOverIsDurableWhenTheStoreIsGone() throws {
        let told = Told()
        do {
            var store = try store()
            for position: Position in 1...50 {
                try store.append(position...position)
                _ = handOver(&store, told)
            }
        }
        #expect(told.count == 50)
        #expect(try store().last == 50)
    }
}
