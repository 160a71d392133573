/// Statements by e-mail: where they go, for which period, how often, and what ends them.

import Accounts
import ScenarioKit
import Testing

@Suite("Orders of statements") struct StatementOrderTests {
    private let me = "79001234567"
    private let period = "from=2018-03-01 to=2018-03-02"

    private func signedIn(isConfirmed: Bool = true) -> (Scenario, session: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        let session = scenario.given(signedIn: me)
        if isConfirmed { scenario.given(email: "anna@example.org", of: me) }
        return (scenario, session)
    }

    @Test("An order goes to the confirmed address, and the number is told by SMS") func ordered() throws {
        let (scenario, session) = signedIn()

        scenario.when("STATEMENT.ORDER \(me) \(period) session=\(session)", as: "frontend")

        scenario.then("OK msisdn=\(me) order=\(scenario.last) seq=\(scenario.last)")
        scenario.then(types: "statement_ordered")
        let position = scenario.last
        let message = try #require(scenario.messages("email", me).first)
        #expect(
            message == [
                "seq": "\(position)", "msisdn": me, "kind": "email", "purpose": "statement",
                "email": "anna@example.org", "format": "csv", "language": "ru",
                // Midnights of Moscow.
                "from": "2018-02-28T21:00:00Z", "to": "2018-03-01T21:00:00Z", "sent": "2018-03-01T09:00:00Z",
                "expires": "2018-03-08T09:00:00Z",
            ])
        let notice = try #require(scenario.messages("notice", me).last)
        #expect(notice["purpose"] == "statement_ordered" && notice["seq"] == "\(position)")
        func order(_ position: UInt64, _ time: String) -> (account: AccountIndex, order: StatementOrder)? {
            scenario.look { $0.notifications.statementOrder(at: position, now: Scenario.instant(time)) }
        }
        let found = try #require(order(position, "2018-03-08T08:59:59Z"))
        #expect(found.account == 1 && found.order.format == .csv && found.order.language == .ru)
        #expect(found.order.from == Scenario.instant("2018-02-28T21:00:00Z"))
        #expect(found.order.to == Scenario.instant("2018-03-01T21:00:00Z"))
        #expect(order(position, "2018-03-08T09:00:00Z") == nil, "its message has expired")
        for other in [position - 1, position + 1, 0] { #expect(order(other, "2018-03-01T09:00:00Z") == nil) }
        scenario.thenReplayIsLive()
    }

    @Test("A file has the form that was asked for, and the language of the order or of the profile") func forms() {
        let (scenario, session) = signedIn()
        func last(_ words: String) -> [String?] {
            scenario.given("STATEMENT.ORDER \(me) \(period) \(words) session=\(session)", as: "frontend")
            let message = scenario.messages("email", me).last
            return [message?["format"], message?["language"]]
        }
        #expect(last("format=html language=en") == ["html", "en"])
        scenario.given("PROFILE.SET \(me) language=en session=\(session)", as: "frontend")
        #expect(last("format=csv") == ["csv", "en"])
        #expect(last("language=ru") == ["csv", "ru"])
        for word in ["format=pdf", "format=", "language=fr", "format=unspecified"] {
            scenario.when("STATEMENT.ORDER \(me) \(period) \(word) session=\(session)", as: "frontend")
            scenario.then("ERR invalid_key field=\(word.prefix { $0 != "=" })", word)
        }
    }

    @Test("An address that is not confirmed gets no statement, and the reply says what to do") func unconfirmed() {
        let (scenario, session) = signedIn(isConfirmed: false)
        scenario.when("STATEMENT.ORDER \(me) \(period) session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=email")
        scenario.given("PROFILE.SET \(me) email=anna@example.org session=\(session)", as: "frontend")
        for role in ["frontend", "operator"] {
            scenario.when(
                "STATEMENT.ORDER \(me) \(period)" + (role == "frontend" ? " session=\(session)" : ""), as: role)
            scenario.then("ERR not_available field=email")
            #expect(scenario.answer["message"].contains("EMAIL.CODE") && scenario.answer["message"].contains("reauth="))
        }
        scenario.given("EMAIL.CODE \(me) session=\(session)", as: "frontend")
        scenario.given("CONFIRM \(scenario.answer["challenge"]) \(scenario.emailCode(me))", as: "frontend")
        scenario.given("STATEMENT.ORDER \(me) \(period) session=\(session)", as: "frontend")
        scenario.given("PROFILE.SET \(me) email=boris@example.org session=\(session)", as: "frontend")
        scenario.when("STATEMENT.ORDER \(me) \(period) session=\(session)", as: "frontend")
        scenario.then("ERR not_available field=email")
        #expect(
            scenario.messages("email", me).map { $0["email"] } == ["anna@example.org"], "it goes where it was to go")
    }

    @Test("Another address needs the password or a code, and stays out of the profile") func otherAddress() {
        let (scenario, session) = signedIn(isConfirmed: false)
        let order = "STATEMENT.ORDER \(me) \(period) email=work@example.org session=\(session)"
        scenario.when(order, as: "frontend")
        scenario.then("ERR reauth_required field=reauth")
        scenario.when(order + " reauth=wrong-password", as: "frontend")
        scenario.then("ERR sign_in_failed field=reauth")
        scenario.then(types: "sign_in_failed")
        scenario.when(order + #" reauth="correct horse""#, as: "frontend")
        scenario.then("OK order=\(scenario.last)")
        scenario.then(types: "reauthenticated", "statement_ordered")
        scenario.given("REAUTH.CODE \(me) session=\(session)", as: "frontend")
        let code = scenario.code(me)
        scenario.when(order + " reauth=\(code)", as: "frontend")
        scenario.then("OK order=\(scenario.last)")
        scenario.when(order + " reauth=\(code)", as: "frontend")
        scenario.then("ERR sign_in_failed field=reauth", "a code is used once")
        #expect(scenario.messages("email", me).map { $0["email"] } == ["work@example.org", "work@example.org"])
        scenario.when("PROFILE \(me)", as: "operator")
        scenario.then("OK email= email_confirmed=0")
        scenario.thenReplayIsLive()
    }

    @Test("An operator needs no second proof") func staff() {
        let (scenario, _) = signedIn(isConfirmed: false)
        scenario.when("STATEMENT.ORDER \(me) \(period) email=work@example.org", as: "operator")
        scenario.then("OK order=\(scenario.last)")
        scenario.then(types: "statement_ordered")
    }

    @Test(
        "An address that is none is refused as PROFILE.SET refuses it",
        arguments: ["anna", "@x.y", "a@b", "\"\"", "\"a b@x.y\"", "\"\\u009b@x.y\"", "4111111111111111@x.y"])
    func noAddress(email: String) {
        let (scenario, _) = signedIn(isConfirmed: false)
        scenario.when("STATEMENT.ORDER \(me) \(period) email=\(email)", as: "operator")
        #expect(!scenario.answer.isOK && scenario.answer["field"] == "email", "\(scenario.answer.text)")
        scenario.thenNothingChanged()
    }

    @Test(
        "The period must end after it begins and after the number was activated, and must have begun",
        arguments: [
            ("from=2018-03-02 to=2018-03-02", "to"), ("from=2018-03-02 to=2018-03-01", "to"),
            ("from=2018-02-01 to=2018-03-01", "to"), ("from=2018-01-01 to=2018-03-01T09:00:00Z", "to"),
            ("from=2018-03-02 to=2018-04-01", "from"), ("from=yesterday to=2018-04-01", "from"),
            ("from=2018-02-01 to=2018-02-30", "to"),
        ])
    func periods(words: String, field: String) {
        let (scenario, session) = signedIn()
        scenario.when("STATEMENT.ORDER \(me) \(words) session=\(session)", as: "frontend")
        scenario.then("ERR invalid_time field=\(field)")
        scenario.when(
            "STATEMENT.ORDER \(me) from=2017-01-01 to=2018-03-01T09:00:00.001Z session=\(session)", as: "frontend")
        scenario.then("OK", "the number was in service for a millisecond of it")
    }

    @Test("A period needs both ends") func ends() {
        let (scenario, _) = signedIn()
        scenario.when("STATEMENT.ORDER \(me) to=2018-04-01", as: "operator")
        scenario.then("ERR missing_argument field=from")
        scenario.when("STATEMENT.ORDER \(me) from=2018-03-01", as: "operator")
        scenario.then("ERR missing_argument field=to")
    }

    @Test("A number has at most ten orders in 24 hours") func limit() {
        let (scenario, _) = signedIn()
        scenario.given("STATEMENT.ORDER \(me) \(period)", as: "operator")
        scenario.at("2018-03-01T10:00:00Z")
        for _ in 2...10 { scenario.given("STATEMENT.ORDER \(me) \(period)", as: "operator") }
        scenario.restart()
        scenario.when("STATEMENT.ORDER \(me) \(period)", as: "operator")
        scenario.then("ERR limit_reached field=msisdn retry_after=82800")
        scenario.when("STATEMENT.ORDER \(me) \(period) email=work@example.org", as: "operator")
        scenario.then("ERR limit_reached field=msisdn", "another address does not lift it")
        scenario.at("2018-03-02T09:00:00Z")
        scenario.given("STATEMENT.ORDER \(me) \(period)", as: "operator")
        scenario.when("STATEMENT.ORDER \(me) \(period)", as: "operator")
        scenario.then("ERR limit_reached field=msisdn retry_after=3600")
        scenario.thenReplayIsLive()
    }

    @Test("A retry with id= gets the first outcome, at the limit and after an erasure too") func retried() {
        let (scenario, session) = signedIn()
        let order = #"STATEMENT.ORDER \#(me) \#(period) email=work@example.org reauth="correct horse""#
        scenario.given("\(order) session=\(session) id=order-1", as: "frontend")
        let first = scenario.answer["order"]
        scenario.given("STATEMENT.ORDER \(me) \(period) email=work@example.org id=order-1", as: "operator")
        let staffs = scenario.answer["order"]
        for number in 3...10 {
            scenario.given("STATEMENT.ORDER \(me) \(period) session=\(session) id=order-\(number)", as: "frontend")
        }
        scenario.when("\(order) session=\(session) id=order-1", as: "frontend")
        scenario.then("OK order=\(first) msisdn=\(me) seq=\(first) repeated=1")
        scenario.thenNothingChanged()
        scenario.when("\(order) format=html session=\(session) id=order-1", as: "frontend")
        scenario.then("ERR id_conflict")
        #expect(scenario.messages("email", me).count == 10)
        scenario.given("ERASE \(me)")
        scenario.when("STATEMENT.ORDER \(me) \(period) email=work@example.org id=order-1", as: "operator")
        scenario.then("OK order=\(staffs) seq=\(staffs) repeated=1")
        scenario.thenNothingChanged()
    }

    @Test(
        "An erasure and the end of the number end the message, and leave no address",
        arguments: ["ERASE", "SUBSCRIBER.TERMINATE"])
    func ended(verb: String) {
        let (scenario, session) = signedIn()
        scenario.given("STATEMENT.ORDER \(me) \(period) session=\(session)", as: "frontend")
        let position = scenario.last
        scenario.given("PRIVACY.REPORT \(me)", as: "operator")
        #expect(scenario.answer.rows.contains { $0["what"] == "statement_order" && $0["value"] == "anna@example.org" })

        scenario.given("\(verb) \(me)")

        scenario.given("NOTIFICATIONS", as: "delivery")
        #expect(!scenario.answer.rows.contains { $0["kind"] == "email" || $0["purpose"] == "statement_ordered" })
        #expect(scenario.look { $0.notifications.statementOrder(at: position, now: $0.recorded) } == nil)
        #expect(scenario.look { $0.notifications.newest.allSatisfy { $0.statement?.sealedEmail.isEmpty ?? true } })
        scenario.thenReplayIsLive()
        guard verb == "ERASE" else { return }
        scenario.given("PRIVACY.REPORT \(me)", as: "operator")
        #expect(!scenario.answer.rows.contains { $0["what"] == "statement_order" })
        scenario.when("STATEMENT.ORDER \(me) \(period)", as: "operator")
        scenario.then("ERR not_found field=email")
    }

    @Test("An address that is sealed while its person is erased is not kept") func erasedMeanwhile() {
        let (scenario, _) = signedIn()
        let answers = scenario.when(
            sideBySide: ["ERASE \(me)", "STATEMENT.ORDER \(me) \(period) email=work@example.org"], as: "operator")
        #expect(answers[1].text.hasPrefix("ERR conflict field=msisdn"), "\(answers[1].text)")
    }

    @Test("A page does not part an order from the notice about it") func pages() {
        let (scenario, _) = signedIn()
        for _ in 1...2 { scenario.given("STATEMENT.ORDER \(me) \(period)", as: "operator") }
        let first = scenario.last - 1
        var next = "\(first)"
        for position in [first, first + 1] {
            scenario.given("NOTIFICATIONS from=\(next) limit=1", as: "delivery")
            #expect(scenario.answer.rows.map { $0["kind"] } == ["email", "notice"])
            #expect(scenario.answer.rows.allSatisfy { $0["seq"] == "\(position)" })
            next = scenario.answer["next"]
        }
        scenario.when("NOTIFICATIONS from=\(next)", as: "delivery")
        scenario.then("OK rows=0 next=\(next)")
    }

    @Test("An order that comes while a page is prepared is on the next page") func preparedMeanwhile() {
        let (scenario, _) = signedIn()
        let next = scenario.last + 1
        let answers = scenario.when(sideBySide: [
            "STATEMENT.ORDER \(me) \(period) email=work@example.org", "NOTIFICATIONS from=\(next)",
        ])
        #expect(answers[1].rows.isEmpty && answers[1]["next"] == "\(next)", "\(answers[1].text)")
        scenario.given("NOTIFICATIONS from=\(next)", as: "delivery")
        #expect(scenario.answer.rows.map { $0["kind"] } == ["email", "notice"])
    }

    @Test("A snapshot keeps the orders, the address and whether it is confirmed") func snapshot() throws {
        let (scenario, _) = signedIn()
        for _ in 1...10 { scenario.given("STATEMENT.ORDER \(me) \(period) format=html", as: "operator") }
        let before = scenario.messages("email", me)
        let chunks = try #require(scenario.takeSnapshot(filterWords: 1 << 20))
        try scenario.restart(from: chunks)
        #expect(scenario.messages("email", me) == before && before.count == 10)
        scenario.when("STATEMENT.ORDER \(me) \(period)", as: "operator")
        scenario.then("ERR limit_reached field=msisdn")
        scenario.when("PROFILE \(me)", as: "operator")
        scenario.then("OK email=anna@example.org email_confirmed=1")
        scenario.thenReplayIsLive()
    }

    @Test("Neither a linked number nor an administrator may order it") func others() {
        let (scenario, _) = signedIn()
        let boss = "79001234568"
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: boss)
        let session = scenario.given(signedIn: boss)
        scenario.given(link: me, session: session)
        let order = "STATEMENT.ORDER \(me) \(period) session=\(session)"
        scenario.when(order, as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.given("ORG.ADD \(org) \(me)", "ORG.ADMIN.ADD \(org) \(boss)")
        scenario.when(order, as: "frontend")
        scenario.then("ERR not_found field=msisdn")
        scenario.when("STATEMENT.ORDER \(me) \(period)", as: "frontend")
        scenario.then("ERR session_required field=session")
        for role in ["auditor", "network", "delivery", "payments"] {
            scenario.when("STATEMENT.ORDER \(me) \(period)", as: role)
            scenario.then("ERR not_permitted")
        }
    }
}
