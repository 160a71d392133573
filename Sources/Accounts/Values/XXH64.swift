/// XXH64, Yann Collet's 64-bit hash (xxHash specification, version 0.1.1): checksums of records and digests of
/// projections. It finds accidents; the Merkle tree protects against forgers.
///
/// Input is taken in stripes of four 8-byte lanes. Bytes that do not fill a stripe wait in `pending`, packed
/// little-endian.
package struct XXH64: Sendable {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// Four running sums and how a stripe enters them.
    private struct Accumulators: Sendable {
        var a: UInt64
        var b: UInt64
        var c: UInt64
        var d: UInt64

        @inline(__always)
        mutating func consume(_ w: UInt64, _ x: UInt64, _ y: UInt64, _ z: UInt64) {
            a = XXH64.round(a, w)
            b = XXH64.round(b, x)
            c = XXH64.round(c, y)
            d = XXH64.round(d, z)
        }
    }

    private let seed: UInt64
    private var sums: Accumulators
    private var pending: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// Bytes in `pending`, 0 to 31.
    private var pendingCount = 0
    private var total: UInt64 = 0

    package init(seed: UInt64 = 0) {
        self.seed = seed
        sums = Self.initialSums(seed)
    }

    package mutating func update(_ bytes: RawSpan) {
        total &+= UInt64(bytes.byteCount)
        var at = 0
        while pendingCount != 0, at < bytes.byteCount { take(Self.byte(bytes, &at)) }
        while bytes.byteCount - at >= 32 {
            sums.consume(
                Self.lane(bytes, at), Self.lane(bytes, at + 8), Self.lane(bytes, at + 16), Self.lane(bytes, at + 24))
            at += 32
        }
        while at < bytes.byteCount { take(Self.byte(bytes, &at)) }
    }

    package mutating func update(_ bytes: [UInt8]) { update(bytes.span.bytes) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { update(bytes.bytes) }

    package func finalize() -> UInt64 {
        var hash = Self.merge(sums, total: total, seed: seed)
        let lanes = pendingCount >> 3
        if lanes > 0 { hash = Self.mixLane(hash, pending.0) }
        if lanes > 1 { hash = Self.mixLane(hash, pending.1) }
        if lanes > 2 { hash = Self.mixLane(hash, pending.2) }
        var rest = pendingCount & 7
        var tail = lanes == 0 ? pending.0 : lanes == 1 ? pending.1 : lanes == 2 ? pending.2 : pending.3
        if rest >= 4 {
            hash = Self.mixHalf(hash, tail & 0xFFFF_FFFF)
            tail >>= 32
            rest -= 4
        }
        while rest > 0 {
            hash = Self.mixByte(hash, tail & 0xFF)
            tail >>= 8
            rest -= 1
        }
        return Self.avalanche(hash)
    }
}

extension XXH64 {
    /// The hash of contiguous bytes at once.
    package static func hash(_ bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
        let count = bytes.byteCount
        var sums = initialSums(seed)
        var at = 0
        while count - at >= 32 {
            sums.consume(lane(bytes, at), lane(bytes, at + 8), lane(bytes, at + 16), lane(bytes, at + 24))
            at += 32
        }
        var hash = merge(sums, total: UInt64(count), seed: seed)
        while count - at >= 8 {
            hash = mixLane(hash, lane(bytes, at))
            at += 8
        }
        if count - at >= 4 {
            let half = bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self)
            hash = mixHalf(hash, UInt64(UInt32(littleEndian: half)))
            at += 4
        }
        while at < count { hash = mixByte(hash, UInt64(byte(bytes, &at))) }
        return avalanche(hash)
    }

    package static func hash(_ buffer: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        hash(buffer.bytes, seed: seed)
    }

    private static func initialSums(_ seed: UInt64) -> Accumulators {
        Accumulators(a: seed &+ prime1 &+ prime2, b: seed &+ prime2, c: seed, d: seed &- prime1)
    }

    @inline(__always)
    private static func lane(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func byte(_ bytes: RawSpan, _ offset: inout Int) -> UInt8 {
        let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        offset += 1
        return byte
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    @inline(__always)
    private static func round(_ sum: UInt64, _ lane: UInt64) -> UInt64 {
        rotate(sum &+ lane &* prime2, 31) &* prime1
    }

    /// Merges the four sums into one. Input shorter than a stripe never entered them.
    private static func merge(_ sums: Accumulators, total: UInt64, seed: UInt64) -> UInt64 {
        guard total >= 32 else { return seed &+ prime5 &+ total }
        var hash = rotate(sums.a, 1) &+ rotate(sums.b, 7) &+ rotate(sums.c, 12) &+ rotate(sums.d, 18)
        hash = (hash ^ round(0, sums.a)) &* prime1 &+ prime4
        hash = (hash ^ round(0, sums.b)) &* prime1 &+ prime4
        hash = (hash ^ round(0, sums.c)) &* prime1 &+ prime4
        hash = (hash ^ round(0, sums.d)) &* prime1 &+ prime4
        return hash &+ total
    }

    @inline(__always)
    private static func mixLane(_ hash: UInt64, _ lane: UInt64) -> UInt64 {
        rotate(hash ^ round(0, lane), 27) &* prime1 &+ prime4
    }

    @inline(__always)
    private static func mixHalf(_ hash: UInt64, _ half: UInt64) -> UInt64 {
        rotate(hash ^ half &* prime1, 23) &* prime2 &+ prime3
    }

    @inline(__always)
    private static func mixByte(_ hash: UInt64, _ byte: UInt64) -> UInt64 {
        rotate(hash ^ byte &* prime5, 11) &* prime1
    }

    private static func avalanche(_ input: UInt64) -> UInt64 {
        var hash = input
        hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }

    /// Adds a byte behind the pending ones.
    private mutating func take(_ byte: UInt8) {
        place(UInt64(byte) << (UInt64(pendingCount & 7) * 8), pendingCount >> 3)
        advance(1)
    }

    @inline(__always)
    private mutating func place(_ bits: UInt64, _ lane: Int) {
        switch lane {
        case 0: pending.0 |= bits
        case 1: pending.1 |= bits
        case 2: pending.2 |= bits
        default: pending.3 |= bits
        }
    }

    /// Counts bytes in, and consumes the stripe when it is full.
    @inline(__always)
    private mutating func advance(_ count: Int) {
        pendingCount += count
        if pendingCount == 32 {
            sums.consume(pending.0, pending.1, pending.2, pending.3)
            pending = (0, 0, 0, 0)
            pendingCount = 0
        }
    }
}
