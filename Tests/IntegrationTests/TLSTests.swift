/// TLS with other implementations, and with strangers that break it.

import Foundation
import Glibc
import Testing

@Suite(.realProcess, .enabled(if: Programs.python != nil, "no Python"))
struct TLSTests {
    private let number = 79_001_234_567

    // MARK: Foreign clients

    @Test(
        "Another program's TLS client can send requests",
        arguments: ["1.2", "1.3"]) func aForeignClientSpeaksOverTLS(version: String) throws
    {
        try Service.runTLS { service, certificates in
            let client = try service.foreignTLS(certificates, ["--version", version])
            #expect(client.version == "TLSv" + version)
            try client.expectOK("AUTH admin \(try service.adminSecret)")
            // A reply of many TLS records, and several requests in one record.
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
        try Service.runTLS { service, certificates in
            let refused = try service.foreignTLS(certificates, options)
            #expect(refused.version == "failed")
            #expect(try service.foreignTLS(certificates).call("PING").isOK)
        }
    }

    @Test(arguments: ["notify", "fin"]) func aClientThatEndsItsSideStillGetsItsReplies(end: String) throws {
        try Service.runTLS { service, certificates in
            let client = try service.foreignTLS(certificates, ["--end", end])
            try client.process.write(
                "AUTH admin \(try service.adminSecret)\n" + String(repeating: "COMMANDS\n", count: 100))
            let (lines, status) = try client.finish()
            #expect(lines.count { $0.hasPrefix("OK") } == 101)
            #expect(status == .exited(0))
        }
    }

    @Test("A stop replies to every accepted request and closes TLS correctly")
    func aStopAnswersWhatItTookInAndEndsAsTLSWantsIt() throws {
        try Service.runTLS { service, certificates in
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

    @Test("A connection without TLS is closed and not logged") func whoSpeaksNoTLSIsClosedAndNotLogged() throws {
        try Service.runTLS { service, certificates in
            let plain = try RawConnection(port: service.port)
            try plain.send("PING\nPING\n")
            // The service sends at most an alert.
            #expect(try plain.stream.toEnd(within: 30).count < 16)
            try RawConnection(port: service.port).reset()
            #expect(try service.foreignTLS(certificates).call("PING").isOK)
            #expect(!service.logText.contains("no TLS"))
        }
    }

    @Test("A TLS client on a plaintext port gets an error at once") func aTLSClientOnAPlainPortIsToldAtOnce() throws {
        try Service.runTLS { _, certificates in
            try Service.run { plain in
                #expect(try plain.foreignTLS(certificates).version == "failed")
                let bytes = try RawConnection(port: plain.port)
                try bytes.send([22, 3, 1, 2, 0])
                #expect(
                    String(decoding: try bytes.stream.toEnd(within: 30), as: UTF8.self).hasPrefix("ERR invalid_syntax"))
            }
        }
    }

    @Test("A connection without a TLS handshake gives way to others and is closed")
    func whoDoesNotShakeHandsMakesRoomForOthersAndIsClosed() throws {
        try Service.runTLS(environment: ["KABINET_MAXIMUM_CONNECTIONS": "2"]) { service, certificates in
            let silent = try (0..<2).map { _ in try RawConnection(port: service.port) }
            try silent[1].send([22, 3, 1])
            // The stranger that has waited longest is closed to make room.
            #expect(try service.foreignTLS(certificates).call("PING").isOK)
            for connection in silent { _ = try connection.stream.toEnd(within: 60) }
        }
    }

    // MARK: SIGHUP

    @Test("A reload keeps connections, and new ones get the new certificate")
    func aReloadKeepsConnectionsAndGivesNewOnesTheNewCertificate() throws {
        try Service.runTLS { service, certificates in
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
        try Service.runTLS { service, certificates in
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
}
