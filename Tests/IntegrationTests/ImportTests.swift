/// kabinet import against the real service: an interruption anywhere rates nothing twice, and loses nothing.

import Foundation
import Testing

/// The tool, signed in as the service's administrator.
struct ImportTool {
    let service: Service

    init(_ service: Service) { self.service = service }

    struct Outcome {
        var output: String
        var status: ExitStatus
        /// The output of `--json`.
        var outcome: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
        }
    }

    func start(_ file: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            Programs.binaries + "/kabinet",
            ["import", "cdr", "--connect", "127.0.0.1:\(service.port)", "--admin-of", service.data, file] + arguments,
            errors: service.home + "/import")
    }

    func run(_ file: String, _ arguments: String...) throws -> Outcome {
        let (output, status) = try start(file, arguments).finish(within: 120)
        return Outcome(output: output, status: status)
    }

    var complaints: String { (try? String(contentsOfFile: service.home + "/import", encoding: .utf8)) ?? "" }
}

@Suite("kabinet import", .realProcess)
struct ImportTests {
    private static let numbers = 20
    private func number(_ index: Int) -> Int { 79_001_234_000 + index }

    /// Calls of a minute each, in order, one every second from a time on.
    private func calls(_ count: Int, from start: Date, _ file: String) throws {
        var text = "start,msisdn,peer,seconds\n"
        for index in 0..<count {
            let time = start.addingTimeInterval(Double(index / 20)).formatted(.iso8601)
            text += "\(time),\(number(index % Self.numbers)),74951234567,60\n"
        }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    private static let calls = ["--source", "archive", "--set", "kind=voice", "--set", "direction=out", "--json"]

    private func subscribers(_ service: Service) throws {
        let admin = try service.signIn()
        for index in 0..<Self.numbers { try admin.activate(number(index)) }
    }

    private func rated(_ service: Service) throws -> Int {
        let admin = try service.signIn()
        var (count, next) = (0, 1)
        while true {
            let page = try admin.expectOK("EVENTS from=\(next) type=usage_rated limit=1000")
            count += page.rows.count
            guard let further = page["next"].flatMap({ Int($0) }) else { return count }
            next = further
        }
    }

    @Test("An import that is interrupted many times rates every record once")
    func interrupted() throws {
        try Service.run(["--event-time", "2020-01-01"]) { service in
            try subscribers(service)
            let file = service.home + "/calls.csv"
            let count = 70_000
            try calls(count, from: Date(timeIntervalSince1970: 1_577_880_000), file)
            var random = SeededGenerator("stopped again and again")
            for round in 0..<4 {
                let tool = try ImportTool(service).start(file, Self.calls)
                usleep(UInt32.random(in: 100_000...700_000, using: &random))
                if round % 2 == 0 {
                    tool.send(signal: SIGKILL)
                    _ = try tool.wait(within: 10)
                } else {
                    try service.killHard()
                    let (_, status) = try tool.finish(within: 30)
                    // The service may have been ready.
                    #expect([.exited(69), .exited(0)].contains(status))
                    try service.restart()
                }
            }
            let last = try ImportTool(service).start(file, Self.calls).finish(within: 120)
            #expect(last.status == .exited(0), "\(ImportTool(service).complaints)")
            let whole = try ImportTool.Outcome(
                output: ImportTool(service).start(file, Self.calls).finish(within: 120).output, status: .exited(0))
            #expect(whole.outcome["repeated"] as? Int == 65_536 && whole.outcome["skipped"] as? Int == count - 65_536)
            #expect(try rated(service) == count)
            let sources = try service.signIn().expectOK("USAGE.SOURCES").rows
            #expect(sources.map { $0["last"] } == ["\(count)"] && sources.map { $0["missing"] } == ["0"])
            #expect(try service.signIn().call("TRIAL.BALANCE")["sum"] == "0.00")
        }
    }

    @Test("A file with a line that is not a record is not sent, unless --skip-bad is given")
    func badLines() throws {
        try Service.run { service in
            try subscribers(service)
            let file = service.home + "/calls.csv"
            try calls(3, from: .now + 60, file)
            try (String(contentsOfFile: file, encoding: .utf8) + "yesterday,79001234000,7495,60\n").write(
                toFile: file, atomically: true, encoding: .utf8)
            let tool = ImportTool(service)
            let refused = try tool.start(file, Self.calls).finish(within: 30)
            #expect(refused.status == .exited(1))
            #expect(tool.complaints.contains("calls.csv:5: start is 'yesterday'"))
            #expect(try rated(service) == 0)
            #expect(
                try tool.start(file, Self.calls + ["--skip-bad", "--sort"]).finish(within: 30).status == .exited(64))
            let taken = try tool.start(file, Self.calls + ["--skip-bad"]).finish(within: 30)
            #expect(taken.status == .exited(0))
            #expect(try rated(service) == 3)
            // A mended line is sent, and the other lines keep their numbers.
            var lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
            lines.swapAt(2, 4)
            try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            #expect(
                try tool.start(file, ["--first", "1001"] + Self.calls + ["--skip-bad"]).finish(within: 30).status
                    == .exited(0))
            #expect(try rated(service) == 6)
            lines[2] = lines[3]
            try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            let mended = ImportTool.Outcome(
                output: try tool.start(file, ["--first", "1001"] + Self.calls).finish(within: 30).output,
                status: .exited(0))
            #expect(mended.outcome["rated"] as? Int == 1 && mended.outcome["repeated"] as? Int == 3)
        }
    }

    @Test("The text of a mistake is printed escaped, so that it cannot control the terminal")
    func hostileFile() throws {
        try Service.run { service in
            let file = service.home + "/calls.csv"
            try "start,msisdn,seconds\n\u{1b}[31m\u{202e}yadot,79001234000,60\n".write(
                toFile: file, atomically: true, encoding: .utf8)
            let tool = ImportTool(service)
            #expect(try tool.start(file, Self.calls + ["--dry-run"]).finish(within: 30).status == .exited(1))
            #expect(tool.complaints.contains(#"start is '\u{1b}[31m\u{202e}yadot'"#))
        }
    }

    @Test("A file out of order is imported into a log in event time only with --sort")
    func order() throws {
        try Service.run(["--event-time", "2020-01-01"]) { service in
            try subscribers(service)
            let file = service.home + "/calls.csv"
            try """
            start,msisdn,seconds
            2020-02-02 10:00:00,\(number(1)),0:01:01
            2020-01-31 10:00:00,\(number(1)),59
            """.write(toFile: file, atomically: true, encoding: .utf8)
            let tool = ImportTool(service)
            #expect(try tool.start(file, Self.calls).finish(within: 30).status == .exited(1))
            #expect(tool.complaints.contains("--sort"))
            #expect(try rated(service) == 0)
            #expect(try tool.start(file, Self.calls + ["--sort"]).finish(within: 30).status == .exited(0))
            #expect(try rated(service) == 2)
        }
    }

    @Test("A file whose records are far behind its source is not sent")
    func anotherFile() throws {
        try Service.run { service in
            try subscribers(service)
            let file = service.home + "/calls.csv"
            try calls(3, from: .now + 60, file)
            let start = (Date.now + 60).formatted(.iso8601)
            try service.signIn().expectOK(
                "USAGE \(number(1)) kind=sms direction=out start=\(start) source=archive n=200000")
            let tool = ImportTool(service)
            #expect(try tool.start(file, Self.calls).finish(within: 30).status == .exited(1))
            #expect(tool.complaints.contains("archive is at record 200000"))
            #expect(try rated(service) == 1)
        }
    }

    @Test("Another file under the same source is refused, and the message says how to continue")
    func secondFile() throws {
        try Service.run { service in
            try subscribers(service)
            let (first, second) = (service.home + "/march.csv", service.home + "/april.csv")
            try calls(28, from: .now + 10, first)
            try calls(31, from: .now + 60, second)
            let tool = ImportTool(service)
            #expect(try tool.start(first, Self.calls).finish(within: 30).status == .exited(0))

            #expect(try tool.start(second, Self.calls).finish(within: 30).status == .exited(65))
            #expect(tool.complaints.contains("archive reported another record as number 1 before"))
            #expect(tool.complaints.contains("none of its records was rated"))
            #expect(tool.complaints.contains("--first 29"))
            #expect(try rated(service) == 28)

            #expect(try tool.start(second, ["--first", "29"] + Self.calls).finish(within: 30).status == .exited(0))
            #expect(try rated(service) == 59)
            for (file, options) in [(first, []), (second, ["--first", "29"])] {
                let again = try tool.start(file, options + Self.calls).finish(within: 30)
                #expect(again.status == .exited(0), "the same file goes on")
            }
            #expect(try rated(service) == 59)
        }
    }

    @Test("A file that was changed after its import is refused at the changed record")
    func changedFile() throws {
        try Service.run { service in
            try subscribers(service)
            let file = service.home + "/calls.csv"
            try calls(10, from: .now + 10, file)
            let tool = ImportTool(service)
            #expect(try tool.start(file, Self.calls).finish(within: 30).status == .exited(0))
            let text = try String(contentsOfFile: file, encoding: .utf8)
            var lines = text.split(separator: "\n").map(String.init)
            lines[4] = lines[4].replacing(",60", with: ",61")
            try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try tool.start(file, Self.calls).finish(within: 30).status == .exited(65))
            #expect(tool.complaints.contains("archive reported another record as number 4 before"))
            #expect(tool.complaints.contains("was changed"))
        }
    }

    @Test("Refused records are written to a file with the reasons, and the others are imported")
    func refusals() throws {
        try Service.run { service in
            try subscribers(service)
            let file = service.home + "/calls.csv"
            try calls(3, from: .now + 60, file)
            let stranger = "\((Date.now + 60).formatted(.iso8601)),\(number(1)),NO PEER,60\n"
            try (String(contentsOfFile: file, encoding: .utf8) + stranger).write(
                toFile: file, atomically: true, encoding: .utf8)
            let refusals = service.home + "/refused.csv"
            let tool = try ImportTool(service).start(file, Self.calls + ["--refusals", refusals]).finish(within: 30)
            #expect(tool.status == .exited(1))
            #expect(try String(contentsOfFile: refusals, encoding: .utf8).contains("4,\"\(number(1))\""))
            #expect(try rated(service) == 3)
        }
    }
}
