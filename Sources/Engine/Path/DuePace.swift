/// The pace of due things: how many of them a step carries out before its requests.
///
/// A month begins for a million numbers at one midnight. While somebody asks, a step carries out a small slice of what
/// is due, and not more than `perSecond` of them a second: the requests of the step wait for the slice, and all
/// requests share the machine with it. A step always has its slice, however many requests it has, so requests cannot
/// starve what is due. While nobody asks, a step carries out as many as one commit takes well.

package import Accounts

package struct DuePace: Sendable {
    /// A million fees in 50 seconds.
    package static let defaultPerSecond = 20_000

    /// The most that are carried out a second while others ask; 0 if there is no such limit.
    package var perSecond: Int
    /// The most in a step while nobody asks. After a long stop the rest follows in the next steps.
    package var most = 4096
    /// The most in a step while others ask. So many hold the writer about as long as a commit does, some tenths of a
    /// millisecond: with more, the step's requests would wait for the slice rather than for their commit; with fewer,
    /// an idle moment between two batches would be spent on commits rather than on fees.
    package var slice = 64
    /// Others ask until nobody has asked for this long. A client that asks more seldom waits for at most one large step.
    package static let quiet = TimeSpan.seconds(1)

    private var lastAsked: Instant?
    /// The thousandths of due things that may be carried out now, at most those of a slice, and the instant of the
    /// count. So seconds without anything due do not add up.
    private var allowance: Int
    private var counted: Instant?

    package init(perSecond: Int = defaultPerSecond) {
        self.perSecond = perSecond
        allowance = slice * 1000
    }

    /// How many may be carried out in a step that begins at `uptime`. `isAsked`: the step has requests.
    package mutating func limit(isAsked: Bool, at uptime: Instant) -> Int {
        // After a start the clients come back.
        if isAsked || lastAsked == nil { lastAsked = uptime }
        if let counted, perSecond > 0 {
            // So long a pause fills it in any case.
            let passed = min(max(0, (uptime - counted).milliseconds), 1_000_000)
            allowance = min(allowance + Int(passed) * perSecond, slice * 1000)
        }
        counted = uptime
        guard let lastAsked, uptime - lastAsked < Self.quiet else { return most }
        return perSecond == 0 ? slice : max(0, allowance / 1000)
    }

    /// Tells that so many were carried out.
    package mutating func spend(_ count: Int) {
        if perSecond > 0 { allowance = max(0, allowance - count * 1000) }
    }

    /// The time until a whole slice may be carried out. A step before it carries out a part.
    package func millisecondsToSlice(at uptime: Instant) -> Int64 {
        guard perSecond > 0, let lastAsked, let counted else { return 0 }
        let passed = max(0, (uptime - counted).milliseconds)
        let quiet = Self.quiet.milliseconds - max(0, (uptime - lastAsked).milliseconds)
        let missing = slice * 1000 - allowance
        guard quiet > 0, missing > 0 else { return 0 }
        let wait = Int64((missing + perSecond - 1) / perSecond) - passed
        return max(0, min(wait, quiet))
    }
}
