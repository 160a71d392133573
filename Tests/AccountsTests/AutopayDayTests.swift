/// Automatic payments on a day of the month, and the end of an order.

import Accounts
import ScenarioKit
import Testing

@Suite("Automatic payments by date") struct AutopayDayTests {
    private let me = AutopayScenario.me

    private func next(_ kit: AutopayScenario) -> String { kit.scenario.when("AUTOPAY \(me)")["next"] }

    @Test("A payment is asked for at the first instant of the day, and then on that day of the next month")
    func firstInstant() {
        let kit = AutopayScenario()
        kit.order("day=15")
        kit.scenario.then("OK day=15 next=2018-03-14T21:00:00Z")
        #expect(kit.scenario.answer["below"].isEmpty)
        // The balance decides nothing.
        kit.spend(messages: 50)
        #expect(kit.request.isEmpty)
        kit.scenario.at("2018-03-14T20:59:59.999Z")
        kit.scenario.thenNothingChanged()
        kit.restartFromSnapshot()
        kit.scenario.at("2018-03-14T21:00:00Z")
        kit.scenario.then(types: "payment_requested")
        #expect(next(kit) == "2018-04-14T21:00:00Z")
        kit.pay(kit.request)
        #expect(kit.scenario.answer["late"].isEmpty)
        kit.scenario.thenReplayIsLive()
    }

    @Test("Day 31 is the last day of February and of April") func lastDay() {
        let kit = AutopayScenario(at: "2018-01-31T21:00:00Z", terms: "autopay_attempts=1")
        kit.order("day=31")
        var days: [String] = []
        for time in ["2018-03-01T00:00:00Z", "2018-04-01T00:00:00Z", "2018-05-01T00:00:00Z"] {
            days.append(next(kit))
            kit.scenario.at(time)
            #expect(kit.scenario.events.first?.typeName == "payment_requested")
        }
        #expect(days == ["2018-02-27T21:00:00Z", "2018-03-30T21:00:00Z", "2018-04-29T21:00:00Z"])
        #expect(next(kit) == "2018-05-30T21:00:00Z")
    }

    @Test(
        "The day is the region's, and a day that has begun is next month's",
        arguments: [
            ("vvo", "2018-03-31T13:59:59.999Z", "2018-03-31T14:00:00Z"),
            ("vvo", "2018-03-31T14:00:00Z", "2018-04-30T14:00:00Z"),
            ("msk", "2018-03-31T20:59:59.999Z", "2018-03-31T21:00:00Z"),
            ("msk", "2018-03-31T21:00:00Z", "2018-04-30T21:00:00Z"),
        ])
    func region(region: String, at time: String, next: String) {
        let kit = AutopayScenario(at: time, region: region)
        kit.order("day=1")
        #expect(kit.scenario.answer["next"] == next)
    }

    @Test("A number that moves to a region where it is still the day before pays once for the month") func moved() {
        let kit = AutopayScenario(at: "2018-03-01T20:00:00Z", region: "vvo", terms: "autopay_attempts=1")
        kit.order("day=1 monthly_cap=300")
        kit.scenario.given("PROFILE.SET \(me) region=msk")
        kit.scenario.at("2018-03-31T14:00:00Z")
        kit.scenario.then(types: "payment_requested")
        #expect(next(kit) == "2018-04-30T21:00:00Z")
        kit.pay(kit.request)
        kit.scenario.at("2018-03-31T22:00:00Z")
        kit.scenario.thenNothingChanged()
        kit.scenario.at("2018-04-30T21:00:00Z")
        kit.scenario.then(types: "payment_requested")
    }

    @Test("A month whose limit leaves no room is skipped, and the next one is not") func skipped() {
        let kit = AutopayScenario(terms: "autopay_attempts=1")
        kit.order("below=200 monthly_cap=300")
        kit.order("day=20 monthly_cap=599.99")
        // The request that was open goes on, and its sum counts.
        kit.pay(kit.request)
        kit.scenario.at("2018-03-20T00:00:00Z")
        kit.scenario.then(types: "autopay_skipped")
        #expect(next(kit) == "2018-04-19T21:00:00Z")
        kit.scenario.at("2018-04-20T00:00:00Z")
        #expect(kit.scenario.events.first?.typeName == "payment_requested")
        kit.scenario.thenReplayIsLive()
    }

    @Test("The months of an interruption are asked for in order, each once") func interrupted() {
        let kit = AutopayScenario(terms: "autopay_attempts=2")
        kit.order("day=1")
        kit.scenario.restart()
        kit.scenario.at("2018-05-15T00:00:00Z")
        let attempts = ["payment_requested", "autopay_postponed", "autopay_retried", "payment_request_expired"]
        #expect(
            kit.scenario.events.map(\.typeName) == (attempts + ["autopay_failed"]) + (attempts + ["autopay_failed"]))
        kit.scenario.thenReplayIsLive()
    }

    @Test("A day comes while the last month's request is still under way: both are asked for") func overlapping() {
        let kit = AutopayScenario(terms: "autopay_attempts=5 autopay_retry_hours=48")
        kit.order("day=1")
        kit.scenario.at("2018-03-31T21:00:00Z")
        let first = kit.request
        for time in ["2018-04-02T22:00:00Z", "2018-04-07T00:00:00Z", "2018-04-16T00:00:00Z"] { kit.scenario.at(time) }
        kit.scenario.at("2018-04-30T21:00:00Z")
        let second = kit.request
        #expect(first != second)
        kit.pay(first, ref: "1")
        #expect(kit.scenario.answer["late"].isEmpty)
        kit.pay(second, ref: "2")
        kit.scenario.then(me, balance: "700.00")
        kit.scenario.thenReplayIsLive()
    }

    // MARK: - The end of an order

    @Test(
        "An end of the order ends what is asked for, and its money is credited and late",
        arguments: [
            "AUTOPAY.OFF 79001234567", "CARD.REMOVE 79001234567 tok_7Jk2mQ9x",
        ])
    func off(line: String) {
        for isPostponed in [false, true] {
            let kit = AutopayScenario()
            kit.order("below=101")
            let request = kit.request
            if isPostponed { kit.refuse(request) }
            kit.scenario.given("\(line) session=\(kit.session)", as: "frontend")
            let end = isPostponed ? "payment_refused" : "payment_request_expired"
            #expect(kit.scenario.events.suffix(2).map(\.typeName) == [end, "autopay_ended"])
            kit.scenario.when("AUTOPAY \(me)")
            kit.scenario.then("OK on=0")
            #expect(kit.scenario.answer["request"].isEmpty)
            #expect(kit.listed.isEmpty)
            kit.scenario.at("2018-03-02T09:00:00Z")
            kit.scenario.thenNothingChanged()
            kit.spend()
            kit.scenario.then(types: "usage_rated")
            kit.pay(request)
            #expect(kit.scenario.answer["late"] == "1")
            kit.scenario.thenReplayIsLive()
        }
    }

    @Test("The removal of another card ends nothing, and a card that makes room for an eleventh ends its order")
    func otherCards() {
        let kit = AutopayScenario()
        kit.store("tok_other000")
        kit.order("below=50")
        kit.scenario.given("CARD.REMOVE \(me) tok_other000 session=\(kit.session)", as: "frontend")
        kit.scenario.then(types: "card_removed")
        for index in 0..<9 { kit.store("tok_more000\(index)") }
        kit.scenario.then(types: "topped_up")
        kit.store("tok_more0009")
        kit.scenario.then(types: "topped_up", "autopay_ended")
        kit.scenario.thenReplayIsLive()
    }

    @Test("Another order lets a request go on without a second beside it, and ends a postponed one of another card")
    func replaced() {
        let kit = AutopayScenario()
        kit.order("below=101")
        let request = kit.request
        kit.order("below=200", amount: "500")
        kit.scenario.then(types: "reauthenticated", "autopay_set")
        #expect(kit.request == request)
        kit.refuse(request)
        kit.order("below=200", amount: "500")
        kit.scenario.then(types: "reauthenticated", "autopay_set")
        #expect(kit.request == request)
        kit.store("tok_other000", paying: "1")
        kit.order("below=200", card: "tok_other000")
        kit.scenario.then(types: "reauthenticated", "payment_refused", "autopay_set", "payment_requested")
        #expect(kit.request != request)
        kit.scenario.thenReplayIsLive()
    }

    @Test("A removed card is asked no more, also for a request of an earlier order") func removedCard() {
        let kit = AutopayScenario()
        kit.order("below=101")
        kit.store("tok_other000", paying: "0.01")
        kit.order("below=200", card: "tok_other000")
        kit.scenario.given("CARD.REMOVE \(me) \(AutopayScenario.card)")
        kit.scenario.then(types: "card_removed", "payment_request_expired")
        #expect(kit.scenario.when("PAYMENT.REQUESTS", as: "bank").rows.isEmpty)
        kit.scenario.thenReplayIsLive()
    }

    @Test("A fall is asked for once, also by another order after the first was switched off") func offAndOn() {
        let kit = AutopayScenario()
        kit.order("below=101")
        let request = kit.request
        kit.scenario.given("AUTOPAY.OFF \(me)")
        kit.order("below=101")
        kit.scenario.then(types: "reauthenticated", "autopay_set")
        kit.spend()
        kit.scenario.then(types: "usage_rated")
        // The first one was paid after all.
        kit.scenario.given("TOPUP \(me) 300 ref=late request=\(request)", as: "bank")
        kit.spend(messages: 160)
        #expect(kit.scenario.events.map(\.typeName).contains("payment_requested"))
        kit.scenario.thenReplayIsLive()
    }

    @Test("A new SIM holds back an order for a day, and an order that is there goes on") func newSIM() {
        let kit = AutopayScenario()
        kit.order("below=99")
        kit.scenario.given("SIM.REPLACE \(me) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        /// AUTOPAY.SET in a fresh session.
        func order() -> Bool {
            kit.scenario.given("LOGIN \(me) \"correct horse\"", as: "frontend")
            let session = kit.scenario.answer["session"]
            kit.scenario.when(
                "AUTOPAY.SET \(me) card=\(AutopayScenario.card) amount=1 below=1 reauth=\"correct horse\""
                    + " session=\(session)", as: "frontend")
            return kit.scenario.answer.isOK
        }
        #expect(!order())
        kit.scenario.thenNothingChanged()
        kit.spend()
        kit.scenario.then(types: "usage_rated", "payment_requested")
        kit.scenario.at("2018-03-02T08:59:59.999Z")
        #expect(!order())
        kit.scenario.at("2018-03-02T09:00:00Z")
        #expect(order())
    }

    @Test("A number that ends, a person who is erased and a member of an organisation have no order") func gone() {
        for line in ["SUBSCRIBER.TERMINATE \(me)", "ERASE \(me)"] {
            for isPostponed in [false, true] {
                let kit = AutopayScenario()
                kit.order("below=101")
                let request = kit.request
                if isPostponed { kit.refuse(request) }
                kit.scenario.given(line)
                #expect(kit.listed.isEmpty)
                kit.scenario.at("2018-03-02T09:00:00Z")
                kit.scenario.thenNothingChanged()
                kit.pay(request)
                if line.hasPrefix("SUBSCRIBER") {
                    kit.scenario.then(types: "payment_parked")
                } else {
                    #expect(kit.scenario.answer["late"] == "1")
                }
                kit.scenario.thenReplayIsLive()
            }
        }
        let kit = AutopayScenario()
        kit.order("below=99")
        kit.scenario.given("ORG.CREATE name=X inn=7707083893")
        kit.scenario.given("ORG.ADD \(kit.scenario.answer["org"]) \(me)")
        #expect(kit.scenario.events.contains { $0.typeName == "autopay_ended" })
        kit.order("below=99")
        kit.scenario.then("ERR not_available field=msisdn")
    }
}
