/// Where RESP requests end. A request is an array of bulk strings:
///
///     *3\r\n $5\r\nTOPUP\r\n $11\r\n79001234567\r\n $6\r\n350.00\r\n
///
/// or, as in Redis, a line: between two arrays anything that does not begin with `*`.
///
/// A request over the limit is reported once, when its lengths first exceed it, and skipped by them. If lengths cannot
/// be followed, no next request can be found: the input is malformed, and the connection ends.

struct RESPFraming: Sendable {
    enum Step: Equatable {
        case partial
        case tooLong
        case malformed
        /// A whole frame: from here to where reading got to. `elements` has the places of its values.
        case frame(Int)
        /// A line between two arrays, without its end.
        case line(Range<Int>)
    }

    /// The most elements that Redis takes; a greater length is taken for an error.
    static let maximumElements = 1024 * 1024
    static let maximumElementBytes = 512 * 1024 * 1024
    /// `$0\r\n\r\n`
    private static let leastElementBytes = 6

    private enum Phase {
        case array
        /// In a frame, with so many elements to come.
        case elements(Int)
        /// In a frame that was refused.
        case skippingHeaders(Int)
        /// In an element of it: so many bytes left before its CRLF, and so many elements after it.
        case skippingBytes(Int, then: Int)
        case line
        /// In a line that was refused.
        case skippingLine
    }

    private var phase = Phase.array
    private var line = LineFraming()
    /// How far a frame was read, from its start.
    private var read = 0
    /// The values of the frame that was read last, from its start.
    private(set) var elements: [Range<Int>] = []

    /// Reads on from `at`, and moves it past the bytes that were taken.
    mutating func next(_ input: Bytes, _ at: inout Int) -> Step {
        let limit = RequestDecoder.maximumRequestBytes
        while true {
            switch phase {
            case .array where at < input.count && input[at] != UInt8(ascii: "*"):
                phase = .line

            case .line:
                switch line.next(input, &at) {
                case .partial: return .partial
                case .tooLong:
                    phase = input[at - 1] == .lineFeed ? .array : .skippingLine
                    line = LineFraming()
                    return .tooLong
                case .line(let range):
                    phase = .array
                    return .line(range)
                }

            case .skippingLine:
                guard let lineFeed = input.firstLineFeed(from: at) else {
                    at = input.count
                    return .partial
                }
                at = lineFeed + 1
                phase = .array

            case .array:
                switch header(input, at, "*", upTo: Self.maximumElements) {
                case .partial: return .partial
                case .malformed: return .malformed
                case .length(let count, let end):
                    guard count > 0 else {
                        // Redis ignores an empty array.
                        at = end
                        continue
                    }
                    guard end - at + count * Self.leastElementBytes <= limit else {
                        at = end
                        phase = .skippingHeaders(count)
                        return .tooLong
                    }
                    if elements.capacity > 64 { elements = [] } else { elements.removeAll(keepingCapacity: true) }
                    read = end - at
                    phase = .elements(count)
                }

            case .elements(0):
                let start = at
                at += read
                phase = .array
                return .frame(start)

            case .elements(let left):
                switch header(input, at + read, "$", upTo: Self.maximumElementBytes) {
                case .partial: return .partial
                case .malformed: return .malformed
                case .length(let length, let start):
                    guard length >= 0 else { return .malformed }
                    let end = start + length
                    guard end + 2 - at + (left - 1) * Self.leastElementBytes <= limit else {
                        at = start
                        phase = .skippingBytes(length, then: left - 1)
                        return .tooLong
                    }
                    guard let isLineEnd = lineEnd(input, end) else { return .partial }
                    guard isLineEnd else { return .malformed }
                    elements.append((start - at)..<(end - at))
                    read = end + 2 - at
                    phase = .elements(left - 1)
                }

            case .skippingHeaders(0):
                phase = .array

            case .skippingHeaders(let left):
                switch header(input, at, "$", upTo: Self.maximumElementBytes) {
                case .partial: return .partial
                case .malformed: return .malformed
                case .length(let length, let end):
                    guard length >= 0 else { return .malformed }
                    at = end
                    phase = .skippingBytes(length, then: left - 1)
                }

            case .skippingBytes(let length, let left):
                let skipped = min(length, input.count - at)
                at += skipped
                phase = .skippingBytes(length - skipped, then: left)
                guard skipped == length, let isLineEnd = lineEnd(input, at) else { return .partial }
                guard isLineEnd else { return .malformed }
                at += 2
                phase = .skippingHeaders(left)
            }
        }
    }

    private enum Header {
        case partial
        case malformed
        case length(Int, end: Int)
    }

    /// A length's line: the type's byte, digits as a program writes them, CRLF. `-1` means a null value.
    private func header(_ input: Bytes, _ start: Int, _ type: Unicode.Scalar, upTo maximum: Int) -> Header {
        var at = start
        guard at < input.count else { return .partial }
        guard input[at] == UInt8(ascii: type) else { return .malformed }
        at += 1
        var isNegative = false
        if at < input.count, input[at] == UInt8(ascii: "-") {
            isNegative = true
            at += 1
        }
        let digits = at
        var length = 0
        while at < input.count, input[at] >= 48, input[at] <= 57 {
            guard at == digits || length > 0 else { return .malformed }
            length = length * 10 + Int(input[at] - 48)
            guard length <= (isNegative ? 1 : maximum) else { return .malformed }
            at += 1
        }
        guard at < input.count else { return .partial }
        guard at > digits, !isNegative || length == 1 else { return .malformed }
        switch lineEnd(input, at) {
        case nil: return .partial
        case false: return .malformed
        case true: return .length(isNegative ? -1 : length, end: at + 2)
        }
    }

    /// Nil if not all of it has come.
    private func lineEnd(_ input: Bytes, _ at: Int) -> Bool? {
        guard at < input.count else { return nil }
        guard input[at] == .carriageReturn else { return false }
        guard at + 1 < input.count else { return nil }
        return input[at + 1] == .lineFeed
    }
}
