// Where the service is, and who speaks: the options that all subcommands share.

import ArgumentParser
import Client
import Foundation

/// An address of the service.
struct Endpoint: Equatable {
    var host: String
    var port: Int

    /// `HOST:PORT`, `[::1]:7117`.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        (self.host, self.port) = (host, Int(port))
    }
}

/// Who speaks.
struct Credentials: Equatable {
    var principal: String
    var secret: String
}

struct ConnectionOptions: ParsableArguments {
    static let defaultEndpoint = "127.0.0.1:7117"

    @Option(
        name: .customLong("connect"),
        help: ArgumentHelp("The service (KABINET_CONNECT; else 127.0.0.1:7117).", valueName: "host:port"))
    var endpoint: String?

    @Option(help: ArgumentHelp("Who speaks (KABINET_PRINCIPAL).", valueName: "name"))
    var principal: String?

    @Option(
        help: ArgumentHelp("What holds the principal's secret (else KABINET_SECRET).", valueName: "file"),
        completion: .file())
    var secretFile: String?

    @Option(
        help: ArgumentHelp("Speak as admin, with the secret in the service's data directory.", valueName: "data"),
        completion: .directory)
    var adminOf: String?

    /// The address that the options and this environment name.
    func resolvedEndpoint(_ environment: [String: String]) throws(Failure) -> Endpoint {
        let text = endpoint ?? environment["KABINET_CONNECT"] ?? Self.defaultEndpoint
        guard let resolved = Endpoint(text) else {
            throw Failure(
                message: "\(text) is no address; write HOST:PORT, such as 127.0.0.1:7117", status: Status.usage)
        }
        return resolved
    }

    /// Who speaks, by the options and this environment; nil: nobody, which is enough for PING and HELP.
    func resolvedCredentials(_ environment: [String: String]) throws(Failure) -> Credentials? {
        if let adminOf {
            guard principal == nil, secretFile == nil else {
                throw Failure(
                    message: "--admin-of stands for --principal and --secret-file; leave those out",
                    status: Status.usage)
            }
            let secret = try contents(ofFile: adminOf + "/admin.secret")
            return Credentials(principal: "admin", secret: try Self.trimmed(secret, adminOf + "/admin.secret"))
        }
        guard let principal = principal ?? environment["KABINET_PRINCIPAL"] else {
            guard secretFile == nil else {
                throw Failure(message: "whose secret is it? Add --principal NAME", status: Status.usage)
            }
            return nil
        }
        if let secretFile {
            return Credentials(
                principal: principal, secret: try Self.trimmed(try contents(ofFile: secretFile), secretFile))
        }
        guard let secret = environment["KABINET_SECRET"], !secret.isEmpty else {
            throw Failure(
                message: "\(principal) needs its secret: --secret-file FILE, or KABINET_SECRET", status: Status.usage)
        }
        return Credentials(principal: principal, secret: secret)
    }

    private static func trimmed(_ text: String, _ path: String) throws(Failure) -> String {
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty, !secret.contains("\n") else {
            throw Failure(message: "\(path) must hold the secret on one line", status: Status.usage)
        }
        return secret
    }

    /// A connection on which the principal has signed in.
    func open() async throws -> KabinetClient {
        let environment = ProcessInfo.processInfo.environment
        let endpoint = try resolvedEndpoint(environment)
        let credentials = try resolvedCredentials(environment)
        let client = try await KabinetClient.connect(host: endpoint.host, port: endpoint.port)
        if let credentials { try await client.auth(principal: credentials.principal, secret: credentials.secret) }
        return client
    }
}
