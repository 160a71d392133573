import Accounts
import AccountsKit
import Testing

@Suite struct AccessTests {
    @Test func aNumberRegistersByItsCodeAndSignsIn() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")

        cabinet.when("REGISTER 79001234567", as: "frontend")
        cabinet.then("OK msisdn=79001234567 expires=2018-03-01T09:10:00Z")
        let challenge = cabinet.answer["challenge"]
        cabinet.when("NOTIFICATIONS", as: "delivery")
        let code = cabinet.answer.rows[0]["code"] ?? ""
        #expect(code.utf8.count == 6)

        cabinet.when("CONFIRM \(challenge) \(code) password=correct-horse", as: "frontend")
        cabinet.then("OK registered=1")
        cabinet.then("79001234567", registered: true)

        cabinet.when("LOGIN 79001234567 correct-horse", as: "frontend")
        cabinet.then("OK msisdn=79001234567 number=2 expires=2018-03-01T21:00:00Z")
        let session = cabinet.answer["session"]
        cabinet.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        cabinet.then("OK balance=0.00")
    }

    @Test func aRegistrationEndsSignedIn() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("REGISTER 79001234567")
        let challenge = cabinet.answer["challenge"]
        cabinet.when(#"CONFIRM \#(challenge) \#(cabinet.code("79001234567")) password="correct horse""#, as: "frontend")
        cabinet.then("OK challenge=\(challenge) registered=1 number=1 expires=2018-03-01T21:00:00Z")
        cabinet.then(types: "registered", "session_opened")
        cabinet.when("BALANCE 79001234567 session=\(cabinet.answer["session"])", as: "frontend")
        cabinet.then("OK balance=0.00")
        cabinet.thenReplayIsLive()
    }

    @Test func aPositionThatIsYetToComeIsRefused() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let last = cabinet.look { $0.position }
        cabinet.when("TOPUP 79001234567 1 ref=a if_seq=\(last + 1)")
        cabinet.then("ERR not_found field=if_seq")
        cabinet.when("ORG.CREATE name=X inn=7707083893 if_seq=\(last + 1)")
        cabinet.then("ERR not_found field=if_seq")
        cabinet.when("TAIL from=\(last + 2)", as: "auditor")
        cabinet.then("ERR not_found field=from")
        cabinet.when("TOPUP 79001234567 1 ref=a if_seq=\(last)")
        cabinet.then("OK")
    }

    @Test func aCodeIsUsedOnceAndExpiresAndHasFiveTries() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("REGISTER 79001234567")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("NOTIFICATIONS")
        let code = cabinet.answer.rows[0]["code"] ?? ""
        let wrong = code == "000000" ? "000001" : "000000"
        for _ in 1...5 {
            cabinet.when("CONFIRM \(challenge) \(wrong) password=correct-horse")
            cabinet.then("ERR invalid_code field=code")
            cabinet.then(types: "challenge_failed")
        }
        cabinet.when("CONFIRM \(challenge) \(code) password=correct-horse")
        cabinet.then("ERR invalid_code field=code")
        #expect(cabinet.events.isEmpty)
    }

    @Test func anExpiredCodeIsRefused() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("REGISTER 79001234567")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("NOTIFICATIONS")
        let code = cabinet.answer.rows[0]["code"] ?? ""

        cabinet.at("2018-03-01T09:10:00Z")

        cabinet.when("CONFIRM \(challenge) \(code) password=correct-horse")
        cabinet.then("ERR invalid_code")
        cabinet.when("NOTIFICATIONS")
        cabinet.then("OK rows=0")
    }

    @Test func aSecondCodeWaitsAMinuteAndLeavesTheFirst() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("REGISTER 79001234567")
        let first = cabinet.answer["challenge"]
        cabinet.given("NOTIFICATIONS")
        let code = cabinet.answer.rows[0]["code"] ?? ""
        cabinet.when("REGISTER 79001234567")
        cabinet.then("ERR too_many_attempts retry_after=60")

        cabinet.at("2018-03-01T09:01:00Z")
        cabinet.given("REGISTER 79001234567")
        // The first code still works, because a stranger may have asked for the second.
        cabinet.when("CONFIRM \(first) \(code) password=\"correct horse\"")
        cabinet.then("OK registered=1")
    }

    @Test func unknownUnregisteredAndWrongAnswerTheSame() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given(subscriber: "79001234568")
        _ = cabinet.given(signedIn: "79001234567")
        var answers: Set<String> = []
        for number in ["79001234567", "79001234568", "79009999999"] {
            cabinet.when("LOGIN \(number) wrong-password", as: "frontend")
            cabinet.then(types: "sign_in_failed")
            answers.insert(cabinet.answer.text)
        }
        #expect(answers.count == 1, "\(answers)")
    }

    @Test func wrongPasswordsInARowMakeTheNextWaitAndNeverForLong() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        _ = cabinet.given(signedIn: "79001234567")
        for _ in 1...5 { cabinet.when("LOGIN 79001234567 wrong-password") }
        cabinet.when("LOGIN 79001234567 \"correct horse\"")
        cabinet.then("ERR too_many_attempts retry_after=30")

        cabinet.at("2018-03-01T09:00:30Z")
        cabinet.when("LOGIN 79001234567 \"correct horse\"")
        cabinet.then("OK number=2")
        for failures in 5...60 {
            #expect(AccessPolicy().wait(afterFailures: failures) <= .minutes(15))
        }
    }

    @Test func aFrontEndNeedsTheSubscribersOwnSession() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "10")
        cabinet.given(subscriber: "79001234568", balance: "20")
        let session = cabinet.given(signedIn: "79001234567")

        cabinet.when("BALANCE 79001234567", as: "frontend")
        cabinet.then("ERR session_required field=session")
        cabinet.when("BALANCE 79001234567 session=AAAA", as: "frontend")
        cabinet.then("ERR session_invalid field=session")
        cabinet.when("BALANCE 79001234568 session=\(session)", as: "frontend")
        let stranger = cabinet.answer.text
        cabinet.when("BALANCE 79000000000 session=\(session)", as: "frontend")
        #expect(stranger == cabinet.answer.text, "what may not be seen answers like what does not exist")
        cabinet.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        cabinet.then("OK balance=10.00")
    }

    @Test func logoutTakesNoIDForItsSessionIsAllThatItSays() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let session = cabinet.given(signedIn: "79001234567")
        cabinet.when("LOGOUT session=\(session) id=x-1", as: "frontend")
        cabinet.then("ERR unknown_argument field=id")
    }

    @Test func aSignInTakesNoConditionThatWouldTellOfTheAccount() {
        let cabinet = Scenario()
        cabinet.when("LOGIN 79001234567 wrong-password if_seq=0", as: "frontend")
        cabinet.then("ERR unknown_argument field=if_seq")
    }

    @Test func aSessionEndsByLogoutAndByTime() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let session = cabinet.given(signedIn: "79001234567")
        cabinet.given("LOGIN 79001234567 \"correct horse\"")
        let second = cabinet.answer["session"]

        cabinet.when("LOGOUT session=\(session)", as: "frontend")
        cabinet.then("OK number=1")
        cabinet.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.when("BALANCE 79001234567 session=\(second)", as: "frontend")
        cabinet.then("OK")

        cabinet.at("2018-03-01T21:00:00Z")
        cabinet.when("BALANCE 79001234567 session=\(second)", as: "frontend")
        cabinet.then("ERR session_invalid")
    }

    @Test func aPasswordChangeNeedsTheOldOneAndMayEndOtherSessions() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let other = cabinet.given(signedIn: "79001234567")
        cabinet.given("LOGIN 79001234567 \"correct horse\"")
        let mine = cabinet.answer["session"]

        cabinet.when("PASSWORD.CHANGE 79001234567 old=wrong-old new=\"battery staple\" session=\(mine)", as: "frontend")
        cabinet.then("ERR sign_in_failed field=old")
        cabinet.when("PASSWORD.CHANGE 79001234567 old=\"correct horse\" new=short session=\(mine)", as: "frontend")
        cabinet.then("ERR invalid_password field=new")
        cabinet.when(
            "PASSWORD.CHANGE 79001234567 old=\"correct horse\" new=\"battery staple\" end_others=1 session=\(mine)",
            as: "frontend")
        cabinet.then("OK msisdn=79001234567")

        cabinet.when("BALANCE 79001234567 session=\(other)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.when("BALANCE 79001234567 session=\(mine)", as: "frontend")
        cabinet.then("OK")
        cabinet.when("LOGIN 79001234567 \"correct horse\"")
        cabinet.then("ERR sign_in_failed")
        cabinet.when("LOGIN 79001234567 \"battery staple\"")
        cabinet.then("OK")
    }

    @Test(arguments: [
        ("frontend", "SUBSCRIBER.ACTIVATE 79001234567 iccid=1 imsi=1 region=r tariff=t pin=0000 puk=12345678"),
        ("payments", "ORG.CREATE name=x inn=7707083893"), ("network", "TOPUP 79001234567 1 ref=a"),
        ("auditor", "CATALOG.DRAFT"), ("operator", "EVENTS"), ("operator", "BACKUP /b"), ("frontend", "BACKUP /b"),
        ("operator", "PRINCIPAL.ADD x roles=admin"),
        ("frontend", "TRIAL.BALANCE"), ("payments", "NOTIFICATIONS"), ("operator", "NOTIFICATIONS"),
    ])
    func aRoleMaySayWhatItsTableSaysAndNothingElse(role: String, line: String) {
        let cabinet = Scenario()
        cabinet.when(line, as: role)
        #expect(cabinet.answer.text.hasPrefix("ERR not_permitted") || cabinet.answer.text.hasPrefix("ERR invalid_"))
        cabinet.thenNothingChanged()
    }

    @Test func aLogThatIsNotOnADiskIsNotBackedUp() {
        let cabinet = Scenario()
        cabinet.when("BACKUP /backup", as: "auditor")
        cabinet.then("ERR not_available")
        cabinet.when("BACKUP backup", as: "auditor")
        cabinet.then("ERR invalid_text field=path")
    }

    @Test func aPrincipalThatIsDisabledMayNothing() {
        let cabinet = Scenario()
        cabinet.given("PRINCIPAL.DISABLE auditor")
        cabinet.when("TRIAL.BALANCE", as: "auditor")
        cabinet.then("ERR auth_required")
        cabinet.when("PRINCIPAL.DISABLE admin", as: "admin")
        cabinet.then("ERR not_available")
    }

    @Test func whoIsErasedIsSignedOutAndHasNoCabinetAndKeepsNumberAndMoney() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567", balance: "100")
        let session = cabinet.given(signedIn: "79001234567")
        cabinet.when("LOGIN 79001234567 wrong-password")

        cabinet.when("ERASE 79001234567", as: "operator")

        cabinet.then("OK msisdn=79001234567")
        cabinet.then(types: "person_erased")
        cabinet.then("79001234567", registered: false)
        cabinet.when("BALANCE 79001234567 session=\(session)", as: "frontend")
        cabinet.then("ERR session_invalid")
        cabinet.when(#"LOGIN 79001234567 "correct horse""#, as: "frontend")
        cabinet.then("ERR sign_in_failed")
        cabinet.when("BALANCE 79001234567", as: "operator")
        cabinet.then("OK balance=100.00")
    }

    @Test func whoIsErasedMayRegisterAgain() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        _ = cabinet.given(signedIn: "79001234567")
        cabinet.given("ERASE 79001234567")
        // The key differs from the first: texts of the new cabinet can be read.
        cabinet.given("ERASE 79001234567 id=again")
        #expect(cabinet.answer["repeated"] == "")
        cabinet.given("ERASE 79001234567 id=again")
        #expect(cabinet.answer["repeated"] == "1")

        _ = cabinet.given(signedIn: "79001234567")

        cabinet.then("79001234567", registered: true)
    }

    @Test func aCodeSentBeforeAnErasureIsWorthNothingAndNotSent() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("REGISTER 79001234567")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("NOTIFICATIONS")
        let code = cabinet.answer.rows[0]["code"] ?? ""
        cabinet.given("ERASE 79001234567")

        cabinet.when("NOTIFICATIONS")
        cabinet.then("OK rows=0")
        cabinet.when("CONFIRM \(challenge) \(code) password=correct-horse")
        cabinet.then("ERR invalid_code")
    }

    @Test func staffMayErase() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        for role in ["payments", "network", "auditor"] {
            cabinet.when("ERASE 79001234567", as: role)
            cabinet.then("ERR not_permitted")
        }
        cabinet.when("ERASE 79001234568", as: "operator")
        cabinet.then("ERR not_found field=msisdn")
    }
}
