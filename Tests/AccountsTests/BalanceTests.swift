import Accounts
import ScenarioKit
import Testing

@Suite struct BalanceTests {
    @Test("A top-up credits the account and returns the new balance")
    func aTopUpCreditsTheAccountAndSaysTheBalanceAfterIt() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")

        scenario.when("TOPUP 79001234567 350.5 ref=a-1 method=card card_last4=4242", as: "payments")

        scenario.then("OK msisdn=79001234567 amount=350.50")
        scenario.then(
            .toppedUp(ToppedUp(amount: 35050, method: .card, ref: "a-1", cardLast4: "4242", balanceAfter: 35050)))
        scenario.then("79001234567", balance: "350.50")
    }

    @Test(
        "A wrong amount is refused",
        arguments: [
            ("0", "invalid_amount"), ("-5", "invalid_amount"), ("1.234", "invalid_amount"), ("1,5", "invalid_amount"),
            ("12345678901234", "invalid_amount"), ("\"\"", "invalid_amount"), ("1.", "invalid_amount"),
        ])
    func anAmountThatIsNoAmountIsRefused(amount: String, code: String) {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")

        scenario.when("TOPUP 79001234567 \(amount) ref=a-1")

        scenario.then("ERR \(code) field=amount")
        scenario.then("79001234567", balance: "0.00")
    }

    @Test func aBalanceNeverOverflows() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        for index in 0..<100 { scenario.given("TOPUP 79001234567 9999999999999.99 ref=a-\(index)") }

        scenario.when("TOPUP 79001234567 9999999999999.99 ref=last")

        scenario.then("ERR amount_overflow")
        scenario.then("79001234567", balance: "999999999999999.00")
    }

    @Test("A payment whose ref the principal used before is refused") func aRefIsUniqueForAPrincipal() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("TOPUP 79001234567 10 ref=a-1", as: "payments")

        scenario.when("TOPUP 79001234567 10 ref=a-1", as: "payments")
        scenario.then("ERR duplicate_ref field=ref")

        scenario.when("TOPUP 79001234567 10 ref=a-1", as: "cashier")
        scenario.then("OK amount=10.00")
        scenario.then("79001234567", balance: "20.00")
    }

    @Test(arguments: ["1234567890123", "4242424242424242", "card:4242424242424242", "4242-4242-4242-4242"])
    func aRefThatMayBeACardNumberIsRefused(ref: String) {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")

        scenario.when("TOPUP 79001234567 10 ref=\(ref)")

        scenario.then("ERR card_number field=ref")
    }

    @Test("The ledger accounts never overflow, for any method of payment") func theBooksNeverOverflowWhoeverPays() {
        let scenario = Scenario()
        var refused = 0
        for number in 0..<12 {
            scenario.given(subscriber: "790012345\(number + 10)")
            for index in 0..<99 {
                scenario.when("TOPUP 790012345\(number + 10) 9999999999999.99 ref=r-\(number)-\(index) method=card")
                if !scenario.answer.isOK { refused += 1 }
            }
        }
        #expect(refused == 12 * 99 - 100, "a ledger account holds what a balance may")
        scenario.then("ERR amount_overflow")
        scenario.when("TRIAL.BALANCE")
        scenario.then("OK sum=0.00")
    }

    @Test(
        "A text that may hold a card number is recognised",
        arguments: [
            ("4242424242424242", true), ("4242 4242 4242 4242 1227", true), ("pay 4242-4242-4242-4242 now", true),
            ("4242424242424241", false), ("2018-03-01-000123-45", false), ("000000123456-000000654321", false),
            ("424242424242424242424242", false),
        ])
    func whatMayBeACardsNumberIsSeen(text: String, isCard: Bool) {
        #expect(mayHoldCardNumber(text.utf8) == isCard)
    }

    @Test func anUnknownNumberIsNotFound() {
        let scenario = Scenario()
        scenario.when("BALANCE 79001234567")
        scenario.then("ERR not_found field=msisdn")
    }

    @Test func paymentsAreListedNewestFirstAndPaged() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        for index in 1...5 {
            scenario.at("2018-03-0\(index)T10:00:00Z")
            scenario.given("TOPUP 79001234567 \(index)0 ref=a-\(index)")
        }

        scenario.when("PAYMENTS 79001234567 limit=2")
        #expect(scenario.answer.rows.map { $0["ref"] } == ["a-5", "a-4"])
        let next = scenario.answer["next"]

        scenario.when("PAYMENTS 79001234567 limit=10 before=\(next)")
        #expect(scenario.answer.rows.map { $0["ref"] } == ["a-3", "a-2", "a-1"])
        #expect(scenario.answer["next"] == "")

        scenario.when("PAYMENTS 79001234567 from=2018-03-02 to=2018-03-04")
        #expect(scenario.answer.rows.map { $0["amount"] } == ["30.00", "20.00"])
    }

    @Test func theTrialBalanceShowsCashAndRevenueAndSumsToZero() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "100")
        scenario.given("TARIFF.CHANGE 79001234567 talk")

        scenario.when("TRIAL.BALANCE", as: "auditor")

        let rows = Dictionary(
            uniqueKeysWithValues: scenario.answer.rows.map { ($0["account"] ?? "", $0["balance"] ?? "") })
        #expect(rows["subscribers"] == "40.00")
        #expect(rows["cash:other"] == "-100.00")
        #expect(rows["revenue:tariff_fees"] == "60.00")
        scenario.then("OK sum=0.00")
    }

    @Test("spent_this_month counts the month of the subscriber's region") func whatWasSpentIsOfTheRegionsMonth() {
        // 2018-03-31T21:30Z is April in Moscow (UTC+3) and still March in UTC.
        let scenario = Scenario(at: "2018-03-20T09:00:00Z")
        scenario.given(subscriber: "79001234567", balance: "1000")
        scenario.given("OPTION.ON 79001234567 sms")
        scenario.then("79001234567", spent: "5.00")

        scenario.at("2018-03-31T21:30:00Z")

        scenario.then("79001234567", spent: "0.00")
        scenario.given("OPTION.ON 79001234567 silence")
        scenario.then("79001234567", spent: "30.00")
    }
}
