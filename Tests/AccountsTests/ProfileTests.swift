/// Profiles and consents: sealed, changed in parts, erased with the person, and reported whole.

import Accounts
import ScenarioKit
import Testing

@Suite("Profiles") struct ProfileTests {
    private let me = "79001234567"

    private func signedIn() -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        return (scenario, scenario.given(signedIn: me))
    }

    @Test("PROFILE.SET changes the given fields and leaves the others") func parts() {
        let (scenario, session) = signedIn()
        scenario.given("PROFILE.SET \(me) name=\"Анна\" email=anna@example.org session=\(session)", as: "frontend")
        scenario.then(types: "profile_set")
        scenario.given("PROFILE.SET \(me) language=en notify=email session=\(session)", as: "frontend")
        scenario.when("PROFILE \(me) session=\(session)", as: "frontend")
        scenario.then("OK email=anna@example.org region=msk language=en notify=email")
        #expect(scenario.answer["name"] == "Анна")
        scenario.given("PROFILE.SET \(me) email= region=ekb notify= session=\(session)", as: "frontend")
        scenario.when("PROFILE \(me) session=\(session)", as: "frontend")
        scenario.then("OK region=ekb language=en")
        #expect(scenario.answer["name"] == "Анна" && scenario.answer["email"] == "" && scenario.answer["notify"] == "")
        scenario.thenReplayIsLive()
    }

    @Test(
        "A wrong value is refused",
        arguments: [
            "email=anna", "email=@x.y", "email=a@b", "language=fr", "notify=sms,pigeon", "region=none",
            "name=4111111111111111",
            "",
        ])
    func invalid(words: String) {
        let (scenario, session) = signedIn()
        scenario.when("PROFILE.SET \(me) \(words) session=\(session)", as: "frontend")
        #expect(!scenario.answer.isOK, "\(scenario.answer.text)")
        scenario.thenNothingChanged()
    }

    @Test("The last CONSENT.SET counts, and its time is kept") func consents() {
        let (scenario, session) = signedIn()
        scenario.given("CONSENT.SET \(me) advertising 1 session=\(session)", as: "frontend")
        scenario.at("2018-03-01T09:01:00Z")
        scenario.given(
            "CONSENT.SET \(me) partners 1 session=\(session)", "CONSENT.SET \(me) advertising 0 session=\(session)",
            as: "frontend")
        scenario.when("PROFILE \(me) session=\(session)", as: "frontend")
        #expect(
            scenario.answer.rows == [
                ["consent": "advertising", "granted": "0", "since": "2018-03-01T09:01:00Z"],
                ["consent": "partners", "granted": "1", "since": "2018-03-01T09:01:00Z"],
            ])
        scenario.when("CONSENT.SET \(me) everything 1 session=\(session)", as: "frontend")
        scenario.then("ERR invalid_key field=consent")
        scenario.thenReplayIsLive()
    }

    @Test("An erasure removes the profile, and PRIVACY.REPORT shows that") func erased() {
        let (scenario, session) = signedIn()
        scenario.given(
            "PROFILE.SET \(me) name=\"Анна\" session=\(session)", "CONSENT.SET \(me) partners 1 session=\(session)",
            as: "frontend")
        scenario.when("PRIVACY.REPORT \(me) session=\(session)", as: "frontend")
        func report(_ what: String) -> String? { scenario.answer.rows.first { $0["what"] == what }?["value"] }
        #expect(report("name") == "Анна" && report("consent") == "partners granted")
        #expect(report("password") == "an Argon2id digest" && report("session") != nil && report("balance") == "0.00")

        scenario.given("ERASE \(me)", as: "operator")

        scenario.when("PRIVACY.REPORT \(me)", as: "operator")
        #expect(report("name") == "" && report("consent") == nil && report("password") == "none")
        #expect(report("session") == nil && report("number") == me)
        scenario.thenReplayIsLive()
    }

    @Test("A subscriber's data is not shown to another subscriber") func others() {
        let (scenario, session) = signedIn()
        scenario.given(subscriber: "79001234568")
        for line in ["PROFILE 79001234568", "PRIVACY.REPORT 79001234568", "CONSENT.SET 79001234568 partners 1"] {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("ERR not_found field=msisdn")
        }
        scenario.when("REGIONS", as: "frontend")
        scenario.then("OK")
        #expect(scenario.answer.rows.contains { $0["region"] == "msk" })
    }
}
