import Accounts
import ScenarioKit
import Testing

/// The guarantees of `id=` and `if_seq=`.
@Suite struct RetryTests {
    @Test("The same id returns the first outcome and appends nothing")
    func theSameIDAnswersTheFirstOutcomeAndAppendsNothing() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "100")
        let first = scenario.when("TARIFF.CHANGE 79001234567 talk id=x-1").text
        scenario.given("TOPUP 79001234567 500 ref=between")

        let again = scenario.when("TARIFF.CHANGE 79001234567 talk id=x-1").text

        #expect(again == first + " repeated=1")
        #expect(scenario.events.isEmpty)
    }

    @Test func theSameIDWithOtherArgumentsIsAConflict() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("TOPUP 79001234567 10 ref=a id=x-1")
        scenario.when("TOPUP 79001234567 11 ref=a id=x-1")
        scenario.then("ERR id_conflict field=id")
        scenario.when("OPTION.ON 79001234567 sms id=x-1")
        scenario.then("ERR id_conflict field=id")
    }

    @Test func anIDIsFreeAgainAfterARefusal() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.when("OPTION.ON 79001234567 sms id=x-1")
        scenario.then("ERR insufficient_funds")
        scenario.given("TOPUP 79001234567 10 ref=a")
        scenario.when("OPTION.ON 79001234567 sms id=x-1")
        scenario.then("OK balance=5.00")
    }

    @Test("An id belongs to its principal") func anIDIsOfItsPrincipal() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("TOPUP 79001234567 10 ref=a id=x-1", as: "payments")
        scenario.when("TOPUP 79001234567 20 ref=b id=x-1", as: "cashier")
        scenario.then("OK amount=20.00")
    }

    @Test func anIDIsKnownAfterARestart() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let first = scenario.when("TOPUP 79001234567 10 ref=a id=x-1").text
        scenario.restart()
        #expect(scenario.when("TOPUP 79001234567 10 ref=a id=x-1").text == first + " repeated=1")
        #expect(scenario.events.isEmpty)
    }

    @Test func anOutcomeOfManyEventsIsRenderedWhole() {
        let scenario = Scenario()
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: "79001234567")
        let first = scenario.when("ORG.ADD \(org) 79001234567 id=x-1").text
        #expect(scenario.when("ORG.ADD \(org) 79001234567 id=x-1").text == first + " repeated=1")
        scenario.when("ORG.ADD \(org) 79001234567 id=x-2")
        scenario.then("ERR already_exists")
    }

    @Test("Secrets and sessions are not compared when an id is repeated")
    func secretsAndSessionsAreNoPartOfTheArguments() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "10")
        let first = scenario.given(signedIn: "79001234567")
        scenario.given("LOGIN 79001234567 \"correct horse\"")
        let second = scenario.answer["session"]
        scenario.when("OPTION.ON 79001234567 sms id=x-1 session=\(first)", as: "frontend")
        scenario.then("OK")
        scenario.when("OPTION.ON 79001234567 sms id=x-1 session=\(second)", as: "frontend")
        scenario.then("OK repeated=1")
    }

    @Test func aConditionHoldsUntilTheAccountChanges() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given(subscriber: "79001234568")
        let sequence = scenario.when("TOPUP 79001234567 10 ref=a")["seq"]
        scenario.given("TOPUP 79001234568 10 ref=b")
        scenario.when("TOPUP 79001234567 10 ref=c if_seq=\(sequence)")
        scenario.then("OK")
        scenario.when("TOPUP 79001234567 10 ref=d if_seq=\(sequence)")
        scenario.then("ERR conflict field=if_seq")
    }

    @Test("if_seq= is checked before the rules of the command") func theConditionIsLookedAtBeforeTheRules() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("TOPUP 79001234567 1 ref=a")
        scenario.when("OPTION.ON 79001234567 sms if_seq=1")
        scenario.then("ERR conflict field=if_seq")
        scenario.when("OPTION.ON 79001234567 sms")
        scenario.then("ERR insufficient_funds")
    }

    @Test func recordsOfSignInAttemptsDoNotCountAsChanges() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let sequence = scenario.when("TOPUP 79001234567 10 ref=a")["seq"]
        scenario.when("LOGIN 79001234567 wrong-password")
        scenario.then(types: "sign_in_failed")
        scenario.when("TOPUP 79001234567 10 ref=b if_seq=\(sequence)")
        scenario.then("OK")
    }

    @Test("id= is checked before if_seq=") func theIDIsLookedAtBeforeTheCondition() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let last = scenario.look { $0.position }
        scenario.given("TOPUP 79001234567 10 ref=a id=x-1 if_seq=\(last)")
        scenario.given("TOPUP 79001234567 10 ref=b")
        scenario.when("TOPUP 79001234567 10 ref=a id=x-1 if_seq=\(last)")
        scenario.then("OK repeated=1")
    }
}
