import Client
import Phrases
import Testing

@testable import Cabinet
@testable import Web

private func fields(_ pairs: KeyValuePairs<String, String>) -> Fields {
    Fields(pairs.map { Field(name: $0, value: $1) })
}

@Suite struct ProfileTests {
    private let profile = Reply(
        rows: [
            fields(["consent": "advertising", "granted": "1", "since": "2026-11-30T09:00:00.000Z"]),
            fields(["consent": "partners", "granted": "0", "since": "2026-11-30T09:00:00.000Z"]),
        ], fields: fields(["msisdn": "79005550101"]))

    @Test(
        "Only a consent that changed is set",
        arguments: [
            (["advertising"], []),
            ([], ["advertising 0"]),
            (["advertising", "partners"], ["partners 1"]),
            (["personal_offers"], ["advertising 0", "personal_offers 1"]),
            (["advertising", "unknown"], []),
        ])
    func consents(wanted: [String], changes: [String]) {
        let found = changedConsents(profile, wanted: wanted).map { "\($0.consent) \($0.isGranted ? 1 : 0)" }
        #expect(found == changes)
    }

    @Test("Every consent has a title and says what it means", arguments: Language.allCases)
    func consentTexts(language: Language) {
        for purpose in consentPurposes {
            let words = consentWords(purpose, language)
            #expect(words.title != purpose && !words.hint.isEmpty)
        }
    }

    @Test("The visitor's own session comes first, then the newest")
    func sessions() {
        let place = Place(region: Region(key: "msk", name: "Москва", offsetMinutes: 180), account: profile)
        func row(_ number: String, _ current: String) -> Fields {
            fields([
                "number": number, "method": "code", "opened": "2026-11-30T21:30:00.000Z",
                "last_used": "2026-11-30T21:30:00.000Z", "expires": "2026-12-01T09:30:00.000Z", "current": current,
            ])
        }
        let items = sessionItems([row("1", "0"), row("2", "1"), row("3", "0")], place, .ru)
        #expect(items.map(\.number) == ["2", "3", "1"])
        #expect(items[0].opened == "Открыт 1\u{a0}декабря 2026, 00:30")
        #expect(items[0].method == "Вход по коду из SMS")
    }
}

@Suite struct PrivacyTests {
    private func row(_ what: String, _ value: String, _ language: Language = .ru) -> PrivacyRow {
        PrivacyRow(
            fields(["what": what, "value": value]), names: ["msk": "Москва", "moy-onlayn": "Мой онлайн"], since: "",
            language)
    }

    @Test(
        "Every kind of data has a name in words",
        arguments: [
            "number", "region", "name", "email", "language", "notify", "consent", "password", "session", "device",
            "manages", "managed_by", "balance", "tariff", "option", "organization", "acts_for", "PIN and PUK", "log",
            "email_confirmed", "statement_order",
        ])
    func names(what: String) {
        for language in Language.allCases where what != "PIN and PUK" || language == .ru {
            #expect(row(what, "1", language).what != what)
        }
    }

    @Test(
        "A value is shown in words",
        arguments: [
            ("number", "79005550101", "+7\u{a0}900\u{a0}555-01-01"),
            ("region", "msk", "Москва"), ("region", "unknown", "unknown"),
            ("name", "", "Не указано"), ("email", "anna@example.org", "anna@example.org"),
            ("notify", "sms,app", "SMS, Приложение"), ("notify", "", "Не присылать"),
            ("consent", "advertising granted", "Реклама: дано"),
            ("consent", "personal_offers taken back", "Персональные предложения: отозвано"),
            ("password", "none", "Не задан"), ("session", "3 by push", "№ 3. Вход с подтверждением на телефоне"),
            ("balance", "-1350.00", "\u{2212}1\u{a0}350,00\u{a0}₽"), ("tariff", "moy-onlayn", "Мой онлайн"),
            ("PIN and PUK", "sealed", "Зашифрованы"),
        ])
    func values(what: String, value: String, text: String) {
        #expect(row(what, value).value == text)
    }

    @Test("Data of a kind that is not known yet is shown as it is")
    func unknown() {
        let shown = row("shoe size", "43")
        #expect(shown.what == "shoe size" && shown.value == "43")
    }

    @Test("The file has what the service gave, and no since where there is none")
    func file() throws {
        let report = Reply(
            rows: [
                fields(["what": "name", "value": "Анна \"А\" / Б"]),
                fields(["what": "number", "value": "79005550101", "since": "2026-11-30T09:00:00.000Z"]),
            ], fields: fields(["msisdn": "79005550101"]))
        #expect(
            try privacyFile(report) == """
                {
                  "items" : [
                    {
                      "value" : "Анна \\"А\\" / Б",
                      "what" : "name"
                    },
                    {
                      "since" : "2026-11-30T09:00:00.000Z",
                      "value" : "79005550101",
                      "what" : "number"
                    }
                  ],
                  "number" : "79005550101"
                }

                """)
    }
}
