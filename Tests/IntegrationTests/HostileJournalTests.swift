/// Texts that others chose, in the exported journal: each stays one text of one transaction.

import Accounts
import EventLog
import Foundation
import Testing

@Suite("Export of hostile texts", .realProcess, .enabled(if: AccountingTools.areThere, AccountingTools.advice))
struct HostileJournalTests {
    /// Texts with a meaning to a tool, a spreadsheet or a terminal, or that end a line for some program.
    static let texts =
        [
            "", " ", "a", "acq-991", "ООО Ромашка", "INV 15/2, part; one", "50%25", "'quoted'", "\"", "\\", "\\\"",
            "\t",
            "x\n\n2018-03-01 * forged\n    Assets:Cash:Card  1.00 RUB\n    Assets:Cash:Cash",
            "x\"\n  Assets:Cash:Card  1.00 RUB\n  Assets:Cash:Cash\n2018-03-01 * \"forged",
            "x\"\r\n1,2018-03-01T00:00:00Z,topped_up,a,79001234567,Assets:Cash:Card,100,1.00,,",
            "x\"}]}\n{\"position\":1,\"postings\":[]}", "\r", "\r\n",
            "\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{85}\u{2028}\u{2029}x",
            "\u{0}", "\u{1b}[2J", "\u{7f}", "\u{202e}rtl\u{202c}", "\u{2066}x", "\u{200b}", "\u{feff}x", "\u{e0001}tag",
            "[2017-01-01]", "[=2017-01-01]", "x, date: 2017-01-01", "date: 2017-01-01", "x:: 1/0", ":a:b:", "a | b",
            "(1)",
            "= 5.00 RUB", "@ 5 USD", "@@ 1", "{1.00}", "; recorded: 2017-01-01", "include /etc/passwd", "!include x",
            "#tag", "^link", "%(account)", "P 2018-03-01 RUB 5", "~ monthly", "comment", "end comment",
            "=1+1", "+1", "-1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1", "\n=1", " =1", "＝1", "＋1", "a;=1", "a,=1",
            "'=1",
            String(repeating: "long ", count: 200), "e\u{301}\u{301}\u{301}", "🧾",
        ]

    private static let account = "Liabilities:Subscriber:79001234567"

    /// A log of one subscriber and a payment of a rouble for each text, by a principal with that text as its name.
    @available(*, noasync)
    private func make(_ data: String) throws {
        var log = try EventLog(LMDBStore(data: data, created: Instant(milliseconds: 1)))
        var previous: [AccountIndex: Position] = [:]
        func append(_ event: Event, on account: AccountIndex, by principal: UInt32 = 0) throws {
            let meta = EventMeta(
                recorded: Instant(milliseconds: 1_519_898_400_000 + Int64(log.last) * 40_000_001),
                effective: Instant(milliseconds: 1_519_898_400_000), account: account,
                previous: previous[account] ?? 0, principal: principal)
            previous[account] = try log.append(event, meta)
        }
        for (index, text) in Self.texts.enumerated() {
            try append(.principalAdded(PrincipalAdded(number: UInt32(index + 1), name: text)), on: 0)
        }
        try append(.subscriberActivated(SubscriberActivated(msisdn: 79_001_234_567)), on: 1)
        for (index, text) in Self.texts.enumerated() {
            let event = ToppedUp(amount: 100, method: .card, ref: text, balanceAfter: Int64(index + 1) * 100)
            try append(.toppedUp(event), on: 1, by: UInt32(index + 1))
        }
        #expect(log.commit() == .durable)
    }

    private func run(_ body: (_ home: String) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        try make(home + "/data")
        try body(home)
    }

    /// Exports to standard output, and writes the output to a file.
    private func export(_ home: String, _ format: String, _ arguments: String...) throws -> (text: String, file: String)
    {
        let tool = try ChildProcess(
            Programs.binaries + "/kabinet", ["export", home + "/data", "--format", format] + arguments)
        let (text, status) = try tool.finish(within: 30)
        #expect(status == .exited(0))
        try text.write(toFile: home + "/journal", atomically: true, encoding: .utf8)
        return (text, home + "/journal")
    }

    @Test("No text can add or break a transaction, and csv and jsonl return it unchanged", .timeLimit(.minutes(15)))
    func texts() throws {
        let count = Self.texts.count
        try run { home in
            for format in AccountingTools.formats {
                let (text, file) = try export(home, format)
                let sums = try AccountingTools.balances(format, file)
                #expect(sums == ["Assets:Cash:Card": count * 100, Self.account: -count * 100], "\(format)")
                if format == "hledger" { try AccountingTools.check(hledger: file) }
                #expect(!text.unicodeScalars.contains { $0.properties.isBidiControl }, "\(format)")
                // Splits lines like the least careful programs; csv's own line end is CR LF.
                let lines = text.replacing("\r\n", with: "\n").components(separatedBy: .newlines)
                switch format {
                case "csv": #expect(lines.count == 1 + 2 * count + 1)
                case "jsonl": #expect(lines.count == count + 1)
                default:
                    #expect(lines.filter { $0.hasPrefix("2018-") && $0.contains(" * ") }.count == count)
                    #expect(lines.filter { $0.contains("forged") && !$0.contains(/(principal|reference):/) } == [])
                    continue
                }
                let read = try JSONDecoder().decode(
                    [[String]].self, from: Data(try AccountingTools.script([format, file, "--texts"]).utf8))
                #expect(read == Self.texts.map { [$0, $0] }, "\(format)")
            }
        }
    }

    @Test("No cell of the table is a formula, for any separator")
    func formulas() throws {
        try run { home in
            for row in try export(home, "csv").text.split(separator: "\r\n").dropFirst() {
                for cell in cells(row) where cell != "-100" && cell != "-1.00" {
                    #expect(cell.unicodeScalars.first.map { !Self.formulas.contains($0) } ?? true, "\(row)")
                }
            }
        }
    }

    /// Characters that begin a formula, or that a spreadsheet drops before one.
    private static let formulas = "=+-@＝＋－＠ \t\r\n".unicodeScalars

    /// Splits at every separator that is in use somewhere, outside of quotes.
    private func cells(_ row: some StringProtocol) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in row {
            if character == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, ",;|\t".contains(character) {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
        }
        return cells
    }

    @Test(
        "A journal may begin and end at any position or time, and begins with the balances of then",
        .timeLimit(.minutes(15)))
    func parts() throws {
        let count = Self.texts.count
        try run { home in
            // The payments are the events from 2 n + 1 after the names and the activation, 40 000 001 ms apart.
            let middle = count + 1 + count / 2 + 1
            let time = Instant(milliseconds: 1_519_898_400_000 + Int64(middle - 1) * 40_000_001)
            for format in AccountingTools.formats {
                for bound in ["\(middle)", "\(time)"] {
                    let second = try AccountingTools.balances(format, try export(home, format, "--from", bound).file)
                    #expect(
                        second == [
                            "Assets:Cash:Card": count * 100, Self.account: -count * 100, "Equity:Opening-Balances": 0,
                        ], "\(format) --from \(bound)")
                    let first = try AccountingTools.balances(format, try export(home, format, "--to", bound).file)
                    #expect(
                        first == ["Assets:Cash:Card": count / 2 * 100, Self.account: -(count / 2) * 100],
                        "\(format) --to \(bound)")
                }
                // Nothing happened in that time: the balances are those at its beginning.
                let after = try AccountingTools.balances(format, try export(home, format, "--from", "9999-01-01").file)
                #expect(after[Self.account] == -count * 100, "\(format)")
            }
        }
    }

    @Test("An export that fails prints one line, ends with its status and leaves no file")
    func refused() throws {
        try run { home in
            for (arguments, words) in [
                (["data", "--format", "gnucash"], "hledger"), (["data"], "--format"),
                (["nowhere", "--format", "csv"], "no log"),
                (["data", "--format", "csv", "--from", "yesterday"], "--from must be a position or a time"),
                (["data", "--format", "csv", "--to", "-1"], "--to"),
                (["data", "--format", "csv", "--output", "data"], "already"),
            ] {
                let errors = home + "/errors"
                try? FileManager.default.removeItem(atPath: errors)
                let shell = try ChildProcess(
                    "/bin/sh",
                    ["-c", "cd \"$0\" && exec \"$@\"", home, Programs.binaries + "/kabinet", "export"] + arguments,
                    errors: errors)
                let (output, status) = try shell.finish(within: 30)
                #expect(status == .exited(64), "\(arguments)")
                #expect(output == "", "\(arguments)")
                #expect(try String(contentsOfFile: errors, encoding: .utf8).contains(words), "\(arguments)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: home).sorted() == ["data", "errors"])
        }
    }
}
