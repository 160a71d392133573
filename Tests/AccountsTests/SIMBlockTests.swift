/// SIM.BLOCK, SIM.UNBLOCK: who blocks a SIM, who lifts the block, and what SERVICE says meanwhile.

import Accounts
import ScenarioKit
import Testing

@Suite("Blocks of a SIM") struct SIMBlockTests {
    private let anna = "79001234567"
    private let boris = "79001234568"

    /// Anna's session; she has a cabinet.
    private func subscriber() -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: anna)
        return (scenario, scenario.given(signedIn: anna))
    }

    /// The words of a request by an authority: with the session if it is the subscriber's.
    private func ask(_ verb: String, _ authority: BlockAuthority, _ session: String) -> (line: String, role: String) {
        guard authority == .subscriber else { return ("\(verb) \(anna)", "\(authority.word)") }
        let proof = verb == "SIM.UNBLOCK" ? #" reauth="correct horse""# : ""
        return ("\(verb) \(anna)\(proof) session=\(session)", "frontend")
    }

    @Test("A block tells its authority and reason, bars every service, and is an order and a notice") func block() {
        let (scenario, session) = subscriber()

        scenario.when("SIM.BLOCK \(anna) reason=lost session=\(session)", as: "frontend")

        scenario.then("OK msisdn=\(anna) sim_block=subscriber")
        scenario.then(.simBlocked(SimBlocked(authority: .subscriber, reason: .lost)))
        let position = scenario.answer["seq"]
        #expect(scenario.notices(anna).last == "sim_blocked")
        scenario.when("SERVICE \(anna)", as: "network")
        scenario.then("OK sim_block=subscriber content_ban=1 calls_ban=0 rows=9")
        #expect(scenario.answer.rows.allSatisfy { $0["allowed"] == "0" })
        #expect(scenario.answer.rows[0]["reasons"] == "sim_block")
        scenario.when("ORDERS", as: "network")
        #expect(scenario.answer.rows.map { $0["order"] } == [position])
        #expect(scenario.answer.rows[0]["action"] == "sim_block")
        #expect(scenario.answer.rows[0]["on"] == "1")
        scenario.thenReplayIsLive()
    }

    @Test("Only a higher authority blocks a blocked SIM, and only the same or a higher one lifts the block")
    func authorities() {
        let all: [BlockAuthority] = [.subscriber, .operator, .network]
        for (holds, first) in all.enumerated() {
            for (asks, second) in all.enumerated() {
                let (scenario, session) = subscriber()
                let block = ask("SIM.BLOCK", first, session)
                scenario.given(block.line, as: block.role)

                let again = ask("SIM.BLOCK", second, session)
                scenario.when(again.line, as: again.role)
                if asks > holds {
                    scenario.then("OK sim_block=\(second.word)")
                    scenario.then(.simBlocked(SimBlocked(authority: second)))
                } else {
                    scenario.then("ERR already_exists field=msisdn", "\(second.word) after \(first.word)")
                }
                let holder = max(holds, asks)
                for (lifts, third) in all.enumerated().reversed() where lifts < holder {
                    let lift = ask("SIM.UNBLOCK", third, session)
                    scenario.when(lift.line, as: lift.role)
                    scenario.then("ERR not_permitted field=msisdn", "\(third.word) after \(all[holder].word)")
                }
                let lift = ask("SIM.UNBLOCK", all[holder], session)
                scenario.when(lift.line, as: lift.role)
                scenario.then("OK msisdn=\(anna)")
                #expect(scenario.events.last == .simUnblocked(SimUnblocked(authority: all[holder])))
                scenario.thenReplayIsLive()
            }
        }
    }

    @Test("A higher authority lifts a lower one's block") func higherLifts() {
        let (scenario, session) = subscriber()
        for role in ["operator", "network", "admin"] {
            scenario.given("SIM.BLOCK \(anna) session=\(session)", as: "frontend")
            scenario.when("SIM.UNBLOCK \(anna)", as: role)
            scenario.then("OK")
        }
        #expect(scenario.notices(anna).last == "sim_unblocked")
        scenario.when("SERVICE \(anna)", as: "network")
        #expect(scenario.answer["sim_block"] == "")
        #expect(scenario.answer.rows.filter { $0["allowed"] == "0" }.map { $0["service"] } == ["content"])
    }

    @Test("A principal of several roles acts with the highest authority, and in a session with the subscriber's")
    func severalRoles() {
        let (scenario, session) = subscriber()
        scenario.given("PRINCIPAL.ADD both roles=network,operator,frontend")
        scenario.when("SIM.BLOCK \(anna) session=\(session)", as: "both")
        scenario.then("OK sim_block=subscriber")
        scenario.when("SIM.BLOCK \(anna)", as: "both")
        scenario.then("OK sim_block=network")
        scenario.when(#"SIM.UNBLOCK \#(anna) reauth="correct horse" session=\#(session)"#, as: "both")
        scenario.then("ERR not_permitted field=msisdn")
        scenario.when("SIM.UNBLOCK \(anna)", as: "both")
        scenario.then("OK")
    }

    @Test("A SIM that is not blocked has no block to lift") func notBlocked() {
        let (scenario, session) = subscriber()
        scenario.when(#"SIM.UNBLOCK \#(anna) reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("SIM.BLOCK 79009999999", as: "operator")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("SIM.BLOCK \(anna) reason=bored", as: "operator")
        scenario.then("ERR invalid_key field=reason")
    }

    @Test("While the SIM is blocked no code that is sent to it recovers the password") func codesToABlockedSIM() {
        let (scenario, session) = subscriber()
        scenario.given("SIM.BLOCK \(anna) reason=stolen session=\(session)", as: "frontend")
        scenario.given("PASSWORD.RECOVER \(anna)", as: "frontend")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(anna)
        scenario.when(#"CONFIRM \#(challenge) \#(code) password="thief horse x1""#, as: "frontend")
        scenario.then("ERR not_available field=code")
        scenario.given("SIM.UNBLOCK \(anna)", as: "operator")
        scenario.when(#"CONFIRM \#(challenge) \#(code) password="anna horse x1""#, as: "frontend")
        scenario.then("OK recovered=1")
        scenario.thenReplayIsLive()
    }

    @Test("A session lifts a block with the password, and neither without it nor with a code") func passwordOnly() {
        let (scenario, session) = subscriber()
        scenario.given("SIM.BLOCK \(anna) session=\(session)", as: "frontend")
        scenario.when("SIM.UNBLOCK \(anna) session=\(session)", as: "frontend")
        scenario.then("ERR reauth_required field=reauth")
        scenario.given("REAUTH.CODE \(anna) session=\(session)", as: "frontend")
        scenario.when("SIM.UNBLOCK \(anna) reauth=\(scenario.code(anna)) session=\(session)", as: "frontend")
        scenario.then("ERR reauth_required field=reauth")
        scenario.when("SIM.UNBLOCK \(anna) reauth=wrong session=\(session)", as: "frontend")
        scenario.then("ERR sign_in_failed field=reauth")
        scenario.then(types: "sign_in_failed")
        scenario.when(#"SIM.UNBLOCK \#(anna) reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("OK")
        scenario.then(types: "reauthenticated", "sim_unblocked")
    }

    @Test("A linked number's manager blocks the SIM and cannot lift the block") func linked() {
        let (scenario, _) = subscriber()
        scenario.given(subscriber: boris)
        let boss = scenario.given(signedIn: boris)
        scenario.given(link: anna, session: boss)
        scenario.when("SIM.BLOCK \(anna) reason=stolen session=\(boss)", as: "frontend")
        scenario.then("OK sim_block=subscriber")
        scenario.when(#"SIM.UNBLOCK \#(anna) reauth="correct horse" session=\#(boss)"#, as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("SIM.BLOCK \(boris) session=nobody", as: "frontend")
        scenario.then("ERR session_invalid")
    }

    @Test("A block ends with the number, and the next holder has none") func terminated() {
        let (scenario, _) = subscriber()
        scenario.given("SIM.BLOCK \(anna)", as: "network")
        scenario.given("SUBSCRIBER.TERMINATE \(anna)", as: "network")
        scenario.when("ORDERS", as: "network")
        scenario.then("OK rows=0")
        scenario.given(subscriber: anna)
        scenario.when("SERVICE \(anna)", as: "operator")
        #expect(scenario.answer["sim_block"] == "")
        scenario.thenReplayIsLive()
    }

    @Test("A new SIM card stays blocked until the block is lifted") func replaced() {
        let (scenario, _) = subscriber()
        scenario.given("SIM.BLOCK \(anna)", as: "operator")
        scenario.given("SIM.REPLACE \(anna) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        scenario.when("SERVICE \(anna)", as: "network")
        scenario.then("OK sim_block=operator")
    }

    @Test("A front end sees the services of a number that it has a session of") func service() {
        let (scenario, session) = subscriber()
        scenario.given(subscriber: boris)
        scenario.when("SERVICE \(anna) session=\(session)", as: "frontend")
        scenario.then("OK content_ban=1 rows=9")
        #expect(
            scenario.answer.rows.compactMap { $0["service"] } == [
                "voice_out", "voice_in", "sms_out", "sms_in", "mms", "data", "roaming_data", "content", "mass_calls",
            ])
        scenario.when("SERVICE \(boris) session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("SERVICE \(anna)", as: "frontend")
        scenario.then("ERR session_required")
    }
}
