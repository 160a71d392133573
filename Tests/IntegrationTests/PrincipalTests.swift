/// Principals that change while their connections are open.

import Foundation
import Testing

@Suite(.realProcess)
struct PrincipalTests {
    private let number = 79_001_234_567

    private func principal(_ name: String, _ roles: String, _ service: Service, by admin: LineConnection) throws
        -> (LineConnection, secret: String)
    {
        let secret = try #require(try admin.expectOK("PRINCIPAL.ADD \(name) roles=\(roles)")["secret"])
        let connection = try service.connect()
        try connection.expectOK("AUTH \(name) \(secret)")
        return (connection, secret)
    }

    @Test("PRINCIPAL.DISABLE also refuses an open connection")
    func disable() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let (web, secret) = try principal("bank", "payments", service, by: admin)
            #expect(try web.call("PAYMENTS \(number)").isOK)
            try admin.expectOK("PRINCIPAL.DISABLE bank")
            #expect(try web.call("PAYMENTS \(number)").error == "auth_required")
            #expect(try web.call("TOPUP \(number) 1 ref=a").error == "auth_required")
            #expect(try service.connect().call("AUTH bank \(secret)").error == "wrong_credentials")
            #expect(try admin.call("BALANCE \(number)")["balance"] == "0.00")
        }
    }

    @Test("The only person of the staff moves money alone, and the reply says so; from the second one on nobody does")
    func sole() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let alone = try admin.expectOK("ADJUST \(number) 5000 reason=opening")
            #expect(alone["state"] == "done")
            #expect(alone["four_eyes"] == "0")
            _ = try principal("ann", "operator", service, by: admin)
            let second = try admin.expectOK("ADJUST \(number) 5000 reason=opening")
            #expect(second["state"] == "pending")
            #expect(second["approvers"] == "0")
            try admin.expectOK("PRINCIPAL.DISABLE ann")
            #expect(try admin.expectOK("ADJUST \(number) 5000 reason=opening")["state"] == "pending")
            #expect(try admin.call("BALANCE \(number)")["balance"] == "5000.00")
        }
    }

    @Test("PRINCIPAL.DISABLE ends a TAIL before it shows another event")
    func disableEndsTail() throws {
        try Service.run { service in
            let admin = try service.signIn()
            let (tail, _) = try principal("eye", "auditor", service, by: admin)
            #expect(try tail.call("TAIL type=subscriber_activated").isOK)
            try admin.activate(number)
            #expect(try tail.stream.line()?.contains("subscriber_activated") == true)
            try admin.expectOK("PRINCIPAL.DISABLE eye")
            try admin.activate(number + 1)
            #expect(try tail.stream.line()?.hasPrefix("ERR auth_required") == true)
            #expect(try tail.stream.line() == nil)
        }
    }

    @Test("Wrong passwords sent in parallel are counted like those sent in sequence")
    func concurrentTries() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
            let code = try #require(try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows.last?["code"])
            try admin.expectOK("CONFIRM \(challenge) \(code) password=\"correct horse\"")

            let tries = 40
            try admin.send(String(repeating: "LOGIN \(number) \"a wrong guess\"\n", count: tries))
            let errors = try (0..<tries).map { _ in try admin.reply().error }

            let guessed = errors.filter { $0 == "sign_in_failed" }.count
            #expect((1...10).contains(guessed), "\(guessed) of \(tries) were tried")
            #expect(errors.filter { $0 == "too_many_attempts" }.count == tries - guessed)
        }
    }

    @Test("After PRINCIPAL.ROTATE and a restart only the new secret signs in")
    func rotate() throws {
        try Service.run { service in
            let admin = try service.signIn()
            let (_, old) = try principal("bank", "payments", service, by: admin)
            let new = try #require(try admin.expectOK("PRINCIPAL.ROTATE bank")["secret"])
            #expect(new != old)
            for _ in 1...2 {
                #expect(try service.connect().call("AUTH bank \(old)").error == "wrong_credentials")
                #expect(try service.connect().call("AUTH bank \(new)")["roles"] == "payments")
                try service.killHard()
                try service.restart()
            }
        }
    }

    @Test("A role may send its own commands and no others")
    func roles() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            #expect(try service.connect().call("BALANCE \(number)").error == "auth_required")
            let (bank, _) = try principal("bank", "payments", service, by: admin)
            #expect(try bank.call("TOPUP \(number) 1 ref=a").isOK)
            #expect(try bank.call("EVENTS").error == "not_permitted")
            #expect(try bank.call("NOTIFICATIONS").error == "not_permitted")
            let (web, _) = try principal("web", "frontend", service, by: admin)
            #expect(try web.call("BALANCE \(number)").error == "session_required")
            #expect(try web.call("BALANCE \(number) session=AAAAAAAAAAAAAAAAAAAAAA").error == "session_invalid")
            #expect(try web.call("TARIFFS").isOK)
            let (audit, _) = try principal("audit", "auditor", service, by: admin)
            #expect(try audit.call("EVENTS limit=1").isOK)
            #expect(try audit.call("TOPUP \(number) 1 ref=b").error == "not_permitted")
        }
    }

    @Test("A session ends for every connection at once")
    func logout() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
            let code = try #require(try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows.first?["code"])
            try admin.expectOK("CONFIRM \(challenge) \(code) password=correct-horse")
            let (one, secret) = try principal("web", "frontend", service, by: admin)
            let other = try service.connect()
            try other.expectOK("AUTH web \(secret)")
            let session = try #require(try one.expectOK("LOGIN \(number) correct-horse")["session"])
            #expect(try other.call("BALANCE \(number) session=\(session)").isOK)
            try one.expectOK("LOGOUT session=\(session)")
            #expect(try other.call("BALANCE \(number) session=\(session)").error == "session_invalid")
        }
    }
}
