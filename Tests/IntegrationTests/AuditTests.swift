/// `kabinet audit`: a directory as the service left it, and changes that were made to it since.

import Accounts
import EventLog
import Foundation
import Testing

@Suite("kabinet audit", .realProcess)
struct AuditTests {
    private static let numbers = (0..<3).map { 79_001_234_700 + $0 }

    private struct Report {
        let output: String
        let errors: String
        let status: ExitStatus
        /// Kind, position and words of each line that reports a fault.
        var wrong: [String] {
            output.split(separator: "\n").filter { $0.hasPrefix("WRONG") }
                .map { $0.dropFirst(5).trimmingCharacters(in: .whitespaces) }
        }
    }

    private func audit(_ data: String, _ arguments: String...) throws -> Report {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let tool = try ChildProcess(
            Programs.binaries + "/kabinet", ["audit", data] + arguments, errors: home + "/errors")
        let (output, status) = try tool.finish(within: 60)
        let errors = (try? String(contentsOfFile: home + "/errors", encoding: .utf8)) ?? ""
        return Report(output: output, errors: errors, status: status)
    }

    private func json(_ report: Report) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
    }

    /// Some hundred payments, of which the middle one's position is passed to the body; a checkpoint in
    /// `home/checkpoint`, a backup in `home/backup`. The service is stopped.
    private func run(_ body: (Service, Tampering, _ payment: Position) throws -> Void) throws {
        try Service.run { service in
            let admin = try service.signIn()
            for number in Self.numbers { try admin.activate(number) }
            var payment: Position = 0
            for index in 0..<300 {
                let reply = try admin.expectOK("TOPUP \(Self.numbers[index % 3]) 10 ref=r\(index) method=cash")
                if index == 150 { payment = try #require(reply["seq"].flatMap { Position($0) }) }
                if index == 100 {
                    let seq = try admin.expectOK("SNAPSHOT")["seq"]
                    #expect(try eventually { try admin.call("STATS")["snapshot_position"] == seq })
                }
            }
            let note = try #require(try admin.expectOK("CHECKPOINT")["note"])
            try note.write(toFile: service.home + "/checkpoint", atomically: true, encoding: .utf8)
            try admin.expectOK("BACKUP \(service.home)/backup")
            #expect(try service.terminate() == .exited(0))
            try body(service, Tampering(data: service.data), payment)
        }
    }

    @Test("An intact data directory and an intact backup have no fault")
    func honest() throws {
        try run { service, _, _ in
            for data in [service.data, service.home + "/backup"] {
                let report = try audit(data, "--checkpoint", service.home + "/checkpoint")
                #expect(report.status == .exited(0), "\(report)")
                #expect(report.wrong == [] && report.output.contains("nothing is wrong"))
                #expect(report.output.contains("trial balance   0.00"))
                #expect(report.output.contains("agrees"))
            }
            let object = try json(try audit(service.data, "--json"))
            #expect(object["result"] as? String == "ok")
            #expect((object["faults"] as? [Any])?.isEmpty == true)
            #expect((object["not_compared"] as? [Any])?.isEmpty == true)
            #expect((object["snapshots"] as? [Any])?.count == 2)
            #expect((object["pasts_compared"] as? Int ?? 0) > 100)
            let events = try #require(object["events"] as? Int)
            #expect(object["replayed"] as? Int == events)
            // An audit changes nothing.
            try service.restart()
            #expect(try service.signIn().call("STATS")["events"] == "\(events)")
        }
    }

    @Test("A changed amount in a valid record is found by the kept hash and by the event's balance")
    func amount() throws {
        try run { service, tampering, payment in
            try tampering.changeAmount(payment, by: 100)
            let report = try audit(service.data)
            #expect(report.status == .exited(1))
            #expect(report.wrong.contains { $0.hasPrefix("position \(payment), leaf: ") }, "\(report.wrong)")
            let number = Self.numbers[150 % 3]
            // The snapshot before it is unchanged; the one after it cannot be compared.
            #expect(report.output.contains("the replay came to position \(payment - 1)"), "\(report)")
            #expect(
                report.wrong.contains {
                    $0.hasPrefix("position \(payment), balances: balances of \(number): the event says")
                })
            #expect(!report.wrong.contains { $0.contains("position \(payment - 1),") })
            // Without a tree.
            for name in ["tree", "snapshots"] { try FileManager.default.removeItem(atPath: service.data + "/" + name) }
            let without = try audit(service.data)
            #expect(without.status == .exited(1))
            #expect(without.output.contains("no tree"))
            // The log cannot be replayed, or served.
            let replay = try service.tool("replay", service.data)
            #expect(replay.status == .exited(1))
            #expect(replay.complaints.contains("position \(payment), balances: the event says"))
            #expect(throws: HarnessError.self) { try service.restart() }
            #expect(try service.process.wait(within: 60) == .exited(78))
            #expect(without.wrong.contains { $0.hasPrefix("position \(payment), balances: ") })
            // The other tools report the same, and none ends without a message.
            for arguments in [["explain", service.data, "\(number)"], ["diff", service.data, "--from", "1"]] {
                let tool = try ChildProcess(Programs.binaries + "/kabinet", arguments, errors: service.home + "/said")
                #expect(try tool.finish(within: 60).status == .exited(1))
                let said = try String(contentsOfFile: service.home + "/said", encoding: .utf8)
                #expect(said.contains("position \(payment), balances: the event says"), "\(said)")
                try FileManager.default.removeItem(atPath: service.home + "/said")
            }
            let object = try json(try audit(service.data, "--json"))
            let faults = try #require(object["faults"] as? [[String: Any]])
            #expect(object["result"] as? String == "wrong")
            #expect(faults.contains { $0["kind"] as? String == "balances" && $0["position"] as? Int == Int(payment) })
        }
    }

    @Test("A history rewritten with its hashes and balances is found by a checkpoint kept elsewhere")
    func rewrittenTree() throws {
        try run { service, tampering, payment in
            // Only the reference differs, so no sum does.
            try tampering.rewrite(payment) { _, event in
                guard case .toppedUp(var paid) = event else { throw HarnessError("no payment") }
                paid.ref = "forged"
                event = .toppedUp(paid)
            }
            let kept = try audit(service.data)
            #expect(
                kept.wrong.contains { $0.hasPrefix("position \(payment), idempotency_keys: ") },
                "the snapshots were made of the other reference: \(kept)")
            for derived in ["tree", "snapshots", "index", "history"] {
                try FileManager.default.removeItem(atPath: service.data + "/" + derived)
            }
            try service.restart()
            _ = try service.signIn().expectOK("CHECKPOINT")
            #expect(try service.terminate() == .exited(0))
            #expect(try audit(service.data).status == .exited(0))
            let report = try audit(service.data, "--checkpoint", service.home + "/checkpoint")
            #expect(report.status == .exited(1))
            #expect(report.wrong.count == 1 && report.wrong.allSatisfy { $0.contains(", checkpoint: ") }, "\(report)")
        }
    }

    @Test("A damaged record and a wrong link to the previous event are reported with their positions")
    func records() throws {
        try run { service, tampering, payment in
            try tampering.rewrite(payment) { meta, _ in meta.previous -= 1 }
            let previous = try audit(service.data)
            #expect(previous.status == .exited(1))
            #expect(previous.wrong.contains { $0.hasPrefix("position \(payment), order: ") }, "\(previous)")
            #expect(previous.wrong.contains { $0.hasPrefix("replay: the log cannot be replayed") })
        }
        try run { service, tampering, payment in
            try tampering.damage(payment)
            let report = try audit(service.data)
            #expect(report.status == .exited(1) && report.errors == "")
            #expect(report.wrong.contains { $0.hasPrefix("position \(payment), record: ") }, "\(report)")
            #expect(report.wrong.contains { $0.hasPrefix("replay: the log cannot be replayed") })
            #expect(report.output.contains("SOMETHING IS WRONG"))
        }
    }

    @Test("A snapshot that cannot be read, or is newer than the log, is reported and not compared")
    func snapshots() throws {
        try run { service, tampering, payment in
            let positions = try SnapshotFormat.list(data: service.data)
            try #require(positions.count == 2)
            let name = { (position: Position) in
                service.data + "/snapshots/" + String(repeating: "0", count: 20 - "\(position)".count)
                    + "\(position).snapshot"
            }
            var bytes = try Data(contentsOf: URL(fileURLWithPath: name(positions[1])))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(fileURLWithPath: name(positions[1])))
            let report = try audit(service.data)
            #expect(report.status == .exited(0), "\(report)")
            #expect(report.output.contains("not compared    snapshot \(positions[1]): "))
            let object = try json(try audit(service.data, "--json"))
            #expect((object["not_compared"] as? [[String: Any]])?.first?["position"] as? Int == Int(positions[1]))
            #expect(object["snapshots"] as? [Int] == [Int(positions[0])])

            // A log from an older backup beside newer snapshots.
            try FileManager.default.removeItem(atPath: service.data + "/tree")
            let short = service.home + "/short"
            try FileManager.default.copyItem(atPath: service.home + "/backup", toPath: short)
            try FileManager.default.copyItem(atPath: service.data + "/snapshots", toPath: short + "/snapshots")
            let last = try #require(object["events"] as? Int)
            try FileManager.default.moveItem(
                atPath: short + "/snapshots/" + (name(positions[0]) as NSString).lastPathComponent,
                toPath: short + "/snapshots/" + (name(Position(last + 5)) as NSString).lastPathComponent)
            let later = try audit(short)
            #expect(later.status == .exited(0), "\(later)")
            #expect(later.output.contains("not compared    snapshot \(last + 5): "), "\(later)")
        }
    }

    @Test("A snapshot in which money was moved is reported by its accounts")
    func forgedSnapshot() throws {
        try run { service, tampering, _ in
            try tampering.rewriteSnapshot { chunks in
                for (account, kopecks) in [(1, 1), (2, -1)] {
                    try Tampering.replace(
                        Tampering.bytes(100_000), with: Tampering.bytes(100_000 + Int64(kopecks)),
                        ofAccount: UInt32(account), in: &chunks)
                }
            }
            let report = try audit(service.data)
            #expect(report.status == .exited(1))
            for number in Self.numbers.prefix(2) {
                #expect(
                    report.wrong.contains { $0.contains("balances: balances of \(number): the snapshot") }, "\(report)")
            }
            #expect(!report.output.contains("of \(Self.numbers[2]):"))
        }
    }

    @Test("Damaged pages of the log's file end the audit with a message, never by a signal")
    func pages() throws {
        try run { service, _, _ in
            let path = service.data + "/log/data.mdb"
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            for (page, byte) in [(2, UInt8(0xFF)), (3, 0xFF), (4, 0), (5, 0xFF), (7, 0x55), (8, 0)] {
                var bytes = whole
                for index in (page * 4096)..<((page + 1) * 4096) { bytes[index] = byte }
                try bytes.write(to: URL(fileURLWithPath: path))
                let report = try audit(service.data)
                guard report.status != .exited(0) else { continue }
                #expect(report.status == .exited(1), "page \(page): \(report)")
                #expect(report.errors.contains("kabinet: ") || !report.wrong.isEmpty, "page \(page): \(report)")
            }
        }
    }

    @Test("The HTML page is one file without links, with every text escaped, and never replaces a file")
    func page() throws {
        try run { service, tampering, payment in
            try tampering.changeAmount(payment, by: 100)
            let hostile = service.home + "/<script src='x'>&\"<b>"
            try FileManager.default.createDirectory(
                atPath: (hostile as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: service.data, toPath: hostile)
            defer { try? FileManager.default.moveItem(atPath: hostile, toPath: service.data) }
            let file = service.home + "/audit.html"
            let report = try audit(hostile, "--html", file)
            #expect(report.status == .exited(1))
            let page = try String(contentsOfFile: file, encoding: .utf8)
            if let kept = ProcessInfo.processInfo.environment["KABINET_KEEP_PAGE"] {
                try page.write(toFile: kept, atomically: true, encoding: .utf8)
            }
            #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
            #expect(!page.contains("<script") && page.contains("&lt;script src='x'&gt;&amp;&quot;&lt;b&gt;"))
            for reference in ["<link", "<img", " href", "url(", "@import", "<iframe", "http:", "https:"] {
                #expect(!page.contains(reference), "\(reference)")
            }
            #expect(page.contains("SOMETHING IS WRONG") && page.contains("<td>\(payment)</td><td>leaf</td>"))
            // Every element that is opened is closed.
            for tag in ["html", "head", "body", "table", "tr", "td", "th", "p", "h1", "h2", "style", "title", "strong"]
            {
                let opened = page.matches(of: try Regex("<\(tag)[ >]")).count
                #expect(opened == page.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
            }
            try "mine".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try audit(hostile, "--html", file).status == .exited(64))
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        }
    }

    @Test("A path that is not a data directory is a usage error")
    func noDirectory() throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let report = try audit(home)
        #expect(report.status == .exited(64) && report.errors.contains("there is no log"), "\(report)")
    }
}
