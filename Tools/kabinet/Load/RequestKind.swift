// The parts of a load: the kinds of requests, and how often each is sent.

import ArgumentParser
import Foundation
import NIOCore

/// A verb that succeeds on any account that was prepared.
enum RequestKind: Int, CaseIterable, Sendable {
    case topup, balance, account, tariff, options, payments, usage, ping
    /// Prepares an account; it succeeds once.
    case activate

    /// The kinds that a mix may hold.
    static let ofMix = allCases.filter { $0 != .activate }

    var name: String { "\(self)" }

    /// The start time of all usage: after the accounts were prepared.
    private static let now = Array(Date.now.formatted(.iso8601).utf8)

    /// True if its `OK` means that the log has grown by an event.
    var isChange: Bool { self == .topup || self == .usage || self == .activate }

    /// Writes the request as a line, without a String.
    ///
    /// - Parameters:
    ///   - number: The account's.
    ///   - run: Letters that no other run has; with the serial they make `id=` and `ref=`.
    ///   - serial: The request's number in its run.
    func write(number: UInt64, run: [UInt8], serial: UInt64, to buffer: inout ByteBuffer) {
        switch self {
        case .topup:
            buffer.writeStaticString("TOPUP ")
            buffer.writeDecimal(number)
            buffer.writeStaticString(" 1.00 id=")
            buffer.writeBytes(run)
            buffer.writeDecimal(serial)
            buffer.writeStaticString(" ref=")
            buffer.writeBytes(run)
            buffer.writeDecimal(serial)
        case .balance:
            buffer.writeStaticString("BALANCE ")
            buffer.writeDecimal(number)
        case .account:
            buffer.writeStaticString("ACCOUNT ")
            buffer.writeDecimal(number)
        case .tariff:
            buffer.writeStaticString("TARIFF ")
            buffer.writeDecimal(number)
        case .options:
            buffer.writeStaticString("OPTIONS ")
            buffer.writeDecimal(number)
        case .payments:
            buffer.writeStaticString("PAYMENTS ")
            buffer.writeDecimal(number)
            buffer.writeStaticString(" limit=10")
        case .usage:
            buffer.writeStaticString("USAGE ")
            buffer.writeDecimal(number)
            // A mix like that of a network's records: calls, sessions, messages.
            switch serial % 10 {
            case 0..<5: buffer.writeStaticString(" kind=voice direction=out peer=74951234567 seconds=75 start=")
            case 5..<8: buffer.writeStaticString(" kind=data direction=out bytes=1500000 start=")
            default: buffer.writeStaticString(" kind=sms direction=out peer=74951234567 start=")
            }
            buffer.writeBytes(Self.now)
            buffer.writeStaticString(" source=")
            buffer.writeBytes(run)
            buffer.writeStaticString(" n=")
            buffer.writeDecimal(serial)
        case .ping: buffer.writeStaticString("PING")
        case .activate:
            // One SIM a number: an ICCID of 20 digits, an IMSI of 15. The id is made from the number, so a repetition
            // has the same id.
            buffer.writeStaticString("SUBSCRIBER.ACTIVATE ")
            buffer.writeDecimal(number)
            buffer.writeStaticString(" iccid=89701")
            buffer.writeDecimal(number, width: 15)
            buffer.writeStaticString(" imsi=25020")
            buffer.writeDecimal(number % 10_000_000_000, width: 10)
            buffer.writeStaticString(" region=msk tariff=klassicheskiy pin=0000 puk=12345678 id=load-")
            buffer.writeDecimal(number)
        }
        buffer.writeInteger(UInt8(ascii: "\n"))
    }
}

extension ByteBuffer {
    /// Decimal digits, with zeros in front up to the width.
    mutating func writeDecimal(_ value: UInt64, width: Int = 1) {
        var count = 1
        var rest = value / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        count = max(count, width)
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            var rest = value
            for index in (0..<count).reversed() {
                bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return count
        }
    }
}

/// Kinds with their weights: `topup=70,balance=30`.
struct Mix: ExpressibleByArgument, Equatable, Sendable, CustomStringConvertible {
    struct Part: Equatable, Sendable {
        let kind: RequestKind
        let weight: Int
    }

    let parts: [Part]
    private let total: UInt64

    init(_ parts: [Part]) {
        self.parts = parts
        total = parts.reduce(0) { $0 + UInt64($1.weight) }
    }

    init(only kind: RequestKind) { self.init([Part(kind: kind, weight: 1)]) }

    /// Nil for an unknown kind, a kind twice, or a weight that is not a number from 1 to 1,000,000.
    init?(argument: String) {
        var parts: [Part] = []
        for text in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let words = text.split(separator: "=", omittingEmptySubsequences: false)
            guard words.count == 2, let weight = Int(words[1]), (1...1_000_000).contains(weight),
                let kind = RequestKind.ofMix.first(where: { $0.name == words[0] }),
                !parts.contains(where: { $0.kind == kind })
            else { return nil }
            parts.append(Part(kind: kind, weight: weight))
        }
        self.init(parts)
    }

    static var allValueStrings: [String] { [] }
    static var defaultCompletionKind: CompletionKind { .list(RequestKind.ofMix.map { $0.name + "=" }) }

    var description: String { parts.map { "\($0.kind.name)=\($0.weight)" }.joined(separator: ",") }

    /// Draws a kind, each as often as its weight requires.
    func draw(using random: inout SplitMix64) -> RequestKind {
        var place = random.next(upperBound: total)
        for part in parts {
            if place < UInt64(part.weight) { return part.kind }
            place -= UInt64(part.weight)
        }
        preconditionFailure("the place is below the sum of the weights")
    }
}
