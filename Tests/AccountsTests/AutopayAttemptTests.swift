/// Attempts of an automatic payment: the acquirer refuses, does not answer, answers twice, late or out of order.

import Accounts
import ScenarioKit
import Testing

@Suite("Attempts of automatic payments") struct AutopayAttemptTests {
    private let me = AutopayScenario.me

    /// A request that was asked for at 09:00:00.
    private func asked(terms: String = "") -> (AutopayScenario, request: String) {
        let kit = AutopayScenario(terms: terms)
        kit.order("below=101")
        return (kit, kit.request)
    }

    private func row(_ kit: AutopayScenario) -> [String: String] {
        kit.scenario.when("TOPUP.REQUESTS \(me)").rows.first ?? [:]
    }

    @Test("A refused payment is asked for again after one hour, and then after two, as the same request") func backOff()
    {
        let (kit, request) = asked()
        kit.refuse(request)
        kit.scenario.then("OK request=\(request) state=postponed")
        kit.scenario.then(types: "autopay_postponed")
        #expect(kit.listed.isEmpty)
        kit.scenario.when("AUTOPAY \(me)")
        kit.scenario.then("OK request=\(request) attempts=1 retry_at=2018-03-01T10:00:00Z")
        #expect(row(kit)["state"] == "postponed")
        #expect(row(kit)["reason"] == "declined")
        kit.scenario.at("2018-03-01T09:59:59.999Z")
        kit.scenario.thenNothingChanged()
        kit.restartFromSnapshot()
        kit.scenario.at("2018-03-01T10:00:00Z")
        kit.scenario.then(types: "autopay_retried")
        #expect(kit.listed == [request])
        #expect(kit.scenario.answer.last("attempt") == "2")
        #expect(kit.scenario.answer.last("expires") == "2018-03-01T10:20:00Z")
        #expect(row(kit)["reason"] == nil)
        kit.refuse(request)
        kit.scenario.at("2018-03-01T11:59:59.999Z")
        kit.scenario.thenNothingChanged()
        kit.scenario.at("2018-03-01T12:00:00Z")
        kit.scenario.then(types: "autopay_retried")
        kit.refuse(request)
        kit.scenario.then("OK request=\(request) state=refused")
        kit.scenario.then(types: "payment_refused", "autopay_failed")
        #expect(kit.request.isEmpty)
        #expect(row(kit)["attempt"] == "3")
        kit.scenario.when("NOTIFICATIONS msisdn=\(me)")
        #expect(kit.scenario.answer.last("purpose") == "autopay_failed")
        kit.scenario.at("2018-03-05T09:00:00Z")
        kit.scenario.thenNothingChanged()
        kit.scenario.thenReplayIsLive()
    }

    @Test("A payment without an answer is asked for again, and expires after the last attempt") func noAnswer() {
        let (kit, request) = asked(terms: "autopay_attempts=2 autopay_retry_hours=5")
        kit.scenario.at("2018-03-01T09:19:59.999Z")
        kit.scenario.thenNothingChanged()
        kit.scenario.at("2018-03-01T09:20:00Z")
        kit.scenario.then(
            .autopayPostponed(
                AutopayPostponed(
                    request: Position(request) ?? 0, attempts: 1,
                    retryAt: Scenario.instant("2018-03-01T14:20:00Z").milliseconds)))
        kit.scenario.at("2018-03-01T14:40:00Z")
        kit.scenario.then(types: "autopay_retried", "payment_request_expired", "autopay_failed")
        kit.pay(request)
        #expect(kit.scenario.answer["late"] == "1")
        kit.pay(request, ref: "second")
        kit.scenario.then("ERR already_exists field=request")
        kit.scenario.thenReplayIsLive()
    }

    @Test("A payment settles its request before the next attempt and after it, once, and is not late")
    func paidBetween() {
        for time in ["2018-03-01T09:30:00Z", "2018-03-01T10:10:00Z"] {
            let (kit, request) = asked()
            kit.refuse(request)
            kit.scenario.at(time)
            kit.pay(request)
            #expect(kit.scenario.answer.isOK)
            #expect(kit.scenario.answer["late"].isEmpty)
            kit.pay(request, ref: "second")
            kit.scenario.then("ERR already_exists field=request")
            kit.scenario.at("2018-03-02T09:00:00Z")
            kit.scenario.thenNothingChanged()
            #expect(kit.listed.isEmpty)
            kit.scenario.then(me, balance: "400.00")
            kit.scenario.thenReplayIsLive()
        }
    }

    @Test("A refusal after the last attempt is final, and its money is credited and marked when it comes late")
    func refusedThenPaid() {
        let (kit, request) = asked(terms: "autopay_attempts=1")
        kit.refuse(request)
        kit.refuse(request)
        kit.scenario.then("OK request=\(request) state=refused repeated=1")
        kit.pay(request)
        #expect(kit.scenario.answer["late"] == "1")
        kit.refuse(request)
        kit.scenario.then("ERR not_available field=request")
        #expect(row(kit)["state"] == "paid")
    }

    @Test("A refusal that comes twice uses one attempt, and one of an attempt that is over uses none") func twice() {
        let (kit, request) = asked()
        kit.refuse(request, "attempt=1")
        for more in ["", "attempt=1"] {
            kit.refuse(request, more)
            kit.scenario.then("OK request=\(request) state=postponed repeated=1")
            kit.scenario.thenNothingChanged()
        }
        kit.refuse(request, "attempt=2")
        kit.scenario.then("ERR invalid_number field=attempt")
        kit.scenario.at("2018-03-01T10:00:00Z")
        // The first refusal again, an hour late.
        kit.refuse(request, "attempt=1")
        kit.scenario.then("OK request=\(request) state=pending repeated=1")
        kit.scenario.thenNothingChanged()
        kit.refuse(request, "attempt=2 id=r")
        kit.scenario.then(types: "autopay_postponed")
        kit.scenario.at("2018-03-01T12:00:00Z")
        kit.refuse(request, "attempt=2 id=r")
        kit.scenario.then("OK request=\(request) state=postponed repeated=1")
        kit.scenario.thenNothingChanged()
        kit.pay(request)
        kit.refuse(request, "attempt=2")
        kit.scenario.then("OK request=\(request) state=paid repeated=1")
        kit.scenario.then(me, balance: "400.00")
    }

    @Test("A refusal after the request expired changes nothing, because that attempt is used already")
    func afterExpiry() {
        let (kit, request) = asked()
        kit.scenario.at("2018-03-01T09:20:00Z")
        kit.refuse(request)
        kit.scenario.then("OK request=\(request) state=postponed repeated=1")
        kit.scenario.thenNothingChanged()
        kit.scenario.when("PAYMENT.OFFER \(request) url=https://bank.example/1", as: "bank")
        kit.scenario.then("ERR not_available field=request")
    }

    @Test("Another acquirer can neither refuse nor settle an automatic payment, in any of its states") func others() {
        let (kit, request) = asked()
        func refused() {
            for line in ["TOPUP \(me) 300 ref=x request=\(request)", "PAYMENT.REFUSE \(request) reason=x"] {
                kit.scenario.when(line, as: "payments")
                kit.scenario.then("ERR not_found field=request")
            }
        }
        refused()
        kit.refuse(request)
        refused()
        kit.scenario.at("2018-03-01T10:00:00Z")
        refused()
    }

    @Test("An acquirer that continues behind the last row finds a request that was opened again") func opened() {
        let (kit, request) = asked()
        kit.refuse(request)
        kit.scenario.given("TOPUP.REQUEST \(me) 10 method=card")
        let newer = kit.scenario.answer["request"]
        kit.scenario.when("PAYMENT.REQUESTS", as: "bank")
        let next = kit.scenario.answer["next"]
        kit.scenario.at("2018-03-01T10:00:00Z")
        #expect(kit.scenario.when("PAYMENT.REQUESTS from=\(next)", as: "bank").rows.map { $0["request"] } == [request])
        #expect(kit.scenario.when("PAYMENT.REQUESTS from=\(kit.scenario.answer["next"])", as: "bank").rows.isEmpty)
        kit.restartFromSnapshot()
        #expect(kit.listed == [request])
        #expect(newer != request)
        kit.refuse(request)
        #expect(kit.listed.isEmpty)
    }

    @Test("A page that was offered is gone with its attempt") func offered() {
        let (kit, request) = asked()
        kit.scenario.given("PAYMENT.OFFER \(request) url=https://bank.example/1", as: "bank")
        #expect(row(kit)["state"] == "offered")
        kit.refuse(request)
        #expect(row(kit)["url"] == nil)
        kit.scenario.at("2018-03-01T10:00:00Z")
        #expect(row(kit)["state"] == "pending")
    }

    @Test("Five requests of people may be open beside an automatic one") func five() {
        let (kit, _) = asked()
        for _ in 0..<5 {
            kit.scenario.given("TOPUP.REQUEST \(me) 10 method=card session=\(kit.session)", as: "frontend")
        }
        kit.scenario.when("TOPUP.REQUEST \(me) 10 method=card session=\(kit.session)", as: "frontend")
        kit.scenario.then("ERR limit_reached field=msisdn")
        #expect(kit.listed.count == 6)
    }

    @Test("A postponed request is known however many others end meanwhile, and however long it waits") func kept() {
        let (kit, request) = asked(terms: "autopay_retry_hours=48 autopay_attempts=4")
        kit.refuse(request)
        func endOthers() {
            for _ in 0..<10 {
                kit.scenario.given("TOPUP.REQUEST \(me) 10 method=card")
                kit.scenario.given("PAYMENT.REFUSE \(kit.scenario.answer["request"]) reason=no", as: "bank")
            }
        }
        endOthers()
        kit.scenario.at("2018-03-03T09:00:00Z")
        kit.refuse(request)
        kit.scenario.at("2018-03-07T08:00:00Z")
        endOthers()
        kit.pay(request)
        #expect(kit.scenario.answer.isOK)
        #expect(kit.scenario.answer["late"].isEmpty)
        kit.scenario.thenReplayIsLive()
    }
}
