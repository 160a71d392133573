/// The log's directory: creating, recognising, refusing, and holding it exclusively.

import Accounts
import EventLog
import Foundation
import LMDB
import Testing

@Suite struct LMDBStoreTests {
    let directory = TemporaryDirectory()
    var data: String { directory.path + "/data" }
    private let created = Instant(milliseconds: 1_519_900_200_000)

    private func code(_ body: () throws -> Void) -> StoreError.Code? {
        #expect(throws: StoreError.self, performing: body)?.code
    }

    /// Changes a log without its store.
    private func tamper(
        _ database: String, _ change: (inout WriteTransaction, Database) throws(LMDBError) -> Void
    ) throws {
        let environment = try Environment(path: data + "/log")
        let database = try environment.openDatabase(database, create: true)
        try environment.write { transaction throws(LMDBError) in try change(&transaction, database) }
    }

    private func fill(through last: Position) throws -> LogIdentity {
        var store = try LMDBStore(data: data, created: created)
        try store.append(1...last)
        #expect(store.commit() == .durable)
        return store.identity
    }

    @Test func aLogIsCreatedForItsOwnerAloneAndKeepsItsIdentity() throws {
        let identity = try fill(through: 2)
        #expect(identity.created == created)
        #expect(identity.name.utf8.count == 22)
        #expect(try directory.mode(of: "data") == 0o700)
        #expect(try directory.mode(of: "data/log") == 0o700)
        #expect(try directory.mode(of: "data/lock") == 0o600)
        #expect(try directory.mode(of: "data/log/data.mdb") == 0o600)
        // A later start's time does not matter.
        let store = try LMDBStore(data: data, created: Instant(milliseconds: 5))
        #expect(store.identity == identity)
        #expect(store.last == 2)
    }

    @Test("Records of every size are complete while the file grows")
    func recordsOfEverySizeAreWholeWhileTheFileGrowsAheadOfThem() throws {
        var limits = FileGrowth.Limits()
        limits.leastUsedBytes = 0
        limits.stepBytes = 4096...65_536
        func record(_ position: Position) -> [UInt8] {
            [UInt8](repeating: UInt8(truncatingIfNeeded: position | 1), count: Int(position * 131 % 9001) + 1)
        }
        do {
            var store = try LMDBStore(data: data, created: created, growth: limits)
            for batch: Position in 0..<64 {
                for position in (batch * 32 + 1)...(batch * 32 + 32) {
                    try store.append(record(position), at: position)
                }
                #expect(store.commit() == .durable)
            }
        }
        let store = try LMDBStore(data: data, growth: limits)
        #expect(store.last == 2048)
        for position: Position in 1...2048 {
            #expect(try store.withRecord(at: position) { [UInt8](copying: $0) } == record(position))
        }
    }

    @Test("Two logs have different identities") func twoLogsAreTwo() throws {
        let identity = try fill(through: 1)
        let other = try LMDBStore(data: directory.path + "/other", created: created)
        #expect(other.identity != identity)
    }

    @Test("A missing or empty directory is not a log, unless it may be created")
    func withoutLeaveToCreateAMissingOrEmptyDirectoryIsNoLog() throws {
        try FileManager.default.createDirectory(atPath: data + "/log", withIntermediateDirectories: true)
        #expect(code { _ = try LMDBStore(data: data) } == .noLog)
        #expect(code { _ = try ReadOnlyLog(data: data) } == .noLog)
        #expect(code { _ = try ReadOnlyLog(data: directory.path + "/nowhere") } == .noLog)
        // If allowed, the empty directory becomes a log.
        #expect(try LMDBStore(data: data, created: created).last == 0)
    }

    @Test func aDirectoryOfSomethingElseIsNotALogAndStaysAsItWas() throws {
        try FileManager.default.createDirectory(atPath: data + "/log", withIntermediateDirectories: true)
        try Data("notes".utf8).write(to: URL(fileURLWithPath: data + "/log/notes.txt"))
        #expect(code { _ = try LMDBStore(data: data, created: created) } == .notALog)
        #expect(code { _ = try ReadOnlyLog(data: data) } == .notALog)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data + "/log") == ["notes.txt"])
    }

    @Test func anotherLMDBEnvironmentIsNotALog() throws {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        try tamper("things") { transaction, things throws(LMDBError) in
            try transaction.put([1], for: [1], in: things)
        }
        #expect(code { _ = try LMDBStore(data: data, created: created) } == .notALog)
        #expect(code { _ = try ReadOnlyLog(data: data) } == .notALog)
    }

    @Test func aFileThatLMDBDoesNotKnowIsDamaged() throws {
        try FileManager.default.createDirectory(atPath: data + "/log", withIntermediateDirectories: true)
        try Data(repeating: 0x5A, count: 8192).write(to: URL(fileURLWithPath: data + "/log/data.mdb"))
        #expect(code { _ = try LMDBStore(data: data, created: created) } == .damaged)
    }

    @Test func aNewerFormatIsRefusedByItsNumber() throws {
        _ = try fill(through: 1)
        try tamper("meta") { transaction, meta throws(LMDBError) in
            try transaction.put(Array("kabinet-log 2".utf8), for: Array("format".utf8), in: meta)
        }
        let error = #expect(throws: StoreError.self) { _ = try LMDBStore(data: data) }
        #expect(error?.code == .newerFormat)
        #expect(error?.message.contains("format 2") == true)
        #expect(error?.message.contains("up to 1") == true)
        #expect(code { _ = try ReadOnlyLog(data: data) } == .newerFormat)
    }

    @Test(arguments: ["", "kabinet-log", "kabinet-log one", "other-log 1", "kabinet-log 0", "kabinet-log 1 2"])
    func aFormatThatIsNotOursIsNotALog(format: String) throws {
        _ = try fill(through: 1)
        try tamper("meta") { transaction, meta throws(LMDBError) in
            try transaction.put(Array(format.utf8), for: Array("format".utf8), in: meta)
        }
        #expect(code { _ = try LMDBStore(data: data) } == .notALog)
    }

    @Test("A log without an identity is damaged") func aLogThatDoesNotSayWhichOneItIsIsDamaged() throws {
        _ = try fill(through: 1)
        try tamper("meta") { transaction, meta throws(LMDBError) in
            try transaction.delete(Array("id".utf8), in: meta)
        }
        #expect(code { _ = try LMDBStore(data: data) } == .damaged)
    }

    @Test(arguments: [1, 5, 9] as [Position]) func aMissingRecordIsDamageAtTheStart(position: Position) throws {
        _ = try fill(through: 10)
        try tamper("records") { transaction, records throws(LMDBError) in
            try transaction.delete(integerKey(position).span.bytes, in: records)
        }
        #expect(code { _ = try LMDBStore(data: data) } == .damaged)
        #expect(code { _ = try ReadOnlyLog(data: data) } == .damaged)
    }

    @Test("A scan reports a missing position") func aScanNamesAPositionThatIsMissing() throws {
        // A foreign key keeps the count right, so that only the scan can see it.
        _ = try fill(through: 10)
        try tamper("records") { transaction, records throws(LMDBError) in
            try transaction.delete(integerKey(4).span.bytes, in: records)
            try transaction.put([1], for: [0, 0], in: records)
        }
        let log = try ReadOnlyLog(data: data)
        let error = #expect(throws: StoreError.self) { try log.reader.scanned(from: 2) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("position 4") == true)
    }

    @Test("The remains of a crash during the creation are removed") func whatACrashWhileCreatingLeftIsCleared() throws {
        try FileManager.default.createDirectory(atPath: data + "/log.new", withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: data + "/log.new/data.mdb"))
        #expect(try LMDBStore(data: data, created: created).last == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data).sorted() == ["lock", "log"])
    }

    @Test("A process can open the directory only once") func oneProcessHoldsTheDirectoryOnce() throws {
        let store = try LMDBStore(data: data, created: created)
        let error = #expect(throws: StoreError.self) { _ = try LMDBStore(data: data, created: created) }
        #expect(error?.code == .inUse)
        #expect(error?.message.contains("process \(getpid())") == true)
        #expect(store.last == 0)
    }

    @Test func theDirectoryIsFreeOnceTheStoreAndItsReadersAreGone() throws {
        let identity = try fill(through: 1)
        do {
            let reader = try LMDBStore(data: data).makeReader()
            #expect(try reader.last == 1)
            // The store released the directory; the reader still has the environment open.
            #expect(code { _ = try LMDBStore(data: data) } == .inUse)
        }
        #expect(try LMDBStore(data: data).identity == identity)
    }

    @Test func aFullMapIsAFullStore() throws {
        var store = try LMDBStore(data: data, created: created, mapSizeBytes: 64 * 4096)
        var full: StoreError?
        while full == nil {
            do throws(StoreError) {
                try store.append(record(store.last + 1, count: 1000), at: store.last + 1)
            } catch {
                full = error
            }
        }
        #expect(full?.code == .full)
        #expect((full?.cause as? LMDBError)?.code == .mapFull)
    }

    @Test("The statistics count long records") func longRecordsAreCounted() throws {
        var store = try LMDBStore(data: data, created: created)
        try store.append(record(1, count: RecordLimit.comfortableBytes), at: 1)
        #expect(store.largeRecords == 0)
        try store.append(record(2, count: RecordLimit.comfortableBytes + 1), at: 2)
        #expect(store.largeRecords == 1)
    }

    @Test func anAppendOnlyLogFillsItsPages() throws {
        var store = try LMDBStore(data: data, created: created)
        for _ in 0..<10 {
            for _ in 0..<1000 { try store.append(record(store.last + 1, count: 112), at: store.last + 1) }
            #expect(store.commit() == .durable)
        }
        // 8 bytes of key, 8 of node, 2 of index: 31 records a page of 4096.
        #expect(store.statistics.usedBytes < 10_000 / 31 * 4096 * 11 / 10)
    }
}
