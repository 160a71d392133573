/// Sessions: idle and absolute ends, their list, and reauthentication.

import Accounts
import ScenarioKit
import Testing

@Suite("Sessions") struct SessionTests {
    private let me = "79001234567"

    private func signedIn() -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        return (scenario, scenario.given(signedIn: me))
    }

    @Test("A session ends after half an hour without use, and continues while it is used") func idle() {
        let (scenario, session) = signedIn()
        for time in ["09:25", "09:50", "10:15"] {
            scenario.at("2018-03-01T\(time):00Z")
            scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
            scenario.then("OK")
            scenario.then(types: "session_used")
        }
        scenario.at("2018-03-01T10:45:00Z")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.thenReplayIsLive()
    }

    @Test("A session's use is recorded at most every five minutes, and does not count as a change") func use() {
        let (scenario, session) = signedIn()
        scenario.given("TOPUP \(me) 10 ref=a")
        let seq = scenario.answer["seq"]
        scenario.at("2018-03-01T09:04:00Z")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        #expect(scenario.events.isEmpty)
        scenario.at("2018-03-01T09:05:00Z")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then(types: "session_used")
        scenario.when("OPTION.ON \(me) melody if_seq=\(seq) session=\(session)", as: "frontend")
        scenario.then("OK")
    }

    @Test("A subscriber's changes in a minute are limited, but retries, reads, staff and ends of access are not")
    func changes() {
        let (scenario, session) = signedIn()
        scenario.given { $0.holderEventsPerMinute = 3 }
        func say(_ index: Int) {
            scenario.when("CONSENT.SET \(me) advertising \(index % 2) id=c-\(index) session=\(session)", as: "frontend")
        }
        for index in 0..<3 {
            say(index)
            scenario.then("OK")
        }
        say(3)
        scenario.then("ERR too_many_attempts field=session")
        #expect((1...60).contains(Int(scenario.answer["retry_after"]) ?? 0))
        say(2)
        scenario.then("OK repeated=1")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("OK")
        scenario.given("CONSENT.SET \(me) advertising 1", as: "operator")
        scenario.given(#"LOGIN \#(me) "correct horse""#)
        let other = scenario.answer["session"]
        scenario.when("CONSENT.SET \(me) advertising 1 session=\(other)", as: "frontend")
        scenario.then("ERR too_many_attempts field=session")
        for line in [
            #"PASSWORD.CHANGE \#(me) old="correct horse" new="battery staple""#, "SESSION.END \(me) 99", "LOGOUT",
        ] {
            scenario.when("\(line) session=\(other)", as: "frontend")
            #expect(!scenario.answer.text.hasPrefix("ERR too_many_attempts"), "\(scenario.answer.text)")
        }
        scenario.at("2018-03-01T09:01:00Z")
        say(3)
        scenario.then("OK granted=1")
    }

    @Test("SESSIONS lists when and how each session was opened, and marks the current one") func list() {
        let (scenario, first) = signedIn()
        scenario.given("LOGIN.CODE \(me)")
        let challenge = scenario.answer["challenge"]
        scenario.at("2018-03-01T09:02:00Z")
        scenario.given("CONFIRM \(challenge) \(scenario.code(me))")

        scenario.when("SESSIONS \(me) session=\(first)", as: "frontend")

        scenario.then("OK msisdn=79001234567 rows=2")
        #expect(scenario.answer.rows.map { $0["method"] } == ["code", "code"])
        #expect(scenario.answer.rows.map { $0["current"] } == ["1", "0"])
        #expect(scenario.answer.rows[1]["opened"] == "2018-03-01T09:02:00Z")
    }

    @Test("A subscriber may end one session, the others, or all") func end() {
        let (scenario, first) = signedIn()
        var sessions = [first]
        for _ in 2...4 {
            scenario.given(#"LOGIN \#(me) "correct horse""#)
            sessions.append(scenario.answer["session"])
        }
        func live() -> [Int] {
            sessions.indices.filter {
                scenario.when("BALANCE \(me) session=\(sessions[$0])", as: "frontend").isOK
            }
        }
        scenario.given("SESSION.END \(me) 2 session=\(first)", as: "frontend")
        #expect(live() == [0, 2, 3])
        scenario.when("SESSION.END \(me) 2 session=\(first)", as: "frontend")
        scenario.then("ERR not_found field=which")
        scenario.given("SESSION.END \(me) others session=\(sessions[2])", as: "frontend")
        #expect(live() == [2])
        scenario.given("SESSION.END \(me) all session=\(sessions[2])", as: "frontend")
        #expect(live().isEmpty)
        scenario.thenReplayIsLive()
    }

    @Test("Staff may end all sessions of a subscriber") func staffEnds() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let session = scenario.given(signedIn: "79001234567")
        scenario.given("SESSION.END 79001234567 all", as: "operator")
        scenario.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
    }

    @Test("A session of another number is not found") func others() {
        let (scenario, session) = signedIn()
        scenario.given(subscriber: "79001234568")
        _ = scenario.given(signedIn: "79001234568")
        scenario.when("SESSION.END \(me) 2 session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=which")
    }

    @Test("LINK.ADD, DEVICE.ADD and ERASE need the password or a code again") func reauthentication() {
        let (scenario, session) = signedIn()
        scenario.given(subscriber: "79001234568")
        for line in ["LINK.ADD 79001234568", "DEVICE.ADD name=phone public_key=\(key)", "ERASE \(me)"] {
            scenario.when("\(line) session=\(session)", as: "frontend")
            scenario.then("ERR reauth_required field=reauth")
            scenario.thenNothingChanged()
            scenario.when("\(line) reauth=wrong-password id=x session=\(session)", as: "frontend")
            scenario.then("ERR sign_in_failed field=reauth")
            scenario.then(types: "sign_in_failed")
        }
        scenario.when(#"LINK.ADD 79001234568 reauth="correct horse" id=x session=\#(session)"#, as: "frontend")
        scenario.then("OK", "a refusal left the id free")
        scenario.then(types: "reauthenticated", "challenge_issued")

        scenario.given("REAUTH.CODE \(me) session=\(session)", as: "frontend")
        let code = scenario.code(me)
        scenario.when(
            "DEVICE.ADD name=phone public_key=\(key) reauth=\(code == "000000" ? "1" : "0")00000 session=\(session)",
            as: "frontend")
        scenario.then("ERR sign_in_failed field=reauth")
        scenario.then(types: "challenge_failed")
        scenario.when("DEVICE.ADD name=phone public_key=\(key) reauth=\(code) session=\(session)", as: "frontend")
        scenario.then("OK")
        scenario.when("ERASE \(me) reauth=\(code) session=\(session)", as: "frontend")
        scenario.then("ERR sign_in_failed field=reauth", "a code is used once")
        scenario.when(#"ERASE \#(me) reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("OK")
        scenario.then(types: "reauthenticated", "person_erased")
        scenario.thenReplayIsLive()
    }

    @Test("Wrong passwords in reauth= count like those of a sign-in") func tries() {
        let (scenario, session) = signedIn()
        for _ in 1...5 { scenario.when("ERASE \(me) reauth=wrong-password session=\(session)", as: "frontend") }
        scenario.when(#"ERASE \#(me) reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("ERR too_many_attempts")
        scenario.when(#"LOGIN \#(me) "correct horse""#, as: "frontend")
        scenario.then("ERR too_many_attempts")
    }

    private let key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
}
