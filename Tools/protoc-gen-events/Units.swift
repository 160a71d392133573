// EventCoding/Generated/EventUnits.swift: the unit of every field of every event, for code that shows one to people.
//
// A field's type decides its unit: `sint64` is money, `int64` an instant, and every other number is a plain number. A
// 64-bit signed number that is neither has `@number` above it.

extension Field {
    /// The case of `FieldUnit`.
    var unit: String {
        switch type {
        case .message(let name): ".message(\"\(name)\")"
        case .sint64 where !isNumber: ".money"
        case .int64 where !isNumber: ".instant"
        default: ".plain"
        }
    }

    private var isNumber: Bool { annotations["number"] != nil }
}

func unitsFile(_ schema: Schema) -> String {
    var out = SourceWriter(source: "event.proto", opens: "The unit of every field of every event.")
    out.block("extension FieldUnit") { out in
        out.line("/// A field's, by its message and its name in the schema; nil: this build knows no such field.")
        out.block("package static func of(_ field: String, in message: String) -> FieldUnit?") { out in
            out.line("switch message {")
            for message in schema.chapters.flatMap(\.messages) {
                out.line("case \"\(message.name)\":")
                out.indented { out in
                    out.line("switch field {")
                    for field in message.fields { out.line("case \"\(field.protoName)\": \(field.unit)") }
                    out.line("default: nil")
                    out.line("}")
                }
            }
            out.line("default: nil")
            out.line("}")
        }
        out.line()
        out.line("/// The message of an event, by its type; nil: this build knows no such event.")
        out.block("package static func message(ofEvent type: String) -> String?") { out in
            out.line("switch type {")
            for event in schema.events { out.line("case \"\(event.protoName)\": \"\(event.message)\"") }
            out.line("default: nil")
            out.line("}")
        }
    }
    return out.text
}
