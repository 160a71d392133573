/// `at=`: a past read gives the state of that time, however it is asked and from whatever the service makes it.

import Foundation
import Testing

@Suite("Reads of the past", .realProcess)
struct PastReadTests {
    private struct Question {
        let number, moment: String
        let balance: String
    }

    /// The expected answers, computed by a few lines of Python on the exported table, in the order of the positions.
    private func questions(_ service: Service, _ count: Int) throws -> [Question] {
        let export = ExportTests()
        let file = try export.export(service, "journal.csv", service.data, "--format", "csv")
        let random = SeededGenerator("balances at a thousand moments")
        let script = try ChildProcess(
            try #require(Programs.python),
            [
                Programs.repository + "/Tests/IntegrationTests/Scripts/balances_at.py", file, "\(count)",
                "\(random.seed)",
            ] + (0..<ExportTests.numbers).map { "\(export.number($0))" })
        let (text, status) = try script.finish(within: 120)
        #expect(status == .exited(0))
        return try text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t").map(String.init)
            let kopecks = try #require(Int(fields[3]))
            // Balances may be negative, because usage is owed.
            let balance =
                (kopecks < 0 ? "-" : "") + "\(abs(kopecks) / 100)." + String(format: "%02d", abs(kopecks) % 100)
            return Question(number: fields[0], moment: fields[1], balance: balance)
        }
    }

    @Test(
        "BALANCE at= equals the sum of the exported journal at a thousand moments, in order with other commands",
        .enabled("libfaketime is not there") { FakeClock.isThere }, .enabled(if: Programs.python != nil, "no Python"),
        .timeLimit(.minutes(15)))
    func folds() throws {
        try ExportTests().run { service in
            let questions = try questions(service, 1000)
            try #require(questions.count == 1000)
            let admin = try service.signIn()
            let pong = try admin.call("PING").lines
            var live: [String: String] = [:]
            for number in Set(questions.map(\.number)) { live[number] = try admin.call("BALANCE \(number)")["balance"] }
            for start in stride(from: 0, to: questions.count, by: 100) {
                let some = questions[start..<(start + 100)]
                try admin.send(
                    some.map { "BALANCE \($0.number) at=\($0.moment)\nPING\nBALANCE \($0.number)\n" }.joined())
                for question in some {
                    let then = try admin.reply()
                    #expect(then["balance"] == question.balance, "\(question): \(then)")
                    #expect(try admin.reply().lines == pong)
                    #expect(try admin.reply()["balance"] == live[question.number])
                }
            }
            // Over RESP; and in no order, so that a state is of no use for the next question.
            let other = try service.signInRESP(version: 3)
            var random = SeededGenerator("some of them again")
            let few = stride(from: 0, to: questions.count, by: 10).map { questions[$0] }
            for some in [few, Array(few.shuffled(using: &random).prefix(20))] {
                try other.send(
                    some.flatMap {
                        RESPConnection.encode(["BALANCE", $0.number, "at=\($0.moment)"])
                            + RESPConnection.encode(["BALANCE", $0.number])
                    })
                for question in some {
                    #expect(try other.value()["balance"] == question.balance, "\(question)")
                    #expect(try other.value()["balance"] == live[question.number])
                }
            }
        }
    }

    // MARK: - Equal to what was answered then

    private struct Answer {
        let line: String
        let position: String
        let reply: [String]
    }

    private static let numbers = (0..<3).map { 79_001_234_510 + $0 }
    /// Its account is opened halfway through.
    private static let late = 79_001_234_519

    private func ask(_ connection: LineConnection, _ org: String, _ group: String, into answers: inout [Answer]) throws
    {
        let position = try #require(try connection.call("STATS")["events"])
        let reads =
            (Self.numbers + [Self.late]).flatMap { number in
                ["BALANCE", "ACCOUNT", "TARIFF", "OPTIONS"].map { "\($0) \(number)" }
            } + ["GROUPS \(org)", "GROUP \(group)", "GROUP \(group) limit=1", "ORG \(org)", "TRIAL.BALANCE"]
        for line in reads {
            answers.append(Answer(line: line, position: position, reply: timeless(try connection.call(line).lines)))
        }
    }

    /// Without the time of the figures: a read of the past is of the position's, and another one of its own.
    private func timeless(_ lines: [String]) -> [String] { lines.map { $0.replacing(#/ as_of=\S+/#, with: "") } }

    @Test("A session reads the past of its own account only, not of former owners of the number")
    func formerOwner() throws {
        try Service.run { service in
            let (admin, number) = (try service.signIn(), 79_001_234_567)
            try admin.activate(number)
            let paid = try #require(try admin.expectOK("TOPUP \(number) 777 ref=a")["seq"])
            try admin.expectOK("SUBSCRIBER.TERMINATE \(number)")
            // The identity differs from the first owner's.
            try admin.expectOK(
                "SUBSCRIBER.ACTIVATE \(number) iccid=\(iccid(number)) imsi=\(imsi(number)) region=msk"
                    + " tariff=klassicheskiy pin=0000 puk=12345678")
            let challenge = try #require(try admin.expectOK("REGISTER \(number)")["challenge"])
            let code = try #require(try admin.expectOK("NOTIFICATIONS msisdn=\(number)").rows.last?["code"])
            try admin.expectOK("CONFIRM \(challenge) \(code) password=\"correct horse\"")
            let session = try #require(try admin.expectOK("LOGIN \(number) \"correct horse\"")["session"])
            for verb in ["BALANCE", "ACCOUNT", "TARIFF", "OPTIONS"] {
                #expect(
                    try admin.call("\(verb) \(number) at=\(paid) session=\(session)").error == "not_found", "\(verb)")
            }
            // Care staff and auditors see whose the number was.
            #expect(try admin.call("BALANCE \(number) at=\(paid)")["balance"] == "777.00")
            let now = try #require(try admin.expectOK("TOPUP \(number) 1 ref=b")["seq"])
            #expect(try admin.call("BALANCE \(number) at=\(now) session=\(session)")["balance"] == "1.00")
        }
    }

    private func check(_ service: Service, _ answers: [Answer], _ what: String) throws {
        let connection = try service.signIn()
        for answer in answers {
            let again = try connection.call("\(answer.line) at=\(answer.position)")
            #expect(timeless(again.lines) == answer.reply, "\(answer.line) at=\(answer.position), \(what)")
        }
    }

    @Test("Every read at= returns the same reply as at that position, after starts with and without snapshots")
    func asItWas() throws {
        try Service.run { service in
            let admin = try service.signIn()
            var answers: [Answer] = []
            for number in Self.numbers { try admin.activate(number) }
            let org = try #require(try admin.expectOK(#"ORG.CREATE name="ООО Ромашка" inn=7707083893"#)["org"])
            let group = try #require(try admin.expectOK("GROUP.CREATE \(org) name=Отдел")["group"])
            var random = SeededGenerator("reads as they were")
            for step in 0..<24 {
                let number = Self.numbers[step % 3]
                try admin.expectOK("TOPUP \(number) \(step + 1000).50 ref=r\(step) method=card")
                switch step {
                case 3...5: try admin.expectOK("ORG.ADD \(org) \(number) tariff=klassicheskiy")
                case 6...8: try admin.expectOK("GROUP.ADD \(group) \(number)")
                case 1: try admin.expectOK("TARIFF.CHANGE \(number) moy-razgovor")
                case 2: try admin.expectOK("OPTION.ON \(number) internet-500mb")
                case 12: try admin.activate(Self.late)
                case 13: try admin.expectOK("GROUP.REMOVE \(group) \(number)")
                case 14: try admin.expectOK("OPTION.OFF \(Self.numbers[2]) internet-500mb")
                case 15, 19:
                    let seq = try admin.expectOK("SNAPSHOT")["seq"]
                    #expect(try eventually { try admin.call("STATS")["snapshot_position"] == seq })
                default: break
                }
                try ask(admin, org, group, into: &answers)
            }
            #expect(
                answers.contains { $0.reply.count > 2 } && answers.contains { $0.reply[0].hasPrefix("ERR not_found") })
            // Forwards, and from each moment to any other.
            try check(service, answers, "live")
            let shuffled = Array(answers.shuffled(using: &random).prefix(150))
            try check(service, shuffled, "in no order")
            try service.killHard()
            try service.restart()
            try check(service, shuffled, "after a start from a snapshot")
            try service.killHard()
            try FileManager.default.removeItem(atPath: service.data + "/snapshots")
            try service.restart()
            try check(service, shuffled, "without a snapshot")
        }
    }

    @Test("A position or time outside the log is refused by its argument")
    func refused() throws {
        try Service.run { service in
            let admin = try service.signIn()
            let number = Self.numbers[0]
            let opened = try #require(try admin.activate(number)["seq"].flatMap { Int($0) })
            try admin.expectOK("TOPUP \(number) 10 ref=a")
            for moment in ["0", "\(opened - 1)", "1970-01-01", "2001-09-09T01:46:40+03:00"] {
                let reply = try admin.call("BALANCE \(number) at=\(moment)")
                #expect(reply.error == "not_found" && reply["field"] == "msisdn", "\(moment): \(reply)")
            }
            #expect(try admin.call("BALANCE \(number) at=\(opened)")["balance"] == "0.00")
            #expect(try admin.call("BALANCE \(number) at=\"\(opened + 1)\"")["balance"] == "10.00")
            for (moment, code) in [
                ("\(opened + 1000)", "not_found"), ("9223372036854775807", "not_found"), ("3018-03-01", "invalid_time"),
                ("", "invalid_number"), ("yesterday", "invalid_time"), ("-1", "invalid_time"), ("1.5", "invalid_time"),
                ("99999999999999999999", "invalid_number"), ("2018-02-30", "invalid_time"), ("\"\"", "invalid_number"),
                ("2018-03-01T09:00:00", "invalid_time"), ("%00", "invalid_time"),
            ] {
                let reply = try admin.call("BALANCE \(number) at=\(moment)")
                #expect(reply.error == code && reply["field"] == "at", "\(moment): \(reply)")
            }
            // A verb without past reads refuses `at=` instead of ignoring it.
            #expect(try admin.call("TARIFFS at=1").error != nil)
            #expect(try admin.call("TOPUP \(number) 1 ref=b at=1").error != nil)
        }
    }

    @Test("A caller who may not read the present state may not read the past either")
    func permissions() throws {
        try Service.run { service in
            let admin = try service.signIn()
            let (own, other) = (Self.numbers[0], Self.numbers[1])
            for number in [own, other] { try admin.activate(number) }
            let challenge = try #require(try admin.expectOK("REGISTER \(own)")["challenge"])
            let code = try #require(try admin.expectOK("NOTIFICATIONS msisdn=\(own)").rows.last?["code"])
            try admin.expectOK("CONFIRM \(challenge) \(code) password=correct-horse")
            let position = try #require(try admin.expectOK("TOPUP \(own) 10 ref=a")["seq"])
            let web = try service.connect()
            let audit = try service.connect()
            for (connection, role) in [(web, "frontend"), (audit, "auditor")] {
                let secret = try #require(try admin.expectOK("PRINCIPAL.ADD \(role) roles=\(role)")["secret"])
                try connection.expectOK("AUTH \(role) \(secret)")
            }
            #expect(try web.call("BALANCE \(own) at=\(position)").error == "session_required")
            let session = try #require(try web.expectOK("LOGIN \(own) correct-horse")["session"])
            #expect(try web.call("BALANCE \(own) at=\(position) session=\(session)")["balance"] == "10.00")
            #expect(try web.call("ACCOUNT \(own) at=\(position) session=\(session)")["balance"] == "10.00")
            #expect(try web.call("BALANCE \(other) at=\(position) session=\(session)").error == "not_found")
            #expect(try web.call("TRIAL.BALANCE at=\(position)").error == "not_permitted")
            #expect(try audit.call("TRIAL.BALANCE at=\(position)")["sum"] == "0.00")
            #expect(try audit.call("BALANCE \(own) at=\(position)").error == "not_permitted")
            try web.expectOK("LOGOUT session=\(session)")
            #expect(try web.call("BALANCE \(own) at=\(position) session=\(session)").error == "session_invalid")
        }
    }

    @Test("Reads of the past under load return the right state, and the load loses no event")
    func underLoad() throws {
        try Service.run { service in
            let load = TopUpLoad()
            try load.activate(service)
            let position = try #require(try service.signIn().call("STATS")["events"])
            let (port, secret, connections) = (service.port, try service.adminSecret, load.connections)
            try load.run(service) {
                let reader = try LineConnection(port: port)
                try reader.expectOK("AUTH admin \(secret)")
                let middle = try #require(try reader.call("STATS")["events"])
                let books = try reader.expectOK("TRIAL.BALANCE at=\(middle)").lines
                for _ in 0..<10 {
                    for index in 0..<connections {
                        let reply = try reader.expectOK("BALANCE \(TopUpLoad.number(index)) at=\(position)")
                        #expect(reply["balance"] == "0.00" && reply["seq"] == position)
                    }
                    #expect(try reader.expectOK("TRIAL.BALANCE at=\(middle)").lines == books)
                }
            }
            try load.verify(service)
        }
    }

    @Test("A stop replies to waiting reads of the past, with the state or with shutting_down")
    func stop() throws {
        try Service.run { service in
            let admin = try service.signIn()
            let number = Self.numbers[0]
            try admin.activate(number)
            // Enough events that a replay is under way when the stop comes.
            for start in stride(from: 0, to: 10_000, by: 400) {
                try admin.send((start..<(start + 400)).map { "TOPUP \(number) 1 ref=r\($0)\n" }.joined())
                for _ in 0..<400 { #expect(try admin.reply().isOK) }
            }
            let last = try #require(try admin.call("STATS")["events"].flatMap { Int($0) })
            let count = 200
            // Each replays from the beginning, because none is after the one before it.
            try admin.send((0..<count).map { "TRIAL.BALANCE at=\(last - $0)\n" }.joined())
            _ = try admin.reply()
            service.process.send(signal: SIGTERM)
            var answered = 1
            while let line = try admin.stream.line() {
                guard !line.hasPrefix("ROW") else { continue }
                answered += 1
                let reply = LineReply(lines: [line])
                #expect(reply.isOK || reply.error == "shutting_down", "\(reply)")
            }
            #expect(answered > 1)
            #expect(try service.process.wait(within: 60) == .exited(0))
        }
    }
}
