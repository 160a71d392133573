/// VERIFY of the real process: it reports ok under load, and finds a state that the log does not make.

import Accounts
import EventLog
import Foundation
import Testing

@Suite("VERIFY", .realProcess)
struct VerifyTests {
    private static let numbers = (0..<4).map { 79_001_234_600 + $0 }

    @Test("VERIFY under load finds no difference, and STATS shows that")
    func underLoad() throws {
        try Service.run { service in
            let load = TopUpLoad()
            // The load lasts as long as three VERIFY do, and each of its payments is read again afterwards.
            load.window = 10
            try load.activate(service)
            #expect(try service.signIn().call("STATS")["verify"] == "none")
            let (port, secret) = (service.port, try service.adminSecret)
            try load.run(service) {
                let auditor = try LineConnection(port: port)
                try auditor.expectOK("AUTH admin \(secret)")
                for _ in 0..<3 {
                    let reply = try auditor.call("VERIFY", within: 60)
                    #expect(reply.isOK && reply["result"] == "ok" && reply.rows.isEmpty, "\(reply)")
                    #expect(reply["trial_balance"] == "0.00")
                    let stats = try auditor.expectOK("STATS")
                    #expect(stats["verify"] == "ok" && stats["verify_position"] == reply["position"])
                    let events = try #require(stats["events"].flatMap { Int($0) })
                    let position = try #require(reply["position"].flatMap { Int($0) })
                    #expect(stats["verify_lag"] == "\(events - position)")
                    #expect(stats["verify_milliseconds"] != nil && stats["verify_first"] == nil)
                }
            }
            try load.verify(service)
        }
    }

    @Test("Two VERIFY requests at once both get a reply: the result or busy")
    func together() throws {
        try Service.run { service in
            let load = TopUpLoad()
            try load.activate(service)
            let (port, secret) = (service.port, try service.adminSecret)
            let replies = try concurrently(4) { _ in
                let connection = try LineConnection(port: port)
                try connection.expectOK("AUTH admin \(secret)")
                return try connection.call("VERIFY").closing
            }
            #expect(replies.contains { $0.contains("result=ok") })
            #expect(replies.allSatisfy { $0.contains("result=ok") || $0.hasPrefix("ERR busy ") }, "\(replies)")
        }
    }

    @Test("A stop replies to VERIFY with the result or with shutting_down")
    func stop() throws {
        try Service.run { service in
            let load = TopUpLoad()
            try load.activate(service)
            try load.run(service)
            for _ in 0..<3 {
                let admin = try service.signIn()
                try admin.send("VERIFY\n")
                // The request was taken in, whatever its outcome.
                #expect(try service.signIn().call("STATS")["verify"] != "none")
                service.process.send(signal: SIGTERM)
                let reply = try admin.reply()
                #expect(reply["result"] == "ok" || reply.error == "shutting_down", "\(reply)")
                #expect(try service.process.wait(within: 60) == .exited(0))
                try service.restart()
            }
        }
    }

    // MARK: - A state that the log does not make

    /// Starts a service of four accounts, 1 to 4, stops it, rewrites its newest snapshot, starts it again and asks it.
    private func found(
        after change: (Tampering, inout [SnapshotChunk], _ facts: Facts) throws -> Void,
        _ check: (Service, LineReply, Facts) throws -> Void
    ) throws {
        try Service.run { service in
            let admin = try service.signIn()
            var facts = Facts()
            for (index, number) in Self.numbers.enumerated() {
                facts.opened.append(try #require(try admin.activate(number)["seq"]))
                try admin.expectOK("TOPUP \(number) 12\(index)45.67 ref=a\(index) method=cash")
            }
            let seq = try #require(try admin.expectOK("TARIFF.CHANGE \(Self.numbers[1]) moy-razgovor")["seq"])
            let event = try #require(try admin.expectOK("EVENTS from=\(seq) limit=1").rows.first)
            facts.changed = try #require(event["effective"].flatMap { Instant(rfc3339: $0.utf8) })
            let challenge = try #require(try admin.expectOK("REGISTER \(Self.numbers[2])")["challenge"])
            let code = try #require(
                try admin.expectOK("NOTIFICATIONS msisdn=\(Self.numbers[2])").rows.last?["code"])
            try admin.expectOK("CONFIRM \(challenge) \(code) password=correct-horse")
            try admin.expectOK("PRINCIPAL.ADD watcher roles=auditor")
            #expect(try admin.expectOK("VERIFY")["result"] == "ok")
            #expect(try service.terminate() == .exited(0))
            // No older snapshot, from before the change, is left.
            let tampering = Tampering(data: service.data)
            let newest = try #require(try SnapshotFormat.list(data: service.data).first)
            for position in try SnapshotFormat.list(data: service.data).dropFirst() {
                let digits = "\(position)"
                let name = String(repeating: "0", count: 20 - digits.count) + digits + ".snapshot"
                try FileManager.default.removeItem(atPath: service.data + "/snapshots/" + name)
            }
            try tampering.rewriteSnapshot { chunks in try change(tampering, &chunks, facts) }
            try service.restart()
            #expect(service.logText.contains("snapshot \(newest): "))
            let again = try service.signIn()
            let reply = try again.call("VERIFY")
            #expect(reply["result"] == "different", "\(reply)")
            let stats = try again.expectOK("STATS")
            #expect(stats["verify"] == "different")
            #expect(stats["verify_first"] == reply.rows.first?["first"])
            #expect(stats["verify_projection"] == reply.rows.first?["projection"])
            #expect(service.logText.contains("the state is not what the log makes"))
            try check(service, reply, facts)
        }
    }

    private struct Facts {
        /// Positions of the accounts' first events.
        var opened: [String] = []
        var changed = Instant(milliseconds: 0)
    }

    @Test("A kopeck moved between accounts is found on both, from their first events")
    func money() throws {
        try found { _, chunks, _ in
            for (account, kopecks) in [(1, 1), (4, -1)] {
                let balance = Int64(12_045_67 + (account - 1) * 10_000)
                try Tampering.replace(
                    Tampering.bytes(balance), with: Tampering.bytes(balance + Int64(kopecks)),
                    ofAccount: AccountIndex(account), in: &chunks)
            }
        } _: { service, reply, facts in
            let number = Self.numbers[0]
            // Nothing else shows it.
            let admin = try service.signIn()
            let (served, books) = (try admin.call("BALANCE \(number)"), try admin.call("TRIAL.BALANCE"))
            #expect(served["balance"] == "12045.68")
            #expect(books["sum"] == "0.00")
            #expect(reply.rows.map { $0["projection"] } == ["balances", "balances"])
            #expect(reply.rows.map { $0["account"] } == ["1", "4"])
            #expect(reply.rows.map { $0["msisdn"] } == ["\(number)", "\(Self.numbers[3])"])
            #expect(reply.rows.map { $0["first"] } == [facts.opened[0], facts.opened[3]])
        }
    }

    @Test("Another time of a change of tariff is found in subscriptions")
    func subscription() throws {
        try found { _, chunks, facts in
            let instant = facts.changed.milliseconds
            // The first place is the balances' time of the last use.
            try Tampering.replace(
                Tampering.bytes(instant), with: Tampering.bytes(instant - 1), ofAccount: 2, place: 1, in: &chunks)
        } _: { _, reply, facts in
            #expect(reply.rows.map { $0["projection"] } == ["subscriptions"])
            #expect(reply.rows.first?["msisdn"] == "\(Self.numbers[1])")
            #expect(reply.rows.first?["first"] == facts.opened[1])
        }
    }

    @Test("Another hash of a password is found in access")
    func password() throws {
        try found { tampering, chunks, _ in
            var memory: UInt32 = 0
            try ReadOnlyLog(data: tampering.data).reader.events { _, event in
                if case .registered(let registered) = event { memory = registered.password?.memoryKib ?? 0 }
                return true
            }
            try #require(memory > 0)
            func bytes(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
            try Tampering.replace(bytes(memory), with: bytes(memory + 1), ofAccount: 3, in: &chunks)
        } _: { _, reply, facts in
            #expect(reply.rows.map { $0["projection"] } == ["access"])
            #expect(reply.rows.first?["msisdn"] == "\(Self.numbers[2])")
            #expect(reply.rows.first?["first"] == facts.opened[2])
        }
    }

    @Test("An id missing from the index on disk is found by VERIFY and by kabinet audit")
    func lostID() throws {
        try Service.run(["--keys-per-table", "256"]) { service in
            let admin = try service.signIn()
            try admin.activate(Self.numbers[0])
            for payment in 0..<1000 { try admin.expectOK("TOPUP \(Self.numbers[0]) 1 ref=r\(payment)") }
            #expect(try admin.expectOK("VERIFY")["result"] == "ok")
            #expect(try service.terminate() == .exited(0))
            let lost = try Tampering(data: service.data).loseIndexedKey()
            let audit = try ChildProcess(
                Programs.binaries + "/kabinet", ["audit", service.data], errors: service.home + "/errors")
            let (report, status) = try audit.finish(within: 60)
            #expect(status == .exited(1) && report.contains("position \(lost), idempotency_keys"), "\(report)")
            try service.restart()

            let reply = try service.signIn().call("VERIFY")

            #expect(reply["result"] == "different" && reply.rows.count == 1, "\(reply)")
            #expect(reply.rows.first?["projection"] == "idempotency_keys")
            #expect(reply.rows.first?["first"] == "\(lost)")
        }
    }

    @Test(
        "A forged entry of the index of history is found by VERIFY and by kabinet audit, and later reads are right",
        arguments: ["missing", "of another class"])
    func forgedHistory(fault: String) throws {
        try Service.run(["--history-per-run", "256"]) { service in
            let admin = try service.signIn()
            try admin.activate(Self.numbers[0])
            for payment in 0..<1000 { try admin.expectOK("TOPUP \(Self.numbers[0]) 1 ref=r\(payment)") }
            #expect(try eventually { try admin.hasIndexedHistory() })
            #expect(try admin.expectOK("VERIFY")["result"] == "ok")
            #expect(try service.terminate() == .exited(0))
            let tampering = Tampering(data: service.data)
            let forged = try fault == "missing" ? tampering.loseHistory() : tampering.forgeHistoryClass()
            let audit = try ChildProcess(
                Programs.binaries + "/kabinet", ["audit", service.data], errors: service.home + "/errors")
            let (report, status) = try audit.finish(within: 60)
            #expect(status == .exited(1) && report.contains("position \(forged), history"), "\(report)")
            try service.restart()

            let again = try service.signIn()
            let reply = try again.call("VERIFY")

            #expect(reply["result"] == "different" && reply.rows.count == 1, "\(reply)")
            #expect(reply.rows.first?["projection"] == "history")
            #expect(reply.rows.first?["first"] == "\(forged)")
            // It is not asked any more, and the next start makes it anew.
            #expect(try again.call("STATS")["history_index"] == "failed")
            #expect(try again.expectOK("PAYMENTS \(Self.numbers[0]) limit=1000").rows.count == 1000)
            #expect(try service.terminate() == .exited(0))
            try service.restart()
            let last = try service.signIn()
            #expect(try eventually { try last.hasIndexedHistory() })
            #expect(try last.call("VERIFY")["result"] == "ok")
            #expect(try last.call("STATS")["history_index"] == "ok")
        }
    }

    @Test(
        "A record changed under a running service is reported, later past reads are refused, and the service continues")
    func changedBeneath() throws {
        try Service.run { service in
            let admin = try service.signIn()
            for number in Self.numbers { try admin.activate(number) }
            let payment = try #require(try admin.expectOK("TOPUP \(Self.numbers[0]) 10 ref=a")["seq"])
            try admin.expectOK("TOPUP \(Self.numbers[0]) 10 ref=b")
            try Tampering(data: service.data).changeAmount(try #require(UInt64(payment)), by: 100)

            let reply = try admin.call("VERIFY")

            #expect(reply["result"] == "different" && reply.rows.count == 1, "\(reply)")
            #expect(reply.rows.first?["projection"] == "balances" && reply.rows.first?["first"] == payment)
            #expect(reply.rows.first?["msisdn"] == "\(Self.numbers[0])")
            #expect(try admin.call("STATS")["verify"] == "different")
            try FileManager.default.removeItem(atPath: service.data + "/snapshots")
            #expect(try admin.call("BALANCE \(Self.numbers[0]) at=\(payment)").error == "internal_error")
            let before = try #require(UInt64(payment)) - 1
            #expect(try admin.call("BALANCE \(Self.numbers[0]) at=\(before)")["balance"] == "0.00")
            #expect(try admin.call("BALANCE \(Self.numbers[0])")["balance"] == "20.00")
        }
    }

    @Test("A difference that belongs to no account is found, and no account is named")
    func principal() throws {
        try found { _, chunks, _ in
            var bytes = chunks[chunks.count - 1].bytes
            let (old, new) = (Array("watcher".utf8), Array("watched".utf8))
            let place = try #require((0..<(bytes.count - old.count)).first { bytes[$0...].starts(with: old) })
            bytes.replaceSubrange(place..<(place + old.count), with: new)
            chunks[chunks.count - 1] = SnapshotChunk(
                kind: .rest, position: chunks.map(\.position).max() ?? 0, bytes: bytes)
        } _: { _, reply, _ in
            #expect(reply.rows.map { $0["projection"] } == ["principals"])
            #expect(reply.rows.first?["account"] == nil && reply.rows.first?["first"] == "1")
        }
    }
}
