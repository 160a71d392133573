/// Bytes of a connection into requests: lines for people and front ends, RESP for Redis clients.
///
/// The caller keeps the bytes that were not consumed and passes them again, from the same start, followed by what came
/// after. The decoder keeps only where it got to, so a request that arrives a byte at a time is read once, and not once
/// a byte. The steps are the same however the bytes are cut into calls.

package import Accounts

/// How replies on a connection are written. `.lines` until the first byte decides otherwise.
package enum WireFormat: UInt8, Sendable { case lines, resp2, resp3 }

/// One a connection. It never reads ahead of a whole request.
package struct RequestDecoder: Sendable {
    /// A line without its end, or a RESP request with all its framing. The caller never needs to hold more than
    /// this and a line's CRLF.
    package static let maximumRequestBytes = 16 * 1024

    package enum Step: Sendable {
        /// No whole request is there. Bytes may have been consumed all the same.
        case needsMore
        case request(Request)
        /// The caller answers it; the connection stays open.
        case rejected(Rejection)
        /// The caller answers it and then closes the connection, because the start of the next request cannot be known.
        case broken(Rejection)
    }

    /// The first byte of every TLS connection (RFC 8446, 5.1); no request begins with it. Its client would wait for an
    /// answer.
    private static let tlsHandshake: UInt8 = 22

    private enum Mode {
        case undecided
        case lines(LineFraming)
        case resp(RESPFraming)
        case broken
    }

    private let table: CommandTable
    private let greeting: RedisGreeting
    private var mode = Mode.undecided

    package init(table: CommandTable) {
        self.table = table
        greeting = RedisGreeting(table)
    }

    /// Set for good by the connection's first byte: `*`.
    package private(set) var isRESP = false

    /// Takes at most one request from the front of `input`. `consumed` is set to how many bytes the caller drops.
    package mutating func next(_ input: RawSpan, consumed: inout Int) -> Step {
        consumed = 0
        guard input.byteCount > 0 else { return .needsMore }
        return input.withUnsafeBytes { raw in
            next(Bytes(raw.assumingMemoryBound(to: UInt8.self)), &consumed)
        }
    }

    private mutating func next(_ input: Bytes, _ consumed: inout Int) -> Step {
        let step: Step
        switch mode {
        case .undecided where input[0] == Self.tlsHandshake:
            mode = .broken
            consumed = input.count
            return .broken(Rejection(.invalidSyntax, "this port does not use TLS; the connection is closed"))
        case .undecided:
            isRESP = input[0] == UInt8(ascii: "*")
            mode = isRESP ? .resp(RESPFraming()) : .lines(LineFraming())
            return next(input, &consumed)
        case .lines(var framing):
            step = nextLine(&framing, input, &consumed)
            mode = .lines(framing)
        case .resp(var framing):
            // The frame's array is moved out and back, so that it stays unique and is not copied.
            mode = .broken
            step = nextFrame(&framing, input, &consumed)
            if case .broken = step { return step }
            mode = .resp(framing)
        case .broken:
            consumed = input.count
            return .needsMore
        }
        assert(consumed <= input.count)
        return step
    }

    private func nextLine(_ framing: inout LineFraming, _ input: Bytes, _ consumed: inout Int) -> Step {
        while true {
            switch framing.next(input, &consumed) {
            case .partial: return .needsMore
            case .tooLong: return .rejected(Self.tooLong)
            case .line(let line): if let step = parse(input[line]) { return step }
            }
        }
    }

    /// Nil if the line is blank, which is not a request.
    private func parse(_ line: Bytes) -> Step? {
        do throws(Rejection) {
            var parser = LineParser(line)
            return try parser.parse(table, isRESP: isRESP).map { .request($0) }
        } catch {
            return .rejected(error)
        }
    }

    private func nextFrame(_ framing: inout RESPFraming, _ input: Bytes, _ consumed: inout Int) -> Step {
        while true {
            switch framing.next(input, &consumed) {
            case .partial: return .needsMore
            case .tooLong: return .rejected(Self.tooLong)
            case .malformed:
                consumed = input.count
                return .broken(
                    Rejection(
                        .invalidSyntax, "the request is not a RESP array of bulk strings; the connection is closed"))
            case .line(let line): if let step = parse(input[line]) { return step }
            case .frame(let start):
                do throws(Rejection) {
                    return .request(try parseFrame(framing.elements, input[start..<consumed], table, greeting))
                } catch {
                    return .rejected(error)
                }
            }
        }
    }

    private static var tooLong: Rejection {
        Rejection(.lineTooLong, "a request is at most \(maximumRequestBytes) bytes; this one was skipped")
    }
}
