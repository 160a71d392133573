import Accounts
import LineProtocol
import Testing

/// Laws that hold for any request, reply and byte. Each prints its seed; to repeat a failure, put the seed in place of
/// `newSeed()`.
@Suite struct PropertyTests {
    /// Any text without NUL, with the characters that matter to a parser more often than by chance.
    static func text(_ random: inout SplitMix64, controls: Bool, maximum: Int = 12) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...maximum, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: text.append(" \"\\=/{}[]:,'%*$".unicodeScalars.randomElement(using: &random)!)
            case 1 where controls: text.append(Unicode.Scalar(UInt8.random(in: 1..<32, using: &random)))
            case 2:
                text.append(
                    "éßЖ€\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}😀".unicodeScalars.randomElement(using: &random)!)
            case 3:
                let scalar = Unicode.Scalar(UInt32.random(in: 0x80...0x10ffff, using: &random))
                text.append(scalar ?? "\u{fffd}")
            default: text.append(Unicode.Scalar(UInt8.random(in: 97...122, using: &random)))
            }
        }
        return String(text)
    }

    /// A request: the verb, the positionals in order, the named ones in any order.
    struct Sent {
        var spec: CommandSpec
        var positionals: [String] = []
        var named: [(name: String, value: String)] = []

        init(_ random: inout SplitMix64, controls: Bool) {
            let specs = table.specs.filter { !$0.isRESPOnly && $0.verb != "HELLO" && $0.verb != "PING" }
            spec = specs.randomElement(using: &random)!
            for parameter in spec.parameters {
                switch parameter.need {
                case .positional: positionals.append(text(&random, controls: controls))
                case .required: named.append((parameter.name, text(&random, controls: controls)))
                case .optional:
                    if Bool.random(using: &random) { named.append((parameter.name, text(&random, controls: controls))) }
                }
            }
            if spec.verb == "GROUP.ADD" {
                for _ in 0..<Int.random(in: 0..<5, using: &random) {
                    // Works by scalars, because a combining mark after `=` makes another character of it.
                    let scalars = text(&random, controls: controls).unicodeScalars.filter { $0 != "=" }
                    positionals.append(String(String.UnicodeScalarView(scalars)))
                }
            }
            named.shuffle(using: &random)
        }

        var meaning: Said {
            var values: [String: [[UInt8]]] = [:]
            let names = spec.parameters.prefix(spec.requiredPositionals).map(\.name)
            for (index, value) in positionals.enumerated() {
                values[names[min(index, names.count - 1)], default: []].append(Array(value.utf8))
            }
            for (name, value) in named { values[name] = [Array(value.utf8)] }
            return .request(spec.verb, values)
        }

        func verb(_ random: inout SplitMix64) -> String {
            String(spec.verb.map { Bool.random(using: &random) ? Character($0.lowercased()) : $0 })
        }

        func line(_ random: inout SplitMix64) -> [UInt8] {
            var line = verb(&random)
            func space() -> String { String(repeating: " ", count: Int.random(in: 0..<9, using: &random) / 7 + 1) }
            for value in positionals { line += space() + written(value, mayBeEmpty: false, &random) }
            for (name, value) in named { line += space() + name + "=" + written(value, mayBeEmpty: true, &random) }
            return Array((line + (Bool.random(using: &random) ? "\n" : "\r\n")).utf8)
        }

        var frame: [UInt8] {
            LineProtocolTests.frame(
                [Array(spec.verb.utf8)] + positionals.map { Array($0.utf8) }
                    + named.map { Array("\($0.name)=\($0.value)".utf8) })
        }
    }

    /// A value in one of its spellings.
    static func written(_ value: String, mayBeEmpty: Bool, _ random: inout SplitMix64) -> String {
        let needsQuotes =
            value.isEmpty && !mayBeEmpty
            || value.unicodeScalars.contains { $0.value <= 32 || $0.value == 127 || $0 == "\"" }
        guard needsQuotes || Bool.random(using: &random) else { return value }
        var quoted = "\""
        for scalar in value.unicodeScalars {
            func units() -> String {
                Array(String(scalar).utf16).map { unit in
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }.joined()
            }
            switch scalar {
            case "\"", "\\": quoted += Bool.random(using: &random) ? "\\\(scalar)" : units()
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "/": quoted += Bool.random(using: &random) ? "\\/" : "/"
            case _ where scalar.value < 32 || scalar.value == 127: quoted += units()
            default:
                if Int.random(in: 0..<10, using: &random) == 0 {
                    quoted += units()
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }

    @Test("A request is read correctly in every spelling and with every cut")
    func aRequestIsReadAsItWasMeantHoweverItIsWrittenAndCut() {
        let seed = newSeed()
        var random = SplitMix64(seed: seed)
        for round in 0..<300 {
            // given
            let isRESP = round % 2 == 1
            let sent = (0..<Int.random(in: 1..<6, using: &random)).map { _ in Sent(&random, controls: !isRESP) }
            let bytes = sent.flatMap { isRESP ? $0.frame : $0.line(&random) }
            let meaning = sent.map(\.meaning)
            // then, whole
            #expect(said(bytes) == meaning, "seed \(seed) round \(round)")
            // at every offset
            for cut in bytes.indices { #expect(said(bytes, cutAt: [cut]) == meaning, "seed \(seed) cut \(cut)") }
            // and byte by byte
            #expect(said(bytes, cutAt: bytes.indices) == meaning, "seed \(seed) round \(round)")
        }
    }

    @Test("Clients of both protocols read a reply correctly")
    func aReplyIsReadAsItWasMeantByClientsOfEachProtocol() throws {
        let seed = newSeed()
        var random = SplitMix64(seed: seed)
        let names: [StaticString] = ["a", "b_2", "msisdn", "balance", "name", "retry_after", "x.y"]
        for round in 0..<2000 {
            // given
            var reply = Reply()
            var meant = ReadReply()
            let hasRows = Bool.random(using: &random)
            func fields() -> [String: [UInt8]] {
                var fields: [String: [UInt8]] = [:]
                for name in names where Int.random(in: 0..<3, using: &random) == 0 {
                    var text = Self.text(&random, controls: true, maximum: 40)
                    if Int.random(in: 0..<20, using: &random) == 0 { text += "\u{0}\r\n\u{7f}" }
                    reply.field(ReplyField(name, .text), text)
                    fields["\(name)"] = Array(text.utf8)
                }
                return fields
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                let code = ErrorCode.allCases.randomElement(using: &random)!
                let message = Self.text(&random, controls: true)
                reply.reject(Rejection(code, field: "f", message, retryAfterSeconds: 9))
                meant.code = code.rawValue
                meant.fields = ["field": [102], "retry_after": [57], "message": Array(message.utf8)]
            } else {
                if hasRows {
                    for _ in 0..<Int.random(in: 0..<20, using: &random) {
                        if Bool.random(using: &random) { reply.row() } else { reply.event() }
                        meant.rows.append(fields())
                    }
                    reply.closing()
                }
                meant.fields = fields()
            }
            // when each protocol's client reads it
            for format in [WireFormat.lines, .resp2, .resp3] {
                var bytes: [UInt8] = []
                encode(reply, hasRows: hasRows, as: format, into: &bytes)
                let read: ReadReply
                if format == .lines {
                    read = try LineReplyReader(bytes).read()
                } else {
                    var reader = RESPReader(bytes)
                    read = try reader.reply(hasRows: hasRows, isRESP3: format == .resp3)
                }
                // then
                #expect(read == meant, "seed \(seed) round \(round) \(format)")
            }
        }
    }

    /// Bytes that are nearly a request.
    static func bytes(_ random: inout SplitMix64) -> [UInt8] {
        var bytes: [UInt8] = []
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1:
            let alphabet = Array("*$-0123456789\r\nPINGAUTHab= \"\\u{}".utf8) + [0, 127, 0xc3, 0xa9, 0xff]
            bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
            if Bool.random(using: &random) { bytes.insert(42, at: 0) }
        case 2: for _ in 0..<3 { bytes += Sent(&random, controls: true).line(&random) }
        default: for _ in 0..<3 { bytes += Sent(&random, controls: true).frame }
        }
        for _ in 0..<Int.random(in: 0..<5, using: &random) where !bytes.isEmpty {
            let at = bytes.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
            default: bytes.insert(contentsOf: bytes[at...].prefix(20), at: at)
            }
        }
        return bytes
    }

    @Test("Random bytes never stop the decoder, and every cut gives the same result")
    func noBytesStopTheDecoderAndAnyCutSaysTheSame() {
        let seed = newSeed()
        var random = SplitMix64(seed: seed)
        for round in 0..<3000 {
            let bytes = Self.bytes(&random)
            // The conversation itself traps if a step takes nothing or more than there is.
            let whole = said(bytes)
            let cuts = (0..<Int.random(in: 1..<8, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            #expect(said(bytes, cutAt: cuts.sorted()) == whole, "seed \(seed) round \(round) \(bytes)")
            #expect(said(bytes, cutAt: bytes.indices) == whole, "seed \(seed) round \(round) \(bytes)")
        }
    }

    @Test("A wrong line does not affect the next one") func aLineThatIsNoneDoesNotReachTheNextOne() {
        let seed = newSeed()
        var random = SplitMix64(seed: seed)
        for _ in 0..<3000 {
            var bytes = Self.bytes(&random)
            // RESP's first byte, and TLS's.
            if bytes.first == 42 || bytes.first == 22 { bytes[0] = 43 }
            #expect(said(bytes + "\nPING\n".utf8).last == .request("PING"), "seed \(seed) \(bytes)")
        }
    }
}
