/// Kill -9 under load, over and over on one data directory: nothing acknowledged is lost, nothing is done twice.

import Foundation
import Synchronization
import Testing

@Suite(.realProcess, .serialized)
struct KillTests {
    private static let connections = 3
    private static let window = 40
    private static let rounds = 20

    /// A top-up that was answered `OK`.
    private struct Payment: Sendable {
        let request: String
        let payment: Int
        let ref: String
        let kopecks: Int
    }

    @Test("Twenty kills under load: every acknowledged top-up is there once", .timeLimit(.minutes(5)))
    func killedUnderLoad() throws {
        var random = SeededGenerator("kill -9 under load")
        // Small tables, so that most ids and references are in the index on disk when they come again.
        try Service.run(["--keys-per-table", "256"]) { service in
            let admin = try service.signIn()
            for index in 0..<Self.connections { try admin.activate(number(index)) }
            var all: [[Payment]] = Array(repeating: [], count: Self.connections)
            for round in 1...Self.rounds {
                let delay = UInt32.random(in: 5_000...150_000, using: &random)
                let paid = try load(service, round: round, killAfter: delay)
                try service.restart()
                try resend(paid.flatMap { $0 }, service)
                for index in 0..<Self.connections { all[index] += paid[index] }
            }
            let count = all.reduce(0) { $0 + $1.count }
            print("kill -9 under load: \(count) top-ups were acknowledged over \(Self.rounds) kills")
            #expect(count > Self.rounds, "the kills met a load")
            for index in 0..<Self.connections { try compare(all[index], number(index), service) }
            // Once more over all of them, from the first round on.
            try resend(all.flatMap { $0 }, service)
            let again = try service.signIn()
            #expect(try again.call("TRIAL.BALANCE")["sum"] == "0.00")
            #expect(try again.call("STATS")["keys_indexed_through"].flatMap { Int($0) } ?? 0 > 256)
            // An id that nobody used does not open a reference that somebody did.
            for payment in all.flatMap({ $0 }).prefix(200) {
                let request = payment.request.replacingOccurrences(of: " id=", with: " id=again-")
                #expect(try again.call(request).error == "duplicate_ref")
            }
        }
    }

    private func number(_ index: Int) -> Int { 79_001_234_500 + index }

    /// Top-ups on every connection until the process is dead; what each was told.
    private func load(_ service: Service, round: Int, killAfter microseconds: UInt32) throws -> [[Payment]] {
        let (port, secret) = (service.port, try service.adminSecret)
        let pid = service.process.pid
        let underWay = Atomic(0)
        let paid = try concurrently(Self.connections + 1) { [number = number] index -> [Payment] in
            guard index < Self.connections else {
                // The moment is counted from when all of them have been answered something.
                _ = try eventually { underWay.load(ordering: .relaxed) == Self.connections }
                usleep(microseconds)
                kill(pid, SIGKILL)
                return []
            }
            let connection = try LineConnection(port: port)
            try connection.expectOK("AUTH admin \(secret)")
            return Self.topUp(connection, number(index), "\(round)-\(index)") {
                underWay.add(1, ordering: .relaxed)
            }
        }
        try service.killHard()
        return Array(paid.dropLast())
    }

    private static func topUp(
        _ connection: LineConnection, _ msisdn: Int, _ prefix: String, started: () -> Void
    ) -> [Payment] {
        var paid: [Payment] = []
        var sent: [(request: String, ref: String, kopecks: Int)] = []
        var next = 0
        while true {
            // A reply lost with the connection is not an acknowledgement.
            do {
                var batch = ""
                while sent.count - paid.count < window {
                    next += 1
                    let ref = "ref-\(prefix)-\(next)"
                    let request = "TOPUP \(msisdn) \(next % 9 + 1).0\(next % 7) ref=\(ref) id=id-\(prefix)-\(next)"
                    sent.append((request, ref, (next % 9 + 1) * 100 + next % 7))
                    batch += request + "\n"
                }
                try connection.send(batch)
                for _ in 0..<window / 2 {
                    guard let line = try connection.stream.line(within: 10) else { return paid }
                    let reply = LineReply(lines: [line])
                    // A line that the kill cut short has no seq, which comes last.
                    guard reply.isOK, let payment = reply["payment"].flatMap({ Int($0) }), reply["seq"] == "\(payment)"
                    else { return paid }
                    let request = sent[paid.count]
                    paid.append(
                        Payment(
                            request: request.request, payment: payment, ref: request.ref, kopecks: request.kopecks))
                    if paid.count == 1 { started() }
                }
            } catch { return paid }
        }
    }

    /// Says every acknowledged request again: the same payment, and nothing new in the log.
    private func resend(_ paid: [Payment], _ service: Service) throws {
        let connection = try service.signIn()
        let before = try connection.call("STATS")["events"]
        var wrong = 0
        for start in stride(from: 0, to: paid.count, by: 500) {
            let part = paid[start..<min(start + 500, paid.count)]
            try connection.send(part.map { $0.request + "\n" }.joined())
            for payment in part {
                let reply = try connection.reply()
                if reply["repeated"] != "1" || reply["payment"] != "\(payment.payment)" { wrong += 1 }
            }
        }
        #expect(wrong == 0)
        #expect(try connection.call("STATS")["events"] == before)
    }

    /// PAYMENTS, page by page, against what was acknowledged.
    private func compare(_ paid: [Payment], _ msisdn: Int, _ service: Service) throws {
        let connection = try service.signIn()
        var found: [String: (payment: Int, kopecks: Int)] = [:]
        var rows = 0
        var before = ""
        while true {
            let page = try connection.expectOK("PAYMENTS \(msisdn) limit=1000\(before)")
            for row in page.rows {
                rows += 1
                let kopecks = row["amount"].flatMap { Int($0.replacing(".", with: "")) } ?? 0
                found[row["ref"] ?? ""] = (row["payment"].flatMap { Int($0) } ?? 0, kopecks)
            }
            guard let next = page["next"] else { break }
            before = " before=\(next)"
        }
        #expect(rows == found.count, "no ref is there twice")
        #expect(paid.allSatisfy { found[$0.ref]?.payment == $0.payment && found[$0.ref]?.kopecks == $0.kopecks })
        let kopecks = found.values.reduce(0) { $0 + $1.kopecks }
        let balance = try connection.call("BALANCE \(msisdn)")["balance"]
        #expect(balance == "\(kopecks / 100)." + String(format: "%02d", kopecks % 100))
    }
}
