// EventCoding/Generated: events as one-line JSON for auditors, with the schema's names.
//
// Every field is printed except an absent message and an empty list. `bytes` are printed only as their length, because
// they are sealed, hashed or a token.

func jsonFile(_ chapter: Chapter) -> String {
    var out = SourceWriter(
        source: chapter.source, opens: "A chapter's events as JSON.", imports: ["import Accounts"])
    var isFirst = true
    for message in chapter.messages {
        if !isFirst { out.line() }
        isFirst = false
        out.block("extension \(message.name)") { out in
            out.block("func appendJSON(to out: inout [UInt8])") { out in
                guard !message.fields.isEmpty else {
                    out.line("out.append(contentsOf: \"{}\".utf8)")
                    return
                }
                out.line("var object = JSONObject(&out)")
                for field in message.fields { statement(field, &out) }
                out.line("object.close(&out)")
            }
        }
    }
    return out.text
}

private func statement(_ field: Field, _ out: inout SourceWriter) {
    let key = "object.key(\"\(field.protoName)\", &out)"
    if field.isRepeated {
        out.block("if \(field.isPresent)") { out in
            out.line(key)
            out.line("writeJSONArray(\(field.name), to: &out) { \(element(field.type)) }")
        }
    } else if case .message = field.type {
        out.block("if let \(field.name)") { out in
            out.line(key)
            out.line("\(field.name).appendJSON(to: &out)")
        }
    } else {
        out.line(key)
        out.line(scalar(field.type, field.name))
    }
}

private func scalar(_ type: FieldType, _ value: String) -> String {
    if case .enumeration = type { return "writeJSON(\(value).word, to: &out)" }
    return "writeJSON(\(value), to: &out)"
}

private func element(_ type: FieldType) -> String {
    switch type {
    case .message: "$0.appendJSON(to: &$1)"
    case .enumeration: "writeJSON($0.word, to: &$1)"
    default: "writeJSON($0, to: &$1)"
    }
}
