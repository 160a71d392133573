// The service's address and the principal: the options that all subcommands share.

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

/// The principal and its secret.
struct Credentials: Equatable {
    var principal: String
    var secret: String
}

struct ConnectionOptions: ParsableArguments {
    static let defaultEndpoint = "127.0.0.1:7117"

    @Option(
        name: .customLong("connect"),
        help: ArgumentHelp(
            "The address of the service (default: KABINET_CONNECT, or else 127.0.0.1:7117).",
            valueName:
                "host:port"))
    var endpoint: String?

    @Option(help: ArgumentHelp("The principal that signs in (default: KABINET_PRINCIPAL).", valueName: "name"))
    var principal: String?

    @Option(
        help: ArgumentHelp(
            "The file with the principal's secret (default: the secret is in KABINET_SECRET).",
            valueName:
                "file"),
        completion: .file())
    var secretFile: String?

    @Option(
        help: ArgumentHelp("Sign in as admin, with the secret in the service's data directory.", valueName: "data"),
        completion: .directory)
    var adminOf: String?

    @Flag(help: "Use TLS (or KABINET_TLS=1). Each of the following options also turns TLS on.")
    var tls = false

    @Option(
        name: .customLong("tls-ca"),
        help: ArgumentHelp(
            "The authorities that sign the service's certificate,"
                + " in PEM (default: KABINET_TLS_CA, or else the system's).",
            valueName: "file"), completion: .file())
    var tlsCA: String?

    @Option(
        help: ArgumentHelp(
            "A client certificate in PEM, which signs in the principal that it names (KABINET_TLS_CLIENT_CERTIFICATE).",
            valueName:
                "file"),
        completion: .file())
    var tlsCertificate: String?

    @Option(
        help: ArgumentHelp("The key of the client certificate, in PEM (KABINET_TLS_CLIENT_KEY).", valueName: "file"),
        completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The name in the service's certificate, if it is not the host's name (KABINET_TLS_SERVER_NAME).",
            valueName: "name"))
    var tlsServerName: String?

    /// TLS, by the options and this environment; nil if there is none.
    func resolvedTLS(_ environment: [String: String]) throws -> ClientTLS? {
        let ca = tlsCA ?? environment["KABINET_TLS_CA"]
        // A certificate and its key go together, wherever they come from.
        let isNamed = tlsCertificate != nil || tlsKey != nil
        let certificate = isNamed ? tlsCertificate : environment["KABINET_TLS_CLIENT_CERTIFICATE"]
        let key = isNamed ? tlsKey : environment["KABINET_TLS_CLIENT_KEY"]
        let serverName = tlsServerName ?? environment["KABINET_TLS_SERVER_NAME"]
        let isAsked = tls || ["1", "true"].contains(environment["KABINET_TLS"])
        guard isAsked || ca != nil || certificate != nil || key != nil || serverName != nil else { return nil }
        return try ClientTLS(ca: ca, certificate: certificate, key: key, serverName: serverName)
    }

    /// The address that the options and this environment name.
    func resolvedEndpoint(_ environment: [String: String]) throws(Failure) -> Endpoint {
        let text = endpoint ?? environment["KABINET_CONNECT"] ?? Self.defaultEndpoint
        guard let resolved = Endpoint(text) else {
            throw Failure(
                message: "\(text) is not an address; write HOST:PORT, such as 127.0.0.1:7117", status: Status.usage)
        }
        return resolved
    }

    /// The credentials, by the options and this environment; nil if there are none, which is enough for PING and HELP.
    func resolvedCredentials(_ environment: [String: String]) throws(Failure) -> Credentials? {
        if let adminOf {
            guard principal == nil, secretFile == nil else {
                throw Failure(
                    message:
                        "--admin-of already gives the principal and its secret;"
                        + " leave out --principal and --secret-file",
                    status: Status.usage)
            }
            let secret = try contents(ofFile: adminOf + "/admin.secret")
            return Credentials(principal: "admin", secret: try Self.trimmed(secret, adminOf + "/admin.secret"))
        }
        guard let principal = principal ?? environment["KABINET_PRINCIPAL"] else {
            guard secretFile == nil else {
                throw Failure(message: "--secret-file needs a principal: add --principal NAME", status: Status.usage)
            }
            return nil
        }
        if let secretFile {
            return Credentials(
                principal: principal, secret: try Self.trimmed(try contents(ofFile: secretFile), secretFile))
        }
        guard let secret = environment["KABINET_SECRET"], !secret.isEmpty else {
            throw Failure(
                message:
                    "\(principal) needs its secret:"
                    + " add --secret-file FILE, or set KABINET_SECRET", status: Status.usage)
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
        let client = try await KabinetClient.connect(
            host: endpoint.host, port: endpoint.port, tls: try resolvedTLS(environment))
        if let credentials { try await client.auth(principal: credentials.principal, secret: credentials.secret) }
        return client
    }
}
