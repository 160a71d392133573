import Accounts
import LineProtocol
import Testing

@Suite struct RESPTests {
    @Test func elementsAreTheVerbAndItsArguments() {
        #expect(
            said(frame("topup", "7900", "1.00", "ref=a", "id=b")) == [
                .request("TOPUP", ["msisdn": "7900", "amount": "1.00", "ref": "a", "id": "b"])
            ])
    }

    @Test("RESP elements are used without unquoting") func elementsAreTakenAsTheyAre() {
        #expect(
            said(frame("AUTH", "a=\"b\"", "p w\\n\"=")) == [
                .request("AUTH", ["principal": "a=\"b\"", "secret": "p w\\n\"="])
            ])
        #expect(
            said(frame("BALANCE", "+7 900", "session=\"a b\"=c")) == [
                .request("BALANCE", ["msisdn": "+7 900", "session": "\"a b\"=c"])
            ])
    }

    @Test func aLastPositionalOfSeveralNumbersTakesTheRest() {
        #expect(
            said(frame("GROUP.ADD", "7", "7901", "7902", "id=x")) == [
                .request("GROUP.ADD", ["group": "7", "msisdn": "7901", "msisdn": "7902", "id": "x"])
            ])
    }

    @Test func emptyAndNullArraysAreNoRequests() {
        #expect(said("*0\r\n*-1\r\n".utf8 + frame("PING")) == [.request("PING")])
    }

    @Test func redisGreetingsAreUnderstood() {
        #expect(said(frame("HELLO")) == [.request("HELLO")])
        #expect(said(frame("HELLO", "3")) == [.request("HELLO", ["version": "3"])])
        let whole: Said = .request("HELLO", ["version": "3", "principal": "u", "secret": "p=w"])
        #expect(said(frame("HELLO", "3", "AUTH", "u", "p=w")) == [whole])
        #expect(said(frame("hello", "3", "auth", "u", "p=w", "setname", "x")) == [whole])
        #expect(said(frame("HELLO", "3", "SETNAME", "x y", "AUTH", "u", "p=w")) == [whole])
        #expect(said(frame("HELLO", "3", "principal=u", "secret=p=w")) == [whole])
        #expect(
            said(frame("HELLO", "3", "AUTH", "AUTH", "SETNAME")) == [
                .request("HELLO", ["version": "3", "principal": "AUTH", "secret": "SETNAME"])
            ])
    }

    @Test("HELLO with AUTH but without a secret is refused") func halfAGreetingIsRefused() {
        #expect(said(frame("HELLO", "3", "AUTH", "u")).first?.rejection?.code == .tooManyArguments)
        #expect(said(frame("HELLO", "3", "SETNAME")).first?.rejection?.code == .tooManyArguments)
        #expect(
            said(frame("HELLO", "3", "AUTH", "u", "p", "AUTH", "u", "p")).first?.rejection?.code == .duplicateArgument)
    }

    @Test func authOfOneArgumentMeansThePrincipalDefault() {
        #expect(said(frame("AUTH", "pw")) == [.request("AUTH", ["principal": "default", "secret": "pw"])])
        #expect(said(frame("AUTH", "u", "pw")) == [.request("AUTH", ["principal": "u", "secret": "pw"])])
        #expect(said(frame("AUTH")).first?.rejection?.code == .missingArgument)
        #expect(said("AUTH pw\n").first?.rejection?.field == "secret")
    }

    @Test func pingAndEchoCarryAnyBytes() {
        #expect(said(frame("PING", "a=b \u{1} c")) == [.request("PING", ["text": "a=b \u{1} c"])])
        let bytes: [UInt8] = [0, 10, 13, 61, 255]
        #expect(said(frame([Array("ECHO".utf8), bytes])) == [.request("ECHO", ["text": [bytes]])])
        #expect(said(frame("ECHO")).first?.rejection?.code == .missingArgument)
        #expect(said(frame("PING", "a", "b")).first?.rejection?.code == .tooManyArguments)
    }

    @Test("CLIENT and COMMAND accept any further arguments") func whatRedisClientsAskAtTheirStartTakesAnything() {
        #expect(said(frame("COMMAND", "DOCS", "x=y", "get")) == [.request("COMMAND")])
        #expect(
            said(frame("client", "SETINFO", "LIB-NAME=\u{1}", "redis-py(,x)")) == [
                .request(
                    "CLIENT", ["subcommand": "SETINFO", "words": "LIB-NAME=\u{1}", "words": "redis-py(,x)"])
            ])
        #expect(said(frame("COMMAND")) == [.request("COMMAND")])
    }

    @Test(arguments: [
        ["NO.SUCH"], [""], ["BALANCE"], ["BALANCE", "1", "2"], ["BALANCE", "1", "colour=x"],
        ["BALANCE", "1", "session=a", "session=b"], ["BALANCE", "1\u{0}"], ["BALANCE", "1\n"], ["BAL\u{0}ANCE"],
        ["BALANCE", "1", "session=\u{7f}"], ["BALANCE", "1", ""], ["BALANCE", "1", "=x"],
    ])
    func aRefusalLeavesTheConnectionAlive(_ elements: [String]) {
        let said = said(frame(elements.map { Array($0.utf8) }) + frame("PING"))
        #expect(said.count == 2)
        #expect(said.first?.rejection != nil)
        #expect(said.last == .request("PING"))
    }

    @Test(
        "Frames with broken lengths close the connection",
        arguments: [
            // The connection's first byte is always *; then anything may come.
            "*x", "*\r\n", "*1\n", "*1\rx", "*+1\r\n", "* 1\r\n", "*01\r\n", "*-2\r\n", "*-0\r\n", "*--1\r\n", "*-\r\n",
            "*-11\r\n", "*1048577\r\n", "*99999999999999999999\r\n", "*1\r\n+OK\r\n", "*1\r\n*0\r\n", "*1\r\n$-1\r\n",
            "*1\r\n$x\r\n", "*1\r\n$\r\n", "*1\r\n$536870913\r\n", "*1\r\n$99999999999999999999\r\n",
            "*1\r\n$4\r\nPINGxx",
            "*1\r\n$4\r\nPING\rx", "*1\r\n$3\r\nPING\r\n", "*1\r\n$5\r\nPING\r\n*", "*1\r\n$4\nPING\r\n",
            "*1\r\n$04\r\nPING\r\n",
        ])
    func framesThatCannotBeFollowedBreakTheConnection(_ text: String) {
        // when
        var conversation = Conversation()
        conversation.receive(text.utf8)
        // then
        #expect(conversation.isBroken)
        #expect(conversation.said.last?.rejection?.code == .invalidSyntax)
        // and nothing more is understood
        let count = conversation.said.count
        conversation.receive(frame("PING"))
        #expect(conversation.said.count == count)
    }

    @Test func aLineBetweenFramesIsARequestAndABlankOneIsNone() {
        let bytes = frame("PING") + "\r\n\nping \"a b\"\r\nclient id\r\n".utf8 + frame("HELLO")
        let meaning: [Said] = [
            .request("PING"), .request("PING", ["text": "a b"]), .request("CLIENT", ["subcommand": "id"]),
            .request("HELLO"),
        ]
        #expect(said(bytes) == meaning)
        for cut in bytes.indices { #expect(said(bytes, cutAt: [cut]) == meaning, "cut at \(cut)") }
        #expect(said(bytes, cutAt: bytes.indices) == meaning)
    }

    @Test(arguments: [16_384, 16_385, 40_000]) func aLineOverTheLimitIsSkippedToItsEnd(length: Int) {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: length) + "\n".utf8
        let bytes = frame("PING") + line + frame("HELLO")
        for cuts in [[], [10], [bytes.count - 30], Array(stride(from: 0, to: bytes.count, by: 1000))] {
            let said = said(bytes, cutAt: cuts)
            #expect(said.count == 3)
            #expect(said[1].rejection?.code == (length > 16_384 ? .lineTooLong : .unknownCommand))
            #expect(said.last == .request("HELLO"))
        }
    }

    @Test("A frame gives the same request wherever it is cut") func itSaysTheSameWhereverTheFrameIsCut() {
        let bytes = frame("HELLO", "3", "AUTH", "u", "p") + "*0\r\n".utf8 + frame("BALANCE", "7\u{0}") + frame("PING")
        let whole = said(bytes)
        for cut in bytes.indices { #expect(said(bytes, cutAt: [cut]) == whole) }
    }
}
