import Accounts
import LineProtocol
import Testing

@Suite struct LineTests {
    @Test("A line has a verb, positional arguments and named arguments")
    func aLineIsAVerbItsPositionalsAndItsNamedArguments() {
        #expect(
            said("TOPUP 79001234567 350.00 ref=acq-991 method=card id=a-1\n") == [
                .request(
                    "TOPUP",
                    [
                        "msisdn": "79001234567", "amount": "350.00", "ref": "acq-991", "method": "card",
                        "id": "a-1",
                    ])
            ])
    }

    @Test("Verbs may be in any case", arguments: ["balance", "Balance", "BALANCE", "bAlAnCe"])
    func verbsAreFoundWithoutRegardToCase(_ verb: String) {
        #expect(said("\(verb) 7900\n") == [.request("BALANCE", ["msisdn": "7900"])])
    }

    @Test("Names of arguments must be in lower case") func namesOfArgumentsAreNot() {
        #expect(said("BALANCE 7900 SESSION=x\n").first?.rejection?.code == .unknownArgument)
    }

    /// A TLS client waits for an answer to bytes that may have no line's end.
    @Test("The first bytes of TLS are refused at once") func theBeginOfTLSIsRefusedAtOnce() {
        #expect(said("\u{16}\u{3}\u{1}").first?.rejection?.code == .invalidSyntax)
        #expect(said("\u{16}\nPING\n").count == 1)
        // At any other place it is a byte like others.
        #expect(said("PING\n\u{16}\nPING\n").count == 3)
    }

    @Test("CRLF ends a line like LF") func crlfEndsALineToo() {
        #expect(
            said("BALANCE 7900\r\nPING\n") == [.request("BALANCE", ["msisdn": "7900"]), .request("PING")])
    }

    @Test func emptyAndBlankLinesAreNoRequests() {
        #expect(said("\n\r\n   \n\nPING\n\n") == [.request("PING")])
    }

    @Test func severalSpacesSeparateLikeOne() {
        #expect(said("  BALANCE   7900    session=x  \n") == said("BALANCE 7900 session=x\n"))
    }

    @Test("An unfinished line gets no reply") func nothingIsSaidOfALineThatHasNotEnded() {
        #expect(said("BALANCE 7900").isEmpty)
    }

    @Test func positionalsAreTakenVerbatimWithTheirEqualsSigns() {
        #expect(
            said("AUTH a=b pass=word=\n") == [.request("AUTH", ["principal": "a=b", "secret": "pass=word="])])
    }

    @Test func whatFollowsIsSplitAtItsFirstEqualsSign() {
        #expect(
            said("BALANCE 7900 session=a=b==\n") == [.request("BALANCE", ["msisdn": "7900", "session": "a=b=="])])
    }

    @Test func anArgumentWithoutAValueIsEmptyAndPresent() {
        #expect(said("BALANCE 7900 session=\n") == [.request("BALANCE", ["msisdn": "7900", "session": ""])])
        #expect(said("BALANCE \"\" session=\"\"\n") == [.request("BALANCE", ["msisdn": "", "session": ""])])
    }

    @Test func aQuotedTokenIsNeverANamedArgument() {
        #expect(said("BALANCE 7900 \"session=x\"\n").first?.rejection?.code == .tooManyArguments)
        #expect(
            said("AUTH \"a=b\" \"c d\"\n") == [.request("AUTH", ["principal": "a=b", "secret": "c d"])])
    }

    @Test func aLastPositionalOfSeveralNumbersTakesTheRest() {
        #expect(
            said("GROUP.ADD 7 7901 7902 \"+7 903\" id=x 7904\n") == [
                .request(
                    "GROUP.ADD",
                    ["group": "7", "msisdn": "7901", "msisdn": "7902", "msisdn": "+7 903", "msisdn": "7904", "id": "x"])
            ])
        #expect(said("GROUP.ADD 7\n").first?.rejection?.field == "msisdn")
    }

    @Test("A single optional value may be given without its name") func oneOptionalValueMayStandWithoutItsName() {
        #expect(said("HELP balance\n") == [.request("HELP", ["verb": "balance"])])
        #expect(said("HELP verb=balance\n") == [.request("HELP", ["verb": "balance"])])
        #expect(said("HELP\n") == [.request("HELP")])
        #expect(
            said("HELLO 1 principal=p secret=s\n") == [
                .request("HELLO", ["version": "1", "principal": "p", "secret": "s"])
            ])
        // Only right after the verb, and only one.
        #expect(said("HELLO principal=p 1\n").first?.rejection?.code == .tooManyArguments)
        #expect(said("HELP a b\n").first?.rejection?.code == .tooManyArguments)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let line: String
        let code: ErrorCode
        let field: String?
        let column: Int?
        var testDescription: String { "\(line.debugDescription) \(code)" }
        init(_ line: String, _ code: ErrorCode, field: String? = nil, column: Int? = nil) {
            (self.line, self.code, self.field, self.column) = (line, code, field, column)
        }
    }

    @Test(
        "A refusal names the mistake, and the connection stays open",
        arguments: [
            Refusal("NO.SUCH.VERB a b", .unknownCommand),
            Refusal("BALANC 7900", .unknownCommand),
            Refusal("BALANCES 7900", .unknownCommand),
            // Only Redis clients may send it.
            Refusal("COMMAND", .unknownCommand),
            Refusal("CLIENT SETNAME x", .unknownCommand),
            Refusal("BALANCE", .missingArgument, field: "msisdn"),
            Refusal("TOPUP 7900", .missingArgument, field: "amount"),
            Refusal("TOPUP 7900 1.00", .missingArgument, field: "ref"),
            Refusal("TOPUP 7900 1.00 method=card", .missingArgument, field: "ref"),
            Refusal("BALANCE 7900 colour=red", .unknownArgument, field: "colour"),
            Refusal("BALANCE 7900 \u{1f4a3}=red", .unknownArgument),
            Refusal("BALANCE 7900 <script>=1", .unknownArgument),
            Refusal("BALANCE 7900 Session=1", .unknownArgument),
            Refusal("BALANCE 7900 session=a session=b", .duplicateArgument, field: "session"),
            Refusal("BALANCE 7900 msisdn=7901", .duplicateArgument, field: "msisdn"),
            Refusal("HELP a verb=b", .duplicateArgument, field: "verb"),
            Refusal("BALANCE 7900 7901", .tooManyArguments),
            Refusal("PING x y", .tooManyArguments),
            Refusal("BALANCE 7900 =x", .invalidSyntax, column: 14),
            Refusal("\"BALANCE\" 7900", .invalidSyntax, column: 1),
            Refusal("BALANCE 79\"00", .invalidSyntax, column: 11),
            Refusal("BALANCE 7900 session=a\"b\"", .invalidSyntax, column: 23),
            Refusal("BALANCE 7900 se\"ssion=a", .invalidSyntax, column: 16),
            Refusal("BALANCE \t7900", .invalidSyntax, column: 9),
            Refusal("BALANCE\u{0} 7900", .invalidSyntax, column: 8),
            Refusal("BALANCE 7900\u{7f}", .invalidSyntax, column: 13),
            Refusal("BALANCE 79\r00", .invalidSyntax, column: 11),
        ])
    func aRefusalNamesTheFaultAndTheConnectionLivesOn(_ refusal: Refusal) {
        // when
        let said = said(refusal.line + "\nPING\n")
        // then
        #expect(said.count == 2)
        let rejection = said.first?.rejection
        #expect(rejection?.code == refusal.code)
        #expect(rejection?.field == refusal.field)
        #expect(rejection?.column == refusal.column)
        #expect(said.last == .request("PING"))
    }

    @Test("A refusal does not repeat the bytes that it cannot read") func aRefusalSaysNothingBackOfWhatItCannotRead() {
        let secret = "hunter2"
        let lines = [
            "NO.SUCH \(secret)\n", "\(secret)\n", "AUTH p \(secret) \(secret)\n", "AUTH p s \(secret)!=x\n",
            "AUTH p \"\(secret)\n", "AUTH p s secret=\(secret)\n",
        ]
        for line in lines {
            let rejection = said(line).first?.rejection
            #expect(rejection != nil)
            #expect(rejection.map { !$0.message.contains(secret) && $0.field?.contains(secret) != true } == true)
        }
    }

    @Test func anUnknownCommandIsToldWhereCommandsAreListed() {
        #expect(said("WHAT\n").first?.rejection?.message.contains("HELP") == true)
    }

    @Test("The first byte of a connection selects its protocol") func theFirstByteDecidesForEver() {
        var lines = Conversation()
        lines.receive("PING\n*1\r\n$4\r\nPING\r\n".utf8)
        #expect(!lines.isRESP)
        #expect(lines.said.count == 4)
        #expect(lines.said[1].rejection?.code == .unknownCommand)
        var resp = Conversation()
        #expect(!resp.isRESP)
        resp.receive("*".utf8)
        #expect(resp.isRESP)
    }
}
