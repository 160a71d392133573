/// A client certificate replaces AUTH, if the operator's authority signed it and a principal has its name.

import Foundation
import Testing

@Suite(.realProcess, .enabled(if: Programs.python != nil, "no Python"))
struct ClientCertificateTests {
    private let number = 79_001_234_567

    @Test("A client certificate signs in its principal before the first command")
    func aClientCertificateIsItsPrincipalFromTheFirstCommandOn() throws {
        try Service.runTLS(asksClients: true) { service, certificates in
            try certificates.issue("admin", subject: "/O=Operator/CN=admin")
            try certificates.issue("bank", subject: "/CN=bank")
            let admin = try service.foreignTLS(certificates, as: "admin")
            try admin.expectOK("PRINCIPAL.ADD bank roles=payments")
            try admin.expectOK(
                "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid(number)) imsi=\(imsi(number)) region=msk "
                    + "tariff=klassicheskiy pin=0000 puk=12345678")

            let bank = try service.foreignTLS(certificates, as: "bank")
            #expect(try bank.call("TOPUP \(number) 5 ref=a")["amount"] == "5.00")
            #expect(try bank.call("PRINCIPALS").error == "not_permitted")
            // The log has the principal's name.
            #expect(try admin.expectOK("EVENTS type=topped_up").rows.map { $0["principal"] } == ["bank"])

            // AUTH still changes the principal, and one that fails leaves the connection without a principal.
            try bank.expectOK("AUTH admin \(try service.adminSecret)")
            #expect(try bank.call("PRINCIPALS").isOK)
            #expect(try bank.call("AUTH bank wrong").error == "wrong_credentials")
            #expect(try bank.call("PRINCIPALS").error == "auth_required")
        }
    }

    @Test("A connection without a client certificate must send AUTH")
    func withoutAClientCertificateAUTHIsAsked() throws {
        try Service.runTLS(asksClients: true) { service, certificates in
            let client = try service.foreignTLS(certificates)
            #expect(try client.call("PRINCIPALS").error == "auth_required")
            try client.expectOK("AUTH admin \(try service.adminSecret)")
            #expect(try client.call("PRINCIPALS").isOK)
        }
    }

    @Test(
        "A wrong client certificate is refused",
        arguments: [
            ("a foreign authority's", "foreign", 30, ""), ("an expired", "ca", -1, ""),
            ("a server's", "ca", 30, "extendedKeyUsage=serverAuth\n"),
        ])
    func aClientCertificateThatIsNotGoodIsRefused(_ what: String, authority: String, days: Int, extensions: String)
        throws
    {
        try Service.runTLS(asksClients: true) { service, certificates in
            if authority != "ca" { try certificates.makeAuthority(authority) }
            try certificates.issue("admin", subject: "/CN=admin", by: authority, days: days, extensions: extensions)
            // In TLS 1.3 a client can send data before it learns that it is refused.
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

    @Test("A certificate of an unknown or disabled principal does not sign in")
    func aCertificateOfNoPrincipalOrADisabledOneSignsNobodyIn() throws {
        try Service.runTLS(asksClients: true) { service, certificates in
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
            #expect(try bank.call("PAYMENTS \(number)").error == "not_found")
            try admin.expectOK("PRINCIPAL.DISABLE bank")
            #expect(try bank.call("PAYMENTS \(number)").error == "auth_required")

            for name in ["bank", "nobody", "loud", "two", "itself"] {
                let client = try service.foreignTLS(certificates, as: name)
                #expect(try client.call("BALANCE \(number)").error == "auth_required", "\(name)")
                #expect(try client.call("AUTH admin \(secret)").isOK, "\(name)")
            }
            for name in ["bank", "nobody", "kabinet"] {
                #expect(service.logText.contains("names '\(name)', which is not an enabled principal"), "\(name)")
            }
        }
    }
}
