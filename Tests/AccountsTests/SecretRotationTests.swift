import ScenarioKit
import Testing

@Suite struct SecretRotationTests {
    private func scenario() -> (Scenario, secret: String) {
        let scenario = Scenario()
        scenario.given("PRINCIPAL.ADD portal roles=frontend")
        return (scenario, scenario.answer["secret"])
    }

    /// For each secret, true if AUTH accepts it.
    private func accepted(_ scenario: Scenario, _ secrets: [String]) -> [Bool] {
        secrets.map { !scenario.when("AUTH portal \($0)").text.hasPrefix("ERR") }
    }

    @Test("Without an overlap the old secret is refused at once") func withoutAnOverlapTheOldSecretIsRefusedAtOnce() {
        let (scenario, old) = scenario()

        scenario.when("PRINCIPAL.ROTATE portal")

        scenario.then("OK name=portal")
        #expect(scenario.answer["former_until"] == "")
        #expect(accepted(scenario, [old, scenario.answer["secret"]]) == [false, true])
    }

    @Test("During an overlap both secrets are accepted, and afterwards only the new one")
    func duringAnOverlapBothSecretsAreAcceptedAndThenTheNewOneAlone() {
        let (scenario, old) = scenario()

        scenario.when("PRINCIPAL.ROTATE portal overlap=24")

        scenario.then("OK name=portal former_until=2018-03-02T09:00:00Z")
        scenario.then(types: "principal_rotated")
        let new = scenario.answer["secret"]
        scenario.at("2018-03-02T08:59:59Z")
        scenario.when("PRINCIPALS")
        #expect(scenario.answer.rows.last?["former_until"] == "2018-03-02T09:00:00Z")
        #expect(accepted(scenario, [old, new, "AAAA"]) == [true, true, false])
        scenario.restart()
        #expect(accepted(scenario, [old, new]) == [true, true])

        scenario.at("2018-03-02T09:00:00Z")
        #expect(accepted(scenario, [old, new]) == [false, true])
        scenario.when("PRINCIPALS")
        #expect(scenario.answer.rows.allSatisfy { $0["former_until"] == nil })
        scenario.thenReplayIsLive()
    }

    @Test func atMostTwoSecretsAreAccepted() {
        let (scenario, first) = scenario()
        scenario.given("PRINCIPAL.ROTATE portal overlap=168")
        let second = scenario.answer["secret"]
        scenario.given("PRINCIPAL.ROTATE portal overlap=1")
        let third = scenario.answer["secret"]
        #expect(accepted(scenario, [first, second, third]) == [false, true, true])

        // When a secret has leaked, `overlap=0` ends every one before the new one.
        scenario.given("PRINCIPAL.ROTATE portal overlap=0")
        let fourth = scenario.answer["secret"]
        #expect(accepted(scenario, [first, second, third, fourth]) == [false, false, false, true])
    }

    @Test("A disabled principal is refused with either secret") func whoIsDisabledIsRefusedWithEitherSecret() {
        let (scenario, old) = scenario()
        scenario.given("PRINCIPAL.ROTATE portal overlap=24")
        let new = scenario.answer["secret"]
        scenario.given("PRINCIPAL.DISABLE portal")
        #expect(accepted(scenario, [old, new]) == [false, false])
        scenario.when("PRINCIPALS")
        #expect(scenario.answer.rows.last?["former_until"] == nil)
    }

    @Test func aStartFromASnapshotKnowsTheFormerSecret() throws {
        let (scenario, old) = scenario()
        scenario.given("PRINCIPAL.ROTATE portal overlap=24")
        let new = scenario.answer["secret"]
        try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20)))
        #expect(accepted(scenario, [old, new]) == [true, true])
    }

    @Test(
        "An overlap is a whole number of hours, at most a week",
        arguments: ["169", "-1", "1.5", "day"]) func anOverlapIsWholeHoursUpToAWeek(overlap: String)
    {
        let (scenario, old) = scenario()
        scenario.when("PRINCIPAL.ROTATE portal overlap=\(overlap)")
        scenario.then("ERR invalid_number field=overlap")
        #expect(accepted(scenario, [old]) == [true])
    }
}
