/// A log of payments, messages and fees of a few accounts, whose states nobody makes, and its index of history.

import Accounts
import EventLog
import Foundation
import LMDB
import TestSupport
import Testing

final class TestLog {
    private let directory = TemporaryDirectory()
    private var log: EventLog<LMDBStore>
    private let accounts: AccountIndex
    private var lasts: [AccountIndex: Position] = [:]
    private var now = TestLog.day(minutes: 0)
    let reader: LMDBReader
    let identity: LogIdentity

    var data: String { directory.path }
    private(set) var last: Position = 0

    /// Accounts 0 to `accounts` - 1.
    init(accounts: AccountIndex, identity: LogIdentity? = nil) throws {
        self.accounts = accounts
        let created = identity?.created ?? Instant(milliseconds: 0)
        let store = try LMDBStore(data: directory.path, created: created, identity: identity)
        self.identity = store.identity
        log = try EventLog(store)
        reader = log.makeReader()
    }

    /// So many minutes after the first of January 2020.
    static func day(minutes: Int) -> Instant { Instant(milliseconds: 1_577_836_800_000) + .minutes(Int64(minutes)) }

    func end(_ account: AccountIndex) -> AccountEnd { AccountEnd(account, last: lasts[account] ?? 0) }

    func openIndex(entriesOnDisk: Int) throws -> HistoryIndex {
        try HistoryIndex(data: data, log: log.store, entriesOnDisk: entriesOnDisk)
    }

    // MARK: - Events

    func payment() -> Event { .toppedUp(ToppedUp(amount: 100, method: .card, ref: "r", balanceAfter: 100)) }

    func message(isCharged: Bool) -> Event {
        let charges = isCharged ? [Charge(kind: .sms, amount: 1)] : []
        return .usageRated(UsageRated(usage: .sms, quantity: 1, charges: charges, balanceAfter: 100))
    }

    func append(_ event: Event, _ account: AccountIndex, at recorded: Instant, effective: Instant? = nil) throws {
        now = max(now, recorded)
        last = try log.append(
            event,
            EventMeta(
                recorded: now, effective: effective ?? recorded, account: account, previous: lasts[account] ?? 0))
        lasts[account] = last
    }

    func commit() throws { try #require(log.commit() == .durable) }

    /// Appends random events, some of which took effect long before or a little after they were recorded, and commits.
    func append(count: Int, _ random: inout SplitMix64) throws {
        for _ in 0..<count {
            let recorded = now + .minutes(Int64.random(in: 0...300, using: &random))
            let late: Int64 =
                switch Int.random(in: 0..<10, using: &random) {
                case 0: Int64.random(in: 0...200_000, using: &random)
                case 1: Int64.random(in: 2800...3000, using: &random)
                case 2: -5
                default: 0
                }
            try append(
                event(&random), AccountIndex.random(in: 0..<accounts, using: &random), at: recorded,
                effective: recorded - .minutes(late))
        }
        try commit()
    }

    private func event(_ random: inout SplitMix64) -> Event {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: payment()
        case 1:
            .toppedUp(
                ToppedUp(
                    amount: 100, method: .card, ref: "r", charges: [Charge(kind: .subscriptionFee, amount: 1)],
                    balanceAfter: 100))
        case 2: .feesCharged(FeesCharged(charges: [Charge(kind: .subscriptionFee, amount: 1)]))
        case 3: .sessionUsed(SessionUsed(session: 1))
        default:
            .usageRated(
                UsageRated(
                    usage: [.voice, .sms, .mms, .data].randomElement(using: &random) ?? .sms, quantity: 1,
                    charges: Bool.random(using: &random) ? [Charge(kind: .sms, amount: 1)] : []))
        }
    }

    // MARK: - Reads

    func selection(_ random: inout SplitMix64) -> HistorySelection {
        let types = ["topped_up", "fees_charged", "usage_rated", "session_used"].compactMap(Event.typeNumber)
        var classes: [HistoryClass]?
        if Int.random(in: 0..<4, using: &random) > 0 {
            classes = types.shuffled(using: &random).prefix(2).flatMap(HistoryClass.ofType)
        }
        let ends = [Position.random(in: 1...last, using: &random), Position.random(in: 1...last, using: &random)]
        var selection = HistorySelection(
            of: Array((0..<accounts).shuffled(using: &random).prefix(Bool.random(using: &random) ? 1 : 2)), classes,
            positions: Bool.random(using: &random) ? 1...last : ends.min()!...ends.max()!)
        let minutes = Int((now - Self.day(minutes: 0)).milliseconds / 60_000)
        if Bool.random(using: &random) {
            selection.from = Self.day(minutes: Int.random(in: -1000...minutes, using: &random))
        }
        if Bool.random(using: &random) {
            selection.to =
                (selection.from ?? Self.day(minutes: 0)) + .minutes(Int64.random(in: 1...9000, using: &random))
        }
        return selection
    }

    func isWanted(_ meta: EventMeta, _ event: Event, _ selection: HistorySelection) -> Bool {
        let own = HistoryClass.classes(of: event)
        return selection.classes.map { $0.contains(own.own) } ?? true
            && selection.from.map { meta.effective >= $0 } ?? true && selection.to.map { meta.effective < $0 } ?? true
    }

    /// Every event of an account.
    func positions(of account: AccountIndex, _ index: HistoryIndex?, newestFirst: Bool = true) throws -> [Position] {
        try HistoryIndex.asking(index) { index throws(LogError) in
            var found: [Position] = []
            try reader.history(
                of: [end(account)], HistorySelection(of: [account], positions: 1...last), newestFirst: newestFirst,
                index: index
            ) { meta, _ in
                found.append(meta.position)
                return true
            }
            return found
        }
    }

    /// Whether an index has what the log makes.
    func isRight(_ index: HistoryIndex) throws -> Bool {
        let contents = try index.contents()
        var made = HistorySum(through: last)
        try reader.events { meta, event in
            made.add(event, meta)
            return true
        }
        return contents.sum == made && contents.disorder == nil
    }

    // MARK: - A wrong index

    /// Makes the index of a directory.
    static func makeIndex(of data: String) throws {
        let store = try LMDBStore(data: data, created: Instant(milliseconds: 0))
        let index = try HistoryIndex(data: data, log: store, entriesOnDisk: 1)
        while try index.follow(store.makeReader()) {}
    }

    func makeIndexWrong(sealed: Bool = true, _ body: (_ entry: inout [UInt8]) -> Void) throws {
        try Self.changeIndex(of: data, sealed: sealed, body)
    }

    /// Changes the entries of an index that nobody has open. The first of a block keep their keys. Without `sealed` the
    /// checksums are those of before.
    static func changeIndex(of data: String, sealed: Bool = true, _ body: (_ entry: inout [UInt8]) -> Void) throws {
        let environment = try Environment(path: data + "/history")
        let events = try environment.openDatabase("events")
        try environment.write { transaction throws(LMDBError) in
            let blocks = try transaction.withCursor(events) { cursor throws(LMDBError) in
                var blocks: [([UInt8], [UInt8])] = []
                guard try cursor.first() else { return blocks }
                try cursor.forEach { key, block in
                    blocks.append((key.withUnsafeBytes { Array($0) }, block.withUnsafeBytes { Array($0) }))
                    return true
                }
                return blocks
            }
            for (key, old) in blocks {
                var block: [UInt8] = []
                // The last eight bytes are the checksum.
                for start in stride(from: 0, to: old.count - 8, by: 16) {
                    var entry = Array(old[start..<start + 16])
                    // The key of a block is its first entry, and so is no place for a change.
                    if start > 0 { body(&entry) }
                    block += entry
                }
                if sealed { SortedRuns.seal(&block, under: key) } else { block += old.suffix(8) }
                if block != old { try transaction.put(block, for: key, in: events) }
            }
        }
    }
}
