/// Requests for payments: what a front end asks for, and what an acquirer makes of it.

import Accounts
import ScenarioKit
import Testing

@Suite("Requests for payments") struct PaymentRequestTests {
    private let me = "79001234567"

    /// A subscriber with a session, and an acquirer for cards beside the kit's, which takes every method.
    private func cabinet(at time: String = "2018-03-01T09:00:00Z") -> (Scenario, session: String) {
        let scenario = Scenario(at: time)
        scenario.given("PRINCIPAL.ADD bank roles=payments methods=card")
        scenario.given(subscriber: me)
        return (scenario, scenario.given(signedIn: me))
    }

    /// The number of a new request.
    private func request(
        _ scenario: Scenario, _ session: String, _ amount: String = "300", method: String = "card"
    ) -> String {
        scenario.when("TOPUP.REQUEST \(me) \(amount) method=\(method) session=\(session)", as: "frontend")
        #expect(scenario.answer["state"] == "pending")
        return scenario.answer["request"]
    }

    private func states(_ scenario: Scenario, _ session: String) -> [String?] {
        scenario.when("TOPUP.REQUESTS \(me) session=\(session)", as: "frontend")
        return scenario.answer.rows.map { $0["state"] }
    }

    @Test("An acquirer takes a request, offers a page, and its top-up settles it") func settled() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.then(types: "payment_requested")
        scenario.when("PAYMENT.REQUESTS", as: "bank")
        #expect(scenario.answer.rows.map { $0["request"] } == [request])
        #expect(scenario.answer.rows.first?["expires"] == "2018-03-01T09:20:00Z")
        scenario.when("PAYMENT.OFFER \(request) url=https://bank.example/pay/1", as: "bank")
        scenario.then("OK request=\(request) state=offered")
        scenario.when("TOPUP.REQUESTS \(me) session=\(session)", as: "frontend")
        #expect(scenario.answer.rows.first?["url"] == "https://bank.example/pay/1")
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request) card_last4=4242", as: "bank")
        scenario.then("OK payment=\(scenario.answer["payment"]) msisdn=\(me) amount=300.00 request=\(request)")
        #expect(!scenario.answer.text.contains("balance="))
        scenario.then(me, balance: "300.00")
        #expect(states(scenario, session) == ["paid"])
        #expect(scenario.answer.rows.first?["url"] == nil)
        scenario.when("PAYMENT.REQUESTS", as: "bank")
        #expect(scenario.answer.rows.isEmpty)
        scenario.when("PAYMENTS \(me)")
        #expect(scenario.answer.rows.first?["request"] == request)
        // The method of the request, if the acquirer names none.
        #expect(scenario.answer.rows.first?["method"] == "card")
        scenario.thenReplayIsLive()
    }

    @Test("Another amount than requested is credited, and marked") func otherAmount() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.when("TOPUP \(me) 250 ref=1 request=\(request)", as: "bank")
        #expect(scenario.answer["requested"] == "300.00")
        scenario.then(me, balance: "250.00")
        #expect(states(scenario, session) == ["paid"])
        #expect(scenario.answer.rows.first?["paid"] == "250.00")
        #expect(scenario.answer.rows.first?["late"] == nil)
    }

    @Test("A request expires at its instant, and a payment after it is credited and marked as late") func expired() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.at("2018-03-01T09:19:59.999Z")
        scenario.thenNothingChanged()
        scenario.at("2018-03-01T09:20:00Z")
        scenario.then(types: "payment_request_expired")
        #expect(states(scenario, session) == ["expired"])
        scenario.restart()
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request)", as: "bank")
        #expect(scenario.answer["late"] == "1")
        scenario.then(me, balance: "300.00")
        #expect(states(scenario, session) == ["paid"])
        #expect(scenario.answer.rows.first?["late"] == "1")
        scenario.thenReplayIsLive()
    }

    @Test("A request of another number, or one that never was, is not found, and no money is credited")
    func otherNumber() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.given(subscriber: "79001234568")
        for line in [
            "TOPUP 79001234568 300 ref=1 request=\(request)", "TOPUP 79009999999 300 ref=1 request=\(request)",
            "TOPUP \(me) 300 ref=1 request=999999", "TOPUP \(me) 300 ref=1 request=1",
        ] {
            scenario.when(line, as: "bank")
            scenario.then("ERR not_found field=request")
            scenario.thenNothingChanged()
        }
        scenario.when("TOPUP 79009999999 300 ref=1", as: "bank")
        scenario.then("ERR not_found field=msisdn")
        // After a refusal the reference is free.
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request)", as: "bank")
        #expect(scenario.answer.isOK)
    }

    @Test("Another acquirer than the one that took it can neither see nor settle, offer or refuse a request")
    func otherAcquirer() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.given("PAYMENT.OFFER \(request) url=https://bank.example/1", as: "bank")
        for line in [
            "TOPUP \(me) 300 ref=1 request=\(request)", "PAYMENT.OFFER \(request) url=https://other.example/1",
            "PAYMENT.REFUSE \(request) reason=mine",
        ] {
            scenario.when(line, as: "payments")
            scenario.then("ERR not_found field=request")
        }
        scenario.when("PAYMENT.REQUESTS", as: "payments")
        #expect(scenario.answer.rows.isEmpty)
    }

    @Test("An acquirer gets the requests of its methods only") func methods() {
        let (scenario, session) = cabinet()
        let card = request(scenario, session)
        let sbp = request(scenario, session, method: "sbp")
        scenario.when("PAYMENT.REQUESTS", as: "bank")
        #expect(scenario.answer.rows.map { $0["request"] } == [card])
        scenario.when("PAYMENT.OFFER \(sbp) url=https://bank.example/1", as: "bank")
        scenario.then("ERR not_found field=request")
        scenario.when("PAYMENT.REQUESTS", as: "payments")
        #expect(scenario.answer.rows.map { $0["request"] } == [card, sbp])
        scenario.given("PRINCIPAL.DISABLE payments")
        scenario.when("TOPUP.REQUEST \(me) 100 method=sbp session=\(session)", as: "frontend")
        scenario.then("ERR not_available field=method")
        for method in ["cash", "voucher"] {
            scenario.when("TOPUP.REQUEST \(me) 100 method=\(method) session=\(session)", as: "frontend")
            scenario.then("ERR invalid_key field=method")
        }
    }

    @Test("A number that has ended since gets nothing, and neither does its next owner: the money is parked")
    func ended() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.given(subscriber: me)
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request) method=card card_last4=4242", as: "bank")
        scenario.then(types: "payment_parked")
        #expect(scenario.answer["parked"] == "1")
        let payment = scenario.answer["payment"]
        scenario.then(me, balance: "0.00")
        scenario.when("SUSPENSE")
        #expect(scenario.answer.rows.first?["msisdn"] == me)
        #expect(scenario.answer["balance"] == "300.00")
        // It settled the request, so nothing settles it again.
        scenario.when("TOPUP \(me) 300 ref=2 request=\(request)", as: "bank")
        scenario.then("ERR already_exists field=request")
        // The acquirer may take its money back.
        scenario.when("PAYMENT.REVERSE \(payment) reason=\"no such number\" amount=100", as: "bank")
        scenario.then("OK reversal=\(scenario.answer["reversal"]) payment=\(payment) amount=100.00 state=done")
        scenario.when("SUSPENSE")
        #expect(scenario.answer.rows.first?["left"] == "200.00")
        scenario.thenReplayIsLive()
    }

    @Test("A request is paid once: another payment for it is refused, and so is its reference again") func once() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.given("TOPUP \(me) 300 ref=1 request=\(request) id=a", as: "bank")
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request) id=a", as: "bank")
        #expect(scenario.answer["repeated"] == "1")
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request)", as: "bank")
        scenario.then("ERR duplicate_ref field=ref")
        scenario.when("TOPUP \(me) 300 ref=2 request=\(request)", as: "bank")
        scenario.then("ERR already_exists field=request")
        scenario.then(me, balance: "300.00")
    }

    @Test("A refused request shows its reason; money that comes later is credited and marked") func refused() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.when("PAYMENT.REFUSE \(request) reason=\"not enough money\"", as: "bank")
        scenario.then("OK request=\(request) state=refused")
        scenario.when("PAYMENT.REFUSE \(request) reason=again", as: "bank")
        #expect(scenario.answer["repeated"] == "1")
        scenario.when("PAYMENT.OFFER \(request) url=https://bank.example/1", as: "bank")
        scenario.then("ERR not_available field=request")
        #expect(states(scenario, session) == ["refused"])
        #expect(scenario.answer.rows.first?["reason"] == "not enough money")
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request)", as: "payments")
        scenario.then("ERR not_found field=request")
        scenario.when("TOPUP \(me) 300 ref=1 request=\(request)", as: "bank")
        #expect(scenario.answer["late"] == "1")
    }

    @Test("Five requests of a number may be open, and a retry with the same id asks once") func five() {
        let (scenario, session) = cabinet()
        for index in 0..<5 {
            scenario.given("TOPUP.REQUEST \(me) 100 method=card session=\(session) id=\(index)", as: "frontend")
        }
        scenario.when("TOPUP.REQUEST \(me) 100 method=card session=\(session) id=4", as: "frontend")
        #expect(scenario.answer["repeated"] == "1")
        scenario.when("TOPUP.REQUEST \(me) 100 method=card session=\(session)", as: "frontend")
        scenario.then("ERR limit_reached field=msisdn")
        #expect(scenario.answer["retry_after"] == "1200")
        scenario.at("2018-03-01T09:20:00Z")
        #expect(scenario.events.count == 5)
        scenario.given("TOPUP.REQUEST \(me) 100 method=card session=\(session)", as: "frontend")
    }

    @Test("Of the requests that ended the last eight are known, and those of three days when another one ends")
    func forgotten() {
        let (scenario, session) = cabinet()
        let first = request(scenario, session)
        for _ in 0..<9 {
            let next = request(scenario, session)
            scenario.given("PAYMENT.REFUSE \(next) reason=no", as: "bank")
        }
        #expect(states(scenario, session).count == 9)
        scenario.when("TOPUP \(me) 300 ref=1 request=\(first)", as: "bank")
        #expect(scenario.answer.isOK)
        #expect(states(scenario, session).count == 8)
        scenario.when("TOPUP \(me) 300 ref=2 request=\(first)", as: "bank")
        scenario.then("ERR not_found field=request")
        scenario.at("2018-03-04T09:20:00.001Z")
        scenario.given("LOGIN \(me) \"correct horse\"", as: "frontend")
        let later = scenario.answer["session"]
        #expect(states(scenario, later).count == 8)
        let last = request(scenario, later)
        scenario.given("PAYMENT.REFUSE \(last) reason=no", as: "bank")
        #expect(states(scenario, later).count == 1)
        scenario.thenReplayIsLive()
    }

    @Test("A card that a payment stored pays a request at its own acquirer, and is gone with the person") func cards() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        scenario.given(
            "TOPUP \(me) 300 ref=1 request=\(request) card_last4=4242 card=tok_7Jk2mQ9x", as: "bank")
        scenario.when("CARDS \(me) session=\(session)", as: "frontend")
        #expect(scenario.answer.rows.map { [$0["card"], $0["card_last4"]] } == [["tok_7Jk2mQ9x", "4242"]])
        scenario.when("TOPUP.REQUEST \(me) 100 method=card card=tok_unknown session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=card")
        scenario.given("TOPUP.REQUEST \(me) 100 method=card card=tok_7Jk2mQ9x session=\(session)", as: "frontend")
        scenario.when("PAYMENT.REQUESTS", as: "payments")
        #expect(scenario.answer.rows.isEmpty)
        scenario.when("PAYMENT.REQUESTS", as: "bank")
        #expect(scenario.answer.rows.first?["card"] == "tok_7Jk2mQ9x")
        scenario.given("CARD.REMOVE \(me) tok_7Jk2mQ9x session=\(session)", as: "frontend")
        scenario.when("CARD.REMOVE \(me) tok_7Jk2mQ9x session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=card")
        // Money that the subscriber did not ask for stores no card: somebody else may have paid.
        scenario.given("TOPUP \(me) 1 ref=2 card=tok_7Jk2mQ9x", as: "bank")
        scenario.when("CARDS \(me)")
        #expect(scenario.answer.rows.isEmpty)
        let another = self.request(scenario, session)
        scenario.given("TOPUP \(me) 1 ref=4 request=\(another) card=tok_7Jk2mQ9x", as: "bank")
        #expect(scenario.answer["card"] == "tok_7Jk2mQ9x")
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.given(subscriber: me)
        scenario.when("CARDS \(me)")
        #expect(scenario.answer.rows.isEmpty)
        for number in ["4111111111111111", "4111_1111_1111_1111", "4111-1111-1111-1111"] {
            scenario.when("TOPUP \(me) 1 ref=3 card=\(number)", as: "bank")
            scenario.then("ERR card_number field=card")
        }
        scenario.thenReplayIsLive()
    }

    @Test("A page's address must be one of the web, without a user or a card's number") func addresses() {
        let (scenario, session) = cabinet()
        let request = request(scenario, session)
        for url in [
            "javascript:alert(1)", "ftp://bank.example/", "https://", "https://user@bank.example/",
            "\"https://bank.example/ x\"", "https://bank.example/4111111111111111", "https://bank.example/<b>",
            "https://bank.example/" + String(repeating: "a", count: 500),
        ] {
            scenario.when("PAYMENT.OFFER \(request) url=\(url)", as: "bank")
            #expect(!scenario.answer.isOK, "\(url)")
            scenario.thenNothingChanged()
        }
    }

    @Test("A front end without the subscriber's session asks for nothing") func sessions() {
        let (scenario, session) = cabinet()
        scenario.when("TOPUP.REQUEST \(me) 100 method=card", as: "frontend")
        scenario.then("ERR session_required field=session")
        scenario.given(subscriber: "79001234568")
        scenario.when("TOPUP.REQUEST 79001234568 100 method=card session=\(session)", as: "frontend")
        scenario.then("ERR not_found field=msisdn")
    }
}
