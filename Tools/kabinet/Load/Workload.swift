// The requests of a run, one after another, and when each is due.

import NIOCore

/// Requests in turn, each drawn by the mix and the distribution.
struct Workload: Sendable {
    private let mix: Mix
    private var accounts: AccountPicker
    private let firstNumber: UInt64
    /// Letters alone: a service refuses ids that look like a card's number.
    private let run: [UInt8]
    private var random: SplitMix64
    private var serial: UInt64 = 0

    init(mix: Mix, accounts: AccountPicker, firstNumber: UInt64, seed: UInt64) {
        self.mix = mix
        self.accounts = accounts
        self.firstNumber = firstNumber
        run = (0..<8).map { _ in UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z")) }
        random = SplitMix64(seed: seed)
    }

    /// Writes the next request and returns its kind.
    mutating func writeNext(to buffer: inout ByteBuffer) -> RequestKind {
        let kind = mix.draw(using: &random)
        let number = firstNumber + accounts.next(using: &random)
        serial += 1
        kind.write(number: number, run: run, serial: serial, to: &buffer)
        return kind
    }
}

/// How a load is paced, and when it ends.
struct Pace: Equatable, Sendable {
    /// Requests a second in all (open loop); nil to send a request as soon as another was answered (closed loop).
    var rate: Double?
    /// Seconds that are not measured.
    var warmup = 0.0
    /// Measured seconds; nil for as many as the requests take.
    var seconds: Double?
    /// Measured requests; nil for as many as the seconds allow.
    var requests: Int?
}

/// A pace from an instant on, and its progress. All instants are nanoseconds of one clock.
struct Schedule: Sendable {
    let measuredFrom: UInt64
    private let began: UInt64
    /// No request falls due from here on.
    private let stop: UInt64
    /// No request is sent from here on. A request that falls due just before the stop may still go out, so that a rate
    /// that was kept is not reported as missed by one request.
    private let end: UInt64
    private let interval: Double?
    private let requests: Int
    private var issued = 0
    private var measured = 0

    init(_ pace: Pace, began: UInt64) {
        self.began = began
        measuredFrom = began + UInt64(pace.warmup * 1e9)
        stop = pace.seconds.map { [measuredFrom] in measuredFrom + UInt64($0 * 1e9) } ?? .max
        end = pace.rate == nil || stop == .max ? stop : stop + 100_000_000
        interval = pace.rate.map { 1e9 / $0 }
        requests = pace.requests ?? .max
    }

    /// How many requests may be sent now.
    func due(at now: UInt64) -> Int { now < end ? owed(at: now) : 0 }

    /// How many requests should have been sent by now, or by the end, and were not. In a closed loop, those left.
    func owed(at now: UInt64) -> Int {
        let left = requests - measured
        guard let interval else { return left }
        let intended = Int(Double(min(now, stop - 1) - began) / interval) + 1
        return max(0, min(intended - issued, left))
    }

    /// No request will be due any more.
    func isOver(at now: UInt64) -> Bool { now >= end || measured >= requests }

    /// When the next request is to be sent, in an open loop.
    var nextIntended: UInt64? { interval.map { began + UInt64(Double(issued) * $0) } }

    /// Takes the next request, and returns the instant from which its latency counts. In an open loop that is the
    /// instant at which it should have been sent, however late it is (no coordinated omission); otherwise it is now.
    mutating func take(at now: UInt64) -> UInt64 {
        let start = nextIntended ?? now
        issued += 1
        if start >= measuredFrom { measured += 1 }
        return start
    }
}
