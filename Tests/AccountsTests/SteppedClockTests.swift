/// The machine's clock is set back or forward: no wait, hold or expiry is longer than its own length.

import Accounts
import AccountsKit
import Testing

@Suite("A clock that is set") struct SteppedClockTests {
    private let me = "79001234567"
    private let steps = ["2018-03-01T11:00:00Z", "2019-04-05T09:00:00Z"]
    private let right = "2018-03-01T09:00:10Z"

    private func registered() -> (Scenario, session: String) {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: me, balance: "500")
        return (cabinet, cabinet.given(signedIn: me))
    }

    @Test("A wrong password while the clock was ahead makes the right one wait no longer", arguments: 0..<2)
    func passwords(step: Int) {
        let (cabinet, _) = registered()
        cabinet.given(clock: steps[step])
        cabinet.when("LOGIN \(me) wrong-password")
        cabinet.given(clock: right)
        cabinet.when(#"LOGIN \#(me) "correct horse""#)
        cabinet.then("OK msisdn=\(me)")
        cabinet.thenReplayIsLive()
    }

    @Test("Wrong passwords before and after the step wait as long as their number says") func waits() {
        let (cabinet, _) = registered()
        cabinet.given(clock: steps[1])
        for _ in 0..<4 { cabinet.when("LOGIN \(me) wrong-password") }
        cabinet.given(clock: right)
        cabinet.when("LOGIN \(me) wrong-password")
        cabinet.then("ERR sign_in_failed")
        cabinet.when(#"LOGIN \#(me) "correct horse""#)
        cabinet.then("ERR too_many_attempts retry_after=30")
        cabinet.at("2018-03-01T09:00:40Z")
        cabinet.when(#"LOGIN \#(me) "correct horse""#)
        cabinet.then("OK msisdn=\(me)")
    }

    @Test("A step back while a wait runs ends the wait", arguments: [1, 2, 3600, 864_000]) func waitsEnd(seconds: Int64)
    {
        let cabinet = Scenario(at: "2018-03-20T09:00:00Z")
        cabinet.given(subscriber: me)
        _ = cabinet.given(signedIn: me)
        for _ in 0..<5 { cabinet.when("LOGIN \(me) wrong-password") }
        cabinet.given(clock: "\(cabinet.now - .seconds(seconds))")
        cabinet.when(#"LOGIN \#(me) "correct horse""#)
        // A step of a second may be a leap second: it does not end the wait, and does not lengthen it.
        cabinet.then(seconds == 1 ? "ERR too_many_attempts retry_after=30" : "OK msisdn=\(me)")
    }

    @Test("A code that was sent while the clock was ahead holds no other back, and is dead", arguments: 0..<2)
    func codes(step: Int) {
        let (cabinet, _) = registered()
        cabinet.given(clock: steps[step])
        cabinet.given("LOGIN.CODE \(me)")
        let ahead = cabinet.answer["challenge"]
        let code = cabinet.code(me)
        cabinet.given(clock: right)
        cabinet.when("CONFIRM \(ahead) \(code)")
        cabinet.then("ERR invalid_code")
        cabinet.when("LOGIN.CODE \(me)")
        cabinet.then("OK msisdn=\(me)")
        let challenge = cabinet.answer["challenge"]
        #expect(cabinet.answer["expires"] == "2018-03-01T09:10:10Z")
        cabinet.when("LOGIN.CODE \(me)")
        cabinet.then("ERR too_many_attempts retry_after=60")
        cabinet.when("CONFIRM \(challenge) \(cabinet.code(me))")
        cabinet.then("OK number=2")
        cabinet.thenReplayIsLive()
    }

    @Test("A session that was opened while the clock was ahead does not live until then", arguments: 0..<2)
    func sessions(step: Int) {
        let (cabinet, _) = registered()
        cabinet.given(clock: steps[step])
        cabinet.given(#"LOGIN \#(me) "correct horse""#)
        let ahead = cabinet.answer["session"]
        cabinet.given(clock: right)
        cabinet.when("BALANCE \(me) session=\(ahead)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.given(#"LOGIN \#(me) "correct horse""#)
        cabinet.when("BALANCE \(me) session=\(cabinet.answer["session"])", as: "frontend")
        cabinet.then("OK balance=500.00")
    }

    @Test("A session that was used while the clock was ahead ends with its idle time", arguments: 0..<2)
    func uses(step: Int) {
        let (cabinet, session) = registered()
        cabinet.given(clock: "2018-03-01T09:20:00Z")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then(types: "session_used")
        cabinet.given(clock: right)
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid", "it was used at a time that is yet to come")
    }

    @Test("The hold after another SIM lasts a day at most", arguments: 0..<2) func holds(step: Int) {
        let (cabinet, _) = registered()
        cabinet.given(clock: steps[step])
        cabinet.given("SIM.REPLACE \(me) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        cabinet.given(clock: right)
        cabinet.given("PASSWORD.RECOVER \(me)")
        let challenge = cabinet.answer["challenge"]
        cabinet.when(#"CONFIRM \#(challenge) \#(cabinet.code(me)) password="battery staple""#)
        cabinet.then("OK recovered=1")
    }

    @Test("A former secret is accepted no longer than its overlap", arguments: 0..<2) func overlaps(step: Int) throws {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given("PRINCIPAL.ADD portal roles=frontend")
        let former = cabinet.answer["secret"]
        cabinet.given(clock: steps[step])
        cabinet.given("PRINCIPAL.ROTATE portal overlap=1")
        cabinet.given(clock: right)
        cabinet.when("AUTH portal \(former)")
        cabinet.then("ERR wrong_credentials")
    }

    @Test("A tariff that was changed while the clock was ahead makes the next change cost nothing more") func tariffs()
    {
        let (cabinet, _) = registered()
        cabinet.given(clock: steps[1])
        cabinet.given("TARIFF.CHANGE \(me) talk")
        cabinet.given(clock: right)
        cabinet.when("TARIFF.CHANGE \(me) free")
        cabinet.then("OK charged=0.00")
    }

    @Test("A message of a time that is yet to come is not sent") func messages() {
        let (cabinet, _) = registered()
        cabinet.given(clock: steps[1])
        cabinet.given("LOGIN.CODE \(me)")
        cabinet.given(clock: right)
        cabinet.when("NOTIFICATIONS")
        #expect(!cabinet.answer.rows.contains { $0["purpose"] == "sign_in" })
    }

    @Test("A clock that is set forward ends what is over by then, and nothing is taken twice when it is right again")
    func forward() {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: me, tariff: "talk", balance: "130")
        cabinet.given(clock: "2018-04-01T09:00:00Z")
        cabinet.given("OPTION.ON \(me) melody")
        cabinet.then("\(me)", balance: "8.00")
        cabinet.given(clock: right)
        cabinet.given("TOPUP \(me) 100 ref=a")
        cabinet.then("\(me)", balance: "108.00")
        cabinet.thenReplayIsLive()
    }
}
