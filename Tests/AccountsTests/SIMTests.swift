/// A number's next SIM, the loss of its SIM, and the number's next owner.

import Accounts
import AccountsKit
import Testing

@Suite("SIMs and numbers") struct SIMTests {
    private let me = "79001234567"
    private let other = "79001234568"
    private let sim = "iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321"

    private func signedIn() -> (Scenario, session: String) {
        let cabinet = Scenario()
        cabinet.given(subscriber: me, tariff: "talk", balance: "500")
        cabinet.given(subscriber: other, balance: "10")
        return (cabinet, cabinet.given(signedIn: me))
    }

    @Test("Another SIM ends every session and holds recovery, links and reauthentication by SMS for a day")
    func replaced() {
        let (cabinet, session) = signedIn()
        let others = cabinet.given(signedIn: other)
        cabinet.given("SIM.REPLACE \(me) \(sim)", as: "network")
        cabinet.then(types: "sim_replaced")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
        #expect(cabinet.notices(me).last == "sim_replaced")

        cabinet.given("PASSWORD.RECOVER \(me)")
        let recovery = cabinet.answer["challenge"]
        cabinet.given(#"LINK.ADD \#(me) reauth="correct horse" session=\#(others)"#, as: "frontend")
        #expect(
            !cabinet.when("NOTIFICATIONS msisdn=\(me)").rows.contains { ["recover", "link"].contains($0["purpose"]) },
            "nothing is sent")
        guard let id = decodeBase64URL(recovery.utf8) else { return }
        cabinet.when(#"CONFIRM \#(recovery) \#(Scenario.code(of: id)) password="battery staple""#)
        cabinet.then("ERR not_available field=code")
        cabinet.given(#"LOGIN \#(me) "correct horse""#)
        let mine = cabinet.answer["session"]
        cabinet.given("REAUTH.CODE \(me) session=\(mine)", as: "frontend")
        cabinet.when("ERASE \(me) reauth=123456 session=\(mine)", as: "frontend")
        cabinet.then("ERR not_available field=code")
        cabinet.thenReplayIsLive()

        cabinet.at("2018-03-02T09:00:00Z")
        cabinet.given("PASSWORD.RECOVER \(me)")
        let later = cabinet.answer["challenge"]
        cabinet.when(#"CONFIRM \#(later) \#(cabinet.code(me)) password="battery staple""#)
        cabinet.then("OK recovered=1")
    }

    @Test("A SIM card and an IMSI serve one active number, and are free when it ends or has another")
    func oneNumber() {
        let cabinet = Scenario()
        cabinet.given(subscriber: me)
        let rest = "region=msk tariff=free pin=0000 puk=12345678"
        func activate(_ number: String, iccid: String, imsi: String) -> String {
            "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid) imsi=\(imsi) \(rest)"
        }
        let (iccid, imsi) = ("89701000079001234567", "250279001234567")
        let (iccid2, imsi2) = ("89701200000000000000", "250200000000002")
        cabinet.when(activate(other, iccid: iccid, imsi: imsi2))
        cabinet.then("ERR already_exists field=iccid")
        cabinet.when(activate(other, iccid: iccid2, imsi: imsi))
        cabinet.then("ERR already_exists field=imsi")
        cabinet.given(activate(other, iccid: iccid2, imsi: imsi2))
        cabinet.when("SIM.REPLACE \(me) iccid=\(iccid2) imsi=250200000000003 pin=1111 puk=87654321")
        cabinet.then("ERR already_exists field=iccid")
        cabinet.when("SIM.REPLACE \(me) iccid=89701200000000000003 imsi=\(imsi2) pin=1111 puk=87654321")
        cabinet.then("ERR already_exists field=imsi")
        // The number's own identity may be on another card.
        cabinet.given("SIM.REPLACE \(me) iccid=89701200000000000003 imsi=\(imsi) pin=1111 puk=87654321")
        cabinet.restart()
        cabinet.given(activate("79001234569", iccid: iccid, imsi: "250200000000004"))
        cabinet.given("SUBSCRIBER.TERMINATE \(other)")
        cabinet.when(activate(other, iccid: iccid2, imsi: imsi2))
        cabinet.then("OK msisdn=\(other)")
        cabinet.thenReplayIsLive()
    }

    @Test("A log with one IMSI under two numbers opens, and the IMSI is free when neither has it") func oldLog() {
        let cabinet = Scenario()
        for number in [UInt64(79_001_234_567), 79_001_234_568] {
            let activated = SubscriberActivated(
                msisdn: number, iccid: "8970120000000000001", imsi: "250200000000001", region: "msk", tariff: 1,
                keyID: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 16))
            cabinet.given(.subscriberActivated(activated), on: cabinet.look { $0.directory.next })
        }
        cabinet.restart()
        let third =
            "SUBSCRIBER.ACTIVATE 79001234569 iccid=89701200000000000000 imsi=250200000000001 region=msk tariff=free"
            + " pin=0000 puk=12345678"
        for number in [me, other] {
            cabinet.when(third)
            cabinet.then("ERR already_exists field=imsi")
            cabinet.given("SUBSCRIBER.TERMINATE \(number)")
        }
        cabinet.when(third)
        cabinet.then("OK msisdn=79001234569")
        cabinet.thenReplayIsLive()
    }

    @Test("All who had a number are found by it and by account, with their time and the money that is left")
    func holders() {
        let cabinet = Scenario(at: "2018-03-01T09:00:00Z")
        cabinet.given(subscriber: me, balance: "12.34")
        cabinet.at("2018-04-01T09:00:00Z")
        cabinet.given("SUBSCRIBER.TERMINATE \(me)")
        cabinet.when("HOLDERS \(me)", as: "auditor")
        cabinet.then("OK msisdn=\(me) rows=1")
        cabinet.at("2018-05-01T09:00:00Z")
        cabinet.given(subscriber: me)
        cabinet.given("TOPUP \(me) 5 ref=second")
        cabinet.restart()
        cabinet.when("HOLDERS \(me)", as: "operator")
        #expect(
            cabinet.answer.rows == [
                [
                    "account": "1", "from": "2018-03-01T09:00:00Z", "until": "2018-04-01T09:00:00Z", "balance": "12.34",
                ],
                ["account": "2", "from": "2018-05-01T09:00:00Z", "balance": "5.00"],
            ])
        func types(_ line: String) -> [String] { cabinet.when(line, as: "auditor").rows.map { $0["type"] ?? "" } }
        let first = ["subscriber_activated", "topped_up", "subscriber_terminated"]
        #expect(types("EVENTS account=1") == first)
        #expect(types("EVENTS msisdn=\(me)") == first + ["subscriber_activated", "topped_up"])
        #expect(types("EVENTS msisdn=\(me) type=topped_up").count == 2)
        for line in ["EVENTS account=99", "EVENTS msisdn=79009999999", "HOLDERS 79009999999"] {
            cabinet.when(line, as: "auditor")
            cabinet.then("ERR not_found")
        }
        cabinet.when("EVENTS account=1 msisdn=\(me)", as: "auditor")
        cabinet.then("ERR unknown_argument field=account")
        cabinet.thenReplayIsLive()
    }

    @Test("A termination ends products, cabinet and links; the books keep the money") func terminated() {
        let (cabinet, session) = signedIn()
        cabinet.given("OPTION.ON \(me) melody")
        let others = cabinet.given(signedIn: other)
        for (managed, shown) in [(other, session), (me, others)] {
            cabinet.given(#"LINK.ADD \#(managed) reauth="correct horse" session=\#(shown)"#, as: "frontend")
            let challenge = cabinet.answer["challenge"]
            cabinet.given("CONFIRM \(challenge) \(cabinet.code(managed))")
        }

        cabinet.given("SUBSCRIBER.TERMINATE \(me) reason=ported_out", as: "network")

        for line in [
            "BALANCE \(me)", "TARIFF \(me)", "PAYMENTS \(me)", "SESSIONS \(me)", "NOTIFICATIONS msisdn=\(me)",
        ] {
            cabinet.when(line)
            cabinet.then("ERR not_found")
        }
        cabinet.when("BALANCE \(other) session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.when("LINKS \(other)")
        cabinet.then("OK rows=0")
        cabinet.when(#"LOGIN \#(me) "correct horse""#)
        cabinet.then("ERR sign_in_failed")
        cabinet.when("TRIAL.BALANCE")
        cabinet.then("OK sum=0.00")
        // No fee is due any more.
        let before = cabinet.records.count
        cabinet.at("2018-06-01T00:00:00Z")
        #expect(cabinet.records.count == before)
        cabinet.when("SUBSCRIBER.TERMINATE \(me)")
        cabinet.then("ERR not_found")
        cabinet.thenReplayIsLive()
    }

    @Test("The next owner of a number sees nothing of the one before") func nextOwner() {
        let (cabinet, session) = signedIn()
        cabinet.given("LOGIN.CODE \(me)")
        let challenge = cabinet.answer["challenge"]
        let code = cabinet.code(me)
        cabinet.given("SUBSCRIBER.TERMINATE \(me)")

        cabinet.given(subscriber: me)

        cabinet.when("BALANCE \(me)")
        cabinet.then("OK balance=0.00")
        cabinet.when("PAYMENTS \(me)")
        cabinet.then("OK rows=0")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.when("CONFIRM \(challenge) \(code)")
        cabinet.then("ERR invalid_code")
        cabinet.when("NOTIFICATIONS msisdn=\(me)")
        cabinet.then("OK rows=0")
        cabinet.then(me, registered: false)
        _ = cabinet.given(signedIn: me)
        cabinet.when("SESSIONS \(me)")
        cabinet.then("OK rows=1")
        cabinet.thenReplayIsLive()
        cabinet.restart()
        cabinet.when("BALANCE \(me)")
        cabinet.then("OK balance=0.00")
    }

    @Test("The person of a terminated number is erased by the account, also when the number has another owner")
    func erasedAfterwards() {
        let (cabinet, _) = signedIn()
        cabinet.given("SUBSCRIBER.TERMINATE \(me)")
        cabinet.given("ERASE \(me) account=1", as: "operator")
        cabinet.then(types: "person_erased")
        cabinet.given(subscriber: me)
        let session = cabinet.given(signedIn: me)
        cabinet.given("ERASE \(me) account=1", as: "operator")
        cabinet.then(me, registered: true)
        cabinet.when(#"ERASE \#(me) account=1 reauth="correct horse" session=\#(session)"#, as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.when("ERASE \(me) account=2", as: "operator")
        cabinet.then("ERR not_found field=msisdn", "it has another number")
        cabinet.thenReplayIsLive()
    }

    @Test("A member that is terminated leaves its organisation and group") func member() {
        let cabinet = Scenario()
        cabinet.given("ORG.CREATE name=X inn=7707083893")
        let org = cabinet.answer["org"]
        cabinet.given(subscriber: me, tariff: "office", org: org)
        cabinet.given("GROUP.CREATE \(org) name=Sales")
        cabinet.given("GROUP.ADD \(cabinet.answer["group"]) \(me)")
        cabinet.given("SUBSCRIBER.TERMINATE \(me)")
        cabinet.then(types: "organization_left", "member_removed", "subscriber_terminated")
        cabinet.thenReplayIsLive()
    }
}
