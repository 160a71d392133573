/// Certificates for a test, made by `openssl` in the test's own directory, and a TLS client of another implementation.

import Foundation

/// Authorities and the certificates that they sign. Files are named for their contents: `server.pem` and `server.key`.
struct Certificates {
    let directory: String

    /// An authority `ca`, and the service's certificate for this machine's own names.
    init(in home: String) throws {
        directory = home + "/tls"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try makeAuthority("ca")
        try issue("server", subject: "/CN=kabinet", extensions: Self.forServers)
    }

    static let forServers = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"

    func path(_ name: String) -> String { directory + "/" + name }

    /// The service's arguments for TLS.
    var arguments: [String] { ["--tls-certificate", path("server.pem"), "--tls-key", path("server.key")] }
    var withClients: [String] { arguments + ["--tls-client-ca", path("ca.pem")] }

    func makeAuthority(_ name: String) throws {
        try openssl(
            ["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=\(name)", "-out", path(name + ".pem")]
                + newKey(name))
    }

    /// A certificate with a key of its own. A negative number of days means that it has expired.
    func issue(
        _ name: String, subject: String, by authority: String = "ca", days: Int = 30, extensions: String = ""
    ) throws {
        try openssl(["req", "-nodes", "-subj", subject, "-out", path(name + ".csr")] + newKey(name))
        try extensions.write(toFile: path(name + ".ext"), atomically: true, encoding: .utf8)
        try openssl([
            "x509", "-req", "-in", path(name + ".csr"), "-CA", path(authority + ".pem"),
            "-CAkey", path(authority + ".key"), "-set_serial", "\(UInt32.random(in: 1...UInt32.max))",
            "-days", "\(days)", "-extfile", path(name + ".ext"), "-out", path(name + ".pem"),
        ])
    }

    private func newKey(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", path(name + ".key")]
    }

    func openssl(_ arguments: [String]) throws {
        guard let program = Programs.find("openssl") else { throw HarnessError("there is no openssl") }
        let said = path("openssl.log")
        guard case .exited(0) = try ChildProcess(program, arguments, errors: said).finish(within: 30).status else {
            throw HarnessError("openssl \(arguments): \((try? String(contentsOfFile: said, encoding: .utf8)) ?? "")")
        }
    }
}

/// A connection of Python's `ssl`.
final class ForeignTLS {
    let process: ChildProcess
    /// Version, cipher suite and serial number, or `failed` and why.
    let greeting: [String]

    /// The arguments are those of `Scripts/tls.py`.
    init(_ port: UInt16, _ certificates: Certificates, as client: String? = nil, _ arguments: [String] = []) throws {
        guard let python = Programs.python else { throw HarnessError("there is no Python") }
        let shown =
            client.map {
                ["--certificate", certificates.path($0 + ".pem"), "--key", certificates.path($0 + ".key")]
            } ?? []
        process = try ChildProcess(
            python,
            [
                Programs.repository + "/Tests/IntegrationTests/Scripts/tls.py", "\(port)",
                certificates.path("ca.pem"),
            ] + shown + arguments)
        greeting = (try process.output.line() ?? "").split(separator: " ").map(String.init)
    }

    var version: String { greeting.first ?? "" }
    var serial: String { greeting.last ?? "" }

    /// Sends a line and reads its reply.
    @discardableResult
    func call(_ line: String) throws -> LineReply {
        try process.write(line + "\n")
        return try reply()
    }

    @discardableResult
    func expectOK(_ line: String) throws -> LineReply {
        let reply = try call(line)
        guard reply.isOK else { throw HarnessError("\(line.prefix(100)): \(reply)") }
        return reply
    }

    func reply() throws -> LineReply {
        var lines: [String] = []
        while let line = try process.output.line() {
            lines.append(line)
            if !line.hasPrefix("ROW"), !line.hasPrefix("EVENT") { return LineReply(lines: lines) }
        }
        throw HarnessError("the connection ended; so far: \(lines)")
    }

    /// The lines received until the service ends the connection, and how it ended it: 0 for a proper end of TLS.
    func finish() throws -> (lines: [String], status: ExitStatus) {
        let (text, status) = try process.finish(within: 30)
        return (text.split(separator: "\n").map(String.init), status)
    }
}

extension Service {
    /// A service that takes TLS only, and its certificates.
    static func runTLS(
        _ more: [String] = [], asksClients: Bool = false, environment: [String: String] = [:],
        _ body: (Service, Certificates) throws -> Void
    ) throws {
        let home = try makeTemporaryDirectory()
        let certificates = try Certificates(in: home)
        let arguments = (asksClients ? certificates.withClients : certificates.arguments) + more
        try run(arguments, environment: environment, home: home) { try body($0, certificates) }
    }

    func foreignTLS(_ certificates: Certificates, as client: String? = nil, _ arguments: [String] = []) throws
        -> ForeignTLS
    {
        try ForeignTLS(port, certificates, as: client, arguments)
    }
}
