/// Backups and restores of a log of real events, in one process.

import Accounts
import EventCoding
import EventLog
import Foundation
import ScenarioKit
import Testing

/// A log in a data directory, with room beside it.
final class BackupHome {
    let directory = TemporaryDirectory()
    let records: [[UInt8]]
    var store: LMDBStore

    var data: String { directory.path + "/data" }
    var identity: LogIdentity { store.identity }

    init() throws {
        let scenario = Scenario()
        for number in 1...3 { scenario.given(subscriber: "7900123456\(number)", tariff: "talk", balance: "200") }
        for payment in 1...400 {
            scenario.given("TOPUP 79001234561 \(payment % 90 + 1) ref=ref-\(payment) id=id-\(payment)")
        }
        records = scenario.records
        store = try LMDBStore(data: directory.path + "/data", created: Instant(milliseconds: 7))
        for (index, record) in records.enumerated() { try store.append(record, at: Position(index + 1)) }
        try #require(store.commit() == .durable)
    }

    func path(_ name: String) -> String { directory.path + "/" + name }
    func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    func names(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }

    @discardableResult
    func backUp(_ name: String, progress: (CopyProgress) throws -> Void = { _ in }) throws -> BackupManifest {
        try store.makeReader().backUp(identity, to: path(name), taken: Instant(milliseconds: 9), progress: progress)
    }

    @discardableResult
    func restore(_ source: String, to name: String) throws -> Restored {
        try restoreLog(path(source), to: path(name)) { _ in }
    }

    func records(in name: String) throws -> [[UInt8]] { try ReadOnlyLog(data: path(name)).reader.scanned() }
}

@Suite struct BackupTests {
    @Test("A backup holds every committed record and the log's identity, and the tools can read it")
    func whole() throws {
        let home = try BackupHome()
        let manifest = try home.backUp("b")
        #expect(manifest.position == Position(home.records.count))
        #expect(manifest.identity == home.identity)
        #expect(try BackupManifest(of: home.path("b")) == manifest)
        #expect(try home.names("b") == ["backup.json", "log"])
        #expect(try home.names("b/log") == ["data.mdb"])
        #expect(try home.records(in: "b") == home.records)
        #expect(!home.isThere("b.unfinished"))
    }

    @Test("An empty log is backed up and restored too")
    func empty() throws {
        let directory = TemporaryDirectory()
        let store = try LMDBStore(data: directory.path + "/data", created: Instant(milliseconds: 7))
        let manifest = try store.makeReader().backUp(
            store.identity, to: directory.path + "/b", taken: Instant(milliseconds: 9)
        ) { _ in }
        #expect(manifest.position == 0)
        #expect(try restoreLog(directory.path + "/b", to: directory.path + "/r") { _ in }.position == 0)
        #expect(try ReadOnlyLog(data: directory.path + "/r").identity == store.identity)
    }

    @Test("What is committed while a backup runs is not in it")
    func prefix() throws {
        let home = try BackupHome()
        let (reader, identity, path) = (home.store.makeReader(), home.identity, home.path("b"))
        let next = Position(home.records.count + 1)
        let manifest = try reader.backUp(identity, to: path, taken: Instant(milliseconds: 9)) { _ in
            try home.store.append(record(next), at: next)
            try #require(home.store.commit() == .durable)
        }
        #expect(manifest.position == next - 1)
        #expect(try home.records(in: "b") == home.records)
        #expect(home.store.last == next)
    }

    @Test("A cancelled backup leaves no file, and the next backup may have its name")
    func ended() throws {
        struct Enough: Error {}
        let home = try BackupHome()
        #expect(throws: Enough.self) { try home.backUp("b") { _ in throw Enough() } }
        #expect(try home.names("") == ["data"])
        try home.backUp("b")
    }

    @Test("The remains of a killed backup are not a backup, and the next one removes them")
    func leftOver() throws {
        let home = try BackupHome()
        try home.backUp("old")
        try FileManager.default.moveItem(atPath: home.path("old"), toPath: home.path("b.unfinished"))
        try FileManager.default.copyItem(
            atPath: home.path("b.unfinished/log"), toPath: home.path("b.unfinished/log.new"))
        try home.backUp("b/")
        #expect(try home.names("b") == ["backup.json", "log"])
        #expect(try home.names("") == ["b", "data"])
    }

    @Test("A backup never writes into an existing directory, and does not create directories above it")
    func refusedPlaces() throws {
        let home = try BackupHome()
        try home.backUp("b")
        #expect(#expect(throws: StoreError.self) { try home.backUp("b") }?.code == .exists)
        #expect(#expect(throws: StoreError.self) { try home.backUp("data/log/data.mdb") }?.code == .exists)
        #expect(#expect(throws: StoreError.self) { try home.backUp("none/b") }?.code == .missing)
        #expect(#expect(throws: StoreError.self) { try home.backUp("data/log/data.mdb/b") }?.code == .missing)
    }

    @Test("A backup on the log's own disk leaves the given room, or removes its unfinished copy")
    func room() throws {
        let home = try BackupHome()
        let error = #expect(throws: StoreError.self) {
            try home.store.makeReader().backUp(
                home.identity, to: home.path("b"), taken: Instant(milliseconds: 9), leavingBytes: 1 << 60
            ) { _ in }
        }
        #expect(error?.code == .full)
        #expect(try home.names("") == ["data"])
    }

    @Test("A second backup to the same name at the same time is refused")
    func locked() throws {
        let home = try BackupHome()
        let lock = try DataDirectoryLock(home.path("b.unfinished"))
        withExtendedLifetime(lock) {
            #expect(#expect(throws: StoreError.self) { try home.backUp("b") }?.code == .inUse)
        }
    }

    @Test("A damaged record stops the backup with its position, and no file is left")
    func damagedSource() throws {
        let home = try BackupHome()
        let next = Position(home.records.count + 1)
        try home.store.append(home.records[0], at: next)
        try #require(home.store.commit() == .durable)
        let error = #expect(throws: LogError.self) { try home.backUp("b") }
        #expect(error?.description.contains("record \(next) is damaged") == true)
        #expect(try home.names("") == ["data"])
    }
}

@Suite struct RestoreTests {
    @Test("A restored log has the same records, the same identity, and books that balance")
    func restored() throws {
        let home = try BackupHome()
        try home.backUp("b")
        let restored = try home.restore("b", to: "r")
        #expect(restored.position == Position(home.records.count))
        #expect(restored.accounts == 4)
        #expect(try home.records(in: "r") == home.records)
        let log = try ReadOnlyLog(data: home.path("r"))
        #expect(log.identity == home.identity)
    }

    @Test("A restored log continues after its last record")
    func goesOn() throws {
        let home = try BackupHome()
        try home.backUp("b")
        try home.restore("b", to: "r")
        var store = try LMDBStore(data: home.path("r"))
        try store.append(record(store.last + 1), at: store.last + 1)
        #expect(store.commit() == .durable)
    }

    @Test("A restore is refused if the directory has a log")
    func occupied() throws {
        let home = try BackupHome()
        try home.backUp("b")
        try home.restore("b", to: "r")
        #expect(#expect(throws: StoreError.self) { try home.restore("b", to: "r") }?.code == .exists)
        #expect(#expect(throws: StoreError.self) { try home.restore("b", to: "data") }?.code == .inUse)
        #expect(#expect(throws: StoreError.self) { try home.restore("none", to: "r2") }?.code == .missing)
        #expect(throws: StoreError.self) { try home.restore("data", to: "r2") }
        #expect(!home.isThere("r2/log"))
    }

    @Test("A backup that does not match its manifest is refused, and there is no log")
    func wrongManifest() throws {
        let home = try BackupHome()
        try home.backUp("b")
        let last = home.records.count
        let text = try String(contentsOfFile: home.path("b/backup.json"), encoding: .utf8)
        let digest = try #require(text.firstMatch(of: /"last_record": "([0-9a-f]+)"/)?.1)
        for (wrong, words) in [
            (text.replacing("\"position\": \(last)", with: "\"position\": \(last + 1)"), "ends at \(last);"),
            (text.replacing(digest, with: "1"), "position \(last)"),
            (text.replacing(home.identity.name, with: "AAAAAAAAAAAAAAAAAAAAAA"), "AAAAAAAAAAAAAAAAAAAAAA"),
            (text.replacing(/"bytes": \d+/, with: "\"bytes\": 4096"), "had 4096"),
            (text.replacing("kabinet-backup 1", with: "kabinet-backup 2"), "format 1"),
            ("{}", "format 1"), ("", "format 1"),
        ] {
            try wrong.write(toFile: home.path("b/backup.json"), atomically: true, encoding: .utf8)
            let error = #expect(throws: (any Error).self) { try home.restore("b", to: "r") }
            #expect("\(error as Any)".contains(words), "\(error as Any)")
            #expect(try home.names("r") == ["lock"])
        }
        try text.write(toFile: home.path("b/backup.json"), atomically: true, encoding: .utf8)
        try home.restore("b", to: "r")
    }

    @Test("A backup that was cut, or one bit of whose records turned, is refused, with the position where it is known")
    func damaged() throws {
        let home = try BackupHome()
        try home.backUp("b")
        let file = URL(filePath: home.path("b/log/data.mdb"))
        let whole = try Data(contentsOf: file)
        try whole.dropLast(4096).write(to: file)
        let cut = #expect(throws: RestoreError.self) { try home.restore("b", to: "r") }
        #expect(cut?.description.contains("has \(whole.count - 4096) bytes") == true)

        let position = Position(home.records.count - 100)
        let place = try #require(whole.range(of: Data(home.records[Int(position) - 1])))
        var flipped = whole
        flipped[place.lowerBound + 85] ^= 0x10
        try flipped.write(to: file)
        let error = #expect(throws: LogError.self) { try home.restore("b", to: "r") }
        #expect(error?.description.contains("record \(position) is damaged") == true, "\(error as Any)")
        #expect(try home.names("r") == ["lock"])
    }

    @Test("The remains of a killed restore are not a log, and the next one removes them")
    func leftOver() throws {
        let home = try BackupHome()
        try home.backUp("b")
        try FileManager.default.createDirectory(atPath: home.path("r"), withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: home.path("b/log"), toPath: home.path("r/log.new"))
        try home.restore("b", to: "r")
        #expect(try home.names("r") == ["lock", "log"])
        #expect(try home.records(in: "r") == home.records)
    }

    @Test("The files beside the log are restored before it, and without them there is no log")
    func complete() throws {
        struct NoKeys: Error {}
        let home = try BackupHome()
        try home.backUp("b")
        let data = home.path("r")
        #expect(throws: NoKeys.self) {
            try restoreLog(home.path("b"), to: data) { _ in
            } complete: { log in
                #expect(log == home.identity)
                #expect(!FileManager.default.fileExists(atPath: data + "/log"))
                throw NoKeys()
            }
        }
        #expect(try home.names("r") == ["lock"])
    }
}
