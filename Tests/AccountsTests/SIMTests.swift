/// A number's next SIM, the loss of its SIM, and the number's next owner.

import Accounts
import ScenarioKit
import Testing

@Suite("SIMs and numbers") struct SIMTests {
    private let me = "79001234567"
    private let other = "79001234568"
    private let sim = "iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321"

    private func signedIn() -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: "500")
        scenario.given(subscriber: other, balance: "10")
        return (scenario, scenario.given(signedIn: me))
    }

    @Test("A new SIM ends every session, and for a day blocks recovery, links and reauthentication by SMS")
    func replaced() {
        let (scenario, session) = signedIn()
        let others = scenario.given(signedIn: other)
        scenario.given("SIM.REPLACE \(me) \(sim)", as: "network")
        scenario.then(types: "sim_replaced")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
        #expect(scenario.notices(me).last == "sim_replaced")

        scenario.given("PASSWORD.RECOVER \(me)")
        let recovery = scenario.answer["challenge"]
        scenario.given(#"LINK.ADD \#(me) reauth="correct horse" session=\#(others)"#, as: "frontend")
        #expect(
            !scenario.when("NOTIFICATIONS msisdn=\(me)").rows.contains { ["recover", "link"].contains($0["purpose"]) },
            "nothing is sent")
        guard let id = decodeBase64URL(recovery.utf8) else { return }
        scenario.when(#"CONFIRM \#(recovery) \#(Scenario.code(of: id)) password="battery staple""#)
        scenario.then("ERR not_available field=code")
        scenario.given(#"LOGIN \#(me) "correct horse""#)
        let mine = scenario.answer["session"]
        scenario.given("REAUTH.CODE \(me) session=\(mine)", as: "frontend")
        scenario.when("ERASE \(me) reauth=123456 session=\(mine)", as: "frontend")
        scenario.then("ERR not_available field=code")
        scenario.thenReplayIsLive()

        scenario.at("2018-03-02T09:00:00Z")
        scenario.given("PASSWORD.RECOVER \(me)")
        let later = scenario.answer["challenge"]
        scenario.when(#"CONFIRM \#(later) \#(scenario.code(me)) password="battery staple""#)
        scenario.then("OK recovered=1")
    }

    @Test("A SIM card and an IMSI belong to one active number, and are free when it ends or gets another SIM")
    func oneNumber() {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        let rest = "region=msk tariff=free pin=0000 puk=12345678"
        func activate(_ number: String, iccid: String, imsi: String) -> String {
            "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid) imsi=\(imsi) \(rest)"
        }
        let (iccid, imsi) = ("89701000079001234567", "250279001234567")
        let (iccid2, imsi2) = ("89701200000000000000", "250200000000002")
        scenario.when(activate(other, iccid: iccid, imsi: imsi2))
        scenario.then("ERR already_exists field=iccid")
        scenario.when(activate(other, iccid: iccid2, imsi: imsi))
        scenario.then("ERR already_exists field=imsi")
        scenario.given(activate(other, iccid: iccid2, imsi: imsi2))
        scenario.when("SIM.REPLACE \(me) iccid=\(iccid2) imsi=250200000000003 pin=1111 puk=87654321")
        scenario.then("ERR already_exists field=iccid")
        scenario.when("SIM.REPLACE \(me) iccid=89701200000000000003 imsi=\(imsi2) pin=1111 puk=87654321")
        scenario.then("ERR already_exists field=imsi")
        // The number's own identity may be on another card.
        scenario.given("SIM.REPLACE \(me) iccid=89701200000000000003 imsi=\(imsi) pin=1111 puk=87654321")
        scenario.restart()
        scenario.given(activate("79001234569", iccid: iccid, imsi: "250200000000004"))
        scenario.given("SUBSCRIBER.TERMINATE \(other)")
        scenario.when(activate(other, iccid: iccid2, imsi: imsi2))
        scenario.then("OK msisdn=\(other)")
        scenario.thenReplayIsLive()
    }

    @Test("A log with one IMSI under two numbers opens, and the IMSI is free when both have lost it") func oldLog() {
        let scenario = Scenario()
        for number in [UInt64(79_001_234_567), 79_001_234_568] {
            let activated = SubscriberActivated(
                msisdn: number, iccid: "8970120000000000001", imsi: "250200000000001", region: "msk", tariff: 1,
                keyID: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 16))
            scenario.given(.subscriberActivated(activated), on: scenario.look { $0.directory.next })
        }
        scenario.restart()
        let third =
            "SUBSCRIBER.ACTIVATE 79001234569 iccid=89701200000000000000 imsi=250200000000001 region=msk tariff=free"
            + " pin=0000 puk=12345678"
        for number in [me, other] {
            scenario.when(third)
            scenario.then("ERR already_exists field=imsi")
            scenario.given("SUBSCRIBER.TERMINATE \(number)")
        }
        scenario.when(third)
        scenario.then("OK msisdn=79001234569")
        scenario.thenReplayIsLive()
    }

    @Test("HOLDERS lists every account that had a number, with its period and its money")
    func holders() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me, balance: "12.34")
        scenario.at("2018-04-01T09:00:00Z")
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.when("HOLDERS \(me)", as: "auditor")
        scenario.then("OK msisdn=\(me) rows=1")
        scenario.at("2018-05-01T09:00:00Z")
        scenario.given(subscriber: me)
        scenario.given("TOPUP \(me) 5 ref=second")
        scenario.restart()
        scenario.when("HOLDERS \(me)", as: "operator")
        #expect(
            scenario.answer.rows == [
                [
                    "account": "1", "from": "2018-03-01T09:00:00Z", "until": "2018-04-01T09:00:00Z", "balance": "12.34",
                ],
                ["account": "2", "from": "2018-05-01T09:00:00Z", "balance": "5.00"],
            ])
        func types(_ line: String) -> [String] { scenario.when(line, as: "auditor").rows.map { $0["type"] ?? "" } }
        let first = ["subscriber_activated", "topped_up", "subscriber_terminated"]
        #expect(types("EVENTS account=1") == first)
        #expect(types("EVENTS msisdn=\(me)") == first + ["subscriber_activated", "topped_up"])
        #expect(types("EVENTS msisdn=\(me) type=topped_up").count == 2)
        for line in ["EVENTS account=99", "EVENTS msisdn=79009999999", "HOLDERS 79009999999"] {
            scenario.when(line, as: "auditor")
            scenario.then("ERR not_found")
        }
        scenario.when("EVENTS account=1 msisdn=\(me)", as: "auditor")
        scenario.then("ERR unknown_argument field=account")
        scenario.thenReplayIsLive()
    }

    @Test("A termination ends products, cabinet and links; the books keep the money") func terminated() {
        let (scenario, session) = signedIn()
        scenario.given("OPTION.ON \(me) melody")
        let others = scenario.given(signedIn: other)
        for (managed, shown) in [(other, session), (me, others)] {
            scenario.given(#"LINK.ADD \#(managed) reauth="correct horse" session=\#(shown)"#, as: "frontend")
            let challenge = scenario.answer["challenge"]
            scenario.given("CONFIRM \(challenge) \(scenario.code(managed))")
        }

        scenario.given("SUBSCRIBER.TERMINATE \(me) reason=ported_out", as: "network")

        for line in [
            "BALANCE \(me)", "TARIFF \(me)", "PAYMENTS \(me)", "SESSIONS \(me)", "NOTIFICATIONS msisdn=\(me)",
        ] {
            scenario.when(line)
            scenario.then("ERR not_found")
        }
        scenario.when("BALANCE \(other) session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.when("LINKS \(other)")
        scenario.then("OK rows=0")
        scenario.when(#"LOGIN \#(me) "correct horse""#)
        scenario.then("ERR sign_in_failed")
        scenario.when("TRIAL.BALANCE")
        scenario.then("OK sum=0.00")
        // No fee is due any more.
        let before = scenario.records.count
        scenario.at("2018-06-01T00:00:00Z")
        #expect(scenario.records.count == before)
        scenario.when("SUBSCRIBER.TERMINATE \(me)")
        scenario.then("ERR not_found")
        scenario.thenReplayIsLive()
    }

    @Test("The next owner of a number sees no data of the former owner") func nextOwner() {
        let (scenario, session) = signedIn()
        scenario.given("LOGIN.CODE \(me)")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(me)
        scenario.given("SUBSCRIBER.TERMINATE \(me)")

        scenario.given(subscriber: me)

        scenario.when("BALANCE \(me)")
        scenario.then("OK balance=0.00")
        scenario.when("PAYMENTS \(me)")
        scenario.then("OK rows=0")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.when("CONFIRM \(challenge) \(code)")
        scenario.then("ERR invalid_code")
        scenario.when("NOTIFICATIONS msisdn=\(me)")
        scenario.then("OK rows=0")
        scenario.then(me, registered: false)
        _ = scenario.given(signedIn: me)
        scenario.when("SESSIONS \(me)")
        scenario.then("OK rows=1")
        scenario.thenReplayIsLive()
        scenario.restart()
        scenario.when("BALANCE \(me)")
        scenario.then("OK balance=0.00")
    }

    @Test("The former owner of a terminated number is erased by the account, even after the number was reused")
    func erasedAfterwards() {
        let (scenario, _) = signedIn()
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.given("ERASE \(me) account=1", as: "operator")
        scenario.then(types: "person_erased")
        scenario.given(subscriber: me)
        let session = scenario.given(signedIn: me)
        scenario.given("ERASE \(me) account=1", as: "operator")
        scenario.then(me, registered: true)
        scenario.when(#"ERASE \#(me) account=1 reauth="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("ERR not_found")
        scenario.when("ERASE \(me) account=2", as: "operator")
        scenario.then("ERR not_found field=msisdn", "it has another number")
        scenario.thenReplayIsLive()
    }

    @Test("A member that is terminated leaves its organisation and group") func member() {
        let scenario = Scenario()
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: me, tariff: "office", org: org)
        scenario.given("GROUP.CREATE \(org) name=Sales")
        scenario.given("GROUP.ADD \(scenario.answer["group"]) \(me)")
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.then(types: "organization_left", "member_removed", "subscriber_terminated")
        scenario.thenReplayIsLive()
    }
}
