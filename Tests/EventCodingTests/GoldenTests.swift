import Accounts
import EventCoding
import Foundation
import Testing

/// `Schemas/golden/v<version>/<type>.txt`: a record as a released version wrote it, with what it means.
///
/// The files are never changed: a log holds such records for ever. With `KABINET_GOLDEN=accept` in the environment
/// the tests write the ones that are missing, and touch no other.
@Suite("Golden records", .serialized)
struct GoldenTests {
    struct Golden {
        let position: Position
        let record: [UInt8]
        let json: String

        init(_ event: Event) {
            position = 1000 + Position(event.typeNumber)
            record = event.record(position: position)
            json = event.json
        }

        init?(_ text: String) {
            let lines = text.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1) }
            guard lines.count == 3, lines.allSatisfy({ $0.count == 2 }), lines.map({ $0[0] }) == Self.keys,
                let position = Position(lines[0][1]), let record = bytes(hex: lines[1][1])
            else { return nil }
            self.position = position
            self.record = record
            json = String(lines[2][1])
        }

        var text: String { "position \(position)\nrecord \(record.hex)\njson \(json)\n" }

        private static let keys: [Substring] = ["position", "record", "json"]
    }

    private static func file(_ type: String, version: UInt8) -> URL {
        Repository.golden.appendingPathComponent("v\(version)/\(type).txt")
    }

    @Test("exist for every type and every version of it", arguments: Event.allTypes.map(\.number))
    func complete(type: UInt16) throws {
        let name = try #require(Event.typeName(of: type))
        let known = try #require(Event.schemaVersion(of: type))
        for version in 1...known {
            let file = Self.file(name, version: version)
            if FileManager.default.fileExists(atPath: file.path) { continue }
            guard version == known, ProcessInfo.processInfo.environment["KABINET_GOLDEN"] == "accept" else {
                Issue.record("no golden record \(file.path): run the tests with KABINET_GOLDEN=accept and commit it")
                continue
            }
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(Golden(.golden(type)).text.utf8).write(to: file, options: .withoutOverwriting)
        }
    }

    @Test("decode to what they meant, and encode to the same bytes", arguments: Event.allTypes.map(\.number))
    func readable(type: UInt16) throws {
        let name = try #require(Event.typeName(of: type))
        let known = try #require(Event.schemaVersion(of: type))
        for version in 1...known {
            let text = try String(contentsOf: Self.file(name, version: version), encoding: .utf8)
            let golden = try #require(Golden(text), "\(name) has another form than a golden record")
            let (meta, event) = try decodeRecord(golden.record, position: golden.position)
            #expect(event.typeName == name)
            #expect(meta == sampleMeta(position: golden.position))
            #expect(golden.record[10] == version)
            guard version == known else {
                #expect(event.json == (try lifted(name, version: version)), "as version \(version) meant it")
                continue
            }
            #expect(try Self.means(event.json, golden.json), "\(event.json) is not \(golden.json)")
            #expect(event.record(position: golden.position) == golden.record)
        }
    }

    /// True if an event says what its golden record says. It may have fields that a later build added, at zero: the
    /// bytes, which are compared too, leave those out.
    private static func means(_ json: String, _ golden: String) throws -> Bool {
        guard json != golden else { return true }
        let new = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let old = try #require(try JSONSerialization.jsonObject(with: Data(golden.utf8)) as? [String: Any])
        let same = new.filter { old[$0.key] != nil }
        let added = new.filter { old[$0.key] == nil }
        return NSDictionary(dictionary: same) == NSDictionary(dictionary: old)
            && added.values.allSatisfy { $0 as? NSNumber == 0 || $0 as? String == "" || $0 as? String == "unspecified" }
    }

    /// `Schemas/golden/lifted/<type>.v<version>.json`: the golden record of an older version, lifted to the current
    /// one.
    private func lifted(_ type: String, version: UInt8) throws -> String {
        let file = Repository.golden.appendingPathComponent("lifted/\(type).v\(version).json")
        return try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    @Test("are of types that are still known")
    func nothingForgotten() throws {
        let names = Set(Event.allTypes.map(\.name))
        let versions = try FileManager.default.contentsOfDirectory(atPath: Repository.golden.path)
        for version in versions where version.hasPrefix("v") {
            let folder = Repository.golden.appendingPathComponent(version).path
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
                #expect(names.contains(file.replacing(".txt", with: "")), "\(file) is of no event")
                let type = Event.typeNumber(of: file.replacing(".txt", with: "")).flatMap(Event.schemaVersion)
                #expect(version <= "v\(type ?? 0)", "\(version)/\(file) is of a version that was taken back")
            }
        }
    }
}
