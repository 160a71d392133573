/// The operators' tool as a person uses it: signing in, pipes for files, and the advice after a refusal.

import Foundation
import Testing

@Suite("The operators' tool", .realProcess)
struct ToolTests {
    private struct Outcome {
        var output: String
        var errors: String
        var status: ExitStatus
    }

    /// A shell's line, with `$at` for the service and its administrator, `$data` and `$home`.
    private func run(_ service: Service, _ line: String) throws -> Outcome {
        let errors = service.home + "/tool-errors"
        try? FileManager.default.removeItem(atPath: errors)
        let shell = try ChildProcess(
            "/bin/bash", ["-c", line],
            environment: [
                "PATH": Programs.binaries + ":/usr/bin:/bin", "data": service.data, "home": service.home,
                "at": "--connect 127.0.0.1:\(service.port) --admin-of \(service.data)",
            ], errors: errors)
        let (output, status) = try shell.finish(within: 30)
        return Outcome(output: output, errors: try String(contentsOfFile: errors, encoding: .utf8), status: status)
    }

    @Test("The tool prints its version") func version() throws {
        let tool = try ChildProcess(Programs.binaries + "/kabinet", ["--version"])
        let (output, status) = try tool.finish(within: 30)
        #expect(status == .exited(0) && output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil, "\(output)")
    }

    @Test("Principals are added, listed, rotated and disabled") func principals() throws {
        try Service.run { service in
            let first = try run(service, "kabinet principal add portal --roles frontend,operator $at")
            #expect(first.status == .exited(0))
            let second = try run(service, "kabinet principal rotate portal --overlap 24 $at")
            #expect(second.status == .exited(0) && second.output != first.output && second.output.count == 44)
            #expect(second.errors.contains("the former one is accepted until "))
            let list = try run(service, "kabinet principal list $at")
            #expect(
                list.output.contains(/portal +frontend,operator +enabled, former secret until 20/), "\(list.output)")
            let json = try run(service, "kabinet principal list --json $at").output
            #expect(json.contains(#""name":"portal","roles":"frontend,operator","enabled":"1""#))
            #expect(try run(service, "kabinet principal disable portal $at").status == .exited(0))
            #expect(
                try run(service, "kabinet principal list $at").output.contains(/portal +frontend,operator +disabled/))
            let nobody = try run(service, "kabinet principal disable nobody $at")
            #expect(nobody.status == .exited(1))
            #expect(nobody.errors == "kabinet: not_found: there is no such principal (argument name)\n")
        }
    }

    @Test("A user who has not signed in is told how") func signIn() throws {
        try Service.run { service in
            for words in ["call BALANCE 79001234567", "events"] {
                let refused = try run(service, "kabinet \(words) --connect 127.0.0.1:\(service.port)")
                #expect(refused.status == .exited(1))
                for way in ["--admin-of DATA", "--principal", "--secret-file", "KABINET_SECRET"] {
                    #expect(refused.errors.contains(way), "\(words): \(refused.errors)")
                }
            }
        }
    }

    @Test("A file may be a pipe, and - is standard input or output") func pipes() throws {
        try Service.run { service in
            let checked = try run(service, "kabinet catalog example | kabinet catalog check -")
            #expect(checked.status == .exited(0), "\(checked.errors)")
            let published = try run(service, "kabinet catalog publish $at <(kabinet catalog example)")
            #expect(published.status == .exited(0), "\(published.errors)")
            let records = #"printf 'start,msisdn,seconds\n2018-03-01,79001234567,5\n'"#
            let options = "--source s --set kind=voice --set direction=out --dry-run"
            for line in ["\(records) | kabinet import cdr - \(options)", "kabinet import cdr <(\(records)) \(options)"]
            {
                let preview = try run(service, line)
                #expect(preview.output.contains("1 records from 2018-03-01"), "\(preview.errors)")
            }
            let dump = try run(service, "kabinet dump $data - | tail -n 1; ls $home")
            #expect(dump.output.contains(#""record":""#) && !dump.output.contains("\n-\n"))
            let journal = try run(service, "kabinet export $data --format csv --output - | head -n 1")
            #expect(journal.output.hasPrefix("position,"), "\(journal.output) \(journal.errors)")
        }
    }
}
