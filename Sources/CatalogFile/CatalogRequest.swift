// The requests that publish a catalogue: `CATALOG.PUT` for each part of it, and `CATALOG.PUBLISH`.

/// A request with its values apart, for a caller in the same process or behind a socket.
package struct CatalogRequest: Equatable, Sendable {
    package struct NamedValue: Equatable, Sendable {
        package var name: String
        package var value: String
    }

    package var verb: String
    package var positionals: [String]
    package var named: [NamedValue]

    package init(_ verb: String, _ positionals: [String] = [], _ named: [(String, String)] = []) {
        self.verb = verb
        self.positionals = positionals
        self.named = named.map { NamedValue(name: $0.0, value: $0.1) }
    }

    /// Opens an empty draft; the `draft=` of its reply goes into `CatalogFile.requests(draft:)`.
    package static let draft = CatalogRequest("CATALOG.DRAFT", [], [("empty", "1")])

    /// The request in the line protocol's words, without LF.
    package var line: String {
        var line = verb
        for value in positionals { line += " " + Self.rendered(value) }
        for field in named { line += " \(field.name)=" + (field.value.isEmpty ? "" : Self.rendered(field.value)) }
        return line
    }

    /// Bare if it can be, else a JSON string. The loader has refused control bytes.
    private static func rendered(_ value: String) -> String {
        let isBare =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        if isBare { return value }
        return quoted(value)
    }

    /// A JSON string.
    static func quoted(_ value: String) -> String {
        var quoted = "\""
        for character in value.unicodeScalars {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

extension CatalogFile {
    /// The requests that fill this draft, item by item, and at the end publish it. An option may name one that comes
    /// later: the service checks the draft as a whole when it is published.
    package func requests(draft: Int) -> [CatalogRequest] {
        let number = String(draft)
        return items.map { item in
            CatalogRequest(
                "CATALOG.PUT", [number, item.kind, item.key], item.values.map { ($0.name, $0.value) })
        } + [CatalogRequest("CATALOG.PUBLISH", [number])]
    }
}
