/// `kabinet scenario` as a person uses it, the scenarios of the project, and the examples of a front end's tests.

import Foundation
import Testing

@Suite("Scenarios", .realProcess)
struct ScenarioTests {
    private struct Outcome {
        let output: String
        let errors: String
        let status: ExitStatus
    }

    private func run(_ arguments: String..., in home: String) throws -> Outcome {
        try? FileManager.default.removeItem(atPath: home + "/errors")
        let tool = try ChildProcess(
            Programs.binaries + "/kabinet", ["scenario"] + arguments, errors: home + "/errors")
        let (output, status) = try tool.finish(within: 120)
        let errors = try String(contentsOfFile: home + "/errors", encoding: .utf8)
        return Outcome(output: output, errors: errors, status: status)
    }

    private func withHome(_ body: (String) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        try body(home)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private static let folder = Programs.repository + "/Tests/Scenarios"
    private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".scenario") }.sorted()

    @Test("What a scenario of the project says is what comes of it", arguments: names)
    func rules(name: String) throws {
        try withHome { home in
            let outcome = try run(Self.folder + "/" + name, in: home)
            #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
        }
    }

    @Test("There are scenarios, and each says what it must be answered")
    func complete() throws {
        #expect(Self.names.count >= 7)
        for name in Self.names {
            let text = try String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8)
            #expect(text.hasPrefix("# "), "\(name) begins with what it is about")
            #expect(text.components(separatedBy: "\n< ").count > 10, "\(name)")
        }
    }

    @Test("The first difference is shown with its line, what was sent, what was expected and what came")
    func difference() throws {
        try withHome { home in
            let path = home + "/a.scenario"
            try write("> PING hello\n< OK text=hello\n> PING there\n< OK text=nobody\n> PING\n< OK\n", path)
            let outcome = try run(path, in: home)
            #expect(outcome.status == .exited(1))
            #expect(
                outcome.output.hasPrefix(
                    """
                    \(path):4: text is there, and nobody was expected
                      > PING there
                      expected < OK text=nobody
                      answered < OK text=there
                    1 scenario, 1 request, \("")
                    """), "\(outcome.output)")
            #expect(outcome.output.hasSuffix(" a second: 1 with a difference; each ended there\n"))
        }
    }

    @Test("Formats for other programs name each file, and the difference")
    func formats() throws {
        try withHome { home in
            try write("> PING\n< OK\n", home + "/a.scenario")
            try write("> PING\n< OK text=\"<&>\"\n", home + "/b.scenario")
            let tap = try run("--format", "tap", home, in: home)
            #expect(tap.status == .exited(1))
            #expect(
                tap.output.hasPrefix("TAP version 13\n1..2\nok 1 - \(home)/a.scenario\nnot ok 2 - \(home)/b.scenario\n")
            )
            let junit = try run("--format", "junit", home, in: home)
            #expect(junit.status == .exited(1))
            #expect(junit.output.contains("tests=\"2\" failures=\"1\""))
            #expect(junit.output.contains("text=&quot;&lt;&amp;&gt;&quot;"))
            #expect(!junit.output.contains("text=\"<"))
        }
    }

    @Test("A recording writes the replies that are missing, and is as expected from then on")
    func recording() throws {
        try withHome { home in
            let path = home + "/a.scenario"
            try write(
                """
                # A code.
                > SUBSCRIBER.ACTIVATE 79001234567 iccid=8970120000000000001 imsi=250200000000001 region=msk tariff=klassicheskiy pin=1234 puk=12345678
                > REGISTER 79001234567
                > NOTIFICATIONS
                < ROW … code=$code …
                < …
                restart
                > CONFIRM $challenge $code password="correct horse"

                """, path)
            let recorded = try run("--record", path, in: home)
            #expect(recorded.status == .exited(0), "\(recorded.output)")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.contains("> REGISTER 79001234567\n< OK challenge=$challenge msisdn=79001234567 expires="))
            #expect(text.contains("< ROW … code=$code …\n< …\nrestart\n"))
            #expect(text.contains("\"\n< OK challenge=$challenge registered=1 session=$session number=1 expires="))
            #expect(try run(path, in: home).status == .exited(0))
            #expect(try run("--record", path, in: home).errors.isEmpty)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test(
        "A file with a mistake, a file that is not there and a service that is not there each have their status",
        arguments: [("PING\n", [], 1), ("> PING\n< OK\n", ["--kabinetd", "/nowhere/kabinetd"], 69)])
    func mistakes(text: String, more: [String], status: Int32) throws {
        try withHome { home in
            let path = home + "/a.scenario"
            try write(text, path)
            let tool = try ChildProcess(
                Programs.binaries + "/kabinet", ["scenario", path] + more, errors: home + "/errors")
            #expect(try tool.finish(within: 60).status == .exited(status))
            #expect(try run(home + "/none.scenario", in: home).status == .exited(64))
        }
    }

    @Test("Principals with roles of their own, a closed connection, and a step of years")
    func directives() throws {
        try withHome { home in
            let path = home + "/a.scenario"
            try write(
                """
                at 2018-03-01
                as anna roles=operator,auditor
                > TRIAL.BALANCE
                > QUIT
                < OK
                > HELLO
                < OK … test_clock=2018-03-01T00:00:00Z
                at 2021-03-01
                > HELLO
                < OK … test_clock=2021-03-01T00:00:00Z
                as portal roles=frontend
                > TRIAL.BALANCE
                < ERR not_permitted …
                """, path)
            let outcome = try run(path, in: home)
            #expect(outcome.status == .exited(0), "\(outcome.output)")
            try write("as portal\n> PING\n", path)
            let unknown = try run(path, in: home)
            #expect(unknown.status == .exited(1) && unknown.output.contains("a.scenario:1: as portal\n"))
            try write("at 2018-03-02\n> PING\nat 2018-03-01\n", path)
            #expect(try run(path, in: home).output.contains("goes forward only"))
        }
    }

    @Test("A scenario speaks to a service that runs already, more than once")
    func connect() throws {
        let service = try EphemeralService(["--test-clock", "2018-03-01"])
        try withHome { home in
            let path = home + "/a.scenario"
            try write("as operator\n> CATALOG\nat +1d\nrestart\n", path)
            for _ in 1...2 {
                let tool = try ChildProcess(
                    Programs.binaries + "/kabinet", ["scenario", "--connect", "127.0.0.1:\(service.port)", path],
                    environment: ["KABINET_SECRET": EphemeralService.adminSecret])
                let (output, status) = try tool.finish(within: 60)
                #expect(status == .exited(0), "\(output)")
            }
            #expect(try service.signIn().expectOK("HELLO")["test_clock"] == "2018-03-03T00:00:00Z")
        }
    }

    @Test("The scenario of docs/scenarios.md is as it says")
    func documented() throws {
        let page = try String(contentsOfFile: Programs.repository + "/docs/scenarios.md", encoding: .utf8)
        let block = try #require(page.components(separatedBy: "```text\n").dropFirst().first)
        let text = try #require(block.components(separatedBy: "```").first)
        try withHome { home in
            try write(text, home + "/fee.scenario")
            #expect(try run(home + "/fee.scenario", in: home).status == .exited(0))
        }
    }

    @Test("The example without a library runs", .enabled(if: Programs.python != nil))
    func plainExample() throws {
        let python = try #require(Programs.python)
        let example = try ChildProcess(
            python, [Programs.repository + "/docs/examples/plain/fees.py"], environment: ["KABINETD": Programs.kabinetd]
        )
        let (output, status) = try example.finish(within: 60)
        #expect(status == .exited(0) && output == "the fee was taken twice\n", "\(output)")
    }

    @Test("The example project of pytest passes", .enabled(if: Programs.pythonWithPytest != nil))
    func pytestExample() throws {
        let python = try #require(Programs.pythonWithPytest)
        let example = try ChildProcess(
            python,
            ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", Programs.repository + "/docs/examples/pytest"],
            environment: ["KABINETD": Programs.kabinetd])
        let (output, status) = try example.finish(within: 120)
        #expect(status == .exited(0), "\(output)")
    }
}
