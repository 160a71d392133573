import Accounts
import Client
import Foundation
import Testing

@testable import kabinet

@Suite("A journal")
struct JournalTests {
    private static let seed = UInt64.random(in: 1...UInt64(Int64.max))

    /// Letters, characters that the tools may take for syntax, and any others.
    private func text(_ random: inout SplitMix64) -> String {
        let signs = Array(" -.,;:|=+@%\"'\\#[](){}*!~\t\r\n\u{0}\u{7f}\u{85}\u{2028}\u{202e}\u{feff}＝ё".unicodeScalars)
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            switch Int.random(in: 0...2, using: &random) {
            case 0: text.unicodeScalars.append(Unicode.Scalar(UInt8.random(in: 97...122, using: &random)))
            case 1: text.unicodeScalars.append(signs[Int.random(in: 0..<signs.count, using: &random)])
            default: text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0...0x10ffff, using: &random)) ?? "x")
            }
        }
        return text
    }

    /// Foundation's decoder drops a byte order mark.
    private func decoded(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    @Test("keeps every text in every format, on one line")
    func texts() throws {
        print("texts of a journal: seed \(Self.seed)")
        var random = SplitMix64(seed: Self.seed)
        for round in 0..<20_000 {
            // The first: quotes with a mark that joins them.
            let text = round == 0 ? "\"\u{ff9f} \"\u{301}\"" : text(&random)
            let plain = percentEncoded(text)
            #expect(decoded(plain) == Array(text.utf8))
            #expect(plain.unicodeScalars.allSatisfy { $0.isPlain || $0 == "%" })

            var cell = CSVJournal.cell(text)
            #expect(cell.unicodeScalars.allSatisfy { $0.isPrintable })
            // Works by scalars, because a combining mark and the quote before it make one character.
            if cell.unicodeScalars.first == "\"" {
                let within = Array(cell.unicodeScalars.dropFirst().dropLast()).split(
                    separator: ["\"", "\""], omittingEmptySubsequences: false)
                cell = String(String.UnicodeScalarView(within.joined(separator: ["\""])))
            }
            #expect(decoded(cell) == Array(text.utf8))

            let string = quoted(text)
            #expect(string.unicodeScalars.allSatisfy { $0.isPrintable })
            let read = try JSONDecoder().decode([String].self, from: Data("[\(string)]".utf8))
            #expect(read.map { Array($0.utf8) } == [Array(text.utf8)])
        }
    }

    @Test("has an account for each ledger account, with a name that every tool accepts")
    func names() {
        let accounts =
            LedgerAccount.allCases.map { JournalAccount.ledger($0) } + [
                .subscriber(MSISDN(number: 79_001_234_567), former: 0),
                .subscriber(MSISDN(number: 79_001_234_567), former: 1), .organization(7), .operator, .openingBalances,
            ]
        let names = accounts.map(\.name)
        #expect(Set(names).count == names.count)
        let component = "[A-Z0-9][A-Za-z0-9-]*"
        for name in names {
            let whole = "^(Assets|Liabilities|Equity|Income|Expenses)(:\(component))+$"
            #expect(name.range(of: whole, options: .regularExpression) != nil, "\(name)")
        }
        #expect(JournalAccount.ledger(.revenueTariffFees).name == "Income:Revenue:Tariff-Fees")
    }

    @Test("dates an event by the day of UTC, whatever the millisecond")
    func dates() {
        for (milliseconds, date) in [
            (0, "1970-01-01"), (1_519_862_399_999, "2018-02-28"), (1_519_862_400_000, "2018-03-01"),
        ] as [(Int64, String)] {
            var out: [UInt8] = []
            Instant(milliseconds: milliseconds).appendDate(&out)
            #expect(String(decoding: out, as: UTF8.self) == date)
        }
    }

    @Test("has exact amounts, also the largest one")
    func amounts() {
        for (kopecks, text) in [(1, "0.01 RUB"), (-1, "-0.01 RUB"), (99_999_999_999_999_999, "999999999999999.99 RUB")]
        {
            var out: [UInt8] = []
            Money(minorUnits: Int64(kopecks)).appendWithCurrency(&out)
            #expect(String(decoding: out, as: UTF8.self) == text)
        }
    }
}
