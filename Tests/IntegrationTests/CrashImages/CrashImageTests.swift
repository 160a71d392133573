/// LMDB's files after a power cut, at every moment of a real run: each image opens, and has all that was promised.
///
/// KABINET_CRASH_IMAGES is how many images with some of the unsynced writes are made, besides those with all of them.

import Foundation
import LMDB
import Testing

@Suite(.realProcess, .serialized, .needsTracing)
struct CrashImageTests {
    private static let count =
        ProcessInfo.processInfo.environment["KABINET_CRASH_IMAGES"].flatMap { Int($0) } ?? 1500

    private func studies(_ recording: Recording, home: String) throws -> [CrashStudy] {
        try recording.record.files.map { file in
            guard file.name == "log" else {
                let database = file.name == "history" ? "events" : "keys"
                return try CrashStudy(file, home: home) {
                    try readEntries($0.data + "/" + file.name, of: database)
                }
            }
            return try CrashStudy(
                file, home: home, promised: { recording.record.promised(before: $0) },
                read: { try recording.log.read(data: $0.data) })
        }
    }

    private func withHome<Value>(_ body: (String) throws -> Value) throws -> Value {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        return try body(home)
    }

    @Test("After a crash that loses unsynced writes every acknowledged event is there with the same bytes")
    func crashes() throws {
        let recording = try Recording.shared.get()
        var random = SeededGenerator("crash images")
        try withHome { home in
            for study in try studies(recording, home: home) {
                let isLog = study.file.name == "log"
                let count = isLog ? Self.count * 7 / 10 : Self.count / 10
                try study.crash(count, using: &random) { if isLog { try recording.log.goOn(data: $0) } }
                print(
                    "crash images of \(study.file.name): \(study.images) opened, of \(study.file.writes.count) writes"
                        + " (\(study.file.writes.count { $0.isZero }) of zeros) in \(study.commitCount) commits,"
                        + " \(study.wholeStarts) of them replayed and written on, of \(recording.log.records.count) events"
                )
            }
        }
    }

    @Test("After a power cut both indexes are right or made anew, and their answers are those of the log")
    func indexes() throws {
        let recording = try Recording.shared.get()
        var random = SeededGenerator("crash images of a whole directory")
        var asking = random
        try withHome { home -> Void in
            let directory = try CrashedDirectory(recording, home: home)
            // Every second crash is at a write of the index of history.
            let history = try #require(recording.record.files.first { $0.name == "history" }).times
            let others = recording.record.files.flatMap(\.times)
            let times = (0..<max(Self.count / 10, history.count)).map { image in
                (image % 2 == 0 ? history : others).randomElement(using: &random) ?? 0
            }
            var (covered, starts) = (0, 0)
            for (image, time) in times.sorted().enumerated() {
                try directory.crash(at: time, using: &random) { data in
                    let isWhole = image % 8 == 0
                    if try directory.checkIndexes(data, isWhole: isWhole, using: &asking) > 0 { covered += 1 }
                    guard image % 32 == 0 else { return }
                    try directory.checkStart(data)
                    starts += 1
                }
            }
            print(
                "crash images of all files at once: \(times.count), the index of history had events in \(covered),"
                    + " \(starts) served by a real start")
            #expect(covered > times.count / 2)
        }
    }

    @Test("A sync that did not write is found, and an honest sync is not reported")
    func lies() throws {
        let recording = try Recording.shared.get()
        var random = SeededGenerator("lying syncs")
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        for study in try studies(recording, home: home) {
            let isLog = study.file.name == "log"
            let count = isLog ? max(24, Self.count / 500) : 60
            let syncs = study.file.syncs.indices.shuffled(using: &random).prefix(count)
            let read: ((ImageFile) throws -> Contents)? = isLog ? { try Self.replayedElsewhere($0) } : nil
            if let read { #expect(study.honest(read: read) == .whole) }
            var (caught, harmless) = (0, 0)
            for sync in syncs {
                let later = Bool.random(using: &random) ? 0 : 2
                let verdict: CrashStudy.Verdict? = study.lie(sync, commitsLater: later, read: read)
                let name = study.file.syncs[sync].name
                switch verdict {
                case .lying(let liars):
                    #expect(liars == [sync])
                    caught += 1
                case .whole, nil:
                    // A later commit may have rewritten the pages that the next one needed.
                    #expect(!study.isNeeded(sync) || later > 0, "\(name) was needed")
                    harmless += 1
                case .broken(let reason): Issue.record("\(name): \(reason)")
                }
            }
            print(
                "lying syncs of \(study.file.name): \(syncs.count) lied, \(caught) lost something and were named,"
                    + " \(harmless) lost nothing that was still needed")
            // Usually half of them or more; of 24 that are drawn, 7 once in some hundred runs.
            #expect(caught > syncs.count / 6)
        }
    }

    /// Reads with the operators' tool, which replays a log that nothing else has open.
    private static func replayedElsewhere(_ image: ImageFile) throws -> Contents {
        let tool = try ChildProcess(
            Programs.binaries + "/kabinet", ["replay", image.data, "--json"],
            environment: ["SWIFT_BACKTRACE": "enable=no"], errors: "/dev/null")
        let (output, status) = try tool.finish(within: 60)
        guard status == .exited(0), let events = output.firstMatch(of: /"events":\s*(\d+)/).flatMap({ Int($0.1) })
        else {
            throw HarnessError("the replay ended with \(status)")
        }
        return Contents(count: events)
    }

    @Test("A key is durable in the vault before an event encrypted with it can be on disk")
    func keysFirst() throws {
        let recording = try Recording.shared.get()
        try withHome { home -> Void in
            let studies = try studies(recording, home: home)
            let log = try #require(studies.first { $0.file.name == "log" })
            let vault = try #require(recording.record.files.first { $0.name == "vault" })
            let image = try ImageFile(home: home, environment: "vault")
            var disk = Disk(vault)
            var needed = 0
            for (begun, contents) in log.metaWrites {
                disk.advance(to: begun)
                image.reset(to: disk)
                var durable: Set<[UInt8]> = []
                _ = try readEntries(image.data + "/vault") { database, key in
                    if database == "keys" { durable.insert(Array(copying: key)) }
                }
                let keys = recording.log.keys.filter { $0.position <= contents.count }
                #expect(keys.allSatisfy { durable.contains($0.key) }, "up to position \(contents.count)")
                needed = keys.count
            }
            print("keys before events: \(needed) keys at \(log.metaWrites.count) commits")
            #expect(needed > 0)
        }
    }
}
