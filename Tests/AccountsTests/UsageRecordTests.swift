/// Records as the network tells them: whose number the other one is, in which direction, and how long, before any is
/// rated.

import Accounts
import AccountsKit
import Testing

@Suite("Records of the network") struct UsageRecordTests {
    private let me = "79001234567"

    /// A tariff by which a call into another country costs 59.00, and any other 1.95.
    private func abroad() -> Scenario {
        let cabinet = Scenario()
        cabinet.given("CATALOG.DRAFT")
        cabinet.given("CATALOG.PUT 2 zone world name=World prefixes=1,2,3,4,5,6,8,9 abroad=1")
        cabinet.given(
            "CATALOG.PUT 2 tariff far name=Far period=open rates=voice:out:1.95/60,voice:out:59/60:scope=world")
        cabinet.given("CATALOG.PUBLISH 2")
        cabinet.given(subscriber: me, tariff: "far", balance: "1000")
        cabinet.at("2018-03-01T09:10:00Z")
        return cabinet
    }

    @Test(
        "The other number is strict E.164, with or without +, and costs the same either way",
        arguments: [
            ("84912345678", "59.00"), ("85221234567", "59.00"), ("9607771234", "59.00"), ("89161234567", "59.00"),
            ("79161234567", "1.95"), ("74951234567", "1.95"),
        ])
    func strictPeer(number: String, amount: String) {
        let cabinet = abroad()
        for (n, peer) in [number, "+" + number].enumerated() {
            let call = "\(me) kind=voice direction=out peer=\(peer) start=2018-03-01T09:00:00Z seconds=60"
            cabinet.when("USAGE.CHECK \(call)", as: "network")
            cabinet.then("OK amount=\(amount)", peer)
            cabinet.when("USAGE \(call) source=msc n=\(n)", as: "network")
            cabinet.then("OK amount=\(amount)", peer)
        }
        cabinet.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02", as: "operator")
        #expect(cabinet.answer.rows.map { $0["peer"] } == [number, number])
    }

    @Test("A short number or a name reaches no zone abroad", arguments: ["150", "0611", "611000", "world-cup"])
    func shortNumber(peer: String) {
        let cabinet = abroad()
        cabinet.when(
            "USAGE.CHECK \(me) kind=voice direction=out peer=\(peer) start=2018-03-01T09:00:00Z seconds=60",
            as: "network")
        cabinet.then("OK amount=1.95")
    }

    @Test(
        "What is neither E.164 nor a short number is refused, and the words say why",
        arguments: [
            ("+150", "a number in E.164 has 7 to 15 digits: a short number has at most 6, and no +"),
            ("+7916123456789012", "a number in E.164 has 7 to 15 digits: a short number has at most 6, and no +"),
            ("\"+7 916 123-45-67\"", "a number in E.164 is digits alone, with or without + before them"),
            ("0084912345678", "a number in E.164 begins with the country's code and not with 0"),
            ("+0084912345678", "a number in E.164 begins with the country's code and not with 0"),
            ("1234567890123456", "a number in E.164 has 7 to 15 digits: a short number has at most 6, and no +"),
            ("84-912-345-678", "a number in E.164 is digits alone, with or without + before them"),
            ("Mama", "peer is a number in E.164, or a short number or a name of 1-64 of a-z 0-9 - _ ."),
        ])
    func noPeer(peer: String, message: String) {
        let cabinet = abroad()
        cabinet.when(
            "USAGE.CHECK \(me) kind=voice direction=out peer=\(peer) start=2018-03-01T09:00:00Z seconds=60",
            as: "network")
        cabinet.then("ERR invalid_msisdn field=peer message=\"\(message)\"")
    }

    @Test(
        "A subscriber's own number is read as people write it",
        arguments: ["89001234567", "9001234567", "\"+7 900 123-45-67\""])
    func own(number: String) {
        let cabinet = abroad()
        cabinet.when(
            "USAGE \(number) kind=voice direction=out peer=74951234567 start=2018-03-01T09:00:00Z seconds=60 source=msc n=1",
            as: "network")
        cabinet.then("OK msisdn=\(me) status=rated")
    }
}
