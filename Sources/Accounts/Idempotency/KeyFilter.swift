/// A filter of keys that only grows: blocked Bloom filters (Putze, Sanders and Singler, 2007), each four times as large
/// as the one before, 16 bits a key, one cache line a look. A key sets one bit in each of its block's eight words, so
/// that a look is eight shifts and no branch. A full filter takes about one new key in a thousand for known.
struct KeyFilter: Sendable, Coded {
    private static let bitsPerKey = 16
    private static let firstKeys = 1 << 20
    /// 512 bits.
    private static let wordsPerBlock = 8

    /// The place of a layer behind `start`.
    private struct Layer: Sendable {
        let first: Int
        let blocks: UInt64

        /// The first word of the key's block, which is 512 bits.
        @inline(__always)
        func block(of key: Hash128) -> Int {
            first + Int(key.high.multipliedFullWidth(by: blocks).high) * KeyFilter.wordsPerBlock
        }
    }

    /// All layers, one after another, so that a look counts no references. Words before `start` align each block to a
    /// cache line.
    private var words: [UInt64] = []
    private var start = 0
    private var layers: [Layer] = []
    /// The number of keys that the newest layer can still take.
    private var room = 0

    /// The number of decoded words; 0 for a filter that was not decoded.
    private var decodedWords = 0

    init() { addLayer() }

    private mutating func addLayer() {
        room = Self.firstKeys << (2 * layers.count)
        let (old, oldStart) = (words, start)
        let oldCount = layers.last.map { $0.first + Int($0.blocks) * Self.wordsPerBlock } ?? 0
        let count = room * Self.bitsPerKey / 64
        layers.append(Layer(first: oldCount, blocks: UInt64(count / Self.wordsPerBlock)))
        words = [UInt64](repeating: 0, inLargePages: oldCount + count + Self.wordsPerBlock)
        start = words.firstInCacheLine()
        words.replaceSubrange(start..<(start + oldCount), with: old[oldStart..<(oldStart + oldCount)])
    }

    func mayHave(_ key: Hash128) -> Bool {
        // The newest layer has most of all keys.
        for index in layers.indices.reversed() where has(key, start + layers[index].block(of: key)) { return true }
        return false
    }

    @inline(__always)
    private func has(_ key: Hash128, _ block: Int) -> Bool {
        words.withUnsafeBufferPointer { words in
            precondition(block + Self.wordsPerBlock <= words.count, "a block of the filter")
            var isSet: UInt64 = 1
            for index in 0..<Self.wordsPerBlock { isSet &= words[block + index] &>> Self.bit(key, index) }
            return isSet == 1
        }
    }

    /// The number of the bit that a key sets in a word of its block.
    @inline(__always)
    private static func bit(_ key: Hash128, _ word: Int) -> UInt64 { key.low >> UInt64(6 * word) & 63 }

    func prefetch(_ key: Hash128) {
        for index in layers.indices { words.prefetchElement(start + layers[index].block(of: key)) }
    }

    mutating func insert(_ key: Hash128) {
        if room == 0 { addLayer() }
        room -= 1
        mark(key)
    }

    /// Adds a key that was counted already.
    mutating func mark(_ key: Hash128) {
        let block = start + layers[layers.count - 1].block(of: key)
        for index in 0..<Self.wordsPerBlock { words[block + index] |= 1 << Self.bit(key, index) }
    }

    var allocatedBytes: Int { words.capacity * 8 }

    // MARK: - Snapshots

    var layerCount: Int { layers.count }
    var wordCount: Int { layers.last.map { $0.first + Int($0.blocks) * Self.wordsPerBlock } ?? 0 }
    var isWhole: Bool { decodedWords >= wordCount }

    /// Codes its size. A decoded filter is empty, and its words are decoded later.
    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        var (layerCount, room) = (UInt8(layerCount), UInt64(room))
        try rest.code(&layerCount)
        try rest.check((1...6).contains(layerCount), "a filter of \(layerCount) layers")
        while layers.count < layerCount { addLayer() }
        try rest.code(&room)
        try rest.check(room <= UInt64(self.room), "a filter with room for \(room) keys")
        self.room = Int(truncatingIfNeeded: room)
    }

    func encode(_ range: Range<Int>, into chunk: inout SnapshotEncoder) {
        chunk.put(UInt64(range.lowerBound))
        chunk.put(UInt32(range.count))
        for index in range { chunk.put(words[start + index]) }
    }

    mutating func decode(_ chunk: inout SnapshotDecoder) throws(SnapshotError) {
        let first = Int(truncatingIfNeeded: try chunk.number(UInt64.self))
        let count = Int(try chunk.number(UInt32.self))
        guard first >= 0, first <= wordCount, count <= wordCount - first else {
            throw SnapshotError("words beyond the filter")
        }
        for index in 0..<count { words[start + first + index] = try chunk.number() }
        decodedWords += count
    }
}
