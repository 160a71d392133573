/// The log and a second process: an exit test's body runs in one.

import Accounts
import EventLog
import Foundation
import LMDB
import Synchronization
import Testing

@Suite struct TwoProcessTests {
    let directory = TemporaryDirectory()

    @Test("A second writer is refused with the first one's pid")
    func aSecondWriterIsRefusedAndToldThePid() async throws {
        let store = try open()
        let (path, pid) = (directory.path, getpid())
        await #expect(processExitsWith: .success) { [path = path as String, pid = pid as Int32] in
            let error = #expect(throws: StoreError.self) {
                _ = try LMDBStore(data: path, created: Instant(milliseconds: 0))
            }
            try #require(error?.code == .inUse)
            try #require(error?.message.contains("process \(pid)") == true)
        }
        #expect(store.last == 0)
    }

    @Test func anotherProcessReadsWhatIsCommittedWhileThisOneWrites() async throws {
        let path = directory.path
        // A batch belongs to a thread, and a test that waits may continue on another, so the writer has its own.
        let writer = Writer(path)
        writer.waitUntilItHoldsABatch()
        await #expect(processExitsWith: .success) { [path = path as String] in
            let log = try ReadOnlyLog(data: path)
            try #require(log.identity.created == Instant(milliseconds: 7))
            try #require(try log.reader.scanned() == [record(1), record(2), record(3)])
        }
        #expect(writer.commit() == .durable)
        #expect(try open().last == 5)
    }

    @Test("A killed process loses only its open batch")
    func aKilledProcessLosesItsOpenBatchAndNothingElse() async throws {
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try commitAndBeKilled(path)
        }
        #expect(try open().last == 10)
        #expect(try open().makeReader().scanned() == (1...10).map { record($0) })
        // The dead process's hold on the writer's lock does not stop the next.
        #expect(try commit(11...11) == .durable)
    }

    @Test("A commit that the disk refuses fails, and none of its records is stored")
    func aCommitThatTheDiskRefusesIsFailedAndNothingOfItIsThere() async throws {
        #expect(try commit(1...10) == .durable)
        let path = directory.path
        await #expect(processExitsWith: .success) { [path = path as String] in try commitBeyondTheLimit(path) }
        #expect(try open().last == 10)
        #expect(try commit(11...11) == .durable)
    }

    @Test("A killed reader does not make the file grow without end")
    func aReaderThatIsKilledInItsViewDoesNotMakeTheFileGrowForGood() async throws {
        let path = directory.path
        var store = try open()
        try commit(100, to: &store)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try ReadOnlyLog(data: path).reader.scan(from: 1, through: 2) { _, _ in kill(getpid(), SIGKILL) == 0 }
        }
        try commit(1, to: &store)
        #expect(store.statistics.oldestReaderAge != nil)
        for _ in 1...10 { try commit(300, to: &store) }
        #expect(store.statistics.oldestReaderAge == nil)
    }

    private func commit(_ records: Int, to store: inout LMDBStore) throws {
        for _ in 0..<records { try store.append(record(store.last + 1, count: 1500), at: store.last + 1) }
        try #require(store.commit() == .durable)
    }

    private func open() throws -> LMDBStore {
        try LMDBStore(data: directory.path, created: Instant(milliseconds: 0))
    }

    private func commit(_ positions: ClosedRange<Position>) throws -> Durability {
        var store = try open()
        try store.append(positions)
        return store.commit()
    }
}

private func commitAndBeKilled(_ path: String) throws {
    var store = try LMDBStore(data: path, created: Instant(milliseconds: 0))
    try store.append(1...10)
    precondition(store.commit() == .durable)
    try store.append(11...20)
    kill(getpid(), SIGKILL)
}

/// The system refuses to let the file grow, as a full disk does, but for this process alone.
private func commitBeyondTheLimit(_ path: String) throws {
    var store = try LMDBStore(data: path, created: Instant(milliseconds: 0))
    signal(SIGXFSZ, SIG_IGN)
    let bytes = rlim_t(store.statistics.usedBytes)
    var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    for position in 11...1000 as ClosedRange<Position> { try store.append(record(position, count: 500), at: position) }
    guard case .failed(let message) = store.commit() else {
        Issue.record("the commit should have failed")
        return
    }
    try #require(message.contains("commit"))
    // Earlier commits can still be read.
    try #require(try store.makeReader().last == 10)
}

/// A thread that commits positions 1 to 3, opens a batch of 4 and 5, and commits it on request.
private final class Writer: Sendable {
    private let isReady = DispatchSemaphore(value: 0)
    private let mayCommit = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Durability>(.failed("not yet"))

    init(_ path: String) {
        Thread.detachNewThread { [self] in
            do {
                var store = try LMDBStore(data: path, created: Instant(milliseconds: 7))
                try store.append(1...3)
                precondition(store.commit() == .durable)
                try store.append(4...5)
                isReady.signal()
                mayCommit.wait()
                let committed = store.commit()
                outcome.withLock { $0 = committed }
            } catch {
                outcome.withLock { $0 = .failed("\(error)") }
                isReady.signal()
            }
            isDone.signal()
        }
    }

    func waitUntilItHoldsABatch() { isReady.wait() }

    func commit() -> Durability {
        mayCommit.signal()
        isDone.wait()
        return outcome.withLock { $0 }
    }
}
