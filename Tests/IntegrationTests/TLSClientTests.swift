/// TLS of the tool and the client library: the services that they trust, and their messages about others.

import Client
import Foundation
import Testing

@Suite(.realProcess)
struct TLSClientTests {
    private let number = 79_001_234_567

    @Test("The tool uses TLS and leaves no secret of its session")
    func theToolSpeaksTLSAndNoSecretOfItsSessionIsLeft() throws {
        try Service.runTLS(["--log-level", "trace"], asksClients: true) { service, certificates in
            try certificates.issue("admin", subject: "/CN=admin")
            let ca = ["--tls-ca", certificates.path("ca.pem")]
            let secret = try tool(service, ca + ["--admin-of", service.data, "PRINCIPAL.ADD", "web", "roles=frontend"])
            #expect(secret.status == .exited(0))
            let asAdmin =
                ca + ["--tls-certificate", certificates.path("admin.pem"), "--tls-key", certificates.path("admin.key")]
            #expect(try tool(service, asAdmin + ["PRINCIPALS"]).output.contains("name=web"))
            let password = "a-password-over-TLS"
            #expect(try tool(service, asAdmin + ["LOGIN", "\(number)", password]).output.contains("sign_in_failed"))

            let shown = try #require(lineFields(secret.output)["secret"])
            let key = try String(contentsOfFile: certificates.path("server.key"), encoding: .utf8)
                .split(separator: "\n").map(String.init)[1]
            for path in try FileManager.default.subpathsOfDirectory(atPath: service.home) where !path.hasPrefix("tls") {
                guard let data = FileManager.default.contents(atPath: service.home + "/" + path) else { continue }
                for word in [password, shown, key] { #expect(data.range(of: Data(word.utf8)) == nil, "\(path)") }
            }
        }
    }

    private func tool(_ service: Service, _ arguments: [String]) throws -> (output: String, status: ExitStatus) {
        try ChildProcess(
            Programs.binaries + "/kabinet", ["call", "--connect", "127.0.0.1:\(service.port)"] + arguments,
            errors: service.home + "/tool"
        ).finish(within: 30)
    }

    @Test("A client refuses a service certificate of an unknown authority")
    func aClientBelievesNoServiceThatItsAuthorityHasNotSigned() async throws {
        let home = try makeTemporaryDirectory()
        let certificates = try Certificates(in: home)
        try certificates.makeAuthority("foreign")
        try await Service.run(certificates.arguments, home: home) { service in
            let trusting = try ClientTLS(ca: certificates.path("ca.pem"))
            let client = try await KabinetClient.connect(host: "127.0.0.1", port: Int(service.port), tls: trusting)
            #expect(try await client.call("PING").isOK)
            await client.close()
            for tls in [try ClientTLS(ca: certificates.path("foreign.pem")), try ClientTLS()] {
                let error = await #expect(throws: ClientError.self) {
                    try await KabinetClient.connect(host: "localhost", port: Int(service.port), tls: tls)
                }
                #expect(error?.code == .tlsFailed)
                #expect(error?.message.contains("signed by no authority that is trusted here") == true)
            }
            let plain = try await KabinetClient.connect(host: "127.0.0.1", port: Int(service.port))
            let error = await #expect(throws: ClientError.self) { try await plain.call("PING") }
            #expect(error?.message.contains("takes only TLS") == true)
        }
    }

    @Test("A client refuses a certificate for another name")
    func aClientBelievesNoCertificateForAnotherName() async throws {
        let home = try makeTemporaryDirectory()
        let certificates = try Certificates(in: home)
        try certificates.issue(
            "server", subject: "/CN=localhost", extensions: "subjectAltName=DNS:kabinet.internal\n")
        try await Service.run(certificates.arguments, home: home) { service in
            let ca = certificates.path("ca.pem")
            for host in ["localhost", "127.0.0.1"] {
                let error = await #expect(throws: ClientError.self) {
                    try await KabinetClient.connect(host: host, port: Int(service.port), tls: try ClientTLS(ca: ca))
                }
                #expect(error?.message.contains("for another name") == true)
            }
            let named = try ClientTLS(ca: ca, serverName: "kabinet.internal")
            let client = try await KabinetClient.connect(host: "127.0.0.1", port: Int(service.port), tls: named)
            #expect(try await client.call("PING").isOK)
            await client.close()
        }
    }

    @Test("TLS files that do not match are reported before the client connects")
    func filesThatDoNotFitAreToldBeforeAConnection() throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let certificates = try Certificates(in: home)
        let (server, ca) = (certificates.path("server.pem"), certificates.path("ca.pem"))
        let key = certificates.path("ca.key")
        for (options, words) in [
            ((ca: home + "/none.pem", certificate: nil, key: nil, name: nil), "cannot be read"),
            ((ca: key, certificate: nil, key: nil, name: nil), "no certificate in PEM"),
            ((ca: ca, certificate: server, key: nil, name: nil), "needs its key"),
            ((ca: ca, certificate: nil, key: key, name: nil), "needs its certificate"),
            ((ca: ca, certificate: server, key: server, name: nil), "no private key in PEM"),
            ((ca: ca, certificate: server, key: key, name: nil), "does not belong to"),
            ((ca: ca, certificate: nil, key: nil, name: "127.0.0.1"), "not a DNS name"),
        ] as [((ca: String?, certificate: String?, key: String?, name: String?), String)] {
            let error = #expect(throws: ClientError.self) {
                try ClientTLS(
                    ca: options.ca, certificate: options.certificate, key: options.key, serverName: options.name)
            }
            #expect(error?.code == .invalidTLS)
            #expect(error?.message.contains(words) == true, "\(words): \(error?.message ?? "")")
        }
    }
}
