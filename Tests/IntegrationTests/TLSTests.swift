/// TLS, as other makes speak it and as strangers do not.

import Client
import Foundation
import Glibc
import Testing

@Suite(.realProcess, .enabled(if: Programs.python != nil, "no Python"))
struct TLSTests {
    private let number = 79_001_234_567

    /// A service that takes TLS only, with what it was given to do so.
    private func run(
        _ more: [String] = [], asksClients: Bool = false, environment: [String: String] = [:],
        _ body: (Service, Certificates) throws -> Void
    ) throws {
        let home = try makeTemporaryDirectory()
        let certificates = try Certificates(in: home)
        let arguments = (asksClients ? certificates.withClients : certificates.arguments) + more
        try Service.run(arguments, environment: environment, home: home) { try body($0, certificates) }
    }

    // MARK: Foreign clients

    @Test(arguments: ["1.2", "1.3"]) func aForeignClientSpeaksOverTLS(version: String) throws {
        try run { service, certificates in
            let client = try service.foreignTLS(certificates, ["--version", version])
            #expect(client.version == "TLSv" + version)
            try client.expectOK("AUTH admin \(try service.adminSecret)")
            // A reply of many TLS records, and requests that come in one.
            #expect(try client.expectOK("COMMANDS").rows.count > 40)
            try client.process.write(String(repeating: "PING\n", count: 2000))
            for _ in 0..<2000 { #expect(try client.reply().closing == "OK") }
            #expect(try client.call("QUIT").isOK)
            #expect(try client.finish().status == .exited(0))
        }
    }

    @Test(arguments: [
        ["--version", "1.1", "--ciphers", "ALL:@SECLEVEL=0"],
        ["--version", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-SHA"],
    ])
    func oldVersionsAndWeakSuitesAreRefused(options: [String]) throws {
        try run { service, certificates in
            let refused = try service.foreignTLS(certificates, options)
            #expect(refused.version == "failed")
            #expect(try service.foreignTLS(certificates).call("PING").isOK)
        }
    }

    @Test(arguments: ["notify", "fin"]) func aClientThatEndsItsSideStillGetsItsReplies(end: String) throws {
        try run { service, certificates in
            let client = try service.foreignTLS(certificates, ["--end", end])
            try client.process.write(
                "AUTH admin \(try service.adminSecret)\n" + String(repeating: "COMMANDS\n", count: 100))
            let (lines, status) = try client.finish()
            #expect(lines.count { $0.hasPrefix("OK") } == 101)
            #expect(status == .exited(0))
        }
    }

    @Test func aStopAnswersWhatItTookInAndEndsAsTLSWantsIt() throws {
        try run { service, certificates in
            let client = try service.foreignTLS(certificates)
            try client.expectOK("AUTH admin \(try service.adminSecret)")
            try client.expectOK(
                "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid(number)) imsi=\(imsi(number)) region=msk "
                    + "tariff=klassicheskiy pin=0000 puk=12345678")
            try client.process.write((1...500).map { "TOPUP \(number) 1 ref=r\($0) id=i\($0)\n" }.joined())
            _ = try client.reply()
            #expect(try service.terminate(within: 20) == .exited(0))
            let (lines, status) = try client.finish()
            #expect(lines.allSatisfy { $0.hasPrefix("OK") || $0.hasPrefix("ERR shutting_down") })
            #expect(status == .exited(0))
        }
    }

    // MARK: Strangers

    @Test func whoSpeaksNoTLSIsClosedAndNotLogged() throws {
        try run { service, certificates in
            let plain = try RawConnection(port: service.port)
            try plain.send("PING\nPING\n")
            // An alert at most.
            #expect(try plain.stream.toEnd(within: 30).count < 16)
            try RawConnection(port: service.port).reset()
            #expect(try service.foreignTLS(certificates).call("PING").isOK)
            #expect(!service.logText.contains("no TLS"))
        }
    }

    @Test func aTLSClientOnAPlainPortIsToldAtOnce() throws {
        try run { _, certificates in
            try Service.run { plain in
                #expect(try plain.foreignTLS(certificates).version == "failed")
                let bytes = try RawConnection(port: plain.port)
                try bytes.send([22, 3, 1, 2, 0])
                #expect(
                    String(decoding: try bytes.stream.toEnd(within: 30), as: UTF8.self).hasPrefix("ERR invalid_syntax"))
            }
        }
    }

    @Test func whoDoesNotShakeHandsIsClosedAndCountsUntilThen() throws {
        try run(environment: ["KABINET_MAXIMUM_CONNECTIONS": "2"]) { service, certificates in
            let silent = try (0..<2).map { _ in try RawConnection(port: service.port) }
            try silent[1].send([22, 3, 1])
            // Until these are closed nobody else gets in.
            #expect(try service.foreignTLS(certificates).version == "failed")
            for connection in silent { _ = try connection.stream.toEnd(within: 60) }
            #expect(try service.foreignTLS(certificates).call("PING").isOK)
        }
    }

    // MARK: Client certificates

    @Test func aClientCertificateIsItsPrincipalFromTheFirstCommandOn() throws {
        try run(asksClients: true) { service, certificates in
            try certificates.issue("admin", subject: "/O=Operator/CN=admin")
            try certificates.issue("bank", subject: "/CN=bank")
            let admin = try service.foreignTLS(certificates, as: "admin")
            try admin.expectOK("PRINCIPAL.ADD bank roles=payments")
            try admin.expectOK(
                "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid(number)) imsi=\(imsi(number)) region=msk "
                    + "tariff=klassicheskiy pin=0000 puk=12345678")

            let bank = try service.foreignTLS(certificates, as: "bank")
            #expect(try bank.call("TOPUP \(number) 5 ref=a")["balance"] == "5.00")
            #expect(try bank.call("PRINCIPALS").error == "not_permitted")
            // The log knows who it was.
            #expect(try admin.expectOK("EVENTS type=topped_up").rows.map { $0["principal"] } == ["bank"])

            // AUTH still changes who speaks, and one that fails leaves nobody.
            try bank.expectOK("AUTH admin \(try service.adminSecret)")
            #expect(try bank.call("PRINCIPALS").isOK)
            #expect(try bank.call("AUTH bank wrong").error == "wrong_credentials")
            #expect(try bank.call("PRINCIPALS").error == "auth_required")
        }
    }

    @Test func withoutAClientCertificateAUTHIsAsked() throws {
        try run(asksClients: true) { service, certificates in
            let client = try service.foreignTLS(certificates)
            #expect(try client.call("PRINCIPALS").error == "auth_required")
            try client.expectOK("AUTH admin \(try service.adminSecret)")
            #expect(try client.call("PRINCIPALS").isOK)
        }
    }

    @Test(arguments: [
        ("a foreign authority's", "foreign", 30, ""), ("an expired", "ca", -1, ""),
        ("a server's", "ca", 30, "extendedKeyUsage=serverAuth\n"),
    ])
    func aClientCertificateThatIsNotGoodIsRefused(_ what: String, authority: String, days: Int, extensions: String)
        throws
    {
        try run(asksClients: true) { service, certificates in
            if authority != "ca" { try certificates.makeAuthority(authority) }
            try certificates.issue("admin", subject: "/CN=admin", by: authority, days: days, extensions: extensions)
            // TLS 1.3 lets a client speak before it hears that it is refused.
            for version in ["1.2", "1.3"] {
                let client = try service.foreignTLS(certificates, as: "admin", ["--version", version])
                try? client.process.write("PRINCIPALS\n")
                let (lines, status) = try client.finish()
                #expect(status != .exited(0), "\(what)")
                #expect(!lines.contains { $0.hasPrefix("OK") || $0.hasPrefix("ROW") }, "\(what)")
            }
            #expect(!service.logText.contains("warning"))
        }
    }

    @Test func aCertificateOfNoPrincipalOrADisabledOneSignsNobodyIn() throws {
        try run(asksClients: true) { service, certificates in
            let secret = try service.adminSecret
            try certificates.issue("admin", subject: "/CN=admin")
            try certificates.issue("bank", subject: "/CN=bank")
            try certificates.issue("nobody", subject: "/CN=nobody")
            try certificates.issue("loud", subject: "/CN=ADMIN")
            try certificates.issue("two", subject: "/CN=admin/CN=bank")
            try certificates.issue("itself", subject: "/CN=kabinet")
            let admin = try service.foreignTLS(certificates, as: "admin")
            try admin.expectOK("PRINCIPAL.ADD bank roles=payments")
            let bank = try service.foreignTLS(certificates, as: "bank")
            #expect(try bank.call("BALANCE \(number)").error == "not_found")
            try admin.expectOK("PRINCIPAL.DISABLE bank")
            #expect(try bank.call("BALANCE \(number)").error == "auth_required")

            for name in ["bank", "nobody", "loud", "two", "itself"] {
                let client = try service.foreignTLS(certificates, as: name)
                #expect(try client.call("BALANCE \(number)").error == "auth_required", "\(name)")
                #expect(try client.call("AUTH admin \(secret)").isOK, "\(name)")
            }
            for name in ["bank", "nobody", "kabinet"] {
                #expect(service.logText.contains("names '\(name)', who is no principal"), "\(name)")
            }
        }
    }

    // MARK: SIGHUP

    @Test func aReloadKeepsConnectionsAndGivesNewOnesTheNewCertificate() throws {
        try run { service, certificates in
            let old = try service.foreignTLS(certificates)
            try certificates.issue("server", subject: "/CN=kabinet", extensions: Certificates.forServers)
            try reload(service, until: "new connections get the certificate")
            let new = try service.foreignTLS(certificates)
            #expect(new.serial != old.serial)
            #expect(try old.call("PING").isOK)
            #expect(try new.call("PING").isOK)
        }
    }

    @Test func aReloadOfBadFilesKeepsTheOldOnes() throws {
        try run { service, certificates in
            let old = try service.foreignTLS(certificates)
            // Another key, and then no key at all.
            try certificates.issue("other", subject: "/CN=kabinet", extensions: Certificates.forServers)
            try FileManager.default.removeItem(atPath: certificates.path("server.key"))
            try FileManager.default.copyItem(
                atPath: certificates.path("other.key"), toPath: certificates.path("server.key"))
            try reload(service, until: "does not belong to the certificate")
            try FileManager.default.removeItem(atPath: certificates.path("server.key"))
            try reload(service, until: "server.key cannot be read")
            #expect(service.logText.contains("error kabinetd"))

            let new = try service.foreignTLS(certificates)
            #expect(new.serial == old.serial)
            #expect(try old.call("PING").isOK)
        }
    }

    @Test func withoutTLSSIGHUPChangesNothing() throws {
        try Service.run { service in
            let connection = try service.connect()
            for _ in 0..<3 { service.process.send(signal: SIGHUP) }
            #expect(try connection.call("PING").isOK)
            #expect(try service.terminate() == .exited(0))
        }
    }

    private func reload(_ service: Service, until words: String) throws {
        service.process.send(signal: SIGHUP)
        #expect(try eventually(within: 30) { service.logText.contains(words) }, "\(words)")
    }

    // MARK: Clients of ours

    @Test func theToolSpeaksTLSAndNoSecretOfItsSessionIsLeft() throws {
        try run(["--log-level", "trace"], asksClients: true) { service, certificates in
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

    @Test func aClientBelievesNoServiceThatItsAuthorityHasNotSigned() async throws {
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
            #expect(error?.message.contains("takes TLS only") == true)
        }
    }

    @Test func aClientBelievesNoCertificateForAnotherName() async throws {
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

    @Test func filesThatDoNotFitAreToldBeforeAConnection() throws {
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
            ((ca: ca, certificate: nil, key: nil, name: "127.0.0.1"), "no DNS name"),
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
