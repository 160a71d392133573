/// The source of the field values of a sample event.
protocol SampleValues {
    mutating func int64() -> Int64
    mutating func int32() -> Int32
    mutating func uint32() -> UInt32
    mutating func uint64() -> UInt64
    mutating func bool() -> Bool
    mutating func string() -> String
    mutating func bytes() -> [UInt8]
    mutating func choice<Case>(_ cases: [Case]) -> Case
    mutating func isPresent() -> Bool
    mutating func count() -> Int
}

extension SampleValues {
    mutating func list<Element>(_ make: (inout Self) -> Element) -> [Element] {
        (0..<count()).map { _ in make(&self) }
    }
}

/// Every field set, every value different: the values of golden records.
struct GoldenValues: SampleValues {
    private var serial: UInt64 = 0

    private mutating func next() -> UInt64 {
        serial += 1
        return serial * 37
    }

    mutating func int64() -> Int64 {
        let value = Int64(next()) * 1_000_003
        return serial % 3 == 0 ? -value : value
    }
    mutating func int32() -> Int32 { serial % 2 == 0 ? -Int32(next()) : Int32(next()) }
    mutating func uint32() -> UInt32 { UInt32(next()) }
    mutating func uint64() -> UInt64 { 79_000_000_000 + next() }
    mutating func bool() -> Bool { true }
    mutating func string() -> String { "text-\(next())" }
    /// Bytes that every text format escapes alike.
    mutating func bytes() -> [UInt8] {
        let start = next()
        return (0..<16).map { 0x80 | UInt8(truncatingIfNeeded: start + $0) }
    }
    mutating func choice<Case>(_ cases: [Case]) -> Case { cases[1 + Int(next()) % (cases.count - 1)] }
    mutating func isPresent() -> Bool { true }
    mutating func count() -> Int { 2 }
}

/// Values at the edges: defaults, extremes, the steps of a varint, long and foreign text.
struct RandomValues: SampleValues {
    var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func uint64() -> UInt64 {
        switch generator.next() % 6 {
        case 0: return 0
        case 1: return .max
        case 2:
            let step: UInt64 = 1 << (7 * (1 + generator.next() % 9))
            return generator.next() % 2 == 0 ? step : step - 1
        case 3: return generator.next() % 128
        default: return generator.next() >> (generator.next() % 64)
        }
    }
    mutating func int64() -> Int64 {
        switch generator.next() % 8 {
        case 0: .min
        case 1: .max
        default: Int64(bitPattern: uint64())
        }
    }
    mutating func int32() -> Int32 { Int32(truncatingIfNeeded: int64()) }
    mutating func uint32() -> UInt32 { UInt32(truncatingIfNeeded: uint64()) }
    mutating func bool() -> Bool { generator.next() % 2 == 0 }
    mutating func string() -> String {
        let alphabet = Array("abcXYZ019 -_\"\\/\u{0}\u{1F}\u{7F}éйЖ漢🙂\u{200B}e\u{301}")
        return String((0..<length()).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] })
    }
    mutating func bytes() -> [UInt8] { (0..<length()).map { _ in UInt8(truncatingIfNeeded: generator.next()) } }
    mutating func choice<Case>(_ cases: [Case]) -> Case { cases[Int(generator.next() % UInt64(cases.count))] }
    mutating func isPresent() -> Bool { bool() }
    mutating func count() -> Int { bool() ? 0 : Int(generator.next() % 4) }

    private mutating func length() -> Int {
        switch generator.next() % 8 {
        case 0: 0
        case 1: 127 + Int(generator.next() % 3)
        default: Int(generator.next() % 24)
        }
    }
}

/// Sebastiano Vigna's SplitMix64: a seed gives the same numbers everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
