import Client
import Testing

@testable import kabinet

/// A fields value from a line's text.
private func fields(_ pairs: KeyValuePairs<String, String>) -> Fields {
    Fields(pairs.map { Field(name: $0.key, value: $0.value) })
}

@Suite("An event for people")
struct EventTableTests {
    private func event(_ data: String, type: String = "topped_up", principal: String = "acq") -> LogEvent {
        LogEvent(
            fields([
                "seq": "1042", "type": type, "recorded": "2018-05-01T10:00:00Z", "effective": "2018-05-01T10:00:00Z",
                "account": "17", "msisdn": "79001234567", "principal": principal, "data": data,
            ]))!
    }

    @Test("shows the time, the position, the type, the account and the principal, then the payload")
    func columns() {
        let line = event(#"{"amount":35000,"method":"card","ref":"acq 1"}"#).tableLine(colours: false)
        #expect(
            line
                == "2018-05-01T10:00:00Z          1042  topped_up             79001234567   acq         "
                + #"amount=350.00 method=card ref="acq 1""#)
    }

    @Test(
        "shows money in roubles, instants as times, quantities as they are, and lists within brackets",
        arguments: [
            ("topped_up", #"{"amount":35000}"#, "amount=350.00"),
            ("topped_up", #"{"balance_after":-50}"#, "balance_after=-0.50"),
            ("topped_up", #"{"amount":"9007199254740993"}"#, "amount=90071992547409.93"),
            ("session_opened", #"{"expires_at":1525168800000}"#, "expires_at=2018-05-01T10:00:00Z"),
            ("fees_charged", #"{"charges":[{"period_end":0}]}"#, "charges=[{period_end=none}]"),
            ("session_ended", #"{"number":5,"others_ended":true,"x":null}"#, "number=5 others_ended=true"),
            (
                "topped_up", #"{"charges":[{"kind":"tariff_fee","amount":40000},{"amount":1}]}"#,
                "charges=[{kind=tariff_fee amount=400.00}, {amount=0.01}]"
            ),
            (
                "buckets_granted",
                #"{"grants":[{"usage":"voice","amount":12000,"price":50,"unit":60,"valid_to":1525168800000}]}"#,
                "grants=[{usage=voice amount=12000 price=0.50 unit=60 valid_to=2018-05-01T10:00:00Z}]"
            ),
            (
                "usage_rated",
                #"{"quantity":75,"parts":[{"charged":120,"cost":300,"period_from":0,"period_to":1525168800000}]}"#,
                "quantity=75 parts=[{charged=120 cost=3.00 period_from=none period_to=2018-05-01T10:00:00Z}]"
            ),
            ("clock_moved", #"{"from":1525168800000}"#, "from=2018-05-01T10:00:00Z"),
            ("principal_rotated", #"{"former_until":1525168800000}"#, "former_until=2018-05-01T10:00:00Z"),
            ("attempts_refused", #"{"count":100,"since":1525168800000}"#, "count=100 since=2018-05-01T10:00:00Z"),
            ("of_a_newer_version", #"{"amount":5,"parts":[{"amount":6}]}"#, "amount=5 parts=[{amount=6}]"),
            ("topped_up", "{}", ""), ("topped_up", "not json", #""not json""#),
            ("topped_up", #"{"amount":1.5}"#, "amount=1.5"),
        ])
    func payload(_ type: String, _ data: String, _ expected: String) {
        #expect(event(data, type: type).payloadText == expected)
    }

    @Test("escapes values that could control the terminal")
    func escapes() {
        let line = event(#"{"ref":"\u001b[2J"}"#, type: "x\u{1b}[31m", principal: "a\nb").tableLine(colours: false)
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f })
    }

    @Test("is painted only where colours are wanted")
    func colours() {
        #expect(event("{}").tableLine(colours: true).contains("\u{1b}[32m"))
        #expect(!event("{}").tableLine(colours: false).contains("\u{1b}"))
    }

    @Test("shows the effective time if it differs from the recorded time")
    func effective() {
        let event = LogEvent(
            fields(["seq": "1", "recorded": "2018-05-02T00:00:00Z", "effective": "2018-05-01T00:00:00Z"]))!
        #expect(event.tableLine(colours: false).hasSuffix("effective=2018-05-01T00:00:00Z"))
    }
}

@Suite("JSON for programs")
struct JSONTests {
    @Test("has an event's numbers as numbers and its payload as an object, in order")
    func event() throws {
        let event = try #require(
            LogEvent(
                fields([
                    "seq": "7", "type": "topped_up", "account": "17", "data": #"{"b":9007199254740993, "a":"Ж\n"}"#,
                ]))
        )
        #expect(
            event.json.text
                == #"{"seq":7,"type":"topped_up","account":17,"data":{"b":9007199254740993,"a":"Ж\n"}}"#)
    }

    @Test("has a reply's rows and fields, and a refusal's code")
    func reply() {
        let ok = Reply(rows: [fields(["tariff": "a"])], fields: fields(["rows": "1", "next": "2"]))
        #expect(ok.json.text == #"{"ok":true,"rows":[{"tariff":"a"}],"next":"2"}"#)
        let refused = Reply(refusal: Refusal(code: "not_found"), fields: fields(["message": "no \"x\""]))
        #expect(refused.json.text == #"{"ok":false,"error":"not_found","message":"no \"x\""}"#)
    }

    @Test(
        "is read only if it is valid JSON",
        arguments: ["", "{", "[1,]", "{\"a\"}", "01", "tru", "\"a", "[1 2]", "{}x", String(repeating: "[", count: 100)])
    func malformed(_ text: String) {
        #expect(JSONValue(text) == nil)
    }

    @Test("keeps names in order and numbers as written")
    func exact() {
        let text = #"{"z":1.50,"a":[-0,1e9,null,true,""],"m":{}}"#
        #expect(JSONValue(" " + text + "\n")?.text == text)
    }
}

@Suite("The shell's words")
struct CallWordsTests {
    @Test(
        "become a request line whose values are quoted where they need it",
        arguments: [
            (["PING"], "PING"), (["BALANCE 79001234567"], "BALANCE 79001234567"),
            (["TOPUP", "79001234567", "350.00", "ref=a-1"], "TOPUP 79001234567 350.00 ref=a-1"),
            (["TICKET.OPEN", "7900", "subject=не \"работает\""], #"TICKET.OPEN 7900 subject="не \"работает\"""#),
            (["LOGIN", "7900", "a=b"], "LOGIN 7900 a=b"), (["LOGIN", "7900", "a b"], #"LOGIN 7900 "a b""#),
            (["LOGIN", "7900", ""], #"LOGIN 7900 """#), (["X", "A b=c"], #"X "A b=c""#),
            (["X", "text=a\nTOPUP 1 2"], #"X text="a\nTOPUP 1 2""#),
        ])
    func words(_ words: [String], _ line: String) {
        #expect(requestLine(words: words) == line)
    }
}
