/// EXPLAIN: every posting of an account, and the sums by which a reader checks a page.

import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite("EXPLAIN") struct ExplainCommandTests {
    private let me = "79001234567"
    private let other = "79001234568"

    private func money(_ text: String?) -> Money { Money(decimal: (text ?? "").utf8) ?? .zero }

    private func sum(_ rows: [[String: String]]) -> Money {
        rows.reduce(.zero) { $0 + money($1["amount"]) }
    }

    /// All pages of a request. Each is checked alone: its sums, its running balance, and the balance at its position.
    private func pages(_ scenario: Scenario, _ msisdn: String, _ arguments: String = "", limit: Int) -> [[String:
        String]]
    {
        var all: [[String: String]] = []
        var before = ""
        while true {
            let line = "EXPLAIN \(msisdn) limit=\(limit)\(arguments)\(before)"
            scenario.when(line, as: "operator")
            guard scenario.answer.isOK else {
                Issue.record("\(line): \(scenario.answer.text)")
                return all
            }
            let page = scenario.answer
            #expect(money(page["opening"]) + sum(page.rows) == money(page["balance"]), "\(line): \(page.text)")
            #expect(Set(page.rows.map { $0["seq"] }).count <= limit)
            if let newest = page.rows.first { #expect(newest["balance"] == page["balance"], "\(line)") }
            for (row, older) in zip(page.rows, page.rows.dropFirst()) {
                #expect(money(older["balance"]) + money(row["amount"]) == money(row["balance"]), "\(line): \(row)")
            }
            if arguments.isEmpty {
                scenario.when("BALANCE \(msisdn) at=\(page["seq"])", as: "operator")
                #expect(scenario.answer["balance"] == page["balance"], "\(line): \(page.text)")
            }
            all += page.rows
            guard page["next"] != "" else {
                #expect(page["opening"] == "0.00", "nothing is before the first event")
                return all
            }
            before = " before=\(page["next"])"
        }
    }

    @Test("A payment that also pays a fee is two postings, and each has the balance after it")
    func paymentAndFee() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk")
        scenario.given("TOPUP \(me) 100 ref=a-1 method=card", as: "payments")

        scenario.when("EXPLAIN \(me)", as: "operator")

        scenario.then("OK msisdn=\(me) account=1 balance=40.00 opening=0.00 rows=2")
        let rows = scenario.answer.rows
        let seq = rows[0]["seq"] ?? ""
        let common = [
            "seq": seq, "time": "2018-03-01T09:00:00Z", "recorded": "2018-03-01T09:00:00Z", "type": "topped_up",
            "principal": "payments",
        ]
        #expect(
            rows == [
                common.merging(
                    [
                        "ledger_account": "revenue:tariff_fees", "offering": "talk", "amount": "-60.00",
                        "balance": "40.00",
                    ]) { $1 },
                common.merging(
                    ["ledger_account": "cash:card", "amount": "100.00", "balance": "100.00", "ref": "a-1"]) { $1 },
            ])
        #expect(scenario.answer["seq"] == scenario.look { "\($0.position)" })
        #expect(scenario.answer["next"] == "")
    }

    @Test("The limit counts events: an event's postings are never on two pages") func wholeEvents() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk")
        scenario.given("TOPUP \(me) 100 ref=a-1")
        scenario.given("OPTION.ON \(me) melody")

        scenario.when("EXPLAIN \(me) limit=1", as: "auditor")
        scenario.then("OK balance=38.00 opening=40.00 rows=1")
        #expect(scenario.answer.rows[0]["offering"] == "melody")
        let next = scenario.answer["next"]
        scenario.when("EXPLAIN \(me) limit=1 before=\(next)", as: "auditor")
        scenario.then("OK balance=40.00 opening=0.00 rows=2 seq=\(Position(next).map { $0 - 1 } ?? 0)")
    }

    @Test("An account without money has no rows and a balance of zero") func empty() {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        scenario.when("EXPLAIN \(me)", as: "operator")
        scenario.then("OK msisdn=\(me) account=1 balance=0.00 opening=0.00 rows=0")
    }

    @Test("An event that moves no money makes no row") func others() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: "100")
        scenario.given("USAGE \(me) kind=voice direction=in start=2018-03-01T09:00:00Z seconds=60 source=m n=1")
        _ = scenario.given(signedIn: me)
        scenario.when("EXPLAIN \(me) limit=2", as: "operator")
        scenario.then("OK balance=40.00 opening=0.00 rows=2")
    }

    @Test("With at= the balance is the one that BALANCE has with the same at=") func past() {
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk")
        let first = scenario.look { $0.position }
        for day in 1...6 {
            scenario.at("2018-03-0\(day)T10:00:00Z")
            scenario.given("TOPUP \(me) \(day)1 ref=a-\(day)", "OPTION.ON \(me) melody")
            scenario.given("OPTION.OFF \(me) melody")
        }
        let last = scenario.look { $0.position }
        let moments =
            (first...last).map { "\($0)" }
            + ["2018-03-01T10:00:00Z", "2018-03-01T09:59:59Z", "2018-03-03", "2018-03-06T10:00:00Z"]
        for moment in moments {
            scenario.when("BALANCE \(me) at=\(moment)")
            let balance = scenario.answer
            scenario.when("EXPLAIN \(me) at=\(moment)", as: "auditor")
            #expect(scenario.answer["balance"] == balance["balance"], "at=\(moment)")
            #expect(scenario.answer["seq"] == balance["seq"], "at=\(moment)")
            #expect(sum(scenario.answer.rows) == money(balance["balance"]), "at=\(moment)")
        }
    }

    @Test("A time means the events recorded until then, not those that took effect until then") func recorded() {
        let scenario = Scenario()
        scenario.given(subscriber: me, balance: "100")
        scenario.at("2018-03-05T09:00:00Z")
        scenario.given(
            "USAGE \(me) kind=voice direction=out peer=79998887766 start=2018-03-02T09:00:00Z seconds=60 source=m n=1")

        scenario.when("EXPLAIN \(me) at=2018-03-03", as: "operator")
        scenario.then("OK balance=100.00 rows=1")
        scenario.when("EXPLAIN \(me) limit=1", as: "operator")
        scenario.then("OK balance=98.50 opening=100.00 rows=1")
        #expect(scenario.answer.rows[0]["time"] == "2018-03-02T09:00:00Z")
        #expect(scenario.answer.rows[0]["recorded"] == "2018-03-05T09:00:00Z")
    }

    @Test("Without account= the account that has the number is explained, or the last one that had it")
    func holders() {
        let scenario = Scenario(at: "2018-03-01T09:00:00Z")
        scenario.given(subscriber: me, balance: "12.34")
        let then = scenario.look { $0.position }
        scenario.at("2018-04-01T09:00:00Z")
        scenario.given("SUBSCRIBER.TERMINATE \(me)")
        scenario.when("EXPLAIN \(me)", as: "operator")
        scenario.then("OK account=1 balance=12.34 rows=1")
        scenario.at("2018-05-01T09:00:00Z")
        scenario.given(subscriber: me)
        scenario.given("TOPUP \(me) 5 ref=second")
        scenario.given(subscriber: other)
        scenario.restart()

        scenario.when("EXPLAIN \(me)", as: "auditor")
        scenario.then("OK account=2 balance=5.00 rows=1")
        scenario.when("EXPLAIN \(me) account=1", as: "auditor")
        scenario.then("OK msisdn=\(me) account=1 balance=12.34 rows=1")
        // At a moment before the second holder, the number was the first one's.
        for moment in ["\(then)", "2018-03-15", "2018-04-15"] {
            scenario.when("EXPLAIN \(me) at=\(moment)", as: "auditor")
            scenario.then("OK account=1 balance=12.34 rows=1")
            scenario.when("EXPLAIN \(me) account=2 at=\(moment)", as: "auditor")
            scenario.then("ERR not_found field=account")
        }
        scenario.when("EXPLAIN \(me) account=3", as: "auditor")
        scenario.then("ERR not_found field=account")
        scenario.when("EXPLAIN \(me) account=99", as: "auditor")
        scenario.then("ERR not_found field=account")
    }

    @Test("A wrong number or a moment that is not in the log is refused, and so is a caller who is not staff")
    func refusals() {
        let scenario = Scenario()
        let before = scenario.look { $0.position }
        scenario.given(subscriber: me, balance: "10")
        let last = scenario.look { $0.position }
        for (arguments, error) in [
            ("79009999999", "not_found field=msisdn"), ("79009999999 account=1", "not_found field=msisdn"),
            ("\(me) at=\(last + 1)", "not_found field=at"), ("\(me) at=\(before)", "not_found field=msisdn"),
            ("\(me) at=0", "not_found field=msisdn"), ("\(me) at=2018-03-02", "invalid_time field=at"),
            ("\(me) at=2017-01-01", "not_found field=msisdn"), ("\(me) at=soon", "invalid_time field=at"),
            ("\(me) before=1", "not_found field=msisdn"), ("\(me) before=0", "invalid_number field=before"),
            ("\(me) limit=0", "invalid_number field=limit"), ("\(me) limit=1001", "invalid_number field=limit"),
            ("\(me) account=x", "invalid_number field=account"), ("12", "invalid_msisdn field=msisdn"),
            ("", "missing_argument field=msisdn"),
        ] {
            scenario.when("EXPLAIN \(arguments)", as: "operator")
            scenario.then("ERR \(error)")
        }
        let session = scenario.given(signedIn: me)
        for role in ["frontend", "payments", "cashier", "network", "delivery"] {
            scenario.when("EXPLAIN \(me)", as: role)
            scenario.then("ERR not_permitted")
        }
        scenario.when("EXPLAIN \(me) session=\(session)", as: "frontend")
        scenario.then("ERR unknown_argument field=session")
    }

    @Test("Pages of any size have the same rows, which add up to the balance, in any history", arguments: 0..<20)
    func anyHistory(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: "90")
        scenario.given(subscriber: other, balance: "50")
        for step in 0..<80 {
            let msisdn = random.next() % 4 == 0 ? other : me
            let hour = step % 24 < 10 ? "0\(step % 24)" : "\(step % 24)"
            switch random.next() % 10 {
            case 0: scenario.when("TARIFF.CHANGE \(msisdn) \(["free", "talk", "online"][Int(random.next() % 3)])")
            case 1: scenario.when("OPTION.ON \(msisdn) \(["melody", "sms", "extra", "pack"][Int(random.next() % 4)])")
            case 2: scenario.when("OPTION.OFF \(msisdn) \(["melody", "sms", "extra", "pack"][Int(random.next() % 4)])")
            case 3: scenario.at("2018-0\(3 + step / 24)-\(10 + step % 18)T\(hour):30:00Z".later(than: scenario.now))
            case 4...6: scenario.when("TOPUP \(msisdn) \(1 + random.next() % 60) ref=r-\(step)")
            default:
                let start = scenario.now
                scenario.when(
                    "USAGE \(msisdn) kind=voice direction=out peer=79998887766 start=\(start)"
                        + " seconds=\(1 + random.next() % 9000) source=m n=\(step + 1)")
            }
        }
        for msisdn in [me, other] {
            scenario.when("BALANCE \(msisdn)")
            let balance = scenario.answer["balance"]
            let whole = pages(scenario, msisdn, limit: 1000)
            #expect(sum(whole) == money(balance), "seed \(seed)")
            for limit in [1, 2, 3, 7, 1 + Int(random.next() % 20)] {
                #expect(pages(scenario, msisdn, limit: limit) == whole, "limit \(limit), seed \(seed)")
            }
            let at = scenario.look { 60 + random.next() % ($0.position - 60) }
            let then = whole.filter { Position($0["seq"] ?? "") ?? 0 <= at }
            #expect(pages(scenario, msisdn, " at=\(at)", limit: 3) == then, "at=\(at), seed \(seed)")
        }
    }
}

extension String {
    /// This time, or an instant if that is later: the kit's clock does not go back.
    fileprivate func later(than now: Instant) -> String {
        Scenario.instant(self) > now ? self : "\(now)"
    }
}
