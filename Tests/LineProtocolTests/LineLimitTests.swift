import Accounts
import LineProtocol
import Testing

@Suite struct LineLimitTests {
    let limit = RequestDecoder.maximumRequestBytes

    /// A `BALANCE` whose line has so many bytes without its end.
    func line(_ count: Int) -> [UInt8] {
        let start = Array("BALANCE 7900 session=".utf8)
        return start + [UInt8](repeating: UInt8(ascii: "x"), count: count - start.count)
    }

    @Test("A line of exactly the limit is accepted", arguments: ["\n", "\r\n"])
    func aLineOfTheLimitIsTaken(_ end: String) {
        let said = said(line(limit) + end.utf8)
        #expect(said.count == 1)
        #expect(said.first?.rejection == nil)
    }

    @Test("A line over the limit gets one error and is skipped", arguments: ["\n", "\r\n"], [1, 2, 100, 100_000])
    func aLineOverTheLimitIsAnsweredOnceAndSkipped(_ end: String, _ excess: Int) {
        let said = said(line(limit + excess) + end.utf8 + "PING\n".utf8)
        #expect(said.map { $0.rejection?.code } == [.lineTooLong, nil])
        #expect(said.last == .request("PING"))
    }

    @Test("A line over the limit gets its error before it ends") func itIsAnsweredBeforeItsEndHasCome() {
        #expect(said(line(limit + 3)).map { $0.rejection?.code } == [.lineTooLong])
    }

    @Test(
        "The caller never buffers more than the limit and a line end",
        arguments: [1, 7, 1000, 16_384, 16_385, 16_386])
    func theCallerNeverHoldsMoreThanTheLimitAndALineEnd(_ piece: Int) {
        // given
        let bytes = line(limit) + "\r\n".utf8 + line(limit + 50_000) + "\nPING\n".utf8
        var conversation = Conversation()
        // when
        var start = 0
        while start < bytes.count {
            let end = min(start + piece, bytes.count)
            conversation.receive(bytes[start..<end])
            start = end
        }
        // then
        #expect(conversation.said.map { $0.rejection?.code } == [nil, .lineTooLong, nil])
        #expect(conversation.mostWaiting <= limit + 2)
    }

    @Test("A RESP request of exactly the limit is accepted, and one byte more is not")
    func aRESPRequestOfTheLimitIsTakenAndOneByteMoreIsNot() {
        // given a frame whose last element fills it
        func frame(of count: Int) -> [UInt8] {
            let payload = count - "*3\r\n$7\r\nBALANCE\r\n$4\r\n7900\r\n$16341\r\n".utf8.count - 2
            return LineProtocolTests.frame(
                [
                    Array("BALANCE".utf8), Array("7900".utf8),
                    Array(("session=" + String(repeating: "x", count: payload - 8)).utf8),
                ])
        }
        let whole = frame(of: limit)
        #expect(whole.count == limit)
        // then
        #expect(said(whole + LineProtocolTests.frame("PING")).map { $0.rejection?.code } == [nil, nil])
        let over = frame(of: limit + 1)
        #expect(over.count == limit + 1)
        #expect(said(over + LineProtocolTests.frame("PING")).map { $0.rejection?.code } == [.lineTooLong, nil])
    }

    @Test func aRESPRequestOverTheLimitIsSkippedByItsLengths() {
        // given an element that would look like requests if it were searched for line ends
        let trap = Array(String(repeating: "\r\n*1\r\n$4\r\nQUIT\r\n", count: 5000).utf8)
        let bytes = frame([Array("BALANCE".utf8), trap, trap, Array("x".utf8)]) + frame("PING")
        // when it comes whole, and in pieces
        let whole = said(bytes)
        let pieces = said(bytes, cutAt: stride(from: 0, to: bytes.count, by: 997))
        // then
        #expect(whole.map { $0.rejection?.code } == [.lineTooLong, nil])
        #expect(whole.last == .request("PING"))
        #expect(pieces == whole)
    }

    @Test("A RESP request with too many elements is skipped") func manyElementsAreSkippedToo() {
        let bytes = frame([[UInt8]](repeating: [], count: 5000)) + frame("PING")
        #expect(said(bytes).map { $0.rejection?.code } == [.lineTooLong, nil])
    }

    @Test func aSkippedFrameWhoseLengthsAreWrongBreaksTheConnection() {
        let start = Array("*3\r\n$20000\r\n".utf8) + [UInt8](repeating: 120, count: 20000)
        for fault in ["xx$1\r\n", "\r\n:1\r\n", "\r\n$-1\r\n", "\r\n$x\r\n"] {
            #expect(said(start + fault.utf8).map { $0.rejection?.code } == [.lineTooLong, .invalidSyntax])
        }
    }

    @Test func aLineOfTheLimitThatComesAByteAtATimeIsOneRequest() {
        let bytes = line(limit) + [10]
        var decoder = RequestDecoder(table: table)
        for end in 1...bytes.count {
            var consumed = 0
            let step = decoder.next(bytes.span.extracting(0..<end).bytes, consumed: &consumed)
            guard end == bytes.count else {
                #expect(consumed == 0)
                continue
            }
            guard case .request = step else {
                Issue.record("no request at its end: \(step)")
                return
            }
            #expect(consumed == bytes.count)
        }
    }
}
