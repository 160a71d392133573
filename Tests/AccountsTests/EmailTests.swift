/// E-mail addresses: a code confirms the one that the profile has, and nothing else.

import Accounts
import ScenarioKit
import Testing

extension Scenario {
    /// The rows of NOTIFICATIONS of this kind to a number.
    func messages(_ kind: String, _ msisdn: String) -> [[String: String]] {
        given("NOTIFICATIONS msisdn=\(msisdn)", as: "delivery")
        return answer.rows.filter { $0["kind"] == kind }
    }

    /// The code that was sent last to the address of a number's profile.
    func emailCode(_ msisdn: String) -> String { messages("email_code", msisdn).last?["code"] ?? "none" }

    /// The profile of a number with this address, confirmed.
    func given(email: String, of msisdn: String) {
        given("PROFILE.SET \(msisdn) email=\(email)", "EMAIL.CODE \(msisdn)", as: "operator")
        let challenge = answer["challenge"]
        given("CONFIRM \(challenge) \(emailCode(msisdn))", as: "operator")
    }
}

@Suite("E-mail addresses") struct EmailTests {
    private let me = "79001234567"

    /// A signed-in number with an address.
    private func addressed() -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        let session = scenario.given(signedIn: me)
        scenario.given("PROFILE.SET \(me) email=anna@example.org session=\(session)", as: "frontend")
        return (scenario, session)
    }

    private func isConfirmed(_ scenario: Scenario) -> String {
        scenario.given("PROFILE \(me)", as: "operator")
        let shown = scenario.answer["email_confirmed"]
        scenario.given("PRIVACY.REPORT \(me)", as: "operator")
        #expect(scenario.answer.rows.first { $0["what"] == "email_confirmed" }?["value"] == shown)
        return shown
    }

    @Test("A code that was sent to the address confirms it, and opens no session") func confirmed() {
        let (scenario, session) = addressed()
        #expect(isConfirmed(scenario) == "0")
        scenario.when("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        scenario.then("OK msisdn=\(me) expires=2018-03-01T09:10:00Z")
        let challenge = scenario.answer["challenge"]
        let message = scenario.messages("email_code", me).last ?? [:]
        #expect(message["email"] == "anna@example.org" && message["purpose"] == "email")
        #expect(message["challenge"] == challenge && message["expires"] == "2018-03-01T09:10:00Z")
        #expect(scenario.messages("sms_code", me).allSatisfy { $0["challenge"] != challenge }, "no code to the phone")

        scenario.when("CONFIRM \(challenge) \(message["code"] ?? "")", as: "frontend")

        scenario.then("OK challenge=\(challenge) email_confirmed=1")
        scenario.then(types: "email_confirmed")
        #expect(scenario.answer["session"] == "")
        #expect(isConfirmed(scenario) == "1")
        scenario.when("CONFIRM \(challenge) \(message["code"] ?? "")", as: "frontend")
        scenario.then("ERR invalid_code field=code", "a code is used once")
        scenario.thenReplayIsLive()
    }

    @Test(
        "Another address, the same one again, or none makes it unconfirmed",
        arguments: ["boris@example.org", "anna@example.org", ""])
    func changed(email: String) {
        let (scenario, session) = addressed()
        scenario.given(email: "anna@example.org", of: me)
        scenario.given("PROFILE.SET \(me) language=en session=\(session)", as: "frontend")
        #expect(isConfirmed(scenario) == "1", "another field of the profile does not matter")

        scenario.given("PROFILE.SET \(me) email=\(email) session=\(session)", as: "frontend")

        #expect(isConfirmed(scenario) == "0")
        scenario.thenReplayIsLive()
    }

    @Test("A code that was sent to the former address confirms nothing, and is sent no more") func bound() {
        let (scenario, session) = addressed()
        scenario.given("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        let former = scenario.answer["challenge"]
        let code = scenario.emailCode(me)

        scenario.given("PROFILE.SET \(me) email=boris@example.org session=\(session)", as: "frontend")

        #expect(scenario.messages("email_code", me).isEmpty)
        scenario.when("CONFIRM \(former) \(code)", as: "frontend")
        scenario.then("ERR invalid_code field=code")
        scenario.when("RESEND \(former)", as: "frontend")
        scenario.then("ERR not_found field=challenge")
        #expect(isConfirmed(scenario) == "0")
        scenario.at("2018-03-01T09:01:00Z")
        scenario.given("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        let next = scenario.answer["challenge"]
        #expect(scenario.messages("email_code", me).map { $0["email"] } == ["boris@example.org"])
        scenario.given("CONFIRM \(next) \(scenario.emailCode(me))", as: "frontend")
        #expect(isConfirmed(scenario) == "1")
        scenario.thenReplayIsLive()
    }

    @Test("A code that is checked while the address changes confirms nothing") func changedMeanwhile() {
        let (scenario, _) = addressed()
        scenario.given("EMAIL.CODE \(me)")
        let challenge = scenario.answer["challenge"]
        let code = scenario.emailCode(me)

        let answers = scenario.when(
            sideBySide: ["PROFILE.SET \(me) email=boris@example.org", "CONFIRM \(challenge) \(code)"], as: "operator")

        #expect(answers[0].isOK && answers[1].text.hasPrefix("ERR invalid_code"), "\(answers[1].text)")
        #expect(isConfirmed(scenario) == "0")
    }

    @Test("Without an address there is nothing to confirm, and a confirmed one is not confirmed again") func refused() {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        scenario.when("EMAIL.CODE \(me)", as: "operator")
        scenario.then("ERR not_found field=email")
        scenario.given(email: "anna@example.org", of: me)
        scenario.at("2018-03-01T09:01:00Z")
        scenario.when("EMAIL.CODE \(me)", as: "operator")
        scenario.then("ERR already_exists field=email")
        scenario.when("EMAIL.CODE 79009999999", as: "operator")
        scenario.then("ERR not_found field=msisdn")
    }

    @Test("The codes have the limits of other codes: one a minute, five an hour, five tries") func limits() {
        let (scenario, session) = addressed()
        scenario.given("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        let first = scenario.answer["challenge"]
        let code = scenario.emailCode(me)
        scenario.when("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR too_many_attempts field=msisdn retry_after=60")
        for _ in 1...5 {
            scenario.when("CONFIRM \(first) 000000", as: "frontend")
            scenario.then("ERR invalid_code field=code")
            scenario.then(types: "challenge_failed")
        }
        scenario.when("CONFIRM \(first) \(code)", as: "frontend")
        scenario.then("ERR invalid_code field=code")

        for minute in 1...4 {
            scenario.at("2018-03-01T09:0\(minute):00Z")
            scenario.given("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        }
        scenario.at("2018-03-01T09:05:00Z")
        scenario.when("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR too_many_attempts field=msisdn retry_after=3300")
        scenario.given("PROFILE.SET \(me) email=boris@example.org session=\(session)", as: "frontend")
        scenario.when("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR too_many_attempts field=msisdn", "another address does not lift the limit")
        scenario.given("LOGIN.CODE \(me)", as: "frontend")
        scenario.thenReplayIsLive()
    }

    @Test("A code is sent again, is good for ten minutes, and the message ends with it") func resent() {
        let (scenario, session) = addressed()
        scenario.given("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        let challenge = scenario.answer["challenge"]
        let code = scenario.emailCode(me)
        scenario.at("2018-03-01T09:01:00Z")
        scenario.given("RESEND \(challenge)", as: "frontend")
        #expect(scenario.messages("email_code", me).map { $0["code"] } == [code, code])
        scenario.at("2018-03-01T09:10:00Z")
        #expect(scenario.messages("email_code", me).isEmpty)
        scenario.when("CONFIRM \(challenge) \(code)", as: "frontend")
        scenario.then("ERR invalid_code field=code")
    }

    @Test("A retry with id= gets the first challenge, and sends no other code") func retried() {
        let (scenario, session) = addressed()
        scenario.given("EMAIL.CODE \(me) session=\(session) id=code-1", as: "frontend")
        let challenge = scenario.answer["challenge"]
        scenario.when("EMAIL.CODE \(me) session=\(session) id=code-1", as: "frontend")
        scenario.then("OK challenge=\(challenge) repeated=1")
        #expect(scenario.messages("email_code", me).count == 1)
    }

    @Test("Only the number's own session may ask for the code") func others() {
        let (scenario, _) = addressed()
        let other = "79001234568"
        scenario.given(subscriber: other)
        let stranger = scenario.given(signedIn: other)
        scenario.when("EMAIL.CODE \(me)", as: "frontend")
        scenario.then("ERR session_required field=session")
        scenario.when("EMAIL.CODE \(me) session=\(stranger)", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.given(link: me, session: stranger)
        scenario.when("EMAIL.CODE \(me) session=\(stranger)", as: "frontend")
        scenario.then("ERR not_found field=msisdn", "managing a number is not reading its e-mail")
    }

    @Test(
        "An erasure and the end of the number end the code and its message",
        arguments: ["ERASE", "SUBSCRIBER.TERMINATE"])
    func ended(verb: String) {
        let (scenario, session) = addressed()
        scenario.given("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        let challenge = scenario.answer["challenge"]
        let code = scenario.emailCode(me)

        scenario.given("\(verb) \(me)")

        scenario.given("NOTIFICATIONS", as: "delivery")
        #expect(!scenario.answer.rows.contains { $0["kind"] == "email_code" })
        scenario.when("CONFIRM \(challenge) \(code)", as: "frontend")
        scenario.then("ERR invalid_code field=code")
        scenario.thenReplayIsLive()
    }

    @Test("The events hold no address that can be read") func sealed() {
        let (scenario, _) = addressed()
        scenario.given(email: "anna@example.org", of: me)
        scenario.given("STATEMENT.ORDER \(me) from=2018-03-01 to=2018-03-02", as: "operator")
        #expect(!scenario.records.contains { String(decoding: $0, as: UTF8.self).contains("example.org") })
    }

    @Test("NOTIFICATIONS opens addresses beside the vault, and makes codes alone without it") func pools() {
        let (scenario, _) = addressed()
        scenario.given("LOGIN.CODE \(me)")
        #expect(scenario.pools(of: "NOTIFICATIONS", as: "delivery") == [.codes])
        scenario.given("EMAIL.CODE \(me)")
        #expect(scenario.pools(of: "NOTIFICATIONS", as: "delivery") == [.vault])
    }
}
