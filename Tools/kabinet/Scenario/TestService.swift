// The service that a scenario speaks to: one of its own, or one that was running before.

import Accounts
import Foundation

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
