/// Opening and closing environments, and their statistics.

import Foundation
import LMDB
import Testing

@Suite struct EnvironmentTests {
    let directory = TemporaryDirectory()
    var path: String { directory.path + "/env" }

    @Test func aNewDirectoryIsItsOwnersAlone() throws {
        let environment = try Environment(path: path)
        #expect(try directory.mode(of: "env") == 0o700)
        #expect(try directory.mode(of: "env/data.mdb") == 0o600)
        #expect(try directory.mode(of: "env/lock.mdb") == 0o600)
        #expect(environment.path == path)
    }

    @Test func theMapIsATebibyteOfAddressesAndHardlyAnyDisk() throws {
        let environment = try Environment(path: path)
        _ = try environment.openDatabase("a", create: true)
        #expect(environment.info.mapSizeBytes == 1 << 40)
        #expect(environment.info.usedBytes < 1 << 20)
        #expect(environment.info.lastTransaction == 1)
        #expect(environment.info.maxReaders == 254)
    }

    @Test func oneDirectoryIsNotOpenedTwiceHoweverItIsSpelled() throws {
        let environment = try Environment(path: path)
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/other", withDestinationPath: path)
        for name in ["env", "./env/", "other"] {
            let error = #expect(throws: LMDBError.self) { _ = try Environment(path: directory.path + "/" + name) }
            #expect(error?.code == .alreadyOpen)
        }
        // The refusals did not harm the first one.
        try environment.write { transaction throws(LMDBError) in _ = try transaction.openDatabase("a", create: true) }
    }

    @Test func aClosedDirectoryOpensAgainWithWhatWasCommitted() throws {
        do {
            let environment = try Environment(path: path)
            let database = try environment.openDatabase("a", create: true)
            try environment.write { transaction throws(LMDBError) in try transaction.put([1], for: [7], in: database) }
        }
        let environment = try Environment(path: path)
        let database = try environment.openDatabase("a")
        #expect(try environment.read { transaction throws(LMDBError) in try transaction.get([7], in: database) } == [1])
    }

    @Test func aTransactionKeepsItsEnvironmentOpen() throws {
        var environment: Environment? = try Environment(path: path)
        let database = try #require(try environment?.openDatabase("a", create: true))
        try environment?.write { transaction throws(LMDBError) in try transaction.put([1], for: [7], in: database) }
        let transaction = try ReadTransaction(#require(environment))
        environment = nil
        #expect(try transaction.get([7], in: database) == [1])
        #expect(throws: LMDBError.self) { _ = try Environment(path: path) }
    }

    @Test("An impossible directory gives the system's error") func aDirectoryThatCannotBeIsAnErrorOfTheSystem() throws {
        let error = #expect(throws: LMDBError.self) {
            _ = try Environment(path: directory.path + "/no/such")
        }
        #expect(error?.code == .system(ENOENT))
        #expect(error?.operation == .open)
        #expect(error.map { "\($0)".contains("/no/such") } == true)
    }

    @Test func aFileThatIsNotLMDBsIsInvalid() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Data(repeating: 0x5A, count: 8192).write(to: URL(fileURLWithPath: path + "/data.mdb"))
        let error = #expect(throws: LMDBError.self) { _ = try Environment(path: path) }
        #expect(error?.code == .invalid)
        // And it is not left registered as open.
        let again = #expect(throws: LMDBError.self) { _ = try Environment(path: path) }
        #expect(again?.code == .invalid)
    }

    @Test func aReadOnlyEnvironmentCreatesNothing() throws {
        var options = Environment.Options()
        options.isReadOnly = true
        let error = #expect(throws: LMDBError.self) { _ = try Environment(path: path, options: options) }
        #expect(error?.code == .system(ENOENT))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aReadOnlyEnvironmentReadsWithTheWritersMapSizeAndRefusesToWrite() throws {
        do {
            let environment = try Environment(path: path)
            let database = try environment.openDatabase("a", create: true)
            try environment.write { transaction throws(LMDBError) in try transaction.put([1], for: [7], in: database) }
        }
        var options = Environment.Options()
        options.isReadOnly = true
        let environment = try Environment(path: path, options: options)
        #expect(environment.info.mapSizeBytes == 1 << 40)
        let database = try environment.openDatabase("a")
        #expect(try environment.read { transaction throws(LMDBError) in try transaction.get([7], in: database) } == [1])
        let refusal = #expect(throws: LMDBError.self) { _ = try WriteTransaction(environment) }
        #expect(refusal?.code == .system(EACCES))
        let missing = #expect(throws: LMDBError.self) { _ = try environment.openDatabase("b") }
        #expect(missing?.code == .notFound)
    }

    @Test func aMissingDatabaseIsNotFoundAndTooManyAreRefused() throws {
        var options = Environment.Options()
        options.maxDatabases = 1
        let environment = try Environment(path: path, options: options)
        let missing = #expect(throws: LMDBError.self) { _ = try environment.openDatabase("a") }
        #expect(missing?.code == .notFound)
        #expect(missing?.operation == .openDatabase)
        _ = try environment.openDatabase("a", create: true)
        let tooMany = #expect(throws: LMDBError.self) { _ = try environment.openDatabase("b", create: true) }
        #expect(tooMany?.code == .databasesFull)
    }

    @Test(arguments: [false, true]) func aCopyIsAWholeEnvironment(compact: Bool) throws {
        let environment = try Environment(path: path)
        let database = try environment.openDatabase("a", create: true)
        try environment.write { transaction throws(LMDBError) in
            for byte in 0..<200 {
                try transaction.put([UInt8](repeating: 9, count: 500), for: [UInt8(byte)], in: database)
            }
        }
        try environment.write { transaction throws(LMDBError) in
            for byte in 1..<200 { try transaction.delete([UInt8(byte)], in: database) }
        }
        let copyPath = directory.path + "/copy"
        try FileManager.default.createDirectory(atPath: copyPath, withIntermediateDirectories: false)
        let descriptor = open(copyPath + "/data.mdb", O_CREAT | O_WRONLY, 0o600)
        try environment.copy(toFileDescriptor: descriptor, compact: compact)
        close(descriptor)
        let copy = try Environment(path: copyPath)
        let copied = try copy.openDatabase("a")
        try copy.read { transaction throws(LMDBError) in
            #expect(try transaction.statistics(of: copied).entries == 1)
            #expect(try transaction.get([0], in: copied)?.count == 500)
        }
        // Compaction leaves the deleted entries' pages out.
        #expect((copy.info.lastPage < environment.info.lastPage) == compact)
    }

    @Test func aCopyToABadDescriptorIsAnError() throws {
        let environment = try Environment(path: path)
        let error = #expect(throws: LMDBError.self) { try environment.copy(toFileDescriptor: -1, compact: false) }
        #expect(error?.code == .system(EBADF))
        #expect(error?.operation == .copy)
    }

    @Test func syncAndTheReaderCheckSucceed() throws {
        let environment = try Environment(path: path)
        try environment.sync()
        #expect(try environment.clearStaleReaders() == 0)
        #expect(environment.staleReadersCleared == 0)
        #expect(environment.maxKeyBytes == 511)
    }

    @Test func readersBeyondTheTableAreRefused() throws {
        var options = Environment.Options()
        options.maxReaders = 2
        let environment = try Environment(path: path, options: options)
        let first = try ReadTransaction(environment)
        let second = try ReadTransaction(environment)
        let error = #expect(throws: LMDBError.self) { _ = try ReadTransaction(environment) }
        #expect(error?.code == .readersFull)
        #expect(error?.operation == .begin)
        #expect(environment.info.readerSlots == 2)
        _ = consume first
        _ = consume second
        // Their slots are free again.
        _ = try ReadTransaction(environment)
    }

    @Test("A file that lacks only free pages is complete, and one that lacks a used page is truncated")
    func aFileThatLacksFreePagesAloneIsWholeAndOneThatLacksAnotherIsCutShort() throws {
        // Given pages at the file's end that were freed, some of them below others that are in use.
        let keys = (0..<3000).map { [UInt8($0 >> 8), UInt8($0 & 255)] }
        do {
            let environment = try Environment(path: path)
            let database = try environment.openDatabase("a", create: true)
            try environment.write { transaction throws(LMDBError) in
                for key in keys { try transaction.put([UInt8](repeating: 7, count: 200), for: key, in: database) }
            }
            try environment.write { transaction throws(LMDBError) in
                for key in keys[1000...] { _ = try transaction.delete(key, in: database) }
            }
            // Pages that had to be copied for that lie at the end, and move to pages that are free now.
            for _ in 0..<4 {
                try environment.write { transaction throws(LMDBError) in
                    try transaction.put([UInt8](repeating: 7, count: 200), for: keys[0], in: database)
                }
            }
        }
        let file = path + "/data.mdb"
        let whole = try Data(contentsOf: URL(filePath: file))

        // When page after page is cut off, it opens as long as everything can be read.
        var opened = 0
        for pages in stride(from: whole.count / 4096 - 1, to: 1, by: -1) {
            try #require(truncate(file, pages * 4096 - 7) == 0)
            do {
                let environment = try Environment(path: path)
                opened += 1
                let database = try environment.openDatabase("a")
                for key in keys.prefix(1000) {
                    let found = try environment.read { transaction throws(LMDBError) in
                        try transaction.get(key, in: database)
                    }
                    #expect(found?.count == 200)
                }
            } catch { #expect(error.code == .corrupted, "\(pages) pages: \(error)") }
            try whole.write(to: URL(filePath: file))
        }
        #expect(opened > 2 && opened < whole.count / 4096 - 20, "\(opened)")
    }

    @Test func anEmptyFileIsNotANewEnvironment() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Data().write(to: URL(filePath: path + "/data.mdb"))
        let error = #expect(throws: LMDBError.self) { _ = try Environment(path: path) }
        #expect(error?.code == .corrupted)
        #expect(try Data(contentsOf: URL(filePath: path + "/data.mdb")).isEmpty)
    }
}
