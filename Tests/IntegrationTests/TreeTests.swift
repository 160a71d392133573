/// CHECKPOINT, PROOF and CONSISTENCY of the real process, checked by a verifier that is not ours, under load, under
/// floods and after kills.

import EventLog
import Foundation
import Synchronization
import Testing

@Suite("The tree of the log", .realProcess)
struct TreeTests {
    private let number = 79_001_234_567

    @Test("A checkpoint under load covers every event acknowledged before the request")
    func covers() throws {
        try Service.run { service in
            let load = TopUpLoad()
            try load.activate(service)
            let (port, secret, number) = (service.port, try service.adminSecret, number)
            try service.signIn().activate(number)
            try load.run(service) {
                let connection = try LineConnection(port: port)
                try connection.expectOK("AUTH admin \(secret)")
                let other = try LineConnection(port: port)
                try other.expectOK("AUTH admin \(secret)")
                var heads: [Head] = []
                for round in 0..<40 {
                    let paid = try connection.expectOK("TOPUP \(number) 1 ref=own-\(round)")["seq"].flatMap {
                        UInt64($0)
                    }
                    // Another connection asks than the one that paid.
                    let head = try other.checkpoint()
                    #expect(head.size >= paid ?? .max)
                    if let before = heads.last {
                        #expect(head.size > before.size)
                        #expect(try connection.areConsistent(before, head))
                    }
                    heads.append(head)
                }
            }
            try load.verify(service)
        }
    }

    @Test(
        "Independent implementations of RFC 6962 and Ed25519 accept roots, proofs and signatures, and no altered ones",
        .enabled(if: OutsideVerifier.isThere, "no Python with tamperlog and nacl: set KABINET_PYTHON"))
    func outside() throws {
        var random = SeededGenerator("proofs held against others' code")
        try Service.run { service in
            let admin = try service.signIn()
            let verifier = try OutsideVerifier()
            try admin.activate(number)
            var heads = [try admin.checkpoint()]
            for (index, count) in [1, 2, 5, 220, 30, 256].enumerated() {
                try admin.pay(number, index * 1000..<index * 1000 + count)
                heads.append(try admin.checkpoint())
            }
            let last = try #require(heads.last)
            // The roots, from the records as the log has them.
            var records: [String] = []
            _ = try ReadOnlyLog(data: service.data).reader.scan(from: 1, through: last.size) { _, record in
                records.append(record.withUnsafeBytes { Data($0) }.base64EncodedString())
                return true
            }
            for head in heads {
                let root = Data(head.root.bytes).base64EncodedString()
                let prefix = Array(records.prefix(Int(head.size)))
                #expect(try verifier.holds(["claim": "root", "records": prefix, "root": root]))
                #expect(try verifier.holds(["claim": "checkpoint", "note": head.note, "key": head.key]))
                let forged = head.note.replacingOccurrences(of: "\n\(head.size)\n", with: "\n\(head.size + 1)\n")
                #expect(try !verifier.holds(["claim": "checkpoint", "note": forged, "key": head.key]))
            }
            for head in heads {
                for _ in 0..<12 {
                    let position = UInt64.random(in: 1...head.size, using: &random)
                    let reply = try admin.expectOK("PROOF \(position) size=\(head.size)")
                    var claim: [String: Any] = [
                        "claim": "inclusion", "record": reply["record"] ?? "", "index": position - 1,
                        "size": head.size, "root": Data(head.root.bytes).base64EncodedString(),
                        "hashes": reply.rows.compactMap { $0["hash"] },
                    ]
                    #expect(try verifier.holds(claim), "position \(position) of \(head.size)")
                    #expect(reply["record"] == records[Int(position) - 1])
                    claim["index"] = (position - 1) ^ 1
                    #expect(try !verifier.holds(claim))
                    claim["index"] = position - 1
                    claim["record"] = records[Int(position % head.size)]
                    #expect(try !verifier.holds(claim))
                }
            }
            for (index, new) in heads.enumerated() {
                for old in heads[...index] {
                    let reply = try admin.expectOK("CONSISTENCY \(old.size) \(new.size)")
                    var claim: [String: Any] = [
                        "claim": "consistency", "old": old.size, "new": new.size,
                        "old_root": Data(old.root.bytes).base64EncodedString(),
                        "new_root": Data(new.root.bytes).base64EncodedString(),
                        "hashes": reply.rows.compactMap { $0["hash"] },
                    ]
                    #expect(try verifier.holds(claim), "\(old.size) to \(new.size)")
                    #expect(reply["old_root"] == claim["old_root"] as? String)
                    #expect(reply["new_root"] == claim["new_root"] as? String)
                    claim["old_root"] = Data(TreeHash.zero.bytes).base64EncodedString()
                    #expect(try !verifier.holds(claim))
                }
            }
            // RESP gives the same values.
            let resp = try service.signInRESP(version: 3)
            guard case .array(let items) = try resp.call("PROOF", "42", "size=50"), let closing = items.first else {
                return #expect(Bool(false), "PROOF over RESP has rows")
            }
            let lines = try admin.expectOK("PROOF 42 size=50")
            #expect(closing["record"] == lines["record"])
            #expect(items.dropFirst().map { $0["hash"] } == lines.rows.map { $0["hash"] })
            #expect(try resp.call("CHECKPOINT")["note"] == admin.checkpoint().note)
        }
    }

    @Test("Checkpoints kept before and after kills and restarts are consistent", .timeLimit(.minutes(15)))
    func killed() throws {
        var random = SeededGenerator("kill -9 while the tree is written")
        try Service.run { service in
            let load = TopUpLoad()
            try load.activate(service)
            var heads = [try service.signIn().checkpoint()]
            for _ in 1...10 {
                let (port, secret, pid) = (service.port, try service.adminSecret, service.process.pid)
                let delay = UInt32.random(in: 5_000...150_000, using: &random)
                let kept = Mutex<[String]>([])
                try load.run(service) {
                    let connection = try LineConnection(port: port)
                    try connection.expectOK("AUTH admin \(secret)")
                    for _ in 0..<3 {
                        let reply = try connection.expectOK("CHECKPOINT")
                        kept.withLock { $0.append(reply.closing) }
                    }
                    usleep(delay)
                    kill(pid, SIGKILL)
                }
                try service.killHard()
                heads += try kept.withLock { $0 }.map { try Head(LineReply(lines: [$0])) }
                try service.restart()
                try load.retry(service)
                heads.append(try service.signIn().checkpoint())
            }
            let admin = try service.signIn()
            let last = try admin.checkpoint()
            for head in heads { #expect(try admin.areConsistent(head, last), "\(head.size) to \(last.size)") }
            #expect(zip(heads, heads.dropFirst()).allSatisfy { $0.size <= $1.size })
            #expect(service.treesSetAside == [])
            try load.verify(service)
            #expect(try service.tool("verify", service.data).status == .exited(0))
            print("\(heads.count) checkpoints over 10 kills are of one log: \(load.summary)")
        }
    }

    @Test(
        "A wrong request for a proof gets ERR in lines and RESP, and the next request is served",
        arguments: [
            ("CHECKPOINT x", "too_many_arguments"), ("CHECKPOINT size=1", "unknown_argument"),
            ("PROOF", "missing_argument"), ("PROOF 0", "invalid_number"), ("PROOF -1", "invalid_number"),
            ("PROOF +1", "invalid_number"), ("PROOF 1e3", "invalid_number"), ("PROOF 1.0", "invalid_number"),
            ("PROOF 9223372036854775808", "invalid_number"), ("PROOF 18446744073709551616", "invalid_number"),
            ("PROOF 9223372036854775807", "not_found"), ("PROOF 1 size=0", "invalid_number"),
            ("PROOF 1 size=9223372036854775807", "not_found"), ("PROOF 5 size=4", "not_found"),
            ("PROOF 1 size=", "invalid_number"), ("PROOF 1 size=x", "invalid_number"),
            ("CONSISTENCY", "missing_argument"), ("CONSISTENCY 1", "missing_argument"),
            ("CONSISTENCY 0 1", "invalid_number"), ("CONSISTENCY 5 4", "invalid_number"),
            ("CONSISTENCY 1 9223372036854775807", "not_found"), ("CONSISTENCY 1 2 3", "too_many_arguments"),
            ("CONSISTENCY 9223372036854775807 9223372036854775807", "not_found"),
        ])
    func refused(line: String, code: String) throws {
        try Service.run { service in
            let admin = try service.signIn()
            let reply = try admin.call(line)
            #expect(reply.error == code, "\(reply)")
            #expect(reply.lines.count == 1)
            let resp = try service.signInRESP(version: 2)
            try resp.send(RESPConnection.encode(line.split(separator: " ").map(String.init)))
            let text = try resp.value().text ?? ""
            #expect(text.hasPrefix("ERR \(code) "), "\(text)")
            #expect(try resp.call("CHECKPOINT")["size"] == "\(admin.checkpoint().size)")
        }
    }

    @Test("Only auditors get hashes of the tree, and strangers get nothing")
    func roles() throws {
        try Service.run { service in
            let admin = try service.signIn()
            let secret = try admin.expectOK("PRINCIPAL.ADD portal roles=frontend")["secret"] ?? ""
            let auditor = try admin.expectOK("PRINCIPAL.ADD lawyer roles=auditor")["secret"] ?? ""
            let connection = try service.connect()
            for line in ["CHECKPOINT", "PROOF 1", "CONSISTENCY 1 1"] {
                #expect(try connection.call(line).error == "auth_required")
            }
            try connection.expectOK("AUTH portal \(secret)")
            for line in ["CHECKPOINT", "PROOF 1", "CONSISTENCY 1 1"] {
                #expect(try connection.call(line).error == "not_permitted")
            }
            try connection.expectOK("AUTH lawyer \(auditor)")
            for line in ["CHECKPOINT", "PROOF 1", "CONSISTENCY 1 1"] { try connection.expectOK(line) }
        }
    }

    @Test("Many proofs on some connections do not delay others, and each gets its reply")
    func flood() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            try admin.pay(number, 0..<2000)
            let (port, secret, number) = (service.port, try service.adminSecret, number)
            let isOver = Atomic(false)
            let slowest = Mutex(Duration.zero)
            let counts = try concurrently(4) { index -> Int in
                let connection = try LineConnection(port: port)
                try connection.expectOK("AUTH admin \(secret)")
                if index == 3 {
                    var count = 0
                    while !isOver.load(ordering: .relaxed) {
                        let begun = ContinuousClock.now
                        try connection.expectOK("TOPUP \(number) 1 ref=during-\(count)")
                        let took = ContinuousClock.now - begun
                        slowest.withLock { $0 = max($0, took) }
                        count += 1
                    }
                    return count
                }
                defer { isOver.store(true, ordering: .relaxed) }
                let lines = (0..<1500).map { round in
                    round % 3 == 0
                        ? "CHECKPOINT\n" : round % 3 == 1 ? "PROOF \(round + 1)\n" : "CONSISTENCY \(round) 2000\n"
                }
                // All requests at once, some 20 KB: the service takes no more than it answers.
                try connection.send(lines.joined())
                for _ in lines { #expect(try connection.reply(within: 60).isOK) }
                return lines.count
            }
            #expect(counts[3] > 10)
            #expect(slowest.withLock { $0 } < .seconds(5))
            print(
                "4500 questions of the tree, and \(counts[3]) payments meanwhile, the slowest in \(slowest.withLock { $0 })"
            )
            #expect(try admin.call("STATS")["tree"] == "ok")
        }
    }

    @Test("SIGTERM with proofs in flight replies to each, and the status is 0")
    func stopped() throws {
        try Service.run { service in
            let admin = try service.signIn()
            for _ in 0..<5 {
                let connection = try service.signIn()
                try connection.send(String(repeating: "CHECKPOINT\nPROOF 1\n", count: 100))
                _ = try connection.reply()
            }
            try admin.send("CHECKPOINT\n")
            service.process.send(signal: SIGTERM)
            while let line = try admin.stream.line() {
                let reply = LineReply(lines: [line])
                #expect(reply.isOK || reply.error == "shutting_down", "\(reply)")
            }
            #expect(try service.process.wait(within: 20) == .exited(0))
            try service.restart()
            #expect(try service.tool("verify", service.data).status == .exited(0))
        }
    }
}
