/// A filter of keys that only grows: blocked Bloom filters (Putze, Sanders and Singler, 2007), each four times
/// as large as the one before, 16 bits a key, one cache line a look. About one new key in 600 a filter is taken for
/// known.
struct KeyFilter: Sendable {
    private static let bitsPerKey = 16
    private static let firstKeys = 1 << 17
    private static let wordsPerBlock = 8
    private static let bitsSet = 7

    private struct Layer: Sendable {
        var words: [UInt64]
        var room: Int

        init(keys: Int) {
            words = [UInt64](repeating: 0, inLargePages: keys * KeyFilter.bitsPerKey / 64)
            room = keys
        }

        /// Where the key's block begins: its size is 512 bits.
        func block(of key: Hash128) -> Int {
            let blocks = UInt64(words.count / KeyFilter.wordsPerBlock)
            return Int(key.high.multipliedFullWidth(by: blocks).high) * KeyFilter.wordsPerBlock
        }
    }

    private var layers = [Layer(keys: firstKeys)]

    func mayHave(_ key: Hash128) -> Bool {
        // The newest layer has most of all keys.
        for index in layers.indices.reversed() where Self.has(key, layers[index]) { return true }
        return false
    }

    private static func has(_ key: Hash128, _ layer: Layer) -> Bool {
        let block = layer.block(of: key)
        var bits = key.low
        for _ in 0..<bitsSet {
            let bit = Int(truncatingIfNeeded: bits & 511)
            if layer.words[block + bit >> 6] & (1 << UInt64(bit & 63)) == 0 { return false }
            bits >>= 9
        }
        return true
    }

    func prefetch(_ key: Hash128) {
        for index in layers.indices { layers[index].words.prefetchElement(layers[index].block(of: key)) }
    }

    mutating func insert(_ key: Hash128) {
        if layers[layers.count - 1].room == 0 { layers.append(Layer(keys: Self.firstKeys << (2 * layers.count))) }
        let newest = layers.count - 1
        layers[newest].room -= 1
        let block = layers[newest].block(of: key)
        var bits = key.low
        for _ in 0..<Self.bitsSet {
            let bit = Int(truncatingIfNeeded: bits & 511)
            layers[newest].words[block + bit >> 6] |= 1 << UInt64(bit & 63)
            bits >>= 9
        }
    }

    var allocatedBytes: Int { layers.reduce(0) { $0 + $1.words.capacity * 8 } }
}
