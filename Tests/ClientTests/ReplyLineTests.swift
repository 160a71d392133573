import Testing

@testable import Client

@Suite("A line of a reply")
struct ReplyLineTests {
    private func read(_ text: String) throws -> ReplyLine { try ReplyLine(Array(text.utf8)) }

    @Test("is split into names and values in order")
    func fieldsInOrder() throws {
        let line = try read("OK msisdn=79001234567 balance=350.00 currency=RUB seq=1042")
        guard case .ok(let fields) = line else { return #expect(Bool(false), "an OK") }
        #expect(fields.map(\.name) == ["msisdn", "balance", "currency", "seq"])
        #expect(fields["balance"] == "350.00")
        #expect(fields.minorUnits("balance") == 35000)
        #expect(fields.integer("seq") == 1042)
        #expect(fields["absent"] == nil)
    }

    @Test("may quote a value as a JSON string")
    func quotedValues() throws {
        let line = try read(#"ROW name="Мой \"онлайн\"+" note="a=b\tc\\d\/\u0416\uD83D\uDE00" empty="" bare="#)
        guard case .row(let fields) = line else { return #expect(Bool(false), "a ROW") }
        #expect(fields["name"] == #"Мой "онлайн"+"#)
        #expect(fields["note"] == "a=b\tc\\d/Ж😀")
        #expect(fields["empty"] == "")
        #expect(fields["bare"] == "")
    }

    @Test("of a refusal has its code, the argument, the words and when to retry")
    func refusal() throws {
        let line = try read(#"ERR too_many_attempts field=msisdn retry_after=60 message="wait a minute""#)
        guard case .error(let code, let fields) = line else { return #expect(Bool(false), "an ERR") }
        let refusal = Refusal(code: code, fields: fields)
        #expect(
            refusal
                == Refusal(
                    code: "too_many_attempts", field: "msisdn", message: "wait a minute", retryAfterSeconds: 60))
    }

    @Test("may end in CR, and hold spaces between fields", arguments: ["OK a=1 b=2\r", "OK  a=1   b=2 "])
    func lenient(_ text: String) throws {
        #expect(
            try read(text) == .ok(Fields([Field(name: "a", value: "1"), Field(name: "b", value: "2")])))
    }

    @Test(
        "that breaks the grammar is refused",
        arguments: [
            "", "HELLO", "ok a=1", "ERR", "OK a", "OK =1", #"OK a="b"#, #"OK a="b"c"#, #"OK a="\x""#, #"OK a="\u12""#,
            #"OK a="\uD800""#, #"OK a="\uD800A""#, #"OK a="\uDC00""#, "OK a=\"b\u{1}\"",
        ])
    func malformed(_ text: String) {
        #expect(throws: MalformedText.self) { try read(text) }
    }

    @Test("with bytes that are not UTF-8 is refused", arguments: [[0x4f, 0x4b, 0x20, 0x61, 0x3d, 0xff] as [UInt8]])
    func notUTF8(_ bytes: [UInt8]) {
        #expect(throws: MalformedText.self) { try ReplyLine(bytes) }
    }

    @Test("gives back what was written into it, whatever the text")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix(state: seed)
        for _ in 0..<2_000 {
            let length = Int.random(in: 0..<12, using: &generator)
            var text = String.UnicodeScalarView()
            for _ in 0..<length {
                let pool: [ClosedRange<UInt32>] = [
                    1...0x7f, 0x22...0x22, 0x5c...0x5c, 0x400...0x4ff, 0x1f600...0x1f64f,
                ]
                let value = UInt32.random(in: pool.randomElement(using: &generator)!, using: &generator)
                text.append(Unicode.Scalar(value)!)
            }
            let value = String(text)
            let fields = Fields([Field(name: "v", value: value), Field(name: "w", value: "1")])
            #expect(try read("OK \(fields)") == .ok(fields), "seed \(seed)")
        }
    }
}

@Suite("Fields")
struct FieldsTests {
    @Test(
        "read money exactly, and refuse texts that only look like money",
        arguments: [
            ("350.00", 35000), ("-0.50", -50), ("0.05", 5), ("9999999999999.99", 999_999_999_999_999),
            ("350", nil), ("350.0", nil), ("350.000", nil), ("+1.00", nil), ("1.+1", nil), ("", nil), (".00", nil),
            ("-.50", nil), ("12345678901234.00", nil), ("1.-1", nil),
        ] as [(String, Int64?)])
    func money(_ text: String, _ expected: Int64?) {
        #expect(Fields([Field(name: "m", value: text)]).minorUnits("m") == expected)
    }
}

@Suite("A request's line")
struct RequestLineTests {
    @Test("quotes what needs it and nothing else")
    func quoting() {
        let request = Request(
            "TICKET.OPEN", "79001234567", "a b", "x=y", "",
            named: ["subject": "Не \"работает\"", "text": "line\nnext\\", "empty": "", "id": "t-1"])
        #expect(
            request.line
                == #"TICKET.OPEN 79001234567 "a b" "x=y" "" subject="Не \"работает\"" text="line\nnext\\" empty= id=t-1"#
        )
    }

    @Test("never holds a line break, so a value cannot become a second request")
    func injection() {
        let request = Request("LOGIN", "79001234567", "x\nTOPUP 79001234567 1000\r\n")
        #expect(!request.line.utf8.contains(0x0a))
        #expect(!request.line.utf8.contains(0x0d))
    }
}

/// A generator that a printed seed repeats.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
