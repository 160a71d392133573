// A connection that waits for each reply, and the fields of a reply's lines.
//
// It shows the lines as they came, which the client library does not: a scenario compares bytes.

import Foundation
import Glibc

/// The value of a field in a line of a reply.
func value(of name: String, in line: String) -> String? {
    fields(of: line).first { $0.name == name }.map { String($0.value) }
}

/// The named values of a line, as they stand there.
func fields(of line: String) -> [(name: Substring, value: Substring)] {
    var fields: [(name: Substring, value: Substring)] = []
    var rest = line[...]
    while let equals = rest.firstIndex(where: { $0 == "=" || $0 == " " }) {
        let after = rest[rest.index(after: equals)...]
        guard rest[equals] == "=" else {
            rest = after
            continue
        }
        let value = firstValue(of: after)
        fields.append((rest[..<equals], value))
        rest = after[value.endIndex...]
        if rest.first == " " { rest = rest.dropFirst() }
    }
    return fields
}

/// A connection that waits for each reply.
final class LineConnection {
    private let descriptor: Int32
    private let timeoutSeconds: Int
    private var received: [UInt8] = []
    private var start = 0

    /// More than the longest page of a reply.
    private static let maximumReplyBytes = 256 << 20

    init(_ endpoint: Endpoint, timeoutSeconds: Int) throws {
        self.timeoutSeconds = timeoutSeconds
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &found) == 0, let address = found else {
            throw Failure(message: "there is no host \(endpoint.host)", status: Status.unavailable)
        }
        defer { freeaddrinfo(address) }
        descriptor = socket(
            address.pointee.ai_family, address.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.ai_protocol)
        guard descriptor >= 0, Glibc.connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0
        else {
            throw Failure(
                message: "no connection to \(endpoint.host):\(endpoint.port): \(String(cString: strerror(errno)))",
                status: Status.unavailable)
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        var time = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// The lines of the reply; the last one closes it.
    func call(_ request: String) throws -> [String] {
        try send(Array((request + "\n").utf8)[...])
        var lines: [String] = []
        while true {
            let line = try nextLine()
            lines.append(line)
            if line == "OK" || line.hasPrefix("OK ") || line.hasPrefix("ERR ") { return lines }
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>) throws {
        var left = bytes
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw lost("the connection was closed") }
            left = left.dropFirst(count)
        }
    }

    private func nextLine() throws -> String {
        var looked = start
        while true {
            if let end = received[looked...].firstIndex(of: UInt8(ascii: "\n")) {
                defer {
                    start = end + 1
                    if start == received.count {
                        received.removeAll(keepingCapacity: true)
                        start = 0
                    }
                }
                return String(decoding: received[start..<end], as: UTF8.self)
            }
            looked = received.count
            guard received.count < Self.maximumReplyBytes else { throw lost("the reply has no end") }
            let count = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 { received.append(contentsOf: buffer[..<count]) }
                return count
            }
            if count < 0, errno == EINTR { continue }
            guard count != 0 else { throw lost("the connection was closed") }
            guard count > 0 else {
                throw lost(errno == EAGAIN ? "no reply came in \(timeoutSeconds) s" : String(cString: strerror(errno)))
            }
        }
    }

    private func lost(_ message: String) -> Failure { Failure(message: message, status: Status.unavailable) }
}
