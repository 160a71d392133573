/// Limits for each visitor's address and for each number that somebody wants to sign in. They are below the service's
/// limits for the whole web tier, so one visitor cannot use up those of all.

internal import Synchronization

final class VisitorLimits: Sendable {
    /// So many at once, and one more after each interval.
    struct Rate: Sendable {
        var burst: Double
        var perSecond: Double
    }

    private struct Bucket {
        var left: Double
        var time: ContinuousClock.Instant
    }

    /// Buckets that are kept. An attacker with more addresses than this has other means as well.
    private static let maximumBuckets = 200_000
    private let rate: Rate
    private let buckets = Mutex<[String: Bucket]>([:])

    init(_ rate: Rate) { self.rate = rate }

    /// Takes one.
    ///
    /// - Returns: Nil, or the seconds to wait if there is none.
    func take(_ key: String, at now: ContinuousClock.Instant = .now) -> Int? {
        buckets.withLock { buckets in
            if buckets.count >= Self.maximumBuckets { removeFull(&buckets, now) }
            var bucket = buckets[key] ?? Bucket(left: rate.burst, time: now)
            bucket.left = refilled(bucket, now)
            bucket.time = now
            let isAllowed = bucket.left >= 1
            if isAllowed { bucket.left -= 1 }
            buckets[key] = bucket
            return isAllowed ? nil : max(1, Int(((1 - bucket.left) / rate.perSecond).rounded(.up)))
        }
    }

    private func refilled(_ bucket: Bucket, _ now: ContinuousClock.Instant) -> Double {
        min(rate.burst, bucket.left + (now - bucket.time) / .seconds(1) * rate.perSecond)
    }

    /// A full bucket says nothing. If none is full, all of them go, because a bound on memory is worth more.
    private func removeFull(_ buckets: inout [String: Bucket], _ now: ContinuousClock.Instant) {
        buckets = buckets.filter { refilled($0.value, now) < rate.burst }
        if buckets.count >= Self.maximumBuckets { buckets.removeAll() }
    }
}

/// The address that a limit counts: an IPv4 address, or the /64 of an IPv6 one, which a single household has.
func limitKey(ofAddress address: String) -> String {
    guard let bytes = addressBytes(address) else { return address }
    guard bytes.count == 16 else { return bytes.map { String($0) }.joined(separator: ".") }
    return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
}

/// The number that a limit counts, however it is written: its last ten digits.
func limitKey(ofNumber msisdn: String) -> String {
    String(msisdn.unicodeScalars.filter { (48...57).contains($0.value) }.map { Character($0) }.suffix(10))
}
