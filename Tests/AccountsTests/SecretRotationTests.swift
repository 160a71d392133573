import AccountsKit
import Testing

@Suite struct SecretRotationTests {
    private func cabinet() -> (Scenario, secret: String) {
        let cabinet = Scenario()
        cabinet.given("PRINCIPAL.ADD portal roles=frontend")
        return (cabinet, cabinet.answer["secret"])
    }

    /// For each secret, true if AUTH accepts it.
    private func accepted(_ cabinet: Scenario, _ secrets: [String]) -> [Bool] {
        secrets.map { !cabinet.when("AUTH portal \($0)").text.hasPrefix("ERR") }
    }

    @Test func withoutAnOverlapTheOldSecretIsRefusedAtOnce() {
        let (cabinet, old) = cabinet()

        cabinet.when("PRINCIPAL.ROTATE portal")

        cabinet.then("OK name=portal")
        #expect(cabinet.answer["former_until"] == "")
        #expect(accepted(cabinet, [old, cabinet.answer["secret"]]) == [false, true])
    }

    @Test func duringAnOverlapBothSecretsAreAcceptedAndThenTheNewOneAlone() {
        let (cabinet, old) = cabinet()

        cabinet.when("PRINCIPAL.ROTATE portal overlap=24")

        cabinet.then("OK name=portal former_until=2018-03-02T09:00:00Z")
        cabinet.then(types: "principal_rotated")
        let new = cabinet.answer["secret"]
        cabinet.at("2018-03-02T08:59:59Z")
        cabinet.when("PRINCIPALS")
        #expect(cabinet.answer.rows.last?["former_until"] == "2018-03-02T09:00:00Z")
        #expect(accepted(cabinet, [old, new, "AAAA"]) == [true, true, false])
        cabinet.restart()
        #expect(accepted(cabinet, [old, new]) == [true, true])

        cabinet.at("2018-03-02T09:00:00Z")
        #expect(accepted(cabinet, [old, new]) == [false, true])
        cabinet.when("PRINCIPALS")
        #expect(cabinet.answer.rows.allSatisfy { $0["former_until"] == nil })
        cabinet.thenReplayIsLive()
    }

    @Test func atMostTwoSecretsAreAccepted() {
        let (cabinet, first) = cabinet()
        cabinet.given("PRINCIPAL.ROTATE portal overlap=168")
        let second = cabinet.answer["secret"]
        cabinet.given("PRINCIPAL.ROTATE portal overlap=1")
        let third = cabinet.answer["secret"]
        #expect(accepted(cabinet, [first, second, third]) == [false, true, true])

        // When a secret has leaked, `overlap=0` ends every one before the new one.
        cabinet.given("PRINCIPAL.ROTATE portal overlap=0")
        let fourth = cabinet.answer["secret"]
        #expect(accepted(cabinet, [first, second, third, fourth]) == [false, false, false, true])
    }

    @Test func whoIsDisabledIsRefusedWithEitherSecret() {
        let (cabinet, old) = cabinet()
        cabinet.given("PRINCIPAL.ROTATE portal overlap=24")
        let new = cabinet.answer["secret"]
        cabinet.given("PRINCIPAL.DISABLE portal")
        #expect(accepted(cabinet, [old, new]) == [false, false])
        cabinet.when("PRINCIPALS")
        #expect(cabinet.answer.rows.last?["former_until"] == nil)
    }

    @Test func aStartFromASnapshotKnowsTheFormerSecret() throws {
        let (cabinet, old) = cabinet()
        cabinet.given("PRINCIPAL.ROTATE portal overlap=24")
        let new = cabinet.answer["secret"]
        try cabinet.restart(from: #require(cabinet.takeSnapshot(filterWords: 1 << 20)))
        #expect(accepted(cabinet, [old, new]) == [true, true])
    }

    @Test(arguments: ["169", "-1", "1.5", "day"]) func anOverlapIsWholeHoursUpToAWeek(overlap: String) {
        let (cabinet, old) = cabinet()
        cabinet.when("PRINCIPAL.ROTATE portal overlap=\(overlap)")
        cabinet.then("ERR invalid_number field=overlap")
        #expect(accepted(cabinet, [old]) == [true])
    }
}
