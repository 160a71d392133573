// The JSON Schema of catalogue files, for editors: the special forms from a template, the fields of items from their
// table. The loader decides what a file may say; a schema says most of it earlier.

import Accounts

extension CatalogFile {
    /// The schema that stands in `Schemas/catalogue.schema.json`.
    package static var schema: String {
        let template = String(decoding: PackageResources.schema_in_json, as: UTF8.self)
        return CatalogKind.all.reduce(template) { text, kind in
            text.replacing("\"$fields\": \"\(kind.word)\"", with: kind.schema)
        }
    }
}

extension CatalogKind {
    /// The text that stands for `"$fields"` in the template.
    fileprivate var schema: String {
        let form = CatalogForm(self)
        let properties = form.keys.map { key in
            let field = fields.first { $0.fileKey == key && $0.form != .special }
            return "        \"\(key)\": { \(field?.schema ?? reference(key)) }"
        }
        let required = form.required.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            "type": "object",
                  "additionalProperties": false,
                  "required": [\(required)],
                  "properties": {
            \(properties.joined(separator: ",\n"))
                  }
            """
    }
}

extension CatalogField {
    fileprivate var schema: String {
        let description =
            help.isEmpty ? [] : ["\"description\": \"\(help.prefix(1).uppercased())\(help.dropFirst()).\""]
        return (description + [type]).joined(separator: ", ")
    }

    private var type: String {
        switch form {
        case .text: reference("name")
        case .money: reference("money")
        case .period: reference("period")
        case .billingDay: reference("billing_day")
        case .time: reference("moment")
        case .digits: reference("digits")
        case .networks: reference("networks")
        case .promises: reference("promises")
        case .key: reference("key")
        case .keys: reference("keys") + range("Items")
        case .flag: "\"type\": \"boolean\""
        case .number: "\"type\": \"integer\"" + range("imum")
        case .word(let words): "\"enum\": [\(words.map { "\"\($0)\"" }.joined(separator: ", "))]"
        case .special: reference(fileKey)
        }
    }

    /// The bounds of a number or of a list's length; nothing if the table has none.
    private func range(_ noun: String) -> String {
        bounds.upperBound == UInt64(Int64.max)
            ? "" : ", \"min\(noun)\": \(bounds.lowerBound), \"max\(noun)\": \(bounds.upperBound)"
    }
}

private func reference(_ name: String) -> String { "\"$ref\": \"#/$defs/\(name)\"" }
