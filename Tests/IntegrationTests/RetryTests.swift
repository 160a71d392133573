/// Retries are safe, also over an unexpected restart.

import Foundation
import Testing

@Suite(.realProcess)
struct RetryTests {
    private let number = 79_001_234_567

    @Test("An id answers its first outcome again after kill -9, and other arguments under it are refused")
    func overRestart() throws {
        try Service.run { service in
            var connection = try service.signIn()
            try connection.activate(number)
            let first = try connection.expectOK("TOPUP \(number) 100 ref=a id=one")
            try connection.expectOK("TOPUP \(number) 11 ref=b id=two")
            try service.killHard()
            try service.restart()

            connection = try service.signIn()
            let events = try connection.call("STATS")["events"]
            let again = try connection.call("TOPUP \(number) 100 ref=a id=one")
            #expect(again["repeated"] == "1")
            for name in ["payment", "balance", "amount", "seq"] { #expect(again[name] == first[name], "\(name)") }
            #expect(try connection.call("TOPUP \(number) 101 ref=a id=one").error == "id_conflict")
            #expect(try connection.call("TOPUP \(number) 100 ref=a id=four").error == "duplicate_ref")
            #expect(
                try connection.call("TOPUP \(number) 100 ref=c id=four")["repeated"] == nil, "a refusal frees the id")
            #expect(
                try connection.call("STATS")["events"].flatMap { Int($0) } == events.flatMap { Int($0) }.map { $0 + 1 })
            #expect(try connection.call("BALANCE \(number)")["balance"] == "211.00")
        }
    }

    @Test("An id is its principal's own")
    func scope() throws {
        try Service.run { service in
            let admin = try service.signIn()
            try admin.activate(number)
            let secret = try #require(try admin.expectOK("PRINCIPAL.ADD bank roles=payments")["secret"])
            let bank = try service.connect()
            try bank.expectOK("AUTH bank \(secret)")
            #expect(try bank.call("TOPUP \(number) 5 ref=a id=one")["amount"] == "5.00")
            #expect(try admin.call("TOPUP \(number) 7 ref=a id=one")["balance"] == "12.00")
        }
    }

    @Test("A command with if_seq= is refused after its account changed, also over a restart")
    func ifSeq() throws {
        try Service.run { service in
            var connection = try service.signIn()
            let seen = try #require(try connection.activate(number)["seq"])
            let moved = try #require(try connection.expectOK("TOPUP \(number) 1 ref=a if_seq=\(seen)")["seq"])
            #expect(try connection.call("TOPUP \(number) 1 ref=b if_seq=\(seen)").error == "conflict")
            try connection.activate(number + 1)
            try service.killHard()
            try service.restart()
            connection = try service.signIn()
            #expect(try connection.call("TOPUP \(number) 1 ref=b if_seq=\(seen)").error == "conflict")
            #expect(try connection.call("TOPUP \(number) 1 ref=b if_seq=\(moved)")["balance"] == "2.00")
        }
    }
}
