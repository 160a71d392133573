/// The records of a source that were seen: the log position of each of the last 65,536 numbers. All numbers before them
/// are too old.
///
/// Positions are in blocks of 1,024 numbers. A source with few numbers costs a block or two, a busy one all 64. A block
/// has the bytes that a snapshot has, so that a snapshot takes it unchanged and copies nothing.
package struct UsageSources: Sendable {
    package enum Seen: Equatable, Sendable {
        case new
        /// Both the number and its source are new.
        case newSource
        case repeated(Position)
        case tooOld
    }

    package static let window: UInt64 = 65_536
    package static let maximumSources = 256
    /// The memory of a source whose numbers were all seen.
    package static let maximumSourceBytes = Int(window) * MemoryLayout<Position>.size
    private static let blockNumbers: UInt64 = 1024
    /// A block begins with the numbers of its source and of itself, four bytes each.
    private static let blockHeaderBytes = 8
    private static let blockBytes = blockHeaderBytes + Int(blockNumbers) * MemoryLayout<Position>.size
    private static let blockCount = Int(window / blockNumbers)

    /// The place of a number's position: its block, and the byte in it.
    private static func place(_ number: UInt64) -> (block: Int, byte: Int) {
        let (block, index) = (number % window).quotientAndRemainder(dividingBy: blockNumbers)
        return (Int(block), blockHeaderBytes + Int(index) * MemoryLayout<Position>.size)
    }

    private struct Source: Sendable {
        var name: String
        var last: UInt64
        /// How many numbers of the window were seen.
        var seen = 0
        /// An empty block if none of its numbers was seen. A position of 0 if that number was not.
        var blocks = [[UInt8]](repeating: [], count: UsageSources.blockCount)

        init(_ name: String, last: UInt64) { (self.name, self.last) = (name, last) }

        subscript(number: UInt64) -> Position {
            get {
                let (block, byte) = UsageSources.place(number)
                return blocks[block].isEmpty ? 0 : blocks[block].number(at: byte)
            }
            set {
                let (block, byte) = UsageSources.place(number)
                let former: Position = blocks[block].number(at: byte)
                seen += (newValue == 0 ? 0 : 1) - (former == 0 ? 0 : 1)
                blocks[block].withUnsafeMutableBytes {
                    $0.storeBytes(of: newValue.littleEndian, toByteOffset: byte, as: Position.self)
                }
            }
        }

        /// Clears the places of these numbers, which held numbers that are too old now.
        mutating func forget(_ passed: ClosedRange<UInt64>) {
            guard passed.count < UsageSources.window else {
                for index in blocks.indices { blocks[index] = [] }
                return seen = 0
            }
            for number in passed where self[number] != 0 { self[number] = 0 }
        }
    }

    /// In the order of their appearance. Searched in order, because they are few and every record names its own.
    private var sources: [Source] = []

    init() {}

    package var isFull: Bool { sources.count >= Self.maximumSources }

    /// Visits every source, by name: its highest number, and how many of the window before that were never seen.
    package func forEach(_ body: (_ name: String, _ last: UInt64, _ missing: Int) -> Void) {
        for source in sources.sorted(by: { $0.name < $1.name }) {
            body(source.name, source.last, Int(min(source.last, Self.window)) - min(source.seen, Int(source.last)))
        }
    }

    package func look(_ number: UInt64, of name: String) -> Seen {
        guard let index = sources.firstIndex(where: { $0.name == name }) else { return .newSource }
        let last = sources[index].last
        guard number <= last else { return .new }
        guard last - number < Self.window else { return .tooOld }
        let position = sources[index][number]
        return position == 0 ? .new : .repeated(position)
    }

    mutating func insert(_ number: UInt64, of name: String, at position: Position) {
        let index = sources.firstIndex { $0.name == name } ?? sources.count
        if index == sources.count {
            sources.append(Source(name, last: number))
        } else if number > sources[index].last {
            sources[index].forget((sources[index].last + 1)...number)
            sources[index].last = number
        }
        let block = Self.place(number).block
        if sources[index].blocks[block].isEmpty {
            sources[index].blocks[block] = Self.header(index, block)
            sources[index].blocks[block].append(
                contentsOf: repeatElement(0, count: Self.blockBytes - Self.blockHeaderBytes))
        }
        sources[index][number] = position
    }

    private static func header(_ source: Int, _ block: Int) -> [UInt8] {
        [UInt32(source), UInt32(block)].flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
    }

    var allocatedBytes: Int {
        sources.reduce(0) { $1.blocks.reduce($0 + Self.blockCount * 8 + 64) { $0 + $1.count } }
    }
}

/// In a snapshot, the rest has the names and the list of blocks, and each block is a piece of its own.
extension UsageSources: Coded {
    /// The blocks are decoded later. Until then each is its header.
    mutating func code<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        var index = 0
        try rest.code(&sources, each: Source("", last: 0)) { rest, source throws(Coder.Failure) in
            try rest.code(&source.name)
            try rest.code(&source.last)
            var isThere = source.blocks.indices.reduce(UInt64(0)) {
                $0 | (source.blocks[$1].isEmpty ? 0 : 1 << UInt64($1))
            }
            try rest.code(&isThere)
            for block in 0..<Self.blockCount where Coder.isDecoding && isThere & 1 << UInt64(block) != 0 {
                source.blocks[block] = Self.header(index, block)
            }
            index += 1
        }
        try rest.check(Set(sources.map(\.name)).count == sources.count, "a source twice")
    }

    func forEachBlock(_ body: ([UInt8]) -> Void) {
        for source in sources { for block in source.blocks where !block.isEmpty { body(block) } }
    }

    var blocksInUse: Int { sources.reduce(0) { $0 + $1.blocks.count { !$0.isEmpty } } }

    /// True if this is one of its blocks.
    func has(_ block: [UInt8]) -> Bool {
        guard let (source, index) = place(of: block) else { return false }
        return sources[source].blocks[index] == block
    }

    /// The source and the number of a snapshot's block; nil if they do not exist.
    private func place(of block: [UInt8]) -> (source: Int, block: Int)? {
        guard block.count == Self.blockBytes else { return nil }
        let (source, index) = (Int(block.number(at: 0) as UInt32), Int(block.number(at: 4) as UInt32))
        return source < sources.count && index < Self.blockCount ? (source, index) : nil
    }

    mutating func decode(_ block: [UInt8]) throws(SnapshotError) {
        guard let (source, index) = place(of: block), sources[source].blocks[index].count == Self.blockHeaderBytes
        else {
            throw SnapshotError("a block of usage is not of it")
        }
        sources[source].blocks[index] = block
        for byte in stride(from: Self.blockHeaderBytes, to: Self.blockBytes, by: MemoryLayout<Position>.size)
        where block.number(at: byte) as Position != 0 { sources[source].seen += 1 }
    }

    func finishDecoding() throws(SnapshotError) {
        for source in sources {
            guard source.blocks.allSatisfy({ $0.isEmpty || $0.count == Self.blockBytes }) else {
                throw SnapshotError("a block of \(source.name)'s usage is missing")
            }
        }
    }
}

extension [UInt8] {
    fileprivate func number<Number: FixedWidthInteger & BitwiseCopyable>(at byte: Int) -> Number {
        withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: byte, as: Number.self)) }
    }
}
