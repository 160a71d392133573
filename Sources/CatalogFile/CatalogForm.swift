// The form of a catalogue file: which keys belong where. The reader refuses any other, and the JSON Schema that editors
// use is tested against it.

import Accounts

/// The keys of one kind of mapping.
package struct CatalogForm: Sendable {
    /// The mapping's name in the schema's `$defs`; empty for the file itself.
    package let name: String
    package let required: [String]
    package let optional: [String]

    package var keys: [String] { required + optional }

    package static let file = CatalogForm(
        name: "", required: ["terms", "ranges", "regions", "tariffs"],
        optional: ["zones", "options", "subscriptions", "bundles"])
    package static let offset = CatalogForm(name: "offset", required: ["offset"], optional: ["from"])
    package static let includes = CatalogForm(name: "includes", required: [], optional: ["voice", "data", "messages"])
    package static let bucket = CatalogForm(
        name: "bucket", required: ["usage"],
        optional: ["amount", "unlimited", "direction", "scope", "per", "price", "priority", "rollover"])
    package static let rate = CatalogForm(
        name: "rate", required: ["usage", "price"],
        optional: ["direction", "per", "scope", "accumulated", "connection", "unpaid"])

    package static let all =
        [file, offset, includes, bucket, rate] + CatalogKind.all.map { CatalogForm($0) }

    /// Scopes that are not zones.
    package static let scopes = ["any", "on_net", "home"]
}

extension CatalogForm {
    /// The keys of an item: those of the table of fields. A range has its first digits among them.
    init(_ kind: CatalogKind) {
        func keys(_ isRequired: Bool) -> [String] {
            var keys: [String] = []
            for field in kind.fields where (field.need != .optional) == isRequired && !keys.contains(field.fileKey) {
                keys.append(field.fileKey)
            }
            return keys
        }
        self.init(
            name: kind.word, required: (kind.part == .range ? ["prefix"] : []) + keys(true),
            optional: keys(false))
    }
}
