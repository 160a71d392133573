// EventCodingTests/Generated (`--events_opt=tests`): a sample for every event, its fields filled from a source of
// values, and the same event as swift-protobuf's message, field by field and without our own coders.

func samplesFile(_ chapter: Chapter) -> String {
    var out = SourceWriter(
        source: chapter.source, opens: "A chapter's events as samples and as swift-protobuf's messages.",
        imports: ["import Accounts", "import EventReference", "import Foundation", "import SwiftProtobuf"])
    for (index, message) in chapter.messages.enumerated() {
        if index > 0 { out.line() }
        out.block("extension \(message.name)") { out in
            out.block("init(sample values: inout some SampleValues)") { out in
                out.line("self.init()")
                for field in message.fields { out.line("\(field.name) = \(sample(field))") }
            }
        }
        out.line()
        out.block("extension \(referenceName(message.name))") { out in
            out.block("init(_ event: \(message.name))") { out in
                out.line("self.init()")
                for field in message.fields { out.line(assignment(field)) }
            }
        }
    }
    return out.text
}

func sampleEventFile(_ schema: Schema) -> String {
    var out = SourceWriter(
        source: "event.proto", opens: "Every event as a sample and as swift-protobuf's message.",
        imports: ["import Accounts", "import EventReference", "import SwiftProtobuf"])
    out.block("extension Event") { out in
        out.block("init?(sample number: UInt16, _ values: inout some SampleValues)") { out in
            out.line("switch number {")
            for event in schema.events {
                out.line("case \(event.number): self = .\(event.name)(\(event.message)(sample: &values))")
            }
            out.line("default: return nil")
            out.line("}")
        }
        out.line()
        out.block("var reference: any SwiftProtobuf.Message") { out in
            out.line("switch self {")
            for event in schema.events {
                out.line("case .\(event.name)(let event): \(referenceName(event.message))(event)")
            }
            out.line("}")
        }
    }
    return out.text
}

private func referenceName(_ name: String) -> String { "Kabinet_Events_\(name)" }

private func sample(_ field: Field) -> String {
    let one =
        switch field.type {
        case .int64, .sint64: "values.int64()"
        case .sint32: "values.int32()"
        case .uint32: "values.uint32()"
        case .uint64: "values.uint64()"
        case .bool: "values.bool()"
        case .string: "values.string()"
        case .bytes: "values.bytes()"
        case .enumeration(let name, _): "values.choice(\(name).allCases)"
        case .message(let name): "\(name)(sample: &values)"
        }
    if field.isRepeated { return "values.list { \(one.replacing("values", with: "$0")) }" }
    if case .message = field.type { return "values.isPresent() ? \(one) : nil" }
    return one
}

private func assignment(_ field: Field) -> String {
    let value = "event.\(field.name)"
    let element = field.isRepeated ? "$0" : value
    let one: String?
    switch field.type {
    case .bytes: one = "Data(\(element))"
    case .enumeration(let name, _): one = "\(referenceName(name))(rawValue: Int(\(element).rawValue))!"
    case .message(let name):
        guard field.isRepeated else {
            return "if let value = \(value) { \(field.name) = \(referenceName(name))(value) }"
        }
        one = "\(referenceName(name))($0)"
    default: one = nil
    }
    guard let one else { return "\(field.name) = \(value)" }
    return "\(field.name) = " + (field.isRepeated ? "\(value).map { \(one) }" : one)
}
