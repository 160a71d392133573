import Accounts
import AccountsKit
import Testing

/// The guarantees of `id=` and `if_seq=`.
@Suite struct RetryTests {
    @Test func theSameIDAnswersTheFirstOutcomeAndAppendsNothing() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "100")
        let first = cabinet.when("TARIFF.CHANGE 79001234567 talk id=x-1").text
        cabinet.given("TOPUP 79001234567 500 ref=between")

        let again = cabinet.when("TARIFF.CHANGE 79001234567 talk id=x-1").text

        #expect(again == first + " repeated=1")
        #expect(cabinet.events.isEmpty)
    }

    @Test func theSameIDWithOtherArgumentsIsAConflict() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("TOPUP 79001234567 10 ref=a id=x-1")
        cabinet.when("TOPUP 79001234567 11 ref=a id=x-1")
        cabinet.then("ERR id_conflict field=id")
        cabinet.when("OPTION.ON 79001234567 sms id=x-1")
        cabinet.then("ERR id_conflict field=id")
    }

    @Test func anIDIsFreeAgainAfterARefusal() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.when("OPTION.ON 79001234567 sms id=x-1")
        cabinet.then("ERR insufficient_funds")
        cabinet.given("TOPUP 79001234567 10 ref=a")
        cabinet.when("OPTION.ON 79001234567 sms id=x-1")
        cabinet.then("OK balance=5.00")
    }

    @Test func anIDIsOfItsPrincipal() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("TOPUP 79001234567 10 ref=a id=x-1", as: "payments")
        cabinet.when("TOPUP 79001234567 20 ref=b id=x-1", as: "cashier")
        cabinet.then("OK amount=20.00")
    }

    @Test func anIDIsKnownAfterARestart() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let first = cabinet.when("TOPUP 79001234567 10 ref=a id=x-1").text
        cabinet.restart()
        #expect(cabinet.when("TOPUP 79001234567 10 ref=a id=x-1").text == first + " repeated=1")
        #expect(cabinet.events.isEmpty)
    }

    @Test func anOutcomeOfManyEventsIsRenderedWhole() {
        let cabinet = Scenario()
        cabinet.given("ORG.CREATE name=X inn=7707083893")
        let org = cabinet.answer["org"]
        cabinet.given(subscriber: "79001234567")
        let first = cabinet.when("ORG.ADD \(org) 79001234567 id=x-1").text
        #expect(cabinet.when("ORG.ADD \(org) 79001234567 id=x-1").text == first + " repeated=1")
        cabinet.when("ORG.ADD \(org) 79001234567 id=x-2")
        cabinet.then("ERR already_exists")
    }

    @Test func secretsAndSessionsAreNoPartOfTheArguments() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "10")
        let first = cabinet.given(signedIn: "79001234567")
        cabinet.given("LOGIN 79001234567 \"correct horse\"")
        let second = cabinet.answer["session"]
        cabinet.when("OPTION.ON 79001234567 sms id=x-1 session=\(first)", as: "frontend")
        cabinet.then("OK")
        cabinet.when("OPTION.ON 79001234567 sms id=x-1 session=\(second)", as: "frontend")
        cabinet.then("OK repeated=1")
    }

    @Test func aConditionHoldsUntilTheAccountChanges() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given(subscriber: "79001234568")
        let sequence = cabinet.when("TOPUP 79001234567 10 ref=a")["seq"]
        cabinet.given("TOPUP 79001234568 10 ref=b")
        cabinet.when("TOPUP 79001234567 10 ref=c if_seq=\(sequence)")
        cabinet.then("OK")
        cabinet.when("TOPUP 79001234567 10 ref=d if_seq=\(sequence)")
        cabinet.then("ERR conflict field=if_seq")
    }

    @Test func theConditionIsLookedAtBeforeTheRules() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("TOPUP 79001234567 1 ref=a")
        cabinet.when("OPTION.ON 79001234567 sms if_seq=1")
        cabinet.then("ERR conflict field=if_seq")
        cabinet.when("OPTION.ON 79001234567 sms")
        cabinet.then("ERR insufficient_funds")
    }

    @Test func recordsOfSignInAttemptsDoNotCountAsChanges() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let sequence = cabinet.when("TOPUP 79001234567 10 ref=a")["seq"]
        cabinet.when("LOGIN 79001234567 wrong-password")
        cabinet.then(types: "sign_in_failed")
        cabinet.when("TOPUP 79001234567 10 ref=b if_seq=\(sequence)")
        cabinet.then("OK")
    }

    @Test func theIDIsLookedAtBeforeTheCondition() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let last = cabinet.look { $0.position }
        cabinet.given("TOPUP 79001234567 10 ref=a id=x-1 if_seq=\(last)")
        cabinet.given("TOPUP 79001234567 10 ref=b")
        cabinet.when("TOPUP 79001234567 10 ref=a id=x-1 if_seq=\(last)")
        cabinet.then("OK repeated=1")
    }
}
