/// The process of the web cabinet: its settings, its certificates, its end.

import Foundation
import Testing

@Suite(.realProcess)
struct WebProcessTests {
    private let program = Programs.binaries + "/kabinet-web"

    private func inHome(_ body: (String) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        try body(home)
    }

    private func start(_ home: String, _ arguments: [String], secret: String? = "secret") throws -> ChildProcess {
        try ChildProcess(
            program, ["--listen", "127.0.0.1:0", "--connect", "127.0.0.1:1", "--keys", home + "/keys"] + arguments,
            environment: secret.map { ["KABINET_WEB_SECRET": $0] } ?? [:], errors: home + "/said")
    }

    /// Runs a start that must fail, with these words among others.
    private func expectRefusal(
        _ home: String, _ arguments: [String], secret: String? = "secret", with words: String
    ) throws {
        let (output, status) = try start(home, arguments, secret: secret).finish(within: 30)
        #expect(status == .exited(78))
        #expect(output.isEmpty)
        defer { try? FileManager.default.removeItem(atPath: home + "/said") }
        let said = try String(contentsOfFile: home + "/said", encoding: .utf8)
        #expect(said.contains(words))
    }

    @Test("A start without a secret, with an exposed one, or beyond loopback without TLS fails with the way out")
    func settings() throws {
        try inHome { home in
            try expectRefusal(home, [], secret: nil, with: "kabinet principal add web --roles frontend")
            let file = home + "/secret"
            _ = FileManager.default.createFile(
                atPath: file, contents: Data("secret".utf8), attributes: [.posixPermissions: 0o644])
            try expectRefusal(home, ["--secret-file", file], secret: nil, with: "chmod 600")
            try expectRefusal(home, ["--listen", "0.0.0.0:0"], with: "--behind-tls-proxy")
            try expectRefusal(home, ["--trusted-proxies", "10.0.0.0/99"], with: "10.0.0.0/8")
            try expectRefusal(home, ["--attempts-per-address", "0"], with: "attemptsPerAddress")
        }
    }

    @Test("The site gets a new certificate by SIGHUP, and SIGTERM ends it with status 0") func certificates() throws {
        try inHome { home in
            let certificates = try Certificates(in: home)
            try certificates.issue("site", subject: "/CN=first", extensions: "subjectAltName=IP:127.0.0.1")
            let (certificate, key) = (certificates.path("site.pem"), certificates.path("site.key"))
            let process = try start(home, ["--tls-certificate", certificate, "--tls-key", key])
            defer { process.send(signal: SIGKILL) }
            let line = try #require(try process.output.line())
            let address = try #require(line.firstRange(of: "https://").map { String(line[$0.upperBound...]) })
            let first = try subject(at: address)
            #expect(first.contains("first"))

            try certificates.issue("site", subject: "/CN=second", extensions: "subjectAltName=IP:127.0.0.1")
            process.send(signal: SIGHUP)
            #expect(try eventually { try subject(at: address).contains("second") })

            process.send(signal: SIGTERM)
            #expect(try process.wait(within: 30) == .exited(0))
        }
    }

    /// The subject of the certificate that a server shows.
    private func subject(at address: String) throws -> String {
        let client = try ChildProcess("/usr/bin/openssl", ["s_client", "-connect", address], errors: "/dev/null")
        client.closeInput()
        let output = try client.finish(within: 30).output
        return output.split(separator: "\n").first { $0.hasPrefix("subject=") }.map { String($0) } ?? ""
    }

    @Test("It says the version of the service that it was built with") func version() throws {
        let service = try ChildProcess(Programs.kabinetd, ["--version"]).finish(within: 30).output
        let site = try ChildProcess(program, ["--version"]).finish(within: 30).output
        #expect(service.split(separator: " ").last == site.split(separator: " ").last)
    }
}
