/// Given a command that was done under an `id=`, when it is sent again in other words, then it is the same command.

import Accounts
import Engine
import ScenarioKit
import TestSupport
import Testing

@Suite("A retry with another spelling") struct SpellingTests {
    private let me = "79001234567"

    @Test(
        "A retry is compared by meaning: amounts, numbers, telephone numbers and times",
        arguments: [
            ("TOPUP 79001234567 100 ref=a", "TOPUP 79001234567 100.00 ref=a"),
            ("TOPUP 79001234567 100.5 ref=a", "TOPUP 89001234567 0100.50 ref=a"),
            ("GROUP.ADD 1 79001234567 79001234568", "GROUP.ADD 01 89001234567 \"+7 900 123-45-68\""),
            (
                "USAGE 79001234567 kind=sms direction=out peer=+84912345678 start=2018-03-01T09:00:00Z source=m n=1",
                "USAGE 79001234567 kind=sms direction=out peer=84912345678 start=2018-03-01T09:00:00.000Z source=m n=01"
            ),
            ("SESSION.END 79001234567 1", "SESSION.END \"+7 (900) 123-45-67\" 1"),
            ("CONSENT.SET 79001234567 advertising 1", "CONSENT.SET 9001234567 advertising 01"),
            (
                "CATALOG.PUT 2 tariff x name=X period=open valid_from=2018-03-01T09:00:00Z",
                "CATALOG.PUT 02 tariff x name=X period=open valid_from=2018-03-01T12:00:00+03:00"
            ),
        ])
    func meaning(first: String, again: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given(subscriber: "79001234568", org: org)
        scenario.given("ORG.ADD \(org) \(me)", "GROUP.CREATE \(org) name=G")
        _ = scenario.given(signedIn: me)
        scenario.given("CATALOG.DRAFT", "\(first) id=x")
        scenario.when("\(again) id=x")
        scenario.then("OK repeated=1")
        scenario.thenNothingChanged()
        scenario.restart()
        scenario.when("\(again) id=x")
        scenario.then("OK repeated=1")
    }

    @Test(
        "Arguments with another meaning are a conflict",
        arguments: [
            ("TOPUP 79001234567 100 ref=a", "TOPUP 79001234567 100.01 ref=a"),
            ("TOPUP 79001234567 100 ref=a", "TOPUP 79001234568 100 ref=a"),
            ("TOPUP 79001234567 100 ref=1", "TOPUP 79001234567 100 ref=01"),
            ("CONSENT.SET 79001234567 advertising 1", "CONSENT.SET 79001234567 partners 1"),
        ])
    func others(first: String, again: String) {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        scenario.given(subscriber: "79001234568")
        scenario.given("\(first) id=x")
        scenario.when("\(again) id=x")
        scenario.then("ERR id_conflict field=id")
    }

    @Test("A command that an older build recorded by its spelling is known when it is repeated exactly")
    func olderBuilds() throws {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        let line = "TOPUP \(me) 100.00 ref=a id=x"
        scenario.given(recordedAsSpelled: line)
        scenario.when(line)
        scenario.then("OK repeated=1 balance=100.00")
        scenario.when("TOPUP \(me) 100.01 ref=a id=x")
        scenario.then("ERR id_conflict field=id")
    }
}
