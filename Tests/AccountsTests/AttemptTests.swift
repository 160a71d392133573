/// Limits that do not depend on a number: for a principal, and for all together.

import Accounts
import ScenarioKit
import Testing

@Suite("Attempts") struct AttemptTests {
    private let me = "79001234567"

    private func limited(principal: Int = 10, all: Int = 20) -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        _ = scenario.given(signedIn: me)
        scenario.given("PRINCIPAL.ADD portal-2 roles=frontend", "PRINCIPAL.ADD portal-3 roles=frontend")
        // A separate minute.
        scenario.at("2018-03-01T09:10:00Z")
        scenario.given(policy: { ($0.principalAttemptsPerMinute, $0.attemptsPerMinute) = (principal, all) })
        return scenario
    }

    /// Wrong passwords for as many numbers, none of them registered.
    private func fail(_ count: Int, _ scenario: Scenario, as principal: String, from first: Int = 0) {
        for number in first..<(first + count) {
            scenario.when("LOGIN \(79_100_000_000 + number) wrong-password", as: principal)
        }
    }

    @Test("A principal over its limit is refused until the minute is over, for every number") func principal() {
        let scenario = limited()
        fail(10, scenario, as: "frontend")
        var answers: Set<String> = []
        for line in [#"LOGIN \#(me) "correct horse""#, "LOGIN 79009999999 wrong-password", "LOGIN.CODE \(me)"] {
            scenario.when(line, as: "frontend")
            answers.insert(scenario.answer.text)
            #expect(scenario.events.isEmpty)
        }
        #expect(answers.count == 1 && answers.first?.contains("too_many_attempts") == true, "\(answers)")
        scenario.when(#"LOGIN \#(me) "correct horse""#, as: "portal-2")
        scenario.then("OK", "another principal's subscribers sign in")

        scenario.at("2018-03-01T09:11:00Z")

        scenario.then(types: "attempts_refused")
        guard case .attemptsRefused(let e)? = scenario.events.first else { return }
        #expect(e.count == 3)
        scenario.when(#"LOGIN \#(me) "correct horse""#, as: "frontend")
        scenario.then("OK")
        scenario.thenReplayIsLive()
    }

    @Test("An attempt that succeeds does not count") func success() {
        let scenario = limited(principal: 2)
        for _ in 1...10 {
            scenario.when(#"LOGIN \#(me) "correct horse""#, as: "frontend")
            scenario.then("OK")
        }
    }

    @Test("When all attempts are too many, only principals that used their share must wait") func share() {
        let scenario = limited(principal: 15, all: 20)
        fail(14, scenario, as: "frontend")
        fail(6, scenario, as: "portal-2", from: 100)
        scenario.when("LOGIN 79200000000 wrong-password", as: "frontend")
        scenario.then("ERR too_many_attempts")
        scenario.when("LOGIN 79200000001 wrong-password", as: "portal-2")
        scenario.then("ERR sign_in_failed", "six of ten")
        scenario.when(#"LOGIN \#(me) "correct horse""#, as: "portal-3")
        scenario.then("OK")
    }

    @Test("Any number of attempts adds a bounded number of events to the log") func growth() {
        let scenario = limited()
        let before = scenario.records.count
        for (index, principal) in ["frontend", "portal-2", "portal-3"].enumerated() {
            fail(1000, scenario, as: principal, from: index * 1000)
        }
        scenario.at("2018-03-01T09:11:00Z")
        #expect(scenario.records.count - before <= 3 * 10 + 3)
    }
}
