/// Top-ups on several connections, and their outcomes. The tests of faults kill, stop and starve the service under this
/// load, and check the service against it afterwards.
///
/// Lost means: answered `OK`, and absent or different from the answer. Done twice means: present more than once, or
/// done again by a retry of the same `id=`.

import Foundation
import Synchronization
import Testing

final class TopUpLoad {
    /// A requested top-up, and the payment in its answer; 0 if it was not answered.
    struct Payment: Sendable {
        let request: String
        let ref: String
        let kopecks: Int
        var payment = 0
    }

    /// The outcomes of a connection's requests, in order: answered `OK`, then left open.
    private struct Said: Sendable {
        var paid: [Payment] = []
        var open: [Payment] = []
        /// The error that ended it, if one did.
        var refusal: String?
    }

    let connections: Int
    /// By connection; each has a number of its own.
    private(set) var acknowledged: [[Payment]]
    /// Left without an answer by the last run.
    private var open: [[Payment]]
    private var latest: [[Payment]]
    private var rounds = 0
    /// The errors that ended the last run.
    private(set) var refusals: Set<String> = []

    private(set) var lost = 0
    private(set) var doneTwice = 0
    /// On disk, though no client had been told so: a retry was answered `repeated=1`.
    private(set) var unsaid = 0

    /// Requests under way on a connection: with fewer, a commit writes fewer pages.
    var window = 40

    init(connections: Int = 3) {
        self.connections = connections
        (acknowledged, open, latest) = ([], [], [])
        for _ in 0..<connections { acknowledged.append([]) }
    }

    var count: Int { acknowledged.reduce(0) { $0 + $1.count } }
    var summary: String {
        "\(count) top-ups were acknowledged, \(lost) lost, \(doneTwice) done twice; \(unsaid) were on disk unsaid"
    }

    /// True if every request of the last run was answered.
    var isAnswered: Bool { open.allSatisfy(\.isEmpty) }

    static func number(_ index: Int) -> Int { 79_001_234_500 + index }

    /// Activates the load's numbers.
    func activate(_ service: Service) throws {
        let admin = try service.signIn()
        for index in 0..<connections { try admin.activate(Self.number(index)) }
    }

    // MARK: - Load

    /// Top-ups on every connection, until the service is gone, refuses one, or `meanwhile` has returned. `meanwhile`
    /// begins when each connection has had an answer. `untilItEnds` leaves the end to the service.
    func run(
        _ service: Service, untilItEnds: Bool = false, meanwhile: @escaping @Sendable () throws -> Void = {}
    ) throws {
        rounds += 1
        let (port, secret, round, connections) = (service.port, try service.adminSecret, rounds, connections)
        let window = window
        let underWay = Atomic(0)
        let isOver = Atomic(false)
        let said = try concurrently(connections + 1) { index -> Said in
            guard index < connections else {
                // The load ends in every case, even if the service never does.
                var isServiceToEnd = false
                defer { isOver.store(!isServiceToEnd, ordering: .relaxed) }
                _ = try eventually { underWay.load(ordering: .relaxed) == connections }
                try meanwhile()
                isServiceToEnd = untilItEnds
                return Said()
            }
            let connection = try LineConnection(port: port)
            try connection.expectOK("AUTH admin \(secret)")
            let said = Self.pay(
                connection, Self.number(index), "\(round)-\(index)", window: window,
                isOver: { isOver.load(ordering: .relaxed) },
                started: { underWay.add(1, ordering: .relaxed) })
            if said.paid.isEmpty { underWay.add(1, ordering: .relaxed) }
            return said
        }
        latest = said.dropLast().map(\.paid)
        open = said.dropLast().map(\.open)
        refusals = Set(said.compactMap(\.refusal))
        for index in 0..<connections { acknowledged[index] += latest[index] }
    }

    private static func pay(
        _ connection: LineConnection, _ msisdn: Int, _ prefix: String, window: Int, isOver: () -> Bool,
        started: () -> Void
    ) -> Said {
        var said = Said()
        var next = 0
        // A reply lost with the connection is not an acknowledgement.
        do {
            while !isOver() || !said.open.isEmpty {
                var batch = ""
                while !isOver(), said.open.count < window {
                    next += 1
                    let ref = "ref-\(prefix)-\(next)"
                    let request = "TOPUP \(msisdn) \(next % 9 + 1).0\(next % 7) ref=\(ref) id=id-\(prefix)-\(next)"
                    said.open.append(Payment(request: request, ref: ref, kopecks: (next % 9 + 1) * 100 + next % 7))
                    batch += request + "\n"
                }
                try connection.send(batch)
                for _ in 0..<min(window / 2, said.open.count) {
                    guard let line = try connection.stream.line(within: 60) else { return said }
                    let reply = LineReply(lines: [line])
                    said.refusal = reply.error
                    // A line that was cut short has no seq, which comes last.
                    guard reply.isOK, let payment = reply["payment"].flatMap({ Int($0) }), reply["seq"] == "\(payment)"
                    else { return said }
                    said.open[0].payment = payment
                    said.paid.append(said.open.removeFirst())
                    if said.paid.count == 1 { started() }
                }
            }
        } catch {}
        return said
    }

    // MARK: - What is held against the service

    /// Repeats the last run: the same payments, and nothing new in the log. Then it repeats the unanswered requests, as
    /// a client does: each is done now, or was done and is not done again.
    func retry(_ service: Service) throws {
        try sayAgain(latest.flatMap { $0 }, service)
        let connection = try service.signIn()
        for index in 0..<connections {
            let requests = open[index]
            try connection.send(requests.map { $0.request + "\n" }.joined())
            for var payment in requests {
                let reply = try connection.reply()
                payment.payment = reply["payment"].flatMap { Int($0) } ?? 0
                #expect(reply.isOK, "a request that was not answered can be said again")
                if reply["repeated"] == "1" { unsaid += 1 }
                acknowledged[index].append(payment)
            }
        }
        open = []
    }

    private func sayAgain(_ paid: [Payment], _ service: Service) throws {
        let connection = try service.signIn()
        let before = try connection.call("STATS")["events"]
        var (changed, again) = (0, 0)
        for start in stride(from: 0, to: paid.count, by: 500) {
            let part = paid[start..<min(start + 500, paid.count)]
            try connection.send(part.map { $0.request + "\n" }.joined())
            for payment in part {
                let reply = try connection.reply()
                if reply["payment"] != "\(payment.payment)" { changed += 1 }
                if reply["repeated"] != "1" { again += 1 }
            }
        }
        lost += changed
        doneTwice += again
        #expect(changed == 0, "a retry is answered as the request was")
        #expect(again == 0, "a retry does nothing again")
        #expect(try connection.call("STATS")["events"] == before)
    }

    /// Every payment is there once and as it was answered, no other payment is there, a retry of any appends nothing,
    /// and the books balance.
    func verify(_ service: Service) throws {
        for index in 0..<connections { try compare(acknowledged[index], Self.number(index), service) }
        try sayAgain(acknowledged.flatMap { $0 }, service)
        #expect(try service.signIn().call("TRIAL.BALANCE")["sum"] == "0.00")
        #expect((lost, doneTwice) == (0, 0))
    }

    /// Compares PAYMENTS, page by page, with the acknowledged payments.
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
        doneTwice += rows - found.count
        lost += paid.count { found[$0.ref]?.payment != $0.payment || found[$0.ref]?.kopecks != $0.kopecks }
        #expect(rows == paid.count, "what was asked for is there, once")
        let kopecks = found.values.reduce(0) { $0 + $1.kopecks }
        let balance = try connection.call("BALANCE \(msisdn)")["balance"]
        #expect(balance == "\(kopecks / 100)." + String(format: "%02d", kopecks % 100))
    }
}
