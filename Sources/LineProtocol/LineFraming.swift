/// Where lines end: LF, or CRLF. A line over the limit is reported once and skipped to its LF.

struct LineFraming: Sendable {
    enum Step {
        case partial
        case tooLong
        /// Without its end.
        case line(Range<Int>)
    }

    /// Bytes at the front of the input that are known to hold no LF.
    private var searched = 0
    /// In a line that was refused, before its LF.
    private var isSkipping = false

    /// Reads on from `at`, and moves it past the bytes that were taken.
    mutating func next(_ input: Bytes, _ at: inout Int) -> Step {
        let limit = RequestDecoder.maximumRequestBytes
        if isSkipping {
            guard let lineFeed = input.firstLineFeed(from: at) else {
                at = input.count
                return .partial
            }
            at = lineFeed + 1
            isSkipping = false
        }
        let start = at
        guard let lineFeed = input.firstLineFeed(from: start + searched) else {
            let waiting = input.count - start
            // One byte over is not a fault yet, because it may be the CR of a CRLF.
            let mayEnd = waiting == limit + 1 && input[start + limit] == .carriageReturn
            if waiting <= limit || mayEnd {
                searched = waiting
                return .partial
            }
            searched = 0
            isSkipping = true
            at = input.count
            return .tooLong
        }
        searched = 0
        at = lineFeed + 1
        let end = lineFeed > start && input[lineFeed - 1] == .carriageReturn ? lineFeed - 1 : lineFeed
        return end - start > limit ? .tooLong : .line(start..<end)
    }
}
