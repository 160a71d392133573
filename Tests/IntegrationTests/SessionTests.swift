/// A portal's whole story, run through each common client, in one connection each: a SIM in service, a cabinet, money,
/// another plan, an option, another password, an organisation and its group.

import Foundation
import Testing

@Suite(.realProcess, .serialized)
struct SessionTests {
    @Test("The whole story through nc", .enabled(if: Programs.nc != nil, "nc is not installed"))
    func netcat() throws {
        try Service.run { service in
            let program = try #require(Programs.nc)
            try tellStory(try NetcatSpeaker(program, service))
        }
    }

    @Test("The whole story through redis-cli", .enabled(if: Programs.redisCLI != nil, "redis-cli is not installed"))
    func redisCLI() throws {
        try Service.run { service in
            let program = try #require(Programs.redisCLI)
            try tellStory(try JSONSpeaker(redisCLI: program, service))
        }
    }

    @Test(
        "The whole story through redis-py",
        .enabled(if: Programs.pythonWithRedis != nil, "no Python with the redis package: set KABINET_PYTHON"),
        arguments: [2, 3])
    func redisPy(version: Int) throws {
        try Service.run { service in
            let program = try #require(Programs.pythonWithRedis)
            try tellStory(try JSONSpeaker(python: program, version: version, service))
        }
    }

    @Test(
        "redis-py signs in and sends HELLO, with both versions of RESP",
        .enabled(if: Programs.pythonWithRedis != nil, "no Python with the redis package: set KABINET_PYTHON"),
        arguments: [2, 3])
    func redisPySignsIn(version: Int) throws {
        try Service.run { service in
            let program = """
                import redis
                options = {"port": \(service.port), "protocol": \(version), "decode_responses": True}
                print(redis.Redis(**options).ping())
                signed = redis.Redis(username="admin", password="\(try service.adminSecret)", **options)
                print(signed.ping(), len(signed.execute_command("TRIAL.BALANCE")) > 1)
                """
            let process = try ChildProcess(
                try #require(Programs.pythonWithRedis), ["-c", program], errors: service.log)
            #expect(try process.finish(within: 60).output == "True\nTrue True\n")
        }
    }

    @Test(
        "redis-cli prints a reply raw and formatted",
        .enabled(if: Programs.redisCLI != nil, "redis-cli is not installed"))
    func redisCLIOutput() throws {
        try Service.run { service in
            try service.signIn().activate(79_001_234_567)
            let program = try #require(Programs.redisCLI)
            func run(_ arguments: [String]) throws -> [String] {
                let process = try ChildProcess(
                    program,
                    [
                        "-p", "\(service.port)", "--user", "admin", "--pass", try service.adminSecret,
                        "--no-auth-warning",
                    ]
                        + arguments)
                let (output, status) = try process.finish(within: 20)
                #expect(status == .exited(0))
                return output.split(separator: "\n").map(String.init)
            }
            let raw = try run(["BALANCE", "79001234567"])
            #expect(Array(raw.prefix(4)) == ["msisdn", "79001234567", "balance", "0.00"])
            let formatted = try run(["--no-raw", "-2", "BALANCE", "79001234567"])
            #expect(Array(formatted.prefix(2)) == [#" 1) "msisdn""#, #" 2) "79001234567""#])
            let refused = try run(["--no-raw", "TOPUP", "79001234567", "-5", "ref=a"])
            #expect(refused.first?.hasPrefix("(error) ERR invalid_amount field=amount message=") == true)
            #expect(try run(["PING"]) == ["PONG"])
        }
    }

    private let numbers = ["79001000001", "79001000002", "79001000003"]

    private func tellStory(_ speaker: some Speaker) throws {
        // Given three active SIMs under the plan without a fee.
        for number in numbers {
            let said = try speaker.expectOK(
                "SUBSCRIBER.ACTIVATE", number, "iccid=" + iccid(Int(number) ?? 0), "imsi=" + imsi(Int(number) ?? 0),
                "region=msk", "tariff=klassicheskiy", "pin=0000", "puk=12345678", "id=activate-" + number)
            #expect(said["msisdn"] == number)
            #expect(said["tariff"] == "klassicheskiy")
        }
        let session = try signUp(speaker, numbers[0])
        try spend(speaker, numbers[0], session)
        try changePassword(speaker, numbers[0], session)
        try gather(speaker)
        try audit(speaker)
    }

    private func signUp(_ speaker: some Speaker, _ number: String) throws -> String {
        let registered = try speaker.expectOK("REGISTER", number)
        let challenge = try #require(registered["challenge"])
        let notifications = try speaker.expectOK("NOTIFICATIONS", "msisdn=" + number)
        #expect(notifications.rows.count == 1)
        #expect(notifications.rows.first?["challenge"] == challenge)
        let code = try #require(notifications.rows.first?["code"])
        #expect(code.count == 6)
        #expect(Int(code) != nil)
        #expect(try speaker.say(["CONFIRM", challenge, code]).error != nil, "a registration needs a password")
        _ = try speaker.expectOK("CONFIRM", challenge, code, "password=верный конь 1")
        #expect(try speaker.say(["CONFIRM", challenge, code, "password=верный конь 2"]).error == "invalid_code")
        #expect(try speaker.say(["LOGIN", number, "верный осёл"]).error == "sign_in_failed")
        return try #require(try speaker.expectOK("LOGIN", number, "верный конь 1")["session"])
    }

    private func spend(_ speaker: some Speaker, _ number: String, _ session: String) throws {
        let session = "session=" + session
        #expect(try speaker.expectOK("TOPUP", number, "1000", "ref=acq-1", "method=card")["balance"] == "1000.00")
        #expect(try speaker.expectOK("TOPUP", numbers[1], "500.5", "ref=acq-2")["balance"] == "500.50")
        #expect(try speaker.say(["TOPUP", numbers[2], "1", "ref=acq-2"]).error == "duplicate_ref")

        let changed = try speaker.expectOK("TARIFF.CHANGE", number, "moy-onlayn", session)
        #expect(changed["charged"] == "400.00")
        #expect(changed["balance"] == "600.00")
        let broke = try speaker.say(["TARIFF.CHANGE", numbers[2], "moy-onlayn"])
        #expect(broke.error == "insufficient_funds")

        let available = try speaker.expectOK("OPTIONS", number, "available=1", session).rows
        #expect(available.first { $0["option"] == "internet-5gb" }?["fee"] == "200.00")
        #expect(!available.contains { $0["option"] == "den-v-seti" }, "an option of another plan")
        let option = try speaker.expectOK("OPTION.ON", number, "internet-5gb", session)
        #expect(option["charged"] == "200.00")
        #expect(option["balance"] == "400.00")
        #expect(try speaker.say(["OPTION.ON", number, "internet-15gb", session]).error == "incompatible")
        #expect(try speaker.expectOK("BALANCE", number, session)["balance"] == "400.00")
        #expect(try speaker.say(["BALANCE", numbers[1], session]).error == "not_found", "another's number")
    }

    private func changePassword(_ speaker: some Speaker, _ number: String, _ session: String) throws {
        let words = ["PASSWORD.CHANGE", number, "new=новый конь 2", "session=" + session]
        #expect(try speaker.say(words + ["old=верный осёл"]).error == "sign_in_failed")
        #expect(try speaker.say(words + ["old=верный конь 1"]).error == nil)
        #expect(try speaker.say(["LOGIN", number, "верный конь 1"]).error == "sign_in_failed")
        _ = try speaker.expectOK("LOGIN", number, "новый конь 2")
    }

    private func gather(_ speaker: some Speaker) throws {
        #expect(try speaker.say(["ORG.CREATE", "name=ООО Ромашка", "inn=7707083894"]).error == "invalid_inn")
        let org = try #require(try speaker.expectOK("ORG.CREATE", "name=ООО Ромашка", "inn=7707083893")["org"])
        #expect(try speaker.say(["ORG.ADD", org, numbers[0]]).error == "incompatible", "a plan for individuals")
        for number in numbers { _ = try speaker.expectOK("ORG.ADD", org, number, "tariff=klassicheskiy") }
        let group = try #require(try speaker.expectOK("GROUP.CREATE", org, "name=Отдел продаж")["group"])
        #expect(try speaker.say(["GROUP.ADD", group] + numbers)["added"] == "3")

        let view = try speaker.expectOK("GROUP", group)
        #expect(view["name"] == "Отдел продаж")
        #expect(view["members"] == "3")
        #expect(view.rows.map { $0["msisdn"] } == numbers)
        #expect(view.rows.map { $0["balance"] } == ["400.00", "500.50", "0.00"])
        #expect(view.rows.map { $0["tariff"] } == ["klassicheskiy", "klassicheskiy", "klassicheskiy"])
    }

    private func audit(_ speaker: some Speaker) throws {
        let types = try speaker.expectOK("EVENTS", "msisdn=" + numbers[0]).rows.compactMap { $0["type"] }
        let story = [
            "subscriber_activated", "challenge_issued", "topped_up", "tariff_changed", "option_activated",
            "organization_joined", "tariff_changed", "group_joined",
        ]
        #expect(types.filter(story.contains) == story)

        let books = try speaker.expectOK("TRIAL.BALANCE")
        func balance(_ account: String) -> String? { books.rows.first { $0["account"] == account }?["balance"] }
        #expect(books["sum"] == "0.00")
        #expect(balance("subscribers") == "900.50")
        #expect(balance("cash:card") == "-1000.00")
        #expect(balance("cash:other") == "-500.50")
        #expect(balance("revenue:tariff_fees") == "400.00")
        #expect(balance("revenue:option_fees") == "200.00")
    }
}
