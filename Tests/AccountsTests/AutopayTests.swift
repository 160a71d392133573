/// Orders of automatic payments, and when a payment is asked for because the balance is low.

import Accounts
import ScenarioKit
import Testing

@Suite("Automatic payments") struct AutopayTests {
    private let me = AutopayScenario.me

    @Test("A balance below the threshold asks for a payment in the same command, and the last kopeck decides")
    func lastKopeck() {
        for (below, isAsked) in [("98", false), ("98.01", true)] {
            let kit = AutopayScenario()
            kit.order("below=\(below)")
            kit.scenario.then("OK msisdn=\(me) card=tok_7Jk2mQ9x card_last4=4242 amount=300.00")
            kit.scenario.then(types: "reauthenticated", "autopay_set")
            kit.spend()
            if isAsked {
                kit.scenario.then(types: "usage_rated", "payment_requested")
            } else {
                kit.scenario.then(types: "usage_rated")
            }
            #expect(kit.request.isEmpty != isAsked)
            kit.scenario.thenReplayIsLive()
        }
    }

    @Test("The request is the acquirer's of the card alone, and its payment settles it and is not late") func settled()
    {
        let kit = AutopayScenario()
        kit.order("below=99")
        kit.spend()
        let request = kit.request
        #expect(kit.listed == [request])
        #expect(kit.scenario.answer.last("card") == AutopayScenario.card)
        #expect(kit.scenario.answer.last("autopay") == "1")
        #expect(kit.scenario.answer.last("attempt") == "1")
        #expect(kit.scenario.answer.last("expires") == "2018-03-01T09:20:00Z")
        #expect(kit.scenario.when("PAYMENT.REQUESTS", as: "payments").rows.isEmpty)
        kit.scenario.when("TOPUP \(me) 300 ref=1 request=\(request)", as: "payments")
        kit.scenario.then("ERR not_found field=request")
        kit.pay(request)
        #expect(kit.scenario.answer["late"].isEmpty)
        kit.scenario.then(me, balance: "398.00")
        #expect(kit.request.isEmpty)
        kit.pay(request, ref: "again")
        kit.scenario.then("ERR already_exists field=request")
        kit.scenario.then(me, balance: "398.00")
        kit.scenario.thenReplayIsLive()
    }

    @Test("An order asks at once if the balance is below its threshold already") func atOnce() {
        let kit = AutopayScenario()
        kit.order("below=100")
        #expect(kit.scenario.answer["request"].isEmpty)
        kit.order("below=100.01 id=a")
        let request = kit.scenario.answer["request"]
        kit.scenario.then(types: "reauthenticated", "autopay_set", "payment_requested")
        #expect(kit.request == request)
        // A repeated id= orders nothing, and replies the same.
        kit.order("below=100.01 id=a")
        #expect(kit.scenario.answer["repeated"] == "1")
        #expect(kit.scenario.answer["request"] == request)
        kit.scenario.thenNothingChanged()
        kit.scenario.thenReplayIsLive()
    }

    @Test("A fall below the threshold asks once, however far it goes") func once() {
        let kit = AutopayScenario()
        kit.order("below=99")
        kit.spend()
        let request = kit.request
        kit.spend(messages: 10)
        kit.scenario.then(types: "usage_rated")
        #expect(kit.request == request)
        kit.restartFromSnapshot()
        kit.spend(messages: 10)
        kit.scenario.then(types: "usage_rated")
        // A credit that stays below the threshold is no new cause.
        kit.scenario.given("TOPUP \(me) 5 ref=small")
        kit.spend()
        kit.scenario.then(types: "usage_rated")
    }

    @Test("After a failure nothing is asked for, until the balance was at the threshold again") func causeAfterFailure()
    {
        for (credit, isAsked) in [("2.99", false), ("3", true)] {
            let kit = AutopayScenario(terms: "autopay_attempts=1")
            kit.order("below=99")
            kit.spend()
            kit.refuse(kit.request)
            kit.scenario.then(types: "payment_refused", "autopay_failed")
            kit.spend()
            kit.scenario.then(types: "usage_rated")
            // The balance is 96.00.
            kit.scenario.given("TOPUP \(me) \(credit) ref=own")
            kit.spend()
            #expect(kit.request.isEmpty != isAsked)
        }
    }

    @Test("A payment that leaves the balance below the threshold is the end of its cause") func smallPayment() {
        let kit = AutopayScenario()
        kit.order("below=500")
        let request = kit.request
        kit.pay(request, "300")
        kit.scenario.then(types: "topped_up")
        #expect(kit.request.isEmpty)
        kit.spend()
        kit.scenario.then(types: "usage_rated", "payment_requested")
        #expect(kit.request != request)
        kit.scenario.thenReplayIsLive()
    }

    @Test("A payment that is late ends its cause too, and is not the second for it") func latePayment() {
        let kit = AutopayScenario(terms: "autopay_attempts=1")
        kit.order("below=500")
        let request = kit.request
        kit.refuse(request)
        kit.spend()
        kit.scenario.then(types: "usage_rated")
        kit.pay(request, "300")
        #expect(kit.scenario.answer["late"] == "1")
        #expect(kit.request.isEmpty)
        kit.spend()
        kit.scenario.then(types: "usage_rated", "payment_requested")
    }

    @Test("The sum of a month reaches the limit exactly, and then one notice tells that it is reached") func cap() {
        let kit = AutopayScenario()
        kit.order("below=1000 monthly_cap=600")
        kit.pay(kit.request, ref: "1")
        kit.spend()
        kit.pay(kit.request, ref: "2")
        #expect(kit.scenario.when("AUTOPAY \(me)")["asked_this_month"] == "600.00")
        kit.spend()
        kit.scenario.then(types: "usage_rated", "autopay_skipped")
        kit.spend()
        kit.scenario.then(types: "usage_rated")
        // Another order of the same month has no new month.
        kit.order("below=1000 monthly_cap=899.99")
        kit.scenario.then(types: "reauthenticated", "autopay_set", "autopay_skipped")
        kit.scenario.given("AUTOPAY.OFF \(me)")
        kit.order("below=1000 monthly_cap=900")
        kit.scenario.then(types: "reauthenticated", "autopay_set", "payment_requested")
        kit.pay(kit.request, ref: "3")
        kit.scenario.thenReplayIsLive()
        kit.restartFromSnapshot()
        // Midnight of Moscow begins the month.
        kit.scenario.at("2018-03-31T20:59:59.999Z")
        kit.spend()
        kit.scenario.then(types: "usage_rated", "autopay_skipped")
        kit.scenario.at("2018-03-31T21:00:00Z")
        kit.spend()
        kit.scenario.then(types: "usage_rated", "payment_requested")
        #expect(kit.scenario.when("AUTOPAY \(me)")["asked_this_month"] == "300.00")
    }

    @Test("A region with another clock begins no new month") func region() {
        let kit = AutopayScenario()
        kit.order("below=1000 monthly_cap=300")
        kit.pay(kit.request)
        kit.scenario.at("2018-03-31T15:00:00Z")
        kit.scenario.given("PROFILE.SET \(me) region=vvo")
        #expect(kit.scenario.when("AUTOPAY \(me)")["asked_this_month"] == "0.00")
        kit.spend()
        // It is April in Vladivostok.
        kit.scenario.then(types: "usage_rated", "payment_requested")
        kit.pay(kit.request, ref: "2")
        kit.scenario.given("PROFILE.SET \(me) region=msk")
        #expect(kit.scenario.when("AUTOPAY \(me)")["asked_this_month"] == "300.00")
        kit.scenario.at("2018-03-31T21:00:00Z")
        kit.spend()
        kit.scenario.then(types: "usage_rated", "autopay_skipped")
    }

    @Test("An order needs an own stored card, one condition, and a limit that carries a payment") func refusals() {
        let kit = AutopayScenario(terms: "greatest_payment=1000")
        for (arguments, amount, card, refusal) in [
            ("below=50", "300", "tok_unknown", "ERR not_found field=card"),
            ("", "300", AutopayScenario.card, "ERR missing_argument field=below"),
            ("below=50 day=1", "300", AutopayScenario.card, "ERR unknown_argument field=day"),
            ("day=0", "300", AutopayScenario.card, "ERR invalid_number field=day"),
            ("day=32", "300", AutopayScenario.card, "ERR invalid_number field=day"),
            ("below=-0.01", "300", AutopayScenario.card, "ERR invalid_amount field=below"),
            ("below=1000.01", "300", AutopayScenario.card, "ERR limit_reached field=below"),
            ("below=50 monthly_cap=299.99", "300", AutopayScenario.card, "ERR invalid_amount field=monthly_cap"),
            ("below=50", "1000.01", AutopayScenario.card, "ERR limit_reached field=amount"),
            ("below=50", "0", AutopayScenario.card, "ERR invalid_amount field=amount"),
        ] {
            kit.order(arguments, amount: amount, card: card)
            kit.scenario.then(refusal)
        }
        kit.order("below=0 monthly_cap=1000", amount: "1000")
        #expect(kit.scenario.answer["monthly_cap"] == "1000.00")
        kit.scenario.when(
            "AUTOPAY.SET \(me) card=\(AutopayScenario.card) amount=1 below=1 session=\(kit.session)", as: "frontend")
        kit.scenario.then("ERR reauth_required field=reauth")
        kit.scenario.given("PRINCIPAL.DISABLE bank")
        kit.order("below=50")
        kit.scenario.then("ERR not_available field=card")
        kit.scenario.when("AUTOPAY.OFF \(me)")
        #expect(kit.scenario.answer.isOK)
        kit.scenario.when("AUTOPAY.OFF \(me)")
        kit.scenario.then("ERR not_found field=msisdn")
        kit.scenario.when("AUTOPAY \(me)")
        kit.scenario.then("OK on=0")
    }

    @Test("A payment is asked for within the limit of one payment, which the catalogue may have lowered")
    func greatest() {
        let kit = AutopayScenario()
        kit.order("below=50")
        kit.scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 terms general greatest_payment=200", "CATALOG.PUBLISH 2")
        kit.spend(messages: 26)
        kit.scenario.when("PAYMENT.REQUESTS", as: "bank")
        #expect(kit.scenario.answer.last("amount") == "200.00")
    }
}

extension AutopayScenario {
    func restartFromSnapshot() {
        do { try scenario.restart(from: #require(scenario.takeSnapshot(filterWords: 1 << 20))) } catch {
            Issue.record("the snapshot cannot be read: \(error)")
        }
    }
}
