import Accounts
import LineProtocol
import Testing

@Suite struct QuotedValueTests {
    /// The value of a quoted token; nil if it is refused.
    func value(_ quoted: String) -> String? { value(Array(quoted.utf8)) }

    func value(_ quoted: [UInt8]) -> String? {
        let positional = said("BALANCE ".utf8 + quoted + [10])
        let named = said("BALANCE 7900 session=".utf8 + quoted + [10])
        #expect(positional.count == 1)
        #expect(named.count == 1)
        guard case .request(_, let one) = positional[0], case .request(_, let other) = named[0] else {
            #expect(positional[0].rejection?.code == .invalidSyntax)
            #expect(named[0].rejection?.code == .invalidSyntax)
            // The same fault, 13 columns further on.
            #expect((positional[0].rejection?.column ?? 0) + 13 == named[0].rejection?.column)
            return nil
        }
        #expect(one["msisdn"] == other["session"])
        return one["msisdn"].flatMap { String(validating: $0[0], as: UTF8.self) }
    }

    @Test(arguments: [
        (#""""#, ""), (#""a""#, "a"), (#""a b = c""#, "a b = c"), (#""Мой разговор""#, "Мой разговор"),
        (#""\"""#, "\""), (#""\\""#, "\\"), (#""\/""#, "/"), (#""\b\t\n\f\r""#, "\u{8}\t\n\u{c}\r"),
        (#""\u0041""#, "A"), (#""\u00e9\u00E9""#, "éé"), (#""\u20ac""#, "€"), (#""\u0001""#, "\u{1}"),
        (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00!""#, "😀!"), (#""\uffff""#, "\u{ffff}"),
        (#""\ud800\udc00""#, "\u{10000}"), (#""\udbff\udfff""#, "\u{10ffff}"), (#""😀""#, "😀"),
        (#""\\u0041""#, "\\u0041"), (#""x\\\"y""#, "x\\\"y"), (#""\u007f""#, "\u{7f}"),
    ])
    func aQuotedValueIsAJSONString(_ quoted: String, _ meaning: String) {
        #expect(value(quoted).map { Array($0.utf8) } == Array(meaning.utf8))
    }

    @Test(
        "Any other escape or quoting is refused",
        arguments: [
            // never closed
            #"""#, #""a"#, #""a\""#, #""\"#, #""a\\\""#,
            // something behind the closing quote
            #""a"b"#, #""a""b""#, #""a"="#,
            // no escapes
            #""\a""#, #""\x41""#, #""\U0041""#, #""\'""#, #""\0""#, #""\ ""#, #""\é""#,
            #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u12g4""#, #""\u+123""#, #""\u 041""#,
            // NUL, and halves of pairs
            #""\u0000""#, #""a\u0000b""#, #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#,
            #""\ud800\ud800""#, #""\ud800\u0041""#, #""\udc00\ud800""#, #""\ud83d\u""#, #""\ud83d\ude0""#,
            // raw control bytes
            "\"\u{0}\"", "\"a\tb\"", "\"\u{1f}\"", "\"\u{7f}\"", "\"a\rb\"", "\"\\\u{0}\"",
        ])
    func anythingElseIsRefused(_ quoted: String) {
        #expect(value(quoted) == nil)
    }

    @Test(
        "column= is the byte with the mistake",
        arguments: [
            (#"BALANCE "a\qb""#, 11), (#"BALANCE "abc"#, 9), (#"BALANCE "a"b"#, 12),
            (#"BALANCE 1 session="\u0000""#, 20),
            (#"BALANCE "ab\ud800""#, 12), ("BALANCE \"ab\u{1}\"", 12),
        ])
    func theColumnIsTheByteAtFault(_ line: String, _ column: Int) {
        #expect(said(line + "\n").first?.rejection?.column == column)
    }

    /// Each case, and the offset of its first byte that no UTF-8 has.
    static let invalidUTF8: [([UInt8], Int)] = [
        ([0x80], 0), ([0xbf], 0),  // a continuation without a lead
        ([0xc0, 0x80], 0), ([0xc1, 0xbf], 0),  // overlong, two bytes
        ([0xe0, 0x80, 0x80], 0), ([0xe0, 0x9f, 0xbf], 0),  // overlong, three
        ([0xf0, 0x80, 0x80, 0x80], 0), ([0xf0, 0x8f, 0xbf, 0xbf], 0),  // overlong, four
        ([0xed, 0xa0, 0x80], 0), ([0xed, 0xbf, 0xbf], 0),  // surrogates
        ([0xf4, 0x90, 0x80, 0x80], 0), ([0xf5, 0x80, 0x80, 0x80], 0),  // above U+10FFFF
        ([0xfe], 0), ([0xff], 0), ([0xf8, 0x88, 0x80, 0x80, 0x80], 0),
        ([0xc3], 0), ([0xe2, 0x82], 0), ([0xf0, 0x9f, 0x98], 0),  // cut short by the value's end
        ([0xc3, 0x28], 0), ([0xe2, 0x82, 0x28], 0),  // and by another character
        ([0x61, 0xc3, 0xa9, 0xff], 3), ([0xf0, 0x9f, 0x98, 0x80, 0x80], 4),
    ]

    @Test(arguments: invalidUTF8)
    func invalidUTF8IsRefusedEverywhereInALine(_ bytes: [UInt8], _ offset: Int) {
        let places: [(before: String, after: String)] = [
            ("", ""), ("BALANCE ", ""), ("BALANCE \"", "\""), ("BALANCE 7900 session=", ""),
            ("BALANCE 7900 session=\"", "\""), ("BALANCE 7900 ", "=x"), ("BALANCE \"\\n", "\""),
        ]
        for place in places {
            let rejection = said(place.before.utf8 + bytes + place.after.utf8 + [10]).first?.rejection
            #expect(rejection?.code == .invalidSyntax, "\(place)")
            #expect(rejection?.column == place.before.utf8.count + offset + 1, "\(place)")
        }
    }

    @Test(arguments: invalidUTF8)
    func invalidUTF8IsRefusedInEveryRESPElement(_ bytes: [UInt8], _ offset: Int) {
        for frame in [
            frame([bytes]), frame([Array("BALANCE".utf8), bytes]),
            frame([Array("BALANCE".utf8), Array("7900".utf8), "session=".utf8 + bytes]),
        ] {
            let said = said(frame + LineProtocolTests.frame("PING"))
            #expect(said.map { $0.rejection?.code } == [.invalidSyntax, nil])
        }
    }

    @Test(
        "The first and last characters of each length of UTF-8 are accepted",
        arguments: ["\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"])
    func theEdgesOfUTF8AreTaken(_ text: String) {
        #expect(said("BALANCE \(text)\n") == [.request("BALANCE", ["msisdn": text])])
        #expect(said("BALANCE \"\(text) \"\n") == [.request("BALANCE", ["msisdn": text + " "])])
        #expect(said(frame("BALANCE", text)) == [.request("BALANCE", ["msisdn": text])])
    }
}
