/// Money that goes back: reversals, chargebacks, refunds, and payments without an owner.

import Accounts
import ScenarioKit
import Testing

@Suite("Reversals, refunds and payments without an owner") struct ReversalTests {
    private let me = "79001234567"

    private func paid(_ amount: String = "500") -> (Scenario, payment: String) {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given("PRINCIPAL.ADD bank roles=payments")
        scenario.given(subscriber: me)
        scenario.given("TOPUP \(me) \(amount) ref=1 method=card card_last4=4242", as: "bank")
        return (scenario, scenario.answer["payment"])
    }

    @Test("An acquirer reverses its own payment, in parts and once in all, and nobody else's") func parts() {
        let (scenario, payment) = paid()
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback amount=200", as: "bank")
        scenario.then("OK reversal=\(scenario.answer["reversal"]) payment=\(payment) amount=200.00 state=done")
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback amount=300.01", as: "bank")
        scenario.then("ERR limit_reached field=amount")
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback", as: "payments")
        scenario.then("ERR not_found field=payment")
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        #expect(scenario.answer["amount"] == "300.00")
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        scenario.then("ERR limit_reached field=payment")
        scenario.when("PAYMENT.REVERSE 1 reason=chargeback", as: "bank")
        scenario.then("ERR not_found field=payment")
        scenario.then(me, balance: "0.00")
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "cash:card" }?["balance"] == "0.00")
        scenario.thenReplayIsLive()
    }

    @Test("A chargeback takes the balance below zero: the service is barred, and comes back with money") func debt() {
        let (scenario, payment) = paid()
        scenario.at("2018-03-01T12:00:00Z")
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=2018-03-01T10:00:00Z seconds=6000 source=s n=1"
        )
        scenario.then(me, balance: "350.00")
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        scenario.then(types: "payment_reversed", "service_barred")
        scenario.then(me, balance: "-150.00")
        scenario.when("SERVICE \(me)", as: "network")
        #expect(scenario.answer.text.contains("funds") || scenario.answer.text.contains("balance"))
        scenario.given("TOPUP \(me) 151 ref=2", as: "payments")
        scenario.then(types: "topped_up", "service_restored")
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02 kind=adjustment")
        #expect(scenario.answer.rows.map { [$0["service"], $0["amount"]] } == [["reversal", "500.00"]])
        scenario.thenReplayIsLive()
    }

    @Test("A chargeback after the number has ended is a debt of its account, and not of the next owner's") func former()
    {
        let (scenario, payment) = paid()
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.given(subscriber: me, balance: "10")
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        scenario.then(types: "payment_reversed")
        scenario.then(me, balance: "10.00")
    }

    @Test("The rest of a number that has ended is refunded to its card, or at a desk, by two persons") func rest() {
        let (scenario, payment) = paid()
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.when("HOLDERS \(me)")
        let former = scenario.answer.rows.first?["account"] ?? ""
        // Before the number has a next owner, and after it.
        scenario.given("REFUND.REQUEST \(me) account=\(former) amount=1", as: "operator")
        scenario.given("DECLINE \(scenario.answer["refund"])", as: "operator")
        scenario.given(subscriber: me)
        // The payment is not the next owner's.
        scenario.when("REFUND.REQUEST \(me) payment=\(payment)", as: "operator")
        scenario.then("ERR not_found field=payment")
        scenario.when("REFUND.REQUEST \(me) account=\(former) payment=\(payment) amount=300", as: "operator")
        #expect(scenario.answer["method"] == "card")
        let refund = scenario.answer["refund"]
        scenario.given("REFUND.APPROVE \(refund)", as: "admin")
        scenario.when("REFUNDS", as: "payments")
        #expect(scenario.answer.rows.isEmpty)
        scenario.when("REFUNDS", as: "bank")
        #expect(
            scenario.answer.rows.map { [$0["refund"], $0["payment"], $0["amount"], $0["card_last4"]] } == [
                [refund, payment, "300.00", "4242"]
            ])
        scenario.when("REFUND.PAID \(refund) ref=out-1", as: "payments")
        scenario.then("ERR not_found field=refund")
        scenario.given("REFUND.PAID \(refund) ref=out-1", as: "bank")
        scenario.when("REFUND.PAID \(refund) ref=out-2", as: "bank")
        scenario.then("ERR not_found field=refund")
        // Money that went back to the card cannot be charged back too.
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback amount=200.01", as: "bank")
        scenario.then("ERR limit_reached field=amount")
        // The rest is paid in cash.
        scenario.when("REFUND.REQUEST \(me) account=\(former)", as: "operator")
        let cash = scenario.answer["refund"]
        #expect(scenario.answer["method"] == "cash")
        scenario.given("APPROVE \(cash)", as: "admin")
        scenario.when("REFUNDS", as: "cashier")
        #expect(scenario.answer.rows.map { $0["amount"] } == ["200.00"])
        scenario.given("REFUND.PAID \(cash) ref=desk-7", as: "cashier")
        scenario.when("EXPLAIN \(me) account=\(former)")
        #expect(scenario.answer["balance"] == "0.00")
        scenario.thenReplayIsLive()
    }

    @Test("A subscriber asks with the password for money back to the instrument that paid, and staff approves")
    func own() {
        let (scenario, payment) = paid()
        let session = scenario.given(signedIn: me)
        scenario.when("REFUND.REQUEST \(me) payment=\(payment) amount=100 session=\(session)", as: "frontend")
        scenario.then("ERR reauth_required field=reauth")
        let shown = "session=\(session) reauth=\"correct horse\""
        scenario.when("REFUND.REQUEST \(me) amount=100 \(shown)", as: "frontend")
        scenario.then("ERR missing_argument field=payment")
        scenario.when("REFUND.REQUEST \(me) payment=\(payment) amount=500.01 \(shown)", as: "frontend")
        scenario.then("ERR insufficient_funds field=amount")
        scenario.when("REFUND.REQUEST \(me) payment=\(payment) amount=100 \(shown)", as: "frontend")
        #expect(scenario.answer["state"] == "pending")
        let refund = scenario.answer["refund"]
        scenario.then(me, balance: "500.00")
        scenario.given("REFUND.APPROVE \(refund)", as: "operator")
        scenario.then(me, balance: "400.00")
        scenario.given("SIM.REPLACE \(me) iccid=8970120000000000019 imsi=250200000000002 pin=0000 puk=12345678")
        scenario.given("LOGIN \(me) \"correct horse\"", as: "frontend")
        let fresh = scenario.answer["session"]
        scenario.when(
            "REFUND.REQUEST \(me) payment=\(payment) session=\(fresh) reauth=\"correct horse\"", as: "frontend")
        scenario.then("ERR not_available field=session")
    }

    @Test("A refund that cannot be paid out returns to the balance, and may go another way") func returned() {
        let (scenario, payment) = paid()
        scenario.given("REFUND.REQUEST \(me) payment=\(payment)", as: "operator")
        let refund = scenario.answer["refund"]
        scenario.given("APPROVE \(refund)", as: "admin")
        scenario.then(me, balance: "0.00")
        scenario.when("REFUND.REFUSE \(refund) reason=card_closed", as: "payments")
        scenario.then("ERR not_found field=refund")
        scenario.given("REFUND.REFUSE \(refund) reason=card_closed", as: "bank")
        scenario.then(me, balance: "500.00")
        scenario.when("REFUND.PAID \(refund) ref=1", as: "bank")
        scenario.then("ERR not_found field=refund")
        scenario.given("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        scenario.then(me, balance: "0.00")
        scenario.thenReplayIsLive()
    }

    @Test("Money without an owner goes to a number by two persons, once, and pays its waiting fee") func assigned() {
        let (scenario, _) = paid()
        let session = scenario.given(signedIn: me)
        scenario.given("TOPUP.REQUEST \(me) 300 method=card session=\(session)", as: "frontend")
        let request = scenario.answer["request"]
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.given("TOPUP \(me) 400 ref=2 request=\(request)", as: "bank")
        let payment = scenario.answer["payment"]
        // A part that is taken back before there is an owner is not the owner's.
        scenario.given("PAYMENT.REVERSE \(payment) reason=chargeback amount=100", as: "bank")
        scenario.given(subscriber: "79001234568")
        scenario.when("SUSPENSE.ASSIGN \(payment) 79001234568", as: "operator")
        #expect(scenario.answer["state"] == "pending")
        let assignment = scenario.answer["assignment"]
        scenario.when("APPROVE \(assignment)", as: "operator")
        scenario.then("ERR not_permitted field=proposal")
        scenario.given("APPROVE \(assignment)", as: "admin")
        scenario.then(types: "suspense_assigned", "suspense_credited")
        scenario.then("79001234568", balance: "300.00")
        scenario.when("SUSPENSE")
        #expect(scenario.answer.rows.isEmpty)
        scenario.when("SUSPENSE from=1")
        #expect(scenario.answer["balance"] == "0.00")
        #expect(scenario.answer.rows.first?["assignee"] == "79001234568")
        scenario.when("SUSPENSE.ASSIGN \(payment) 79001234568", as: "operator")
        scenario.then("ERR not_found field=payment")
        // A chargeback follows the money.
        scenario.when("PAYMENT.REVERSE \(payment) reason=chargeback amount=300.01", as: "bank")
        scenario.then("ERR limit_reached field=amount")
        scenario.given("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        scenario.then("79001234568", balance: "0.00")
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "transit:accounts" }?["balance"] == "0.00")
        scenario.thenReplayIsLive()
    }

    @Test("A reversal that was proposed before the money got an owner is refused, and nothing is lost") func crossed() {
        let (scenario, _) = paid()
        let session = scenario.given(signedIn: me)
        scenario.given("TOPUP.REQUEST \(me) 300 method=card session=\(session)", as: "frontend")
        let request = scenario.answer["request"]
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.given("TOPUP \(me) 300 ref=2 request=\(request)", as: "bank")
        let payment = scenario.answer["payment"]
        scenario.given(subscriber: "79001234568")
        scenario.given("PAYMENT.REVERSE \(payment) reason=wrong", as: "operator")
        let reversal = scenario.answer["reversal"]
        scenario.given("SUSPENSE.ASSIGN \(payment) 79001234568", as: "operator")
        scenario.given("APPROVE \(scenario.answer["assignment"])", as: "admin")
        scenario.when("APPROVE \(reversal)", as: "admin")
        scenario.then("ERR not_available field=payment")
        scenario.then("79001234568", balance: "300.00")
    }

    @Test("A cash desk takes its own payment back; beyond the threshold of a person a second one approves") func desk()
    {
        let (scenario, bank) = paid()
        scenario.given("TOPUP \(me) 100 ref=desk-1 method=cash", as: "cashier")
        let payment = scenario.answer["payment"]
        scenario.when("PAYMENT.REVERSE \(bank) reason=x", as: "cashier")
        scenario.then("ERR not_found field=payment")
        scenario.when("PAYMENT.REVERSE \(payment) reason=mistyped", as: "cashier")
        #expect(scenario.answer["state"] == "pending")
        scenario.given("APPROVE \(scenario.answer["reversal"])", as: "operator")
        scenario.then(me, balance: "500.00")
    }
}
