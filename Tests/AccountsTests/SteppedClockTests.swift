/// The machine's clock is set back or forward: no wait, hold or expiry is longer than its own length.

import Accounts
import ScenarioKit
import Testing

@Suite("A clock that is set") struct SteppedClockTests {
    private let me = "79001234567"
    private let steps = ["2018-03-01T11:00:00Z", "2019-04-05T09:00:00Z"]
    private let right = "2018-03-01T09:00:10Z"

    private func registered() -> (Scenario, session: String) {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me, balance: "500")
        return (scenario, scenario.given(signedIn: me))
    }

    @Test("A wrong password given while the clock was ahead does not lengthen the wait", arguments: 0..<2)
    func passwords(step: Int) {
        let (scenario, _) = registered()
        scenario.given(clock: steps[step])
        scenario.when("LOGIN \(me) wrong-password")
        scenario.given(clock: right)
        scenario.when(#"LOGIN \#(me) "correct horse""#)
        scenario.then("OK msisdn=\(me)")
        scenario.thenReplayIsLive()
    }

    @Test("Wrong passwords before and after a step of the clock wait as long as their count requires") func waits() {
        let (scenario, _) = registered()
        scenario.given(clock: steps[1])
        for _ in 0..<4 { scenario.when("LOGIN \(me) wrong-password") }
        scenario.given(clock: right)
        scenario.when("LOGIN \(me) wrong-password")
        scenario.then("ERR sign_in_failed")
        scenario.when(#"LOGIN \#(me) "correct horse""#)
        scenario.then("ERR too_many_attempts retry_after=30")
        scenario.at("2018-03-01T09:00:40Z")
        scenario.when(#"LOGIN \#(me) "correct horse""#)
        scenario.then("OK msisdn=\(me)")
    }

    @Test("A step back while a wait runs ends the wait", arguments: [1, 2, 3600, 864_000]) func waitsEnd(seconds: Int64)
    {
        let scenario = Scenario(at: "2018-03-20T09:00:00Z")
        scenario.given(subscriber: me)
        _ = scenario.given(signedIn: me)
        for _ in 0..<5 { scenario.when("LOGIN \(me) wrong-password") }
        scenario.given(clock: "\(scenario.now - .seconds(seconds))")
        scenario.when(#"LOGIN \#(me) "correct horse""#)
        // A step of a second may be a leap second: it does not end the wait, and does not lengthen it.
        scenario.then(seconds == 1 ? "ERR too_many_attempts retry_after=30" : "OK msisdn=\(me)")
    }

    @Test("A code sent while the clock was ahead is not accepted, and does not delay another code", arguments: 0..<2)
    func codes(step: Int) {
        let (scenario, _) = registered()
        scenario.given(clock: steps[step])
        scenario.given("LOGIN.CODE \(me)")
        let ahead = scenario.answer["challenge"]
        let code = scenario.code(me)
        scenario.given(clock: right)
        scenario.when("CONFIRM \(ahead) \(code)")
        scenario.then("ERR invalid_code")
        scenario.when("LOGIN.CODE \(me)")
        scenario.then("OK msisdn=\(me)")
        let challenge = scenario.answer["challenge"]
        #expect(scenario.answer["expires"] == "2018-03-01T09:10:10Z")
        scenario.when("LOGIN.CODE \(me)")
        scenario.then("ERR too_many_attempts retry_after=60")
        scenario.when("CONFIRM \(challenge) \(scenario.code(me))")
        scenario.then("OK number=2")
        scenario.thenReplayIsLive()
    }

    @Test("A session opened while the clock was ahead ends by the corrected clock", arguments: 0..<2)
    func sessions(step: Int) {
        let (scenario, _) = registered()
        scenario.given(clock: steps[step])
        scenario.given(#"LOGIN \#(me) "correct horse""#)
        let ahead = scenario.answer["session"]
        scenario.given(clock: right)
        scenario.when("BALANCE \(me) session=\(ahead)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.given(#"LOGIN \#(me) "correct horse""#)
        scenario.when("BALANCE \(me) session=\(scenario.answer["session"])", as: "frontend")
        scenario.then("OK balance=500.00")
    }

    @Test("A session used while the clock was ahead ends after its idle time by the corrected clock", arguments: 0..<2)
    func uses(step: Int) {
        let (scenario, session) = registered()
        scenario.given(clock: "2018-03-01T09:20:00Z")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then(types: "session_used")
        scenario.given(clock: right)
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid", "it was used at a time that is yet to come")
    }

    @Test("The hold after a new SIM lasts at most a day", arguments: 0..<2) func holds(step: Int) {
        let (scenario, _) = registered()
        scenario.given(clock: steps[step])
        scenario.given("SIM.REPLACE \(me) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        scenario.given(clock: right)
        scenario.given("PASSWORD.RECOVER \(me)")
        let challenge = scenario.answer["challenge"]
        scenario.when(#"CONFIRM \#(challenge) \#(scenario.code(me)) password="battery staple""#)
        scenario.then("OK recovered=1")
    }

    @Test("A former secret is accepted no longer than its overlap", arguments: 0..<2) func overlaps(step: Int) throws {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given("PRINCIPAL.ADD portal roles=frontend")
        let former = scenario.answer["secret"]
        scenario.given(clock: steps[step])
        scenario.given("PRINCIPAL.ROTATE portal overlap=1")
        scenario.given(clock: right)
        scenario.when("AUTH portal \(former)")
        scenario.then("ERR wrong_credentials")
    }

    @Test("A tariff change while the clock was ahead does not add a fee to the next change") func tariffs() {
        let (scenario, _) = registered()
        scenario.given(clock: steps[1])
        scenario.given("TARIFF.CHANGE \(me) talk")
        scenario.given(clock: right)
        scenario.when("TARIFF.CHANGE \(me) free")
        scenario.then("OK charged=0.00")
    }

    @Test("A message with a time in the future is not sent") func messages() {
        let (scenario, _) = registered()
        scenario.given(clock: steps[1])
        scenario.given("LOGIN.CODE \(me)")
        scenario.given(clock: right)
        scenario.when("NOTIFICATIONS")
        #expect(!scenario.answer.rows.contains { $0["purpose"] == "sign_in" })
    }

    @Test("A clock set forward ends what is due by then, and no fee is charged twice after it is corrected")
    func forward() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me, tariff: "talk", balance: "130")
        scenario.given(clock: "2018-04-01T09:00:00Z")
        scenario.given("OPTION.ON \(me) melody")
        scenario.then("\(me)", balance: "8.00")
        scenario.given(clock: right)
        scenario.given("TOPUP \(me) 100 ref=a")
        scenario.then("\(me)", balance: "108.00")
        scenario.thenReplayIsLive()
    }
}
