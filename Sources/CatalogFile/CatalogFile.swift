// A catalogue as an operator's staff write it: a YAML file with regions, number ranges, terms and offerings. Loading
// checks all of it and names every mistake; the loaded catalogue becomes the requests that publish it.

import Accounts

/// A whole catalogue, checked.
package struct CatalogFile: Sendable {
    /// In the order in which they are sent: the parts of a bundle come before it. Each kind is in the file's order.
    /// If one offering excludes another, both say so.
    package var items: [CatalogItem]

    /// The kinds of items that the file holds in sections, with how many there are: regions and offerings.
    package var counts: [(section: String, count: Int)] {
        ([.region] + CatalogKind.offerings).map { kind in (kind.section, items.count { $0.kind == kind.word }) }
    }

    /// Reads a catalogue, or names every mistake in it. `name` is the file's name, which the mistakes show.
    package static func load(yaml: String, name: String) throws(CatalogFileError) -> CatalogFile {
        try CatalogReader.read(yaml: yaml, name: name)
    }

    /// The example that stands in `Schemas/catalogue.yaml`.
    package static var exampleYAML: String {
        String(decoding: PackageResources.example_yaml, as: UTF8.self)
    }

    /// The example, loaded.
    package static var example: CatalogFile {
        do { return try load(yaml: exampleYAML, name: "catalogue.yaml") } catch {
            preconditionFailure("the example is part of the build and valid: \(error)")
        }
    }
}

extension CatalogKind {
    /// The key that holds the items of this kind in the file. The terms have none.
    var section: String { word + "s" }
    var article: String { (part == .offering(.option) ? "an " : "a ") + word }
}
