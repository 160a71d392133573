// Accounts/Generated: plain value structs and enums, and the one sum type of all events.

/// The events of a chapter.
func structsFile(_ chapter: Chapter) -> String {
    var out = SourceWriter(source: chapter.source, opens: "The events of a chapter as plain values.")
    var isFirst = true
    func separate() {
        if !isFirst { out.line() }
        isFirst = false
    }
    for enumeration in chapter.enums {
        separate()
        out.documentation(enumeration.comments)
        out.block("package enum \(enumeration.name): Int32, WireWord") { out in enumBody(enumeration, &out) }
    }
    for message in chapter.messages {
        separate()
        out.documentation(message.comments)
        out.block("package struct \(message.name): Equatable, Sendable") { out in structBody(message, &out) }
    }
    return out.text
}

/// The cases, and their words both ways.
private func enumBody(_ enumeration: Enumeration, _ out: inout SourceWriter) {
    for value in enumeration.cases {
        out.documentation(value.comments)
        out.line("case \(value.name) = \(value.number)")
    }
    out.line()
    out.block("package var word: StaticString") { out in
        out.line("switch self {")
        for value in enumeration.cases { out.line("case .\(value.name): \"\(value.word)\"") }
        out.line("}")
    }
    out.line()
    out.block("package init?(word: String)") { out in
        out.line("switch word {")
        for value in enumeration.cases where !value.isUnspecified {
            out.line("case \"\(value.word)\": self = .\(value.name)")
        }
        out.line("default: return nil")
        out.line("}")
    }
}

private func structBody(_ message: Message, _ out: inout SourceWriter) {
    for field in message.fields {
        out.documentation(field.comments)
        out.line("package var \(field.name): \(field.swiftType)")
    }
    guard !message.fields.isEmpty else {
        out.line("package init() {}")
        return
    }
    out.line()
    out.parameters(
        "package init(", message.fields.map { "\($0.name): \($0.swiftType) = \($0.defaultValue)" }, ") {")
    out.indented { out in
        for field in message.fields { out.line("self.\(field.name) = \(field.name)") }
    }
    out.line("}")
}

/// An enum is as large as its largest payload, and each function that an event passes through copies all of it: a
/// top-up would carry bytes that it does not have, read before the stores to its own have finished. So the rare large
/// payloads are boxed.
private let largestUnboxedPayloadBytes = 64

/// The sum type of all events, and the fields of a record's header for each.
func eventFile(_ schema: Schema) -> String {
    var out = SourceWriter(source: "event.proto", opens: "Every kind of event: what the log holds and rules decide.")
    out.block("package enum Event: Equatable, Sendable") { out in
        for event in schema.events {
            out.documentation(event.comments)
            let isBoxed = schema.layout(of: event.message).size > largestUnboxedPayloadBytes
            out.line("\(isBoxed ? "indirect " : "")case \(event.name)(\(event.message))")
        }
    }
    out.line()
    out.block("extension Event") { out in
        out.line("/// The number in a record's header.")
        out.block("package var typeNumber: UInt16") { out in
            out.line("switch self {")
            for event in schema.events { out.line("case .\(event.name): \(event.number)") }
            out.line("}")
        }
        out.line()
        out.line("/// The name in replies and in the protocol: `topped_up`.")
        out.block("package var typeName: String") { out in
            out.line("switch self {")
            for event in schema.events { out.line("case .\(event.name): \"\(event.protoName)\"") }
            out.line("}")
        }
        out.line()
        out.line("/// Nil: a number that this build does not know.")
        out.block("package static func typeName(of number: UInt16) -> String?") { out in
            out.line("switch number {")
            for event in schema.events { out.line("case \(event.number): \"\(event.protoName)\"") }
            out.line("default: nil")
            out.line("}")
        }
        out.line()
        out.line("/// Nil: a name that this build does not know.")
        out.block("package static func typeNumber(of name: String) -> UInt16?") { out in
            out.line("allTypes.first { $0.name == name }?.number")
        }
        out.line()
        out.line("/// The version of the schema by which this build writes a type. Nil: an unknown type.")
        out.block("package static func schemaVersion(of number: UInt16) -> UInt8?") { out in
            out.line("switch number {")
            for event in schema.events { out.line("case \(event.number): \(event.declared.version)") }
            out.line("default: nil")
            out.line("}")
        }
        out.line()
        out.line("/// Every type, by number.")
        out.line("package static let allTypes: [(number: UInt16, name: String)] = [")
        out.indented { out in
            for event in schema.events { out.line("(\(event.number), \"\(event.protoName)\"),") }
        }
        out.line("]")
    }
    for event in schema.events {
        out.line()
        out.block("extension \(event.message): EventPayload") { out in
            out.block("package init?(_ event: Event)") { out in
                out.line("guard case .\(event.name)(let payload) = event else { return nil }")
                out.line("self = payload")
            }
        }
    }
    return out.text
}
