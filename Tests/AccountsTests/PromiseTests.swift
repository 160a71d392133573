/// Promised payments: who can have one, how it is repaid, and when there is none.

import Accounts
import ScenarioKit
import Testing

@Suite("Promised payments") struct PromiseTests {
    private let me = "79001234567"
    static let terms =
        "terms general tariff_change_fee=0 tariff_change_free_after_days=0"
        + " promises=30:50:1:5,61:100:3:10,91:250:3:25,121:450:3:45 promise_debt=30"
        + " cashier_day_limit=10000 approval_threshold=1000"
    static let offerings = [
        "tariff open name=Open period=open rates=voice:out:1/60",
        "tariff plan name=Plan fee=100 period=30d voice_seconds=6000 rates=voice:out:1/60",
    ]

    /// A number that was activated at 09:00 on 1 January.
    private func number(_ balance: String = "0", tariff: String = "open", terms: String = terms) -> Scenario {
        let scenario = Scenario.selling(terms, Self.offerings[0], Self.offerings[1], at: "2019-01-01T09:00:00Z")
        scenario.given("PRINCIPAL.ADD bank roles=payments")
        scenario.given(number: me, tariff: tariff, balance: balance)
        return scenario
    }

    /// A number old enough for the largest promised payment, on 10 May.
    private func old(_ balance: String = "0", tariff: String = "open") -> Scenario {
        let scenario = number(balance, tariff: tariff)
        scenario.at("2019-05-10T09:00:00Z")
        return scenario
    }

    private func call(_ scenario: Scenario, _ roubles: Int) {
        let number = scenario.look { $0.position }
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79990000000 start=\(scenario.now - .hours(2)) seconds=\(roubles * 60)"
                + " source=s n=\(number)")
    }

    @Test(
        "The tenure decides the amounts, on the second",
        arguments: [
            ("2019-01-31T08:59:59Z", ""), ("2019-01-31T09:00:00Z", "50.00 5.00 1"),
            ("2019-03-03T08:59:59Z", "50.00 5.00 1"), ("2019-03-03T09:00:00Z", "100.00 10.00 3"),
            ("2019-04-02T08:59:59Z", "100.00 10.00 3"), ("2019-04-02T09:00:00Z", "250.00 25.00 3"),
            ("2019-05-02T08:59:59Z", "250.00 25.00 3"), ("2019-05-02T09:00:00Z", "450.00 45.00 3"),
        ])
    func tenure(_ time: String, _ largest: String) {
        let scenario = number()
        scenario.at(time)
        scenario.when("PROMISE.TERMS \(me)")
        let last = scenario.answer.rows.last
        #expect(last.map { "\($0["amount"] ?? "") \($0["fee"] ?? "") \($0["days"] ?? "")" } ?? "" == largest)
        scenario.when("PROMISE \(me)")
        if largest.isEmpty {
            scenario.then("ERR not_available field=msisdn retry_after=1")
            scenario.when("PROMISE.TERMS \(me)")
            scenario.then("OK available=0 obstacle=tenure possible_from=2019-01-31T09:00:00Z rows=0")
        } else {
            let due = last?["promise_due"] ?? ""
            scenario.then("OK amount=\(largest.split(separator: " ")[0]) promise_due=\(due)")
        }
        scenario.thenReplayIsLive()
    }

    @Test("It is credited at once with its fee charged, and taken back at its time") func whole() {
        let scenario = old()
        scenario.when("PROMISE \(me) amount=100")
        scenario.then("OK amount=100.00 fee=10.00 charged=10.00 balance=90.00 promise_due=2019-05-13T09:00:00Z")
        scenario.then(
            .promiseGiven(
                PromiseGiven(
                    amount: 10000, charges: [Charge(kind: .promiseFee, amount: 1000)],
                    dueAt: Scenario.instant("2019-05-13T09:00:00Z").milliseconds, balanceAfter: 9000)))
        scenario.when("ACCOUNT \(me)")
        scenario.then("OK owed=100.00 promise_due=2019-05-13T09:00:00Z")
        scenario.when("TRIAL.BALANCE")
        let books = Dictionary(
            uniqueKeysWithValues: scenario.answer.rows.map { ($0["account"] ?? "", $0["balance"] ?? "") })
        #expect(books["receivable:promises"] == "-100.00" && books["revenue:promise_fees"] == "10.00")
        scenario.at("2019-05-13T08:59:59Z")
        scenario.thenNothingChanged()
        scenario.at("2019-05-13T09:00:00Z")
        scenario.then(types: "promise_repaid", "service_barred")
        scenario.then(me, balance: "-10.00")
        scenario.when("NOTIFICATIONS msisdn=\(me)")
        #expect(scenario.answer.rows.contains { $0["purpose"] == "promise_repaid" })
        scenario.when("STATEMENT \(me) from=2019-05-01 to=2019-06-01")
        #expect(scenario.answer.rows.map { $0["amount"] } == ["100.00", "10.00", "-100.00"])
        scenario.when("EXPENSES \(me) month=2019-05")
        #expect(scenario.answer.rows.map { $0["kind"] } == ["promise_fees"])
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "receivable:promises" }?["balance"] == "0.00")
        scenario.thenReplayIsLive()
    }

    @Test("Only the amounts that it can have are given, and a smaller one is as good") func amounts() {
        let scenario = number()
        scenario.at("2019-03-10T09:00:00Z")
        scenario.when("PROMISE \(me) amount=70")
        scenario.then("ERR invalid_amount field=amount")
        scenario.when("PROMISE \(me) amount=250")
        scenario.then("ERR not_available field=amount")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("OK fee=5.00 promise_due=2019-03-11T09:00:00Z")
    }

    @Test("The balance may be 30 below zero, and no kopeck more") func debt() {
        let scenario = old("0.01")
        call(scenario, 30)
        scenario.then(me, balance: "-29.99")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=1")
        scenario.given("ADJUST \(me) 0.01 reason=x")
        call(scenario, 1)
        scenario.then(me, balance: "-30.98")
        scenario.when("PROMISE \(me)")
        scenario.then("ERR not_available")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=debt missing=0.98")
        scenario.given("ADJUST \(me) 0.98 reason=x")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("OK balance=15.00")
        scenario.then(types: "promise_given", "service_restored")
        scenario.thenReplayIsLive()
    }

    @Test("There is one at a time, until the last kopeck is repaid") func oneAtATime() {
        let scenario = old()
        scenario.given("PROMISE \(me) amount=50")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("ERR already_exists field=msisdn retry_after=86400")
        scenario.given("TOPUP \(me) 49.99 ref=1", as: "admin")
        scenario.then("OK repaid=49.99 balance=45.00")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("ERR already_exists")
        scenario.given("TOPUP \(me) 0.01 ref=2")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("OK balance=90.00")
        scenario.thenReplayIsLive()
    }

    @Test("Any credit repays it first, in part too, and only the rest is taken back at its time") func credits() {
        let scenario = old()
        scenario.given("PROMISE \(me) amount=450")
        scenario.when("TOPUP \(me) 100 ref=1 method=cash", as: "cashier")
        #expect(scenario.answer["balance"] == "" && scenario.answer["repaid"] == "", "a desk sees no balance")
        scenario.then(types: "topped_up", "promise_repaid")
        scenario.when("ADJUST \(me) 50 reason=sorry")
        scenario.then("OK repaid=50.00 balance=405.00")
        scenario.when("ADJUST \(me) -5 reason=sorry")
        scenario.then(types: "balance_adjusted")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=promised owed=300.00 promise_due=2019-05-13T09:00:00Z")
        scenario.given("VOUCHERS.MAKE count=1 amount=200 expires=2020-01-01")
        let batch = scenario.answer["batch"]
        let secret = scenario.when("VOUCHERS.PRINT \(batch)").rows.first?["secret"] ?? ""
        scenario.when("VOUCHER.REDEEM \(me) \(secret)")
        scenario.then("OK repaid=200.00 balance=400.00")
        scenario.when("VOUCHER.REDEEM \(me) \(secret)")
        scenario.then("OK repaid=200.00 balance=400.00 repeated=1")
        scenario.when("TOPUP \(me) 150 ref=2")
        scenario.then("OK repaid=100.00 balance=450.00")
        scenario.at("2019-05-20T09:00:00Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("It pays the fee that waits, and a top-up pays fees only with what it does not repay") func waitingFees() {
        let scenario = old("50", tariff: "plan")
        scenario.then(me, balance: "50.00", status: .unpaid)
        scenario.when("PROMISE \(me) amount=100")
        scenario.then("OK fee=10.00 charged=110.00 balance=40.00")
        scenario.then(me, balance: "40.00", status: .active)
        let other = old("50", tariff: "plan")
        other.given("PROMISE \(me) amount=50")
        other.then(me, balance: "95.00", status: .unpaid)
        other.when("TOPUP \(me) 54.99 ref=1")
        other.then(types: "topped_up", "promise_repaid")
        other.then(me, balance: "99.99", status: .unpaid)
        other.when("TOPUP \(me) 0.01 ref=2")
        other.then(me, balance: "0.00", status: .active)
        other.thenReplayIsLive()
    }

    @Test("A repayment that leaves nothing restores no service, and bars it once") func bars() {
        let scenario = old("1")
        call(scenario, 1)
        scenario.then(types: "usage_rated", "service_barred")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then(types: "promise_given", "service_restored")
        call(scenario, 45)
        scenario.then(types: "usage_rated", "service_barred")
        scenario.when("TOPUP \(me) 50 ref=1")
        scenario.then(types: "topped_up", "promise_repaid")
        scenario.then(me, balance: "0.00")
        scenario.when("TOPUP \(me) 0.01 ref=2")
        scenario.then(types: "topped_up", "service_restored")
        scenario.given("PROMISE \(me) amount=50")
        scenario.when("TOPUP \(me) 0.01 ref=3")
        scenario.then(types: "topped_up", "promise_repaid")
        scenario.thenReplayIsLive()
    }

    @Test("None while the last one left a debt, and again once that was paid") func owedAfterExpiry() {
        let scenario = old()
        scenario.given("PROMISE \(me) amount=50")
        scenario.at("2019-05-11T09:00:00Z")
        scenario.then(me, balance: "-5.00")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("ERR not_available")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=owed missing=5.00")
        scenario.at("2019-05-11T10:00:00Z")
        scenario.given("TOPUP \(me) 4.99 ref=1")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("ERR not_available")
        scenario.given("TOPUP \(me) 1 ref=2")
        call(scenario, 2)
        scenario.then(me, balance: "-1.01")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("OK balance=43.99")
        scenario.thenReplayIsLive()
    }

    @Test("A debt that was paid to the kopeck is owed no more") func paidToZero() {
        let scenario = old()
        scenario.given("PROMISE \(me) amount=50")
        scenario.at("2019-05-11T10:00:00Z")
        scenario.given("TOPUP \(me) 5 ref=1")
        scenario.then(me, balance: "0.00")
        call(scenario, 1)
        scenario.then(me, balance: "-1.00")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("OK balance=44.00")
        scenario.thenReplayIsLive()
    }

    @Test("A payment bars no service, also if all of it repays a promise") func noBarByPaying() {
        let scenario = old("55", tariff: "plan")
        scenario.given("PROMISE \(me) amount=50")
        scenario.then(me, balance: "0.00", status: .active)
        scenario.when("TOPUP \(me) 10 ref=1")
        scenario.then(types: "topped_up", "promise_repaid")
        scenario.then(me, balance: "0.00")
    }

    @Test("None while a payment that was charged back left a debt, within the same second too") func chargedBack() {
        let scenario = old()
        scenario.given("TOPUP \(me) 20 ref=1 method=card", as: "bank")
        let payment = scenario.answer["payment"]
        call(scenario, 5)
        scenario.given("PAYMENT.REVERSE \(payment) reason=chargeback", as: "bank")
        scenario.then(me, balance: "-5.00")
        scenario.when("PROMISE \(me) amount=50")
        scenario.then("ERR not_available")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=owed missing=5.00")
    }

    @Test("None while the plan is suspended, nor a suspension while one is owed") func suspended() {
        let scenario = old("10")
        scenario.given("PROMISE \(me) amount=50")
        scenario.when("TARIFF.SUSPEND \(me)")
        scenario.then("ERR not_available")
        scenario.given("TOPUP \(me) 50 ref=1")
        scenario.given("TARIFF.SUSPEND \(me)")
        scenario.when("PROMISE \(me)")
        scenario.then("ERR not_available")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=suspended")
    }

    @Test("None before a termination that was announced") func ending() {
        let scenario = number(terms: Self.terms + " dormancy_termination_days=180")
        scenario.at("2019-05-10T09:00:00Z")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=1")
        scenario.at("2019-06-20T09:00:00Z")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=ending")
        scenario.when("PROMISE \(me)")
        scenario.then("ERR not_available field=msisdn")
    }

    @Test("A number joins and leaves no organisation while one is owed") func organization() {
        let scenario = old("10")
        scenario.given(#"ORG.CREATE name="ООО" inn=7707083893"#)
        let org = scenario.answer["org"]
        scenario.given("PROMISE \(me) amount=50")
        scenario.when("ORG.ADD \(org) \(me)")
        scenario.then("ERR not_available")
        scenario.given("TOPUP \(me) 50 ref=1")
        scenario.given("ORG.ADD \(org) \(me)")
        scenario.given("PROMISE \(me) amount=50")
        scenario.when("ORG.REMOVE \(org) \(me)")
        scenario.then("ERR not_available")
    }

    @Test("The end of the number takes it back, so that borrowed money is never refunded or inherited") func end() {
        let scenario = old("20")
        scenario.given("TOPUP \(me) 10 ref=1 method=card", as: "bank")
        let payment = scenario.answer["payment"]
        scenario.given("PROMISE \(me) amount=50")
        scenario.when("REFUND.REQUEST \(me) payment=\(payment)")
        #expect(scenario.answer["amount"] == "10.00", "and not more than its own money")
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        #expect(scenario.events.map(\.typeName).suffix(2) == ["promise_repaid", "subscriber_terminated"])
        #expect(scenario.look { $0.balances[1] } == Money(minorUnits: 2500))
        scenario.given(number: me, tariff: "open", balance: "0")
        scenario.when("PROMISE \(me)")
        scenario.then("ERR not_available")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK obstacle=tenure")
        #expect(scenario.answer["owed"] == "")
        scenario.at("2019-05-20T09:00:00Z")
        scenario.thenNothingChanged()
        scenario.thenReplayIsLive()
    }

    @Test("Own money is refunded, and borrowed money is not") func refund() {
        let scenario = old("0")
        scenario.given("TOPUP \(me) 40 ref=1 method=card", as: "bank")
        let payment = scenario.answer["payment"]
        scenario.given("PROMISE \(me) amount=50")
        call(scenario, 20)
        scenario.when("REFUND.REQUEST \(me) payment=\(payment) amount=15.01")
        scenario.then("ERR insufficient_funds")
        scenario.when("REFUND.REQUEST \(me) payment=\(payment)")
        #expect(scenario.answer["amount"] == "15.00")
    }

    @Test("A reversal of the payment that repaid it revives nothing") func reversal() {
        let scenario = old()
        scenario.given("PROMISE \(me) amount=50")
        scenario.given("TOPUP \(me) 50 ref=1 method=card", as: "bank")
        scenario.given("PAYMENT.REVERSE \(scenario.look { $0.position - 1 }) reason=chargeback", as: "bank")
        scenario.then(me, balance: "-5.00")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=owed missing=5.00")
        scenario.at("2019-05-20T09:00:00Z")
        scenario.thenNothingChanged()
    }

    @Test("The same id gives it once, and a repeat answers the first outcome") func repeated() {
        let scenario = old()
        scenario.given("PROMISE \(me) amount=50 id=p1")
        scenario.when("PROMISE \(me) amount=50 id=p1")
        scenario.then("OK balance=45.00 repeated=1")
        scenario.thenNothingChanged()
        scenario.restart()
        scenario.when("PROMISE \(me) amount=50 id=p1")
        scenario.then("OK balance=45.00 repeated=1")
        scenario.at("2019-05-11T09:00:00Z")
        scenario.when("PROMISE \(me) amount=50 id=p1")
        scenario.then("OK repeated=1")
        scenario.thenNothingChanged()
    }

    @Test("After SIM.REPLACE a session waits a day") func simReplaced() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 \(Self.terms.replacing(" approval_threshold=1000", with: ""))",
            "CATALOG.PUBLISH 2")
        scenario.given(subscriber: me)
        scenario.at("2018-07-10T09:00:00Z")
        scenario.given("SIM.REPLACE \(me) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        let session = scenario.given(signedIn: me)
        scenario.when("PROMISE \(me) session=\(session)", as: "frontend")
        #expect(!scenario.answer.isOK)
        scenario.thenNothingChanged()
        scenario.when("PROMISE.TERMS \(me) session=\(session)", as: "frontend")
        scenario.then("OK available=1")
        scenario.at("2018-07-11T09:00:00Z")
        let later = scenario.when("LOGIN \(me) \"correct horse\"", as: "frontend")["session"]
        scenario.when("PROMISE \(me) session=\(later)", as: "frontend")
        scenario.then("OK amount=450.00")
    }

    @Test("A catalogue without promised payments gives none") func notOffered() {
        let scenario = number(terms: DormancyTests.terms)
        scenario.at("2019-05-10T09:00:00Z")
        scenario.when("PROMISE.TERMS \(me)")
        scenario.then("OK available=0 obstacle=not_offered")
        scenario.when("PROMISE \(me)")
        scenario.then("ERR not_available")
    }
}
