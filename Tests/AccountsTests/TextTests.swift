/// One definition of a text, for everything that is stored.

import Accounts
import ScenarioKit
import Testing

@Suite("Texts") struct TextTests {
    @Test(
        "A text must be visible: blank texts and invisible characters are refused",
        arguments: [
            ("Анна", true), ("ООО \"Ромашка\" №1", true), ("a b", true), ("família 👩‍👩‍👧", true), ("می‌خواهم", true),
            ("", false), (" ", false), ("\u{a0}\u{2003}", false), ("a\u{9}b", false), ("a\u{7f}b", false),
            ("a\u{85}b", false), ("a\u{9b}2J", false), ("a\u{202e}b", false), ("a\u{2066}b\u{2069}", false),
            ("a\u{200b}b", false), ("a\u{200f}b", false), ("a\u{61c}b", false), ("a\u{feff}b", false),
            ("a\u{2028}b", false), ("a\u{2029}b", false), ("a\u{ad}b", false), ("a\u{e0041}b", false),
            ("\u{200d}", false), ("\u{3164}", false), ("\u{115f}", false), ("\u{2800}", false), ("\u{fe0f}", false),
            ("a\u{34f}b", false), ("a\u{2065}b", false), ("a\u{fff0}b", false), ("❤\u{fe0f}", true), (" a ", true),
        ])
    func plain(text: String, isPlain: Bool) {
        #expect(isPlainText(Array(text.utf8)) == isPlain, "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
    }

    @Test(
        "Identifiers may not hold invisible characters, or spaces at an end",
        arguments: [
            ("inv-1", true), ("inv 1", true), ("счёт-1", true), ("inv-1 ", false), (" inv-1", false),
            ("счёт-1\u{a0}", false),
            ("inv-1\u{200d}", false), ("inv\u{200c}-1", false), ("inv-1\u{fe0f}", false), ("inv-1\u{2800}", false),
            ("", false),
        ])
    func identifiers(text: String, isPlain: Bool) {
        #expect(isPlainText(Array(text.utf8), isIdentifier: true) == isPlain)
    }

    /// A JSON string, with every scalar that is not a letter as an escape.
    private static func quoted(_ text: String) -> String {
        "\""
            + text.utf16.map { unit in
                let hex = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            }.joined() + "\""
    }

    @Test(
        "Every text parameter and every client's id refuses characters that are not plain",
        arguments: [
            "\u{202e}gpj.exe", "a\u{9b}31m", "   ",
        ])
    func everywhere(text: String) {
        let scenario = Scenario()
        scenario.given("ORG.CREATE name=X inn=7707083893")
        scenario.given(subscriber: "79001234567", balance: "100")
        let session = scenario.given(signedIn: "79001234567")
        let bad = Self.quoted(text)
        let key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        let requests: [String: [String]] = [
            "TOPUP": ["TOPUP 79001234567 1 ref=\(bad)"],
            "PAYMENT.OFFER": ["PAYMENT.OFFER 1 url=\(bad)"],
            "PAYMENT.REFUSE": ["PAYMENT.REFUSE 1 reason=\(bad)"],
            "PAYMENT.REVERSE": ["PAYMENT.REVERSE 1 reason=\(bad)"],
            "ADJUST": ["ADJUST 79001234567 1 reason=\(bad)"],
            "DECLINE": ["DECLINE 1 reason=\(bad)"],
            "REFUND.REQUEST": ["REFUND.REQUEST 79001234567 reason=\(bad)"],
            "VOUCHERS.VOID": ["VOUCHERS.VOID 1 reason=\(bad)"],
            "REFUND.REFUSE": ["REFUND.REFUSE 1 reason=\(bad)"],
            "REFUND.PAID": ["REFUND.PAID 1 ref=\(bad)"],
            "ORG.CREATE": ["ORG.CREATE name=\(bad) inn=7736050003"],
            "GROUP.CREATE": ["GROUP.CREATE 1 name=\(bad)"],
            "PROFILE.SET": ["PROFILE.SET 79001234567 name=\(bad)", "PROFILE.SET 79001234567 email=\(bad)"],
            "STATEMENT.ORDER": ["STATEMENT.ORDER 79001234567 from=2018-03-01 to=2018-03-02 email=\(bad)"],
            "DEVICE.ADD": ["DEVICE.ADD name=\(bad) public_key=\(key) reauth=\"correct horse\" session=\(session)"],
            "ORDER.FAILED": ["ORDER.FAILED 1 reason=\(bad)"],
            "CATALOG.PUT": [
                "CATALOG.PUT 2 option x name=\(bad)", "CATALOG.PUT 2 subscription x name=x provider=\(bad)",
            ],
        ]
        for spec in Scenario.specs {
            let isText = spec.parameters.contains { $0.kind == .text || ($0.kind == .clientID && $0.name != "id") }
            guard isText else { continue }
            #expect(requests[spec.verb] != nil, "say how \(spec.verb) is given a text")
            for line in requests[spec.verb] ?? [] {
                scenario.when(line, as: line.contains("session=") ? "frontend" : "admin")
                scenario.then("ERR invalid_text", line)
            }
        }
        scenario.when("OPTION.ON 79001234567 melody id=\(bad)")
        scenario.then("ERR invalid_text field=id")
    }
}
