/// Writes the kept logs, with a build whose behaviour is to be preserved: `KEPT_LOGS_MAKE=1 swift test --filter
/// KeptLogWriter`, then `KEPT_LOGS=write swift test --filter KeptLogTests`. Never run it again for a log that is kept
/// already.

import Accounts
import Foundation
import ScenarioKit
import TestSupport
import Testing

@Suite("Kept log writer", .enabled(if: ProcessInfo.processInfo.environment["KEPT_LOGS_MAKE"] != nil))
struct KeptLogWriter {
    private static let numbers = (0..<12).map { "\(79_001_234_560 + $0)" }
    private static let password = "\"correct horse\""

    private func write(_ scenario: Scenario, _ name: String, _ questions: [String]) throws {
        let directory = KeptLogTests.directory
        try Data(scenario.dump()).write(to: directory.appending(path: "\(name).dump"))
        let text = questions.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: directory.appending(path: "\(name).questions"))
    }

    private func questions(org: String) -> [String] {
        var all = [
            "admin TRIAL.BALANCE", "admin CATALOG", "admin PRINCIPALS", "admin REGIONS", "admin TARIFFS",
            "admin TARIFFS region=msk", "admin EVENTS limit=1000", "admin EVENTS type=usage_rated limit=1000",
            "admin EVENTS type=challenge_issued limit=1000", "network NOTIFICATIONS limit=1000",
            "delivery NOTIFICATIONS limit=1000", "admin USAGE.SOURCES", "admin ORG \(org)", "admin GROUPS \(org)",
            "admin GROUP 1", "admin GROUP 2", "admin EVENTS account=0 limit=1000", "admin TRIAL.BALANCE at=60",
        ]
        for number in Self.numbers {
            all += ["BALANCE", "ACCOUNT", "TARIFF", "OPTIONS", "SUBSCRIPTIONS", "BUCKETS"].map {
                "operator \($0) \(number)"
            }
            all += ["PAYMENTS \(number)", "EXPENSES \(number) month=2018-04", "EXPENSES \(number) month=2018-03"].map {
                "operator \($0)"
            }
            all += [
                "payments PAYMENTS \(number)", "operator STATEMENT \(number) from=2018-01-01 to=2019-01-01 limit=1000",
                "operator STATEMENT \(number) from=2018-03-01 to=2018-05-01 kind=service", "operator PROFILE \(number)",
                "operator SESSIONS \(number)", "operator LINKS \(number)", "operator DEVICES \(number)",
                "operator PRIVACY.REPORT \(number)", "operator HOLDERS \(number)",
                "auditor EVENTS msisdn=\(number) limit=1000", "operator BALANCE \(number) at=2018-03-20T00:00:00Z",
            ]
        }
        return all
    }

    @Test("A log by the machine's clock, with every kind of event but clock_moved")
    func clock() throws {
        let scenario = Scenario()
        let numbers = Self.numbers
        var random = SplitMix64(seed: 2026)
        scenario.given("PRINCIPAL.ADD portal roles=frontend", "PRINCIPAL.ROTATE portal overlap=24")
        scenario.given("PRINCIPAL.ADD shop roles=cashier", "PRINCIPAL.DISABLE portal")
        scenario.given(
            "CATALOG.DRAFT", "CATALOG.PUT 2 tariff month name=Month fee=70 period=month messages=50 rates=sms:out:2/1",
            "CATALOG.PUBLISH 2")
        let tariffs = ["free", "talk", "online", "month"]
        for (index, number) in numbers.enumerated() {
            scenario.given(
                subscriber: number, tariff: tariffs[index % 4],
                region: index % 4 == 2 ? "msk" : index % 3 == 0 ? "ekb" : "msk",
                balance: "\(100 + index * 90)")
        }
        var sessions: [String] = []
        for number in numbers.prefix(8) { sessions.append(scenario.given(signedIn: number)) }

        // Access, each kind at least once.
        let (me, child) = (numbers[0], numbers[1])
        scenario.when("LOGIN \(me) wrong-password", as: "frontend")
        scenario.when("LOGIN 79005550000 wrong-password", as: "frontend")
        scenario.when("REGISTER 79005550000", as: "frontend")
        scenario.given("LOGIN.CODE \(me)", as: "frontend")
        var challenge = scenario.answer["challenge"]
        scenario.when("CONFIRM \(challenge) 000000", as: "frontend")
        scenario.at("2018-03-01T09:02:00Z")
        scenario.given("RESEND \(challenge)", as: "frontend")
        scenario.given("CONFIRM \(challenge) \(scenario.code(me))", as: "frontend")
        scenario.given("LOGIN.PUSH \(me)", as: "frontend")
        challenge = scenario.answer["challenge"]
        scenario.given("PUSH.REPLY \(me) 1", as: "network")
        scenario.given("CHALLENGE \(challenge)", as: "frontend")
        scenario.given(
            "DEVICE.ADD name=\"My phone\" public_key=\(encodeBase64URL([UInt8](repeating: 7, count: 32)))"
                + " reauth=\(Self.password) session=\(sessions[2])", as: "frontend")
        let device = scenario.answer["device"]
        scenario.given("LOGIN.DEVICE \(device)", as: "frontend")
        scenario.given("LOGIN.DEVICE \(device) signature=AAAA", as: "frontend")
        scenario.given(
            "DEVICE.ADD name=Other public_key=\(encodeBase64URL([UInt8](repeating: 9, count: 32)))"
                + " reauth=\(Self.password) session=\(sessions[2])", as: "frontend")
        let other = scenario.answer["device"]
        scenario.given(
            "DEVICE.REMOVE \(numbers[2]) \(other) reauth=\(Self.password) session=\(sessions[2])", as: "frontend")
        scenario.given("LINK.ADD \(child) reauth=\(Self.password) session=\(sessions[0])", as: "frontend")
        challenge = scenario.answer["challenge"]
        scenario.given("CONFIRM \(challenge) \(scenario.code(child))", as: "frontend")
        scenario.given("BALANCE \(child) session=\(sessions[0])", as: "frontend")
        scenario.given("LINK.ADD \(numbers[3]) reauth=\(Self.password) session=\(sessions[0])", as: "frontend")
        challenge = scenario.answer["challenge"]
        scenario.given("CONFIRM \(challenge) \(scenario.code(numbers[3]))", as: "frontend")
        scenario.given("LINK.REMOVE \(numbers[3]) reauth=\(Self.password) session=\(sessions[0])", as: "frontend")
        scenario.given(
            "PASSWORD.CHANGE \(numbers[4]) old=\(Self.password) new=\"battery staple\" session=\(sessions[4])",
            as: "frontend")
        scenario.given("PASSWORD.RECOVER \(numbers[5])", as: "frontend")
        challenge = scenario.answer["challenge"]
        scenario.given("CONFIRM \(challenge) \(scenario.code(numbers[5])) password=\"battery staple\"", as: "frontend")
        scenario.given("LOGIN \(numbers[6]) \(Self.password)", as: "frontend")
        let second = scenario.answer["session"]
        scenario.given("SESSION.END \(numbers[6]) others session=\(second)", as: "frontend")
        scenario.given("LOGIN \(numbers[7]) \(Self.password)", as: "frontend")
        scenario.given("LOGOUT session=\(scenario.answer["session"])", as: "frontend")
        let old = FakeSecrets().hash(Array("old horse".utf8), salt: [UInt8](repeating: 5, count: 16), passes: 1)
        let seventh = scenario.look { $0.directory.find(MSISDN(text: numbers[7].utf8)!) } ?? 0
        scenario.given(.passwordChanged(PasswordChanged(password: old)), on: seventh)
        scenario.given("LOGIN \(numbers[7]) \"old horse\"", as: "frontend")
        scenario.given(.attemptsRefused(AttemptsRefused(principal: 1, count: 7, since: 1_519_894_800_000)))
        scenario.given(
            "PROFILE.SET \(me) name=\"Анна\" email=anna@example.org language=ru session=\(sessions[0])",
            "CONSENT.SET \(me) advertising 1 session=\(sessions[0])", as: "frontend")

        scenario.at("2018-03-01T09:20:00Z")
        scenario.given("BALANCE \(me) session=\(sessions[0])", as: "frontend")
        scenario.given("PROFILE.SET \(me) language=en session=\(sessions[0])", as: "frontend")

        // Organisations.
        scenario.given("ORG.CREATE name=\"ООО Ромашка\" inn=7707083893")
        let org = scenario.answer["org"]
        scenario.given("ORG.ADMIN.ADD \(org) \(me)", as: "operator")
        scenario.given("ORG.ADMIN.ADD \(org) \(child)", "ORG.ADMIN.REMOVE \(org) \(child)", as: "operator")
        scenario.given(subscriber: "79007770000", tariff: "office", balance: "500", org: org)
        scenario.given("ORG.ADD \(org) \(numbers[8]) tariff=office", as: "operator")
        scenario.given("ORG.ADD \(org) \(numbers[9]) tariff=office", as: "operator")
        scenario.given("GROUP.CREATE \(org) name=Sales", "GROUP.CREATE \(org) name=Repairs")
        scenario.given("GROUP.ADD 1 \(numbers[8]) 79007770000", "GROUP.ADD 2 \(numbers[9])")
        scenario.given("GROUP.REMOVE 2 \(numbers[9])", "ORG.REMOVE \(org) \(numbers[9]) tariff=free")
        scenario.given("PUK 79007770000 reauth=\(Self.password) session=\(sessions[0])", as: "frontend")

        // Two months of life.
        var (payment, record) = (0, 0)
        let kinds = ["voice", "sms", "data"]
        for day in 0..<70 {
            let now = Instant(milliseconds: 1_519_981_200_000 + Int64(day) * 86_400_000)
            scenario.at("\(now)")
            for _ in 0..<6 {
                let number = numbers[Int(random.next() % 12)]
                switch random.next() % 12 {
                case 0...1:
                    payment += 1
                    let method = ["card card_last4=4242", "sbp", "bank", "cash"][payment % 4]
                    let role = payment % 3 == 0 ? "cashier" : "payments"
                    scenario.when(
                        "TOPUP \(number) \(random.next() % 300 + 1) ref=p\(payment) method=\(method)"
                            + " id=kept-topup-\(payment)",
                        as: role)
                case 2: scenario.when("TARIFF.CHANGE \(number) \(tariffs[Int(random.next() % 4)])", as: "operator")
                case 3:
                    let option = ["melody", "silence", "extra", "sms", "pack"][Int(random.next() % 5)]
                    scenario.when("OPTION.ON \(number) \(option)", as: "operator")
                case 4:
                    let option = ["melody", "silence", "extra", "sms"][Int(random.next() % 4)]
                    scenario.when("OPTION.OFF \(number) \(option)", as: "operator")
                case 5:
                    let verb = random.next() % 2 == 0 ? "SUBSCRIPTION.ON" : "SUBSCRIPTION.OFF"
                    scenario.when("CONTENT.BAN \(number) off", as: "operator")
                    scenario.when("\(verb) \(number) stars", as: "operator")
                    let challenge = scenario.answer["challenge"]
                    if !challenge.isEmpty { scenario.when("CONFIRM \(challenge) \(scenario.code(number))") }
                case 6:
                    scenario.when(
                        "PROFILE.SET \(number) region=\(random.next() % 2 == 0 ? "ekb" : "msk")", as: "operator")
                default:
                    record += 1
                    let start = Instant(milliseconds: now.milliseconds - Int64(random.next() % 3_600_000) / 1000 * 1000)
                    let kind = kinds[Int(random.next() % 3)]
                    let quantity =
                        kind == "voice"
                        ? "seconds=\(random.next() % 600 + 1)"
                        : kind == "sms" ? "messages=1" : "bytes=\(random.next() % 50_000_000 + 1)"
                    let peers = ["79007654321", "+74951234567", "+995555123456", "112"]
                    let peer = kind == "data" ? "" : " direction=out peer=\(peers[Int(random.next() % 4)])"
                    let to = random.next() % 20 == 0 ? "79005550001" : number
                    scenario.when(
                        "USAGE \(to) kind=\(kind)\(peer) start=\(start) \(quantity) source=msc-1 n=\(record)",
                        as: "network")
                }
            }
            if day == 20 { scenario.given("CATALOG.RETIRE extra") }
            if day == 30 {
                scenario.given(
                    "SIM.REPLACE \(numbers[3]) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
            }
            if day == 40 { scenario.given("ERASE \(numbers[5])", as: "operator") }
            if day == 50 {
                scenario.given("SUBSCRIBER.TERMINATE \(numbers[10]) reason=ported_out")
                scenario.given(subscriber: "79009990007")
            }
            if day == 60 {
                let again = numbers[10]
                scenario.given(
                    "SUBSCRIBER.ACTIVATE \(again) iccid=89701200000000000009 imsi=250299911100001 region=msk"
                        + " tariff=talk pin=0000 puk=12345678")
            }
        }
        let types = try scenario.eventTypes()
        #expect(Set(Event.allTypes.map(\.name)).subtracting(types) == ["clock_moved", "test_began"])
        var all = questions(org: org)
        for (index, session) in sessions.enumerated() {
            for verb in ["BALANCE", "SESSIONS", "LINKS", "DEVICES", "PROFILE", "PRIVACY.REPORT"] {
                all.append("frontend \(verb) \(numbers[index]) session=\(session)")
            }
        }
        all.append("frontend BALANCE \(child) session=\(sessions[0])")
        all.append("frontend ORG \(org) session=\(sessions[0])")
        all.append("operator ACCOUNT 79007770000")
        try write(scenario, "clock", all)
    }

    @Test("A log in event time") func eventTime() throws {
        let scenario = Scenario(at: "2018-02-01T00:00:00Z", inEventTime: true)
        var random = SplitMix64(seed: 2018)
        let numbers = Self.numbers
        for (index, number) in numbers.prefix(6).enumerated() {
            scenario.given(
                subscriber: number, tariff: ["free", "talk", "online"][index % 3], balance: "\(index * 150 + 100)")
        }
        for number in numbers.prefix(6) { scenario.when("OPTION.ON \(number) melody") }
        scenario.given("ORG.CREATE name=X inn=7707083893")
        let org = scenario.answer["org"]
        var start = Instant(milliseconds: 1_517_443_200_000)
        for record in 1...400 {
            start = Instant(milliseconds: start.milliseconds + Int64(random.next() % 40_000) * 1000)
            let number = numbers[Int(random.next() % 6)]
            if number != numbers[2], random.next() % 9 == 0 {
                scenario.when("TOPUP \(number) \(random.next() % 200 + 1) ref=e\(record)")
            }
            scenario.given(
                "USAGE \(number) kind=voice direction=out peer=+74951234567 start=\(start)"
                    + " seconds=\(random.next() % 900 + 1) source=years n=\(record)")
        }
        let types = try scenario.eventTypes()
        #expect(types.isSuperset(of: ["clock_moved", "fees_charged", "fee_unpaid", "usage_rated"]), "\(types)")
        try write(scenario, "event-time", questions(org: org))
    }
}
