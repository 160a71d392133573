/// Messages of a start about its TLS settings: which file has which fault, and that the network is not to be trusted.

import Foundation
import Testing

@Suite(.realProcess)
struct TLSStartTests {
    /// An address of RFC 5737, for documents: no machine has it, so a start that gets as far as listening there fails
    /// then.
    private let beyond = "192.0.2.1:7117"

    /// Runs a start that must fail, and returns its messages.
    private func refusal(_ home: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let said = home + "/said"
        try? FileManager.default.removeItem(atPath: said)
        let process = try ChildProcess(
            Programs.kabinetd, ["--data", home + "/data", "--listen", "127.0.0.1:0"] + arguments,
            environment: environment, errors: said)
        let (output, status) = try process.finish(within: 30)
        #expect(status == .exited(78))
        #expect(output.isEmpty)
        return try String(contentsOfFile: said, encoding: .utf8)
    }

    private func withCertificates(_ body: (String, Certificates) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        try body(home, try Certificates(in: home))
    }

    @Test(arguments: ["192.0.2.1:7117", "[2001:db8::1]:7117", "127.example.invalid:7117", "0.0.0.0:0"])
    func beyondLoopbackTLSIsRequired(address: String) throws {
        try withCertificates { home, _ in
            let said = try refusal(home, ["--listen", address])
            #expect(said.contains("is not loopback: give --tls-certificate and --tls-key"))
            // The failure came before anything was made.
            #expect(!FileManager.default.fileExists(atPath: home + "/data"))
        }
    }

    @Test func beyondLoopbackTLSIsEnough() throws {
        try withCertificates { home, certificates in
            let said = try refusal(home, ["--listen", beyond] + certificates.arguments)
            #expect(said.contains("cannot listen on 192.0.2.1:7117: this machine does not have that address"))
            #expect(!said.contains("warning"))
        }
    }

    @Test("Plaintext beyond loopback needs its own flag and gives a warning")
    func plaintextBeyondLoopbackIsSaidByNameAndWarnedOf() throws {
        try withCertificates { home, _ in
            let file = home + "/kabinet.json"
            try #"{"kabinet": {"plaintextBeyondLoopback": true}}"#.write(
                toFile: file, atomically: true, encoding: .utf8)
            for (arguments, environment) in [
                (["--plaintext-beyond-loopback"], [:]), ([], ["KABINET_PLAINTEXT_BEYOND_LOOPBACK": "true"]),
                (["--config", file], [:]),
            ] {
                let said = try refusal(home, ["--listen", beyond] + arguments, environment: environment)
                #expect(said.contains("cannot listen on 192.0.2.1:7117: this machine does not have that address"))
                #expect(said.contains("warning kabinetd") && said.contains("no TLS beyond loopback"))
            }
        }
    }

    @Test("The environment and the configuration file may name the TLS files")
    func theFilesMayBeNamedByTheEnvironmentAndByTheConfigurationFile() throws {
        try withCertificates { home, certificates in
            let (certificate, key) = (certificates.path("none.pem"), certificates.path("server.key"))
            let file = home + "/kabinet.json"
            try #"{"kabinet": {"tlsCertificate": "\#(certificate)", "tlsKey": "\#(key)"}}"#.write(
                toFile: file, atomically: true, encoding: .utf8)
            let environment = ["KABINET_TLS_CERTIFICATE": certificate, "KABINET_TLS_KEY": key]
            for (arguments, environment) in [(["--config", file], [:]), ([], environment)] {
                #expect(try refusal(home, arguments, environment: environment).contains("none.pem cannot be read"))
            }
            let client = ["KABINET_TLS_CLIENT_CA": certificate]
            #expect(
                try refusal(home, certificates.arguments, environment: client).contains("none.pem cannot be read"))
        }
    }

    @Test("A wrong TLS file is reported at the start") func whatIsWrongWithAFileIsSaidAtTheStart() throws {
        try withCertificates { home, certificates in
            let key = certificates.path("server.key")
            try certificates.issue("expired", subject: "/CN=kabinet", days: -1)
            try certificates.issue("open", subject: "/CN=kabinet")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: certificates.path("open.key"))
            try certificates.openssl([
                "pkey", "-in", key, "-aes256", "-passout", "pass:secret", "-out", certificates.path("locked.key"),
            ])
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: certificates.path("locked.key"))
            func start(_ certificate: String, _ key: String, _ more: [String] = []) throws -> String {
                try refusal(
                    home,
                    ["--tls-certificate", certificates.path(certificate), "--tls-key", certificates.path(key)] + more)
            }
            #expect(try start("none.pem", "server.key").contains("none.pem cannot be read: No such file"))
            #expect(try start(".", "server.key").contains("is not a file"))
            #expect(try start("server.key", "server.key").contains("has no certificate"))
            #expect(try start("server.pem", "server.pem").contains("other users can read the key"))
            #expect(try start("server.pem", "none.key").contains("none.key cannot be read: No such file"))
            #expect(try start("open.pem", "open.key").contains("other users can read the key"))
            #expect(try start("server.pem", "ca.key").contains("does not belong to the certificate"))
            #expect(try start("server.pem", "locked.key").contains("is encrypted"))
            #expect(try start("expired.pem", "expired.key").contains("expired on"))
            #expect(
                try start("server.pem", "server.key", ["--tls-client-ca", certificates.path("ca.key")]).contains(
                    "ca.key has no certificate"))
            #expect(
                try refusal(home, ["--tls-certificate", certificates.path("server.pem")]).contains("--tls-key FILE"))
            #expect(try refusal(home, ["--tls-key", key]).contains("--tls-certificate FILE"))
            #expect(
                try refusal(home, ["--tls-client-ca", certificates.path("ca.pem")]).contains("--tls-certificate FILE"))
            #expect(!FileManager.default.fileExists(atPath: home + "/data"))
        }
    }
}
