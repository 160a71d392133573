/// Automatic payments with an acquirer that repeats, delays and reorders its answers, while the service is killed: each
/// fall of a balance is asked for once, and paid at most once.

import Foundation
import Testing

@Suite("Automatic payments while the service is killed", .realProcess)
struct AutopayProcessTests {
    private static let numbers = 79_001_237_000..<79_001_237_008
    private static let rounds = 8

    /// A number with a stored card and an order: 50 when the balance is below 60. The balance is 100.
    private func order(_ number: Int, _ admin: LineConnection, _ bank: LineConnection) throws {
        try admin.activate(number)
        let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
        let code = try #require(try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows.last?["code"])
        let session = try #require(
            try admin.expectOK("CONFIRM \(challenge) \(code) password=\"correct horse\"")["session"])
        let request = try #require(
            try admin.expectOK("TOPUP.REQUEST \(number) 100 method=card session=\(session)")["request"])
        let card = "tok_stored\(number % 1000)"
        try bank.expectOK("TOPUP \(number) 100 ref=store-\(number) request=\(request) card=\(card) card_last4=4242")
        try admin.expectOK("AUTOPAY.SET \(number) card=\(card) amount=50 below=60")
    }

    /// Says the lines at once, and returns the replies that came.
    private func say(_ lines: [String], on connection: LineConnection) -> [LineReply] {
        var replies: [LineReply] = []
        do {
            try connection.send(lines.joined(separator: "\n") + "\n")
            for _ in lines { replies.append(try connection.reply()) }
        } catch {}
        return replies
    }

    /// The answers of a bank to a request that it sees: in the order of the time at which it says them.
    private func answers(
        to row: [String: String], _ round: Int, _ random: inout SeededGenerator
    ) throws -> (now: [String], later: [String]) {
        let (request, number) = (try #require(row["request"]), try #require(row["msisdn"]))
        let attempt = try #require(row["attempt"])
        let pay = "TOPUP \(number) 50 ref=\(request) request=\(request) id=pay-\(request)"
        let again = "TOPUP \(number) 50 ref=\(request)-\(round) request=\(request) id=again-\(request)-\(round)"
        let refuse = "PAYMENT.REFUSE \(request) reason=declined attempt=\(attempt) id=no-\(request)-\(attempt)"
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return ([pay], [pay, refuse])
        case 1: return ([pay, pay, again], [again])
        case 2: return ([refuse, refuse], [pay, again])
        case 3: return ([refuse], [refuse])
        case 4: return ([], [pay, pay])
        default: return ([], [])
        }
    }

    @Test("Each fall is asked for once and paid at most once, over kills", .timeLimit(.minutes(10)))
    func killed() throws {
        var random = SeededGenerator("automatic payments and kill -9")
        try Service.run(["--test-clock", "2026-03-01T09:00:00Z"]) { service in
            var admin = try service.signIn()
            let secret = try #require(try admin.expectOK("PRINCIPAL.ADD bank roles=payments")["secret"])
            func signInBank() throws -> LineConnection {
                let bank = try service.connect()
                try bank.expectOK("AUTH bank \(secret)")
                return bank
            }
            var bank = try signInBank()
            for number in Self.numbers { try order(number, admin, bank) }
            var falls: [Int: Int] = [:]
            var delayed: [String] = []
            for round in 0..<Self.rounds {
                for number in Self.numbers {
                    let balance = try admin.expectOK("BALANCE \(number)")["balance"].flatMap {
                        AccountingTools.kopecks(amount: $0)
                    }
                    guard let balance, balance >= 6_000 else { continue }
                    let above = balance - 5_000
                    try admin.expectOK(
                        "ADJUST \(number) -\(above / 100).\(above % 100 < 10 ? "0" : "")\(above % 100) reason=use")
                    falls[number, default: 0] += 1
                }
                var lines = delayed
                delayed = []
                for row in try bank.expectOK("PAYMENT.REQUESTS").rows {
                    let (now, later) = try answers(to: row, round, &random)
                    (lines, delayed) = (lines + now, delayed + later)
                }
                lines.shuffle(using: &random)
                let (pid, delay) = (service.process.pid, UInt32.random(in: 100...8_000, using: &random))
                let killer = Thread {
                    usleep(delay)
                    kill(pid, SIGKILL)
                }
                killer.start()
                _ = say(lines, on: bank)
                try service.killHard()
                try service.restart()
                (admin, bank) = (try service.signIn(), try signInBank())
                _ = say(lines, on: bank)
                // Requests expire, and those that wait are asked again.
                let time = String(format: "2026-03-01T%02d:%02d:00Z", 10 + round, round * 7)
                try admin.expectOK("CLOCK.SET \(time)")
            }
            _ = say(delayed, on: bank)
            try check(admin, falls)
        }
    }

    private func check(_ admin: LineConnection, _ falls: [Int: Int]) throws {
        var (asked, paid) = (0, 0)
        for number in Self.numbers {
            // The first one is the payment that stored the card.
            let requests = try admin.expectOK("EVENTS msisdn=\(number) type=payment_requested limit=100").rows.count - 1
            let payments = try admin.expectOK("PAYMENTS \(number) limit=100").rows.compactMap { $0["request"] }
            #expect(requests == falls[number], "\(number) is asked for once a fall")
            #expect(Set(payments).count == payments.count, "\(number) pays a request once")
            #expect(payments.count - 1 <= requests)
            (asked, paid) = (asked + requests, paid + payments.count - 1)
        }
        print("automatic payments over \(Self.rounds) kills: \(asked) falls were asked for, \(paid) were paid")
        #expect(asked > Self.numbers.count && paid > 0)
        #expect(try admin.expectOK("TRIAL.BALANCE")["sum"] == "0.00")
        #expect(try admin.call("VERIFY", within: 60)["result"] == "ok")
    }
}
