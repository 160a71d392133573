/// One-time codes and pushes: the reply is the same for every number, and each code or push works once.

import Accounts
import AccountsKit
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
        let cabinet = Scenario()
        cabinet.given(subscriber: me)
        _ = cabinet.given(signedIn: me)
        return cabinet
    }

    @Test("A code signs in without a password, once") func code() {
        let cabinet = registered()
        cabinet.when("LOGIN.CODE \(me)", as: "frontend")
        cabinet.then("OK msisdn=79001234567 expires=2018-03-01T09:10:00Z")
        let challenge = cabinet.answer["challenge"]
        let code = cabinet.code(me)

        cabinet.when("CONFIRM \(challenge) \(code)", as: "frontend")

        cabinet.then("OK number=2 expires=2018-03-01T21:00:00Z")
        let session = cabinet.answer["session"]
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("OK")
        cabinet.when("CONFIRM \(challenge) \(code)", as: "frontend")
        cabinet.then("ERR invalid_code")
        cabinet.thenReplayIsLive()
    }

    @Test("A recovery sets another password, ends every session and tells the subscriber") func recovery() {
        let cabinet = registered()
        cabinet.given(#"LOGIN \#(me) "correct horse""#)
        let session = cabinet.answer["session"]
        for _ in 1...5 { cabinet.when("LOGIN \(me) wrong-password") }
        cabinet.given("PASSWORD.RECOVER \(me)", as: "frontend")
        let challenge = cabinet.answer["challenge"]
        let code = cabinet.code(me)

        cabinet.when("CONFIRM \(challenge) \(code)", as: "frontend")
        cabinet.then("ERR missing_argument field=password")
        cabinet.when(#"CONFIRM \#(challenge) \#(code) password="battery staple""#, as: "frontend")
        cabinet.then("OK recovered=1")
        cabinet.then(types: "password_recovered")

        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.when(#"LOGIN \#(me) "battery staple""#, as: "frontend")
        cabinet.then("OK", "wrong tries before the recovery keep nobody out")
        #expect(cabinet.notices(me).contains("password_recovered"))
        cabinet.thenReplayIsLive()
    }

    @Test(
        "Unknown, unregistered and registered numbers answer alike to whoever asks for a code",
        arguments: ["REGISTER", "LOGIN.CODE", "PASSWORD.RECOVER", "LOGIN.PUSH"])
    func alike(verb: String) {
        let cabinet = registered()
        let (unregistered, unknown) = ("79001234568", "79009999999")
        cabinet.given(subscriber: unregistered)
        var answers: [Set<String>] = []
        for number in [me, unregistered, unknown] {
            if verb == "REGISTER" { cabinet.at("2018-03-01T10:00:0\(answers.count)Z") }
            var said: Set<String> = []
            func say(_ line: String) {
                cabinet.when(line, as: "frontend")
                said.insert(
                    cabinet.answer.text.split(separator: " ").filter { word in
                        !["challenge=", "msisdn=", "expires=", "seq="].contains { word.hasPrefix($0) }
                    }.joined(separator: " "))
            }
            say("\(verb) \(number)")
            let challenge = cabinet.answer["challenge"]
            #expect(cabinet.answer["seq"] != "" && cabinet.answer["expires"] != "")
            say("\(verb) \(number)")
            say("CHALLENGE \(challenge)")
            if verb != "LOGIN.PUSH" {
                say("RESEND \(challenge)")
                for _ in 1...6 { say(#"CONFIRM \#(challenge) 000000 password="correct horse""#) }
            }
            answers.append(said)
        }
        #expect(answers[0] == answers[1] && answers[1] == answers[2], "\(answers)")
        cabinet.thenReplayIsLive()
    }

    @Test("A number that may do nothing with a code is sent none; who is registered already is told so")
    func nothingIsSent() {
        let cabinet = registered()
        cabinet.given(subscriber: "79001234568")
        cabinet.at("2018-03-01T10:00:00Z")
        cabinet.given("LOGIN.CODE 79001234568", "PASSWORD.RECOVER 79001234568", "LOGIN.PUSH 79001234568")
        cabinet.when("NOTIFICATIONS msisdn=79001234568")
        cabinet.then("OK rows=0")

        cabinet.given("REGISTER \(me)")

        let challenge = cabinet.answer["challenge"]
        #expect(cabinet.notices(me).last == "already_registered")
        #expect(cabinet.code(me) == "none")
        guard let id = decodeBase64URL(challenge.utf8) else { return #expect(Bool(false)) }
        // The code that would fit was never sent, and is refused.
        cabinet.when(#"CONFIRM \#(challenge) \#(Scenario.code(of: id)) password="battery staple""#)
        cabinet.then("ERR invalid_code")
    }

    @Test("A code is sent once more after a minute, the same, and five times an hour at most") func resend() {
        let cabinet = registered()
        cabinet.given("LOGIN.CODE \(me)")
        let challenge = cabinet.answer["challenge"]
        let code = cabinet.code(me)
        cabinet.when("RESEND \(challenge)")
        cabinet.then("ERR too_many_attempts retry_after=60")
        for minute in 1...4 {
            cabinet.at("2018-03-01T09:0\(minute):00Z")
            cabinet.given("RESEND \(challenge)")
            #expect(cabinet.code(me) == code)
        }
        cabinet.at("2018-03-01T09:05:00Z")
        cabinet.when("RESEND \(challenge)")
        cabinet.then("ERR too_many_attempts retry_after=3300")
        cabinet.when("LOGIN.CODE \(me)")
        cabinet.then("ERR too_many_attempts retry_after=3300")
        // Another purpose has its own limit: a stranger who asks to sign in does not block a recovery.
        cabinet.given("PASSWORD.RECOVER \(me)")
        cabinet.at("2018-03-01T10:00:00Z")
        cabinet.given("LOGIN.CODE \(me)")
        cabinet.thenReplayIsLive()
    }

    @Test("A code is good for its own challenge and purpose alone") func bound() {
        let cabinet = registered()
        cabinet.given("PASSWORD.RECOVER \(me)")
        let recovery = cabinet.answer["challenge"]
        let code = cabinet.code(me)
        cabinet.given("LOGIN.CODE \(me)")
        let signIn = cabinet.answer["challenge"]
        cabinet.when("CONFIRM \(signIn) \(code)")
        cabinet.then("ERR invalid_code")
        cabinet.when(#"CONFIRM \#(recovery) \#(cabinet.code(me)) password="battery staple""#)
        cabinet.then("ERR invalid_code")
    }

    @Test("Whoever's credentials change is told, whatever changed") func notices() {
        let cabinet = registered()
        #expect(cabinet.notices(me) == ["registered"])
        cabinet.given(#"LOGIN \#(me) "correct horse""#)
        let session = cabinet.answer["session"]
        cabinet.given(#"PASSWORD.CHANGE \#(me) old="correct horse" new="battery staple" session=\#(session)"#)
        #expect(cabinet.notices(me).last == "password_changed")
        cabinet.given("SIM.REPLACE \(me) iccid=8970120000000000019 imsi=250200000000002 pin=4321 puk=87654321")
        #expect(cabinet.notices(me).last == "sim_replaced")
    }

    // MARK: - Push

    @Test("A phone is asked once a minute, and five times an hour") func pushLimits() {
        let cabinet = registered()
        for minute in 0...4 {
            cabinet.at("2018-03-01T09:0\(minute):00Z")
            cabinet.given("LOGIN.PUSH \(me)")
            cabinet.when("LOGIN.PUSH \(me)")
            cabinet.then("ERR too_many_attempts field=msisdn")
        }
        cabinet.at("2018-03-01T09:05:00Z")
        cabinet.when("LOGIN.PUSH \(me)")
        cabinet.then("ERR too_many_attempts retry_after=3300")
    }

    @Test("A push that the phone grants opens a session to who asked, once") func push() {
        let cabinet = registered()
        cabinet.given("LOGIN.PUSH \(me)", as: "frontend")
        let challenge = cabinet.answer["challenge"]
        cabinet.when("CHALLENGE \(challenge)", as: "frontend")
        cabinet.then("OK status=pending")
        cabinet.given("NOTIFICATIONS msisdn=\(me)", as: "delivery")
        #expect(cabinet.answer.rows.last?["kind"] == "push" && cabinet.answer.rows.last?["code"] == nil)

        cabinet.when("PUSH.REPLY \(me) 1", as: "network")
        cabinet.then("OK granted=1")

        cabinet.when("CHALLENGE \(challenge)", as: "operator")
        cabinet.then("ERR not_found", "another principal did not ask")
        cabinet.when("CHALLENGE \(challenge)", as: "frontend")
        cabinet.then("OK status=granted number=2")
        let session = cabinet.answer["session"]
        cabinet.when("CHALLENGE \(challenge)", as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.when("BALANCE \(me) session=\(session)", as: "frontend")
        cabinet.then("OK")
        cabinet.thenReplayIsLive()
    }

    @Test("Any other digit denies, and an answer that comes too late is none") func denied() {
        let cabinet = registered()
        cabinet.given("LOGIN.PUSH \(me)", as: "frontend")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("PUSH.REPLY \(me) 0", as: "network")
        cabinet.when("CHALLENGE \(challenge)", as: "frontend")
        cabinet.then("OK status=denied")
        cabinet.when("PUSH.REPLY \(me) 1", as: "network")
        cabinet.then("ERR not_found", "it was answered")

        cabinet.at("2018-03-01T09:01:00Z")
        cabinet.given("LOGIN.PUSH \(me)", as: "frontend")
        let second = cabinet.answer["challenge"]
        cabinet.at("2018-03-01T09:03:00Z")
        cabinet.when("PUSH.REPLY \(me) 1", as: "network")
        cabinet.then("ERR not_found")
        cabinet.when("CHALLENGE \(second)", as: "frontend")
        cabinet.then("OK status=expired")
        cabinet.when("CONFIRM \(second) 000000", as: "frontend")
        cabinet.then("ERR invalid_code", "a push has no code")
    }

    // MARK: - Strangers

    @Test("Wrong passwords make a number wait that is nobody's, like any other") func strangers() {
        let cabinet = registered()
        var waits: [String] = []
        for number in [me, "79009999999"] {
            for _ in 1...5 { cabinet.when("LOGIN \(number) wrong-password", as: "frontend") }
            cabinet.when("LOGIN \(number) wrong-password", as: "frontend")
            waits.append(cabinet.answer.text)
        }
        #expect(waits[0] == waits[1] && waits[0].contains("retry_after=30"), "\(waits)")
        cabinet.thenReplayIsLive()
    }

    @Test("Of numbers that are nobody's so many are remembered, for an hour, the newest") func manyStrangers() {
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
        "What was open before a recovery, another SIM or an end of all sessions opens nothing after it",
        arguments: ["SIM.REPLACE", "SESSION.END", "PASSWORD.RECOVER"])
    func closed(end: String) {
        let cabinet = registered()
        cabinet.given("LOGIN.PUSH \(me)", as: "frontend")
        let push = cabinet.answer["challenge"]
        cabinet.given("PUSH.REPLY \(me) 1")
        cabinet.given("LOGIN.CODE \(me)")
        let challenge = cabinet.answer["challenge"]
        let code = cabinet.code(me)
        switch end {
        case "SIM.REPLACE":
            cabinet.given("SIM.REPLACE \(me) iccid=89701200000000000000 imsi=250200000000002 pin=1111 puk=87654321")
        case "SESSION.END": cabinet.given("SESSION.END \(me) all")
        default:
            cabinet.given("PASSWORD.RECOVER \(me)")
            let recovery = cabinet.answer["challenge"]
            cabinet.given(#"CONFIRM \#(recovery) \#(cabinet.code(me)) password="battery staple""#)
        }
        cabinet.when("CONFIRM \(challenge) \(code)", as: "frontend")
        cabinet.then("ERR invalid_code")
        cabinet.when("CHALLENGE \(push)", as: "frontend")
        cabinet.then("ERR not_found")
        cabinet.thenReplayIsLive()
    }

    @Test("A stranger who asks for a code does not end the one that the subscriber has") func theFirstStays() {
        let cabinet = registered()
        cabinet.given("LOGIN.CODE \(me)", as: "frontend")
        let mine = cabinet.answer["challenge"]
        let code = cabinet.code(me)
        for minute in 1...4 {
            cabinet.at("2018-03-01T09:0\(minute):00Z")
            cabinet.given("LOGIN.CODE \(me)", as: "operator")
        }
        cabinet.when("CONFIRM \(mine) \(code)", as: "frontend")
        cabinet.then("OK number=2")
        cabinet.thenReplayIsLive()
    }
}
