/// Linked numbers: who confirms a link, who may do what, and how it ends.

import Accounts
import AccountsKit
import Testing

@Suite("Linked numbers") struct LinkTests {
    private let mother = "79001234567"
    private let child = "79001234568"

    /// The mother's session; the child's number has a cabinet too if `isRegistered`.
    private func family(isRegistered: Bool = false) -> (Scenario, session: String) {
        let cabinet = Scenario()
        cabinet.given(subscriber: mother, balance: "1000")
        cabinet.given(subscriber: child, balance: "500")
        if isRegistered { _ = cabinet.given(signedIn: child) }
        return (cabinet, cabinet.given(signedIn: mother))
    }

    private func link(_ cabinet: Scenario, _ session: String) {
        cabinet.given(#"LINK.ADD \#(child) reauth="correct horse" session=\#(session)"#, as: "frontend")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("CONFIRM \(challenge) \(cabinet.code(child))", as: "frontend")
    }

    @Test("The number that is added has the code, and both sides see the link") func added() {
        let (cabinet, session) = family(isRegistered: true)
        cabinet.when("BALANCE \(child) session=\(session)", as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.given(#"LINK.ADD \#(child) reauth="correct horse" session=\#(session)"#, as: "frontend")
        let challenge = cabinet.answer["challenge"]
        #expect(cabinet.code(mother) != cabinet.code(child))

        cabinet.when("CONFIRM \(challenge) \(cabinet.code(child))", as: "frontend")

        cabinet.then("OK linked=1")
        cabinet.then(types: "link_confirmed", "link_added")
        cabinet.when("LINKS \(mother) session=\(session)", as: "frontend")
        #expect(cabinet.answer.rows == [["msisdn": child, "link": "manages"]])
        cabinet.when("LINKS \(child)", as: "operator")
        #expect(cabinet.answer.rows == [["msisdn": mother, "link": "managed_by"]])
        #expect(cabinet.notices(child).last == "linked")
        cabinet.thenReplayIsLive()
    }

    @Test("A linked number's money and services are managed; its access, person and links are not") func rights() {
        let (cabinet, session) = family()
        link(cabinet, session)
        for line in [
            "ACCOUNT \(child)", "BALANCE \(child)", "PAYMENTS \(child)", "TARIFF \(child)", "OPTIONS \(child)",
            "TARIFF.CHANGE \(child) talk", "OPTION.ON \(child) melody", "OPTION.OFF \(child) melody",
        ] {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("OK")
        }
        for line in [
            "SESSIONS \(child)", "SESSION.END \(child) all", "LINKS \(child)", "DEVICES \(child)",
            "REAUTH.CODE \(child)", #"ERASE \#(child) reauth="correct horse""#,
            "DEVICE.REMOVE \(child) 5cVbuEAhwo3Hn0MJVRM4Fg",
            #"PASSWORD.CHANGE \#(child) old="correct horse" new="battery staple""#,
        ] {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("ERR not_found field=msisdn")
        }
    }

    @Test("Links are not transitive, and go one way") func oneWay() {
        let (cabinet, session) = family()
        let grandmother = "79001234569"
        cabinet.given(subscriber: grandmother)
        link(cabinet, session)
        let hers = cabinet.given(signedIn: grandmother)
        cabinet.given(#"LINK.ADD \#(mother) reauth="correct horse" session=\#(hers)"#, as: "frontend")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("CONFIRM \(challenge) \(cabinet.code(mother))", as: "frontend")

        cabinet.when("BALANCE \(mother) session=\(hers)", as: "frontend")
        cabinet.then("OK")
        cabinet.when("BALANCE \(child) session=\(hers)", as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.when("BALANCE \(grandmother) session=\(session)", as: "frontend")
        cabinet.then("ERR not_found")
    }

    @Test("Either side ends a link", arguments: [true, false]) func ends(byManager: Bool) {
        let (cabinet, session) = family(isRegistered: true)
        link(cabinet, session)
        cabinet.given(#"LOGIN \#(child) "correct horse""#)
        let childs = cabinet.answer["session"]

        cabinet.when(
            (byManager ? "LINK.REMOVE \(child) session=\(session)" : "LINK.REMOVE \(mother) session=\(childs)")
                + " reauth=\"correct horse\"",
            as: "frontend")

        cabinet.then("OK")
        cabinet.then(types: "reauthenticated", "link_removed", "link_revoked")
        cabinet.when("BALANCE \(child) session=\(session)", as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.when("LINK.REMOVE \(child) session=\(session) reauth=\"correct horse\"", as: "frontend")
        cabinet.then("ERR not_found field=msisdn")
        #expect(cabinet.notices(child).last == "unlinked")
        cabinet.thenReplayIsLive()
    }

    @Test("A number is linked once, not to itself, and ten at most") func limits() {
        let (cabinet, session) = family()
        link(cabinet, session)
        cabinet.when(#"LINK.ADD \#(child) reauth="correct horse" session=\#(session)"#, as: "frontend")
        cabinet.then("ERR already_exists field=msisdn")
        cabinet.when(#"LINK.ADD \#(mother) reauth="correct horse" session=\#(session)"#, as: "frontend")
        cabinet.then("ERR not_available field=msisdn")
        for index in 1...10 {
            let number = "7900123460\(index % 10)"
            cabinet.given(subscriber: number)
            cabinet.when(#"LINK.ADD \#(number) reauth="correct horse" session=\#(session)"#, as: "frontend")
            if index == 10 {
                cabinet.then("ERR limit_reached")
            } else {
                let challenge = cabinet.answer["challenge"]
                cabinet.given("CONFIRM \(challenge) \(cabinet.code(number))", as: "frontend")
            }
        }
    }

    @Test("Who manages as many as can be hears the same for every number") func fullAlike() {
        let (cabinet, session) = family()
        for index in 0...9 {
            let number = "7900123460\(index)"
            cabinet.given(subscriber: number)
            cabinet.given(#"LINK.ADD \#(number) reauth="correct horse" session=\#(session)"#, as: "frontend")
            let challenge = cabinet.answer["challenge"]
            cabinet.given("CONFIRM \(challenge) \(cabinet.code(number))", as: "frontend")
        }
        var answers: Set<String> = []
        for number in [child, "79009999999"] {
            cabinet.when("LINK.ADD \(number) session=\(session)", as: "frontend")
            answers.insert(cabinet.answer.text)
        }
        #expect(answers.count == 1 && answers.first?.contains("limit_reached") == true, "\(answers)")
    }

    @Test("An erasure ends links both ways, and a manager who is gone is linked to nobody") func gone() {
        let (cabinet, session) = family(isRegistered: true)
        link(cabinet, session)
        cabinet.given("ERASE \(mother)", as: "operator")
        cabinet.then(types: "link_removed", "link_revoked", "person_erased")
        cabinet.when("LINKS \(child)", as: "operator")
        cabinet.then("OK rows=0")

        let again = cabinet.given(signedIn: mother)
        cabinet.at("2018-03-01T09:02:00Z")
        cabinet.given(#"LINK.ADD \#(child) reauth="correct horse" session=\#(again)"#, as: "frontend")
        let challenge = cabinet.answer["challenge"]
        let code = cabinet.code(child)
        cabinet.given("SUBSCRIBER.TERMINATE \(mother)")
        cabinet.when("CONFIRM \(challenge) \(code)", as: "frontend")
        cabinet.then("ERR invalid_code")
        cabinet.thenReplayIsLive()
    }

    @Test("A number that is nobody's asks for a code like any other") func stranger() {
        let (cabinet, session) = family()
        cabinet.when(#"LINK.ADD 79009999999 reauth="correct horse" session=\#(session)"#, as: "frontend")
        cabinet.then("OK msisdn=79009999999")
        cabinet.when("CONFIRM \(cabinet.answer["challenge"]) 000000", as: "frontend")
        cabinet.then("ERR invalid_code")
    }
}
