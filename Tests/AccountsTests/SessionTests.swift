/// Sessions: idle and absolute ends, their list, and reauthentication.

import Accounts
import AccountsKit
import Testing

@Suite("Sessions") struct SessionTests {
    private let me = "79001234567"

    private func signedIn() -> (Scenario, session: String) {
        let cabinet = Scenario()
        cabinet.given(subscriber: me)
        return (cabinet, cabinet.given(signedIn: me))
    }

    @Test("A session ends after half an hour without use, and lives on while it is used") func idle() {
        let (cabinet, session) = signedIn()
        for time in ["09:25", "09:50", "10:15"] {
            cabinet.at("2018-03-01T\(time):00Z")
            cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
            cabinet.then("OK")
            cabinet.then(types: "session_used")
        }
        cabinet.at("2018-03-01T10:45:00Z")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.thenReplayIsLive()
    }

    @Test("A use is recorded every five minutes at most, and is no change of the account") func use() {
        let (cabinet, session) = signedIn()
        cabinet.given("TOPUP \(me) 10 ref=a")
        let seq = cabinet.answer["seq"]
        cabinet.at("2018-03-01T09:04:00Z")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        #expect(cabinet.events.isEmpty)
        cabinet.at("2018-03-01T09:05:00Z")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then(types: "session_used")
        cabinet.when("OPTION.ON \(me) melody if_seq=\(seq) session=\(session)", as: "frontend")
        cabinet.then("OK")
    }

    @Test("A subscriber may change so much a minute, and no more; retries, reads, staff and ends of access are free")
    func changes() {
        let (cabinet, session) = signedIn()
        cabinet.given { $0.holderEventsPerMinute = 3 }
        func say(_ index: Int) {
            cabinet.when("CONSENT.SET \(me) advertising \(index % 2) id=c-\(index) session=\(session)", as: "frontend")
        }
        for index in 0..<3 {
            say(index)
            cabinet.then("OK")
        }
        say(3)
        cabinet.then("ERR too_many_attempts field=session")
        #expect((1...60).contains(Int(cabinet.answer["retry_after"]) ?? 0))
        say(2)
        cabinet.then("OK repeated=1")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("OK")
        cabinet.given("CONSENT.SET \(me) advertising 1", as: "operator")
        cabinet.given(#"LOGIN \#(me) "correct horse""#)
        let other = cabinet.answer["session"]
        cabinet.when("CONSENT.SET \(me) advertising 1 session=\(other)", as: "frontend")
        cabinet.then("ERR too_many_attempts field=session")
        for line in [
            #"PASSWORD.CHANGE \#(me) old="correct horse" new="battery staple""#, "SESSION.END \(me) 99", "LOGOUT",
        ] {
            cabinet.when("\(line) session=\(other)", as: "frontend")
            #expect(!cabinet.answer.text.hasPrefix("ERR too_many_attempts"), "\(cabinet.answer.text)")
        }
        cabinet.at("2018-03-01T09:01:00Z")
        say(3)
        cabinet.then("OK granted=1")
    }

    @Test("Sessions are listed with when and how, and which one asks") func list() {
        let (cabinet, first) = signedIn()
        cabinet.given("LOGIN.CODE \(me)")
        let challenge = cabinet.answer["challenge"]
        cabinet.at("2018-03-01T09:02:00Z")
        cabinet.given("CONFIRM \(challenge) \(cabinet.code(me))")

        cabinet.when("SESSIONS \(me) session=\(first)", as: "frontend")

        cabinet.then("OK msisdn=79001234567 rows=2")
        #expect(cabinet.answer.rows.map { $0["method"] } == ["code", "code"])
        #expect(cabinet.answer.rows.map { $0["current"] } == ["1", "0"])
        #expect(cabinet.answer.rows[1]["opened"] == "2018-03-01T09:02:00Z")
    }

    @Test("Their owner ends one, the others, or all") func end() {
        let (cabinet, first) = signedIn()
        var sessions = [first]
        for _ in 2...4 {
            cabinet.given(#"LOGIN \#(me) "correct horse""#)
            sessions.append(cabinet.answer["session"])
        }
        func live() -> [Int] {
            sessions.indices.filter {
                cabinet.when("BALANCE \(me) session=\(sessions[$0])", as: "frontend").isOK
            }
        }
        cabinet.given("SESSION.END \(me) 2 session=\(first)", as: "frontend")
        #expect(live() == [0, 2, 3])
        cabinet.when("SESSION.END \(me) 2 session=\(first)", as: "frontend")
        cabinet.then("ERR not_found field=which")
        cabinet.given("SESSION.END \(me) others session=\(sessions[2])", as: "frontend")
        #expect(live() == [2])
        cabinet.given("SESSION.END \(me) all session=\(sessions[2])", as: "frontend")
        #expect(live().isEmpty)
        cabinet.thenReplayIsLive()
    }

    @Test("Staff ends all of a subscriber's") func staffEnds() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let session = cabinet.given(signedIn: "79001234567")
        cabinet.given("SESSION.END 79001234567 all", as: "operator")
        cabinet.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
    }

    @Test("A session of another number is not there to be ended") func others() {
        let (cabinet, session) = signedIn()
        cabinet.given(subscriber: "79001234568")
        _ = cabinet.given(signedIn: "79001234568")
        cabinet.when("SESSION.END \(me) 2 session=\(session)", as: "frontend")
        cabinet.then("ERR not_found field=which")
    }

    @Test("Before links, devices and erasure a session shows the password or a code once more") func reauthentication()
    {
        let (cabinet, session) = signedIn()
        cabinet.given(subscriber: "79001234568")
        for line in ["LINK.ADD 79001234568", "DEVICE.ADD name=phone public_key=\(key)", "ERASE \(me)"] {
            cabinet.when("\(line) session=\(session)", as: "frontend")
            cabinet.then("ERR reauth_required field=reauth")
            cabinet.thenNothingChanged()
            cabinet.when("\(line) reauth=wrong-password id=x session=\(session)", as: "frontend")
            cabinet.then("ERR sign_in_failed field=reauth")
            cabinet.then(types: "sign_in_failed")
        }
        cabinet.when(#"LINK.ADD 79001234568 reauth="correct horse" id=x session=\#(session)"#, as: "frontend")
        cabinet.then("OK", "a refusal left the id free")
        cabinet.then(types: "reauthenticated", "challenge_issued")

        cabinet.given("REAUTH.CODE \(me) session=\(session)", as: "frontend")
        let code = cabinet.code(me)
        cabinet.when(
            "DEVICE.ADD name=phone public_key=\(key) reauth=\(code == "000000" ? "1" : "0")00000 session=\(session)",
            as: "frontend")
        cabinet.then("ERR sign_in_failed field=reauth")
        cabinet.then(types: "challenge_failed")
        cabinet.when("DEVICE.ADD name=phone public_key=\(key) reauth=\(code) session=\(session)", as: "frontend")
        cabinet.then("OK")
        cabinet.when("ERASE \(me) reauth=\(code) session=\(session)", as: "frontend")
        cabinet.then("ERR sign_in_failed field=reauth", "a code is used once")
        cabinet.when(#"ERASE \#(me) reauth="correct horse" session=\#(session)"#, as: "frontend")
        cabinet.then("OK")
        cabinet.then(types: "reauthenticated", "person_erased")
        cabinet.thenReplayIsLive()
    }

    @Test("Wrong passwords shown in a session count like those of a sign-in") func tries() {
        let (cabinet, session) = signedIn()
        for _ in 1...5 { cabinet.when("ERASE \(me) reauth=wrong-password session=\(session)", as: "frontend") }
        cabinet.when(#"ERASE \#(me) reauth="correct horse" session=\#(session)"#, as: "frontend")
        cabinet.then("ERR too_many_attempts")
        cabinet.when(#"LOGIN \#(me) "correct horse""#, as: "frontend")
        cabinet.then("ERR too_many_attempts")
    }

    private let key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
}
