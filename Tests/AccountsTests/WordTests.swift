import Accounts
import ScenarioKit
import Testing

/// Words that stand for a case of an enum, in requests and in replies.
@Suite struct WordTests {
    @Test(arguments: [
        ("TOPUP 79001234567 1 ref=a method=cheque", "method", "method is card, cash, sbp or bank"),
        ("TOPUP 79001234567 1 ref=a method=unspecified", "method", "method is card, cash, sbp or bank"),
        ("USAGE.CHECK 79001234567 kind=fax start=2018-03-01", "kind", "kind is voice, sms, mms or data"),
        (
            "USAGE.CHECK 79001234567 kind=voice direction=any start=2018-03-01 seconds=1", "direction",
            "direction is in or out"
        ),
        ("TARIFFS segment=home", "segment", "segment is any, individual or corporate"),
        ("SUBSCRIBER.TERMINATE 79001234567 reason=bored", "reason", "reason is contract or ported_out"),
        ("PROFILE.SET 79001234567 language=fr", "language", "language is ru or en"),
        ("CONSENT.SET 79001234567 everything 1", "consent", "consent is advertising, personal_offers or partners"),
    ])
    func aWordThatIsNoneIsRefusedWithThoseThatAre(line: String, field: String, message: String) {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "free", balance: "100")

        scenario.when(line)

        #expect(scenario.answer.text == "ERR invalid_key field=\(field) message=\"\(message)\"")
    }

    @Test func aWordOfAnotherSpellingIsNoKey() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "free", balance: "100")

        scenario.when("TOPUP 79001234567 1 ref=a method=CARD")

        scenario.then("ERR invalid_key field=method message=\"method is 1-64 of a-z 0-9 - _ .\"")
    }

    @Test func statesThatNoEventHoldsHaveTheirWords() {
        #expect(Subscriptions.Status.active.word.description == "active")
        #expect(Subscriptions.Status.unpaid.word.description == "unpaid")
        #expect([Lifecycle.planned, .active, .retired].map(\.rawValue) == ["planned", "active", "retired"])
        let needs = [ParameterDeclaration.Need.positional, .required, .optional]
        #expect(needs.map(\.rawValue) == ["positional", "required", "optional"])
    }
}
