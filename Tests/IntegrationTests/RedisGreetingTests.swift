/// Requests that Redis clients make unasked, before and between commands, to the real process.

import Foundation
import Testing

@Suite(.realProcess)
struct RedisGreetingTests {
    private let number = 79_001_234_567

    @Test("The map of HELLO has the fields that clients read, in the order of Redis", arguments: [2, 3])
    func hello(version: Int) throws {
        try Service.run { service in
            let connection = try service.connectRESP()
            try connection.send(RESPConnection.encode(["HELLO", "\(version)"]))
            let text = String(decoding: try connection.stream.bytes(40, within: 5), as: UTF8.self)
            #expect(text.hasPrefix(version == 3 ? "%8\r\n$6\r\nserver\r\n" : "*16\r\n$6\r\nserver\r\n"))
            let rest = try service.connectRESP()
            let hello = try rest.call("HELLO", "\(version)")
            #expect(hello["proto"] == "\(version)")
            #expect(hello["mode"] == "standalone")
            #expect(hello["role"] == "master")
            let id = try rest.call("CLIENT", "ID")
            #expect(id.text.flatMap { Int($0) } ?? 0 > 0)
            #expect(hello["id"] == id.text)
        }
    }

    @Test("An unsupported protocol version gets NOPROTO")
    func noProtocol() throws {
        try Service.run { service in
            let connection = try service.connectRESP()
            let refused = try connection.call("HELLO", "4").text ?? ""
            #expect(refused.hasPrefix("NOPROTO unsupported_protocol field=version"))
            #expect(try connection.call("PING") == .simple("PONG"))
        }
    }

    @Test("Every request that Redis clients send at their start gets one reply", arguments: [2, 3])
    func start(version: Int) throws {
        try Service.run { service in
            let connection = try service.signInRESP(version: version)
            let emptyMap: RESPValue = version == 3 ? .map([:]) : .array([])
            for (words, expected) in [
                (["PING", "a=b \r\n"], .bulk("a=b \r\n")), (["ECHO", "\u{0}é"], .bulk("\u{0}é")),
                (["SELECT", "0"], .simple("OK")), (["COMMAND"], .array([])), (["COMMAND", "DOCS", "GET"], .array([])),
                (["COMMAND", "INFO"], .array([])), (["CONFIG", "GET", "save"], emptyMap),
                (["CLIENT", "SETNAME", "web"], .simple("OK")), (["CLIENT", "SETINFO", "LIB-NAME", "x"], .simple("OK")),
                (["CLIENT", "GETNAME"], .bulk("")), (["CLIENT", "NO-EVICT", "ON"], .simple("OK")),
                (["CLIENT", "NO-TOUCH", "ON"], .simple("OK")), (["client", "reply", "on"], .simple("OK")),
                (["CLIENT", "TRACKING", "OFF"], .simple("OK")), (["UNWATCH"], .simple("OK")),
            ] as [([String], RESPValue)] {
                try connection.send(RESPConnection.encode(words))
                #expect(try connection.value() == expected, "\(words)")
            }
            #expect(try connection.call("COMMAND", "COUNT").text.flatMap { Int($0) } ?? 0 > 50)
            for subcommand in ["LIST", "INFO"] {
                #expect(try connection.call("CLIENT", subcommand).text?.hasPrefix("id=") == true)
            }
            for words in [
                ["SELECT", "1"], ["SELECT", "x"], ["CONFIG", "SET", "save", ""], ["CLIENT", "REPLY", "OFF"],
                ["CLIENT", "REPLY", "SKIP"], ["CLIENT", "TRACKING", "ON"], ["CLIENT", "KILL", "x"], ["CLIENT"],
                ["WATCH", "k"],
            ] {
                try connection.send(RESPConnection.encode(words))
                #expect(try connection.value().text?.hasPrefix("ERR ") == true, "\(words)")
            }
            #expect(try connection.call("PING") == .simple("PONG"))
            #expect(try connection.call("QUIT") == .simple("OK"))
        }
    }

    @Test("INFO returns the fields that a monitor reads, after sign-in")
    func info() throws {
        try Service.run { service in
            let stranger = try service.connectRESP()
            #expect(try stranger.call("INFO").text?.hasPrefix("NOAUTH ") == true)
            let connection = try service.signInRESP(version: 3)
            let all = try connection.call("INFO").text ?? ""
            for line in [
                "# Server", "redis_version:", "redis_mode:standalone", "uptime_in_seconds:", "# Clients",
                "connected_clients:2", "# Memory", "used_memory:", "# Stats", "total_commands_processed:",
                "# Replication", "role:master", "connected_slaves:0", "# Cluster", "cluster_enabled:0",
            ] { #expect(all.contains("\(line)"), "\(line)") }
            for words in [["INFO", "replication"], ["INFO", "NOTHING", "Replication"]] {
                try connection.send(RESPConnection.encode(words))
                #expect(try connection.value() == .bulk("# Replication\r\nrole:master\r\nconnected_slaves:0\r\n"))
            }
            #expect(try connection.call("INFO", "nothing") == .bulk(""))
            #expect(try connection.call("INFO", "ALL").text?.contains("# Stats") == true)
        }
    }

    @Test("INFO shows counters only to the roles of STATS")
    func infoOfAnAcquirer() throws {
        try Service.run { service in
            let added = try service.signIn().expectOK("PRINCIPAL.ADD acquirer roles=payments")
            let connection = try service.connectRESP()
            #expect(try connection.call("AUTH", "acquirer", try #require(added["secret"])) == .simple("OK"))
            let all = try connection.call("INFO").text ?? ""
            for line in ["redis_version:", "loading:0", "role:master", "cluster_enabled:0"] {
                #expect(all.contains(line))
            }
            for line in ["connected_clients:", "used_memory:", "total_commands_processed:"] {
                #expect(!all.contains(line))
            }
        }
    }

    @Test("A transaction may be longer than what may be in flight, and requests behind it keep their order")
    func longTransaction() throws {
        try Service.run { service in
            try service.signIn().activate(number)
            let connection = try service.signInRESP(version: 3)
            let topUps = (1...1000).map { ["TOPUP", "\(number)", "1", "ref=a\($0)"] }
            try connection.send(
                ([["MULTI"]] + topUps + [["EXEC"], ["BALANCE", "\(number)"]]).flatMap(RESPConnection.encode))
            for _ in 0...1000 { _ = try connection.value() }
            guard case .array(let replies) = try connection.value() else {
                Issue.record("EXEC answers an array")
                return
            }
            #expect(replies.map { $0["balance"] } == (1...1000).map { "\($0).00" })
            #expect(try connection.value()["balance"] == "1000.00")
        }
    }

    @Test("Lines between frames are requests, and blank lines are ignored")
    func lines() throws {
        try Service.run { service in
            let connection = try service.signInRESP(version: 2)
            try connection.send("\r\nPING\r\n\r\nSELECT 0\r\n")
            try connection.send(RESPConnection.encode(["ECHO", "x"]))
            #expect(try connection.value() == .simple("PONG"))
            #expect(try connection.value() == .simple("OK"))
            #expect(try connection.value() == .bulk("x"))
        }
    }

    @Test("AUTH with only a secret signs in the principal default, if it exists")
    func defaultPrincipal() throws {
        try Service.run { service in
            let connection = try service.connectRESP()
            #expect(try connection.call("AUTH", "x").text?.hasPrefix("WRONGPASS ") == true)
            let added = try service.signIn().expectOK("PRINCIPAL.ADD default roles=payments")
            #expect(try connection.call("AUTH", try #require(added["secret"])) == .simple("OK"))
            #expect(try connection.call("BALANCE", "\(number)").text?.hasPrefix("NOPERM ") == true)
        }
    }

    @Test("A transaction's payments are credited at EXEC, in lines between frames too")
    func transaction() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let connection = try service.signInRESP(version: 3)
            try connection.send(
                [["MULTI"], ["TOPUP", "\(number)", "1", "ref=a"], ["TOPUP", "\(number)", "x", "ref=b"]]
                    .flatMap(RESPConnection.encode))
            try connection.send("TOPUP \(number) 2 ref=c\r\n")
            #expect(try connection.value() == .simple("OK"))
            for _ in 0..<3 { #expect(try connection.value() == .simple("QUEUED")) }
            #expect(try admin.call("BALANCE \(number)")["balance"] == "0.00")
            guard case .array(let replies) = try connection.call("EXEC") else {
                Issue.record("EXEC answers an array")
                return
            }
            #expect(replies.count == 3)
            #expect(replies.first?["balance"] == "1.00")
            #expect(replies.dropFirst().first?.text?.hasPrefix("ERR invalid_amount field=amount") == true)
            #expect(replies.last?["balance"] == "3.00")
        }
    }

    @Test("MULTI exists only in RESP, and is an unknown command in lines")
    func linesHaveNoTransactions() throws {
        try Service.run { service in
            let connection = try service.signIn()
            for verb in ["MULTI", "EXEC", "DISCARD", "WATCH", "INFO", "ECHO"] {
                let reply = try connection.call(verb)
                #expect(reply.error == "unknown_command")
            }
        }
    }
}
