/// System calls of the running service that fail, one at a time, under load: strace makes them fail.
///
/// A commit of LMDB is `pwrite64` and `writev` of pages, `fdatasync`, and last a `pwrite64` of the meta page through a
/// descriptor of its own, which is synchronous. The call that a fault hits is counted by thread, so the calls that were
/// hit are read back from strace's output.

import Foundation
import Glibc
import Testing

@Suite(.realProcess, .serialized, .needsTracing)
struct InjectedFaultTests {
    /// The purpose of a call, by its name and its place in the file.
    private enum Call: String {
        case pages = "pwrite64 of a page"
        case manyPages = "writev of pages"
        case meta = "pwrite64 of the meta page"
        case sync = "fdatasync"
    }

    @Test(
        "A failed write of the log ends the process with status 74, and every acknowledged event is there once",
        .timeLimit(.minutes(15)),
        arguments: [
            ("pwrite64", "error=EIO"), ("pwrite64", "error=ENOSPC"), ("writev", "error=EIO"),
            ("writev", "error=ENOSPC"), ("fdatasync", "error=EIO"), ("fdatasync", "error=ENOSPC"),
        ])
    func logFails(call: String, fault: String) throws {
        try run("\(fault) in \(call) of the log", call, fault, ends: .exited(74), rounds: call == "pwrite64" ? 6 : 3)
    }

    @Test(
        "A disk that refuses every write ends the process with status 74, and acknowledged events are there once",
        .timeLimit(.minutes(15)))
    func diskDies() throws {
        try run(
            "every write of the log fails from one on", "pwrite64,writev,fdatasync", "error=EIO", everAfter: true,
            ends: .exited(74), rounds: 4)
    }

    @Test("After a kill at any write of a commit every acknowledged event is there once", .timeLimit(.minutes(15)))
    func killedAtCall() throws {
        for call in ["pwrite64", "writev", "fdatasync"] {
            let rounds = call == "pwrite64" ? 5 : 3
            try run("kill -9 at a \(call) of the log", call, "signal=KILL", ends: .signalled(SIGKILL), rounds: rounds)
        }
    }

    @Test(
        "A failed write of the vault ends the process with status 74, and every activated number has its key",
        .timeLimit(.minutes(15)), arguments: ["pwrite64", "writev", "fdatasync"])
    func vaultFails(call: String) throws {
        var random = SeededGenerator("\(call) of the vault fails")
        try Service.run { service in
            var (activated, next, again) = ([Int](), 79_001_234_600, 0)
            for round in 0..<4 {
                let at = Int.random(in: 1...6, using: &random) + round
                let tracer = try Tracer(
                    service.process.pid,
                    [
                        "-P", service.data + "/vault/data.mdb", "-e", "trace=\(call)", "-e",
                        "inject=\(call):error=EIO:when=\(at)",
                    ], into: service.home + "/calls-\(round)")
                let connection = try service.signIn()
                do {
                    while true {
                        next += 1
                        try connection.activate(next)
                        activated.append(next)
                    }
                } catch {}
                // Then the service ends, the number under way can be activated, and those before it are active.
                #expect(try service.process.wait(within: 60) == .exited(74))
                try tracer.waitForEnd()
                try service.restart()
                let admin = try service.signIn()
                try admin.activate(next)
                activated.append(next)
                let before = try admin.call("STATS")["events"]
                for number in activated where try admin.activate(number)["repeated"] != "1" { again += 1 }
                #expect(try admin.call("STATS")["events"] == before)
            }
            print("EIO in \(call) of the vault, 4 times: \(activated.count) activations, 0 lost, \(again) done twice")
            #expect(again == 0)
        }
    }

    @Test(
        "The service continues if the index of ids cannot be written, and still knows every id",
        .timeLimit(.minutes(15)), arguments: 1...4)
    func indexFails(from call: Int) throws {
        try Service.run(["--keys-per-table", "256"]) { service in
            let load = TopUpLoad()
            try load.activate(service)
            let (pid, home, data) = (service.process.pid, service.home, service.data)
            try load.run(service) {
                let tracer = try Tracer(
                    pid,
                    [
                        "-P", data + "/index/data.mdb", "-e", "trace=pwrite64,writev,fdatasync", "-e",
                        "inject=pwrite64,writev,fdatasync:error=EIO:when=\(call)+",
                    ], into: home + "/calls")
                _ = try eventually {
                    let lines = try String(contentsOfFile: tracer.file, encoding: .utf8)
                    return lines.contains("INJECTED")
                }
                sleep(1)
                try tracer.detach()
            }
            try load.retry(service)
            try load.verify(service)
            #expect(service.logText.contains("the index of ids cannot be written"))
            // The next start adds the missing entries.
            #expect(try service.terminate() == .exited(0))
            try service.restart()
            try load.verify(service)
            print("EIO in every write of the index of ids from call \(call) on: \(load.summary)")
        }
    }

    /// A run is three calls, and each fourth run is followed by a merge.
    @Test(
        "Reads of history are right while its index cannot be written, and STATS shows when it can be again",
        .timeLimit(.minutes(15)),
        arguments: [
            ("EIO", 1), ("ENOSPC", 2), ("EIO", 3), ("ENOSPC", 5), ("EIO", 14), ("EIO", 15), ("ENOSPC", 17), ("EIO", 20),
        ])
    func historyFails(error: String, from call: Int) throws {
        try Service.run(["--history-per-run", "256"]) { service in
            let load = TopUpLoad()
            load.window = 8
            try load.activate(service)
            let (pid, home, data) = (service.process.pid, service.home, service.data)
            let (port, secret) = (service.port, try service.adminSecret)
            try load.run(service) {
                let admin = try LineConnection(port: port)
                try admin.expectOK("AUTH admin \(secret)")
                let tracer = try Tracer(
                    pid,
                    [
                        "-P", data + "/history/data.mdb", "-e", "trace=pwrite64,writev,fdatasync", "-e",
                        "inject=pwrite64,writev,fdatasync:error=\(error):when=\(call)+",
                    ], into: home + "/calls")
                #expect(
                    try eventually(within: 30) {
                        // Readers meet the fault as well.
                        try admin.expectOK("PAYMENTS \(TopUpLoad.number(0)) limit=1000")
                        return try admin.expectOK("STATS")["history_index"] == "failed"
                    })
                try tracer.detach()
            }
            #expect(service.logText.contains("the index of history cannot be written"))
            try load.retry(service)
            try load.verify(service)
            let admin = try service.signIn()
            #expect(
                try eventually(within: 20) {
                    let state = try admin.expectOK("STATS")["history_index"]
                    return try admin.hasIndexedHistory() && state == "ok"
                }, "\(service.logText.suffix(1000))")
            #expect(try admin.call("VERIFY", within: 60)["result"] == "ok")
            try load.verify(service)
            #expect(try service.terminate() == .exited(0))
            try service.restart()
            let again = try service.signIn()
            #expect(try eventually { try again.hasIndexedHistory() })
            #expect(try again.call("VERIFY", within: 60)["result"] == "ok")
            print("\(error) in every write of the index of history from call \(call) on: \(load.summary)")
        }
    }

    /// Rounds on one data directory, each with the fault at another call of the writer's thread.
    private func run(
        _ what: String, _ call: String, _ fault: String, everAfter: Bool = false, ends status: ExitStatus, rounds: Int
    ) throws {
        var random = SeededGenerator(what)
        try Service.run { service in
            let load = TopUpLoad()
            try load.activate(service)
            var met: Set<Call> = []
            // Neighbouring calls, from a random place on: among the few calls of pwrite64 in a commit, one is the meta
            // page's.
            let first = Int.random(in: 1...20, using: &random)
            var round = 0
            // The meta page's call comes once in a commit: until it was hit, more rounds follow, with commits of a few
            // pages.
            while round < rounds || (call == "pwrite64" && !met.contains(.meta) && round < 40) {
                defer { round += 1 }
                if round == rounds { load.window = 2 }
                let at = first + round
                let pid = service.process.pid
                let calls = service.home + "/calls-\(round)"
                let path = service.data + "/log/data.mdb"
                try load.run(service) {
                    let inject = "inject=\(call):\(fault):when=\(at)\(everAfter ? "+" : "")"
                    let tracer = try Tracer(
                        pid, ["-P", path, "-e", "trace=pwrite64,writev,fdatasync", "-s", "1", "-e", inject],
                        into: calls)
                    try tracer.waitForEnd()
                }
                #expect(try service.process.wait(within: 60) == status, "round \(round)")
                met.formUnion(try Self.faults(in: calls))
                try service.restart()
                try load.retry(service)
            }
            try load.verify(service)
            print("\(what), \(round) times (\(met.map(\.rawValue).sorted().joined(separator: ", "))): \(load.summary)")
            #expect(load.count > rounds, "the faults met a load")
            #expect(!met.isEmpty)
            if call == "pwrite64" { #expect(met.contains(.meta), "one fault met the meta page") }
        }
    }

    /// The calls that were made to fail, or the one that the process was killed at.
    private static func faults(in file: String) throws -> Set<Call> {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        // A call that another thread's call interrupted is on two lines: its beginning is kept by thread.
        var begun: [Substring: Substring] = [:]
        var hit: Set<Call> = []
        for line in lines {
            let thread = line.prefix { $0 != " " }
            if line.contains("<unfinished") { begun[thread] = line }
            guard line.contains("(INJECTED)") || line.hasSuffix("= ?") else { continue }
            if let call = Self.call(line.contains(" resumed>") ? begun[thread] ?? line : line) { hit.insert(call) }
        }
        return hit
    }

    private static func call(_ line: Substring) -> Call? {
        if line.contains("fdatasync(") { return .sync }
        if line.contains("writev(") { return .manyPages }
        guard let arguments = line.firstMatch(of: /pwrite64\(.*, \d+, (\d+)(?:\)| <)/) else { return nil }
        // The two meta pages are the file's first.
        return Int(arguments.1) ?? 0 < 8192 ? .meta : .pages
    }
}
