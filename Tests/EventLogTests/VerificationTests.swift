/// A log that was changed without the service: the checks that show it, and the changes that only a checkpoint shows.

import Accounts
import EventCoding
import EventLog
import Foundation
import Testing

@Suite struct VerificationTests {
    private func kinds(_ found: TreeVerification) -> Set<VerificationFault.Kind> { Set(found.faults.map(\.kind)) }

    private func positions(_ found: TreeVerification, _ kind: VerificationFault.Kind) -> Set<Position> {
        Set(found.faults.filter { $0.kind == kind }.map(\.position))
    }

    @Test(
        "An intact log agrees with its tree and checkpoints, even if the tree is behind or missing")
    func honest() throws {
        let log = try KeptLog()
        let sizes: [UInt64] = [0, 1, 255, 256, 257, 512, log.last]
        let checkpoints = try sizes.map { try log.checkpoint(of: $0) }
        let found = try log.verify(checkpoints)
        #expect(found.faults.isEmpty)
        #expect(found.checkpoints == sizes)
        #expect(found.last == log.last)
        #expect(found.keptLeaves == log.last)
        #expect(found.root == checkpoints.last?.root)

        let tree = try TreeFiles(data: log.data, of: log.identity)
        try tree.cut(to: 300)
        let behind = try log.verify(checkpoints)
        #expect(behind.faultCount == 0)
        #expect(behind.keptLeaves == 300)
        let without = try log.verify(checkpoints, hasTree: false)
        #expect(without.faultCount == 0)
        #expect(without.keptLeaves == nil)
    }

    @Test("Every flipped bit of a record is found and reported with its position")
    func bits() throws {
        let log = try KeptLog(payments: 10)
        let checkpoint = try log.checkpoint(of: log.last)
        let honest = log.records
        var random = SeededGenerator(seed: seeds[0])
        // Every byte of some records, one bit each; several records a round, because each is named separately.
        let some: [Position] = [1, 20, log.last - 1, log.last]
        let rounds = some.map { honest[Int($0) - 1].count }.max() ?? 0
        for round in 0..<rounds {
            var changes: [Position: [UInt8]] = [:]
            for position in some where round < honest[Int(position) - 1].count {
                changes[position] = honest[Int(position) - 1]
                changes[position]?[round] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            // And random bits of any others.
            for _ in 0..<3 {
                let position = Position.random(in: 2...19, using: &random)
                guard changes[position] == nil else { continue }
                changes[position] = honest[Int(position) - 1]
                let place = Int.random(in: 0..<honest[Int(position) - 1].count, using: &random)
                changes[position]?[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            try log.replace(changes)
            let found = try log.verify([checkpoint])
            #expect(positions(found, .record) == Set(changes.keys), "byte \(round), seed \(seeds[0])")
            #expect(positions(found, .leaf) == Set(changes.keys), "byte \(round), seed \(seeds[0])")
            #expect(positions(found, .checkpoint) == [checkpoint.size])
            #expect(found.checkpoints == [])
            // Without the tree the checksum shows it too.
            #expect(try positions(log.verify(hasTree: false), .record) == Set(changes.keys))
            try log.replace(Dictionary(uniqueKeysWithValues: changes.keys.map { ($0, honest[Int($0) - 1]) }))
        }
        #expect(try log.verify([checkpoint]).faultCount == 0)
    }

    @Test("A record that is longer or shorter, or stands in another's place, is found")
    func shapes() throws {
        let log = try KeptLog(payments: 10)
        let (honest, last) = (log.records, log.last)
        for changed in [Array(honest[9].dropLast()), honest[9] + [0], [], [0], Array(honest[9].prefix(80)), honest[8]] {
            try log.replace([10: changed])
            let found = try log.verify()
            #expect(positions(found, .record) == [10])
            #expect(positions(found, .leaf) == [10])
        }
        try log.replace([10: honest[9], last: honest[Int(last) - 2], last - 1: honest[Int(last) - 1]])
        #expect(try positions(log.verify(), .record) == [last - 1, last])
    }

    /// Gives a payment another amount, with a correct checksum.
    private func enrich(_ log: KeptLog, at position: Position) throws {
        var (meta, payment) = try log.payment(at: position)
        payment.amount += 100
        try log.replace(meta, .toppedUp(payment))
    }

    @Test("An amount changed with a new checksum is found by the kept hash")
    func amount() throws {
        let log = try KeptLog()
        let position = log.last - 20
        try enrich(log, at: position)
        let found = try log.verify()
        #expect(kinds(found) == [.leaf])
        #expect(positions(found, .leaf) == [position])
        // In a whole tile the level above shows it too.
        try enrich(log, at: 100)
        let both = try log.verify()
        #expect(positions(both, .leaf) == [100, position])
        #expect(positions(both, .tree) == [1])
    }

    @Test("An amount changed with all hashes made anew is found only by a checkpoint kept elsewhere")
    func amountAndHashes() throws {
        let log = try KeptLog()
        let before = try log.checkpoint(of: log.last - 25)
        let after = try log.checkpoint(of: log.last)
        let position = log.last - 20
        try enrich(log, at: position)
        try log.keepTree()
        #expect(try log.verify().faultCount == 0)
        let found = try log.verify([before, after])
        #expect(found.checkpoints == [before.size])
        #expect(before.size < position)
        #expect(found.faults.map(\.kind) == [.checkpoint])
        #expect(found.faults.first?.position == after.size)
        // If the leaves were made again but not the level above, that level shows it.
        try enrich(log, at: 100)
        try log.damage("level-0", at: 99 * 32, log.leaf(log.records[99]).bytes)
        #expect(try log.verify().faults.map(\.kind) == [.tree])
    }

    @Test("An impossible order of records is found, although every checksum is right and there is no tree")
    func order() throws {
        for change in 0..<3 {
            let log = try KeptLog(payments: 10)
            let position = log.last - 4
            var (meta, event) = try log.decoded(position)
            switch change {
            case 0: meta.previous -= 1
            case 1: meta.recorded = Instant(milliseconds: meta.recorded.milliseconds - 86_400_000)
            default: meta.account += 1
            }
            try log.replace(meta, event)
            #expect(try kinds(log.verify(hasTree: false)) == [.order])
            #expect(try positions(log.verify(), .order).min() == position)
            #expect(try positions(log.verify(), .leaf) == [position])
        }
    }

    @Test("A log without its end is found by the tree and by a checkpoint")
    func cut() throws {
        let log = try KeptLog()
        let (early, late) = (try log.checkpoint(of: 300), try log.checkpoint(of: log.last))
        try log.cut(to: log.last - 7)
        let found = try log.verify([early, late])
        #expect(found.checkpoints == [300])
        #expect(found.faults.map(\.kind) == [.checkpoint, .tree])
        #expect(found.faults.map(\.position) == [late.size, log.last])
        #expect(try log.verify([late], hasTree: false).faults.map(\.kind) == [.checkpoint])
        // If the tree was cut too, only the checkpoint shows it.
        try log.keepTree()
        #expect(try log.verify().faultCount == 0)
        #expect(try log.verify([late]).faultCount == 1)
    }

    @Test("Damaged hashes of the tree are found on every level")
    func levels() throws {
        let log = try KeptLog()
        try log.damage("level-8", at: 32 + 5, [0xFF, 0xFE])
        let found = try log.verify()
        #expect(found.faults.map(\.kind) == [.tree])
        #expect(found.faults.first?.position == 257)
        #expect(found.faults.first?.message.contains("positions 257 to 512") == true)
        try log.keepTree()
        try log.damage("level-0", at: 41 * 32, TreeHash.zero.bytes)
        #expect(try log.verify().faults.map(\.kind) == [.leaf])
        #expect(try log.verify().faults.map(\.position) == [42])
    }

    @Test("A checkpoint of another log or root is a fault, and a right one beside it agrees")
    func checkpoints() throws {
        let log = try KeptLog(payments: 10)
        let right = try log.checkpoint(of: 30)
        let root = try log.checkpoint(of: 29).root
        let other = Checkpoint(origin: "kabinet/AAAAAAAAAAAAAAAAAAAAAA", size: 30, root: right.root)
        let wrong = Checkpoint(origin: log.origin, size: 30, root: root)
        let found = try log.verify([other, wrong, right, right])
        #expect(found.checkpoints == [30, 30])
        #expect(found.faults.map(\.kind) == [.checkpoint, .checkpoint])
        #expect(found.faults[0].message.contains("AAAA"))
    }

    @Test("A tree of another log, or one that cannot be opened, is a fault, and the log is still checked")
    func unreadable() throws {
        for change in 0..<4 {
            let log = try KeptLog(payments: 10)
            let checkpoint = try log.checkpoint(of: 30)
            let tree = log.data + "/tree"
            switch change {
            case 0: #expect(unlink(tree + "/log") == 0)
            case 1: try Data("AAAAAAAAAAAAAAAAAAAAAA\n".utf8).write(to: URL(filePath: tree + "/log"))
            case 2: #expect(unlink(tree + "/level-0") == 0)
            default:
                try FileManager.default.removeItem(atPath: tree)
                try Data().write(to: URL(filePath: tree))
            }
            let found = try log.verify([checkpoint])
            #expect(found.faults.map(\.kind) == [.tree])
            #expect(found.checkpoints == [30])
            #expect(found.keptLeaves == nil)
        }
    }

    @Test("After a missing record nothing counts as checked, and the records before it do")
    func gap() throws {
        let log = try KeptLog(payments: 10)
        let (before, after) = (try log.checkpoint(of: 9), try log.checkpoint(of: 10))
        try log.remove(10)
        let found = try log.verify([before, after])
        #expect(found.checkpoints == [9])
        #expect(found.faults.map(\.kind) == [.record, .checkpoint])
        #expect(found.faults.map(\.position) == [10, 10])
    }

    @Test("All faults are counted, and the first hundred are listed")
    func many() throws {
        let log = try KeptLog()
        var changes: [Position: [UInt8]] = [:]
        for position in 100..<400 as Range<Position> {
            changes[position] = log.records[Int(position) - 1]
            changes[position]?[90] ^= 1
        }
        try log.replace(changes)
        let found = try log.verify()
        #expect(found.faults.count == 100)
        // Two faults a record, checksum and hash, and one for each of two whole tiles.
        #expect(found.faultCount == 300 * 2 + 2)
    }
}
