// Chooses accounts: in their order, all alike, or some far more often than others.

import ArgumentParser
import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same load.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 to below 1, in steps of 2⁻⁵³.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// How requests are spread over accounts.
enum Distribution: String, CaseIterable, ExpressibleByArgument, Sendable {
    case uniform, zipf
}

/// Chooses accounts, counted from 0.
enum AccountPicker: Sendable {
    /// Each once.
    case inOrder(next: UInt64)
    case uniform(count: UInt64)
    case zipf(ZipfSampler, Scramble)

    mutating func next(using random: inout SplitMix64) -> UInt64 {
        switch self {
        case .inOrder(let next):
            self = .inOrder(next: next + 1)
            return next
        case .uniform(let count): return random.next(upperBound: count)
        case .zipf(let sampler, let scramble): return scramble.place(of: sampler.rank(using: &random) - 1)
        }
    }
}

/// Ranks 1 to `count`, the rank k with a probability in proportion to k to the power of −`exponent`, in constant time
/// and without a table: rejection-inversion, W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates
/// from monotone discrete distributions", ACM TOMACS 6 (1996). Names are the paper's.
struct ZipfSampler: Sendable {
    private let count: Double
    private let exponent: Double
    private let hIntegralFirst: Double
    private let hIntegralLast: Double
    private let s: Double

    init(count: UInt64, exponent: Double) {
        precondition(count > 0 && exponent > 0, "there is a rank, and ranks differ")
        self.count = Double(count)
        self.exponent = exponent
        hIntegralFirst = Self.hIntegral(1.5, exponent) - 1
        hIntegralLast = Self.hIntegral(Double(count) + 0.5, exponent)
        s = 2 - Self.hIntegralInverse(Self.hIntegral(2.5, exponent) - Self.h(2, exponent), exponent)
    }

    func rank(using random: inout SplitMix64) -> UInt64 {
        while true {
            let u = hIntegralLast + random.unit() * (hIntegralFirst - hIntegralLast)
            let x = Self.hIntegralInverse(u, exponent)
            // Rounding may lead out of the range.
            let k = min(max((x + 0.5).rounded(.down), 1), count)
            if k - x <= s || u >= Self.hIntegral(k + 0.5, exponent) - Self.h(k, exponent) { return UInt64(k) }
        }
    }

    private static func h(_ x: Double, _ exponent: Double) -> Double { exp(-exponent * log(x)) }

    private static func hIntegral(_ x: Double, _ exponent: Double) -> Double {
        let logarithm = log(x)
        return expm1OverX((1 - exponent) * logarithm) * logarithm
    }

    private static func hIntegralInverse(_ x: Double, _ exponent: Double) -> Double {
        exp(log1pOverX(max(x * (1 - exponent), -1)) * x)
    }

    // Both use the first terms of their series if x is near 0, which it is for an exponent near 1.
    private static func log1pOverX(_ x: Double) -> Double {
        abs(x) > 1e-8 ? log1p(x) / x : 1 - x * (1 / 2 - x * (1 / 3 - x / 4))
    }

    private static func expm1OverX(_ x: Double) -> Double {
        abs(x) > 1e-8 ? expm1(x) / x : 1 + x / 2 * (1 + x / 3 * (1 + x / 4))
    }
}

/// A permutation that separates neighbours, so that accounts in demand are not beside each other in memory:
/// multiplication by a number that shares no factor with the count, near its golden section.
struct Scramble: Sendable {
    /// The product of two places fits in 64 bits.
    static let maximumCount: UInt64 = 1 << 32

    private let count: UInt64
    private let factor: UInt64
    private let offset: UInt64

    init(count: UInt64, seed: UInt64) {
        precondition((1...Self.maximumCount).contains(count), "the count is checked with the options")
        self.count = count
        var factor = max(1, UInt64(Double(count) * 0.618_033_988_749_894_9))
        while greatestCommonDivisor(factor, count) != 1 { factor += 1 }
        self.factor = factor
        var random = SplitMix64(seed: seed)
        offset = random.next(upperBound: count)
    }

    func place(of index: UInt64) -> UInt64 { (index * factor % count + offset) % count }
}

private func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
