import Accounts
import EventCoding
import Foundation

/// The repository's own folders, found from where this file stands.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static var schemas: URL { root.appendingPathComponent("Schemas/events") }
    static var golden: URL { root.appendingPathComponent("Schemas/golden") }
}

/// A seed for a property test: a new one every time, or the one in KABINET_SEED to repeat a failure.
func testSeed(_ test: String = #function) -> UInt64 {
    let seed = ProcessInfo.processInfo.environment["KABINET_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...(.max))
    print("\(test): KABINET_SEED=\(seed)")
    return seed
}

/// Header fields that are all set, each to a different value.
func sampleMeta(position: Position) -> EventMeta {
    EventMeta(
        position: position,
        recorded: Instant(milliseconds: 1_790_000_000_123),
        effective: Instant(milliseconds: -86_400_000),
        account: 0x0102_0304,
        previous: 0x1112_1314_1516_1718,
        principal: 0x2122_2324,
        session: 0x3132_3334,
        commandID: Hash128(high: 0x4142_4344_4546_4748, low: 0x5152_5354_5556_5758),
        arguments: Hash128(high: 0x6162_6364_6566_6768, low: 0x7172_7374_7576_7778))
}

extension Event {
    /// The event with every field set.
    static func golden(_ number: UInt16) -> Event {
        var values = GoldenValues()
        return Event(sample: number, &values)!
    }

    static func random(_ number: UInt16, seed: UInt64) -> Event {
        var values = RandomValues(seed: seed)
        return Event(sample: number, &values)!
    }

    func record(position: Position = 7) -> [UInt8] {
        var bytes: [UInt8] = []
        Record.encode(sampleMeta(position: position), self, into: &bytes)
        return bytes
    }

    var payload: [UInt8] { Array(record().dropFirst(Record.headerBytes)) }

    var json: String {
        var bytes: [UInt8] = []
        appendJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

func decodeRecord(
    _ bytes: [UInt8], position: Position = 7
) throws(RecordError) -> (meta: EventMeta, event: Event) {
    try Record.decode(bytes.span.bytes, position: position)
}

/// A record around a payload of any bytes, with a checksum that fits, so that only the payload's decoder can refuse it.
func forgedRecord(
    type: UInt16, version: UInt8 = 1, reserved: UInt8 = 0, payload: [UInt8], position: Position = 7
) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Record.headerBytes) + payload
    bytes[8] = UInt8(truncatingIfNeeded: type)
    bytes[9] = UInt8(truncatingIfNeeded: type >> 8)
    bytes[10] = version
    bytes[11] = reserved
    let checksum = XXH64.hash(bytes.span.bytes.extracting(8...), seed: position)
    for offset in 0..<8 { bytes[offset] = UInt8(truncatingIfNeeded: checksum >> UInt64(offset * 8)) }
    return bytes
}

extension Collection<UInt8> {
    var hex: String {
        let digits = Array("0123456789abcdef")
        return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

func bytes(hex: Substring) -> [UInt8]? {
    guard hex.count % 2 == 0 else { return nil }
    let digits = Array(hex.utf8)
    var out: [UInt8] = []
    for at in stride(from: 0, to: digits.count, by: 2) {
        guard let byte = UInt8(String(decoding: digits[at..<at + 2], as: UTF8.self), radix: 16) else { return nil }
        out.append(byte)
    }
    return out
}
