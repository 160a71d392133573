// The results of a load.

import Histogram

/// Counts of one run. Requests of the warm-up are in no latency, but their errors count, and so do their changes.
struct Tally: Sendable {
    struct OfKind: Sendable {
        var errors = 0
        /// Nanoseconds of the measured replies that were `OK`, to three digits. It grows, so that it drops none.
        var latency = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    }

    private var kinds = Array(repeating: OfKind(), count: RequestKind.allCases.count)
    /// By the code of `ERR`.
    private(set) var errors: [String: Int] = [:]
    /// All replies, those of the warm-up included.
    private(set) var replies = 0
    /// Changes that were answered with `OK`: they are on disk.
    private(set) var acknowledgedChanges = 0
    var brokenConnections = 0
    /// Requests that got no answer, and how many of them were changes: those may have been done.
    private(set) var unanswered = 0
    private(set) var unansweredChanges = 0
    /// The most requests of an open loop that were due and could not be sent, and those that never were.
    var largestBacklog = 0
    var unsent = 0
    /// From the end of the warm-up to the last reply.
    var measuredNanoseconds: UInt64 = 0

    subscript(_ kind: RequestKind) -> OfKind { kinds[kind.rawValue] }

    /// Everything that went wrong.
    var errorCount: Int { errors.values.reduce(0, +) + brokenConnections + unanswered }

    var measuredSeconds: Double { Double(measuredNanoseconds) / 1e9 }

    /// All kinds' latencies.
    var latency: Histogram<UInt64> {
        var all = OfKind().latency
        for kind in kinds { all.add(kind.latency) }
        return all
    }

    /// Counts an `OK`; a latency of nil belongs to the warm-up.
    mutating func succeeded(_ kind: RequestKind, latency: UInt64?) {
        replies += 1
        if kind.isChange { acknowledgedChanges += 1 }
        if let latency { kinds[kind.rawValue].latency.record(latency) }
    }

    /// Counts an `ERR`; without a kind it answered no request.
    mutating func refused(_ kind: RequestKind?, code: String) {
        errors[code, default: 0] += 1
        guard let kind else { return }
        replies += 1
        kinds[kind.rawValue].errors += 1
    }

    mutating func notAnswered(_ kind: RequestKind) {
        unanswered += 1
        kinds[kind.rawValue].errors += 1
        if kind.isChange { unansweredChanges += 1 }
    }
}
