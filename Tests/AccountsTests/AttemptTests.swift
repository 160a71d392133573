/// Limits that do not depend on a number: for a principal, and for all together.

import Accounts
import AccountsKit
import Testing

@Suite("Attempts") struct AttemptTests {
    private let me = "79001234567"

    private func limited(principal: Int = 10, all: Int = 20) -> Scenario {
        let cabinet = Scenario()
        cabinet.given(subscriber: me)
        _ = cabinet.given(signedIn: me)
        cabinet.given("PRINCIPAL.ADD portal-2 roles=frontend", "PRINCIPAL.ADD portal-3 roles=frontend")
        // A separate minute.
        cabinet.at("2018-03-01T09:10:00Z")
        cabinet.given(policy: { ($0.principalAttemptsPerMinute, $0.attemptsPerMinute) = (principal, all) })
        return cabinet
    }

    /// Wrong passwords for as many numbers, none of them registered.
    private func fail(_ count: Int, _ cabinet: Scenario, as principal: String, from first: Int = 0) {
        for number in first..<(first + count) {
            cabinet.when("LOGIN \(79_100_000_000 + number) wrong-password", as: principal)
        }
    }

    @Test("Past its limit a principal is refused until the minute is over, whatever the number") func principal() {
        let cabinet = limited()
        fail(10, cabinet, as: "frontend")
        var answers: Set<String> = []
        for line in [#"LOGIN \#(me) "correct horse""#, "LOGIN 79009999999 wrong-password", "LOGIN.CODE \(me)"] {
            cabinet.when(line, as: "frontend")
            answers.insert(cabinet.answer.text)
            #expect(cabinet.events.isEmpty)
        }
        #expect(answers.count == 1 && answers.first?.contains("too_many_attempts") == true, "\(answers)")
        cabinet.when(#"LOGIN \#(me) "correct horse""#, as: "portal-2")
        cabinet.then("OK", "another principal's subscribers sign in")

        cabinet.at("2018-03-01T09:11:00Z")

        cabinet.then(types: "attempts_refused")
        guard case .attemptsRefused(let e)? = cabinet.events.first else { return }
        #expect(e.count == 3)
        cabinet.when(#"LOGIN \#(me) "correct horse""#, as: "frontend")
        cabinet.then("OK")
        cabinet.thenReplayIsLive()
    }

    @Test("What succeeds does not count") func success() {
        let cabinet = limited(principal: 2)
        for _ in 1...10 {
            cabinet.when(#"LOGIN \#(me) "correct horse""#, as: "frontend")
            cabinet.then("OK")
        }
    }

    @Test("Where all together are too many, who has had a share waits, and who has not does not") func share() {
        let cabinet = limited(principal: 15, all: 20)
        fail(14, cabinet, as: "frontend")
        fail(6, cabinet, as: "portal-2", from: 100)
        cabinet.when("LOGIN 79200000000 wrong-password", as: "frontend")
        cabinet.then("ERR too_many_attempts")
        cabinet.when("LOGIN 79200000001 wrong-password", as: "portal-2")
        cabinet.then("ERR sign_in_failed", "six of ten")
        cabinet.when(#"LOGIN \#(me) "correct horse""#, as: "portal-3")
        cabinet.then("OK")
    }

    @Test("However many attempts there are, the log grows by a bounded amount") func growth() {
        let cabinet = limited()
        let before = cabinet.records.count
        for (index, principal) in ["frontend", "portal-2", "portal-3"].enumerated() {
            fail(1000, cabinet, as: principal, from: index * 1000)
        }
        cabinet.at("2018-03-01T09:11:00Z")
        #expect(cabinet.records.count - before <= 3 * 10 + 3)
    }
}
