import Accounts
import AccountsKit
import Fakes
import Testing

@Suite struct PasswordTests {
    /// A number that has a code, after the reply to its registration with this password.
    private func register(with password: String) -> Scenario {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("REGISTER 79001234567")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("NOTIFICATIONS")
        let code = cabinet.answer.rows[0]["code"] ?? ""
        cabinet.when("CONFIRM \(challenge) \(code) password=\"\(password)\"", as: "frontend")
        return cabinet
    }

    @Test("A password is not changed to itself") func toItself() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        let session = cabinet.given(signedIn: "79001234567")
        cabinet.when(
            #"PASSWORD.CHANGE 79001234567 old="correct horse" new="correct horse" session=\#(session)"#, as: "frontend")
        cabinet.then("ERR invalid_password field=new")
    }

    @Test(arguments: [
        "12345678", "password", "PassWord", "QWERTYUIOP", "йцукенгш", "ЙЦУКЕНГШ", "приветик", "йцукенгшщзхъ",
        "gfhjkmgfhjkm",
        // The first and the last of the list.
        "!qaz1qaz", "zzzzzzzzzz",
        "kabinet1", "Kabinet-2024", "Личный кабинет",
    ])
    func aPasswordThatIsGuessedFirstIsRefused(password: String) {
        let cabinet = register(with: password)
        cabinet.then("ERR invalid_password field=password")
        cabinet.then("79001234567", registered: false)
    }

    @Test(arguments: [
        "79001234567", "+79001234567", "89001234567", "9001234567", "+7 (900) 123-45-67", "8 900 123 45 67",
        "8.900.123.45.67",
    ])
    func theNumberItselfIsNoPassword(password: String) {
        let cabinet = register(with: password)
        cabinet.then("ERR invalid_password field=password")
        #expect(!cabinet.answer.text.contains(password))

        let other = Scenario()
        other.given(subscriber: "79001234567")
        let session = other.given(signedIn: "79001234567")
        other.when(
            "PASSWORD.CHANGE 79001234567 old=\"correct horse\" new=\"\(password)\" session=\(session)", as: "frontend")
        other.then("ERR invalid_password field=new")
    }

    @Test(arguments: [
        "correct horse", "my password is long", "password-of-none", "верный конь", "79001234568", "кабинет у окна",
        "12345678 and more", "        ", "qwertyuioo",
    ])
    func anythingElseOfEightCharactersIsOne(password: String) {
        let cabinet = register(with: password)
        cabinet.then("OK registered=1")
        cabinet.when("LOGIN 79001234567 \"\(password)\"", as: "frontend")
        cabinet.then("OK number=2")
    }

    @Test func aPasswordIsTakenAsItWasGiven() {
        let cabinet = register(with: "Correct Horse ")
        cabinet.then("OK registered=1")
        for other in ["correct horse ", "Correct Horse", "CORRECT HORSE ", "Correct Horse  "] {
            cabinet.when("LOGIN 79001234567 \"\(other)\"")
            #expect(cabinet.answer["number"] == "", "\(other)")
        }
        cabinet.at("2018-03-01T09:00:30Z")
        cabinet.when("LOGIN 79001234567 \"Correct Horse \"")
        cabinet.then("OK number=2")
    }

    @Test func aPasswordMayBeAsLongAs128Characters() {
        let longest = String(repeating: "верный конь ", count: 11).prefix(128)
        let cabinet = register(with: String(longest))
        cabinet.then("OK registered=1")
        // A shorter part of it is not the password.
        cabinet.when("LOGIN 79001234567 \"\(longest.dropLast())\"")
        cabinet.then("ERR sign_in_failed")
        cabinet.when("LOGIN 79001234567 \"\(longest)\"")
        cabinet.then("OK number=2")
        register(with: String(longest) + "x").then("ERR invalid_password field=password")
        register(with: "7 chars").then("ERR invalid_password field=password")
    }

    @Test func aRefusedPasswordDoesNotUseUpTheCode() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        cabinet.given("REGISTER 79001234567")
        let challenge = cabinet.answer["challenge"]
        cabinet.given("NOTIFICATIONS")
        let code = cabinet.answer.rows[0]["code"] ?? ""
        for password in ["12345678", "79001234567"] {
            cabinet.when("CONFIRM \(challenge) \(code) password=\(password)")
            cabinet.then("ERR invalid_password")
        }
        cabinet.when("CONFIRM \(challenge) \(code) password=correct-horse")
        cabinet.then("OK registered=1")
    }

    /// A password that was set before the list or a rule existed still signs in.
    @Test func theListIsNotForSigningIn() {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        _ = cabinet.given(signedIn: "79001234567")
        cabinet.given(.passwordChanged(PasswordChanged(password: hash("12345678", passes: 2))), on: 1)
        cabinet.when("LOGIN 79001234567 12345678", as: "frontend")
        cabinet.then("OK number=2")
    }

    /// Every entry is found, so the list is in order and its division is right.
    @Test func theListIsInOrderAndEachOfItIsFound() {
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

    private func cabinet(passes: UInt32) -> Scenario {
        let cabinet = Scenario()
        cabinet.given(subscriber: "79001234567")
        _ = cabinet.given(signedIn: "79001234567")
        cabinet.given(.passwordChanged(PasswordChanged(password: hash("old horse", passes: passes))), on: 1)
        return cabinet
    }

    @Test func aSignInMakesADigestOfOlderParametersAnew() {
        let cabinet = cabinet(passes: 1)

        cabinet.when("LOGIN 79001234567 \"old horse\"", as: "frontend")

        cabinet.then("OK number=2")
        cabinet.then(types: "session_opened", "password_rehashed")
        #expect(cabinet.events.last == .passwordRehashed(PasswordRehashed(password: hash("old horse", passes: 2))))
        cabinet.when("LOGIN 79001234567 \"old horse\"", as: "frontend")
        cabinet.then(types: "session_opened")
        cabinet.thenReplayIsLive()
    }

    /// Both were checked against the older digest; the second is decided after the first replaced it.
    @Test func twoSignInsSideBySideBothSucceedAndOneMakesTheDigestAnew() {
        let cabinet = cabinet(passes: 1)

        let answers = cabinet.when(
            sideBySide: ["LOGIN 79001234567 \"old horse\"", "LOGIN 79001234567 \"old horse\""], as: "frontend")

        #expect(answers.map(\.isOK) == [true, true])
        cabinet.then(types: "session_opened", "password_rehashed", "session_opened")
        cabinet.thenReplayIsLive()
    }

    @Test func aSignInThatWasCheckedBeforeThePasswordChangedIsRefused() {
        let cabinet = cabinet(passes: 1)
        cabinet.given("LOGIN 79001234567 \"old horse\"")
        let session = cabinet.answer["session"]

        let answers = cabinet.when(
            sideBySide: [
                "PASSWORD.CHANGE 79001234567 old=\"old horse\" new=\"new horse\" session=\(session)",
                "LOGIN 79001234567 \"old horse\"",
            ], as: "frontend")

        #expect(answers.map(\.isOK) == [true, false])
        cabinet.then(types: "password_changed", "sign_in_failed")
    }

    @Test func aWrongPasswordAndADigestOfTodayAreLeftAlone() {
        let older = cabinet(passes: 1)
        older.when("LOGIN 79001234567 \"wrong horse\"", as: "frontend")
        older.then(types: "sign_in_failed")
        let today = cabinet(passes: 2)
        today.when("LOGIN 79001234567 \"old horse\"", as: "frontend")
        today.then(types: "session_opened")
    }
}
