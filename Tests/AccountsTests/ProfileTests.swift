/// Profiles and consents: sealed, changed in parts, erased with the person, and reported whole.

import Accounts
import AccountsKit
import Testing

@Suite("Profiles") struct ProfileTests {
    private let me = "79001234567"

    private func signedIn() -> (Scenario, session: String) {
        let cabinet = Scenario()
        cabinet.given(subscriber: me)
        return (cabinet, cabinet.given(signedIn: me))
    }

    @Test("What is named changes, and the rest stays") func parts() {
        let (cabinet, session) = signedIn()
        cabinet.given("PROFILE.SET \(me) name=\"Анна\" email=anna@example.org session=\(session)", as: "frontend")
        cabinet.then(types: "profile_set")
        cabinet.given("PROFILE.SET \(me) language=en notify=email session=\(session)", as: "frontend")
        cabinet.when("PROFILE \(me) session=\(session)", as: "frontend")
        cabinet.then("OK email=anna@example.org region=msk language=en notify=email")
        #expect(cabinet.answer["name"] == "Анна")
        cabinet.given("PROFILE.SET \(me) email= region=ekb notify= session=\(session)", as: "frontend")
        cabinet.when("PROFILE \(me) session=\(session)", as: "frontend")
        cabinet.then("OK region=ekb language=en")
        #expect(cabinet.answer["name"] == "Анна" && cabinet.answer["email"] == "" && cabinet.answer["notify"] == "")
        cabinet.thenReplayIsLive()
    }

    @Test(
        "What is no value is refused",
        arguments: [
            "email=anna", "email=@x.y", "email=a@b", "language=fr", "notify=sms,pigeon", "region=none",
            "name=4111111111111111",
            "",
        ])
    func invalid(words: String) {
        let (cabinet, session) = signedIn()
        cabinet.when("PROFILE.SET \(me) \(words) session=\(session)", as: "frontend")
        #expect(!cabinet.answer.isOK, "\(cabinet.answer.text)")
        cabinet.thenNothingChanged()
    }

    @Test("The last word on a consent counts, with when it was said") func consents() {
        let (cabinet, session) = signedIn()
        cabinet.given("CONSENT.SET \(me) advertising 1 session=\(session)", as: "frontend")
        cabinet.at("2018-03-01T09:01:00Z")
        cabinet.given(
            "CONSENT.SET \(me) partners 1 session=\(session)", "CONSENT.SET \(me) advertising 0 session=\(session)",
            as: "frontend")
        cabinet.when("PROFILE \(me) session=\(session)", as: "frontend")
        #expect(
            cabinet.answer.rows == [
                ["consent": "advertising", "granted": "0", "since": "2018-03-01T09:01:00Z"],
                ["consent": "partners", "granted": "1", "since": "2018-03-01T09:01:00Z"],
            ])
        cabinet.when("CONSENT.SET \(me) everything 1 session=\(session)", as: "frontend")
        cabinet.then("ERR invalid_key field=consent")
        cabinet.thenReplayIsLive()
    }

    @Test("An erasure leaves nothing of it, and the report says so") func erased() {
        let (cabinet, session) = signedIn()
        cabinet.given(
            "PROFILE.SET \(me) name=\"Анна\" session=\(session)", "CONSENT.SET \(me) partners 1 session=\(session)",
            as: "frontend")
        cabinet.when("PRIVACY.REPORT \(me) session=\(session)", as: "frontend")
        func report(_ what: String) -> String? { cabinet.answer.rows.first { $0["what"] == what }?["value"] }
        #expect(report("name") == "Анна" && report("consent") == "partners granted")
        #expect(report("password") == "an Argon2id digest" && report("session") != nil && report("balance") == "0.00")

        cabinet.given("ERASE \(me)", as: "operator")

        cabinet.when("PRIVACY.REPORT \(me)", as: "operator")
        #expect(report("name") == "" && report("consent") == nil && report("password") == "none")
        #expect(report("session") == nil && report("number") == me)
        cabinet.thenReplayIsLive()
    }

    @Test("A person's data is nobody else's") func others() {
        let (cabinet, session) = signedIn()
        cabinet.given(subscriber: "79001234568")
        for line in ["PROFILE 79001234568", "PRIVACY.REPORT 79001234568", "CONSENT.SET 79001234568 partners 1"] {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("ERR not_found field=msisdn")
        }
        cabinet.when("REGIONS", as: "frontend")
        cabinet.then("OK")
        #expect(cabinet.answer.rows.contains { $0["region"] == "msk" })
    }
}
