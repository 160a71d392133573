import Accounts
import ScenarioKit
import Testing

/// Words that stand for a case of an enum, in requests and in replies.
@Suite struct WordTests {
    @Test(
        "An unknown word is refused with the list of known words",
        arguments: [
            ("TOPUP 79001234567 1 ref=a method=cheque", "method", "method must be card, cash, sbp or bank"),
            (
                "TOPUP 79001234567 1 ref=a method=unspecified", "method",
                "method must be card, cash, sbp or bank"
            ),
            ("USAGE.CHECK 79001234567 kind=fax start=2018-03-01", "kind", "kind must be voice, sms, mms or data"),
            (
                "USAGE.CHECK 79001234567 kind=voice direction=any start=2018-03-01 seconds=1", "direction",
                "direction must be in or out"
            ),
            ("TARIFFS segment=home", "segment", "segment must be any, individual or corporate"),
            ("SUBSCRIBER.TERMINATE 79001234567 reason=bored", "reason", "reason must be contract or ported_out"),
            ("PROFILE.SET 79001234567 language=fr", "language", "language must be ru or en"),
            (
                "CONSENT.SET 79001234567 everything 1", "consent",
                "consent must be advertising, personal_offers or partners"
            ),
        ])
    func aWordThatIsNoneIsRefusedWithThoseThatAre(line: String, field: String, message: String) {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "free", balance: "100")

        scenario.when(line)

        #expect(scenario.answer.text == "ERR invalid_key field=\(field) message=\"\(message)\"")
    }

    @Test("A word in upper case is refused") func aWordOfAnotherSpellingIsNoKey() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: "79001234567", tariff: "free", balance: "100")

        scenario.when("TOPUP 79001234567 1 ref=a method=CARD")

        scenario.then("ERR invalid_key field=method message=\"method must have 1-64 of the characters a-z 0-9 - _ .\"")
    }

    @Test("States that are not stored in events have words") func statesThatNoEventHoldsHaveTheirWords() {
        #expect(Subscriptions.Status.active.word.description == "active")
        #expect(Subscriptions.Status.unpaid.word.description == "unpaid")
        #expect([Lifecycle.planned, .active, .retired].map(\.rawValue) == ["planned", "active", "retired"])
        let needs = [ParameterDeclaration.Need.positional, .required, .optional]
        #expect(needs.map(\.rawValue) == ["positional", "required", "optional"])
    }
}
