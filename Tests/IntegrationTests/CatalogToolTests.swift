/// kabinet catalog against the real service: it writes down the published catalogue, and its comparisons are true.

import Foundation
import Testing

@Suite("kabinet catalog", .realProcess)
struct CatalogToolTests {
    private func run(_ service: Service, _ words: String...) throws -> (output: String, status: ExitStatus) {
        let tool = try ChildProcess(
            Programs.binaries + "/kabinet",
            ["catalog", words[0], "--connect", "127.0.0.1:\(service.port)", "--admin-of", service.data]
                + words.dropFirst(), errors: service.home + "/tool")
        return try tool.finish(within: 30)
    }

    @Test("kabinet catalog show writes a file that publishes the same catalogue, also of a time in the past")
    func show() throws {
        try Service.run { service in
            let shown = service.home + "/shown.yaml"
            try run(service, "show").output.write(toFile: shown, atomically: true, encoding: .utf8)
            for file in [shown, Programs.repository + "/Schemas/catalogue.yaml"] {
                let same = try run(service, "diff", file)
                #expect(same.status == .exited(0) && same.output == "nothing would change\n", "\(same.output)")
            }
            let admin = try service.signIn()
            let before = try #require(try admin.expectOK("TRIAL.BALANCE")["seq"])
            try admin.expectOK("CATALOG.RETIRE klassicheskiy")
            let changed = try run(service, "diff", shown)
            #expect(changed.status == .exited(1) && changed.output == "~ tariff klassicheskiy  retired: 1 -> none\n")
            try run(service, "show", "--at", before).output.write(toFile: shown, atomically: true, encoding: .utf8)
            #expect(try run(service, "diff", shown).status == .exited(1))
            let then = try String(contentsOfFile: shown, encoding: .utf8)
            let block = then.components(separatedBy: "\n  klassicheskiy:\n").last?.components(separatedBy: "\n\n").first
            #expect(try #require(block).contains("period: open") && !block!.contains("retired"))
            #expect(try run(service, "publish", shown).status == .exited(0))
            #expect(try run(service, "diff", shown).status == .exited(0))
        }
    }
}
