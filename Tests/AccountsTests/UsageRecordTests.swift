/// Records as the network sends them: whose number the other one is, in which direction, and how long, before any is
/// rated.

import Accounts
import ScenarioKit
import Testing

@Suite("Records of the network") struct UsageRecordTests {
    private let me = "79001234567"

    /// A tariff by which a call into another country costs 59.00, and any other 1.95.
    private func abroad() -> Scenario {
        let scenario = Scenario()
        scenario.given("CATALOG.DRAFT")
        scenario.given("CATALOG.PUT 2 zone world name=World prefixes=1,2,3,4,5,6,8,9 abroad=1")
        scenario.given(
            "CATALOG.PUT 2 tariff far name=Far period=open rates=voice:out:1.95/60,voice:out:59/60:scope=world")
        scenario.given("CATALOG.PUBLISH 2")
        scenario.given(subscriber: me, tariff: "far", balance: "1000")
        scenario.at("2018-03-01T09:10:00Z")
        return scenario
    }

    @Test(
        "The other number is strict E.164, with or without +, and costs the same either way",
        arguments: [
            ("84912345678", "59.00"), ("85221234567", "59.00"), ("9607771234", "59.00"), ("89161234567", "59.00"),
            ("79161234567", "1.95"), ("74951234567", "1.95"),
        ])
    func strictPeer(number: String, amount: String) {
        let scenario = abroad()
        for (n, peer) in [number, "+" + number].enumerated() {
            let call = "\(me) kind=voice direction=out peer=\(peer) start=2018-03-01T09:00:00Z seconds=60"
            scenario.when("USAGE.CHECK \(call)", as: "network")
            scenario.then("OK amount=\(amount)", peer)
            scenario.when("USAGE \(call) source=msc n=\(n)", as: "network")
            scenario.then("OK amount=\(amount)", peer)
        }
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02", as: "operator")
        #expect(scenario.answer.rows.compactMap { $0["peer"] } == [number, number])
    }

    @Test("A short number or a name never belongs to a zone abroad", arguments: ["150", "0611", "611000", "world-cup"])
    func shortNumber(peer: String) {
        let scenario = abroad()
        scenario.when(
            "USAGE.CHECK \(me) kind=voice direction=out peer=\(peer) start=2018-03-01T09:00:00Z seconds=60",
            as: "network")
        scenario.then("OK amount=1.95")
    }

    @Test(
        "A peer that is neither E.164 nor a short number is refused with the reason",
        arguments: [
            ("+150", "a number in E.164 has 7 to 15 digits: a short number has at most 6 digits and no +"),
            ("+7916123456789012", "a number in E.164 has 7 to 15 digits: a short number has at most 6 digits and no +"),
            ("\"+7 916 123-45-67\"", "a number in E.164 is digits alone, with or without + before them"),
            ("0084912345678", "a number in E.164 begins with the country's code and not with 0"),
            ("+0084912345678", "a number in E.164 begins with the country's code and not with 0"),
            ("1234567890123456", "a number in E.164 has 7 to 15 digits: a short number has at most 6 digits and no +"),
            ("84-912-345-678", "a number in E.164 is digits alone, with or without + before them"),
            ("Mama", "peer must be a number in E.164, a short number, or a name of 1-64 of a-z 0-9 - _ ."),
        ])
    func noPeer(peer: String, message: String) {
        let scenario = abroad()
        scenario.when(
            "USAGE.CHECK \(me) kind=voice direction=out peer=\(peer) start=2018-03-01T09:00:00Z seconds=60",
            as: "network")
        scenario.then("ERR invalid_msisdn field=peer message=\"\(message)\"")
    }

    @Test(
        "A subscriber's own number is read as people write it",
        arguments: ["89001234567", "9001234567", "\"+7 900 123-45-67\""])
    func own(number: String) {
        let scenario = abroad()
        scenario.when(
            "USAGE \(number) kind=voice direction=out peer=74951234567 start=2018-03-01T09:00:00Z seconds=60 source=msc n=1",
            as: "network")
        scenario.then("OK msisdn=\(me) status=rated")
    }

    // MARK: - Time and quantity

    @Test(
        "A call is charged when it is over, and the network's clock may be five minutes ahead",
        arguments: [(0, 900, true), (0, 901, false), (0, 86_400, false), (-86_400, 86_400, true), (300, 600, true)])
    func isOver(start: Int, seconds: Int, isRated: Bool) {
        let scenario = Scenario(at: "2018-02-01T09:00:00Z")
        scenario.given(subscriber: me, tariff: "free", balance: "1000")
        scenario.at("2018-03-01T09:10:00Z")
        let instant = Instant(rfc3339: "2018-03-01T09:00:00Z".utf8)! + .seconds(Int64(start))
        let call = "\(me) kind=voice direction=out peer=74951234567 start=\(instant) seconds=\(seconds)"
        scenario.when("USAGE \(call) source=msc n=1", as: "network")
        scenario.then(isRated ? "OK status=rated" : "OK status=rejected reason=in_future")
        scenario.thenReplayIsLive()
        scenario.when("USAGE.CHECK \(call)", as: "network")
        scenario.then("OK status=rated", "it may ask about a call that is not over")
    }

    @Test("A log in event time takes a record at its start, so that the next may begin before its call is over")
    func inEventTime() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z", inEventTime: true)
        scenario.given(subscriber: me, tariff: "free", balance: "1000")
        for (n, start) in ["2018-03-01T10:00:00Z", "2018-03-01T10:30:00Z"].enumerated() {
            scenario.when("USAGE \(me) kind=voice direction=out start=\(start) seconds=86400 source=years n=\(n)")
            scenario.then("OK status=rated")
        }
        scenario.thenReplayIsLive()
    }

    @Test(
        "A record with a quantity that no network can produce is refused",
        arguments: [
            ("voice direction=out seconds", 86_400), ("sms direction=out messages", 1000),
            ("mms direction=in messages", 1000), ("data direction=out bytes", 1 << 40),
        ])
    func bounds(words: String, greatest: Int) {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free")
        scenario.at("2018-03-03T09:00:00Z")
        let name = words.split(separator: " ").last!
        for verb in ["USAGE.CHECK", "USAGE"] {
            let rest = "start=2018-03-01T09:00:00Z" + (verb == "USAGE" ? " source=msc n=1" : "")
            scenario.when("\(verb) \(me) kind=\(words)=\(greatest + 1) \(rest)", as: "network")
            scenario.then("ERR invalid_number field=\(name) message=\"\(name) must be from 0 to \(greatest)\"")
            scenario.when("\(verb) \(me) kind=\(words)=\(greatest) \(rest)", as: "network")
            #expect(scenario.answer.isOK, "\(scenario.answer.text)")
        }
    }

    // MARK: - Direction

    @Test("A record of data needs no direction, and a record of a call or a message does")
    func direction() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free")
        scenario.when("USAGE \(me) kind=data start=2018-03-01T09:00:00Z bytes=1 source=pcrf n=1", as: "network")
        scenario.then("OK status=rated amount=1.00")
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02", as: "operator")
        #expect(scenario.answer.rows.map { $0["direction"] } == ["out"])
        for (kind, unit) in [("voice", "seconds"), ("sms", "messages"), ("mms", "messages")] {
            scenario.when("USAGE \(me) kind=\(kind) start=2018-03-01T09:00:00Z \(unit)=1 source=msc n=2", as: "network")
            scenario.then("ERR missing_argument field=direction")
        }
    }
}
