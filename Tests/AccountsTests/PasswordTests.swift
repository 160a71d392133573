import Accounts
import ScenarioKit
import TestSupport
import Testing

@Suite struct PasswordTests {
    /// A number that has a code, after the reply to its registration with this password.
    private func register(with password: String) -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("REGISTER 79001234567")
        let challenge = scenario.answer["challenge"]
        scenario.given("NOTIFICATIONS")
        let code = scenario.answer.rows[0]["code"] ?? ""
        scenario.when("CONFIRM \(challenge) \(code) password=\"\(password)\"", as: "frontend")
        return scenario
    }

    @Test("PASSWORD.CHANGE refuses the password that is already set") func toItself() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        let session = scenario.given(signedIn: "79001234567")
        scenario.when(
            #"PASSWORD.CHANGE 79001234567 old="correct horse" new="correct horse" session=\#(session)"#, as: "frontend")
        scenario.then("ERR invalid_password field=new")
    }

    @Test(
        "A common password is refused",
        arguments: [
            "12345678", "password", "PassWord", "QWERTYUIOP", "йцукенгш", "ЙЦУКЕНГШ", "приветик", "йцукенгшщзхъ",
            "gfhjkmgfhjkm",
            // The first and the last of the list.
            "!qaz1qaz", "zzzzzzzzzz",
            "kabinet1", "Kabinet-2024", "Личный кабинет",
        ])
    func aPasswordThatIsGuessedFirstIsRefused(password: String) {
        let scenario = register(with: password)
        scenario.then("ERR invalid_password field=password")
        scenario.then("79001234567", registered: false)
    }

    @Test(
        "The number itself is refused as a password",
        arguments: [
            "79001234567", "+79001234567", "89001234567", "9001234567", "+7 (900) 123-45-67", "8 900 123 45 67",
            "8.900.123.45.67",
        ])
    func theNumberItselfIsNoPassword(password: String) {
        let scenario = register(with: password)
        scenario.then("ERR invalid_password field=password")
        #expect(!scenario.answer.text.contains(password))

        let other = Scenario()
        other.given(subscriber: "79001234567")
        let session = other.given(signedIn: "79001234567")
        other.when(
            "PASSWORD.CHANGE 79001234567 old=\"correct horse\" new=\"\(password)\" session=\(session)", as: "frontend")
        other.then("ERR invalid_password field=new")
    }

    @Test(
        "Any other text of eight characters is accepted as a password",
        arguments: [
            "correct horse", "my password is long", "password-of-none", "верный конь", "79001234568", "кабинет у окна",
            "12345678 and more", "        ", "qwertyuioo",
        ])
    func anythingElseOfEightCharactersIsOne(password: String) {
        let scenario = register(with: password)
        scenario.then("OK registered=1")
        scenario.when("LOGIN 79001234567 \"\(password)\"", as: "frontend")
        scenario.then("OK number=2")
    }

    @Test("A password is used exactly as it was given") func aPasswordIsTakenAsItWasGiven() {
        let scenario = register(with: "Correct Horse ")
        scenario.then("OK registered=1")
        for other in ["correct horse ", "Correct Horse", "CORRECT HORSE ", "Correct Horse  "] {
            scenario.when("LOGIN 79001234567 \"\(other)\"")
            #expect(scenario.answer["number"] == "", "\(other)")
        }
        scenario.at("2018-03-01T09:00:30Z")
        scenario.when("LOGIN 79001234567 \"Correct Horse \"")
        scenario.then("OK number=2")
    }

    @Test func aPasswordMayBeAsLongAs128Characters() {
        let longest = String(repeating: "верный конь ", count: 11).prefix(128)
        let scenario = register(with: String(longest))
        scenario.then("OK registered=1")
        // A shorter part of it is not the password.
        scenario.when("LOGIN 79001234567 \"\(longest.dropLast())\"")
        scenario.then("ERR sign_in_failed")
        scenario.when("LOGIN 79001234567 \"\(longest)\"")
        scenario.then("OK number=2")
        register(with: String(longest) + "x").then("ERR invalid_password field=password")
        register(with: "7 chars").then("ERR invalid_password field=password")
    }

    @Test func aRefusedPasswordDoesNotUseUpTheCode() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        scenario.given("REGISTER 79001234567")
        let challenge = scenario.answer["challenge"]
        scenario.given("NOTIFICATIONS")
        let code = scenario.answer.rows[0]["code"] ?? ""
        for password in ["12345678", "79001234567"] {
            scenario.when("CONFIRM \(challenge) \(code) password=\(password)")
            scenario.then("ERR invalid_password")
        }
        scenario.when("CONFIRM \(challenge) \(code) password=correct-horse")
        scenario.then("OK registered=1")
    }

    /// A password that was set before the list or a rule existed still signs in.
    @Test("A common password that was set before can still sign in") func theListIsNotForSigningIn() {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        _ = scenario.given(signedIn: "79001234567")
        scenario.given(.passwordChanged(PasswordChanged(password: hash("12345678", passes: 2))), on: 1)
        scenario.when("LOGIN 79001234567 12345678", as: "frontend")
        scenario.then("OK number=2")
    }

    /// Every entry is found, so the list is in order and its division is right.
    @Test("The list of common passwords is sorted, and each one is found") func theListIsInOrderAndEachOfItIsFound() {
        let entries = CommonPasswordList.text.split { $0 == " " || $0 == "\n" }.map(String.init)
        #expect(entries.count == 10_000)
        #expect(entries == entries.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(entries.allSatisfy { 8...128 ~= $0.count && $0 == $0.lowercased() && CommonPasswords.contain($0) })
        #expect(!entries.contains { CommonPasswords.contain($0 + "\u{1}") || CommonPasswords.contain("\u{1}" + $0) })
    }

    // MARK: - Digests by older parameters

    private func hash(_ password: String, passes: UInt32) -> PasswordHash {
        FakeSecrets().hash(Array(password.utf8), salt: [UInt8](repeating: 5, count: 16), passes: passes)
    }

    private func scenario(passes: UInt32) -> Scenario {
        let scenario = Scenario()
        scenario.given(subscriber: "79001234567")
        _ = scenario.given(signedIn: "79001234567")
        scenario.given(.passwordChanged(PasswordChanged(password: hash("old horse", passes: passes))), on: 1)
        return scenario
    }

    @Test("A sign-in replaces a digest with older parameters") func aSignInMakesADigestOfOlderParametersAnew() {
        let scenario = scenario(passes: 1)

        scenario.when("LOGIN 79001234567 \"old horse\"", as: "frontend")

        scenario.then("OK number=2")
        scenario.then(types: "session_opened", "password_rehashed")
        #expect(scenario.events.last == .passwordRehashed(PasswordRehashed(password: hash("old horse", passes: 2))))
        scenario.when("LOGIN 79001234567 \"old horse\"", as: "frontend")
        scenario.then(types: "session_opened")
        scenario.thenReplayIsLive()
    }

    /// Both were checked against the older digest; the second is decided after the first replaced it.
    @Test("Two sign-ins at once both succeed, and one replaces the digest")
    func twoSignInsSideBySideBothSucceedAndOneMakesTheDigestAnew() {
        let scenario = scenario(passes: 1)

        let answers = scenario.when(
            sideBySide: ["LOGIN 79001234567 \"old horse\"", "LOGIN 79001234567 \"old horse\""], as: "frontend")

        #expect(answers.map(\.isOK) == [true, true])
        scenario.then(types: "session_opened", "password_rehashed", "session_opened")
        scenario.thenReplayIsLive()
    }

    @Test func aSignInThatWasCheckedBeforeThePasswordChangedIsRefused() {
        let scenario = scenario(passes: 1)
        scenario.given("LOGIN 79001234567 \"old horse\"")
        let session = scenario.answer["session"]

        let answers = scenario.when(
            sideBySide: [
                "PASSWORD.CHANGE 79001234567 old=\"old horse\" new=\"new horse\" session=\(session)",
                "LOGIN 79001234567 \"old horse\"",
            ], as: "frontend")

        #expect(answers.map(\.isOK) == [true, false])
        scenario.then(types: "password_changed", "sign_in_failed")
    }

    @Test("A wrong password and a digest with today's parameters do not replace the digest")
    func aWrongPasswordAndADigestOfTodayAreLeftAlone() {
        let older = scenario(passes: 1)
        older.when("LOGIN 79001234567 \"wrong horse\"", as: "frontend")
        older.then(types: "sign_in_failed")
        let today = scenario(passes: 2)
        today.when("LOGIN 79001234567 \"old horse\"", as: "frontend")
        today.then(types: "session_opened")
    }
}
