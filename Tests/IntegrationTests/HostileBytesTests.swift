/// Bytes that no client of ours would send, to the real process: each gets its documented `ERR`, and the service goes
/// on.

import Foundation
import Testing

@Suite(.realProcess)
struct HostileBytesTests {
    private let number = 79_001_234_567

    private func withSubscriber(_ body: (Service, LineConnection) throws -> Void) throws {
        try Service.run { service in
            let connection = try service.signIn()
            try connection.activate(number)
            try connection.expectOK("TOPUP \(number) 350 ref=first")
            try body(service, connection)
            // In every case the service still works, and its books balance.
            #expect(try service.signIn().call("TRIAL.BALANCE")["sum"] == "0.00")
        }
    }

    @Test("Lines cut in two at every byte are read as if they were whole")
    func cutLines() throws {
        try withSubscriber { service, whole in
            let text =
                "PING\r\nBALANCE \(number)\nTOPUP \(number) \"1\" ref=\"пер\\u0432ый\" id=1\nping two words\n\nTARIFFS\n"
            let bytes = Array(text.utf8)
            var expected: [[String]] = []
            // The second time, and from then on, the replies are those of a retry.
            for _ in 1...2 {
                try whole.send(bytes)
                expected = try (0..<5).map { _ in try whole.reply().lines }
            }
            #expect(expected[2].last?.hasSuffix("repeated=1") == true)
            #expect(expected[3].last?.hasPrefix("ERR") == true)
            let connection = try service.signIn()
            func replies() throws -> [[String]] { try (0..<5).map { _ in try connection.reply().lines } }
            for cut in 1..<bytes.count {
                try connection.send(Array(bytes[..<cut]))
                if cut % 7 == 0 { usleep(1_000) }
                try connection.send(Array(bytes[cut...]))
                #expect(try replies() == expected, "cut at \(cut)")
            }
            for byte in bytes { try connection.send([byte]) }
            #expect(try replies() == expected, "byte by byte")
        }
    }

    @Test("RESP cut in two at every byte is read as if it were whole")
    func cutRESP() throws {
        try withSubscriber { service, _ in
            let bytes = [["PING"], ["BALANCE", "\(number)"], ["NOPE", "x"], ["TARIFFS"]].flatMap(RESPConnection.encode)
            let connection = try service.signInRESP(version: 3)
            func replies() throws -> [RESPValue] { try (0..<4).map { _ in try connection.value() } }
            try connection.send(bytes)
            let expected = try replies()
            #expect(expected[0] == .simple("PONG"))
            #expect(expected[1]["balance"] == "350.00")
            #expect(expected[2].text?.hasPrefix("ERR unknown_command") == true)
            for cut in 1..<bytes.count {
                try connection.send(Array(bytes[..<cut]))
                if cut % 7 == 0 { usleep(1_000) }
                try connection.send(Array(bytes[cut...]))
                #expect(try replies() == expected, "cut at \(cut)")
            }
            for byte in bytes { try connection.send([byte]) }
            #expect(try replies() == expected, "byte by byte")
        }
    }

    @Test(
        "A line that is not a request gets ERR, and the next line is served",
        arguments: [
            ("BALANCE 79001234567\u{0}", "invalid_syntax"), ("\u{0}", "invalid_syntax"),
            ("NOPE", "unknown_command"), ("BALANCE", "missing_argument"), ("BALANCE x", "invalid_msisdn"),
            ("BALANCE 79001234567 79001234567", "too_many_arguments"), ("BALANCE 79001234567 x=1", "unknown_argument"),
            ("TOPUP 79001234567 1 ref=a ref=b", "duplicate_argument"), ("TOPUP 79001234567 1", "missing_argument"),
            ("TOPUP 79001234567 -5 ref=a", "invalid_amount"), ("TOPUP 79001234567 0 ref=a", "invalid_amount"),
            ("TOPUP 79001234567 1e3 ref=a", "invalid_amount"), ("TOPUP 79001234567 1.234 ref=a", "invalid_amount"),
            ("TOPUP 79001234567 99999999999999 ref=a", "invalid_amount"),
            ("TOPUP 79001234567 1 ref=\"a", "invalid_syntax"), (#"TOPUP 79001234567 1 ref="\ud800""#, "invalid_syntax"),
            (#"TOPUP 79001234567 1 ref="\u0000""#, "invalid_syntax"),
            ("TOPUP 79001234567 1 ref=4276380012345670", "card_number"),
            ("PAYMENTS 79001234567 limit=0", "invalid_number"), ("PAYMENTS 79001234567 limit=-1", "invalid_number"),
            ("PAYMENTS 79001234567 from=yesterday", "invalid_time"),
            ("EVENTS type=no_such_event", "not_found"), ("EVENTS from=18446744073709551616", "invalid_number"),
            ("CONFIRM ! 123456 password=correct-horse", "invalid_code"), ("HELP NOPE", "unknown_command"),
            ("OPTION.ON 79001234567 no-such", "not_found"), ("GROUP 4294967296", "invalid_number"),
            ("ORG.CREATE name=\u{202E}x inn=7707083893", "invalid_text"), ("ORG.CREATE name=x inn=1", "invalid_inn"),
        ])
    func refused(line: String, code: String) throws {
        try withSubscriber { _, connection in
            let reply = try connection.call(line)
            #expect(reply.error == code, "\(line): \(reply)")
            #expect(reply.closing.contains("message="))
            #expect(try connection.call("BALANCE \(number)")["balance"] == "350.00")
        }
    }

    @Test("Bytes that are not UTF-8 get an ERR that names the column, and the next line is served")
    func invalidUTF8() throws {
        try withSubscriber { _, connection in
            for bytes: [UInt8] in [
                [0xFF], [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80],
            ] {
                try connection.send(Array("BALANCE ".utf8) + bytes + [0x0A])
                let reply = try connection.reply()
                #expect(reply.error == "invalid_syntax")
                #expect(reply["column"] == "9")
                #expect(try connection.call("PING").isOK)
            }
        }
    }

    @Test(
        "A line over the limit is refused once and skipped to its end", arguments: [16_385, 16_386, 40_000, 3_000_000])
    func longLine(length: Int) throws {
        try withSubscriber { _, connection in
            try connection.send(Array(repeating: UInt8(ascii: "x"), count: length) + Array("\nPING\n".utf8))
            #expect(try connection.reply().error == "line_too_long")
            #expect(try connection.reply().closing == "OK")
            #expect(try connection.call("BALANCE \(number)")["balance"] == "350.00")
        }
    }

    @Test("A line of just the limit is read")
    func longestLine() throws {
        try withSubscriber { _, connection in
            let line = "BALANCE \(number)"
            let padded = line + String(repeating: " ", count: 16_384 - line.utf8.count)
            let reply = try connection.call(padded)
            #expect(reply["balance"] == "350.00")
        }
    }

    @Test(
        "RESP with broken framing gets an error, and the connection is closed",
        arguments: [
            "*1\r\n+PING\r\n", "*x\r\n", "*1\r\n$-5\r\nPING\r\n", "*1\r\n$4\r\nPINGPING\r\n",
            "*1\r\n$99999999999999999999\r\n",
            "*2\r\n:1\r\n", "*1000000000\r\n$1\r\na\r\n",
        ])
    func brokenFraming(text: String) throws {
        try withSubscriber { service, _ in
            let connection = try service.connectRESP()
            try connection.send(text)
            var last = ""
            // The framing may be valid for a first request.
            while let value = try? connection.value(within: 5) { last = value.text ?? "" }
            #expect(last.hasPrefix("ERR invalid_syntax") || last.hasPrefix("ERR line_too_long"), "\(last)")
            #expect(connection.stream.isAtEnd || last.hasPrefix("ERR line_too_long"))
            #expect(try service.connect().call("PING").isOK)
        }
    }

    @Test("RESP elements that are not values get an error, and the connection stays open")
    func refusedElements() throws {
        try withSubscriber { service, _ in
            let connection = try service.signInRESP(version: 3)
            for (words, code) in [
                (["BALANCE", "7900\u{0}"], "invalid_syntax"), (["BALANCE", "a\nb"], "invalid_syntax"),
                (["NOPE"], "unknown_command"), (["TOPUP", "\(number)", "1", "ref"], "too_many_arguments"),
                (["BALANCE"], "missing_argument"), ([""], "unknown_command"),
            ] {
                try connection.send(RESPConnection.encode(words))
                let reply = try connection.value().text ?? ""
                #expect(reply.hasPrefix("ERR \(code)"), "\(words): \(reply)")
                #expect(try connection.call("PING") == .simple("PONG"))
            }
            try connection.send(Array("*2\r\n$7\r\nBALANCE\r\n$2\r\n".utf8) + [0xFF, 0xFE] + Array("\r\n".utf8))
            #expect(try connection.value().text?.hasPrefix("ERR invalid_syntax") == true)
            #expect(try connection.call("BALANCE", "\(number)")["balance"] == "350.00")
        }
    }

    @Test("Requests of other protocols get an error and do no harm")
    func strangers() throws {
        try withSubscriber { service, _ in
            for text in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\n", "SSH-2.0-x\r\n"] {
                let connection = try service.connect()
                try connection.send(text)
                #expect(try connection.reply().error != nil)
            }
        }
    }

    @Test("Transactions that are truncated, broken or left open run no request", arguments: [2, 3])
    func halfTransactions(version: Int) throws {
        var random = SeededGenerator("half transactions")
        try withSubscriber { service, _ in
            let topUp = RESPConnection.encode(["TOPUP", "\(number)", "7", "ref=half"])
            let multi = RESPConnection.encode(["MULTI"])
            let exec = RESPConnection.encode(["EXEC"])
            let scraps: [[UInt8]] = [
                topUp, multi, RESPConnection.encode(["WATCH", "k"]), RESPConnection.encode(["NOPE"]),
                RESPConnection.encode(["EVENTS"]), RESPConnection.encode(["TAIL"]), Array("\r\n".utf8),
                Array("TOPUP \(number) 7 ref=line\r\n".utf8), RESPConnection.encode(["PING", "EXEC"]),
            ]
            for round in 0..<120 {
                let connection = try service.signInRESP(version: version)
                var bytes = multi + topUp
                for _ in 0..<Int.random(in: 0..<6, using: &random) {
                    bytes += scraps.randomElement(using: &random) ?? []
                }
                switch round % 4 {
                // Sends all but EXEC's last bytes.
                case 0: bytes += exec.dropLast(Int.random(in: 1..<exec.count, using: &random))
                // A request of the transaction is refused, and EXEC comes all the same.
                case 1: bytes += RESPConnection.encode(["NOPE"]) + topUp + exec
                case 2: bytes += Array("*1\r\n$x".utf8) + exec
                default: bytes += RESPConnection.encode(["DISCARD"])
                }
                try connection.send(bytes)
                if Bool.random(using: &random) { connection.closeOutput() } else { connection.reset() }
            }
            #expect(try service.signIn().call("BALANCE \(number)")["balance"] == "350.00")
        }
    }

    @Test("A refused WATCH discards its transaction, as a line, as a frame, and when it is too long")
    func refusedWatches() throws {
        try withSubscriber { service, _ in
            let topUp = RESPConnection.encode(["TOPUP", "\(number)", "7", "ref=watched"])
            let watches: [[UInt8]] = [
                Array("WATCH balance\r\n".utf8), Array("watch \"a b\" c=d\r\n".utf8),
                RESPConnection.encode(["WATCH", "balance"]),
                RESPConnection.encode(["WATCH", String(repeating: "k", count: 17_000)]),
            ]
            for watch in watches {
                let connection = try service.signInRESP(version: 2)
                try connection.send(
                    watch + Array("MULTI\r\n".utf8) + topUp + RESPConnection.encode(["EXEC"])
                        + RESPConnection.encode(["QUIT"]))
                let heard = String(decoding: try connection.stream.toEnd(within: 30), as: UTF8.self)
                #expect(heard.contains("-EXECABORT"), "\(heard)")
            }
            // A MULTI with a word after it also begins a transaction, or a refusal of all requests that follow.
            let connection = try service.signInRESP(version: 2)
            try connection.send(Array("MULTI x\r\n".utf8) + topUp + RESPConnection.encode(["QUIT"]))
            _ = try connection.stream.toEnd(within: 30)
            #expect(try service.signIn().call("BALANCE \(number)")["balance"] == "350.00")
        }
    }

    @Test("Random bytes on many connections do not stop the service")
    func noise() throws {
        var random = SeededGenerator("random bytes")
        try withSubscriber { service, _ in
            let scraps = [
                "*", "$", "\r\n", "\n", "\"", "\\u", "TOPUP ", "AUTH ", "3", "TAIL", "HELLO", " ", "=", "\u{0}",
            ]
            for round in 0..<150 {
                var bytes: [UInt8] = round % 2 == 0 ? [UInt8(ascii: "*")] : []
                for _ in 0..<Int.random(in: 1...60, using: &random) {
                    if Bool.random(using: &random) {
                        bytes += scraps.randomElement(using: &random)?.utf8 ?? "".utf8
                    } else {
                        bytes.append(UInt8.random(in: 0...255, using: &random))
                    }
                }
                let connection = try service.connect()
                try connection.send(bytes)
                if Bool.random(using: &random) { connection.closeOutput() } else { connection.reset() }
            }
            #expect(try service.signIn().call("BALANCE \(number)")["balance"] == "350.00")
        }
    }
}
