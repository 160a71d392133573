import Phrases
import Testing

@testable import Web

@Suite("Files for spreadsheets") struct CSVTests {
    @Test("Russian files have semicolons and decimal commas, English ones commas and points")
    func languages() {
        // Given a file of each language
        let (russian, english) = (CSV(.ru), CSV(.en))
        // When a row has an amount
        // Then the separators are the language's, and a line ends with CR and LF
        #expect(russian.row(["a", russian.amount("-1350.05")]) == "a;-1350,05\r\n")
        #expect(english.row(["a", english.amount("-1350.05")]) == "a,-1350.05\r\n")
        #expect(russian.row(["", russian.amount(nil), "b"]) == ";;b\r\n")
    }

    @Test(
        "A cell with a separator, a quote or a line break is quoted, and its quotes are doubled",
        arguments: [
            ("a;b", "\"a;b\"", "a;b"), ("a,b", "a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\"", nil),
            ("two\r\nlines", "\"two\r\nlines\"", nil), ("two\nlines", "\"two\nlines\"", nil), (" a ", " a ", nil),
        ])
    func quotes(_ cell: String, _ russian: String, _ english: String?) {
        #expect(CSV(.ru).row([cell]) == russian + "\r\n")
        #expect(CSV(.en).row([cell]) == (english ?? russian) + "\r\n")
    }

    @Test(
        "A text that a spreadsheet would run gets an apostrophe",
        arguments: [
            "=1+1", "+1", "+7 900 123-45-67", "-1+2", "-cmd", "-", "@SUM(A1)", "\tx", "＝1", "＋1", "－1", "＠x", " =1+1",
            "\u{a0}=1+1", "=\u{301}1", "--1", "-1.2.3", "-1,", "-,5", "-1e5", "-١",
        ])
    func formulas(_ cell: String) { #expect(CSV(.ru).row([cell]) == "'\(cell)\r\n") }

    @Test("A text that begins with a line break is neutralised and quoted", arguments: ["\r=1", "\n=1", "\r\n=1"])
    func breaks(_ cell: String) { #expect(CSV(.en).row([cell]) == "\"'\(cell)\"\r\n") }

    @Test(
        "A plain number and an ordinary text stay as they are",
        arguments: ["-5", "-1350,05", "-0.50", "12", "a=b", "a-b", "'", ""])
    func plain(_ cell: String) { #expect(CSV(.ru).row([cell]) == "\(cell)\r\n") }

    @Test("The mark of UTF-8 is one character") func mark() {
        #expect(Array(CSV.byteOrderMark.utf8) == [0xef, 0xbb, 0xbf])
    }
}
