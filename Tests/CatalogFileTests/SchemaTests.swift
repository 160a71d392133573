import Accounts
import Foundation
import Testing

@testable import CatalogFile

/// The schema is for editors; the loader decides. Both must have the same keys.
@Suite("The catalogue's JSON Schema")
struct SchemaTests {
    private static func schema() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(CatalogFile.schema.utf8)) as? [String: Any])
    }

    @Test("in Schemas is fresh: kabinet catalog schema > Schemas/catalogue.schema.json")
    func fresh() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let kept = try String(contentsOf: root.appending(path: "Schemas/catalogue.schema.json"), encoding: .utf8)
        #expect(kept == CatalogFile.schema)
    }

    @Test("refers only to what it defines")
    func references() throws {
        let definitions = try #require(try Self.schema()["$defs"] as? [String: Any])
        for match in CatalogFile.schema.matches(of: /#\/\$defs\/(\w+)/) {
            #expect(definitions[String(match.1)] != nil, "\(match.1)")
        }
        #expect(!CatalogFile.schema.contains("$fields"))
    }

    @Test("knows exactly the keys that the loader knows, and which of them are required", arguments: CatalogForm.all)
    func keys(_ form: CatalogForm) throws {
        let schema = try Self.schema()
        let definitions = try #require(schema["$defs"] as? [String: Any])
        let part = form.name.isEmpty ? schema : try #require(definitions[form.name] as? [String: Any])
        let properties = try #require(part["properties"] as? [String: Any])
        #expect(Set(properties.keys) == Set(form.keys))
        #expect(Set(part["required"] as? [String] ?? []) == Set(form.required))
        #expect(part["additionalProperties"] as? Bool == false)
    }

    @Test("offers exactly the words that the loader takes")
    func words() throws {
        let definitions = try #require(try Self.schema()["$defs"] as? [String: Any])
        let rate = try #require((definitions["rate"] as? [String: Any])?["properties"] as? [String: Any])
        #expect((rate["usage"] as? [String: Any])?["enum"] as? [String] == UsageType.words)
        let directions = try #require((rate["direction"] as? [String: Any])?["enum"] as? [String])
        #expect(Set(directions) == Set(Direction.words))
    }
}
