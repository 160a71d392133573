/// A log as text and back.

import Accounts
import EventLog
import Foundation
import Testing

@Suite struct DumpTests {
    private func dump(_ home: BackupHome) throws -> String {
        var text: [UInt8] = []
        try home.store.makeReader().dump(home.identity) { text += copy $0 }
        return String(decoding: text, as: UTF8.self)
    }

    private func restore(_ text: some Sequence<UInt8>, _ home: BackupHome) throws -> [[UInt8]] {
        try? FileManager.default.removeItem(atPath: home.path("r"))
        try Data(text).write(to: URL(filePath: home.path("d.jsonl")))
        try home.restore("d.jsonl", to: "r")
        return try home.records(in: "r")
    }

    @Test("A dump is restored to the same records, byte for byte, under the same identity")
    func roundTrip() throws {
        let home = try BackupHome()
        let text = try dump(home)
        #expect(try restore(text.utf8, home) == home.records)
        let log = try ReadOnlyLog(data: home.path("r"))
        #expect(log.identity == home.identity)
    }

    @Test("A line of a dump is JSON with the content of its record")
    func readable() throws {
        let home = try BackupHome()
        let lines = try dump(home).split(separator: "\n")
        #expect(lines.count == home.records.count + 1)
        let last = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[lines.count - 1].utf8)) as? [String: Any])
        #expect(last["position"] as? Int == home.records.count)
        #expect(last["type"] as? String == "topped_up")
        #expect((last["data"] as? [String: Any])?["ref"] as? String == "ref-400")
        #expect((last["command_id"] as? String)?.count == 22)
        let record = try #require(last["record"] as? String)
        #expect(decodeBase64URL(record.utf8) == home.records.last)
    }

    @Test("The dump of an empty log is only its first line")
    func empty() throws {
        let identity = LogIdentity.random(created: Instant(milliseconds: 7))
        var text: [UInt8] = []
        try MemoryStore().makeReader().dump(identity) { text += copy $0 }
        let directory = TemporaryDirectory()
        try Data(text).write(to: URL(filePath: directory.path + "/d"))
        #expect(try restoreLog(directory.path + "/d", to: directory.path + "/r") { _ in }.position == 0)
        #expect(try ReadOnlyLog(data: directory.path + "/r").identity == identity)
    }

    @Test("A dump that was changed is refused with its line, and there is no log")
    func hostile() throws {
        let home = try BackupHome()
        let lines = try dump(home).split(separator: "\n").map(String.init)
        let last = lines.count
        /// The dump with one line, by its number, changed.
        func with(_ number: Int, _ change: (String) -> String) -> [String] {
            var changed = lines
            changed[number - 1] = change(changed[number - 1])
            return changed
        }
        func removing(_ number: Int) -> [String] { Array(lines[..<(number - 1)] + lines[number...]) }
        var swapped = lines
        swapped.swapAt(99, 100)
        let record = lines[49].split(separator: "\"record\":").last ?? ""
        for (changed, line) in [
            (with(300) { $0.replacing("\"amount\":", with: "\"amount\":1") }, 300),
            (with(300) { $0.replacing("Z\",\"type\"", with: "Z\" ,\"type\"") }, 300),
            (with(300) { $0.replacing("\"principal\":", with: "\"principal\":1") }, 300),
            (with(51) { ($0.split(separator: "\"record\":").first ?? "") + "\"record\":" + record }, 51),
            (with(60) { _ in "" }, 60), (with(60) { _ in "\",\"record\":\"\"}" }, 60), (with(60) { $0 + "\r" }, 60),
            (with(60) { $0.replacing("\"}", with: "=\"}") }, 60), (with(60) { String($0.dropLast(3)) }, 60),
            (with(60) { _ in "{\"record\":\"AAAA\"}" }, 60), (with(60) { _ in "\0\u{1}\u{FFFD}" }, 60),
            (with(60) { _ in String(repeating: "[", count: 100_000) }, 60),
            (swapped, 100), (removing(200), 200), (lines + lines.suffix(1), last + 1), (removing(1), 1),
            (removing(last), last), (with(1) { $0.replacing("-dump 1", with: "-dump 2") }, 1), ([], 1), ([""], 1),
        ] {
            let error = #expect(throws: DumpError.self) {
                _ = try restore(Array(changed.map { $0 + "\n" }.joined().utf8), home)
            }
            #expect(error?.line == line, "\(error as Any)")
            #expect(!home.isThere("r/log"))
        }
        // A last line without its end, a line without end at all.
        for text in [lines.joined(separator: "\n"), lines[0] + "\n" + String(repeating: " ", count: 40 << 20)] {
            #expect(throws: DumpError.self) { _ = try restore(text.utf8, home) }
        }
    }

    @Test("A dump with any changed byte is refused or gives the same log", arguments: seeds.prefix(5))
    func anyByte(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let home = try BackupHome()
        let text = Array(try dump(home).utf8)
        for _ in 0..<8 {
            var changed = text
            let place = Int.random(in: 0..<text.count, using: &random)
            changed[place] ^= UInt8.random(in: 1...255, using: &random)
            guard let records = try? restore(changed, home) else { continue }
            #expect(records == home.records, "seed \(seed), byte \(place)")
        }
    }
}
