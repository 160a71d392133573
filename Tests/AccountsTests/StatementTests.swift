/// The statement: by effective time, as of one position. On every page and in every file, opening plus came minus went
/// equals closing.

import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite("Statement") struct StatementTests {
    private let me = "79001234567"
    private let moscow = "74951234567"

    private func call(_ seconds: Int, at start: String, n: Int) -> String {
        "USAGE \(me) kind=voice direction=out peer=\(moscow) seconds=\(seconds) start=\(start) source=msc n=\(n)"
    }

    @Test("Payments are lines as well, with their method, and every line has the balance after it") func payments() {
        // Given a payment that takes a fee, and a call
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk")
        scenario.given("TOPUP \(me) 100 ref=acq-1 method=card card_last4=4242", as: "payments")
        scenario.at("2018-03-01T10:00:00Z")
        scenario.given(call(60, at: "2018-03-01T09:30:00Z", n: 1), as: "network")
        // When the statement of the day is read
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02", as: "operator")
        // Then the payment is a line of its own, below zero because it came in
        scenario.then("OK opening=0.00 came=100.00 went=60.00 closing=40.00 rows=3")
        let rows = scenario.answer.rows
        #expect(rows.map { $0["kind"] } == ["voice", "service", "payment"])
        #expect(rows.map { $0["amount"] } == ["0.00", "60.00", "-100.00"])
        #expect(rows.map { $0["balance"] } == ["40.00", "40.00", "100.00"])
        #expect(rows[2]["method"] == "card" && rows[2]["card_last4"] == "4242" && rows[2]["ref"] == "acq-1")
        #expect(rows[2]["payment"] == rows[1]["seq"], "they are one event")
        // A single kind has no balances, because it leaves lines out.
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02 kind=payment", as: "operator")
        scenario.then("OK rows=1")
        #expect(scenario.answer["opening"] == "" && scenario.answer.rows[0]["balance"] == nil)
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-03-02 kind=service", as: "operator")
        #expect(scenario.answer.rows.map { $0["amount"] } == ["60.00"])
    }

    @Test("A record that comes late stands where it took effect, and the balances after it count it") func late() {
        // Given two payments, and a call between them that is reported after both
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free")
        scenario.given("TOPUP \(me) 10 ref=one")
        scenario.at("2018-03-10T09:00:00Z")
        scenario.given("TOPUP \(me) 20 ref=two")
        scenario.at("2018-03-20T09:00:00Z")
        scenario.given(call(60, at: "2018-03-05T12:00:00Z", n: 1), as: "network")
        // When the statement is read
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-04-01", as: "operator")
        // Then the call is between them
        #expect(scenario.answer.rows.map { $0["kind"] } == ["payment", "voice", "payment"])
        #expect(scenario.answer.rows.map { $0["balance"] } == ["28.50", "8.50", "10.00"])
        scenario.when("STATEMENT \(me) from=2018-03-05 to=2018-03-06", as: "operator")
        scenario.then("OK opening=10.00 came=0.00 went=1.50 closing=8.50 rows=1")
        scenario.when("STATEMENT \(me) from=2018-03-06 to=2018-03-07", as: "operator")
        scenario.then("OK opening=8.50 came=0.00 went=0.00 closing=8.50 rows=0")
    }

    @Test("The next page is as of the position of the first one, whatever is recorded meanwhile") func asOf() {
        // Given three payments and the first page
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free")
        for day in 2...4 {
            scenario.at("2018-03-0\(day)T09:00:00Z")
            scenario.given("TOPUP \(me) 10 ref=r-\(day)")
        }
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-04-01 limit=1", as: "operator")
        scenario.then("OK opening=20.00 came=10.00 closing=30.00 rows=1")
        let (cursor, seq) = (scenario.answer["next"], scenario.answer["seq"])
        // When a late record comes, and then the other pages are read
        scenario.given(call(60, at: "2018-03-02T10:00:00Z", n: 1), as: "network")
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-04-01 limit=2 before=\(cursor)", as: "operator")
        // Then they do not have it
        scenario.then("OK opening=0.00 came=20.00 went=0.00 closing=20.00 seq=\(seq) rows=2")
        // A statement that is asked for anew has it.
        scenario.when("STATEMENT \(me) from=2018-03-01 to=2018-04-01", as: "operator")
        scenario.then("OK opening=0.00 came=30.00 went=1.50 closing=28.50 rows=4")
    }

    @Test("A wrong cursor and a period that ends before it begins are refused") func refusals() {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        let period = "from=2018-03-01 to=2018-04-01"
        for verb in ["STATEMENT", "STATEMENT.FILE"] {
            for (arguments, error) in [
                ("\(period) before=7", "invalid_key field=before"),
                ("\(period) before=1-2", "invalid_key field=before"),
                ("\(period) before=1-2-3-4", "invalid_key field=before"),
                ("\(period) before=1-x-3", "invalid_key field=before"),
                ("\(period) before=-1-2-3", "invalid_key field=before"),
                ("\(period) before=1-2-9999999999999999999", "invalid_key field=before"),
                ("\(period) before=999999-2-3", "not_found field=before"),
                ("\(period) limit=0", "invalid_number field=limit"),
                ("from=2018-04-01 to=2018-03-01", "invalid_time field=to"),
                ("from=2018-04-01", "missing_argument field=to"),
                ("\(period) kind=fax", "invalid_key field=kind"),
            ] {
                scenario.when("\(verb) \(me) \(arguments)", as: "operator")
                scenario.then("ERR \(error)")
            }
        }
        scenario.when("STATEMENT.FILE \(me) \(period) format=pdf", as: "operator")
        scenario.then("ERR invalid_key field=format")
    }

    @Test("A cursor that was forged shows no more than the page without it") func forgedCursors() {
        // Given money that moved within a period and after it
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free", balance: "10")
        scenario.at("2018-03-05T09:00:00Z")
        scenario.given("TOPUP \(me) 20 ref=later")
        let (last, period) = (scenario.look { $0.position }, "from=2018-03-01 to=2018-03-02")
        // When a cursor names a place after the period
        for place in ["999999999999999999-999999999999999999", "1999999999999-1"] {
            scenario.when("STATEMENT \(me) \(period) before=\(last)-\(place)", as: "operator")
            // Then the page is the period's
            scenario.then("OK opening=0.00 came=10.00 went=0.00 closing=10.00 rows=1")
            scenario.when("STATEMENT.FILE \(me) \(period) before=\(last)-\(place)", as: "operator")
            scenario.then("OK rows=2")
        }
        // And a place before it has nothing.
        for cursor in ["1-0-0", "0-1-1", "\(last)-0-0"] {
            scenario.when("STATEMENT \(me) \(period) before=\(cursor)", as: "operator")
            scenario.then("OK opening=0.00 came=0.00 went=0.00 closing=0.00 rows=0")
        }
        scenario.when("STATEMENT \(me) from=2018-03-02 to=2018-03-03 before=\(last)-0-0", as: "operator")
        scenario.then("OK opening=10.00 came=0.00 went=0.00 closing=10.00 rows=0")
    }

    @Test("A file has the lines and the equation in the words of its reader, and nothing of it is run as a formula")
    func file() {
        // Given a number with a payment, and a call to a name that begins with a sign of formulas
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free")
        scenario.given("TOPUP \(me) 1350.50 ref=\"=1+1\" method=cash")
        scenario.at("2018-03-01T10:00:00Z")
        scenario.given(call(61, at: "2018-03-01T09:30:00Z", n: 1), as: "network")
        // When the files are read
        let period = "from=2018-03-01 to=2018-03-02"
        scenario.when("STATEMENT.FILE \(me) \(period)", as: "operator")
        scenario.then("OK file=statement-\(me)-2018-03-01-2018-03-01.csv")
        let lines = scenario.answer.rows.compactMap { $0["text"] }.joined().split(separator: "\r\n")
        // Then they are in Russian
        #expect(
            lines == [
                "\u{feff}Дата;Время;Что;Название;С кем;Объём;Единица;Оплата;Сумма, ₽;Баланс после, ₽",
                "2018-03-01;12:30;Исходящий звонок;;\(moscow);61;с;С баланса;-3,00;1347,50",
                "2018-03-01;12:00;Пополнение;'=1+1;;;;Наличные;1350,50;1350,50",
                ";;Баланс на начало;;;;;;;0,00", ";;Поступило;;;;;;;1350,50", ";;Списано;;;;;;;3,00",
                ";;Баланс на конец;;;;;;;1347,50",
            ])
        scenario.when("STATEMENT.FILE \(me) \(period) format=html language=en", as: "operator")
        let text = scenario.answer.rows.compactMap { $0["text"] }.joined()
        #expect(text.hasPrefix("<!doctype html>\n<html lang=\"en\">") && text.hasSuffix("</html>\n"))
        #expect(text.contains("<th scope=\"row\">Came in</th><td class=\"n\">₽1,350.50</td>"))
        #expect(text.contains("<td class=\"n\">\u{2212}₽3.00</td>"))
    }

    @Test("An ordered statement is as of its order, the same in any parts, and ends with its message")
    func orderedFile() {
        // Given a statement that was ordered, and a late record after it
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "free", balance: "100")
        scenario.at("2018-03-02T09:00:00Z")
        scenario.given("TOPUP \(me) 20 ref=two")
        scenario.given("STATEMENT.ORDER \(me) from=2018-03-01 to=2018-04-01 email=anna@example.org", as: "operator")
        let order = scenario.answer["order"]
        scenario.given(call(60, at: "2018-03-01T12:00:00Z", n: 1), as: "network")
        // When the gateway reads it, whole and in parts
        func text(_ limit: Int) -> String {
            var (text, before) = ("", "")
            repeat {
                scenario.when("NOTIFICATION.FILE \(order) limit=\(limit)\(before)", as: "delivery")
                scenario.then("OK msisdn=\(me) file=statement-\(me)-2018-03-01-2018-03-31.csv seq=\(order)")
                text += scenario.answer.rows.compactMap { $0["text"] }.joined()
                before = " before=\(scenario.answer["next"])"
            } while !scenario.answer["next"].isEmpty
            return text
        }
        let whole = text(1000)
        // Then the record is not there
        #expect(whole.hasSuffix(";;Баланс на конец;;;;;;;120,00\r\n"))
        #expect(text(1) == whole)
        // A cursor of a later position does not bring it in.
        scenario.when("NOTIFICATION.FILE \(order) before=\(Int(order)! + 1)-1999999999999-1", as: "delivery")
        #expect(!scenario.answer.rows.contains { $0["text"]?.contains("звонок") == true })
        for role in ["frontend", "operator", "auditor"] {
            scenario.when("NOTIFICATION.FILE \(order)", as: role)
            scenario.then("ERR not_permitted")
        }
        scenario.when("NOTIFICATION.FILE 1", as: "delivery")
        scenario.then("ERR not_found field=seq")
        scenario.at("2018-03-10T09:00:00Z")
        scenario.when("NOTIFICATION.FILE \(order)", as: "delivery")
        scenario.then("ERR not_found field=seq")
    }

    // MARK: - Any history

    /// A statement's line of an event: the change of the balance, and the balance after it.
    private struct Line: Equatable {
        var seq: UInt64
        var change: Int64
        var balance: Int64
    }

    private static func kopecks(_ text: String?) -> Int64 {
        Money(decimal: (text ?? "").utf8)?.minorUnits ?? .min
    }

    /// Draws a command that may move money, records that come late among them.
    private func step(_ scenario: Scenario, _ n: Int, _ random: inout SplitMix64) {
        let options = ["melody", "sms", "extra", "pack"]
        switch random.next() % 12 {
        case 0: scenario.when("TARIFF.CHANGE \(me) \(["free", "talk", "online"][Int(random.next() % 3)])")
        case 1: scenario.when("OPTION.ON \(me) \(options[Int(random.next() % 4)])")
        case 2: scenario.when("OPTION.OFF \(me) \(options[Int(random.next() % 4)])")
        case 3, 4: scenario.at("\(scenario.now + .minutes(Int64(random.next() % 4000)))")
        case 5, 6: scenario.when("TOPUP \(me) \(1 + random.next() % 60) ref=r-\(n)")
        default:
            // Up to a minute too early, or days late.
            let late = random.next() % 2 == 0 ? random.next() % 240 : random.next() % 40_000
            let start = scenario.now + .minutes(1) - .minutes(Int64(late))
            scenario.when(call(1 + Int(random.next() % 300), at: "\(start)", n: n), as: "network")
        }
    }

    /// The lines that move money, as EXPLAIN has them in the order of the log, put into the order of effective time.
    private func expected(_ scenario: Scenario, asOf: String, _ from: Instant, _ to: Instant) -> (
        lines: [Line], opening: Int64, closing: Int64
    ) {
        var changes: [UInt64: (time: Instant, change: Int64)] = [:]
        var before = ""
        repeat {
            scenario.when("EXPLAIN \(me) limit=1000 at=\(asOf)\(before)", as: "auditor")
            for row in scenario.answer.rows {
                let time = Scenario.instant(row["time"] ?? "")
                changes[UInt64(row["seq"] ?? "") ?? 0, default: (time, 0)].change += Self.kopecks(row["amount"])
            }
            before = " before=\(scenario.answer["next"])"
        } while !scenario.answer["next"].isEmpty
        var (balance, opening, lines) = (Int64(0), Int64(0), [Line]())
        for (seq, event) in changes.sorted(by: { ($0.value.time, $0.key) < ($1.value.time, $1.key) }) {
            guard event.time < to else { continue }
            balance += event.change
            if event.time < from {
                opening = balance
            } else if event.change != 0 {
                lines.append(Line(seq: seq, change: event.change, balance: balance))
            }
        }
        return (lines.reversed(), opening, balance)
    }

    @Test("On pages of any size the equation holds, whatever is recorded between them", arguments: 0..<12)
    func anyHistory(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let scenario = Scenario()
        scenario.given(subscriber: me, tariff: "talk", balance: "90")
        var n = 1
        func go(_ count: Int) {
            for _ in 0..<count {
                step(scenario, n, &random)
                n += 1
            }
        }
        go(60)
        for limit in 1...7 {
            // A period that has all, or some of it.
            let begin = Scenario.instant("2018-03-01T00:00:00Z")
            let length = scenario.now - begin
            var (from, to) = (begin, scenario.now + .days(1))
            if limit % 2 == 0 {
                from = begin + TimeSpan(milliseconds: Int64(random.next() % UInt64(length.milliseconds)))
                to = from + TimeSpan(milliseconds: Int64(random.next() % UInt64(length.milliseconds)))
            }
            // Something is recorded after each of the first pages.
            var pages = 0
            func meanwhile() {
                pages += 1
                if pages <= 4 { go(2) }
            }
            rows(scenario, from, to, limit, "seed \(seed)", between: meanwhile)
            pages = 0
            file(scenario, from, to, limit, "csv", "seed \(seed)", between: meanwhile)
            pages = 0
            file(scenario, from, to, limit, "html", "seed \(seed)", between: meanwhile)
        }
    }

    /// Reads the pages of STATEMENT and checks each.
    private func rows(
        _ scenario: Scenario, _ from: Instant, _ to: Instant, _ limit: Int, _ comment: Comment, between: () -> Void
    ) {
        var (cursor, asOf, lines, closings) = ("", "", [Line](), [Int64]())
        var opening = Int64(0)
        repeat {
            let before = cursor.isEmpty ? "" : " before=\(cursor)"
            scenario.when("STATEMENT \(me) from=\(from) to=\(to) limit=\(limit)\(before)", as: "operator")
            let answer = scenario.answer
            if asOf.isEmpty { asOf = answer["seq"] }
            #expect(answer["seq"] == asOf, comment)
            var (came, went) = (Int64(0), Int64(0))
            for row in answer.rows {
                let change = -Self.kopecks(row["amount"])
                if change > 0 { came += change } else { went -= change }
                let seq = UInt64(row["seq"] ?? row["usage"] ?? row["payment"] ?? "") ?? 0
                let balance = Self.kopecks(row["balance"])
                // The lines of one event, the latest first.
                if let last = lines.last, last.seq == seq {
                    lines[lines.count - 1].change += change
                } else if row["kind"] != "voice" || change != 0 {
                    lines.append(Line(seq: seq, change: change, balance: balance))
                }
            }
            let closing = Self.kopecks(answer["closing"])
            if !closings.isEmpty { #expect(closing == opening, comment) }
            opening = Self.kopecks(answer["opening"])
            closings.append(closing)
            #expect(Self.kopecks(answer["came"]) == came && Self.kopecks(answer["went"]) == went, comment)
            #expect(opening + came - went == closing, comment)
            cursor = answer["next"]
            between()
        } while !cursor.isEmpty
        let wanted = expected(scenario, asOf: asOf, from, to)
        #expect(lines.filter { $0.change != 0 } == wanted.lines, comment)
        #expect(closings.first == wanted.closing && opening == wanted.opening, comment)
    }

    /// Reads the parts of a file and checks the whole.
    private func file(
        _ scenario: Scenario, _ from: Instant, _ to: Instant, _ limit: Int, _ format: String, _ comment: Comment,
        between: () -> Void
    ) {
        var (cursor, asOf, text) = ("", "", "")
        repeat {
            let before = cursor.isEmpty ? "" : " before=\(cursor)"
            scenario.when(
                "STATEMENT.FILE \(me) from=\(from) to=\(to) limit=\(limit) format=\(format) language=en\(before)",
                as: "operator")
            if asOf.isEmpty { asOf = scenario.answer["seq"] }
            text += scenario.answer.rows.compactMap { $0["text"] }.joined()
            cursor = scenario.answer["next"]
            between()
        } while !cursor.isEmpty
        let (changes, balances, sums) = format == "csv" ? Self.csv(text) : Self.html(text)
        let wanted = expected(scenario, asOf: asOf, from, to)
        let (came, went) = (changes.filter { $0 > 0 }.reduce(0, +), -changes.filter { $0 < 0 }.reduce(0, +))
        #expect(sums == [wanted.opening, came, went, wanted.closing], "\(format), \(comment)")
        #expect(wanted.opening + came - went == wanted.closing, "\(format), \(comment)")
        #expect(changes.reduce(0, +) == wanted.lines.reduce(0) { $0 + $1.change }, "\(format), \(comment)")
        var balance = wanted.closing
        for (change, after) in zip(changes, balances) {
            #expect(after == balance, "\(format), \(comment)")
            balance -= change
        }
    }

    private typealias Parsed = (changes: [Int64], balances: [Int64], sums: [Int64])

    private static func csv(_ text: String) -> Parsed {
        var parsed: Parsed = ([], [], [])
        for line in text.split(separator: "\r\n").dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            #expect(cells.count == 10)
            if cells[0].isEmpty {
                parsed.sums.append(kopecks(cells[9]))
            } else {
                parsed.changes.append(kopecks(cells[8]))
                parsed.balances.append(kopecks(cells[9]))
            }
        }
        return parsed
    }

    private static func html(_ text: String) -> Parsed {
        var parsed: Parsed = ([], [], [])
        func amount(_ cell: Substring) -> Int64 {
            kopecks(
                String(cell.unicodeScalars.filter { !"₽,+".unicodeScalars.contains($0) }.map(Character.init))
                    .replacing("\u{2212}", with: "-"))
        }
        for line in text.split(separator: "\n") where line.hasPrefix("<tr>") {
            let cells = line.split(separator: "class=\"n\">").dropFirst().map { $0.prefix { $0 != "<" } }
            if line.hasPrefix("<tr><th") {
                parsed.sums += cells.map(amount)
            } else if cells.count == 3 {
                parsed.changes.append(amount(cells[1]))
                parsed.balances.append(amount(cells[2]))
            }
        }
        return parsed
    }
}
