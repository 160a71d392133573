/// Walking: the order of keys, and the edges.

import LMDB
import Testing

@Suite struct CursorTests {
    let directory = TemporaryDirectory()
    let environment: Environment
    let database: Database

    init() throws {
        environment = try Environment(path: directory.path + "/env")
        database = try environment.openDatabase("entries", create: true)
        try environment.write { [database] transaction throws(LMDBError) in
            for number in [20, 10, 30, 300] as [UInt64] {
                try transaction.put([UInt8(number & 255)], for: Self.key(number), in: database)
            }
        }
    }

    private static func key(_ number: UInt64) -> [UInt8] {
        let key = integerKey(number)
        return key.indices.map { key[$0] }
    }

    private func walk<R>(_ body: (inout Cursor) throws(LMDBError) -> R) throws -> R {
        try environment.read { transaction throws(LMDBError) in try transaction.withCursor(database, body) }
    }

    private static func number(_ cursor: borrowing Cursor) -> UInt64? {
        cursor.withEntry { key, value in
            let number = integer(ofKey: key)
            #expect(Array(copying: value) == number.map { [UInt8($0 & 255)] })
            return number
        }
    }

    @Test func numbersAreInTheirOrder() throws {
        try walk { cursor throws(LMDBError) in
            var numbers: [UInt64?] = []
            var isThere = try cursor.first()
            while isThere {
                numbers.append(Self.number(cursor))
                isThere = try cursor.next()
            }
            #expect(numbers == [10, 20, 30, 300])
        }
    }

    @Test("Entries can be read backwards") func andBackwards() throws {
        try walk { cursor throws(LMDBError) in
            var numbers: [UInt64?] = []
            var isThere = try cursor.last()
            while isThere {
                numbers.append(Self.number(cursor))
                isThere = try cursor.previous()
            }
            #expect(numbers == [300, 30, 20, 10])
        }
    }

    @Test(arguments: zip([0, 10, 11, 30, 31, 300, 301], [10, 10, 20, 30, 300, 300, nil] as [UInt64?]))
    func seekFindsTheKeyOrTheNextOne(sought: UInt64, found: UInt64?) throws {
        try walk { cursor throws(LMDBError) in
            let isThere = try cursor.seek(atOrAfter: integerKey(sought).span.bytes)
            #expect((isThere ? Self.number(cursor) : nil) == found)
        }
    }

    @Test func forEachGoesOnFromTheEntryUntilToldToStop() throws {
        try walk { cursor throws(LMDBError) in
            var numbers: [UInt64?] = []
            #expect(try cursor.seek(atOrAfter: integerKey(15).span.bytes))
            try cursor.forEach { key, _ in
                numbers.append(integer(ofKey: key))
                return numbers.count < 2
            }
            #expect(numbers == [20, 30])
            #expect(try cursor.first())
            var count = 0
            try cursor.forEach { _, _ in
                count += 1
                return true
            }
            #expect(count == 4)
        }
    }

    @Test func anEmptyDatabaseHasNoEntry() throws {
        let empty = try environment.openDatabase("empty", create: true)
        try environment.read { transaction throws(LMDBError) in
            try transaction.withCursor(empty) { cursor throws(LMDBError) in
                #expect(try !cursor.first())
                #expect(try !cursor.last())
                #expect(try !cursor.seek(atOrAfter: integerKey(0).span.bytes))
            }
        }
    }

    @Test func aCursorOfAWriteTransactionSeesItsWrites() throws {
        try environment.write { transaction throws(LMDBError) in
            try transaction.put([25], for: Self.key(25), in: database)
            try transaction.withCursor(database) { cursor throws(LMDBError) in
                #expect(try cursor.seek(atOrAfter: integerKey(21).span.bytes))
                #expect(Self.number(cursor) == 25)
            }
            try transaction.delete(Self.key(25), in: database)
        }
    }

    @Test func aNumberIsEightBytesTheMostSignificantFirst() {
        #expect(Self.key(0x0102_0304_0506_0708) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(integer(ofKey: integerKey(.max).span.bytes) == .max)
        let short: [UInt8] = [1, 2, 3]
        #expect(integer(ofKey: short.span.bytes) == nil)
    }
}
