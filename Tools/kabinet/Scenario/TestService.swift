// A service that a scenario speaks to, and a principal's connection with it.

import Accounts
import Foundation
import Glibc

/// A service of the test's own, or one that was running before.
final class TestService {
    private let process: Process?
    /// The service ends when this closes, also if this tool is killed.
    private let input: Pipe?
    private let output: Pipe?
    private var endpoint: Endpoint?
    private let adminSecret: String
    private let timeoutSeconds: Int
    private var secrets: [String: String]

    /// Speaks to a running service.
    init(_ endpoint: Endpoint, adminSecret: String, timeoutSeconds: Int) {
        (process, input, output) = (nil, nil, nil)
        (self.endpoint, self.adminSecret, self.timeoutSeconds) = (endpoint, adminSecret, timeoutSeconds)
        secrets = ["admin": adminSecret]
    }

    /// Starts a service that keeps nothing, with its clock at this time. It may not be ready yet.
    init(kabinetd: String, clock: String, catalog: String?, timeoutSeconds: Int) throws {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: kabinetd)
        process.arguments =
            [
                "--ephemeral", "--test-clock", clock, "--until-input-closes", "--listen", "127.0.0.1:0",
                "--event-loops", "1", "--log-level", "warning",
            ] + (catalog.map { ["--catalog", $0] } ?? [])
        let secret = Self.randomSecret()
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KABINET_") }
        environment["KABINET_ADMIN_SECRET"] = secret
        process.environment = environment
        (process.standardInput, process.standardOutput) = (input, output)
        do { try process.run() } catch {
            throw Failure(
                message: "\(kabinetd) cannot be started; --kabinetd names another: \(error.localizedDescription)",
                status: Status.unavailable)
        }
        (self.process, self.input, self.output) = (process, input, output)
        (adminSecret, self.timeoutSeconds, secrets) = (secret, timeoutSeconds, ["admin": secret])
    }

    private static func randomSecret() -> String {
        var random = SystemRandomNumberGenerator()
        return encodeBase64URL((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// Ends a service of the test's own.
    func end() {
        try? input?.fileHandleForWriting.close()
        process?.waitUntilExit()
    }

    /// Its address, once it is ready.
    private func ready() throws -> Endpoint {
        if let endpoint { return endpoint }
        var line: [UInt8] = []
        while let byte = try output?.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.starts(with: ["kabinetd", "is", "ready", "on"]), let last = words.last,
            let endpoint = Endpoint(String(last))
        else {
            throw Failure(
                message: "kabinetd did not become ready; its own words are above, if it had any",
                status: Status.unavailable)
        }
        self.endpoint = endpoint
        return endpoint
    }

    /// A connection on which the principal has signed in. One that is new gets these roles, or the role of its name.
    func connect(_ name: String, roles: String?, by admin: LineConnection?) throws -> LineConnection {
        let secret = try secrets[name] ?? secret(of: name, roles: roles ?? name, by: admin)
        let connection = try LineConnection(try ready(), timeoutSeconds: timeoutSeconds)
        let reply = try connection.call("AUTH \(name) \(secret)")
        guard reply.last?.hasPrefix("OK") == true else {
            throw Failure(message: "\(name) cannot sign in: \(reply.last ?? "")", status: Status.refused)
        }
        return connection
    }

    private func secret(of name: String, roles: String, by admin: LineConnection?) throws -> String {
        guard let admin else { throw Failure(message: "there is no administrator", status: Status.refused) }
        var reply = try admin.call("PRINCIPAL.ADD \(name) roles=\(roles)").last ?? ""
        // A service that was running before may have it from another run.
        if reply.hasPrefix("ERR already_exists") { reply = try admin.call("PRINCIPAL.ROTATE \(name)").last ?? "" }
        guard let secret = value(of: "secret", in: reply) else {
            throw Failure(message: "there can be no principal \(name) roles=\(roles): \(reply)", status: Status.refused)
        }
        secrets[name] = secret
        return secret
    }
}

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
