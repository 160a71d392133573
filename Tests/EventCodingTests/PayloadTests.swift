import Accounts
import EventCoding
import Testing

@Suite("A payload that the encoder would not have written is refused")
struct PayloadTests {
    /// The decoder's failure for these bytes as a payload of the type.
    private func reason(_ type: UInt16, _ payload: [UInt8]) -> CodingFailure? {
        do {
            _ = try decodeRecord(forgedRecord(type: type, payload: payload))
            return nil
        } catch {
            guard case .malformedPayload(_, let failure, _) = error else { return nil }
            return failure
        }
    }

    private static let sessionEnded: UInt16 = 35
    private static let toppedUp: UInt16 = 50
    private static let registered: UInt16 = 32
    private static let passwordChanged: UInt16 = 33

    @Test(
        "with the reason, the field and the place",
        arguments: [
            (sessionEnded, [0x08], .truncated, 1, 81),
            (sessionEnded, [0x08, 0x80], .truncated, 1, 82),
            (toppedUp, [0x1A, 0x05, 0x41], .truncated, 3, 82),
            (toppedUp, [0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], .truncated, 3, 91),
            (sessionEnded, [0x08, 0x81, 0x00], .overlongVarint, 1, 83),
            (sessionEnded, [0x88, 0x00, 0x01], .overlongVarint, 0, 82),
            (
                sessionEnded, [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
                .overlongVarint, 1, 90
            ),
            (sessionEnded, [0x08, 0x80, 0x80, 0x80, 0x80, 0x10], .outOfRange, 1, 86),
            (passwordChanged, [0x18, 0x02], .outOfRange, 3, 82),
            (sessionEnded, [0x10, 0x01], .unknownField, 2, 81),
            (sessionEnded, [0x0A, 0x01, 0x41], .wrongWireType, 1, 81),
            (toppedUp, [0x1D, 0, 0, 0, 0], .wrongWireType, 3, 81),
            (sessionEnded, [0x00, 0x01], .outOfOrder, 0, 81),
            (sessionEnded, [0x08, 0x01, 0x08, 0x02], .outOfOrder, 1, 83),
            (toppedUp, [0x10, 0x01, 0x08, 0x02], .outOfOrder, 1, 83),
            (registered, [0x12, 0x00, 0x12, 0x00], .outOfOrder, 2, 83),
            (sessionEnded, [0x08, 0x00], .explicitDefault, 1, 82),
            (toppedUp, [0x1A, 0x00], .explicitDefault, 3, 82),
            (toppedUp, [0x10, 0x63], .unknownEnumValue, 2, 82),
            (toppedUp, [0x1A, 0x02, 0xC3, 0x28], .invalidUTF8, 3, 84),
            (toppedUp, [0x1A, 0x03, 0xED, 0xA0, 0x80], .invalidUTF8, 3, 85),
            // Inside a message: the charge ends before its amount does.
            (toppedUp, [0x2A, 0x01, 0x18], .truncated, 3, 83),
        ] as [(UInt16, [UInt8], CodingFailure.Reason, UInt32, Int)])
    func refused(_ type: UInt16, _ payload: [UInt8], _ reason: CodingFailure.Reason, _ field: UInt32, _ offset: Int) {
        #expect(
            self.reason(type, payload) == CodingFailure(reason: reason, field: field, offset: offset))
    }

    @Test("but an empty payload is an event of defaults, and an empty message counts as present")
    func defaults() throws {
        #expect(try decodeRecord(forgedRecord(type: 35, payload: [])).event == .sessionEnded(SessionEnded()))
        #expect(
            try decodeRecord(forgedRecord(type: 32, payload: [0x12, 0x00])).event
                == .registered(Registered(password: PasswordHash())))
    }

    @Test("The error names the type, the field and the place")
    func words() throws {
        let record = forgedRecord(type: 50, payload: [0x10, 0x63])
        let error = try #require(throws: RecordError.self) { try decodeRecord(record) }
        #expect(
            "\(error)" == "record 7 has a payload that is no topped_up: field 2 has a value that its enum does not "
                + "name, at byte 82: restore the log from a backup and run `kabinet verify`")
    }

    /// Every change of one byte, every truncation and every insertion gives an error, or an event whose one encoding is
    /// exactly those bytes. Nothing traps.
    @Test("Hostile bytes are refused or are canonical", arguments: Event.allTypes.map(\.number))
    func hostile(type: UInt16) throws {
        let payload = Event.golden(type).payload
        var accepted = 0
        func tryOut(_ payload: [UInt8]) {
            let bytes = payload.span.bytes
            guard let event = try? Event.decodePayload(type: type, bytes, 0..<payload.count) else { return }
            accepted += 1
            if event.payload != payload { Issue.record("\(payload.hex) is not canonical") }
        }
        for at in payload.indices {
            tryOut(Array(payload[..<at]))
            for byte: UInt8 in 0...255 where byte != payload[at] {
                var changed = payload
                changed[at] = byte
                tryOut(changed)
            }
            for byte: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var longer = payload
                longer.insert(byte, at: at)
                tryOut(longer)
            }
        }
        // A changed digit of a number is another number, so not everything may be refused.
        #expect(accepted > 0)
    }

    @Test("Random bytes never trap")
    func noise() {
        var generator = SplitMix64(seed: testSeed())
        for _ in 0..<20_000 {
            let type = Event.allTypes[Int(generator.next() % UInt64(Event.allTypes.count))].number
            let payload = (0..<generator.next() % 40).map { _ in
                generator.next() % 3 == 0
                    ? UInt8(truncatingIfNeeded: generator.next()) : UInt8(generator.next() % 16) << 3 | 2
            }
            guard let event = try? Event.decodePayload(type: type, payload.span.bytes, 0..<payload.count) else {
                continue
            }
            if event.payload != payload { Issue.record("\(payload.hex) is not canonical") }
        }
    }
}
