/// The store in memory gives the outcomes that a test sets.

import Accounts
import EventLog
import Testing

@Suite struct MemoryStoreTests {
    @Test("The events of a failed commit are lost after a restart")
    func aFailedCommitIsNotThereAfterTheRestart() throws {
        let disk = MemoryDisk(records: [record(1)])
        var store = MemoryStore(disk)
        disk.setNextCommit(.failed("the test says no"))
        try store.append(2...4)
        #expect(store.commit() == .failed("the test says no"))
        #expect(disk.records == [record(1)])
        #expect(store.crash().last == 1)
    }

    @Test(
        "A commit with an unknown result is complete or absent after a restart",
        arguments: [false, true]) func anUnknownCommitIsAllThereOrNotAtAll(lands: Bool) throws
    {
        let disk = MemoryDisk()
        var store = MemoryStore(disk)
        disk.setNextCommit(.unknown("the power went"), lands: lands)
        try store.append(1...3)
        #expect(store.commit() == .unknown("the power went"))
        var next = store.crash()
        #expect(next.last == (lands ? 3 : 0))
        // An outcome is used up by one commit.
        let last = next.last
        try next.append((last + 1)...(last + 1))
        #expect(next.commit() == .durable)
        #expect(disk.records.count == Int(last) + 1)
    }

    @Test func aFullDiskRefusesTheAppend() throws {
        let disk = MemoryDisk()
        var store = MemoryStore(disk)
        disk.refuseNextAppend()
        do throws(StoreError) {
            try store.append(1...1)
            Issue.record("a full disk took a record")
        } catch {
            #expect(error.code == .full)
        }
        #expect(store.crash().last == 0)
    }

    @Test("A reader works after the stores of its disk are gone") func aReaderOutlivesTheStoresOfItsDisk() throws {
        var store = MemoryStore()
        let reader = store.makeReader()
        try store.append(1...1)
        #expect(store.commit() == .durable)
        var next = store.crash()
        try next.append(2...2)
        #expect(next.commit() == .durable)
        #expect(try reader.scanned() == [record(1), record(2)])
    }

    @Test func aStoreThatFailedIsNotUsedAgain() async {
        await #expect(processExitsWith: .failure) {
            var store = MemoryStore()
            store.disk.setNextCommit(.failed("no"))
            try store.append(1...1)
            precondition(store.commit() != .durable)
            try? store.append(2...2)
        }
    }

    @Test("A store cannot be used after another store opened its disk")
    func aStoreThatAnotherSupersededIsNotUsedAgain() async {
        await #expect(processExitsWith: .failure) {
            let disk = MemoryDisk()
            var old = MemoryStore(disk)
            _ = MemoryStore(disk)
            try? old.append(1...1)
        }
    }
}
