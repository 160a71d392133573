/// One-time codes and pushes: the reply is the same for every number, and each code or push works once.

import Accounts
import ScenarioKit
import Testing

extension Scenario {
    /// The code that was sent last to a number.
    func code(_ msisdn: String) -> String {
        given("NOTIFICATIONS msisdn=\(msisdn)")
        return answer.rows.last { $0["kind"] == "sms_code" }?["code"] ?? "none"
    }

    func notices(_ msisdn: String) -> [String] {
        given("NOTIFICATIONS msisdn=\(msisdn)")
        return answer.rows.filter { $0["kind"] == "notice" }.map { $0["purpose"] ?? "" }
    }
}

@Suite("Challenges") struct ChallengeTests {
    private let me = "79001234567"

    private func registered() -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: me)
        _ = scenario.given(signedIn: me)
        return scenario
    }

    @Test("A code signs in without a password, once") func code() {
        let scenario = registered()
        scenario.when("LOGIN.CODE \(me)", as: "frontend")
        scenario.then("OK msisdn=79001234567 expires=2018-03-01T09:10:00Z")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(me)

        scenario.when("CONFIRM \(challenge) \(code)", as: "frontend")

        scenario.then("OK number=2 expires=2018-03-01T21:00:00Z")
        let session = scenario.answer["session"]
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("OK")
        scenario.when("CONFIRM \(challenge) \(code)", as: "frontend")
        scenario.then("ERR invalid_code")
        scenario.thenReplayIsLive()
    }

    @Test("A recovery sets a new password, ends every session and notifies the subscriber") func recovery() {
        let scenario = registered()
        scenario.given(#"LOGIN \#(me) "correct horse""#)
        let session = scenario.answer["session"]
        for _ in 1...5 { scenario.when("LOGIN \(me) wrong-password") }
        scenario.given("PASSWORD.RECOVER \(me)", as: "frontend")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(me)

        scenario.when("CONFIRM \(challenge) \(code)", as: "frontend")
        scenario.then("ERR missing_argument field=password")
        scenario.when(#"CONFIRM \#(challenge) \#(code) password="battery staple""#, as: "frontend")
        scenario.then("OK recovered=1")
        scenario.then(types: "password_recovered")

        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.when(#"LOGIN \#(me) "battery staple""#, as: "frontend")
        scenario.then("OK", "wrong tries before the recovery keep nobody out")
        #expect(scenario.notices(me).contains("password_recovered"))
        scenario.thenReplayIsLive()
    }

    @Test(
        "A request for a code gets the same reply for unknown, unregistered and registered numbers",
        arguments: ["REGISTER", "LOGIN.CODE", "PASSWORD.RECOVER", "LOGIN.PUSH"])
    func alike(verb: String) {
        let scenario = registered()
        let (unregistered, unknown) = ("79001234568", "79009999999")
        scenario.given(subscriber: unregistered)
        var answers: [Set<String>] = []
        for number in [me, unregistered, unknown] {
            if verb == "REGISTER" { scenario.at("2018-03-01T10:00:0\(answers.count)Z") }
            var said: Set<String> = []
            func say(_ line: String) {
                scenario.when(line, as: "frontend")
                said.insert(
                    scenario.answer.text.split(separator: " ").filter { word in
                        !["challenge=", "msisdn=", "expires=", "seq="].contains { word.hasPrefix($0) }
                    }.joined(separator: " "))
            }
            say("\(verb) \(number)")
            let challenge = scenario.answer["challenge"]
            #expect(scenario.answer["seq"] != "" && scenario.answer["expires"] != "")
            say("\(verb) \(number)")
            say("CHALLENGE \(challenge)")
            if verb != "LOGIN.PUSH" {
                say("RESEND \(challenge)")
                for _ in 1...6 { say(#"CONFIRM \#(challenge) 000000 password="correct horse""#) }
            }
            answers.append(said)
        }
        #expect(answers[0] == answers[1] && answers[1] == answers[2], "\(answers)")
        scenario.thenReplayIsLive()
    }

    @Test("A number that cannot use a code gets none, and a registered subscriber gets a notice")
    func nothingIsSent() {
        let scenario = registered()
        scenario.given(subscriber: "79001234568")
        scenario.at("2018-03-01T10:00:00Z")
        scenario.given("LOGIN.CODE 79001234568", "PASSWORD.RECOVER 79001234568", "LOGIN.PUSH 79001234568")
        scenario.when("NOTIFICATIONS msisdn=79001234568")
        scenario.then("OK rows=0")

        scenario.given("REGISTER \(me)")

        let challenge = scenario.answer["challenge"]
        #expect(scenario.notices(me).last == "already_registered")
        #expect(scenario.code(me) == "none")
        guard let id = decodeBase64URL(challenge.utf8) else { return #expect(Bool(false)) }
        // The code that would fit was never sent, and is refused.
        scenario.when(#"CONFIRM \#(challenge) \#(Scenario.code(of: id)) password="battery staple""#)
        scenario.then("ERR invalid_code")
    }

    @Test("The same code is sent again after a minute, and at most five times an hour") func resend() {
        let scenario = registered()
        scenario.given("LOGIN.CODE \(me)")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(me)
        scenario.when("RESEND \(challenge)")
        scenario.then("ERR too_many_attempts retry_after=60")
        for minute in 1...4 {
            scenario.at("2018-03-01T09:0\(minute):00Z")
            scenario.given("RESEND \(challenge)")
            #expect(scenario.code(me) == code)
        }
        scenario.at("2018-03-01T09:05:00Z")
        scenario.when("RESEND \(challenge)")
        scenario.then("ERR too_many_attempts retry_after=3300")
        scenario.when("LOGIN.CODE \(me)")
        scenario.then("ERR too_many_attempts retry_after=3300")
        // Another purpose has its own limit: a stranger who asks to sign in does not block a recovery.
        scenario.given("PASSWORD.RECOVER \(me)")
        scenario.at("2018-03-01T10:00:00Z")
        scenario.given("LOGIN.CODE \(me)")
        scenario.thenReplayIsLive()
    }

    @Test("A code is accepted only for its own challenge and purpose") func bound() {
        let scenario = registered()
        scenario.given("PASSWORD.RECOVER \(me)")
        let recovery = scenario.answer["challenge"]
        let code = scenario.code(me)
        scenario.given("LOGIN.CODE \(me)")
        let signIn = scenario.answer["challenge"]
        scenario.when("CONFIRM \(signIn) \(code)")
        scenario.then("ERR invalid_code")
        scenario.when(#"CONFIRM \#(recovery) \#(scenario.code(me)) password="battery staple""#)
        scenario.then("ERR invalid_code")
    }

    @Test("A subscriber gets a notice for every change of credentials") func notices() {
        let scenario = registered()
        #expect(scenario.notices(me) == ["registered"])
        scenario.given(#"LOGIN \#(me) "correct horse""#)
        let session = scenario.answer["session"]
        scenario.given(#"PASSWORD.CHANGE \#(me) old="correct horse" new="battery staple" session=\#(session)"#)
        #expect(scenario.notices(me).last == "password_changed")
        scenario.given("SIM.REPLACE \(me) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        #expect(scenario.notices(me).last == "sim_replaced")
    }

    // MARK: - Push

    @Test("A phone gets at most one question a minute and five an hour") func pushLimits() {
        let scenario = registered()
        for minute in 0...4 {
            scenario.at("2018-03-01T09:0\(minute):00Z")
            scenario.given("LOGIN.PUSH \(me)")
            scenario.when("LOGIN.PUSH \(me)")
            scenario.then("ERR too_many_attempts field=msisdn")
        }
        scenario.at("2018-03-01T09:05:00Z")
        scenario.when("LOGIN.PUSH \(me)")
        scenario.then("ERR too_many_attempts retry_after=3300")
    }

    @Test("A push that the phone allows opens one session for the principal that asked") func push() {
        let scenario = registered()
        scenario.given("LOGIN.PUSH \(me)", as: "frontend")
        let challenge = scenario.answer["challenge"]
        scenario.when("CHALLENGE \(challenge)", as: "frontend")
        scenario.then("OK status=pending")
        scenario.given("NOTIFICATIONS msisdn=\(me)", as: "delivery")
        #expect(scenario.answer.rows.last?["kind"] == "push" && scenario.answer.rows.last?["code"] == nil)

        scenario.when("PUSH.REPLY \(me) 1", as: "network")
        scenario.then("OK granted=1")

        scenario.when("CHALLENGE \(challenge)", as: "operator")
        scenario.then("ERR not_found", "another principal did not ask")
        scenario.when("CHALLENGE \(challenge)", as: "frontend")
        scenario.then("OK status=granted number=2")
        let session = scenario.answer["session"]
        scenario.when("CHALLENGE \(challenge)", as: "frontend")
        scenario.then("ERR not_found")
        scenario.when("BALANCE \(me) session=\(session)", as: "frontend")
        scenario.then("OK")
        scenario.thenReplayIsLive()
    }

    @Test("Any other digit denies the sign-in, and a late answer has no effect") func denied() {
        let scenario = registered()
        scenario.given("LOGIN.PUSH \(me)", as: "frontend")
        let challenge = scenario.answer["challenge"]
        scenario.given("PUSH.REPLY \(me) 0", as: "network")
        scenario.when("CHALLENGE \(challenge)", as: "frontend")
        scenario.then("OK status=denied")
        scenario.when("PUSH.REPLY \(me) 1", as: "network")
        scenario.then("ERR not_found", "it was answered")

        scenario.at("2018-03-01T09:01:00Z")
        scenario.given("LOGIN.PUSH \(me)", as: "frontend")
        let second = scenario.answer["challenge"]
        scenario.at("2018-03-01T09:03:00Z")
        scenario.when("PUSH.REPLY \(me) 1", as: "network")
        scenario.then("ERR not_found")
        scenario.when("CHALLENGE \(second)", as: "frontend")
        scenario.then("OK status=expired")
        scenario.when("CONFIRM \(second) 000000", as: "frontend")
        scenario.then("ERR invalid_code", "a push has no code")
    }

    // MARK: - Strangers

    @Test("Wrong passwords block an unassigned number for the same time as an assigned one") func strangers() {
        let scenario = registered()
        var waits: [String] = []
        for number in [me, "79009999999"] {
            for _ in 1...5 { scenario.when("LOGIN \(number) wrong-password", as: "frontend") }
            scenario.when("LOGIN \(number) wrong-password", as: "frontend")
            waits.append(scenario.answer.text)
        }
        #expect(waits[0] == waits[1] && waits[0].contains("retry_after=30"), "\(waits)")
        scenario.thenReplayIsLive()
    }

    @Test("The service remembers a bounded number of unassigned numbers, the newest, for an hour")
    func manyStrangers() {
        var access = Access()
        var position: Position = 0
        func ask(_ number: Int, at milliseconds: Int64) {
            position += 1
            let issued = ChallengeIssued(
                challenge: Hash128(high: 1, low: UInt64(number)).bytes, purpose: .signIn,
                expiresAt: milliseconds + 600_000, msisdn: UInt64(number))
            var meta = EventMeta(
                recorded: Instant(milliseconds: milliseconds), effective: Instant(milliseconds: milliseconds),
                account: 0, previous: 0, principal: 1, session: 0, commandID: .zero, arguments: .zero)
            meta.position = position
            access.apply(.challengeIssued(issued), meta)
        }
        func isKnown(_ number: Int) -> Bool { access.challenge(Hash128(high: 1, low: UInt64(number))) != nil }
        for number in 1...(AccessPolicy.strangers + 10) { ask(number, at: 0) }
        #expect(!isKnown(1) && !isKnown(10) && isKnown(11) && isKnown(AccessPolicy.strangers + 10))
        ask(1_000_000, at: 3_600_000)
        #expect(!isKnown(11) && !isKnown(AccessPolicy.strangers + 10) && isKnown(1_000_000))
    }

    @Test(
        "A challenge opened before a recovery, a new SIM or the end of all sessions is not accepted after it",
        arguments: ["SIM.REPLACE", "SESSION.END", "PASSWORD.RECOVER"])
    func closed(end: String) {
        let scenario = registered()
        scenario.given("LOGIN.PUSH \(me)", as: "frontend")
        let push = scenario.answer["challenge"]
        scenario.given("PUSH.REPLY \(me) 1")
        scenario.given("LOGIN.CODE \(me)")
        let challenge = scenario.answer["challenge"]
        let code = scenario.code(me)
        switch end {
        case "SIM.REPLACE":
            scenario.given("SIM.REPLACE \(me) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        case "SESSION.END": scenario.given("SESSION.END \(me) all")
        default:
            scenario.given("PASSWORD.RECOVER \(me)")
            let recovery = scenario.answer["challenge"]
            scenario.given(#"CONFIRM \#(recovery) \#(scenario.code(me)) password="battery staple""#)
        }
        scenario.when("CONFIRM \(challenge) \(code)", as: "frontend")
        scenario.then("ERR invalid_code")
        scenario.when("CHALLENGE \(push)", as: "frontend")
        scenario.then("ERR not_found")
        scenario.thenReplayIsLive()
    }

    @Test("A stranger's request for a code does not end the subscriber's own code") func theFirstStays() {
        let scenario = registered()
        scenario.given("LOGIN.CODE \(me)", as: "frontend")
        let mine = scenario.answer["challenge"]
        let code = scenario.code(me)
        for minute in 1...4 {
            scenario.at("2018-03-01T09:0\(minute):00Z")
            scenario.given("LOGIN.CODE \(me)", as: "operator")
        }
        scenario.when("CONFIRM \(mine) \(code)", as: "frontend")
        scenario.then("OK number=2")
        scenario.thenReplayIsLive()
    }
}
