/// Linked numbers: who confirms a link, who may do what, and how it ends.

import Accounts
import ScenarioKit
import Testing

extension Scenario {
    /// A number that the session's number manages from now on.
    func given(link msisdn: String, session: String) {
        given(#"LINK.ADD \#(msisdn) reauth="correct horse" session=\#(session)"#, as: "frontend")
        let challenge = answer["challenge"]
        given("CONFIRM \(challenge) \(code(msisdn))", as: "frontend")
    }
}

@Suite("Linked numbers") struct LinkTests {
    private let mother = "79001234567"
    private let child = "79001234568"

    /// The mother's session; the child's number has a cabinet too if `isRegistered`.
    private func family(isRegistered: Bool = false) -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: mother, balance: "1000")
        scenario.given(subscriber: child, balance: "500")
        if isRegistered { _ = scenario.given(signedIn: child) }
        return (scenario, scenario.given(signedIn: mother))
    }

    private func link(_ scenario: Scenario, _ session: String) { scenario.given(link: child, session: session) }

    @Test("The added number gets the code, and both numbers see the link") func added() {
        let (scenario, session) = family(isRegistered: true)
        scenario.when("BALANCE \(child) session=\(session)", as: "frontend")
        scenario.then("ERR not_found")
        scenario.given(#"LINK.ADD \#(child) reauth="correct horse" session=\#(session)"#, as: "frontend")
        let challenge = scenario.answer["challenge"]
        #expect(scenario.code(mother) != scenario.code(child))

        scenario.when("CONFIRM \(challenge) \(scenario.code(child))", as: "frontend")

        scenario.then("OK linked=1")
        scenario.then(types: "link_confirmed", "link_added")
        scenario.when("LINKS \(mother) session=\(session)", as: "frontend")
        #expect(scenario.answer.rows == [["msisdn": child, "link": "manages"]])
        scenario.when("LINKS \(child)", as: "operator")
        #expect(scenario.answer.rows == [["msisdn": mother, "link": "managed_by"]])
        #expect(scenario.notices(child).last == "linked")
        scenario.thenReplayIsLive()
    }

    @Test("The manager may use a linked number's money and services, but not its access, profile and links")
    func rights() {
        let (scenario, session) = family()
        link(scenario, session)
        for line in [
            "ACCOUNT \(child)", "BALANCE \(child)", "PAYMENTS \(child)", "TARIFF \(child)", "OPTIONS \(child)",
            "TARIFF.CHANGE \(child) talk", "OPTION.ON \(child) melody", "OPTION.OFF \(child) melody",
        ] {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("OK")
        }
        for line in [
            "SESSIONS \(child)", "SESSION.END \(child) all", "LINKS \(child)", "DEVICES \(child)",
            "REAUTH.CODE \(child)", #"ERASE \#(child) reauth="correct horse""#,
            "DEVICE.REMOVE \(child) 5cVbuEAhwo3Hn0MJVRM4Fg", "EMAIL.CODE \(child)",
            "STATEMENT.ORDER \(child) from=2018-03-01 to=2018-03-02",
            #"PASSWORD.CHANGE \#(child) old="correct horse" new="battery staple""#,
        ] {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("ERR not_found field=msisdn")
        }
    }

    @Test("A link is not transitive and has one direction") func oneWay() {
        let (scenario, session) = family()
        let grandmother = "79001234569"
        scenario.given(subscriber: grandmother)
        link(scenario, session)
        let hers = scenario.given(signedIn: grandmother)
        scenario.given(#"LINK.ADD \#(mother) reauth="correct horse" session=\#(hers)"#, as: "frontend")
        let challenge = scenario.answer["challenge"]
        scenario.given("CONFIRM \(challenge) \(scenario.code(mother))", as: "frontend")

        scenario.when("BALANCE \(mother) session=\(hers)", as: "frontend")
        scenario.then("OK")
        scenario.when("BALANCE \(child) session=\(hers)", as: "frontend")
        scenario.then("ERR not_found")
        scenario.when("BALANCE \(grandmother) session=\(session)", as: "frontend")
        scenario.then("ERR not_found")
    }

    @Test("Either number may end a link", arguments: [true, false]) func ends(byManager: Bool) {
        let (scenario, session) = family(isRegistered: true)
        link(scenario, session)
        scenario.given(#"LOGIN \#(child) "correct horse""#)
        let childs = scenario.answer["session"]

        scenario.when(
            (byManager ? "LINK.REMOVE \(child) session=\(session)" : "LINK.REMOVE \(mother) session=\(childs)")
                + " reauth=\"correct horse\"",
            as: "frontend")

        scenario.then("OK")
        scenario.then(types: "reauthenticated", "link_removed", "link_revoked")
        scenario.when("BALANCE \(child) session=\(session)", as: "frontend")
        scenario.then("ERR not_found")
        scenario.when("LINK.REMOVE \(child) session=\(session) reauth=\"correct horse\"", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        #expect(scenario.notices(child).last == "unlinked")
        scenario.thenReplayIsLive()
    }

    @Test("A number is linked once, never to itself, and at most ten numbers are linked") func limits() {
        let (scenario, session) = family()
        link(scenario, session)
        scenario.when(#"LINK.ADD \#(child) reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("ERR already_exists field=msisdn")
        scenario.when(#"LINK.ADD \#(mother) reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("ERR not_available field=msisdn")
        for index in 1...10 {
            let number = "7900123460\(index % 10)"
            scenario.given(subscriber: number)
            scenario.when(#"LINK.ADD \#(number) reauth="correct horse" session=\#(session)"#, as: "frontend")
            if index == 10 {
                scenario.then("ERR limit_reached")
            } else {
                let challenge = scenario.answer["challenge"]
                scenario.given("CONFIRM \(challenge) \(scenario.code(number))", as: "frontend")
            }
        }
    }

    @Test("A subscriber with ten links gets the same refusal for every number") func fullAlike() {
        let (scenario, session) = family()
        for index in 0...9 {
            let number = "7900123460\(index)"
            scenario.given(subscriber: number)
            scenario.given(#"LINK.ADD \#(number) reauth="correct horse" session=\#(session)"#, as: "frontend")
            let challenge = scenario.answer["challenge"]
            scenario.given("CONFIRM \(challenge) \(scenario.code(number))", as: "frontend")
        }
        var answers: Set<String> = []
        for number in [child, "79009999999"] {
            scenario.when("LINK.ADD \(number) session=\(session)", as: "frontend")
            answers.insert(scenario.answer.text)
        }
        #expect(answers.count == 1 && answers.first?.contains("limit_reached") == true, "\(answers)")
    }

    @Test("An erasure ends the person's links in both directions") func gone() {
        let (scenario, session) = family(isRegistered: true)
        link(scenario, session)
        scenario.given("ERASE \(mother)", as: "operator")
        scenario.then(types: "link_removed", "link_revoked", "person_erased")
        scenario.when("LINKS \(child)", as: "operator")
        scenario.then("OK rows=0")

        let again = scenario.given(signedIn: mother)
        scenario.at("2018-03-01T09:02:00Z")
        scenario.given(#"LINK.ADD \#(child) reauth="correct horse" session=\#(again)"#, as: "frontend")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(child)
        scenario.given("SUBSCRIBER.TERMINATE \(mother)")
        scenario.when("CONFIRM \(challenge) \(code)", as: "frontend")
        scenario.then("ERR invalid_code")
        scenario.thenReplayIsLive()
    }

    @Test("A link to an unassigned number gets the same reply as to an assigned one") func stranger() {
        let (scenario, session) = family()
        scenario.when(#"LINK.ADD 79009999999 reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("OK msisdn=79009999999")
        scenario.when("CONFIRM \(scenario.answer["challenge"]) 000000", as: "frontend")
        scenario.then("ERR invalid_code")
    }
}
