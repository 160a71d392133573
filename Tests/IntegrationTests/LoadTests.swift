/// kabinet load against the real service: its counts match what happened.

import Foundation
import Testing

@Suite("kabinet load", .realProcess)
struct LoadTests {
    private func load(_ service: Service, _ arguments: String) throws -> (output: String, status: ExitStatus) {
        let words = ["load", "--connect", "127.0.0.1:\(service.port)", "--admin-of", service.data, "--accounts", "50"]
        let tool = try ChildProcess(
            Programs.binaries + "/kabinet", words + arguments.split(separator: " ").map(String.init),
            errors: service.home + "/load")
        return try tool.finish(within: 60)
    }

    private func report(_ output: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    private func accounts(_ service: Service) throws -> Int {
        try #require(try service.signIn().call("STATS")["accounts"].flatMap { Int($0) })
    }

    @Test("In a closed loop every request gets one reply, and every acknowledged change is an event")
    func closedLoop() throws {
        try Service.run { service in
            let before = try accounts(service)
            let (output, status) = try load(
                service,
                "--prepare --connections 5 --pipeline 4 --requests 700 --verify --json"
                    + " --mix topup=1,balance=1,account=1,tariff=1,options=1,payments=1,ping=1")
            #expect(status == .exited(0), "\(output)")
            let report = try report(output)
            let all = try #require((report["requests"] as? [String: [String: Any]])?["all"])
            #expect(all["requests"] as? Int == 700)
            #expect(report["log_is_right"] as? Bool == true)
            #expect(try accounts(service) == before + 50)
            #expect(try service.signIn().call("TRIAL.BALANCE")["sum"] == "0.00")
        }
    }

    @Test("In an open loop the rate gives the number of measured requests, without the warm-up's")
    func openLoop() throws {
        try Service.run { service in
            let (output, status) = try load(
                service,
                "--prepare --connections 5 --rate 200 --warmup 0.5 --seconds 1 --distribution zipf --verify --json")
            #expect(status == .exited(0), "\(output)")
            let report = try report(output)
            let all = try #require((report["requests"] as? [String: [String: Any]])?["all"])
            #expect(all["requests"] as? Int == 200)
            #expect(report["log_is_right"] as? Bool == true)
            #expect(report["unsent_requests"] as? Int == 0)
        }
    }

    @Test("Accounts that exist already count as prepared")
    func preparedTwice() throws {
        try Service.run { service in
            let before = try accounts(service)
            try service.signIn().activate(79_100_000_000)
            for _ in 1...2 {
                #expect(try load(service, "--prepare --requests 0").status == .exited(0))
                #expect(try accounts(service) == before + 50)
            }
        }
    }

    @Test("A refusal is counted by its code and fails the run, unless errors are allowed")
    func refused() throws {
        try Service.run { service in
            let arguments = "--requests 100 --mix balance=1 --connections 2"
            let failed = try load(service, arguments)
            #expect(failed.status == .exited(1))
            #expect(failed.output.contains("not_found 100"))
            #expect(try load(service, arguments + " --allow-errors").status == .exited(0))
        }
    }

    @Test("A service that is killed under load is an error, and acknowledged events are there")
    func killed() throws {
        try Service.run { service in
            #expect(try load(service, "--prepare --requests 0").status == .exited(0))
            let watcher = try service.signIn()
            let before = try #require(try watcher.call("STATS")["events"].flatMap { Int($0) })
            let tool = try ChildProcess(
                Programs.binaries + "/kabinet",
                [
                    "load", "--connect", "127.0.0.1:\(service.port)", "--admin-of", service.data, "--accounts", "50",
                    "--connections", "5", "--seconds", "30", "--mix", "topup=1", "--json",
                ], errors: service.home + "/load")
            #expect(try eventually { try watcher.call("STATS")["events"].flatMap { Int($0) } ?? 0 > before + 100 })
            try service.killHard()
            let (output, status) = try tool.finish(within: 60)
            #expect(status == .exited(69))
            let report = try report(output)
            #expect(report["broken_connections"] as? Int == 5)
            let acknowledged = try #require(report["acknowledged_changes"] as? Int)
            try service.restart()
            let events = try #require(try service.signIn().call("STATS")["events"].flatMap { Int($0) })
            let unanswered = try #require(report["unanswered_requests"] as? Int)
            #expect((acknowledged...(acknowledged + unanswered)).contains(events - before))
        }
    }
}
