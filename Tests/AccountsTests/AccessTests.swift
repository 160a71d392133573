import Accounts
import ScenarioKit
import Testing

@Suite struct AccessTests {
    @Test func aNumberRegistersByItsCodeAndSignsIn() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")

        scenario.when("REGISTER 79001234567", as: "frontend")
        scenario.then("OK msisdn=79001234567 expires=2018-03-01T09:10:00Z")
        let challenge = scenario.answer["challenge"]
        scenario.when("NOTIFICATIONS", as: "delivery")
        let code = scenario.answer.rows[0]["code"] ?? ""
        #expect(code.utf8.count == 6)

        scenario.when("CONFIRM \(challenge) \(code) password=correct-horse", as: "frontend")
        scenario.then("OK registered=1")
        scenario.then("79001234567", registered: true)

        scenario.when("LOGIN 79001234567 correct-horse", as: "frontend")
        scenario.then("OK msisdn=79001234567 number=2 expires=2018-03-01T21:00:00Z")
        let session = scenario.answer["session"]
        scenario.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        scenario.then("OK balance=0.00")
    }

    @Test func aRegistrationEndsSignedIn() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("REGISTER 79001234567")
        let challenge = scenario.answer["challenge"]
        scenario.when(
            #"CONFIRM \#(challenge) \#(scenario.code("79001234567")) password="correct horse""#, as: "frontend")
        scenario.then("OK challenge=\(challenge) registered=1 number=1 expires=2018-03-01T21:00:00Z")
        scenario.then(types: "registered", "session_opened")
        scenario.when("BALANCE 79001234567 session=\(scenario.answer["session"])", as: "frontend")
        scenario.then("OK balance=0.00")
        scenario.thenReplayIsLive()
    }

    @Test("A position after the end of the log is refused") func aPositionThatIsYetToComeIsRefused() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let last = scenario.look { $0.position }
        scenario.when("TOPUP 79001234567 1 ref=a if_seq=\(last + 1)")
        scenario.then("ERR not_found field=if_seq")
        scenario.when("ORG.CREATE name=X inn=7707083893 if_seq=\(last + 1)")
        scenario.then("ERR not_found field=if_seq")
        scenario.when("TAIL from=\(last + 2)", as: "auditor")
        scenario.then("ERR not_found field=from")
        scenario.when("TOPUP 79001234567 1 ref=a if_seq=\(last)")
        scenario.then("OK")
    }

    @Test func aCodeIsUsedOnceAndExpiresAndHasFiveTries() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("REGISTER 79001234567")
        let challenge = scenario.answer["challenge"]
        scenario.given("NOTIFICATIONS")
        let code = scenario.answer.rows[0]["code"] ?? ""
        let wrong = code == "000000" ? "000001" : "000000"
        for _ in 1...5 {
            scenario.when("CONFIRM \(challenge) \(wrong) password=correct-horse")
            scenario.then("ERR invalid_code field=code")
            scenario.then(types: "challenge_failed")
        }
        scenario.when("CONFIRM \(challenge) \(code) password=correct-horse")
        scenario.then("ERR invalid_code field=code")
        #expect(scenario.events.isEmpty)
    }

    @Test func anExpiredCodeIsRefused() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("REGISTER 79001234567")
        let challenge = scenario.answer["challenge"]
        scenario.given("NOTIFICATIONS")
        let code = scenario.answer.rows[0]["code"] ?? ""

        scenario.at("2018-03-01T09:10:00Z")

        scenario.when("CONFIRM \(challenge) \(code) password=correct-horse")
        scenario.then("ERR invalid_code")
        scenario.when("NOTIFICATIONS")
        scenario.then("OK rows=0")
    }

    @Test func aSecondCodeWaitsAMinuteAndLeavesTheFirst() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("REGISTER 79001234567")
        let first = scenario.answer["challenge"]
        scenario.given("NOTIFICATIONS")
        let code = scenario.answer.rows[0]["code"] ?? ""
        scenario.when("REGISTER 79001234567")
        scenario.then("ERR too_many_attempts retry_after=60")

        scenario.at("2018-03-01T09:01:00Z")
        scenario.given("REGISTER 79001234567")
        // The first code still works, because a stranger may have asked for the second.
        scenario.when("CONFIRM \(first) \(code) password=\"correct horse\"")
        scenario.then("OK registered=1")
    }

    @Test("An unknown number, an unregistered one and a wrong password get the same reply")
    func unknownUnregisteredAndWrongAnswerTheSame() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given(subscriber: "79001234568")
        _ = scenario.given(signedIn: "79001234567")
        var answers: Set<String> = []
        for number in ["79001234567", "79001234568", "79009999999"] {
            scenario.when("LOGIN \(number) wrong-password", as: "frontend")
            scenario.then(types: "sign_in_failed")
            answers.insert(scenario.answer.text)
        }
        #expect(answers.count == 1, "\(answers)")
    }

    @Test("Wrong passwords in a row delay the next attempt, for a limited time")
    func wrongPasswordsInARowMakeTheNextWaitAndNeverForLong() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        _ = scenario.given(signedIn: "79001234567")
        for _ in 1...5 { scenario.when("LOGIN 79001234567 wrong-password") }
        scenario.when("LOGIN 79001234567 \"correct horse\"")
        scenario.then("ERR too_many_attempts retry_after=30")

        scenario.at("2018-03-01T09:00:30Z")
        scenario.when("LOGIN 79001234567 \"correct horse\"")
        scenario.then("OK number=2")
        for failures in 5...60 {
            #expect(AccessPolicy().wait(afterFailures: failures) <= .minutes(15))
        }
    }

    @Test func aFrontEndNeedsTheSubscribersOwnSession() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "10")
        scenario.given(subscriber: "79001234568", balance: "20")
        let session = scenario.given(signedIn: "79001234567")

        scenario.when("BALANCE 79001234567", as: "frontend")
        scenario.then("ERR session_required field=session")
        scenario.when("BALANCE 79001234567 session=AAAA", as: "frontend")
        scenario.then("ERR session_invalid field=session")
        scenario.when("BALANCE 79001234568 session=\(session)", as: "frontend")
        let stranger = scenario.answer.text
        scenario.when("BALANCE 79000000000 session=\(session)", as: "frontend")
        #expect(stranger == scenario.answer.text, "what may not be seen answers like what does not exist")
        scenario.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        scenario.then("OK balance=10.00")
    }

    @Test("LOGOUT takes no id=, because its session is its only argument")
    func logoutTakesNoIDForItsSessionIsAllThatItSays() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let session = scenario.given(signedIn: "79001234567")
        scenario.when("LOGOUT session=\(session) id=x-1", as: "frontend")
        scenario.then("ERR unknown_argument field=id")
    }

    @Test("A sign-in takes no if_seq=, because its result would reveal the account")
    func aSignInTakesNoConditionThatWouldTellOfTheAccount() {
        let scenario = Scenario()
        scenario.when("LOGIN 79001234567 wrong-password if_seq=0", as: "frontend")
        scenario.then("ERR unknown_argument field=if_seq")
    }

    @Test func aSessionEndsByLogoutAndByTime() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let session = scenario.given(signedIn: "79001234567")
        scenario.given("LOGIN 79001234567 \"correct horse\"")
        let second = scenario.answer["session"]

        scenario.when("LOGOUT session=\(session)", as: "frontend")
        scenario.then("OK number=1")
        scenario.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.when("BALANCE 79001234567 session=\(second)", as: "frontend")
        scenario.then("OK")

        scenario.at("2018-03-01T21:00:00Z")
        scenario.when("BALANCE 79001234567 session=\(second)", as: "frontend")
        scenario.then("ERR session_invalid")
    }

    @Test func aPasswordChangeNeedsTheOldOneAndMayEndOtherSessions() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let other = scenario.given(signedIn: "79001234567")
        scenario.given("LOGIN 79001234567 \"correct horse\"")
        let mine = scenario.answer["session"]

        scenario.when(
            "PASSWORD.CHANGE 79001234567 old=wrong-old new=\"battery staple\" session=\(mine)", as: "frontend")
        scenario.then("ERR sign_in_failed field=old")
        scenario.when("PASSWORD.CHANGE 79001234567 old=\"correct horse\" new=short session=\(mine)", as: "frontend")
        scenario.then("ERR invalid_password field=new")
        scenario.when(
            "PASSWORD.CHANGE 79001234567 old=\"correct horse\" new=\"battery staple\" end_others=1 session=\(mine)",
            as: "frontend")
        scenario.then("OK msisdn=79001234567")

        scenario.when("BALANCE 79001234567 session=\(other)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.when("BALANCE 79001234567 session=\(mine)", as: "frontend")
        scenario.then("OK")
        scenario.when("LOGIN 79001234567 \"correct horse\"")
        scenario.then("ERR sign_in_failed")
        scenario.when("LOGIN 79001234567 \"battery staple\"")
        scenario.then("OK")
    }

    @Test(
        "A role may send only the commands of its table",
        arguments: [
            ("frontend", "SUBSCRIBER.ACTIVATE 79001234567 iccid=1 imsi=1 region=r tariff=t pin=0000 puk=12345678"),
            ("payments", "ORG.CREATE name=x inn=7707083893"), ("network", "TOPUP 79001234567 1 ref=a"),
            ("auditor", "CATALOG.DRAFT"), ("operator", "EVENTS"), ("operator", "BACKUP /b"), ("frontend", "BACKUP /b"),
            ("operator", "PRINCIPAL.ADD x roles=admin"),
            ("frontend", "TRIAL.BALANCE"), ("payments", "NOTIFICATIONS"), ("operator", "NOTIFICATIONS"),
        ])
    func aRoleMaySayWhatItsTableSaysAndNothingElse(role: String, line: String) {
        let scenario = Scenario()
        scenario.when(line, as: role)
        #expect(scenario.answer.text.hasPrefix("ERR not_permitted") || scenario.answer.text.hasPrefix("ERR invalid_"))
        scenario.thenNothingChanged()
    }

    @Test func aLogThatIsNotOnADiskIsNotBackedUp() {
        let scenario = Scenario()
        scenario.when("BACKUP /backup", as: "auditor")
        scenario.then("ERR not_available")
        scenario.when("BACKUP backup", as: "auditor")
        scenario.then("ERR invalid_text field=path")
    }

    @Test("A disabled principal may send no command") func aPrincipalThatIsDisabledMayNothing() {
        let scenario = Scenario()
        scenario.given("PRINCIPAL.DISABLE auditor")
        scenario.when("TRIAL.BALANCE", as: "auditor")
        scenario.then("ERR auth_required")
        scenario.when("PRINCIPAL.DISABLE admin", as: "admin")
        scenario.then("ERR not_available")
    }

    @Test("An erased subscriber loses sessions and cabinet, and keeps number and money")
    func whoIsErasedIsSignedOutAndHasNoCabinetAndKeepsNumberAndMoney() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567", balance: "100")
        let session = scenario.given(signedIn: "79001234567")
        scenario.when("LOGIN 79001234567 wrong-password")

        scenario.when("ERASE 79001234567", as: "operator")

        scenario.then("OK msisdn=79001234567")
        scenario.then(types: "person_erased")
        scenario.then("79001234567", registered: false)
        scenario.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        scenario.then("ERR session_invalid")
        scenario.when(#"LOGIN 79001234567 "correct horse""#, as: "frontend")
        scenario.then("ERR sign_in_failed")
        scenario.when("BALANCE 79001234567", as: "operator")
        scenario.then("OK balance=100.00")
    }

    @Test("An erased subscriber may register again") func whoIsErasedMayRegisterAgain() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        _ = scenario.given(signedIn: "79001234567")
        scenario.given("ERASE 79001234567")
        // The key differs from the first: texts of the new cabinet can be read.
        scenario.given("ERASE 79001234567 id=again")
        #expect(scenario.answer["repeated"] == "")
        scenario.given("ERASE 79001234567 id=again")
        #expect(scenario.answer["repeated"] == "1")

        _ = scenario.given(signedIn: "79001234567")

        scenario.then("79001234567", registered: true)
    }

    @Test("A code from before an erasure is not accepted and no longer sent")
    func aCodeSentBeforeAnErasureIsWorthNothingAndNotSent() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("REGISTER 79001234567")
        let challenge = scenario.answer["challenge"]
        scenario.given("NOTIFICATIONS")
        let code = scenario.answer.rows[0]["code"] ?? ""
        scenario.given("ERASE 79001234567")

        scenario.when("NOTIFICATIONS")
        scenario.then("OK rows=0")
        scenario.when("CONFIRM \(challenge) \(code) password=correct-horse")
        scenario.then("ERR invalid_code")
    }

    @Test("Staff may erase a subscriber") func staffMayErase() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        for role in ["payments", "network", "auditor"] {
            scenario.when("ERASE 79001234567", as: role)
            scenario.then("ERR not_permitted")
        }
        scenario.when("ERASE 79001234568", as: "operator")
        scenario.then("ERR not_found field=msisdn")
    }
}
