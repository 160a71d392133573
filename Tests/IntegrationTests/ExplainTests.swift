/// `kabinet explain` and `kabinet diff`: their figures match the service's, at any moment.

import Foundation
import Testing

@Suite("kabinet explain and diff", .realProcess)
struct ExplainTests {
    private static let number = 79_001_234_800
    private static let empty = 79_001_234_801
    private static let rich = 79_001_234_802
    private static let name = String(repeating: "long-name.", count: 6) + "last"

    private struct Explained: Decodable {
        struct Posting: Decodable {
            let seq: Int
            let recorded, type, principal, account, amount, balance: String
        }
        let msisdn, balance: String
        let position, account: Int
        let postings: [Posting]
    }

    private struct Change: Decodable { let before, after: String }

    private struct Changed: Decodable {
        let msisdn, account, ledger: String?
        let balance, tariff, options: Change?
    }

    private func kabinet(_ arguments: String...) throws -> (output: String, errors: String, status: ExitStatus) {
        let home = try makeTemporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: home) }
        let tool = try ChildProcess(Programs.binaries + "/kabinet", arguments, errors: home + "/errors")
        let (output, status) = try tool.finish(within: 60)
        return (output, (try? String(contentsOfFile: home + "/errors", encoding: .utf8)) ?? "", status)
    }

    /// Three numbers: one with a history, one without money, one with much of it, paid by a principal of a long name.
    private func run(_ body: (Service, LineConnection) throws -> Void) throws {
        try Service.run { service in
            let admin = try service.signIn()
            for number in [Self.number, Self.empty, Self.rich] { try admin.activate(number) }
            let secret = try #require(try admin.expectOK("PRINCIPAL.ADD \(Self.name) roles=payments")["secret"])
            try admin.expectOK("CATALOG.DRAFT")
            try admin.expectOK(
                "CATALOG.PUT 2 terms general tariff_change_fee=150 tariff_change_free_after_days=30"
                    + " greatest_payment=9999999.99")
            try admin.expectOK("CATALOG.PUBLISH 2")
            let shop = try service.connect()
            try shop.expectOK("AUTH \(Self.name) \(secret)")
            try admin.expectOK("TOPUP \(Self.number) 1000 ref=a method=cash")
            try shop.expectOK("TOPUP \(Self.rich) 9999999.99 ref=b method=card")
            try admin.expectOK("TARIFF.CHANGE \(Self.number) moy-razgovor")
            try admin.expectOK("OPTION.ON \(Self.number) internet-500mb")
            try shop.expectOK("TOPUP \(Self.number) 0.01 ref=c")
            try admin.expectOK("OPTION.OFF \(Self.number) internet-500mb")
            try body(service, admin)
        }
    }

    private func explained(_ arguments: (output: String, errors: String, status: ExitStatus)) throws -> Explained {
        #expect(arguments.status == .exited(0), "\(arguments)")
        return try JSONDecoder().decode(Explained.self, from: Data(arguments.output.utf8))
    }

    @Test("The postings add up to the balance at every position and time, and match the journal")
    func figures() throws {
        try run { service, admin in
            let whole = try explained(try kabinet("explain", service.data, "\(Self.number)", "--json"))
            #expect(whole.balance == (try admin.expectOK("BALANCE \(Self.number)")["balance"]))
            let sum = try whole.postings.map { try #require(AccountingTools.kopecks(amount: $0.amount)) }.reduce(0, +)
            #expect(sum == AccountingTools.kopecks(amount: whole.balance))
            #expect(
                whole.postings.contains { $0.principal == Self.name }
                    && whole.postings.contains { $0.type == "tariff_changed" })
            let table = try kabinet("export", service.data, "--format", "csv").output.split(separator: "\r\n")
                .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            let rows = table.filter { $0[5] == "Liabilities:Subscriber:\(Self.number)" }
            for seq in Set(whole.postings.map(\.seq)) {
                let moved = try whole.postings.filter { $0.seq == seq }
                    .map { try #require(AccountingTools.kopecks(amount: $0.amount)) }.reduce(0, +)
                let booked = rows.filter { $0[0] == "\(seq)" }.compactMap { Int($0[6]) }.reduce(0, +)
                #expect(moved == -booked, "position \(seq)")
            }
            #expect(Set(rows.map { $0[0] }) == Set(whole.postings.map { "\($0.seq)" }))
            for posting in whole.postings {
                for at in ["\(posting.seq)", posting.recorded] {
                    let then = try explained(
                        try kabinet("explain", service.data, "\(Self.number)", "--json", "--at", at))
                    #expect(then.balance == (try admin.expectOK("BALANCE \(Self.number) at=\(at)")["balance"]), "\(at)")
                    #expect(then.postings.last?.balance == then.balance)
                }
            }
        }
    }

    /// The rows of EXPLAIN, oldest first, page by page, as `kabinet explain` names their values.
    private func postings(_ connection: LineConnection, _ request: String, limit: Int) throws -> [[String]] {
        var rows: [[String]] = []
        var before = ""
        while true {
            let page = try connection.expectOK("EXPLAIN \(request) limit=\(limit)\(before)")
            rows += page.rows.map { row in
                ["seq", "recorded", "type", "principal", "ledger_account", "amount", "balance"].map { row[$0] ?? "" }
            }
            guard let next = page["next"] else { return rows.reversed() }
            before = " before=\(next)"
        }
    }

    @Test("EXPLAIN of the service and kabinet explain on its files agree row by row, now and at any moment")
    func online() throws {
        try run { service, admin in
            try admin.expectOK("SUBSCRIBER.TERMINATE \(Self.number)")
            try admin.expectOK(
                "SUBSCRIBER.ACTIVATE \(Self.number) iccid=\(iccid(Self.number)) imsi=\(imsi(Self.number)) region=msk"
                    + " tariff=klassicheskiy pin=0000 puk=12345678")
            try admin.expectOK("TOPUP \(Self.number) 5 ref=next")
            let first = try explained(
                try kabinet("explain", service.data, "\(Self.number)", "--account", "1", "--json"))
            #expect(first.postings.count > 3)
            var requests = [(["\(Self.number)", "--account", "1"], "\(Self.number) account=1")]
            for number in [Self.number, Self.empty, Self.rich] { requests.append((["\(number)"], "\(number)")) }
            for posting in first.postings {
                for at in ["\(posting.seq)", posting.recorded] {
                    requests.append((["\(Self.number)", "--at", at], "\(Self.number) at=\(at)"))
                }
            }
            for (arguments, request) in requests {
                let tool = try ChildProcess(
                    Programs.binaries + "/kabinet", ["explain", service.data] + arguments + ["--json"],
                    errors: "/dev/null")
                let (output, status) = try tool.finish(within: 60)
                #expect(status == .exited(0), "\(arguments)")
                let offline = try JSONDecoder().decode(Explained.self, from: Data(output.utf8))
                let expected = offline.postings.map {
                    ["\($0.seq)", $0.recorded, $0.type, $0.principal, $0.account, $0.amount, $0.balance]
                }
                for limit in [1, 2, 100] {
                    #expect(try postings(admin, request, limit: limit) == expected, "\(request)")
                }
                let closing = try admin.expectOK("EXPLAIN \(request)")
                #expect(closing["balance"] == offline.balance && closing["seq"] == "\(offline.position)", "\(request)")
                #expect(closing["account"] == "\(offline.account)", "\(request)")
            }
        }
    }

    @Test("Columns stay aligned, whatever their values are")
    func columns() throws {
        try run { service, admin in
            for number in [Self.number, Self.rich] {
                let (output, _, status) = try kabinet("explain", service.data, "\(number)")
                #expect(status == .exited(0))
                let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let balance = try #require(try admin.expectOK("BALANCE \(number)")["balance"])
                #expect(lines[0].hasPrefix("\(number) has \(balance) at position "))
                let rows = lines.drop { !$0.hasPrefix("position") }.filter { !$0.isEmpty }
                #expect(rows.count > 1 && Set(rows.map(\.count)).count == 1, "\(output)")
                #expect(rows.last?.hasSuffix(" \(balance)") == true)
                // No line ends in spaces, and every column begins where its head does.
                for head in ["recorded", "event", "principal", "account"] {
                    let place = try #require(rows.first?.range(of: head)).lowerBound
                    let offset = try #require(rows.first).distance(from: rows[rows.startIndex].startIndex, to: place)
                    for row in rows.dropFirst() {
                        let at = row.index(row.startIndex, offsetBy: offset)
                        #expect(row[at] != " " && row[row.index(before: at)] == " ", "\(head): \(row)")
                    }
                }
            }
        }
    }

    @Test("A terminated number is explained and replayed by number and by account, with all its accounts")
    func formerHolders() throws {
        try run { service, admin in
            let number = Self.number
            let left = try #require(try admin.call("BALANCE \(number)")["balance"])
            let before = try #require(try admin.call("STATS")["events"])
            try admin.expectOK("SUBSCRIBER.TERMINATE \(number)")
            let ended = try kabinet("explain", service.data, "\(number)")
            #expect(ended.status == .exited(0))
            #expect(ended.output.contains(" until ") && ended.output.contains("account 1, has \(left) at position"))
            let replayed = try kabinet("replay", service.data, "--msisdn", "\(number)")
            #expect(replayed.status == .exited(0) && replayed.output.contains("balance        \(left)"))
            #expect(replayed.output.contains("ended") && replayed.output.contains("subscriber_terminated"))

            try admin.expectOK(
                "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid(number)) imsi=\(imsi(number)) region=msk"
                    + " tariff=klassicheskiy pin=0000 puk=12345678")
            try admin.expectOK("TOPUP \(number) 5 ref=next")
            let both = try kabinet("explain", service.data, "\(number)").output.split(separator: "\n")
            #expect(both.count(where: { $0.hasPrefix("account ") }) == 2)
            #expect(both.contains { $0.contains("has 5.00 at position") })
            for first in [
                try kabinet("explain", service.data, "\(number)", "--account", "1"),
                try kabinet("explain", service.data, "--account", "1"),
            ] {
                #expect(first.output.contains("has \(left) at position"), "\(first)")
            }
            #expect(try kabinet("replay", service.data, "--account", "1").output.contains("balance        \(left)"))
            let then = try kabinet("explain", service.data, "\(number)", "--at", before)
            #expect(then.output.hasPrefix("\(number) has \(left)"), "nobody else had it then")
            let wrong = try kabinet("explain", service.data, "\(Self.rich)", "--account", "1")
            #expect(wrong.status == .exited(1))
        }
    }

    @Test("An account without postings gets a message, and a wrong argument gets a message and a status")
    func others() throws {
        try run { service, admin in
            let none = try kabinet("explain", service.data, "\(Self.empty)")
            #expect(
                none.status == .exited(0) && none.output.contains(" has 0.00 ")
                    && none.output.contains("no event changed the balance"))
            #expect(try explained(try kabinet("explain", service.data, "\(Self.empty)", "--json")).postings.isEmpty)
            let last = try #require(try admin.call("STATS")["events"].flatMap { Int($0) })
            for (arguments, status, words) in [
                (["explain", service.data, "79009999999"], Int32(1), "there is no subscriber"),
                (["explain", service.data, "\(Self.number)", "--at", "0"], 1, "there is no subscriber"),
                (["explain", service.data, "\(Self.number)", "--at", "1970-01-02"], 1, "there is no subscriber"),
                (["explain", service.data, "12"], 64, "is not a telephone number"),
                (["explain", service.data], 64, "give a telephone number, or an account with --account"),
                (
                    ["explain", service.data, "\(Self.number)", "--at", "\(last + 1)"], 64,
                    "the log ends at position \(last)"
                ),
                (["explain", service.data, "\(Self.number)", "--at", "soon"], 64, "'soon'"),
                (["explain", service.home, "\(Self.number)"], 64, "there is no log"),
                (["diff", service.data], 64, "--from"),
                (["diff", service.data, "--from", "soon"], 64, "'soon'"),
                (["diff", service.data, "--from", "\(last + 1)"], 64, "the log ends at position \(last)"),
                (["diff", service.data, "--from", "10", "--to", "5"], 64, "but --to is an earlier one"),
                (["diff", service.home, "--from", "1"], 64, "there is no log"),
            ] {
                let tool = try ChildProcess(
                    Programs.binaries + "/kabinet", arguments, errors: service.home + "/said")
                let ended = try tool.finish(within: 60)
                let said = try String(contentsOfFile: service.home + "/said", encoding: .utf8)
                #expect(ended.status == .exited(status), "\(arguments)")
                #expect(said.contains(words), "\(arguments): \(said)")
                #expect(ended.output == "")
                try FileManager.default.removeItem(atPath: service.home + "/said")
            }
        }
    }

    @Test("A diff shows the values that the service returns for both moments, by position and by time")
    func diff() throws {
        try run { service, admin in
            let last = try #require(try admin.call("STATS")["events"].flatMap { Int($0) })
            let whole = try explained(try kabinet("explain", service.data, "\(Self.number)", "--json"))
            let (first, second) = (whole.postings[0], try #require(whole.postings.last))
            for (from, to) in [
                ("\(first.seq)", "\(second.seq)"), (first.recorded, second.recorded), ("\(first.seq)", second.recorded),
                ("\(first.seq)", "\(last)"),
            ] {
                let (output, _, status) = try kabinet("diff", service.data, "--from", from, "--to", to, "--json")
                #expect(status == .exited(0))
                let changes = try output.split(separator: "\n").map {
                    try JSONDecoder().decode(Changed.self, from: Data($0.utf8))
                }
                let own = try #require(changes.first { $0.msisdn == "\(Self.number)" })
                #expect(own.balance?.before == (try admin.expectOK("BALANCE \(Self.number) at=\(from)")["balance"]))
                #expect(own.balance?.after == (try admin.expectOK("BALANCE \(Self.number) at=\(to)")["balance"]))
                #expect(own.tariff?.before == "klassicheskiy" && own.tariff?.after == "moy-razgovor")
                #expect(!changes.contains { $0.msisdn == "\(Self.empty)" })
                func books(_ at: String) throws -> [String: String] {
                    Dictionary(
                        uniqueKeysWithValues: try admin.expectOK("TRIAL.BALANCE at=\(at)").rows.map {
                            ($0["account"] ?? "", $0["balance"] ?? "")
                        })
                }
                let (before, after) = (try books(from), try books(to))
                for (account, balance) in after where account != "subscribers" && account != "organizations" {
                    let change = changes.first { $0.ledger == account }?.balance
                    if before[account] == balance {
                        #expect(change == nil, "\(account)")
                    } else {
                        #expect(change?.before == before[account] && change?.after == balance, "\(account)")
                    }
                }
            }
            // Switched on and off again: the state is the same as before.
            let on = try #require(try admin.expectOK("OPTION.ON \(Self.rich) internet-500mb")["seq"])
            try admin.expectOK("OPTION.OFF \(Self.rich) internet-500mb")
            let same = try kabinet("diff", service.data, "--from", "\(last)", "--json").output
            #expect(!same.contains("\"options\""))
            #expect(
                try kabinet("diff", service.data, "--from", "\(last)", "--to", on).output.contains(
                    "options - → internet-500mb"))
            let nothing = try kabinet("diff", service.data, "--from", on, "--to", on)
            #expect(nothing.output.hasSuffix("0 accounts changed, by 0 events of all accounts\n"))
        }
    }
}
