import Accounts
import LineProtocol
import Testing

func encoded(_ reply: Reply, hasRows: Bool = false, as format: WireFormat) -> String {
    var bytes: [UInt8] = []
    encode(reply, hasRows: hasRows, as: format, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}

@Suite struct EncodingTests {
    @Test("A reply has one line if it has no rows") func aReplyOfOneLine() {
        var reply = Reply()
        reply.field(ReplyField("balance", .text), "350.00")
        reply.field(.seq, 7)
        #expect(encoded(reply, as: .lines) == "OK balance=350.00 seq=7\n")
        #expect(
            encoded(reply, as: .resp2) == "*4\r\n$7\r\nbalance\r\n$6\r\n350.00\r\n$3\r\nseq\r\n$1\r\n7\r\n")
        #expect(
            encoded(reply, as: .resp3) == "%2\r\n$7\r\nbalance\r\n$6\r\n350.00\r\n$3\r\nseq\r\n$1\r\n7\r\n")
        // A closing line that was opened by name is the same.
        var named = Reply()
        named.closing()
        named.field(ReplyField("balance", .text), "350.00")
        named.field(.seq, 7)
        for format in [WireFormat.lines, .resp2, .resp3] {
            #expect(encoded(named, as: format) == encoded(reply, as: format))
        }
    }

    @Test("A reply without fields is OK") func nothingToSayIsOK() {
        var closed = Reply()
        closed.closing()
        for reply in [Reply(), closed] {
            #expect(encoded(reply, as: .lines) == "OK\n")
            #expect(encoded(reply, as: .resp2) == "+OK\r\n")
            #expect(encoded(reply, as: .resp3) == "+OK\r\n")
        }
    }

    @Test func pingIsAnsweredAsEachProtocolExpects() {
        var reply = Reply()
        reply.say(.word(.pong))
        #expect(encoded(reply, as: .lines) == "OK\n")
        #expect(encoded(reply, as: .resp2) == "+PONG\r\n")
        #expect(encoded(reply, as: .resp3) == "+PONG\r\n")
    }

    @Test("An empty list is an empty array in RESP") func anEmptyListIsAnEmptyArrayToRedisClients() {
        var reply = Reply()
        reply.say(.emptyList)
        #expect(encoded(reply, as: .lines) == "OK\n")
        for hasRows in [false, true] {
            #expect(encoded(reply, hasRows: hasRows, as: .resp2) == "*0\r\n")
            #expect(encoded(reply, hasRows: hasRows, as: .resp3) == "*0\r\n")
        }
    }

    @Test("A reply is a single value where Redis clients expect one")
    func aValueStandsAloneWhereRedisClientsExpectOne() {
        var text = Reply()
        text.field(ReplyField("text", .text), "a\r\nb")
        text.say(.value)
        var number = Reply()
        number.integer(ReplyField("id", .number), 7)
        number.say(.value)
        var map = Reply()
        map.say(.emptyMap)
        var queued = Reply()
        queued.say(.word(.queued))
        #expect(encoded(text, as: .lines) == "OK text=\"a\\r\\nb\"\n")
        #expect(encoded(map, as: .resp2) == "*0\r\n")
        #expect(encoded(map, as: .resp3) == "%0\r\n")
        for format in [WireFormat.resp2, .resp3] {
            #expect(encoded(text, as: format) == "$4\r\na\r\nb\r\n")
            #expect(encoded(number, as: format) == ":7\r\n")
            #expect(encoded(queued, as: format) == "+QUEUED\r\n")
        }
    }

    @Test func aListWithinAReplyIsAnEmptyArray() {
        var reply = Reply()
        reply.emptyList(ReplyField("modules", .list))
        reply.field(.seq, 7)
        #expect(encoded(reply, as: .lines) == "OK modules= seq=7\n")
        #expect(encoded(reply, as: .resp3) == "%2\r\n$7\r\nmodules\r\n*0\r\n$3\r\nseq\r\n$1\r\n7\r\n")
    }

    @Test func rowsComeBeforeTheClosingLineAndInRESPAfterIt() {
        var reply = Reply()
        reply.row()
        reply.field(ReplyField("tariff", .text), "a")
        reply.row()
        reply.field(ReplyField("tariff", .text), "b")
        reply.field(ReplyField("name", .text), "Мой онлайн")
        reply.closing()
        reply.field(.rows, 2)
        #expect(
            encoded(reply, hasRows: true, as: .lines)
                == "ROW tariff=a\nROW tariff=b name=\"Мой онлайн\"\nOK rows=2\n")
        #expect(
            encoded(reply, hasRows: true, as: .resp3) == """
                *3\r\n%1\r\n$4\r\nrows\r\n$1\r\n2\r\n%1\r\n$6\r\ntariff\r\n$1\r\na\r\n\
                %2\r\n$6\r\ntariff\r\n$1\r\nb\r\n$4\r\nname\r\n$19\r\nМой онлайн\r\n
                """)
        #expect(
            encoded(reply, hasRows: true, as: .resp2) == """
                *3\r\n*2\r\n$4\r\nrows\r\n$1\r\n2\r\n*2\r\n$6\r\ntariff\r\n$1\r\na\r\n\
                *4\r\n$6\r\ntariff\r\n$1\r\nb\r\n$4\r\nname\r\n$19\r\nМой онлайн\r\n
                """)
    }

    @Test func rowsWithoutAClosingLineAreClosed() {
        var reply = Reply()
        reply.row()
        reply.event()
        reply.field(ReplyField("a", .text), "b")
        #expect(encoded(reply, hasRows: true, as: .lines) == "ROW\nEVENT a=b\nOK\n")
        #expect(
            encoded(reply, hasRows: true, as: .resp3) == "*3\r\n%0\r\n%0\r\n%1\r\n$1\r\na\r\n$1\r\nb\r\n")
    }

    @Test("A command that has rows returns an array even if there is none")
    func aVerbThatHasRowsAnswersAnArrayAlsoWithoutAny() {
        var reply = Reply()
        #expect(encoded(reply, hasRows: true, as: .lines) == "OK\n")
        #expect(encoded(reply, hasRows: true, as: .resp2) == "*1\r\n*0\r\n")
        #expect(encoded(reply, hasRows: true, as: .resp3) == "*1\r\n%0\r\n")
        reply.field(.rows, 0)
        #expect(encoded(reply, hasRows: true, as: .resp3) == "*1\r\n%1\r\n$4\r\nrows\r\n$1\r\n0\r\n")
    }

    @Test(
        "A value is quoted if it could be misread without quotes",
        arguments: [
            ("", ""), ("abc", "abc"), ("a b", #""a b""#), (#"a"b"#, #""a\"b""#), (#"a\b"#, #""a\\b""#),
            ("a=b", #""a=b""#),
            ("a\nb", #""a\nb""#), ("a\rb", #""a\rb""#), ("a\tb", #""a\tb""#), ("\u{1}", #""\u0001""#),
            ("\u{1f}", #""\u001f""#), ("\u{7f}", #""\u007f""#), ("\u{0}", #""\u0000""#), ("é😀", "é😀"),
            ("é 😀", "\"é 😀\""),
            ("a,b;c<d>{e}", "a,b;c<d>{e}"),
        ])
    func aValueIsQuotedWhereABareOneWouldNotSayTheSame(_ value: String, _ written: String) {
        var reply = Reply()
        reply.field(ReplyField("v", .text), value)
        #expect(encoded(reply, as: .lines) == "OK v=\(written)\n")
    }

    @Test func anErrorNamesItsCodeAndArgument() {
        var reply = Reply()
        reply.row()
        reply.reject(Rejection(.invalidAmount, field: "amount", "the amount must be more than zero"))
        let words = #"invalid_amount field=amount message="the amount must be more than zero""#
        #expect(encoded(reply, as: .lines) == "ERR \(words)\n")
        for hasRows in [false, true] {
            #expect(encoded(reply, hasRows: hasRows, as: .resp2) == "-ERR \(words)\r\n")
            #expect(encoded(reply, hasRows: hasRows, as: .resp3) == "-ERR \(words)\r\n")
        }
    }

    @Test(
        "Errors begin with the words that Redis clients check",
        arguments: [
            (ErrorCode.authRequired, "-NOAUTH auth_required "), (.wrongCredentials, "-WRONGPASS wrong_credentials "),
            (.notPermitted, "-NOPERM not_permitted "), (.busy, "-ERR busy "),
            (.transactionAborted, "-EXECABORT transaction_aborted "),
            (.unsupportedProtocol, "-NOPROTO unsupported_protocol "),
        ])
    func redisClientsFindTheWordsThatTheyActOn(_ code: ErrorCode, _ start: String) {
        var reply = Reply()
        reply.reject(Rejection(code, "no", retryAfterSeconds: 3))
        #expect(encoded(reply, as: .resp2) == start + "retry_after=3 message=no\r\n")
    }

    @Test("An error is one line, whatever its message is") func anErrorIsOneLineWhateverItSays() {
        var reply = Reply()
        reply.reject(Rejection(.busy, field: "a\r\n+OK\r\n", "x\r\n+OK\r\ny"))
        for format in [WireFormat.lines, .resp2, .resp3] {
            let bytes = encoded(reply, as: format).utf8
            #expect(bytes.filter { $0 == 10 }.count == 1)
            #expect(bytes.filter { $0 == 13 }.count == (format == .lines ? 0 : 1))
        }
    }

    @Test func aTailsEventsAreLinesOrPushes() {
        var reply = Reply()
        for seq in [1, 2] {
            reply.event()
            reply.field(.seq, seq)
            reply.field(ReplyField("type", .text), "a b")
        }
        func encoded(_ format: WireFormat) -> String {
            var bytes: [UInt8] = []
            encodeTailEvent(reply, as: format, into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(encoded(.lines) == "EVENT seq=1 type=\"a b\"\nEVENT seq=2 type=\"a b\"\n")
        func events(_ push: String, _ map: String) -> String {
            [1, 2].map {
                "\(push)2\r\n$4\r\ntail\r\n\(map)\r\n$3\r\nseq\r\n$1\r\n\($0)\r\n$4\r\ntype\r\n$3\r\na b\r\n"
            }.joined()
        }
        #expect(encoded(.resp3) == events(">", "%2"))
        #expect(encoded(.resp2) == events("*", "*4"))
    }

    @Test("Bytes are appended after the existing ones") func bytesAreAppendedBehindWhatIsThere() {
        var bytes = Array("x".utf8)
        encode(Reply(), hasRows: false, as: .lines, into: &bytes)
        encode(Reply(), hasRows: false, as: .resp2, into: &bytes)
        #expect(bytes == Array("xOK\n+OK\r\n".utf8))
    }
}
