/// Promised payments, transfers and gifts from two connections of two principals, while the service is killed: no limit
/// is passed, nothing is done twice, and nothing is lost on its way.

import Foundation
import Synchronization
import Testing

@Suite("Giving while the service is killed", .realProcess)
struct GivingTests {
    private static let rounds = 6
    private let giver = 79_001_234_001
    private let taker = 79_001_234_002
    private static let borrowers = 40
    private let terms =
        "terms general tariff_change_fee=0 tariff_change_free_after_days=0 promises=0:100:3:10 promise_debt=30"
        + " transfer_least=10 transfer_greatest=500 transfers_per_day=50 transfer_month_limit=1000 transfer_floor=10"
        + " transfer_hold_days=14 gift_gigabytes=30 gifts_per_month=30 gift_days=7"

    private func borrower(_ index: Int) -> Int { 79_001_235_000 + index }

    /// The requests of a round. Both principals say all of them, each with ids of its own.
    private func requests(_ round: Int) -> [String] {
        var requests: [String] = []
        for index in 0..<20 {
            requests.append("TRANSFER \(giver) \(taker) 30")
            if index < 8 { requests.append("BUCKET.GIFT \(giver) \(taker) bytes=1073741824") }
            requests.append("PROMISE \(borrower((round * 7 + index) % Self.borrowers))")
        }
        return requests.enumerated().map { "\($0.element) id=\(round)-\($0.offset)" }
    }

    /// Says the requests on a connection until it ends, and returns those that were answered OK.
    private static func say(_ requests: [String], _ principal: (name: String, secret: String), _ port: UInt16)
        -> Set<String>
    {
        var done: Set<String> = []
        do {
            let connection = try LineConnection(port: port)
            try connection.expectOK("AUTH \(principal.name) \(principal.secret)")
            try connection.send(requests.joined(separator: "\n") + "\n")
            for request in requests { if try connection.reply().isOK { done.insert(request) } }
        } catch {}
        return done
    }

    @Test("Two principals race over kills: each limit is kept, and each OK is there once", .timeLimit(.minutes(10)))
    func raced() throws {
        var random = SeededGenerator("giving while the service is killed")
        try Service.run { service in
            let admin = try service.signIn()
            let draft = try #require(try admin.expectOK("CATALOG.DRAFT")["draft"])
            try admin.expectOK("CATALOG.PUT \(draft) \(terms)")
            try admin.expectOK("CATALOG.PUBLISH \(draft)")
            try admin.activate(giver, tariff: "moy-onlayn")
            try admin.activate(taker, tariff: "klassicheskiy")
            for index in 0..<Self.borrowers { try admin.activate(borrower(index), tariff: "klassicheskiy") }
            try admin.expectOK("TOPUP \(giver) 3400 ref=cash method=cash")
            let secret = try #require(try admin.expectOK("PRINCIPAL.ADD second roles=admin")["secret"])
            let principals = [("admin", try service.adminSecret), ("second", secret)]
            let port = service.port
            var answered = [Set<String>(), Set<String>()]
            for round in 0..<Self.rounds {
                let (requests, pid) = (requests(round), service.process.pid)
                let delay = UInt32.random(in: 500...40_000, using: &random)
                let done = try concurrently(3) { index -> Set<String> in
                    guard index < 2 else {
                        usleep(delay)
                        kill(pid, SIGKILL)
                        return []
                    }
                    return Self.say(requests, principals[index], port)
                }
                for index in 0..<2 { answered[index].formUnion(done[index]) }
                try service.killHard()
                try service.restart()
                for index in 0..<2 {
                    let again = Self.say(requests, principals[index], service.port)
                    #expect(done[index].isSubset(of: again), "an OK is answered again")
                    answered[index].formUnion(again)
                }
            }
            try check(service, answered)
        }
    }

    private func check(_ service: Service, _ answered: [Set<String>]) throws {
        let done = answered.flatMap { $0 }
        func count(_ verb: String) -> Int { done.count { $0.hasPrefix(verb) } }
        let admin = try service.signIn()
        print(
            "giving from two connections over \(Self.rounds) kills: \(count("TRANSFER")) transfers,"
                + " \(count("BUCKET.GIFT")) gifts, \(count("PROMISE")) promised payments")
        // 1000 a month in steps of 30, 12 GB of the package in steps of one, and one promise a number.
        #expect(count("TRANSFER") == 33)
        #expect(count("BUCKET.GIFT") == 12)
        #expect(count("PROMISE") == Self.borrowers)
        #expect(try admin.expectOK("BALANCE \(giver)")["balance"] == "2010.00")
        #expect(try admin.expectOK("BALANCE \(taker)")["balance"] == "990.00")
        for index in 0..<Self.borrowers {
            #expect(try admin.expectOK("BALANCE \(borrower(index))")["balance"] == "90.00")
        }
        let gifts = try admin.expectOK("BUCKETS \(taker)").rows.filter { $0["granted_by"] == "gift" }
        #expect(gifts.reduce(0) { $0 + (Int($1["left_bytes"] ?? "") ?? 0) } == 12 << 30)
        let books = try admin.expectOK("TRIAL.BALANCE")
        func balance(_ account: String) -> String? { books.rows.first { $0["account"] == account }?["balance"] }
        #expect(books["sum"] == "0.00" && balance("transit:accounts") == "0.00")
        #expect(balance("receivable:promises") == "-\(Self.borrowers * 100).00")
        #expect(try admin.call("VERIFY", within: 60)["result"] == "ok")
    }
}
