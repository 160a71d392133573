/// Logs that earlier builds wrote, compared with this build's results: the same records, state and replies.
///
/// A kept log is three files in `KeptLogs`:
///
///     NAME.dump       the log, as `kabinet dump` writes it; its keys are `ServerKeys.fixed` and those of `FakeSecrets`
///     NAME.questions  reads, a line each: the role that asks, and the request
///     NAME.replies    of the state at every hundredth position and the last: each projection's version and digest, the
///                     trial balance, and a hash of each verb's replies
///
/// The dump never changes. A change that is meant to answer a read differently writes the replies anew, and its commit
/// message names the changed lines and the reasons: `KEPT_LOGS=write swift test --filter KeptLogTests`.
/// `KEPT_LOGS=DIRECTORY` writes every reply in full into files there, to be compared with those of another build.

import Accounts
import Foundation
import ScenarioKit
import Testing

@Suite("Kept logs") struct KeptLogTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "KeptLogs")
    static let names = ["clock", "event-time"]
    private static let setting = ProcessInfo.processInfo.environment["KEPT_LOGS"]

    private static func text(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: directory.appending(path: name)))
    }

    private static func lines(_ name: String) throws -> [String] {
        String(decoding: try text(name), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("A number's own events make the same row as all events, at every fiftieth position", arguments: names)
    func ownEventsMakeTheSameRow(name: String) throws {
        let scenario = Scenario(records: try Scenario.records(ofDump: try Self.text("\(name).dump")))
        for position in stride(from: 50, through: scenario.last, by: 50) {
            #expect(try scenario.differencesOfOwnEvents(at: position) == [], "at position \(position)")
        }
    }

    @Test(
        "Every read at every hundredth position replies the same as in the build that wrote the log", arguments: names)
    func replies(name: String) throws {
        let records = try Scenario.records(ofDump: try Self.text("\(name).dump"))
        let questions = try Self.lines("\(name).questions")
        let positions = Array(stride(from: 100, to: records.count, by: 100)) + [records.count]
        var summary: [String] = []
        var full: [String] = []
        for position in positions {
            let scenario = Scenario(records: Array(records.prefix(position)))
            for (projection, digest) in scenario.digests {
                summary.append("\(position) \(projection) \(String(digest, radix: 16))")
            }
            summary.append("\(position) sum \(scenario.trialBalance)")
            var hashes: [String: XXH64] = [:]
            for question in questions {
                let parts = question.split(separator: " ", maxSplits: 1).map(String.init)
                let text = scenario.when(parts[1], as: parts[0]).text
                let verb = String(parts[1].prefix { $0 != " " })
                hashes[verb, default: XXH64(seed: 0)].update(Array("\(question)\n\(text)\n".utf8))
                if Self.setting != nil { full.append("\(position) \(question)\n\(text)\n") }
            }
            for (verb, hash) in hashes.sorted(by: { $0.key < $1.key }) {
                summary.append("\(position) \(verb) \(String(hash.finalize(), radix: 16))")
            }
        }
        switch Self.setting {
        case "write":
            let file = Self.directory.appending(path: "\(name).replies")
            try Data((summary.joined(separator: "\n") + "\n").utf8).write(to: file)
        case let directory?:
            try Data(full.joined(separator: "\n").utf8).write(to: URL(filePath: "\(directory)/\(name).full"))
        case nil:
            let kept = try Self.lines("\(name).replies")
            // A line is a position, the projection or verb, and a hash.
            let changed = Set(summary).symmetricDifference(kept).map { $0.split(separator: " ")[1] }
            for subject in Set(changed).sorted() {
                Issue.record(
                    """
                    \(subject) of the kept log \(name) is not as the build that wrote the log had it. If that is meant \
                    (a projection has another column, and its version is raised), write the lines again with \
                    KEPT_LOGS=write swift test --filter KeptLogTests, and say why in the commit
                    """)
            }
        }
    }

    @Test("The dump of a kept log is written again with the same records and fields", arguments: names)
    func dump(name: String) throws {
        let text = try Self.text("\(name).dump")
        let scenario = Scenario(records: try Scenario.records(ofDump: text))
        // The first line has the version that wrote it. A later version's event may have more fields.
        let kept = text.split(separator: UInt8(ascii: "\n")).dropFirst()
        let again = try scenario.dump().split(separator: UInt8(ascii: "\n")).dropFirst()
        #expect(again.count == kept.count)
        for (line, lineAgain) in zip(kept, again) where line != lineAgain {
            let old = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            var new = try #require(try JSONSerialization.jsonObject(with: Data(lineAgain)) as? [String: Any])
            let data = try #require(old["data"] as? [String: Any])
            new["data"] = (new["data"] as? [String: Any])?.filter { data[$0.key] != nil }
            #expect(
                NSDictionary(dictionary: old) == NSDictionary(dictionary: new),
                "\(String(decoding: line, as: UTF8.self))")
        }
        scenario.thenReplayIsLive()
    }

    @Test("The kept logs hold every type of event of the time when they were written")
    func kinds() throws {
        var types: Set<String> = []
        for name in Self.names {
            types.formUnion(
                try Scenario(records: try Scenario.records(ofDump: try Self.text("\(name).dump"))).eventTypes())
        }
        #expect(types.count == 60)
        #expect(types.isSubset(of: Event.allTypes.map(\.name)), "an event is never removed")
    }
}
