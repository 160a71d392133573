/// A record that is sent again, because the network cannot be sure that it arrived.

import Accounts
import ScenarioKit
import Testing

@Suite("Records that are reported again") struct UsageRepeatTests {
    private let me = "79001234567"
    private let other = "79007654321"
    private let call = "kind=voice direction=out peer=74951234567 start=2018-03-01T09:00:00Z seconds=60"

    private func subscribers() -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free", balance: "100")
        scenario.given(subscriber: other, tariff: "free", balance: "100")
        return scenario
    }

    @Test("A repeated record gets the reply of the first time, whatever happened since") func same() throws {
        let scenario = subscribers()
        scenario.given("USAGE \(me) \(call) source=msc n=7", as: "network")
        let (usage, first) = (scenario.answer["usage"], scenario.answer.text.split(separator: "\n").last!)
        scenario.given("TOPUP \(me) 500 ref=later")
        let spellings = [
            call, call.replacing("peer=7", with: "peer=+7"), call.replacing("09:00:00Z", with: "12:00:00+03:00"),
        ]
        func tellAgain() {
            for words in spellings {
                scenario.when("USAGE \(me) \(words) source=msc n=7", as: "network")
                scenario.then("\(first) usage=\(usage) amount=1.50 balance=98.50 source=msc n=7 repeated=1")
                scenario.thenNothingChanged()
            }
        }
        tellAgain()
        scenario.restart()
        tellAgain()
        let chunks = try #require(scenario.takeSnapshot(filterWords: 1 << 15))
        try scenario.restart(from: chunks)
        tellAgain()
        scenario.thenReplayIsLive()
    }

    @Test("A repeated record that was rejected gets the same reason") func rejected() {
        let scenario = subscribers()
        for (n, line) in [
            "USAGE 79009999999 \(call)", "USAGE \(me) kind=mms direction=out start=2018-03-01T09:00:00Z",
            "USAGE \(me) kind=sms direction=out start=2018-02-01T09:00:00Z",
        ].enumerated() {
            scenario.given("\(line) source=msc n=\(n)", as: "network")
            let first = scenario.answer.text.split(separator: "\n").last!
            scenario.when("\(line) source=msc n=\(n)", as: "network")
            scenario.then("\(first) status=rejected repeated=1")
            scenario.thenNothingChanged()
        }
    }

    @Test(
        "A record that differs in any field under a known number is refused",
        arguments: [
            ("79001234567", "kind=voice direction=out peer=74951234567 start=2018-03-01T09:00:00Z seconds=61"),
            ("79001234567", "kind=voice direction=out peer=74951234567 start=2018-03-01T09:00:01Z seconds=60"),
            ("79001234567", "kind=voice direction=out peer=74951234568 start=2018-03-01T09:00:00Z seconds=60"),
            ("79001234567", "kind=voice direction=out peer=611 start=2018-03-01T09:00:00Z seconds=60"),
            ("79001234567", "kind=voice direction=in peer=74951234567 start=2018-03-01T09:00:00Z seconds=60"),
            ("79001234567", "kind=sms direction=out peer=74951234567 start=2018-03-01T09:00:00Z messages=60"),
            ("79007654321", "kind=voice direction=out peer=74951234567 start=2018-03-01T09:00:00Z seconds=60"),
            ("79009999999", "kind=voice direction=out peer=74951234567 start=2018-03-01T09:00:00Z seconds=60"),
        ])
    func conflict(number: String, words: String) {
        let scenario = subscribers()
        scenario.given("USAGE \(me) \(call) source=msc n=7", as: "network")
        scenario.when("USAGE \(number) \(words) source=msc n=7", as: "network")
        scenario.then("ERR id_conflict field=n")
        scenario.given(
            "USAGE \(number) \(words) source=msc n=8", "USAGE \(number) \(words) source=smsc n=7", as: "network")
        scenario.when("USAGE \(me) \(call) source=msc n=8", as: "network")
        scenario.then("ERR id_conflict field=n")
        scenario.thenReplayIsLive()
    }

    @Test("A repeated record is recognised after its number went to another subscriber") func formerHolder() {
        let scenario = subscribers()
        scenario.given("USAGE \(me) \(call) source=msc n=7", as: "network")
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.when("USAGE \(me) \(call) source=msc n=7", as: "network")
        scenario.then("OK amount=1.50 repeated=1")
    }

    @Test("The number of sources is limited, and a known source continues") func sources() {
        let scenario = subscribers()
        for index in 0..<256 {
            scenario.given(
                "USAGE \(me) kind=sms direction=in start=2018-03-01T09:00:00Z source=s\(index) n=1", as: "network")
        }
        scenario.when("USAGE \(me) kind=sms direction=in start=2018-03-01T09:00:00Z source=more n=1", as: "network")
        scenario.then("ERR limit_reached field=source")
        #expect(scenario.answer.text.contains("at most 256 sources, because each takes up to 512 KiB of memory"))
        scenario.when("USAGE \(me) kind=sms direction=in start=2018-03-01T09:00:00Z source=s3 n=2", as: "network")
        scenario.then("OK status=rated")
    }
}
