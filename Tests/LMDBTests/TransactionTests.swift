/// Reading and writing: the data that a transaction sees, and the data left when it ends.

import Foundation
import LMDB
import Testing

@Suite struct TransactionTests {
    let directory = TemporaryDirectory()
    let environment: Environment
    let database: Database

    init() throws {
        environment = try Environment(path: directory.path + "/env")
        database = try environment.openDatabase("entries", create: true)
    }

    private func value(_ key: [UInt8]) throws -> [UInt8]? {
        try environment.read { transaction throws(LMDBError) in try transaction.get(key, in: database) }
    }

    @Test("A value is stored after the commit, and an update replaces it")
    func aPutIsThereAfterTheCommitAndAnUpdateReplacesIt() throws {
        try environment.write { transaction throws(LMDBError) in try transaction.put([1, 2], for: [7], in: database) }
        #expect(try value([7]) == [1, 2])
        try environment.write { transaction throws(LMDBError) in try transaction.put([3], for: [7], in: database) }
        #expect(try value([7]) == [3])
        #expect(try value([8]) == nil)
    }

    @Test func anEmptyValueIsAValue() throws {
        try environment.write { transaction throws(LMDBError) in try transaction.put([], for: [7], in: database) }
        #expect(try value([7]) == [])
    }

    @Test("A deleted key is gone, and deleting a missing key returns false")
    func aDeletedKeyIsGoneAndDeletingNothingSaysSo() throws {
        try environment.write { transaction throws(LMDBError) in try transaction.put([1], for: [7], in: database) }
        try environment.write { transaction throws(LMDBError) in
            #expect(try transaction.delete([7], in: database))
            #expect(try !transaction.delete([7], in: database))
            #expect(try transaction.get([7], in: database) == nil)
        }
        #expect(try value([7]) == nil)
    }

    @Test func aWriterSeesItsOwnWritesAndAReaderOnlyCommittedOnes() throws {
        var transaction = try WriteTransaction(environment)
        try transaction.put([1], for: [7], in: database)
        #expect(try transaction.get([7], in: database) == [1])
        #expect(try value([7]) == nil)
        try transaction.commit()
        #expect(try value([7]) == [1])
    }

    @Test func aReadersViewStaysUntilItIsRenewed() throws {
        var reader = try ReadTransaction(environment)
        try environment.write { transaction throws(LMDBError) in try transaction.put([1], for: [7], in: database) }
        #expect(try reader.get([7], in: database) == nil)
        try reader.renew()
        #expect(try reader.get([7], in: database) == [1])
    }

    @Test func anAbortLeavesNothing() throws {
        var transaction = try WriteTransaction(environment)
        try transaction.put([1], for: [7], in: database)
        transaction.abort()
        #expect(try value([7]) == nil)
    }

    @Test func aBodyThatThrowsAborts() throws {
        let error = #expect(throws: LMDBError.self) {
            try environment.write { transaction throws(LMDBError) in
                try transaction.put([1], for: [7], in: database)
                throw LMDBError(.incompatible, .put, "the test says no")
            }
        }
        #expect(error?.code == .incompatible)
        #expect(try value([7]) == nil)
    }

    @Test("A dropped transaction does not block the next writer") func aDroppedTransactionLetsTheNextOneWrite() throws {
        do {
            var transaction = try WriteTransaction(environment)
            try transaction.put([1], for: [7], in: database)
        }
        try environment.write { transaction throws(LMDBError) in try transaction.put([2], for: [8], in: database) }
        #expect(try value([7]) == nil)
        #expect(try value([8]) == [2])
    }

    @Test func withoutOverwriteAnExistingKeyIsRefusedAndTheTransactionGoesOn() throws {
        try environment.write { transaction throws(LMDBError) in
            let (key, one, two): ([UInt8], [UInt8], [UInt8]) = ([7], [1], [2])
            try transaction.put(one.span.bytes, for: key.span.bytes, in: database, overwrite: false)
            do throws(LMDBError) {
                try transaction.put(two.span.bytes, for: key.span.bytes, in: database, overwrite: false)
                Issue.record("the key was overwritten")
            } catch {
                #expect(error.code == .keyExists)
                #expect(error.operation == .put)
            }
        }
        #expect(try value([7]) == [1])
    }

    @Test func anAppendOutOfOrderIsRefused() throws {
        try environment.write { transaction throws(LMDBError) in
            let value: [UInt8] = [1]
            try transaction.put(value.span.bytes, for: integerKey(256).span.bytes, in: database, append: true)
            try transaction.put(value.span.bytes, for: integerKey(257).span.bytes, in: database, append: true)
            for late in [1, 256, 257] as [UInt64] {
                do throws(LMDBError) {
                    try transaction.put(value.span.bytes, for: integerKey(late).span.bytes, in: database, append: true)
                    Issue.record("\(late) was appended after 257")
                } catch {
                    #expect(error.code == .keyExists)
                }
            }
        }
    }

    @Test(arguments: [0, 512]) func aKeyOfNoOrTooManyBytesIsRefused(count: Int) throws {
        let error = #expect(throws: LMDBError.self) {
            try environment.write { transaction throws(LMDBError) in
                try transaction.put([1], for: [UInt8](repeating: 1, count: count), in: database)
            }
        }
        #expect(error?.code == .badValueSize)
    }

    @Test("A full map has its own error and is the cause of the later ones")
    func aFullMapIsTypedAndNamedAsTheCauseOfWhatFollows() throws {
        var options = Environment.Options()
        options.mapSizeBytes = 64 * 4096
        let small = try Environment(path: directory.path + "/small", options: options)
        let entries = try small.openDatabase("a", create: true)
        var transaction = try WriteTransaction(small)
        var full: LMDBError?
        for number in 0..<1000 as Range<UInt64> where full == nil {
            let value = [UInt8](repeating: 1, count: 1000)
            do throws(LMDBError) {
                try transaction.put(value.span.bytes, for: integerKey(number).span.bytes, in: entries)
            } catch {
                full = error
            }
        }
        #expect(full?.code == .mapFull)
        do throws(LMDBError) {
            try transaction.put([1], for: [1], in: entries)
            Issue.record("a transaction was used after it failed")
        } catch {
            #expect(error.code == .badTransaction)
            #expect((error.cause as? LMDBError)?.code == .mapFull)
        }
        do throws(LMDBError) {
            try transaction.commit()
            Issue.record("a transaction was committed after it failed")
        } catch {
            #expect(error.operation == .commit)
            #expect((error.cause as? LMDBError)?.code == .mapFull)
        }
        // The failed commit ended the transaction, and none of its writes remain.
        try small.write { transaction throws(LMDBError) in try transaction.put([1], for: [1], in: entries) }
        try small.read { transaction throws(LMDBError) in
            #expect(try transaction.statistics(of: entries).entries == 1)
        }
    }

    @Test func aDatabaseCreatedInAnAbortedTransactionIsNotThere() throws {
        var transaction = try WriteTransaction(environment)
        _ = try transaction.openDatabase("other", create: true)
        transaction.abort()
        let error = #expect(throws: LMDBError.self) { _ = try environment.openDatabase("other") }
        #expect(error?.code == .notFound)
    }

    @Test func statisticsCountEntriesAndPages() throws {
        try environment.write { transaction throws(LMDBError) in
            for number in 0..<1000 as Range<UInt64> {
                try transaction.put(
                    [UInt8](repeating: 1, count: 100), for: [UInt8(number >> 8), UInt8(number & 255)], in: database)
            }
            try transaction.put([UInt8](repeating: 1, count: 10_000), for: [9], in: database)
        }
        let statistics = try environment.read { transaction throws(LMDBError) in
            try transaction.statistics(of: database)
        }
        #expect(statistics.entries == 1001)
        #expect(statistics.depth == 2)
        #expect(statistics.branchPages == 1)
        #expect(statistics.overflowPages == 3)
        #expect(statistics.bytes > 110_000)
    }

    @Test func aSecondWriteTransactionOnTheSameThreadStopsTheProcessInsteadOfWaitingForEver() async throws {
        let path = directory.path + "/child"
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { [path = path as String] in
            try beginTwice(path)
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains("this thread has a write transaction open already"))
    }
}

private func beginTwice(_ path: String) throws {
    let environment = try Environment(path: path)
    let first = try WriteTransaction(environment)
    let second = try WriteTransaction(environment)
    second.abort()
    first.abort()
}
