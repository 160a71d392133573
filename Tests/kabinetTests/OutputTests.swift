/// Texts of others, as the tool prints them: nothing in them moves a cursor, reverses a line or hides.

import Client
import Foundation
import Testing

@testable import kabinet

@Suite("Foreign texts on a terminal")
struct OutputTests {
    /// Controls of both sets, DEL, overrides and isolates of direction, of no width, ends of lines, tags.
    private static let hostile: [Unicode.Scalar] = [
        "\u{1}", "\u{1b}", "\u{7f}", "\u{85}", "\u{9b}", "\u{ad}", "\u{61c}", "\u{200b}", "\u{200d}", "\u{200e}",
        "\u{2028}",
        "\u{2029}", "\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}", "\u{feff}", "\u{e000}", "\u{e0041}",
    ]

    private func isClean(_ text: String) -> Bool {
        !text.unicodeScalars.contains { Self.hostile.contains($0) || $0.value < 0x20 }
    }

    @Test("Every text that the tool prints is escaped", arguments: hostile)
    func lines(scalar: Unicode.Scalar) throws {
        let text = "a\(scalar)b"
        let fields = Fields([
            Field(name: "seq", value: "1"), Field(name: "type", value: "topped_up"),
            Field(name: "recorded", value: text), Field(name: "principal", value: text),
            Field(name: "data", value: JSONValue.object([("ref", .string(text))]).text),
        ])
        let event = try #require(LogEvent(fields))
        #expect(isClean(event.tableLine(colours: false)))
        #expect(isClean(event.json.text))
        let reply = Reply(rows: [fields], fields: fields)
        #expect(isClean(reply.json.text))
        #expect(!reply.description.unicodeScalars.contains(scalar))
        let refusal = Refusal(code: "not_found", message: text)
        let failure = try #require(explain(ClientError(.refused, "not_found: \(text)\n\(text)", refusal: refusal)))
        #expect(isClean(failure.message))
    }

    @Test("JSON holds the same text", arguments: hostile)
    func json(scalar: Unicode.Scalar) {
        let value = JSONValue.string("a\(scalar)b")
        #expect(value.text.unicodeScalars.allSatisfy { (" "..."~").contains($0) })
        guard case .string(let read)? = JSONValue(value.text) else {
            Issue.record("\(value.text) is no JSON")
            return
        }
        #expect(read == "a\(scalar)b")
    }

    @Test("Letters, signs and emoji of any language are printed unchanged")
    func letters() {
        for text in ["Мой разговор", "naïve — 100 ₽", "漢字", "🙂", "עברית"] {
            #expect(JSONValue.string(text).text == "\"\(text)\"")
        }
    }
}
