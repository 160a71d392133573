import Foundation
import Testing

@testable import CatalogFile

/// The schema is for editors; the loader decides. Both must have the same keys.
@Suite("The catalogue's JSON Schema")
struct SchemaTests {
    private static func schema() throws -> [String: Any] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "Schemas/catalogue.schema.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
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
        let segment = try #require(definitions["segment"] as? [String: Any])
        #expect(segment["enum"] as? [String] == CatalogForm.segments)
        let rate = try #require((definitions["rate"] as? [String: Any])?["properties"] as? [String: Any])
        #expect((rate["usage"] as? [String: Any])?["enum"] as? [String] == CatalogForm.usages)
        #expect((rate["direction"] as? [String: Any])?["enum"] as? [String] == CatalogForm.directions)
    }
}
