import Phrases
import Testing

@testable import Cabinet
@testable import Web

@Suite struct ReauthenticationTests {
    private func shown(_ text: String) -> String {
        reauth(Form(fields: [("reauth", text)], number: nil, id: "web-1"))
    }

    @Test("A code may be written with blanks", arguments: ["123456", "123 456", " 123456", "123\u{a0}456"])
    func codes(text: String) {
        #expect(shown(text) == "123456")
    }

    @Test(
        "A password keeps its blanks",
        arguments: ["correct horse", " correct horse ", "1 2 3 4 5 6", "12 345 67", "123456  "])
    func passwords(text: String) {
        #expect(shown(text) == text)
    }

    @Test("A draft keeps what the visitor wrote, but no secret and not the way back")
    func draft() throws {
        let form = Form(
            fields: [
                ("msisdn", "900 555-01-02"), ("reauth", "correct horse"), ("old", "a"), ("new", "b"), ("code", "c"),
                ("password", "d"), ("page", "/numbers/add"),
            ], number: nil, id: "web-1")
        let draft = try #require(Visit.Draft(form, page: "/numbers/add"))
        #expect(draft.fields == ["msisdn": "900 555-01-02"])
        #expect(Form(draft, page: "/numbers/add")["msisdn"] == "900 555-01-02")
    }

    @Test("Another page does not get the draft")
    func otherPage() {
        let form = Form(fields: [("sure", "1")], number: nil, id: "web-1")
        #expect(Form(Visit.Draft(form, page: "/erase"), page: "/profile/edit").isEmpty)
    }

    @Test("A draft that would make the cookie too long is dropped")
    func longDraft() {
        let form = Form(fields: [("msisdn", String(repeating: "9", count: 501))], number: nil, id: "web-1")
        #expect(Visit.Draft(form, page: "/numbers/add") == nil)
    }

    @Test("A form without ticked boxes is not taken for a page that is only shown")
    func emptyForm() {
        #expect(!Form(fields: [], number: nil, id: "web-1").isEmpty)
        #expect(Form.none.isEmpty)
    }
}
