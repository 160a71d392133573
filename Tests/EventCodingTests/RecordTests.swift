import Accounts
import EventCoding
import Testing

@Suite("A record in the log")
struct RecordTests {
    let event = Event.sessionEnded(SessionEnded(session: 300))

    @Test("has its header at the documented offsets, little-endian, and the payload behind it")
    func layout() {
        let record = event.record()
        #expect(record.count == 83)
        #expect(
            record[8..<80].hex
                == [
                    "2300", "01", "00", "04030201",
                    "7b6c50c4a0010000", "00a4d9faffffffff", "1817161514131211",
                    "24232221", "34333231",
                    "4847464544434241", "5857565554535251", "6867666564636261", "7877767574737271",
                ].joined())
        #expect(record[80...].hex == "08ac02")
        let checksum = XXH64.hash(Array(record[8...]).span.bytes, seed: 7)
        #expect(record[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) } == checksum)
    }

    @Test("is read back as it was written, whole or only its header")
    func roundTrip() throws {
        let record = event.record()
        let (meta, read) = try decodeRecord(record)
        #expect(meta == sampleMeta(position: 7))
        #expect(read == event)
        #expect(try Record.meta(record.span.bytes, position: 7) == meta)
        #expect(Record.typeNumber(record.span.bytes) == event.typeNumber)
        #expect(Record.account(record.span.bytes) == meta.account)
    }

    @Test("is appended after the bytes of the array, which stay unchanged")
    func append() throws {
        var bytes = event.record(position: 7)
        let first = bytes
        Record.encode(sampleMeta(position: 8), event, into: &bytes)
        #expect(Array(bytes[..<first.count]) == first)
        #expect(Array(bytes[first.count...]) == event.record(position: 8))
    }

    @Test("is refused at any other position")
    func moved() {
        let record = event.record(position: 7)
        for position: Position in [0, 1, 6, 8, 7 << 32, .max] {
            #expect(throws: RecordError.badChecksum(position: position)) {
                try decodeRecord(record, position: position)
            }
        }
    }

    @Test("is refused when any bit of it is flipped", arguments: Event.allTypes.map(\.number))
    func flippedBits(type: UInt16) {
        var record = Event.golden(type).record()
        for bit in 0..<record.count * 8 {
            record[bit / 8] ^= 1 << UInt8(bit % 8)
            if failure(record) != .badChecksum(position: 7) { Issue.record("bit \(bit) of \(record.hex)") }
            record[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    @Test("is refused when it is truncated anywhere", arguments: Event.allTypes.map(\.number))
    func truncated(type: UInt16) {
        let record = Event.golden(type).record()
        for count in 0..<record.count {
            let expected: RecordError =
                count < Record.headerBytes
                ? .truncated(byteCount: count, position: 7) : .badChecksum(position: 7)
            #expect(failure(Array(record[..<count])) == expected)
            #expect((Record.typeNumber(Array(record[..<count]).span.bytes) == nil) == (count < Record.headerBytes))
        }
    }

    @Test("of an unknown type is refused by its number, and the message says which version to start")
    func unknownType() throws {
        let record = forgedRecord(type: 9999, payload: [])
        let error = try #require(throws: RecordError.self) { try decodeRecord(record) }
        #expect(error == .unknownType(number: 9999, position: 7))
        #expect("\(error)".contains("type 9999"))
        #expect("\(error)".contains("start the version that wrote it"))
    }

    @Test("of a newer schema version is refused by its type's name")
    func newerVersion() throws {
        let record = forgedRecord(type: 35, version: 2, payload: [0x08, 0x01])
        let error = try #require(throws: RecordError.self) { try decodeRecord(record) }
        #expect(error == .newerVersion(type: "session_ended", version: 2, known: 1, position: 7))
        #expect("\(error)".contains("written by a newer kabinet"))
    }

    @Test("with a version of zero or a reserved byte that is set is refused")
    func malformedHeader() {
        for record in [
            forgedRecord(type: 35, version: 0, payload: []), forgedRecord(type: 35, reserved: 1, payload: []),
        ] {
            #expect(throws: RecordError.malformedHeader(position: 7)) { try decodeRecord(record) }
        }
    }

    @Test("can be scanned by its header without computing its checksum")
    func unverifiedMeta() throws {
        var record = event.record()
        record[82] ^= 1
        #expect(throws: RecordError.badChecksum(position: 7)) {
            try Record.meta(record.span.bytes, position: 7)
        }
        let meta = try Record.meta(record.span.bytes, position: 7, verifyingChecksum: false)
        #expect(meta == sampleMeta(position: 7))
    }

    private func failure(_ record: [UInt8]) -> RecordError? {
        do {
            _ = try decodeRecord(record)
            return nil
        } catch {
            return error
        }
    }
}
