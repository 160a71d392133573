/// Which records of a source were seen: exactly which of the last 65,536 numbers, and that all before them are too old.
package struct UsageSources: Sendable {
    package enum Seen: Sendable {
        case new
        /// Nor is its source.
        case newSource
        case repeated
        case tooOld
    }

    package static let window: UInt64 = 65_536
    package static let maximumSources = 256
    private static let words = Int(window / 64)

    private struct Source: Sendable {
        let name: String
        var last: UInt64
        /// A bit a number, at its place modulo the window.
        var bits: [UInt64]

        mutating func insert(_ number: UInt64) {
            if number > last {
                if number - last >= window {
                    for index in bits.indices { bits[index] = 0 }
                } else {
                    // Their places were those of numbers that are too old now.
                    for passed in (last + 1)...number { bits[word(passed)] &= ~bit(passed) }
                }
                last = number
            }
            bits[word(number)] |= bit(number)
        }
    }

    /// Few, and each named in every record of its own: looked through in order.
    private var sources: [Source] = []

    init() {}

    package var isFull: Bool { sources.count >= Self.maximumSources }

    /// Every source, by name: its highest number, and how many of the window before that were never seen.
    package func forEach(_ body: (_ name: String, _ last: UInt64, _ missing: Int) -> Void) {
        for source in sources.sorted(by: { $0.name < $1.name }) {
            let seen = source.bits.reduce(0) { $0 + $1.nonzeroBitCount }
            body(source.name, source.last, Int(min(source.last, Self.window)) - min(seen, Int(source.last)))
        }
    }

    package func look(_ number: UInt64, of name: String) -> Seen {
        guard let index = sources.firstIndex(where: { $0.name == name }) else { return .newSource }
        let last = sources[index].last
        guard number <= last else { return .new }
        guard last - number < Self.window else { return .tooOld }
        return sources[index].bits[Self.word(number)] & Self.bit(number) == 0 ? .new : .repeated
    }

    mutating func insert(_ number: UInt64, of name: String) {
        guard let index = sources.firstIndex(where: { $0.name == name }) else {
            var source = Source(name: name, last: number, bits: Array(repeating: 0, count: Self.words))
            source.insert(number)
            return sources.append(source)
        }
        sources[index].insert(number)
    }

    private static func word(_ number: UInt64) -> Int { Int(number % window / 64) }
    private static func bit(_ number: UInt64) -> UInt64 { 1 << (number % 64) }

    func digest(into hash: inout XXH64) {
        for source in sources.sorted(by: { $0.name < $1.name }) {
            hash.update(source.name)
            hash.update(source.last)
            for word in source.bits { hash.update(word) }
        }
    }

    func encode(into rest: inout SnapshotEncoder) {
        rest.put(each: sources.sorted { $0.name < $1.name }) { rest, source in
            rest.put(source.name)
            rest.put(source.last)
            for word in source.bits { rest.put(word) }
        }
    }

    init(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        let count = try rest.elementCount()
        guard count <= Self.maximumSources else { throw SnapshotError("too many sources of usage") }
        for _ in 0..<count {
            let name = try rest.text()
            guard !sources.contains(where: { $0.name == name }) else { throw SnapshotError("a source twice") }
            var source = Source(name: name, last: try rest.number(), bits: [])
            source.bits.reserveCapacity(Self.words)
            for _ in 0..<Self.words { source.bits.append(try rest.number()) }
            sources.append(source)
        }
    }

    var allocatedBytes: Int { sources.count * (Self.words * 8 + 64) }
}
