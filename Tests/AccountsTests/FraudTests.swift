/// The fraudster's table: each attack on the money of others or of the operator, and the rule that stops it.

import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite("The fraudster's table") struct FraudTests {
    private let thief = "79001234567"
    private let helper = "79007654321"

    /// The thief's number is 200 days old, and there are two acquirers and the staff: `root` added `ann` and `bob`.
    private func given(_ balance: String = "0") -> Scenario {
        let scenario = Scenario.selling(
            TransferTests.terms + " cashier_day_limit=10000", "tariff open name=Open period=open rates=voice:out:1/60",
            "tariff plan name=Plan fee=100 period=30d data_bytes=10737418240", at: "2019-01-01T09:00:00Z")
        scenario.given(
            "PRINCIPAL.ADD bank roles=payments methods=card", "PRINCIPAL.ADD fund roles=payments methods=card")
        for number in [thief, helper] { scenario.given(number: number, tariff: "open", balance: "0") }
        if balance != "0" { scenario.given("TOPUP \(thief) \(balance) ref=cash method=cash") }
        scenario.at("2019-07-20T09:00:00Z")
        return scenario
    }

    private func balance(_ scenario: Scenario, _ number: String) -> String {
        scenario.when("BALANCE \(number)")["balance"]
    }

    @Test("Stolen card, top-up, transfer, chargeback: the money is still there when the bank takes it back")
    func stolenCard() {
        let scenario = given()
        scenario.given("TOPUP \(thief) 500 ref=1 method=card card_last4=4242", as: "bank")
        let payment = scenario.answer["payment"]
        for amount in ["500", "490", "10"] {
            scenario.when("TRANSFER \(thief) \(helper) \(amount)")
            scenario.then("ERR insufficient_funds field=amount")
        }
        scenario.at("2019-08-03T08:59:59Z")
        scenario.when("TRANSFER \(thief) \(helper) 10")
        scenario.then("ERR insufficient_funds")
        scenario.given("PAYMENT.REVERSE \(payment) reason=stolen", as: "bank")
        #expect(balance(scenario, thief) == "0.00" && balance(scenario, helper) == "0.00")
    }

    @Test("The same money through several numbers: it can leave none of them before its time") func chain() {
        let scenario = given("10")
        scenario.given("TOPUP \(helper) 500 ref=1 method=card", as: "bank")
        scenario.when("TRANSFER \(helper) \(thief) 100")
        scenario.then("ERR insufficient_funds")
        // The money that arrives was free before, so the next one can send no more than that.
        scenario.given("TOPUP \(helper) 100 ref=2 method=cash")
        scenario.given("TRANSFER \(helper) \(thief) 100")
        scenario.when("TRANSFER \(thief) \(helper) 100.01")
        scenario.then("ERR insufficient_funds")
        let payments = scenario.when("PAYMENTS \(helper)").rows
        let stolen = payments.first { $0["ref"] == "1" }?["payment"] ?? ""
        scenario.given("PAYMENT.REVERSE \(stolen) reason=stolen", as: "bank")
        #expect(balance(scenario, helper) == "0.00")
    }

    @Test("A promise, and then another number: the new number has no tenure, and the debt stays with the old account")
    func promiseThenAnotherNumber() {
        let scenario = given()
        scenario.given("PROMISE \(thief)")
        scenario.given("SUBSCRIBER.TERMINATE \(thief)")
        #expect(scenario.look { $0.balances[1] } == Money(minorUnits: -500), "the fee is owed")
        scenario.given(number: "79001110000", tariff: "open", balance: "0")
        scenario.when("PROMISE 79001110000")
        scenario.then("ERR not_available")
    }

    @Test("A promise, and then another owner: the next owner inherits neither money nor debt") func promiseThenOwner() {
        let scenario = given()
        scenario.given("PROMISE \(thief)")
        scenario.given("SUBSCRIBER.TERMINATE \(thief)")
        scenario.given(number: thief, tariff: "open", balance: "0")
        #expect(balance(scenario, thief) == "0.00")
        scenario.at("2019-08-01T09:00:00Z")
        #expect(balance(scenario, thief) == "0.00")
        scenario.when("PROMISE \(thief)")
        scenario.then("ERR not_available")
    }

    @Test("A promise, and then the end: borrowed money is neither refunded nor given away before it")
    func promiseThenEnd() {
        let scenario = given("20")
        scenario.given("PROMISE \(thief)")
        scenario.when("TRANSFER \(thief) \(helper) 15.01")
        scenario.then("ERR insufficient_funds")
        scenario.given("REFUND.REQUEST \(thief)")
        #expect(scenario.answer["amount"] == "15.00")
        scenario.given("DECLINE \(scenario.answer["refund"])")
        scenario.given("SUBSCRIBER.TERMINATE \(thief)")
        scenario.when("HOLDERS \(thief)")
        let former = scenario.answer.rows.first?["account"] ?? ""
        scenario.given("REFUND.REQUEST \(thief) account=\(former)", as: "operator")
        #expect(scenario.answer["amount"] == "15.00")
    }

    @Test("Gifts in a circle: a gift is not given on, so no data lives for ever") func circle() {
        let scenario = given("500")
        scenario.given("TARIFF.CHANGE \(thief) plan")
        scenario.given("BUCKET.GIFT \(thief) \(helper) bytes=1073741824")
        scenario.when("BUCKET.GIFT \(helper) \(thief) bytes=1073741824")
        scenario.then("ERR insufficient_funds field=bytes")
    }

    @Test("Limits raced from two connections: one of two that are decided together passes") func raced() {
        let scenario = given("1200")
        let session = scenario.given(signedIn: thief)
        scenario.given("TRANSFER \(thief) \(helper) 500", "TRANSFER \(thief) \(helper) 400")
        let line = #"TRANSFER \#(thief) \#(helper) 100 reauth="correct horse" session=\#(session)"#
        #expect(scenario.when(sideBySide: [line, line], as: "frontend").count(where: \.isOK) == 1)
        #expect(balance(scenario, helper) == "1000.00")
    }

    @Test("Vouchers guessed: each wrong secret makes the next one wait, and none is told to be near") func vouchers() {
        let scenario = given()
        scenario.given("VOUCHERS.MAKE count=5 amount=100 expires=2020-01-01", as: "operator")
        var tried = 0
        for guess in 0..<2_000 {
            scenario.when("VOUCHER.REDEEM \(thief) 0000-1001-0000-0000-0000-\(1000 + guess)")
            tried += scenario.events.count
        }
        #expect(balance(scenario, thief) == "0.00")
        #expect(tried <= 6, "the others were not even looked at")
    }

    @Test("One's own adjustment approved through a second principal: neither a made nor a rotated one approves")
    func ownAdjustment() {
        let scenario = given()
        let root = scenario.look { $0.principals.next }
        for (name, author) in [("root", UInt32(0)), ("ann", root), ("puppet", root + 1)] {
            let number = scenario.look { $0.principals.next }
            let roles: Roles = name == "puppet" ? .operator : .admin
            scenario.given(
                .principalAdded(PrincipalAdded(number: number, name: name, roles: roles.rawValue, author: author)))
        }
        scenario.given("ADJUST \(thief) 5000 reason=mine", as: "ann")
        let proposal = scenario.answer["adjustment"]
        for name in ["ann", "puppet"] {
            scenario.when("APPROVE \(proposal)", as: name)
            scenario.then("ERR not_permitted field=proposal")
        }
        #expect(balance(scenario, thief) == "0.00")
    }

    @Test("A request settled by another acquirer: it is not found, and stays for its own") func otherAcquirer() {
        let scenario = given()
        let session = scenario.given(signedIn: thief)
        scenario.given("TOPUP.REQUEST \(thief) 300 method=card session=\(session)", as: "frontend")
        let request = scenario.answer["request"]
        scenario.given("PAYMENT.OFFER \(request) url=https://bank.example/1", as: "bank")
        scenario.when("TOPUP \(thief) 300 ref=1 request=\(request)", as: "fund")
        scenario.then("ERR not_found field=request")
        scenario.given("TOPUP \(thief) 300 ref=1 request=\(request)", as: "bank")
        #expect(balance(scenario, thief) == "300.00")
    }

    @Test("A repeated TOPUP of one request: another reference does not credit it again") func repeatedTopUp() {
        let scenario = given()
        let session = scenario.given(signedIn: thief)
        scenario.given("TOPUP.REQUEST \(thief) 300 method=card session=\(session)", as: "frontend")
        let request = scenario.answer["request"]
        scenario.given("TOPUP \(thief) 300 ref=1 request=\(request)", as: "bank")
        scenario.when("TOPUP \(thief) 300 ref=2 request=\(request)", as: "bank")
        scenario.then("ERR already_exists field=request")
        scenario.when("TOPUP \(thief) 300 ref=1 request=\(request)", as: "bank")
        scenario.then("ERR duplicate_ref")
        #expect(balance(scenario, thief) == "300.00")
    }

    @Test(
        "After SIM.REPLACE nothing is lent, transferred, given or exchanged for a day",
        arguments: [
            #"TRANSFER 79001234567 79007654321 10 reauth="correct horse""#, "PROMISE 79001234567",
            "BUCKET.GIFT 79001234567 79007654321 bytes=1073741824", "BUCKET.EXCHANGE 79001234567 seconds=60",
            #"AUTOPAY.SET 79001234567 card=tok-7Jk2mQ9x amount=100 below=50 reauth="correct horse""#,
        ])
    func simReplaced(_ request: String) {
        let scenario = given("500")
        scenario.given("SIM.REPLACE \(thief) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        let session = scenario.given(signedIn: thief)
        scenario.when("\(request) session=\(session)", as: "frontend")
        scenario.then("ERR not_available field=session retry_after=86400")
        #expect(balance(scenario, thief) == "500.00")
    }
}
