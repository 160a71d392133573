import Testing

@testable import Web

@Suite("Tokens of forms") struct FormTokenTests {
    let ring = KeyRing(secrets: [randomBytes(32)])

    @Test("A token is good for its own visit and number alone") func isBound() {
        let value = FormToken().value(visit: "visit", number: "79001234567", ring)
        #expect(FormToken(value, visit: "visit", number: "79001234567", ring) != nil)
        #expect(FormToken(value, visit: "other", number: "79001234567", ring) == nil)
        #expect(FormToken(value, visit: "visit", number: "79001234568", ring) == nil)
        #expect(FormToken(value, visit: "visit", number: "", ring) == nil)
        #expect(FormToken("", visit: "visit", number: "", ring) == nil)
        #expect(FormToken(value + "A", visit: "visit", number: "79001234567", ring) == nil)
    }

    private func id(
        _ value: String, path: String = "/options/a", _ fields: [(name: String, value: String)] = []
    ) -> String? {
        FormToken(value, visit: "v", number: "", ring)?.id(path: path, fields: fields, secrets: secretFields)
    }

    @Test("The same form with the same values has the same id, whatever its secrets are") func isOneChange() {
        let value = FormToken().value(visit: "v", number: "", ring)
        #expect(id(value, [("msisdn", "1")]) == id(value, [("msisdn", "1")]))
        #expect(id(value, [("reauth", "wrong")]) == id(value, [("reauth", "right")]))
        #expect(id(value, [("msisdn", "1")]) != id(value, [("msisdn", "2")]))
        #expect(id(value, path: "/options/a") != id(value, path: "/options/b"))
        // The border between a name and its value counts.
        #expect(id(value, [("ab", "c")]) != id(value, [("a", "bc")]))
        #expect(id(value) != id(FormToken().value(visit: "v", number: "", ring)))
    }

    @Test("An id is within the protocol's 64 bytes and cannot be taken for a card number") func isAClientID() throws {
        let value = FormToken().value(visit: "v", number: "", ring)
        let id = try #require(FormToken(value, visit: "v", number: "", ring)).id(path: "/", fields: [], secrets: [])
        #expect(id.utf8.count <= 64)
        #expect(id.hasPrefix("web-"))
    }
}

@Suite("Submitted forms") struct FormFieldsTests {
    private func fields(_ text: String) -> [String]? {
        formFields(Array(text.utf8))?.map { "\($0.name)=\($0.value)" }
    }

    @Test("Names and values are decoded as the URL standard says") func decodes() {
        #expect(fields("a=1&b=x+y&c=%D0%96&d") == ["a=1", "b=x y", "c=Ж", "d="])
        #expect(fields("") == [])
        #expect(fields("a=b=c") == ["a=b=c"])
    }

    @Test(
        "A broken escape, broken UTF-8 and too many fields make no form", arguments: ["a=%", "a=%4", "a=%zz", "a=%FF"])
    func refuses(_ text: String) {
        #expect(fields(text) == nil)
        #expect(fields(Array(repeating: "a=1", count: 201).joined(separator: "&")) == nil)
    }

    @Test("Blanks around a value are dropped, but not of a password") func trims() {
        let form = Form(fields: [("msisdn", " 900 123 "), ("password", " secret ")], number: nil, id: "")
        #expect(form["msisdn"] == "900 123")
        #expect(form["password"] == " secret ")
        #expect(form["other"] == "")
    }
}

@Suite("Repeated submissions") struct FormOutcomesTests {
    actor Count {
        var value = 0
        func next() -> Int {
            value += 1
            return value
        }
    }

    @Test("A double click runs the form once, and both get the same answer") func once() async {
        let (outcomes, count) = (FormOutcomes(), Count())
        let submit: @Sendable () async -> OutgoingHTTP = {
            try? await Task.sleep(for: .milliseconds(20))
            return OutgoingHTTP(status: 303, headers: [("location", "/\(await count.next())")])
        }
        async let first = outcomes.once("form", submit)
        async let second = outcomes.once("form", submit)
        let (a, b) = (await first, await second)
        let third = await outcomes.once("form", submit)
        #expect([a, b, third].allSatisfy { $0.headers[0].value == "/1" })
        #expect(await count.value == 1)
    }

    @Test("A refused form runs again, because the visitor corrects it") func again() async {
        let (outcomes, count) = (FormOutcomes(), Count())
        for _ in 0..<2 {
            _ = await outcomes.once("form") {
                _ = await count.next()
                return OutgoingHTTP(status: 422)
            }
        }
        #expect(await count.value == 2)
    }

    @Test("Another form is another change") func others() async {
        let (outcomes, count) = (FormOutcomes(), Count())
        for key in ["a", "b"] {
            _ = await outcomes.once(key) {
                _ = await count.next()
                return OutgoingHTTP(status: 303)
            }
        }
        #expect(await count.value == 2)
    }
}
