/// People learn the language from HELP, so the service must take every example that HELP shows.

import Foundation
import Testing

@Suite(.realProcess)
struct HelpTests {
    /// Refusals of an understood request because of the data's state.
    private let refusedByState: Set<String> = [
        "not_found", "already_exists", "session_required", "session_invalid", "sign_in_failed", "wrong_credentials",
        "invalid_code", "conflict", "insufficient_funds", "not_available", "invalid_catalog",
    ]

    @Test("Every example of HELP is a valid request")
    func examples() throws {
        try Service.run { service in
            let verbs = try service.signIn().expectOK("HELP").rows.compactMap { $0["verb"] }
            #expect(verbs.count > 40)
            for verb in verbs {
                let connection = try service.signIn()
                let help = try connection.expectOK("HELP \(verb)")
                let example = try #require(help["example"])
                #expect(example.hasPrefix(verb), "\(example)")
                let reply = try connection.call(example)
                #expect(reply.isOK || refusedByState.contains(reply.error ?? ""), "\(example): \(reply.closing)")
            }
        }
    }

    @Test("HELP of a verb lists each argument of its usage")
    func usage() throws {
        try Service.run { service in
            let connection = try service.signIn()
            for command in try connection.expectOK("COMMANDS").rows {
                let verb = try #require(command["verb"])
                let names = try connection.expectOK("HELP \(verb)").rows.filter { $0["of"] == nil }.compactMap {
                    $0["name"]
                }
                let usage = (command["usage"] ?? "").split(separator: " ").dropFirst()
                    .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]=…")) }
                #expect(Array(usage) == names, "\(verb)")
            }
        }
    }
}
