/// The exported journal, loaded by the tools that it is written for: they agree with the service to the kopeck.

import Foundation
import Testing

@Suite("Export", .realProcess, .enabled(if: AccountingTools.areThere, AccountingTools.advice))
struct ExportTests {
    static let numbers = 200
    private static let rounds = 4
    private static let topUps = 25
    private let tariffs = ["klassicheskiy", "moy-razgovor", "moy-onlayn"]

    func number(_ index: Int) -> Int { 79_001_234_000 + index }

    /// Exports into a file under the service's home, and returns its path.
    @discardableResult
    func export(_ service: Service, _ file: String, _ arguments: String...) throws -> String {
        let path = service.home + "/" + file
        let tool = try ChildProcess(
            Programs.binaries + "/kabinet", ["export"] + arguments + ["--output", path], errors: service.home + "/tool")
        #expect(try tool.finish(within: 120).status == .exited(0))
        return path
    }

    /// Months of an operator: every kind of movement of money, on every account that the service has, and fees that
    /// fell due.
    private func live(_ service: Service, _ clock: FakeClock) throws {
        var random = SeededGenerator("months of an operator")
        let admin = try service.signIn()
        let desk = try Desk(service, admin)
        // A number that nobody uses for fifteen days pays for each day after them.
        let draft = try #require(try admin.expectOK("CATALOG.DRAFT")["draft"])
        try admin.expectOK(
            "CATALOG.PUT \(draft) terms general tariff_change_fee=150 tariff_change_free_after_days=30"
                + " greatest_payment=15000 cashier_day_limit=300000 suspension_free_days=7 suspension_day_fee=3"
                + " suspension_free_again_after_days=30 approval_threshold=1000 dormancy_after_days=15 dormancy_day_fee=1"
                + " promises=0:50:1:5 promise_debt=30 transfer_greatest=500 transfers_per_day=50 transfer_month_limit=1000"
        )
        try admin.expectOK("CATALOG.PUBLISH \(draft)")
        let org = try #require(try admin.expectOK(#"ORG.CREATE name="ООО Ромашка" inn=7707083893"#)["org"])
        for index in 0..<Self.numbers {
            try admin.activate(number(index), tariff: tariffs[index % 3])
            try admin.expectOK("CONTENT.BAN \(number(index)) off")
            if index % 5 == 0 { try admin.expectOK("ORG.ADD \(org) \(number(index)) tariff=klassicheskiy") }
        }
        for round in 0..<Self.rounds {
            try clock.set(days: Double(31 * round))
            let start = Date.now.addingTimeInterval(Double(round) * 31 * 86_400 + 30).formatted(.iso8601)
            var requests: [String] = []
            for index in 0..<Self.numbers * Self.topUps {
                let number = number(Int.random(in: 0..<Self.numbers, using: &random))
                let method = ["", " method=card", " method=cash", " method=sbp", " method=bank"][index % 5]
                let amount = "\(Int.random(in: 1...90, using: &random)).\(Int.random(in: 10...99, using: &random))"
                requests.append("TOPUP \(number) \(amount) ref=r\(round)-\(index)\(method)")
                if index % 25 == 0 { requests.append("TARIFF.CHANGE \(number) \(tariffs[index / 25 % 3])") }
                if index % 25 == 7 { requests.append("OPTION.ON \(number) internet-500mb") }
                if index % 25 == 8 {
                    let kind = ["voice", "sms", "mms", "data"][index / 25 % 4]
                    let quantity = ["voice": "seconds=99", "data": "bytes=99000000"][kind] ?? "messages=2"
                    requests.append(
                        "USAGE \(number) kind=\(kind) direction=out peer=74951234567 start=\(start) \(quantity)"
                            + " source=months n=\(round * 10_000 + index)")
                }
                if index % 25 == 9 { requests.append("OPTION.OFF \(number) internet-500mb") }
                if index % 25 == 11 { requests.append("SUBSCRIPTION.OFF \(number) goroskop") }
                if index % 25 == 13 { requests.append("TARIFF.SUSPEND \(number)") }
            }
            for start in stride(from: 0, to: requests.count, by: 400) {
                let some = requests[start..<min(start + 400, requests.count)]
                try admin.send(some.joined(separator: "\n") + "\n")
                // Some subscribers lack the money for their requests.
                for request in some {
                    let reply = try admin.reply()
                    #expect(reply.isOK || !request.hasPrefix("TOPUP"), "\(request): \(reply)")
                }
            }
            try desk.work(
                number(5 * round + 1), beside: number(5 * round + 102), parking: number(Self.numbers + round), round)
            for _ in 0..<5 { try subscribe(admin, "\(number(Int.random(in: 0..<Self.numbers, using: &random)))") }
        }
    }

    /// Buys content with the code that the number receives, if it does not have it. Its plan may be suspended, and its
    /// balance empty.
    private func subscribe(_ admin: LineConnection, _ number: String) throws {
        _ = try admin.call("TARIFF.RESUME \(number)")
        try admin.expectOK("TOPUP \(number) 50 ref=content-\(UUID().uuidString)")
        guard let challenge = try admin.call("SUBSCRIPTION.ON \(number) goroskop")["challenge"] else { return }
        let message = try admin.call("NOTIFICATIONS msisdn=\(number) limit=1000").lines.last { $0.contains(challenge) }
        let code = try #require(message?.firstMatch(of: /code=(\d{6})/)).1
        try admin.expectOK("CONFIRM \(challenge) \(code)")
    }

    /// The service's figures: kopecks by the journal's accounts, with a debit's sign, and by the rows of TRIAL.BALANCE.
    private func books(_ service: Service) throws -> (accounts: [String: Int], rows: [String: Int]) {
        let admin = try service.signIn()
        var accounts: [String: Int] = [:]
        var rows: [String: Int] = [:]
        for row in try admin.expectOK("TRIAL.BALANCE").rows {
            let name = try #require(row["account"])
            rows[name] = -(try #require(row["balance"].flatMap(AccountingTools.kopecks)))
            // `revenue:tariff_fees` is Income:Revenue:Tariff-Fees.
            let parts = name.split(separator: ":").map { part in
                part.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
            }
            let root = [
                "cash": "Assets", "revenue": "Income", "transit": "Liabilities", "adjustment": "Expenses",
                "receivable": "Assets",
            ][
                name.prefix { $0 != ":" }]
            if name == "suspense" { accounts["Liabilities:Suspense"] = rows[name] }
            if parts.count > 1 { accounts[try #require(root) + ":" + parts.joined(separator: ":")] = rows[name] }
        }
        for index in 0..<Self.numbers {
            let balance = try admin.expectOK("BALANCE \(number(index))")["balance"]
            accounts["Liabilities:Subscriber:\(number(index))"] =
                -(try #require(balance.flatMap(AccountingTools.kopecks)))
        }
        return (accounts.filter { $0.value != 0 }, rows)
    }

    /// The months pass on a clock that the test sets. Then a service on the real clock runs on their log, because waits
    /// on such a clock keep a core busy.
    func run(_ body: (Service) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        let clock = try FakeClock(home: home)
        try Service.run(environment: clock.environment, launcher: clock.launcher, home: home) { service in
            defer { clock.clean(after: service.process.pid) }
            try live(service, clock)
            #expect(try service.terminate() == .exited(0))
            try Service.run(home: home, body)
        }
    }

    @Test(
        "Each tool loads the journal of a running service without a warning, and has the same balances",
        .enabled("libfaketime is not there") { FakeClock.isThere }, .timeLimit(.minutes(15)))
    func agree() throws {
        try run { service in
            let (accounts, rows) = try books(service)
            // Nothing is left out by chance: every account of the books has an amount, but those that nothing can
            // post to, and the one that is empty between commands.
            #expect(rows["transit:accounts"] == 0)
            let others = rows.filter { $0.key != "transit:accounts" }
            #expect(others.values.count { $0 == 0 } <= 3, "\(rows)")
            try service.signIn().expectOK("BACKUP \(service.home)/backup")
            for format in AccountingTools.formats {
                let file = try export(service, "journal.\(format)", service.data, "--format", format)
                let sums = try AccountingTools.balances(format, file)
                #expect(sums.filter { $0.value != 0 } == accounts, "\(format)")
                #expect(
                    sums.filter { $0.key.hasPrefix("Liabilities:Subscriber:") }.values.reduce(0, +)
                        == rows["subscribers"], "\(format)")
            }
            let copy = try export(service, "copy.csv", service.home + "/backup", "--format", "csv")
            #expect(FileManager.default.contentsEqual(atPath: service.home + "/journal.csv", andPath: copy))
            try nothingIsLeftOut(service)
            try partsMakeTheWhole(service, accounts)
            try foldsAreReplays(service)
        }
    }

    /// There are as many transactions as events that carry an amount and the balance after it, of the same kinds.
    private func nothingIsLeftOut(_ service: Service) throws {
        let dump = try ChildProcess(Programs.binaries + "/kabinet", ["dump", service.data])
        let moved = try dump.finish(within: 60).output.split(separator: "\n").filter {
            $0.contains("\"amount\":") && $0.contains("\"balance_after\":")
        }
        let types = Set(try moved.map { try #require($0.firstMatch(of: /"type":"([a-z_]+)"/)).1 })
        #expect(moved.count > 20_000)
        #expect(
            types.isSuperset(of: [
                "topped_up", "fees_charged", "tariff_changed", "option_activated", "payment_parked",
                "suspense_assigned", "suspense_credited", "payment_reversed", "balance_adjusted", "refunded",
                "refund_returned", "dormancy_charged", "promise_given", "promise_repaid", "transfer_sent",
                "transfer_received",
            ]))
        let table = try String(contentsOfFile: service.home + "/journal.csv", encoding: .utf8)
        let rows = table.split(separator: "\r\n").dropFirst().map { $0.split(separator: ",") }
        #expect(Set(rows.map { $0[0] }).count == moved.count)
        #expect(Set(rows.map { $0[2] }) == types)
    }

    /// A journal that begins in the middle opens with the balances at the end of the one before it, and so ends as the
    /// whole does.
    private func partsMakeTheWhole(_ service: Service, _ accounts: [String: Int]) throws {
        let last = try #require(try service.signIn().call("STATS")["events"].flatMap { Int($0) })
        let middle = last / 2
        for format in ["ledger", "csv"] {
            let file = try export(service, "second.\(format)", service.data, "--format", format, "--from", "\(middle)")
            var sums = try AccountingTools.balances(format, file)
            #expect(sums.removeValue(forKey: "Equity:Opening-Balances") == 0, "\(format)")
            #expect(sums.filter { $0.value != 0 } == accounts, "\(format)")
        }
        let first = try AccountingTools.balances(
            "csv", try export(service, "first.csv", service.data, "--format", "csv", "--to", "\(middle)"))
        var opening = try AccountingTools.balances(
            "csv", service.home + "/second.csv", "--through", "\(middle - 1)")
        opening["Equity:Opening-Balances"] = nil
        #expect(opening == first.filter { $0.value != 0 })
    }

    /// A few lines of Python on the table give any balance at any moment.
    private func foldsAreReplays(_ service: Service) throws {
        struct State: Decodable { let balance, as_of: String }
        var random = SeededGenerator("balances at a moment")
        let file = service.home + "/journal.csv"
        let last = try #require(try service.signIn().call("STATS")["events"].flatMap { Int($0) })
        let event = try service.signIn().expectOK("EVENTS from=\(last / 3) limit=1").rows.first
        let moments = (0..<3).map { _ in ("--through", "\(Int.random(in: last / 10...last, using: &random))") }
        for (option, moment) in moments + [("--at", try #require(event?["recorded"]))] {
            let sums = try AccountingTools.balances("csv", file, option, moment)
            for _ in 0..<2 {
                let number = number(Int.random(in: 0..<Self.numbers, using: &random))
                let replay = try ChildProcess(
                    Programs.binaries + "/kabinet",
                    ["replay", service.data, "--msisdn", "\(number)", "--until", moment, "--json"])
                let said = try JSONDecoder().decode(State.self, from: Data(try replay.finish(within: 60).output.utf8))
                #expect(
                    -(sums["Liabilities:Subscriber:\(number)"] ?? 0) == AccountingTools.kopecks(amount: said.balance),
                    "\(number) \(option) \(moment)")
            }
        }
    }
}

/// Two operators and an acquirer, who move money of others.
private struct Desk {
    private let (admin, ann, bob, bank): (LineConnection, LineConnection, LineConnection, LineConnection)

    init(_ service: Service, _ admin: LineConnection) throws {
        func principal(_ name: String, _ roles: String) throws -> LineConnection {
            let secret = try #require(try admin.expectOK("PRINCIPAL.ADD \(name) roles=\(roles)")["secret"])
            let connection = try service.connect()
            try connection.expectOK("AUTH \(name) \(secret)")
            return connection
        }
        self.admin = admin
        ann = try principal("ann", "operator")
        bob = try principal("bob", "operator")
        bank = try principal("bank", "payments")
    }

    /// Every kind of move once. `beside` gets a transfer, and a promised payment that is not repaid in time; `parking` is
    /// a number that nobody has.
    func work(_ number: Int, beside other: Int, parking: Int, _ round: Int) throws {
        func approved(_ request: String, _ name: String) throws {
            let reply = try ann.expectOK(request)
            // Within the threshold of the day it is done already.
            if reply["state"] == "pending" { try bob.expectOK("APPROVE \(try #require(reply[name]))") }
        }
        for number in [number, other] { _ = try admin.call("TARIFF.RESUME \(number)") }
        try admin.expectOK("PROMISE \(number)")
        let paid = try #require(try bank.expectOK("TOPUP \(number) 700 ref=desk-\(round) method=card")["payment"])
        try bank.expectOK("PAYMENT.REVERSE \(paid) reason=chargeback amount=100.01")
        try approved("PAYMENT.REVERSE \(paid) reason=complaint amount=1.99", "reversal")
        try ann.expectOK("ADJUST \(number) 12.34 reason=complaint")
        try bob.expectOK("ADJUST \(number) -2.34 reason=mistake")
        try approved("ADJUST \(number) 1500 reason=complaint", "adjustment")
        try approved("REFUND.REQUEST \(number) payment=\(paid) amount=50", "refund")
        try approved("REFUND.REQUEST \(number) amount=60", "refund")
        let refund = try #require(try ann.expectOK("REFUND.REQUEST \(number) amount=7")["refund"])
        try bob.expectOK("APPROVE \(refund)")
        try bob.expectOK("REFUND.REFUSE \(refund) reason=not_collected")
        try approved("VOUCHERS.MAKE count=2 amount=300 expires=2099-01-01", "batch")
        let secret = try #require(try ann.expectOK("VOUCHERS.PRINT \(round + 1)").rows.first?["secret"])
        try admin.expectOK("VOUCHER.REDEEM \(number) \(secret)")
        // Two payments come for a number that has ended, and one of them finds an owner.
        try admin.activate(parking, tariff: "klassicheskiy")
        let requests = try (0..<2).map { _ in
            try #require(try admin.expectOK("TOPUP.REQUEST \(parking) 77.70 method=card")["request"])
        }
        try admin.expectOK("SUBSCRIBER.TERMINATE \(parking)")
        var parked = ""
        for request in requests {
            let reply = try bank.expectOK("TOPUP \(parking) 77.70 ref=late-\(request) request=\(request)")
            #expect(reply["parked"] == "1")
            parked = try #require(reply["payment"])
        }
        try approved("SUSPENSE.ASSIGN \(parked) \(number)", "assignment")
        try admin.expectOK("TRANSFER \(number) \(other) 123.45")
        try admin.expectOK("PROMISE \(other)")
    }
}
