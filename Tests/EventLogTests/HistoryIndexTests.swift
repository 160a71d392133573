import Accounts
import EventLog
import Foundation
import Synchronization
import TestSupport
import Testing

/// The index of history: it shows the same events as a walk along `previous`, and reads no others.
@Suite("The index of history") struct HistoryIndexTests {
    // MARK: - The same events

    @Test("Pages of random logs are the same with the index as without it", arguments: 0..<12)
    func pagesAreTheSameWithTheIndexAsWithoutIt(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let log = try TestLog(accounts: 4)
        var opened: HistoryIndex? = try log.openIndex(entriesOnDisk: 150)

        for _ in 0..<8 {
            // given events of all classes, some of them late, and an index that has some or all of them
            try log.append(count: Int.random(in: 1...400, using: &random), &random)
            if Bool.random(using: &random) {
                opened = nil
                opened = try log.openIndex(entriesOnDisk: 150)
            }
            let index = try #require(opened)
            if Int.random(in: 0..<3, using: &random) > 0 { while try index.follow(log.reader) {} }

            for _ in 0..<60 {
                // when a read asks for some of them
                let selection = log.selection(&random)
                let newestFirst = Bool.random(using: &random)
                let limit = Int.random(in: 1...200, using: &random)
                func read(_ index: HistoryIndex?) throws -> [Position] {
                    var found: [Position] = []
                    try log.reader.history(
                        of: selection.accounts.map(log.end), selection, newestFirst: newestFirst, index: index
                    ) { meta, event in
                        if log.isWanted(meta, event, selection) { found.append(meta.position) }
                        return found.count < limit
                    }
                    return found
                }

                // then both say the same
                #expect(try read(index) == read(nil))
            }
            #expect(index.isTrusted)
        }
    }

    // MARK: - No others

    @Test(
        "A page reads as many records of a number with 100,000 events as of one with 100",
        arguments: [Period.newest, .dayLongAgo, .monthLongAgo])
    private func aPageReadsAsManyRecordsOfABusyNumberAsOfAQuietOne(_ period: Period) throws {
        // given two numbers with the same payments and messages on one day five years ago, one of them very busy since
        let log = try TestLog(accounts: 3)
        let (quiet, busy): (AccountIndex, AccountIndex) = (1, 2)
        for account in [quiet, busy] {
            for minute in 0..<40 {
                try log.append(log.message(isCharged: true), account, at: TestLog.day(minutes: minute))
                if minute % 8 == 0 { try log.append(log.payment(), account, at: TestLog.day(minutes: minute)) }
            }
        }
        for minute in 1...100_000 {
            try log.append(log.message(isCharged: false), busy, at: TestLog.day(minutes: 26 * minute))
        }
        for account in [quiet, busy] {
            for minute in 0..<15 {
                try log.append(log.payment(), account, at: TestLog.day(minutes: 26 * 100_001 + minute))
            }
        }
        try log.commit()
        let index = try log.openIndex(entriesOnDisk: 20_000)
        while try index.follow(log.reader) {}

        // when a page of each is read
        func records(_ account: AccountIndex) throws -> Int {
            let reader = CountingReader(log.reader)
            var rows = 0
            try reader.history(
                of: [log.end(account)], period.selection(of: account, last: log.last), newestFirst: true, index: index
            ) { _, _ in
                rows += 1
                return rows < 10
            }
            #expect(rows == 10)
            return reader.count
        }

        // then both read the same number of records
        #expect(try records(busy) == records(quiet))
        #expect(try records(busy) <= 14)
    }

    private enum Period {
        case newest, dayLongAgo, monthLongAgo

        func selection(of account: AccountIndex, last: Position) -> HistorySelection {
            let payments = Event.paymentTypes.flatMap(HistoryClass.ofType)
            let usage = HistoryClass.ofType(Event.typeNumber(of: "usage_rated")!)
            return switch self {
            case .newest: HistorySelection(of: [account], payments, positions: 1...last)
            case .dayLongAgo:
                HistorySelection(
                    of: [account], usage, positions: 1...last, from: TestLog.day(minutes: 0),
                    to: TestLog.day(minutes: 24 * 60))
            case .monthLongAgo:
                HistorySelection(
                    of: [account], usage + payments, positions: 1...last, from: TestLog.day(minutes: 0),
                    to: TestLog.day(minutes: 30 * 24 * 60))
            }
        }
    }

    @Test("An event that took effect long before it was recorded is found in its own period")
    func anEventThatCameLateIsFoundInItsOwnPeriod() throws {
        let log = try TestLog(accounts: 2)
        for hours in [0, 1, 47, 48, 49, 50, 24 * 90] {
            try log.append(
                log.message(isCharged: true), 1, at: TestLog.day(minutes: 60 * 24 * 100),
                effective: TestLog.day(minutes: 60 * (24 * 100 - hours)))
        }
        try log.commit()
        let index = try log.openIndex(entriesOnDisk: 4)
        while try index.follow(log.reader) {}

        for hours in [0, 1, 47, 48, 49, 50, 24 * 90] {
            let from = TestLog.day(minutes: 60 * (24 * 100 - hours))
            var found: [Instant] = []
            try log.reader.history(
                of: [log.end(1)],
                HistorySelection(
                    of: [1], HistoryClass.ofType(Event.typeNumber(of: "usage_rated")!), positions: 1...log.last,
                    from: from, to: from + .minutes(1)),
                newestFirst: true, index: index
            ) { meta, _ in
                if meta.effective == from { found.append(meta.effective) }
                return true
            }
            #expect(found == [from], "\(hours) hours late")
        }
    }

    @Test("Events that a view does not show yet are added when a later one does")
    func eventsThatAViewDoesNotShowYetAreAddedLater() throws {
        var random = SplitMix64(seed: 9)
        let log = try TestLog(accounts: 3)
        try log.append(count: 500, &random)
        let index = try log.openIndex(entriesOnDisk: 100)

        for end in [100, 100, 137] as [Position] {
            while try index.follow(LateReader(base: log.reader, end: end)) {}
            #expect(index.through == end)
        }
        while try index.follow(log.reader) {}

        #expect(try log.isRight(index))
    }

    // MARK: - What a crash, a copy or a fault leaves

    @Test("Added events are found after the index is reopened, and those in memory are read again")
    func addedEventsAreThereWhenTheIndexIsOpenedAgain() throws {
        var random = SplitMix64(seed: 3)
        let log = try TestLog(accounts: 3)
        try log.append(count: 1000, &random)
        do {
            let index = try log.openIndex(entriesOnDisk: 300)
            while try index.follow(log.reader) {}
            #expect(index.through == log.last)
        }
        try log.append(count: 50, &random)

        let index = try log.openIndex(entriesOnDisk: 300)

        #expect(index.through == log.last - 50)
        while try index.follow(log.reader) {}
        #expect(try log.isRight(index))
    }

    @Test(
        "A lost, damaged or foreign index is made anew",
        arguments: ["lost", "damaged", "without pages", "foreign", "disowned"])
    func anIndexThatIsNotOfThisLogIsMadeAnew(fault: String) throws {
        var random = SplitMix64(seed: 4)
        let log = try TestLog(accounts: 3)
        try log.append(count: 500, &random)
        do {
            let index = try log.openIndex(entriesOnDisk: 100)
            while try index.follow(log.reader) {}
        }
        let path = log.data + "/history"
        switch fault {
        case "lost": try FileManager.default.removeItem(atPath: path)
        case "damaged": try Data(repeating: 0xFF, count: 8192).write(to: URL(filePath: path + "/data.mdb"))
        case "without pages":
            var bytes = try Data(contentsOf: URL(filePath: path + "/data.mdb"))
            var from = bytes.startIndex
            while let name = bytes.range(of: Data("events".utf8), in: from..<bytes.endIndex) {
                // The database's record, of 48 bytes, ends with the number of its first page.
                bytes.replaceSubrange(name.upperBound + 40..<name.upperBound + 48, with: [0, 0, 0, 1, 0, 0, 0, 0])
                from = name.upperBound
            }
            try bytes.write(to: URL(filePath: path + "/data.mdb"))
        case "foreign":
            let other = try TestLog(accounts: 3)
            try other.append(count: 700, &random)
            do {
                let index = try other.openIndex(entriesOnDisk: 100)
                while try index.follow(other.reader) {}
            }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: other.data + "/history", toPath: path)
        default:
            try log.makeIndexWrong { $0[10] ^= 1 }
            let index = try log.openIndex(entriesOnDisk: 100)
            _ = try log.positions(of: 1, index)
            _ = try log.positions(of: 2, index)
            #expect(!index.isTrusted, "it named another account's event")
        }

        let index = try log.openIndex(entriesOnDisk: 100)

        #expect(index.through == 0)
        while try index.follow(log.reader) {}
        #expect(try log.isRight(index))
    }

    @Test("An index ahead of its log is made anew") func anIndexAheadOfItsLogIsMadeAnew() throws {
        var random = SplitMix64(seed: 5)
        let log = try TestLog(accounts: 3)
        try log.append(count: 500, &random)
        do {
            let index = try log.openIndex(entriesOnDisk: 100)
            while try index.follow(log.reader) {}
        }
        let shorter = try TestLog(accounts: 3, identity: log.identity)
        try shorter.append(count: 20, &random)
        try FileManager.default.copyItem(atPath: log.data + "/history", toPath: shorter.data + "/history")

        #expect(try shorter.openIndex(entriesOnDisk: 100).through == 0)
    }

    @Test("An index that names another account's events is not asked any more, and the answer is right")
    func anIndexThatNamesAnotherAccountsEventsIsNotAskedAnyMore() throws {
        var random = SplitMix64(seed: 6)
        let log = try TestLog(accounts: 3)
        try log.append(count: 500, &random)
        do {
            let index = try log.openIndex(entriesOnDisk: 100)
            while try index.follow(log.reader) {}
        }
        try log.makeIndexWrong { $0[10] ^= 1 }
        let index = try log.openIndex(entriesOnDisk: 100)

        for account in [1, 2] as [AccountIndex] {
            #expect(try log.positions(of: account, index) == log.positions(of: account, nil))
        }
        #expect(!index.isTrusted)
    }

    @Test("A damaged block is found out, the answer is right, and the next start makes the index anew")
    func aDamagedBlockIsFoundOut() throws {
        var random = SplitMix64(seed: 8)
        let log = try TestLog(accounts: 3)
        try log.append(count: 500, &random)
        do {
            let index = try log.openIndex(entriesOnDisk: 100)
            while try index.follow(log.reader) {}
        }
        try log.makeIndexWrong(sealed: false) { $0[8] ^= 1 }
        do {
            let index = try log.openIndex(entriesOnDisk: 100)

            for account in [1, 2] as [AccountIndex] {
                #expect(try log.positions(of: account, index) == log.positions(of: account, nil))
            }
            #expect(!index.isTrusted)
        }
        #expect(try log.openIndex(entriesOnDisk: 100).through == 0)
    }

    @Test(
        "An index that lacks an event is found by a read of every event, and the answer is right",
        arguments: [true, false])
    func anIndexThatLacksAnEventIsFoundByAReadOfEveryEvent(newestFirst: Bool) throws {
        // given an index that has an entry twice, in place of another one of the same account
        var random = SplitMix64(seed: 7)
        let log = try TestLog(accounts: 3)
        try log.append(count: 500, &random)
        do {
            let index = try log.openIndex(entriesOnDisk: 100)
            while try index.follow(log.reader) {}
        }
        var (last, isWrong): ([UInt8], Bool) = ([], false)
        try log.makeIndexWrong { entry in
            // The high half is little-endian, and the account is in its last four bytes.
            if !isWrong, entry[4] == 1, last.count == 16, last[4..<8] == entry[4..<8] {
                (entry, isWrong) = (last, true)
            }
            last = entry
        }
        try #require(isWrong)
        let index = try log.openIndex(entriesOnDisk: 100)

        // when all of its events are read
        let found = try log.positions(of: 1, index, newestFirst: newestFirst)

        // then all are there, and the index is not asked any more
        #expect(try found == log.positions(of: 1, nil, newestFirst: newestFirst))
        #expect(!index.isTrusted)
    }

    // MARK: - VERIFY

    @Test("VERIFY names the event that the index lacks") func verifyNamesTheEventThatTheIndexLacks() throws {
        // given a log whose index has another position in place of one
        let kept = try KeptLog(payments: 600)
        try TestLog.makeIndex(of: kept.data)
        let before = try faults(of: kept)
        var changed: Position = 0
        try TestLog.changeIndex(of: kept.data) { entry in
            guard changed == 0 else { return }
            // The low half is little-endian: the lag, and the position in the last six bytes.
            changed = Position(entry[10]) | Position(entry[11]) << 8
            entry[8] ^= 2
        }

        // when the directory is checked
        let found = try faults(of: kept)

        // then the fault names the event
        #expect(before == [])
        #expect(found.map(\.projection) == ["history"])
        #expect(found.map(\.position) == [changed])
    }

    private func faults(of kept: KeptLog) throws -> [StateFault] {
        let log = try ReadOnlyLog(data: kept.data)
        let index = try #require(try HistoryIndex(readOnly: kept.data, of: log.identity, log.reader))
        return try PastStates(data: kept.data, of: log.identity, log.reader).check(
            [], through: kept.last, history: index
        ).faults
    }
}

/// Counts the records that are read one by one.
private struct CountingReader: EventReader {
    private final class Counter: Sendable { let count = Atomic(0) }

    private let base: LMDBReader
    private let counter = Counter()
    var count: Int { counter.count.load(ordering: .relaxed) }

    init(_ base: LMDBReader) { self.base = base }

    var last: Position { get throws(StoreError) { try base.last } }

    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        counter.count.add(1, ordering: .relaxed)
        return try base.withRecord(at: position, body)
    }

    func scan(
        from: Position, through: Position, isLookingAhead: Bool, _ body: (Position, RawSpan, ScanPass) -> Bool
    ) throws(StoreError) {
        try base.scan(from: from, through: through, isLookingAhead: isLookingAhead, body)
    }
}

/// Shows a view of its log that ends before `last`, as a view of LMDB may that began after another one.
private struct LateReader: EventReader {
    let base: LMDBReader
    let end: Position

    var last: Position { get throws(StoreError) { try base.last } }

    func withRecord<R>(at position: Position, _ body: (RawSpan) -> R) throws(StoreError) -> R {
        try base.withRecord(at: position, body)
    }

    func scan(
        from: Position, through: Position, isLookingAhead: Bool, _ body: (Position, RawSpan, ScanPass) -> Bool
    ) throws(StoreError) {
        guard from <= end else { return }
        try base.scan(from: from, through: min(through, end), isLookingAhead: isLookingAhead, body)
    }
}
