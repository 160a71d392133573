/// Makes inputs from inputs. Everything is drawn from one seed.

import TestSupport

struct Mutator {
    /// Longer than the longest thing that any decoder takes at once.
    static let maximumInputBytes = 48 * 1024
    private static let maximumPool = 4096

    private var random: SplitMix64
    private var pool: [[UInt8]]
    private let seedCount: Int
    private var seen: Set<UInt64> = []

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SplitMix64(seed: seed)
        pool = corpus.isEmpty ? [[]] : corpus
        seedCount = pool.count
    }

    /// How many different outcomes the inputs had so far.
    var kinds: Int { seen.count }

    /// Bytes that chance rarely finds: ends of lines, quotes, lengths at the limits, bytes that no UTF-8 has.
    private static let interesting: [[UInt8]] =
        [
            "\n", "\r\n", "\r", " ", "=", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "\\n", "*", "$", "-1", "0", "1",
            "*1\r\n", "$0\r\n\r\n", "$-1\r\n", "16384", "16385", "536870912", "536870913", "9223372036854775807",
            "18446744073709551616", "PING\n", "*1\r\n$4\r\nPING\r\n", "id=", "session=", "ref=", "at=",
            "2018-03-01T09:30:00.001+03:00", "9999-12-31T23:59:59-12:00", "VERIFY\n",
        ].map { Array($0.utf8) }
        + [[0], [0x7f], [0x80], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]
        + [[0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f]]

    mutating func next() -> [UInt8] {
        var bytes = pool[Int.random(in: 0..<pool.count, using: &random)]
        for _ in 0..<(1 << Int.random(in: 0...3, using: &random)) { mutate(&bytes) }
        if bytes.count > Self.maximumInputBytes { bytes.removeLast(bytes.count - Self.maximumInputBytes) }
        return bytes
    }

    /// The number from which the next input's checks draw.
    mutating func variation() -> UInt64 { random.next() }

    /// Keeps an input whose outcome is new.
    mutating func keep(_ input: [UInt8], _ outcome: UInt64) {
        guard seen.count < 1 << 16, seen.insert(outcome).inserted else { return }
        if pool.count < Self.maximumPool {
            pool.append(input)
        } else {
            pool[Int.random(in: seedCount..<pool.count, using: &random)] = input
        }
    }

    private mutating func place(in bytes: [UInt8]) -> Int { Int.random(in: 0...bytes.count, using: &random) }

    private mutating func range(in bytes: [UInt8]) -> Range<Int> {
        let start = place(in: bytes)
        let length = min(bytes.count - start, 1 << Int.random(in: 0...8, using: &random))
        return start..<(start + length)
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1:
            guard !bytes.isEmpty else { return }
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2:
            guard !bytes.isEmpty else { return }
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        case 3, 4:
            let word = Self.interesting[Int.random(in: 0..<Self.interesting.count, using: &random)]
            bytes.insert(contentsOf: word, at: place(in: bytes))
        case 5: bytes.removeSubrange(range(in: bytes))
        case 6:
            let piece = bytes[range(in: bytes)]
            bytes.insert(contentsOf: piece, at: place(in: bytes))
        case 7:
            // A piece of another input.
            let other = pool[Int.random(in: 0..<pool.count, using: &random)]
            bytes.insert(contentsOf: other[range(in: other)], at: place(in: bytes))
        case 8: bytes.removeLast(bytes.count - place(in: bytes))
        default:
            // Sometimes adds a run long enough to pass a limit.
            guard Int.random(in: 0..<16, using: &random) == 0 else { return }
            let run = [UInt8](
                repeating: UInt8.random(in: 0...255, using: &random),
                count: Int.random(in: 16_000...33_000, using: &random))
            bytes.insert(contentsOf: run, at: place(in: bytes))
        }
    }
}
