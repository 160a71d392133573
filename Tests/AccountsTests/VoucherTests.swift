/// Vouchers: made by two persons, redeemed once, and not to be guessed.

import Accounts
import ScenarioKit
import Testing

@Suite("Vouchers") struct VoucherTests {
    private let me = "79001234567"

    /// A batch of three, and their secrets.
    private func printed() -> (Scenario, secrets: [String]) {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me)
        scenario.given("VOUCHERS.MAKE count=3 amount=300 expires=2018-06-01", as: "operator")
        scenario.given("APPROVE \(scenario.answer["proposal"])", as: "admin")
        scenario.given("VOUCHERS.PRINT 1", as: "operator")
        return (scenario, scenario.answer.rows.compactMap { $0["secret"] })
    }

    @Test("A voucher is credited once; who redeemed it gets the first outcome again, and another a refusal") func once()
    {
        let (scenario, secrets) = printed()
        #expect(secrets.count == 3)
        #expect(Set(secrets).count == 3)
        let session = scenario.given(signedIn: me)
        scenario.when("VOUCHER.REDEEM \(me) \(secrets[0]) session=\(session)", as: "frontend")
        scenario.then("OK payment=\(scenario.answer["payment"]) msisdn=\(me) amount=300.00 balance=300.00")
        let payment = scenario.answer["payment"]
        // As people type it.
        let typed = secrets[0].lowercased().replacing("-", with: "").replacing("0", with: "o")
        scenario.restart()
        scenario.when("VOUCHER.REDEEM \(me) \(typed) session=\(session)", as: "frontend")
        #expect(scenario.answer["payment"] == payment)
        #expect(scenario.answer["repeated"] == "1")
        scenario.thenNothingChanged()
        scenario.given(subscriber: "79001234568")
        scenario.when("VOUCHER.REDEEM 79001234568 \(secrets[0])", as: "operator")
        scenario.then("ERR not_available field=secret")
        scenario.then(me, balance: "300.00")
        scenario.when("PAYMENTS \(me)")
        #expect(scenario.answer.rows.first?["method"] == "voucher")
        scenario.when("TRIAL.BALANCE")
        #expect(scenario.answer.rows.first { $0["account"] == "cash:voucher" }?["balance"] == "-300.00")
        scenario.thenReplayIsLive()
    }

    @Test("A voucher is worth its value up to its last instant") func expired() {
        let (scenario, secrets) = printed()
        scenario.at("2018-05-31T23:59:59.999Z")
        scenario.given("VOUCHER.REDEEM \(me) \(secrets[0])", as: "operator")
        scenario.at("2018-06-01T00:00:00Z")
        scenario.when("VOUCHER.REDEEM \(me) \(secrets[1])", as: "operator")
        scenario.then("ERR not_available field=secret")
    }

    @Test("Only the person who asked for a batch prints it, every look is an event, and no log has a secret")
    func printing() {
        let (scenario, secrets) = printed()
        scenario.then(types: "vouchers_printed")
        scenario.when("VOUCHERS.PRINT 1", as: "admin")
        scenario.then("ERR not_found field=batch")
        scenario.when("VOUCHERS.PRINT 1 from=3 limit=1", as: "operator")
        #expect(scenario.answer.rows.map { $0["secret"] } == [secrets[2]])
        scenario.when("VOUCHERS.PRINT 1 from=4", as: "operator")
        scenario.then("ERR invalid_number field=from")
        scenario.when("VOUCHERS.PRINT 2", as: "operator")
        scenario.then("ERR not_found field=batch")
        for record in scenario.records {
            #expect(!String(decoding: record, as: UTF8.self).contains(secrets[0].suffix(19)))
        }
    }

    @Test("Each character of a secret counts, and a wrong one is refused with the same words as no voucher")
    func wrong() {
        let (scenario, secrets) = printed()
        var answers: Set<String> = []
        for place in secrets[0].indices where secrets[0][place] != "-" {
            var secret = secrets[0]
            secret.replaceSubrange(place...place, with: secret[place] == "7" ? "8" : "7")
            scenario.given(policy: { $0.freeFailures = 1000 })
            scenario.when("VOUCHER.REDEEM \(me) \(secret)", as: "operator")
            scenario.then(types: "voucher_refused")
            answers.insert(scenario.answer.text.split(separator: " seq=")[0].description)
        }
        for secret in ["x", "\"\"", String(repeating: "0", count: 24), String(repeating: "Z", count: 24)] {
            scenario.when("VOUCHER.REDEEM \(me) \(secret)", as: "operator")
            answers.insert(scenario.answer.text)
        }
        #expect(answers.count == 1, "\(answers)")
        scenario.then(me, balance: "0.00")
    }

    @Test("A batch whose print was stolen is voided: what was redeemed stays, and the rest is worth nothing")
    func voided() {
        let (scenario, secrets) = printed()
        scenario.given("VOUCHER.REDEEM \(me) \(secrets[0])", as: "operator")
        scenario.given("VOUCHERS.VOID 1 reason=stolen", as: "operator")
        scenario.when("VOUCHER.REDEEM \(me) \(secrets[1])", as: "operator")
        scenario.then("ERR not_available field=secret")
        scenario.when("VOUCHERS.PRINT 1", as: "operator")
        scenario.then("ERR not_found field=batch")
        scenario.when("VOUCHERS.VOID 1 reason=stolen", as: "operator")
        scenario.then("ERR not_found field=batch")
        scenario.then(me, balance: "300.00")
        scenario.thenReplayIsLive()
    }

    @Test("A million guesses find nothing within the limits, and the log grows by a bounded number of events")
    func guesses() {
        let (scenario, _) = printed()
        let before = scenario.look { $0.position }
        let guess = "VOUCHER.REDEEM \(me) 0000-1001-0000-0000-0000-0000"
        var (tried, refusedUnchecked) = (0, 0)
        // A guess a second, for eleven days and a half, as often as the service is asked.
        for hour in 0..<278 {
            scenario.at(
                "\(Instant(milliseconds: Scenario.instant("2018-03-01T10:00:00Z").milliseconds + Int64(hour) * 3_600_000))"
            )
            for _ in 0..<3_600 {
                scenario.when(guess, as: "operator")
                if scenario.events.isEmpty { refusedUnchecked += 1 } else { tried += 1 }
            }
        }
        #expect(tried + refusedUnchecked == 1_000_800)
        let grown = scenario.look { $0.position } - before
        // Four guesses an hour are checked once the longest wait is reached.
        #expect(grown == tried)
        #expect(tried <= 278 * 4 + 16, "\(tried)")
        scenario.then(me, balance: "0.00")
    }
}
