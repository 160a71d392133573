/// A tree's directory with faults: the service starts, serves, reports it, keeps a tree that it cannot continue, and
/// makes a correct one.

import EventLog
import Foundation
import Testing

@Suite("A tree that was damaged", .realProcess)
struct LostTreeTests {
    private static let number = 79_001_234_567

    enum Damage: String, CaseIterable {
        case removed, empty, cutInHash, zeroedEnd, noUpperLevel, damagedUpperLevel, longer, otherHistory, noName
        case ofAnotherLog

        /// True if it may be the log that was changed, so that the tree is evidence.
        var isSetAside: Bool {
            switch self {
            case .removed, .empty, .cutInHash, .zeroedEnd, .noUpperLevel, .damagedUpperLevel: false
            case .longer, .otherHistory, .noName, .ofAnotherLog: true
            }
        }

        func apply(to tree: String) throws {
            func write(_ bytes: [UInt8], at offset: Int, of name: String) throws {
                let file = try #require(FileHandle(forUpdatingAtPath: tree + "/" + name))
                try file.seek(toOffset: UInt64(offset))
                try file.write(contentsOf: Data(bytes))
                try file.close()
            }
            let size = try Data(contentsOf: URL(filePath: tree + "/level-0")).count
            switch self {
            case .removed: try FileManager.default.removeItem(atPath: tree)
            case .empty: try #require(truncate(tree + "/level-0", 0) == 0)
            case .cutInHash: try #require(truncate(tree + "/level-0", size - 32 * 40 - 9) == 0)
            case .zeroedEnd: try write([UInt8](repeating: 0, count: 4000), at: (size - 4000) / 32 * 32, of: "level-0")
            case .noUpperLevel: try #require(unlink(tree + "/level-8") == 0)
            case .damagedUpperLevel: try write([UInt8](repeating: 0, count: 40), at: 20, of: "level-8")
            case .longer: try write([UInt8](repeating: 5, count: 3200), at: size, of: "level-0")
            case .otherHistory: try write([1, 2, 3], at: size - 32 * 50, of: "level-0")
            case .noName: try #require(unlink(tree + "/log") == 0)
            case .ofAnotherLog: try Data("AAAAAAAAAAAAAAAAAAAAAA\n".utf8).write(to: URL(filePath: tree + "/log"))
            }
        }
    }

    @Test("The service works with damaged tree files, and repairs the tree", arguments: Damage.allCases)
    func damaged(damage: Damage) throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(Self.number)
            try admin.pay(Self.number, 0..<700)
            let before = try admin.checkpoint()
            #expect(try service.terminate() == .exited(0))
            try damage.apply(to: service.data + "/tree")
            let left = FileManager.default.contents(atPath: service.data + "/tree/level-0")
            try service.restart()
            let again = try service.signIn()
            try again.pay(Self.number, 1000..<1100)
            let after = try again.checkpoint()
            #expect(after.size > before.size)
            #expect(try again.areConsistent(before, after))
            #expect(try again.call("STATS")["tree"] == "ok")
            let file = try service.write(before.note, to: "before")
            let verified = try service.tool("verify", service.data, "--checkpoint", file, "--key", before.key)
            #expect(verified.status == .exited(0), "\(verified)")
            #expect(verified.output.contains("kept hashes  \(after.size)"))
            #expect(service.treesSetAside.count == (damage.isSetAside ? 1 : 0))
            for name in service.treesSetAside {
                #expect(service.logText.contains("the tree is kept as \(name)"))
                // It may be the evidence that the log was changed, so not a byte of it differs.
                #expect(FileManager.default.contents(atPath: "\(service.data)/\(name)/level-0") == left)
            }
        }
    }

    @Test("A file truncated while the service runs is repaired without a restart, and no wrong hash is returned")
    func cutUnderIt() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(Self.number)
            try admin.pay(Self.number, 0..<700)
            let before = try admin.checkpoint()
            for name in ["level-0", "level-8"] {
                try #require(truncate(service.data + "/tree/" + name, 40) == 0)
                // The first request that needs the missing hashes gets an error, or the thread has noticed by itself.
                #expect(try eventually { try admin.call("PROOF 600 size=\(before.size)").isOK })
                let reply = try admin.expectOK("PROOF 600 size=\(before.size)")
                let leaf = try Head.hash(reply["leaf"])
                let hashes = try reply.rows.map { try Head.hash($0["hash"]) }
                #expect(verifyInclusion(leaf, at: 599, size: before.size, root: before.root, proof: hashes))
                #expect(try admin.areConsistent(before, admin.checkpoint()))
                #expect(try service.tool("verify", service.data).status == .exited(0))
            }
            #expect(service.treesSetAside == [])
        }
    }

    @Test("A tree newer than a restored log is set aside, and a checkpoint shows the missing events")
    func olderLog() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(Self.number)
            try admin.pay(Self.number, 0..<300)
            let early = try admin.checkpoint()
            try admin.expectOK("BACKUP \(service.home)/b")
            try admin.pay(Self.number, 1000..<1050)
            let late = try admin.checkpoint()
            #expect(try service.tool("backup", "--vault", service.data, service.home + "/v").status == .exited(0))
            #expect(try service.terminate() == .exited(0))
            let old = service.home + "/old"
            try FileManager.default.moveItem(atPath: service.data, toPath: old)
            let restored = try service.tool(
                "restore", service.home + "/b", service.data, "--vault", service.home + "/v")
            #expect(restored.status == .exited(0), "\(restored)")
            // A checkpoint that was kept before agrees with the backup and with the log restored from it.
            let (first, second) = (try service.write(early.note, to: "early"), try service.write(late.note, to: "late"))
            for place in [service.data, service.home + "/b"] {
                let found = try service.tool("verify", place, "--checkpoint", first, "--key", early.key)
                #expect(found.status == .exited(0), "\(found)")
                let gone = try service.tool("verify", place, "--checkpoint", second, "--key", early.key)
                #expect(gone.status == .exited(1))
                #expect(gone.output.contains("after it are missing"), "\(gone)")
            }
            for name in ["master.key", "admin.secret", "tree"] {
                try FileManager.default.copyItem(atPath: "\(old)/\(name)", toPath: "\(service.data)/\(name)")
            }
            // The tree alone shows it too, until a service sets it aside.
            #expect(try service.tool("verify", service.data).output.contains("after it are missing"))
            try service.restart()
            let again = try service.signIn()
            try again.pay(Self.number, 2000..<2200)
            let now = try again.checkpoint()
            #expect(try again.areConsistent(early, now))
            #expect(try !again.areConsistent(late, now))
            #expect(service.treesSetAside.count == 1)
            #expect(service.logText.contains("the log is an older copy"))
            #expect(try service.tool("verify", service.data).status == .exited(0))
            let changed = try service.tool("verify", service.data, "--checkpoint", second)
            #expect(changed.status == .exited(1))
            #expect(changed.output.contains("not the one that was signed"))
        }
    }

    @Test("The service works without a tree, STATS shows that, and the tree continues when it can be written")
    func cannotBeMade() throws {
        try Service.run { service in
            try service.signIn().activate(Self.number)
            #expect(try service.terminate() == .exited(0))
            let tree = service.data + "/tree"
            try FileManager.default.removeItem(atPath: tree)
            try Data("in the way".utf8).write(to: URL(filePath: tree))
            try service.restart()
            let admin = try service.signIn()
            #expect(try eventually { try admin.call("STATS")["tree"] == "failed" })
            try admin.pay(Self.number, 0..<300)
            for line in ["CHECKPOINT", "PROOF 1", "CONSISTENCY 1 2"] {
                let reply = try admin.call(line)
                #expect(reply.error == "not_available", "\(reply)")
            }
            #expect(try admin.call("STATS")["tree"] == "failed")
            // Logged once, not at every try.
            #expect(service.logText.components(separatedBy: "the tree of the log is not kept").count == 2)
            #expect(try service.tool("verify", service.data).status == .exited(1))
            try FileManager.default.removeItem(atPath: tree)
            #expect(try eventually(within: 15) { try admin.call("STATS")["tree"] == "ok" })
            #expect(try admin.checkpoint().size == UInt64(admin.call("STATS")["events"] ?? ""))
            #expect(try service.tool("verify", service.data).status == .exited(0))
        }
    }

    @Test(
        "A full disk for the tree does not stop the service, and the tree is written when there is room",
        .timeLimit(.minutes(15)),
        .enabled("no volume can be mounted here") { SmallVolume.isPermitted })
    func fullDisk() throws {
        let home = try makeTemporaryDirectory()
        try withSmallVolume(megabytes: 64, at: home + "/data") { volume in
            try Service.run(["--reserve-megabytes", "4"], home: home) { service in
                let admin = try service.signIn()
                try admin.activate(Self.number)
                try admin.pay(Self.number, 0..<8000)
                let before = try admin.checkpoint()
                #expect(try service.terminate() == .exited(0))
                try FileManager.default.removeItem(atPath: service.data + "/tree")
                try volume.fill(leaving: 150_000)
                try service.restart()
                let again = try service.signIn()
                #expect(try eventually { try again.call("STATS")["tree"] == "failed" })
                #expect(try again.call("CHECKPOINT").error == "not_available")
                try again.expectOK("BALANCE \(Self.number)")
                #expect(service.logText.contains("No space left"))
                #expect(service.treesSetAside == [])
                volume.free()
                #expect(try eventually(within: 15) { try again.call("STATS")["tree"] == "ok" })
                let after = try again.checkpoint()
                #expect(try again.areConsistent(before, after))
                #expect(try service.tool("verify", service.data).status == .exited(0))
                #expect(service.treesSetAside == [])
            }
        }
    }
}
